/*
 * batt-collect: reads ARC task files and emits a stream of grids.
 *
 * The sets stand in the head, so all paths are listed first; the files themselves are read and
 * forgotten one by one.
 */
#include "../lib/digest.h"
#include "../lib/folder.h"
#include "../lib/gather.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/stream.h"
#include "../lib/taskfile.h"
#include "../lib/tasklist.h"
#include "../lib/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    enum gather_parts parts;
    const char *part_name, *set, *output;
    long long n_items, n_demos, level;
    bool strict;
    struct tasklist wanted;
    struct taskfile_solutions *solutions;
} opt = {.parts = GATHER_ALL, .part_name = "all", .n_items = 1000, .n_demos = 3, .level = 1};

static const struct options_use uses[] = {
    {OPTION_PART, .help = "items to emit: demo, test or all (default all)"},
    {OPTION_TASK, .help = "only this task, by id or set/id (repeatable, commas)"},
    {OPTION_TASKS, .help = "only the tasks listed in FILE, one a line"},
    {OPTION_ITEMS, "items per frame (default 1000)", .number = &opt.n_items, 1, STREAM_MAX_COUNT},
    {OPTION_SOLUTIONS, .help = "Kaggle's outputs of the tests (repeatable)"},
    {OPTION_DEMOS, "demonstrations in a list of pairs (default 3)", .number = &opt.n_demos, 1,
     STREAM_MAX_COUNT},
    {OPTION_SET, "set name (default: the two folders above the file)", .text = &opt.set},
    {OPTION_STRICT, .flag = &opt.strict},
    {OPTION_LEVEL, "zstd level 1 to 19 (default 1)", .number = &opt.level, 1, 19},
    {OPTION_OUTPUT, .text = &opt.output},
};

static const struct options_tool tool = {
    "batt-collect", "[PATH...]",
    "Reads task files (ARC folders and files, Kaggle's combined files, lists of pairs;\n"
    "standard input when no PATH or -) and emits a stream of grids.",
    uses, sizeof uses / sizeof *uses};

static struct stream_writer *writer;
static struct gather *gathered;
static struct tasklist_seen seen;
static uint64_t n_failed, n_tasks;
static int write_status; /* the enum stream_write_status that ended the work */

static int bad(void *context, const char *object, const char *reason)
{
    (void)context;
    util_error("%s: %s", object, reason);
    n_failed++;
    return opt.strict;
}

static uint64_t digest_of_task(const struct taskfile_task *task)
{
    struct digest d;
    digest_start(&d);
    for (uint32_t i = 0; i < task->n_demos + task->n_tests; i++) {
        const struct stream_pair *p =
            i < task->n_demos ? &task->demos[i] : &task->tests[i - task->n_demos];
        uint32_t shape[] = {i < task->n_demos, p->known, p->in.h, p->in.w, p->out.h, p->out.w};
        digest_feed(&d, shape, sizeof shape);
        digest_feed(&d, p->in.cells, (size_t)p->in.h * p->in.w);
        if (p->known)
            digest_feed(&d, p->out.cells, (size_t)p->out.h * p->out.w);
    }
    return digest_value(&d);
}

static int add(const char *key, const struct taskfile_task *task)
{
    switch (tasklist_see(&seen, key, digest_of_task(task))) {
    case TASKLIST_SAME:
        util_info("%s: the same task again, left out", key);
        return 0;
    case TASKLIST_DIFFERENT:
        return bad(NULL, key, "another task of the same set and id came before; use --set");
    case TASKLIST_MEMORY:
        write_status = STREAM_NO_MEMORY;
        return 1;
    }
    int rc = gather_add(gathered, key, task->n_demos, task->demos, task->n_tests, task->tests);
    if (rc == STREAM_TOO_LARGE)
        return bad(NULL, key, stream_write_reason(rc));
    write_status = rc;
    n_tasks++;
    return rc != STREAM_WRITTEN;
}

static int task_read(void *context, const struct taskfile_task *task)
{
    (void)context;
    char *key;
    if (asprintf(&key, "%s/%s", task->set, task->id) < 0) {
        write_status = STREAM_NO_MEMORY;
        return 1;
    }
    int rc = 0;
    const char *other = NULL;
    switch (tasklist_match(&opt.wanted, key, &other)) {
    case TASKLIST_WANTED:
        rc = add(key, task);
        break;
    case TASKLIST_AMBIGUOUS:
        util_error("%s: id is not unique, %s was taken; give set/id", key, other);
        n_failed++;
        rc = opt.strict;
        break;
    case TASKLIST_UNWANTED:
        break;
    case TASKLIST_MEMORY:
        write_status = STREAM_NO_MEMORY;
        rc = 1;
    }
    free(key);
    return rc;
}

/* Expands operands. Returns 0, or 1 to stop. */
static int list_paths(struct taskfile_list *list, int n, char **operands)
{
    static char *const standard_input[] = {"-"};
    int rc = TASKFILE_OK;
    if (!n)
        n = 1, operands = (char **)standard_input;
    for (int i = 0; i < n && rc == TASKFILE_OK; i++)
        rc = taskfile_list_add(list, operands[i], bad, NULL);
    if (rc == TASKFILE_MEMORY)
        util_error("out of memory");
    return rc != TASKFILE_OK;
}

static int write_head(const struct taskfile_list *list)
{
    struct tasklist_sets sets = {0};
    for (size_t i = 0; i < list->n && !opt.set; i++)
        if (!tasklist_set_of(&sets, list->paths[i]))
            return STREAM_NO_MEMORY;
    char demos[24];
    snprintf(demos, sizeof demos, "%lld", opt.n_demos);
    const struct stream_option options[] = {{"part", opt.part_name}, {"demos", demos}};
    const struct stream_step step = {tool.name, BATT_VERSION, 2, options};
    const char *const given[] = {opt.set};
    struct stream_head head = {.content = STREAM_GRIDS,
                               .n_sets = opt.set ? 1 : sets.n,
                               .sets = opt.set ? given : (const char *const *)sets.names,
                               .n_steps = 1,
                               .steps = &step};
    int rc = stream_write_head(writer, &head);
    tasklist_sets_free(&sets);
    return rc;
}

/* Kaggle's challenges hold no outputs of tests; a file of solutions beside them does. */
static void tell_solutions(const char *path)
{
    static const char challenges[] = "_challenges.json";
    char *solutions;
    if (opt.solutions || !folder_name_ends(path, challenges) ||
        asprintf(&solutions, "%.*s_solutions.json", (int)(strlen(path) - strlen(challenges)),
                 path) < 0)
        return;
    if (access(solutions, R_OK) == 0)
        util_warn("%s: no outputs of tests; -s %s has them", path, solutions);
    free(solutions);
}

/* Reads all files. Returns a taskfile_status; TASKFILE_BAD counts as good here. */
static int read_all(const struct taskfile_list *list)
{
    struct tasklist_sets sets = {0};
    struct taskfile_reader reader = {.n_demos = (uint32_t)opt.n_demos,
                                     .solutions = opt.solutions,
                                     .task = task_read,
                                     .bad = bad};
    int rc = TASKFILE_OK;
    for (size_t i = 0; i < list->n && rc <= TASKFILE_BAD; i++) {
        reader.set = opt.set ? opt.set : tasklist_set_of(&sets, list->paths[i]);
        rc = reader.set ? taskfile_read(&reader, list->paths[i]) : TASKFILE_MEMORY;
        tell_solutions(list->paths[i]);
    }
    tasklist_sets_free(&sets);
    return rc;
}

static void tell_missing(void *context, const char *id)
{
    bad(context, id, "no such task");
}

/* Everything between opening and closing of the output. 0: whole. */
static int collect(const struct taskfile_list *list)
{
    write_status = write_head(list);
    gathered = gather_open(writer, opt.parts, (uint32_t)opt.n_items);
    if (!gathered && write_status == STREAM_WRITTEN)
        write_status = STREAM_NO_MEMORY;
    if (write_status != STREAM_WRITTEN)
        return 1;
    int rc = read_all(list);
    if (rc == TASKFILE_MEMORY)
        write_status = STREAM_NO_MEMORY;
    if (rc > TASKFILE_BAD)
        return 1;
    uint64_t before = n_failed;
    tasklist_missing(&opt.wanted, tell_missing, NULL);
    if (opt.strict && n_failed > before)
        return 1;
    write_status = gather_flush(gathered);
    if (write_status == STREAM_WRITTEN)
        write_status = stream_write_end(writer, n_failed);
    return write_status != STREAM_WRITTEN;
}

/* Says why the work ended too early, with the errno of the write that failed. */
static int incomplete(const struct output *out)
{
    int error = errno;
    if (write_status == STREAM_WRITE_FAILED)
        util_die_of_pipe(error);
    errno = error;
    if (write_status != STREAM_WRITTEN)
        util_error("%s: %s", out->name, stream_write_reason(write_status));
    return UTIL_INCOMPLETE;
}

static int run(int n, char **operands)
{
    struct output out;
    struct taskfile_list list = {0};
    if (list_paths(&list, n, operands)) {
        taskfile_list_free(&list);
        return UTIL_INCOMPLETE;
    }
    int status = output_start(&out, opt.output, OUTPUT_BINARY);
    if (status) {
        taskfile_list_free(&list);
        return status;
    }
    writer = stream_writer_open(out.file, (int)opt.level, 0);
    write_status = writer ? STREAM_WRITTEN : STREAM_NO_MEMORY;
    if (!writer || collect(&list))
        status = incomplete(&out);
    status = output_finish(&out, status);
    util_info("%llu tasks, %llu bad inputs", (unsigned long long)n_tasks,
              (unsigned long long)n_failed);
    stream_writer_close(writer);
    gather_close(gathered);
    taskfile_list_free(&list);
    return status ? status : n_failed ? UTIL_PARTIAL : UTIL_GOOD;
}

static int set_part(const struct options_state *o)
{
    static const char *const names[] = {"demo", "test", "all", NULL}; /* as enum gather_parts */
    int k = options_choice(o, &tool, OPTION_PART, names);
    if (k < 0)
        return UTIL_USAGE;
    opt.parts = (enum gather_parts)(GATHER_DEMO + k);
    opt.part_name = names[k];
    return 0;
}

static int add_solutions(const char *path)
{
    int rc = taskfile_solutions_read(&opt.solutions, path, bad, NULL);
    if (rc == TASKFILE_MEMORY)
        util_error("out of memory");
    return rc == TASKFILE_OK ? 0 : rc == TASKFILE_MEMORY ? UTIL_INCOMPLETE : UTIL_USAGE;
}

static int add_list(const char *path)
{
    int error = tasklist_read(&opt.wanted, path);
    return error ? options_bad(&tool, OPTION_TASKS, path, strerror(error)) : 0;
}

static int read_option(const struct options_state *o, int id)
{
    switch (id) {
    case OPTION_PART:
        return set_part(o);
    case OPTION_TASK:
        return tasklist_add(&opt.wanted, o->argument) ? UTIL_INCOMPLETE : 0;
    case OPTION_TASKS:
        return add_list(o->argument);
    default:
        return add_solutions(o->argument);
    }
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    int status = options_read(&o, &tool, argc, argv, read_option);
    if (status == OPTIONS_READ && opt.set && !*opt.set)
        status = options_bad(&tool, OPTION_SET, opt.set, "empty");
    if (status == OPTIONS_READ)
        status = run(o.n_operands, o.operands);
    taskfile_solutions_free(opt.solutions);
    tasklist_free(&opt.wanted);
    tasklist_seen_free(&seen);
    return status;
}
