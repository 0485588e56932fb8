/* Inside the dispatch: units, claims, devices; all under one lock. */
#ifndef LIB_DISPATCH_PRIVATE_H
#define LIB_DISPATCH_PRIVATE_H

#include <pthread.h>

#include "dispatch.h"
#include "pace.h"

enum unit_state {
    UNIT_FREE,
    UNIT_CLAIMED, /* by a device */
    UNIT_READY,   /* a device has done it */
    UNIT_TAKEN,   /* by a thread of the CPU */
    UNIT_DONE
};

/* A batch's memory, shared by the units in it. */
struct claim {
    struct backend_batch batch;
    struct backend_row *rows;
    size_t *units; /* n_units */
    size_t n_units, n_left;
    uint64_t n_pairs;  /* programs on these tasks, those among them that need not be run */
    size_t *first_run; /* of each unit */
};

struct unit {
    enum unit_state state;
    struct claim *claim; /* while READY or TAKEN from a device */
    size_t first_run;
    uint64_t begun; /* when a thread took it from nobody */
};

struct device {
    struct dispatch *owner;
    struct backend *backend;
    pthread_t thread;
    int started, broken, working;
    int told;          /* of the first part: that one of them is broken */
    int looked;        /* at the job at hand */
    uint32_t rows_max; /* the backend's, which it may change while it runs */
    struct pace_device pace;
    struct device *first; /* part of the same device */
    uint64_t n_fallbacks;
    uint64_t since, nanoseconds; /* of the first part: while any part works */
    uint32_t n_working;
};

struct dispatch {
    struct device *devices;
    uint32_t n_devices;
    int threads;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int quit;
    /* the job at hand */
    const struct dispatch_job *job;
    struct unit *units;
    size_t written, next; /* no unit before `next` is free */
    uint64_t rows_free;   /* of all free units */
    struct pace pace;     /* of the CPU's threads */
};

/* ---- dispatch_claim.c; the lock is held but where it says otherwise ---- */

/* Programs on the unit's task. */
uint32_t dispatch_unit_rows(const struct dispatch_job *j, size_t unit);

/* One past the last unit that may be claimed now: not too far ahead of what was written. */
size_t dispatch_horizon(const struct dispatch *d);

/* To be compared: a device does all that it can, and the CPU does it after that. */
int dispatch_verifies(const struct dispatch *d);

/* A claim of units for a device; NULL: none to be had now, or no memory, which breaks it. */
struct claim *dispatch_new_claim(struct dispatch *d, struct device *v);

/* The host has no memory for what the device is to do: it counts as broken. */
void dispatch_no_memory(struct device *v);

/* The rows of a claim: the programs that must be run, no twins and no errors; without the lock.
 * 0, or -1: memory. */
int dispatch_make_rows(const struct dispatch_job *j, struct claim *c);

/* What came of a claim: its units are ready, or free again. */
void dispatch_settle(struct dispatch *d, struct claim *c, int done);

void dispatch_free_claim(struct claim *c);

/* ---- dispatch_count.c ---- */

/* The first part of the device that part k is of. */
struct device *dispatch_first_part(struct device *devices, uint32_t k);

/* A part begins to work, or (by = -1) ends; the lock is held. */
void dispatch_count_working(struct device *v, int by);

#endif
