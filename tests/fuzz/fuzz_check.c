/*
 * fuzz_check.c: batt-check's rules and its saving against arbitrary bytes: whatever is saved from
 * them must itself be whole by the same rules. Input as fuzz_stream.c takes it.
 */
#include "../../lib/check.h"
#include "../../lib/salvage.h"
#include "fuzz_stream.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads all of fd; returns the number of troubles. What is good goes to the salvage, if there is
 * one. */
static int check_all(int fd, struct salvage *s)
{
    struct stream_reader *reader = stream_reader_open(fd);
    struct check check = {0};
    struct stream_frame f;
    int kind, troubles = 0;
    while ((kind = stream_next(reader, &f)) != STREAM_EOF && !stream_is_final(kind)) {
        int status = kind > 0 ? check_frame(&check, reader, kind, &f) : kind;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = fuzz_stream_of(data, size);
    if (fd < 0)
        return 0;
    char *text;
    size_t n;
    FILE *file = open_memstream(&text, &n);
    struct salvage s = {.writer = stream_writer_open(file, 1, 0), .tool = "fuzz"};
    check_all(fd, &s);
    if (salvage_end(&s, 0))
        abort();
    salvage_forget(&s);
    stream_writer_close(s.writer);
    fclose(file);
    close(fd);
    fd = fuzz_memory();
    fuzz_put(fd, text, n);
    lseek(fd, 0, SEEK_SET);
    if (s.any && check_all(fd, NULL))
        abort();
    close(fd);
    free(text);
    return 0;
}
