/* Ranking the programs of a task, choosing guesses, summing up: see score.h. */
#include "score_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

/* Row `at` becomes program k of the task. */
static void fill_row(struct score *s, uint32_t at, uint32_t k)
{
    const struct score_program *p = &s->programs[k];
    const struct score_block *b = &s->blocks[p->block];
    struct score_row *r = &s->rows[at];
    int skipped = 0;
    memset(r, 0, sizeof *r);
    r->id = b->ids[p->index];
    r->source = b->sources[p->index];
    r->shared_id = !s->id_source[b->id_numbers[p->index]];
    r->lines = b->lines[p->index];
    r->sig = p->sig;
    r->at = k;
    for (size_t i = 0; i < s->n_items; i++) {
        uint8_t state = s->items[i].state[k];
        int equal = (state & EQUAL) != 0;
        r->demo_ok += equal && s->items[i].part == STREAM_DEMO;
        r->test_ok += equal && s->items[i].part == STREAM_TEST && s->items[i].known;
        skipped |= (state & CAME) && (state & OUTCOME) == STREAM_SKIPPED;
    }
    r->outcome = skipped ? STREAM_SKIPPED : STREAM_OK;
    r->line = p->line;
    r->error = p->error ? s->errors[p->error] : NULL;
    for (size_t i = 0; i < s->n_items && p->trouble != UINT32_MAX; i++)
        if (((uint32_t)s->items[i].part << 31 | s->items[i].index) == p->trouble)
            r->outcome = s->items[i].state[k] & OUTCOME;
}

/* Best first; name decides between equals. */
static int compare_rows(const void *x, const void *y)
{
    const struct score_row *a = x, *b = y;
    if (a->demo_ok != b->demo_ok)
        return a->demo_ok < b->demo_ok ? 1 : -1;
    if (a->lines != b->lines)
        return a->lines < b->lines ? -1 : 1;
    int c = strcmp(a->id, b->id);
    if (!c)
        c = strcmp(a->source, b->source);
    return c ? c : a->at < b->at ? -1 : a->at > b->at;
}

static int matched_one(const struct score *s, uint32_t k)
{
    for (size_t i = 0; i < s->n_items; i++)
        if (s->items[i].part == STREAM_DEMO && (s->items[i].state[k] & EQUAL))
            return 1;
    return 0;
}

/* Rows that matched a demonstration in front, sorted; their number.  The others, of which there may
   be very many, keep their order of arrival. */
static uint32_t make_rows(struct score *s)
{
    uint32_t n = 0, rest;
    for (uint32_t k = 0; k < s->n_programs; k++)
        if (matched_one(s, k))
            fill_row(s, n++, k);
    if (n)
        qsort(s->rows, n, sizeof *s->rows, compare_rows);
    rest = n;
    for (uint32_t k = 0; k < s->n_programs; k++)
        if (!matched_one(s, k))
            fill_row(s, rest++, k);
    return n;
}

/* ---- guesses ---- */

/* Did the program give a grid on the item? */
static int gave(const struct score_item *i, const struct score_row *r)
{
    return (i->state[r->at] & (CAME | OUTCOME)) == (CAME | STREAM_OK);
}

/* Which output it gave: its number; 0 unknown. */
static uint32_t output_of(const struct score_item *i, const struct score_row *r)
{
    return i->output ? i->output[r->at] : 0;
}

/* Did it give the expected output? */
static int is_right(const struct score_item *i, const struct score_row *r)
{
    return i->known && (i->state[r->at] & EQUAL);
}

/* Are the outputs of two programs known to be one? */
static int same(const struct score_item *i, const struct score_row *a, const struct score_row *b)
{
    uint32_t x = output_of(i, a), y = output_of(i, b);
    return a->at == b->at || (x && x == y) || (is_right(i, a) && is_right(i, b));
}

/* A guess that begins with a row, and how many programs stand behind it. */
struct choice {
    int64_t row;
    uint32_t votes;
};

static int differs_from_all(const struct score *s, const struct score_item *i,
                            const struct choice *chosen, uint32_t n, uint32_t row)
{
    for (uint32_t k = 0; k < n; k++)
        if (same(i, &s->rows[chosen[k].row], &s->rows[row]))
            return 0;
    return 1;
}

/* The best rows among 0 .. n-1 that give different outputs: in order. */
static uint32_t choose_by_match(const struct score *s, const struct score_item *i, uint32_t n,
                                struct choice *chosen)
{
    uint32_t got = 0;
    for (uint32_t k = 0; k < n && got < SCORE_GUESSES; k++) {
        if (!gave(i, &s->rows[k]) || !differs_from_all(s, i, chosen, got, k))
            continue;
        chosen[got].row = k;
        chosen[got++].votes = 1;
    }
    return got;
}

/* Row behind the last of those that matched as many demonstrations as row k. */
static uint32_t end_of_equals(const struct score *s, uint32_t k, uint32_t n)
{
    uint32_t end = k + 1;
    while (end < n && s->rows[end].demo_ok == s->rows[k].demo_ok)
        end++;
    return end;
}

/* How many of the rows from .. to-1 gave each output, by its number; [0]: the right one. */
static void count_votes(const struct score *s, const struct score_item *i, uint32_t from,
                        uint32_t to, uint32_t *votes)
{
    for (uint32_t k = from; k < to; k++)
        votes[output_of(i, &s->rows[k])] = 0;
    votes[0] = 0;
    for (uint32_t k = from; k < to; k++) {
        const struct score_row *r = &s->rows[k];
        uint32_t o = output_of(i, r);
        if (gave(i, r) && o)
            votes[o]++;
        if (gave(i, r) && is_right(i, r))
            votes[0]++;
    }
}

/* Where an output is not known nobody else is known to have given it. */
static uint32_t votes_for(const struct score_item *i, const struct score_row *r,
                          const uint32_t *votes)
{
    uint32_t o = output_of(i, r);
    return is_right(i, r) ? votes[0] : o ? votes[o] : 1;
}

/* Puts a choice behind those of more or as many votes among its equals; the number chosen. */
static uint32_t insert_choice(const struct score *s, struct choice *chosen, uint32_t got,
                              struct choice c)
{
    uint32_t at = got;
    while (at > 0 && s->rows[chosen[at - 1].row].demo_ok == s->rows[c.row].demo_ok &&
           chosen[at - 1].votes < c.votes)
        at--;
    if (at == SCORE_GUESSES)
        return got;
    got += got < SCORE_GUESSES;
    memmove(&chosen[at + 1], &chosen[at], (got - at - 1) * sizeof c);
    chosen[at] = c;
    return got;
}

/*
 * The same, but among programs that matched equally many demonstrations the output that more of them
 * gave comes first.  Only the first row of an output counts its votes.  scratch: 2 (n_outputs + 1).
 */
static uint32_t choose_by_vote(const struct score *s, const struct score_item *i, uint32_t n,
                               uint32_t *scratch, struct choice *chosen)
{
    uint32_t got = 0, end = 0, *votes = scratch, *counted = scratch + i->n_outputs + 1;
    memset(counted, 0, ((size_t)i->n_outputs + 1) * sizeof *counted);
    for (uint32_t k = 0; k < n; k++) {
        const struct score_row *r = &s->rows[k];
        uint32_t o = output_of(i, r);
        if (k == end) {
            if (got == SCORE_GUESSES)
                break; /* by programs that matched more */
            end = end_of_equals(s, k, n);
            count_votes(s, i, k, end, votes);
        }
        if (!gave(i, r) || counted[o])
            continue;
        counted[o] = o != 0;
        if (differs_from_all(s, i, chosen, got, k))
            got = insert_choice(s, chosen, got, (struct choice){k, votes_for(i, r, votes)});
    }
    return got;
}

/* Is row k a better guess than row best? */
static int is_better(const struct score *s, const struct score_item *i, uint32_t k, int64_t best,
                     const uint32_t *votes)
{
    const struct score_row *x = &s->rows[k], *y = &s->rows[best];
    uint32_t for_x = votes ? votes_for(i, x, votes) : 0, for_y = votes ? votes_for(i, y, votes) : 0;
    return for_x != for_y ? for_x > for_y : compare_rows(x, y) < 0;
}

/* Fills up with the best of the rows from .. n-1, none of which matched a demonstration, and which
 * are not sorted.  scratch as for choose_by_vote. */
static uint32_t fill_up(const struct score *s, const struct score_item *i, uint32_t from,
                        uint32_t *scratch, struct choice *chosen, uint32_t got)
{
    uint32_t *votes = s->rank == SCORE_BY_VOTE ? scratch : NULL;
    if (votes && got < SCORE_GUESSES)
        count_votes(s, i, from, (uint32_t)s->n_programs, votes);
    for (; got < SCORE_GUESSES; got++) {
        int64_t best = -1;
        for (uint32_t k = from; k < s->n_programs; k++)
            if (gave(i, &s->rows[k]) && differs_from_all(s, i, chosen, got, k) &&
                (best < 0 || is_better(s, i, k, best, votes)))
                best = k;
        if (best < 0)
            break;
        chosen[got].row = best;
        chosen[got].votes = 1;
    }
    return got;
}

static void guess(struct score *s, const struct score_item *i, uint32_t n_sorted,
                  uint32_t *scratch)
{
    struct choice chosen[SCORE_GUESSES + 1];
    struct score_guess *g = s->guesses + (size_t)i->index * SCORE_GUESSES;
    uint32_t got = s->rank == SCORE_BY_VOTE ? choose_by_vote(s, i, n_sorted, scratch, chosen)
                                            : choose_by_match(s, i, n_sorted, chosen);
    got = fill_up(s, i, n_sorted, scratch, chosen, got);
    for (uint32_t k = 0; k < got; k++) {
        const struct score_row *r = &s->rows[chosen[k].row];
        uint32_t o = output_of(i, r);
        g[k].row = chosen[k].row;
        g[k].right = is_right(i, r);
        if (o)
            g[k].output = i->outputs[o - 1];
    }
}

static int guess_all(struct score *s, uint32_t n_sorted)
{
    size_t n = (size_t)s->task.n_test * SCORE_GUESSES, most = 0;
    if (score_room(&s->guesses, &s->cap_guesses, n, sizeof *s->guesses))
        return -1;
    for (size_t k = 0; k < n; k++) {
        memset(&s->guesses[k], 0, sizeof *s->guesses);
        s->guesses[k].row = -1;
    }
    for (size_t k = 0; k < s->n_items; k++)
        most = s->items[k].n_outputs > most ? s->items[k].n_outputs : most;
    uint32_t *scratch = malloc(2 * (most + 1) * sizeof *scratch);
    for (size_t k = 0; scratch && k < s->n_items; k++)
        if (s->items[k].part == STREAM_TEST && s->items[k].index < s->task.n_test)
            guess(s, &s->items[k], n_sorted, scratch);
    free(scratch);
    return scratch ? 0 : -1;
}

/* ---- totals ---- */

static void judge_rows(struct score *s, uint32_t n_sorted)
{
    struct score_task *t = &s->task;
    uint32_t n = t->n_demo ? n_sorted : t->n_rows, passed = 0;
    t->rated = t->n_test > 0 && t->n_known == t->n_test;
    for (; passed < n && t->rows[passed].demo_ok == t->n_demo; passed++)
        t->oracle |= t->rated && t->rows[passed].test_ok == t->n_test;
    t->n_passed = t->n_demo ? passed : 0;
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
    if (score_room(&s->rows, &s->cap_rows, s->n_programs, sizeof *s->rows))
        return SCORE_NO_MEMORY;
    uint32_t n_sorted = make_rows(s);
    if (guess_all(s, n_sorted))
        return SCORE_NO_MEMORY;
    s->task.n_rows = (uint32_t)s->n_programs;
    s->task.rows = s->rows;
    s->task.guesses = s->guesses;
    judge_rows(s, n_sorted);
    judge_tests(s);
    add_task(&s->totals, &s->task);
    return 0;
}
