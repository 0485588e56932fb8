/*
 * fuzz_stream.c: the reader of streams against arbitrary bytes, as they come and as the content of
 * a frame with a right checksum (else little would get past zstd).
 */
#include "../../lib/show_json.h"
#include "fuzz_stream.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = fuzz_stream_of(data, size);
    if (fd < 0)
        return 0;
    read_all(fd);
    close(fd);
    return 0;
}
