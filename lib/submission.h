/*
 * submission.h: the file of guesses that the ARC Prize competitions on Kaggle take:
 * {"TASK": [{"attempt_1": GRID, "attempt_2": GRID}, ...one per test], ...}, GRID a list of rows.
 */
#ifndef BATT_SUBMISSION_H
#define BATT_SUBMISSION_H

#include "score.h"
#include "twice.h"

struct submission {
    FILE *file;
    struct twice ids; /* by number among the tasks of the file, from 1 */
    uint32_t n_tasks;
};

enum submission_status {
    SUBMISSION_OK = 0,
    SUBMISSION_NO_MEMORY = -1,
    SUBMISSION_TWICE = -2,    /* another task has this id; the first is kept */
    SUBMISSION_TEMPORARY = -3 /* the temporary file of ids failed, or memory: errno */
};

/* Begins a file, which stays the caller's. */
void submission_begin(struct submission *s, FILE *file);

/* Adds a task under its bare id.  A guess that is missing, is not carried by the stream or is no
   grid of at most 30 x 30 is filled up so that the two attempts always differ. */
int submission_task(struct submission *s, const struct score_task *t);

/* Behind the last task: are there two of one id that submission_task did not see, many tasks apart?
   SUBMISSION_TWICE: there are, tasks *first and *second of the file, from 1. */
int submission_twice(struct submission *s, uint32_t *first, uint32_t *second);

void submission_end(struct submission *s);

#endif
