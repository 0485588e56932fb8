/* See score_show.h. */
#include "score_show.h"

#include "pool.h"
#include "utf8.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A table's rows wait, so that its columns can be as wide as they need. */
enum { WAITING = 1000, WIDEST_ID = 60 };

struct waiting {
    const char *task, *id, *error;
    struct score_row row;
    uint32_t n_demo, n_known;
};

struct score_show {
    FILE *file;
    enum score_form form;
    bool color, begun;
    struct pool text;
    struct waiting *waiting;
    size_t n_waiting;
    int width_task, width_id;
};

struct score_show *score_show_open(FILE *file, enum score_form form, bool color)
{
    struct score_show *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->file = file;
    s->form = form;
    s->color = color;
    s->width_task = 4;
    s->width_id = 7;
    if (form == SCORE_TABLE && !(s->waiting = calloc(WAITING, sizeof *s->waiting))) {
        free(s);
        return NULL;
    }
    return s;
}

void score_show_close(struct score_show *s)
{
    if (!s)
        return;
    pool_free(&s->text);
    free(s->waiting);
    free(s);
}

/* Text in one line and one column, whatever it holds: tab, newline and other control characters are
   shown as \t, \n, \xNN, the backslash as \\.  NULL: memory. */
static const char *plain(struct pool *pool, const char *source, const char *id)
{
    size_t n = 4 * (strlen(source) + strlen(id)) + 2;
    char *out = pool_take(pool, n), *o = out;
    if (!out)
        return NULL;
    for (int part = 0; part < 2; part++) {
        for (const char *c = part ? id : source; *c; c++) {
            unsigned char u = (unsigned char)*c;
            if (u == '\\')
                o += sprintf(o, "\\\\");
            else if (u == '\t' || u == '\n')
                o += sprintf(o, "\\%c", u == '\t' ? 't' : 'n');
            else if (u < 32 || u == 127)
                o += sprintf(o, "\\x%02x", u);
            else
                *o++ = *c;
        }
        if (part == 0 && *source)
            *o++ = ':';
    }
    *o = '\0';
    return out;
}

static const char *name_of(struct score_show *s, const struct score_row *r)
{
    return plain(&s->text, r->shared_id ? r->source : "", r->id);
}

static int passed(const struct score_task *t, const struct score_row *r)
{
    return t->n_demo && r->demo_ok == t->n_demo;
}

/* ---- TSV and ids ---- */

static int show_tsv(struct score_show *s, const struct score_task *t, const struct score_row *r)
{
    const char *task = plain(&s->text, "", t->key), *id = name_of(s, r);
    if (!task || !id)
        return -1;
    if (!s->begun)
        fputs("task\tid\tdemo_ok\tdemo_n\ttest_ok\ttest_n\toutcome\tline\tsig\n", s->file);
    s->begun = true;
    fprintf(s->file, "%s\t%s\t%u\t%u\t%u\t%u\t%s\t%u\t%016" PRIx64 "\n", task, id, r->demo_ok,
            t->n_demo, r->test_ok, t->n_known, stream_outcome_name(r->outcome), r->line, r->sig);
    return 0;
}

static int show_passed(struct score_show *s, const struct score_task *t, const struct score_row *r)
{
    const char *id = name_of(s, r);
    if (id && passed(t, r))
        fprintf(s->file, "%s\n", id);
    return id ? 0 : -1;
}

/* ---- the table ---- */

static const char *color(const struct score_show *s, const char *code)
{
    return s->color ? code : "";
}

#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define RED "\033[31m"
#define BOLD "\033[1m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

static void print_waiting(struct score_show *s, const struct waiting *w)
{
    const struct score_row *r = &w->row;
    const char *demo = r->demo_ok == w->n_demo ? GREEN : r->demo_ok ? YELLOW : RED;
    const char *test = r->test_ok == w->n_known ? GREEN : r->test_ok ? YELLOW : RED;
    fprintf(s->file, "%-*s  %-*s  %s%3u/%-3u%s  ", s->width_task, w->task, s->width_id, w->id,
            color(s, demo), r->demo_ok, w->n_demo, color(s, PLAIN));
    if (w->n_known)
        fprintf(s->file, "%s%3u/%-3u%s  ", color(s, test), r->test_ok, w->n_known, color(s, PLAIN));
    else
        fprintf(s->file, "   -     ");
    fprintf(s->file, "%5u  %s%s%s", r->lines, color(s, r->outcome == STREAM_OK ? "" : RED),
            stream_outcome_name(r->outcome), color(s, PLAIN));
    if (r->line)
        fprintf(s->file, " line %u%s%s", r->line, w->error ? ": " : "", w->error ? w->error : "");
    fputc('\n', s->file);
}

static int at_most(size_t n, int limit)
{
    return n < (size_t)limit ? (int)n : limit;
}

static void print_table(struct score_show *s)
{
    for (size_t k = 0; k < s->n_waiting; k++) {
        int task = at_most(strlen(s->waiting[k].task), WIDEST_ID);
        int id = at_most(strlen(s->waiting[k].id), WIDEST_ID);
        s->width_task = task > s->width_task ? task : s->width_task;
        s->width_id = id > s->width_id ? id : s->width_id;
    }
    if (!s->begun)
        fprintf(s->file, "%s%-*s  %-*s  %-7s  %-7s  %5s  %s%s\n", color(s, BOLD), s->width_task,
                "task", s->width_id, "program", " demos", " tests", "lines", "outcome",
                color(s, PLAIN));
    s->begun = true;
    for (size_t k = 0; k < s->n_waiting; k++)
        print_waiting(s, &s->waiting[k]);
    s->n_waiting = 0;
    pool_reset(&s->text);
}

static int wait_row(struct score_show *s, const struct score_task *t, const struct score_row *r)
{
    if (s->n_waiting == WAITING)
        print_table(s);
    struct waiting *w = &s->waiting[s->n_waiting];
    w->row = *r;
    w->n_demo = t->n_demo;
    w->n_known = t->n_known;
    w->task = plain(&s->text, "", t->key);
    w->id = name_of(s, r);
    w->error = plain(&s->text, "", r->error ? r->error : "");
    if (!w->task || !w->id || !w->error)
        return -1;
    if (!*w->error)
        w->error = NULL;
    s->n_waiting++;
    return 0;
}

static void print_total(struct score_show *s, const char *name, uint64_t tasks, uint64_t of,
                        int64_t tests, uint64_t of_tests)
{
    fprintf(s->file, "%s%-12s%s %6" PRIu64 " / %-6" PRIu64 " %5.1f%%", color(s, BOLD), name,
            color(s, PLAIN), tasks, of, of ? 100.0 * (double)tasks / (double)of : 0.0);
    if (tests >= 0)
        fprintf(s->file, "  %6" PRId64 " / %-6" PRIu64 " %5.1f%%", tests, of_tests,
                of_tests ? 100.0 * (double)tests / (double)of_tests : 0.0);
    fputc('\n', s->file);
}

static void table_totals(struct score_show *s, const struct score_totals *t)
{
    print_table(s);
    fprintf(s->file, "\n%s%-12s %6s   %-14s %6s%s\n", color(s, DIM), "", "tasks", "", "test outputs",
            color(s, PLAIN));
    print_total(s, "demo_solved", t->demo_solved, t->tasks, -1, 0);
    print_total(s, "oracle", t->oracle, t->rated, (int64_t)t->test_oracle, t->tests);
    print_total(s, "pass@1", t->pass[0], t->rated, (int64_t)t->test_pass[0], t->tests);
    print_total(s, "pass@2", t->pass[1], t->rated, (int64_t)t->test_pass[1], t->tests);
}

/* ---- JSON ---- */

/* Prints and frees an object; 0 or -1: memory. */
static int print_json(struct score_show *s, json_t *j)
{
    int bad = !j || json_dumpf(j, s->file, JSON_COMPACT);
    json_decref(j);
    fputc('\n', s->file);
    return bad && !ferror(s->file) ? -1 : 0;
}

/* Text that JSON can hold; NULL: memory. */
static const char *json_text(struct score_show *s, const char *text)
{
    return utf8_text(&s->text, text);
}

static int show_json_row(struct score_show *s, const struct score_task *t, const struct score_row *r)
{
    const char *task = json_text(s, t->key), *id = json_text(s, r->id);
    const char *source = json_text(s, r->source), *error = r->error ? json_text(s, r->error) : NULL;
    char sig[17];
    if (!task || !id || !source || (r->error && !error))
        return -1;
    snprintf(sig, sizeof sig, "%016" PRIx64, r->sig);
    return print_json(
        s, json_pack("{ss ss ss ss si si si si si ss si ss? ss}", "type", "row", "task", task, "id",
                     id, "source", source, "lines", (int)r->lines, "demo_ok", (int)r->demo_ok,
                     "demo_n", (int)t->n_demo, "test_ok", (int)r->test_ok, "test_n",
                     (int)t->n_known, "outcome", stream_outcome_name(r->outcome), "line",
                     (int)r->line, "error", error, "sig", sig));
}

/* Ids of the programs behind the guesses, a list per test; NULL: memory. */
static json_t *guesses_of(struct score_show *s, struct score *score, const struct score_task *t)
{
    struct score_row row;
    json_t *all = json_array();
    int bad = !all;
    for (uint32_t k = 0; k < t->n_test && !bad; k++) {
        json_t *one = json_array();
        for (uint32_t g = 0; g < SCORE_GUESSES; g++) {
            const struct score_guess *guess = &t->guesses[k * SCORE_GUESSES + g];
            if (guess->program < 0)
                continue;
            score_guess_row(score, guess, &row);
            const char *id = json_text(s, row.id);
            bad |= !id || json_array_append_new(one, json_string(id));
        }
        bad |= json_array_append_new(all, one);
    }
    if (!bad)
        return all;
    json_decref(all);
    return NULL;
}

static int show_json_task(struct score_show *s, struct score *score, const struct score_task *t)
{
    const char *task = json_text(s, t->key);
    json_t *guesses = guesses_of(s, score, t);
    if (!task || !guesses) {
        json_decref(guesses);
        return -1;
    }
    return print_json(s, json_pack("{ss ss si si si si si sb sb sb sb so}", "type", "task", "task",
                                   task, "demo_n", (int)t->n_demo, "test_n", (int)t->n_test,
                                   "known", (int)t->n_known, "programs", (int)t->n_rows, "passed",
                                   (int)t->n_passed, "demo_solved", t->n_passed > 0, "oracle",
                                   t->oracle, "pass@1", t->pass[0], "pass@2", t->pass[1], "guesses",
                                   guesses));
}

static int json_totals(struct score_show *s, const struct score_totals *t)
{
    return print_json(
        s, json_pack("{ss sI sI sI sI sI sI sI sI sI sI sI sI}", "type", "totals", "tasks",
                     (json_int_t)t->tasks, "rated", (json_int_t)t->rated, "demo_solved",
                     (json_int_t)t->demo_solved, "oracle", (json_int_t)t->oracle, "pass@1",
                     (json_int_t)t->pass[0], "pass@2", (json_int_t)t->pass[1], "tests",
                     (json_int_t)t->tests, "test_oracle", (json_int_t)t->test_oracle, "test_pass@1",
                     (json_int_t)t->test_pass[0], "test_pass@2", (json_int_t)t->test_pass[1], "rows",
                     (json_int_t)t->rows, "passed", (json_int_t)t->passed));
}

/* ---- all forms ---- */

int score_show_task(struct score_show *s, struct score *score, const struct score_task *t)
{
    static int (*const show[])(struct score_show *, const struct score_task *,
                               const struct score_row *) = {show_tsv, wait_row, show_json_row,
                                                            show_passed};
    struct score_row row;
    uint32_t n = 0;
    int bad = 0;
    while (!bad && score_next_row(score, &n, &row))
        bad = show[s->form](s, t, &row);
    if (!bad && s->form == SCORE_JSON)
        bad = show_json_task(s, score, t);
    if (s->form != SCORE_TABLE)
        pool_reset(&s->text);
    return bad;
}

int score_show_totals(struct score_show *s, const struct score_totals *t)
{
    if (s->form == SCORE_TABLE)
        table_totals(s, t);
    if (s->form == SCORE_TSV && !s->begun)
        fputs("task\tid\tdemo_ok\tdemo_n\ttest_ok\ttest_n\toutcome\tline\tsig\n", s->file);
    return s->form == SCORE_JSON ? json_totals(s, t) : 0;
}
