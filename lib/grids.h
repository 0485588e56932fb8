/*
 * grids.h: streams of grids, read into the table of tasks.
 */
#ifndef BATT_GRIDS_H
#define BATT_GRIDS_H

#include "inputs.h"
#include "tasks.h"

/* Names of the task sets that the streams' heads tell, each once.  Free with grid_sets_free. */
struct grid_sets {
    char **names;
    uint32_t n;
};

/*
 * Reads the streams of a command line (as inputs_read does) into tasks, and indexes them.  A stream
 * of results is refused with UTIL_USAGE; a task that comes a second time with other content is
 * named, counted in `in`, and the first is kept.  sets may be NULL.  0, or the exit status that
 * ends the tool, its message printed.
 */
int grids_read(struct inputs *in, int n, char *const *names, struct tasks *tasks,
               struct grid_sets *sets);

void grid_sets_free(struct grid_sets *sets);

#endif
