build-asan/dsl/parse_expr.o: dsl/parse_expr.c dsl/parse_private.h \
 dsl/names.h dsl/parse.h dsl/ops.h dsl/ops.def
dsl/parse_private.h:
dsl/names.h:
dsl/parse.h:
dsl/ops.h:
dsl/ops.def:
