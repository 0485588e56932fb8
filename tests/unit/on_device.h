/*
 * What tests of a device need: a simulated one, tasks, and programs as a compiled block.
 */
#ifndef TESTS_ON_DEVICE_H
#define TESTS_ON_DEVICE_H

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../cuda/device_private.h"
#include "../../lib/matrix.h"
#include "check.h"

enum { N_TASKS = 12, N_ITEMS = 3, SIDE = 20 };

static void *need(void *p)
{
    if (p)
        return p;
    printf("out of memory\n0 passed, 1 failed\n");
    exit(1);
}

static void add_tasks(struct tasks *t)
{
    static uint8_t cells[N_TASKS][N_ITEMS][SIDE * SIDE];
    for (uint32_t k = 0; k < N_TASKS; k++) {
        struct stream_pair pairs[N_ITEMS];
        struct stream_item items[N_ITEMS];
        char key[16];
        uint32_t conflicts = 0;
        snprintf(key, sizeof key, "set/%u", (unsigned)k);
        for (uint32_t i = 0; i < N_ITEMS; i++) {
            for (uint32_t c = 0; c < SIDE * SIDE; c++)
                cells[k][i][c] = (uint8_t)((c * 7 + k + i) % 10);
            pairs[i] =
                (struct stream_pair){{SIDE, SIDE, cells[k][i]}, {SIDE, SIDE, cells[k][i]}, 1};
            items[i] = (struct stream_item){0, i < 2 ? STREAM_DEMO : STREAM_TEST, i % 2, pairs[i]};
        }
        struct stream_task task = {key, 2, pairs, 2, 1, false, 0};
        struct stream_grids frame = {1, N_ITEMS, &task, items};
        if (tasks_add_frame(t, &frame, &conflicts))
            need(NULL);
    }
    if (tasks_index(t))
        need(NULL);
}

/* The programs of `text` as a compiled block. */
static void read_block(struct matrix *m, struct program_block *b, const char *text)
{
    char path[] = "/tmp/device_test.XXXXXX";
    const char *paths[] = {path};
    struct programs src;
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        need(NULL);
    close(fd);
    programs_open(&src, paths, 1, PROGRAMS_BLOCK);
    program_block_init(b);
    if (programs_read(&src, b) < 0 || matrix_compile(m, b))
        need(NULL);
    programs_close(&src);
    unlink(path);
}

/* The driver of this name, of those beside the test program, is the one there is. */
static void simulate(const char *program, const char *name)
{
    char folder[4096], path[4096 + 64];
    snprintf(folder, sizeof folder, "%s", program);
    snprintf(path, sizeof path, "%s/%s", dirname(folder), name);
    setenv("BATT_CUDA_DRIVER", path, 1);
}

/* A device that counts, one of `share` parts. */
static struct backend *open_device(int share, uint64_t yield)
{
    const struct device_options o = {.share = share, .memory = 0.8, .yield = yield, .profile = 1};
    char why[256];
    struct backend *d = device_open(0, &o, why);
    if (d)
        return d;
    printf("%s: %s\n0 passed, 1 failed\n", getenv("BATT_CUDA_DRIVER"), why);
    exit(1);
}

#endif
