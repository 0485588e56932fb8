/*
 * score_show.h: scores as TSV, as a table for people, as JSON lines, or as ids.
 */
#ifndef BATT_SCORE_SHOW_H
#define BATT_SCORE_SHOW_H

#include "score.h"

enum score_form {
    SCORE_TSV,   /* a head line, then task id demo_ok demo_n test_ok test_n outcome line sig */
    SCORE_TABLE, /* aligned, totals last */
    SCORE_JSON,  /* objects "row", "task", "totals" */
    SCORE_PASSED /* ids of programs that match every demonstration, one a line */
};

struct score_show;

/* Writes to file, which stays the caller's.  NULL: memory. */
struct score_show *score_show_open(FILE *file, enum score_form form, bool color);
void score_show_close(struct score_show *s);

/* The task that the sink of `score` was just given.  0, or -1: memory.  Failed writes show in the file's
   error flag. */
int score_show_task(struct score_show *s, struct score *score, const struct score_task *t);
int score_show_totals(struct score_show *s, const struct score_totals *t);

#endif
