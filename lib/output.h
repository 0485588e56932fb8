/*
 * output.h: where a tool's output goes: stdout, or a file written beside and renamed when whole.
 *
 *     struct output out;
 *     if (output_open(&out, path, OUTPUT_BINARY) != OUTPUT_OK) ...output_reason(&out)...
 *     ... fwrite to out.file ...
 *     if (output_commit(&out) != OUTPUT_OK) ...output_reason(&out), exit 3...
 *
 * A regular file appears under its name only after output_commit: flushed, fsynced, closed and
 * renamed, each checked. Until then it is ".NAME.XXXXXX" in the same folder, locked by flock(2) as
 * long as its process lives, removed by output_abort and by SIGINT, SIGTERM, SIGHUP and SIGPIPE.
 * What is not a regular file (/dev/full, a fifo) is written directly.
 */
#ifndef BATT_OUTPUT_H
#define BATT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

enum output_status {
    OUTPUT_OK = 0,
    OUTPUT_TERMINAL = 1, /* binary asked for and the output is a terminal: a misuse, exit 2 */
    OUTPUT_FAILED = 2    /* a call failed: out->error is its errno */
};

enum output_mode { OUTPUT_TEXT, OUTPUT_BINARY };

struct output {
    FILE *file;       /* write here */
    const char *name; /* for messages: the path or "standard output" */
    char *path;       /* where it shall stand; NULL: written directly */
    char *temporary;  /* where it stands now; NULL: written directly */
    int error;        /* errno of what failed, 0 if nothing did */
    int status;       /* enum output_status of the last call, for output_reason */
    bool keep_equal;  /* set by the caller: a file of the same content is left as it is */
    const struct timespec *time; /* set by the caller: the file's time when it is put in place */
};

/* Opens path for writing; NULL or "-" is stdout. Path must outlive out. Returns an output_status;
 * unless OUTPUT_OK nothing is left open. Signals remove at most four files, that of
 * output_remove_on_signal among them. */
int output_open(struct output *out, const char *path, enum output_mode mode);

/* Flushes, checks every earlier write, closes and puts in place. Returns an output_status; after a
 * failure the temporary file is gone. EPIPE ends the process quietly as SIGPIPE does. */
int output_commit(struct output *out);

/* Closes without putting in place and removes the temporary file. stdout is only flushed. */
void output_abort(struct output *out);

/* For the mains of tools. output_start opens as output_open does; output_finish commits if status is
 * 0, else aborts. Both return 0 or an exit status: status itself, or their own, whose message has
 * been printed through util_error. */
int output_start(struct output *out, const char *path, enum output_mode mode);
int output_finish(struct output *out, int status);

/* Holds back the signals that end a tool, or lets them come: between the making of a file that they
 * must remove and its guard.  For a process that has one thread yet. */
void output_hold_signals(bool hold);

/* A file that these signals remove as well; NULL: none. Not copied. */
void output_remove_on_signal(const char *path);

/* Is fd still the file of this name? Another process may have removed it. */
bool output_is_there(int fd, const char *path);

/* Why the last call failed, as text that lives until the next call. */
const char *output_reason(const struct output *out);

#endif
