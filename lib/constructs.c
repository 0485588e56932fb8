/* See constructs.h. */
#include "constructs.h"

#include <stdlib.h>
#include <string.h>

void constructs_add(struct constructs *c, const char *name)
{
    uint32_t k = 0;
    c->n_programs++;
    while (name && k < c->n_kinds && strcmp(c->kinds[k].name, name) != 0)
        k++;
    if (!name || k == CONSTRUCTS_MAX) {
        c->n_other++;
        return;
    }
    if (k == c->n_kinds)
        c->kinds[c->n_kinds++].name = name;
    c->kinds[k].n++;
}

static int more_frequent(const void *a, const void *b)
{
    const struct construct *x = a, *y = b;
    return x->n == y->n ? strcmp(x->name, y->name) : x->n < y->n ? 1 : -1;
}

struct constructs constructs_ranked(const struct constructs *c)
{
    struct constructs ranked = *c;
    qsort(ranked.kinds, ranked.n_kinds, sizeof *ranked.kinds, more_frequent);
    return ranked;
}
