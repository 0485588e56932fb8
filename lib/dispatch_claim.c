/* Claims: which units a device takes for its next batch, and what becomes of them.  See dispatch.h.
 */
#include "dispatch_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Units that devices and helpers may be ahead of what was written, in batches of each device. */
enum { AHEAD_BATCHES = 3, AHEAD_PER_THREAD = 16 };

void dispatch_free_claim(struct claim *c)
{
    if (!c)
        return;
    free(c->batch.runs);
    free(c->batch.took);
    free(c->batch.images);
    free(c->rows);
    free(c->units);
    free(c->first_run);
    free(c);
}

uint32_t dispatch_unit_rows(const struct dispatch_job *j, size_t unit)
{
    uint32_t t = j->tasks_used[unit];
    return j->first[t + 1] - j->first[t];
}

size_t dispatch_horizon(const struct dispatch *d)
{
    const struct dispatch_job *j = d->job;
    size_t end = d->written + (size_t)d->threads * AHEAD_PER_THREAD;
    uint64_t rows = 0, most = 0;
    for (uint32_t k = 0; k < d->n_devices; k++)
        most += (uint64_t)d->devices[k].rows_max * AHEAD_BATCHES;
    size_t k = d->written;
    while (k < j->n_units && rows < most)
        rows += dispatch_unit_rows(j, k++);
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

int dispatch_verifies(const struct dispatch *d)
{
    return d->job->options->differences != NULL;
}

/* How many rows the device should claim now: by what all have done so far; 0: none. */
static uint64_t share_of(struct dispatch *d, struct device *v)
{
    double others = 0;
    if (dispatch_verifies(d))
        return v->rows_max;
    for (uint32_t k = 0; k < d->n_devices; k++)
        others += &d->devices[k] == v || d->devices[k].broken ? 0 : d->devices[k].pace.rate;
    uint64_t rows = pace_share(&d->pace, &v->pace, d->threads, others, d->rows_free);
    if (!rows && !v->looked)
        pace_refused(&v->pace);
    return rows < v->rows_max ? rows : v->rows_max;
}

/* How many free units are up to the device's measure, and their rows; *n = 0: none, or too few to
 * be worth the way. */
static uint64_t count_units(struct dispatch *d, struct device *v, size_t *n)
{
    uint64_t rows = 0, share = share_of(d, v);
    size_t end = share ? dispatch_horizon(d) : 0;
    *n = 0;
    for (size_t k = next_free(d, end); k < end && rows < share; k++)
        if (d->units[k].state == UNIT_FREE) {
            rows += dispatch_unit_rows(d->job, k);
            ++*n;
        }
    if (rows < v->backend->rows_min && !dispatch_verifies(d))
        *n = 0;
    return rows;
}

/* Marks the first n free units as claimed. */
static void claim_units(struct dispatch *d, struct claim *c, size_t n)
{
    for (size_t k = d->next; c->n_units < n; k++)
        if (d->units[k].state == UNIT_FREE) {
            d->units[k].state = UNIT_CLAIMED;
            c->units[c->n_units++] = k;
        }
    c->n_left = n;
    d->rows_free -= c->n_pairs;
}

int dispatch_make_rows(const struct dispatch_job *j, struct claim *c)
{
    struct backend_batch *b = &c->batch;
    uint64_t n_rows = 0, n_runs = 0;
    for (size_t k = 0; k < c->n_units; k++)
        n_rows += dispatch_unit_rows(j, c->units[k]);
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
    if (!j->options->account)
        return b->runs ? 0 : -1;
    if (!j->options->differences) /* with which runs count as they are done here */
        b->lines = j->options->account->lines;
    b->took = b->runs ? calloc(n_runs + 1, sizeof *b->took) : NULL;
    return b->took ? 0 : -1;
}

void dispatch_no_memory(struct device *v)
{
    snprintf(v->backend->reason, sizeof v->backend->reason, "out of memory on the host");
    v->broken = 1;
    pthread_cond_broadcast(&v->owner->changed);
}

/* A device asks at every change, mostly in vain: memory is taken once there is something to do. */
struct claim *dispatch_new_claim(struct dispatch *d, struct device *v)
{
    size_t n;
    uint64_t rows = count_units(d, v, &n);
    struct claim *c = n ? calloc(1, sizeof *c) : NULL;
    if (!n)
        return NULL;
    if (!c || !(c->units = malloc(n * sizeof *c->units))) {
        dispatch_free_claim(c);
        dispatch_no_memory(v);
        return NULL;
    }
    const struct evaluate_options *o = d->job->options;
    c->batch = (struct backend_batch){.block = d->job->block,
                                      .tasks = d->job->tasks,
                                      .fuel = o->fuel,
                                      .gate = o->gate,
                                      .keep = o->keep,
                                      .give_c = o->give_c};
    c->n_pairs = rows;
    claim_units(d, c, n);
    return c;
}

void dispatch_settle(struct dispatch *d, struct claim *c, int done)
{
    for (size_t k = 0; k < c->n_units; k++) {
        struct unit *u = &d->units[c->units[k]];
        u->state = done ? UNIT_READY : UNIT_FREE;
        u->claim = done ? c : NULL;
        u->first_run = done ? c->first_run[k] : 0;
        if (!done && d->job) { /* NULL: the job has been given up meanwhile */
            d->rows_free += dispatch_unit_rows(d->job, c->units[k]);
            d->next = c->units[k] < d->next ? c->units[k] : d->next;
        }
    }
    if (!done)
        dispatch_free_claim(c);
    pthread_cond_broadcast(&d->changed);
}
