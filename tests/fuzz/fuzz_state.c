/*
 * fuzz_state.c: what batt finds when it is started again. An output that resume_fits takes for
 * whole and its own must be so by batt-check's rules; a list of tasks must have the names that a
 * plain reading finds; a number must be the one that is written. Streams as fuzz_stream.h takes
 * them.
 */
#include "../../lib/resume.h"
#include "../../lib/tasklist.h"
#include "../../lib/util.h"
#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *path_of(int fd)
{
    static char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

/* ---- outputs that are there ---- */

/* Heads and ends of a stream, and whether all is told to be there. */
static bool whole_and_one(int fd, uint64_t *failed)
{
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    int kind, n_heads = 0, n_ends = 0;
    bool lost = false;
    while ((kind = stream_next(reader, &f)) != STREAM_EOF && !stream_is_final(kind)) {
        n_heads += kind == STREAM_HEAD;
        n_ends += kind == STREAM_END_FRAME;
        lost |= kind == STREAM_END_FRAME && f.end.n_missing;
        if (kind == STREAM_END_FRAME)
            *failed = f.end.failed;
    }
    stream_reader_close(reader);
    return n_heads == 1 && n_ends == 1 && !lost;
}

static void resume(int fd)
{
    uint64_t failed = 0, told = 0;
    for (int results = 0; results < 2; results++) {
        const struct stream_head head = fuzz_head(results);
        if (!resume_fits(path_of(fd), &head, &told))
            continue;
        lseek(fd, 0, SEEK_SET);
        if (fuzz_check_all(fd, NULL))
            abort();
        lseek(fd, 0, SEEK_SET);
        if (!whole_and_one(fd, &failed) || failed != told)
            abort();
    }
}

/* As it is, and saved. The second is whole, so that heads alone decide. */
static void resume_both(const uint8_t *data, size_t size)
{
    int fd = fuzz_stream_of(data, size);
    if (fd < 0)
        return;
    resume(fd);
    lseek(fd, 0, SEEK_SET);
    fd = fuzz_saved(fd);
    if (fd < 0)
        return;
    resume(fd);
    close(fd);
}

/* ---- lists ---- */

/* A name's letters until what ends it. */
static size_t name_length(const char *name, size_t left)
{
    size_t n = 0;
    while (n < left && name[n] && !strchr(" \t\r\n#", name[n]))
        n++;
    return n;
}

static void count_missing(void *context, const char *name)
{
    (*(size_t *)context)++;
    if (!*name)
        abort();
}

/* Every name that a line begins with is wanted, and no other is in the list. */
static void list(const uint8_t *data, size_t size)
{
    struct tasklist l = {0};
    int fd = fuzz_fd_of(data, size);
    const char *at = (const char *)data, *end = at + size, *other;
    size_t n = 0, missing = 0;
    if (tasklist_read(&l, path_of(fd)))
        abort();
    close(fd);
    while (at < end) {
        while (at < end && *at && strchr(" \t\r\n", *at))
            at++; /* blank lines as well: no name begins there */
        size_t length = name_length(at, (size_t)(end - at));
        char *name = strndup(at, length);
        n += length > 0;
        if (length && tasklist_match(&l, name, &other) != TASKLIST_WANTED)
            abort();
        free(name);
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    tasklist_missing(&l, count_missing, &missing);
    if (missing || l.n > n)
        abort();
    tasklist_free(&l);
}

/* The same names joined by commas, and sets of paths. */
static void names(const char *text)
{
    struct tasklist l = {0};
    struct tasklist_sets sets = {0};
    if (tasklist_add(&l, text) || !tasklist_set_of(&sets, text))
        abort();
    for (size_t k = 0; k < l.n; k++)
        if (!*l.names[k].name || strchr(l.names[k].name, ','))
            abort();
    tasklist_free(&l);
    tasklist_sets_free(&sets);
}

/* ---- numbers ---- */

static void number(const char *text)
{
    int64_t x, y;
    char again[32];
    if (!util_number(text, INT64_MIN, INT64_MAX, &x)) {
        const char *digits = text + (*text == '-');
        while (*digits == '0' && digits[1])
            digits++;
        snprintf(again, sizeof again, "%lld", (long long)x);
        if (strcmp(digits, again + (*again == '-')) != 0)
            abort();
    }
    if (!util_size(text, 0, INT64_MAX, &y) && y < 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    resume_both(data, size);
    list(data, size);
    names(text);
    number(text);
    free(text);
    return 0;
}
