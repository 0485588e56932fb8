/*
 * batt-trace: one program on one grid: each line's value and cost.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/grids.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/solvers.h"
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

static const char *grid_name(void)
{
    return is_stdin(flags.grid) ? "standard input" : flags.grid;
}

static int bad_grid(const char *why)
{
    util_error("%s: %s", grid_name(), why);
    return UTIL_PARTIAL;
}

static int cells_of(const json_t *j, struct grid_bytes *g)
{
    size_t h = json_array_size(j), w = json_array_size(json_array_get(j, 0));
    if (!h || !w || h > 255 || w > 255)
        return bad_grid("not a grid: a list of 1 to 255 rows is wanted");
    uint8_t *cells = malloc(h * w);
    if (!cells)
        return bad_grid("out of memory");
    g->h = (uint16_t)h;
    g->w = (uint16_t)w;
    g->cells = cells;
    for (size_t i = 0; i < h; i++) {
        const json_t *row = json_array_get(j, i);
        if (json_array_size(row) != w)
            return bad_grid("not a grid: rows of unequal length");
        for (size_t k = 0; k < w; k++) {
            const json_t *c = json_array_get(row, k);
            if (!json_is_integer(c) || json_integer_value(c) < 0 || json_integer_value(c) > 9)
                return bad_grid("not a grid: a cell is no integer from 0 to 9");
            cells[i * w + k] = (uint8_t)json_integer_value(c);
        }
    }
    return 0;
}

static int grid_from_json(struct grid_bytes *g)
{
    json_error_t why;
    json_t *j = is_stdin(flags.grid) ? json_loadf(stdin, 0, &why)
                                             : json_load_file(flags.grid, 0, &why);
    if (!j && why.line < 0)
        return bad_grid(strerror(errno));
    if (!j) {
        util_error("%s:%d:%d: %s", grid_name(), why.line, why.column, why.text);
        return UTIL_PARTIAL;
    }
    int status = cells_of(j, g);
    json_decref(j);
    return status;
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

/* How many programs of a block are asked for, and one of them. */
static uint32_t count_asked(const struct program_block *b, uint32_t *one)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < b->n; k++)
        if (!b->entries[k].bad && (!flags.name || strcmp(b->entries[k].id, flags.name) == 0))
            n++, *one = k;
    return n;
}

/* The program of this name, or the only one.  0, or an exit status. */
static int find_program(struct programs *src, struct program_block *b, struct parse *p, uint32_t *f)
{
    int got;
    uint32_t one = 0;
    while ((got = programs_read(src, b)) > 0) {
        for (uint32_t part = 0; part < b->n_parts; part++)
            if (programs_compile(b, part))
                return UTIL_INCOMPLETE;
        uint32_t n = count_asked(b, &one);
        const struct program_entry *e = &b->entries[one];
        if (n == 0)
            continue;
        if (n > 1 && flags.name)
            util_error("%s: %u programs are named %s", flags.programs, (unsigned)n, flags.name);
        else if (b->n > 1 && !flags.name)
            util_error("%s: %u programs; choose one with -N", flags.programs, (unsigned)b->n);
        else if (programs_syntax(b, one, p, f) == 0)
            return 0;
        else
            util_error("%s:%u: %s", src->sources[e->source], (unsigned)e->line,
                       e->error ? e->error : "cannot be parsed");
        return b->n > 1 && !flags.name ? UTIL_USAGE : UTIL_PARTIAL;
    }
    if (got == PROGRAMS_BAD_FILE)
        util_error("%s: %s", src->bad_name, src->reason);
    else
        util_error("%s: no program%s%s", flags.programs, flags.name ? " named " : "",
                   flags.name ? flags.name : "");
    return UTIL_PARTIAL;
}

/* ---- showing ---- */

struct shown {
    FILE *file;
    bool any;
};

static void show_line(void *x, const struct trace_line *l)
{
    struct shown *shown = x;
    FILE *f = shown->file;
    const struct run_result *r = &l->result;
    if (!shown->any)
        fprintf(f, "line      cost  text, value\n");
    shown->any = true;
    fprintf(f, "%4u  %8llu  %.*s\n", (unsigned)l->line, (unsigned long long)l->cost,
            (int)l->n_source, l->source);
    if (l->value)
        fprintf(f, "                %s\n", l->value);
    else
        fprintf(f, "                ! %s, line %u\n", engine_error_name(r->error),
                (unsigned)(r->line ? r->line : l->line));
}

static int trace(struct parse *p, uint32_t f, const struct run_item *item)
{
    struct output out;
    char text[PARSE_REASON];
    const char *why = NULL;
    uint32_t line = 0;
    int opened = output_start(&out, flags.output, OUTPUT_TEXT);
    if (opened)
        return opened;
    struct shown shown = {.file = out.file};
    enum trace_status status =
        trace_run(p, f, item, (uint64_t)flags.fuel, show_line, &shown, &why, &line);
    if (status == TRACE_OK)
        return output_finish(&out, 0);
    const char *reason = parse_reason(p, f, text);
    if (status == TRACE_BAD_PROGRAM)
        util_error("%s: line %u: %s", flags.programs, (unsigned)line, reason ? reason : why);
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
    struct program_block b;
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
    parse_init(&p);
    program_block_init(&b);
    programs_open(&src, &flags.programs, 1, PROGRAMS_BLOCK);
    status = flags.grid ? grid_from_json(&item.input)
                        : item_from_streams(&tasks, o.n_operands, o.operands, &item);
    item.give_c = flags.give_c;
    if (!status)
        status = find_program(&src, &b, &p, &f);
    if (!status)
        status = trace(&p, f, &item);
    if (flags.grid)
        free((void *)(uintptr_t)item.input.cells);
    parse_free(&p);
    program_block_free(&b);
    programs_close(&src);
    tasks_free(&tasks);
    return status;
}
