/* Grids: this file scales and compresses; the others of the family are included here. */
#ifndef DSL_OP_GRID_H
#define DSL_OP_GRID_H

#include "op_grid_cut.h"

/*
 * The picture with every cell repeated fi times down and fj times across, in a box of the same
 * corner; fi, fj >= 1.  Bit by bit of the source's rows: runs of fj bits are set at once.
 */
DSL_FN struct val pic_upscale(struct vm *vm, struct val v, int64_t fi, int64_t fj)
{
    struct pic *p = heap_pic(vm, v);
    if (fi > LIMIT_ELEMENTS || fj > LIMIT_ELEMENTS ||
        (int64_t)p->b.len * fi > LIMIT_ELEMENTS || (int64_t)p->b.len * fi * fj > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    int64_t h = p->h * fi, w = p->w * fj;
    uint64_t ref = pic_alloc(vm, (enum val_tag)v.tag, p->row, p->col, h, w, p->n_layers);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), pic_colours(p), p->n_layers);
    words_zero(pic_words(r), (size_t)r->layer_words * r->n_layers);
    for (uint32_t k = 0; k < p->n_layers; k++)
        for (int32_t q = 0; q < (int32_t)p->tw; q++)
            for (int32_t i = 0; i < p->h; i++)
                for (uint32_t m = pic_layer(p, k)[q * p->h + i]; m; m &= m - 1)
                    for (int64_t j = (32 * q + bits_first(m)) * fj, end = j + fj; j < end;) {
                        int64_t stop = (j | 31) + 1 < end ? (j | 31) + 1 : end;
                        uint32_t *to = pic_layer(r, k) + (j >> 5) * h + i * fi;
                        uint32_t run = bits_below((int)(stop - j)) << (j & 31);
                        for (int64_t d = 0; d < fi; d++)
                            to[d] |= run;
                        j = stop;
                    }
    return v.tag == VAL_GRID ? grid_finish(vm, ref) : patch_finish(vm, ref);
}

/* h rows without columns. */
DSL_FN struct val grid_of_empty_rows(struct vm *vm, int64_t h)
{
    uint64_t ref = h > 0 && h <= LIMIT_ELEMENTS ? pic_alloc(vm, VAL_GRID, 0, 0, h, 0, 0) : 0;
    return h <= 0 ? val_empty_tuple() : ref ? grid_finish(vm, ref) : fail(vm, ERR_LIMIT);
}

/* The grid scaled by fi and fj, as products of Python sequences behave. */
DSL_FN struct val grid_scale(struct vm *vm, struct val g, int64_t fi, int64_t fj)
{
    if (vm->err || g.tag != VAL_GRID)
        return vm->err ? val_none() : g;
    int64_t h = heap_pic(vm, g)->h;
    if (fi <= 0)
        return val_empty_tuple();
    if (fj <= 0 || heap_pic(vm, g)->w == 0)
        return fi > LIMIT_ELEMENTS ? fail(vm, ERR_LIMIT) : grid_of_empty_rows(vm, h * fi);
    return pic_upscale(vm, g, fi, fj);
}

DSL_OP(hupscale)
{
    struct val g = as_grid(vm, a[0]);
    int64_t f = vm->err || g.tag != VAL_GRID ? 1 : int_of(vm, a[1]);
    return grid_scale(vm, g, 1, f);
}

DSL_OP(vupscale)
{
    struct val g = as_grid(vm, a[0]);
    int64_t f = vm->err || g.tag != VAL_GRID ? 1 : int_of(vm, a[1]);
    return grid_scale(vm, g, f, 1);
}

DSL_OP(upscale)
{
    if (val_is_tuple(a[0])) {
        struct val g = as_grid(vm, a[0]);
        int64_t f = vm->err || g.tag != VAL_GRID ? 1 : int_of(vm, a[1]);
        return grid_scale(vm, g, f, f);
    }
    struct val o = as_object(vm, a[0]);
    if (vm->err || o.tag != VAL_OBJECT)
        return o;
    int64_t f = int_of(vm, a[1]);
    if (vm->err || f <= 0)
        return vm->err ? val_none() : val_empty_set();
    return pic_upscale(vm, o, f, f);
}

/* ---- rows and columns chosen ---- */

/* The chosen columns of a layer, at most 32 of them, to[i] of its row i. */
DSL_FN void choose_columns(struct pic *g, uint32_t k, const int32_t *cols_in, int n, uint32_t *to)
{
    for (int32_t ti = 0; ti < pic_tile_rows(g); ti++) {
        rows r = rows_zero(), from = rows_zero();
        for (int32_t j = 0, q = -1; j < n; j++) {
            if (cols_in[j] >> 5 != q)
                from = pic_load(g, k, ti, q = cols_in[j] >> 5);
            r = rows_or(r, rows_shl(rows_and(rows_shr(from, cols_in[j] & 31), rows_fill(1)), j));
        }
        rows_store(to + 32 * ti, r, min32(32, g->h - 32 * ti));
    }
}

/* Copies the chosen rows and columns (lists of n_rows, n_cols numbers) of a grid. */
DSL_FN struct val grid_choose(struct vm *vm, struct val grid, const int32_t *rows_in, int64_t n_rows,
                              const int32_t *cols_in, int64_t n_cols)
{
    struct pic *g = heap_pic(vm, grid);
    if (n_rows == 0)
        return val_empty_tuple();
    if (n_cols == 0)
        return grid_of_empty_rows(vm, n_rows);
    uint64_t held = heap_alloc(vm, (uint64_t)g->h / 4 + 1);
    uint64_t ref = held ? pic_alloc(vm, VAL_GRID, 0, 0, n_rows, n_cols, g->n_layers) : 0;
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    uint32_t *chosen = (uint32_t *)heap_at(vm, held), *to = pic_words(r);
    words_copy(pic_colours(r), pic_colours(g), g->n_layers);
    for (uint32_t k = 0; k < g->n_layers; k++)
        for (int32_t q = 0; q < (int32_t)r->tw; q++) {
            choose_columns(g, k, cols_in + 32 * q, min32(32, (int32_t)n_cols - 32 * q), chosen);
            for (int32_t i = 0; i < r->h; i++)
                *to++ = chosen[rows_in[i]];
        }
    return grid_finish(vm, ref);
}

/* Room for a list of n numbers; NULL with err set when there is none. */
DSL_FN int32_t *number_list(struct vm *vm, int64_t n)
{
    uint64_t ref = heap_alloc(vm, (uint64_t)n / 4 + 1);
    return ref ? (int32_t *)heap_at(vm, ref) : NULL;
}

DSL_OP(downscale)
{
    struct val g = as_grid_with_rows(vm, a[0]);
    int64_t f = vm->err ? 0 : int_of(vm, a[1]), n_rows = 0, n_cols = 0;
    if (vm->err)
        return val_none();
    if (f == 0)
        return fail(vm, ERR_ZERO_DIVISION);
    struct pic *p = heap_pic(vm, g);
    int32_t *r = number_list(vm, p->h), *c = number_list(vm, p->w);
    if (!r || !c)
        return val_none();
    for (int32_t i = 0; i < p->h; i++)
        if (i % f == 0)
            r[n_rows++] = i;
    for (int32_t j = 0; j < p->w; j++)
        if (j % f == 0)
            c[n_cols++] = j;
    return grid_choose(vm, g, r, n_rows, c, n_cols);
}

/* Is row i of one colour? */
DSL_FN int row_is_plain(struct pic *p, int32_t i)
{
    for (uint32_t k = 0; k < p->n_layers; k++) {
        int full = 1;
        for (int32_t q = 0; q < (int32_t)p->tw && full; q++)
            full = pic_layer(p, k)[q * p->h + i] == bits_below(p->w - 32 * q);
        if (full)
            return p->w > 0;
    }
    return 0;
}

/* Bit j: column 32 q + j is of one colour (and inside the grid). */
DSL_FN uint32_t plain_columns(struct pic *p, int32_t q)
{
    uint32_t plain = 0;
    for (uint32_t k = 0; k < p->n_layers; k++) {
        uint32_t all = bits_below(p->w - 32 * q);
        for (int32_t i = 0; i < p->h; i++)
            all &= pic_layer(p, k)[q * p->h + i];
        plain |= all;
    }
    return plain;
}

DSL_OP(compress)
{
    struct val g = as_grid(vm, a[0]);
    int64_t n_rows = 0, n_cols = 0;
    if (vm->err || g.tag != VAL_GRID || heap_pic(vm, g)->w == 0)
        return g;
    struct pic *p = heap_pic(vm, g);
    int32_t *r = number_list(vm, p->h), *c = number_list(vm, p->w);
    if (!r || !c)
        return val_none();
    for (int32_t i = 0; i < p->h; i++)
        if (!row_is_plain(p, i))
            r[n_rows++] = i;
    for (int32_t q = 0; q < (int32_t)p->tw; q++)
        for (uint32_t m = bits_below(p->w - 32 * q) & ~plain_columns(p, q); m; m &= m - 1)
            c[n_cols++] = 32 * q + bits_first(m);
    return grid_choose(vm, g, r, n_rows, c, n_cols);
}

#endif
