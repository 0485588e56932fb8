/*
 * batt-score: compares, ranks and tabulates joined results.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/inputs.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/score_show.h"
#include "../lib/submission.h"
#include "../lib/util.h"

static const struct options_use uses[] = {
    {OPTION_ALL, "also programs that match no demonstration"},
    {OPTION_JSON, "JSON lines: rows, tasks, totals"},
    {OPTION_PASSED, NULL},
    {OPTION_RANK, "order of guesses: match (default) or vote"},
    {OPTION_SUBMISSION, "write a Kaggle submission: two distinct outputs per test"},
    {OPTION_TABLE, NULL},
    {OPTION_COLOR, "auto (default), always or never"},
    {OPTION_OUTPUT, NULL},
    {OPTION_STRICT, NULL},
};
static const struct options_tool tool = {
    "batt-score", "[RESULTS...]",
    "scores joined results: a table on a terminal, TSV else", uses, sizeof uses / sizeof *uses};

static struct {
    const char *output, *submission, *color;
    bool all, json, passed, table;
    enum score_rank rank;
} flags = {.color = "auto"};

static struct inputs inputs;
static struct score *score;
static struct score_show *show;
static struct submission submission;
static struct output table, guesses;

static int read_option(const struct options_state *o, int id)
{
    switch (id) {
    case OPTION_ALL:
        flags.all = true;
        return 0;
    case OPTION_JSON:
        flags.json = true;
        return 0;
    case OPTION_PASSED:
        flags.passed = true;
        return 0;
    case OPTION_TABLE:
        flags.table = true;
        return 0;
    case OPTION_RANK:
        flags.rank = strcmp(o->argument, "vote") == 0 ? SCORE_BY_VOTE : SCORE_BY_MATCH;
        if (flags.rank == SCORE_BY_MATCH && strcmp(o->argument, "match") != 0)
            return options_bad(&tool, OPTION_RANK, o->argument, "not match or vote");
        return 0;
    case OPTION_SUBMISSION:
        flags.submission = o->argument;
        return 0;
    case OPTION_COLOR:
        flags.color = o->argument;
        if (strcmp(flags.color, "auto") && strcmp(flags.color, "always") &&
            strcmp(flags.color, "never"))
            return options_bad(&tool, OPTION_COLOR, o->argument, "not auto, always or never");
        return 0;
    case OPTION_STRICT:
        inputs.strict = true;
        return 0;
    default:
        flags.output = o->argument;
        return 0;
    }
}

/* ---- reading ---- */

static int out_of_memory(void)
{
    util_error("out of memory");
    return UTIL_INCOMPLETE;
}

/* 0, or the exit status when a write into the output has failed: errno is that of the write. */
static int check_output(const struct output *out)
{
    int error = errno ? errno : EIO;
    if (!out->file || !ferror(out->file))
        return 0;
    util_die_of_pipe(error);
    util_error("%s: %s", out->name, strerror(error));
    return UTIL_INCOMPLETE;
}

/* A task is finished: its rows, its guesses.  0, or an exit status. */
static int take_task(void *context, const struct score_task *t)
{
    (void)context;
    errno = 0;
    if (score_show_task(show, t))
        return out_of_memory();
    int got = flags.submission ? submission_task(&submission, t) : SUBMISSION_OK;
    if (got == SUBMISSION_TWICE) {
        util_error("%s: %s: another task has this id; the first is kept", flags.submission, t->key);
        inputs_worsen(&inputs, UTIL_PARTIAL);
    }
    if (got == SUBMISSION_NO_MEMORY)
        return out_of_memory();
    int status = check_output(&table);
    return status ? status : check_output(&guesses);
}

static int take_frame(void *context, const char *name, struct stream_reader *reader, int kind,
                      const struct stream_frame *f)
{
    int status = score_take(score, reader, kind, f);
    (void)context;
    switch (status) {
    case SCORE_NOT_JOINED:
        util_error("%s: %s", name,
                   f->head->content == STREAM_GRIDS ? "holds grids, not results"
                                                    : "not joined by task: use batt-split before");
        return UTIL_USAGE;
    case SCORE_TWICE:
        util_error("%s: %s: came before; join all results by one batt-split", name,
                   score_twice(score));
        return UTIL_USAGE;
    case SCORE_NO_MEMORY:
        return out_of_memory();
    case SCORE_NO_PROGRAMS:
        util_error("%s: results for a block whose programs did not come", name);
        inputs_worsen(&inputs, UTIL_INCOMPLETE);
        inputs.failed++;
        return inputs.strict ? UTIL_INCOMPLETE : 0;
    default:
        return status;
    }
}

/* ---- writing ---- */

/* For TSV and ids: the totals, where they do not disturb. */
static void say_totals(const struct score_totals *t)
{
    util_warn("%llu tasks: demo_solved %llu, oracle %llu, pass@1 %llu, pass@2 %llu of %llu; "
              "%llu test outputs: oracle %llu, pass@1 %llu, pass@2 %llu",
              (unsigned long long)t->tasks, (unsigned long long)t->demo_solved,
              (unsigned long long)t->oracle, (unsigned long long)t->pass[0],
              (unsigned long long)t->pass[1], (unsigned long long)t->rated,
              (unsigned long long)t->tests, (unsigned long long)t->test_oracle,
              (unsigned long long)t->test_pass[0], (unsigned long long)t->test_pass[1]);
}

static enum score_form form_of(bool terminal)
{
    return flags.passed ? SCORE_PASSED
           : flags.json ? SCORE_JSON
           : terminal   ? SCORE_TABLE
                        : SCORE_TSV;
}

static bool colored(bool terminal)
{
    if (strcmp(flags.color, "auto") == 0)
        return terminal && !getenv("NO_COLOR");
    return strcmp(flags.color, "always") == 0;
}

/* Everything read, scored and shown into open outputs; an exit status. */
static int run_open(int n, char **names)
{
    bool terminal = isatty(fileno(table.file));
    enum score_form form = form_of(terminal || flags.table);
    show = score_show_open(table.file, form, flags.all, colored(terminal));
    score = score_open(flags.rank, take_task, NULL);
    int status = show && score ? 0 : out_of_memory();
    if (!status)
        status = inputs_read(&inputs, n, names, take_frame, NULL);
    if (!status)
        status = score_finish(score);
    if (status == SCORE_NO_MEMORY)
        status = out_of_memory();
    if (!status && score_show_totals(show, score_totals(score)))
        status = out_of_memory();
    if (!status && (form == SCORE_TSV || form == SCORE_PASSED))
        say_totals(score_totals(score));
    score_show_close(show);
    score_close(score);
    return status;
}

/* Puts an output in place, or takes it away; the worse of two statuses. */
static int close_output(struct output *out, int status)
{
    if (status) {
        output_abort(out);
        return status;
    }
    if (output_commit(out) == OUTPUT_OK)
        return 0;
    util_error("%s: %s", out->name, output_reason(out));
    return UTIL_INCOMPLETE;
}

static int open_output(struct output *out, const char *path)
{
    if (output_open(out, path, OUTPUT_TEXT) == OUTPUT_OK)
        return 0;
    util_error("%s: %s", out->name, output_reason(out));
    return UTIL_INCOMPLETE;
}

static bool is_stdout(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

/* Table and guesses cannot go into one file. */
static bool same_output(void)
{
    return is_stdout(flags.submission)
               ? is_stdout(flags.output)
               : !is_stdout(flags.output) && strcmp(flags.output, flags.submission) == 0;
}

/* Opens both outputs, scores, puts them in place; an exit status. */
static int run(int n, char **names)
{
    int status = open_output(&table, flags.output);
    if (status)
        return status;
    if (flags.submission) {
        if ((status = open_output(&guesses, flags.submission)))
            return close_output(&table, status);
        submission_begin(&submission, guesses.file);
    }
    status = run_open(n, names);
    if (flags.submission) {
        submission_end(&submission);
        int guessed = close_output(&guesses, status);
        status = status ? status : guessed;
    }
    return close_output(&table, status);
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    int id, status;
    util_start(tool.name);
    while ((id = options_next(&o, &tool, argc, argv)) != OPTION_DONE) {
        if (id == OPTION_EXIT)
            return o.status;
        if ((status = read_option(&o, id)))
            return status;
    }
    if (flags.submission && same_output())
        return options_bad(&tool, OPTION_SUBMISSION, flags.submission,
                           "the table goes there too; send it elsewhere with -o FILE");
    status = run(argc - o.index, argv + o.index);
    return status ? status : inputs.status;
}
