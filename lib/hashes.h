/*
 * hashes.h: a set of 64-bit hashes, 11 to 22 bytes for each. See numbers.h for what a hash stands
 * for.
 */
#ifndef BATT_HASHES_H
#define BATT_HASHES_H

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty set. */
struct hashes {
    uint64_t *slots; /* 0: free */
    size_t n, size;  /* size: a power of two */
};

/* Adds a hash: 1 if it is new, 0 if it was there, -1 when memory is out. */
int hashes_add(struct hashes *set, uint64_t hash);
void hashes_free(struct hashes *set);

#endif
