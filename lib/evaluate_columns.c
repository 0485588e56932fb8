/* See evaluate_private.h: the columns of an entry, and the outputs in them. */
#include "evaluate_private.h"

#include <string.h>

#include "value_out.h"

int evaluate_make_columns(struct evaluating *v, struct columns *c)
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

int evaluate_store(struct evaluating *v, struct columns *c, const struct run_result *r,
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

int evaluate_fill_entry(struct evaluating *v)
{
    drop_outputs(v);
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
