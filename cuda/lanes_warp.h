/*
 * The lane contract (dsl/lanes.h) on a warp: one integer in each lane.  See warp.h for the rules.
 */
#ifndef CUDA_LANES_WARP_H
#define CUDA_LANES_WARP_H

#include "rows_warp.h"

typedef struct {
    int32_t k;
} lanes;

DSL_INLINE lanes lanes_fill(int32_t x)
{
    lanes o;
    o.k = x;
    return o;
}

DSL_INLINE lanes lanes_from(const any_word *p, int s, int n)
{
    return lanes_fill(p[warp_lane() < n ? s * warp_lane() : 0]);
}

DSL_INLINE lanes lanes_load(const int32_t *p)
{
    return lanes_fill(p[warp_lane()]);
}

DSL_INLINE void lanes_to(any_word *p, int s, lanes a, int n)
{
    warp_sync(WARP_ALL);
    if (warp_lane() < n)
        warp_put(p + s * warp_lane(), (uint32_t)a.k);
    warp_sync(WARP_ALL);
}

DSL_INLINE void lanes_store(int32_t *p, lanes a)
{
    lanes_to(p, 1, a, 32);
}

/* The exact result in 32 bits; lanes where it does not fit are marked. */
DSL_INLINE lanes lanes_narrow(int64_t x, uint32_t *over)
{
    *over |= warp_ballot(WARP_ALL, x != (int32_t)x);
    return lanes_fill((int32_t)(uint32_t)(uint64_t)x);
}

DSL_INLINE lanes lanes_add(lanes a, lanes b, uint32_t *over)
{
    return lanes_narrow((int64_t)a.k + b.k, over);
}

DSL_INLINE lanes lanes_sub(lanes a, lanes b, uint32_t *over)
{
    return lanes_narrow((int64_t)a.k - b.k, over);
}

DSL_INLINE lanes lanes_mul(lanes a, lanes b, uint32_t *over)
{
    return lanes_narrow((int64_t)a.k * b.k, over);
}

DSL_FN lanes lanes_div(lanes a, lanes b, uint32_t *zero)
{
    int bad = b.k == 0 || (a.k == INT32_MIN && b.k == -1);
    int32_t y = bad ? 1 : b.k, q = a.k / y, rest = a.k % y;
    *zero |= warp_ballot(WARP_ALL, (uint32_t)bad);
    return lanes_fill(q - (rest != 0 && (rest < 0) != (y < 0)));
}

DSL_INLINE uint32_t lanes_eq(lanes a, lanes b)
{
    return warp_ballot(WARP_ALL, a.k == b.k);
}

DSL_INLINE uint32_t lanes_lt(lanes a, lanes b)
{
    return warp_ballot(WARP_ALL, a.k < b.k);
}

DSL_INLINE lanes lanes_bits(uint32_t m)
{
    return lanes_fill((int32_t)(m >> warp_lane() & 1));
}

DSL_INLINE lanes lanes_select(uint32_t m, lanes a, lanes b)
{
    return m >> warp_lane() & 1 ? a : b;
}

DSL_FN uint32_t lanes_test(const uint32_t *w, int32_t h, lanes i, lanes j, uint32_t in)
{
    uint32_t mine = in >> warp_lane() & 1;
    uint32_t word = w[mine ? (j.k >> 5) * h + i.k : 0];
    return warp_ballot(WARP_ALL, mine & word >> (j.k & 31));
}

DSL_INLINE int32_t lanes_get(lanes a, int k)
{
    return (int32_t)warp_shfl(WARP_ALL, (uint32_t)a.k, k);
}

#endif
