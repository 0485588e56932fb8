/*
 * hashes.h: a set of 64-bit hashes, 11 to 22 bytes for each, or a map from them to numbers, 16 to
 * 32. See numbers.h for what a hash stands for.
 */
#ifndef BATT_HASHES_H
#define BATT_HASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is an empty set or map. */
struct hashes {
    uint32_t *slots; /* the hash in two words, 0: free; in a map its value behind it */
    size_t n, size;  /* size: of the table, a power of two */
    size_t width;    /* words of a slot */
};

/* Adds a hash to a set: 1 if it is new, 0 if it was there, -1 when memory is out. */
int hashes_add(struct hashes *set, uint64_t hash);

/* The value of a hash in a map, to be read and set until the next call, 0 if it is new; NULL when
 * memory is out. */
uint32_t *hashes_value(struct hashes *map, uint64_t hash);
/* The same to be read only; 0 if the hash is not there. */
uint32_t hashes_get(const struct hashes *map, uint64_t hash);

/* What is in a slot of a map, of 0..size-1: false if it is free. The hash is never 0, another
 * stands for it. */
bool hashes_slot(const struct hashes *map, size_t slot, uint64_t *hash, uint32_t *value);

/* Forgets all hashes; hashes_free gives the memory back as well. */
void hashes_reset(struct hashes *set);
void hashes_free(struct hashes *set);

#endif
