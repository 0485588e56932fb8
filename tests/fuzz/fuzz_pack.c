/*
 * fuzz_pack.c: batt-pack against arbitrary bytes. What it makes of them must be whole, and hold as
 * many tasks, items and results as came; the first byte also chooses options.
 */
#include "../../lib/pack.h"
#include "../../lib/pack_lines.h"
#include "fuzz_stream.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The files that come out, one behind the other. */
static struct {
    char *text;
    size_t size;
    FILE *file;
    struct stream_writer *writer;
} out;

static struct stream_writer *open_file(void *context)
{
    (void)context;
    return out.writer = stream_writer_open(out.file, 1, 0);
}

static int close_file(void *context)
{
    (void)context;
    stream_writer_close(out.writer);
    out.writer = NULL;
    return 0;
}

static void count(struct stream_end *sum, struct stream_reader *reader, int kind,
                  const struct stream_frame *f)
{
    struct stream_entry e;
    if (kind == STREAM_GRIDS_FRAME)
        sum->items += f->grids.n_items;
    while (kind == STREAM_RESULTS_FRAME && stream_next_entry(reader, &e) > 0)
        sum->results += (uint64_t)e.n * e.n_items;
}

/* Reads all of fd; the troubles it met. */
static int sum_up(int fd, struct stream_end *sum)
{
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    int kind, troubles = 0;
    *sum = (struct stream_end){0};
    while ((kind = stream_next(reader, &f)) != STREAM_EOF && !stream_is_final(kind)) {
        troubles += kind < 0;
        count(sum, reader, kind, &f);
    }
    stream_reader_close(reader);
    return troubles + (kind != STREAM_EOF);
}

/* Packs fd; whether all of it could be. */
static bool pack_all(int fd, const struct pack_options *options)
{
    const struct pack_sink sink = {open_file, close_file, NULL};
    struct pack *p = pack_open(options, &sink);
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    int kind, status = 0;
    bool all = true;
    while (status <= 0 && (kind = stream_next(reader, &f)) != STREAM_EOF &&
           !stream_is_final(kind)) {
        status = kind > 0 ? pack_take(p, reader, kind, &f, 0) : 0;
        all &= kind > 0 && status == 0;
        if (status == PACK_ORPHAN)
            status = 0;
    }
    if (status == PACK_CONTENT || status == PACK_ROWS)
        all = false;
    else if (status > 0)
        abort();
    else if ((status = pack_finish(p, 0)) && status != PACK_ROWS)
        abort();
    pack_close(p);
    stream_writer_close(out.writer);
    out.writer = NULL;
    stream_reader_close(reader);
    return all && !status;
}

static FILE *next_line(void *context, uint64_t n)
{
    (void)n;
    return context;
}

static bool bad_line(void *context, uint64_t line)
{
    (void)context;
    (void)line;
    return false;
}

/* As many lines come out as programs were counted. */
static void pack_text(const uint8_t *data, size_t size)
{
    FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    out.file = open_memstream(&out.text, &out.size);
    struct pack_lines p = {.next = next_line, .bad = bad_line, .context = out.file};
    if (in && pack_lines(&p, in))
        abort();
    fclose(out.file);
    uint64_t lines = 0;
    for (size_t k = 0; k < out.size; k++)
        lines += out.text[k] == '\n';
    if (lines != p.n)
        abort();
    free(out.text);
    if (in)
        fclose(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = fuzz_stream_of(data, size);
    if (fd < 0)
        return 0;
    const struct pack_options options = {
        .n_items = data[0] >> 2 & 3,
        .n_bytes = data[0] & 16 ? 200 : STREAM_CUT_BYTES,
        .per_task = data[0] & 32,
        .shard = data[0] >> 6,
        .order = data[0] % 3,
        .tool = "fuzz",
    };
    struct stream_end before, after;
    sum_up(fd, &before);
    lseek(fd, 0, SEEK_SET);
    out.file = open_memstream(&out.text, &out.size);
    bool all = pack_all(fd, &options);
    fclose(out.file);
    close(fd);
    fd = fuzz_fd_of(out.text, out.size);
    int troubles = sum_up(fd, &after);
    if (all && out.size &&
        (troubles || before.items != after.items || before.results != after.results))
        abort();
    close(fd);
    free(out.text);
    pack_text(data, size);
    return 0;
}
