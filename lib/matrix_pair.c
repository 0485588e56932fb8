/* matrix_pair.c: which programs of a block run on which tasks; see matrix.h. */
#include "matrix_private.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS_NOWHERE = -1, RUNS_EVERYWHERE = -3 };

static int64_t by_task(struct matrix *m, const char *name)
{
    int64_t t = tasks_find(&m->tasks, name, strlen(name));
    if (t >= 0)
        return t;
    struct unpaired *u = t == TASK_AMBIGUOUS ? &m->ambiguous : &m->missing;
    if (u->n++ == 0)
        snprintf(u->first, sizeof u->first, "%s", name);
    return RUNS_NOWHERE;
}

/* The task that a program's name ends in, as in solve_007bbfb7: ids may hold a _ of their own, so
 * that the longest end that is a task counts. */
static int64_t by_name(struct matrix *m, const char *id)
{
    const char *end = id, *last = id;
    while (tasks_find(&m->tasks, end, strlen(end)) == TASK_NONE) {
        if (!(end = strchr(end, '_')))
            return by_task(m, last);
        last = ++end;
    }
    return by_task(m, end);
}

static int64_t task_of(struct matrix *m, const struct program_entry *e)
{
    enum pair_mode mode = m->pair;
    if (mode == PAIR_DEFAULT)
        mode = e->from_json ? PAIR_RECORD : PAIR_CROSS;
    switch (mode) {
    case PAIR_NAME:
        return by_name(m, e->id);
    case PAIR_RECORD:
        return e->task ? by_task(m, e->task) : RUNS_EVERYWHERE;
    default:
        return RUNS_EVERYWHERE;
    }
}

/* Earlier programs of the block with the same code that run on the same tasks. */
static int find_twins(struct matrix *m, const int64_t *where)
{
    const struct program_block *b = m->block;
    uint32_t size = 16, *table;
    while (size < 2 * b->n)
        size *= 2;
    if (!(table = calloc(size, sizeof *table)))
        return -1;
    for (uint32_t k = 0; k < b->n; k++) {
        const struct program_entry *e = &b->entries[k];
        uint32_t slot = (uint32_t)(e->digest ^ e->digest >> 32) & (size - 1);
        m->twins[k] = 0;
        for (; table[slot] && !e->error; slot = (slot + 1) & (size - 1)) {
            uint32_t t = table[slot] - 1;
            if (where[t] == where[k] && programs_same(b, t, k)) {
                m->twins[k] = t + 1;
                break;
            }
        }
        if (!m->twins[k] && !e->error)
            table[slot] = k + 1;
    }
    free(table);
    return 0;
}

static uint32_t first_task(int64_t where)
{
    return where >= 0 ? (uint32_t)where : 0;
}

static uint32_t end_task(int64_t where, uint32_t n_tasks)
{
    return where >= 0 ? (uint32_t)where + 1 : where == RUNS_EVERYWHERE ? n_tasks : 0;
}

/* Lists of programs by task: m->list[m->first[t] .. m->first[t + 1]).  A matrix_status. */
static int make_lists(struct matrix *m, const int64_t *where)
{
    uint32_t n_tasks = m->tasks.n, n = m->block->n;
    uint64_t total = 0;
    for (uint32_t k = 0; k < n; k++)
        total += end_task(where[k], n_tasks) - first_task(where[k]);
    m->n_pairs = total;
    if (total > MATRIX_MAX_PAIRS)
        return MATRIX_TOO_MANY;
    m->first = calloc(n_tasks + 2, sizeof *m->first);
    m->list = malloc((total + 1) * sizeof *m->list);
    m->tasks_used = malloc((n_tasks + 1) * sizeof *m->tasks_used);
    if (!m->first || !m->list || !m->tasks_used)
        return MATRIX_NO_MEMORY;
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t t = first_task(where[k]); t < end_task(where[k], n_tasks); t++)
            m->first[t + 2]++;
    for (uint32_t t = 2; t < n_tasks + 2; t++)
        m->first[t] += m->first[t - 1];
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t t = first_task(where[k]); t < end_task(where[k], n_tasks); t++)
            m->list[m->first[t + 1]++] = k;
    return MATRIX_OK;
}

int matrix_pair(struct matrix *m)
{
    struct program_block *b = m->block;
    int64_t *where = malloc((b->n + 1) * sizeof *where);
    m->twins = malloc((b->n + 1) * sizeof *m->twins);
    if (!where || !m->twins) {
        free(where);
        return MATRIX_NO_MEMORY;
    }
    for (uint32_t k = 0; k < b->n; k++) {
        where[k] = task_of(m, &b->entries[k]);
        if (b->entries[k].error)
            constructs_add(&m->syntax, b->entries[k].construct);
    }
    int status = make_lists(m, where);
    if (!status && find_twins(m, where))
        status = MATRIX_NO_MEMORY;
    free(where);
    return status;
}
