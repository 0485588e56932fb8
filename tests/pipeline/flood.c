/*
 * flood.c: streams of any length, for what memory and speed do with them.
 *
 *     flood STREAM PASSES > LARGE
 *
 * Writes the content of STREAM, which must be one segment, PASSES times as one segment, each time
 * with other tasks: a/b becomes 0/a/b, 1/a/b and so on. Programs stand in it once. Memory is that
 * of a frame.
 */
#include "../../lib/pool.h"
#include "../../lib/stream.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    const char *path;
    struct stream_writer *writer;
    uint32_t pass;
    uint32_t n_errors; /* names of exceptions that the writer has, in `names` */
    const char *errors[256];
    struct pool pool, names; /* of a frame; of all */
} flood;

static void stop(const char *why)
{
    fprintf(stderr, "flood: %s: %s\n", flood.path, why);
    exit(3);
}

static void wrote(int status)
{
    if (status)
        stop(stream_write_reason(status));
}

static void *take(size_t n)
{
    void *p = pool_take(&flood.pool, n);
    if (!p)
        stop("out of memory");
    return p;
}

static char *varied(const char *task)
{
    size_t size = strlen(task) + 12;
    char *text = take(size);
    snprintf(text, size, "%u/%s", (unsigned)flood.pass, task);
    return text;
}

static void put_grids(struct stream_grids grids)
{
    struct stream_task *tasks = take((grids.n_tasks + 1) * sizeof *tasks);
    for (uint32_t k = 0; k < grids.n_tasks; k++) {
        tasks[k] = grids.tasks[k];
        tasks[k].key = varied(tasks[k].key);
    }
    grids.tasks = tasks;
    wrote(stream_write_grids(flood.writer, &grids));
}

/* Names of exceptions, when a frame has others than the one before. */
static void put_errors(const struct stream_results *r)
{
    bool same = flood.n_errors == r->n_errors;
    for (uint32_t k = 0; same && k < r->n_errors; k++)
        same = strcmp(flood.errors[k], r->errors[k]) == 0;
    if (same)
        return;
    wrote(stream_flush(flood.writer));
    pool_reset(&flood.names);
    flood.n_errors = r->n_errors;
    for (uint32_t k = 0; k < r->n_errors; k++)
        if (!(flood.errors[k] = pool_copy(&flood.names, r->errors[k], strlen(r->errors[k]))))
            stop("out of memory");
    wrote(stream_error_names(flood.writer, flood.n_errors, flood.errors));
}

static void put_results(struct stream_reader *reader, const struct stream_results *r)
{
    struct stream_entry e;
    put_errors(r);
    while (stream_next_entry(reader, &e) > 0) {
        e.task = varied(e.task);
        wrote(stream_write_entry(flood.writer, r->block, &e));
    }
}

/* All frames but the end; head and programs only the first time. */
static void put_all(struct stream_reader *reader)
{
    struct stream_frame f;
    int kind;
    while ((kind = stream_next(reader, &f)) != STREAM_EOF) {
        pool_reset(&flood.pool);
        if (kind < 0)
            stop(stream_reason(reader));
        else if (kind == STREAM_HEAD && flood.pass == 0)
            wrote(stream_write_head(flood.writer, f.head));
        else if (kind == STREAM_GRIDS_FRAME)
            put_grids(f.grids);
        else if (kind == STREAM_PROGRAMS_FRAME && flood.pass == 0)
            wrote(stream_write_programs(flood.writer, &f.programs));
        else if (kind == STREAM_RESULTS_FRAME)
            put_results(reader, &f.results);
    }
}

int main(int argc, char **argv)
{
    long n = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (n < 1) {
        fprintf(stderr, "usage: flood STREAM PASSES > LARGE\n");
        return 2;
    }
    flood.path = argv[1];
    flood.writer = stream_writer_open(stdout, 1, 0);
    for (; flood.pass < n; flood.pass++) {
        int fd = open(flood.path, O_RDONLY | O_CLOEXEC);
        struct stream_reader *reader = fd < 0 ? NULL : stream_reader_open(fd);
        if (!reader || !flood.writer)
            stop("cannot be read");
        put_all(reader);
        stream_reader_close(reader);
        close(fd);
    }
    wrote(stream_write_end(flood.writer, 0));
    stream_writer_close(flood.writer);
    pool_free(&flood.pool);
    pool_free(&flood.names);
    return 0;
}
