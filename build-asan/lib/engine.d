build-asan/lib/engine.o: lib/engine.c lib/engine.h lib/../dsl/compile.h \
 lib/../dsl/parse.h lib/../dsl/ops.h lib/../dsl/ops.def \
 lib/../dsl/program.h lib/../dsl/value.h lib/../dsl/base.h \
 lib/../dsl/run.h
lib/engine.h:
lib/../dsl/compile.h:
lib/../dsl/parse.h:
lib/../dsl/ops.h:
lib/../dsl/ops.def:
lib/../dsl/program.h:
lib/../dsl/value.h:
lib/../dsl/base.h:
lib/../dsl/run.h:
