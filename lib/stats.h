/*
 * What programs took, as JSON lines.
 */
#ifndef LIB_STATS_H
#define LIB_STATS_H

#include <stdio.h>

#include "evaluate.h"

/*
 * A line for each program of the block: id, runs, microseconds, units, calls where the engine
 * counts them, and the same of the tail (runs above BULK_UNITS) if there is one.  times: by
 * program.
 */
void stats_print(FILE *f, const struct program_block *b, const struct run_times *times);

#endif
