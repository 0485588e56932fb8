/*
 * pack_order.h: tasks in another order: those of like grid size together, or back where they stood.
 *
 * Tasks wait in temporary files, a stream for each class of size (or for each row of ascending
 * places), so memory does not grow with their number.
 */
#ifndef BATT_PACK_ORDER_H
#define BATT_PACK_ORDER_H

#include "stream.h"

enum pack_order_mode { PACK_AS_IT_COMES, PACK_BY_SIZE, PACK_RESTORE };

enum pack_order_status {
    PACK_ORDER_OK = 0,
    PACK_ORDER_FAILED = 1, /* the temporary file: errno */
    PACK_ORDER_MEMORY = 2,
    PACK_ORDER_ROWS = 3 /* restoring: more rows than batt-pack makes, so it is not its work */
};

struct pack_order;

/* tmpdir NULL: $TMPDIR or /tmp. NULL: out of memory. */
struct pack_order *pack_order_open(enum pack_order_mode mode, const char *tmpdir);
void pack_order_close(struct pack_order *order);

/* Puts a task, or a part of one, aside. Returns an enum pack_order_status. */
int pack_order_add(struct pack_order *order, const struct stream_task *task, uint32_t n,
                   const struct stream_item *items);

/* Gives all tasks back, in the new order, to `give`, which returns 0 to go on. Afterwards the order
 * is empty. Returns an enum pack_order_status, or what give returned negated. */
int pack_order_drain(struct pack_order *order,
                     int (*give)(void *context, const struct stream_task *task, uint32_t n,
                                 const struct stream_item *items),
                     void *context);

#endif
