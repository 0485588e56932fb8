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

/* Programs that could not be parsed, by what stood in the way. */
static json_t *constructs(const struct matrix *m)
{
    const struct constructs c = constructs_ranked(&m->syntax);
    json_t *o = json_object();
    for (uint32_t k = 0; k < c.n_kinds; k++)
        json_object_set_new(o, c.kinds[k].name, integer(c.kinds[k].n));
    if (c.n_other)
        json_object_set_new(o, "other", integer(c.n_other));
    return o;
}

/* ---- the CPU ---- */

/* What all threads did together. */
struct cpu {
    int n_threads;
    struct run_times took;
    struct profile_sum accounts[PROFILE_ACCOUNTS];
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
        if (e->profile)
            account_add(c.accounts, e->profile->accounts, PROFILE_ACCOUNTS);
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

/* The accounts of the CPU, or of a device. */
struct accounts {
    const struct profile_sum *sums; /* PROFILE_ACCOUNTS */
    uint64_t ticks;                 /* of all of them, and of what else there is */
    int timed;                      /* 0: nobody knows how long these are */
    uint64_t nanoseconds;           /* that they are */
};

static uint64_t ticks_of(const struct profile_sum *sums)
{
    uint64_t ticks = 0;
    for (int k = 0; k < PROFILE_ACCOUNTS; k++)
        ticks += sums[k].ticks;
    return ticks;
}

static void add_account(json_t *to, const struct accounts *a, const struct profile_sum *s)
{
    double share = a->ticks ? (double)s->ticks / (double)a->ticks : 0;
    json_object_set_new(to, "calls", integer(s->calls));
    json_object_set_new(to, "units", integer(s->units));
    if (a->timed)
        json_object_set_new(to, "us", json_real(share * (double)a->nanoseconds / 1e3));
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
static json_t *primitives(const struct accounts *a)
{
    struct ranked order[OP_COUNT];
    size_t n = 0;
    json_t *all = json_array();
    for (int k = 0; k < OP_COUNT; k++)
        if (a->sums[k].calls || a->sums[k].ticks)
            order[n++] = (struct ranked){a->sums[k].ticks, k};
    qsort(order, n, sizeof *order, heavier);
    for (size_t k = 0; k < n; k++) {
        json_t *o = json_pack("{s:s}", "name", op_table[order[k].op].name);
        add_account(o, a, &a->sums[order[k].op]);
        json_array_append_new(all, o);
    }
    return all;
}

static void add_other(json_t *to, const char *name, const struct accounts *a,
                      const struct profile_sum *s)
{
    json_t *o = json_object();
    add_account(o, a, s);
    json_object_set_new(to, name, o);
}

/* What is no primitive's; n of the accounts from PROFILE_MACHINE on. */
static json_t *others(const struct accounts *a, int n)
{
    static const char *const names[] = {"machine", "result", "compiled_away", "shared"};
    json_t *all = json_object();
    for (int k = 0; k < n; k++)
        add_other(all, names[k], a, &a->sums[PROFILE_MACHINE + k]);
    return all;
}

static void add_cpu(json_t *to, const struct cpu *c)
{
    const struct accounts a = {c->accounts, ticks_of(c->accounts), 1,
                               account_sum(&c->took).nanoseconds};
    json_object_set_new(to, "cpu", cpu_json(c));
    json_object_set_new(to, "primitives", primitives(&a));
    json_object_set_new(to, "others", others(&a, PROFILE_ACCOUNTS - PROFILE_MACHINE));
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
    json_object_set_new(o, "no_room", integer(t->no_room));
    json_object_set_new(o, "halved", integer(t->halved));
    json_object_set_new(o, "overflows", integer(t->full));
    json_object_set_new(o, "grown", integer(t->grown));
    json_object_set_new(o, "shared", integer(t->shared));
    json_object_set_new(o, "fallbacks", integer(d->n_fallbacks));
    json_object_set_new(o, "broken", integer(d->n_broken));
    if (d->reason)
        json_object_set_new(o, "reason", json_string(d->reason));
    return o;
}

/* Where the time of a device's runs went; devices share no lines. */
static void add_profile(json_t *to, struct dispatch *dispatch, const char *device)
{
    struct backend_profile p = {0};
    dispatch_profile(dispatch, device, &p);
    const struct accounts a = {p.accounts, ticks_of(p.accounts) + p.moving.ticks + p.vain.ticks, 0,
                               0};
    uint64_t calls = 0, units = 0;
    for (int k = 0; k < PROFILE_ACCOUNTS; k++) {
        calls += p.accounts[k].calls;
        units += p.accounts[k].units;
    }
    json_object_set_new(to, "calls", integer(calls));
    json_object_set_new(to, "units", integer(units));
    json_object_set_new(to, "primitives", primitives(&a));
    json_t *rest = others(&a, PROFILE_SHARED - PROFILE_MACHINE);
    add_other(rest, "moving", &a, &p.moving);
    add_other(rest, "in_vain", &a, &p.vain);
    json_object_set_new(to, "others", rest);
}

/* *runs: raised by those of all devices. */
static json_t *devices(const struct matrix *m, uint64_t *runs)
{
    struct dispatch_device d[MAX_DEVICES];
    uint32_t n = m->dispatch ? dispatch_devices(m->dispatch, d, MAX_DEVICES) : 0;
    json_t *all = json_array();
    for (uint32_t k = 0; k < n; k++) {
        *runs += d[k].n_runs;
        json_t *o = device_json(&d[k]);
        if (d[k].n_profiles)
            add_profile(o, m->dispatch, d[k].name);
        json_array_append_new(all, o);
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
    json_object_set_new(o, "constructs", constructs(m));
    if (!s->brief)
        json_object_set_new(o, "runs", integer(runs));
    json_object_set_new(o, "seconds", json_real(seconds(now - s->started)));
    json_object_set_new(o, "startup_seconds", json_real(seconds(now - s->started - running)));
    if (!s->brief)
        json_object_set_new(o, "runs_per_second", json_real(per_second(runs, running)));
    json_object_set_new(o, "devices", far);
    if (!s->brief)
        add_cpu(o, &c);
    if (heavy)
        json_object_set_new(o, "heaviest", heavy_json(heavy));
    int failed = json_dumpf(o, file, JSON_COMPACT | JSON_REAL_PRECISION(12));
    fputc('\n', file);
    json_decref(o);
    return failed;
}
