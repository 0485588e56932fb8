/*
 * batt-gpu: runs programs on the grids of a stream and writes results.
 *
 * Grids are read first and stay; programs stream through in blocks, and each block's results are
 * written before the next is read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../cuda/devices.h"
#include "../lib/grids.h"
#include "../lib/matrix.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/resume.h"
#include "../lib/solvers.h"
#include "../lib/stats.h"
#include "../lib/util.h"

static const struct options_use uses[] = {
    {OPTION_PROGRAMS, NULL},
    {OPTION_PAIR, "cross (default of files), name, record (default of JSON lines)"},
    {OPTION_KEEP, "outputs to carry: bits, passing (default), match, all"},
    {OPTION_GATE, "after N failed demonstrations skip the rest of the pair (default: off)"},
    {OPTION_FUEL, "units a run may spend (default 4000000)"},
    {OPTION_GIVE_C, NULL},
    {OPTION_GPUS, NULL},
    {OPTION_DEVICES, NULL},
    {OPTION_LIST_DEVICES, NULL},
    {OPTION_REQUIRE_GPU, NULL},
    {OPTION_GPU_MEM, NULL},
    {OPTION_YIELD, NULL},
    {OPTION_THREADS, NULL},
    {OPTION_BLOCK, "programs in a block of JSON lines (default 16384)"},
    {OPTION_LEVEL, NULL},
    {OPTION_OUTPUT, NULL},
    {OPTION_RESUME, NULL},
    {OPTION_STATS, NULL},
    {OPTION_VERIFY, NULL},
    {OPTION_STRICT, NULL},
};
static const struct options_tool tool = {"batt-gpu", "[GRIDS...]",
                                         "runs programs on grids: grids stream in, results out",
                                         uses, sizeof uses / sizeof *uses};

enum { FUEL_DEFAULT = 4000000, MAX_PROGRAM_PATHS = 1024, MAX_DEVICES = 64 };

static struct {
    const char *programs[MAX_PROGRAM_PATHS];
    uint32_t n_programs;
    const char *output;
    long long gate, fuel, threads, block, level;
    int resume;
    int require_gpu, list_devices;
    long long gpus, gpu_mem, yield, devices[MAX_DEVICES];
    uint32_t n_devices;
} flags = {.gpus = -1, .gpu_mem = 80, .yield = BULK_UNITS, .fuel = FUEL_DEFAULT, .block = PROGRAMS_BLOCK, .level = 1};

static struct inputs inputs; /* grids and programs: status and bad inputs of both */
static struct grid_sets sets;
static struct timespec started; /* before any input was read */
static struct matrix matrix;
static struct differences differences; /* --verify */

static int choose(const char *const *names, int n, const char *text)
{
    for (int k = 0; k < n; k++)
        if (strcmp(names[k], text) == 0)
            return k;
    return -1;
}

static int read_keep(const char *text)
{
    static const char *const names[] = {"bits", "passing", "match", "all"};
    int k = choose(names, 4, text);
    matrix.options.keep = (enum keep)k;
    return k < 0 ? options_bad(&tool, OPTION_KEEP, text, "not one of bits, passing, match, all")
                 : 0;
}

static int read_pair(const char *text)
{
    static const char *const names[] = {"cross", "name", "record"};
    int k = choose(names, 3, text);
    matrix.pair = (enum pair_mode)(k + 1);
    return k < 0 ? options_bad(&tool, OPTION_PAIR, text, "not one of cross, name, record") : 0;
}

static int read_option(const struct options_state *o, int id)
{
    switch (id) {
    case OPTION_PROGRAMS:
        if (flags.n_programs == MAX_PROGRAM_PATHS)
            return options_bad(&tool, OPTION_PROGRAMS, o->argument, "too many; name a folder");
        flags.programs[flags.n_programs++] = o->argument;
        return 0;
    case OPTION_PAIR:
        return read_pair(o->argument);
    case OPTION_KEEP:
        return read_keep(o->argument);
    case OPTION_GATE:
        return options_number(o, &tool, OPTION_GATE, 0, 1 << 20, &flags.gate);
    case OPTION_FUEL:
        return options_number(o, &tool, OPTION_FUEL, 1, 1ll << 32, &flags.fuel);
    case OPTION_GIVE_C:
        matrix.options.give_c = 1;
        return 0;
    case OPTION_GPUS:
        return options_number(o, &tool, OPTION_GPUS, 0, MAX_DEVICES, &flags.gpus);
    case OPTION_DEVICES:
        return options_list(o, &tool, OPTION_DEVICES, 0, 1023, MAX_DEVICES, flags.devices,
                            &flags.n_devices);
    case OPTION_LIST_DEVICES:
        flags.list_devices = 1;
        return 0;
    case OPTION_REQUIRE_GPU:
        flags.require_gpu = 1;
        return 0;
    case OPTION_GPU_MEM:
        return options_number(o, &tool, OPTION_GPU_MEM, 1, 100, &flags.gpu_mem);
    case OPTION_YIELD:
        return options_number(o, &tool, OPTION_YIELD, 1, 1ll << 32, &flags.yield);
    case OPTION_THREADS:
        return options_number(o, &tool, OPTION_THREADS, 1, 1024, &flags.threads);
    case OPTION_BLOCK:
        return options_number(o, &tool, OPTION_BLOCK, 1, 1 << 20, &flags.block);
    case OPTION_LEVEL:
        return options_number(o, &tool, OPTION_LEVEL, 1, 19, &flags.level);
    case OPTION_RESUME:
        flags.resume = 1;
        return 0;
    case OPTION_STATS:
        matrix.want_times = 1;
        return 0;
    case OPTION_VERIFY:
        differences_init(&differences);
        matrix.options.differences = &differences;
        return 0;
    case OPTION_STRICT:
        inputs.strict = true;
        return 0;
    default:
        flags.output = o->argument;
        return 0;
    }
}

/* ---- devices ---- */

static int list_devices(void)
{
    const char *why;
    struct device_info in;
    int n = device_count(&why);
    if (!n)
        util_warn("no GPU: %s", why);
    for (int k = 0; k < n; k++)
        if (device_info(k, &in) == 0)
            printf("%d\t%s\tsm_%d%d\t%d multiprocessors\t%llu MiB\n", k, in.name, in.major,
                   in.minor, in.multiprocessors, (unsigned long long)(in.bytes >> 20));
    return fflush(stdout) ? UTIL_INCOMPLETE : 0;
}

/* The GPUs to work with; an exit status. */
static int open_devices(struct devices *d)
{
    struct devices_wanted w = {flags.gpus, flags.n_devices ? flags.devices : NULL, flags.n_devices,
                               (double)flags.gpu_mem / 100, (uint64_t)flags.yield};
    devices_open(&w, d);
    int missing = d->n_opened < d->n_asked || (flags.require_gpu && !d->n_opened);
    if (missing && flags.require_gpu) {
        util_error("--require-gpu: %s", d->why[0] ? d->why : "none is asked for");
        for (uint32_t k = 0; k < d->n; k++)
            d->backends[k]->close(d->backends[k]);
        return UTIL_INCOMPLETE;
    }
    if (missing)
        util_warn("%u of %u GPUs (%s)%s", d->n_opened, d->n_asked, d->why,
                  d->n_opened ? "" : "; running on the CPU");
    return 0;
}

/* Devices that broke, each once: a GPU is several backends of one name. */
static void report_broken(void)
{
    static char told[32];
    const struct backend *b;
    while (matrix.dispatch && (b = dispatch_broken(matrix.dispatch))) {
        if (strcmp(told, b->name) != 0)
            util_warn("%s: %s; its work is done elsewhere", b->name, b->reason);
        snprintf(told, sizeof told, "%s", b->name);
    }
}

/* ---- results ---- */

enum { N_HEAD_OPTIONS = 7 };

/* The head of the results, and what it points to. */
struct result_head {
    char gate[24], fuel[24], grids[24], programs[24];
    struct stream_option options[N_HEAD_OPTIONS];
    struct stream_step step;
    struct stream_head head;
};

/* Options that decide content, digests of the input among them: a result shard can be told from
 * one of other input. */
static void make_head(struct result_head *h)
{
    static const char *const keeps[] = {"bits", "passing", "match", "all"};
    static const char *const pairs[] = {"default", "cross", "name", "record"};
    uint64_t programs;
    int known = programs_digest(flags.programs, flags.n_programs, &programs) == 0;
    snprintf(h->gate, sizeof h->gate, "%lld", flags.gate);
    snprintf(h->fuel, sizeof h->fuel, "%lld", flags.fuel);
    snprintf(h->grids, sizeof h->grids, "%016llx", (unsigned long long)tasks_digest(&matrix.tasks));
    snprintf(h->programs, sizeof h->programs, known ? "%016llx" : "unknown",
             (unsigned long long)programs);
    const struct stream_option options[N_HEAD_OPTIONS] = {
        {"keep", keeps[matrix.options.keep]},
        {"gate", h->gate},
        {"fuel", h->fuel},
        {"pair", pairs[matrix.pair]},
        {"give-c", matrix.options.give_c ? "yes" : "no"},
        {"grids", h->grids},
        {"programs", h->programs},
    };
    memcpy(h->options, options, sizeof options);
    h->step = (struct stream_step){tool.name, BATT_VERSION, N_HEAD_OPTIONS, h->options};
    h->head = (struct stream_head){.content = STREAM_RESULTS,
                                   .n_sets = sets.n,
                                   .sets = (const char *const *)sets.names,
                                   .n_steps = 1,
                                   .steps = &h->step};
}

static int write_head(struct stream_writer *w, const struct stream_head *head)
{
    int status = stream_write_head(w, head);
    return status ? status : stream_error_names(w, ENGINE_ERRORS - 1, engine_error_names + 1);
}

/* Names the lines of a block that are no programs, with --strict the first alone.  An exit status.
 */
static int report_bad(const struct programs *src, const struct program_block *b)
{
    for (uint32_t k = 0; k < b->n; k++) {
        const struct program_entry *e = &b->entries[k];
        if (!e->bad)
            continue;
        util_error("%s:%u: %s", src->sources[e->source], (unsigned)e->line, e->bad);
        inputs_worsen(&inputs, UTIL_PARTIAL);
        inputs.failed++;
        if (inputs.strict)
            return UTIL_INCOMPLETE;
    }
    return 0;
}

static int failure(struct output *out, int status)
{
    if (status == MATRIX_WRITE_FAILED) {
        util_die_of_pipe(errno);
        util_error("%s: %s", out->name, stream_write_reason(matrix.write_status));
    } else if (status == MATRIX_TOO_MANY) {
        util_error("%u programs on %u tasks are %llu pairs, more than the %d that a block may have: "
                   "use a smaller --block, or files of fewer programs",
                   (unsigned)matrix.block->n, (unsigned)matrix.tasks.n,
                   (unsigned long long)matrix.n_pairs, MATRIX_MAX_PAIRS);
    } else {
        util_error("%s", status == MATRIX_NO_ENGINE
                             ? "BATT_ENGINE: no such engine on this machine"
                             : "out of memory; a smaller --block takes less");
    }
    return UTIL_INCOMPLETE;
}

/* On a terminal: how far the block is, and how fast it goes. */
static void show_progress(const struct matrix *m, size_t units)
{
    static struct timespec begun;
    struct timespec now;
    uint64_t runs = 0;
    if (!begun.tv_sec)
        clock_gettime(CLOCK_MONOTONIC, &begun);
    if (!util_progress_due())
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)(now.tv_sec - begun.tv_sec) + 1e-9 * (double)(now.tv_nsec - begun.tv_nsec);
    for (int k = 0; k <= OUTCOME_SKIPPED; k++)
        runs += m->counts[k];
    util_progress("%llu programs done, %u on %zu of %zu tasks; %llu runs, %.0f a second",
                  (unsigned long long)m->n_programs, (unsigned)m->block->n, units, m->n_units,
                  (unsigned long long)runs, seconds > 0 ? (double)runs / seconds : 0.0);
}

/* All blocks of all sources; an exit status. */
static int run_programs(struct programs *src, struct stream_writer *w, struct output *out)
{
    struct program_block b;
    int got, status = 0;
    program_block_init(&b);
    while (!status && (got = programs_read(src, &b)) != PROGRAMS_END) {
        if (got == PROGRAMS_BAD_FILE) {
            util_error("%s: %s", src->bad_name, src->reason);
            inputs_worsen(&inputs, UTIL_PARTIAL);
            inputs.failed++;
            status = inputs.strict ? UTIL_INCOMPLETE : 0;
            continue;
        }
        int done = got < 0 ? MATRIX_NO_MEMORY : matrix_compile(&matrix, &b);
        if (!done && programs_mark_repeated(src, &b))
            done = MATRIX_NO_MEMORY;
        if (!done && (status = report_bad(src, &b)))
            break;
        if (!done)
            done = matrix_run(&matrix, &b, src, w);
        report_broken();
        status = done ? failure(out, done) : 0;
        if (!done && matrix.times) {
            util_progress_end();
            stats_print(stderr, &b, matrix.times);
        }
    }
    program_block_free(&b);
    return status;
}

/* Names what CPU and devices disagree on. */
static void report_differences(void)
{
    for (uint32_t k = 0; k < differences.n_lines; k++)
        util_error("%s", differences.lines[k]);
    util_warn("%llu runs compared, %llu differ", (unsigned long long)differences.n_compared,
              (unsigned long long)differences.n);
    if (differences.n)
        inputs_worsen(&inputs, UTIL_PARTIAL);
    differences_free(&differences);
}

static void summarise(void)
{
    static const char *const names[] = {"ok",    "other",  "error",  "fuel",
                                        "limit", "syntax", "skipped"};
    char text[256] = "";
    size_t n = 0;
    for (int k = 0; k <= OUTCOME_SKIPPED; k++)
        if (matrix.counts[k])
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%llu %s", n ? ", " : "",
                                  (unsigned long long)matrix.counts[k], names[k]);
    util_info("%s", n ? text : "no runs");
    if (matrix.n_syntax)
        util_warn("%llu programs could not be parsed (outcome syntax)",
                  (unsigned long long)matrix.n_syntax);
    if (matrix.n_unpaired) {
        util_warn("%llu programs name a task that is not there or not unique, the first '%s'",
                  (unsigned long long)matrix.n_unpaired, matrix.unpaired);
        inputs_worsen(&inputs, UTIL_PARTIAL);
    }
}

/* The whole output; an exit status. */
static int run_all(struct programs *src, const struct stream_head *head)
{
    struct output out;
    if (output_open(&out, flags.output, OUTPUT_BINARY) != OUTPUT_OK) {
        util_error("%s: %s", out.name, output_reason(&out));
        return out.status == OUTPUT_TERMINAL ? UTIL_USAGE : UTIL_INCOMPLETE;
    }
    struct stream_writer *w = stream_writer_open(out.file, (int)flags.level, 0);
    struct devices devices = {0};
    int status = w ? open_devices(&devices) : failure(&out, MATRIX_NO_MEMORY);
    int opened = status ? 0 : matrix_open(&matrix, (int)flags.threads, devices.backends, devices.n);
    if (opened)
        status = failure(&out, opened);
    if (!status && (matrix.write_status = write_head(w, head)))
        status = failure(&out, MATRIX_WRITE_FAILED);
    if (!status)
        status = run_programs(src, w, &out);
    util_progress_end(); /* before who reads the results may write to the terminal */
    if (!status && matrix_write_idle(&matrix, w))
        status = failure(&out, MATRIX_WRITE_FAILED);
    if (!status && (matrix.write_status = stream_write_end(w, inputs.failed)))
        status = failure(&out, MATRIX_WRITE_FAILED);
    stream_writer_close(w);
    if (status) {
        output_abort(&out);
        return status;
    }
    if (output_commit(&out) == OUTPUT_OK)
        return 0;
    util_error("%s: %s", out.name, output_reason(&out));
    return UTIL_INCOMPLETE;
}

static void tell_waiting(const char *path)
{
    util_info("%s: another process makes it; waiting", path);
}

/* Makes the output, or keeps the one that is there; an exit status. */
static int run_or_resume(struct programs *src)
{
    struct result_head h;
    struct resume lock = {0};
    uint64_t failed;
    make_head(&h);
    if (!flags.resume)
        return run_all(src, &h.head);
    int status = 0, error = resume_lock(&lock, flags.output, tell_waiting);
    if (error) {
        util_error("%s: %s", flags.output, strerror(error));
        return UTIL_INCOMPLETE;
    }
    bool told = strcmp(h.programs, "unknown") != 0; /* a pipe cannot be read twice */
    if (!told || !resume_fits(flags.output, &h.head, &failed)) {
        status = run_all(src, &h.head);
    } else {
        util_info("%s: whole and made of the same; kept", flags.output);
        inputs_worsen(&inputs, failed ? UTIL_PARTIAL : UTIL_GOOD);
    }
    if (!status && (error = resume_stamp(flags.output, &started))) {
        util_error("%s: %s", flags.output, strerror(error));
        status = UTIL_INCOMPLETE;
    }
    resume_unlock(&lock);
    return status;
}

static int check_resume(void)
{
    for (uint32_t k = 0; k < flags.n_programs; k++)
        if (strcmp(flags.programs[k], "-") == 0)
            return options_bad(&tool, OPTION_RESUME, "", "not with programs from standard input");
    if (!flags.output || strcmp(flags.output, "-") == 0)
        return options_bad(&tool, OPTION_RESUME, "", "only with -o FILE");
    return 0;
}

static bool both_stdin(int n, char *const *grids)
{
    bool grids_are = n == 0, programs_are = false;
    for (int k = 0; k < n; k++)
        grids_are = grids_are || strcmp(grids[k], "-") == 0;
    for (uint32_t k = 0; k < flags.n_programs; k++)
        programs_are = programs_are || strcmp(flags.programs[k], "-") == 0;
    return grids_are && programs_are;
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    struct programs src;
    int id, status;
    util_start(tool.name);
    matrix.progress = show_progress;
    clock_gettime(CLOCK_REALTIME, &started);
    matrix.options.keep = KEEP_PASSING;
    while ((id = options_next(&o, &tool, argc, argv)) != OPTION_DONE) {
        if (id == OPTION_EXIT)
            return o.status;
        if ((status = read_option(&o, id)))
            return status;
    }
    if (flags.threads == 0)
        flags.threads = sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
    if (flags.list_devices)
        return list_devices();
    matrix.options.gate = (uint32_t)flags.gate;
    matrix.options.fuel = (uint64_t)flags.fuel;
    if (flags.n_programs == 0 && !(flags.programs[flags.n_programs++] = solvers_folder())) {
        util_error("no solver library found; name programs with -p");
        return UTIL_USAGE;
    }
    if (flags.resume && (status = check_resume()))
        return status;
    if (both_stdin(argc - o.index, argv + o.index)) {
        util_error("grids and programs cannot both come from standard input");
        return UTIL_USAGE;
    }
    if ((status = grids_read(&inputs, argc - o.index, argv + o.index, &matrix.tasks, &sets)))
        return status;
    programs_open(&src, flags.programs, flags.n_programs, (uint32_t)flags.block);
    status = run_or_resume(&src);
    summarise();
    if (matrix.options.differences)
        report_differences();
    programs_close(&src);
    matrix_close(&matrix);
    grid_sets_free(&sets);
    return status ? status : inputs.status;
}
