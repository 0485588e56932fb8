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

/* A picture by its box, colours and masks, which its content determines. */
DSL_FN uint64_t digest_pic(struct pic *p)
{
    uint64_t h = digest_mix((uint64_t)p->h << 32 | (uint32_t)p->w, p->b.tag);
    h = digest_mix(h, (uint64_t)(uint32_t)p->row << 32 | (uint32_t)p->col);
    const uint32_t *w = pic_words(p);
    uint32_t n = p->n_layers * p->layer_words;
    for (uint32_t k = 0; k < p->n_layers; k++)
        h = digest_mix(h, (uint32_t)pic_colours(p)[k]);
    for (uint32_t k = 0; k + 1 < n; k += 2)
        h = digest_mix(h, (uint64_t)w[k] << 32 | w[k + 1]);
    return n % 2 ? digest_mix(h, w[n - 1]) : h;
}

/* Open and close marks keep (1, (2)) and ((1), 2) apart. */
DSL_FN uint64_t digest_leaf(struct vm *vm, struct val v)
{
    switch (v.tag) {
    case VAL_INT:
    case VAL_BOOL:
        return digest_mix(1, (uint64_t)v.u.i);
    case VAL_FUNC:
        return 2;
    case VAL_INDICES:
    case VAL_OBJECT:
        return digest_pic(heap_pic(vm, v));
    default:
        return 3;
    }
}

/*
 * The digest of any value.  Nesting is walked with vm->frames; tuples that are grids come out as
 * their elements do, so a caller that knows a grid uses digest_pic for both.
 */
DSL_FN uint64_t digest_value(struct vm *vm, struct val v)
{
    uint64_t h = 0, mark = vm->top;
    uint32_t depth = 0;
    if (!val_is_container(v) || val_is_patch_pic(v))
        return digest_mix(h, digest_leaf(vm, v));
    vm->frames[0].a = v;
    vm->frames[0].k = 0;
    h = digest_mix(h, val_is_set(v) ? 5 : 4);
    for (;;) {
        struct compare_frame *f = &vm->frames[depth];
        if (f->k == seq_len(vm, f->a)) {
            h = digest_mix(h, 6);
            if (depth-- == 0)
                break;
            continue;
        }
        struct val e = seq_get(vm, f->a, f->k++);
        if (!val_is_container(e) || val_is_patch_pic(e)) {
            h = digest_mix(h, digest_leaf(vm, e));
            continue;
        }
        h = digest_mix(h, val_is_set(e) ? 5 : 4);
        vm->frames[++depth].a = e;
        vm->frames[depth].k = 0;
    }
    vm->top = mark;
    return h;
}

#endif
