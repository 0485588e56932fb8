/*
 * Which units of a block run on a device and which on the CPU's threads.
 *
 * A unit is a task and the programs that run on it.  Every device has a thread here that claims
 * units in order, a batch at a time; the CPU's threads (workers.h) finish what a device has done,
 * run what no device has claimed, and while they wait for a device they help further on.  A device
 * that breaks gives its units back.  Who does what depends on the time; what comes out does not.
 */
#ifndef LIB_DISPATCH_H
#define LIB_DISPATCH_H

#include "evaluate.h"

/* The units of a block: unit k is task tasks_used[k] = t with programs list[first[t] ..
 * first[t + 1]); as in matrix.h. */
struct dispatch_job {
    const struct program_block *block;
    const struct tasks *tasks;
    const uint32_t *tasks_used, *first, *list, *twins;
    size_t n_units;
    const struct evaluate_options *options;
};

struct dispatch;

/* Starts a thread for each device; takes them over (dispatch_free closes them).  threads: those of
 * the CPU.  NULL: memory or threads are out; the devices are closed then too. */
struct dispatch *dispatch_new(struct backend **devices, uint32_t n, int threads);
void dispatch_free(struct dispatch *d);

/* The devices take up a job, which must stay until dispatch_end.  0, or -1: memory. */
int dispatch_begin(struct dispatch *d, const struct dispatch_job *job);
/* Waits for the devices to leave the job; what they still claim is dropped. */
void dispatch_end(struct dispatch *d);

/*
 * What a thread of the CPU is to do next so that `unit` gets done: evaluate *other, with the runs
 * of *ready (which may be none), then call dispatch_done and ask again.  Waits where there is
 * nothing to do until a device or another thread is through.  Returns 0 once `unit` itself is done.
 */
int dispatch_next(struct dispatch *d, size_t unit, size_t *other, struct evaluate_ready *ready);
void dispatch_done(struct dispatch *d, size_t unit);

/* Units below `unit` have been written out: devices may go further ahead. */
void dispatch_written(struct dispatch *d, size_t unit);

/* A device of which a part broke and that was not told of yet, or NULL.  Call it between jobs. */
const struct backend *dispatch_broken(struct dispatch *d);

/* What a device did, the parts that have its name together. */
struct dispatch_device {
    const char *name;
    uint32_t n_parts, n_broken;
    const char *reason; /* why the first of these broke; NULL: none did */
    uint64_t n_batches, n_runs, n_left; /* as in struct backend */
    uint64_t n_fallbacks;               /* batches done elsewhere because it broke */
    uint64_t nanoseconds;               /* while it had a batch, the way up and down included */
    struct backend_traffic traffic;
    int n_profiles; /* of its parts: those that have one */
};

/* Fills out with the devices, at most max; their number.  Call it between jobs. */
uint32_t dispatch_devices(struct dispatch *d, struct dispatch_device *out, uint32_t max);

/* Adds the profiles of a device's parts to *to. */
void dispatch_profile(struct dispatch *d, const char *device, struct backend_profile *to);

#endif
