/*
 * util.h: what every tool's main needs: messages, exit statuses, numbers, a checked end.
 *
 * This and options.c are the only files of lib/ that write to stderr, and only when a tool in cmd/
 * asks for it. Form of a message: "tool: object: reason".
 */
#ifndef BATT_UTIL_H
#define BATT_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifndef BATT_VERSION
#define BATT_VERSION "0.1.0"
#endif

enum util_status {
    UTIL_GOOD = 0,
    UTIL_PARTIAL = 1, /* whole output, but a bad input was named, skipped and counted */
    UTIL_USAGE = 2,
    UTIL_INCOMPLETE = 3 /* output is not whole */
};

/* Starts a tool: remembers its name (not copied), restores SIGPIPE to its default, and plugs
 * closed descriptors 0..2 so that no file opened later is taken for a standard stream; using a
 * plugged one fails with EBADF. */
void util_start(const char *tool);

/* The name given to util_start, "batt" before. */
const char *util_tool(void);

/* Verbosity: -1 and less: errors only; 0: warnings and summaries; 1, 2: -v once, twice. */
void util_set_verbosity(int level);
int util_verbosity(void);

/* Prints "tool: " and the formatted text and a newline to stderr as one write. util_error always
 * prints, util_warn when the verbosity is 0 or more, util_info when it is 1 or more. */
void util_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void util_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void util_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says that the temporary file in a folder (NULL: $TMPDIR or /tmp) failed, why by errno, or that
 * memory is out, by ENOMEM; always UTIL_INCOMPLETE. */
int util_temporary_failed(const char *dir);

/* Puts a ? in place of every control character. Names come from outside: none of theirs shall reach
 * a terminal. Messages are tamed by themselves. */
void util_tame(char *text);

/* Progress: a line on stderr that is written over. */
/* Is it time for one? Only where stderr is a terminal and the verbosity is 0 or more, and twice a
 * second at most. */
bool util_progress_due(void);
void util_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Takes the line away, if there is one; messages do so by themselves. */
void util_progress_end(void);

/* Reads a whole decimal number in lo..hi. Returns NULL and sets *value, or a reason (static text)
 * and leaves *value alone. No spaces, no plus sign, no suffix. */
const char *util_number(const char *text, int64_t lo, int64_t hi, int64_t *value);

/* As util_number, but accepts a suffix K, M or G (powers of 1024). For sizes in bytes. */
const char *util_size(const char *text, int64_t lo, int64_t hi, int64_t *value);

/* Flushes and closes stdout. Returns 0, or an errno: text that never reached its place. */
int util_close_stdout(void);

/* Ends the process as SIGPIPE would if error is EPIPE (also where SIGPIPE was ignored by the
 * parent); else returns. */
void util_die_of_pipe(int error);

#endif
