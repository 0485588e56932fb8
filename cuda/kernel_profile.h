/*
 * What the kernel's runs took, where the host asks: ticks and calls of each run, and of all runs by
 * account (dsl/profile.h) and by line.
 *
 * A worker counts in memory of its own.  What a run that is done took is added to what all of them
 * did; what one took that is left to somebody else was in vain, and counts as that alone, because
 * it counts where it is done again.  At its end the worker adds all of it to the batch's; lines it
 * adds after each run, for the next may be another program's.
 */
#ifndef CUDA_KERNEL_PROFILE_H
#define CUDA_KERNEL_PROFILE_H

#include "batch.h"
#include "worker.h"

enum {
    PROFILE_WORDS = sizeof(struct device_profile) / 8,
    PROFILE_OF_RUN = PROFILE_ACCOUNTS * sizeof(struct profile_sum) / 8 /* the first of them */
};

/* Gives the machine a profile; its memory is the worker's.  Returns the units it took of those that
   begin at `lines`. */
DSL_FN uint32_t kernel_profile_open(struct vm *vm, const struct device_batch *b,
                                    struct device_counting *c, struct val *lines)
{
    words_zero(c, sizeof *c / 4);
    c->run.lines = b->lines ? (struct profile_sum *)lines : &c->no_line;
    vm->profile = &c->run;
    if (!b->lines)
        return 0;
    words_zero(lines, 4 * LINES_UNITS);
    return LINES_UNITS;
}

/* The machine that counts. */
DSL_INLINE struct device_counting *kernel_counting(struct vm *vm)
{
    return (struct device_counting *)vm->profile;
}

/* The runs that follow are of that program. */
DSL_INLINE void kernel_profile_program(struct vm *vm, const struct device_program *p)
{
    vm->profile->first_line = p->first_line;
    vm->profile->n_lines = p->n_lines;
}

/* Adds the lines of a run that is done to those of its program, or drops them; `to` is where these
   begin.  So many ticks have no line. */
DSL_FN void kernel_profile_lines(struct profile *run, struct profile_sum *to, int done,
                                 uint64_t ticks)
{
    uint64_t *mine = (uint64_t *)run->lines;
    uint32_t n = (run->n_lines + 1) * (sizeof(struct profile_sum) / 8);
    run->lines[run->n_lines].ticks += ticks;
    for (uint32_t k = (uint32_t)worker_lane(); k < n && done; k += WORKER_LANES)
        if (mine[k])
            worker_add((uint64_t *)to + k, mine[k]);
    worker_sync();
    words_zero(mine, 2 * n);
}

/* A run is over, for which the item was put into the arena and the value taken out of it; `lines`
   are the batch's of its program, or NULL. */
DSL_FN void kernel_profile_run(struct device_counting *c, struct profile_sum *lines, uint64_t ticks,
                               uint64_t calls, int done)
{
    const uint64_t *run = (const uint64_t *)c->run.accounts;
    uint64_t *all = (uint64_t *)c->all.accounts, moving = ticks - (c->run.since - c->run.begun);
    if (lines)
        kernel_profile_lines(&c->run, lines, done, moving);
    if (done) {
        for (uint32_t k = (uint32_t)worker_lane(); k < PROFILE_OF_RUN; k += WORKER_LANES)
            all[k] += run[k];
        worker_sync();
        c->all.moving.ticks += moving;
    } else {
        c->all.vain.ticks += ticks;
        c->all.vain.calls += calls;
        c->all.vain.units += c->run.units;
    }
    words_zero(c->run.accounts, 2 * PROFILE_OF_RUN);
    c->run.begun = c->run.since;
    c->run.units = 0;
}

/* The job's run on item k is over, which began at so many ticks. */
DSL_FN void kernel_took(struct vm *vm, const struct device_batch *b, const struct device_job *j,
                        uint32_t k, int done, uint64_t begun)
{
    uint64_t ticks = profile_ticks() - begun;
    if (b->took) {
        b->took[j->run + k].ticks = ticks;
        b->took[j->run + k].calls = vm->n_billed;
    }
    if (vm->profile)
        kernel_profile_run(kernel_counting(vm), b->lines ? b->lines + j->lines : NULL, ticks,
                           vm->n_billed, done);
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
