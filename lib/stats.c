/* See stats.h. */
#include "stats.h"

#include <jansson.h>

#include "utf8.h"

/* Adds sums to a JSON object. */
static void add_sums(json_t *to, const struct run_sums *s)
{
    json_object_set_new(to, "runs", json_integer((json_int_t)s->runs));
    json_object_set_new(to, "us", json_real((double)s->nanoseconds / 1e3));
    json_object_set_new(to, "units", json_integer((json_int_t)s->units));
    if (s->calls)
        json_object_set_new(to, "calls", json_integer((json_int_t)s->calls));
}

static void print_program(FILE *f, const char *id, const struct run_times *t)
{
    const struct run_sums *bulk = &t->bulk, *tail = &t->tail;
    struct run_sums all = {bulk->runs + tail->runs, bulk->nanoseconds + tail->nanoseconds,
                           bulk->units + tail->units, bulk->calls + tail->calls};
    json_t *line = json_pack("{s:s}", "program", id), *of_tail = json_object();
    add_sums(line, &all);
    add_sums(of_tail, tail);
    if (tail->runs)
        json_object_set(line, "tail", of_tail);
    json_dumpf(line, f, JSON_COMPACT | JSON_REAL_PRECISION(12));
    fputc('\n', f);
    json_decref(of_tail);
    json_decref(line);
}

void stats_print(FILE *f, const struct program_block *b, const struct run_times *times)
{
    struct pool pool = {0};
    for (uint32_t k = 0; k < b->n; k++) {
        const char *id = utf8_text(&pool, b->entries[k].id);
        print_program(f, id ? id : "", &times[k]);
    }
    pool_free(&pool);
}
