/* See hashes.h. */
#include "hashes.h"

#include <stdlib.h>
#include <string.h>

/* Words of a slot. A value stands with its hash, where one look into memory finds both. */
enum { OF_SET = 2, OF_MAP = 3 };

/* The hash as it stands in a slot: 0 marks a free one. */
static uint64_t slot_hash(uint64_t hash)
{
    return hash + !hash;
}

static uint64_t hash_in(const struct hashes *set, size_t slot)
{
    uint64_t hash;
    memcpy(&hash, set->slots + slot * set->width, sizeof hash);
    return hash;
}

static uint32_t *value_in(const struct hashes *map, size_t slot)
{
    return map->slots + slot * OF_MAP + 2;
}

/* The slot of a hash, or the free one where it belongs. */
static size_t find(const struct hashes *set, uint64_t hash)
{
    size_t i = hash & (set->size - 1);
    for (uint64_t other; (other = hash_in(set, i)) && other != hash;)
        i = (i + 1) & (set->size - 1);
    return i;
}

/* Doubles the room; 0 or -1: memory. */
static int grow(struct hashes *set, size_t width)
{
    struct hashes larger = {.n = set->n, .size = set->size ? 2 * set->size : 256, .width = width};
    larger.slots = calloc(larger.size, width * sizeof *larger.slots);
    if (!larger.slots)
        return -1;
    for (size_t k = 0; k < set->size; k++) {
        uint64_t hash = hash_in(set, k);
        if (hash)
            memcpy(larger.slots + find(&larger, hash) * width, set->slots + k * width,
                   width * sizeof *set->slots);
    }
    hashes_free(set);
    *set = larger;
    return 0;
}

/* Puts a hash in if it is not there: 1 if it is new, 0, -1: memory. */
static int enter(struct hashes *set, uint64_t hash, size_t width, size_t *slot)
{
    hash = slot_hash(hash);
    if (!set->size && grow(set, width))
        return -1;
    *slot = find(set, hash);
    if (hash_in(set, *slot))
        return 0;
    if (4 * (set->n + 1) > 3 * set->size) {
        if (grow(set, width))
            return -1;
        *slot = find(set, hash);
    }
    memcpy(set->slots + *slot * width, &hash, sizeof hash);
    set->n++;
    return 1;
}

int hashes_add(struct hashes *set, uint64_t hash)
{
    size_t slot;
    return enter(set, hash, OF_SET, &slot);
}

uint32_t *hashes_value(struct hashes *map, uint64_t hash)
{
    size_t slot;
    return enter(map, hash, OF_MAP, &slot) < 0 ? NULL : value_in(map, slot);
}

uint32_t hashes_get(const struct hashes *map, uint64_t hash)
{
    return map->size ? *value_in(map, find(map, slot_hash(hash))) : 0;
}

bool hashes_slot(const struct hashes *map, size_t slot, uint64_t *hash, uint32_t *value)
{
    *hash = hash_in(map, slot);
    *value = *value_in(map, slot);
    return *hash != 0;
}

void hashes_reset(struct hashes *set)
{
    if (set->n)
        memset(set->slots, 0, set->size * set->width * sizeof *set->slots);
    set->n = 0;
}

void hashes_free(struct hashes *set)
{
    free(set->slots);
    memset(set, 0, sizeof *set);
}
