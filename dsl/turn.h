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
    for (uint32_t k = 0; k < p->n_layers; k++)
        PIC_EACH_TILE(r, ti, q)
            pic_store(r, k, ti, q, turn_tile(pic_plane(p, k), p->h, p->w, t, 32 * ti, 32 * q));
    pic_fit(vm, r);
    return pic_seal(vm, ref, p->b.len);
}

#endif
