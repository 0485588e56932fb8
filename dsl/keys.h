/*
 * Sorting by keys: what the elements of containers are brought into order by where a number tells
 * how they stand.  A dialect defines
 *
 *   keys_sort(from, to, n)   sorts from[0..n) by key, stable; `to` has room for as many, and the
 *                            sorted ones stand where the result points, at from or at to.  Both in
 *                            the memory of the run (rows.h)
 */
#ifndef DSL_KEYS_H
#define DSL_KEYS_H

#include "rows.h"

struct keyed {
    uint64_t key, at; /* at: which element it is the key of */
};

#if ROWS_DIALECT == ROWS_GIVEN
#include KEYS_HEADER
#else

/* Insertion sort: of few it is the fastest. */
DSL_INLINE void keys_insert(struct keyed *v, uint64_t n)
{
    for (uint64_t k = 1; k < n; k++) {
        struct keyed x = v[k];
        uint64_t m = k;
        for (; m > 0 && v[m - 1].key > x.key; m--)
            v[m] = v[m - 1];
        v[m] = x;
    }
}

enum { KEYS_RUN = 8 };

DSL_FN struct keyed *keys_sort(struct keyed *from, struct keyed *to, uint64_t n)
{
    for (uint64_t lo = 0; lo < n; lo += KEYS_RUN)
        keys_insert(from + lo, n - lo < KEYS_RUN ? n - lo : KEYS_RUN);
    for (uint64_t run = KEYS_RUN; run < n; run *= 2) {
        for (uint64_t lo = 0; lo < n; lo += 2 * run) {
            uint64_t mid = lo + run < n ? lo + run : n, hi = mid + run < n ? mid + run : n;
            uint64_t a = lo, b = mid;
            for (uint64_t k = lo; k < hi; k++)
                to[k] = b == hi || (a < mid && from[a].key <= from[b].key) ? from[a++] : from[b++];
        }
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

#endif

#endif
