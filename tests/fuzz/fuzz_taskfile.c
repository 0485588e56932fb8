/*
 * fuzz_taskfile.c: the reader of task files against arbitrary text. What it lets through must keep
 * the promises of taskfile.h.
 */
#include "../../lib/taskfile.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_grid(const struct stream_grid *g)
{
    if (!g->h || !g->w || g->h > TASKFILE_MAX_SIDE || g->w > TASKFILE_MAX_SIDE)
        abort();
    for (size_t i = 0; i < (size_t)g->h * g->w; i++)
        if (g->cells[i] > 9)
            abort();
}

static void check_pairs(uint32_t n, const struct stream_pair *pairs, bool known)
{
    if (!n)
        abort();
    for (uint32_t i = 0; i < n; i++) {
        check_grid(&pairs[i].in);
        if (pairs[i].known)
            check_grid(&pairs[i].out);
        else if (known)
            abort();
    }
}

static int good(void *context, const struct taskfile_task *task)
{
    (void)context;
    check_pairs(task->n_demos, task->demos, true);
    check_pairs(task->n_tests, task->tests, false);
    return 0;
}

static int bad(void *context, const char *object, const char *reason)
{
    (void)context;
    if (!*object || !*reason)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct taskfile_reader reader = {.set = "set", .n_demos = 2, .task = good, .bad = bad};
    taskfile_read_text(&reader, "a.json", (const char *)data, size);
    return 0;
}
