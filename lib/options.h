/*
 * options.h: the command line. One table (options.def) names every option of the family; a tool
 * lists those it takes, and its usage text, short and long options follow from that list.
 *
 *     static const struct options_use uses[] = {
 *         {OPTION_PART, .help = "demo, test or all"},
 *         {OPTION_ITEMS, "items per frame (default 1000)", .number = &n_items, 1, 1 << 20},
 *         {OPTION_STRICT, .flag = &strict},
 *     };
 *     static const struct options_tool tool = {"batt-collect", "[PATH...]", "reads tasks",
 *                                              uses, sizeof uses / sizeof *uses};
 *     static int read_option(const struct options_state *o, int id) ... only OPTION_PART ...
 *
 *     struct options_state options = {0};
 *     int status = options_read(&options, &tool, argc, argv, read_option);
 *     if (status != OPTIONS_READ)
 *         return status;
 *     ... options.n_operands, options.operands ...
 */
#ifndef BATT_OPTIONS_H
#define BATT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum options_id {
#define OPTION(id, letter, name, argument, help) OPTION_##id,
#include "options.def"
#undef OPTION
    OPTION_COUNT
};

/* An option that a tool takes; help NULL: the table's text. At most one of the places is set, where
 * its argument goes, or true for one that takes none; what has none is for the tool's own function.
 * An option whose argument may be absent has a flag beside its number. A number must be in lo..hi. */
struct options_use {
    enum options_id id;
    const char *help;
    long long *number, lo, hi;
    const char **text;
    bool *flag;
};

/* -h, -V, -q and -v are taken by every tool and need not be listed. */
struct options_tool {
    const char *name, *operands, *summary;
    const struct options_use *uses;
    size_t n_uses;
};

struct options_state {
    const char *argument; /* of the option at hand, NULL if it takes none */
    int n_operands;       /* once OPTIONS_READ was returned */
    char **operands;
};

/* Takes an option that has no place; 0 or an exit status, its message printed. */
typedef int options_take(const struct options_state *state, int id);

enum { OPTIONS_READ = -1 };

/* Starts the tool (util_start) and reads the command line, options and operands in any order (GNU
 * getopt_long; argv is permuted, "--" ends options). -q and -v set the verbosity of util.h. take may
 * be NULL: then options without a place do nothing. Returns OPTIONS_READ, or the exit status with
 * which the tool ends: 0 after -h and -V, which print to stdout, or 3 if that failed; 2 after a
 * message on an unknown option or a bad argument; what take gave. */
int options_read(struct options_state *state, const struct options_tool *tool, int argc,
                 char **argv, options_take *take);

/* Prints "tool: -x ARGUMENT: reason" and a pointer to -h to stderr; returns exit status 2. For an
 * argument that a tool cannot use, or an option that does not belong there: argument NULL. */
int options_bad(const struct options_tool *tool, enum options_id id, const char *argument,
                const char *reason);

/* Parses state's argument as a list of at most max numbers lo..hi, joined by commas, into list and
 * *n.  Returns 0, or exit status 2 after a message as options_bad gives. */
int options_list(const struct options_state *state, const struct options_tool *tool,
                 enum options_id id, long long lo, long long hi, uint32_t max, long long *list,
                 uint32_t *n);

/* The place of state's argument of option id among names, which NULL ends, or -1 after a message as
 * options_bad gives. */
int options_choice(const struct options_state *state, const struct options_tool *tool,
                   enum options_id id, const char *const *names);

#endif
