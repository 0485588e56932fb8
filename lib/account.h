/*
 * What runs took: by program of a block, by line of a program.
 *
 * Threads add to the same account at once.  Lines have the calls and units of all runs; their ticks
 * are of the runs that the CPU did, beside them stands the time of those that devices did.
 */
#ifndef LIB_ACCOUNT_H
#define LIB_ACCOUNT_H

#include "../dsl/profile.h"
#include "../dsl/run.h"
#include "programs.h"

/* Runs of up to BULK_UNITS, and the tail.  Calls: 0 in engines that count none. */
enum { BULK_UNITS = 20000 };
struct run_sums {
    uint64_t runs, nanoseconds, units, calls;
};
struct run_times {
    struct run_sums bulk, tail;
    uint64_t away, away_nanoseconds; /* of the runs: those that devices did */
};

/* The lines first .. first + n - 1 of a program's text; sums[n] is of what has no line. */
struct program_lines {
    uint32_t first, n;
    struct profile_sum *sums;
    uint64_t *away; /* picoseconds on devices; n + 1 */
};

/* Of the programs of a block, by number. */
struct account {
    struct run_times *times;
    struct program_lines *lines; /* NULL: not wanted */
    struct profile_sum *sums;    /* of all lines */
    uint64_t *away;              /* the same */
};

/* Empties an account for another block; one begins zeroed.  0, or -1: memory. */
int account_begin(struct account *a, const struct program_block *b, int want_lines);
void account_free(struct account *a);

/* Adds a run that took so many nanoseconds. */
void account_run(struct run_times *t, const struct run_result *r, uint64_t nanoseconds);
/* Adds a run that a device did; its time is 0 where the device did not tell. */
void account_away(struct run_times *t, const struct run_result *r, uint64_t nanoseconds);
/* Adds the lines of the program that ran last, and empties them in the profile. */
void account_lines(struct program_lines *l, struct profile *p);

/* Adds lines of runs that a device did, of ticks that are so many nanoseconds each. */
void account_lines_away(struct program_lines *l, const struct profile_sum *from, double each);

/* Adds n accounts of a profile to others. */
void account_add(struct profile_sum *to, const struct profile_sum *from, int n);

/* Bulk and tail together. */
struct run_sums account_sum(const struct run_times *t);

#endif
