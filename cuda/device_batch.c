/*
 * A batch, or a part of one, on its way: programs and tasks where they are not there yet
 * (device_up.c, device_tasks.c), jobs up, runs and values down.
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

enum { COUNTERS_BYTES = 128 };
_Static_assert(COUNTERS_BYTES >= sizeof(struct device_counters), "runs stand behind the counters");

/* ---- jobs ---- */

uint32_t device_rows_end(const struct backend_batch *b, uint32_t k)
{
    uint32_t end = k;
    while (end < b->n_rows && b->rows[end].task == b->rows[k].task)
        end++;
    return end;
}

/* The jobs at `at` in d->up: warps of a block take neighbours from the queue, so those of one
   program stand together. */
static int put_jobs(struct cuda_device *d, const struct backend_batch *b, size_t at)
{
    uint32_t *place = calloc(b->block->n + 2, sizeof *place);
    if (!place)
        return 0;
    for (uint32_t k = 0; k < b->n_rows; k++)
        place[b->rows[k].program + 1]++;
    for (uint32_t k = 0; k < b->block->n; k++)
        place[k + 1] += place[k];
    pthread_mutex_lock(&d->tasks->lock); /* other parts may note places meanwhile */
    for (uint32_t k = 0; k < b->n_rows; k++) {
        const struct backend_row *r = &b->rows[k];
        const struct program_entry *e = &b->block->entries[r->program];
        struct device_job *j = (struct device_job *)(void *)(d->up.p + at) + place[r->program]++;
        j->items = device_address(device_task(d->tasks, r->task, e->code.n_params == 3), 0);
        j->program = r->program - d->first_program;
        j->n_items = b->tasks->entries[r->task].n_items;
        j->run = r->first - b->rows[0].first;
        j->lines = device_took_lines(d, b) ? d->lines_at[r->program] : 0;
    }
    pthread_mutex_unlock(&d->tasks->lock);
    free(place);
    return 1;
}

/* Jobs, and room for the numbers of those that the second pass does. */
static int send_jobs(struct cuda_device *d, const struct backend_batch *b)
{
    size_t bytes = b->n_rows * sizeof(struct device_job), from = d->up.size;
    size_t at = device_put_room(d, bytes);
    return at != SIZE_MAX && put_jobs(d, b, at) &&
           device_reserve(d, &d->batch, d->up.size - from + b->n_rows * sizeof(uint32_t)) &&
           device_send(d, d->batch.p, from);
}

/* ---- the run ---- */

static struct device_batch batch_of(const struct cuda_device *d, const struct backend_batch *b)
{
    struct device_batch k = {
        .programs = device_address(d->programs_at, 0),
        .jobs = device_address(d->batch.p, 0),
        .full_jobs = device_address(d->batch.p, b->n_rows * sizeof(struct device_job)),
        .runs = device_address(d->runs.p, COUNTERS_BYTES),
        .counters = device_address(d->runs.p, 0),
        .values = device_address(d->values.p, 0),
        .outputs = b->keep == KEEP_BITS ? NULL : device_address(d->outputs.p, 0),
        .memory = device_address(d->memory.p, 0),
        .n_jobs = b->n_rows,
        .values_cap = d->values_cap,
        .worker_bytes = d->worker_bytes,
        .stack_cap = d->stack_cap,
        .stubs = d->stub_view,
        .fuel = b->fuel,
        .yield = d->yield,
        .gate = b->gate,
        .keep = (uint32_t)b->keep,
    };
    device_took_place(d, b, &k);
    return k;
}

/* Starts so many workers, in blocks of `per_block`. */
static int launch(struct cuda_device *d, struct device_batch *k, uint64_t n, uint32_t per_block)
{
    void *arguments[] = {k};
    uint32_t blocks = (uint32_t)((n + per_block - 1) / per_block);
    return device_has_room(d,
                           d->cu->launch(d->function, blocks, 1, 1, per_block * d->lanes, 1, 1, 0,
                                         d->stream, arguments, NULL),
                           "starting the kernel");
}

/* Room for the table of outputs, empty. */
static int clear_outputs(struct cuda_device *d)
{
    size_t bytes = OUTPUTS_MAX * sizeof(struct device_output);
    return device_reserve(d, &d->outputs, bytes) &&
           device_good(d, d->cu->zero(d->outputs.p, 0, bytes, d->stream), "clearing memory");
}

static int launch_all(struct cuda_device *d, const struct backend_batch *b)
{
    struct device_batch k = batch_of(d, b);
    uint32_t per_block = DEVICE_THREADS / d->lanes;
    uint64_t most = (uint64_t)d->max_blocks * per_block;
    return device_good(d,
                       d->cu->zero(d->runs.p, 0,
                                   COUNTERS_BYTES + b->n_runs * sizeof(struct device_run),
                                   d->stream),
                       "clearing memory") &&
           launch(d, &k, k.n_jobs < most ? k.n_jobs : most, per_block);
}

/* The second pass, over jobs with runs that outgrew their arena: fewer workers, of more memory.
   Where that is not to be had they are left to the CPU. */
static int launch_full(struct cuda_device *d, const struct backend_batch *b, uint64_t n_jobs)
{
    struct device_batch k = batch_of(d, b);
    while (d->n_large && !device_reserve(d, &d->large, d->n_large * d->large_bytes) && !d->error)
        d->n_large /= 2;
    if (!d->n_large || d->error)
        return !d->error;
    k.pass = 1;
    k.n_jobs = n_jobs < b->n_rows ? n_jobs : b->n_rows;
    k.memory = device_address(d->large.p, 0);
    k.worker_bytes = d->large_bytes;
    k.stack_cap = DEVICE_LARGE_STACK;
    return launch(d, &k, k.n_jobs < d->n_large ? k.n_jobs : d->n_large, 1) || !d->error;
}

/* The runs as they came, whose values are the last so many units of the images.  Whatever the
   device wrote, the host reads nothing that is not there. */
static void take_runs(struct backend_batch *b, uint64_t units)
{
    uint32_t before = (uint32_t)(b->image_units - units);
    for (uint32_t k = 0; k < b->n_runs; k++) {
        struct backend_run *r = &b->runs[k];
        if (r->image && (uint64_t)r->image + r->units > units)
            r->image = r->units = 0;
        if (r->image)
            r->image += before;
        r->done = r->done == DEVICE_DONE && r->outcome <= OUTCOME_LIMIT;
    }
}

/* Values, behind those of other parts of the batch. */
static int bring_values(struct cuda_device *d, struct backend_batch *b, uint64_t units)
{
    size_t before = b->image_units;
    if (!units)
        return 1;
    struct val *images =
        before + units < UINT32_MAX ? realloc(b->images, 16 * (before + units)) : NULL;
    if (!images)
        return 0;
    b->images = images;
    b->image_units += units;
    return device_bring(d, images + before, d->values.p, 16 * units);
}

/* What became of the batch's runs; so many were left by the first pass.  A full run that the second
   one leaves for another reason is left once. */
static void count(struct cuda_device *d, const struct device_counters *c, uint64_t left)
{
    d->stats.yielded += c->yielded;
    d->stats.crowded += c->crowded;
    d->stats.shared += c->shared;
    d->stats.full += c->full;
    d->stats.grown += c->grown;
    d->backend.n_runs += c->done;
    d->backend.n_left += left + c->full - c->grown;
}

static int bring_back(struct cuda_device *d, struct backend_batch *b)
{
    struct device_counters c;
    if (!device_bring(d, &c, d->runs.p, sizeof c))
        return 0;
    uint64_t left = c.yielded + c.crowded;
    if (c.n_full && (!launch_full(d, b, c.n_full) || !device_bring(d, &c, d->runs.p, sizeof c)))
        return 0;
    uint64_t units = c.values_top < d->values_cap ? c.values_top : d->values_cap;
    int good = device_bring(d, b->runs, d->runs.p + COUNTERS_BYTES, b->n_runs * sizeof *b->runs) &&
               bring_values(d, b, units) && device_took_end(d, b);
    if (good) {
        take_runs(b, units);
        count(d, &c, left);
    } else { /* nobody would know of them */
        memset(b->runs, 0, b->n_runs * sizeof *b->runs);
    }
    return good;
}

/* Its tasks held in place: 1, or 0.  Afterwards nothing of it is on its way any more. */
static int run_held(struct cuda_device *d, struct backend_batch *b)
{
    int good =
        device_took_begin(d, b) && send_jobs(d, b) &&
        device_reserve(d, &d->runs, COUNTERS_BYTES + b->n_runs * sizeof(struct device_run)) &&
        (b->keep == KEEP_BITS || clear_outputs(d)) && launch_all(d, b) && bring_back(d, b);
    if (!good && !d->error) /* the kernel may still run */
        device_good(d, d->cu->wait(d->stream), "running");
    return good;
}

enum part_status device_run_part(struct cuda_device *d, struct backend_batch *b)
{
    if (!device_good(d, d->cu->current(d->context), "taking up the device") ||
        !device_hold_programs(d, b))
        return PART_NO_ROOM;
    if (!device_hold_tasks(d, b))
        return PART_NO_TASKS;
    int good = run_held(d, b);
    device_release_tasks(d);
    return good ? PART_DONE : PART_NO_ROOM;
}
