/*
 * How fast the CPU's threads and the devices have been so far, and from that how much of what is
 * left a device should take: nothing if the threads alone would be through before it is back, else
 * its share by speed, so that all are done at about the same time.  Until something was measured,
 * guesses stand in.
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
    double latency; /* nanoseconds of the shortest batch lately; 0: none yet */
    double rate;    /* rows a nanosecond in the best batch lately */
};

/* A thread did so many rows in so many nanoseconds. */
void pace_cpu(struct pace *p, uint64_t nanoseconds, uint64_t rows);

/* The device did a batch of so many rows. */
void pace_batch(struct pace_device *d, uint64_t nanoseconds, uint64_t rows);

/* How many of the rows left the device should take, where so many threads work and other devices of
 * this rate together; 0: none. */
uint64_t pace_share(const struct pace *p, const struct pace_device *d, int threads,
                    double other_devices, uint64_t rows_left);

/* A job began and there was nothing for the device: it is trusted a little more for the next one,
 * so that a device that was slow once is tried again. */
void pace_refused(struct pace_device *d);

#endif
