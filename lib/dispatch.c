/* See dispatch.h. */
#include "dispatch_private.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* ---- the devices' threads ---- */

/* Runs one claim; the lock is held before and after. */
static void work(struct dispatch *d, struct device *v, struct claim *c)
{
    const struct dispatch_job *job = d->job;
    v->working = 1;
    dispatch_count_working(v, 1);
    pthread_mutex_unlock(&d->lock);
    uint64_t begun = clock_nanoseconds();
    int no_memory = dispatch_make_rows(job, c);
    int status = no_memory ? BACKEND_DONE : v->backend->run(v->backend, &c->batch);
    pthread_mutex_lock(&d->lock);
    v->working = 0;
    dispatch_count_working(v, -1);
    v->rows_max = v->backend->rows_max;
    if (c->batch.n_rows) /* in pairs, as the CPU's threads are measured */
        pace_batch(&v->pace, clock_nanoseconds() - begun, c->n_pairs);
    v->broken = status != BACKEND_DONE;
    if (no_memory)
        dispatch_no_memory(v);
    v->n_fallbacks += (uint64_t)v->broken;
    dispatch_settle(d, c, !v->broken);
}

static void *run_device(void *arg)
{
    struct device *v = arg;
    struct dispatch *d = v->owner;
    pthread_mutex_lock(&d->lock);
    while (!d->quit) {
        struct claim *c = d->job && !v->broken ? dispatch_new_claim(d, v) : NULL;
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
        v[k].rows_max = devices[k]->rows_max;
        v[k].first = dispatch_first_part(v, k);
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
        d->rows_free += dispatch_unit_rows(job, k);
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
        dispatch_free_claim(u->claim);
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
    for (size_t k = dispatch_horizon(d); k-- > unit + 1;)
        if (d->units[k].state == UNIT_FREE)
            return k;
    return d->job->n_units;
}

static void take_unit(struct dispatch *d, size_t unit, struct evaluate_ready *ready)
{
    struct unit *u = &d->units[unit];
    if (u->state == UNIT_FREE) {
        d->rows_free -= dispatch_unit_rows(d->job, unit);
        u->begun = clock_nanoseconds();
    }
    u->state = UNIT_TAKEN;
    ready->runs = u->claim ? u->claim->batch.runs + u->first_run : NULL;
    ready->took = u->claim && u->claim->batch.took ? u->claim->batch.took + u->first_run : NULL;
    ready->images = u->claim ? u->claim->batch.images : NULL;
}

int dispatch_next(struct dispatch *d, size_t unit, size_t *other, struct evaluate_ready *ready)
{
    int found = 0;
    pthread_mutex_lock(&d->lock);
    while (!found && d->units[unit].state != UNIT_DONE) {
        enum unit_state s = d->units[unit].state;
        int leave = dispatch_verifies(d) && any_alive(d); /* to the devices */
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
        pace_cpu(&d->pace, clock_nanoseconds() - u->begun, dispatch_unit_rows(d->job, unit));
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
        if (d->devices[k].broken && !d->devices[k].first->told) {
            d->devices[k].first->told = 1;
            b = d->devices[k].backend;
        }
    pthread_mutex_unlock(&d->lock);
    return b;
}
