/*
 * Pictures: how masks are made, read and put into their canonical form (struct pic in value.h).
 *
 * Everything that moves bits goes through plane_window: the 32 x 32 tile that begins anywhere in
 * or around a mask.  A new picture is made at the top of the arena, layer by layer, tile by tile,
 * and finished by patch_finish (shrinks the box) or grid_finish (drops colours that are not met).
 */
#ifndef DSL_PICTURE_H
#define DSL_PICTURE_H

#include "heap.h"
#include "rows.h"

/* A mask of h x w bits somewhere in the arena, words as in struct pic. */
struct plane {
    const uint32_t *w;
    int32_t h, tw;
};

DSL_INLINE uint32_t pic_colour_units(uint32_t n_layers)
{
    return (n_layers + 3) / 4;
}

DSL_INLINE int32_t *pic_colours(struct pic *p)
{
    return (int32_t *)(p + 1);
}

DSL_INLINE uint32_t *pic_words(struct pic *p)
{
    return (uint32_t *)((uint8_t *)(p + 1) + 16u * pic_colour_units(p->n_layers));
}

DSL_INLINE uint32_t *pic_layer(struct pic *p, uint32_t k)
{
    return pic_words(p) + (size_t)k * p->layer_words;
}

DSL_INLINE struct plane pic_plane(struct pic *p, uint32_t k)
{
    struct plane m;
    m.w = pic_layer(p, k);
    m.h = p->h;
    m.tw = (int32_t)p->tw;
    return m;
}

/* The tile whose upper-left corner is (i, j) of the plane; 0 outside the plane. */
DSL_LARGE rows plane_window(struct plane m, int64_t i, int64_t j)
{
    int32_t q = (int32_t)(j >> 5);
    int s = (int)(j & 31);
    if (i >= m.h || i <= -32 || j >= 32 * (int64_t)m.tw || j < -32)
        return rows_zero();
    rows lo = q >= 0 ? rows_load(m.w + q * m.h, m.h, (int)i) : rows_zero();
    if (s == 0)
        return lo;
    lo = rows_shr(lo, s);
    if (q + 1 < m.tw)
        lo = rows_or(lo, rows_shl(rows_load(m.w + (q + 1) * m.h, m.h, (int)i), 32 - s));
    return lo;
}

/* Bits of columns 0..n-1 of a tile, n from -inf to inf. */
DSL_INLINE rows rows_clip(rows r, int64_t n_rows, int64_t n_cols)
{
    if (n_cols < 32)
        r = rows_and(r, rows_fill(n_cols > 0 ? bits_below((int)n_cols) : 0));
    if (n_rows < 32)
        r = rows_and(r, rows_below(n_rows > 0 ? (int)n_rows : 0));
    return r;
}

/* The tile at (i, j) of the full h x w rectangle. */
DSL_INLINE rows rows_rect(int64_t h, int64_t w, int64_t i, int64_t j)
{
    rows r = rows_fill(0xffffffffu);
    if (i >= h || j >= w)
        return rows_zero();
    return rows_clip(r, h - i, w - j);
}

/* Words of a picture's masks, saturating well above LIMIT_WORDS. */
DSL_INLINE uint64_t pic_count_words(int64_t h, int64_t w, uint32_t n_layers)
{
    uint64_t tw = (uint64_t)(w + 31) / 32, layer = (uint64_t)(uint32_t)h * (uint32_t)tw;
    if ((uint64_t)h > LIMIT_WORDS || tw > LIMIT_WORDS || (layer > LIMIT_WORDS && n_layers))
        return (uint64_t)1 << 40;
    return (uint64_t)(uint32_t)layer * n_layers;
}

enum { COLOURS_MAX = 2048 }; /* colours of one picture; more stay a list of elements */

/* May there be a picture of this box and so many layers?  Its rows and columns fit 32 bits. */
DSL_INLINE int pic_allowed(int64_t row, int64_t col, int64_t h, int64_t w, uint32_t n_layers)
{
    return row + h - 1 <= INT32_MAX && col + w - 1 <= INT32_MAX && n_layers <= COLOURS_MAX &&
           pic_count_words(h, w, n_layers) <= LIMIT_WORDS;
}

/* Zeroes a unit of 16 bytes. */
DSL_INLINE void unit_zero(int32_t *p)
{
    p[0] = p[1] = p[2] = p[3] = 0;
}

/*
 * A picture at the top of the arena, colours and words not yet set.  Returns its ref, 0 with
 * err = LIMIT when it is not allowed.
 */
DSL_FN uint64_t pic_alloc(struct vm *vm, enum val_tag tag, int32_t row, int32_t col, int64_t h,
                          int64_t w, uint32_t n_layers)
{
    uint64_t words = pic_count_words(h, w, n_layers);
    if (!pic_allowed(row, col, h, w, n_layers)) {
        fail(vm, ERR_LIMIT);
        return 0;
    }
    uint32_t units = (uint32_t)(sizeof(struct pic) / 16 + pic_colour_units(n_layers) + (words + 3) / 4);
    uint64_t ref = heap_alloc(vm, units);
    if (!ref)
        return 0;
    struct pic *p = (struct pic *)heap_at(vm, ref);
    p->b.tag = (uint8_t)tag;
    p->b.depth = tag == VAL_OBJECT ? 3 : 2;
    p->b.kind = 0;
    p->b.size16 = units;
    p->b.len = 0;
    p->b.tree = 0;
    p->row = row;
    p->col = col;
    p->h = (int32_t)h;
    p->w = (int32_t)w;
    p->n_layers = n_layers;
    p->tw = (uint32_t)((w + 31) / 32);
    p->layer_words = p->tw * (uint32_t)h;
    p->reserved = 0;
    if (n_layers)
        unit_zero(pic_colours(p) + 4 * (pic_colour_units(n_layers) - 1));
    if (words)
        unit_zero((int32_t *)heap_at(vm, ref + units - 1));
    return ref;
}

/* Stores a tile into layer k at row 32 ti, tile column q. */
DSL_INLINE void pic_store(struct pic *p, uint32_t k, int32_t ti, int32_t q, rows r)
{
    rows_store(pic_layer(p, k) + (size_t)q * (size_t)p->h + 32 * ti, r,
               min32(32, p->h - 32 * ti));
}

DSL_INLINE rows pic_load(struct pic *p, uint32_t k, int32_t ti, int32_t q)
{
    return rows_load(pic_layer(p, k) + (size_t)q * (size_t)p->h, p->h, 32 * ti);
}

/* Tiles of a picture below one another. */
DSL_INLINE int32_t pic_tile_rows(const struct pic *p)
{
    return (p->h + 31) / 32;
}

/* Visits every tile of a picture's box: ti and q are its numbers. */
#define PIC_EACH_TILE(p, ti, q)                                                                    \
    for (int32_t q = 0; q < (int32_t)(p)->tw; q++)                                                 \
        for (int32_t ti = 0; ti < pic_tile_rows(p); ti++)

DSL_FN uint32_t layer_count(struct pic *p, uint32_t k)
{
    return words_count(pic_layer(p, k), p->layer_words);
}

DSL_INLINE int layer_any(struct pic *p, uint32_t k)
{
    return words_any(pic_layer(p, k), p->layer_words);
}

/* Sets cell count and tree size from the finished layers; the limit of cells holds here. */
DSL_FN struct val pic_seal(struct vm *vm, uint64_t ref, uint64_t cells)
{
    struct pic *p = (struct pic *)heap_at(vm, ref);
    if (cells > LIMIT_ELEMENTS || p->h > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    p->b.len = (uint32_t)cells;
    p->b.tree = p->b.tag == VAL_GRID    ? (uint32_t)(1 + p->h + cells)
                : p->b.tag == VAL_OBJECT ? (uint32_t)(1 + 5 * cells)
                                         : (uint32_t)(1 + 3 * cells);
    return val_ref((enum val_tag)p->b.tag, ref);
}

/* Gives the block its final size; it must be the topmost.  Colours move if their number shrank. */
DSL_LARGE void pic_fit(struct vm *vm, struct pic *p)
{
    uint32_t words = p->n_layers * p->layer_words;
    p->b.size16 = (uint32_t)(sizeof(struct pic) / 16) + pic_colour_units(p->n_layers) + (words + 3) / 4;
    vm->top = (uint64_t)((uint8_t *)p - vm->mem) / 16 + p->b.size16;
    for (uint32_t *w = pic_words(p) + words; w < (uint32_t *)heap_at(vm, vm->top); w++)
        *w = 0;
    for (uint32_t k = p->n_layers; k % 4; k++)
        pic_colours(p)[k] = 0;
}

/* Content of a picture while it is being shrunk. */
struct extent {
    int64_t top, bottom, left, right; /* rows and columns met, bottom and right inclusive */
    uint64_t cells;
    uint32_t n_layers; /* not empty */
};

/* pic_extent of a picture of one tile. */
DSL_FN struct extent tile_extent(struct pic *p)
{
    rows all = rows_zero();
    struct extent e = {INT32_MAX, -1, INT32_MAX, -1, 0, 0};
    for (uint32_t k = 0; k < p->n_layers; k++) {
        uint32_t cells = layer_count(p, k);
        all = rows_or(all, pic_load(p, k, 0, 0));
        e.cells += cells;
        e.n_layers += cells != 0;
    }
    if (e.cells) {
        uint32_t by_row = rows_ballot(all), by_col = rows_columns(all);
        e.top = bits_first(by_row);
        e.bottom = bits_last(by_row);
        e.left = bits_first(by_col);
        e.right = bits_last(by_col);
    }
    return e;
}

DSL_FN struct extent pic_extent(struct pic *p)
{
    struct extent e = {INT32_MAX, -1, INT32_MAX, -1, 0, 0};
    if (p->tw == 1 && p->h <= 32)
        return tile_extent(p);
    e.cells = words_count(pic_words(p), (uint64_t)p->n_layers * p->layer_words);
    PIC_EACH_TILE(p, ti, q)
    {
        rows all = rows_zero();
        for (uint32_t k = 0; k < p->n_layers; k++)
            all = rows_or(all, pic_load(p, k, ti, q));
        uint32_t by_row = rows_ballot(all), by_col = rows_columns(all);
        if (!by_row)
            continue;
        int64_t top = 32 * ti + bits_first(by_row), bottom = 32 * ti + bits_last(by_row);
        int64_t left = 32 * q + bits_first(by_col), right = 32 * q + bits_last(by_col);
        e.top = top < e.top ? top : e.top;
        e.bottom = bottom > e.bottom ? bottom : e.bottom;
        e.left = left < e.left ? left : e.left;
        e.right = right > e.right ? right : e.right;
    }
    for (uint32_t k = 0; k < p->n_layers; k++)
        e.n_layers += (uint32_t)layer_any(p, k);
    return e;
}

/*
 * Moves layers `from` of the old shape into the (not larger) shape that p now has, in place.
 * Every word lands at or below its old address and tiles are written in ascending order, so
 * nothing is overwritten before it was read.
 */
DSL_FN void pic_compact(struct pic *p, struct extent e, const uint32_t *old_words)
{
    struct pic old = *p;
    int32_t *colours = pic_colours(p);
    uint32_t to = 0;
    for (uint32_t k = 0; k < old.n_layers; k++)
        if (layer_any(p, k))
            colours[to++] = colours[k];
    p->row += (int32_t)e.top;
    p->col += (int32_t)e.left;
    p->h = (int32_t)(e.bottom - e.top + 1);
    p->w = (int32_t)(e.right - e.left + 1);
    p->tw = (uint32_t)(p->w + 31) / 32;
    p->layer_words = p->tw * (uint32_t)p->h;
    p->n_layers = to;
    to = 0;
    for (uint32_t k = 0; k < old.n_layers; k++) {
        struct plane m = {old_words + (size_t)k * old.layer_words, old.h, (int32_t)old.tw};
        int any = 0;
        for (uint32_t n = 0; n < old.layer_words && !any; n++)
            any = m.w[n] != 0;
        if (!any)
            continue;
        PIC_EACH_TILE(p, ti, q)
        pic_store(p, to, ti, q, plane_window(m, e.top + 32 * ti, e.left + 32 * q));
        to++;
    }
}

/*
 * Canonical form of the indices or object at the top of the arena: box shrunk to the content,
 * empty layers dropped, cells counted.  Layers must be ascending by colour.  Empty: frees the
 * block and returns the empty set.
 */
DSL_FN struct val patch_finish(struct vm *vm, uint64_t ref)
{
    struct pic *p = (struct pic *)heap_at(vm, ref);
    struct extent e = pic_extent(p);
    if (e.cells == 0) {
        vm->top = ref;
        return val_empty_set();
    }
    if (e.n_layers != p->n_layers || e.top != 0 || e.left != 0 || e.bottom != p->h - 1 ||
        e.right != p->w - 1)
        pic_compact(p, e, pic_words(p));
    pic_fit(vm, p);
    return pic_seal(vm, ref, e.cells);
}

/*
 * Canonical form of the grid at the top of the arena: colours not met are dropped.  The caller
 * saw to it that each position is in exactly one layer.  Zero rows: the empty tuple.
 */
DSL_FN struct val grid_finish(struct vm *vm, uint64_t ref)
{
    struct pic *p = (struct pic *)heap_at(vm, ref);
    uint64_t cells = (uint64_t)p->h * (uint64_t)p->w;
    struct extent e = {0, p->h - 1, 0, p->w - 1, cells, 0};
    if (p->h == 0) {
        vm->top = ref;
        return val_empty_tuple();
    }
    if (cells > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    for (uint32_t k = 0; k < p->n_layers; k++)
        e.n_layers += (uint32_t)layer_any(p, k);
    if (p->w == 0)
        e.n_layers = 0;
    if (e.n_layers != p->n_layers)
        pic_compact(p, e, pic_words(p));
    pic_fit(vm, p);
    return pic_seal(vm, ref, cells);
}

/* Number of the layer of a colour, -1 if the picture has none. */
DSL_FN int32_t pic_find(struct pic *p, int64_t colour)
{
    int32_t *c = pic_colours(p);
    for (uint32_t k = 0; k < p->n_layers; k++)
        if (c[k] == colour)
            return (int32_t)k;
    return -1;
}

DSL_INLINE int pic_bit(struct pic *p, uint32_t k, int32_t i, int32_t j)
{
    return (int)(pic_layer(p, k)[(j >> 5) * p->h + i] >> (j & 31) & 1u);
}

/* Colour at row i, column j of the box of a grid. */
DSL_LARGE int32_t grid_at(struct pic *p, int32_t i, int32_t j)
{
    uint32_t k = 0;
    while (k + 1 < p->n_layers && !pic_bit(p, k, i, j))
        k++;
    return pic_colours(p)[k];
}

/* Or of all layers at the tile (i, j) of the box: where a patch has any cell. */
DSL_LARGE rows pic_window_all(struct pic *p, int64_t i, int64_t j)
{
    rows r = plane_window(pic_plane(p, 0), i, j);
    for (uint32_t k = 1; k < p->n_layers; k++)
        r = rows_or(r, plane_window(pic_plane(p, k), i, j));
    return r;
}

/* ---- elements in ascending order ---- */

struct pic_iter {
    struct pic *p;
    uint32_t layer;
    int32_t i, q;
    uint32_t left; /* bits of the current word not yet given */
};

DSL_INLINE struct pic_iter pic_begin(struct pic *p)
{
    struct pic_iter it = {p, 0, 0, 0, pic_words(p)[0]};
    return it;
}

/* The next element of indices or an object into *out; 0 when there is none left. */
DSL_LARGE int pic_next(struct pic_iter *it, struct val *out)
{
    struct pic *p = it->p;
    while (!it->left) {
        if (++it->q == (int32_t)p->tw) {
            it->q = 0;
            if (++it->i == p->h) {
                it->i = 0;
                if (++it->layer == p->n_layers)
                    return 0;
            }
        }
        it->left = pic_layer(p, it->layer)[it->q * p->h + it->i];
    }
    int32_t i = p->row + it->i, j = p->col + 32 * it->q + bits_first(it->left);
    it->left &= it->left - 1;
    *out = p->b.tag == VAL_INDICES ? val_pair(i, j) : val_cell(pic_colours(p)[it->layer], i, j);
    return 1;
}

/* Is the cell (or pair, then colour is ignored) an element? */
DSL_FN int pic_contains(struct pic *p, int64_t colour, int64_t i, int64_t j)
{
    int32_t k = p->b.tag == VAL_INDICES ? 0 : pic_find(p, colour);
    i -= p->row;
    j -= p->col;
    return k >= 0 && i >= 0 && i < p->h && j >= 0 && j < p->w &&
           pic_bit(p, (uint32_t)k, (int32_t)i, (int32_t)j);
}

/* ---- pictures from lists of elements ---- */

/* Bounding box of n PAIR or CELL values. */
DSL_FN struct extent elements_extent(const struct val *v, uint64_t n)
{
    struct extent e = {v[0].u.p.a, v[0].u.p.a, v[0].u.p.b, v[0].u.p.b, n, 1};
    for (uint64_t k = 1; k < n; k++) {
        e.top = v[k].u.p.a < e.top ? v[k].u.p.a : e.top;
        e.bottom = v[k].u.p.a > e.bottom ? v[k].u.p.a : e.bottom;
        e.left = v[k].u.p.b < e.left ? v[k].u.p.b : e.left;
        e.right = v[k].u.p.b > e.right ? v[k].u.p.b : e.right;
    }
    return e;
}

/* Inserts colour c into the ascending list of *n colours; returns 0 when the list is full. */
DSL_FN int colours_insert(int32_t *list, uint32_t *n, uint32_t cap, int32_t c)
{
    uint32_t k = *n;
    while (k > 0 && list[k - 1] > c)
        k--;
    if (k > 0 && list[k - 1] == c)
        return 1;
    if (*n == cap)
        return 0;
    for (uint32_t m = *n; m > k; m--)
        list[m] = list[m - 1];
    list[k] = c;
    (*n)++;
    return 1;
}

/* The picture of one element. */
DSL_FN struct val pic_single(struct vm *vm, enum val_tag tag, struct val v)
{
    uint64_t ref = pic_alloc(vm, tag, v.u.p.a, v.u.p.b, 1, 1, 1);
    if (!ref)
        return val_none();
    struct pic *p = (struct pic *)heap_at(vm, ref);
    pic_colours(p)[0] = tag == VAL_OBJECT ? v.c : 0;
    pic_words(p)[0] = 1;
    return pic_seal(vm, ref, 1);
}

/*
 * The picture of n >= 1 elements, all PAIR (tag INDICES) or all CELL (tag OBJECT), duplicates
 * welcome.  Returns 0 and nothing made when the picture would be too large for masks; *out then
 * is not set.
 */
DSL_FN int pic_from_elements(struct vm *vm, enum val_tag tag, const struct val *v, uint64_t n,
                             struct val *out)
{
    if (n == 1) {
        *out = pic_single(vm, tag, v[0]);
        return !vm->err;
    }
    struct extent e = elements_extent(v, n);
    int64_t h = e.bottom - e.top + 1, w = e.right - e.left + 1;
    uint64_t scratch = vm->top;
    uint32_t n_colours = tag == VAL_INDICES;
    if (!pic_allowed(e.top, e.left, h, w, 1) || !heap_room(vm, COLOURS_MAX / 4))
        return 0;
    int32_t *list = (int32_t *)heap_at(vm, scratch);
    list[0] = 0;
    for (uint64_t k = 0; tag == VAL_OBJECT && k < n; k++)
        if (!(k > 0 && v[k].c == v[k - 1].c) &&
            !colours_insert(list, &n_colours, COLOURS_MAX, v[k].c))
            return 0;
    if (!pic_allowed(e.top, e.left, h, w, n_colours))
        return 0;
    int32_t few[16];
    uint64_t held = n_colours <= 16 ? 0 : heap_alloc(vm, pic_colour_units(n_colours));
    if (!held)
        memcpy(few, list, 4 * n_colours);
    uint64_t ref = pic_alloc(vm, tag, (int32_t)e.top, (int32_t)e.left, h, w, n_colours);
    if (!ref)
        return 0;
    struct pic *p = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(p), held ? (int32_t *)heap_at(vm, held) : few, n_colours);
    words_zero(pic_words(p), (size_t)n_colours * p->layer_words);
    int32_t layer = 0;
    for (uint64_t k = 0; k < n; k++) {
        int32_t i = v[k].u.p.a - p->row, j = v[k].u.p.b - p->col;
        if (tag == VAL_OBJECT && pic_colours(p)[layer] != v[k].c)
            layer = pic_find(p, v[k].c);
        pic_layer(p, (uint32_t)layer)[(j >> 5) * p->h + i] |= 1u << (j & 31);
    }
    if (held) {
        words_move_down(heap_at(vm, scratch), p, (size_t)p->b.size16 * 4);
        p = (struct pic *)heap_at(vm, ref = scratch);
    }
    pic_fit(vm, p);
    uint64_t cells = 0;
    for (uint32_t k = 0; k < p->n_layers; k++)
        cells += layer_count(p, k);
    *out = pic_seal(vm, ref, cells);
    return 1;
}

#endif
