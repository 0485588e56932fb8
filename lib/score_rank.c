/* Ranking the programs of a task, summing up: see score.h. */
#include "room.h"
#include "score_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

uint32_t score_matched(const struct score *s, uint32_t k, enum stream_part part)
{
    uint32_t n = 0;
    for (size_t i = 0; i < s->n_items; i++) {
        const struct score_item *item = &s->items[i];
        n += item->part == part && (item->known || part == STREAM_DEMO) && (item->state[k] & EQUAL);
    }
    return n;
}

/* How program k of the task ended: as its first item that is not ok, else ok or skipped. */
static uint8_t outcome_of(const struct score *s, uint32_t k)
{
    uint32_t trouble = s->programs.trouble[k];
    uint8_t outcome = STREAM_OK;
    for (size_t i = 0; i < s->n_items; i++) {
        const struct score_item *item = &s->items[i];
        uint8_t state = item->state[k];
        if (trouble == ((uint32_t)item->part << 31 | item->index))
            return state & OUTCOME;
        if ((state & CAME) && (state & OUTCOME) == STREAM_SKIPPED)
            outcome = STREAM_SKIPPED;
    }
    return outcome;
}

static void fill_row(struct score *s, uint32_t k, struct score_row *row)
{
    const struct score_programs *p = &s->programs;
    score_name_row(s, k, row);
    row->sig = p->sig[k];
    row->demo_ok = p->demo_ok[k];
    row->test_ok = score_matched(s, k, STREAM_TEST);
    row->outcome = outcome_of(s, k);
    row->line = p->line[k];
    row->error = p->error[k] ? s->errors[p->error[k]] : NULL;
}

bool score_next_row(struct score *s, uint32_t *n, struct score_row *row)
{
    if (*n == s->n_sorted)
        return false;
    fill_row(s, s->sorted[(*n)++].at, row);
    return true;
}

void score_guess_row(struct score *s, const struct score_guess *guess, struct score_row *row)
{
    fill_row(s, (uint32_t)guess->program, row);
}

static const char *source_of(struct score *s, uint32_t k)
{
    uint32_t index;
    const struct score_block *b = score_where(s, k, &index);
    return score_source(s, b, index);
}

int score_compare(const void *x, const void *y, void *score)
{
    const struct score_sorted *a = x, *b = y;
    if (a->demo_ok != b->demo_ok)
        return a->demo_ok < b->demo_ok ? 1 : -1;
    if (a->lines != b->lines)
        return a->lines < b->lines ? -1 : 1;
    int c = strcmp(a->id, b->id);
    if (!c)
        c = strcmp(source_of(score, a->at), source_of(score, b->at));
    return c ? c : a->at < b->at ? -1 : a->at > b->at;
}

struct score_sorted score_sorted_as(struct score *s, uint32_t k)
{
    uint32_t index;
    const struct score_block *b = score_where(s, k, &index);
    return (struct score_sorted){k, s->programs.demo_ok[k], b->lines[index], b->text + b->id[index]};
}

/* Counts demonstrations matched, and sorts the programs that matched one.  The others, of which there
   may be very many, are sorted behind them only if they are to be shown.  0, -1: memory. */
static int sort_programs(struct score *s)
{
    uint32_t *demo_ok = s->programs.demo_ok;
    s->n_sorted = s->n_matched = 0;
    memset(demo_ok, 0, s->n_programs * sizeof *demo_ok);
    for (size_t i = 0; i < s->n_items; i++)
        for (size_t k = 0; s->items[i].part == STREAM_DEMO && k < s->n_programs; k++)
            demo_ok[k] += (s->items[i].state[k] & EQUAL) != 0;
    for (uint32_t k = 0; k < s->n_programs; k++) {
        s->n_matched += demo_ok[k] != 0;
        if (!demo_ok[k] && !s->all)
            continue;
        if (room_for(&s->sorted, &s->cap_sorted, s->n_sorted + 1, sizeof *s->sorted))
            return -1;
        s->sorted[s->n_sorted++] = score_sorted_as(s, k);
    }
    if (s->n_sorted)
        qsort_r(s->sorted, s->n_sorted, sizeof *s->sorted, score_compare, s);
    return 0;
}

/* ---- totals ---- */

static void judge_programs(struct score *s)
{
    struct score_task *t = &s->task;
    const uint32_t *demo_ok = s->programs.demo_ok;
    t->rated = t->n_test > 0 && t->n_known == t->n_test;
    for (uint32_t k = 0; k < s->n_programs; k++) {
        if (demo_ok[k] != t->n_demo)
            continue;
        t->n_passed += t->n_demo > 0;
        t->oracle |= t->rated && score_matched(s, k, STREAM_TEST) == t->n_test;
    }
}

static int any_equal(const struct score *s, const struct score_item *i)
{
    for (uint32_t k = 0; k < s->n_programs; k++)
        if (i->state[k] & EQUAL)
            return 1;
    return 0;
}

static void judge_tests(struct score *s)
{
    struct score_task *t = &s->task;
    uint32_t right[SCORE_GUESSES] = {0};
    for (size_t i = 0; i < s->n_items; i++) {
        const struct score_item *item = &s->items[i];
        if (item->part != STREAM_TEST || !item->known || item->index >= t->n_test)
            continue;
        s->totals.test_oracle += (uint64_t)any_equal(s, item);
        const struct score_guess *g = t->guesses + (size_t)item->index * SCORE_GUESSES;
        int hit = 0;
        for (uint32_t k = 0; k < SCORE_GUESSES; k++) {
            hit |= g[k].right;
            right[k] += (uint32_t)hit;
        }
    }
    for (uint32_t k = 0; k < SCORE_GUESSES; k++) {
        s->totals.test_pass[k] += right[k];
        t->pass[k] = t->rated && right[k] == t->n_test;
    }
}

static void add_task(struct score_totals *sum, const struct score_task *t)
{
    sum->tasks++;
    sum->rows += t->n_rows;
    sum->passed += t->n_passed;
    sum->demo_solved += t->n_passed > 0;
    sum->rated += t->rated;
    sum->oracle += t->oracle;
    sum->tests += t->n_known;
    for (uint32_t k = 0; k < SCORE_GUESSES; k++)
        sum->pass[k] += t->pass[k];
}

int score_rank_task(struct score *s)
{
    if (sort_programs(s) || score_guess_all(s))
        return SCORE_NO_MEMORY;
    s->task.n_rows = (uint32_t)s->n_programs;
    s->task.guesses = s->guesses;
    judge_programs(s);
    judge_tests(s);
    add_task(&s->totals, &s->task);
    return 0;
}
