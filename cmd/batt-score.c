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

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

static struct {
    const char *output, *submission;
    bool all, json, passed, table;
    enum score_rank rank;
    enum color color;
} flags;

static struct inputs inputs;
static struct score *score;
static struct score_show *show;
static struct submission submission;
static struct output table, guesses;

static const struct options_use uses[] = {
    {OPTION_ALL, "also programs that match no demonstration", .flag = &flags.all},
    {OPTION_JSON, "JSON lines: rows, tasks, totals", .flag = &flags.json},
    {OPTION_PASSED, .flag = &flags.passed},
    {OPTION_RANK, .help = "order of guesses: match (default) or vote"},
    {OPTION_SUBMISSION, "write a Kaggle submission: two distinct outputs per test",
     .text = &flags.submission},
    {OPTION_TABLE, .flag = &flags.table},
    {OPTION_COLOR, .help = "auto (default), always or never"},
    {OPTION_OUTPUT, .text = &flags.output},
    {OPTION_STRICT, .flag = &inputs.strict},
};
static const struct options_tool tool = {
    "batt-score", "[RESULTS...]",
    "scores joined results: a table on a terminal, TSV else", uses, sizeof uses / sizeof *uses};

static int read_option(const struct options_state *o, int id)
{
    static const char *const ranks[] = {[SCORE_BY_MATCH] = "match", [SCORE_BY_VOTE] = "vote", NULL};
    static const char *const colors[] = {
        [COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never", NULL};
    int k = options_choice(o, &tool, (enum options_id)id, id == OPTION_RANK ? ranks : colors);
    if (id == OPTION_RANK)
        flags.rank = (enum score_rank)k;
    else
        flags.color = (enum color)k;
    return k < 0 ? UTIL_USAGE : 0;
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

/* The ids of a submission cannot be kept; an exit status. */
static int no_ids(int status)
{
    return status == SUBMISSION_TEMPORARY ? util_temporary_failed(NULL) : out_of_memory();
}

/* A task is finished: its rows, its guesses.  0, or an exit status. */
static int take_task(void *context, const struct score_task *t)
{
    (void)context;
    errno = 0;
    if (score_show_task(show, score, t))
        return out_of_memory();
    int got = flags.submission ? submission_task(&submission, t) : SUBMISSION_OK;
    if (got == SUBMISSION_TWICE) {
        util_error("%s: %s: another task has this id; the first is kept", flags.submission, t->key);
        inputs_worsen(&inputs, UTIL_PARTIAL);
    }
    if (got && got != SUBMISSION_TWICE)
        return no_ids(got);
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
                   score_twice(score)->key);
        return UTIL_USAGE;
    case SCORE_TEMPORARY:
        return util_temporary_failed(NULL);
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

/* All frames have come: the last task, and those that came twice so far apart that it only shows
 * now; an exit status. */
static int finish_score(void)
{
    int status = score_end(score);
    const struct score_twice *twice = score_twice(score);
    switch (status) {
    case SCORE_TWICE:
        util_error("task %u: came before, as task %u; join all results by one batt-split",
                   (unsigned)twice->again, (unsigned)twice->before);
        return UTIL_USAGE;
    case SCORE_TEMPORARY:
        return util_temporary_failed(NULL);
    case SCORE_NO_MEMORY:
        return out_of_memory();
    default:
        return status;
    }
}

/* As finish_score, for ids. The second task has been written by now. */
static int finish_submission(void)
{
    uint32_t first, second;
    int status = submission_twice(&submission, &first, &second);
    if (status != SUBMISSION_TWICE)
        return status ? no_ids(status) : 0;
    util_error("%s: tasks %u and %u have the same id", flags.submission, (unsigned)first,
               (unsigned)second);
    return UTIL_INCOMPLETE;
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
    return flags.color == COLOR_AUTO ? terminal && !getenv("NO_COLOR")
                                     : flags.color == COLOR_ALWAYS;
}

/* Everything read, scored and shown into open outputs; an exit status. */
static int run_open(int n, char **names)
{
    bool terminal = isatty(fileno(table.file));
    enum score_form form = form_of(terminal || flags.table);
    show = score_show_open(table.file, form, colored(terminal));
    score = score_open(flags.rank, flags.all, flags.submission != NULL, take_task, NULL);
    int status = show && score ? 0 : out_of_memory();
    if (!status)
        status = inputs_read(&inputs, n, names, take_frame, NULL);
    if (!status)
        status = finish_score();
    if (!status && flags.submission)
        status = finish_submission();
    if (!status && score_show_totals(show, score_totals(score)))
        status = out_of_memory();
    if (!status && (form == SCORE_TSV || form == SCORE_PASSED))
        say_totals(score_totals(score));
    if (!status && inputs.upstream)
        util_warn("the results tell of %llu bad inputs on their way: tasks, programs or runs may be "
                  "missing",
                  (unsigned long long)inputs.upstream);
    score_show_close(show);
    score_close(score);
    return status;
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
    int status = output_start(&table, flags.output, OUTPUT_TEXT);
    if (status)
        return status;
    if (flags.submission) {
        if ((status = output_start(&guesses, flags.submission, OUTPUT_TEXT)))
            return output_finish(&table, status);
        submission_begin(&submission, guesses.file);
    }
    status = run_open(n, names);
    if (flags.submission) {
        submission_end(&submission);
        int guessed = output_finish(&guesses, status);
        status = status ? status : guessed;
    }
    return output_finish(&table, status);
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    int status = options_read(&o, &tool, argc, argv, read_option);
    if (status != OPTIONS_READ)
        return status;
    if (flags.submission && same_output())
        return options_bad(&tool, OPTION_SUBMISSION, flags.submission,
                           "the table goes there too; send it elsewhere with -o FILE");
    status = run(o.n_operands, o.operands);
    return status ? status : inputs.status;
}
