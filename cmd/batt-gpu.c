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

#include "../cuda/devices_tell.h"
#include "../lib/clock.h"
#include "../lib/folder.h"
#include "../lib/grids.h"
#include "../lib/matrix.h"
#include "../lib/matrix_tell.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/report.h"
#include "../lib/result_head.h"
#include "../lib/resume.h"
#include "../lib/solvers.h"
#include "../lib/util.h"

enum { FUEL_DEFAULT = 4000000, MAX_PROGRAM_PATHS = 1024, MAX_DEVICES = 64 };

static struct {
    const char *programs[MAX_PROGRAM_PATHS];
    uint32_t n_programs;
    const char *output;
    long long gate, fuel, threads, block, level;
    const char *stats_how; /* brief, or NULL */
    bool resume, require_gpu, list_devices;
    long long gpus, gpu_mem, yield, devices[MAX_DEVICES];
    uint32_t n_devices;
} flags = {.gpus = -1,
           .gpu_mem = 80,
           .yield = BULK_UNITS,
           .fuel = FUEL_DEFAULT,
           .block = PROGRAMS_BLOCK,
           .level = 1};

static struct inputs inputs; /* grids and programs: status and bad inputs of both */
static struct grid_sets sets;
static struct timespec started; /* before any input was read */
static struct matrix matrix;
static struct report report = {.n_heaviest = 10};
static struct differences differences; /* --verify */

static const struct options_use uses[] = {
    {.id = OPTION_PROGRAMS},
    {OPTION_PAIR, .help = "cross (default of files), name, record (default of JSON lines)"},
    {OPTION_KEEP, .help = "outputs to carry: bits, passing (default), match, all"},
    {OPTION_GATE, "after N failed demonstrations skip the rest of the pair (default: off)",
     .number = &flags.gate, 0, 1 << 20},
    {OPTION_FUEL, "units a run may spend (default 4000000)", .number = &flags.fuel, 1, 1ll << 32},
    {OPTION_GIVE_C, .flag = &matrix.options.give_c},
    {OPTION_GPUS, .number = &flags.gpus, 0, MAX_DEVICES},
    {.id = OPTION_DEVICES},
    {OPTION_LIST_DEVICES, .flag = &flags.list_devices},
    {OPTION_REQUIRE_GPU, .flag = &flags.require_gpu},
    {OPTION_GPU_MEM, .number = &flags.gpu_mem, 1, 100},
    {OPTION_YIELD, .number = &flags.yield, 1, 1ll << 32},
    {OPTION_THREADS, .number = &flags.threads, 1, 1024},
    {OPTION_BLOCK, "programs in a block of JSON lines (default 16384)", .number = &flags.block, 1,
     1 << 20},
    {OPTION_LEVEL, .number = &flags.level, 1, 19},
    {OPTION_OUTPUT, .text = &flags.output},
    {OPTION_RESUME, .flag = &flags.resume},
    {OPTION_STATS, .flag = &report.want_stats, .text = &flags.stats_how},
    {OPTION_PROFILE, .number = &report.n_heaviest, 1, 1000, .flag = &report.want_profile},
    {OPTION_TIMES, .flag = &report.want_times},
    {.id = OPTION_VERIFY},
    {OPTION_STRICT, .flag = &inputs.strict},
};
static const struct options_tool tool = {"batt-gpu", "[GRIDS...]",
                                         "runs programs on grids: grids stream in, results out",
                                         uses, sizeof uses / sizeof *uses};

static int read_option(const struct options_state *o, int id)
{
    int k = 0;
    switch (id) {
    case OPTION_PROGRAMS:
        if (flags.n_programs == MAX_PROGRAM_PATHS)
            return options_bad(&tool, OPTION_PROGRAMS, o->argument, "too many; name a folder");
        flags.programs[flags.n_programs++] = o->argument;
        return 0;
    case OPTION_PAIR:
        k = options_choice(o, &tool, OPTION_PAIR, result_head_pairs + PAIR_CROSS);
        matrix.pair = (enum pair_mode)(k + PAIR_CROSS);
        return k < 0 ? UTIL_USAGE : 0;
    case OPTION_KEEP:
        k = options_choice(o, &tool, OPTION_KEEP, result_head_keeps);
        matrix.options.keep = (enum keep)k;
        return k < 0 ? UTIL_USAGE : 0;
    case OPTION_DEVICES:
        return options_list(o, &tool, OPTION_DEVICES, 0, 1023, MAX_DEVICES, flags.devices,
                            &flags.n_devices);
    default: /* --verify */
        differences_init(&differences);
        matrix.options.differences = &differences;
        return 0;
    }
}

/* ---- devices ---- */

static struct devices_wanted devices_wanted(void)
{
    return (struct devices_wanted){flags.gpus, flags.n_devices ? flags.devices : NULL,
                                   flags.n_devices, (double)flags.gpu_mem / 100,
                                   (uint64_t)flags.yield, matrix.want_profile};
}

/* Opening GPUs takes some tenths of a second: where nobody asks for them they are opened when as
 * many pairs have come as keep the threads busy for longer than that. */
static void open_when_worth(struct matrix *m)
{
    static uint64_t pairs;
    enum { PAIRS_A_THREAD = 25000 };
    uint64_t enough = (uint64_t)PAIRS_A_THREAD * (uint64_t)flags.threads, before = pairs,
             begun = clock_nanoseconds();
    struct devices d = {0};
    pairs += m->n_pairs;
    if (before >= enough || pairs < enough)
        return;
    const struct devices_wanted w = devices_wanted();
    devices_take(&w, false, &d);
    if (matrix_take_devices(m, d.backends, d.n))
        util_warn("GPUs: out of memory; running on the CPU");
    report.stats.opening = clock_nanoseconds() - begun;
}

/* Are they asked for? */
static bool names_devices(void)
{
    return flags.gpus >= 0 || flags.n_devices || flags.require_gpu || matrix.options.differences;
}

/* ---- results ---- */

static int failure(const struct output *out, int status)
{
    return matrix_tell_failure(&matrix, out->name, status);
}

/* All blocks of all sources; an exit status. */
static int run_programs(struct programs *src, struct stream_writer *w, struct output *out)
{
    struct program_block b;
    int got, status = 0;
    program_block_init(&b);
    report.stats.running = clock_nanoseconds();
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
        if (!done && (status = matrix_tell_bad(src, &b, &inputs)))
            break;
        if (!done)
            done = matrix_run(&matrix, &b, src, w);
        matrix_tell_broken(&matrix, flags.require_gpu, &inputs);
        status = done ? failure(out, done) : 0;
        if (!done && report.want_times)
            util_progress_end();
        if (!done && report_block(&report, stderr, &b, src, &matrix))
            status = failure(out, MATRIX_NO_MEMORY);
    }
    program_block_free(&b);
    return status;
}

/* The head has the digest of programs that did not run.  --resume would keep such results some day;
 * without it they are what they are. */
static int tell_changed(const char *name)
{
    util_error("%s: programs changed while they were read", name);
    inputs_worsen(&inputs, UTIL_PARTIAL);
    return flags.resume ? UTIL_INCOMPLETE : 0;
}

/* The whole output; an exit status. */
static int run_all(struct programs *src, const struct result_head *head)
{
    struct output out;
    int status = output_start(&out, flags.output, OUTPUT_BINARY);
    if (status)
        return status;
    out.time = flags.resume ? &started : NULL;
    struct stream_writer *w = stream_writer_open(out.file, (int)flags.level, 0);
    struct devices devices = {0};
    const struct devices_wanted wanted = devices_wanted();
    status = !w                 ? failure(&out, MATRIX_NO_MEMORY)
             : names_devices() ? devices_take(&wanted, flags.require_gpu, &devices)
                               : 0;
    if (!status && matrix.options.differences && !devices.n_asked)
        util_warn("--verify: nothing to compare with: %s",
                  devices.why[0] ? devices.why : "no GPU is asked for");
    matrix.paired = names_devices() ? NULL : open_when_worth;
    int opened = status ? 0 : matrix_open(&matrix, (int)flags.threads, devices.backends, devices.n);
    if (opened)
        status = failure(&out, opened);
    if (!status && (matrix.write_status = result_head_write(w, head)))
        status = failure(&out, MATRIX_WRITE_FAILED);
    if (!status)
        status = run_programs(src, w, &out);
    if (!status && !result_head_holds(head, src))
        status = tell_changed(out.name);
    util_progress_end(); /* before who reads the results may write to the terminal */
    if (!status && matrix_write_idle(&matrix, w))
        status = failure(&out, MATRIX_WRITE_FAILED);
    if (!status && (matrix.write_status = stream_write_end(w, inputs.failed)))
        status = failure(&out, MATRIX_WRITE_FAILED);
    stream_writer_close(w);
    return output_finish(&out, status);
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
    int status = 0, error = flags.resume ? resume_lock(&lock, flags.output, tell_waiting) : 0;
    if (error) {
        util_error("%s: %s", flags.output, strerror(error));
        return UTIL_INCOMPLETE;
    }
    /* Not before: programs may change while another process has the lock. */
    result_head_make(&h, tool.name, &matrix, &sets, flags.programs, flags.n_programs);
    if (!flags.resume)
        return run_all(src, &h);
    /* A pipe cannot be read twice. */
    if (!h.programs_known || !resume_fits(flags.output, &h.head, &failed)) {
        status = run_all(src, &h);
    } else {
        util_info("%s: whole and made of the same; kept", flags.output);
        inputs_worsen(&inputs, failed ? UTIL_PARTIAL : UTIL_GOOD);
        if ((error = resume_stamp(flags.output, &started))) {
            util_error("%s: %s", flags.output, strerror(error));
            status = UTIL_INCOMPLETE;
        }
    }
    resume_unlock(&lock);
    return status;
}

static int check_resume(void)
{
    for (uint32_t k = 0; k < flags.n_programs; k++)
        if (strcmp(flags.programs[k], "-") == 0)
            return options_bad(&tool, OPTION_RESUME, NULL, "not with programs from standard input");
    if (!flags.output || strcmp(flags.output, "-") == 0)
        return options_bad(&tool, OPTION_RESUME, NULL, "only with -o FILE");
    return 0;
}

/* --stats, --profile and --times: what has to be counted.  0, or an exit status. */
static int begin_counting(void)
{
    report.stats.brief = flags.stats_how != NULL;
    if (report.stats.brief && strcmp(flags.stats_how, "brief") != 0)
        return options_bad(&tool, OPTION_STATS, flags.stats_how, "not brief");
    if (report_begin(&report, &matrix) == 0)
        return 0;
    util_error("out of memory");
    return UTIL_INCOMPLETE;
}

/* What was counted in a run that was good; an exit status. */
static int tell_counts(void)
{
    if (report_end(&report, stderr, &matrix) == 0)
        return 0;
    util_error("standard error: what was counted could not be written");
    return UTIL_INCOMPLETE;
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

/* A file of programs among the grids: the solver library would run on what is left. */
static int check_operands(int n, char *const *grids)
{
    for (int k = 0; k < n; k++)
        if (folder_name_ends(grids[k], ".py") || folder_name_ends(grids[k], ".jsonl")) {
            util_error("%s: programs are named with -p", grids[k]);
            return UTIL_USAGE;
        }
    if (!both_stdin(n, grids))
        return 0;
    util_error("grids and programs cannot both come from standard input");
    return UTIL_USAGE;
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    struct programs src;
    int status;
    report.stats.started = clock_nanoseconds();
    matrix.progress = matrix_tell_progress;
    clock_gettime(CLOCK_REALTIME_COARSE, &started); /* that of a file's times */
    matrix.options.keep = KEEP_PASSING;
    status = options_read(&o, &tool, argc, argv, read_option);
    if (status != OPTIONS_READ)
        return status;
    if (flags.threads == 0)
        flags.threads = sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
    if (flags.gpus >= 0 && flags.n_devices)
        return options_bad(&tool, OPTION_DEVICES, NULL, "not together with -g");
    if (flags.list_devices)
        return devices_list();
    matrix.options.gate = (uint32_t)flags.gate;
    matrix.options.fuel = (uint64_t)flags.fuel;
    if (flags.n_programs == 0 && !(flags.programs[flags.n_programs++] = solvers_folder())) {
        util_error("no solver library found; name programs with -p");
        return UTIL_USAGE;
    }
    if (flags.resume && (status = check_resume()))
        return status;
    if ((status = check_operands(o.n_operands, o.operands)))
        return status;
    if ((status = begin_counting()))
        return status;
    if ((status = grids_read(&inputs, o.n_operands, o.operands, &matrix.tasks, &sets)))
        return status;
    programs_open(&src, flags.programs, flags.n_programs, (uint32_t)flags.block);
    status = run_or_resume(&src);
    matrix_tell_counts(&matrix, &inputs);
    if (!status)
        status = tell_counts();
    report_close(&report);
    if (matrix.options.differences) {
        matrix_tell_differences(&differences, &inputs);
        differences_free(&differences);
    }
    programs_close(&src);
    matrix_close(&matrix);
    grid_sets_free(&sets);
    return status ? status : inputs.status;
}
