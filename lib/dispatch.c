/* See dispatch.h. */
#include "dispatch.h"

#include "pace.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

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
    uint64_t begun; /* when a thread took it from nobody */
};

struct device {
    struct dispatch *owner;
    struct backend *backend;
    pthread_t thread;
    int started, broken, told, working;
    int looked; /* at the job at hand */
    struct pace_device pace;
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
    uint64_t rows_free;   /* of all free units */
    struct pace pace;     /* of the CPU's threads */
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

/* To be compared: a device does all that it can, and the CPU does it after that. */
static int verifies(const struct dispatch *d)
{
    return d->job->options->differences != NULL;
}

/* Are the free units worth the way to the device? */
static int is_worth(struct dispatch *d, struct device *v)
{
    if (verifies(d) || pace_worth(&d->pace, &v->pace, d->threads, d->rows_free))
        return 1;
    if (!v->looked)
        pace_refused(&v->pace);
    return 0;
}

/* Marks free units up to the device's measure as claimed; their number.  0: none, or too few to be
 * worth the way. */
static size_t claim_units(struct dispatch *d, struct device *v, struct claim *c)
{
    size_t end = horizon(d), n = 0;
    uint64_t rows = 0;
    if (!is_worth(d, v))
        return 0;
    for (size_t k = next_free(d, end); k < end && rows < v->backend->rows_max; k++)
        if (d->units[k].state == UNIT_FREE) {
            rows += unit_rows(d->job, k);
            c->units[n++] = k;
        }
    if (rows < v->backend->rows_min && !verifies(d))
        return 0;
    for (size_t k = 0; k < n; k++)
        d->units[c->units[k]].state = UNIT_CLAIMED;
    d->rows_free -= rows;
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
static struct claim *new_claim(struct dispatch *d, struct device *v)
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
        if (!done) {
            d->rows_free += unit_rows(d->job, c->units[k]);
            d->next = c->units[k] < d->next ? c->units[k] : d->next;
        }
    }
    if (!done)
        free_claim(c);
    pthread_cond_broadcast(&d->changed);
}

/* ---- the devices' threads ---- */

/* Runs one claim; the lock is held before and after. */
static void work(struct dispatch *d, struct device *v, struct claim *c)
{
    const struct dispatch_job *job = d->job;
    v->working = 1;
    pthread_mutex_unlock(&d->lock);
    uint64_t begun = pace_now();
    int no_memory = make_rows(job, c);
    int status = no_memory ? BACKEND_DONE : v->backend->run(v->backend, &c->batch);
    pthread_mutex_lock(&d->lock);
    v->working = 0;
    pace_batch(&v->pace, pace_now() - begun);
    v->broken = status != BACKEND_DONE;
    if (no_memory) {
        snprintf(v->backend->reason, sizeof v->backend->reason, "out of memory on the host");
        v->broken = 1;
    }
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
    d->rows_free = 0;
    for (size_t k = 0; k < job->n_units; k++)
        d->rows_free += unit_rows(job, k);
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

static int any_alive(const struct dispatch *d)
{
    for (uint32_t k = 0; k < d->n_devices; k++)
        if (!d->devices[k].broken)
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
    if (u->state == UNIT_FREE) {
        d->rows_free -= unit_rows(d->job, unit);
        u->begun = pace_now();
    }
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
        int leave = verifies(d) && any_alive(d); /* to the devices */
        if (s == UNIT_READY || (s == UNIT_FREE && !leave))
            *other = unit;
        else
            *other = leave ? d->job->n_units : unit_to_help(d, unit);
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
    struct unit *u = &d->units[unit];
    if (!u->claim)
        pace_cpu(&d->pace, pace_now() - u->begun, unit_rows(d->job, unit));
    u->state = UNIT_DONE;
    drop_claim(u);
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
