/* See differences.h. */
#include "differences.h"

#include <stdlib.h>
#include <string.h>

void differences_init(struct differences *d)
{
    memset(d, 0, sizeof *d);
    pthread_mutex_init(&d->lock, NULL);
}

void differences_free(struct differences *d)
{
    for (uint32_t k = 0; k < d->n_lines; k++)
        free(d->lines[k]);
    pthread_mutex_destroy(&d->lock);
    memset(d, 0, sizeof *d);
}

void differences_add(struct differences *d, int differs, char *line)
{
    pthread_mutex_lock(&d->lock);
    d->n_compared++;
    d->n += differs != 0;
    if (line && d->n_lines < DIFFERENCES_SHOWN) {
        d->lines[d->n_lines++] = line;
        line = NULL;
    }
    pthread_mutex_unlock(&d->lock);
    free(line);
}
