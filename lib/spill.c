/* See spill.h. */
#include "spill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

FILE *spill_file(const char *dir)
{
    char path[4096];
    if (!dir && !(dir = getenv("TMPDIR")))
        dir = "/tmp";
    if (snprintf(path, sizeof path, "%s/batt-spill-XXXXXX", dir) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    int fd = mkstemp(path);
    if (fd < 0)
        return NULL;
    unlink(path);
    FILE *file = fdopen(fd, "w+");
    if (!file)
        close(fd);
    return file;
}

int spill_open(struct spill *s, const char *dir)
{
    memset(s, 0, sizeof *s);
    s->file = spill_file(dir);
    if (!s->file)
        return -1;
    setvbuf(s->file, NULL, _IOFBF, 1 << 20);
    return 0;
}

void spill_close(struct spill *s)
{
    if (s->file)
        fclose(s->file);
    free(s->buf);
    free(s->parts);
    memset(s, 0, sizeof *s);
}

/* ---- writing ---- */

static void put(struct spill *s, const void *data, size_t n)
{
    if (n)
        fwrite(data, 1, n, s->file);
    s->size += n;
}

static void put_u64(struct spill *s, uint64_t x)
{
    put(s, &x, sizeof x);
}

/* A column that may be absent, n bytes. */
static void put_column(struct spill *s, const void *data, size_t n)
{
    put_u64(s, data ? n + 1 : 0);
    put(s, data, data ? n : 0);
}

static void put_text(struct spill *s, const char *text)
{
    put_column(s, text, strlen(text) + 1);
}

static int finish(struct spill *s, struct spill_place *place)
{
    place->size = s->size - place->at;
    return ferror(s->file) ? -1 : 0;
}

static void put_item(struct spill *s, const struct stream_result_item *i, size_t n)
{
    put_u64(s, (uint64_t)i->part << 33 | (uint64_t)i->known << 32 | i->index);
    put_column(s, i->outcome, n);
    put_column(s, i->equal, (n + 7) / 8);
    put_column(s, i->line, 4 * n);
    put_column(s, i->error, n);
    put_column(s, i->fuel, 8 * n);
    put_column(s, i->output, 4 * n);
    put_u64(s, i->n_outputs);
    for (uint32_t k = 0; k < i->n_outputs; k++)
        put_column(s, i->outputs[k].data, i->outputs[k].size);
}

int spill_entry(struct spill *s, const struct stream_entry *e, struct spill_place *place)
{
    place->at = s->size;
    put_text(s, e->task);
    put_u64(s, (uint64_t)e->n_demo << 32 | e->n_test);
    put_u64(s, (uint64_t)e->n_known << 32 | e->first);
    put_u64(s, (uint64_t)e->n << 32 | e->n_items);
    put_column(s, e->programs, 4 * (size_t)e->n);
    put_column(s, e->sig, 8 * (size_t)e->n);
    for (uint32_t k = 0; k < e->n_items; k++)
        put_item(s, &e->items[k], e->n);
    return finish(s, place);
}

int spill_programs(struct spill *s, const struct stream_programs *p, struct spill_place *place)
{
    place->at = s->size;
    put_u64(s, (uint64_t)p->n << 32 | p->n_sources);
    put_u64(s, p->n_errors);
    for (uint32_t k = 0; k < p->n; k++)
        put_text(s, p->ids[k]);
    for (uint32_t k = 0; k < p->n_sources; k++)
        put_text(s, p->sources[k]);
    put_column(s, p->source, 4 * (size_t)p->n);
    put_column(s, p->digest, 8 * (size_t)p->n);
    put_column(s, p->lines, 4 * (size_t)p->n);
    for (uint32_t k = 0; k < p->n_errors; k++) {
        put_u64(s, (uint64_t)p->errors[k].program << 32 | p->errors[k].line);
        put_text(s, p->errors[k].reason);
    }
    return finish(s, place);
}

/* ---- reading ---- */

static int load(struct spill *s, struct spill_place place)
{
    if (place.size > s->cap) {
        uint8_t *p = realloc(s->buf, place.size);
        if (!p)
            return -1;
        s->buf = p;
        s->cap = place.size;
    }
    if (fseeko(s->file, (off_t)place.at, SEEK_SET))
        return -1;
    return fread(s->buf, 1, place.size, s->file) == place.size ? 0 : -1;
}

/* Room for the arrays of pointers of what is read. */
static void *room(struct spill *s, size_t n)
{
    if (n > s->parts_cap) {
        free(s->parts);
        s->parts = malloc(n);
        s->parts_cap = s->parts ? n : 0;
    }
    return s->parts;
}

static uint64_t get_u64(const uint8_t **p)
{
    uint64_t x;
    memcpy(&x, *p, sizeof x);
    *p += sizeof x;
    return x;
}

static const void *get_column(const uint8_t **p)
{
    uint64_t n = get_u64(p);
    const void *data = n ? *p : NULL;
    *p += n ? n - 1 : 0;
    return data;
}

static void get_item(const uint8_t **p, struct stream_result_item *i, struct stream_bytes **outputs)
{
    uint64_t x = get_u64(p);
    i->part = (enum stream_part)(x >> 33);
    i->known = x >> 32 & 1;
    i->index = (uint32_t)x;
    i->outcome = get_column(p);
    i->equal = get_column(p);
    i->line = get_column(p);
    i->error = get_column(p);
    i->fuel = get_column(p);
    i->output = get_column(p);
    i->n_outputs = (uint32_t)get_u64(p);
    i->outputs = *outputs;
    for (uint32_t k = 0; k < i->n_outputs; k++) {
        uint64_t n = get_u64(p);
        (*outputs)->data = *p;
        (*outputs)->size = n ? n - 1 : 0;
        *p += (*outputs)->size;
        (*outputs)++;
    }
}

int spill_read_entry(struct spill *s, struct spill_place place, struct stream_entry *e)
{
    memset(e, 0, sizeof *e);
    if (load(s, place))
        return -1;
    const uint8_t *p = s->buf;
    e->task = get_column(&p);
    uint64_t a = get_u64(&p), b = get_u64(&p), c = get_u64(&p);
    e->n_demo = (uint32_t)(a >> 32);
    e->n_test = (uint32_t)a;
    e->n_known = (uint32_t)(b >> 32);
    e->first = (uint32_t)b;
    e->n = (uint32_t)(c >> 32);
    e->n_items = (uint32_t)c;
    e->programs = get_column(&p);
    e->sig = get_column(&p);
    /* an output takes at least 8 bytes of the record, which bounds their number */
    struct stream_result_item *items =
        room(s, e->n_items * sizeof *items + place.size / 8 * sizeof(struct stream_bytes) + 16);
    if (!items)
        return -1;
    struct stream_bytes *outputs = (struct stream_bytes *)(items + e->n_items);
    for (uint32_t k = 0; k < e->n_items; k++)
        get_item(&p, &items[k], &outputs);
    e->items = items;
    return 0;
}

int spill_read_programs(struct spill *s, struct spill_place place, struct stream_programs *t)
{
    memset(t, 0, sizeof *t);
    if (load(s, place))
        return -1;
    const uint8_t *p = s->buf;
    uint64_t a = get_u64(&p);
    t->n = (uint32_t)(a >> 32);
    t->n_sources = (uint32_t)a;
    t->n_errors = (uint32_t)get_u64(&p);
    struct stream_program_error *errors = room(
        s, t->n_errors * sizeof *errors + ((size_t)t->n + t->n_sources) * sizeof(char *) + 16);
    if (!errors)
        return -1;
    const char **ids = (const char **)(errors + t->n_errors), **sources = ids + t->n;
    for (uint32_t k = 0; k < t->n; k++)
        ids[k] = get_column(&p);
    for (uint32_t k = 0; k < t->n_sources; k++)
        sources[k] = get_column(&p);
    t->source = get_column(&p);
    t->digest = get_column(&p);
    t->lines = get_column(&p);
    for (uint32_t k = 0; k < t->n_errors; k++) {
        uint64_t x = get_u64(&p);
        errors[k].program = (uint32_t)(x >> 32);
        errors[k].line = (uint32_t)x;
        errors[k].reason = get_column(&p);
    }
    t->ids = ids;
    t->sources = sources;
    t->errors = errors;
    return 0;
}
