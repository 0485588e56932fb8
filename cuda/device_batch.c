/*
 * A batch on its way: programs up once a block, items and jobs up together, runs and values down.
 */
#include "device_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct backend_run) == sizeof(struct device_run) &&
                   offsetof(struct backend_run, line) == offsetof(struct device_run, line) &&
                   offsetof(struct backend_run, image) == offsetof(struct device_run, image) &&
                   offsetof(struct backend_run, units) == offsetof(struct device_run, units) &&
                   offsetof(struct backend_run, done) == offsetof(struct device_run, done) &&
                   offsetof(struct backend_run, equal) == offsetof(struct device_run, equal),
               "runs come down as they are");
_Static_assert((int)DEVICE_KEEP_ALL == (int)KEEP_ALL && (int)DEVICE_KEEP_MATCH == (int)KEEP_MATCH &&
                   (int)DEVICE_KEEP_PASSING == (int)KEEP_PASSING,
               "keep goes up as it is");

enum { COUNTERS_BYTES = 64 };

/* ---- what goes up is laid out in d->up; pointers in it are offsets until its place is known ----
 */

/* n bytes at the end, zeroed, 16-byte aligned; their offset, or SIZE_MAX. */
static size_t put_room(struct cuda_device *d, size_t n)
{
    size_t at = d->up.size;
    n = (n + 15) / 16 * 16;
    if (!host_reserve(d, &d->up, at + n))
        return SIZE_MAX;
    memset(d->up.p + at, 0, n);
    d->up.size = at + n;
    return at;
}

static size_t put(struct cuda_device *d, const void *from, size_t n)
{
    size_t at = put_room(d, n);
    if (at != SIZE_MAX && n)
        memcpy(d->up.p + at, from, n);
    return at;
}

/* Sends d->up to a place that is made large enough; 1, or 0. */
static int send(struct cuda_device *d, struct device_room *to)
{
    if (!device_reserve(d, to, d->up.size))
        return 0;
    d->stats.bytes_up += d->up.size;
    return device_good(d, d->cu->up(to->p, d->up.p, d->up.size, d->stream),
                       "copying to the device");
}

/* An address of the device's as both sides write it. */
static void *address(uint64_t base, size_t offset)
{
    return (void *)(uintptr_t)(base + offset);
}

/* ---- programs ---- */

struct card_place {
    size_t code, consts, bodies;
};

static int put_code(struct cuda_device *d, const struct card *c, struct card_place *at)
{
    at->code = put(d, c->code, c->n_code * sizeof *c->code);
    at->consts = put(d, c->consts, c->n_consts * sizeof *c->consts);
    at->bodies = put(d, c->bodies, c->n_bodies * sizeof *c->bodies);
    return at->code != SIZE_MAX && at->consts != SIZE_MAX && at->bodies != SIZE_MAX;
}

static struct code_view view_at(const struct card_place *at, uint64_t base, uint32_t helper)
{
    struct code_view v = {address(base, at->code), address(base, at->consts),
                          address(base, at->bodies), helper};
    return v;
}

/* All parts of the block and the stubs, then the table of programs. */
static int send_programs(struct cuda_device *d, const struct program_block *b)
{
    struct card_place *places = calloc(b->n_parts + 1, sizeof *places);
    int good = places != NULL;
    d->serial = 0;
    d->up.size = 0;
    for (uint32_t k = 0; k < b->n_parts && good; k++)
        good = put_code(d, &b->parts[k].card, &places[k]);
    good = good && put_code(d, engine_stubs(), &places[b->n_parts]);
    size_t table = good ? put_room(d, b->n * sizeof(struct device_program)) : SIZE_MAX;
    good = table != SIZE_MAX && device_reserve(d, &d->programs, d->up.size);
    for (uint32_t k = 0; k < b->n && good; k++) {
        const struct program_entry *e = &b->entries[k];
        struct device_program *p = (struct device_program *)(void *)(d->up.p + table) + k;
        if (e->error)
            continue;
        p->view = view_at(&places[e->part], d->programs.p, e->code.helper);
        p->body = e->code.body;
        p->n_params = e->code.n_params;
    }
    if (good) {
        d->stub_view = view_at(&places[b->n_parts], d->programs.p, 0);
        d->programs_at = d->programs.p + table;
        good = send(d, &d->programs) &&
               device_good(d, d->cu->wait(d->stream), "copying to the device");
    }
    free(places);
    if (good)
        d->serial = b->serial;
    return good;
}

/* ---- items and jobs ---- */

/* A batch being laid out. */
struct layout {
    struct cuda_device *d;
    const struct backend_batch *b;
    size_t items, jobs; /* where they stand */
    uint32_t n_items;
};

static struct device_item *item_at(struct layout *l, uint32_t k)
{
    return (struct device_item *)(void *)(l->d->up.p + l->items) + k;
}

/* One past the last row of the task of row k. */
static uint32_t rows_end(const struct backend_batch *b, uint32_t k)
{
    uint32_t end = k;
    while (end < b->n_rows && b->rows[end].task == b->rows[k].task)
        end++;
    return end;
}

static int wants_samples(const struct backend_batch *b, uint32_t from, uint32_t end)
{
    for (uint32_t k = from; k < end; k++)
        if (b->block->entries[b->rows[k].program].code.n_params == 3)
            return 1;
    return 0;
}

static int put_item(struct layout *l, const struct task_entry *task, const struct task_item *item,
                    int samples)
{
    struct cuda_device *d = l->d;
    struct run_item in = {item->input, item->known ? &item->expected : NULL, task->demos,
                          samples ? task->n_demos : 0, l->b->give_c};
    if (d->engine->begin(d->vm, &in))
        return 0;
    size_t image = put(d, d->vm->mem, 16 * (size_t)d->vm->floor);
    if (image == SIZE_MAX)
        return 0;
    struct device_item *to = item_at(l, l->n_items++);
    to->image = address(0, image);
    to->floor = (uint32_t)d->vm->floor;
    to->demo = item->part == STREAM_DEMO;
    to->input = d->vm->input;
    to->expected = d->vm->expected;
    to->samples = d->vm->samples;
    to->given = d->vm->given;
    return 1;
}

/* The items of all tasks, a task once, and the jobs: warps of a block take neighbours from the
   queue, so those of one program stand together. */
static int put_jobs(struct layout *l)
{
    const struct backend_batch *b = l->b;
    uint32_t *place = calloc(b->block->n + 2, sizeof *place);
    if (!place)
        return 0;
    for (uint32_t k = 0; k < b->n_rows; k++)
        place[b->rows[k].program + 1]++;
    for (uint32_t k = 0; k < b->block->n; k++)
        place[k + 1] += place[k];
    for (uint32_t k = 0, end; k < b->n_rows; k = end) {
        const struct task_entry *task = &b->tasks->entries[b->rows[k].task];
        uint32_t first = l->n_items;
        end = rows_end(b, k);
        int samples = wants_samples(b, k, end);
        for (uint32_t i = 0; i < task->n_items; i++)
            if (!put_item(l, task, &task->items[i], samples)) {
                free(place);
                return 0;
            }
        for (uint32_t m = k; m < end; m++) {
            struct device_job *j =
                (struct device_job *)(void *)(l->d->up.p + l->jobs) + place[b->rows[m].program]++;
            j->program = b->rows[m].program;
            j->item = first;
            j->n_items = task->n_items;
            j->run = b->rows[m].first;
        }
    }
    free(place);
    return 1;
}

static int send_batch(struct layout *l)
{
    struct cuda_device *d = l->d;
    const struct backend_batch *b = l->b;
    uint64_t n = 0;
    for (uint32_t k = 0; k < b->n_rows; k = rows_end(b, k))
        n += b->tasks->entries[b->rows[k].task].n_items;
    d->up.size = 0;
    l->items = put_room(d, n * sizeof(struct device_item));
    l->jobs = l->items == SIZE_MAX ? SIZE_MAX : put_room(d, b->n_rows * sizeof(struct device_job));
    if (l->jobs == SIZE_MAX || !put_jobs(l) || !device_reserve(d, &d->batch, d->up.size))
        return 0;
    for (uint32_t k = 0; k < l->n_items; k++)
        item_at(l, k)->image = address(d->batch.p, (size_t)(uintptr_t)item_at(l, k)->image);
    return send(d, &d->batch);
}

/* ---- the run ---- */

static int launch(struct layout *l)
{
    struct cuda_device *d = l->d;
    const struct backend_batch *b = l->b;
    size_t bytes = COUNTERS_BYTES + b->n_runs * sizeof(struct device_run);
    struct device_batch k = {.items = address(d->batch.p, l->items),
                             .programs = address(d->programs_at, 0),
                             .jobs = address(d->batch.p, l->jobs),
                             .runs = address(d->runs.p, COUNTERS_BYTES),
                             .counters = address(d->runs.p, 0),
                             .values = address(d->values.p, 0),
                             .memory = address(d->memory.p, 0),
                             .n_jobs = b->n_rows,
                             .values_cap = d->values_cap,
                             .warp_bytes = d->warp_bytes,
                             .stubs = d->stub_view,
                             .fuel = b->fuel,
                             .gate = b->gate,
                             .keep = (uint32_t)b->keep};
    void *arguments[] = {&k};
    uint32_t per_block = DEVICE_THREADS / 32, blocks = (b->n_rows + per_block - 1) / per_block;
    if (blocks > d->max_blocks)
        blocks = d->max_blocks;
    return device_good(d, d->cu->zero(d->runs.p, 0, bytes, d->stream), "clearing memory") &&
           device_good(d,
                       d->cu->launch(d->function, blocks, 1, 1, DEVICE_THREADS, 1, 1, 0, d->stream,
                                     arguments, NULL),
                       "starting the kernel");
}

/* Whatever the device wrote, the host reads nothing that is not there. */
static void take_runs(const struct device_run *from, struct backend_batch *b, uint64_t units)
{
    memcpy(b->runs, from, b->n_runs * sizeof *b->runs);
    for (uint32_t k = 0; k < b->n_runs; k++) {
        struct backend_run *r = &b->runs[k];
        if (r->image && (uint64_t)r->image + r->units > units)
            r->image = r->units = 0;
        r->done = r->done == 1 && r->outcome <= OUTCOME_LIMIT;
    }
}

static int bring_values(struct cuda_device *d, struct backend_batch *b, uint64_t units)
{
    if (!units)
        return 1;
    b->images = malloc(16 * units);
    if (!b->images)
        return 0;
    b->image_units = units;
    d->stats.bytes_down += 16 * units;
    return device_good(d, d->cu->down(b->images, d->values.p, 16 * units, d->stream),
                       "copying from the device") &&
           device_good(d, d->cu->wait(d->stream), "copying from the device");
}

static int bring_back(struct cuda_device *d, struct backend_batch *b)
{
    size_t bytes = COUNTERS_BYTES + b->n_runs * sizeof(struct device_run);
    struct device_counters c;
    d->down.size = 0;
    if (!host_reserve(d, &d->down, bytes) ||
        !device_good(d, d->cu->down(d->down.p, d->runs.p, bytes, d->stream),
                     "copying from the device") ||
        !device_good(d, d->cu->wait(d->stream), "running"))
        return 0;
    memcpy(&c, d->down.p, sizeof c);
    uint64_t units = c.values_top < d->values_cap ? c.values_top : d->values_cap;
    if (!bring_values(d, b, units))
        return 0;
    take_runs((const struct device_run *)(void *)(d->down.p + COUNTERS_BYTES), b, units);
    d->stats.bytes_down += bytes;
    d->stats.handed_on += c.handed_on;
    d->stats.full += c.full;
    d->backend.n_runs += c.done;
    d->backend.n_left += c.handed_on;
    return 1;
}

/*
 * Memory that is not there for a batch of this size leaves it to the CPU, and the next ones are
 * half as large.  An error of the driver's is the end of the device; runs that came down stay.
 */
int device_run_batch(struct backend *backend, struct backend_batch *b)
{
    struct cuda_device *d = (struct cuda_device *)backend;
    struct layout l = {d, b, 0, 0, 0};
    backend->n_batches++;
    if (b->n_rows == 0)
        return d->error ? BACKEND_BROKEN : BACKEND_DONE;
    int good =
        device_good(d, d->cu->current(d->context), "taking up the device") &&
        (d->serial == b->block->serial || send_programs(d, b->block)) && send_batch(&l) &&
        device_reserve(d, &d->runs, COUNTERS_BYTES + b->n_runs * sizeof(struct device_run)) &&
        launch(&l) && bring_back(d, b);
    if (!good && !d->error) {
        backend->n_left += b->n_runs;
        if (backend->rows_max > 2 * backend->rows_min)
            backend->rows_max /= 2;
    }
    return d->error ? BACKEND_BROKEN : BACKEND_DONE;
}
