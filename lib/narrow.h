/*
 * narrow.h: columns of numbers in as few bytes a number as all of them fit in, and back.
 *
 * Lines, outputs and units are small numbers in columns of 4 and 8 bytes, and most of what results
 * take.
 */
#ifndef BATT_NARROW_H
#define BATT_NARROW_H

#include <stddef.h>

/* Bytes, 1, 2, 4 or 8, that the largest of n numbers of `wide` (4 or 8) bytes needs. */
unsigned narrow_width(const void *column, size_t n, unsigned wide);

/* Copies n numbers of `from_width` bytes as numbers of `to_width`, which they must fit in. */
void narrow_copy(void *to, unsigned to_width, const void *from, unsigned from_width, size_t n);

#endif
