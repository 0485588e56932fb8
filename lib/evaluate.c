/* See evaluate.h. */
#include "evaluate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../dsl/vm_memory.h"
#include "value_out.h"

int evaluator_open(struct evaluator *e, uint64_t fuel)
{
    const struct card *stubs = engine_stubs();
    memset(e, 0, sizeof *e);
    e->engine = engine_choose();
    if (!e->engine || !stubs)
        return -1;
    e->vm = vm_memory_new(fuel, engine_view(stubs, 0));
    e->share = calloc(1, sizeof *e->share);
    return e->vm && e->share ? 0 : -1;
}

void evaluator_close(struct evaluator *e)
{
    vm_memory_free(e->vm);
    if (e->share)
        share_free(e->share);
    free(e->share);
    free(e->kept);
    numbers_free(&e->outputs);
    free(e->position);
    free(e->failed);
    free(e->passed);
    memset(e, 0, sizeof *e);
}

/* The columns of one item, while they are filled. */
struct columns {
    uint8_t *outcome, *equal, *error;
    uint32_t *line, *output;
    uint64_t *fuel;
    struct stream_bytes *outputs;
    size_t *offsets; /* of outputs in the pack: n_outputs + 1 */
    uint32_t n_outputs;
    struct value_pack *pack;
};

/* One evaluation under way. */
struct evaluating {
    struct evaluator *e;
    const struct program_block *b;
    const struct task_entry *task;
    const uint32_t *list, *twins;
    uint32_t n;
    const struct evaluate_options *options;
    const struct evaluate_ready *ready;
    struct evaluation *out;
    struct columns *columns; /* by item */
    uint64_t *sig;
    uint32_t *twin; /* by place: 1 + place of its twin, or 0 */
    int samples;    /* a program takes S */
    int begun;      /* an item of this task was put into the arena */
};

static int size_scratch(struct evaluator *e, uint32_t n_list, uint32_t n_block)
{
    if (n_list > e->n_lists) {
        free(e->failed);
        free(e->passed);
        e->failed = malloc(n_list * sizeof *e->failed);
        e->passed = malloc(n_list * sizeof *e->passed);
        e->n_lists = e->failed && e->passed ? n_list : 0;
    }
    if (n_block > e->n_position) {
        free(e->position);
        e->position = calloc(n_block, sizeof *e->position);
        e->n_position = e->position ? n_block : 0;
    }
    return e->n_lists < n_list || e->n_position < n_block ? -1 : 0;
}

static int make_columns(struct evaluating *v, struct columns *c)
{
    struct pool *p = &v->out->pool;
    size_t n = v->n;
    c->outcome = pool_take(p, n);
    c->equal = pool_take(p, (n + 7) / 8);
    c->error = pool_take(p, n);
    c->line = pool_take(p, 4 * n);
    c->output = pool_take(p, 4 * n);
    c->outputs = pool_take(p, (n + 1) * sizeof *c->outputs);
    c->offsets = pool_take(p, (n + 2) * sizeof *c->offsets);
    c->fuel = v->options->keep == KEEP_ALL ? pool_take(p, 8 * n) : NULL;
    if (!c->outcome || !c->equal || !c->error || !c->line || !c->output || !c->outputs ||
        !c->offsets || (v->options->keep == KEEP_ALL && !c->fuel))
        return -1;
    memset(c->outcome, OUTCOME_SKIPPED, n);
    memset(c->equal, 0, (n + 7) / 8);
    memset(c->error, 0, n);
    memset(c->line, 0, 4 * n);
    memset(c->output, 0, 4 * n);
    if (c->fuel)
        memset(c->fuel, 0, 8 * n);
    c->offsets[0] = 0;
    return 0;
}

/* Places of twins in this list, whose own twin is in it as well. */
static void find_twins(struct evaluating *v)
{
    for (uint32_t k = 0; k < v->n; k++)
        v->e->position[v->list[k]] = k + 1;
    for (uint32_t k = 0; k < v->n; k++) {
        v->samples |= v->b->entries[v->list[k]].code.n_params == 3;
        uint32_t t = v->twins[v->list[k]];
        v->twin[k] = t ? v->e->position[t - 1] : 0;
    }
    for (uint32_t k = 0; k < v->n; k++)
        v->e->position[v->list[k]] = 0;
}

/* Stores the value that the machine holds, once: *number is 1 + its number, or 0 if it is too large
 * to be carried.  0, or -1 when memory is out. */
static int store_output(struct evaluating *v, struct columns *c, struct run_result *r,
                        uint32_t *number)
{
    struct value_pack *p = c->pack;
    size_t from = p->size;
    *number = 0;
    p->most = from + STREAM_MAX_VALUE;
    value_out_pack(v->e->vm, v->e->engine, r->value, p);
    if (p->over) {
        p->size = from;
        p->failed = p->over = false;
        return 0;
    }
    int64_t k = p->failed ? -1 : numbers_of(&v->e->outputs, r->digest, c->n_outputs);
    if (k < 0)
        return -1;
    if (k < c->n_outputs && c->offsets[k + 1] - c->offsets[k] == p->size - from &&
        memcmp(p->data + c->offsets[k], p->data + from, p->size - from) == 0) {
        p->size = from;
        *number = (uint32_t)k + 1;
        return 0;
    }
    c->offsets[++c->n_outputs] = p->size;
    *number = c->n_outputs;
    return 0;
}

static int wants_output(const struct evaluating *v, const struct task_item *item, uint32_t k,
                        const struct run_result *r)
{
    uint32_t demos = v->task->n_demo_items;
    if (r->outcome != OUTCOME_OK && r->outcome != OUTCOME_OTHER)
        return 0;
    switch (v->options->keep) {
    case KEEP_ALL:
        return 1;
    case KEEP_MATCH:
        return item->part == STREAM_DEMO ? r->equal : v->e->passed[k] > 0;
    case KEEP_PASSING:
        return item->part == STREAM_DEMO ? r->equal && v->e->failed[k] == 0
                                         : v->e->passed[k] == demos && demos > 0;
    default:
        return 0;
    }
}

static uint64_t nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void count_run(struct evaluating *v, uint32_t program, const struct run_result *r,
                      uint64_t took)
{
    struct run_times *t = &v->options->times[program];
    struct run_sums *s = r->fuel > BULK_UNITS ? &t->tail : &t->bulk;
    __atomic_fetch_add(&s->nanoseconds, took, __ATOMIC_RELAXED);
    __atomic_fetch_add(&s->runs, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&s->units, r->fuel, __ATOMIC_RELAXED);
    __atomic_fetch_add(&s->calls, r->calls, __ATOMIC_RELAXED);
}

/* Runs a program; with times, adds what it took to the program's account. */
static void run_timed(struct evaluating *v, const struct run_program *run, uint32_t program,
                      struct run_result *r)
{
    uint64_t begin = v->options->times ? nanoseconds() : 0;
    v->e->engine->run(v->e->vm, run, r);
    if (v->options->times)
        count_run(v, program, r, nanoseconds() - begin);
}
/* Puts the item into the arena, with the demonstrations if a program asks for them. */
static int begin_item(struct evaluating *v, const struct task_item *item)
{
    struct run_item in = {item->input, item->known ? &item->expected : NULL, v->task->demos,
                          v->samples ? v->task->n_demos : 0, v->options->give_c};
    numbers_reset(&v->e->outputs);
    vm_memory_share(v->e->vm, v->e->kept, v->begun);
    v->begun = v->e->engine->begin(v->e->vm, &in) == 0;
    return v->begun;
}

static void run_here(struct evaluating *v, uint32_t k, struct run_result *r)
{
    const struct program_entry *p = &v->b->entries[v->list[k]];
    const struct program_part *part = &v->b->parts[p->part];
    struct run_program run = {engine_view(&part->card, p->code.helper), p->code.body,
                              p->code.n_params, v->options->fuel};
    const struct share *s = v->e->share;
    if (!v->options->apart)
        vm_memory_lines(v->e->vm, s->lines + s->first[k], s->first[k + 1] - s->first[k]);
    run_timed(v, &run, v->list[k], r);
    if (r->fuel > 1000000)
        vm_memory_trim(v->e->vm);
}

/* What a device says of the run at place k of an item; NULL: it did not do it. */
static const struct backend_run *done_run(const struct evaluating *v, const struct task_item *item,
                                          uint32_t k)
{
    if (!v->ready)
        return NULL;
    size_t i = (size_t)(item - v->task->items);
    const struct backend_run *b = &v->ready->runs[(size_t)k * v->task->n_items + i];
    return b->done ? b : NULL;
}

/* The result of a run that a device did, without its value. */
static void take_run(const struct backend_run *b, struct run_result *r)
{
    memset(r, 0, sizeof *r);
    r->outcome = (enum outcome)b->outcome;
    r->error = (enum vm_error)b->error;
    r->line = b->line;
    r->equal = b->equal;
    r->fuel = b->fuel;
    r->digest = b->digest;
}

/* The value of a run that a device did, into the machine; 0: the run must be done here to have it.
 */
static int fetch_value(struct evaluating *v, const struct backend_run *b, struct run_result *r)
{
    const struct val *image = b->image ? (const struct val *)v->ready->images + b->image - 1 : NULL;
    if (b->equal)
        return value_out_expected(v->e->vm, &r->value);
    return image && value_out_take(v->e->vm, image + 1, b->units, image[0], &r->value);
}

/* The item into the arena, once; 0 if it does not fit. */
static int need_item(struct evaluating *v, const struct task_item *item, int *begun)
{
    if (*begun < 0)
        *begun = begin_item(v, item);
    return *begun;
}

/* One run, on a device or here, and its value if it is wanted.  1 if it is; -1: there is no room
 * for the item. */
static int run_somewhere(struct evaluating *v, const struct task_item *item, uint32_t k, int *begun,
                         struct run_result *r)
{
    const struct backend_run *b = done_run(v, item, k);
    if (b) {
        take_run(b, r);
        int wanted = wants_output(v, item, k, r);
        if (!wanted || (need_item(v, item, begun) && fetch_value(v, b, r))) {
            if (v->options->times)
                count_run(v, v->list[k], r, 0);
            return wanted;
        }
    }
    if (!need_item(v, item, begun))
        return -1;
    run_here(v, k, r);
    return wants_output(v, item, k, r);
}

static int run_one(struct evaluating *v, const struct task_item *item, struct columns *c,
                   uint32_t k, int *begun)
{
    struct run_result r;
    int wanted = run_somewhere(v, item, k, begun, &r);
    c->outcome[k] = (uint8_t)(wanted < 0 ? OUTCOME_LIMIT : r.outcome);
    if (wanted < 0)
        return 0;
    if (r.equal)
        c->equal[k >> 3] |= (uint8_t)(1 << (k & 7));
    c->error[k] = (uint8_t)(r.outcome == OUTCOME_ERROR ? r.error : 0);
    c->line[k] = r.line;
    if (c->fuel)
        c->fuel[k] = r.fuel;
    if (wanted && store_output(v, c, &r, &c->output[k]))
        return -1;
    if (item->part == STREAM_DEMO) {
        v->sig[k] = (v->sig[k] ^ r.digest) * 0x9e3779b97f4a7c15u;
        v->sig[k] ^= v->sig[k] >> 32;
        if (r.equal)
            v->e->passed[k]++;
        else
            v->e->failed[k]++;
    }
    return 0;
}

static void copy_twin(struct evaluating *v, const struct task_item *item, struct columns *c,
                      uint32_t k, uint32_t t)
{
    c->outcome[k] = c->outcome[t];
    c->error[k] = c->error[t];
    c->line[k] = c->line[t];
    c->output[k] = c->output[t];
    if (c->fuel)
        c->fuel[k] = c->fuel[t];
    if (stream_bit(c->equal, t))
        c->equal[k >> 3] |= (uint8_t)(1 << (k & 7));
    if (item->part == STREAM_DEMO) {
        v->sig[k] = v->sig[t];
        v->e->passed[k] = v->e->passed[t];
        v->e->failed[k] = v->e->failed[t];
    }
}

static int run_item(struct evaluating *v, const struct task_item *item, struct columns *c)
{
    int begun = -1; /* not yet: with a gate or a device there is often nothing left to run */
    for (uint32_t k = 0; k < v->n; k++) {
        const struct program_entry *p = &v->b->entries[v->list[k]];
        if (p->error) {
            c->outcome[k] = OUTCOME_SYNTAX;
        } else if (v->twin[k]) {
            copy_twin(v, item, c, k, v->twin[k] - 1);
        } else if (!v->options->gate || v->e->failed[k] < v->options->gate) {
            if (run_one(v, item, c, k, &begun))
                return -1;
        }
        v->out->counts[c->outcome[k]]++;
    }
    return 0;
}

static int any_u32(const uint32_t *x, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        if (x[k])
            return 1;
    return 0;
}

/* Drops the outputs of programs that did not earn them in the end (keep=passing, match). */
static void drop_outputs(struct evaluating *v)
{
    uint32_t demos = v->task->n_demo_items;
    if (v->options->keep == KEEP_ALL || v->options->keep == KEEP_BITS)
        return;
    for (uint32_t i = 0; i < v->task->n_items; i++)
        for (uint32_t k = 0; k < v->n; k++)
            if (v->options->keep == KEEP_MATCH ? !v->e->passed[k]
                                               : v->e->passed[k] != demos || demos == 0)
                v->columns[i].output[k] = 0;
}

/* Numbers the outputs still in use anew and points the table at them. */
static int finish_outputs(struct evaluating *v, struct columns *c)
{
    uint32_t n = 0, *number = pool_take(&v->out->pool, 4 * (size_t)(c->n_outputs + 1));
    if (!number)
        return -1;
    memset(number, 0, 4 * (size_t)(c->n_outputs + 1));
    for (uint32_t k = 0; k < v->n; k++) {
        uint32_t old = c->output[k];
        if (!old)
            continue;
        if (!number[old]) {
            struct stream_bytes *o = &c->outputs[n];
            number[old] = ++n;
            o->data = c->pack->data + c->offsets[old - 1];
            o->size = c->offsets[old] - c->offsets[old - 1];
        }
        c->output[k] = number[old];
    }
    c->n_outputs = n;
    return 0;
}

static int finish_item(struct evaluating *v, uint32_t i, struct stream_result_item *out)
{
    const struct task_item *item = &v->task->items[i];
    struct columns *c = &v->columns[i];
    if (finish_outputs(v, c))
        return -1;
    memset(out, 0, sizeof *out);
    out->part = item->part;
    out->index = item->index;
    out->known = item->known;
    out->outcome = c->outcome;
    out->equal = c->equal;
    out->line = any_u32(c->line, v->n) ? c->line : NULL;
    out->error = c->error;
    out->fuel = c->fuel;
    out->n_outputs = c->n_outputs;
    out->outputs = c->outputs;
    out->output = c->n_outputs ? c->output : NULL;
    return 0;
}

static int fill_entry(struct evaluating *v)
{
    struct stream_entry *e = &v->out->entry;
    uint32_t n_items = v->task->n_items;
    struct stream_result_item *items = pool_take(&v->out->pool, (n_items + 1) * sizeof *items);
    uint32_t *programs = pool_take(&v->out->pool, 4 * (size_t)v->n);
    if (!items || !programs)
        return -1;
    memcpy(programs, v->list, 4 * (size_t)v->n);
    e->task = v->task->key;
    e->n_demo = v->task->n_demo_items;
    e->n_test = v->task->n_test_items;
    e->n_known = v->task->n_known_tests;
    e->first = v->list[0];
    e->n = v->n;
    e->programs = v->list[v->n - 1] - v->list[0] + 1 == v->n ? NULL : programs;
    e->sig = v->sig;
    e->n_items = n_items;
    e->items = items;
    for (uint32_t i = 0; i < n_items; i++)
        if (finish_item(v, i, &items[i]))
            return -1;
    return 0;
}

/* Plans which lines the programs share, and makes room for what they come to. */
static int share_lines(struct evaluating *v)
{
    struct evaluator *e = v->e;
    if (share_plan(e->share, v->b, v->list, v->twin, v->n))
        return -1;
    if (e->share->n_slots > e->n_kept) {
        free(e->kept);
        e->kept = calloc(e->share->n_slots, sizeof *e->kept);
        e->n_kept = e->kept ? e->share->n_slots : 0;
    }
    return e->n_kept < e->share->n_slots ? -1 : 0;
}

static int prepare(struct evaluating *v)
{
    uint32_t n_items = v->task->n_items;
    struct pool *p = &v->out->pool;
    v->columns = pool_take(p, n_items * sizeof *v->columns + 1);
    v->sig = pool_take(p, 8 * (size_t)v->n);
    v->twin = pool_take(p, 4 * (size_t)v->n);
    v->out->packs = calloc(n_items + 1, sizeof *v->out->packs);
    if (!v->columns || !v->sig || !v->twin || !v->out->packs || size_scratch(v->e, v->n, v->b->n))
        return -1;
    v->out->n_packs = n_items;
    memset(v->columns, 0, n_items * sizeof *v->columns);
    memset(v->sig, 0, 8 * (size_t)v->n);
    memset(v->e->failed, 0, 4 * (size_t)v->n);
    memset(v->e->passed, 0, 4 * (size_t)v->n);
    for (uint32_t i = 0; i < n_items; i++) {
        v->columns[i].pack = &v->out->packs[i];
        if (make_columns(v, &v->columns[i]))
            return -1;
    }
    find_twins(v);
    return share_lines(v);
}

int evaluate(struct evaluator *e, const struct program_block *b, const struct task_entry *task,
             const uint32_t *list, const uint32_t *twins, uint32_t n,
             const struct evaluate_options *options, const struct evaluate_ready *ready,
             struct evaluation *out)
{
    struct evaluating v = {.e = e,
                           .b = b,
                           .task = task,
                           .list = list,
                           .twins = twins,
                           .n = n,
                           .options = options,
                           .ready = ready,
                           .out = out};
    memset(out, 0, sizeof *out);
    if (prepare(&v))
        return -1;
    for (uint32_t i = 0; i < task->n_items; i++)
        if (run_item(&v, &task->items[i], &v.columns[i]))
            return -1;
    drop_outputs(&v);
    return fill_entry(&v);
}

void evaluation_free(struct evaluation *v)
{
    for (uint32_t k = 0; k < v->n_packs; k++)
        value_pack_free(&v->packs[k]);
    free(v->packs);
    pool_free(&v->pool);
    memset(v, 0, sizeof *v);
}
