/*
 * The row contract in compiler vectors: a struct of chunks of the target's register width.
 *
 * gcc 12 turns a shuffle of a vector wider than a register into scalar moves, four to ten times
 * slower than two native chunks, hence the chunks.  Loads and stores of fewer than 32 rows use
 * the masked moves of AVX2 and AVX-512 where they exist, so that a store touches nothing else.
 */
#ifndef DSL_ROWS_VEC_H
#define DSL_ROWS_VEC_H

#include "words.h"

#if defined(__AVX512F__) && defined(__AVX512BW__)
#define ROWS_WIDTH 16
#elif defined(__AVX2__)
#define ROWS_WIDTH 8
#else
#define ROWS_WIDTH 4
#endif
#if defined(__SSE2__)
#include <immintrin.h>
#endif

enum { ROWS_CHUNKS = 32 / ROWS_WIDTH };

typedef uint32_t rows_chunk __attribute__((vector_size(4 * ROWS_WIDTH)));
typedef int32_t rows_ichunk __attribute__((vector_size(4 * ROWS_WIDTH)));
typedef uint32_t rows_uchunk __attribute__((vector_size(4 * ROWS_WIDTH), aligned(4), may_alias));

typedef struct {
    rows_chunk c[ROWS_CHUNKS];
} rows;

#define ROWS_EACH _Pragma("GCC unroll 8") for (int k = 0; k < ROWS_CHUNKS; k++)

DSL_TABLE int32_t rows_iota[64] __attribute__((aligned(64))) = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

/* Lane numbers first, first + 1, ... */
DSL_INLINE rows_ichunk rows_count_from(int first)
{
    return *(const rows_ichunk *)rows_iota + first;
}

DSL_INLINE rows rows_fill(uint32_t word)
{
    rows o;
    ROWS_EACH o.c[k] = (rows_chunk){0} + word;
    return o;
}

DSL_INLINE rows rows_zero(void)
{
    return rows_fill(0);
}

DSL_INLINE rows rows_below(int n)
{
    rows o;
    ROWS_EACH o.c[k] = (rows_chunk)(rows_count_from(ROWS_WIDTH * k) < n);
    return o;
}

DSL_INLINE rows rows_load(const uint32_t *p, int h, int i0)
{
    rows o;
    if (i0 >= h || i0 <= -32)
        return rows_zero();
#if ROWS_WIDTH == 16
    uint32_t m = bits_below(h - i0);
    if (i0 < 0)
        m &= ~bits_below(-i0);
    ROWS_EACH o.c[k] = (rows_chunk)_mm512_maskz_loadu_epi32((__mmask16)(m >> (16 * k)),
                                                           p + i0 + 16 * k);
#else
    ROWS_EACH
    {
        rows_ichunk lane = rows_count_from(i0 + ROWS_WIDTH * k);
        o.c[k] = *(const rows_uchunk *)(p + i0 + ROWS_WIDTH * k);
        o.c[k] &= (rows_chunk)(lane < h) & (rows_chunk)(lane >= 0);
    }
#endif
    return o;
}

DSL_INLINE void rows_store(uint32_t *p, rows a, int n)
{
#if ROWS_WIDTH == 16
    uint32_t m = bits_below(n);
    ROWS_EACH _mm512_mask_storeu_epi32(p + 16 * k, (__mmask16)(m >> (16 * k)), (__m512i)a.c[k]);
#elif ROWS_WIDTH == 8
    ROWS_EACH _mm256_maskstore_epi32((int *)p + 8 * k,
                                     (__m256i)(rows_count_from(8 * k) < n), (__m256i)a.c[k]);
#else
    int full = n / ROWS_WIDTH;
    for (int k = 0; k < full; k++)
        *(rows_uchunk *)(p + ROWS_WIDTH * k) = a.c[k];
    for (int i = full * ROWS_WIDTH; i < n; i++)
        p[i] = a.c[full][i % ROWS_WIDTH];
#endif
}

DSL_INLINE rows rows_and(rows a, rows b)
{
    ROWS_EACH a.c[k] &= b.c[k];
    return a;
}

DSL_INLINE rows rows_or(rows a, rows b)
{
    ROWS_EACH a.c[k] |= b.c[k];
    return a;
}

DSL_INLINE rows rows_xor(rows a, rows b)
{
    ROWS_EACH a.c[k] ^= b.c[k];
    return a;
}

DSL_INLINE rows rows_andnot(rows a, rows b)
{
    ROWS_EACH a.c[k] &= ~b.c[k];
    return a;
}

DSL_INLINE rows rows_shl(rows a, int n)
{
    ROWS_EACH a.c[k] <<= n;
    return a;
}

DSL_INLINE rows rows_shr(rows a, int n)
{
    ROWS_EACH a.c[k] >>= n;
    return a;
}

/* Lanes 1..WIDTH of the 2 x WIDTH lanes lo:hi are wanted one way, WIDTH-1.. the other. */
DSL_INLINE rows_chunk rows_join(rows_chunk lo, rows_chunk hi, int first)
{
    return __builtin_shuffle(lo, hi, rows_count_from(first));
}

DSL_INLINE rows rows_down1(rows a)
{
    rows o;
    ROWS_EACH o.c[k] =
        rows_join(k > 0 ? a.c[k > 0 ? k - 1 : 0] : (rows_chunk){0}, a.c[k], ROWS_WIDTH - 1);
    return o;
}

DSL_INLINE rows rows_up1(rows a)
{
    rows o;
    ROWS_EACH o.c[k] = rows_join(
        a.c[k], k + 1 < ROWS_CHUNKS ? a.c[k + 1 < ROWS_CHUNKS ? k + 1 : 0] : (rows_chunk){0}, 1);
    return o;
}

DSL_INLINE rows_chunk rows_swap_bits(rows_chunk w, uint32_t mask, int n)
{
    return (w & mask) << n | (w >> n & mask);
}

DSL_INLINE rows rows_reverse(rows a)
{
    ROWS_EACH
    {
        rows_chunk w = rows_swap_bits(a.c[k], 0x55555555u, 1);
        w = rows_swap_bits(w, 0x33333333u, 2);
        w = rows_swap_bits(w, 0x0f0f0f0fu, 4);
        w = rows_swap_bits(w, 0x00ff00ffu, 8);
        a.c[k] = w << 16 | w >> 16;
    }
    return a;
}

DSL_INLINE rows rows_flip(rows a)
{
    rows o;
    ROWS_EACH o.c[k] =
        __builtin_shuffle(a.c[ROWS_CHUNKS - 1 - k], ROWS_WIDTH - 1 - rows_count_from(0));
    return o;
}

/* Row i takes the word of row i ^ s. */
DSL_INLINE rows rows_exchange(rows a, int s)
{
    rows o;
    if (s >= ROWS_WIDTH) {
        ROWS_EACH o.c[k] = a.c[k ^ (s / ROWS_WIDTH)];
    } else {
        ROWS_EACH o.c[k] = __builtin_shuffle(a.c[k], rows_count_from(0) ^ s);
    }
    return o;
}

/* One butterfly of the transposition: blocks of s x s bits swap across the diagonal. */
DSL_INLINE rows rows_butterfly(rows a, int s, uint32_t low)
{
    rows b = rows_exchange(a, s);
    ROWS_EACH
    {
        rows_chunk upper = (rows_chunk)((rows_count_from(ROWS_WIDTH * k) & s) != 0);
        rows_chunk even = (a.c[k] & low) | (b.c[k] & low) << s;
        rows_chunk odd = (a.c[k] & ~low) | (b.c[k] & ~low) >> s;
        a.c[k] = (even & ~upper) | (odd & upper);
    }
    return a;
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
    rows_chunk v = a.c[0];
    _Pragma("GCC unroll 8") for (int k = 1; k < ROWS_CHUNKS; k++) v |= a.c[k];
#if ROWS_WIDTH == 16
    return (uint32_t)_mm512_reduce_or_epi32((__m512i)v);
#else
    uint32_t w = v[0];
    _Pragma("GCC unroll 8") for (int i = 1; i < ROWS_WIDTH; i++) w |= v[i];
    return w;
#endif
}

DSL_INLINE uint32_t rows_ballot(rows a)
{
    uint32_t w = 0;
#if ROWS_WIDTH == 16
    ROWS_EACH w |= (uint32_t)_mm512_test_epi32_mask((__m512i)a.c[k], (__m512i)a.c[k]) << (16 * k);
#elif ROWS_WIDTH == 8
    ROWS_EACH w |= (uint32_t)_mm256_movemask_ps((__m256)(a.c[k] != 0)) << (8 * k);
#elif defined(__SSE2__)
    ROWS_EACH w |= (uint32_t)_mm_movemask_ps((__m128)(a.c[k] != 0)) << (4 * k);
#else
    for (int i = 0; i < 32; i++)
        w |= (uint32_t)(a.c[i / ROWS_WIDTH][i % ROWS_WIDTH] != 0) << i;
#endif
    return w;
}

DSL_INLINE int rows_any(rows a)
{
    return rows_ballot(a) != 0;
}

DSL_INLINE int rows_eq(rows a, rows b)
{
    return !rows_any(rows_xor(a, b));
}

DSL_INLINE int rows_count(rows a)
{
    uint64_t w[16];
    int n = 0;
    memcpy(w, &a, sizeof w);
    _Pragma("GCC unroll 16") for (int i = 0; i < 16; i++) n += __builtin_popcountll(w[i]);
    return n;
}

DSL_INLINE uint32_t rows_get(rows a, int i)
{
    uint32_t w[32];
    memcpy(w, &a, sizeof w);
    return w[i];
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
    rows o;
    ROWS_EACH o.c[k] =
        (rows_chunk)(rows_count_from(ROWS_WIDTH * k) == i) & ((rows_chunk){0} + (1u << j));
    return o;
}

DSL_INLINE uint32_t words_count(const uint32_t *p, uint64_t n)
{
    uint32_t bits = 0;
    uint64_t k = 0;
    for (; k + 2 <= n; k += 2)
        bits += (uint32_t)__builtin_popcountll((uint64_t)p[k] << 32 | p[k + 1]);
    return k < n ? bits + (uint32_t)__builtin_popcount(p[k]) : bits;
}

DSL_INLINE int words_any(const uint32_t *p, uint64_t n)
{
    for (uint64_t k = 0; k < n; k++)
        if (p[k])
            return 1;
    return 0;
}

#endif
