/* See times.h. */
#include "times.h"

#include "utf8.h"

static void add_sums(json_t *to, const struct run_sums *s)
{
    json_object_set_new(to, "runs", json_integer((json_int_t)s->runs));
    json_object_set_new(to, "us", json_real((double)s->nanoseconds / 1e3));
    json_object_set_new(to, "units", json_integer((json_int_t)s->units));
    if (s->calls)
        json_object_set_new(to, "calls", json_integer((json_int_t)s->calls));
}

void times_add(json_t *to, const struct run_times *t)
{
    struct run_sums all = account_sum(t);
    add_sums(to, &all);
    if (t->away) {
        json_object_set_new(to, "by_devices", json_integer((json_int_t)t->away));
        json_object_set_new(to, "us_of_devices", json_real((double)t->away_nanoseconds / 1e3));
    }
    if (!t->tail.runs)
        return;
    json_t *tail = json_object();
    add_sums(tail, &t->tail);
    json_object_set_new(to, "tail", tail);
}

void times_print(FILE *file, const struct program_block *b, const struct run_times *times)
{
    struct pool pool = {0};
    for (uint32_t k = 0; k < b->n; k++) {
        const char *id = utf8_text(&pool, b->entries[k].id);
        json_t *line = json_pack("{s:s}", "program", id ? id : "");
        times_add(line, &times[k]);
        json_dumpf(line, file, JSON_COMPACT | JSON_REAL_PRECISION(12));
        fputc('\n', file);
        json_decref(line);
    }
    pool_free(&pool);
}
