/*
 * fuzz_stream.c: the reader of streams against arbitrary bytes, as they come and as the content of
 * frames with right checksums (else little would get past zstd); and what holds the tasks that come.
 */
#include "../../lib/show_json.h"
#include "../../lib/tasks.h"
#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A task that was taken can be found by its key. */
static void find_all(struct tasks *t)
{
    if (tasks_index(t))
        abort();
    for (uint32_t k = 0; k < t->n; k++)
        if (tasks_find(t, t->entries[k].key, strlen(t->entries[k].key)) != (int64_t)k)
            abort();
    tasks_digest(t);
}

static void read_all(int fd)
{
    struct tasks tasks;
    uint32_t conflicts = 0;
    struct stream_reader *reader = stream_reader_open(fd);
    FILE *nowhere = fopen("/dev/null", "w");
    struct show_json *show = show_json_open(nowhere);
    struct stream_frame frame;
    int kind;
    tasks_init(&tasks);
    while ((kind = stream_next(reader, &frame)) != STREAM_EOF && !stream_is_final(kind)) {
        if (kind > 0)
            show_json_frame(show, reader, kind, &frame);
        if (kind == STREAM_GRIDS_FRAME && tasks_add_frame(&tasks, &frame.grids, &conflicts))
            abort();
    }
    find_all(&tasks);
    tasks_free(&tasks);
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
