/* What the files behind matrix.h share. */
#ifndef LIB_MATRIX_PRIVATE_H
#define LIB_MATRIX_PRIVATE_H

#include "matrix.h"

/* Pairs the programs of the block at hand with tasks: fills first, list and twins, makes room in
 * tasks_used, and counts n_pairs, syntax, missing and ambiguous.  An enum matrix_status. */
int matrix_pair(struct matrix *m);

#endif
