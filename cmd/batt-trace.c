/*
 * batt-trace: one program on one grid: each line's value and cost.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/grids.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/solvers.h"
#include "../lib/taskfile.h"
#include "../lib/trace.h"
#include "../lib/util.h"

static struct {
    const char *programs, *name, *grid, *task, *output;
    enum stream_part part;
    long long index, fuel;
    bool give_c;
} flags = {.fuel = 4000000};

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static const struct options_use uses[] = {
    {OPTION_PROGRAMS, "file, folder or JSON lines with the program (default: the solver library)",
     .text = &flags.programs},
    {OPTION_NAME, .text = &flags.name},
    {OPTION_GRID, "grid as JSON: a list of rows; - is stdin", .text = &flags.grid},
    {OPTION_TASK, "task of the grids stream", .text = &flags.task},
    {OPTION_PART, .help = "demo (default) or test"},
    {OPTION_INDEX, "number of the demonstration or test (default 0)", .number = &flags.index, 0,
     1 << 20},
    {OPTION_GIVE_C, .flag = &flags.give_c},
    {OPTION_FUEL, "units the run may spend (default 4000000)", .number = &flags.fuel, 1,
     1ll << 32},
    {OPTION_OUTPUT, .text = &flags.output},
};
static const struct options_tool tool = {"batt-trace", "[GRIDS...]",
                                         "shows every line of a program at work", uses,
                                         sizeof uses / sizeof *uses};

/* -P, the one option without a place. */
static int read_option(const struct options_state *o, int id)
{
    static const char *const parts[] = {[STREAM_DEMO] = "demo", [STREAM_TEST] = "test", NULL};
    int k = options_choice(o, &tool, (enum options_id)id, parts);
    flags.part = (enum stream_part)k;
    return k < 0 ? UTIL_USAGE : 0;
}

/* ---- the grid ---- */

static int bad_grid(void *context, const char *object, const char *reason)
{
    (void)context;
    util_error("%s: %s", object, reason);
    return 0;
}

/* The grid of a JSON file, whose cells the caller frees; 0, or an exit status. */
static int grid_from_json(struct grid_bytes *g)
{
    struct stream_grid read;
    int status = taskfile_grid_read(flags.grid, &read, bad_grid, NULL);
    if (status == TASKFILE_MEMORY)
        util_error("out of memory");
    if (status != TASKFILE_OK)
        return status == TASKFILE_MEMORY ? UTIL_INCOMPLETE : UTIL_PARTIAL;
    *g = (struct grid_bytes){(uint16_t)read.h, (uint16_t)read.w, read.cells};
    return 0;
}

/* The item asked for, out of the streams named; 0, or an exit status. */
static int item_from_streams(struct tasks *tasks, int n, char **names, struct run_item *item)
{
    struct inputs inputs = {.strict = true};
    int status = grids_read(&inputs, n, names, tasks, NULL);
    if (status)
        return inputs.status && status != UTIL_USAGE ? inputs.status : status;
    int64_t t = tasks_find(tasks, flags.task, strlen(flags.task));
    if (t < 0) {
        util_error("%s: %s", flags.task,
                   t == TASK_AMBIGUOUS ? "several tasks have this id; name set/id"
                                       : "no such task");
        return UTIL_PARTIAL;
    }
    const struct task_entry *e = &tasks->entries[t];
    for (uint32_t k = 0; k < e->n_items; k++) {
        const struct task_item *i = &e->items[k];
        if (i->part != flags.part || i->index != flags.index)
            continue;
        item->input = i->input;
        item->expected = i->known ? &i->expected : NULL;
        item->demos = e->demos;
        item->n_demos = e->n_demos;
        return 0;
    }
    util_error("%s: no %s %lld", e->key, flags.part == STREAM_DEMO ? "demonstration" : "test",
               flags.index);
    return UTIL_PARTIAL;
}

/* ---- the program ---- */

/* Programs of a source: those that there are, those asked for, and the first of these. */
struct found {
    struct program_block block; /* where it stands */
    uint32_t entry;
    uint64_t n, n_asked;
};

/* Counts the programs of a block, which may be that of found. */
static void count(struct found *found, const struct program_block *b)
{
    found->n += b->n;
    for (uint32_t k = 0; k < b->n; k++)
        if (!b->entries[k].bad && (!flags.name || strcmp(b->entries[k].id, flags.name) == 0) &&
            !found->n_asked++)
            found->entry = k;
}

/* Reads all of the source, or until it is clear that a name is needed.  An enum programs_status. */
static int search(struct programs *src, struct found *found)
{
    struct program_block rest;
    int got = PROGRAMS_BLOCK_READ;
    program_block_init(&rest);
    while (got > 0 && (flags.name || found->n < 2 || !found->n_asked)) {
        struct program_block *b = found->n_asked ? &rest : &found->block;
        got = programs_read(src, b);
        for (uint32_t part = 0; got > 0 && part < b->n_parts; part++)
            if (programs_compile(b, part))
                got = PROGRAMS_NO_MEMORY;
        if (got > 0)
            count(found, b);
    }
    program_block_free(&rest);
    return got;
}

/* Names what is wrong with a line of the program, by file and line; of JSON by the line it is on. */
static void tell_bad(const struct programs *src, const struct program_entry *e, uint32_t line,
                     const char *why)
{
    const char *source = src->sources[e->source];
    if (e->from_json)
        util_error("%s:%u: line %u: %s", source, (unsigned)e->line, (unsigned)line, why);
    else
        util_error("%s:%u: %s", source, (unsigned)line, why);
}

/* The program of this name, or the only one.  0, or an exit status. */
static int find_program(struct programs *src, struct found *found, struct parse *p, uint32_t *f)
{
    int got = search(src, found);
    if (got == PROGRAMS_NO_MEMORY) {
        util_error("out of memory");
        return UTIL_INCOMPLETE;
    }
    if (got == PROGRAMS_BAD_FILE) {
        util_error("%s: %s", src->bad_name, src->reason);
        return UTIL_PARTIAL;
    }
    if (!found->n_asked) {
        util_error("%s: no program%s%s", flags.programs, flags.name ? " named " : "",
                   flags.name ? flags.name : "");
        return UTIL_PARTIAL;
    }
    if (!flags.name && found->n > 1) {
        util_error("%s: %" PRIu64 " programs; choose one with -N", flags.programs, found->n);
        return UTIL_USAGE;
    }
    if (found->n_asked > 1) {
        util_error("%s: %" PRIu64 " programs are named %s", flags.programs, found->n_asked,
                   flags.name);
        return UTIL_PARTIAL;
    }
    const struct program_entry *e = &found->block.entries[found->entry];
    if (e->error) {
        tell_bad(src, e, e->error_line, e->error);
        return UTIL_PARTIAL;
    }
    if (programs_syntax(&found->block, found->entry, p, f) == 0)
        return 0;
    util_error("out of memory");
    return UTIL_INCOMPLETE;
}

/* ---- showing ---- */

struct shown {
    FILE *file;
    bool any, equal; /* a line was shown; the last one's value is the expected output */
    bool failed;     /* it has none */
};

static void show_line(void *x, const struct trace_line *l)
{
    struct shown *shown = x;
    FILE *f = shown->file;
    const struct run_result *r = &l->result;
    if (!shown->any)
        fprintf(f, "line      cost  text, value\n");
    shown->any = true;
    shown->equal = r->equal;
    shown->failed = !l->value;
    fprintf(f, "%4u  %8llu  %.*s\n", (unsigned)l->line, (unsigned long long)l->cost,
            (int)l->n_source, l->source);
    if (l->value)
        fprintf(f, "                %s\n", l->value);
    else
        fprintf(f, "                ! %s, line %u\n", engine_error_name(r->error),
                (unsigned)(r->line ? r->line : l->line));
}

/* The grid as Python prints a tuple of tuples. */
static void show_grid(FILE *f, const struct grid_bytes *g)
{
    for (int i = 0; i < g->h; i++) {
        fputs(i ? ", (" : "((", f);
        for (int j = 0; j < g->w; j++)
            fprintf(f, "%s%d", j ? ", " : "", g->cells[i * g->w + j]);
        fputs(g->w == 1 ? ",)" : ")", f);
    }
    fputs(g->h == 1 ? ",)\n" : ")\n", f);
}

/* Is what came out right?  Nothing, where the stream does not tell the output or there is no value. */
static void show_verdict(const struct shown *shown, const struct run_item *item)
{
    if (!item->expected || shown->failed)
        return;
    fputs(shown->equal ? "right\n" : "wrong, expected: ", shown->file);
    if (!shown->equal)
        show_grid(shown->file, item->expected);
}

static int trace(const struct programs *src, const struct program_entry *e, struct parse *p,
                 uint32_t f, const struct run_item *item)
{
    struct output out;
    const char *why = NULL;
    uint32_t line = 0;
    int opened = output_start(&out, flags.output, OUTPUT_TEXT);
    if (opened)
        return opened;
    struct shown shown = {.file = out.file};
    enum trace_status status =
        trace_run(p, f, item, (uint64_t)flags.fuel, show_line, &shown, &why, &line);
    if (status == TRACE_OK) {
        show_verdict(&shown, item);
        return output_finish(&out, 0);
    }
    if (status == TRACE_BAD_PROGRAM)
        tell_bad(src, e, line, why);
    else
        util_error("%s",
                   status == TRACE_NO_ENGINE ? "BATT_ENGINE: no such engine" : "out of memory");
    output_abort(&out);
    return status == TRACE_BAD_PROGRAM ? UTIL_PARTIAL : UTIL_INCOMPLETE;
}

/* A grid of its own leaves no use for streams; one standard input is not read twice. */
static int check_inputs(int n, char *const *streams)
{
    bool grids_are = flags.grid ? is_stdin(flags.grid) : n == 0;
    if (flags.grid && n) {
        util_error("%s: a stream of grids goes with -t, not with --grid", streams[0]);
        return UTIL_USAGE;
    }
    for (int k = 0; k < n; k++)
        grids_are |= is_stdin(streams[k]);
    if (!grids_are || !is_stdin(flags.programs))
        return 0;
    util_error("grids and programs cannot both come from standard input");
    return UTIL_USAGE;
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    struct tasks tasks;
    struct run_item item = {0};
    struct programs src;
    struct found found = {.n = 0};
    struct parse p;
    uint32_t f;
    int status = options_read(&o, &tool, argc, argv, read_option);
    if (status != OPTIONS_READ)
        return status;
    if (!flags.grid == !flags.task) {
        util_error("name a grid with --grid FILE, or a task of a stream with -t ID");
        return UTIL_USAGE;
    }
    if (!flags.programs && !(flags.programs = solvers_folder())) {
        util_error("no solver library found; name a program with -p");
        return UTIL_USAGE;
    }
    if ((status = check_inputs(o.n_operands, o.operands)))
        return status;
    tasks_init(&tasks);
    tasks.only = flags.task; /* of a stream of any length */
    parse_init(&p);
    program_block_init(&found.block);
    programs_open(&src, &flags.programs, 1, PROGRAMS_BLOCK);
    status = flags.grid ? grid_from_json(&item.input)
                        : item_from_streams(&tasks, o.n_operands, o.operands, &item);
    item.give_c = flags.give_c;
    if (!status)
        status = find_program(&src, &found, &p, &f);
    if (!status)
        status = trace(&src, &found.block.entries[found.entry], &p, f, &item);
    if (flags.grid)
        free((void *)(uintptr_t)item.input.cells);
    parse_free(&p);
    program_block_free(&found.block);
    programs_close(&src);
    tasks_free(&tasks);
    return status;
}
