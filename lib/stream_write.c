/* stream_write.c: the writer: frames, head, table of programs, end. */
#include "stream_write.h"

#include <stdlib.h>

struct stream_writer *stream_writer_open(FILE *file, int level, int workers)
{
    struct stream_writer *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->file = file;
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

int stream_emit(struct stream_writer *w)
{
    const uint8_t *bytes;
    if (w->frame.failed)
        return STREAM_NO_MEMORY;
    if (w->frame.size > FRAME_MAX_BYTES)
        return STREAM_TOO_LARGE;
    size_t size = frame_compress(w->compressor, w->frame.data, w->frame.size, &bytes);
    if (!size)
        return STREAM_NO_MEMORY;
    if (fwrite(bytes, 1, size, w->file) != size)
        return STREAM_WRITE_FAILED;
    digest_feed(&w->digest, w->frame.data, w->frame.size);
    w->counts.frames++;
    return STREAM_WRITTEN;
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

int stream_write_head(struct stream_writer *w, const struct stream_head *head)
{
    struct value_pack *f = &w->frame;
    if (w->open)
        return STREAM_MISUSE;
    w->counts = (struct stream_end){0};
    digest_start(&w->digest);
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

int stream_write_end(struct stream_writer *w, uint64_t failed)
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
    stream_begin(w, "end", 7);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        value_pack_str(f, members[i].name);
        value_pack_uint(f, members[i].count);
    }
    value_pack_str(f, "digest");
    value_pack_bin(f, &digest, sizeof digest);
    rc = stream_emit(w);
    w->open = false;
    return rc == STREAM_WRITTEN && fflush(w->file) != 0 ? STREAM_WRITE_FAILED : rc;
}
