/* See evaluate_private.h: one run, on a device or here. */
#include "evaluate_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dsl/vm_memory.h"
#include "clock.h"
#include "value_out.h"

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

/* Runs a program; adds what it took to the accounts there are. */
static void run_timed(struct evaluating *v, const struct run_program *run, uint32_t program,
                      struct run_result *r)
{
    struct evaluator *e = v->e;
    struct account *a = v->options->account;
    struct program_lines *lines = a && a->lines && e->profile ? &a->lines[program] : NULL;
    int timed = a || e->profile;
    if (lines)
        e->profile->first_line = lines->first;
    uint64_t begin = timed ? clock_nanoseconds() : 0;
    e->engine->run(e->vm, run, r);
    if (!timed)
        return;
    uint64_t took = clock_nanoseconds() - begin;
    account_run(&e->took, r, took);
    if (a)
        account_run(&a->times[program], r, took);
    if (lines)
        account_lines(lines, e->profile);
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

/* The program at place k had that run done by a device: what it took. */
static void count_away(const struct evaluating *v, uint32_t k, const struct backend_run *b,
                       struct run_result *r)
{
    const struct account *a = v->options->account;
    const struct backend_took *took = v->ready->took;
    if (!a)
        return;
    took = took ? took + (b - v->ready->runs) : NULL;
    r->calls = took ? took->calls : 0;
    account_away(&a->times[v->list[k]], r, took ? took->nanoseconds : 0);
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

/* The item into the arena, once: 1, or -1 if it does not fit, -2: memory. */
static int need_item(struct evaluating *v, const struct task_item *item, int *begun)
{
    if (!v->planned && share_lines(v))
        return -2;
    v->planned = 1;
    if (*begun < 0)
        *begun = begin_item(v, item);
    return *begun ? 1 : -1;
}

/* ---- comparing ---- */

enum { SHOWN_VALUE = 400 };

/* What a run came to, as text for a difference; value: as text, or NULL. */
static void describe(const struct run_result *r, const char *value, char *to, size_t size)
{
    char error[64] = "";
    if (r->error != ERR_NONE)
        snprintf(error, sizeof error, " %s line %u", engine_error_name(r->error),
                 (unsigned)r->line);
    snprintf(to, size, "%s%s, fuel %llu, %sequal, digest %016llx%s%.*s",
             stream_outcome_name(r->outcome), error, (unsigned long long)r->fuel,
             r->equal ? "" : "not ", (unsigned long long)r->digest, value ? ", " : "", SHOWN_VALUE,
             value ? value : "");
}

/* The difference as a line, malloc'ed; NULL: memory. */
static char *describe_both(const struct evaluating *v, const struct task_item *item, uint32_t k,
                           const char *here, const char *there)
{
    const struct program_entry *p = &v->b->entries[v->list[k]];
    size_t n = strlen(p->id) + strlen(v->task->key) + strlen(here) + strlen(there) + 64;
    char *line = malloc(n);
    if (line)
        snprintf(line, n, "%s: %s %s %u: CPU: %s; device: %s", p->id, v->task->key,
                 item->part == STREAM_DEMO ? "demo" : "test", (unsigned)item->index, here, there);
    return line;
}

static int is_value(const struct run_result *r)
{
    return r->outcome == OUTCOME_OK || r->outcome == OUTCOME_OTHER;
}

/* Did two runs come to the same?  x, y: their values as text; NULL: not known. */
static int is_same(const struct run_result *a, const char *x, const struct run_result *b,
                   const char *y)
{
    return a->outcome == b->outcome && a->error == b->error && a->line == b->line &&
           a->fuel == b->fuel && !a->equal == !b->equal && a->digest == b->digest &&
           (!x || !y || strcmp(x, y) == 0);
}

/* Does the run here as well, into r, and notes whether the device's came to the same. */
static void compare(struct evaluating *v, const struct task_item *item, uint32_t k,
                    const struct backend_run *b, struct run_result *r)
{
    struct run_result far;
    char there[SHOWN_VALUE + 200], here[SHOWN_VALUE + 200], *x = NULL, *y = NULL, *line = NULL;
    take_run(b, &far);
    if (is_value(&far) && fetch_value(v, b, &far))
        x = value_out_text(v->e->vm, far.value);
    run_here(v, k, r);
    if (x && is_value(r))
        y = value_out_text(v->e->vm, r->value);
    int differs = !is_same(&far, x, r, y);
    if (differs && !y && is_value(r))
        y = value_out_text(v->e->vm, r->value);
    if (differs) {
        describe(&far, x, there, sizeof there);
        describe(r, y, here, sizeof here);
        line = describe_both(v, item, k, here, there);
    }
    differences_add(v->options->differences, differs, line);
    free(x);
    free(y);
}

/* ---- the run ---- */

int evaluate_run(struct evaluating *v, const struct task_item *item, uint32_t k, int *begun,
                 struct run_result *r)
{
    const struct backend_run *b = done_run(v, item, k);
    int ready;
    if (b && !v->options->differences) {
        take_run(b, r);
        int wanted = wants_output(v, item, k, r);
        if (wanted && (ready = need_item(v, item, begun)) < 0)
            return ready;
        if (!wanted || fetch_value(v, b, r)) {
            count_away(v, k, b, r);
            return wanted;
        }
    }
    if ((ready = need_item(v, item, begun)) < 0)
        return ready;
    if (b && v->options->differences)
        compare(v, item, k, b, r);
    else
        run_here(v, k, r);
    return wants_output(v, item, k, r);
}
