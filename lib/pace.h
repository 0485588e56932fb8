/*
 * How fast the CPU's threads and a device have been so far, and from that whether a batch is worth
 * its way to the device: it is if it will be back before the threads alone would be through with
 * what is left.  Until something was measured, guesses stand in.
 */
#ifndef LIB_PACE_H
#define LIB_PACE_H

#include <stdint.h>

/* Of the CPU's threads; begin with zeros. */
struct pace {
    double nanoseconds, rows; /* of one thread; old ones fade */
};

/* Of a device; begin with zeros. */
struct pace_device {
    double batch; /* nanoseconds that the last batch took; 0: none yet */
};

/* A thread did so many rows in so many nanoseconds. */
void pace_cpu(struct pace *p, uint64_t nanoseconds, uint64_t rows);

/* The device did a batch. */
void pace_batch(struct pace_device *d, uint64_t nanoseconds);

/* Is a batch for the device worth it, when so many rows are left and so many threads work? */
int pace_worth(const struct pace *p, const struct pace_device *d, int threads, uint64_t rows_left);

/* A job began and the device was not worth it: it is trusted a little more for the next one, so
 * that a device that was slow once is tried again. */
void pace_refused(struct pace_device *d);

#endif
