/*
 * The row contract: 32 words, one row of a 32 x 32 tile of a mask each; bit j is column j.
 *
 * A dialect defines the type `rows` and these functions; nothing else of the engine looks inside.
 *
 *   rows_zero()                 no bit
 *   rows_fill(word)             the same word in every row
 *   rows_load(p, h, i0)         row i = p[i0 + i] where 0 <= i0 + i < h, else 0.  Memory within 32
 *                               words before p and after p + h must be readable.
 *   rows_store(p, r, n)         p[0..n) = rows 0..n-1, n in 0..32; touches nothing else
 *   rows_and or xor andnot      bitwise; rows_andnot(a, b) = a and not b
 *   rows_shl(r, k) rows_shr     columns move right (to higher j) or left by k, 0 <= k <= 31
 *   rows_down1 rows_up1         rows move to the next higher or lower index; one row is lost
 *   rows_below(n)               rows 0..n-1 all ones, the others 0
 *   rows_reverse(r)             columns mirrored, j to 31 - j
 *   rows_flip(r)                rows mirrored, i to 31 - i
 *   rows_transpose(r)           (i, j) to (j, i)
 *   rows_any(r)                 1 if a bit is set, else 0
 *   rows_eq(a, b)               1 if equal, else 0
 *   rows_count(r)               number of bits
 *   rows_first(r)               32 i + j of the first bit in row-major order, -1 if none
 *   rows_columns(r)             or of all rows
 *   rows_ballot(r)              bit i set if row i is not empty
 *   rows_get(r, i)              the word of row i
 *   rows_bit(i, j)              the single bit (i, j)
 *   words_count(p, n)           number of bits of the n words p[0..n)
 *   words_any(p, n)             1 if one of them is not 0, else 0
 *   words_zero(p, n)            p[0..n) = 0
 *   words_copy(to, from, n)     to[0..n) = from[0..n), which do not overlap
 *   words_move_down(to, from, n)  likewise, to a lower address; the two may overlap
 *   words_equal(a, b, n)        1 if the n words are the same, else 0
 *
 * What is stored to must lie in the memory of the run (arena, stack of values), never in a local
 * variable: where the 32 words are spread over 32 lanes each lane has its own locals.
 *
 * rows_ref.h is the plain scalar dialect that judges the others; rows_vec.h uses compiler vectors.
 * ROWS_GIVEN is a dialect from elsewhere: the including file defines ROWS_HEADER,
 * LANES_HEADER and KEYS_HEADER.
 */
#ifndef DSL_ROWS_H
#define DSL_ROWS_H

#include "base.h"

#define ROWS_REF 1
#define ROWS_VEC 2
#define ROWS_GIVEN 3

#ifndef ROWS_DIALECT
#error "choose ROWS_DIALECT before including the engine"
#endif

#if ROWS_DIALECT == ROWS_REF
#include "rows_ref.h"
#elif ROWS_DIALECT == ROWS_VEC
#include "rows_vec.h"
#else
#include ROWS_HEADER
#endif

#endif
