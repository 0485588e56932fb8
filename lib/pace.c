/* See pace.h. */
#include "pace.h"

/* Nanoseconds: a row on a thread, a batch to a device and back. */
static const double row_guess = 20e3, latency_guess = 500e3;

/* Rows that a device is tried with. */
static const double rows_first = 2048;

/* Rows after which half of what was measured is forgotten. */
static const double rows_kept = 1e5;

/* What was good long ago counts less and less. */
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

void pace_batch(struct pace_device *d, uint64_t nanoseconds, uint64_t rows)
{
    double took = nanoseconds ? (double)nanoseconds : 1, rate = (double)rows / took;
    if (d->latency == 0 || took < d->latency / trust)
        d->latency = took;
    else
        d->latency /= trust;
    d->rate = rate > d->rate * trust ? rate : d->rate * trust;
}

uint64_t pace_share(const struct pace *p, const struct pace_device *d, int threads,
                    double other_devices, uint64_t rows_left)
{
    double row = p->rows > 0 && p->nanoseconds > 0 ? p->nanoseconds / p->rows : row_guess;
    double latency = d->latency > 0 ? d->latency : latency_guess;
    double cpu = threads / row, left = (double)rows_left, share = rows_first;
    if (latency >= left / cpu)
        return 0;
    if (d->rate > 0)
        share = left * d->rate / (d->rate + other_devices + cpu);
    return share < 1 ? 1 : share < left ? (uint64_t)share : rows_left;
}

void pace_refused(struct pace_device *d)
{
    d->latency = (d->latency > 0 ? d->latency : latency_guess) * trust;
}
