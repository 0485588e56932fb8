/*
 * The streams of the simulated device.  What is sent to one is done when somebody waits for it and
 * not before: as late as by a real device, which may not have begun until then.
 */
#ifndef SIMWARP_STREAMS_H
#define SIMWARP_STREAMS_H

#include <stddef.h>
#include <stdint.h>

#include "../../cuda/batch.h"

/* One thing to be done. */
struct work {
    void (*run)(struct work *w);
    void *to;
    const void *from;
    size_t bytes;
    uint8_t fill;
    struct device_batch batch; /* of a kernel; */
    void *function;
    unsigned blocks, threads; /* of a block */
    struct work *next;
};

struct stream;

/* A stream of a device; NULL: no memory. */
struct stream *streams_new(int device);

/* Drops what is not done yet. */
void streams_free(struct stream *s);

/* Behind what is there; 0, or -1: no memory. */
int streams_add(struct stream *s, const struct work *w);

/* Does what is there. */
void streams_finish(struct stream *s);

/* Does what is in all streams of a device, as who frees its memory waits for. */
void streams_finish_device(int device);

/* Is memory at `p` of what somebody sent and nobody waited for? */
int streams_use(const void *p, size_t bytes);

#endif
