/*
 * resume.h: outputs that are there already, and the lock that keeps two processes from making the
 * same one at once.
 *
 * The lock is flock(2) on ".NAME.lock" beside the output: the kernel gives it back when its holder
 * dies, so there is nothing stale to wait for. Where a file system knows no such lock, work may be
 * done twice, but every output still appears whole, by renaming.
 */
#ifndef BATT_RESUME_H
#define BATT_RESUME_H

#include "stream.h"

#include <time.h>

/* Start from {0}. */
struct resume {
    int fd;     /* of the lock file */
    char *path; /* of the lock file; NULL: not locked */
};

/* Locks the output `path`; while another process has it, calls waits (NULL: nothing) once and
 * waits. Returns 0 or an errno. */
int resume_lock(struct resume *resume, const char *path, void (*waits)(const char *path));

/* Gives the lock back; does nothing if there is none. */
void resume_unlock(struct resume *resume);

/* Is path a whole and valid stream of one segment that begins with this head? If so, sets *failed
 * to the bad inputs that its end tells. */
bool resume_fits(const char *path, const struct stream_head *head, uint64_t *failed);

/* Sets the time of path to `started`, when its inputs had not been read yet: then inputs that
 * change while it is made are newer. Returns 0 or an errno. */
int resume_stamp(const char *path, const struct timespec *started);

#endif
