build-asan/dsl/ops.o: dsl/ops.c dsl/ops.h dsl/ops.def
dsl/ops.h:
dsl/ops.def:
