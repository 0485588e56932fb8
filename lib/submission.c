/* See submission.h. */
#include "submission.h"

#include "digest.h"
#include "utf8.h"

#include <jansson.h>
#include <string.h>

enum { SIDE_MAX = 30 };

/* Stand in for guesses that are not there: two, so that one always differs from the other attempt. */
static const uint8_t zeros[4];
static const struct stream_grid fillers[2] = {{2, 2, zeros}, {1, 1, zeros}};

void submission_begin(struct submission *s, FILE *file)
{
    memset(s, 0, sizeof *s);
    s->file = file;
    fputs("{", file);
}

static void print_grid(FILE *file, const struct stream_grid *g)
{
    for (uint32_t i = 0; i < g->h; i++) {
        fputs(i ? ",[" : "[[", file);
        for (uint32_t j = 0; j < g->w; j++)
            fprintf(file, j ? ",%u" : "%u", g->cells[(size_t)i * g->w + j]);
        fputc(']', file);
    }
    fputc(']', file);
}

static bool same_grid(const struct stream_grid *a, const struct stream_grid *b)
{
    return a->h == b->h && a->w == b->w && memcmp(a->cells, b->cells, (size_t)a->h * a->w) == 0;
}

static bool usable(const struct score_guess *guess, struct stream_grid *g)
{
    return guess->output.data && stream_output_grid(guess->output, g) && g->h >= 1 && g->w >= 1 &&
           g->h <= SIDE_MAX && g->w <= SIDE_MAX;
}

static void print_attempts(FILE *file, const struct score_guess *guesses)
{
    struct stream_grid attempts[2], g;
    uint32_t n = 0;
    for (uint32_t k = 0; k < SCORE_GUESSES; k++)
        if (usable(&guesses[k], &g) && !(n && same_grid(&attempts[0], &g)))
            attempts[n++] = g;
    for (uint32_t k = 0; n < 2; k++)
        if (!(n && same_grid(&attempts[0], &fillers[k])))
            attempts[n++] = fillers[k];
    fputs("{\"attempt_1\":", file);
    print_grid(file, &attempts[0]);
    fputs(",\"attempt_2\":", file);
    print_grid(file, &attempts[1]);
    fputc('}', file);
}

/* The id as a JSON string; caller frees.  NULL: memory. */
static char *quoted_id(const char *id)
{
    struct pool pool = {0};
    const char *text = utf8_text(&pool, id);
    json_t *string = text ? json_string(text) : NULL;
    char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    json_decref(string);
    pool_free(&pool);
    return quoted;
}

int submission_task(struct submission *s, const struct score_task *t)
{
    const char *slash = strrchr(t->key, '/'), *id = slash ? slash + 1 : t->key;
    uint32_t before;
    int fresh = twice_add(&s->ids, digest_of(id, strlen(id)), (uint64_t)s->n_tasks + 1, &before);
    if (fresh <= 0)
        return fresh ? SUBMISSION_TEMPORARY : SUBMISSION_TWICE;
    char *quoted = quoted_id(id);
    if (!quoted)
        return SUBMISSION_NO_MEMORY;
    fprintf(s->file, "%s\n%s:[", s->n_tasks++ ? "," : "", quoted);
    free(quoted);
    for (uint32_t k = 0; k < t->n_test; k++) {
        if (k)
            fputc(',', s->file);
        print_attempts(s->file, t->guesses + (size_t)k * SCORE_GUESSES);
    }
    fputc(']', s->file);
    return SUBMISSION_OK;
}

int submission_twice(struct submission *s, uint32_t *first, uint32_t *second)
{
    int got = twice_rest(&s->ids, first, second);
    return got < 0 ? SUBMISSION_TEMPORARY : got ? SUBMISSION_TWICE : SUBMISSION_OK;
}

void submission_end(struct submission *s)
{
    fputs("\n}\n", s->file);
    twice_clear(&s->ids);
}
