/*
 * stream_cut_test.c: what is larger than a frame: entries cut by programs and by items, tasks cut
 * into parts, values that fit nowhere. At the end the speed of columns without zstd's share.
 */
#include "../../lib/frame.h"
#include "../../lib/value_pack.h"
#include "stream_help.h"

#include <time.h>

#define N_PROGRAMS 300001u
#define N_ITEMS 12u

static uint32_t mix(uint32_t x)
{
    x *= 2654435761u;
    return x ^ x >> 15;
}

static unsigned outcome_of(uint32_t program, uint32_t item)
{
    return mix(program * 13 + item) % STREAM_N_OUTCOMES;
}

static bool equal_of(uint32_t program, uint32_t item)
{
    return mix(program * 31 + item) % 3 == 0;
}

/* The integer that the program gave; 0 stands for no output. */
static uint32_t output_of(uint32_t program, uint32_t item)
{
    uint32_t x = mix(program * 7 + item);
    return x % 5 ? 0 : 1 + x % 1000;
}

struct columns {
    uint8_t *outcome, *equal;
    uint32_t *output;
    struct value_pack pack;
    struct stream_bytes outputs[1000];
};

static struct stream_result_item make_item(struct columns *c, uint32_t item)
{
    c->outcome = malloc(N_PROGRAMS);
    c->equal = calloc(N_PROGRAMS / 8 + 1, 1);
    c->output = calloc(N_PROGRAMS, sizeof *c->output);
    for (uint32_t p = 0; p < N_PROGRAMS; p++) {
        c->outcome[p] = (uint8_t)outcome_of(p, item);
        c->equal[p / 8] |= (uint8_t)(equal_of(p, item) << p % 8);
        c->output[p] = output_of(p, item);
    }
    size_t at[1001];
    for (uint32_t k = 0; k < 1000; k++) {
        at[k] = c->pack.size;
        value_pack_int(&c->pack, k + 1);
    }
    at[1000] = c->pack.size;
    for (uint32_t k = 0; k < 1000; k++)
        c->outputs[k] = (struct stream_bytes){c->pack.data + at[k], at[k + 1] - at[k]};
    return (struct stream_result_item){STREAM_TEST, item, true, c->outcome, c->equal, NULL,
                                       NULL,        NULL, 1000, c->outputs, c->output};
}

static long check_program(const struct stream_entry *e, const struct stream_result_item *item,
                          uint32_t i)
{
    uint32_t p = stream_program(e, i), k = stream_u32(item->output, i), value = 0;
    if (k) {
        struct value_pack text = {0};
        value_pack_json(&text, item->outputs[k - 1].data, item->outputs[k - 1].size);
        value_pack_raw(&text, "", 1);
        value = (uint32_t)strtoul((char *)text.data, NULL, 10);
        value_pack_free(&text);
    }
    return item->outcome[i] != outcome_of(p, item->index) ||
           stream_bit(item->equal, i) != equal_of(p, item->index) ||
           value != output_of(p, item->index);
}

static void check_entries(struct bytes b, size_t cut, int want)
{
    int fd = fd_of(b.data, b.size), kind, n_frames = 0;
    struct stream_reader *r = stream_reader_open(fd);
    struct stream_frame frame;
    struct stream_entry e;
    long wrong = 0, seen = 0;
    while ((kind = stream_next(r, &frame)) > 0) {
        CHECK(stream_raw(r).size <= cut + 65536, "%zu bytes", stream_raw(r).size);
        n_frames += kind == STREAM_RESULTS_FRAME;
        while (kind == STREAM_RESULTS_FRAME && stream_next_entry(r, &e) == 1)
            for (uint32_t k = 0; k < e.n_items; k++)
                for (uint32_t i = 0; i < e.n; i++, seen++)
                    wrong += check_program(&e, &e.items[k], i);
    }
    CHECK(kind == STREAM_EOF, "%s", stream_reason(r));
    CHECK(wrong == 0 && seen == (long)N_PROGRAMS * N_ITEMS, "%ld of %ld wrong", wrong, seen);
    CHECK(n_frames == want, "%d frames", n_frames);
    stream_reader_close(r);
    close(fd);
}

static const struct stream_head results_head = {.content = STREAM_RESULTS};

/* An entry, halved until it fits `cut`: so many frames. */
static void test_entry(size_t cut, int n_frames)
{
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    struct columns *columns = calloc(N_ITEMS, sizeof *columns);
    struct stream_result_item items[N_ITEMS];
    for (uint32_t k = 0; k < N_ITEMS; k++)
        items[k] = make_item(&columns[k], k);
    struct stream_entry e = {
        .task = "set/a", .n_test = N_ITEMS, .n = N_PROGRAMS, .n_items = N_ITEMS, .items = items};
    stream_set_cut(w, cut);
    CHECK(stream_write_head(w, &results_head) == STREAM_WRITTEN, "head");
    CHECK(stream_write_entry(w, 0, &e) == STREAM_WRITTEN, "entry");
    CHECK(stream_write_end(w, 0) == STREAM_WRITTEN, "end");
    CHECK(fflush(file) == 0, "flush");
    check_entries(b, cut, n_frames);
    for (uint32_t k = 0; k < N_ITEMS; k++) {
        free(columns[k].outcome);
        free(columns[k].equal);
        free(columns[k].output);
        value_pack_free(&columns[k].pack);
    }
    free(columns);
    stream_writer_close(w);
    fclose(file);
    free(b.data);
}

/* One program with two outputs of size bytes each. */
static int write_values(struct stream_writer *w, size_t size)
{
    struct value_pack pack = {0};
    uint8_t *cells = calloc(size, 1);
    value_pack_grid(&pack, 1, (uint32_t)size, cells);
    const struct stream_bytes output = {pack.data, pack.size};
    static const uint8_t outcome[1];
    static const uint32_t one[] = {1};
    const struct stream_result_item items[] = {
        {STREAM_TEST, 0, false, outcome, NULL, NULL, NULL, NULL, 1, &output, one},
        {STREAM_TEST, 1, false, outcome, NULL, NULL, NULL, NULL, 1, &output, one}};
    const struct stream_entry e = {.task = "a", .n = 1, .n_items = 2, .items = items};
    int rc = stream_write_entry(w, 0, &e);
    free(cells);
    value_pack_free(&pack);
    return rc;
}

static void test_values(void)
{
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    stream_write_head(w, &results_head);
    CHECK(write_values(w, (size_t)12 << 20) == STREAM_WRITTEN, "two of 12 MiB");
    CHECK(write_values(w, (size_t)20 << 20) == STREAM_WRITTEN, "two of 20 MiB");
    CHECK(write_values(w, (size_t)32 << 20) == STREAM_TOO_LARGE, "two of 32 MiB");
    CHECK(stream_write_end(w, 0) == STREAM_WRITTEN, "end");
    fflush(file);
    int fd = fd_of(b.data, b.size), kind, n = 0;
    struct stream_reader *r = stream_reader_open(fd);
    struct stream_frame frame;
    while ((kind = stream_next(r, &frame)) > 0)
        n += kind == STREAM_RESULTS_FRAME;
    CHECK(kind == STREAM_EOF && n == 4, "%d frames, %s", n, stream_reason(r));
    stream_reader_close(r);
    close(fd);
    stream_writer_close(w);
    fclose(file);
    free(b.data);
}

#define N_TESTS 3000u

static void check_parts(struct bytes b, uint32_t want)
{
    int fd = fd_of(b.data, b.size), kind;
    struct stream_reader *r = stream_reader_open(fd);
    struct stream_frame frame;
    uint32_t next = 0, parts = 0, whole = 0;
    while ((kind = stream_next(r, &frame)) > 0)
        for (uint32_t i = 0; kind == STREAM_GRIDS_FRAME && i < frame.grids.n_items; i++) {
            const struct stream_item *item = &frame.grids.items[i];
            const struct stream_task *task = &frame.grids.tasks[item->task];
            if (i == 0) {
                parts += task->more;
                whole += !task->more;
            }
            CHECK(item->index == next % N_TESTS, "item %u", item->index);
            CHECK(item->pair.in.cells[0] == item->index % 10, "cells of %u", item->index);
            next++;
        }
    CHECK(kind == STREAM_EOF && next == 2 * N_TESTS, "%u items, %s", next, stream_reason(r));
    CHECK(parts == want && whole == 2, "%u parts go on, %u do not", parts, whole);
    stream_reader_close(r);
    close(fd);
}

/* Two tasks of 24 MB each; so many frames do not end one. */
static void test_task(size_t cut, uint32_t n_parts)
{
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    const struct stream_head head = {.content = STREAM_GRIDS};
    static uint8_t cells[10][64 * 64];
    struct stream_item *items = calloc(2 * N_TESTS, sizeof *items);
    const struct stream_pair demo = {{1, 1, cells[0]}, {1, 1, cells[0]}, true};
    const struct stream_task tasks[] = {{"a", 1, &demo, 0, N_TESTS, false, 0},
                                        {"b", 1, &demo, 0, N_TESTS, false, 0}};
    for (int i = 0; i < 10; i++)
        memset(cells[i], i, sizeof cells[i]);
    for (uint32_t i = 0; i < 2 * N_TESTS; i++) {
        const struct stream_grid g = {64, 64, cells[i % N_TESTS % 10]};
        items[i] = (struct stream_item){i / N_TESTS, STREAM_TEST, i % N_TESTS, {g, g, true}};
    }
    const struct stream_grids grids = {2, 2 * N_TESTS, tasks, items};
    stream_set_cut(w, cut);
    CHECK(stream_write_head(w, &head) == STREAM_WRITTEN, "head");
    CHECK(stream_write_grids(w, &grids) == STREAM_WRITTEN, "grids");
    CHECK(stream_write_end(w, 0) == STREAM_WRITTEN, "end");
    fflush(file);
    check_parts(b, n_parts);
    free(items);
    stream_writer_close(w);
    fclose(file);
    free(b.data);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Bits only: 8 items, 100,000 programs, 100 tasks; zstd alone is timed on the same frames. */
static void measure(void)
{
    enum { N = 100000, N_TASKS = 100 };
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    static uint8_t outcome[N], equal[N / 8 + 1];
    static struct stream_result_item items[8];
    for (uint32_t i = 0; i < 8; i++)
        items[i] = (struct stream_result_item){.index = i, .outcome = outcome, .equal = equal};
    struct stream_entry e = {.task = "a", .n = N, .n_items = 8, .items = items};
    stream_write_head(w, &results_head);
    for (int i = 0; i < N_TASKS; i++)
        CHECK(stream_write_entry(w, 0, &e) == STREAM_WRITTEN, "entry");
    stream_write_end(w, 0);
    fflush(file);
    double started = seconds();
    struct transcript none = {0};
    int fd = fd_of(b.data, b.size);
    struct stream_reader *r = stream_reader_open(fd);
    struct stream_frame frame;
    size_t bytes = 0;
    while (stream_next(r, &frame) > 0)
        bytes += stream_raw(r).size;
    double all = seconds() - started;
    stream_reader_close(r);
    lseek(fd, 0, SEEK_SET);
    started = seconds();
    struct frame_reader *frames = frame_reader_open(fd);
    const uint8_t *data;
    size_t size;
    while (frame_next(frames, &data, &size) == FRAME_OK)
        none.n_frames++;
    double zstd = seconds() - started;
    frame_reader_close(frames);
    close(fd);
    printf("reading %.0f MB of columns: %.2f GB/s, without zstd %.2f GB/s\n", (double)bytes / 1e6,
           (double)bytes / all / 1e9, (double)bytes / (all - zstd) / 1e9);
    stream_writer_close(w);
    fclose(file);
    free(b.data);
}

int main(void)
{
    test_entry(STREAM_CUT_MOST, 2);
    test_entry(STREAM_CUT_BYTES, 8);
    test_values();
    test_task(STREAM_CUT_MOST, 2);
    test_task(STREAM_CUT_BYTES, 10);
    measure();
    return report();
}
