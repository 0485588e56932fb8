/* Where an object occurs in a grid, and with which period it repeats. */
#ifndef DSL_OP_SEARCH_H
#define DSL_OP_SEARCH_H

#include "op_line.h"

enum { SEARCH_TILES = 4 }; /* tiles looked at for a unit */

/* Keeps of tile `r` at (i, j) the places where layer k of o, laid there, finds its colour in g;
   *work counts the tiles looked at. */
DSL_FN rows match_layer(struct pic *g, struct pic *o, uint32_t k, rows r, int64_t i, int64_t j,
                        uint64_t *work)
{
    int32_t layer = pic_find(g, pic_colours(o)[k]);
    if (layer < 0)
        return rows_zero();
    struct plane m = pic_plane(g, (uint32_t)layer);
    for (int32_t q = 0; q < (int32_t)o->tw; q++)
        for (int32_t a = 0; a < o->h; a++)
            for (uint32_t w = pic_layer(o, k)[q * o->h + a]; w; w &= w - 1) {
                r = rows_and(r, plane_window(m, i + a, j + 32 * q + bits_first(w)));
                (*work)++;
                if (!rows_any(r))
                    return r;
            }
    return r;
}

DSL_OP(occurrences)
{
    struct val v = as_grid_with_rows(vm, a[0]);
    if (vm->err)
        return val_none();
    struct pic *g = heap_pic(vm, v);
    int64_t h = g->h, w = g->w;
    if (val_is_container(a[1]) && seq_len(vm, a[1]) == 0)
        return rectangle(vm, 0, 0, h, w);
    int64_t oh = height_of(vm, a[1]), ow = width_of(vm, a[1]);
    if (vm->err)
        return val_none();
    if (oh > h || ow > w)
        return val_empty_set();
    struct val ov = as_object(vm, a[1]);
    uint64_t ref = vm->err ? 0 : indices_blank(vm, 0, 0, h - oh + 1, w - ow + 1);
    if (!ref)
        return val_none();
    struct pic *o = heap_pic(vm, ov), *r = (struct pic *)heap_at(vm, ref);
    PIC_EACH_TILE(r, ti, q)
    {
        rows all = rows_rect(r->h, r->w, 32 * ti, 32 * q);
        uint64_t work = 0;
        for (uint32_t k = 0; k < o->n_layers && rows_any(all); k++)
            all = match_layer(g, o, k, all, 32 * ti, 32 * q, &work);
        pic_store(r, 0, ti, q, all);
        if (!afford(vm, work / SEARCH_TILES))
            return val_none();
    }
    return patch_finish(vm, ref);
}

/* Is every cell, moved by p columns or rows to the origin, off the box or on an equal cell?  *work
   counts the tiles looked at. */
DSL_FN int has_period(struct pic *o, int64_t di, int64_t dj, uint64_t *work)
{
    for (uint32_t k = 0; k < o->n_layers; k++)
        PIC_EACH_TILE(o, ti, q)
        {
            rows moved = plane_window(pic_plane(o, k), 32 * ti + di, 32 * q + dj);
            (*work)++;
            if (rows_any(rows_andnot(moved, pic_load(o, k, ti, q))))
                return 0;
        }
    return 1;
}

DSL_FN struct val period_of(struct vm *vm, struct val v, int vertical)
{
    v = as_patch(vm, v);
    if (vm->err || !val_is_patch_pic(v))
        return vm->err ? val_none() : val_int(0);
    struct pic *o = heap_pic(vm, v);
    int64_t n = vertical ? o->h : o->w, p = 1;
    if (v.tag == VAL_INDICES && n > 1)
        return fail(vm, ERR_TYPE);
    uint64_t work = 0;
    while (p < n && !has_period(o, vertical ? p : 0, vertical ? 0 : p, &work)) {
        p++;
        if (!afford(vm, work / SEARCH_TILES))
            return val_none();
        work %= SEARCH_TILES;
    }
    return val_int(p);
}

DSL_OP(hperiod)
{
    return period_of(vm, a[0], 0);
}

DSL_OP(vperiod)
{
    return period_of(vm, a[0], 1);
}

#endif
