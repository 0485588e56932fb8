/* See pace.h. */
#include "pace.h"

/* Nanoseconds: a row on a thread, a batch to a device and back. */
static const double row_guess = 20e3, batch_guess = 500e3;

/* Rows after which half of what was measured is forgotten. */
static const double rows_kept = 1e5;

static const double trust = 0.9;

void pace_cpu(struct pace *p, uint64_t nanoseconds, uint64_t rows)
{
    p->nanoseconds += (double)nanoseconds;
    p->rows += (double)rows;
    if (p->rows > rows_kept) {
        p->nanoseconds /= 2;
        p->rows /= 2;
    }
}

void pace_batch(struct pace_device *d, uint64_t nanoseconds)
{
    d->batch = (double)nanoseconds;
}

int pace_worth(const struct pace *p, const struct pace_device *d, int threads, uint64_t rows_left)
{
    double row = p->rows > 0 ? p->nanoseconds / p->rows : row_guess;
    double batch = d->batch > 0 ? d->batch : batch_guess;
    return batch < (double)rows_left * row / threads;
}

void pace_refused(struct pace_device *d)
{
    d->batch = (d->batch > 0 ? d->batch : batch_guess) * trust;
}
