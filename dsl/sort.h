/*
 * Elements of a set to be: put into canonical order, each once.
 *
 * Most sets are small.  The large ones are pictures, thousands of lines between cells: these are
 * told apart by hash and sorted by keys before anything is compared.
 */
#ifndef DSL_SORT_H
#define DSL_SORT_H

#include "digest.h"

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

struct keyed {
    uint64_t key, at; /* at: in the array to be sorted */
};

DSL_INLINE int keyed_before(struct vm *vm, const struct val *v, struct keyed a, struct keyed b)
{
    return a.key != b.key ? a.key < b.key : val_order(vm, v[a.at], v[b.at], 0) <= 0;
}

/* Merges runs until there is one; the sorted array is where the result points, `from` or `to`. */
DSL_FN struct keyed *keyed_sort(struct vm *vm, const struct val *v, struct keyed *from,
                                struct keyed *to, uint64_t n)
{
    for (uint64_t run = 1; run < n; run *= 2) {
        for (uint64_t lo = 0; lo < n; lo += 2 * run) {
            uint64_t mid = lo + run < n ? lo + run : n, hi = mid + run < n ? mid + run : n;
            uint64_t a = lo, b = mid;
            for (uint64_t k = lo; k < hi; k++)
                to[k] = b == hi || (a < mid && keyed_before(vm, v, from[a], from[b])) ? from[a++]
                                                                                      : from[b++];
        }
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

/* vals_sort for patches of one kind and empty sets, in scratch above the arena's top; 0: they are
   not such, or there is no room. */
DSL_FN int sort_patches(struct vm *vm, struct val *v, uint64_t n)
{
    uint64_t mark = vm->top, held;
    uint32_t tag = VAL_NONE;
    int fits = 1;
    if (!heap_room(vm, 3 * n))
        return 0;
    held = heap_alloc(vm, 3 * n);
    struct keyed *keys = (struct keyed *)heap_at(vm, held);
    for (uint64_t k = 0; k < n && fits; k++) {
        keys[k].key = patch_key(vm, v[k], &fits);
        keys[k].at = k;
        if (val_is_patch_pic(v[k])) {
            fits &= tag == VAL_NONE || tag == v[k].tag;
            tag = v[k].tag;
        }
    }
    if (fits) {
        struct keyed *sorted = keyed_sort(vm, v, keys, keys + n, n);
        struct val *out = (struct val *)(keys + 2 * n);
        for (uint64_t k = 0; k < n; k++)
            out[k] = v[sorted[k].at];
        words_copy(v, out, 4 * n);
    }
    vm->top = mark;
    return fits;
}

enum { KEYED_FROM = 24 }; /* fewer elements are compared at once */

/* Puts v[0..n) into canonical order without duplicates; their number. */
DSL_FN uint64_t vals_order(struct vm *vm, struct val *v, uint64_t n)
{
    int thinned = 0;
    if (n >= KEYED_FROM)
        n = vals_thin(vm, v, n, &thinned);
    if (n < KEYED_FROM || !sort_patches(vm, v, n))
        vals_sort(vm, v, n);
    return vals_unique(vm, v, n, thinned);
}

#endif
