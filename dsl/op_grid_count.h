/* What a grid or object holds: colours, counts, sizes, places. */
#ifndef DSL_OP_GRID_COUNT_H
#define DSL_OP_GRID_COUNT_H

#include "op.h"

/* Reads an element (grid or patch) by the tuple test. */
DSL_INLINE struct val as_element(struct vm *vm, struct val v)
{
    return val_is_tuple(v) ? as_grid(vm, v) : as_patch(vm, v);
}

/* Cells in row i of the box, all layers. */
DSL_FN int64_t row_cells(struct pic *p, int32_t i)
{
    int64_t n = 0;
    for (uint32_t k = 0; k < p->n_layers; k++)
        for (uint32_t q = 0; q < p->tw; q++)
            n += bits_count(pic_layer(p, k)[q * (uint32_t)p->h + (uint32_t)i]);
    return n;
}

/* Most or least frequent first item; of indices that is the row. */
DSL_FN struct val common_colour(struct vm *vm, struct val v, int sign)
{
    int64_t best = INT64_MIN;
    int32_t row = 0;
    v = as_element(vm, v);
    if (vm->err)
        return val_none();
    if ((v.tag != VAL_GRID && !val_is_patch_pic(v)) || heap_pic(vm, v)->b.len == 0)
        return fail(vm, ERR_VALUE);
    struct pic *p = heap_pic(vm, v);
    if (v.tag != VAL_INDICES)
        return val_int(pic_common_colour(p, sign));
    for (int32_t i = 0; i < p->h; i++) {
        int64_t n = row_cells(p, i);
        if (n > 0 && sign * n > best) {
            best = sign * n;
            row = p->row + i;
        }
    }
    return val_int(row);
}

DSL_OP(mostcolor)
{
    return common_colour(vm, a[0], 1);
}

DSL_OP(leastcolor)
{
    return common_colour(vm, a[0], -1);
}

DSL_OP(colorcount)
{
    if (val_is_tuple(a[0]) && a[0].tag != VAL_GRID && seq_len(vm, a[0]) &&
        !val_is_container(tuple_get(vm, a[0], 0)))
        return fail(vm, ERR_ATTRIBUTE);
    struct val v = as_element(vm, a[0]);
    if (vm->err)
        return val_none();
    if ((v.tag != VAL_GRID && !val_is_patch_pic(v)) || !val_is_int(a[1]))
        return val_int(0);
    struct pic *p = heap_pic(vm, v);
    int64_t c = a[1].u.i;
    if (v.tag == VAL_INDICES)
        return val_int(c >= p->row && c < (int64_t)p->row + p->h ? row_cells(p, (int32_t)(c - p->row)) : 0);
    int32_t k = pic_find(p, c);
    return val_int(k < 0 ? 0 : (int64_t)layer_count(p, (uint32_t)k));
}

DSL_FN struct val palette_of(struct vm *vm, struct val v)
{
    uint64_t base = vm->sp;
    v = as_element(vm, v);
    if (vm->err)
        return val_none();
    if (v.tag == VAL_GRID || v.tag == VAL_OBJECT) {
        struct pic *p = heap_pic(vm, v);
        for (uint32_t k = 0; k < p->n_layers; k++)
            stack_push(vm, val_int(pic_colours(p)[k]));
    } else if (v.tag == VAL_INDICES) {
        struct pic *p = heap_pic(vm, v);
        for (int32_t i = 0; i < p->h; i++)
            if (row_cells(p, i))
                stack_push(vm, val_int(p->row + i));
    }
    return stack_to_set(vm, base);
}

DSL_OP(palette)
{
    return palette_of(vm, a[0]);
}

DSL_OP(numcolors)
{
    struct val s = palette_of(vm, a[0]);
    return vm->err ? s : val_int((int64_t)seq_len(vm, s));
}

/* Rows of a tuple, or of a patch's box. */
DSL_FN int64_t height_of(struct vm *vm, struct val v)
{
    if (val_is_tuple(v))
        return (int64_t)seq_len(vm, v);
    v = as_patch(vm, v);
    return vm->err || !val_is_patch_pic(v) ? 0 : heap_pic(vm, v)->h;
}

/* Length of a tuple's first element, or columns of a patch's box. */
DSL_FN int64_t width_of(struct vm *vm, struct val v)
{
    if (v.tag == VAL_GRID)
        return heap_pic(vm, v)->w;
    if (val_is_tuple(v)) {
        if (seq_len(vm, v) == 0)
            return 0;
        struct val row = tuple_get(vm, v, 0);
        if (!val_is_container(row))
            return fail(vm, ERR_TYPE).u.i;
        return (int64_t)seq_len(vm, row);
    }
    v = as_patch(vm, v);
    return vm->err || !val_is_patch_pic(v) ? 0 : heap_pic(vm, v)->w;
}

DSL_OP(height)
{
    return val_int(height_of(vm, a[0]));
}

DSL_OP(width)
{
    return val_int(width_of(vm, a[0]));
}

DSL_OP(shape)
{
    int64_t h = height_of(vm, a[0]), w = width_of(vm, a[0]);
    return ints_to_pair(vm, h, w);
}

DSL_OP(portrait)
{
    int64_t h = height_of(vm, a[0]), w = width_of(vm, a[0]);
    return val_bool(h > w);
}

/* ---- the grid as a set ---- */

DSL_OP(asindices)
{
    struct val g = as_grid(vm, a[0]);
    if (vm->err || g.tag != VAL_GRID || heap_pic(vm, g)->w == 0)
        return val_empty_set();
    int32_t h = heap_pic(vm, g)->h, w = heap_pic(vm, g)->w;
    uint64_t ref = indices_blank(vm, 0, 0, h, w);
    if (!ref)
        return val_none();
    struct pic *p = (struct pic *)heap_at(vm, ref);
    PIC_EACH_TILE(p, ti, q) pic_store(p, 0, ti, q, rows_rect(h, w, 32 * ti, 32 * q));
    return pic_seal(vm, ref, (uint64_t)h * (uint64_t)w);
}

DSL_OP(ofcolor)
{
    struct val g = as_grid(vm, a[0]);
    if (vm->err)
        return val_none();
    if (g.tag != VAL_GRID || !val_is_int(a[1]))
        return val_empty_set();
    int32_t k = pic_find(heap_pic(vm, g), a[1].u.i);
    if (k < 0)
        return val_empty_set();
    uint64_t ref = indices_blank(vm, 0, 0, heap_pic(vm, g)->h, heap_pic(vm, g)->w);
    if (!ref)
        return val_none();
    struct pic *p = heap_pic(vm, g), *r = (struct pic *)heap_at(vm, ref);
    PIC_EACH_TILE(r, ti, q) pic_store(r, 0, ti, q, pic_load(p, (uint32_t)k, ti, q));
    return patch_finish(vm, ref);
}

DSL_OP(asobject)
{
    struct val g = as_grid(vm, a[0]);
    if (vm->err)
        return val_none();
    if (g.tag != VAL_GRID || heap_pic(vm, g)->w == 0)
        return val_empty_set();
    uint32_t units = heap_pic(vm, g)->b.size16;
    uint64_t ref = heap_alloc(vm, units), cells = heap_pic(vm, g)->b.len;
    if (!ref)
        return val_none();
    words_copy(heap_at(vm, ref), heap_pic(vm, g), 4 * (size_t)units);
    heap_at(vm, ref)->tag = VAL_OBJECT;
    heap_at(vm, ref)->depth = 3;
    return pic_seal(vm, ref, cells);
}

DSL_OP(index)
{
    struct val at = unpack_pair(vm, a[1]);
    struct val g = vm->err ? at : as_grid_with_rows(vm, a[0]);
    if (vm->err)
        return val_none();
    struct pic *p = heap_pic(vm, g);
    int32_t i = at.u.p.a, j = at.u.p.b;
    if (i < 0 || j < 0 || i >= p->h || j >= p->w)
        return val_none();
    return val_int(grid_at(p, i, j));
}

#endif
