/* See hashes.h. */
#include "hashes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The hash as it stands in a slot: 0 marks a free one. */
static uint64_t slot_hash(uint64_t hash)
{
    return hash + !hash;
}

/* The slot of a hash, or the free one where it belongs. */
static size_t find(const struct hashes *set, uint64_t hash)
{
    size_t i = hash & (set->size - 1);
    while (set->slots[i] && set->slots[i] != hash)
        i = (i + 1) & (set->size - 1);
    return i;
}

/* Doubles the room; 0 or -1: memory. */
static int grow(struct hashes *set, bool map)
{
    struct hashes larger = {.n = set->n, .size = set->size ? 2 * set->size : 256};
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    larger.values = map ? calloc(larger.size, sizeof *larger.values) : NULL;
    if (!larger.slots || (map && !larger.values)) {
        hashes_free(&larger);
        return -1;
    }
    for (size_t k = 0; k < set->size; k++) {
        if (!set->slots[k])
            continue;
        size_t to = find(&larger, set->slots[k]);
        larger.slots[to] = set->slots[k];
        if (map)
            larger.values[to] = set->values[k];
    }
    hashes_free(set);
    *set = larger;
    return 0;
}

/* Puts a hash in if it is not there: 1 if it is new, 0, -1: memory. */
static int enter(struct hashes *set, uint64_t hash, bool map, size_t *slot)
{
    if (4 * (set->n + 1) > 3 * set->size && grow(set, map))
        return -1;
    hash = slot_hash(hash);
    *slot = find(set, hash);
    if (set->slots[*slot])
        return 0;
    set->slots[*slot] = hash;
    set->n++;
    return 1;
}

int hashes_add(struct hashes *set, uint64_t hash)
{
    size_t slot;
    return enter(set, hash, false, &slot);
}

uint32_t *hashes_value(struct hashes *map, uint64_t hash)
{
    size_t slot;
    return enter(map, hash, true, &slot) < 0 ? NULL : &map->values[slot];
}

uint32_t hashes_get(const struct hashes *map, uint64_t hash)
{
    return map->size ? map->values[find(map, slot_hash(hash))] : 0;
}

void hashes_reset(struct hashes *set)
{
    if (set->n && set->values)
        memset(set->values, 0, set->size * sizeof *set->values);
    if (set->n)
        memset(set->slots, 0, set->size * sizeof *set->slots);
    set->n = 0;
}

void hashes_free(struct hashes *set)
{
    free(set->slots);
    free(set->values);
    memset(set, 0, sizeof *set);
}
