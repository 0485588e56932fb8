/*
 * The kernel's work, one worker (worker.h) at a time: takes jobs from the queue until there is
 * none.  Compiled by nvcc into kernel.cu and by the host compiler into the simulated device.
 */
#ifndef CUDA_KERNEL_H
#define CUDA_KERNEL_H

#if defined(KERNEL_THREADS)
#define ROWS_DIALECT ROWS_REF
#else
#define ROWS_DIALECT ROWS_GIVEN
#define ROWS_HEADER "../cuda/rows_warp.h"
#define LANES_HEADER "../cuda/lanes_warp.h"
#define KEYS_HEADER "../cuda/keys_warp.h"
#endif
#define DSL_SMALL
#if defined(DEVICE_CHECK) && defined(__CUDACC__) && !defined(KERNEL_THREADS)
/* Are all lanes here?  Where they are not in step the kernel ends with an error. */
#define DSL_STEP()                                                                                 \
    do {                                                                                           \
        if (__activemask() != 0xffffffffu)                                                         \
            __trap();                                                                              \
    } while (0)
#endif
#if defined(__CUDACC__)
#define DSL_TICKS() ((uint64_t)clock64())
#elif !defined(KERNEL_THREADS)
#define DSL_TICKS() simwarp_meetings() /* the same in all lanes */
#endif
#include "../dsl/image.h"
#include "../dsl/run_engine.h"
#include "kernel_profile.h"

DSL_FN void kernel_open(struct vm *vm, const struct device_batch *b, struct device_memory *m)
{
#if defined(__CUDA_ARCH__) /* whose memset is nine kilobytes of code */
#pragma unroll 1
    for (unsigned k = 0; k < sizeof *vm / 8; k++)
        ((uint64_t *)vm)[k] = 0;
#else
    memset(vm, 0, sizeof *vm);
#endif
    vm->regs = m->regs;
    vm->regs_cap = DEVICE_REGS;
    vm->stack = (struct val *)(m + 1);
    vm->stack_cap = b->stack_cap;
    vm->batch = m->batch;
    vm->loops = m->loops;
    vm->loops_cap = DEVICE_LOOPS;
    vm->calls = m->calls;
    vm->frames = m->frames;
    struct val *rest = vm->stack + b->stack_cap + STACK_SLACK;
    if (b->profile)
        rest += kernel_profile_open(vm, b, &m->counting, rest);
    vm->mem = (uint8_t *)(rest + HEAP_GUARD16);
    vm->cap = (uint64_t)((uint8_t *)m + b->worker_bytes - vm->mem) / 16 - HEAP_GUARD16;
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

/* Are these words the same? */
DSL_FN int kernel_same(const any_word *theirs, const any_word *mine, uint64_t n)
{
    uint32_t differ = 0;
    for (uint64_t base = 0; base < n; base += WORKER_LANES) {
        uint64_t k = base + (uint64_t)worker_lane();
        k = k < n ? k : base;
        differ |= worker_word(theirs + k) ^ (uint32_t)mine[k];
    }
    return !worker_any(differ);
}

/*
 * Looks for the value, whose image stands in the arena, among those kept of its item.  Its place
 * there; or 0, and *slot is the one to publish it in, NULL: there is none.
 */
DSL_FN uint32_t kernel_find(struct vm *vm, const struct device_batch *b, uint64_t key, struct val v,
                            uint64_t units, struct device_output **slot)
{
    *slot = NULL;
    for (uint32_t k = 0; k < OUTPUTS_PROBES && b->outputs; k++) {
        struct device_output *o = &b->outputs[(key + k) & (OUTPUTS_MAX - 1)];
        uint64_t there = worker_claim(&o->key, key);
        if (there == 0) {
            *slot = o;
            return 0;
        }
        if (there != key)
            continue;
        uint32_t image = worker_published(&o->image);
        const struct val *theirs = b->values + image;
        struct val first = v;
        int same = image && o->units == units &&
                   kernel_same((const any_word *)(theirs - 1), (const any_word *)&first, 4) &&
                   kernel_same((const any_word *)theirs, (any_word *)heap_at(vm, 1), 4 * units);
        return same ? image : 0;
    }
    return 0;
}

/*
 * Moves the value and its image to the batch's values, unless they are there, and drops the item; 0
 * when there is no room for them.
 */
DSL_FN int kernel_keep(struct vm *vm, const struct device_batch *b, const struct device_item *item,
                       const struct run_result *r, struct device_run *out)
{
    struct device_output *slot;
    struct val v = image_make(vm, r->value);
    if (vm->full)
        return 0;
    uint64_t units = val_is_block(v) ? vm->top - 1 : 0;
    uint64_t key = r->digest ^ (uint64_t)(uintptr_t)item * 0x9e3779b97f4a7c15u;
    out->units = (uint32_t)units;
    out->image = kernel_find(vm, b, key ? key : 1, v, units, &slot);
    if (out->image) {
        worker_take(&b->counters->shared, 1);
        return 1;
    }
    uint64_t at = worker_take(&b->counters->values_top, 1 + units);
    if (at + 1 + units > b->values_cap)
        return 0;
    any_word *to = (any_word *)(b->values + at + 1), *from = (any_word *)heap_at(vm, 1);
    b->values[at] = v;
    for (uint64_t k = (uint64_t)worker_lane(); k < 4 * units; k += WORKER_LANES)
        to[k] = from[k];
    worker_sync();
    out->image = (uint32_t)at + 1;
    if (slot) {
        slot->units = (uint32_t)units;
        worker_publish(&slot->image, out->image);
    }
    return 1;
}

/* One job under way. */
struct kernel_job {
    struct device_job j;
    uint32_t passed, failed;               /* demonstrations so far */
    uint32_t done, yielded, crowded, full; /* runs */
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

/* A run that is done counts. */
DSL_INLINE void kernel_count(struct kernel_job *job, int demo, const struct device_run *r)
{
    job->passed += (uint32_t)(demo && r->equal);
    job->failed += (uint32_t)(demo && !r->equal);
}

/* Runs the job's program on an item that is in the arena; what became of it. */
DSL_FN enum device_done kernel_run(struct vm *vm, const struct device_batch *b,
                                   struct kernel_job *job, const struct device_item *item,
                                   struct device_run *out)
{
    int demo = (int)item->demo;
    const struct device_program *p = &b->programs[job->j.program];
    struct run_program run;
    struct run_result r;
    run.view = p->view;
    run.body = p->body;
    run.n_params = p->n_params;
    run.fuel = b->fuel < b->yield ? b->fuel : b->yield;
    engine_run(vm, &run, &r);
    if (vm->full)
        return DEVICE_FULL;
    if (r.outcome == OUTCOME_FUEL && run.fuel < b->fuel) {
        job->yielded++;
        return DEVICE_LEFT;
    }
    if (kernel_wants(b, job, demo, &r) && !kernel_keep(vm, b, item, &r, out)) {
        job->crowded += (uint32_t)!vm->full;
        return vm->full ? DEVICE_FULL : DEVICE_LEFT;
    }
    out->outcome = (uint8_t)r.outcome;
    out->error = (uint8_t)r.error;
    out->equal = (uint8_t)r.equal;
    out->line = r.line;
    out->fuel = r.fuel;
    out->digest = r.digest;
    return DEVICE_DONE;
}

/* Adds to a counter what there is to add. */
DSL_INLINE void kernel_add(uint64_t *counter, uint32_t n)
{
    if (n)
        worker_take(counter, n);
}

DSL_FN void kernel_job_counts(const struct device_batch *b, const struct kernel_job *job,
                              uint32_t number)
{
    struct device_counters *c = b->counters;
    kernel_add(&c->done, job->done);
    kernel_add(&c->yielded, job->yielded);
    kernel_add(&c->crowded, job->crowded);
    if (b->pass) {
        kernel_add(&c->grown, job->done);
    } else if (job->full) {
        kernel_add(&c->full, job->full);
        b->full_jobs[worker_take(&c->n_full, 1)] = number;
    }
}

/* A run is left: may the host, who does it, then skip those behind it, or do them again for their
   values?  Their lines would count too often.  So they are left too, uncounted, as behind a gate. */
DSL_INLINE int kernel_doubts(const struct device_batch *b)
{
    return b->lines && (b->gate || b->keep == DEVICE_KEEP_MATCH);
}

/*
 * A job's items in turn.  The host zeroed the runs.  The second pass does the full ones alone, and
 * knows of the others what came of them.
 */
DSL_FN void kernel_job(struct vm *vm, const struct device_batch *b, uint32_t number)
{
    struct kernel_job job;
    int counts = b->took || b->profile;
    job.j = b->jobs[number];
    job.passed = job.failed = job.done = job.yielded = job.crowded = job.full = 0;
    if (b->lines)
        kernel_profile_program(vm, &b->programs[job.j.program]);
    for (uint32_t k = 0; k < job.j.n_items && !(b->gate && job.failed >= b->gate); k++) {
        const struct device_item *item = &job.j.items[k];
        struct device_run *run = &b->runs[job.j.run + k];
        int demo = (int)item->demo, mine = !b->pass || run->done == DEVICE_FULL;
        if (mine) {
            uint64_t begun = counts ? profile_ticks() : 0;
            enum device_done done =
                kernel_begin(vm, item) ? kernel_run(vm, b, &job, item, run) : DEVICE_FULL;
            run->done = (uint8_t)done;
            if (counts)
                kernel_took(vm, b, &job.j, k, done == DEVICE_DONE, begun);
            job.done += (uint32_t)(done == DEVICE_DONE);
            job.full += (uint32_t)(done == DEVICE_FULL);
        }
        if (run->done == DEVICE_DONE)
            kernel_count(&job, demo, run);
        else if (kernel_doubts(b))
            break;
    }
    kernel_job_counts(b, &job, number);
}

/* All that a worker does; `m` is its memory, vm its machine.  n_jobs: of the pass. */
DSL_FN void kernel_worker(struct vm *vm, const struct device_batch *b, struct device_memory *m)
{
    kernel_open(vm, b, m);
    for (;;) {
        uint64_t first = worker_next(b->pass ? &b->counters->next_full : &b->counters->next),
                 k = first + WORKER_AT;
        if (first >= b->n_jobs)
            break;
        if (k < b->n_jobs)
            kernel_job(vm, b, b->pass ? b->full_jobs[k] : (uint32_t)k);
    }
    if (b->profile)
        kernel_profile_close(vm, b);
}

#endif
