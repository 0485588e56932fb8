/*
 * numbers.h: small numbers for 64-bit hashes, in order of first appearance.
 *
 * A hash stands for the text or bytes it was made of: among a million of them two meet by accident
 * once in 37 million runs.
 */
#ifndef BATT_NUMBERS_H
#define BATT_NUMBERS_H

#include "hashes.h"

/* All zero is an empty table. */
struct numbers {
    struct hashes by_hash; /* 1 + number of each */
};

/* The number of a hash, which gets `next` if it is new; -1 when memory is out. */
int64_t numbers_of(struct numbers *t, uint64_t hash, uint32_t next);

/* Forgets all numbers; numbers_free gives the memory back as well. */
void numbers_reset(struct numbers *t);
void numbers_free(struct numbers *t);

#endif
