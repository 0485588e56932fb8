/* Strings that live and die together: one owner, freed or emptied whole. */
#ifndef LIB_POOL_H
#define LIB_POOL_H

#include <stddef.h>

struct pool_block;

struct pool {
    struct pool_block *blocks; /* the one being filled first */
};

/* n bytes, 16-byte aligned; NULL when memory is out. */
void *pool_take(struct pool *p, size_t n);

/* A copy with a NUL behind it; NULL when memory is out. */
char *pool_copy(struct pool *p, const char *text, size_t len);

/* Forgets all that was taken; keeps one block for the next use. */
void pool_reset(struct pool *p);
void pool_free(struct pool *p);

#endif
