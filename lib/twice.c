/* See twice.h. */
#include "twice.h"
#include "sorter.h"

#include <errno.h>
#include <string.h>

#define SORTER_BYTES ((size_t)16 << 20)

void twice_clear(struct twice *t)
{
    hashes_free(&t->held);
    sorter_close(t->sorter);
    *t = (struct twice){.dir = t->dir, .limit = t->limit};
}

/* A hash as a key: what chose its slot goes first, so that a table goes out nearly in order, which
 * is soon sorted. */
static void key_of(uint64_t hash, uint8_t key[static 8])
{
    uint64_t turned = hash << (64 - TWICE_HELD_BITS) | hash >> TWICE_HELD_BITS;
    for (int k = 0; k < 8; k++)
        key[k] = (uint8_t)(turned >> (56 - 8 * k));
}

/* Puts what is held into the file. 0, or -1 with errno. */
static int put_away(struct twice *t)
{
    const struct hashes *held = &t->held;
    errno = ENOMEM;
    if (!t->sorter && !(t->sorter = sorter_open(t->dir, SORTER_BYTES)))
        return -1;
    for (size_t k = 0; k < held->size; k++) {
        uint64_t hash;
        uint32_t where;
        uint8_t key[8];
        if (!hashes_slot(held, k, &hash, &where))
            continue;
        key_of(hash, key);
        where--;
        if (sorter_add(t->sorter, key, sizeof key, &where, sizeof where))
            return -1;
    }
    hashes_reset(&t->held);
    return 0;
}

/* No more can be held. */
static bool full(const struct twice *t)
{
    return t->held.n >= (t->limit ? t->limit : TWICE_HELD);
}

int twice_add(struct twice *t, uint64_t hash, uint64_t where, uint32_t *before)
{
    if (full(t) && !hashes_get(&t->held, hash) && put_away(t))
        return -1;
    uint32_t *value = hashes_value(&t->held, hash);
    if (!value) {
        errno = ENOMEM;
        return -1;
    }
    if (*value) {
        *before = *value - 1;
        return 0;
    }
    *value = where < UINT32_MAX ? (uint32_t)where + 1 : UINT32_MAX;
    return 1;
}

int twice_rest(struct twice *t, uint32_t *first, uint32_t *second)
{
    struct sorter_record r;
    int got;
    if (!t->sorter || (t->held.n && put_away(t)))
        return t->sorter ? -1 : 0;
    while ((got = sorter_next(t->sorter, &r)) > 0) {
        uint64_t key;
        memcpy(&key, r.key, sizeof key);
        memcpy(second, r.data, sizeof *second);
        *first = t->where;
        t->where = *second;
        if (key == t->last)
            return 1;
        t->last = key;
    }
    return got;
}
