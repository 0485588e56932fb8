/*
 * Elements of a set to be: put into canonical order, each once.
 *
 * Most sets are small.  The large ones are pictures, thousands of lines between cells: these are
 * told apart by hash and sorted by keys (keys.h) before anything is compared.
 */
#ifndef DSL_SORT_H
#define DSL_SORT_H

#include "digest.h"
#include "keys.h"

/* Does b stand before a? */
DSL_INLINE int out_of_order(struct vm *vm, struct val a, struct val b)
{
    if (a.tag == VAL_INT && b.tag == VAL_INT)
        return a.u.i > b.u.i;
    return val_order(vm, a, b, 0) > 0;
}

/*
 * Sorts v[0..n) into canonical order, stable; bottom-up merge sort over runs of insertion-sorted
 * eights.  Uses n values of stack above sp.
 */
DSL_FN void vals_sort(struct vm *vm, struct val *v, uint64_t n)
{
    struct val *from = v, *to = vm->stack + vm->sp;
    if (!stack_room(vm, n))
        return;
    for (uint64_t lo = 0; lo < n; lo += 8)
        for (uint64_t k = lo + 1; k < n && k < lo + 8; k++) {
            struct val x = v[k];
            uint64_t m = k;
            for (; m > lo && out_of_order(vm, v[m - 1], x); m--)
                v[m] = v[m - 1];
            v[m] = x;
        }
    for (uint64_t run = 8; run < n; run *= 2) {
        for (uint64_t lo = 0; lo < n; lo += 2 * run) {
            uint64_t mid = lo + run < n ? lo + run : n, hi = mid + run < n ? mid + run : n;
            uint64_t a = lo, b = mid;
            for (uint64_t k = lo; k < hi; k++)
                to[k] = b == hi || (a < mid && !out_of_order(vm, from[a], from[b])) ? from[a++]
                                                                                    : from[b++];
        }
        struct val *swap = from;
        from = to;
        to = swap;
    }
    if (from != v)
        words_copy(v, from, 4 * n);
}

/* Drops elements equal to the one before; functions, which stand last and equal themselves alone,
 * are looked for among all, unless vals_thin has seen to them. */
DSL_FN uint64_t vals_unique(struct vm *vm, struct val *v, uint64_t n, int thinned)
{
    uint64_t to = 0, first_func = 0;
    for (uint64_t k = 0; k < n; k++) {
        int known = 0;
        if (v[k].tag == VAL_FUNC) {
            for (uint64_t m = first_func; m < to && !known && !thinned; m++)
                known = val_same(v[m], v[k]);
        } else {
            known = to > 0 && val_equal(vm, v[to - 1], v[k]);
            first_func = to + !known;
        }
        if (!known)
            v[to++] = v[k];
    }
    return to;
}

/* Is v told by its bits alone? */
DSL_INLINE int is_bits(struct val v)
{
    return !val_is_block(v) || v.tag == VAL_FUNC;
}

/* A hash for vals_thin: of immediate values, functions and pictures; 0 for what it leaves alone. */
DSL_INLINE uint64_t thin_hash(struct vm *vm, struct val v)
{
    if (val_is_patch_pic(v) || v.tag == VAL_GRID)
        return digest_pic(heap_pic(vm, v)) | 1;
    return is_bits(v) ? digest_mix(v.u.i, (uint64_t)v.tag << 32 | (uint32_t)v.c) | 1 : 0;
}

/*
 * Leaves out values that are the same as an earlier one, bit by bit; equal values in other forms
 * stay.  Sorting is what costs: prapply over a set gives n * n pictures of which few differ.  The
 * table stands above the arena's top and is gone afterwards; *thinned is 0 where there was no room.
 */
DSL_FN uint64_t vals_thin(struct vm *vm, struct val *v, uint64_t n, int *thinned)
{
    uint64_t size = 64, to = 0;
    while (size < 2 * n)
        size *= 2;
    *thinned = heap_room(vm, size / 4);
    if (!*thinned)
        return n;
    uint32_t *table = (uint32_t *)heap_at(vm, vm->top);
    words_zero(table, size);
    for (uint64_t k = 0; k < n; k++) {
        uint64_t hash = thin_hash(vm, v[k]), at = (hash >> 20) & (size - 1);
        for (; hash && table[at]; at = (at + 1) & (size - 1)) {
            struct val w = v[table[at] - 1];
            if (w.tag == v[k].tag &&
                (is_bits(w) ? val_same(w, v[k]) : pic_equal(heap_pic(vm, w), heap_pic(vm, v[k]))))
                break;
        }
        if (hash && table[at])
            continue;
        v[to++] = v[k];
        if (hash)
            table[at] = (uint32_t)to;
    }
    return to;
}

/* Sixteen bits of a key; the result has bit 16 set if x does not fit. */
DSL_INLINE uint64_t key_part(int64_t x)
{
    return x >= -0x8000 && x <= 0x7fff ? (uint64_t)(x + 0x8000) : (uint64_t)0x10000;
}

/*
 * A key that orders patches as far as it goes: colour, row and column of the first element, of
 * indices row and column of the first two; 0 for the empty set.  *fits: could it be made?
 */
DSL_FN uint64_t patch_key(struct vm *vm, struct val v, int *fits)
{
    struct val e = val_none();
    if (!val_is_patch_pic(v)) {
        *fits = v.tag == VAL_SET && seq_len(vm, v) == 0;
        return 0;
    }
    struct pic_iter it = pic_begin(heap_pic(vm, v));
    pic_next(&it, &e);
    uint64_t i = key_part(e.u.p.a), j = key_part(e.u.p.b), c = 0, key = 0;
    if (v.tag == VAL_OBJECT) {
        c = key_part(e.c);
        key = c << 32 | i << 16 | j;
    } else {
        key = i << 48 | j << 32;
        if (pic_next(&it, &e))
            key |= key_part(e.u.p.a) << 16 | key_part(e.u.p.b);
        c = (key_part(e.u.p.a) | key_part(e.u.p.b)) & 0x10000;
    }
    *fits = !((i | j | c) & 0x10000);
    return key;
}

/* The key of an element; *exact: equal keys are equal values.  *fits: could it be made? */
DSL_INLINE uint64_t value_key(struct vm *vm, struct val v, int *exact, int *fits)
{
    const uint64_t sign = (uint64_t)1 << 63;
    uint64_t i, j, c;
    switch (v.tag) {
    case VAL_INT:
    case VAL_BOOL:
        return (uint64_t)v.u.i ^ sign;
    case VAL_PAIR:
        return ((uint64_t)(uint32_t)v.u.p.a << 32 | (uint32_t)v.u.p.b) ^ (sign | sign >> 32);
    case VAL_CELL:
        c = key_part(v.c), i = key_part(v.u.p.a), j = key_part(v.u.p.b);
        *fits = !((i | j | c) & 0x10000);
        return c << 32 | i << 16 | j;
    default:
        *exact = 0;
        return patch_key(vm, v, fits);
    }
}

/* Elements whose keys may be compared with one another have one of these; the empty set has none. */
DSL_INLINE uint32_t key_kind(struct val v)
{
    return v.tag == VAL_BOOL ? VAL_INT : v.tag == VAL_SET ? VAL_NONE : v.tag;
}

/* The keys of v[0..n), if all are of one kind.  0: they are not. */
DSL_FN int make_keys(struct vm *vm, const struct val *v, uint64_t n, struct keyed *keys, int *exact)
{
    uint32_t kind = VAL_NONE;
    int fits = 1;
    for (uint64_t k = 0; k < n && fits; k++) {
        uint32_t mine = key_kind(v[k]);
        keys[k].key = value_key(vm, v[k], exact, &fits);
        keys[k].at = k;
        fits &= mine == VAL_NONE || kind == VAL_NONE || mine == kind;
        kind = mine == VAL_NONE ? kind : mine;
    }
    return fits && (*exact || kind == VAL_OBJECT || kind == VAL_INDICES || kind == VAL_NONE);
}

/* What equal keys leave open is compared in full. */
DSL_FN void sort_ties(struct vm *vm, struct val *v, const struct keyed *sorted, uint64_t n)
{
    for (uint64_t k = 0, end; k < n; k = end) {
        for (end = k + 1; end < n && sorted[end].key == sorted[k].key; end++)
            ;
        if (end > k + 1)
            vals_sort(vm, v + k, end - k);
    }
}

/* vals_sort by keys, in scratch above the arena's top; 0: there are none, or there is no room. */
DSL_FN int sort_by_keys(struct vm *vm, struct val *v, uint64_t n)
{
    uint64_t mark = vm->top;
    int exact = 1;
    if (!heap_room(vm, 3 * n))
        return 0;
    uint64_t held = heap_alloc(vm, 3 * n);
    struct keyed *keys = (struct keyed *)heap_at(vm, held);
    int good = make_keys(vm, v, n, keys, &exact);
    if (good) {
        struct keyed *sorted = keys_sort(keys, keys + n, n);
        struct val *out = (struct val *)(keys + 2 * n);
        for (uint64_t k = 0; k < n; k++)
            out[k] = v[sorted[k].at];
        words_copy(v, out, 4 * n);
        if (!exact)
            sort_ties(vm, v, sorted, n);
    }
    vm->top = mark;
    return good;
}

/* Fewer elements are not told apart by hash; fewer are compared without keys, which a warp sorts
   together but compares one after another. */
#if defined(DSL_SMALL)
enum { THIN_FROM = 24, KEYS_FROM = 4 };
#else
enum { THIN_FROM = 24, KEYS_FROM = 24 };
#endif

/* Puts v[0..n) into canonical order without duplicates; their number. */
DSL_FN uint64_t vals_order(struct vm *vm, struct val *v, uint64_t n)
{
    int thinned = 0;
    if (n >= THIN_FROM)
        n = vals_thin(vm, v, n, &thinned);
    if (n < KEYS_FROM || !sort_by_keys(vm, v, n))
        vals_sort(vm, v, n);
    return vals_unique(vm, v, n, thinned);
}

#endif
