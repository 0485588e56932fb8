/* What runs take: see device_private.h.  Accounts come first, then what each run took. */
#include <string.h>

#include "../lib/clock.h"
#include "device_private.h"

enum { PROFILE_BYTES = 4096 };
_Static_assert(sizeof(struct device_profile) <= PROFILE_BYTES, "runs stand behind the accounts");
_Static_assert(sizeof(struct device_profile) == sizeof(struct backend_profile) &&
                   offsetof(struct device_profile, vain) == offsetof(struct backend_profile, vain),
               "accounts come down as they are");

static size_t bytes_of(const struct cuda_device *d, const struct backend_batch *b)
{
    if (b->took)
        return PROFILE_BYTES + b->n_runs * sizeof(struct device_took);
    return d->backend.profile ? PROFILE_BYTES : 0;
}

int device_took_begin(struct cuda_device *d, const struct backend_batch *b)
{
    size_t bytes = bytes_of(d, b);
    d->begun = bytes ? clock_nanoseconds() : 0;
    return !bytes ||
           (device_reserve(d, &d->took, bytes) &&
            device_good(d, d->cu->zero(d->took.p, 0, bytes, d->stream), "clearing memory"));
}

void device_took_place(const struct cuda_device *d, const struct backend_batch *b,
                       struct device_batch *to)
{
    to->profile = d->backend.profile ? device_address(d->took.p, 0) : NULL;
    to->took = b->took ? device_address(d->took.p, PROFILE_BYTES) : NULL;
}

/* The time of the batch in parts, by ticks. */
static void share_time(const struct device_took *from, struct backend_batch *b,
                       uint64_t nanoseconds)
{
    uint64_t ticks = 0;
    for (uint32_t k = 0; k < b->n_runs; k++)
        ticks += from[k].ticks;
    double each = ticks ? (double)nanoseconds / (double)ticks : 0;
    for (uint32_t k = 0; k < b->n_runs; k++) {
        b->took[k].nanoseconds = (uint64_t)(each * (double)from[k].ticks);
        b->took[k].calls = from[k].calls;
    }
}

int device_took_end(struct cuda_device *d, struct backend_batch *b)
{
    struct device_profile p;
    size_t bytes = bytes_of(d, b);
    if (!bytes)
        return 1;
    if (!device_bring(d, d->took.p, bytes))
        return 0;
    memcpy(&p, d->down.p, sizeof p);
    account_add(d->profile.accounts, p.accounts, PROFILE_ACCOUNTS);
    account_add(&d->profile.moving, &p.moving, 1);
    account_add(&d->profile.vain, &p.vain, 1);
    if (b->took)
        share_time((const struct device_took *)(void *)(d->down.p + PROFILE_BYTES), b,
                   clock_nanoseconds() - d->begun);
    return 1;
}
