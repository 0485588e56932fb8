/*
 * The entry of the kernel: persistent, a warp per run, as many blocks as the device holds at once.
 *
 * The machine (struct vm, 264 bytes read and written all the time) stands in shared memory, once a
 * warp.
 */
#include "kernel.h"

static_assert(sizeof(struct device_item) == 80, "see batch.h");
static_assert(sizeof(struct device_program) == 40, "see batch.h");
static_assert(sizeof(struct device_result) == 48, "see batch.h");
static_assert(sizeof(struct device_batch) == 128, "see batch.h");

extern "C" __global__ void __launch_bounds__(DEVICE_THREADS, DEVICE_BLOCKS) batt_kernel(struct device_batch b)
{
    __shared__ struct vm machines[DEVICE_THREADS / 32];
    unsigned in_block = threadIdx.x / 32;
    unsigned long long warp = (unsigned long long)blockIdx.x * (DEVICE_THREADS / 32) + in_block;
    kernel_warp(&machines[in_block], &b, (struct device_memory *)(b.memory + warp * b.warp_bytes));
}

/* Bytes of a warp before its arena, and of the results' record: for the host to check. */
extern "C" __device__ const unsigned batt_sizes[2] = {(unsigned)sizeof(struct device_memory),
                                                      (unsigned)sizeof(struct device_result)};
