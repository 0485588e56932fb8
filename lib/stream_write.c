/* stream_write.c: the writer: frames, head, table of programs, end. */
#include "stream_write.h"
#include "unpack.h"
#include "util.h"

#include <stdlib.h>

struct stream_writer *stream_writer_open(FILE *file, int level, int workers)
{
    struct stream_writer *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->file = file;
    w->cut = STREAM_CUT_BYTES;
    w->compressor = frame_compressor_open(level, workers);
    if (!w->compressor) {
        free(w);
        return NULL;
    }
    return w;
}

void stream_writer_close(struct stream_writer *w)
{
    if (!w)
        return;
    frame_compressor_close(w->compressor);
    value_pack_free(&w->frame);
    value_pack_free(&w->entries);
    free(w);
}

struct stream_end stream_counts(const struct stream_writer *w)
{
    return w->counts;
}

void stream_set_cut(struct stream_writer *w, size_t bytes)
{
    w->cut = bytes < STREAM_CUT_MOST ? bytes : STREAM_CUT_MOST;
}

void stream_begin(struct stream_writer *w, const char *type, size_t n)
{
    struct value_pack *f = &w->frame;
    value_pack_reset(f);
    value_pack_map(f, n + 2);
    value_pack_str(f, "type");
    value_pack_str(f, type);
    value_pack_str(f, "seq");
    value_pack_uint(f, w->counts.frames);
}

int stream_emit_bytes(struct stream_writer *w, const uint8_t *data, size_t size)
{
    const uint8_t *bytes;
    if (size > FRAME_MAX_BYTES)
        return STREAM_TOO_LARGE;
    size_t packed = frame_compress(w->compressor, data, size, &bytes);
    if (!packed)
        return STREAM_NO_MEMORY;
    if (fwrite(bytes, 1, packed, w->file) != packed)
        return STREAM_WRITE_FAILED;
    digest_feed(&w->digest, data, size);
    w->counts.frames++;
    return STREAM_WRITTEN;
}

int stream_emit(struct stream_writer *w)
{
    return w->frame.failed ? STREAM_NO_MEMORY
                           : stream_emit_bytes(w, w->frame.data, w->frame.size);
}

static void pack_strs(struct value_pack *f, uint32_t n, const char *const *strs)
{
    value_pack_array(f, n);
    for (uint32_t i = 0; i < n; i++)
        value_pack_str(f, strs[i]);
}

static void pack_step(struct value_pack *f, const struct stream_step *step)
{
    value_pack_map(f, 3);
    value_pack_str(f, "tool");
    value_pack_str(f, step->tool);
    value_pack_str(f, "version");
    value_pack_str(f, step->version);
    value_pack_str(f, "options");
    value_pack_map(f, step->n_options);
    for (uint32_t i = 0; i < step->n_options; i++) {
        value_pack_str(f, step->options[i].key);
        value_pack_str(f, step->options[i].value);
    }
}

/* Nothing of a segment has been written yet. */
static void start_counts(struct stream_writer *w)
{
    w->counts = (struct stream_end){0};
    digest_start(&w->digest);
}

int stream_write_head(struct stream_writer *w, const struct stream_head *head)
{
    struct value_pack *f = &w->frame;
    if (w->open)
        return STREAM_MISUSE;
    start_counts(w);
    stream_begin(w, "head", 6);
    value_pack_str(f, "version");
    value_pack_uint(f, head->version ? head->version : STREAM_FORMAT_VERSION);
    value_pack_str(f, "semantics");
    value_pack_uint(f, head->semantics ? head->semantics : STREAM_SEMANTICS_VERSION);
    value_pack_str(f, "content");
    value_pack_str(f, head->content == STREAM_RESULTS ? "results" : "grids");
    value_pack_str(f, "joined");
    value_pack_bool(f, head->joined);
    value_pack_str(f, "sets");
    pack_strs(f, head->n_sets, head->sets);
    value_pack_str(f, "provenance");
    value_pack_array(f, head->n_steps);
    for (uint32_t i = 0; i < head->n_steps; i++)
        pack_step(f, &head->steps[i]);
    int rc = stream_emit(w);
    w->open = rc == STREAM_WRITTEN;
    w->content = head->content;
    return rc;
}

int stream_write_lost_head(struct stream_writer *w, enum stream_content content, const char *tool)
{
    const struct stream_option option = {"head", "lost"};
    const struct stream_step step = {tool, BATT_VERSION, 1, &option};
    const struct stream_head head = {.content = content, .n_steps = 1, .steps = &step};
    return stream_write_head(w, &head);
}

static void pack_program_columns(struct value_pack *f, const struct stream_programs *s)
{
    value_pack_str(f, "sources");
    pack_strs(f, s->n_sources, s->sources);
    value_pack_str(f, "source");
    value_pack_bin(f, s->source, 4 * (size_t)s->n);
    value_pack_str(f, "lines");
    value_pack_bin(f, s->lines, 4 * (size_t)s->n);
    if (s->digest) {
        value_pack_str(f, "digest");
        value_pack_bin(f, s->digest, 8 * (size_t)s->n);
    }
    value_pack_str(f, "errors");
    value_pack_array(f, s->n_errors);
    for (uint32_t i = 0; i < s->n_errors; i++) {
        value_pack_array(f, 3);
        value_pack_uint(f, s->errors[i].program);
        value_pack_uint(f, s->errors[i].line);
        value_pack_str(f, s->errors[i].reason);
    }
}

int stream_write_programs(struct stream_writer *w, const struct stream_programs *s)
{
    struct value_pack *f = &w->frame;
    if (!w->open || w->content != STREAM_RESULTS || s->n > STREAM_MAX_COUNT)
        return STREAM_MISUSE;
    int rc = stream_emit_entries(w);
    if (rc != STREAM_WRITTEN)
        return rc;
    stream_begin(w, "programs", s->digest ? 8 : 7);
    value_pack_str(f, "block");
    value_pack_uint(f, s->block);
    value_pack_str(f, "n");
    value_pack_uint(f, s->n);
    value_pack_str(f, "ids");
    pack_strs(f, s->n, s->ids);
    pack_program_columns(f, s);
    rc = stream_emit(w);
    if (rc == STREAM_WRITTEN)
        w->counts.programs += s->n;
    return rc;
}

int stream_flush(struct stream_writer *w)
{
    int rc = stream_emit_entries(w);
    if (rc == STREAM_WRITTEN && fflush(w->file) != 0)
        rc = STREAM_WRITE_FAILED;
    return rc;
}

/* Makes the frame to be written from one that was read: only its place is another. */
static bool renumber(struct stream_writer *w, struct stream_bytes raw)
{
    struct unpack u = {raw.data, raw.data + raw.size, false};
    uint32_t n = unpack_map(&u);
    const uint8_t *type = u.at;
    unpack_skip(&u);
    unpack_skip(&u);
    struct value_pack *f = &w->frame;
    value_pack_reset(f);
    value_pack_map(f, n);
    value_pack_raw(f, type, (size_t)(u.at - type));
    unpack_skip(&u);
    unpack_skip(&u);
    value_pack_str(f, "seq");
    value_pack_uint(f, w->counts.frames);
    value_pack_raw(f, u.at, (size_t)(u.end - u.at));
    return !u.bad && n >= 2;
}

int stream_copy(struct stream_writer *w, int kind, enum stream_content content,
                struct stream_bytes raw, const struct stream_end *adds)
{
    int rc = stream_emit_entries(w);
    if (rc != STREAM_WRITTEN)
        return rc;
    if (w->open == (kind == STREAM_HEAD) || kind == STREAM_END_FRAME)
        return STREAM_MISUSE;
    if (kind == STREAM_HEAD)
        start_counts(w);
    if (!renumber(w, raw))
        return STREAM_MISUSE;
    rc = stream_emit(w);
    if (rc != STREAM_WRITTEN)
        return rc;
    if (kind == STREAM_HEAD)
        w->content = content;
    w->open = true;
    w->counts.tasks += adds->tasks;
    w->counts.items += adds->items;
    w->counts.programs += adds->programs;
    w->counts.results += adds->results;
    return STREAM_WRITTEN;
}

int stream_write_end(struct stream_writer *w, uint64_t failed)
{
    return stream_write_end_missing(w, failed, 0, NULL);
}

int stream_write_end_missing(struct stream_writer *w, uint64_t failed, uint32_t n_missing,
                             const char *const *missing)
{
    struct value_pack *f = &w->frame;
    if (!w->open)
        return STREAM_MISUSE;
    int rc = stream_emit_entries(w);
    if (rc != STREAM_WRITTEN)
        return rc;
    uint64_t digest = digest_value(&w->digest);
    const struct stream_end c = w->counts;
    const struct {
        const char *name;
        uint64_t count;
    } members[] = {{"frames", c.frames},     {"tasks", c.tasks},     {"items", c.items},
                   {"programs", c.programs}, {"results", c.results}, {"failed", failed}};
    stream_begin(w, "end", n_missing ? 8 : 7);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        value_pack_str(f, members[i].name);
        value_pack_uint(f, members[i].count);
    }
    value_pack_str(f, "digest");
    value_pack_bin(f, &digest, sizeof digest);
    if (n_missing) {
        value_pack_str(f, "missing");
        pack_strs(f, n_missing, missing);
    }
    rc = stream_emit(w);
    w->open = false;
    return rc == STREAM_WRITTEN && fflush(w->file) != 0 ? STREAM_WRITE_FAILED : rc;
}
