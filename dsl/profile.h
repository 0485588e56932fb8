/*
 * Where the time of runs goes: calls, units and ticks by primitive and by line.
 *
 * A machine that has a struct profile (struct vm) adds to it.  Every tick of a run is
 * somebody's, once; calls and units add up to what the run is billed.  Those of calls that were
 * compiled away, and those of lines that another program ran (vm_share.h), have accounts of their
 * own.
 */
#ifndef DSL_PROFILE_H
#define DSL_PROFILE_H

#include "ops.h"

/* Accounts beside those of the primitives. */
enum {
    PROFILE_MACHINE = OP_COUNT, /* moves, entering and leaving of functions, making of tuples */
    PROFILE_RESULT,             /* comparing with the expected output, the digest */
    PROFILE_AWAY,               /* calls that were compiled away: no time */
    PROFILE_SHARED,             /* lines that another program ran; keeping what lines come to */
    PROFILE_ACCOUNTS
};

enum { PROFILE_LINES = 1024 }; /* of a program, at most; what is beyond has no line */

struct profile_sum {
    uint64_t calls, units, ticks;
};

struct profile {
    struct profile_sum accounts[PROFILE_ACCOUNTS]; /* of all runs so far */
    struct profile_sum *lines; /* n_lines + 1, by line - first_line; the last: no line */
    uint32_t n_lines, first_line;
    /* at work */
    uint32_t account, line;
    uint64_t since, units; /* ticks and units when it began */
    uint64_t begun;        /* ticks when the run did */
};

#endif
