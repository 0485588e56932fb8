/*
 * dispatch_test.c: devices beside the CPU's threads change nothing that is written.  The stream of
 * a block of programs without any device is compared, byte by byte, with those of devices that are
 * honest, that leave runs undone, that send no values, that break in the middle, and of several at
 * once; and that they did run something is checked too.
 */
#include "fake_device.h"

#include "../fuzz/fuzz_engine.c"

#include <sys/mman.h>
#include <unistd.h>

#include "../../lib/dispatch_private.h"
#include "../../lib/matrix.h"

enum { N_PROGRAMS = 400, N_TASKS = 40, FUEL = 3000 };

static long n_passed, n_failed;

static void check(int good, const char *way, const char *what)
{
    n_passed += good;
    n_failed += !good;
    if (!good)
        printf("%s: %s\n", way, what);
}

static void *need(void *p)
{
    if (p)
        return p;
    printf("out of memory\n0 passed, 1 failed\n");
    exit(1);
}

/* ---- what is run ---- */

static char folder[] = "/tmp/dispatch_test.XXXXXX", path[sizeof folder + 16];

static void write_programs(void)
{
    static struct gen g;
    FILE *f = need(fopen(path, "w"));
    for (uint64_t k = 0; k < N_PROGRAMS; k++) {
        uint64_t seed = k % 7 == 6 ? k - 3 : k; /* some come twice */
        struct choices c = choices_of((const uint8_t *)&seed, sizeof seed);
        c.at = c.size; /* all choices from the state, for small seeds are mostly zero bytes */
        char name[32];
        snprintf(name, sizeof name, "solve%u", (unsigned)k);
        if (k % 5 == 0)
            fprintf(f, "def %s(I):\n    x1 = dmirror(I)\n    return dmirror(x1)\n", name);
        else if (k % 11 == 0)
            fprintf(f, "def %s(I):\n    return (\n", name);
        else {
            make_program(&g, &c, name);
            fprintf(f, "%s\n", g.text);
        }
    }
    fclose(f);
}

static void add_tasks(struct tasks *t)
{
    static uint8_t cells[N_TASKS][8][36];
    for (uint32_t k = 0; k < N_TASKS; k++) {
        struct stream_pair pairs[4];
        struct stream_item items[4];
        char key[16];
        uint32_t conflicts = 0;
        snprintf(key, sizeof key, "set/%u", (unsigned)k);
        for (uint32_t i = 0; i < 4; i++) {
            for (uint32_t c = 0; c < 36; c++)
                cells[k][2 * i][c] = (uint8_t)(fake_dice(k, i, c) % 4);
            memcpy(cells[k][2 * i + 1], cells[k][2 * i], 36);
            cells[k][2 * i + 1][7] ^= (uint8_t)(k + i) % 3 == 0; /* the identity solves some */
            pairs[i] = (struct stream_pair){
                {6, 6, cells[k][2 * i]}, {6, 6, cells[k][2 * i + 1]}, i < 3 || k % 2};
            items[i] = (struct stream_item){0, i < 2 ? STREAM_DEMO : STREAM_TEST, i % 2, pairs[i]};
        }
        struct stream_task task = {key, 2, pairs, 2, 2, false, 0};
        struct stream_grids frame = {1, 4, &task, items};
        if (tasks_add_frame(t, &frame, &conflicts))
            need(NULL);
    }
    if (tasks_index(t))
        need(NULL);
}

/* ---- ways to run it ---- */

struct way {
    const char *name;
    uint32_t n_devices;
    int threads;
    enum keep keep;
    uint32_t gate;
    struct fake_faults faults;
    int told;      /* devices that break; at a later batch: if they get to it */
    uint64_t runs; /* at least so many are done by devices */
    int verify;    /* 1: compare all that devices do; 2: and they lie */
};

struct written {
    char *bytes;
    size_t size;
};

static int run_block(struct matrix *m, struct stream_writer *w)
{
    const char *paths[] = {path};
    struct programs src;
    struct program_block b;
    int status = 0, got;
    programs_open(&src, paths, 1, PROGRAMS_BLOCK);
    program_block_init(&b);
    while (!status && (got = programs_read(&src, &b)) != PROGRAMS_END)
        status = got < 0 || matrix_compile(m, &b) || matrix_run(m, &b, &src, w);
    program_block_free(&b);
    programs_close(&src);
    return status;
}

static struct written run_way(const struct way *way)
{
    static const struct stream_head head = {.content = STREAM_RESULTS};
    struct matrix m = {0};
    struct written out = {0};
    struct backend *devices[8];
    FILE *f = need(open_memstream(&out.bytes, &out.size));
    struct stream_writer *w = need(stream_writer_open(f, 1, 0));
    for (uint32_t k = 0; k < way->n_devices; k++)
        devices[k] = need(fake_device_new(&way->faults, FUEL));
    add_tasks(&m.tasks);
    m.options.keep = way->keep;
    m.options.gate = way->gate;
    m.options.fuel = FUEL;
    struct differences differences;
    differences_init(&differences);
    if (way->verify)
        m.options.differences = &differences;
    int status = matrix_open(&m, way->threads, devices, way->n_devices) ||
                 stream_write_head(w, &head) ||
                 stream_error_names(w, ENGINE_ERRORS - 1, engine_error_names + 1) ||
                 run_block(&m, w) || stream_write_end(w, 0);
    check(!status, way->name, "cannot be run");
    int told = 0;
    uint64_t runs = 0;
    while (m.dispatch && dispatch_broken(m.dispatch))
        told++;
    for (uint32_t k = 0; k < way->n_devices; k++)
        runs += devices[k]->n_runs;
    check(!way->verify || differences.n_compared >= way->runs, way->name, "little was compared");
    check((way->verify == 2) == (differences.n > 0), way->name, "differences");
    check((differences.n_lines > 0) == (differences.n > 0), way->name, "lines of differences");
    differences_free(&differences);
    check(way->faults.breaks_at > 0 ? told <= way->told : told == way->told, way->name,
          "devices that broke");
    check(runs >= way->runs, way->name, "devices did too little");
    stream_writer_close(w);
    fclose(f);
    matrix_close(&m);
    return out;
}

static void compare(const struct way *way)
{
    struct way alone = {"alone", 0, 1, way->keep, way->gate, {0}, 0, 0, 0};
    struct written want = run_way(&alone), got = run_way(way);
    check(want.size > 1000, way->name, "hardly any output");
    check(want.size == got.size && memcmp(want.bytes, got.bytes, want.size) == 0, way->name,
          "other bytes than without devices");
    free(want.bytes);
    free(got.bytes);
}

/* ---- devices that do nothing: a job of one task and N programs ---- */

enum { N = 100 };

struct small_job {
    struct program_entry programs[N];
    struct task_entry task;
    struct program_block block;
    struct tasks tasks;
    uint32_t tasks_used[1], first[2], list[N], twins[N];
    struct evaluate_options options;
    struct dispatch_job job;
};

static void make_small(struct small_job *j)
{
    memset(j, 0, sizeof *j);
    j->task.n_items = 1;
    j->block = (struct program_block){.entries = j->programs, .n = N};
    j->tasks = (struct tasks){.entries = &j->task, .n = 1};
    j->first[1] = N;
    for (uint32_t k = 0; k < N; k++)
        j->list[k] = k;
    j->options.fuel = FUEL;
    j->job = (struct dispatch_job){&j->block, &j->tasks, j->tasks_used, j->first, j->list,
                                   j->twins,  1,         &j->options};
}

static void no_close(struct backend *backend)
{
    (void)backend;
}

static int do_nothing(struct backend *backend, struct backend_batch *batch)
{
    (void)backend, (void)batch;
    return BACKEND_DONE;
}

/* Sets *d to work on the job with one device that runs batches so. */
static void begin_small(struct dispatch **d, struct small_job *j, struct backend *device,
                        int (*run)(struct backend *, struct backend_batch *))
{
    *device = (struct backend){.name = "small", .rows_max = N, .run = run, .close = no_close};
    *d = need(dispatch_new(&device, 1, 1));
    if (dispatch_begin(*d, &j->job))
        need(NULL);
}

/* The CPU's threads are measured in pairs, those of twins among them: so must a device be. */
static void measure_pairs(void)
{
    static struct small_job j;
    struct backend device;
    struct dispatch *d;
    struct evaluate_ready ready;
    size_t unit;
    make_small(&j);
    for (uint32_t k = 1; k < N; k++)
        j.twins[k] = 1;
    begin_small(&d, &j, &device, do_nothing);
    while (dispatch_next(d, 0, &unit, &ready))
        dispatch_done(d, unit);
    double pairs = d->devices[0].pace.rate * d->devices[0].pace.latency;
    check(pairs > N - 0.5 && pairs < N + 0.5, "twins", "the device is not measured in pairs");
    dispatch_end(d);
    dispatch_free(d);
}

/* Returns when the job has been given up. */
static void await_end(struct dispatch *d)
{
    const struct timespec moment = {.tv_nsec = 100000};
    int over = 0;
    while (!over) {
        pthread_mutex_lock(&d->lock);
        over = !d->job;
        pthread_mutex_unlock(&d->lock);
        nanosleep(&moment, NULL);
    }
}

/* ---- a device that will have smaller batches ---- */

static struct dispatch *halving;
static int halved;

/* Wants half as much, and is through when the job has been given up. */
static int halve(struct backend *backend, struct backend_batch *batch)
{
    (void)batch;
    backend->rows_max /= 2;
    __atomic_store_n(&halved, 1, __ATOMIC_RELEASE);
    await_end(halving);
    return BACKEND_DONE;
}

/* What a backend changes while it runs counts when it is through: others look at it meanwhile. */
static void halve_later(void)
{
    static struct small_job j;
    static const uint32_t used[N];
    const struct timespec moment = {.tv_nsec = 100000};
    struct backend device = {.name = "small", .rows_max = 10 * N, .run = halve, .close = no_close};
    struct backend *devices = &device;
    size_t before = 0, after = 0;
    make_small(&j);
    j.job.tasks_used = used;
    j.job.n_units = N;
    halving = need(dispatch_new(&devices, 1, 1));
    if (dispatch_begin(halving, &j.job))
        need(NULL);
    while (!__atomic_load_n(&halved, __ATOMIC_ACQUIRE))
        nanosleep(&moment, NULL);
    pthread_mutex_lock(&halving->lock);
    before = dispatch_horizon(halving);
    pthread_mutex_unlock(&halving->lock);
    dispatch_end(halving);
    halving->job = &j.job;
    after = dispatch_horizon(halving);
    halving->job = NULL;
    check(before == 30 && after == 16, "a device that halves its batches", "counts too soon");
    dispatch_free(halving);
}

/* ---- a device that breaks when the job has been given up ---- */

static struct dispatch *given_up;

static int break_at_end(struct backend *backend, struct backend_batch *batch)
{
    (void)backend, (void)batch;
    await_end(given_up);
    return BACKEND_BROKEN;
}

/* As where an output cannot be written: the job ends while a device has a batch. */
static void break_late(void)
{
    static struct small_job j;
    struct backend device;
    make_small(&j);
    begin_small(&given_up, &j, &device, break_at_end);
    dispatch_end(given_up);
    check(dispatch_broken(given_up) == &device, "breaks at the end", "is not told");
    dispatch_free(given_up);
}

static int do_one(struct backend *backend, struct backend_batch *batch)
{
    (void)backend;
    batch->runs[1].done = 1;
    return BACKEND_SPENT;
}

/* What a device had done of its last batch stays. */
static void keep_done(void)
{
    static struct small_job j;
    struct backend device;
    struct dispatch *d;
    struct evaluate_ready ready = {0};
    size_t unit;
    make_small(&j);
    begin_small(&d, &j, &device, do_one);
    int next = dispatch_next(d, 0, &unit, &ready);
    check(next && ready.runs && ready.runs[1].done && !ready.runs[0].done,
          "breaks with a batch half done", "loses what is done");
    dispatch_done(d, unit);
    dispatch_end(d);
    check(dispatch_broken(d) == &device, "breaks with a batch half done", "is not told");
    dispatch_free(d);
}

static int break_at_once(struct backend *backend, struct backend_batch *batch)
{
    (void)backend, (void)batch;
    return BACKEND_BROKEN;
}

/* Parts of two devices, in turns: each device is told once. */
static void tell_once(void)
{
    static struct small_job j;
    const struct timespec moment = {.tv_nsec = 100000};
    struct backend parts[4], *all[4];
    int told = 0, over = 0;
    make_small(&j);
    for (int k = 0; k < 4; k++) {
        parts[k] = (struct backend){
            .name = k % 2 ? "b" : "a", .rows_max = N, .run = break_at_once, .close = no_close};
        all[k] = &parts[k];
    }
    struct dispatch *d = need(dispatch_new(all, 4, 1));
    if (dispatch_begin(d, &j.job))
        need(NULL);
    while (!over) {
        nanosleep(&moment, NULL);
        pthread_mutex_lock(&d->lock);
        over = d->devices[0].broken && d->devices[1].broken && d->devices[2].broken &&
               d->devices[3].broken;
        pthread_mutex_unlock(&d->lock);
    }
    dispatch_end(d);
    while (dispatch_broken(d))
        told++;
    check(told == 2, "two devices of two parts", "are not told once each");
    dispatch_free(d);
}

/* Without memory for the text of a difference it is one all the same. */
static void count_untold(void)
{
    struct differences d;
    differences_init(&d);
    differences_add(&d, 0, NULL);
    differences_add(&d, 1, NULL);
    check(d.n_compared == 2 && d.n == 1 && d.n_lines == 0, "no memory", "a difference is lost");
    differences_free(&d);
}

int main(void)
{
    static const struct fake_faults honest = {1, 2000, 0, 0, 0, -1}, small = {1, 300, 0, 0, 0, -1};
    const struct way ways[] = {
        {"two threads", 0, 2, KEEP_ALL, 0, {0}, 0, 0, 0},
        {"one device", 1, 1, KEEP_ALL, 0, honest, 0, 200, 0},
        {"one device, bits", 1, 1, KEEP_BITS, 0, honest, 0, 200, 0},
        {"one device, passing", 1, 2, KEEP_PASSING, 0, honest, 0, 200, 0},
        {"one device, match", 1, 2, KEEP_MATCH, 0, small, 0, 200, 0},
        {"one device, gate", 1, 2, KEEP_PASSING, 1, small, 0, 200, 0},
        {"one device, gate 2, all", 1, 2, KEEP_ALL, 2, small, 0, 200, 0},
        {"four devices", 4, 2, KEEP_ALL, 0, small, 0, 200, 0},
        {"runs left undone", 2, 2, KEEP_ALL, 0, {1, 300, 3, 0, 0, -1}, 0, 200, 0},
        {"runs left undone, gate", 2, 2, KEEP_MATCH, 1, {1, 300, 3, 0, 0, -1}, 0, 200, 0},
        {"everything left undone", 1, 2, KEEP_ALL, 0, {1, 300, 1, 0, 0, -1}, 0, 0, 0},
        {"no values", 2, 2, KEEP_ALL, 0, {1, 300, 0, 2, 0, -1}, 0, 200, 0},
        {"no values at all", 1, 1, KEEP_PASSING, 0, {1, 300, 0, 1, 0, -1}, 0, 200, 0},
        {"breaks at once", 1, 2, KEEP_ALL, 0, {1, 300, 0, 0, 0, 0}, 1, 0, 0},
        {"breaks later", 1, 1, KEEP_ALL, 0, {1, 300, 0, 0, 0, 3}, 1, 200, 0},
        {"two break", 2, 2, KEEP_PASSING, 1, {1, 300, 5, 5, 0, 1}, 2, 1, 0},
        {"a batch as large as all", 1, 1, KEEP_ALL, 0, {1, 1u << 30, 0, 0, 0, -1}, 0, 1, 0},
        {"verify", 2, 2, KEEP_PASSING, 0, small, 0, 200, 1},
        {"verify, gate, no values", 2, 2, KEEP_MATCH, 1, {1, 300, 0, 2, 0, -1}, 0, 200, 1},
        {"verify, lies", 2, 2, KEEP_ALL, 0, {1, 300, 0, 0, 50, -1}, 0, 200, 2},
        {"nothing is large enough", 1, 2, KEEP_ALL, 0, {1u << 29, 1u << 30, 0, 0, 0, 0}, 0, 0, 0},
    };
    need(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/programs.py", folder);
    write_programs();
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
        compare(&ways[k]);
    measure_pairs();
    break_late();
    keep_done();
    tell_once();
    halve_later();
    count_untold();
    unlink(path);
    rmdir(folder);
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}
