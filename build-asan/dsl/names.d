build-asan/dsl/names.o: dsl/names.c dsl/names.h dsl/ops.h dsl/ops.def
dsl/names.h:
dsl/ops.h:
dsl/ops.def:
