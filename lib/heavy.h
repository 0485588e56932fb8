/*
 * The heaviest programs of a whole run and their heaviest lines, by time in the CPU's threads and
 * on devices together.
 *
 * Only so many are kept as are asked for, however many programs go by.
 */
#ifndef LIB_HEAVY_H
#define LIB_HEAVY_H

#include <jansson.h>
#include <stdio.h>

#include "account.h"

enum { HEAVY_LINES = 5 }; /* of a program */

struct heavy_line {
    uint32_t line;
    char *text; /* without indentation */
    struct profile_sum sum;
    double nanoseconds;
};

struct heavy_program {
    char *id, *source;
    uint32_t line; /* of the source where it begins */
    struct run_times times;
    uint32_t n_lines;
    struct heavy_line lines[HEAVY_LINES]; /* heaviest first */
};

struct heavy {
    struct heavy_program *programs; /* heaviest first */
    uint32_t n, max;
    uint64_t n_programs;  /* seen so far */
    struct run_times all; /* that they took; only runs, nanoseconds and those away */
};

/* Room for the `max` heaviest.  0, or -1: memory; so all that return an int here. */
int heavy_open(struct heavy *h, uint32_t max);
void heavy_close(struct heavy *h);

/* Takes note of the programs of a block that ran; the account has lines. */
int heavy_add(struct heavy *h, struct program_block *b, const struct programs *sources,
              const struct account *account);

/* A table for people.  Puts ? in place of control characters in names and lines. */
void heavy_print(FILE *file, struct heavy *h);

/* The same as a JSON array, for the caller to free; NULL: memory. */
json_t *heavy_json(const struct heavy *h);

#endif
