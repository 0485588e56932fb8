/*
 * The lane contract: 32 integers of 32 bits, one element of a container each.
 *
 * A dialect defines the type `lanes` and these functions.  Conditions are words, bit k for lane k;
 * lanes beyond the elements at hand hold anything, and the caller masks them.
 *
 *   lanes_fill(x)              the same value in every lane
 *   lanes_load(p) lanes_store  32 values from or to memory, any alignment of 4
 *   lanes_add sub              wrap around; *over gets the lanes that left 32 bits or'ed in
 *   lanes_mul(a, b, over)      likewise
 *   lanes_div(a, b, zero)      floored to minus infinity; lanes with b = 0 or out of range in *zero
 *   lanes_eq lt                condition a = b, a < b
 *   lanes_select(m, a, b)      a where the bit of m is set, else b
 *   lanes_bits(m)              1 where the bit is set, else 0
 *   lanes_test(w, h, i, j, in) condition: bit (i, j) of the plane of words w, h rows, for the lanes
 *                              in `in`, which are inside the plane; 0 for the others
 *   lanes_get(a, k)            lane k
 *   lanes_from(p, s, n)        lane k = p[s * k] for k < n, which is 1..32; the others p[0]
 *   lanes_to(p, s, a, n)       p[s * k] = lane k for k < n; p in the memory of the run (rows.h)
 */
#ifndef DSL_LANES_H
#define DSL_LANES_H

#include "rows.h"

#if ROWS_DIALECT == ROWS_VEC
#include "lanes_vec.h"
#elif ROWS_DIALECT == ROWS_REF
#include "lanes_ref.h"
#else
#include LANES_HEADER
#endif

#endif
