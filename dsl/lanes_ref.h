/* The lane contract in plain loops: the reference that judges the other dialects. */
#ifndef DSL_LANES_REF_H
#define DSL_LANES_REF_H

#include "base.h"

typedef struct {
    int32_t k[32];
} lanes;

DSL_FN lanes lanes_fill(int32_t x)
{
    lanes o;
    for (int k = 0; k < 32; k++)
        o.k[k] = x;
    return o;
}

DSL_FN lanes lanes_load(const int32_t *p)
{
    lanes o;
    for (int k = 0; k < 32; k++)
        o.k[k] = p[k];
    return o;
}

DSL_FN void lanes_store(int32_t *p, lanes a)
{
    for (int k = 0; k < 32; k++)
        p[k] = a.k[k];
}

/* Stores the exact results in lanes where they fit, and marks those where they do not. */
DSL_INLINE int32_t lanes_narrow(int64_t x, int k, uint32_t *over)
{
    if (x != (int32_t)x)
        *over |= 1u << k;
    return (int32_t)(uint32_t)(uint64_t)x;
}

DSL_FN lanes lanes_add(lanes a, lanes b, uint32_t *over)
{
    for (int k = 0; k < 32; k++)
        a.k[k] = lanes_narrow((int64_t)a.k[k] + b.k[k], k, over);
    return a;
}

DSL_FN lanes lanes_sub(lanes a, lanes b, uint32_t *over)
{
    for (int k = 0; k < 32; k++)
        a.k[k] = lanes_narrow((int64_t)a.k[k] - b.k[k], k, over);
    return a;
}

DSL_FN lanes lanes_mul(lanes a, lanes b, uint32_t *over)
{
    for (int k = 0; k < 32; k++)
        a.k[k] = lanes_narrow((int64_t)a.k[k] * b.k[k], k, over);
    return a;
}

DSL_FN lanes lanes_div(lanes a, lanes b, uint32_t *zero)
{
    for (int k = 0; k < 32; k++) {
        int64_t x = a.k[k], y = b.k[k];
        if (y == 0) {
            *zero |= 1u << k;
            a.k[k] = 0;
            continue;
        }
        a.k[k] = lanes_narrow(x / y - (x % y != 0 && (x < 0) != (y < 0)), k, zero);
    }
    return a;
}

DSL_FN uint32_t lanes_eq(lanes a, lanes b)
{
    uint32_t m = 0;
    for (int k = 0; k < 32; k++)
        m |= (uint32_t)(a.k[k] == b.k[k]) << k;
    return m;
}

DSL_FN uint32_t lanes_lt(lanes a, lanes b)
{
    uint32_t m = 0;
    for (int k = 0; k < 32; k++)
        m |= (uint32_t)(a.k[k] < b.k[k]) << k;
    return m;
}

DSL_FN lanes lanes_select(uint32_t m, lanes a, lanes b)
{
    for (int k = 0; k < 32; k++)
        if (!(m >> k & 1))
            a.k[k] = b.k[k];
    return a;
}

DSL_FN lanes lanes_bits(uint32_t m)
{
    lanes o;
    for (int k = 0; k < 32; k++)
        o.k[k] = (int32_t)(m >> k & 1);
    return o;
}

DSL_FN uint32_t lanes_test(const uint32_t *w, int32_t h, lanes i, lanes j, uint32_t in)
{
    uint32_t m = 0;
    for (; in; in &= in - 1) {
        int k = bits_first(in);
        m |= (w[(j.k[k] >> 5) * h + i.k[k]] >> (j.k[k] & 31) & 1u) << k;
    }
    return m;
}

DSL_FN int32_t lanes_get(lanes a, int k)
{
    return a.k[k];
}

DSL_FN lanes lanes_from(const any_word *p, int s, int n)
{
    lanes o;
    for (int k = 0; k < 32; k++)
        o.k[k] = k < n ? p[s * k] : p[0];
    return o;
}

DSL_FN void lanes_to(any_word *p, int s, lanes a, int n)
{
    for (int k = 0; k < n; k++)
        p[s * k] = a.k[k];
}

#endif
