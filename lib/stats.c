/* See stats.h. */
#include "stats.h"

#include <stdlib.h>

#include "clock.h"
#include "times.h"

enum { MAX_DEVICES = 256 };

static json_t *integer(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static double seconds(uint64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

static double per_second(uint64_t n, uint64_t nanoseconds)
{
    return nanoseconds ? (double)n / seconds(nanoseconds) : 0;
}

/* ---- outcomes ---- */

static json_t *outcomes(const struct matrix *m)
{
    json_t *o = json_object();
    for (int k = 0; k <= OUTCOME_SKIPPED; k++)
        json_object_set_new(o, stream_outcome_name((enum outcome)k), integer(m->counts[k]));
    return o;
}

/* ---- the CPU ---- */

/* What all threads did together. */
struct cpu {
    int n_threads;
    struct run_times took;
    struct profile_sum accounts[PROFILE_ACCOUNTS];
    uint64_t ticks; /* of all accounts */
};

static void add_sums(struct run_sums *to, const struct run_sums *s)
{
    to->runs += s->runs;
    to->nanoseconds += s->nanoseconds;
    to->units += s->units;
    to->calls += s->calls;
}

static struct cpu cpu_of(const struct matrix *m)
{
    struct cpu c = {.n_threads = m->workers && m->evaluators ? workers_count(m->workers) : 0};
    for (int t = 0; t < c.n_threads; t++) {
        const struct evaluator *e = &m->evaluators[t];
        add_sums(&c.took.bulk, &e->took.bulk);
        add_sums(&c.took.tail, &e->took.tail);
        for (int k = 0; k < PROFILE_ACCOUNTS && e->profile; k++) {
            const struct profile_sum *from = &e->profile->accounts[k];
            c.accounts[k].calls += from->calls;
            c.accounts[k].units += from->units;
            c.accounts[k].ticks += from->ticks;
            c.ticks += from->ticks;
        }
    }
    return c;
}

static json_t *cpu_json(const struct cpu *c)
{
    const struct engine *e = engine_choose();
    json_t *o = json_pack("{s:s, s:i}", "engine", e ? e->name : "", "threads", c->n_threads);
    times_add(o, &c->took);
    return o;
}

/* ---- primitives ---- */

static void add_account(json_t *to, const struct cpu *c, int account)
{
    const struct profile_sum *s = &c->accounts[account];
    double share = c->ticks ? (double)s->ticks / (double)c->ticks : 0;
    struct run_sums all = account_sum(&c->took);
    json_object_set_new(to, "calls", integer(s->calls));
    json_object_set_new(to, "units", integer(s->units));
    json_object_set_new(to, "us", json_real(share * (double)all.nanoseconds / 1e3));
    json_object_set_new(to, "share", json_real(share));
}

struct ranked {
    uint64_t ticks;
    int op;
};

/* Heaviest first, then as in ops.def. */
static int heavier(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->ticks == y->ticks ? x->op - y->op : x->ticks < y->ticks ? 1 : -1;
}

/* Those that were called. */
static json_t *primitives(const struct cpu *c)
{
    struct ranked order[OP_COUNT];
    size_t n = 0;
    json_t *all = json_array();
    for (int k = 0; k < OP_COUNT; k++)
        if (c->accounts[k].calls || c->accounts[k].ticks)
            order[n++] = (struct ranked){c->accounts[k].ticks, k};
    qsort(order, n, sizeof *order, heavier);
    for (size_t k = 0; k < n; k++) {
        json_t *o = json_pack("{s:s}", "name", op_table[order[k].op].name);
        add_account(o, c, order[k].op);
        json_array_append_new(all, o);
    }
    return all;
}

/* What is no primitive's. */
static json_t *others(const struct cpu *c)
{
    static const char *const names[] = {"machine", "result", "compiled_away", "shared"};
    json_t *all = json_object();
    for (int k = PROFILE_MACHINE; k < PROFILE_ACCOUNTS; k++) {
        json_t *o = json_object();
        add_account(o, c, k);
        json_object_set_new(all, names[k - PROFILE_MACHINE], o);
    }
    return all;
}

/* ---- devices ---- */

static json_t *device_json(const struct dispatch_device *d)
{
    const struct backend_traffic *t = &d->traffic;
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(d->name));
    json_object_set_new(o, "parts", integer(d->n_parts));
    json_object_set_new(o, "batches", integer(d->n_batches));
    json_object_set_new(o, "runs", integer(d->n_runs));
    json_object_set_new(o, "seconds", json_real(seconds(d->nanoseconds)));
    json_object_set_new(o, "runs_per_second", json_real(per_second(d->n_runs, d->nanoseconds)));
    json_object_set_new(o, "bytes_up", integer(t->bytes_up));
    json_object_set_new(o, "bytes_down", integer(t->bytes_down));
    json_object_set_new(o, "left", integer(d->n_left));
    json_object_set_new(o, "yields", integer(t->yielded));
    json_object_set_new(o, "crowded", integer(t->crowded));
    json_object_set_new(o, "overflows", integer(t->full));
    json_object_set_new(o, "grown", integer(t->grown));
    json_object_set_new(o, "shared", integer(t->shared));
    json_object_set_new(o, "fallbacks", integer(d->n_fallbacks));
    json_object_set_new(o, "broken", integer(d->n_broken));
    if (d->reason)
        json_object_set_new(o, "reason", json_string(d->reason));
    return o;
}

/* *runs: raised by those of all devices. */
static json_t *devices(const struct matrix *m, uint64_t *runs)
{
    struct dispatch_device d[MAX_DEVICES];
    uint32_t n = m->dispatch ? dispatch_devices(m->dispatch, d, MAX_DEVICES) : 0;
    json_t *all = json_array();
    for (uint32_t k = 0; k < n; k++) {
        *runs += d[k].n_runs;
        json_array_append_new(all, device_json(&d[k]));
    }
    return all;
}

/* ---- all of it ---- */

int stats_print(FILE *file, const struct stats *s, const struct matrix *m,
                const struct heavy *heavy)
{
    uint64_t now = clock_nanoseconds(), running = s->running ? now - s->running - s->opening : 0;
    struct cpu c = cpu_of(m);
    uint64_t runs = account_sum(&c.took).runs;
    json_t *o = json_object(), *far = devices(m, &runs);
    json_object_set_new(o, "tasks", integer(m->tasks.n));
    json_object_set_new(o, "items", integer(m->tasks.n_items));
    json_object_set_new(o, "programs", integer(m->n_programs));
    json_object_set_new(o, "outcomes", outcomes(m));
    if (!s->brief)
        json_object_set_new(o, "runs", integer(runs));
    json_object_set_new(o, "seconds", json_real(seconds(now - s->started)));
    json_object_set_new(o, "startup_seconds", json_real(seconds(now - s->started - running)));
    if (!s->brief)
        json_object_set_new(o, "runs_per_second", json_real(per_second(runs, running)));
    json_object_set_new(o, "devices", far);
    if (!s->brief) {
        json_object_set_new(o, "cpu", cpu_json(&c));
        json_object_set_new(o, "primitives", primitives(&c));
        json_object_set_new(o, "others", others(&c));
    }
    if (heavy)
        json_object_set_new(o, "heaviest", heavy_json(heavy));
    int failed = json_dumpf(o, file, JSON_COMPACT | JSON_REAL_PRECISION(12));
    fputc('\n', file);
    json_decref(o);
    return failed;
}
