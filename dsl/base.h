/*
 * What the engine's sources assume of their compiler: the common subset of C17 and CUDA C++.
 *
 * The engine (everything that engine.h includes) is a set of static functions, compiled once for
 * each instruction set and once for each device.  A file that includes it chooses a dialect of
 * the row contract first (ROWS_DIALECT), and may define DSL_SMALL: then what is inlined for speed
 * alone (DSL_LARGE) becomes a call, for machines whose caches hold little code.
 */
#ifndef DSL_BASE_H
#define DSL_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__CUDACC__)
#define DSL_FN static __device__ __noinline__ __attribute__((unused))
#define DSL_INLINE static __device__ __inline__ __attribute__((unused))
#define DSL_UNLIKELY(x) (x)
#define DSL_TABLE static __device__ const
#else
#define DSL_FN static __attribute__((unused))
#define DSL_INLINE static inline __attribute__((always_inline, unused))
#define DSL_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define DSL_TABLE static const __attribute__((unused))
#endif

/* What a dialect wants to be done before each instruction of a program, and before the machine's
   counters change. */
#ifndef DSL_STEP
#define DSL_STEP() ((void)0)
#endif

#if defined(DSL_SMALL)
#define DSL_LARGE DSL_FN
#else
#define DSL_LARGE DSL_INLINE
#endif

/* A word of memory that holds something else. */
typedef int32_t any_word __attribute__((may_alias));

DSL_INLINE int32_t min32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

DSL_INLINE int32_t max32(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

DSL_INLINE int bits_count(uint32_t w)
{
#if defined(__CUDA_ARCH__)
    return __popc(w);
#else
    return __builtin_popcount(w);
#endif
}

/* Number of the lowest set bit; w must not be 0. */
DSL_INLINE int bits_first(uint32_t w)
{
#if defined(__CUDA_ARCH__)
    return __ffs((int)w) - 1;
#else
    return __builtin_ctz(w);
#endif
}

/* Number of the highest set bit; w must not be 0. */
DSL_INLINE int bits_last(uint32_t w)
{
#if defined(__CUDA_ARCH__)
    return 31 - __clz((int)w);
#else
    return 31 - __builtin_clz(w);
#endif
}

/* The lowest n bits set, n in 0..32. */
DSL_INLINE uint32_t bits_below(int n)
{
    return n >= 32 ? 0xffffffffu : n <= 0 ? 0u : (1u << n) - 1u;
}

/* Mirror image of the 32 bits (Hacker's Delight, 7-1). */
DSL_INLINE uint32_t bits_reverse(uint32_t w)
{
#if defined(__CUDA_ARCH__)
    return __brev(w);
#else
    w = (w & 0x55555555u) << 1 | (w >> 1 & 0x55555555u);
    w = (w & 0x33333333u) << 2 | (w >> 2 & 0x33333333u);
    w = (w & 0x0f0f0f0fu) << 4 | (w >> 4 & 0x0f0f0f0fu);
    w = (w & 0x00ff00ffu) << 8 | (w >> 8 & 0x00ff00ffu);
    return w << 16 | w >> 16;
#endif
}

#endif
