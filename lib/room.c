/* See room.h. */
#include "room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int room_for(void *array, size_t *cap, size_t n, size_t size)
{
    void **p = array;
    if (n <= *cap)
        return 0;
    size_t want = *cap * 2 > n ? *cap * 2 : n < 16 ? 16 : n;
    char *q = realloc(*p, want * size);
    if (!q)
        return -1;
    memset(q + *cap * size, 0, (want - *cap) * size);
    *p = q;
    *cap = want;
    return 0;
}

int room_anew(void *array, size_t *cap, size_t n)
{
    void **p = array;
    if (n <= *cap)
        return 0;
    free(*p);
    *p = malloc(n);
    *cap = *p ? n : 0;
    errno = ENOMEM;
    return *p ? 0 : -1;
}
