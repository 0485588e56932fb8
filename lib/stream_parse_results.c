/* stream_parse_results.c: results frames and their entries from msgpack. */
#include "stream_private.h"

void stream_parse_results(struct stream_parse *p, struct stream_results *results,
                          struct unpack *entries)
{
    struct unpack later = {NULL, NULL, true};
    *results = (struct stream_results){0};
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size;
        const uint8_t *key = unpack_str(&p->in, &size);
        if (stream_key_is(key, size, "block"))
            results->block = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "errors"))
            results->errors = stream_parse_strs(p, &results->n_errors);
        else if (stream_key_is(key, size, "entries"))
            later = stream_parse_later(p);
        else
            unpack_skip(&p->in);
    }
    if (p->in.bad || later.bad || results->n_errors > 255) {
        stream_parse_fail(p, "entries are missing or malformed");
        return;
    }
    results->n_entries = unpack_array(&later);
    if (later.bad)
        stream_parse_fail(p, "entries are no array");
    *entries = later;
}

/* Columns as found. */
struct columns {
    struct stream_bytes outcome, equal, line, error, fuel, output;
    bool outputs; /* their values came */
};

static struct stream_bytes bin(struct stream_parse *p)
{
    struct stream_bytes b;
    b.data = unpack_bin(&p->in, &b.size);
    if (p->in.bad)
        b = (struct stream_bytes){NULL, 0};
    return b;
}

/* The values that an item's n programs gave, at most n. */
static void output_values(struct stream_parse *p, uint32_t n, struct stream_result_item *item)
{
    item->n_outputs = unpack_array(&p->in);
    if (p->in.bad || item->n_outputs > n) {
        stream_parse_fail(p, "outputs do not fit their programs");
        return;
    }
    struct stream_bytes *list = stream_parse_alloc(p, item->n_outputs, sizeof *list);
    item->outputs = list;
    for (uint32_t i = 0; list && i < item->n_outputs; i++) {
        const uint8_t *at = p->in.at;
        unpack_skip(&p->in);
        list[i] = (struct stream_bytes){at, (size_t)(p->in.at - at)};
    }
}

static struct columns item_columns(struct stream_parse *p, uint32_t n_programs,
                                   struct stream_result_item *item)
{
    struct columns c = {0};
    const struct {
        const char *name;
        struct stream_bytes *bytes;
    } named[] = {{"outcome", &c.outcome}, {"equal", &c.equal}, {"line", &c.line},
                 {"error", &c.error},     {"fuel", &c.fuel},   {"output", &c.output}};
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size, i = 0;
        const uint8_t *key = unpack_str(&p->in, &size);
        while (i < 6 && !stream_key_is(key, size, named[i].name))
            i++;
        if (i < 6)
            *named[i].bytes = bin(p);
        else if (stream_key_is(key, size, "part"))
            item->part = (enum stream_part)unpack_uint(&p->in, STREAM_TEST);
        else if (stream_key_is(key, size, "index"))
            item->index = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "known"))
            item->known = unpack_bool(&p->in);
        else if (stream_key_is(key, size, "outputs")) {
            output_values(p, n_programs, item);
            c.outputs = true;
        } else
            unpack_skip(&p->in);
    }
    return c;
}

static bool fits(struct stream_bytes b, size_t size)
{
    return !b.data || b.size == size;
}

/* Which value each of n programs gave. */
static void output_column(struct stream_parse *p, const struct columns *c, uint32_t n,
                          struct stream_result_item *item)
{
    uint32_t most = 0;
    if (!c->output.data && !c->outputs)
        return;
    if (!c->output.data || !c->outputs)
        stream_parse_fail(p, "outputs do not fit their programs");
    for (uint32_t i = 0; !p->in.bad && i < n; i++) {
        uint32_t x = stream_u32(c->output.data, i);
        most = x > most ? x : most;
    }
    if (most > item->n_outputs)
        stream_parse_fail(p, "an output index out of range");
    item->output = c->output.data;
}

static void one_item(struct stream_parse *p, uint32_t n_errors, uint32_t n,
                     struct stream_result_item *item)
{
    struct columns c = item_columns(p, n, item);
    if (p->in.bad || !c.outcome.data || !fits(c.outcome, n) || !fits(c.equal, (n + 7u) / 8) ||
        !fits(c.line, 4u * n) || !fits(c.error, n) || !fits(c.fuel, 8u * (size_t)n) ||
        !fits(c.output, 4u * n)) {
        stream_parse_fail(p, "a column is missing or of the wrong length");
        return;
    }
    if (!stream_all_below(c.outcome.data, n, STREAM_N_OUTCOMES))
        stream_parse_fail(p, "an unknown outcome");
    if (c.error.data && !stream_all_below(c.error.data, n, n_errors + 1))
        stream_parse_fail(p, "an error index out of range");
    item->outcome = c.outcome.data;
    item->equal = c.equal.data;
    item->line = c.line.data;
    item->error = c.error.data;
    item->fuel = c.fuel.data;
    output_column(p, &c, n, item);
}

static void items(struct stream_parse *p, uint32_t n_errors, struct stream_entry *entry)
{
    entry->n_items = unpack_array(&p->in);
    struct stream_result_item *list = stream_parse_alloc(p, entry->n_items, sizeof *list);
    entry->items = list;
    for (uint32_t i = 0; list && i < entry->n_items && !p->in.bad; i++)
        one_item(p, n_errors, entry->n, &list[i]);
}

/* Where items stand, and what of them is known. */
struct items_found {
    struct unpack later; /* to be parsed, unless bad */
    bool parsed;
    uint32_t n; /* programs by which they were */
};

/* Items need the number of programs: where that has come before, as writers put it, they are parsed
 * where they stand. */
static void find_items(struct stream_parse *p, uint32_t n_errors, bool counted,
                       struct stream_entry *entry, struct items_found *found)
{
    found->parsed = counted;
    found->n = entry->n;
    if (counted)
        items(p, n_errors, entry);
    else
        found->later = stream_parse_later(p);
}

static struct items_found entry_fields(struct stream_parse *p, uint32_t n_errors,
                                       struct stream_entry *entry, struct stream_bytes *programs,
                                       struct stream_bytes *sig)
{
    struct items_found found = {.later = {NULL, NULL, true}};
    bool counted = false;
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size;
        const uint8_t *key = unpack_str(&p->in, &size);
        if (stream_key_is(key, size, "task"))
            entry->task = stream_parse_str(p);
        else if (stream_key_is(key, size, "n_demo"))
            entry->n_demo = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "n_test"))
            entry->n_test = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "known"))
            entry->n_known = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "first"))
            entry->first = (uint32_t)unpack_uint(&p->in, STREAM_MAX_COUNT);
        else if (stream_key_is(key, size, "n")) {
            entry->n = (uint32_t)unpack_uint(&p->in, STREAM_MAX_COUNT);
            counted = true;
        } else if (stream_key_is(key, size, "programs"))
            *programs = bin(p);
        else if (stream_key_is(key, size, "sig"))
            *sig = bin(p);
        else if (stream_key_is(key, size, "items"))
            find_items(p, n_errors, counted, entry, &found);
        else
            unpack_skip(&p->in);
    }
    return found;
}

void stream_parse_entry(struct stream_parse *p, uint32_t n_errors, struct stream_entry *entry)
{
    struct stream_bytes programs = {NULL, 0}, sig = {NULL, 0};
    *entry = (struct stream_entry){0};
    struct items_found found = entry_fields(p, n_errors, entry, &programs, &sig);
    if (p->in.bad || (found.parsed ? found.n != entry->n : found.later.bad) || !entry->task ||
        !fits(programs, 4u * entry->n) || !fits(sig, 8u * (size_t)entry->n) ||
        entry->first + entry->n > STREAM_MAX_COUNT) {
        stream_parse_fail(p, "a malformed entry");
        return;
    }
    for (uint32_t i = 0; programs.data && i < entry->n; i++)
        if (stream_u32(programs.data, i) >= STREAM_MAX_COUNT ||
            (i && stream_u32(programs.data, i) <= stream_u32(programs.data, i - 1)))
            stream_parse_fail(p, "programs out of order");
    entry->programs = programs.data;
    entry->sig = sig.data;
    if (!found.parsed && !p->in.bad) {
        struct unpack rest = p->in;
        p->in = found.later;
        items(p, n_errors, entry);
        rest.bad |= p->in.bad;
        p->in = rest;
    }
    if (!p->in.bad && !entry->n && entry->n_items)
        stream_parse_fail(p, "an entry of no programs has items");
}
