/*
 * fuzz_taskfile.c: the readers of task files and of their solutions against arbitrary text. What
 * they let through must keep the promises of taskfile.h.
 */
#include "../../lib/taskfile.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* The text as solutions of these tasks, which are those of the corpus. */
static void read_solutions(const uint8_t *data, size_t size)
{
    static const char challenges[] =
        "{\"aa\": {\"train\": [{\"input\": [[1]], \"output\": [[2]]}],"
        " \"test\": [{\"input\": [[3]]}, {\"input\": [[4, 5]]}]},"
        " \"bb\": {\"train\": [{\"input\": [[1]], \"output\": [[2]]}],"
        " \"test\": [{\"input\": [[3]]}]}}";
    struct taskfile_solutions *solutions = NULL;
    char path[64];
    int fd = memfd_create("solutions", 0);
    if (write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int status = taskfile_solutions_read(&solutions, path, bad, NULL);
    if (status != TASKFILE_OK && status != TASKFILE_BAD)
        abort();
    close(fd);
    struct taskfile_reader reader = {
        .set = "set", .n_demos = 2, .solutions = solutions, .task = good, .bad = bad};
    taskfile_read_text(&reader, "a_challenges.json", challenges, strlen(challenges));
    taskfile_solutions_free(solutions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct taskfile_reader reader = {.set = "set", .n_demos = 2, .task = good, .bad = bad};
    taskfile_read_text(&reader, "a.json", (const char *)data, size);
    read_solutions(data, size);
    return 0;
}
