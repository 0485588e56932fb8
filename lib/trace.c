/* See trace.h. */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#include "../dsl/verify.h"
#include "../dsl/vm_memory.h"
#include "value_out.h"

struct tracer {
    const struct engine *engine;
    struct vm *vm;
    struct card card;
    uint8_t *scratch;
    uint64_t fuel, total;
};

/* Runs the function as if it returned the value of statement k. */
static enum trace_status run_prefix(struct tracer *t, struct parse *p, uint32_t f, uint32_t k,
                                    struct trace_line *out, const char **why, uint32_t *why_line)
{
    struct function *fn = &p->functions[f];
    struct stmt *last = &p->stmts[fn->first_stmt + k];
    int32_t var = last->var;
    uint32_t n = fn->n_stmts;
    struct program program;
    last->var = -1;
    fn->n_stmts = k + 1;
    card_reset(&t->card);
    enum compile_status status = compile_function(&t->card, p, f, &program);
    last->var = var;
    fn->n_stmts = n;
    if (status == COMPILE_NO_MEMORY)
        return TRACE_NO_MEMORY;
    *why = program.error;
    *why_line = program.error_line;
    for (uint32_t b = program.helper; status == COMPILE_OK && b <= program.body && !*why; b++)
        *why = t->card.bodies[b].n_code ? verify_body(&t->card, b, t->scratch) : NULL;
    if (*why)
        return TRACE_BAD_PROGRAM;
    struct run_program run = {engine_view(&t->card, program.helper), program.body,
                              program.n_params, t->fuel};
    t->engine->run(t->vm, &run, &out->result);
    return TRACE_OK;
}

static enum trace_status trace_stmt(struct tracer *t, struct parse *p, uint32_t f, uint32_t k,
                                    struct trace_line *l, const char **why, uint32_t *why_line)
{
    memset(l, 0, sizeof *l);
    enum trace_status status = run_prefix(t, p, f, k, l, why, why_line);
    if (status != TRACE_OK)
        return status;
    l->line = p->stmts[p->functions[f].first_stmt + k].line;
    l->source = parse_line_text(p, l->line, &l->n_source);
    l->total = l->result.fuel;
    l->cost = l->total - t->total;
    t->total = l->total;
    if (l->result.outcome != OUTCOME_OK && l->result.outcome != OUTCOME_OTHER)
        return TRACE_OK;
    l->value = value_out_text(t->vm, l->result.value);
    return l->value ? TRACE_OK : TRACE_NO_MEMORY;
}

static enum trace_status open_tracer(struct tracer *t, const struct run_item *item, uint64_t fuel)
{
    const struct card *stubs = engine_stubs();
    memset(t, 0, sizeof *t);
    card_init(&t->card);
    t->engine = engine_choose();
    t->fuel = fuel;
    if (!t->engine)
        return TRACE_NO_ENGINE;
    t->vm = stubs ? vm_memory_new(fuel, engine_view(stubs, 0)) : NULL;
    t->scratch = malloc(2 * BODY_MAX_REGS);
    return t->vm && t->scratch && t->engine->begin(t->vm, item) == 0 ? TRACE_OK : TRACE_NO_MEMORY;
}

enum trace_status trace_run(struct parse *p, uint32_t function, const struct run_item *item,
                            uint64_t fuel, void (*show)(void *x, const struct trace_line *line),
                            void *x, const char **why, uint32_t *why_line)
{
    struct tracer t;
    struct trace_line l;
    enum trace_status status = open_tracer(&t, item, fuel);
    const struct function *fn = &p->functions[function];
    uint32_t n = fn->error ? 1 : fn->n_stmts;
    for (uint32_t k = 0; k < n && status == TRACE_OK; k++) {
        status = fn->error ? TRACE_BAD_PROGRAM : trace_stmt(&t, p, function, k, &l, why, why_line);
        if (fn->error) {
            *why = fn->error;
            *why_line = (uint32_t)fn->error_line;
        }
        if (status != TRACE_OK)
            break;
        show(x, &l);
        free(l.value);
        if (l.result.outcome != OUTCOME_OK && l.result.outcome != OUTCOME_OTHER)
            break;
    }
    vm_memory_free(t.vm);
    card_free(&t.card);
    free(t.scratch);
    return status;
}
