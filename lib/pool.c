/* See pool.h. */
#include "pool.h"

#include <stdlib.h>
#include <string.h>

enum { POOL_BLOCK = 256 << 10 };

struct pool_block {
    struct pool_block *next;
    size_t used, size;
};

static char *pool_data(struct pool_block *b)
{
    return (char *)(b + 1) + 8;
}

void *pool_take(struct pool *p, size_t n)
{
    struct pool_block *b = p->blocks;
    n = (n + 15) & ~(size_t)15;
    if (!b || b->size - b->used < n) {
        size_t size = n > POOL_BLOCK ? n : POOL_BLOCK;
        b = malloc(sizeof *b + 8 + size);
        if (!b)
            return NULL;
        b->next = p->blocks;
        b->used = 0;
        b->size = size;
        p->blocks = b;
    }
    void *out = pool_data(b) + b->used;
    b->used += n;
    return out;
}

char *pool_copy(struct pool *p, const char *text, size_t len)
{
    char *s = pool_take(p, len + 1);
    if (s) {
        memcpy(s, text, len);
        s[len] = 0;
    }
    return s;
}

static void free_from(struct pool_block *b)
{
    while (b) {
        struct pool_block *next = b->next;
        free(b);
        b = next;
    }
}

void pool_reset(struct pool *p)
{
    if (!p->blocks)
        return;
    free_from(p->blocks->next);
    p->blocks->next = NULL;
    p->blocks->used = 0;
}

void pool_free(struct pool *p)
{
    free_from(p->blocks);
    p->blocks = NULL;
}
