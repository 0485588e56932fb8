/* Changing colours of a grid: fill, paint and their kin. */
#ifndef DSL_OP_GRID_PAINT_H
#define DSL_OP_GRID_PAINT_H

#include "op_grid_count.h"

/*
 * What is put onto a grid: the layers of an object each in its colour, or all cells of a patch in
 * one colour; over everything, or only where the grid has its background (under).  Of several
 * colours at one place the last wins over, the first that is not the background wins under.
 */
struct brush {
    struct pic *p;
    int single, under;
    int32_t colour;     /* of a single brush */
    int32_t background; /* under: colour of the places that may change */
};

DSL_INLINE uint32_t brush_layers(const struct brush *b)
{
    return b->single ? 1 : b->p->n_layers;
}

DSL_INLINE int32_t brush_colour(const struct brush *b, uint32_t k)
{
    return b->single ? b->colour : pic_colours(b->p)[k];
}

/* Layer k of the brush at tile (i, j) of the grid, before layers cover one another. */
DSL_INLINE rows brush_raw(const struct brush *b, uint32_t k, int64_t i, int64_t j)
{
    i -= b->p->row;
    j -= b->p->col;
    return b->single ? pic_window_all(b->p, i, j) : plane_window(pic_plane(b->p, k), i, j);
}

/* The places that layer k changes; `open` are those that may change at all. */
DSL_FN rows brush_tile(const struct brush *b, uint32_t k, int64_t i, int64_t j, rows open)
{
    rows r = rows_and(brush_raw(b, k, i, j), open);
    uint32_t from = b->under ? 0 : k + 1, to = b->under ? k : brush_layers(b);
    if (b->under && brush_colour(b, k) == b->background)
        return rows_zero();
    for (uint32_t m = from; m < to; m++)
        if (!b->under || brush_colour(b, m) != b->background)
            r = rows_andnot(r, brush_raw(b, m, i, j));
    return r;
}

/* Colours of the grid and of the brush, ascending, at the top of the arena; their number. */
DSL_FN uint32_t brush_palette(struct vm *vm, struct pic *g, const struct brush *b, int32_t **list)
{
    uint32_t n = 0, most = g->n_layers + brush_layers(b);
    uint64_t ref = heap_alloc(vm, most / 4 + 1);
    if (!ref)
        return 0;
    *list = (int32_t *)heap_at(vm, ref);
    for (uint32_t k = 0; k < g->n_layers; k++)
        (*list)[n++] = pic_colours(g)[k];
    for (uint32_t k = 0; k < brush_layers(b); k++)
        colours_insert(*list, &n, most, brush_colour(b, k));
    return n;
}

/* The grid with the brush applied. */
DSL_FN struct val grid_brush(struct vm *vm, struct val grid, const struct brush *b)
{
    struct pic *g = heap_pic(vm, grid);
    int32_t *list = NULL;
    if (g->w == 0)
        return grid;
    uint32_t n = brush_palette(vm, g, b, &list);
    uint64_t ref = n ? pic_alloc(vm, VAL_GRID, 0, 0, g->h, g->w, n) : 0;
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), list, n);
    int32_t bg = b->under ? pic_find(g, b->background) : -1;
    PIC_EACH_TILE(r, ti, q)
    {
        rows open = !b->under ? rows_rect(g->h, g->w, 32 * ti, 32 * q)
                    : bg < 0  ? rows_zero() /* painted over by now */
                              : pic_load(g, (uint32_t)bg, ti, q);
        rows all = rows_zero();
        for (uint32_t m = 0; m < brush_layers(b); m++)
            all = rows_or(all, brush_tile(b, m, 32 * ti, 32 * q, open));
        for (uint32_t k = 0, m = 0, l = 0; k < n; k++) {
            int32_t c = pic_colours(r)[k];
            rows x = rows_zero();
            if (l < g->n_layers && pic_colours(g)[l] == c)
                x = rows_andnot(pic_load(g, l++, ti, q), all);
            if (m < brush_layers(b) && brush_colour(b, m) == c)
                x = rows_or(x, brush_tile(b, m++, 32 * ti, 32 * q, open));
            pic_store(r, k, ti, q, x);
        }
    }
    return grid_finish(vm, ref);
}

/* All cells of a patch in one colour; `under` as in struct brush. */
DSL_FN struct val grid_fill(struct vm *vm, struct val g, struct val value, struct val patch,
                            int under, int32_t background)
{
    struct brush b;
    patch = as_patch_on(vm, patch, heap_pic(vm, g));
    if (vm->err)
        return val_none();
    if (!val_is_patch_pic(patch))
        return g;
    b.p = heap_pic(vm, patch);
    b.single = 1;
    b.under = under;
    b.background = background;
    return int32_of(vm, value, &b.colour) ? grid_brush(vm, g, &b) : val_none();
}

/* The commonest colour of a grid into *c; ValueError when it has no cell. */
DSL_FN int grid_background(struct vm *vm, struct val g, int32_t *c)
{
    if (g.tag != VAL_GRID || heap_pic(vm, g)->w == 0)
        return (int)(fail(vm, ERR_VALUE), 0);
    *c = pic_common_colour(heap_pic(vm, g), 1);
    return 1;
}

DSL_OP(fill)
{
    struct val g = as_grid_with_rows(vm, a[0]);
    return vm->err ? g : grid_fill(vm, g, a[1], a[2], 0, 0);
}

DSL_OP(underfill)
{
    struct val g = as_grid_with_rows(vm, a[0]);
    int32_t bg = 0;
    if (vm->err || !grid_background(vm, g, &bg))
        return val_none();
    return grid_fill(vm, g, a[1], a[2], 1, bg);
}

DSL_OP(cover)
{
    struct val g = as_grid(vm, a[0]);
    int32_t bg = 0;
    if (vm->err || !grid_background(vm, g, &bg))
        return val_none();
    return grid_fill(vm, g, val_int(bg), a[1], 0, 0);
}

/* The grid of h x w cells; LIMIT for too many colours. */
DSL_FN struct val grid_from_cells(struct vm *vm, const int32_t *cells, int32_t h, int32_t w)
{
    uint32_t n = 0;
    uint64_t held = heap_alloc(vm, COLOURS_MAX / 4);
    int32_t *colours = (int32_t *)heap_at(vm, held);
    if (!held)
        return val_none();
    for (int64_t k = 0; k < (int64_t)h * w; k++)
        if (!(k > 0 && cells[k] == cells[k - 1]) &&
            !colours_insert(colours, &n, COLOURS_MAX, cells[k]))
            return fail(vm, ERR_LIMIT);
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, h, w, n);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), colours, n);
    words_zero(pic_words(r), (size_t)n * r->layer_words);
    int32_t layer = 0;
    for (int32_t i = 0; i < h; i++)
        for (int32_t j = 0; j < w; j++) {
            int32_t c = cells[(int64_t)i * w + j];
            if (pic_colours(r)[layer] != c)
                layer = pic_find(r, c);
            pic_layer(r, (uint32_t)layer)[(j >> 5) * h + i] |= 1u << (j & 31);
        }
    return grid_finish(vm, ref);
}

/* A tuple of cells painted one after the other, as its order says; with `under`, on background. */
DSL_FN struct val paint_in_order(struct vm *vm, struct val grid, struct val cells, int under, int32_t bg)
{
    struct pic *g = heap_pic(vm, grid);
    struct seq s = seq_begin(vm, cells);
    struct val e;
    uint64_t held = heap_alloc(vm, ((uint64_t)g->h * (uint64_t)g->w + 3) / 4);
    int32_t *at = (int32_t *)heap_at(vm, held);
    if (!held)
        return val_none();
    for (uint32_t k = 0; k < g->n_layers; k++)
        for (int32_t q = 0; q < (int32_t)g->tw; q++)
            for (int32_t i = 0; i < g->h; i++)
                for (uint32_t m = pic_layer(g, k)[q * g->h + i]; m; m &= m - 1)
                    at[(int64_t)i * g->w + 32 * q + bits_first(m)] = pic_colours(g)[k];
    while (!vm->err && seq_next(vm, &s, &e)) {
        e = unpack_cell(vm, e);
        if (vm->err || !place_counts(e, g->h, g->w))
            continue;
        int32_t *to = &at[(int64_t)e.u.p.a * g->w + e.u.p.b];
        if (!under || *to == bg)
            *to = e.c;
    }
    return vm->err ? val_none() : grid_from_cells(vm, at, g->h, g->w);
}

DSL_FN struct val grid_paint(struct vm *vm, struct val g, struct val cells, int under, int32_t bg)
{
    struct brush b;
    struct val o = val_is_patch_pic(cells)
                       ? as_object(vm, cells)
                       : patch_from_elements(vm, cells, VAL_OBJECT, heap_pic(vm, g)->h,
                                             heap_pic(vm, g)->w);
    if (vm->err || o.tag != VAL_OBJECT)
        return vm->err ? val_none() : g;
    b.p = heap_pic(vm, o);
    b.single = 0;
    b.under = under;
    b.background = bg;
    if (val_is_tuple(cells) && b.p->n_layers > 1)
        return paint_in_order(vm, g, cells, under, bg);
    return grid_brush(vm, g, &b);
}

DSL_OP(paint)
{
    struct val g = as_grid_with_rows(vm, a[0]);
    return vm->err ? g : grid_paint(vm, g, a[1], 0, 0);
}

DSL_OP(underpaint)
{
    struct val g = as_grid_with_rows(vm, a[0]);
    int32_t bg = 0;
    if (vm->err || !grid_background(vm, g, &bg))
        return val_none();
    return grid_paint(vm, g, a[1], 1, bg);
}

/* A patch moved by (di, dj): the same picture at another place. */
DSL_FN struct val pic_shifted(struct vm *vm, struct val v, int64_t di, int64_t dj)
{
    struct pic *p = heap_pic(vm, v);
    int64_t row = p->row + di, col = p->col + dj;
    if (row != (int32_t)row || col != (int32_t)col ||
        !pic_allowed(row, col, p->h, p->w, p->n_layers))
        return fail(vm, ERR_LIMIT);
    uint64_t ref = heap_alloc(vm, p->b.size16);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(r, p, 4 * (size_t)p->b.size16);
    r->row = (int32_t)row;
    r->col = (int32_t)col;
    return val_ref((enum val_tag)v.tag, ref);
}

DSL_OP(move)
{
    struct val g = op_cover(vm, a);
    struct val o = vm->err ? g : as_object(vm, a[1]);
    if (vm->err)
        return val_none();
    if (o.tag != VAL_OBJECT)
        return g;
    struct val d = unpack_pair(vm, a[2]);
    if (!vm->err)
        o = pic_shifted(vm, o, d.u.p.a, d.u.p.b);
    return vm->err ? o : grid_paint(vm, g, o, 0, 0);
}

/* ---- colours exchanged everywhere ---- */

/* The grid with colour `from` turned into `to`, and the other way round if `both`. */
DSL_FN struct val grid_recolour(struct vm *vm, struct val grid, int64_t from, int32_t to, int both)
{
    struct pic *g = heap_pic(vm, grid);
    int32_t i = pic_find(g, from), j = pic_find(g, to);
    uint32_t n = g->n_layers + (j < 0), k, m = 0;
    if ((i < 0 && !(both && j >= 0)) || from == to)
        return grid;
    if (both && (i < 0 || from != (int32_t)from))
        return i < 0 && from == (int32_t)from ? grid_recolour(vm, grid, to, (int32_t)from, 0)
                                              : fail(vm, ERR_LIMIT);
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, g->h, g->w, n);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    for (k = 0; k < g->n_layers; k++)
        pic_colours(r)[m++] = pic_colours(g)[k];
    if (j < 0)
        colours_insert(pic_colours(r), &m, n, to);
    for (k = 0; k < n; k++) {
        int32_t c = pic_colours(r)[k];
        int32_t own = c == from ? (both ? j : -1) : c == to ? i : pic_find(g, c);
        int32_t also = c == to && !both ? j : -1;
        PIC_EACH_TILE(r, ti, q)
        {
            rows x = own < 0 ? rows_zero() : pic_load(g, (uint32_t)own, ti, q);
            if (also >= 0)
                x = rows_or(x, pic_load(g, (uint32_t)also, ti, q));
            pic_store(r, k, ti, q, x);
        }
    }
    return grid_finish(vm, ref);
}

DSL_OP(replace)
{
    struct val g = as_grid(vm, a[0]);
    int32_t to = 0;
    if (vm->err || g.tag != VAL_GRID || !val_is_int(a[1]) ||
        pic_find(heap_pic(vm, g), a[1].u.i) < 0 || !int32_of(vm, a[2], &to))
        return vm->err ? val_none() : g;
    return grid_recolour(vm, g, a[1].u.i, to, 0);
}

DSL_OP(switch)
{
    struct val g = as_grid(vm, a[0]);
    int32_t to = 0;
    if (vm->err || g.tag != VAL_GRID)
        return g;
    int has_a = val_is_int(a[1]) && pic_find(heap_pic(vm, g), a[1].u.i) >= 0;
    int has_b = val_is_int(a[2]) && pic_find(heap_pic(vm, g), a[2].u.i) >= 0;
    if (!has_a && !has_b)
        return g;
    if (!val_is_int(a[1]) || !int32_of(vm, a[2], &to))
        return fail(vm, ERR_TYPE);
    return grid_recolour(vm, g, a[1].u.i, to, 1);
}

/* ---- grids made cell by cell ---- */

DSL_OP(canvas)
{
    struct ints d = subscript_pair(vm, a[1]);
    int32_t c = 0;
    if (vm->err || d.a <= 0)
        return vm->err ? val_none() : val_empty_tuple();
    if (d.b > 0 && !int32_of(vm, a[0], &c))
        return val_none();
    int64_t h = d.a, w = d.b > 0 ? d.b : 0;
    if (h > LIMIT_ELEMENTS || w > LIMIT_ELEMENTS || h * w > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, h, w, w > 0);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    if (w > 0)
        pic_colours(r)[0] = c;
    PIC_EACH_TILE(r, ti, q) pic_store(r, 0, ti, q, rows_rect(h, w, 32 * ti, 32 * q));
    return grid_finish(vm, ref);
}

DSL_OP(cellwise)
{
    struct val x = as_grid_with_rows(vm, a[0]);
    struct val y = vm->err ? x : as_grid(vm, a[1]);
    int32_t fallback = 0;
    if (vm->err)
        return val_none();
    struct pic *g = heap_pic(vm, x);
    if (g->w == 0)
        return x;
    if (y.tag != VAL_GRID || heap_pic(vm, y)->h < g->h || heap_pic(vm, y)->w < g->w)
        return fail(vm, ERR_INDEX);
    if (!int32_of(vm, a[2], &fallback))
        return val_equal(vm, x, y) ? (vm->err = ERR_NONE, x) : val_none();
    struct pic *o = heap_pic(vm, y);
    uint32_t n = 0, most = g->n_layers + 1;
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, g->h, g->w, most - (pic_find(g, fallback) >= 0));
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    for (uint32_t k = 0; k < g->n_layers; k++)
        pic_colours(r)[n++] = pic_colours(g)[k];
    colours_insert(pic_colours(r), &n, most, fallback);
    PIC_EACH_TILE(r, ti, q)
    {
        rows differ = rows_rect(g->h, g->w, 32 * ti, 32 * q);
        for (uint32_t k = 0; k < n; k++) {
            int32_t i = pic_find(g, pic_colours(r)[k]), j = pic_find(o, pic_colours(r)[k]);
            rows same = i < 0 || j < 0 ? rows_zero()
                                       : rows_and(pic_load(g, (uint32_t)i, ti, q),
                                                  pic_load(o, (uint32_t)j, ti, q));
            pic_store(r, k, ti, q, same);
            differ = rows_andnot(differ, same);
        }
        uint32_t f = (uint32_t)pic_find(r, fallback);
        pic_store(r, f, ti, q, rows_or(pic_load(r, f, ti, q), differ));
    }
    return grid_finish(vm, ref);
}

DSL_OP(toobject)
{
    struct val g = as_grid_with_rows(vm, a[1]);
    struct val p = vm->err ? g : as_patch_on(vm, a[0], heap_pic(vm, g));
    if (vm->err)
        return val_none();
    struct pic *o = heap_pic(vm, g);
    if (!val_is_patch_pic(p) || o->w == 0)
        return val_empty_set();
    struct pic *m = heap_pic(vm, p);
    uint64_t ref = pic_alloc(vm, VAL_OBJECT, 0, 0, o->h, o->w, o->n_layers);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), pic_colours(o), o->n_layers);
    PIC_EACH_TILE(r, ti, q)
    {
        rows mask = pic_window_all(m, 32 * ti - (int64_t)m->row, 32 * q - (int64_t)m->col);
        for (uint32_t k = 0; k < r->n_layers; k++)
            pic_store(r, k, ti, q, rows_and(pic_load(o, k, ti, q), mask));
    }
    return patch_finish(vm, ref);
}

#endif
