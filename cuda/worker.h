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

DSL_INLINE void worker_sync(void)
{
}

/* Lane 0's word, in all lanes. */
DSL_INLINE uint64_t worker_agree(uint64_t x)
{
    return x;
}

/* Is some lane's x not 0? */
DSL_INLINE int worker_any(uint32_t x)
{
    return x != 0;
}

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

DSL_INLINE uint64_t worker_agree(uint64_t x)
{
    uint32_t low = warp_shfl(WARP_ALL, (uint32_t)x, 0),
             high = warp_shfl(WARP_ALL, (uint32_t)(x >> 32), 0);
    return (uint64_t)high << 32 | low;
}

DSL_INLINE int worker_any(uint32_t x)
{
    return warp_any(WARP_ALL, x);
}

DSL_INLINE uint64_t worker_take(uint64_t *counter, uint64_t n)
{
    return warp_take(WARP_ALL, counter, n);
}

#endif

/* Takes the next jobs from the queue: the first of them, of which this worker's is WORKER_AT
   behind.  The threads of a warp take theirs together, so that they begin in step. */
#if defined(KERNEL_THREADS) && defined(__CUDACC__)
#define WORKER_AT (threadIdx.x & 31)
DSL_INLINE uint64_t worker_next(uint64_t *counter)
{
    uint64_t first = 0;
    __syncwarp();
    if (WORKER_AT == 0)
        first = worker_take(counter, 32);
    return __shfl_sync(0xffffffffu, first, 0);
}
#else
#define WORKER_AT 0
DSL_INLINE uint64_t worker_next(uint64_t *counter)
{
    return worker_take(counter, 1);
}
#endif

/* ---- words of the device's memory that workers write while others read them ---- */

/* Makes a free word (0) x; what it was before. */
DSL_INLINE uint64_t worker_claim(uint64_t *p, uint64_t x)
{
    uint64_t was = 0;
    if (worker_lane() == 0) {
#if defined(__CUDACC__)
        was = atomicCAS((unsigned long long *)p, 0ull, (unsigned long long)x);
#else
        __atomic_compare_exchange_n(p, &was, x, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
#endif
    }
    return worker_agree(was);
}

/* Lets others see x, and with it all that this worker wrote before. */
DSL_INLINE void worker_publish(uint32_t *p, uint32_t x)
{
#if defined(__CUDACC__)
    __threadfence();
    worker_sync();
    if (worker_lane() == 0)
        *(volatile uint32_t *)p = x;
#else
    worker_sync();
    if (worker_lane() == 0)
        __atomic_store_n(p, x, __ATOMIC_RELEASE);
#endif
    worker_sync();
}

/* What was published there, and with it what was written before. */
DSL_INLINE uint32_t worker_published(const uint32_t *p)
{
    uint32_t x = 0;
    if (worker_lane() == 0)
#if defined(__CUDACC__)
        x = *(const volatile uint32_t *)p;
    __threadfence();
    worker_sync(); /* the others read after lane 0 */
#else
        x = __atomic_load_n(p, __ATOMIC_ACQUIRE);
#endif
    return (uint32_t)worker_agree(x);
}

/* Adds n to a counter of the device, once for each lane that does; worker_sync closes it. */
DSL_INLINE void worker_add(uint64_t *counter, uint64_t n)
{
#if defined(__CUDACC__)
    atomicAdd((unsigned long long *)counter, (unsigned long long)n);
#else
    __atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
#endif
}

/* A word that another worker wrote, past what the multiprocessor may have kept of it. */
DSL_INLINE uint32_t worker_word(const any_word *p)
{
#if defined(__CUDACC__)
    return (uint32_t)__ldcg((const int *)p);
#else
    return (uint32_t)*p;
#endif
}

#endif
