/*
 * What goes up is laid out in d->up, where pointers are offsets until its place is known, and sent
 * from there; and the programs of a block, which go up once.
 */
#include "device_private.h"

#include <stdlib.h>
#include <string.h>

size_t device_put_room(struct cuda_device *d, size_t n)
{
    size_t at = d->up.size;
    n = (n + 15) / 16 * 16;
    if (!host_reserve(d, &d->up, at + n))
        return SIZE_MAX;
    memset(d->up.p + at, 0, n);
    d->up.size = at + n;
    return at;
}

size_t device_put(struct cuda_device *d, const void *from, size_t n)
{
    size_t at = device_put_room(d, n);
    if (at != SIZE_MAX && n)
        memcpy(d->up.p + at, from, n);
    return at;
}

int device_send(struct cuda_device *d, uint64_t to, size_t from)
{
    d->stats.bytes_up += d->up.size - from;
    return device_good(d, d->cu->up(to, d->up.p + from, d->up.size - from, d->stream),
                       "copying to the device");
}

void *device_address(uint64_t base, size_t offset)
{
    return (void *)(uintptr_t)(base + offset);
}

struct card_place {
    size_t code, consts, bodies;
};

static int put_code(struct cuda_device *d, const struct card *c, struct card_place *at)
{
    at->code = device_put(d, c->code, c->n_code * sizeof *c->code);
    at->consts = device_put(d, c->consts, c->n_consts * sizeof *c->consts);
    at->bodies = device_put(d, c->bodies, c->n_bodies * sizeof *c->bodies);
    return at->code != SIZE_MAX && at->consts != SIZE_MAX && at->bodies != SIZE_MAX;
}

static struct code_view view_at(const struct card_place *at, uint64_t base, uint32_t helper)
{
    struct code_view v = {device_address(base, at->code), device_address(base, at->consts),
                          device_address(base, at->bodies), helper};
    return v;
}

int device_send_programs(struct cuda_device *d, const struct backend_batch *batch)
{
    const struct program_block *b = batch->block;
    struct card_place *places = calloc(b->n_parts + 1, sizeof *places);
    int good = places != NULL;
    d->serial = 0;
    d->up.size = 0;
    for (uint32_t k = 0; k < b->n_parts && good; k++)
        good = put_code(d, &b->parts[k].card, &places[k]);
    good = good && put_code(d, engine_stubs(), &places[b->n_parts]);
    size_t table = good ? device_put_room(d, b->n * sizeof(struct device_program)) : SIZE_MAX;
    good = table != SIZE_MAX && device_reserve(d, &d->programs, d->up.size);
    for (uint32_t k = 0; k < b->n && good; k++) {
        const struct program_entry *e = &b->entries[k];
        struct device_program *p = (struct device_program *)(void *)(d->up.p + table) + k;
        if (e->error)
            continue;
        p->view = view_at(&places[e->part], d->programs.p, e->code.helper);
        p->body = e->code.body;
        p->n_params = e->code.n_params;
        if (!device_took_lines(d, batch))
            continue;
        p->first_line = batch->lines[k].first;
        p->n_lines = batch->lines[k].n;
    }
    if (good) {
        d->stub_view = view_at(&places[b->n_parts], d->programs.p, 0);
        d->programs_at = d->programs.p + table;
        good = device_send(d, d->programs.p, 0) &&
               device_good(d, d->cu->wait(d->stream), "copying to the device");
    }
    free(places);
    if (good)
        d->serial = b->serial;
    return good;
}
