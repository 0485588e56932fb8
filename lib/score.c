/* See score.h.  Gathering is here, tables in score_tables.c, ranking in score_rank.c. */
#include "score_private.h"

#include "digest.h"
#include "room.h"

#include <stdlib.h>
#include <string.h>

struct score *score_open(enum score_rank rank, bool all, bool outputs, score_sink *sink,
                         void *context)
{
    struct score *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->rank = rank;
    s->all = all;
    s->outputs = outputs;
    s->sink = sink;
    s->context = context;
    return s;
}

static void free_programs(struct score_programs *p)
{
    free(p->number);
    free(p->trouble);
    free(p->line);
    free(p->error);
    free(p->sig);
    free(p->demo_ok);
}

void score_close(struct score *s)
{
    if (!s)
        return;
    score_forget_segment(s);
    for (size_t k = 0; k < s->cap_items; k++) {
        free(s->items[k].state);
        free(s->items[k].output);
        free(s->items[k].outputs);
        numbers_free(&s->items[k].by_hash);
    }
    free(s->items);
    free(s->blocks);
    free(s->sources);
    free_programs(&s->programs);
    free(s->sorted);
    free(s->guesses);
    free(s->key);
    twice_clear(&s->keys);
    numbers_free(&s->by_source);
    pool_free(&s->names);
    pool_free(&s->output_bytes);
    free(s);
}

/* ---- entries ---- */

static uint32_t order_of(const struct score_item *i)
{
    return (uint32_t)i->part << 31 | i->index;
}

/* The item of the task, made if it is new; NULL: memory. */
static struct score_item *item_of(struct score *s, const struct stream_result_item *from)
{
    for (size_t k = 0; k < s->n_items; k++)
        if (s->items[k].part == from->part && s->items[k].index == from->index)
            return &s->items[k];
    if (room_for(&s->items, &s->cap_items, s->n_items + 1, sizeof *s->items))
        return NULL;
    struct score_item *i = &s->items[s->n_items];
    if (!i->state && !(i->state = calloc(s->cap_programs, 1)))
        return NULL;
    i->n_outputs = 0;
    numbers_reset(&i->by_hash);
    i->part = from->part;
    i->index = from->index;
    i->known = from->known;
    s->n_items++;
    return i;
}

/* Makes a column longer, new places zero; 0 or -1: memory. */
static int lengthen(void *column, size_t from, size_t to, size_t size)
{
    void **p = column;
    char *longer = realloc(*p, to * size);
    if (!longer)
        return -1;
    memset(longer + from * size, 0, (to - from) * size);
    *p = longer;
    return 0;
}

/* Columns for n programs, or as many as came in tables: no task has more; 0 or -1: memory. */
static int room_for_programs(struct score *s, size_t n)
{
    struct score_programs *p = &s->programs;
    size_t old = s->cap_programs, need = n < s->n_numbers ? n : s->n_numbers;
    size_t want = 2 * need < s->n_numbers ? 2 * need + 1 : s->n_numbers + 1;
    int bad = 0;
    if (need < old)
        return 0;
    bad |= lengthen(&p->number, old, want, sizeof *p->number);
    bad |= lengthen(&p->trouble, old, want, sizeof *p->trouble);
    bad |= lengthen(&p->line, old, want, sizeof *p->line);
    bad |= lengthen(&p->error, old, want, sizeof *p->error);
    bad |= lengthen(&p->sig, old, want, sizeof *p->sig);
    bad |= lengthen(&p->demo_ok, old, want, sizeof *p->demo_ok);
    for (size_t k = 0; k < s->cap_items && !bad; k++) {
        struct score_item *i = &s->items[k];
        bad |= i->state && lengthen(&i->state, old, want, sizeof *i->state);
        bad |= i->output && lengthen(&i->output, old, want, sizeof *i->output);
    }
    s->cap_programs = bad ? old : want;
    return bad ? -1 : 0;
}

/* Place in this task, which has room for it, of program `index` of a block. */
static uint32_t row_of(struct score *s, struct score_block *b, uint32_t index)
{
    struct score_programs *p = &s->programs;
    uint32_t number = b->base + index, row = b->row[index];
    if (row < s->n_programs && p->number[row] == number)
        return row;
    row = (uint32_t)s->n_programs++;
    p->number[row] = number;
    p->trouble[row] = UINT32_MAX;
    p->line[row] = 0;
    p->error[row] = 0;
    p->sig[row] = 0;
    b->row[index] = row;
    return row;
}

/* Numbers of an entry's outputs among all of the item; 0 or -1: memory. */
static int take_outputs(struct score *s, struct score_item *i, const struct stream_result_item *from,
                        uint32_t *numbers)
{
    for (uint32_t k = 0; k < from->n_outputs; k++) {
        struct stream_bytes o = from->outputs[k];
        int64_t n = numbers_of(&i->by_hash, digest_of(o.data, o.size), i->n_outputs);
        if (n < 0)
            return -1;
        numbers[k] = (uint32_t)n + 1;
        if (n < i->n_outputs)
            continue;
        i->n_outputs++;
        if (!s->outputs)
            continue;
        if (room_for(&i->outputs, &i->cap_outputs, i->n_outputs, sizeof *i->outputs))
            return -1;
        i->outputs[n].size = o.size;
        i->outputs[n].data = pool_take(&s->output_bytes, o.size);
        if (!i->outputs[n].data)
            return -1;
        memcpy((void *)(uintptr_t)i->outputs[n].data, o.data, o.size);
    }
    return 0;
}

/* Results that came before stay as they are: of two that differ the first is kept. */
static void take_states(struct score *s, struct score_item *i, const struct stream_result_item *from,
                        const uint32_t *rows, uint32_t n)
{
    const struct score_programs p = s->programs;
    uint8_t *state = i->state;
    uint32_t order = order_of(i);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t row = rows[k];
        uint8_t outcome = from->outcome[k];
        if (state[row])
            continue;
        state[row] = (uint8_t)(outcome | CAME | (stream_bit(from->equal, k) ? EQUAL : 0));
        if (outcome == STREAM_OK || order >= p.trouble[row])
            continue;
        p.trouble[row] = order;
        p.line[row] = from->line ? stream_u32(from->line, k) : 0;
        p.error[row] = from->error ? s->map[from->error[k]] : 0;
    }
}

/* As take_states, and before it.  0 or -1: memory. */
static int take_output_column(struct score *s, struct score_item *i,
                              const struct stream_result_item *from, const uint32_t *rows,
                              uint32_t n)
{
    uint32_t *numbers = malloc(((size_t)from->n_outputs + 1) * sizeof *numbers);
    if (!i->output)
        i->output = calloc(s->cap_programs, sizeof *i->output);
    int bad = !numbers || !i->output || take_outputs(s, i, from, numbers);
    for (uint32_t k = 0; k < n && !bad; k++) {
        uint32_t o = stream_u32(from->output, k);
        if (o && !i->state[rows[k]])
            i->output[rows[k]] = numbers[o - 1];
    }
    free(numbers);
    return bad ? -1 : 0;
}

static int take_item(struct score *s, const struct stream_entry *e, const uint32_t *rows,
                     const struct stream_result_item *from)
{
    struct score_item *i = item_of(s, from);
    if (!i)
        return SCORE_NO_MEMORY;
    if (from->part == STREAM_TEST && from->output && take_output_column(s, i, from, rows, e->n))
        return SCORE_NO_MEMORY;
    take_states(s, i, from, rows, e->n);
    return 0;
}

/* Hands out the task gathered. */
static int finish_task(struct score *s)
{
    if (!s->key)
        return 0;
    int status = score_rank_task(s);
    if (!status)
        status = s->sink(s->context, &s->task);
    free(s->key);
    s->key = NULL;
    for (size_t k = 0; k < s->n_items; k++) {
        memset(s->items[k].state, 0, s->n_programs);
        if (s->items[k].output)
            memset(s->items[k].output, 0, s->n_programs * sizeof *s->items[k].output);
    }
    s->n_items = s->n_programs = 0;
    pool_reset(&s->output_bytes);
    return status;
}

static int begin_task(struct score *s, const struct stream_entry *e)
{
    uint32_t before;
    int status = finish_task(s);
    if (status)
        return status;
    uint64_t number = s->totals.tasks + 1;
    int fresh = twice_add(&s->keys, digest_of(e->task, strlen(e->task)), number, &before);
    if (fresh < 0)
        return SCORE_TEMPORARY;
    if (!fresh) {
        s->twice = (struct score_twice){e->task, before, (uint32_t)number};
        return SCORE_TWICE;
    }
    s->key = strdup(e->task);
    memset(&s->task, 0, sizeof s->task);
    s->task.key = s->key;
    return s->key && !room_for_programs(s, e->n) ? 0 : SCORE_NO_MEMORY;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Entries of a task may be of shards that have its demonstrations, its tests or both. */
static void widen_task(struct score_task *t, const struct stream_entry *e)
{
    t->n_demo = larger(t->n_demo, e->n_demo);
    t->n_test = larger(t->n_test, e->n_test);
    t->n_known = larger(t->n_known, e->n_known);
}

static int take_entry(struct score *s, struct score_block *block, const struct stream_entry *e)
{
    if (e->n && stream_program(e, e->n - 1) >= block->n)
        return SCORE_NO_PROGRAMS;
    int status = s->key && strcmp(s->key, e->task) == 0 ? 0 : begin_task(s, e);
    if (status)
        return status;
    widen_task(&s->task, e);
    uint32_t *rows = malloc(((size_t)e->n + 1) * sizeof *rows);
    if (!rows || room_for_programs(s, s->n_programs + e->n))
        status = SCORE_NO_MEMORY;
    for (uint32_t k = 0; !status && k < e->n; k++) {
        rows[k] = row_of(s, block, stream_program(e, k));
        if (e->sig && e->n_demo)
            s->programs.sig[rows[k]] = stream_u64(e->sig, k);
    }
    for (uint32_t k = 0; !status && k < e->n_items; k++)
        status = take_item(s, e, rows, &e->items[k]);
    free(rows);
    return status;
}

/* ---- frames ---- */

static int take_error_names(struct score *s, const struct stream_results *r)
{
    s->map[0] = 0;
    for (uint32_t k = 0; k < r->n_errors; k++) {
        uint32_t m = 1;
        while (m <= s->n_errors && strcmp(s->errors[m], r->errors[k]) != 0)
            m++;
        if (m > s->n_errors) {
            if (m > 255 || !(s->errors[m] = pool_copy(&s->names, r->errors[k], strlen(r->errors[k]))))
                return SCORE_NO_MEMORY;
            s->n_errors = m;
        }
        s->map[k + 1] = (uint8_t)m;
    }
    return 0;
}

static int take_results(struct score *s, struct stream_reader *reader, const struct stream_results *r)
{
    struct stream_entry e;
    size_t b = score_find_block(s, r->block);
    int got, status = take_error_names(s, r);
    if (b == 0)
        return SCORE_NO_PROGRAMS;
    while (!status && (got = stream_next_entry(reader, &e)) != 0)
        status = got < 0 ? got : take_entry(s, &s->blocks[b - 1], &e);
    return status;
}

int score_end(struct score *s)
{
    uint32_t before, again;
    int status = finish_task(s), got = 0;
    while (!status && (got = twice_rest(&s->keys, &before, &again)) > 0)
        if (!s->twice.again || again < s->twice.again)
            s->twice = (struct score_twice){NULL, before, again};
    if (status || got < 0)
        return status ? status : SCORE_TEMPORARY;
    return s->twice.again ? SCORE_TWICE : 0;
}

int score_take(struct score *s, struct stream_reader *reader, int kind, const struct stream_frame *f)
{
    if (kind == STREAM_HEAD && (f->head->content != STREAM_RESULTS || !f->head->joined))
        return SCORE_NOT_JOINED;
    if (f->begins) {
        int status = finish_task(s);
        score_forget_segment(s);
        if (status)
            return status;
    }
    switch (kind) {
    case STREAM_PROGRAMS_FRAME:
        return score_keep_table(s, &f->programs) ? SCORE_NO_MEMORY : 0;
    case STREAM_RESULTS_FRAME:
        return take_results(s, reader, &f->results);
    case STREAM_END_FRAME:
        return finish_task(s);
    default:
        return 0;
    }
}

const struct score_totals *score_totals(const struct score *s)
{
    return &s->totals;
}

const struct score_twice *score_twice(const struct score *s)
{
    return &s->twice;
}
