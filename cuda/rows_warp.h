/*
 * The row contract (dsl/rows.h) on a warp: lane i holds row i.  See warp.h for the rules; every
 * function here is called by all lanes, with equal arguments but for masks.
 */
#ifndef CUDA_ROWS_WARP_H
#define CUDA_ROWS_WARP_H

#include "warp.h"

typedef struct {
    uint32_t r;
} rows;

DSL_INLINE rows rows_fill(uint32_t word)
{
    rows o;
    o.r = word;
    return o;
}

DSL_INLINE rows rows_zero(void)
{
    return rows_fill(0);
}

/* No lane branches: one that has no row reads another's. */
DSL_INLINE rows rows_load(const uint32_t *p, int h, int i0)
{
    int i = i0 + warp_lane(), in = i >= 0 && i < h;
    uint32_t w = p[in ? i : 0];
    return rows_fill(in ? w : 0);
}

/* Masks are moved within a plane: all lanes must have loaded before one stores. */
DSL_INLINE void rows_store(uint32_t *p, rows a, int n)
{
    warp_sync(WARP_ALL);
    if (warp_lane() < n)
        warp_put((any_word *)p + warp_lane(), a.r);
    warp_sync(WARP_ALL);
}

DSL_INLINE rows rows_and(rows a, rows b)
{
    return rows_fill(a.r & b.r);
}

DSL_INLINE rows rows_or(rows a, rows b)
{
    return rows_fill(a.r | b.r);
}

DSL_INLINE rows rows_xor(rows a, rows b)
{
    return rows_fill(a.r ^ b.r);
}

DSL_INLINE rows rows_andnot(rows a, rows b)
{
    return rows_fill(a.r & ~b.r);
}

DSL_INLINE rows rows_shl(rows a, int n)
{
    return rows_fill(a.r << n);
}

DSL_INLINE rows rows_shr(rows a, int n)
{
    return rows_fill(a.r >> n);
}

DSL_INLINE rows rows_down1(rows a)
{
    uint32_t w = warp_shfl_up1(WARP_ALL, a.r);
    return rows_fill(warp_lane() > 0 ? w : 0);
}

DSL_INLINE rows rows_up1(rows a)
{
    uint32_t w = warp_shfl_down1(WARP_ALL, a.r);
    return rows_fill(warp_lane() < 31 ? w : 0);
}

DSL_INLINE rows rows_below(int n)
{
    return rows_fill(warp_lane() < n ? 0xffffffffu : 0);
}

DSL_INLINE rows rows_reverse(rows a)
{
    return rows_fill(bits_reverse(a.r));
}

DSL_INLINE rows rows_flip(rows a)
{
    return rows_fill(warp_shfl_xor(WARP_ALL, a.r, 31));
}

/* One butterfly of the transposition: blocks of s x s bits swap across the diagonal.  A lane keeps
   the columns of its own half; written as masks, for of two whole expressions a compiler makes a
   branch. */
DSL_INLINE rows rows_butterfly(rows a, int s, uint32_t low)
{
    uint32_t b = warp_shfl_xor(WARP_ALL, a.r, s), upper = 0 - (uint32_t)((warp_lane() & s) != 0);
    uint32_t keep = low ^ upper, other = (b >> s & upper) | (b << s & ~upper);
    return rows_fill((a.r & keep) | (other & ~keep));
}

DSL_INLINE rows rows_transpose(rows a)
{
    a = rows_butterfly(a, 16, 0x0000ffffu);
    a = rows_butterfly(a, 8, 0x00ff00ffu);
    a = rows_butterfly(a, 4, 0x0f0f0f0fu);
    a = rows_butterfly(a, 2, 0x33333333u);
    return rows_butterfly(a, 1, 0x55555555u);
}

DSL_INLINE uint32_t rows_columns(rows a)
{
    return warp_or(WARP_ALL, a.r);
}

DSL_INLINE uint32_t rows_ballot(rows a)
{
    return warp_ballot(WARP_ALL, a.r);
}

DSL_INLINE int rows_any(rows a)
{
    return warp_any(WARP_ALL, a.r);
}

DSL_INLINE int rows_eq(rows a, rows b)
{
    return !warp_any(WARP_ALL, a.r ^ b.r);
}

DSL_INLINE int rows_count(rows a)
{
    return (int)warp_add(WARP_ALL, (uint32_t)bits_count(a.r));
}

DSL_INLINE uint32_t rows_get(rows a, int i)
{
    return warp_shfl(WARP_ALL, a.r, i);
}

DSL_INLINE int rows_first(rows a)
{
    uint32_t m = rows_ballot(a);
    if (!m)
        return -1;
    int i = bits_first(m);
    return 32 * i + bits_first(rows_get(a, i));
}

DSL_INLINE rows rows_bit(int i, int j)
{
    return rows_fill(warp_lane() == i ? 1u << j : 0);
}

/* ---- memory: lane i has words i, i + 32, ... ---- */

/* Lane i's word of p[k..n), 0 from n on; k < n. */
DSL_INLINE uint32_t words_lane(const any_word *p, uint64_t k, uint64_t n)
{
    uint64_t i = k + (uint32_t)warp_lane();
    uint32_t w = (uint32_t)p[i < n ? i : k];
    return i < n ? w : 0;
}

DSL_FN uint32_t words_count(const uint32_t *p, uint64_t n)
{
    uint32_t bits = 0;
    for (uint64_t k = 0; k < n; k += 32)
        bits += (uint32_t)bits_count(words_lane((const any_word *)p, k, n));
    return warp_add(WARP_ALL, bits);
}

DSL_FN int words_any(const uint32_t *p, uint64_t n)
{
    for (uint64_t k = 0; k < n; k += 32)
        if (warp_any(WARP_ALL, words_lane((const any_word *)p, k, n)))
            return 1;
    return 0;
}

DSL_FN int words_equal(const void *a, const void *b, size_t n)
{
    const any_word *x = (const any_word *)a, *y = (const any_word *)b;
    for (size_t k = 0; k < n; k += 32)
        if (warp_any(WARP_ALL, words_lane(x, k, n) ^ words_lane(y, k, n)))
            return 0;
    return 1;
}

DSL_FN void words_zero(void *p, size_t n)
{
    for (size_t i = (size_t)warp_lane(); i < n; i += 32)
        warp_put((any_word *)p + i, 0);
    warp_sync(WARP_ALL);
}

DSL_FN void words_copy(void *to, const void *from, size_t n)
{
    for (size_t i = (size_t)warp_lane(); i < n; i += 32)
        warp_put((any_word *)to + i, (uint32_t)((const any_word *)from)[i]);
    warp_sync(WARP_ALL);
}

/* 32 words at a time: read by all lanes before one of them is written over. */
DSL_FN void words_move_down(void *to, const void *from, size_t n)
{
    for (size_t k = 0; k < n; k += 32) {
        size_t i = k + (size_t)warp_lane();
        uint32_t w = words_lane((const any_word *)from, k, n);
        warp_sync(WARP_ALL);
        if (i < n)
            warp_put((any_word *)to + i, w);
    }
    warp_sync(WARP_ALL);
}

#endif
