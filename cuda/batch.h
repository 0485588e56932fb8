/*
 * What host and device tell each other: a batch of jobs goes up, results come down.  All pointers are
 * the device's; both sides see the same sizes (checked in kernel.cu and device.c).
 *
 * A job is a program and the items of one task, in order, so that the gate and what is kept are
 * decided where the run is.  Results stand at job.result, one an item.
 */
#ifndef CUDA_BATCH_H
#define CUDA_BATCH_H

#include "../dsl/run.h"

enum {
    DEVICE_FUEL = 20000,  /* units after which a warp hands a run on */
    DEVICE_REGS = 4096,   /* values */
    DEVICE_LOOPS = 64,
    DEVICE_STACK = 16384, /* values */
    DEVICE_THREADS = 128, /* of a block: four warps */
    DEVICE_BLOCKS = 8     /* at once on a multiprocessor: 65,536 registers make 64 a thread */
};

/* An item as engine_begin leaves it: the arena below `floor`, in units of 16 bytes. */
struct device_item {
    const struct val *image;
    uint64_t floor;
    struct val input, expected, samples, given;
};

struct device_program {
    struct code_view view;
    uint32_t body, n_params;
};

/* Which values come down: none, of programs that pass every demonstration, all. */
enum device_keep { DEVICE_KEEP_BITS, DEVICE_KEEP_PASSING, DEVICE_KEEP_ALL };

struct device_job {
    uint32_t program, item; /* the first item */
    uint32_t n_items, n_demos; /* the first n_demos are demonstrations */
    uint64_t result;
};

/* NOT_RUN: the gate closed, or an earlier run of a gated job was handed on; HANDED_ON: to the CPU. */
enum device_state { DEVICE_NOT_RUN, DEVICE_DONE, DEVICE_HANDED_ON };

struct device_result {
    uint8_t state, outcome, error, equal;
    uint32_t line, fuel;
    uint32_t units;   /* of the value's blocks, which stand above the item's floor; 0: none kept */
    uint64_t digest;
    uint64_t at;      /* of the blocks among the batch's values */
    struct val value; /* ok and other */
};

/* What warps write to, zeroed by the host. */
struct device_counters {
    uint64_t next;       /* job */
    uint64_t values_top; /* units; may end beyond values_cap */
    uint64_t handed_on, full; /* runs; `full`: of these for want of memory */
};

struct device_batch {
    const struct device_item *items;
    const struct device_program *programs;
    const struct device_job *jobs;
    struct device_result *results;
    struct device_counters *counters;
    struct val *values;
    uint8_t *memory; /* of warps: n_warps times warp_bytes */
    uint64_t n_jobs, values_cap, warp_bytes;
    struct code_view stubs;
    uint64_t fuel;
    uint32_t gate, keep; /* keep: enum device_keep */
};

#endif
