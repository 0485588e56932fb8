/* Mirrors of grids and patches. */
#ifndef DSL_OP_MIRROR_H
#define DSL_OP_MIRROR_H

#include "turn.h"

/* Any tuple reversed; a grid's rows are. */
DSL_FN struct val tuple_reverse(struct vm *vm, struct val t)
{
    uint64_t base = seq_push(vm, t);
    for (uint64_t i = base, j = vm->sp; i + 1 < j; i++) {
        struct val x = vm->stack[--j];
        vm->stack[j] = vm->stack[i];
        vm->stack[i] = x;
    }
    return stack_to_tuple(vm, base);
}

/* A grid or patch turned; `empty` is the error of the empty patch. */
DSL_FN struct val mirror(struct vm *vm, struct val v, enum turn t, enum vm_error empty)
{
    if (val_is_tuple(v)) {
        v = as_grid(vm, v);
        if (vm->err || v.tag != VAL_GRID)
            return v;
        if (heap_pic(vm, v)->w == 0)
            return turn_swaps(t) ? val_empty_tuple() : v;
        return pic_turn(vm, v, t);
    }
    v = as_patch(vm, v);
    if (vm->err)
        return val_none();
    return val_is_patch_pic(v) ? pic_turn(vm, v, t) : fail(vm, empty);
}

DSL_OP(hmirror)
{
    if (val_is_tuple(a[0]) && a[0].tag != VAL_GRID)
        return tuple_reverse(vm, a[0]);
    return mirror(vm, a[0], TURN_FLIP, ERR_INDEX);
}

DSL_OP(vmirror)
{
    return mirror(vm, a[0], TURN_REVERSE, ERR_INDEX);
}

DSL_OP(dmirror)
{
    return mirror(vm, a[0], TURN_DIAGONAL, ERR_VALUE);
}

DSL_OP(cmirror)
{
    return mirror(vm, a[0], TURN_ANTI, ERR_INDEX);
}

#endif
