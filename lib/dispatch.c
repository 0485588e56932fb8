/* See dispatch.h. */
#include "dispatch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* Units that devices and helpers may be ahead of what was written, in batches of each device. */
enum { AHEAD_BATCHES = 3, AHEAD_PER_THREAD = 16 };

enum unit_state {
    UNIT_FREE,
    UNIT_CLAIMED, /* by a device */
    UNIT_READY,   /* a device has done it */
    UNIT_TAKEN,   /* by a thread of the CPU */
    UNIT_DONE
};

/* A batch's memory, shared by the units in it. */
struct claim {
    struct backend_batch batch;
    struct backend_row *rows;
    size_t *units; /* n_units */
    size_t n_units, n_left;
    size_t *first_run; /* of each unit */
};

struct unit {
    enum unit_state state;
    struct claim *claim; /* while READY or TAKEN from a device */
    size_t first_run;
};

struct device {
    struct dispatch *owner;
    struct backend *backend;
    pthread_t thread;
    int started, broken, told, working;
    int looked; /* at the job at hand */
    struct device *first; /* part of the same device */
    uint64_t n_fallbacks;
    uint64_t since, nanoseconds; /* of the first part: while any part works */
    uint32_t n_working;
};

struct dispatch {
    struct device *devices;
    uint32_t n_devices;
    int threads;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int quit;
    /* the job at hand */
    const struct dispatch_job *job;
    struct unit *units;
    size_t written, next; /* no unit before `next` is free */
};

/* ---- claims ---- */

static void free_claim(struct claim *c)
{
    if (!c)
        return;
    free(c->batch.runs);
    free(c->batch.images);
    free(c->rows);
    free(c->units);
    free(c->first_run);
    free(c);
}

static uint32_t unit_rows(const struct dispatch_job *j, size_t unit)
{
    uint32_t t = j->tasks_used[unit];
    return j->first[t + 1] - j->first[t];
}

/* How far ahead of what was written units may be claimed. */
static size_t horizon(const struct dispatch *d)
{
    const struct dispatch_job *j = d->job;
    size_t end = d->written + (size_t)d->threads * AHEAD_PER_THREAD;
    uint64_t rows = 0, most = 0;
    for (uint32_t k = 0; k < d->n_devices; k++)
        most += (uint64_t)d->devices[k].backend->rows_max * AHEAD_BATCHES;
    size_t k = d->written;
    while (k < j->n_units && rows < most)
        rows += unit_rows(j, k++);
    end = k > end ? k : end;
    return end < j->n_units ? end : j->n_units;
}

/* The first free unit before `end`, or end. */
static size_t next_free(struct dispatch *d, size_t end)
{
    while (d->next < d->job->n_units && d->units[d->next].state != UNIT_FREE)
        d->next++;
    return d->next < end ? d->next : end;
}

/* Marks free units up to the device's measure as claimed; their number.  0: none, or too few to be
 * worth the way. */
static size_t claim_units(struct dispatch *d, const struct device *v, struct claim *c)
{
    size_t end = horizon(d), n = 0;
    uint64_t rows = 0;
    for (size_t k = next_free(d, end); k < end && rows < v->backend->rows_max; k++)
        if (d->units[k].state == UNIT_FREE) {
            rows += unit_rows(d->job, k);
            c->units[n++] = k;
        }
    if (rows < v->backend->rows_min)
        return 0;
    for (size_t k = 0; k < n; k++)
        d->units[c->units[k]].state = UNIT_CLAIMED;
    return c->n_units = c->n_left = n;
}

/* The rows of a claim: the programs that must be run, no twins and no errors.  0, or -1. */
static int make_rows(const struct dispatch_job *j, struct claim *c)
{
    struct backend_batch *b = &c->batch;
    uint64_t n_rows = 0, n_runs = 0;
    for (size_t k = 0; k < c->n_units; k++)
        n_rows += unit_rows(j, c->units[k]);
    c->rows = malloc((n_rows + 1) * sizeof *c->rows);
    c->first_run = malloc((c->n_units + 1) * sizeof *c->first_run);
    if (!c->rows || !c->first_run)
        return -1;
    for (size_t k = 0; k < c->n_units; k++) {
        uint32_t t = j->tasks_used[c->units[k]], n_items = j->tasks->entries[t].n_items;
        c->first_run[k] = n_runs;
        for (uint32_t p = j->first[t]; p < j->first[t + 1]; p++, n_runs += n_items) {
            uint32_t program = j->list[p];
            if (j->twins[program] || j->block->entries[program].error)
                continue;
            c->rows[b->n_rows++] = (struct backend_row){program, t, (uint32_t)n_runs};
        }
    }
    b->rows = c->rows;
    b->n_runs = (uint32_t)n_runs;
    b->runs = n_runs <= UINT32_MAX ? calloc(n_runs + 1, sizeof *b->runs) : NULL;
    return b->runs ? 0 : -1;
}

/* A claim of units for a device; NULL: none to be had now, or no memory. */
static struct claim *new_claim(struct dispatch *d, const struct device *v)
{
    struct claim *c = calloc(1, sizeof *c);
    if (c && (c->units = malloc((d->job->n_units + 1) * sizeof *c->units)) &&
        claim_units(d, v, c)) {
        const struct evaluate_options *o = d->job->options;
        struct backend_batch *b = &c->batch;
        b->block = d->job->block;
        b->tasks = d->job->tasks;
        b->fuel = o->fuel;
        b->gate = o->gate;
        b->keep = o->keep;
        b->give_c = o->give_c;
        return c;
    }
    free_claim(c);
    return NULL;
}

/* What came of a claim: its units are ready, or free again. */
static void settle(struct dispatch *d, struct claim *c, int done)
{
    for (size_t k = 0; k < c->n_units; k++) {
        struct unit *u = &d->units[c->units[k]];
        u->state = done ? UNIT_READY : UNIT_FREE;
        u->claim = done ? c : NULL;
        u->first_run = done ? c->first_run[k] : 0;
        if (!done && c->units[k] < d->next)
            d->next = c->units[k];
    }
    if (!done)
        free_claim(c);
    pthread_cond_broadcast(&d->changed);
}

/* ---- the devices' threads ---- */

/* One part more of a device works, or (by = -1) one less. */
static void count_working(struct device *first, int by)
{
    uint64_t now = clock_nanoseconds();
    if (first->n_working)
        first->nanoseconds += now - first->since;
    first->since = now;
    first->n_working += (uint32_t)by;
}

/* Runs one claim; the lock is held before and after. */
static void work(struct dispatch *d, struct device *v, struct claim *c)
{
    const struct dispatch_job *job = d->job;
    v->working = 1;
    count_working(v->first, 1);
    pthread_mutex_unlock(&d->lock);
    int no_memory = make_rows(job, c);
    int status = no_memory ? BACKEND_DONE : v->backend->run(v->backend, &c->batch);
    pthread_mutex_lock(&d->lock);
    v->working = 0;
    count_working(v->first, -1);
    v->broken = status != BACKEND_DONE;
    if (no_memory) {
        snprintf(v->backend->reason, sizeof v->backend->reason, "out of memory on the host");
        v->broken = 1;
    }
    v->n_fallbacks += (uint64_t)v->broken;
    settle(d, c, !v->broken);
}

static void *run_device(void *arg)
{
    struct device *v = arg;
    struct dispatch *d = v->owner;
    pthread_mutex_lock(&d->lock);
    while (!d->quit) {
        struct claim *c = d->job && !v->broken ? new_claim(d, v) : NULL;
        if (d->job && !v->looked) {
            v->looked = 1;
            pthread_cond_broadcast(&d->changed);
        }
        if (c)
            work(d, v, c);
        else
            pthread_cond_wait(&d->changed, &d->lock);
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

static struct device *first_part(struct device *devices, uint32_t k)
{
    uint32_t first = 0;
    while (strcmp(devices[first].backend->name, devices[k].backend->name) != 0)
        first++;
    return &devices[first];
}

struct dispatch *dispatch_new(struct backend **devices, uint32_t n, int threads)
{
    struct dispatch *d = calloc(1, sizeof *d);
    struct device *v = calloc(n + 1, sizeof *v);
    if (!d || !v) {
        for (uint32_t k = 0; k < n; k++)
            devices[k]->close(devices[k]);
        free(d);
        free(v);
        return NULL;
    }
    d->devices = v;
    d->n_devices = n;
    d->threads = threads;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    int failed = 0;
    for (uint32_t k = 0; k < n; k++) {
        v[k].owner = d;
        v[k].backend = devices[k];
        v[k].first = first_part(v, k);
        v[k].started = !failed && pthread_create(&v[k].thread, NULL, run_device, &v[k]) == 0;
        failed = !v[k].started;
    }
    if (!failed)
        return d;
    dispatch_free(d);
    return NULL;
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    pthread_mutex_lock(&d->lock);
    d->quit = 1;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    for (uint32_t k = 0; k < d->n_devices; k++) {
        if (d->devices[k].started)
            pthread_join(d->devices[k].thread, NULL);
        d->devices[k].backend->close(d->devices[k].backend);
    }
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    free(d->devices);
    free(d);
}

/* ---- jobs ---- */

static int all_looked(const struct dispatch *d)
{
    for (uint32_t k = 0; k < d->n_devices; k++)
        if (!d->devices[k].looked)
            return 0;
    return 1;
}

int dispatch_begin(struct dispatch *d, const struct dispatch_job *job)
{
    struct unit *units = calloc(job->n_units + 1, sizeof *units);
    if (!units)
        return -1;
    pthread_mutex_lock(&d->lock);
    d->units = units;
    d->written = d->next = 0;
    d->job = job;
    for (uint32_t k = 0; k < d->n_devices; k++)
        d->devices[k].looked = 0;
    pthread_cond_broadcast(&d->changed);
    while (!all_looked(d)) /* devices have the first choice */
        pthread_cond_wait(&d->changed, &d->lock);
    pthread_mutex_unlock(&d->lock);
    return 0;
}

static int any_working(const struct dispatch *d)
{
    for (uint32_t k = 0; k < d->n_devices; k++)
        if (d->devices[k].working)
            return 1;
    return 0;
}

/* Lets go of a unit's claim; the last one frees it. */
static void drop_claim(struct unit *u)
{
    if (u->claim && --u->claim->n_left == 0)
        free_claim(u->claim);
    u->claim = NULL;
}

void dispatch_end(struct dispatch *d)
{
    pthread_mutex_lock(&d->lock);
    const struct dispatch_job *job = d->job;
    d->job = NULL; /* no new claims */
    while (any_working(d))
        pthread_cond_wait(&d->changed, &d->lock);
    for (size_t k = 0; job && k < job->n_units; k++)
        drop_claim(&d->units[k]);
    free(d->units);
    d->units = NULL;
    pthread_mutex_unlock(&d->lock);
}

/* The furthest free unit within the horizon, beyond `unit`; or n_units. */
static size_t unit_to_help(const struct dispatch *d, size_t unit)
{
    for (size_t k = horizon(d); k-- > unit + 1;)
        if (d->units[k].state == UNIT_FREE)
            return k;
    return d->job->n_units;
}

static void take_unit(struct dispatch *d, size_t unit, struct evaluate_ready *ready)
{
    struct unit *u = &d->units[unit];
    u->state = UNIT_TAKEN;
    ready->runs = u->claim ? u->claim->batch.runs + u->first_run : NULL;
    ready->images = u->claim ? u->claim->batch.images : NULL;
}

int dispatch_next(struct dispatch *d, size_t unit, size_t *other, struct evaluate_ready *ready)
{
    int found = 0;
    pthread_mutex_lock(&d->lock);
    while (!found && d->units[unit].state != UNIT_DONE) {
        enum unit_state s = d->units[unit].state;
        *other = s == UNIT_FREE || s == UNIT_READY ? unit : unit_to_help(d, unit);
        found = *other < d->job->n_units;
        if (found)
            take_unit(d, *other, ready);
        else
            pthread_cond_wait(&d->changed, &d->lock);
    }
    pthread_mutex_unlock(&d->lock);
    return found;
}

void dispatch_done(struct dispatch *d, size_t unit)
{
    pthread_mutex_lock(&d->lock);
    d->units[unit].state = UNIT_DONE;
    drop_claim(&d->units[unit]);
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
}

void dispatch_written(struct dispatch *d, size_t unit)
{
    pthread_mutex_lock(&d->lock);
    d->written = unit;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
}

const struct backend *dispatch_broken(struct dispatch *d)
{
    const struct backend *b = NULL;
    pthread_mutex_lock(&d->lock);
    for (uint32_t k = 0; k < d->n_devices && !b; k++)
        if (d->devices[k].broken && !d->devices[k].told) {
            d->devices[k].told = 1;
            b = d->devices[k].backend;
        }
    pthread_mutex_unlock(&d->lock);
    return b;
}

static void add_part(struct dispatch_device *to, const struct device *v)
{
    const struct backend *b = v->backend;
    to->n_parts++;
    to->n_batches += b->n_batches;
    to->n_runs += b->n_runs;
    to->n_left += b->n_left;
    to->n_fallbacks += v->n_fallbacks;
    if (v->broken && !to->n_broken++)
        to->reason = b->reason;
    if (!b->traffic)
        return;
    to->traffic.bytes_up += b->traffic->bytes_up;
    to->traffic.bytes_down += b->traffic->bytes_down;
    to->traffic.yielded += b->traffic->yielded;
    to->traffic.crowded += b->traffic->crowded;
    to->traffic.full += b->traffic->full;
    to->traffic.grown += b->traffic->grown;
}

uint32_t dispatch_devices(struct dispatch *d, struct dispatch_device *out, uint32_t max)
{
    uint32_t n = 0;
    pthread_mutex_lock(&d->lock);
    for (uint32_t k = 0; k < d->n_devices && n < max; k++) {
        const struct device *v = &d->devices[k];
        if (v->first != v)
            continue;
        out[n] = (struct dispatch_device){.name = v->backend->name, .nanoseconds = v->nanoseconds};
        for (uint32_t m = k; m < d->n_devices; m++)
            if (d->devices[m].first == v)
                add_part(&out[n], &d->devices[m]);
        n++;
    }
    pthread_mutex_unlock(&d->lock);
    return n;
}
