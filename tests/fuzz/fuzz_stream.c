/*
 * fuzz_stream.c: the reader of streams against arbitrary bytes, as they come and as the content of
 * a frame with a right checksum (else little would get past zstd).
 */
#include "../../lib/frame.h"
#include "../../lib/show_json.h"
#include "../../lib/stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(int fd)
{
    struct stream_reader *reader = stream_reader_open(fd);
    FILE *nowhere = fopen("/dev/null", "w");
    struct show_json *show = show_json_open(nowhere);
    struct stream_frame frame;
    int kind;
    while ((kind = stream_next(reader, &frame)) != STREAM_EOF && !stream_is_final(kind))
        if (kind > 0)
            show_json_frame(show, reader, kind, &frame);
    show_json_close(show);
    fclose(nowhere);
    stream_reader_close(reader);
}

static void put(int fd, const void *data, size_t size)
{
    if (write(fd, data, size) != (ssize_t)size)
        abort();
}

/* A head, so that what follows is read as a segment's frames. */
static void put_head(int fd, bool results)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    const struct stream_head head = {.content = results ? STREAM_RESULTS : STREAM_GRIDS};
    stream_write_head(w, &head);
    fclose(file);
    put(fd, text, size);
    stream_writer_close(w);
    free(text);
}

/* The first byte chooses: bytes as they are, or a frame behind nothing, grids' or results' head. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size || size > FRAME_MAX_BYTES)
        return 0;
    int fd = memfd_create("fuzz", 0), mode = data[0] & 3;
    if (mode >= 2)
        put_head(fd, mode == 3);
    if (mode) {
        const uint8_t *frame;
        struct frame_compressor *c = frame_compressor_open(1, 0);
        size_t n = frame_compress(c, data + 1, size - 1, &frame);
        put(fd, frame, n);
        frame_compressor_close(c);
    } else {
        put(fd, data + 1, size - 1);
    }
    lseek(fd, 0, SEEK_SET);
    read_all(fd);
    close(fd);
    return 0;
}
