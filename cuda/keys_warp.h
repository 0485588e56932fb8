/*
 * Sorting by keys (dsl/keys.h) on a warp: runs are merged by rank.  Each lane has an element of its
 * own; where it goes is its place in its run, and how many of the other run go before it, which it
 * finds by halving.  All lanes halve equally often.  See warp.h for the rules.
 */
#ifndef CUDA_KEYS_WARP_H
#define CUDA_KEYS_WARP_H

#include "warp.h"

/* How many of other[0..len) go before a key: those that are less, or, of a run to the left, not
 * greater.  `run`, a power of two, is at least len. */
DSL_FN uint64_t keys_before(const struct keyed *other, uint64_t len, uint64_t run, uint64_t key,
                            int left)
{
    uint64_t count = 0;
    for (uint64_t step = run; step; step >>= 1) {
        uint64_t next = count + step;
        int in = next <= len;
        uint64_t x = other[in ? next - 1 : 0].key;
        count = in && (x < key || (left && x == key)) ? next : count;
    }
    return count;
}

/* Merges the runs of from[0..n) in twos. */
DSL_FN void keys_merge(const struct keyed *from, struct keyed *to, uint64_t n, uint64_t run)
{
    for (uint64_t base = 0; base < n; base += 32) {
        uint64_t p = base + (uint64_t)warp_lane();
        int live = p < n;
        p = live ? p : 0;
        uint64_t own = p & ~(run - 1), other = own ^ run;
        uint64_t len = other >= n ? 0 : n - other < run ? n - other : run;
        struct keyed x = from[p];
        uint64_t place = (own & ~run) + (p - own) +
                         keys_before(from + (len ? other : 0), len, run, x.key, other < own);
        any_word *out = (any_word *)(to + place);
        if (live) {
            warp_put(out, (uint32_t)x.key);
            warp_put(out + 1, (uint32_t)(x.key >> 32));
            warp_put(out + 2, (uint32_t)x.at);
            warp_put(out + 3, (uint32_t)(x.at >> 32));
        }
        warp_sync(WARP_ALL);
    }
}

DSL_FN struct keyed *keys_sort(struct keyed *from, struct keyed *to, uint64_t n)
{
    for (uint64_t run = 1; run < n; run *= 2) {
        keys_merge(from, to, n, run);
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

#endif
