/* Choosing guesses: see score.h. */
#include "room.h"
#include "score_private.h"

#include <stdlib.h>
#include <string.h>

/* Did the program give a grid on the item? */
static int gave(const struct score_item *i, uint32_t k)
{
    return (i->state[k] & (CAME | OUTCOME)) == (CAME | STREAM_OK);
}

/* Which output it gave: its number; 0 unknown. */
static uint32_t output_of(const struct score_item *i, uint32_t k)
{
    return i->output ? i->output[k] : 0;
}

/* Did it give the expected output? */
static int is_right(const struct score_item *i, uint32_t k)
{
    return i->known && (i->state[k] & EQUAL);
}

/* Are the outputs of two programs known to be one? */
static int same(const struct score_item *i, uint32_t a, uint32_t b)
{
    uint32_t x = output_of(i, a), y = output_of(i, b);
    return a == b || (x && x == y) || (is_right(i, a) && is_right(i, b));
}

/* A guess that begins with a program, and how many stand behind it. */
struct choice {
    uint32_t program, votes;
};

static int differs_from_all(const struct score_item *i, const struct choice *chosen, uint32_t n,
                            uint32_t program)
{
    for (uint32_t k = 0; k < n; k++)
        if (same(i, chosen[k].program, program))
            return 0;
    return 1;
}

/* The best programs that give different outputs, of those that matched a demonstration: in order. */
static uint32_t choose_by_match(const struct score *s, const struct score_item *i,
                                struct choice *chosen)
{
    uint32_t got = 0;
    for (size_t k = 0; k < s->n_matched && got < SCORE_GUESSES; k++) {
        uint32_t at = s->sorted[k].at;
        if (gave(i, at) && differs_from_all(i, chosen, got, at))
            chosen[got++] = (struct choice){at, 1};
    }
    return got;
}

/* Place behind the last of those that matched as many demonstrations as the k-th. */
static size_t end_of_equals(const struct score *s, size_t k)
{
    size_t end = k + 1;
    while (end < s->n_matched && s->sorted[end].demo_ok == s->sorted[k].demo_ok)
        end++;
    return end;
}

/* How many programs gave each output, by its number; [0]: the right one.  Start from zeros. */
static void add_vote(const struct score_item *i, uint32_t program, uint32_t *votes)
{
    uint32_t o = output_of(i, program);
    if (!gave(i, program))
        return;
    votes[o] += o != 0;
    votes[0] += is_right(i, program) != 0;
}

/* Where an output is not known nobody else is known to have given it. */
static uint32_t votes_for(const struct score_item *i, uint32_t program, const uint32_t *votes)
{
    uint32_t o = output_of(i, program);
    return is_right(i, program) ? votes[0] : o ? votes[o] : 1;
}

/* Puts a choice behind those of more or as many votes among its equals; the number chosen. */
static uint32_t insert_choice(const struct score *s, struct choice *chosen, uint32_t got,
                              struct choice c)
{
    const uint32_t *demo_ok = s->programs.demo_ok;
    uint32_t at = got;
    while (at > 0 && demo_ok[chosen[at - 1].program] == demo_ok[c.program] &&
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
 * gave comes first.  Only the first program of an output counts its votes.  scratch: 2 (n_outputs + 1).
 */
static uint32_t choose_by_vote(const struct score *s, const struct score_item *i, uint32_t *scratch,
                               struct choice *chosen)
{
    uint32_t got = 0, *votes = scratch, *counted = scratch + i->n_outputs + 1;
    size_t size = ((size_t)i->n_outputs + 1) * sizeof *counted, end = 0;
    memset(counted, 0, size);
    for (size_t k = 0; k < s->n_matched; k++) {
        uint32_t at = s->sorted[k].at, o = output_of(i, at);
        if (k == end) {
            if (got == SCORE_GUESSES)
                break; /* by programs that matched more */
            end = end_of_equals(s, k);
            memset(votes, 0, size);
            for (size_t j = k; j < end; j++)
                add_vote(i, s->sorted[j].at, votes);
        }
        if (!gave(i, at) || counted[o])
            continue;
        counted[o] = o != 0;
        if (differs_from_all(i, chosen, got, at))
            got = insert_choice(s, chosen, got, (struct choice){at, votes_for(i, at, votes)});
    }
    return got;
}

/* Is a a better guess than b? */
static int is_better(struct score *s, const struct score_item *i, const struct score_sorted *a,
                     const struct score_sorted *b, const uint32_t *votes)
{
    uint32_t for_a = votes ? votes_for(i, a->at, votes) : 0;
    uint32_t for_b = votes ? votes_for(i, b->at, votes) : 0;
    return for_a != for_b ? for_a > for_b : score_compare(a, b, s) < 0;
}

/* The best guess among the programs that matched no demonstration, if its output differs from those
 * chosen; false: there is none. */
static bool best_of_rest(struct score *s, const struct score_item *i, const struct choice *chosen,
                         uint32_t got, const uint32_t *votes, struct score_sorted *best)
{
    bool any = false;
    for (uint32_t k = 0; k < s->n_programs; k++) {
        if (!gave(i, k) || s->programs.demo_ok[k] || !differs_from_all(i, chosen, got, k))
            continue;
        struct score_sorted one = score_sorted_as(s, k);
        if (!any || is_better(s, i, &one, best, votes))
            *best = one;
        any = true;
    }
    return any;
}

/* Fills up with the best of the programs that matched no demonstration, which need not be
 * sorted. scratch
 * as for choose_by_vote. */
static uint32_t fill_up(struct score *s, const struct score_item *i, uint32_t *scratch,
                        struct choice *chosen, uint32_t got)
{
    uint32_t *votes = s->rank == SCORE_BY_VOTE ? scratch : NULL;
    const uint32_t *demo_ok = s->programs.demo_ok;
    if (votes && got < SCORE_GUESSES) {
        memset(votes, 0, ((size_t)i->n_outputs + 1) * sizeof *votes);
        for (uint32_t k = 0; k < s->n_programs; k++)
            if (!demo_ok[k])
                add_vote(i, k, votes);
    }
    struct score_sorted best;
    while (got < SCORE_GUESSES && best_of_rest(s, i, chosen, got, votes, &best))
        chosen[got++] = (struct choice){best.at, 1};
    return got;
}

static void guess(struct score *s, const struct score_item *i, uint32_t *scratch)
{
    struct choice chosen[SCORE_GUESSES + 1];
    struct score_guess *g = s->guesses + (size_t)i->index * SCORE_GUESSES;
    uint32_t got = s->rank == SCORE_BY_VOTE ? choose_by_vote(s, i, scratch, chosen)
                                            : choose_by_match(s, i, chosen);
    got = fill_up(s, i, scratch, chosen, got);
    for (uint32_t k = 0; k < got; k++) {
        uint32_t o = output_of(i, chosen[k].program);
        g[k].program = chosen[k].program;
        g[k].right = is_right(i, chosen[k].program);
        if (o && s->outputs)
            g[k].output = i->outputs[o - 1];
    }
}

int score_guess_all(struct score *s)
{
    size_t n = (size_t)s->task.n_test * SCORE_GUESSES, most = 0;
    if (room_for(&s->guesses, &s->cap_guesses, n, sizeof *s->guesses))
        return -1;
    for (size_t k = 0; k < n; k++)
        s->guesses[k] = (struct score_guess){.program = -1};
    for (size_t k = 0; k < s->n_items; k++)
        most = s->items[k].n_outputs > most ? s->items[k].n_outputs : most;
    uint32_t *scratch = malloc(2 * (most + 1) * sizeof *scratch);
    for (size_t k = 0; scratch && k < s->n_items; k++)
        if (s->items[k].part == STREAM_TEST && s->items[k].index < s->task.n_test)
            guess(s, &s->items[k], scratch);
    free(scratch);
    return scratch ? 0 : -1;
}
