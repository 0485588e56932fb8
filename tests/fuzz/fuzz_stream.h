/* fuzz_stream.h: how fuzz targets make a stream of their input. */
#ifndef BATT_FUZZ_STREAM_H
#define BATT_FUZZ_STREAM_H

#include "../../lib/frame.h"
#include "../../lib/stream.h"

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

/* A head, so that what follows is read as a segment's frames. */
static inline void fuzz_put_head(int fd, bool results)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    const struct stream_head head = {.content = results ? STREAM_RESULTS : STREAM_GRIDS};
    stream_write_head(w, &head);
    fclose(file);
    fuzz_put(fd, text, size);
    stream_writer_close(w);
    free(text);
}

/* A descriptor at the beginning of the stream, -1 for none. The first byte chooses: bytes as they
 * are, or a frame with a right checksum (else little would get past zstd) behind nothing, behind
 * the head of grids or of results. */
static inline int fuzz_stream_of(const uint8_t *data, size_t size)
{
    if (!size || size > FRAME_MAX_BYTES)
        return -1;
    int fd = fuzz_memory(), mode = data[0] & 3;
    if (mode >= 2)
        fuzz_put_head(fd, mode == 3);
    if (mode) {
        const uint8_t *frame;
        struct frame_compressor *c = frame_compressor_open(1, 0);
        size_t n = frame_compress(c, data + 1, size - 1, &frame);
        fuzz_put(fd, frame, n);
        frame_compressor_close(c);
    } else {
        fuzz_put(fd, data + 1, size - 1);
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}

#endif
