/* See numbers.h. */
#include "numbers.h"

int64_t numbers_of(struct numbers *t, uint64_t hash, uint32_t next)
{
    uint32_t *known = hashes_value(&t->by_hash, hash);
    if (!known)
        return -1;
    *known = *known ? *known : next + 1;
    return (int64_t)*known - 1;
}

void numbers_reset(struct numbers *t)
{
    hashes_reset(&t->by_hash);
}

void numbers_free(struct numbers *t)
{
    hashes_free(&t->by_hash);
}
