/*
 * options.h: the command line. One table (options.def) names every option of the family; a tool
 * lists those it takes, and its usage text, short and long options follow from that list.
 *
 *     static const struct options_use uses[] = {{OPTION_ITEMS, "items per frame (default 1000)"}};
 *     static const struct options_tool tool = {"batt-collect", "[PATH...]", "reads tasks",
 *                                              uses, sizeof uses / sizeof *uses};
 *     struct options_state options = {0};
 *     while ((id = options_next(&options, &tool, argc, argv)) != OPTION_DONE)
 *         switch (id) {
 *         case OPTION_ITEMS: ... options.argument ...
 *         case OPTION_EXIT: return options.status;
 *         }
 *     ... operands: argv[options.index .. argc - 1] ...
 */
#ifndef BATT_OPTIONS_H
#define BATT_OPTIONS_H

#include <stdint.h>
#include <stddef.h>
#include <stdio.h>

enum options_id {
    OPTION_EXIT = -2, /* help, version or a misuse has been printed: return state.status */
    OPTION_DONE = -1, /* no more options */
#define OPTION(id, letter, name, argument, help) OPTION_##id,
#include "options.def"
#undef OPTION
    OPTION_COUNT
};

/* An option that a tool takes; help NULL: the table's text. */
struct options_use {
    enum options_id id;
    const char *help;
};

/* -h, -V, -q and -v are taken by every tool and need not be listed. */
struct options_tool {
    const char *name, *operands, *summary;
    const struct options_use *uses;
    size_t n_uses;
};

struct options_state {
    const char *argument; /* of the option just returned, NULL if it takes none */
    int index;            /* of the first operand, once OPTION_DONE was returned */
    int status;           /* exit status, once OPTION_EXIT was returned */
};

/* Returns the next option of the command line, in any order with operands (GNU getopt_long; argv is
 * permuted, "--" ends options). -q and -v set the verbosity of util.h and are not returned. -h and
 * -V print to stdout and give OPTION_EXIT with status 0, or 3 if that failed; an unknown option or
 * a missing argument prints a message to stderr and gives OPTION_EXIT with status 2. */
int options_next(struct options_state *state, const struct options_tool *tool, int argc,
                 char **argv);

/* Prints "tool: -x ARGUMENT: reason" and a pointer to -h to stderr; returns exit status 2. For an
 * argument that a tool cannot use. */
int options_bad(const struct options_tool *tool, enum options_id id, const char *argument,
                const char *reason);

/* Prints the usage text. */
void options_usage(FILE *file, const struct options_tool *tool);

/* Parses state's argument as a list of at most max numbers lo..hi, joined by commas, into list and
 * *n.  Returns 0, or exit status 2 after a message as options_bad gives. */
int options_list(const struct options_state *state, const struct options_tool *tool,
                 enum options_id id, long long lo, long long hi, uint32_t max, long long *list,
                 uint32_t *n);

/* Parses state's argument of option id as a number in lo..hi. Returns 0, or exit status 2 after a
 * message as options_bad gives. */
int options_number(const struct options_state *state, const struct options_tool *tool,
                   enum options_id id, long long lo, long long hi, long long *value);

#endif
