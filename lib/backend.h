/*
 * What runs programs beside the CPU's threads: the seam between the host and a device.
 *
 * A device takes batches of rows, a row being one program on all items of one task, and says for
 * each run what it came to.  It may leave any run undone; evaluate() does what is left and decides
 * everything else, so that a device cannot change what is written, only when.
 */
#ifndef LIB_BACKEND_H
#define LIB_BACKEND_H

#include "account.h"
#include "tasks.h"

/* Which outputs the results carry; evaluate.h says when. */
enum keep { KEEP_BITS, KEEP_PASSING, KEEP_MATCH, KEEP_ALL };

/* What a run came to: struct run_result, packed. */
struct backend_run {
    uint64_t digest, fuel;
    uint32_t line;
    uint32_t image; /* 1 + where its value stands among the batch's images, in units of 16 bytes:
                       a struct val, then `units` units of image (dsl/image.h); 0: not there */
    uint32_t units;
    uint8_t done; /* 0: the run is left to the CPU */
    uint8_t outcome, error, equal;
};

/* What a run took: its part of the time that the device had the batch, and the calls it made; 0:
   not counted. */
struct backend_took {
    uint64_t nanoseconds, calls;
};

/* A program on a task.  Its items' runs stand one behind the other. */
struct backend_row {
    uint32_t program; /* of the block */
    uint32_t task;    /* number among the tasks */
    uint32_t first;   /* its first run among the batch's runs */
};

struct backend_batch {
    const struct program_block *block; /* block->serial tells blocks apart */
    const struct tasks *tasks;
    const struct backend_row *rows; /* by task, then by program */
    uint32_t n_rows, n_runs;
    uint64_t fuel;
    uint32_t gate; /* once so many demonstrations of a row have failed, the rest may stay undone */
    enum keep keep;
    int give_c;
    /* filled by the device */
    struct backend_run *runs;    /* n_runs, zeroed by the caller */
    struct backend_took *took;   /* the same; NULL: not wanted */
    struct program_lines *lines; /* by program of the block, to be added to (account_lines_away) for
                                    the runs that are done, if the batch is; each of them will be
                                    taken as it is; NULL: not wanted */
    void *images;                /* owned by the batch: malloc */
    size_t image_units;
};

enum backend_status {
    BACKEND_DONE,
    BACKEND_SPENT, /* the device is of no use any more; reason says why; the runs that it did stay
                    */
    BACKEND_BROKEN /* the same, and the batch is to be done elsewhere */
};

/* What a device counts beside its runs: bytes that went up and down, and runs: left to the CPU for
 * their units, for want of room for values, and for want of memory altogether; that outgrew their
 * arena, and those of them that were done in a larger one; values that had come down for another
 * run already; and how often a batch, or a part of one, was halved for want of memory. */
struct backend_traffic {
    uint64_t bytes_up, bytes_down, yielded, crowded, no_room, full, grown, shared, halved;
};

/* What the runs that a device did took, in ticks of its own; and what else its runs took: on the
   way into the arena and out of it, and what was done in vain, because the run was left or done
   again. */
struct backend_profile {
    struct profile_sum accounts[PROFILE_ACCOUNTS], moving, vain;
};

/* A device, or a part of one that works by itself: one thread calls run at a time. */
struct backend {
    const char *name;
    uint32_t rows_min, rows_max; /* of a batch: fewer are not worth the way, more do not fit */
    int (*run)(struct backend *b, struct backend_batch *batch); /* enum backend_status */
    void (*close)(struct backend *b);
    char reason[256];                      /* when it is of no use any more */
    uint64_t n_batches, n_runs, n_left;    /* so far; n_left: runs left undone though not gated */
    const struct backend_traffic *traffic; /* NULL: not counted */
    const struct backend_profile *profile; /* NULL: not counted */
};

#endif
