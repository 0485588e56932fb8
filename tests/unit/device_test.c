/*
 * device_test.c: what goes up to a device, and when: tasks once, and again when they were forgotten
 * for want of memory.  The device is simulated (libcuda_sim.so beside this program).
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../cuda/device_private.h"
#include "../../lib/matrix.h"
#include "check.h"

enum { N_TASKS = 12, N_ITEMS = 3, FUEL = 4000, SIDE = 20 };

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
        struct stream_task task = {key, 2, pairs, 1, 1, false, 0};
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

/* Runs the block's programs on tasks [from, to); bytes that went up. */
static uint64_t run(struct backend *d, const struct matrix *m, const struct program_block *block,
                    uint32_t from, uint32_t to, int give_c, const char *what)
{
    struct backend_row rows[N_TASKS * 4];
    struct backend_batch b = {.block = block,
                              .tasks = &m->tasks,
                              .rows = rows,
                              .fuel = FUEL,
                              .keep = KEEP_BITS,
                              .give_c = give_c};
    uint64_t before = d->traffic->bytes_up;
    uint32_t done = 0, equal = 0;
    for (uint32_t t = from; t < to; t++)
        for (uint32_t p = 0; p < block->n; p++, b.n_runs += N_ITEMS)
            rows[b.n_rows++] = (struct backend_row){p, t, b.n_runs};
    b.runs = need(calloc(b.n_runs + 1, sizeof *b.runs));
    check(d->run(d, &b) == BACKEND_DONE, what);
    for (uint32_t k = 0; k < b.n_runs; k++) {
        done += b.runs[k].done;
        equal += b.runs[k].equal;
    }
    check(done == b.n_runs, what);
    check(equal == (to - from) * N_ITEMS, what); /* the first program alone is right */
    free(b.runs);
    free(b.images);
    return d->traffic->bytes_up - before;
}

static void run_all(struct backend *d, const struct matrix *m, struct program_block *block)
{
    uint64_t images = N_TASKS * N_ITEMS * SIDE * SIDE / 8; /* less than they take */
    uint64_t first = run(d, m, &block[0], 0, N_TASKS, 0, "tasks go up");
    check(first > images, "tasks are among what goes up");
    check(run(d, m, &block[0], 0, N_TASKS, 0, "again") + images < first, "tasks go up once");
    check(run(d, m, &block[1], 0, N_TASKS, 0, "other programs") + images < first,
          "tasks stay for other programs");
    uint64_t samples = run(d, m, &block[2], 0, N_TASKS, 0, "programs with S");
    check(samples > images, "tasks with their demonstrations go up");
    check(run(d, m, &block[2], 0, N_TASKS, 0, "with S again") + images < samples,
          "tasks with their demonstrations go up once");
    check(run(d, m, &block[0], 0, N_TASKS, 1, "C given") > images, "tasks go up with C");
    struct cuda_device *c = (struct cuda_device *)d;
    device_forget_tasks(c);
    c->tasks_bytes = samples / 20 * 11; /* for either half, not for both */
    for (int turn = 0; turn < 3; turn++) {
        run(d, m, &block[0], 0, N_TASKS / 2, 0, "half of the tasks");
        run(d, m, &block[2], N_TASKS / 2, N_TASKS, 0, "the other half, with S");
        check(c->tasks.bytes <= c->tasks_bytes, "tasks keep to their memory");
    }
    c->tasks_bytes = 1000;
    device_forget_tasks(c);
    struct backend_row row = {0, 0, 0};
    struct backend_run runs[N_ITEMS] = {{0}};
    struct backend_batch b = {.block = block,
                              .tasks = &m->tasks,
                              .rows = &row,
                              .n_rows = 1,
                              .n_runs = N_ITEMS,
                              .fuel = FUEL,
                              .runs = runs};
    uint64_t left = d->n_left;
    check(d->run(d, &b) == BACKEND_DONE && !runs[0].done && d->n_left == left + N_ITEMS,
          "a task without room is left to the CPU");
}

int main(int argc, char **argv)
{
    static const char *const texts[] = {
        "def a(I):\n    O = identity(I)\n    return O\ndef b(I):\n    O = trim(I)\n    return O\n",
        "def c(I):\n    O = vmirror(I)\n    x = vmirror(O)\n    return x\n",
        "def d(S, I, C):\n    x = first(S)\n    O = identity(I)\n    return O\n"};
    struct program_block block[3];
    struct matrix m = {0};
    char sim[4096], why[256];
    struct device_options o = {1, 0.8, 20000};
    (void)argc;
    snprintf(sim, sizeof sim, "%s/libcuda_sim.so", dirname(argv[0]));
    setenv("BATT_CUDA_DRIVER", sim, 1);
    add_tasks(&m.tasks);
    if (matrix_open(&m, 1, NULL, 0))
        need(NULL);
    for (int k = 0; k < 3; k++)
        read_block(&m, &block[k], texts[k]);
    struct backend *d = device_open(0, &o, why);
    if (!d) {
        printf("%s: %s\n0 passed, 1 failed\n", sim, why);
        return 1;
    }
    run_all(d, &m, block);
    d->close(d);
    for (int k = 0; k < 3; k++)
        program_block_free(&block[k]);
    matrix_close(&m);
    return check_end();
}
