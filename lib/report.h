/*
 * What batt-gpu tells of a run beside its results: --stats, --profile and --times together.
 */
#ifndef LIB_REPORT_H
#define LIB_REPORT_H

#include "heavy.h"
#include "stats.h"

struct report {
    bool want_stats, want_profile, want_times; /* set before report_begin, as stats.brief is */
    long long n_heaviest;                      /* of --profile */
    struct stats stats;
    struct heavy heavy;
};

/* Before matrix_open: the matrix is to count what will be told.  0, or -1: memory. */
int report_begin(struct report *r, struct matrix *m);

/* Tells the times of a block that was run and written, and takes note of it.  0, or -1: memory. */
int report_block(struct report *r, FILE *file, struct program_block *b, const struct programs *src,
                 const struct matrix *m);

/* At the end of a good run, before the matrix is closed.  0, or -1: some of what was wanted, now or
 * of a block, could not be written. */
int report_end(struct report *r, FILE *file, const struct matrix *m);

void report_close(struct report *r);

#endif
