/*
 * What the kernel's runs took, where the host asks: ticks and calls of each run, and of all runs by
 * account (dsl/profile.h).
 *
 * A worker counts in memory of its own.  What a run that is done took is added to what all of them
 * did; what one took that is left to somebody else was in vain, and counts as that alone, because
 * it counts where it is done again.  At its end the worker adds all of it to the batch's.
 */
#ifndef CUDA_KERNEL_PROFILE_H
#define CUDA_KERNEL_PROFILE_H

#include "batch.h"
#include "worker.h"

enum {
    PROFILE_WORDS = sizeof(struct device_profile) / 8,
    PROFILE_OF_RUN = PROFILE_ACCOUNTS * sizeof(struct profile_sum) / 8 /* the first of them */
};

/* Gives the machine a profile; its memory is the worker's. */
DSL_FN void kernel_profile_open(struct vm *vm, struct device_counting *c)
{
    words_zero(c, sizeof *c / 4);
    c->run.lines = &c->no_line;
    vm->profile = &c->run;
}

/* The machine that counts. */
DSL_INLINE struct device_counting *kernel_counting(struct vm *vm)
{
    return (struct device_counting *)vm->profile;
}

/* A run is over, for which the item was put into the arena and the value taken out of it. */
DSL_FN void kernel_profile_run(struct device_counting *c, uint64_t ticks, uint64_t calls, int done)
{
    const uint64_t *run = (const uint64_t *)c->run.accounts;
    uint64_t *all = (uint64_t *)c->all.accounts;
    if (done) {
        for (uint32_t k = (uint32_t)worker_lane(); k < PROFILE_OF_RUN; k += WORKER_LANES)
            all[k] += run[k];
        worker_sync();
        c->all.moving.ticks += ticks - (c->run.since - c->run.begun);
    } else {
        c->all.vain.ticks += ticks;
        c->all.vain.calls += calls;
        c->all.vain.units += c->run.units;
    }
    words_zero(c->run.accounts, 2 * PROFILE_OF_RUN);
    c->run.begun = c->run.since;
    c->run.units = 0;
}

/* A run is over that began at so many ticks. */
DSL_FN void kernel_took(struct vm *vm, const struct device_batch *b, uint32_t run, int done,
                        uint64_t begun)
{
    uint64_t ticks = profile_ticks() - begun;
    if (b->took) {
        b->took[run].ticks = ticks;
        b->took[run].calls = vm->n_billed;
    }
    if (vm->profile)
        kernel_profile_run(kernel_counting(vm), ticks, vm->n_billed, done);
    vm->n_billed = 0; /* a run may end before it begins: without room for its item */
}

/* Adds what this worker counted to the batch's. */
DSL_FN void kernel_profile_close(struct vm *vm, const struct device_batch *b)
{
    const uint64_t *mine = (const uint64_t *)&kernel_counting(vm)->all;
    for (uint32_t k = (uint32_t)worker_lane(); k < PROFILE_WORDS; k += WORKER_LANES)
        worker_add((uint64_t *)b->profile + k, mine[k]);
    worker_sync();
}

#endif
