/*
 * A 64-bit digest of a value.  Values that print alike have equal digests, whatever form they are in
 * (True equals 1 but prints differently: a set that holds (True, 2) is no mask).
 *
 * Mixing is splitmix64's finaliser (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", 2014).  Not for adversaries; outputs that matter are compared in full.
 */
#ifndef DSL_DIGEST_H
#define DSL_DIGEST_H

#include "compare.h"

DSL_INLINE uint64_t digest_mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) + 0x9e3779b97f4a7c15u;
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 27) * 0x94d049bb133111ebu;
    return h ^ h >> 31;
}

/* Cheaper, for many words in a row: one-to-one in h for every x. */
DSL_INLINE uint64_t digest_step(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9fb21c651e98df25u;
    return h ^ h >> 32;
}

/* A picture by its box, colours and masks, which its content determines; two chains side by side. */
DSL_FN uint64_t digest_pic(struct pic *p)
{
    uint64_t g = digest_step((uint64_t)p->h << 32 | (uint32_t)p->w, p->b.tag);
    uint64_t h = digest_step(3, (uint64_t)(uint32_t)p->row << 32 | (uint32_t)p->col);
    const uint32_t *w = pic_words(p);
    uint32_t n = p->n_layers * p->layer_words, k = 0;
    for (uint32_t c = 0; c < p->n_layers; c++)
        g = digest_step(g, (uint32_t)pic_colours(p)[c]);
    for (; k + 3 < n; k += 4) {
        g = digest_step(g, (uint64_t)w[k] << 32 | w[k + 1]);
        h = digest_step(h, (uint64_t)w[k + 2] << 32 | w[k + 3]);
    }
    for (; k < n; k++)
        g = digest_step(g, w[k]);
    return digest_mix(g, h);
}

/* Containers: opened by their kind, a step for each element's digest, closed. */
enum { DIGEST_TUPLE = 4, DIGEST_SET = 5, DIGEST_CLOSE = 6 };

DSL_INLINE uint64_t digest_int(int64_t i)
{
    return digest_step(1, (uint64_t)i);
}

DSL_INLINE uint64_t digest_pair(int32_t a, int32_t b)
{
    uint64_t h = digest_step(digest_step(DIGEST_TUPLE, digest_int(a)), digest_int(b));
    return digest_mix(h, DIGEST_CLOSE);
}

/* A grid as the tuple of tuples that it is, without making its rows. */
DSL_FN uint64_t digest_rows(struct pic *p)
{
    uint64_t h = DIGEST_TUPLE;
    for (int32_t i = 0; i < p->h; i++) {
        uint64_t row = DIGEST_TUPLE;
        for (int32_t q = 0; q < (int32_t)p->tw; q++) {
            int32_t cells[32], n = min32(32, p->w - 32 * q);
            for (uint32_t k = 0; k < p->n_layers; k++)
                for (uint32_t m = pic_layer(p, k)[q * p->h + i]; m; m &= m - 1)
                    cells[bits_first(m)] = pic_colours(p)[k];
            for (int32_t j = 0; j < n; j++)
                row = digest_step(row, digest_int(cells[j]));
        }
        h = digest_step(h, digest_mix(row, DIGEST_CLOSE));
    }
    return digest_mix(h, DIGEST_CLOSE);
}

/* What stands for a function and for None, and with its outcome added for a run without a value. */
enum { DIGEST_FUNC = 2, DIGEST_NONE = 3, DIGEST_NO_VALUE = 16 };

/* Of anything but a heap tuple or set. */
DSL_FN uint64_t digest_leaf(struct vm *vm, struct val v)
{
    switch (v.tag) {
    case VAL_INT:
    case VAL_BOOL:
        return digest_int(v.u.i);
    case VAL_PAIR:
        return digest_pair(v.u.p.a, v.u.p.b);
    case VAL_CELL:
        return digest_mix(digest_step(digest_step(DIGEST_TUPLE, digest_int(v.c)),
                                      digest_pair(v.u.p.a, v.u.p.b)),
                          DIGEST_CLOSE);
    case VAL_GRID:
        return digest_rows(heap_pic(vm, v));
    case VAL_INDICES:
    case VAL_OBJECT:
        return digest_pic(heap_pic(vm, v));
    default:
        return v.tag == VAL_FUNC ? DIGEST_FUNC : DIGEST_NONE;
    }
}

/*
 * The digest of any value.  Nesting is walked with vm->frames, which hold the digests of what is
 * open; a tuple that is a grid digests as the grid does here, but digest_pic tells more grids apart
 * from each other faster, so a caller that knows a grid uses that for both.
 */
DSL_FN uint64_t digest_value(struct vm *vm, struct val v)
{
    uint32_t depth = 0;
    if (v.tag != VAL_TUPLE && v.tag != VAL_SET)
        return digest_mix(0, digest_leaf(vm, v));
    vm->frames[0].a = v;
    vm->frames[0].k = 0;
    vm->frames[0].mark = val_is_set(v) ? DIGEST_SET : DIGEST_TUPLE;
    for (;;) {
        struct compare_frame *f = &vm->frames[depth];
        if (f->k == heap_at(vm, f->a.u.ref)->len) {
            uint64_t h = digest_mix(f->mark, DIGEST_CLOSE);
            if (depth == 0)
                return digest_mix(0, h);
            f = &vm->frames[--depth];
            f->mark = digest_step(f->mark, h);
            continue;
        }
        struct val e = heap_vals(vm, f->a)[f->k++];
        if (e.tag != VAL_TUPLE && e.tag != VAL_SET) {
            f->mark = digest_step(f->mark, digest_leaf(vm, e));
            continue;
        }
        f = &vm->frames[++depth];
        f->a = e;
        f->k = 0;
        f->mark = val_is_set(e) ? DIGEST_SET : DIGEST_TUPLE;
    }
}

#endif
