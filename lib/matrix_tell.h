/*
 * matrix_tell.h: what a tool says on stderr of a matrix that runs, through util.h.
 */
#ifndef LIB_MATRIX_TELL_H
#define LIB_MATRIX_TELL_H

#include "inputs.h"
#include "matrix.h"

/* Names the lines of a compiled block that are no programs and counts them as bad inputs; where
 * inputs are strict the first alone, and UTIL_INCOMPLETE.  Else 0. */
int matrix_tell_bad(const struct programs *src, const struct program_block *b,
                    struct inputs *inputs);

/* Says why the matrix failed (an enum matrix_status), with write_status and the errno of the write
 * to the output of this name; returns an exit status. */
int matrix_tell_failure(const struct matrix *m, const char *output, int status);

/* Names devices that broke since the last call; where devices are required that worsens the status
 * to partial: the results are whole, but not as they were to be made. */
void matrix_tell_broken(const struct matrix *m, bool required, struct inputs *inputs);

/* For matrix.progress: on a terminal, how far the block is, and how fast it goes. */
void matrix_tell_progress(const struct matrix *m, size_t units);

/* Names what CPU and devices disagree on; any difference worsens the status to partial. */
void matrix_tell_differences(const struct differences *d, struct inputs *inputs);

/* At the end: runs by outcome, programs that could not be parsed, and those without a task, which
 * worsen the status to partial. */
void matrix_tell_counts(const struct matrix *m, struct inputs *inputs);

#endif
