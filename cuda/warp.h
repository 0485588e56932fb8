/*
 * What the 32 lanes of a warp do together: the whole of what the warp dialect of rows and lanes
 * asks of its machine.  nvcc compiles it to the hardware's instructions; a host compiler to calls
 * of a simulator (tests/simwarp), which runs the same sources lane by lane and judges how they
 * meet.
 *
 * The rule of the engine on a warp: control flow is uniform.  All lanes run the same instructions
 * on the same values, but for the words of `rows` and `lanes`, of which each lane has its own.
 *
 *   - Lanes run in step between two meetings: a warp that does not branch apart executes an
 *     instruction for all its lanes at once, so what all lanes write (the same value to the same
 *     place) counts as written once, and reading, changing and writing a place is safe.
 *   - Local variables exist once a lane and agree; what lanes store for one another must lie in the
 *     memory of the run, goes through warp_put, and may be read by others after warp_sync.
 *   - What depends on the lane is chosen by selecting values, not by branching: a compiler may
 * write what follows a branch twice, and what lanes do together must not be done twice.  A branch
 * or a loop by lane holds nothing but warp_put, and warp_sync closes it at once.
 *   - All meetings are of all 32 lanes.
 */
#ifndef CUDA_WARP_H
#define CUDA_WARP_H

#include "../dsl/base.h"

#define WARP_ALL 0xffffffffu

#if defined(__CUDACC__)

/* Number of this lane, 0..31; blocks have one dimension, a multiple of 32 threads. */
DSL_INLINE int warp_lane(void)
{
    return (int)(threadIdx.x & 31);
}

/* The word of lane `from`. */
DSL_INLINE uint32_t warp_shfl(uint32_t mask, uint32_t x, int from)
{
    return __shfl_sync(mask, x, from);
}

/* The word of lane (this ^ bits). */
DSL_INLINE uint32_t warp_shfl_xor(uint32_t mask, uint32_t x, int bits)
{
    return __shfl_xor_sync(mask, x, bits);
}

/* The word of the next lower lane (lane 0: its own); of the next higher one (lane 31: its own). */
DSL_INLINE uint32_t warp_shfl_up1(uint32_t mask, uint32_t x)
{
    return __shfl_up_sync(mask, x, 1);
}

DSL_INLINE uint32_t warp_shfl_down1(uint32_t mask, uint32_t x)
{
    return __shfl_down_sync(mask, x, 1);
}

/* Bit k: is lane k's x not 0? */
DSL_INLINE uint32_t warp_ballot(uint32_t mask, uint32_t x)
{
    return __ballot_sync(mask, x != 0);
}

/* Is some lane's x not 0? */
DSL_INLINE int warp_any(uint32_t mask, uint32_t x)
{
    return __any_sync(mask, x != 0);
}

/* Sum and or of all lanes' words. */
DSL_INLINE uint32_t warp_add(uint32_t mask, uint32_t x)
{
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    return __reduce_add_sync(mask, x);
#else
    for (int s = 16; s; s >>= 1)
        x += __shfl_xor_sync(mask, x, s);
    return x;
#endif
}

DSL_INLINE uint32_t warp_or(uint32_t mask, uint32_t x)
{
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    return __reduce_or_sync(mask, x);
#else
    for (int s = 16; s; s >>= 1)
        x |= __shfl_xor_sync(mask, x, s);
    return x;
#endif
}

/* What lanes put before, all lanes may read afterwards; nobody goes on before all are here. */
DSL_INLINE void warp_sync(uint32_t mask)
{
    __syncwarp(mask);
}

/* Stores a word of this lane for others to read. */
DSL_INLINE void warp_put(any_word *p, uint32_t x)
{
    *p = (any_word)x;
}

/* Adds n to a counter of the whole device, once; its value before. */
DSL_INLINE uint64_t warp_take(uint32_t mask, uint64_t *counter, uint64_t n)
{
    unsigned long long x = 0;
    if (warp_lane() == 0)
        x = atomicAdd((unsigned long long *)counter, (unsigned long long)n);
    return __shfl_sync(mask, x, 0);
}

#else

enum warp_meeting {
    WARP_SHFL,
    WARP_SHFL_XOR,
    WARP_SHFL_UP1,
    WARP_SHFL_DOWN1,
    WARP_BALLOT,
    WARP_ANY,
    WARP_ADD,
    WARP_OR,
    WARP_SYNC
};

/* The simulator's: the lane that runs, a meeting of all lanes, a store for others to read.  `place`
   is that of the call in the source. */
extern _Thread_local int simwarp_lane;
uint32_t simwarp_meet(enum warp_meeting kind, uint32_t mask, uint32_t x, int arg,
                      const char *place);
void simwarp_put(any_word *p, uint32_t x);
uint64_t simwarp_meetings(void);

DSL_INLINE int warp_lane(void)
{
    return simwarp_lane;
}

#define WARP_PLACE_2(line) #line
#define WARP_PLACE_1(line) WARP_PLACE_2(line)
#define WARP_MEET(kind, mask, x, arg)                                                              \
    simwarp_meet(kind, mask, x, arg, __FILE__ ":" WARP_PLACE_1(__LINE__))
#define warp_shfl(mask, x, from) WARP_MEET(WARP_SHFL, mask, x, from)
#define warp_shfl_xor(mask, x, bits) WARP_MEET(WARP_SHFL_XOR, mask, x, bits)
#define warp_shfl_up1(mask, x) WARP_MEET(WARP_SHFL_UP1, mask, x, 0)
#define warp_shfl_down1(mask, x) WARP_MEET(WARP_SHFL_DOWN1, mask, x, 0)
#define warp_ballot(mask, x) WARP_MEET(WARP_BALLOT, mask, x, 0)
#define warp_any(mask, x) (int)WARP_MEET(WARP_ANY, mask, x, 0)
#define warp_add(mask, x) WARP_MEET(WARP_ADD, mask, x, 0)
#define warp_or(mask, x) WARP_MEET(WARP_OR, mask, x, 0)
#define warp_sync(mask) (void)WARP_MEET(WARP_SYNC, mask, 0, 0)
#define warp_put simwarp_put

DSL_INLINE uint64_t warp_take(uint32_t mask, uint64_t *counter, uint64_t n)
{
    uint64_t x = warp_lane() ? 0 : __atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
    uint32_t low = warp_shfl(mask, (uint32_t)x, 0), high = warp_shfl(mask, (uint32_t)(x >> 32), 0);
    return (uint64_t)high << 32 | low;
}

#endif

#endif
