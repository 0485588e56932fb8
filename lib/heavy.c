/* See heavy.h. */
#include "heavy.h"

#include <stdlib.h>
#include <string.h>

#include "times.h"
#include "utf8.h"
#include "util.h"

int heavy_open(struct heavy *h, uint32_t max)
{
    memset(h, 0, sizeof *h);
    h->max = max;
    h->programs = calloc(max + 1, sizeof *h->programs);
    return h->programs ? 0 : -1;
}

static void free_program(struct heavy_program *p)
{
    for (uint32_t k = 0; k < p->n_lines; k++)
        free(p->lines[k].text);
    free(p->id);
    free(p->source);
    memset(p, 0, sizeof *p);
}

void heavy_close(struct heavy *h)
{
    for (uint32_t k = 0; k < h->n; k++)
        free_program(&h->programs[k]);
    free(h->programs);
    memset(h, 0, sizeof *h);
}

/* ---- keeping ---- */

enum { LEAST_SHARE = 100 }; /* of a program's time, a hundredth: lighter lines say nothing */

static uint64_t nanoseconds_of(const struct run_times *t)
{
    return t->bulk.nanoseconds + t->tail.nanoseconds;
}

/* By time; by units those of which devices that tell none did every run. */
static int is_lighter(const struct run_times *a, const struct run_times *b)
{
    struct run_sums x = account_sum(a), y = account_sum(b);
    return x.nanoseconds != y.nanoseconds ? x.nanoseconds < y.nanoseconds : x.units < y.units;
}

/* Puts a line among the heaviest of its program, if it is one of them. */
static void put_line(struct heavy_program *p, const struct heavy_line *l)
{
    uint32_t at = p->n_lines;
    while (at > 0 && p->lines[at - 1].nanoseconds < l->nanoseconds)
        at--;
    if (at == HEAVY_LINES)
        return;
    p->n_lines += p->n_lines < HEAVY_LINES;
    memmove(&p->lines[at + 1], &p->lines[at], (p->n_lines - 1 - at) * sizeof *l);
    p->lines[at] = *l;
}

/* The program's time here and on devices, each shared out to the lines by what they took there. */
static void choose_lines(struct heavy_program *p, const struct program_lines *lines)
{
    double took = (double)nanoseconds_of(&p->times), far = (double)p->times.away_nanoseconds;
    uint64_t ticks = 0, away = 0;
    for (uint32_t k = 0; k <= lines->n; k++) {
        ticks += lines->sums[k].ticks;
        away += lines->away[k];
    }
    double here_each = ticks ? (took - far) / (double)ticks : 0;
    double far_each = away ? far / (double)away : 0;
    for (uint32_t k = 0; k < lines->n; k++) {
        const struct profile_sum *s = &lines->sums[k];
        struct heavy_line l = {lines->first + k, NULL, *s,
                               here_each * (double)s->ticks + far_each * (double)lines->away[k]};
        if (l.nanoseconds * LEAST_SHARE >= took && took > 0)
            put_line(p, &l);
    }
}

/* The texts of the lines chosen. */
static int copy_texts(struct heavy_program *p, struct program_block *b, uint32_t k)
{
    const struct program_entry *e = &b->entries[k];
    struct parse own;
    uint32_t function;
    int failed = 0;
    parse_init(&own);
    if (e->from_json)
        failed = programs_syntax(b, k, &own, &function);
    const struct parse *text = e->from_json ? &own : programs_parse(e->file);
    for (uint32_t m = 0; m < p->n_lines && !failed; m++) {
        size_t n;
        const char *s = parse_line_text(text, p->lines[m].line, &n);
        failed = !(p->lines[m].text = strndup(s, n));
    }
    parse_free(&own);
    return failed ? -1 : 0;
}

/* Puts program k among the heaviest, before those that are lighter. */
static int put_program(struct heavy *h, struct program_block *b, uint32_t k,
                       const struct programs *sources, const struct account *account)
{
    const struct program_entry *e = &b->entries[k];
    struct heavy_program p = {.times = account->times[k], .line = e->line};
    uint32_t at = h->n;
    while (at > 0 && is_lighter(&h->programs[at - 1].times, &p.times))
        at--;
    if (at == h->max)
        return 0;
    p.id = strdup(e->id);
    p.source = strdup(sources->sources[e->source]);
    choose_lines(&p, &account->lines[k]);
    if (!p.id || !p.source || copy_texts(&p, b, k)) {
        free_program(&p);
        return -1;
    }
    if (h->n == h->max)
        free_program(&h->programs[--h->n]);
    memmove(&h->programs[at + 1], &h->programs[at], (h->n - at) * sizeof p);
    h->programs[at] = p;
    h->n++;
    return 0;
}

int heavy_add(struct heavy *h, struct program_block *b, const struct programs *sources,
              const struct account *account)
{
    for (uint32_t k = 0; k < b->n; k++) {
        struct run_sums s = account_sum(&account->times[k]);
        h->all.bulk.runs += s.runs;
        h->all.bulk.nanoseconds += s.nanoseconds;
        h->all.away += account->times[k].away;
        h->all.away_nanoseconds += account->times[k].away_nanoseconds;
        if (s.runs && put_program(h, b, k, sources, account))
            return -1;
    }
    h->n_programs += b->n;
    return 0;
}

/* ---- showing ---- */

static double share(const struct heavy *h, double nanoseconds)
{
    return h->all.bulk.nanoseconds ? nanoseconds / (double)h->all.bulk.nanoseconds : 0;
}

static void print_program(FILE *file, const struct heavy *h, struct heavy_program *p)
{
    struct run_sums s = account_sum(&p->times);
    double took = (double)s.nanoseconds;
    util_tame(p->id);
    util_tame(p->source);
    fprintf(file, "%5.1f%% %11.3f %9llu %10.1f %12llu %12llu  %s (%s:%u)\n", 100 * share(h, took),
            took / 1e6, (unsigned long long)s.runs, took / 1e3 / (double)s.runs,
            (unsigned long long)s.calls, (unsigned long long)s.units, p->id, p->source,
            (unsigned)p->line);
    for (uint32_t k = 0; k < p->n_lines; k++) {
        const struct heavy_line *l = &p->lines[k];
        util_tame(l->text);
        fprintf(file, "%5.1f%% %11.3f %9s %10s %12llu %12llu    %u: %s\n",
                100 * share(h, l->nanoseconds), l->nanoseconds / 1e6, "", "",
                (unsigned long long)l->sum.calls, (unsigned long long)l->sum.units,
                (unsigned)l->line, l->text);
    }
}

void heavy_print(FILE *file, struct heavy *h)
{
    fprintf(file, "the %u heaviest of %llu programs, which took %.3f s for %llu runs",
            (unsigned)h->n, (unsigned long long)h->n_programs,
            (double)h->all.bulk.nanoseconds / 1e9,
            (unsigned long long)h->all.bulk.runs);
    if (h->all.away)
        fprintf(file, "; devices did %llu of them in %.3f s", (unsigned long long)h->all.away,
                (double)h->all.away_nanoseconds / 1e9);
    fprintf(file, "\n  time          ms      runs   us a run        calls        units  program, "
                  "and its lines\n");
    for (uint32_t k = 0; k < h->n; k++)
        print_program(file, h, &h->programs[k]);
}

static json_t *json_text(struct pool *pool, const char *text)
{
    const char *s = utf8_text(pool, text);
    return json_string(s ? s : "");
}

static json_t *lines_json(const struct heavy *h, const struct heavy_program *p, struct pool *pool)
{
    json_t *lines = json_array();
    for (uint32_t k = 0; k < p->n_lines; k++) {
        const struct heavy_line *l = &p->lines[k];
        json_array_append_new(
            lines, json_pack("{s:i, s:o, s:f, s:f, s:I, s:I}", "line", (int)l->line, "text",
                             json_text(pool, l->text), "us", l->nanoseconds / 1e3, "share",
                             share(h, l->nanoseconds), "calls", (json_int_t)l->sum.calls, "units",
                             (json_int_t)l->sum.units));
    }
    return lines;
}

json_t *heavy_json(const struct heavy *h)
{
    struct pool pool = {0};
    json_t *all = json_array();
    for (uint32_t k = 0; k < h->n; k++) {
        const struct heavy_program *p = &h->programs[k];
        json_t *o = json_pack("{s:o, s:o, s:i, s:f}", "program", json_text(&pool, p->id), "source",
                              json_text(&pool, p->source), "line", (int)p->line, "share",
                              share(h, (double)nanoseconds_of(&p->times)));
        times_add(o, &p->times);
        json_object_set_new(o, "lines", lines_json(h, p, &pool));
        json_array_append_new(all, o);
    }
    pool_free(&pool);
    return all;
}
