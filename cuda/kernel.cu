/*
 * The entry of the kernel: persistent, a warp per run, as many blocks as the device holds at once.
 * With KERNEL_THREADS a thread per run, under another name, by which the host knows it.
 *
 * The machine (struct vm, read and written all the time) stands in shared memory, once a warp; all
 * its lanes write the same there, which compute-sanitizer's racecheck takes for races:
 * tests/gpu-check.sh tells what it finds, and judges only that the runs come out right under it.
 */
#include "kernel.h"

static_assert(DEVICE_SIZES_HOLD, "host and device must agree");

#if defined(KERNEL_THREADS)

extern "C" __global__ void __launch_bounds__(DEVICE_THREADS, DEVICE_BLOCKS)
    batt_kernel_threads(struct device_batch b)
{
    struct vm machine;
    unsigned long long thread = (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;
    kernel_worker(&machine, &b, (struct device_memory *)(b.memory + thread * b.worker_bytes));
}

#else

extern "C" __global__ void __launch_bounds__(DEVICE_THREADS, DEVICE_BLOCKS)
    batt_kernel(struct device_batch b)
{
    __shared__ struct vm machines[DEVICE_THREADS / 32];
    unsigned in_block = threadIdx.x / 32;
    unsigned long long warp = (unsigned long long)blockIdx.x * (blockDim.x / 32) + in_block;
    kernel_worker(&machines[in_block], &b,
                  (struct device_memory *)(b.memory + warp * b.worker_bytes));
}

#endif
