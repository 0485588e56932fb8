/* See score.h.  Gathering is here, ranking in score_rank.c. */
#include "score_private.h"

#include "digest.h"

#include <stdlib.h>
#include <string.h>

struct score *score_open(enum score_rank rank, score_sink *sink, void *context)
{
    struct score *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->rank = rank;
    s->sink = sink;
    s->context = context;
    return s;
}

static void forget_segment(struct score *s)
{
    for (size_t k = 0; k < s->n_blocks; k++) {
        free(s->blocks[k].row);
        free(s->blocks[k].stamp);
    }
    s->n_blocks = s->n_ids = 0;
    s->n_errors = 0;
    numbers_reset(&s->ids);
    pool_reset(&s->names);
}

void score_close(struct score *s)
{
    if (!s)
        return;
    forget_segment(s);
    for (size_t k = 0; k < s->cap_items; k++) {
        free(s->items[k].state);
        free(s->items[k].output);
        free(s->items[k].outputs);
        numbers_free(&s->items[k].by_hash);
    }
    free(s->items);
    free(s->blocks);
    free(s->id_source);
    free(s->programs);
    free(s->rows);
    free(s->guesses);
    free(s->key);
    numbers_free(&s->ids);
    numbers_free(&s->keys);
    pool_free(&s->names);
    pool_free(&s->outputs);
    free(s);
}

int score_room(void *array, size_t *cap, size_t n, size_t size)
{
    void **p = array;
    if (n <= *cap)
        return 0;
    size_t want = *cap * 2 > n ? *cap * 2 : n < 16 ? 16 : n;
    char *q = realloc(*p, want * size);
    if (!q)
        return -1;
    memset(q + *cap * size, 0, (want - *cap) * size);
    *p = q;
    *cap = want;
    return 0;
}

/* ---- programs ---- */

/* Remembers which source an id came from, to tell ids that need theirs named. */
static int note_id(struct score *s, const char *id, const char *source, uint32_t *number)
{
    int64_t k = numbers_of(&s->ids, digest_of(id, strlen(id)), (uint32_t)s->n_ids);
    if (k < 0 || score_room(&s->id_source, &s->cap_ids, s->n_ids + 1, sizeof *s->id_source))
        return -1;
    if ((size_t)k == s->n_ids) {
        s->n_ids++;
        s->id_source[k] = source;
    } else if (s->id_source[k] && strcmp(s->id_source[k], source) != 0) {
        s->id_source[k] = NULL;
    }
    *number = (uint32_t)k;
    return 0;
}

static int fill_block(struct score *s, struct score_block *b, const struct stream_programs *p)
{
    const char **sources = pool_take(&s->names, (p->n_sources + 1) * sizeof *sources);
    b->ids = pool_take(&s->names, (p->n + 1) * sizeof *b->ids);
    b->sources = pool_take(&s->names, (p->n + 1) * sizeof *b->sources);
    b->lines = pool_take(&s->names, (p->n + 1) * sizeof *b->lines);
    b->id_numbers = pool_take(&s->names, (p->n + 1) * sizeof *b->id_numbers);
    b->row = calloc((size_t)p->n + 1, sizeof *b->row);
    b->stamp = calloc((size_t)p->n + 1, sizeof *b->stamp);
    if (!sources || !b->ids || !b->sources || !b->lines || !b->id_numbers ||
        !b->row || !b->stamp)
        return -1;
    for (uint32_t k = 0; k < p->n_sources; k++)
        if (!(sources[k] = pool_copy(&s->names, p->sources[k], strlen(p->sources[k]))))
            return -1;
    for (uint32_t k = 0; k < p->n; k++) {
        b->ids[k] = pool_copy(&s->names, p->ids[k], strlen(p->ids[k]));
        b->sources[k] = sources[stream_u32(p->source, k)];
        b->lines[k] = stream_u32(p->lines, k);
        if (!b->ids[k] || note_id(s, b->ids[k], b->sources[k], &b->id_numbers[k]))
            return -1;
    }
    return 0;
}

static int take_programs(struct score *s, const struct stream_programs *p)
{
    if (score_room(&s->blocks, &s->cap_blocks, s->n_blocks + 1, sizeof *s->blocks))
        return SCORE_NO_MEMORY;
    struct score_block *b = &s->blocks[s->n_blocks++];
    memset(b, 0, sizeof *b);
    b->number = p->block;
    b->n = p->n;
    return fill_block(s, b, p) ? SCORE_NO_MEMORY : 0;
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
    if (score_room(&s->items, &s->cap_items, s->n_items + 1, sizeof *s->items))
        return NULL;
    struct score_item *i = &s->items[s->n_items];
    if (!i->state && !(i->state = malloc(s->cap_columns)))
        return NULL;
    memset(i->state, 0, s->cap_columns);
    free(i->output);
    i->output = NULL;
    i->n_outputs = 0;
    numbers_reset(&i->by_hash);
    i->part = from->part;
    i->index = from->index;
    i->known = from->known;
    s->n_items++;
    return i;
}

/* Columns for n programs, new places zero; 0 or -1: memory. */
static int room_for_programs(struct score *s, size_t n)
{
    size_t old = s->cap_columns, want = n < 64 ? 64 : 2 * n;
    if (score_room(&s->programs, &s->cap_programs, n, sizeof *s->programs))
        return -1;
    if (n <= old)
        return 0;
    for (size_t k = 0; k < s->cap_items; k++) {
        struct score_item *i = &s->items[k];
        uint8_t *state = i->state ? realloc(i->state, want) : NULL;
        if (i->state && !state)
            return -1;
        i->state = state;
        if (state)
            memset(state + old, 0, want - old);
        uint32_t *output = i->output ? realloc(i->output, want * sizeof *output) : NULL;
        if (i->output && !output)
            return -1;
        i->output = output;
        if (output)
            memset(output + old, 0, (want - old) * sizeof *output);
    }
    s->cap_columns = want;
    return 0;
}

/* Row of program `index` of a block in this task; -1: memory. */
static int64_t row_of(struct score *s, uint32_t block, uint32_t index)
{
    struct score_block *b = &s->blocks[block];
    if (b->stamp[index] == s->stamp)
        return b->row[index];
    if (room_for_programs(s, s->n_programs + 1))
        return -1;
    struct score_program *p = &s->programs[s->n_programs];
    memset(p, 0, sizeof *p);
    p->block = block;
    p->index = index;
    p->trouble = UINT32_MAX;
    b->stamp[index] = s->stamp;
    b->row[index] = (uint32_t)s->n_programs;
    return (int64_t)s->n_programs++;
}

/* Numbers of an entry's outputs among all of the item; 0 or -1: memory. */
static int take_outputs(struct score *s, struct score_item *i, const struct stream_result_item *from,
                        uint32_t *numbers)
{
    for (uint32_t k = 0; k < from->n_outputs; k++) {
        struct stream_bytes o = from->outputs[k];
        int64_t n = numbers_of(&i->by_hash, digest_of(o.data, o.size), i->n_outputs);
        if (n < 0 || score_room(&i->outputs, &i->cap_outputs, i->n_outputs + 1, sizeof *i->outputs))
            return -1;
        if (n == i->n_outputs) {
            i->outputs[n].data = (const uint8_t *)pool_copy(&s->outputs, (const char *)o.data, o.size);
            i->outputs[n].size = o.size;
            if (!i->outputs[n].data)
                return -1;
            i->n_outputs++;
        }
        numbers[k] = (uint32_t)n + 1;
    }
    return 0;
}

static void take_state(struct score *s, struct score_item *i, const struct stream_result_item *from,
                       uint32_t k, uint32_t row)
{
    struct score_program *p = &s->programs[row];
    uint8_t outcome = from->outcome[k];
    i->state[row] = (uint8_t)(outcome | CAME | (stream_bit(from->equal, k) ? EQUAL : 0));
    if (outcome == STREAM_OK || order_of(i) >= p->trouble)
        return;
    p->trouble = order_of(i);
    p->line = from->line ? stream_u32(from->line, k) : 0;
    p->error = from->error ? s->map[from->error[k]] : 0;
}

static int take_item(struct score *s, const struct stream_entry *e, const uint32_t *rows,
                     const struct stream_result_item *from)
{
    struct score_item *i = item_of(s, from);
    if (!i)
        return SCORE_NO_MEMORY;
    for (uint32_t k = 0; k < e->n; k++)
        take_state(s, i, from, k, rows[k]);
    if (from->part != STREAM_TEST || !from->output)
        return 0;
    uint32_t *numbers = malloc(((size_t)from->n_outputs + 1) * sizeof *numbers);
    if (!i->output)
        i->output = calloc(s->cap_columns, sizeof *i->output);
    int bad = !numbers || !i->output || take_outputs(s, i, from, numbers);
    for (uint32_t k = 0; !bad && k < e->n; k++) {
        uint32_t o = stream_u32(from->output, k);
        if (o)
            i->output[rows[k]] = numbers[o - 1];
    }
    free(numbers);
    return bad ? SCORE_NO_MEMORY : 0;
}

static int begin_task(struct score *s, const struct stream_entry *e)
{
    int status = score_finish(s);
    if (status)
        return status;
    int64_t number = numbers_of(&s->keys, digest_of(e->task, strlen(e->task)), s->n_keys);
    if (number < 0)
        return SCORE_NO_MEMORY;
    if (number < s->n_keys) {
        s->twice = e->task;
        return SCORE_TWICE;
    }
    s->n_keys++;
    s->key = strdup(e->task);
    s->stamp++;
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

static int take_entry(struct score *s, uint32_t block, const struct stream_entry *e)
{
    if (e->n && stream_program(e, e->n - 1) >= s->blocks[block].n)
        return SCORE_NO_PROGRAMS;
    int status = s->key && strcmp(s->key, e->task) == 0 ? 0 : begin_task(s, e);
    widen_task(&s->task, e);
    uint32_t *rows = malloc(((size_t)e->n + 1) * sizeof *rows);
    if (!rows)
        status = SCORE_NO_MEMORY;
    for (uint32_t k = 0; !status && k < e->n; k++) {
        int64_t row = row_of(s, block, stream_program(e, k));
        if (row < 0) {
            status = SCORE_NO_MEMORY;
            break;
        }
        rows[k] = (uint32_t)row;
        if (e->sig && e->n_demo)
            s->programs[row].sig = stream_u64(e->sig, k);
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

/* 1 + place of a block; 0: its table did not come. */
static size_t find_block(const struct score *s, uint32_t number)
{
    size_t b = s->n_blocks;
    if (number < b && s->blocks[number].number == number)
        return (size_t)number + 1; /* as writers number them */
    while (b > 0 && s->blocks[b - 1].number != number)
        b--;
    return b;
}

static int take_results(struct score *s, struct stream_reader *reader, const struct stream_results *r)
{
    struct stream_entry e;
    size_t b = find_block(s, r->block);
    int got, status = take_error_names(s, r);
    if (b == 0)
        return SCORE_NO_PROGRAMS;
    while (!status && (got = stream_next_entry(reader, &e)) != 0)
        status = got < 0 ? got : take_entry(s, (uint32_t)b - 1, &e);
    return status;
}

int score_finish(struct score *s)
{
    if (!s->key)
        return 0;
    int status = score_rank_task(s);
    if (!status)
        status = s->sink(s->context, &s->task);
    free(s->key);
    s->key = NULL;
    s->n_items = s->n_programs = 0;
    pool_reset(&s->outputs);
    return status;
}

int score_take(struct score *s, struct stream_reader *reader, int kind, const struct stream_frame *f)
{
    if (kind == STREAM_HEAD && (f->head->content != STREAM_RESULTS || !f->head->joined))
        return SCORE_NOT_JOINED;
    if (f->begins) {
        int status = score_finish(s);
        forget_segment(s);
        if (status)
            return status;
    }
    switch (kind) {
    case STREAM_PROGRAMS_FRAME:
        return take_programs(s, &f->programs);
    case STREAM_RESULTS_FRAME:
        return take_results(s, reader, &f->results);
    case STREAM_END_FRAME:
        return score_finish(s);
    default:
        return 0;
    }
}

const struct score_totals *score_totals(const struct score *s)
{
    return &s->totals;
}

const char *score_twice(const struct score *s)
{
    return s->twice;
}
