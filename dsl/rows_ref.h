/* The row contract in plain loops: the reference that judges the other dialects. */
#ifndef DSL_ROWS_REF_H
#define DSL_ROWS_REF_H

#include "words.h"

typedef struct {
    uint32_t r[32];
} rows;

DSL_FN rows rows_fill(uint32_t word)
{
    rows o;
    for (int i = 0; i < 32; i++)
        o.r[i] = word;
    return o;
}

DSL_FN rows rows_zero(void)
{
    return rows_fill(0);
}

DSL_FN rows rows_load(const uint32_t *p, int h, int i0)
{
    rows o;
    for (int i = 0; i < 32; i++)
        o.r[i] = i0 + i >= 0 && i0 + i < h ? p[i0 + i] : 0;
    return o;
}

DSL_FN void rows_store(uint32_t *p, rows a, int n)
{
    for (int i = 0; i < n; i++)
        p[i] = a.r[i];
}

DSL_FN rows rows_and(rows a, rows b)
{
    for (int i = 0; i < 32; i++)
        a.r[i] &= b.r[i];
    return a;
}

DSL_FN rows rows_or(rows a, rows b)
{
    for (int i = 0; i < 32; i++)
        a.r[i] |= b.r[i];
    return a;
}

DSL_FN rows rows_xor(rows a, rows b)
{
    for (int i = 0; i < 32; i++)
        a.r[i] ^= b.r[i];
    return a;
}

DSL_FN rows rows_andnot(rows a, rows b)
{
    for (int i = 0; i < 32; i++)
        a.r[i] &= ~b.r[i];
    return a;
}

DSL_FN rows rows_shl(rows a, int k)
{
    for (int i = 0; i < 32; i++)
        a.r[i] <<= k;
    return a;
}

DSL_FN rows rows_shr(rows a, int k)
{
    for (int i = 0; i < 32; i++)
        a.r[i] >>= k;
    return a;
}

DSL_FN rows rows_down1(rows a)
{
    rows o;
    for (int i = 0; i < 32; i++)
        o.r[i] = i > 0 ? a.r[i - 1] : 0;
    return o;
}

DSL_FN rows rows_up1(rows a)
{
    rows o;
    for (int i = 0; i < 32; i++)
        o.r[i] = i < 31 ? a.r[i + 1] : 0;
    return o;
}

DSL_FN rows rows_below(int n)
{
    rows o;
    for (int i = 0; i < 32; i++)
        o.r[i] = i < n ? 0xffffffffu : 0;
    return o;
}

DSL_FN rows rows_reverse(rows a)
{
    for (int i = 0; i < 32; i++)
        a.r[i] = bits_reverse(a.r[i]);
    return a;
}

DSL_FN rows rows_flip(rows a)
{
    rows o;
    for (int i = 0; i < 32; i++)
        o.r[i] = a.r[31 - i];
    return o;
}

DSL_FN rows rows_transpose(rows a)
{
    rows o = rows_zero();
    for (int i = 0; i < 32; i++)
        for (int j = 0; j < 32; j++)
            o.r[j] |= (a.r[i] >> j & 1u) << i;
    return o;
}

DSL_FN uint32_t rows_columns(rows a)
{
    uint32_t w = 0;
    for (int i = 0; i < 32; i++)
        w |= a.r[i];
    return w;
}

DSL_FN int rows_any(rows a)
{
    return rows_columns(a) != 0;
}

DSL_FN int rows_eq(rows a, rows b)
{
    return !rows_any(rows_xor(a, b));
}

DSL_FN int rows_count(rows a)
{
    int n = 0;
    for (int i = 0; i < 32; i++)
        n += bits_count(a.r[i]);
    return n;
}

DSL_FN int rows_first(rows a)
{
    for (int i = 0; i < 32; i++)
        if (a.r[i])
            return 32 * i + bits_first(a.r[i]);
    return -1;
}

DSL_FN uint32_t rows_ballot(rows a)
{
    uint32_t w = 0;
    for (int i = 0; i < 32; i++)
        w |= (uint32_t)(a.r[i] != 0) << i;
    return w;
}

DSL_FN uint32_t rows_get(rows a, int i)
{
    return a.r[i];
}

DSL_FN rows rows_bit(int i, int j)
{
    rows o = rows_zero();
    o.r[i] = 1u << j;
    return o;
}

DSL_INLINE uint32_t words_count(const uint32_t *p, uint64_t n)
{
    uint32_t bits = 0;
    for (uint64_t k = 0; k < n; k++)
        for (uint32_t w = p[k]; w; w &= w - 1)
            bits++;
    return bits;
}

DSL_INLINE int words_any(const uint32_t *p, uint64_t n)
{
    for (uint64_t k = 0; k < n; k++)
        if (p[k])
            return 1;
    return 0;
}

#endif
