/*
 * The kernel's work, one warp at a time: takes jobs from the queue until there is none.  Compiled by
 * nvcc into kernel.cu and by the host compiler into the simulated device.
 */
#ifndef CUDA_KERNEL_H
#define CUDA_KERNEL_H

#define ROWS_DIALECT ROWS_GIVEN
#define ROWS_HEADER "../cuda/rows_warp.h"
#define LANES_HEADER "../cuda/lanes_warp.h"
#define DSL_SMALL
#include "../dsl/run_engine.h"
#include "batch.h"
#include "warp.h"

/* The memory of a warp; its arena follows, up to warp_bytes. */
struct device_memory {
    struct val regs[DEVICE_REGS + REGS_SLACK];
    struct val stack[DEVICE_STACK + STACK_SLACK];
    struct val batch[2 * LANE_WIDTH];
    struct loop_state loops[DEVICE_LOOPS];
    struct call_state calls[CALLS_MAX];
    struct compare_frame frames[FRAMES_MAX];
    struct val guard[HEAP_GUARD16];
};

DSL_FN void kernel_open(struct vm *vm, const struct device_batch *b, struct device_memory *m)
{
    memset(vm, 0, sizeof *vm);
    vm->regs = m->regs;
    vm->regs_cap = DEVICE_REGS;
    vm->stack = m->stack;
    vm->stack_cap = DEVICE_STACK;
    vm->batch = m->batch;
    vm->loops = m->loops;
    vm->loops_cap = DEVICE_LOOPS;
    vm->calls = m->calls;
    vm->frames = m->frames;
    vm->mem = (uint8_t *)(m + 1);
    vm->cap = (b->warp_bytes - sizeof *m) / 16 - HEAP_GUARD16;
    vm->stubs = b->stubs;
}

/* Puts an item into the arena; 0 when it is too large. */
DSL_FN int kernel_begin(struct vm *vm, const struct device_item *item)
{
    if (item->floor > vm->cap)
        return 0;
    words_copy(vm->mem, item->image, 4 * (size_t)item->floor);
    vm->floor = item->floor;
    vm->input = item->input;
    vm->expected = item->expected;
    vm->samples = item->samples;
    vm->given = item->given;
    return 1;
}

/* Moves the blocks of the value to the batch's values; 0 when there is no room for them. */
DSL_FN int kernel_keep(struct vm *vm, const struct device_batch *b, struct device_result *out,
                       struct run_result *r)
{
    heap_keep(vm, vm->floor, &r->value, 1);
    if (vm->full)
        return 0;
    uint64_t units = vm->top - vm->floor, at;
    at = warp_take(WARP_ALL, &b->counters->values_top, units);
    if (at + units > b->values_cap)
        return 0;
    any_word *to = (any_word *)(b->values + at), *from = (any_word *)(vm->mem + 16 * vm->floor);
    for (uint64_t k = (uint64_t)warp_lane(); k < 4 * units; k += 32)
        to[k] = from[k];
    warp_sync(WARP_ALL);
    out->units = (uint32_t)units;
    out->at = at;
    return 1;
}

/* One job under way. */
struct kernel_job {
    struct device_job j;
    uint32_t k, passed, failed; /* item at hand; demonstrations so far */
};

/* Is the value wanted?  What equals C the host has already. */
DSL_FN int kernel_wants(const struct device_batch *b, const struct kernel_job *job,
                        const struct run_result *r)
{
    if (b->keep == DEVICE_KEEP_BITS || r->equal)
        return 0;
    return b->keep == DEVICE_KEEP_ALL || (job->k >= job->j.n_demos && job->failed == 0);
}

DSL_FN void kernel_hand_on(struct vm *vm, const struct device_batch *b, struct device_result *out)
{
    out->state = DEVICE_HANDED_ON;
    warp_take(WARP_ALL, &b->counters->handed_on, 1);
    if (vm->full)
        warp_take(WARP_ALL, &b->counters->full, 1);
}

/* Runs the job's program on one item, which is in the arena. */
DSL_FN void kernel_run(struct vm *vm, const struct device_batch *b, struct kernel_job *job,
                       struct device_result *out)
{
    const struct device_program *p = &b->programs[job->j.program];
    struct run_program run;
    struct run_result r;
    int has_value;
    run.view = p->view;
    run.body = p->body;
    run.n_params = p->n_params;
    run.fuel = b->fuel < DEVICE_FUEL ? b->fuel : DEVICE_FUEL;
    engine_run(vm, &run, &r);
    has_value = r.outcome == OUTCOME_OK || r.outcome == OUTCOME_OTHER;
    if (vm->full || (r.outcome == OUTCOME_FUEL && run.fuel < b->fuel) ||
        (has_value && kernel_wants(b, job, &r) && !kernel_keep(vm, b, out, &r))) {
        kernel_hand_on(vm, b, out);
        return;
    }
    out->state = DEVICE_DONE;
    out->outcome = (uint8_t)r.outcome;
    out->error = (uint8_t)r.error;
    out->equal = (uint8_t)r.equal;
    out->line = r.line;
    out->fuel = (uint32_t)r.fuel;
    out->digest = r.digest;
    out->value = r.value;
    if (job->k < job->j.n_demos) {
        job->passed += (uint32_t)r.equal;
        job->failed += (uint32_t)!r.equal;
    }
}

/*
 * A job's items in turn.  The host zeroed the results; after a run that was handed on, what is kept
 * and the gate can no longer be told here, so with either the rest of the job is the host's as well.
 */
DSL_FN void kernel_job(struct vm *vm, const struct device_batch *b, uint64_t number)
{
    struct kernel_job job;
    job.j = b->jobs[number];
    job.passed = job.failed = 0;
    for (job.k = 0; job.k < job.j.n_items; job.k++) {
        struct device_result *out = &b->results[job.j.result + job.k];
        if (b->gate && job.failed >= b->gate)
            return;
        if (kernel_begin(vm, &b->items[job.j.item + job.k]))
            kernel_run(vm, b, &job, out);
        else
            kernel_hand_on(vm, b, out);
        if (out->state == DEVICE_HANDED_ON && (b->gate || b->keep == DEVICE_KEEP_PASSING))
            return;
    }
}

/* All that a warp does; `m` is its memory, vm its machine. */
DSL_FN void kernel_warp(struct vm *vm, const struct device_batch *b, struct device_memory *m)
{
    kernel_open(vm, b, m);
    for (;;) {
        uint64_t number = warp_take(WARP_ALL, &b->counters->next, 1);
        if (number >= b->n_jobs)
            return;
        kernel_job(vm, b, number);
    }
}

#endif
