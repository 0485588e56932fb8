/* See numbers.h. */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

static struct numbers_slot *find(const struct numbers *t, uint64_t hash)
{
    size_t i = hash & (t->size - 1);
    while (t->slots[i].number && t->slots[i].hash != hash)
        i = (i + 1) & (t->size - 1);
    return &t->slots[i];
}

/* Doubles the room; 0 or -1: memory. */
static int grow(struct numbers *t)
{
    struct numbers old = *t;
    size_t size = old.size ? 2 * old.size : 256;
    struct numbers_slot *slots = calloc(size, sizeof *slots);
    if (!slots)
        return -1;
    t->slots = slots;
    t->size = size;
    for (size_t k = 0; k < old.size; k++)
        if (old.slots[k].number)
            *find(t, old.slots[k].hash) = old.slots[k];
    free(old.slots);
    return 0;
}

int64_t numbers_of(struct numbers *t, uint64_t hash, uint32_t next)
{
    if (2 * (t->n + 1) > t->size && grow(t))
        return -1;
    struct numbers_slot *s = find(t, hash);
    if (!s->number) {
        s->hash = hash;
        s->number = next + 1;
        t->n++;
    }
    return (int64_t)s->number - 1;
}

void numbers_reset(struct numbers *t)
{
    if (t->n)
        memset(t->slots, 0, t->size * sizeof *t->slots);
    t->n = 0;
}

void numbers_free(struct numbers *t)
{
    free(t->slots);
    memset(t, 0, sizeof *t);
}
