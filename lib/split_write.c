/* Writing joined tasks, and what happens when the same result came twice: see split.h. */
#include "split_private.h"

#include <stdlib.h>
#include <string.h>

static int wrote(struct split *s, int status)
{
    s->write_status = status;
    return status ? SPLIT_WRITE : SPLIT_OK;
}

/* ---- the same result twice ---- */

/* Place of program `index` of the block in an entry, or -1. */
static int64_t place_in(const struct stream_entry *e, uint32_t index)
{
    if (!e->programs)
        return index >= e->first && index - e->first < e->n ? (int64_t)(index - e->first) : -1;
    for (uint32_t k = 0; k < e->n; k++)
        if (stream_u32(e->programs, k) == index)
            return k;
    return -1;
}

static struct stream_bytes output_of(const struct stream_result_item *i, uint32_t k)
{
    struct stream_bytes none = {NULL, 0};
    uint32_t o = i->output ? stream_u32(i->output, k) : 0;
    return o ? i->outputs[o - 1] : none;
}

static int same_result(const struct stream_result_item *x, uint32_t j,
                       const struct stream_result_item *y, uint32_t k)
{
    struct stream_bytes a = output_of(x, j), b = output_of(y, k);
    return x->outcome[j] == y->outcome[k] && stream_bit(x->equal, j) == stream_bit(y->equal, k) &&
           (x->line ? stream_u32(x->line, j) : 0) == (y->line ? stream_u32(y->line, k) : 0) &&
           a.size == b.size && (!a.size || memcmp(a.data, b.data, a.size) == 0);
}

/* Are all results of program j of x among those of program k of y, and equal? */
static int same_results(const struct stream_entry *x, uint32_t j, const struct stream_entry *y,
                        uint32_t k)
{
    for (uint32_t i = 0; i < x->n_items; i++) {
        uint32_t m = 0;
        while (m < y->n_items && (y->items[m].part != x->items[i].part ||
                                  y->items[m].index != x->items[i].index))
            m++;
        if (m == y->n_items || !same_result(&x->items[i], j, &y->items[m], k))
            return 0;
    }
    return 1;
}

/* Is program j of the entry, met before in the task, the same there?  SPLIT_OK if so. */
static int check_twice(struct split *s, const struct stream_entry *e, uint32_t j, uint32_t global)
{
    const struct split_entry *before = &s->entries[s->seen[global].entry];
    const struct split_block *b = &s->blocks[before->block];
    struct stream_entry old;
    int64_t k = -1;
    s->twin.file = s->spill.file;
    if (spill_read_entry(&s->twin, before->place, &old))
        return SPLIT_TEMPORARY;
    for (uint32_t i = 0; i < b->n && k < 0; i++)
        if (b->global[i] == global)
            k = place_in(&old, i);
    if (k >= 0 && same_results(e, j, &old, (uint32_t)k))
        return SPLIT_OK;
    return split_fail(s, SPLIT_CONFLICT, "%s: results of one program came twice and differ%s", e->task,
                      "");
}

/* ---- leaving programs out of an entry ---- */

static void *select_column(struct split *s, const void *column, const uint32_t *keep, uint32_t n,
                           size_t width)
{
    uint8_t *to = column ? pool_take(&s->scratch, n * width + 1) : NULL;
    for (uint32_t k = 0; to && k < n; k++)
        memcpy(to + k * width, (const uint8_t *)column + keep[k] * width, width);
    return to;
}

static uint8_t *select_bits(struct split *s, const uint8_t *bits, const uint32_t *keep, uint32_t n)
{
    uint8_t *to = bits ? pool_take(&s->scratch, n / 8 + 1) : NULL;
    if (to)
        memset(to, 0, n / 8 + 1);
    for (uint32_t k = 0; to && k < n; k++)
        to[k >> 3] |= (uint8_t)(stream_bit(bits, keep[k]) << (k & 7));
    return to;
}

/* Outputs that are still used, in their order; the column is renumbered. */
static int select_outputs(struct split *s, struct stream_result_item *i, uint32_t n)
{
    uint32_t *column = (uint32_t *)(uintptr_t)i->output, used = 0;
    uint32_t *number = pool_take(&s->scratch, 4 * ((size_t)i->n_outputs + 1));
    struct stream_bytes *outputs = pool_take(&s->scratch, ((size_t)i->n_outputs + 1) * sizeof *outputs);
    if (!number || !outputs)
        return SPLIT_NO_MEMORY;
    memset(number, 0, 4 * ((size_t)i->n_outputs + 1));
    for (uint32_t k = 0; column && k < n; k++) {
        if (!column[k])
            continue;
        if (!number[column[k]]) {
            outputs[used] = i->outputs[column[k] - 1];
            number[column[k]] = ++used;
        }
        column[k] = number[column[k]];
    }
    i->outputs = outputs;
    i->n_outputs = used;
    return SPLIT_OK;
}

/* The entry with only the programs keep[0..n), in scratch memory. */
static int select_programs(struct split *s, struct stream_entry *e, const uint32_t *keep, uint32_t n)
{
    struct stream_result_item *items = pool_take(&s->scratch, (e->n_items + 1) * sizeof *items);
    uint32_t *programs = pool_take(&s->scratch, 4 * ((size_t)n + 1));
    int status = items && programs ? SPLIT_OK : SPLIT_NO_MEMORY;
    for (uint32_t k = 0; !status && k < n; k++)
        programs[k] = stream_program(e, keep[k]);
    for (uint32_t k = 0; !status && k < e->n_items; k++) {
        struct stream_result_item *i = &items[k];
        *i = e->items[k];
        i->outcome = select_column(s, i->outcome, keep, n, 1);
        i->equal = select_bits(s, i->equal, keep, n);
        i->line = select_column(s, i->line, keep, n, 4);
        i->error = select_column(s, i->error, keep, n, 1);
        i->fuel = select_column(s, i->fuel, keep, n, 8);
        i->output = select_column(s, i->output, keep, n, 4);
        status = i->outcome ? select_outputs(s, i, n) : SPLIT_NO_MEMORY;
    }
    e->sig = select_column(s, e->sig, keep, n, 8);
    e->programs = programs;
    e->first = 0;
    e->n = n;
    e->items = items;
    return status;
}

/* Leaves out of *e what an earlier entry of the task has already. */
static int drop_known(struct split *s, size_t entry, struct stream_entry *e)
{
    const struct split_block *b = &s->blocks[s->entries[entry].block];
    uint32_t *keep = pool_take(&s->scratch, 4 * ((size_t)e->n + 1)), n = 0;
    if (!keep)
        return SPLIT_NO_MEMORY;
    for (uint32_t k = 0; k < e->n; k++) {
        uint32_t g = b->global[stream_program(e, k)];
        if (s->seen[g].stamp == s->stamp && s->seen[g].entry != entry) {
            int status = check_twice(s, e, k, g);
            if (status)
                return status;
            continue;
        }
        s->seen[g].stamp = s->stamp;
        s->seen[g].entry = entry;
        keep[n++] = k;
    }
    return n == e->n ? SPLIT_OK : select_programs(s, e, keep, n);
}

/* ---- writing ---- */

static int write_programs(struct split *s, struct stream_writer *w, size_t from, size_t to)
{
    struct stream_programs p;
    uint32_t out = 0;
    for (size_t k = 0; k < s->n_blocks; k++)
        s->blocks[k].out = 0;
    for (size_t t = from; t < to; t++)
        for (size_t e = s->tasks[t].first; e != SPLIT_NOWHERE; e = s->entries[e].next)
            s->blocks[s->entries[e].block].out = 1;
    for (size_t k = 0; k < s->n_blocks; k++) {
        if (!s->blocks[k].out && to - from < s->n_tasks)
            continue;
        s->blocks[k].out = ++out;
        if (spill_read_programs(&s->spill, s->blocks[k].place, &p))
            return SPLIT_TEMPORARY;
        p.block = out - 1;
        int status = wrote(s, stream_write_programs(w, &p));
        if (status)
            return status;
    }
    return SPLIT_OK;
}

static int write_task(struct split *s, struct stream_writer *w, size_t t)
{
    struct stream_entry e;
    s->stamp++;
    for (size_t k = s->tasks[t].first; k != SPLIT_NOWHERE; k = s->entries[k].next) {
        pool_reset(&s->scratch);
        if (spill_read_entry(&s->spill, s->entries[k].place, &e))
            return SPLIT_TEMPORARY;
        int status = drop_known(s, k, &e);
        if (!status && e.n)
            status = wrote(s, stream_write_entry(w, s->blocks[s->entries[k].block].out - 1, &e));
        if (status)
            return status;
    }
    return SPLIT_OK;
}

int split_write(struct split *s, struct stream_writer *w, size_t from, size_t to, uint64_t failed)
{
    struct stream_head head = {0};
    free(s->seen);
    s->stamp = 0;
    s->seen = calloc((size_t)s->n_programs + 1, sizeof *s->seen);
    if (!s->seen || fflush(s->spill.file))
        return s->seen ? SPLIT_TEMPORARY : SPLIT_NO_MEMORY;
    head.content = STREAM_RESULTS;
    head.joined = true;
    head.n_sets = s->n_sets;
    head.sets = s->sets;
    head.n_steps = s->n_steps;
    head.steps = s->steps;
    int status = wrote(s, stream_write_head(w, &head));
    if (!status)
        status = write_programs(s, w, from, to);
    if (!status)
        status = wrote(s, stream_error_names(w, s->n_errors, s->errors));
    for (size_t t = from; t < to && !status; t++)
        status = write_task(s, w, t);
    return status ? status : wrote(s, stream_write_end(w, failed));
}
