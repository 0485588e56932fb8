/* See matrix.h. */
#include "matrix_private.h"

#include <stdlib.h>
#include <string.h>

int matrix_take_devices(struct matrix *m, struct backend **devices, uint32_t n)
{
    m->dispatch = n ? dispatch_new(devices, n, m->n_threads) : NULL;
    return n && !m->dispatch ? MATRIX_NO_MEMORY : MATRIX_OK;
}

int matrix_open(struct matrix *m, int n_threads, struct backend **devices, uint32_t n_devices)
{
    m->n_threads = n_threads;
    if (matrix_take_devices(m, devices, n_devices))
        return MATRIX_NO_MEMORY;
    m->workers = workers_new(n_threads);
    m->evaluators = calloc((size_t)n_threads, sizeof *m->evaluators);
    m->met = calloc((size_t)m->tasks.n + 1, 1);
    if (!m->workers || !m->evaluators || !m->met)
        return MATRIX_NO_MEMORY;
    if (!engine_choose())
        return MATRIX_NO_ENGINE;
    for (int k = 0; k < n_threads; k++)
        if (evaluator_open(&m->evaluators[k], m->options.fuel) ||
            (m->want_profile && evaluator_profile(&m->evaluators[k])))
            return MATRIX_NO_MEMORY;
    return MATRIX_OK;
}

void matrix_close(struct matrix *m)
{
    for (int k = 0; m->evaluators && m->workers && k < workers_count(m->workers); k++)
        evaluator_close(&m->evaluators[k]);
    free(m->evaluators);
    account_free(&m->account);
    free(m->met);
    workers_free(m->workers);
    dispatch_free(m->dispatch);
    tasks_free(&m->tasks);
    memset(m, 0, sizeof *m);
}

/* ---- compiling ---- */

static int compile_part(void *x, int thread, size_t unit)
{
    struct program_block *b = x;
    (void)thread;
    return programs_compile(b, (uint32_t)unit);
}

int matrix_compile(struct matrix *m, struct program_block *b)
{
    return workers_run(m->workers, b->n_parts, compile_part, NULL, b) ? MATRIX_NO_MEMORY
                                                                      : MATRIX_OK;
}

static void drop_bad(struct program_block *b)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < b->n; k++)
        if (!b->entries[k].bad)
            b->entries[n++] = b->entries[k];
    b->n = n;
}

/* ---- running ---- */

static int evaluate_unit(struct matrix *m, int thread, size_t unit,
                         const struct evaluate_ready *ready)
{
    uint32_t t = m->tasks_used[unit];
    return evaluate(&m->evaluators[thread], m->block, &m->tasks.entries[t], m->list + m->first[t],
                    m->twins, m->first[t + 1] - m->first[t], &m->options, ready, &m->results[unit])
               ? MATRIX_NO_MEMORY
               : 0;
}

static int run_unit(void *x, int thread, size_t unit)
{
    struct matrix *m = x;
    struct evaluate_ready ready;
    size_t other;
    int status = 0;
    if (!m->dispatch)
        return evaluate_unit(m, thread, unit, NULL);
    while (!status && dispatch_next(m->dispatch, unit, &other, &ready)) {
        status = evaluate_unit(m, thread, other, ready.runs ? &ready : NULL);
        dispatch_done(m->dispatch, other);
    }
    return status;
}

static int emit_unit(void *x, size_t unit)
{
    struct matrix *m = x;
    struct evaluation *v = &m->results[unit];
    m->write_status = stream_write_entry(m->writer, m->block_no, &v->entry);
    for (int k = 0; k <= OUTCOME_SKIPPED; k++)
        m->counts[k] += v->counts[k];
    evaluation_free(v);
    if (m->dispatch)
        dispatch_written(m->dispatch, unit + 1);
    if (m->progress)
        m->progress(m, unit + 1);
    return m->write_status ? MATRIX_WRITE_FAILED : 0;
}

static int write_table(struct matrix *m, const struct programs *src)
{
    struct program_block *b = m->block;
    struct pool *p = &b->pool;
    uint32_t n_errors = 0;
    const char **ids = pool_take(p, (b->n + 1) * sizeof *ids);
    uint32_t *source = pool_take(p, 4 * (size_t)b->n + 4),
             *lines = pool_take(p, 4 * (size_t)b->n + 4);
    uint64_t *digest = pool_take(p, 8 * (size_t)b->n + 8);
    struct stream_program_error *errors = pool_take(p, (b->n + 1) * sizeof *errors);
    if (!ids || !source || !lines || !digest || !errors)
        return MATRIX_NO_MEMORY;
    for (uint32_t k = 0; k < b->n; k++) {
        const struct program_entry *e = &b->entries[k];
        ids[k] = e->id;
        source[k] = e->source;
        lines[k] = e->error ? 0 : e->code.n_lines;
        digest[k] = e->digest;
        if (e->error) {
            struct stream_program_error *err = &errors[n_errors++];
            err->program = k;
            err->line = e->error_line;
            err->reason = e->error;
        }
    }
    struct stream_programs t = {
        m->block_no, b->n,   ids,   src->n_sources, (const char *const *)src->sources,
        source,      digest, lines, n_errors,       errors};
    m->write_status = stream_write_programs(m->writer, &t);
    return m->write_status ? MATRIX_WRITE_FAILED : 0;
}

static int run_block(struct matrix *m, const struct programs *src)
{
    size_t n_units = 0;
    int status = matrix_pair(m);
    if (!status)
        status = write_table(m, src);
    if (status)
        return status;
    for (uint32_t t = 0; t < m->tasks.n; t++) {
        if (m->first[t + 1] == m->first[t])
            continue;
        m->tasks_used[n_units++] = t;
        m->met[t] = 1;
    }
    m->results = calloc(n_units + 1, sizeof *m->results);
    m->options.account = m->want_times ? &m->account : NULL;
    if (!m->results ||
        (m->want_times && account_begin(&m->account, m->block, m->want_lines)))
        return MATRIX_NO_MEMORY;
    if (m->paired)
        m->paired(m);
    m->job = (struct dispatch_job){m->block, &m->tasks, m->tasks_used, m->first,
                                   m->list,  m->twins,  n_units,       &m->options};
    if (m->dispatch && dispatch_begin(m->dispatch, &m->job))
        return MATRIX_NO_MEMORY;
    m->n_units = n_units;
    status = workers_run(m->workers, n_units, run_unit, emit_unit, m);
    if (m->dispatch)
        dispatch_end(m->dispatch);
    if (!status && (m->write_status = stream_flush(m->writer)))
        status = MATRIX_WRITE_FAILED;
    for (size_t k = 0; k < n_units && status; k++)
        evaluation_free(&m->results[k]);
    return status;
}

int matrix_run(struct matrix *m, struct program_block *b, const struct programs *src,
               struct stream_writer *w)
{
    int status = MATRIX_OK;
    drop_bad(b);
    m->block = b;
    m->writer = w;
    m->block_no = m->n_blocks;
    if (b->n) {
        m->n_blocks++;
        status = run_block(m, src);
        m->n_programs += b->n;
    }
    free(m->twins);
    free(m->first);
    free(m->list);
    free(m->tasks_used);
    free(m->results);
    m->twins = m->first = m->list = m->tasks_used = NULL;
    m->results = NULL;
    return status;
}

/* Entries belong to a block: these to one of no programs. */
static int write_empty_table(struct matrix *m, struct stream_writer *w)
{
    const uint32_t none = 0;
    const struct stream_programs t = {.block = m->n_blocks++, .source = &none, .lines = &none};
    return m->write_status = stream_write_programs(w, &t);
}

int matrix_write_idle(struct matrix *m, struct stream_writer *w)
{
    uint32_t block = m->n_blocks;
    for (uint32_t t = 0; t < m->tasks.n; t++) {
        const struct task_entry *task = &m->tasks.entries[t];
        if (m->met[t])
            continue;
        if (block == m->n_blocks && write_empty_table(m, w))
            return MATRIX_WRITE_FAILED;
        const struct stream_entry e = {.task = task->key,
                                       .n_demo = task->n_demo_items,
                                       .n_test = task->n_test_items,
                                       .n_known = task->n_known_tests};
        if ((m->write_status = stream_write_entry(w, block, &e)))
            return MATRIX_WRITE_FAILED;
    }
    m->write_status = stream_flush(w);
    return m->write_status ? MATRIX_WRITE_FAILED : MATRIX_OK;
}
