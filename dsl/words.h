/*
 * Memory of 32-bit words, moved and compared by one thread: what the scalar and the vector dialect
 * of the row contract (rows.h) have in common.
 */
#ifndef DSL_WORDS_H
#define DSL_WORDS_H

#include "base.h"

DSL_INLINE void words_zero(void *p, size_t n)
{
    memset(p, 0, 4 * n);
}

DSL_INLINE void words_copy(void *to, const void *from, size_t n)
{
#if defined(__CUDA_ARCH__) /* whose memcpy goes byte by byte */
    for (size_t k = 0; k < n; k++)
        ((uint32_t *)to)[k] = ((const uint32_t *)from)[k];
#else
    memcpy(to, from, 4 * n);
#endif
}

DSL_INLINE void words_move_down(void *to, const void *from, size_t n)
{
#if defined(__CUDA_ARCH__)
    words_copy(to, from, n);
#else
    memmove(to, from, 4 * n);
#endif
}

DSL_INLINE int words_equal(const void *a, const void *b, size_t n)
{
#if defined(__CUDA_ARCH__)
    for (size_t k = 0; k < n; k++)
        if (((const uint32_t *)a)[k] != ((const uint32_t *)b)[k])
            return 0;
    return 1;
#else
    return memcmp(a, b, 4 * n) == 0;
#endif
}

#endif
