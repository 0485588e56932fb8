/* stream_help.h: what the tests of the stream share: counting, memory as a file, transcripts. */
#ifndef BATT_TEST_STREAM_HELP_H
#define BATT_TEST_STREAM_HELP_H

#include "../../lib/show_json.h"
#include "../../lib/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static long n_passed, n_failed;

/* Counts one check; tells where it failed, the first 20 times. */
#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (condition) {                                                                           \
            n_passed++;                                                                            \
        } else if (n_failed++ < 20) {                                                              \
            printf("%s:%d: %s: ", __FILE__, __LINE__, #condition);                                 \
            printf(__VA_ARGS__);                                                                   \
            printf("\n");                                                                          \
        }                                                                                          \
    } while (0)

struct bytes {
    char *data;
    size_t size;
};

/* A descriptor at the beginning of these bytes. */
static inline int fd_of(const void *data, size_t size)
{
    int fd = memfd_create("stream", 0);
    if (fd == -1 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
        abort();
    return fd;
}

/* What reading gave: the frames as JSON lines, how often each trouble was told, the first one. */
struct transcript {
    struct bytes text;
    int n_frames, n_troubles, first;
    char reason[256];
};

static inline struct transcript transcript_of(const void *data, size_t size)
{
    struct transcript t = {0};
    FILE *file = open_memstream(&t.text.data, &t.text.size);
    int fd = fd_of(data, size), kind;
    struct stream_reader *reader = stream_reader_open(fd);
    struct show_json *show = show_json_open(file);
    struct stream_frame frame;
    while ((kind = stream_next(reader, &frame)) != STREAM_EOF) {
        t.n_frames += kind > 0;
        if (kind > 0)
            kind = show_json_frame(show, reader, kind, &frame);
        if (kind < 0 && !t.n_troubles++) {
            t.first = kind;
            snprintf(t.reason, sizeof t.reason, "%s", stream_reason(reader));
        }
        if (stream_is_final(kind))
            break;
    }
    show_json_close(show);
    stream_reader_close(reader);
    fclose(file);
    close(fd);
    return t;
}

static inline int report(void)
{
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}

#endif
