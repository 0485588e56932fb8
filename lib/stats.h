/*
 * What a whole run of batt-gpu came to and where its time went, as one JSON object.
 */
#ifndef LIB_STATS_H
#define LIB_STATS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "heavy.h"
#include "matrix.h"

/* Moments, as clock_nanoseconds has them. */
struct stats {
    uint64_t started; /* the tool */
    uint64_t running; /* everything is read and open, the first programs are about to be; or 0 */
    bool brief;       /* nothing that had to be counted run by run on the CPU */
    uint64_t opening; /* nanoseconds after that moment that went into opening devices */
};

/*
 * Prints the object on one line: tasks, programs, outcomes, constructs, seconds, the CPU's threads,
 * devices, and by primitive what runs took, on the CPU and on each device; batt-gpu(1) describes it.
 * Between jobs, before the matrix is closed.  heavy: its programs too; NULL: not.  0, or -1: memory,
 * or the file.
 */
int stats_print(FILE *file, const struct stats *s, const struct matrix *m,
                const struct heavy *heavy);

#endif
