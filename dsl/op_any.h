/*
 * Grid primitives on what is no grid of ints.
 *
 * The reference never looks at cells: a tuple of tuples of anything is turned, cut and scaled like a
 * grid, and some primitives only iterate, so that sets of tuples serve as grids too.  Programs do
 * that, if rarely.  Such a call comes here after it failed: distinct cells are numbered in canonical
 * order, the primitive runs on a grid of numbers, and the numbers in its result are exchanged for
 * the cells again.
 */
#ifndef DSL_OP_ANY_H
#define DSL_OP_ANY_H

#include "op_grid.h"
#include "op_mirror.h"
#include "op_search.h"

/* Does the primitive only iterate over its grid, so that a set will do?  Concatenation apart. */
DSL_INLINE int any_iterates(uint32_t op)
{
    return op == OP_ofcolor || op == OP_asobject || op == OP_replace || op == OP_switch ||
           op == OP_hupscale;
}

/* Which arguments are values of cells, as bits. */
DSL_INLINE uint32_t any_value_args(uint32_t op)
{
    switch (op) {
    case OP_fill:
    case OP_underfill:
    case OP_ofcolor:
    case OP_colorcount:
        return 2;
    case OP_replace:
    case OP_switch:
        return 6;
    case OP_cellwise:
        return 4;
    case OP_canvas:
        return 1;
    default:
        return 0;
    }
}

/* Which arguments are grids. */
DSL_INLINE uint32_t any_grid_args(uint32_t op)
{
    switch (op) {
    case OP_mostcolor: case OP_leastcolor: case OP_colorcount: case OP_palette: case OP_numcolors:
    case OP_asindices: case OP_ofcolor: case OP_asobject: case OP_index: case OP_crop:
    case OP_replace: case OP_switch: case OP_fill: case OP_underfill: case OP_cover:
    case OP_hupscale: case OP_upscale: case OP_downscale: case OP_hsplit: case OP_vsplit:
    case OP_trim: case OP_lefthalf: case OP_righthalf: case OP_compress: case OP_rot90:
    case OP_rot180: case OP_rot270: case OP_vmirror: case OP_dmirror: case OP_cmirror:
    case OP_objects: case OP_partition: case OP_fgpartition: case OP_frontiers:
        return 1;
    case OP_subgrid: case OP_toobject:
        return 2;
    case OP_cellwise:
        return 3;
    default:
        return 0;
    }
}

/* Pushes all cells of a container of rows; 0 unless it is one of equal rows. */
DSL_FN int any_push_cells(struct vm *vm, struct val g)
{
    struct seq s = seq_begin(vm, g);
    struct val row;
    uint64_t w = 0;
    while (!vm->err && seq_next(vm, &s, &row)) {
        if (!val_is_container(row) || (s.k > 1 && seq_len(vm, row) != w))
            return 0;
        w = seq_len(vm, row);
        seq_push(vm, row);
    }
    return !vm->err;
}

/* Number of a cell among the distinct ones. */
DSL_FN int64_t any_number(struct vm *vm, const struct val *known, uint64_t n, struct val v)
{
    for (uint64_t k = 0; k < n; k++)
        if (val_equal(vm, known[k], v))
            return (int64_t)k;
    return (int64_t)n;
}

/* The grid of the numbers of its cells. */
DSL_FN struct val any_encode(struct vm *vm, const struct val *known, uint64_t n, struct val g)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, g);
    struct val row, cell;
    while (!vm->err && seq_next(vm, &s, &row)) {
        uint64_t at = vm->sp;
        struct seq r = seq_begin(vm, row);
        while (!vm->err && seq_next(vm, &r, &cell))
            stack_push(vm, val_int(any_number(vm, known, n, cell)));
        row = stack_to_tuple(vm, at);
        stack_push(vm, row);
    }
    return vm->err ? val_none() : as_grid(vm, heap_block(vm, VAL_TUPLE, vm->stack + base, vm->sp - base));
}

/* Numbers back to cells in a grid, as a tuple of tuples. */
DSL_FN struct val any_decode_grid(struct vm *vm, const struct val *known, struct val g)
{
    struct pic *p = heap_pic(vm, g);
    uint64_t base = vm->sp;
    for (int32_t i = 0; i < p->h && !vm->err; i++) {
        uint64_t at = vm->sp;
        for (int32_t j = 0; j < p->w; j++)
            stack_push(vm, known[grid_at(p, i, j)]);
        struct val row = stack_to_tuple(vm, at);
        stack_push(vm, row);
    }
    return stack_to_tuple(vm, base);
}

DSL_FN struct val any_decode_object(struct vm *vm, const struct val *known, struct val o)
{
    struct seq s = seq_begin(vm, o);
    uint64_t base = vm->sp;
    struct val e, cell[2];
    while (!vm->err && seq_next(vm, &s, &e)) {
        cell[0] = known[e.c];
        cell[1] = val_pair(e.u.p.a, e.u.p.b);
        stack_push(vm, tuple_build(vm, cell, 2));
    }
    return stack_to_set(vm, base);
}

DSL_FN struct val any_decode_one(struct vm *vm, const struct val *known, struct val r)
{
    return r.tag == VAL_GRID     ? any_decode_grid(vm, known, r)
           : r.tag == VAL_OBJECT ? any_decode_object(vm, known, r)
                                 : r;
}

/* Numbers back to cells in a result: a grid, object, set or tuple of those, or a colour. */
DSL_FN struct val any_decode(struct vm *vm, uint32_t op, const struct val *known, struct val r)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, r);
    struct val e;
    if (op == OP_mostcolor || op == OP_leastcolor || (op == OP_index && r.tag == VAL_INT))
        return known[r.u.i];
    if (r.tag != VAL_TUPLE && r.tag != VAL_SET)
        return any_decode_one(vm, known, r);
    while (!vm->err && seq_next(vm, &s, &e))
        stack_push(vm, op == OP_palette ? known[e.u.i] : any_decode_one(vm, known, e));
    return stack_to_like(vm, base, r);
}

DSL_FN struct val any_op(struct vm *vm, const struct val *x, uint32_t op);

/* The call with its cells numbered; 0 when the arguments are no grids in any sense. */
DSL_FN int any_numbered(struct vm *vm, uint32_t op, const struct val *x, struct val *out)
{
    uint32_t grids = any_grid_args(op), values = any_value_args(op);
    uint64_t base = vm->sp;
    struct val y[4];
    for (uint32_t k = 0; k < 4; k++) {
        y[k] = x[k];
        if (grids >> k & 1) {
            if (!val_is_tuple(x[k]) && !(val_is_set(x[k]) && any_iterates(op)))
                return 0;
            if (!any_push_cells(vm, x[k]))
                return vm->sp = base, 0;
        } else if (values >> k & 1) {
            stack_push(vm, x[k]);
        }
    }
    vm->sp = base + vals_order(vm, vm->stack + base, vm->sp - base);
    const struct val *known = vm->stack + base;
    uint64_t n = vm->sp - base;
    for (uint32_t k = 0; k < 4 && !vm->err; k++) {
        uint64_t at = vm->sp;
        if (grids >> k & 1)
            y[k] = any_encode(vm, known, n, x[k]);
        else if (values >> k & 1)
            y[k] = val_int(any_number(vm, known, n, x[k]));
        vm->sp = at;
    }
    if (!vm->err)
        *out = any_op(vm, y, op);
    if (!vm->err)
        *out = any_decode(vm, op, known, *out);
    vm->sp = base;
    return 1;
}

/* ---- primitives that take sets or tuples in ways of their own ---- */

/* hconcat of any two containers: pairs of elements are added, tuples joined. */
DSL_FN struct val any_hconcat(struct vm *vm, struct val a, struct val b)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, a), t = seq_begin(vm, b);
    struct val v[2];
    if (!val_is_container(a) || !val_is_container(b))
        return fail(vm, ERR_TYPE);
    while (!vm->err && seq_next(vm, &s, &v[0]) && seq_next(vm, &t, &v[1]))
        stack_push(vm, op_vconcat(vm, v));
    return stack_to_tuple(vm, base);
}

/* Pushes (value, (k, position)) for every item of element k of a patch that equals the value. */
DSL_FN void any_push_equal(struct vm *vm, struct val patch, int32_t value)
{
    struct seq s = seq_begin(vm, patch);
    struct val e;
    while (!vm->err && seq_next(vm, &s, &e)) {
        int32_t k = (int32_t)s.k - 1;
        if (patch.tag == VAL_OBJECT ? e.c == value : e.u.p.a == value)
            stack_push(vm, val_cell(value, k, 0));
        if (patch.tag == VAL_INDICES && e.u.p.b == value)
            stack_push(vm, val_cell(value, k, 1));
    }
}

/* partition of a patch: values as palette sees them, places by iterating over its elements. */
DSL_FN struct val any_partition(struct vm *vm, struct val o, int foreground)
{
    uint64_t base = vm->sp;
    struct val values = op_palette(vm, &o), bg = val_none(), v;
    if (!val_is_patch_pic(o))
        return val_is_set(o) && seq_len(vm, o) == 0 && !foreground ? o : fail(vm, ERR_TYPE);
    if (!vm->err && foreground)
        bg = op_mostcolor(vm, &o);
    struct seq s = seq_begin(vm, values);
    while (!vm->err && seq_next(vm, &s, &v)) {
        uint64_t at = vm->sp;
        if (val_same(v, bg))
            continue;
        any_push_equal(vm, o, (int32_t)v.u.i);
        v = stack_to_set(vm, at);
        stack_push(vm, v);
    }
    return stack_to_set(vm, base);
}

/* Are all items of an element equal? */
DSL_FN int any_is_plain(struct vm *vm, struct val row)
{
    struct seq s = seq_begin(vm, row);
    struct val first, e;
    if (!seq_next(vm, &s, &first))
        return 0;
    while (seq_next(vm, &s, &e))
        if (!val_equal(vm, first, e))
            return 0;
    return 1;
}

/*
 * compress of a patch: rows are its elements; which columns go is read off the elements of the
 * mirrored patch.
 */
DSL_FN struct val any_compress(struct vm *vm, struct val patch)
{
    struct val mirrored = op_dmirror(vm, &patch), row, item;
    uint64_t base = vm->sp;
    uint32_t drop = 0;
    if (vm->err)
        return val_none();
    struct seq s = seq_begin(vm, mirrored);
    for (uint32_t k = 0; k < 2 && seq_next(vm, &s, &row); k++)
        drop |= (uint32_t)any_is_plain(vm, row) << k;
    s = seq_begin(vm, patch);
    while (!vm->err && seq_next(vm, &s, &row)) {
        uint64_t at = vm->sp;
        struct seq r = seq_begin(vm, row);
        if (any_is_plain(vm, row))
            continue;
        while (seq_next(vm, &r, &item))
            if (r.k > 2 || !(drop >> (r.k - 1) & 1))
                stack_push(vm, item);
        row = stack_to_tuple(vm, at);
        stack_push(vm, row);
    }
    return stack_to_tuple(vm, base);
}

/* Elements [from, to) of a tuple. */
DSL_FN struct val any_slice(struct vm *vm, struct val t, uint64_t from, uint64_t to)
{
    uint64_t base = vm->sp;
    for (uint64_t k = from; k < to && !vm->err; k++)
        stack_push(vm, tuple_get(vm, t, k));
    return stack_to_tuple(vm, base);
}

/* Every element `factor` times. */
DSL_FN struct val any_vupscale(struct vm *vm, struct val c, struct val factor)
{
    uint64_t base = vm->sp;
    int64_t f = int_of(vm, factor);
    struct seq s = seq_begin(vm, c);
    struct val e;
    while (!vm->err && seq_next(vm, &s, &e)) {
        if (f > LIMIT_ELEMENTS || vm->sp - base > LIMIT_ELEMENTS)
            fail(vm, ERR_LIMIT);
        for (int64_t k = 0; k < f && !vm->err; k++)
            stack_push(vm, e);
    }
    return stack_to_tuple(vm, base);
}

/* upscale and hupscale of any rows: every item fj times, every row fi times. */
DSL_FN struct val any_scale(struct vm *vm, struct val c, int64_t fi, int64_t fj)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, c);
    struct val row, e;
    while (!vm->err && seq_next(vm, &s, &row)) {
        uint64_t at = vm->sp;
        struct seq r = seq_begin(vm, row);
        if (!val_is_container(row))
            return fail(vm, ERR_TYPE);
        if (fi > LIMIT_ELEMENTS || fj > LIMIT_ELEMENTS || vm->sp - base > LIMIT_ELEMENTS)
            return fail(vm, ERR_LIMIT);
        while (!vm->err && seq_next(vm, &r, &e))
            for (int64_t k = 0; k < fj; k++)
                stack_push(vm, e);
        row = stack_to_tuple(vm, at);
        for (int64_t k = 0; k < fi; k++)
            stack_push(vm, row);
    }
    return stack_to_tuple(vm, base);
}

/* Python's slices of any tuple of tuples. */
DSL_FN struct val any_crop(struct vm *vm, struct val t, struct ints at, struct ints size)
{
    uint64_t base = vm->sp;
    int64_t n = (int64_t)seq_len(vm, t);
    int64_t top = slice_bound(clamp_size(at.a), n);
    int64_t bottom = slice_bound(clamp_size(at.a) + clamp_size(size.a), n);
    if (!val_is_tuple(t))
        return fail(vm, ERR_TYPE);
    for (int64_t i = top; i < bottom && !vm->err; i++) {
        struct val row = tuple_get(vm, t, (uint64_t)i);
        int64_t w = (int64_t)seq_len(vm, row), left = slice_bound(clamp_size(at.b), w);
        int64_t right = slice_bound(clamp_size(at.b) + clamp_size(size.b), w);
        if (!val_is_tuple(row))
            return fail(vm, ERR_TYPE);
        row = any_slice(vm, row, (uint64_t)left, (uint64_t)(right > left ? right : left));
        stack_push(vm, row);
    }
    return stack_to_tuple(vm, base);
}

/* Rows and items but the first and the last. */
DSL_FN struct val any_trim(struct vm *vm, struct val t)
{
    uint64_t base = vm->sp, n = seq_len(vm, t);
    for (uint64_t i = 1; i + 1 < n && !vm->err; i++) {
        struct val row = tuple_get(vm, t, i);
        if (!val_is_tuple(row))
            return fail(vm, ERR_TYPE);
        uint64_t w = seq_len(vm, row);
        row = any_slice(vm, row, 1, w > 1 ? w - 1 : 1);
        stack_push(vm, row);
    }
    return stack_to_tuple(vm, base);
}

DSL_FN struct val any_subgrid(struct vm *vm, const struct val *x)
{
    struct val at = op_ulcorner(vm, x);
    struct ints corner = {0, 0}, size = {0, 0};
    if (!vm->err)
        corner = subscript_pair(vm, at);
    if (!vm->err)
        size.a = height_of(vm, x[0]);
    if (!vm->err)
        size.b = width_of(vm, x[0]);
    return vm->err ? val_none() : any_crop(vm, x[1], corner, size);
}

/*
 * A call that failed with TypeError or for ragged rows, tried again in the wider sense.  Returns the
 * value, or fails with the first error.
 */
DSL_FN struct val any_retry(struct vm *vm, uint32_t op, const struct val *x)
{
    enum vm_error first = vm->err;
    uint64_t n = seq_len(vm, x[0]);
    struct val r = val_none();
    int tried = 1;
    vm->err = ERR_NONE;
    if (op == OP_hconcat)
        r = any_hconcat(vm, x[0], x[1]);
    else if ((op == OP_partition || op == OP_fgpartition) && val_is_set(x[0]))
        r = any_partition(vm, x[0], op == OP_fgpartition);
    else if (op == OP_compress && val_is_patch_pic(x[0]))
        r = any_compress(vm, x[0]);
    else if (op == OP_vupscale && val_is_container(x[0]))
        r = any_vupscale(vm, x[0], x[1]);
    else if (op == OP_tophalf && val_is_tuple(x[0]))
        r = any_slice(vm, x[0], 0, n / 2);
    else if (op == OP_bottomhalf && val_is_tuple(x[0]))
        r = any_slice(vm, x[0], n / 2 + n % 2, n);
    else if (op == OP_crop)
        r = any_crop(vm, x[0], subscript_pair(vm, x[1]), subscript_pair(vm, x[2]));
    else if (op == OP_trim && val_is_tuple(x[0]))
        r = any_trim(vm, x[0]);
    else if (op == OP_subgrid)
        r = any_subgrid(vm, x);
    else if (op == OP_hupscale && val_is_container(x[0]))
        r = any_scale(vm, x[0], 1, int_of(vm, x[1]));
    else if (op == OP_upscale && val_is_tuple(x[0]))
        r = any_scale(vm, x[0], int_of(vm, x[1]), int_of(vm, x[1]));
    else
        tried = (any_grid_args(op) || op == OP_canvas) && any_numbered(vm, op, x, &r);
    if (tried && !vm->err)
        return r;
    if (vm->err != ERR_LIMIT)
        vm->err = first;
    return val_none();
}

#endif
