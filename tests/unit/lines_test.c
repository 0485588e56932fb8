/*
 * lines_test.c: what lines of programs take, as runs on a device tell it: calls and units are those
 * of the same runs on the CPU, line by line, and of all runs together those that each program is
 * billed, however CPU and device share them.  The device is simulated, with a run a warp and, in a
 * process of its own, with a run a thread.
 */
#include <sys/wait.h>

#include "../fuzz/fuzz_engine.c"

#include "on_device.h"

enum { N_RANDOM = 45, TASKS = 6, LONG = PROFILE_LINES + 30, TEXT = 1 << 21 };

struct way {
    const char *name;
    uint64_t fuel, yield;
    enum keep keep;
    uint32_t gate;
    uint64_t left, full; /* at least so many runs are */
};

/* ---- programs ---- */

/* One that takes long where the first cell is 3, and comes to I or to a mirror of it; one whose
   runs outgrow their arena; loops of every kind; an error within one. */
static const char *const texts =
    "def cells(I):\n    x1 = index(I, ORIGIN)\n    x2 = equality(x1, 3)\n"
    "    x3 = interval(0, branch(x2, 900, 2), 1)\n    x4 = apply(increment, x3)\n"
    "    O = branch(x2, I, vmirror(I))\n    return O\n"
    "def fails(I):\n    x1 = index(I, ORIGIN)\n    x2 = equality(x1, 3)\n"
    "    x3 = interval(0, branch(x2, 900, 2), 1)\n    x4 = apply(increment, x3)\n"
    "    O = vmirror(I)\n    return O\n"
    "def large(I):\n    x1 = canvas(0, (200, 200))\n    x2 = asindices(x1)\n    x3 = totuple(x2)\n"
    "    O = paint(I, toobject(initset(first(x3)), I))\n    return O\n"
    "def loops(I):\n    x1 = ofcolor(I, 3)\n    x2 = apply(compose(double, first), x1)\n"
    "    x3 = prapply(connect, x1, x1)\n    x4 = rapply((double, halve), size(x1))\n"
    "    x5 = power(hmirror, 3)\n    x6 = x5(I)\n    x7 = order(x1, last)\n"
    "    x8 = apply(compose(size, initset), x1)\n"
    "    x9 = sfilter(x1, matcher(first, 2))\n    O = fill(x6, 1, x9)\n    return O\n"
    "def error(I):\n    x1 = asindices(I)\n    x2 = apply(rbind(divide, 0), apply(first, x1))\n"
    "    O = hmirror(I)\n    return O\n";

/* A program of more lines than are counted, with blank ones between. */
static size_t put_long(char *to, size_t size)
{
    size_t n = (size_t)snprintf(to, size, "def long(I):\n");
    for (uint32_t k = 0; k < LONG; k++)
        n += (size_t)snprintf(to + n, size - n, "    x%u = add(%u, size(I))\n%s", k, k,
                              k % 100 == 3 ? "\n\n" : "");
    return n + (size_t)snprintf(to + n, size - n, "    O = hmirror(I)\n    return O\n");
}

static char *program_texts(void)
{
    static struct gen g;
    char *to = need(malloc(TEXT));
    size_t n = (size_t)snprintf(to, TEXT, "%s", texts);
    n += put_long(to + n, TEXT - n);
    for (uint64_t k = 0; k < N_RANDOM && n + GEN_TEXT < TEXT; k++) {
        uint64_t seed = k % 9 == 8 ? k - 4 : k; /* some come twice */
        struct choices c = choices_of((const uint8_t *)&seed, sizeof seed);
        char name[32];
        c.at = c.size;
        snprintf(name, sizeof name, "solve%u", (unsigned)k);
        make_program(&g, &c, name);
        n += (size_t)snprintf(to + n, TEXT - n, "%s\n", g.text);
    }
    return to;
}

/* ---- run by run ---- */

/* Adds to `lines` what the run on the CPU takes. */
static void run_here(struct evaluator *e, const struct backend_batch *b,
                     const struct backend_row *row, uint32_t i, struct program_lines *lines)
{
    const struct task_entry *task = &b->tasks->entries[row->task];
    const struct task_item *item = &task->items[i];
    const struct program_entry *p = &b->block->entries[row->program];
    const struct run_item in = {item->input, &item->expected, task->demos, task->n_demos,
                                b->give_c};
    const struct run_program run = {engine_view(&b->block->parts[p->part].card, p->code.helper),
                                    p->code.body, p->code.n_params, b->fuel};
    struct run_result r;
    e->profile->first_line = lines->first;
    if (e->engine->begin(e->vm, &in))
        need(NULL);
    e->engine->run(e->vm, &run, &r);
    account_lines(lines, e->profile);
}

/* Are the lines the same, and the time of those on the device no ticks of the CPU's? */
static void check_lines(const struct way *way, const char *program,
                        const struct program_lines *here, const struct program_lines *there)
{
    int same = 1;
    for (uint32_t k = 0; k <= here->n; k++)
        same &= here->sums[k].calls == there->sums[k].calls &&
                here->sums[k].units == there->sums[k].units && there->sums[k].ticks == 0;
    if (!same)
        printf("%s: ", program);
    check(same, way->name);
}

static void compare_lines(const struct way *way, struct backend_batch *b, struct backend *d)
{
    struct evaluator e;
    struct account here = {0};
    uint64_t n_done = 0, n_units = 0, away = 0, took = 0;
    if (evaluator_open(&e, way->fuel) || evaluator_profile(&e) || account_begin(&here, b->block, 1))
        need(NULL);
    for (uint32_t k = 0; k < b->n_rows; k++)
        for (uint32_t i = 0; i < N_ITEMS; i++) {
            const struct backend_run *r = &b->runs[b->rows[k].first + i];
            n_done += r->done;
            took += r->done ? b->took[r - b->runs].nanoseconds : 0;
            if (r->done)
                run_here(&e, b, &b->rows[k], i, &here.lines[b->rows[k].program]);
        }
    for (uint32_t p = 0; p < b->block->n; p++) {
        for (uint32_t k = 0; k <= b->lines[p].n; k++) {
            n_units += b->lines[p].sums[k].units;
            away += b->lines[p].away[k];
        }
        check_lines(way, b->block->entries[p].id, &here.lines[p], &b->lines[p]);
    }
    check(n_done > 200 && n_units > 10000, "the device did too little");
    check(away / 1000 <= took + n_done && took <= away / 1000 + n_done, "time of lines");
    check(d->n_left >= way->left && d->traffic->full >= way->full, "all went well");
    account_free(&here);
    evaluator_close(&e);
}

/* All programs on some tasks in one batch. */
static void run_directly(const struct way *way, const struct matrix *m,
                         const struct program_block *block)
{
    struct account there = {0};
    struct backend *d = open_device(1, way->yield);
    struct backend_row *rows = need(calloc(TASKS * block->n, sizeof *rows));
    struct backend_batch b = {.block = block,
                              .tasks = &m->tasks,
                              .rows = rows,
                              .fuel = way->fuel,
                              .keep = way->keep,
                              .gate = way->gate};
    for (uint32_t t = 0; t < TASKS; t++)
        for (uint32_t p = 0; p < block->n; p++) {
            if (!block->entries[p].error)
                rows[b.n_rows++] = (struct backend_row){p, t, b.n_runs};
            b.n_runs += N_ITEMS;
        }
    b.runs = need(calloc(b.n_runs, sizeof *b.runs));
    b.took = need(calloc(b.n_runs, sizeof *b.took));
    if (account_begin(&there, block, 1))
        need(NULL);
    b.lines = there.lines;
    check(d->run(d, &b) == BACKEND_DONE, way->name);
    compare_lines(way, &b, d);
    d->close(d);
    account_free(&there);
    free(b.runs);
    free(b.took);
    free(b.images);
    free(rows);
}

/* ---- with the CPU ---- */

/* Do the lines of each program that ran add up to what it is billed? */
static void check_sums(const struct way *way, const struct matrix *m,
                       const struct program_block *block)
{
    uint64_t runs = 0;
    for (uint32_t p = 0; p < block->n; p++) {
        const struct run_sums s = account_sum(&m->account.times[p]);
        const struct program_lines *l = &m->account.lines[p];
        struct profile_sum all = {0};
        for (uint32_t k = 0; k <= l->n; k++)
            account_add(&all, &l->sums[k], 1);
        int same = all.calls == s.calls && all.units == s.units;
        runs += s.runs;
        if (!same)
            printf("%s: %llu of %llu calls, %llu of %llu units: ", block->entries[p].id,
                   (unsigned long long)all.calls, (unsigned long long)s.calls,
                   (unsigned long long)all.units, (unsigned long long)s.units);
        check(same, way->name);
    }
    check(runs > 300, "too few programs ran");
}

/* The same programs on all tasks, shared out between the device and a thread; how many the device
   did, and left. */
static uint64_t run_shared(const struct way *way, const char *text)
{
    struct matrix m = {.want_times = 1, .want_profile = 1, .want_lines = 1};
    char *names[] = {(char *)"text"};
    const struct programs sources = {.sources = names, .n_sources = 1};
    const struct stream_head head = {.content = STREAM_RESULTS};
    struct program_block block;
    struct backend *d = open_device(1, way->yield);
    FILE *f = need(fopen("/dev/null", "wb"));
    struct stream_writer *w = need(stream_writer_open(f, 1, 0));
    m.options.keep = way->keep;
    m.options.gate = way->gate;
    m.options.fuel = way->fuel;
    add_tasks(&m.tasks);
    if (matrix_open(&m, 1, &d, 1) || stream_write_head(w, &head) ||
        stream_error_names(w, ENGINE_ERRORS - 1, engine_error_names + 1))
        need(NULL);
    read_block(&m, &block, text);
    int status = matrix_run(&m, &block, &sources, w);
    check(status == MATRIX_OK, way->name);
    if (status == MATRIX_OK)
        check_sums(way, &m, &block);
    uint64_t n = d->n_left >= way->left ? d->n_runs : 0;
    program_block_free(&block);
    matrix_close(&m);
    stream_writer_close(w);
    fclose(f);
    return n;
}

static const struct way ways[] = {
    {"larger arenas", 20000, 20000, KEEP_BITS, 0, 0, 3},
    {"yields", 20000, 3000, KEEP_ALL, 0, 10, 0},
    {"many yields", 20000, 200, KEEP_PASSING, 0, 50, 0},
    {"little fuel", 60, 20000, KEEP_BITS, 0, 0, 0},
    {"gate", 20000, 200, KEEP_PASSING, 1, 50, 0},
    {"match", 20000, 200, KEEP_MATCH, 0, 50, 0},
};

static void run_all(void)
{
    struct matrix m = {0};
    struct program_block block;
    char *text = program_texts();
    add_tasks(&m.tasks);
    if (matrix_open(&m, 1, NULL, 0))
        need(NULL);
    read_block(&m, &block, text);
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        run_directly(&ways[k], &m, &block);
        int turns = 20; /* the CPU may be faster */
        uint64_t n = 0;
        while (!n && turns--)
            n = run_shared(&ways[k], text);
        check(n > 0, "the device did nothing beside the CPU");
    }
    program_block_free(&block);
    matrix_close(&m);
    free(text);
}

int main(int argc, char **argv)
{
    int status = 0;
    (void)argc;
    setenv("SIMCUDA_BYTES", "4294967296", 1);
    pid_t child = fork();
    simulate(argv[0], child ? "libcuda_sim.so" : "libcuda_threads.so");
    run_all();
    if (!child) {
        fflush(stdout);
        _exit(n_failed != 0);
    }
    check(waitpid(child, &status, 0) == child && status == 0, "a thread per run");
    return check_end();
}
