/*
 * What goes up is laid out in d->up, where pointers are offsets until its place is known, and sent
 * from there; and the programs of a block, which go up once if the memory is large enough for all.
 */
#include "device_private.h"

#include <stdlib.h>
#include <string.h>

/* What n bytes take there. */
static size_t put_bytes(size_t n)
{
    return (n + 15) / 16 * 16;
}

size_t device_put_room(struct cuda_device *d, size_t n)
{
    size_t at = d->up.size;
    n = put_bytes(n);
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

/* ---- programs: all of the block, or those of some of its parts ---- */

struct span {
    uint32_t first, end; /* parts of the block */
    uint32_t program, n; /* their programs */
};

static struct span span_of(const struct program_block *b, uint32_t first, uint32_t end)
{
    struct span s = {first, end, first * PROGRAMS_PART, 0};
    s.n = (end < b->n_parts ? end * PROGRAMS_PART : b->n) - s.program;
    return s;
}

/* Those that the batch has. */
static struct span span_wanted(const struct backend_batch *b)
{
    uint32_t first = UINT32_MAX, end = 0;
    for (uint32_t k = 0; k < b->n_rows; k++) {
        uint32_t part = b->block->entries[b->rows[k].program].part;
        first = part < first ? part : first;
        end = part >= end ? part + 1 : end;
    }
    return span_of(b->block, first, end);
}

static size_t card_bytes(const struct card *c)
{
    return put_bytes(c->n_code * sizeof *c->code) + put_bytes(c->n_consts * sizeof *c->consts) +
           put_bytes(c->n_bodies * sizeof *c->bodies);
}

static size_t span_bytes(const struct program_block *b, const struct span *s)
{
    size_t n = card_bytes(engine_stubs()) + put_bytes(s->n * sizeof(struct device_program));
    for (uint32_t k = s->first; k < s->end; k++)
        n += card_bytes(&b->parts[k].card);
    return n;
}

/* The table of the programs, at `table` in d->up. */
static void put_table(struct cuda_device *d, const struct backend_batch *batch,
                      const struct span *s, const struct card_place *places, size_t table)
{
    for (uint32_t k = 0; k < s->n; k++) {
        const struct program_entry *e = &batch->block->entries[s->program + k];
        struct device_program *p = (struct device_program *)(void *)(d->up.p + table) + k;
        if (e->error)
            continue;
        p->view = view_at(&places[e->part - s->first], d->programs.p, e->code.helper);
        p->body = e->code.body;
        p->n_params = e->code.n_params;
        if (!device_took_lines(d, batch))
            continue;
        p->first_line = batch->lines[s->program + k].first;
        p->n_lines = batch->lines[s->program + k].n;
    }
}

static int send_span(struct cuda_device *d, const struct backend_batch *batch, const struct span *s)
{
    const struct program_block *b = batch->block;
    uint32_t n = s->end - s->first;
    struct card_place *places = calloc(n + 1, sizeof *places);
    d->serial = 0;
    d->up.size = 0;
    int good = places && device_reserve(d, &d->programs, span_bytes(b, s));
    for (uint32_t k = 0; k < n && good; k++)
        good = put_code(d, &b->parts[s->first + k].card, &places[k]);
    good = good && put_code(d, engine_stubs(), &places[n]);
    size_t table = good ? device_put_room(d, s->n * sizeof(struct device_program)) : SIZE_MAX;
    if (table != SIZE_MAX) {
        put_table(d, batch, s, places, table);
        d->stub_view = view_at(&places[n], d->programs.p, 0);
        d->programs_at = d->programs.p + table;
        d->first_program = s->program;
        d->n_programs = s->n;
        if (device_send(d, d->programs.p, 0) &&
            device_good(d, d->cu->wait(d->stream), "copying to the device"))
            d->serial = b->serial;
    }
    free(places);
    return d->serial != 0;
}

int device_hold_programs(struct cuda_device *d, const struct backend_batch *b)
{
    struct span wanted = span_wanted(b), all = span_of(b->block, 0, b->block->n_parts);
    if (d->serial == b->block->serial && wanted.program >= d->first_program &&
        wanted.program + wanted.n <= d->first_program + d->n_programs)
        return 1;
    if (span_bytes(b->block, &all) <= d->programs_bytes && send_span(d, b, &all))
        return 1;
    return !d->error && send_span(d, b, &wanted);
}
