/*
 * check.h: what a stream must hold beyond what every reader checks (stream.h): tables before the
 * results that refer to them, tasks once and with the items they promise, columns that agree.
 *
 * Memory grows with the number of blocks in a segment, some bytes for each. Names of tasks go into a
 * temporary file when they are many: see twice.h.
 */
#ifndef BATT_CHECK_H
#define BATT_CHECK_H

#include "numbers.h"
#include "stream.h"
#include "twice.h"

enum check_status {
    CHECK_GOOD = 0,
    CHECK_BAD = 1, /* the frame breaks a rule: check.reason */
    /* Its block's table is lost, and that has been told: drop it. */
    CHECK_ORPHAN = 2,
    CHECK_MEMORY = 3,
    CHECK_TEMPORARY = 4 /* the temporary file failed, or memory: errno */
};

/* Start from {0}, or with settings of `tasks`; free with check_free. */
struct check {
    char reason[256];
    uint64_t seq;           /* of the frame that the reason is about */
    struct stream_end adds; /* what the frame looked at last adds to the counts of the end */
    bool another; /* it is of another segment than those before, and its head was lost */
    /* of the segment */
    struct numbers blocks;
    struct twice tasks; /* from which frame each is */
    uint32_t *n_programs; /* by block, in order of appearance; CHECK_LOST: no table came */
    uint32_t n_blocks, block_capacity;
    bool lossy;          /* something is missing: items are not counted */
    bool broken;         /* a promise was, which is allowed if the end tells of losses */
    uint64_t broken_seq; /* by this frame, */
    char promise[256];   /* which is told so */
    char *more;          /* key of a task that must go on; NULL: none */
    uint32_t n_items[2]; /* of the task at hand, by part */
    uint64_t task;       /* joined: digest of the task at hand, */
    bool any_task;       /* if there is one */
    uint8_t *used;       /* outputs of an item */
    uint32_t used_capacity;
};

/* Looks at a frame just delivered; reads all entries of results. What is missing by what other frames
 * promise shows at the end, which may tell that it was lost. Returns an enum check_status or
 * negative: the reader's own trouble. */
int check_frame(struct check *check, struct stream_reader *reader, int kind,
                const struct stream_frame *frame);

/* Something of the segment was lost: what follows from that is not told. */
void check_lost(struct check *check);

void check_free(struct check *check);

#endif
