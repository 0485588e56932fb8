/*
 * What devices and the CPU disagree on, collected by any threads.
 */
#ifndef LIB_DIFFERENCES_H
#define LIB_DIFFERENCES_H

#include <pthread.h>
#include <stdint.h>

enum { DIFFERENCES_SHOWN = 100 };

struct differences {
    pthread_mutex_t lock;
    uint64_t n_compared, n;         /* runs compared, runs that differ */
    char *lines[DIFFERENCES_SHOWN]; /* of the first ones; owned */
    uint32_t n_lines;
};

void differences_init(struct differences *d);
void differences_free(struct differences *d);

/* Counts a run that was done by both; line, which is taken over, tells what differs: NULL where
 * nothing does, or where there was no memory to tell it. */
void differences_add(struct differences *d, int differs, char *line);

#endif
