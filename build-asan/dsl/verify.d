build-asan/dsl/verify.o: dsl/verify.c dsl/verify.h dsl/compile.h \
 dsl/parse.h dsl/ops.h dsl/ops.def dsl/program.h dsl/value.h dsl/base.h
dsl/verify.h:
dsl/compile.h:
dsl/parse.h:
dsl/ops.h:
dsl/ops.def:
dsl/program.h:
dsl/value.h:
dsl/base.h:
