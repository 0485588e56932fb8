/* Cutting grids, joining them, turning and scaling them. */
#ifndef DSL_OP_GRID_CUT_H
#define DSL_OP_GRID_CUT_H

#include "op_patch.h"
#include "turn.h"

/* h x w cells of the grid from (i, j) on, all inside it; h = 0 gives the empty tuple. */
DSL_FN struct val grid_part(struct vm *vm, struct val grid, int64_t i, int64_t j, int64_t h, int64_t w)
{
    struct pic *g = heap_pic(vm, grid);
    if (h <= 0)
        return val_empty_tuple();
    if (i == 0 && j == 0 && h == g->h && w == g->w)
        return grid;
    uint32_t n = w > 0 ? g->n_layers : 0;
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, h, w, n);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), pic_colours(g), n);
    for (uint32_t k = 0; k < n; k++)
        PIC_EACH_TILE(r, ti, q)
            pic_store(r, k, ti, q,
                      rows_clip(plane_window(pic_plane(g, k), i + 32 * ti, j + 32 * q),
                                h - 32 * ti, w - 32 * q));
    return grid_finish(vm, ref);
}

/* One bound of a Python slice of a sequence of n: negative counts from the end, then clamped. */
DSL_INLINE int64_t slice_bound(int64_t x, int64_t n)
{
    x = x < 0 ? x + n : x;
    return x < 0 ? 0 : x > n ? n : x;
}

/* grid[i : i + h] with columns [j : j + w), as Python slices. */
DSL_FN struct val grid_crop(struct vm *vm, struct val g, int64_t i, int64_t j, int64_t h, int64_t w)
{
    if (g.tag != VAL_GRID)
        return g;
    i = clamp_size(i);
    j = clamp_size(j);
    h = clamp_size(h);
    w = clamp_size(w);
    int64_t top = slice_bound(i, heap_pic(vm, g)->h), bottom = slice_bound(i + h, heap_pic(vm, g)->h);
    int64_t left = slice_bound(j, heap_pic(vm, g)->w), right = slice_bound(j + w, heap_pic(vm, g)->w);
    return grid_part(vm, g, top, left, bottom - top, right > left ? right - left : 0);
}

DSL_OP(crop)
{
    struct val g = as_grid(vm, a[0]);
    struct ints at = subscript_pair(vm, a[1]), size = subscript_pair(vm, a[2]);
    return vm->err ? val_none() : grid_crop(vm, g, at.a, at.b, size.a, size.b);
}

DSL_OP(subgrid)
{
    struct val at = op_ulcorner(vm, a);
    struct val g = vm->err ? at : as_grid(vm, a[1]);
    struct ints corner = {0, 0};
    if (!vm->err)
        corner = subscript_pair(vm, at);
    int64_t h = vm->err ? 0 : height_of(vm, a[0]), w = vm->err ? 0 : width_of(vm, a[0]);
    return vm->err ? val_none() : grid_crop(vm, g, corner.a, corner.b, h, w);
}

DSL_OP(trim)
{
    struct val g = as_grid(vm, a[0]);
    if (vm->err || g.tag != VAL_GRID)
        return g;
    int64_t h = heap_pic(vm, g)->h - 2, w = heap_pic(vm, g)->w - 2;
    return grid_part(vm, g, 1, 1, h, w > 0 ? w : 0);
}

DSL_OP(tophalf)
{
    struct val g = as_grid(vm, a[0]);
    if (vm->err || g.tag != VAL_GRID)
        return g;
    return grid_part(vm, g, 0, 0, heap_pic(vm, g)->h / 2, heap_pic(vm, g)->w);
}

DSL_OP(bottomhalf)
{
    struct val g = as_grid(vm, a[0]);
    if (vm->err || g.tag != VAL_GRID)
        return g;
    int32_t h = heap_pic(vm, g)->h;
    return grid_part(vm, g, h / 2 + h % 2, 0, h / 2, heap_pic(vm, g)->w);
}

/* The left or right half; a grid of less than two columns gives the empty tuple. */
DSL_FN struct val half_of_columns(struct vm *vm, struct val g, int right)
{
    g = as_grid(vm, g);
    if (vm->err || g.tag != VAL_GRID)
        return g;
    int32_t h = heap_pic(vm, g)->h, w = heap_pic(vm, g)->w;
    if (w < 2)
        return val_empty_tuple();
    return grid_part(vm, g, 0, right ? w / 2 + w % 2 : 0, h, w / 2);
}

DSL_OP(lefthalf)
{
    return half_of_columns(vm, a[0], 0);
}

DSL_OP(righthalf)
{
    return half_of_columns(vm, a[0], 1);
}

/* n pieces side by side, or one below the other, with a gap of one if n does not divide. */
DSL_FN struct val grid_split(struct vm *vm, struct val g, struct val pieces, int rows_wise)
{
    uint64_t base = vm->sp;
    g = as_grid_with_rows(vm, g);
    int64_t n = vm->err ? 0 : int_of(vm, pieces);
    if (vm->err)
        return val_none();
    if (n == 0)
        return fail(vm, ERR_ZERO_DIVISION);
    int64_t h = heap_pic(vm, g)->h, w = heap_pic(vm, g)->w, all = rows_wise ? h : w;
    if (n < 0)
        return val_empty_tuple();
    if (n > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    int64_t each = all / n, step = each + (all % n != 0);
    for (int64_t k = 0; k < n && !vm->err; k++)
        stack_push(vm, rows_wise ? grid_crop(vm, g, k * step, 0, each, w)
                                 : grid_crop(vm, g, 0, k * step, h, each));
    return stack_to_tuple(vm, base);
}

DSL_OP(hsplit)
{
    return grid_split(vm, a[0], a[1], 0);
}

DSL_OP(vsplit)
{
    return grid_split(vm, a[0], a[1], 1);
}

/* ---- joining ---- */

/* Ascending union of the colours of two pictures into list; their number. */
DSL_FN uint32_t colours_join(struct pic *p, struct pic *q, int32_t *list)
{
    uint32_t i = 0, j = 0, n = 0;
    int32_t *a = pic_colours(p), *b = pic_colours(q);
    while (i < p->n_layers || j < q->n_layers) {
        if (j == q->n_layers || (i < p->n_layers && a[i] <= b[j])) {
            j += j < q->n_layers && a[i] == b[j];
            list[n++] = a[i++];
        } else {
            list[n++] = b[j++];
        }
    }
    return n;
}

/* Two grids in a common h x w grid, the second with its corner at (i, j). */
DSL_FN struct val grid_join(struct vm *vm, struct val a, struct val b, int64_t h, int64_t w, int64_t i,
                            int64_t j)
{
    struct pic *p = heap_pic(vm, a), *q = heap_pic(vm, b);
    uint64_t held = heap_alloc(vm, (p->n_layers + q->n_layers) / 4 + 1);
    if (!held || h > LIMIT_ELEMENTS || w > LIMIT_ELEMENTS || h * w > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    uint32_t n = colours_join(p, q, (int32_t *)heap_at(vm, held));
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, h, w, n);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), heap_at(vm, held), n);
    for (uint32_t k = 0; k < n; k++) {
        int32_t x = pic_find(p, pic_colours(r)[k]), y = pic_find(q, pic_colours(r)[k]);
        PIC_EACH_TILE(r, ti, t)
        {
            rows z = rows_or(pic_tile(p, x, 32 * ti, 32 * t), pic_tile(q, y, 32 * ti - i, 32 * t - j));
            pic_store(r, k, ti, t, rows_clip(z, h - 32 * ti, w - 32 * t));
        }
    }
    return grid_finish(vm, ref);
}

DSL_OP(hconcat)
{
    struct val x = as_grid(vm, a[0]);
    struct val y = vm->err ? x : as_grid(vm, a[1]);
    if (vm->err)
        return val_none();
    if (x.tag != VAL_GRID || y.tag != VAL_GRID)
        return val_empty_tuple();
    struct pic *p = heap_pic(vm, x), *q = heap_pic(vm, y);
    int64_t w = p->w;
    return grid_join(vm, x, y, p->h < q->h ? p->h : q->h, w + q->w, 0, w);
}

DSL_OP(vconcat)
{
    if (val_is_int(a[0]) && val_is_int(a[1]))
        return number_binary(vm, NUMBER_ADD, a[0], a[1]);
    if (!val_is_tuple(a[0]) || !val_is_tuple(a[1]))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, a[0]) == 0)
        return a[1];
    if (seq_len(vm, a[1]) == 0)
        return a[0];
    int grids = a[0].tag == VAL_GRID && a[1].tag == VAL_GRID;
    int32_t v = grids ? heap_pic(vm, a[0])->w : 0, w = grids ? heap_pic(vm, a[1])->w : 0;
    if (!grids || v != w) {
        uint64_t base = seq_push(vm, a[0]);
        seq_push(vm, a[1]);
        return stack_to_tuple(vm, base);
    }
    struct pic *p = heap_pic(vm, a[0]), *q = heap_pic(vm, a[1]);
    return grid_join(vm, a[0], a[1], (int64_t)p->h + q->h, p->w, p->h, 0);
}

/* ---- turning ---- */

DSL_FN struct val grid_turn(struct vm *vm, struct val g, enum turn t)
{
    g = as_grid(vm, g);
    if (vm->err || g.tag != VAL_GRID)
        return g;
    if (heap_pic(vm, g)->w == 0)
        return turn_swaps(t) ? val_empty_tuple() : g;
    return pic_turn(vm, g, t);
}

DSL_OP(rot90)
{
    return grid_turn(vm, a[0], TURN_90);
}

DSL_OP(rot180)
{
    return grid_turn(vm, a[0], TURN_180);
}

DSL_OP(rot270)
{
    return grid_turn(vm, a[0], TURN_270);
}

#endif
