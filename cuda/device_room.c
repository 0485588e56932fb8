/*
 * Memory: rooms on the device within its part's share, rooms of the host that it reads and writes
 * directly, and the way down through one of these.
 */
#include "device_private.h"

#include <string.h>

enum { PIECE = 2 << 20 }; /* that comes down at once, while the host takes the one before */

int device_take(struct cuda_device *d, struct device_room *r, size_t bytes)
{
    if (!device_has_room(d, d->cu->alloc(&r->p, bytes), "allocating memory")) {
        r->p = 0;
        return 0;
    }
    r->cap = bytes;
    return 1;
}

int device_reserve(struct cuda_device *d, struct device_room *r, size_t bytes)
{
    size_t spare = d->most - (d->taken - r->cap);
    if (bytes <= r->cap)
        return 1;
    if (bytes > spare)
        return 0;
    /* To free and allocate is to wait for all streams: not often. */
    if (bytes < 2 * r->cap && 2 * r->cap <= spare / 2)
        bytes = 2 * r->cap;
    if (r->p && !device_good(d, d->cu->free(r->p), "freeing memory"))
        return 0;
    d->taken -= r->cap;
    r->p = r->cap = 0;
    if (!device_take(d, r, bytes))
        return 0;
    d->taken += bytes;
    return 1;
}

void device_let_go(struct cuda_device *d)
{
    struct device_room *rooms[] = {&d->large, &d->programs, &d->batch,
                                   &d->runs,  &d->outputs,  &d->took};
    for (size_t k = 0; k < sizeof rooms / sizeof *rooms && !d->error; k++) {
        if (rooms[k]->p)
            device_good(d, d->cu->free(rooms[k]->p), "freeing memory");
        d->taken -= rooms[k]->cap;
        rooms[k]->p = rooms[k]->cap = 0;
    }
    d->serial = 0;
}

int host_reserve(struct cuda_device *d, struct host_room *r, size_t bytes)
{
    void *p = NULL;
    size_t cap = r->cap ? r->cap : 1 << 16;
    if (bytes <= r->cap)
        return 1;
    while (cap < bytes)
        cap *= 2;
    if (!device_has_room(d, d->cu->host_alloc(&p, cap, 0), "allocating host memory"))
        return 0;
    if (r->size)
        memcpy(p, r->p, r->size);
    if (r->p)
        d->cu->host_free(r->p);
    r->p = p;
    r->cap = cap;
    return 1;
}

/* ---- down ---- */

static size_t piece(size_t bytes, size_t at)
{
    return bytes - at < PIECE ? bytes - at : PIECE;
}

/* The piece at `at` is on its way to its half of d->down. */
static int send_down(struct cuda_device *d, uint64_t from, size_t bytes, size_t at)
{
    return device_good(
        d,
        d->cu->down(d->down.p + at % (2 * (size_t)PIECE), from + at, piece(bytes, at), d->stream),
        "copying from the device");
}

static int wait(struct cuda_device *d)
{
    return device_good(d, d->cu->wait(d->stream), "running");
}

int device_bring(struct cuda_device *d, void *to, uint64_t from, size_t bytes)
{
    uint8_t *out = to;
    if (!bytes)
        return 1;
    d->stats.bytes_down += bytes;
    if (!host_reserve(d, &d->down, bytes < 2 * (size_t)PIECE ? bytes : 2 * (size_t)PIECE))
        return !d->error && /* by a way of the driver's, which is slower */
               device_good(d, d->cu->down(to, from, bytes, d->stream), "copying from the device") &&
               wait(d);
    int good = send_down(d, from, bytes, 0);
    for (size_t at = 0; at < bytes && good; at += PIECE) {
        good = wait(d) && (bytes - at <= PIECE || send_down(d, from, bytes, at + PIECE));
        if (good)
            memcpy(out + at, d->down.p + at % (2 * (size_t)PIECE), piece(bytes, at));
    }
    return good;
}
