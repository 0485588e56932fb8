/* See evaluate.h. */
#include "evaluate_private.h"

#include <stdlib.h>
#include <string.h>

#include "../dsl/vm_memory.h"

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

int evaluator_profile(struct evaluator *e)
{
    e->profile = calloc(1, sizeof *e->profile);
    if (!e->profile)
        return -1;
    e->profile->n_lines = PROFILE_LINES;
    e->profile->lines = calloc(PROFILE_LINES + 1, sizeof *e->profile->lines);
    if (!e->profile->lines)
        return -1;
    vm_memory_profile(e->vm, e->profile);
    return 0;
}

void evaluator_close(struct evaluator *e)
{
    vm_memory_free(e->vm);
    if (e->share)
        share_free(e->share);
    free(e->share);
    free(e->kept);
    if (e->profile)
        free(e->profile->lines);
    free(e->profile);
    numbers_free(&e->outputs);
    free(e->position);
    free(e->failed);
    free(e->passed);
    memset(e, 0, sizeof *e);
}

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

static int run_one(struct evaluating *v, const struct task_item *item, struct columns *c,
                   uint32_t k, int *begun)
{
    struct run_result r;
    int wanted = evaluate_run(v, item, k, begun, &r);
    if (wanted == -2)
        return -1;
    c->outcome[k] = (uint8_t)(wanted < 0 ? OUTCOME_LIMIT : r.outcome);
    if (wanted < 0)
        return 0;
    if (r.equal)
        c->equal[k >> 3] |= (uint8_t)(1 << (k & 7));
    c->error[k] = (uint8_t)(r.outcome == OUTCOME_ERROR ? r.error : 0);
    c->line[k] = r.line;
    if (c->fuel)
        c->fuel[k] = r.fuel;
    if (wanted && evaluate_store(v, c, &r, &c->output[k]))
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
        if (evaluate_make_columns(v, &v->columns[i]))
            return -1;
    }
    find_twins(v);
    return 0;
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
    return evaluate_fill_entry(&v);
}

void evaluation_free(struct evaluation *v)
{
    for (uint32_t k = 0; k < v->n_packs; k++)
        value_pack_free(&v->packs[k]);
    free(v->packs);
    pool_free(&v->pool);
    memset(v, 0, sizeof *v);
}
