/* fuzz_stream.h: how fuzz targets make a stream of their input. */
#ifndef BATT_FUZZ_STREAM_H
#define BATT_FUZZ_STREAM_H

#include "../../lib/check.h"
#include "../../lib/frame.h"
#include "../../lib/salvage.h"
#include "../../lib/stream.h"
#include "../../lib/unpack.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static inline int fuzz_memory(void)
{
    return memfd_create("fuzz", 0);
}

static inline void fuzz_put(int fd, const void *data, size_t size)
{
    if (write(fd, data, size) != (ssize_t)size)
        abort();
}

/* A descriptor at the beginning of these bytes. */
static inline int fuzz_fd_of(const void *data, size_t size)
{
    int fd = fuzz_memory();
    fuzz_put(fd, data, size);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* The head that streams begin with to which one is added. */
static inline struct stream_head fuzz_head(bool results)
{
    return (struct stream_head){.content = results ? STREAM_RESULTS : STREAM_GRIDS};
}

/* A head, so that what follows is read as a segment's frames. */
static inline void fuzz_put_head(int fd, bool results)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    const struct stream_head head = fuzz_head(results);
    stream_write_head(w, &head);
    fclose(file);
    fuzz_put(fd, text, size);
    stream_writer_close(w);
    free(text);
}

/* Each msgpack map becomes a frame with a right checksum; from where no whole map stands, what is
 * left becomes one. */
static inline void fuzz_put_frames(int fd, const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size, *frame;
    struct frame_compressor *c = frame_compressor_open(1, 0);
    do {
        struct unpack u = {data, end, false};
        bool map = unpack_peek(&u) == UNPACK_MAP;
        unpack_skip(&u);
        const uint8_t *to = map && !u.bad ? u.at : end;
        size_t n = frame_compress(c, data, (size_t)(to - data), &frame);
        fuzz_put(fd, frame, n);
        data = to;
    } while (data < end);
    frame_compressor_close(c);
}

/* A descriptor at the beginning of the stream, -1 for none. A stream is taken as it is. Of anything
 * else the first byte chooses: the rest as it is, or as frames (else little would get past zstd)
 * behind nothing, behind the head of grids or of results. */
static inline int fuzz_stream_of(const uint8_t *data, size_t size)
{
    static const uint8_t magic[4] = {0x28, 0xb5, 0x2f, 0xfd};
    if (!size || size > FRAME_MAX_BYTES)
        return -1;
    if (size >= 4 && memcmp(data, magic, 4) == 0)
        return fuzz_fd_of(data, size);
    int fd = fuzz_memory(), mode = data[0] & 3;
    if (mode >= 2)
        fuzz_put_head(fd, mode == 3);
    if (mode)
        fuzz_put_frames(fd, data + 1, size - 1);
    else
        fuzz_put(fd, data + 1, size - 1);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Reads all of fd by batt-check's rules; the number of troubles. What is good goes to the salvage,
 * if there is one. */
static inline int fuzz_check_all(int fd, struct salvage *s)
{
    struct stream_reader *reader = stream_reader_open(fd);
    struct check check = {0};
    struct stream_frame f;
    int kind, troubles = 0;
    while ((kind = stream_next(reader, &f)) != STREAM_EOF && !stream_is_final(kind)) {
        int status = kind > 0 ? check_frame(&check, reader, kind, &f) : kind;
        if (s && kind > 0 && check.another && salvage_end(s, 0))
            abort();
        if (status == CHECK_GOOD && s && salvage_frame(s, reader, kind, &f, &check.adds))
            abort();
        if (status == CHECK_GOOD)
            continue;
        troubles++;
        check_lost(&check);
        if (s)
            salvage_lost(s, kind < 0 ? stream_reason(reader) : check.reason);
        if (s && kind == STREAM_END_FRAME && salvage_end(s, f.end.failed))
            abort();
    }
    troubles += kind != STREAM_EOF;
    check_free(&check);
    stream_reader_close(reader);
    return troubles;
}

/* What can be saved of a stream, as batt-check --salvage does: a descriptor at its beginning, -1 if
 * there is nothing. fd is closed. */
static inline int fuzz_saved(int fd)
{
    char *text;
    size_t n;
    FILE *file = open_memstream(&text, &n);
    struct salvage s = {.writer = stream_writer_open(file, 1, 0), .tool = "fuzz"};
    fuzz_check_all(fd, &s);
    if (salvage_end(&s, 0))
        abort();
    salvage_forget(&s);
    stream_writer_close(s.writer);
    fclose(file);
    close(fd);
    fd = s.any ? fuzz_fd_of(text, n) : -1;
    free(text);
    return fd;
}

#endif
