/*
 * Who takes a job from the queue: a warp, 32 lanes on one run, or with KERNEL_THREADS a thread by
 * itself, in the scalar dialect of rows.
 */
#ifndef CUDA_WORKER_H
#define CUDA_WORKER_H

#if defined(KERNEL_THREADS)

#include "../dsl/base.h"

enum { WORKER_LANES = 1 };

DSL_INLINE int worker_lane(void)
{
    return 0;
}

DSL_INLINE void worker_sync(void) {}

/* Adds n to a counter of the whole device; its value before. */
DSL_INLINE uint64_t worker_take(uint64_t *counter, uint64_t n)
{
#if defined(__CUDACC__)
    return atomicAdd((unsigned long long *)counter, (unsigned long long)n);
#else
    return __atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
#endif
}

#else

#include "warp.h"

enum { WORKER_LANES = 32 };

DSL_INLINE int worker_lane(void)
{
    return warp_lane();
}

DSL_INLINE void worker_sync(void)
{
    warp_sync(WARP_ALL);
}

DSL_INLINE uint64_t worker_take(uint64_t *counter, uint64_t n)
{
    return warp_take(WARP_ALL, counter, n);
}

#endif

#endif
