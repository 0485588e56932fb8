/* See hashes.h. */
#include "hashes.h"

#include <stdlib.h>
#include <string.h>

static uint64_t *find(const struct hashes *set, uint64_t hash)
{
    size_t i = hash & (set->size - 1);
    while (set->slots[i] && set->slots[i] != hash)
        i = (i + 1) & (set->size - 1);
    return &set->slots[i];
}

/* Doubles the room; 0 or -1: memory. */
static int grow(struct hashes *set)
{
    struct hashes larger = {NULL, set->n, set->size ? 2 * set->size : 256};
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (!larger.slots)
        return -1;
    for (size_t k = 0; k < set->size; k++)
        if (set->slots[k])
            *find(&larger, set->slots[k]) = set->slots[k];
    free(set->slots);
    *set = larger;
    return 0;
}

int hashes_add(struct hashes *set, uint64_t hash)
{
    if (4 * (set->n + 1) > 3 * set->size && grow(set))
        return -1;
    hash += !hash; /* 0 marks a free slot */
    uint64_t *slot = find(set, hash);
    if (*slot)
        return 0;
    *slot = hash;
    set->n++;
    return 1;
}

void hashes_free(struct hashes *set)
{
    free(set->slots);
    memset(set, 0, sizeof *set);
}
