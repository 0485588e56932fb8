/* See account.h. */
#include "account.h"

#include <stdlib.h>
#include <string.h>

void account_free(struct account *a)
{
    free(a->times);
    free(a->lines);
    free(a->sums);
    free(a->away);
    memset(a, 0, sizeof *a);
}

/* The lines that instructions of the program have, as many as a profile holds. */
static struct program_lines lines_of(const struct program_block *b, const struct program_entry *e)
{
    struct program_lines l = {0};
    if (e->error)
        return l;
    const struct card *c = &b->parts[e->part].card;
    const struct body *body = &c->bodies[e->code.body];
    uint32_t last = 0;
    l.first = UINT32_MAX;
    for (uint32_t k = 0; k < body->n_code; k++) {
        uint32_t line = c->code[body->code + k].line;
        l.first = line < l.first ? line : l.first;
        last = line > last ? line : last;
    }
    l.n = last - l.first < PROFILE_LINES ? last - l.first + 1 : PROFILE_LINES;
    return l;
}

static int begin_lines(struct account *a, const struct program_block *b)
{
    size_t n = 0;
    a->lines = calloc(b->n + 1, sizeof *a->lines);
    for (uint32_t k = 0; a->lines && k < b->n; k++) {
        a->lines[k] = lines_of(b, &b->entries[k]);
        n += a->lines[k].n + 1;
    }
    a->sums = calloc(n + 1, sizeof *a->sums);
    a->away = calloc(n + 1, sizeof *a->away);
    if (!a->lines || !a->sums || !a->away)
        return -1;
    n = 0;
    for (uint32_t k = 0; k < b->n; k++) {
        a->lines[k].sums = a->sums + n;
        a->lines[k].away = a->away + n;
        n += a->lines[k].n + 1;
    }
    return 0;
}

int account_begin(struct account *a, const struct program_block *b, int want_lines)
{
    account_free(a);
    a->times = calloc(b->n + 1, sizeof *a->times);
    if (a->times && (!want_lines || begin_lines(a, b) == 0))
        return 0;
    account_free(a);
    return -1;
}

static void add(uint64_t *to, uint64_t n)
{
    __atomic_fetch_add(to, n, __ATOMIC_RELAXED);
}

void account_run(struct run_times *t, const struct run_result *r, uint64_t nanoseconds)
{
    struct run_sums *s = r->fuel > BULK_UNITS ? &t->tail : &t->bulk;
    add(&s->nanoseconds, nanoseconds);
    add(&s->runs, 1);
    add(&s->units, r->fuel);
    add(&s->calls, r->calls);
}

void account_away(struct run_times *t, const struct run_result *r, uint64_t nanoseconds)
{
    account_run(t, r, nanoseconds);
    add(&t->away, 1);
    add(&t->away_nanoseconds, nanoseconds);
}

static void take_sum(struct profile_sum *to, struct profile_sum *from)
{
    if (!(from->calls | from->units | from->ticks))
        return;
    add(&to->calls, from->calls);
    add(&to->units, from->units);
    add(&to->ticks, from->ticks);
    memset(from, 0, sizeof *from);
}

void account_lines(struct program_lines *l, struct profile *p)
{
    for (uint32_t k = 0; k < l->n; k++)
        take_sum(&l->sums[k], &p->lines[k]);
    take_sum(&l->sums[l->n], &p->lines[p->n_lines]);
}

void account_lines_away(struct program_lines *l, const struct profile_sum *from, double each)
{
    for (uint32_t k = 0; k <= l->n; k++) {
        if (!(from[k].calls | from[k].units | from[k].ticks))
            continue;
        add(&l->sums[k].calls, from[k].calls);
        add(&l->sums[k].units, from[k].units);
        add(&l->away[k], (uint64_t)(1000 * each * (double)from[k].ticks));
    }
}

void account_add(struct profile_sum *to, const struct profile_sum *from, int n)
{
    for (int k = 0; k < n; k++) {
        to[k].calls += from[k].calls;
        to[k].units += from[k].units;
        to[k].ticks += from[k].ticks;
    }
}

struct run_sums account_sum(const struct run_times *t)
{
    const struct run_sums *a = &t->bulk, *b = &t->tail;
    struct run_sums s = {a->runs + b->runs, a->nanoseconds + b->nanoseconds, a->units + b->units,
                         a->calls + b->calls};
    return s;
}
