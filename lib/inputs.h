/*
 * inputs.h: the streams that a command line names, read frame by frame: what every tool that takes
 * streams does in the same way.
 *
 * A file that cannot be opened and a loss within a stream are named on stderr (through util_error),
 * counted, and the rest is processed; inputs that failed upstream were named there, and count too.
 */
#ifndef BATT_INPUTS_H
#define BATT_INPUTS_H

#include "stream.h"

struct inputs {
    bool strict; /* stop at the first bad input */
    bool folders; /* a folder stands for its *.batt files, in order of their names */
    bool viewer; /* failures upstream are not this tool's: they leave the status alone */
    /* If set: called with every loss within a stream, after it has been reported. */
    void (*lost)(void *context, const char *reason);
    /* If set: called where the stream `name` ended.  0, or an exit status that ends the tool. */
    int (*ended)(void *context, const char *name, bool whole);
    int status; /* enum util_status so far: the worst met */
    uint64_t failed; /* bad inputs so far, upstream ones included */
    uint64_t upstream; /* those that the ends of streams tell of */
};

/* Takes one frame of the stream `name`.  0: go on; negative: trouble that the reader explains (an
 * enum stream_kind); positive: an exit status that ends the tool, the message has been printed. */
typedef int inputs_take(void *context, const char *name, struct stream_reader *reader, int kind,
                        const struct stream_frame *frame);

/* Reads all streams in order; n = 0 or "-" is standard input.  0, or the exit status that ends the
 * tool: take's own, or UTIL_INCOMPLETE where strict or memory ended it. */
int inputs_read(struct inputs *in, int n, char *const *names, inputs_take *take, void *context);

/* Keeps the worse of two exit statuses. */
void inputs_worsen(struct inputs *in, int status);

#endif
