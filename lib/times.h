/*
 * What programs took, as JSON lines.
 */
#ifndef LIB_TIMES_H
#define LIB_TIMES_H

#include <jansson.h>
#include <stdio.h>

#include "account.h"

/*
 * A line for each program of the block: id, runs, microseconds, units, calls where the engine
 * counts them, how many of the runs devices did, and the same of the tail (runs above BULK_UNITS)
 * if there is one.
 */
void times_print(FILE *file, const struct program_block *b, const struct run_times *times);

/* Adds to a JSON object what a line has but the id. */
void times_add(json_t *to, const struct run_times *t);

#endif
