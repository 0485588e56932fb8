/*
 * The entry of the kernel: persistent, a warp per run, as many blocks as the device holds at once.
 *
 * The machine (struct vm, read and written all the time) stands in shared memory, once a warp.
 * DEVICE_CHECK is for compute-sanitizer: it takes what all lanes write alike for a race there, so
 * each lane has a machine of its own.
 */
#include "kernel.h"

static_assert(DEVICE_SIZES_HOLD, "host and device must agree");

extern "C" __global__ void __launch_bounds__(DEVICE_THREADS, DEVICE_BLOCKS)
    batt_kernel(struct device_batch b)
{
#if defined(DEVICE_CHECK)
    struct vm machines[DEVICE_THREADS / 32];
#else
    __shared__ struct vm machines[DEVICE_THREADS / 32];
#endif
    unsigned in_block = threadIdx.x / 32;
    unsigned long long warp = (unsigned long long)blockIdx.x * (blockDim.x / 32) + in_block;
    kernel_warp(&machines[in_block], &b, (struct device_memory *)(b.memory + warp * b.warp_bytes));
}
