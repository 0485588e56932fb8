/* options.c: getopt_long from the one table of options.def, and the usage text. */
#include "options.h"
#include "util.h"

#include <getopt.h>
#include <string.h>

struct row {
    char letter;
    const char *name, *argument, *help;
};

static const struct row rows[OPTION_COUNT] = {
#define OPTION(id, letter, name, argument, help) [OPTION_##id] = {letter, name, argument, help},
#include "options.def"
#undef OPTION
};

static const struct options_use common[] = {
    {.id = OPTION_QUIET}, {.id = OPTION_VERBOSE}, {.id = OPTION_HELP}, {.id = OPTION_VERSION}};
#define N_COMMON (sizeof common / sizeof *common)

/* getopt_long gives back 256 + id for all options, so that a letter needs no search. */
struct tables {
    char letters[2 * OPTION_COUNT + 2];
    struct option longs[OPTION_COUNT + 1];
    size_t n_letters, n_longs;
};

static void enter(struct tables *tables, enum options_id id)
{
    const struct row *row = &rows[id];
    int has = !row->argument         ? no_argument
              : *row->argument == '[' ? optional_argument
                                      : required_argument;
    tables->longs[tables->n_longs++] = (struct option){row->name, has, NULL, 256 + (int)id};
    if (!row->letter)
        return;
    tables->letters[tables->n_letters++] = row->letter;
    if (row->argument)
        tables->letters[tables->n_letters++] = ':';
}

static void make_tables(struct tables *tables, const struct options_tool *tool)
{
    *tables = (struct tables){.letters = ":", .n_letters = 1};
    for (size_t i = 0; i < tool->n_uses; i++)
        enter(tables, tool->uses[i].id);
    for (size_t i = 0; i < N_COMMON; i++)
        enter(tables, common[i].id);
}

static int id_of(int code)
{
    if (code >= 256)
        return code - 256;
    for (int id = 0; id < OPTION_COUNT; id++)
        if (rows[id].letter == code)
            return id;
    return OPTION_COUNT;
}

static void print_row(FILE *file, const struct options_use *use)
{
    const struct row *row = &rows[use->id];
    char left[64];
    int n = row->letter ? snprintf(left, sizeof left, "-%c, ", row->letter)
                        : snprintf(left, sizeof left, "    ");
    snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", row->name,
             row->argument && *row->argument != '[' ? " " : "", row->argument ? row->argument : "");
    fprintf(file, "  %-24s %s\n", left, use->help ? use->help : row->help);
}

static void usage(FILE *file, const struct options_tool *tool)
{
    fprintf(file, "usage: %s [OPTION...]%s%s\n%s\n\n", tool->name, *tool->operands ? " " : "",
            tool->operands, tool->summary);
    for (size_t i = 0; i < tool->n_uses; i++)
        print_row(file, &tool->uses[i]);
    for (size_t i = 0; i < N_COMMON; i++)
        print_row(file, &common[i]);
}

static int hint(const struct options_tool *tool)
{
    util_error("try %s -h", tool->name);
    return UTIL_USAGE;
}

static int closed(void)
{
    int error = util_close_stdout();
    util_die_of_pipe(error);
    if (error)
        util_error("standard output: %s", strerror(error));
    return error ? UTIL_INCOMPLETE : UTIL_GOOD;
}

static int misuse(const struct options_tool *tool, int code, char **argv)
{
    const char *word = argv[optind - 1];
    bool is_long = strncmp(word, "--", 2) == 0 && (optopt == 0 || optopt >= 256);
    char letter[3] = {'-', (char)optopt, '\0'};
    char name[64];
    snprintf(name, sizeof name, "--%s", optopt >= 256 ? rows[optopt - 256].name : "");
    const char *shown = optopt >= 256 ? name : is_long ? word : letter;
    if (code == ':')
        util_error("%s: needs an argument", shown);
    else if (optopt >= 256)
        util_error("%s: takes no argument", shown);
    else
        util_error("%s: unknown or ambiguous option", shown);
    return hint(tool);
}

static int put(const struct options_state *state, const struct options_tool *tool,
               const struct options_use *use)
{
    int64_t x;
    if (use->flag)
        *use->flag = true;
    if (use->text)
        *use->text = state->argument;
    if (!use->number || !state->argument)
        return OPTIONS_READ;
    const char *reason = util_number(state->argument, use->lo, use->hi, &x);
    if (reason)
        return options_bad(tool, use->id, state->argument, reason);
    *use->number = x;
    return OPTIONS_READ;
}

/* An option of the tool's own: into its place, or to take. */
static int take_own(const struct options_state *state, const struct options_tool *tool, int id,
                    options_take *take)
{
    for (size_t i = 0; i < tool->n_uses; i++) {
        const struct options_use *use = &tool->uses[i];
        if ((int)use->id == id && (use->number || use->text || use->flag))
            return put(state, tool, use);
    }
    int status = take ? take(state, id) : 0;
    return status ? status : OPTIONS_READ;
}

static int handle(const struct options_state *state, const struct options_tool *tool, int id,
                  options_take *take)
{
    switch (id) {
    case OPTION_QUIET:
        util_set_verbosity(-1);
        return OPTIONS_READ;
    case OPTION_VERBOSE:
        util_set_verbosity(util_verbosity() + 1);
        return OPTIONS_READ;
    case OPTION_HELP:
        usage(stdout, tool);
        return closed();
    case OPTION_VERSION:
        printf("%s %s\n", tool->name, BATT_VERSION);
        return closed();
    default:
        return take_own(state, tool, id, take);
    }
}

int options_read(struct options_state *state, const struct options_tool *tool, int argc,
                 char **argv, options_take *take)
{
    struct tables tables;
    int code, status = OPTIONS_READ;
    util_start(tool->name);
    make_tables(&tables, tool);
    opterr = 0;
    while (status == OPTIONS_READ &&
           (code = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
        state->argument = optarg;
        status = code == '?' || code == ':' ? misuse(tool, code, argv)
                                            : handle(state, tool, id_of(code), take);
    }
    state->n_operands = argc - optind;
    state->operands = argv + optind;
    return status;
}

int options_bad(const struct options_tool *tool, enum options_id id, const char *argument,
                const char *reason)
{
    const struct row *row = &rows[id];
    const char *space = argument ? " " : "";
    argument = argument ? argument : "";
    if (row->letter)
        util_error("-%c%s%s: %s", row->letter, space, argument, reason);
    else
        util_error("--%s%s%s: %s", row->name, space, argument, reason);
    return hint(tool);
}

int options_choice(const struct options_state *state, const struct options_tool *tool,
                   enum options_id id, const char *const *names)
{
    char reason[128] = "not one of";
    size_t n = strlen(reason);
    for (int k = 0; names[k]; k++) {
        if (strcmp(names[k], state->argument) == 0)
            return k;
        if (n < sizeof reason)
            n += (size_t)snprintf(reason + n, sizeof reason - n, "%s %s", k ? "," : "", names[k]);
    }
    options_bad(tool, id, state->argument, reason);
    return -1;
}

int options_list(const struct options_state *state, const struct options_tool *tool,
                 enum options_id id, long long lo, long long hi, uint32_t max, long long *list,
                 uint32_t *n)
{
    const char *p = state->argument, *reason = NULL;
    for (*n = 0; !reason; p++) {
        char text[24];
        int64_t x;
        size_t len = strcspn(p, ",");
        snprintf(text, sizeof text, "%.*s", (int)(len < sizeof text ? len : sizeof text), p);
        reason = *n == max ? "too many numbers" : util_number(text, lo, hi, &x);
        if (!reason)
            list[(*n)++] = x;
        p += len;
        if (!*p)
            break;
    }
    return reason ? options_bad(tool, id, state->argument, reason) : 0;
}
