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

/* Further bounds of a frame: its bytes, packed (STREAM_CUT_BYTES if not called), and its tasks. A
 * task that alone is larger stands alone. */
void gather_limit(struct gather *gather, size_t n_bytes, uint32_t n_tasks);

/* What is added next goes to another writer; nothing may wait. */
void gather_into(struct gather *gather, struct stream_writer *writer);

/* Adds a task with all of these demonstrations and tests as items (as far as `parts` takes them),
 * copying all of it. Returns an enum stream_write_status. */
int gather_add(struct gather *gather, const char *key, uint32_t n_demos,
               const struct stream_pair *demos, uint32_t n_tests, const struct stream_pair *tests);

/* Adds a task with its items as a frame has them; item->task does not matter. A part of a task that
 * goes on (`more`), and the part that ends it, stand alone. Copies all of it. Returns an enum
 * stream_write_status. */
int gather_task(struct gather *gather, const struct stream_task *task, uint32_t n_items,
                const struct stream_item *items);

/* Writes what waits. Returns an enum stream_write_status. */
int gather_flush(struct gather *gather);

/* Frees without writing; NULL is allowed. */
void gather_close(struct gather *gather);

#endif
