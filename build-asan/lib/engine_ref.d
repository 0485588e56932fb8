build-asan/lib/engine_ref.o: lib/engine_ref.c lib/engine_variant.h \
 lib/../dsl/run_engine.h lib/../dsl/digest.h lib/../dsl/compare.h \
 lib/../dsl/picture.h lib/../dsl/heap.h lib/../dsl/program.h \
 lib/../dsl/ops.h lib/../dsl/ops.def lib/../dsl/value.h lib/../dsl/base.h \
 lib/../dsl/rows.h lib/../dsl/rows_ref.h lib/../dsl/words.h \
 lib/../dsl/run.h lib/../dsl/vm_share.h lib/../dsl/vm.h \
 lib/../dsl/connect_all.h lib/../dsl/op_all.h lib/../dsl/op_any.h \
 lib/../dsl/op_grid.h lib/../dsl/op_grid_cut.h lib/../dsl/op_patch.h \
 lib/../dsl/op_arith.h lib/../dsl/op.h lib/../dsl/container.h \
 lib/../dsl/fuel.h lib/../dsl/sort.h lib/../dsl/op_grid_paint.h \
 lib/../dsl/op_grid_count.h lib/../dsl/op_set.h lib/../dsl/turn.h \
 lib/../dsl/op_mirror.h lib/../dsl/op_search.h lib/../dsl/op_line.h \
 lib/../dsl/op_object.h lib/../dsl/op_label.h lib/../dsl/op_relate.h \
 lib/../dsl/op_container.h lib/../dsl/op_function.h \
 lib/../dsl/lane_loop.h lib/../dsl/lanes.h lib/../dsl/lanes_ref.h \
 lib/../dsl/vm_state.h
lib/engine_variant.h:
lib/../dsl/run_engine.h:
lib/../dsl/digest.h:
lib/../dsl/compare.h:
lib/../dsl/picture.h:
lib/../dsl/heap.h:
lib/../dsl/program.h:
lib/../dsl/ops.h:
lib/../dsl/ops.def:
lib/../dsl/value.h:
lib/../dsl/base.h:
lib/../dsl/rows.h:
lib/../dsl/rows_ref.h:
lib/../dsl/words.h:
lib/../dsl/run.h:
lib/../dsl/vm_share.h:
lib/../dsl/vm.h:
lib/../dsl/connect_all.h:
lib/../dsl/op_all.h:
lib/../dsl/op_any.h:
lib/../dsl/op_grid.h:
lib/../dsl/op_grid_cut.h:
lib/../dsl/op_patch.h:
lib/../dsl/op_arith.h:
lib/../dsl/op.h:
lib/../dsl/container.h:
lib/../dsl/fuel.h:
lib/../dsl/sort.h:
lib/../dsl/op_grid_paint.h:
lib/../dsl/op_grid_count.h:
lib/../dsl/op_set.h:
lib/../dsl/turn.h:
lib/../dsl/op_mirror.h:
lib/../dsl/op_search.h:
lib/../dsl/op_line.h:
lib/../dsl/op_object.h:
lib/../dsl/op_label.h:
lib/../dsl/op_relate.h:
lib/../dsl/op_container.h:
lib/../dsl/op_function.h:
lib/../dsl/lane_loop.h:
lib/../dsl/lanes.h:
lib/../dsl/lanes_ref.h:
lib/../dsl/vm_state.h:
