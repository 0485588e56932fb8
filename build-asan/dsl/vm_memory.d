build-asan/dsl/vm_memory.o: dsl/vm_memory.c dsl/vm_memory.h dsl/program.h \
 dsl/ops.h dsl/ops.def dsl/value.h dsl/base.h dsl/vm_state.h \
 dsl/compare.h dsl/picture.h dsl/heap.h dsl/rows.h dsl/rows_ref.h \
 dsl/words.h
dsl/vm_memory.h:
dsl/program.h:
dsl/ops.h:
dsl/ops.def:
dsl/value.h:
dsl/base.h:
dsl/vm_state.h:
dsl/compare.h:
dsl/picture.h:
dsl/heap.h:
dsl/rows.h:
dsl/rows_ref.h:
dsl/words.h:
