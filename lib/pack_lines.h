/*
 * pack_lines.h: files of JSON lines regrouped, a program a line.
 *
 * Lines are passed on as they are, blank ones left out; no more than a part of one is in memory.
 */
#ifndef BATT_PACK_LINES_H
#define BATT_PACK_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum pack_lines_status {
    PACK_LINES_OK = 0,
    PACK_LINES_READ = 1,  /* errno */
    PACK_LINES_WRITE = 2, /* errno */
    PACK_LINES_SINK = 3   /* next failed and has said why */
};

/* Start from {.next = ..., .bad = ..., .context = ...}. */
struct pack_lines {
    /* The file for the next program; n: programs up to now. NULL ends the work. */
    FILE *(*next)(void *context, uint64_t n);
    /* A line that does not begin with a brace is left out. true ends the work. */
    bool (*bad)(void *context, uint64_t line);
    void *context;
    uint64_t n; /* programs passed on */
};

/* Passes on all lines of in. Returns a pack_lines_status. */
int pack_lines(struct pack_lines *p, FILE *in);

#endif
