/* The lane contract in compiler vectors, in the chunks of rows_vec.h. */
#ifndef DSL_LANES_VEC_H
#define DSL_LANES_VEC_H

#include "rows_vec.h"

typedef struct {
    rows_ichunk c[ROWS_CHUNKS];
} lanes;

typedef int32_t lanes_uchunk __attribute__((vector_size(4 * ROWS_WIDTH), aligned(4), may_alias));

DSL_INLINE lanes lanes_fill(int32_t x)
{
    lanes o;
    ROWS_EACH o.c[k] = (rows_ichunk){0} + x;
    return o;
}

DSL_INLINE lanes lanes_load(const int32_t *p)
{
    lanes o;
    ROWS_EACH o.c[k] = *(const lanes_uchunk *)(p + ROWS_WIDTH * k);
    return o;
}

DSL_INLINE void lanes_store(int32_t *p, lanes a)
{
    ROWS_EACH *(lanes_uchunk *)(p + ROWS_WIDTH * k) = a.c[k];
}

/* Lanes that are not zero. */
DSL_INLINE uint32_t lanes_nonzero(lanes a)
{
    rows r;
    ROWS_EACH r.c[k] = (rows_chunk)a.c[k];
    return rows_ballot(r);
}

/* The sum wrapped; it left the range where its sign differs from both operands'. */
DSL_INLINE lanes lanes_add(lanes a, lanes b, uint32_t *over)
{
    lanes o, bad;
    ROWS_EACH
    {
        o.c[k] = (rows_ichunk)((rows_chunk)a.c[k] + (rows_chunk)b.c[k]);
        bad.c[k] = ((a.c[k] ^ o.c[k]) & (b.c[k] ^ o.c[k])) >> 31;
    }
    *over |= lanes_nonzero(bad);
    return o;
}

DSL_INLINE lanes lanes_sub(lanes a, lanes b, uint32_t *over)
{
    lanes o, bad;
    ROWS_EACH
    {
        o.c[k] = (rows_ichunk)((rows_chunk)a.c[k] - (rows_chunk)b.c[k]);
        bad.c[k] = ((a.c[k] ^ b.c[k]) & (a.c[k] ^ o.c[k])) >> 31;
    }
    *over |= lanes_nonzero(bad);
    return o;
}

DSL_FN lanes lanes_mul(lanes a, lanes b, uint32_t *over)
{
    int32_t x[32], y[32];
    uint32_t bad = 0;
    lanes_store(x, a);
    lanes_store(y, b);
    for (int k = 0; k < 32; k++) {
        int64_t p = (int64_t)x[k] * y[k];
        x[k] = (int32_t)(uint32_t)(uint64_t)p;
        bad |= (uint32_t)(p != x[k]) << k;
    }
    *over |= bad;
    return lanes_load(x);
}

DSL_FN lanes lanes_div(lanes a, lanes b, uint32_t *zero)
{
    int32_t x[32], y[32];
    lanes_store(x, a);
    lanes_store(y, b);
    for (int k = 0; k < 32; k++) {
        int64_t n = x[k], d = y[k], q = d ? n / d - (n % d != 0 && (n < 0) != (d < 0)) : 0;
        x[k] = (int32_t)(uint32_t)(uint64_t)q;
        *zero |= (uint32_t)(d == 0 || q != x[k]) << k;
    }
    return lanes_load(x);
}

DSL_INLINE uint32_t lanes_eq(lanes a, lanes b)
{
    ROWS_EACH a.c[k] = a.c[k] == b.c[k];
    return lanes_nonzero(a);
}

DSL_INLINE uint32_t lanes_lt(lanes a, lanes b)
{
    ROWS_EACH a.c[k] = a.c[k] < b.c[k];
    return lanes_nonzero(a);
}

DSL_INLINE lanes lanes_bits(uint32_t m)
{
    lanes o;
    ROWS_EACH o.c[k] = (rows_ichunk)(((rows_chunk){0} + m) >>
                                     (rows_chunk)rows_count_from(ROWS_WIDTH * k) & 1u);
    return o;
}

DSL_INLINE lanes lanes_select(uint32_t m, lanes a, lanes b)
{
    lanes s = lanes_bits(m);
    ROWS_EACH
    {
        rows_ichunk take = -s.c[k];
        a.c[k] = (a.c[k] & take) | (b.c[k] & ~take);
    }
    return a;
}

DSL_FN uint32_t lanes_test(const uint32_t *w, int32_t h, lanes i, lanes j, uint32_t in)
{
    int32_t x[32], y[32];
    uint32_t m = 0;
    lanes_store(x, i);
    lanes_store(y, j);
    for (; in; in &= in - 1) {
        int k = bits_first(in);
        m |= (w[(y[k] >> 5) * h + x[k]] >> (y[k] & 31) & 1u) << k;
    }
    return m;
}

DSL_INLINE int32_t lanes_get(lanes a, int k)
{
    int32_t x[32];
    lanes_store(x, a);
    return x[k];
}

DSL_INLINE lanes lanes_from(const any_word *p, int s, int n)
{
    int32_t x[32];
    for (int k = 0; k < n; k++)
        x[k] = p[s * k];
    for (int k = n; k < 32; k++)
        x[k] = p[0];
    return lanes_load(x);
}

DSL_INLINE void lanes_to(any_word *p, int s, lanes a, int n)
{
    int32_t x[32];
    lanes_store(x, a);
    for (int k = 0; k < n; k++)
        p[s * k] = x[k];
}

#endif
