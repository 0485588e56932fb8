/*
 * stream_write_results.c: entries of results, gathered into frames.
 *
 * An entry above the cut (stream_set_cut) is halved by programs, or by items once it has one program, until
 * the parts fit: where it is cut follows from its content alone.
 */
#include "stream_private.h"
#include "stream_write.h"

#include <stdlib.h>

/* Bytes for what stands before the entries of a frame; where that is more the entries are copied. */
enum { HEAD_ROOM = 4096 };

int stream_error_names(struct stream_writer *w, uint32_t n, const char *const *names)
{
    if (n > 255)
        return STREAM_MISUSE;
    int rc = stream_emit_entries(w);
    w->n_names = n;
    w->names = names;
    return rc;
}

int stream_emit_entries(struct stream_writer *w)
{
    struct value_pack *f = &w->frame;
    if (!w->n_entries)
        return STREAM_WRITTEN;
    stream_begin(w, "results", 3);
    value_pack_str(f, "block");
    value_pack_uint(f, w->block);
    value_pack_str(f, "errors");
    value_pack_array(f, w->n_names);
    for (uint32_t i = 0; i < w->n_names; i++)
        value_pack_str(f, w->names[i]);
    value_pack_str(f, "entries");
    value_pack_array(f, w->n_entries);
    if (w->entries.failed || f->failed)
        return STREAM_NO_MEMORY;
    w->n_entries = 0;
    uint8_t *entries = w->entries.data + HEAD_ROOM;
    size_t size = w->entries.size - HEAD_ROOM;
    if (f->size <= HEAD_ROOM) {
        memcpy(entries - f->size, f->data, f->size);
        return stream_emit_bytes(w, entries - f->size, f->size + size);
    }
    value_pack_raw(f, entries, size);
    return stream_emit(w);
}

/* Empties the entries. */
static void start_entries(struct stream_writer *w)
{
    static const uint8_t room[HEAD_ROOM];
    value_pack_reset(&w->entries);
    value_pack_raw(&w->entries, room, sizeof room);
}

/* Bytes of an entry at most. */
static size_t entry_bytes(const struct stream_entry *e)
{
    size_t n = e->n;
    size_t size = 128 + strlen(e->task) + (e->programs ? 4 * n : 0) + (e->sig ? 8 * n : 0);
    for (uint32_t i = 0; i < e->n_items; i++) {
        const struct stream_result_item *item = &e->items[i];
        size += 128 + n + (item->equal ? n / 8 + 1 : 0) + (item->line ? 4 * n : 0) +
                (item->error ? n : 0) + (item->fuel ? 8 * n : 0) + (item->output ? 4 * n : 0);
        for (uint32_t k = 0; item->output && k < item->n_outputs; k++)
            size += item->outputs[k].size;
    }
    return size;
}

static void pack_column(struct value_pack *f, const char *name, const void *column, size_t size)
{
    if (!column)
        return;
    value_pack_str(f, name);
    value_pack_bin(f, column, size);
}

static void pack_item(struct value_pack *f, const struct stream_result_item *item, size_t n)
{
    bool outputs = item->output && item->n_outputs;
    value_pack_map(f, 4 + (size_t)(item->equal != NULL) + (item->line != NULL) +
                          (item->error != NULL) + (item->fuel != NULL) + 2 * (size_t)outputs);
    value_pack_str(f, "part");
    value_pack_uint(f, item->part);
    value_pack_str(f, "index");
    value_pack_uint(f, item->index);
    value_pack_str(f, "known");
    value_pack_bool(f, item->known);
    pack_column(f, "outcome", item->outcome, n);
    pack_column(f, "equal", item->equal, (n + 7) / 8);
    pack_column(f, "line", item->line, 4 * n);
    pack_column(f, "error", item->error, n);
    pack_column(f, "fuel", item->fuel, 8 * n);
    if (!outputs)
        return;
    value_pack_str(f, "outputs");
    value_pack_array(f, item->n_outputs);
    for (uint32_t k = 0; k < item->n_outputs;) {
        struct stream_bytes run = stream_run(item->outputs, item->n_outputs, &k);
        value_pack_raw(f, run.data, run.size);
    }
    pack_column(f, "output", item->output, 4 * n);
}

static void pack_entry(struct value_pack *f, const struct stream_entry *e)
{
    value_pack_map(f, 7 + (size_t)(e->sig != NULL));
    value_pack_str(f, "task");
    value_pack_str(f, e->task);
    value_pack_str(f, "n_demo");
    value_pack_uint(f, e->n_demo);
    value_pack_str(f, "n_test");
    value_pack_uint(f, e->n_test);
    value_pack_str(f, "known");
    value_pack_uint(f, e->n_known);
    value_pack_str(f, "n");
    value_pack_uint(f, e->n);
    if (e->programs) {
        pack_column(f, "programs", e->programs, 4 * (size_t)e->n);
    } else {
        value_pack_str(f, "first");
        value_pack_uint(f, e->first);
    }
    pack_column(f, "sig", e->sig, 8 * (size_t)e->n);
    value_pack_str(f, "items");
    value_pack_array(f, e->n_items);
    for (uint32_t i = 0; i < e->n_items; i++)
        pack_item(f, &e->items[i], e->n);
}

static int add(struct stream_writer *w, const struct stream_entry *e, size_t size)
{
    int rc = STREAM_WRITTEN;
    if (size > FRAME_MAX_BYTES - 65536)
        return STREAM_TOO_LARGE;
    if (w->n_entries && w->entries.size - HEAD_ROOM + size > w->cut)
        rc = stream_emit_entries(w);
    if (rc != STREAM_WRITTEN)
        return rc;
    if (!w->n_entries)
        start_entries(w);
    pack_entry(&w->entries, e);
    w->n_entries++;
    w->counts.tasks++;
    w->counts.results += (uint64_t)e->n * e->n_items;
    return w->entries.failed ? STREAM_NO_MEMORY : STREAM_WRITTEN;
}

/* Columns of one item over a range of programs, outputs renumbered. */
struct part {
    uint8_t *equal;
    uint32_t *output;
    struct stream_bytes *outputs;
};

static const void *shifted(const void *column, size_t bytes)
{
    return column ? (const char *)column + bytes : NULL;
}

static bool take_outputs(struct part *part, const struct stream_result_item *from, uint32_t lo,
                         uint32_t n, struct stream_result_item *to)
{
    uint32_t *rank = calloc((size_t)from->n_outputs + 1, sizeof *rank);
    part->output = malloc(n * sizeof *part->output);
    part->outputs = malloc(((size_t)from->n_outputs + 1) * sizeof *part->outputs);
    bool good = rank && part->output && part->outputs;
    for (uint32_t i = 0; good && i < n; i++)
        rank[stream_u32(from->output, lo + i)] = 1;
    uint32_t used = 0;
    for (uint32_t k = 1; good && k <= from->n_outputs; k++)
        if (rank[k]) {
            part->outputs[used++] = from->outputs[k - 1];
            rank[k] = used;
        }
    for (uint32_t i = 0; good && i < n; i++) {
        uint32_t x = stream_u32(from->output, lo + i);
        part->output[i] = x ? rank[x] : 0;
    }
    free(rank);
    to->output = part->output;
    to->outputs = part->outputs;
    to->n_outputs = used;
    return good;
}

static bool take_item(struct part *part, const struct stream_result_item *from, uint32_t lo,
                      uint32_t n, struct stream_result_item *to)
{
    *to = *from;
    to->outcome = from->outcome + lo;
    to->line = shifted(from->line, 4 * (size_t)lo);
    to->error = shifted(from->error, lo);
    to->fuel = shifted(from->fuel, 8 * (size_t)lo);
    if (from->equal) {
        part->equal = calloc(n / 8 + 1, 1);
        if (!part->equal)
            return false;
        for (uint32_t i = 0; i < n; i++)
            part->equal[i >> 3] |= (uint8_t)(stream_bit(from->equal, lo + i) << (i & 7));
        to->equal = part->equal;
    }
    return !from->output || take_outputs(part, from, lo, n, to);
}

static int write_any(struct stream_writer *w, const struct stream_entry *e);

static int write_programs_part(struct stream_writer *w, const struct stream_entry *e, uint32_t lo,
                               uint32_t n)
{
    struct part *parts = calloc(e->n_items, sizeof *parts);
    struct stream_result_item *items = calloc(e->n_items, sizeof *items);
    bool good = parts && items;
    for (uint32_t i = 0; good && i < e->n_items; i++)
        good = take_item(&parts[i], &e->items[i], lo, n, &items[i]);
    struct stream_entry sub = *e;
    sub.first += lo;
    sub.n = n;
    sub.programs = shifted(e->programs, 4 * (size_t)lo);
    sub.sig = shifted(e->sig, 8 * (size_t)lo);
    sub.items = items;
    int rc = good ? write_any(w, &sub) : STREAM_NO_MEMORY;
    for (uint32_t i = 0; parts && i < e->n_items; i++) {
        free(parts[i].equal);
        free(parts[i].output);
        free(parts[i].outputs);
    }
    free(parts);
    free(items);
    return rc;
}

static int write_any(struct stream_writer *w, const struct stream_entry *e)
{
    size_t size = entry_bytes(e);
    if (size <= w->cut || (e->n == 1 && e->n_items <= 1))
        return add(w, e, size);
    if (e->n > 1) {
        int rc = write_programs_part(w, e, 0, e->n / 2);
        return rc == STREAM_WRITTEN ? write_programs_part(w, e, e->n / 2, e->n - e->n / 2) : rc;
    }
    struct stream_entry half = *e;
    half.n_items = e->n_items / 2;
    int rc = write_any(w, &half);
    half.items += half.n_items;
    half.n_items = e->n_items - half.n_items;
    return rc == STREAM_WRITTEN ? write_any(w, &half) : rc;
}

static bool outputs_good(const struct stream_result_item *item, uint32_t n)
{
    uint32_t most = 0;
    for (uint32_t i = 0; item->output && i < n; i++) {
        uint32_t x = stream_u32(item->output, i);
        most = x > most ? x : most;
    }
    return most <= item->n_outputs && item->n_outputs <= n;
}

static bool columns_good(const struct stream_writer *w, const struct stream_entry *e)
{
    for (uint32_t i = 0; i < e->n_items; i++) {
        const struct stream_result_item *item = &e->items[i];
        if (!stream_all_below(item->outcome, e->n, STREAM_N_OUTCOMES) ||
            (item->error && !stream_all_below(item->error, e->n, w->n_names + 1)) ||
            !outputs_good(item, e->n))
            return false;
    }
    return e->n <= STREAM_MAX_COUNT && e->n_items <= STREAM_MAX_COUNT;
}

int stream_write_entry(struct stream_writer *w, uint32_t block, const struct stream_entry *entry)
{
    if (!w->open || w->content != STREAM_RESULTS || !columns_good(w, entry))
        return STREAM_MISUSE;
    if (!entry->n && entry->n_items)
        return STREAM_WRITTEN;
    int rc = w->n_entries && block != w->block ? stream_emit_entries(w) : STREAM_WRITTEN;
    w->block = block;
    return rc == STREAM_WRITTEN ? write_any(w, entry) : rc;
}
