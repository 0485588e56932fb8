/*
 * The kernel's work, one warp at a time: takes jobs from the queue until there is none.  Compiled
 * by nvcc into kernel.cu and by the host compiler into the simulated device.
 */
#ifndef CUDA_KERNEL_H
#define CUDA_KERNEL_H

#define ROWS_DIALECT ROWS_GIVEN
#define ROWS_HEADER "../cuda/rows_warp.h"
#define LANES_HEADER "../cuda/lanes_warp.h"
#define DSL_SMALL
#if defined(DEVICE_CHECK) && defined(__CUDACC__)
/* Are all lanes here?  Where they are not in step the kernel ends with an error. */
#define DSL_STEP()                                                                                 \
    do {                                                                                           \
        if (__activemask() != 0xffffffffu)                                                         \
            __trap();                                                                              \
    } while (0)
#endif
#include "../dsl/image.h"
#include "../dsl/run_engine.h"
#include "batch.h"
#include "warp.h"

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
    vm->cap = (b->warp_bytes - sizeof *m) / 16;
    vm->stubs = b->stubs;
}

/* Puts an item into the arena; 0 when it is too large. */
DSL_FN int kernel_begin(struct vm *vm, const struct device_item *item)
{
    vm->full = item->floor > vm->cap;
    if (vm->full)
        return 0;
    words_copy(vm->mem, item->image, 4 * (size_t)item->floor);
    vm->floor = item->floor;
    vm->input = item->input;
    vm->expected = item->expected;
    vm->samples = item->samples;
    vm->given = item->given;
    return 1;
}

/* Moves the value and its image to the batch's values, and drops the item; 0 when there is no room
   for them. */
DSL_FN int kernel_keep(struct vm *vm, const struct device_batch *b, struct val v,
                       struct device_run *out)
{
    v = image_make(vm, v);
    if (vm->full)
        return 0;
    uint64_t units = val_is_block(v) ? vm->top - 1 : 0;
    uint64_t at = warp_take(WARP_ALL, &b->counters->values_top, 1 + units);
    if (at + 1 + units > b->values_cap)
        return 0;
    any_word *to = (any_word *)(b->values + at + 1), *from = (any_word *)heap_at(vm, 1);
    b->values[at] = v;
    for (uint64_t k = (uint64_t)warp_lane(); k < 4 * units; k += 32)
        to[k] = from[k];
    warp_sync(WARP_ALL);
    out->units = (uint32_t)units;
    out->image = (uint32_t)at + 1;
    return 1;
}

/* One job under way. */
struct kernel_job {
    struct device_job j;
    uint32_t passed, failed; /* demonstrations so far */
};

/* Is the value wanted?  What equals C the host has already. */
DSL_FN int kernel_wants(const struct device_batch *b, const struct kernel_job *job, int demo,
                        const struct run_result *r)
{
    if ((r->outcome != OUTCOME_OK && r->outcome != OUTCOME_OTHER) || r->equal)
        return 0;
    switch (b->keep) {
    case DEVICE_KEEP_ALL:
        return 1;
    case DEVICE_KEEP_MATCH:
        return !demo && job->passed > 0;
    case DEVICE_KEEP_PASSING:
        return !demo && job->failed == 0;
    default:
        return 0;
    }
}

/* Runs the job's program on an item that is in the arena; 0 hands the run on. */
DSL_FN int kernel_run(struct vm *vm, const struct device_batch *b, struct kernel_job *job, int demo,
                      struct device_run *out)
{
    const struct device_program *p = &b->programs[job->j.program];
    struct run_program run;
    struct run_result r;
    run.view = p->view;
    run.body = p->body;
    run.n_params = p->n_params;
    run.fuel = b->fuel < DEVICE_FUEL ? b->fuel : DEVICE_FUEL;
    engine_run(vm, &run, &r);
    if (vm->full || (r.outcome == OUTCOME_FUEL && run.fuel < b->fuel))
        return 0;
    if (kernel_wants(b, job, demo, &r) && !kernel_keep(vm, b, r.value, out))
        return 0;
    out->outcome = (uint8_t)r.outcome;
    out->error = (uint8_t)r.error;
    out->equal = (uint8_t)r.equal;
    out->line = r.line;
    out->fuel = r.fuel;
    out->digest = r.digest;
    out->done = 1;
    job->passed += (uint32_t)(demo && r.equal);
    job->failed += (uint32_t)(demo && !r.equal);
    return 1;
}

/* A job's items in turn.  The host zeroed the runs. */
DSL_FN void kernel_job(struct vm *vm, const struct device_batch *b, uint64_t number)
{
    struct kernel_job job;
    uint32_t done = 0, handed_on = 0, full = 0;
    job.j = b->jobs[number];
    job.passed = job.failed = 0;
    for (uint32_t k = 0; k < job.j.n_items && !(b->gate && job.failed >= b->gate); k++) {
        const struct device_item *item = &b->items[job.j.item + k];
        int good = kernel_begin(vm, item) &&
                   kernel_run(vm, b, &job, (int)item->demo, &b->runs[job.j.run + k]);
        done += (uint32_t)good;
        handed_on += (uint32_t)!good;
        full += (uint32_t)(vm->full != 0);
    }
    warp_take(WARP_ALL, &b->counters->done, done);
    if (handed_on)
        warp_take(WARP_ALL, &b->counters->handed_on, handed_on);
    if (full)
        warp_take(WARP_ALL, &b->counters->full, full);
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
