/* The eight ways to turn a rectangle of bits onto itself. */
#ifndef DSL_TURN_H
#define DSL_TURN_H

#include "op.h"

enum turn { TURN_FLIP, TURN_REVERSE, TURN_DIAGONAL, TURN_ANTI, TURN_90, TURN_180, TURN_270 };

/* Are height and width exchanged? */
DSL_INLINE int turn_swaps(enum turn t)
{
    return t != TURN_FLIP && t != TURN_REVERSE && t != TURN_180;
}

/* Tile (i, j) of the turned mask; m is h x w before. */
DSL_INLINE rows turn_tile(struct plane m, int64_t h, int64_t w, enum turn t, int64_t i, int64_t j)
{
    switch (t) {
    case TURN_FLIP:
        return rows_flip(plane_window(m, h - 32 - i, j));
    case TURN_REVERSE:
        return rows_reverse(plane_window(m, i, w - 32 - j));
    case TURN_DIAGONAL:
        return rows_transpose(plane_window(m, j, i));
    case TURN_ANTI:
        return rows_transpose(rows_reverse(rows_flip(plane_window(m, h - 32 - j, w - 32 - i))));
    case TURN_90:
        return rows_transpose(rows_flip(plane_window(m, h - 32 - j, i)));
    case TURN_180:
        return rows_reverse(rows_flip(plane_window(m, h - 32 - i, w - 32 - j)));
    default:
        return rows_transpose(rows_reverse(plane_window(m, j, w - 32 - i)));
    }
}

/*
 * Masks of at most 8 x 8, which most are, in one word of 64 bits: row i in byte i.
 */
enum { SMALL_SIDE = 8 };

DSL_INLINE uint64_t small_reverse(uint64_t m, int w)
{
    m = (m & 0x5555555555555555u) << 1 | (m >> 1 & 0x5555555555555555u);
    m = (m & 0x3333333333333333u) << 2 | (m >> 2 & 0x3333333333333333u);
    m = (m & 0x0f0f0f0f0f0f0f0fu) << 4 | (m >> 4 & 0x0f0f0f0f0f0f0f0fu);
    return m >> (SMALL_SIDE - w);
}

DSL_INLINE uint64_t small_flip(uint64_t m, int h)
{
    m = (m & 0x00ff00ff00ff00ffu) << 8 | (m >> 8 & 0x00ff00ff00ff00ffu);
    m = (m & 0x0000ffff0000ffffu) << 16 | (m >> 16 & 0x0000ffff0000ffffu);
    m = m << 32 | m >> 32;
    return m >> 8 * (SMALL_SIDE - h);
}

/* Hacker's Delight, 7-3. */
DSL_INLINE uint64_t small_transpose(uint64_t m)
{
    uint64_t t = (m ^ m >> 7) & 0x00aa00aa00aa00aau;
    m ^= t ^ t << 7;
    t = (m ^ m >> 14) & 0x0000cccc0000ccccu;
    m ^= t ^ t << 14;
    t = (m ^ m >> 28) & 0x00000000f0f0f0f0u;
    return m ^ t ^ t << 28;
}

/* The mask of h x w bits at `from` turned, to `to`. */
DSL_FN void small_turn(uint32_t *to, const uint32_t *from, int h, int w, enum turn t)
{
    uint64_t m = 0;
    for (int i = 0; i < h; i++)
        m |= (uint64_t)from[i] << 8 * i;
    if (t == TURN_FLIP || t == TURN_ANTI || t == TURN_90 || t == TURN_180)
        m = small_flip(m, h);
    if (t == TURN_REVERSE || t == TURN_ANTI || t == TURN_180 || t == TURN_270)
        m = small_reverse(m, w);
    if (turn_swaps(t)) {
        m = small_transpose(m);
        h = w;
    }
    for (int i = 0; i < h; i++)
        to[i] = (uint32_t)(m >> 8 * i) & 0xffu;
}

/* A picture turned in its box, which keeps its upper-left corner. */
DSL_FN struct val pic_turn(struct vm *vm, struct val v, enum turn t)
{
    struct pic *p = heap_pic(vm, v);
    int64_t h = turn_swaps(t) ? p->w : p->h, w = turn_swaps(t) ? p->h : p->w;
    uint64_t ref = pic_alloc(vm, (enum val_tag)v.tag, p->row, p->col, h, w, p->n_layers);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), pic_colours(p), p->n_layers);
    if (p->h <= SMALL_SIDE && p->w <= SMALL_SIDE) {
        for (uint32_t k = 0; k < p->n_layers; k++)
            small_turn(pic_layer(r, k), pic_layer(p, k), p->h, p->w, t);
        return pic_seal(vm, ref, p->b.len);
    }
    for (uint32_t k = 0; k < p->n_layers; k++)
        PIC_EACH_TILE(r, ti, q)
            pic_store(r, k, ti, q, turn_tile(pic_plane(p, k), p->h, p->w, t, 32 * ti, 32 * q));
    pic_fit(vm, r);
    return pic_seal(vm, ref, p->b.len);
}

#endif
