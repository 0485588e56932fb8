/*
 * submission.h: the file of guesses that the ARC Prize competitions on Kaggle take:
 * {"TASK": [{"attempt_1": GRID, "attempt_2": GRID}, ...one per test], ...}, GRID a list of rows.
 */
#ifndef BATT_SUBMISSION_H
#define BATT_SUBMISSION_H

#include "numbers.h"
#include "score.h"

struct submission {
    FILE *file;
    struct numbers ids;
    uint32_t n_tasks;
};

enum submission_status {
    SUBMISSION_OK = 0,
    SUBMISSION_NO_MEMORY = -1,
    SUBMISSION_TWICE = -2 /* another task has this id; the first is kept */
};

/* Begins a file, which stays the caller's. */
void submission_begin(struct submission *s, FILE *file);

/* Adds a task under its bare id.  A guess that is missing, is not carried by the stream or is no
   grid of at most 30 x 30 is filled up so that the two attempts always differ. */
int submission_task(struct submission *s, const struct score_task *t);

void submission_end(struct submission *s);

#endif
