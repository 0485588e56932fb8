/*
 * gather.h: gathers tasks into grids frames of about so many items.
 */
#ifndef BATT_GATHER_H
#define BATT_GATHER_H

#include "stream.h"

enum gather_parts { GATHER_DEMO = 1, GATHER_TEST = 2, GATHER_ALL = 3 };

struct gather;

/* Parts: which items tasks give; n_items: items a frame has at most, unless one task has more. The
 * writer must have got its head. NULL: out of memory. */
struct gather *gather_open(struct stream_writer *writer, enum gather_parts parts, uint32_t n_items);

/* Adds a task, copying all of it. Returns an enum stream_write_status. */
int gather_add(struct gather *gather, const char *key, uint32_t n_demos,
               const struct stream_pair *demos, uint32_t n_tests, const struct stream_pair *tests);

/* Writes what waits. Returns an enum stream_write_status. */
int gather_flush(struct gather *gather);

/* Frees without writing; NULL is allowed. */
void gather_close(struct gather *gather);

#endif
