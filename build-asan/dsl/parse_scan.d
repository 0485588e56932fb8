build-asan/dsl/parse_scan.o: dsl/parse_scan.c dsl/parse_private.h \
 dsl/names.h dsl/parse.h dsl/ops.h dsl/ops.def
dsl/parse_private.h:
dsl/names.h:
dsl/parse.h:
dsl/ops.h:
dsl/ops.def:
