build-asan/dsl/parse.o: dsl/parse.c dsl/parse_private.h dsl/names.h \
 dsl/parse.h dsl/ops.h dsl/ops.def
dsl/parse_private.h:
dsl/names.h:
dsl/parse.h:
dsl/ops.h:
dsl/ops.def:
