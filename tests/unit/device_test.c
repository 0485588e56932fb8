/*
 * device_test.c: what goes up to a device, and when: tasks once, for all parts of the device, and
 * again when they were forgotten for want of memory.  The device is simulated.
 */
#include <pthread.h>

#include "on_device.h"

enum { FUEL = 4000 };

/* Runs the block's programs on tasks [from, to); did all runs come out right?  The first program
   alone is right. */
static int run_good(struct backend *d, const struct matrix *m, const struct program_block *block,
                    uint32_t from, uint32_t to, int give_c)
{
    struct backend_row rows[N_TASKS * 4];
    struct backend_batch b = {.block = block,
                              .tasks = &m->tasks,
                              .rows = rows,
                              .fuel = FUEL,
                              .keep = KEEP_BITS,
                              .give_c = give_c};
    uint32_t done = 0, equal = 0;
    for (uint32_t t = from; t < to; t++)
        for (uint32_t p = 0; p < block->n; p++, b.n_runs += N_ITEMS)
            rows[b.n_rows++] = (struct backend_row){p, t, b.n_runs};
    b.runs = need(calloc(b.n_runs + 1, sizeof *b.runs));
    b.took = need(calloc(b.n_runs + 1, sizeof *b.took));
    int good = d->run(d, &b) == BACKEND_DONE;
    for (uint32_t k = 0; k < b.n_runs; k++) {
        done += b.runs[k].done && b.took[k].calls;
        equal += b.runs[k].equal;
    }
    good = good && done == b.n_runs && equal == (to - from) * N_ITEMS;
    free(b.runs);
    free(b.took);
    free(b.images);
    return good;
}

/* The same; bytes that went up. */
static uint64_t run(struct backend *d, const struct matrix *m, const struct program_block *block,
                    uint32_t from, uint32_t to, int give_c, const char *what)
{
    uint64_t before = d->traffic->bytes_up;
    check(run_good(d, m, block, from, to, give_c), what);
    return d->traffic->bytes_up - before;
}

/* Less than all tasks take. */
enum { IMAGES = N_TASKS * N_ITEMS * SIDE * SIDE / 8 };

/* From the next batch on there are no tasks, and so much room for them. */
static void empty(struct device_tasks *t, size_t room)
{
    t->of = NULL;
    t->room = room;
}

static void run_all(struct backend *d, const struct matrix *m, struct program_block *block)
{
    uint64_t first = run(d, m, &block[0], 0, N_TASKS, 0, "tasks go up");
    check(first > IMAGES, "tasks are among what goes up");
    check(run(d, m, &block[0], 0, N_TASKS, 0, "again") + IMAGES < first, "tasks go up once");
    check(run(d, m, &block[1], 0, N_TASKS, 0, "other programs") + IMAGES < first,
          "tasks stay for other programs");
    uint64_t samples = run(d, m, &block[2], 0, N_TASKS, 0, "programs with S");
    check(samples > IMAGES, "tasks with their demonstrations go up");
    check(run(d, m, &block[2], 0, N_TASKS, 0, "with S again") + IMAGES < samples,
          "tasks with their demonstrations go up once");
    check(run(d, m, &block[0], 0, N_TASKS, 1, "C given") > IMAGES, "tasks go up with C");
    struct device_tasks *tasks = ((struct cuda_device *)d)->tasks;
    empty(tasks, samples / 20 * 11); /* for either half, not for both */
    for (int turn = 0; turn < 3; turn++) {
        run(d, m, &block[0], 0, N_TASKS / 2, 0, "half of the tasks");
        run(d, m, &block[2], N_TASKS / 2, N_TASKS, 0, "the other half, with S");
        check(tasks->bytes <= tasks->room, "tasks keep to their memory");
    }
    empty(tasks, 1000);
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
    check(d->traffic->no_room == N_ITEMS && d->rows_max == ((struct cuda_device *)d)->rows_max,
          "and says nothing of other batches");
}

/* ---- parts ---- */

static struct backend *open_part(int share)
{
    return open_device(share, 20000);
}

/* A part that goes over the tasks, forth and back, by turns with S. */
struct part {
    struct backend *d;
    const struct matrix *m;
    struct program_block *block;
    int k, n_bad;
};

static void *run_part(void *x)
{
    struct part *p = x;
    for (int turn = 0; turn < 12; turn++) {
        uint32_t at = (uint32_t)(turn % 3) * (N_TASKS / 4), n = N_TASKS / 2;
        p->n_bad += !run_good(p->d, p->m, &p->block[(turn + p->k) % 3],
                              p->k ? N_TASKS - at - n : at, p->k ? N_TASKS - at : at + n, 0);
    }
    return NULL;
}

static void run_parts(const struct matrix *m, struct program_block *block)
{
    struct part parts[2];
    pthread_t threads[2];
    for (int k = 0; k < 2; k++)
        parts[k] = (struct part){open_part(2), m, block, k, 0};
    struct device_tasks *tasks = ((struct cuda_device *)parts[0].d)->tasks;
    uint64_t first = run(parts[0].d, m, block, 0, N_TASKS, 0, "one part");
    check(first > IMAGES, "tasks go up to a part");
    check(run(parts[1].d, m, block, 0, N_TASKS, 0, "the other part") + IMAGES < first,
          "a task that both parts use goes up once");
    uint64_t samples = run(parts[0].d, m, &block[2], 0, N_TASKS, 0, "one part, with S");
    check(run(parts[1].d, m, &block[2], 0, N_TASKS, 0, "the other, with S") + IMAGES < samples,
          "a task with its demonstrations goes up once");
    check(tasks->n_users == 0, "between batches nobody uses them");
    const size_t set_aside = tasks->room, rooms[] = {2 * samples, samples / 20 * 11};
    for (int r = 0; r < 2; r++) { /* for all; for what a batch needs and not much more */
        empty(tasks, rooms[r]);
        for (int k = 0; k < 2; k++)
            if (pthread_create(&threads[k], NULL, run_part, &parts[k]))
                need(NULL);
        for (int k = 0; k < 2; k++) {
            pthread_join(threads[k], NULL);
            check(parts[k].n_bad == 0, "parts that forget each other's tasks");
        }
        check(tasks->bytes <= tasks->room, "tasks of two parts keep to their memory");
    }
    empty(tasks, set_aside);
    parts[0].d->close(parts[0].d);
    run(parts[1].d, m, block, 0, N_TASKS, 0, "the part that stays");
    check(run(parts[1].d, m, block, 0, N_TASKS, 0, "again") + IMAGES < first,
          "its tasks stay with it");
    parts[1].d->close(parts[1].d);
}

/* ---- memory ---- */

/* How many rows a part of a device with so much memory asks for. */
static uint32_t rows_wanted(const char *bytes)
{
    setenv("SIMCUDA_BYTES", bytes, 1);
    struct backend *d = open_part(2);
    uint32_t n = d->rows_max;
    check(n >= d->rows_min, "a batch is worth the way");
    d->close(d);
    unsetenv("SIMCUDA_BYTES");
    return n;
}

/* A batch whose programs have no room together: in turns, and each finds its own. */
static void run_in_turns(struct matrix *m)
{
    enum { LINES = 150, PROGRAMS = 1000 };
    struct program_block block;
    struct backend_row rows[PROGRAMS];
    char *text;
    size_t size;
    FILE *f = need(open_memstream(&text, &size));
    for (uint32_t k = 0; k < PROGRAMS; k++) {
        fprintf(f, "def p%u(I):\n", k);
        for (uint32_t n = 0; n < LINES; n++)
            fprintf(f, "    x%u = add(%u, %u)\n", n, k, n);
        fprintf(f, "    O = astuple(%u, x0)\n    return O\n", k);
        rows[k] = (struct backend_row){k, 0, k * N_ITEMS};
    }
    fclose(f);
    read_block(m, &block, text);
    free(text);
    setenv("SIMCUDA_BYTES", "20000000", 1);
    struct backend *d = open_part(1);
    struct backend_batch b = {.block = &block,
                              .tasks = &m->tasks,
                              .rows = rows,
                              .n_rows = PROGRAMS,
                              .n_runs = PROGRAMS * N_ITEMS,
                              .fuel = FUEL,
                              .keep = KEEP_ALL};
    b.runs = need(calloc(b.n_runs, sizeof *b.runs));
    check(d->run(d, &b) == BACKEND_DONE && d->n_runs == b.n_runs && d->traffic->halved > 0,
          "programs that have no room together run in turns");
    uint32_t good = 0;
    for (uint32_t k = 0; k < b.n_runs; k++) {
        const struct backend_run *r = &b.runs[k];
        const struct val *image = (const struct val *)b.images + r->image - 1;
        good += r->done && r->image && image->tag == VAL_PAIR && image->u.p.a == (int)(k / N_ITEMS);
    }
    check(good == b.n_runs, "each has its own value");
    free(b.runs);
    free(b.images);
    d->close(d);
    unsetenv("SIMCUDA_BYTES");
    program_block_free(&block);
}

int main(int argc, char **argv)
{
    static const char *const texts[] = {
        "def a(I):\n    O = identity(I)\n    return O\ndef b(I):\n    O = trim(I)\n    return O\n",
        "def c(I):\n    O = vmirror(I)\n    x = vmirror(O)\n    return x\n",
        "def d(S, I, C):\n    x = first(S)\n    O = identity(I)\n    return O\n"};
    struct program_block block[3];
    struct matrix m = {0};
    (void)argc;
    simulate(argv[0], "libcuda_sim.so");
    add_tasks(&m.tasks);
    if (matrix_open(&m, 1, NULL, 0))
        need(NULL);
    for (int k = 0; k < 3; k++)
        read_block(&m, &block[k], texts[k]);
    struct backend *d = open_part(1);
    run_all(d, &m, block);
    d->close(d);
    run_parts(&m, block);
    check(rows_wanted("1073741824") > 2 * rows_wanted("100000000"),
          "where memory is little a device asks for less");
    run_in_turns(&m);
    for (int k = 0; k < 3; k++)
        program_block_free(&block[k]);
    matrix_close(&m);
    return check_end();
}
