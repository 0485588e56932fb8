build-asan/dsl/compile.o: dsl/compile.c dsl/compile.h dsl/parse.h \
 dsl/ops.h dsl/ops.def dsl/program.h dsl/value.h dsl/base.h
dsl/compile.h:
dsl/parse.h:
dsl/ops.h:
dsl/ops.def:
dsl/program.h:
dsl/value.h:
dsl/base.h:
