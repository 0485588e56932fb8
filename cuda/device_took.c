/* What runs take: see device_private.h.  Accounts come first, then what each run took,
   then the lines of the batch's programs. */
#include <stdlib.h>
#include <string.h>

#include "../lib/clock.h"
#include "device_private.h"

enum { PROFILE_BYTES = 4096 };
_Static_assert(sizeof(struct device_profile) <= PROFILE_BYTES, "runs stand behind the accounts");
_Static_assert(sizeof(struct device_profile) == sizeof(struct backend_profile) &&
                   offsetof(struct device_profile, vain) == offsetof(struct backend_profile, vain),
               "accounts come down as they are");

int device_took_lines(const struct cuda_device *d, const struct backend_batch *b)
{
    return d->backend.profile && b->took && b->lines;
}

/* Where lines begin. */
static size_t lines_offset(const struct backend_batch *b)
{
    return PROFILE_BYTES + b->n_runs * sizeof(struct device_took);
}

static size_t bytes_of(const struct cuda_device *d, const struct backend_batch *b)
{
    if (b->took)
        return lines_offset(b) + d->n_lines * sizeof(struct profile_sum);
    return d->backend.profile ? PROFILE_BYTES : 0;
}

static int make_room(struct cuda_device *d, uint32_t n_programs)
{
    if (n_programs <= d->lines_cap)
        return 1;
    free(d->lines_at);
    d->lines_at = malloc(n_programs * sizeof *d->lines_at);
    d->lines_cap = d->lines_at ? n_programs : 0;
    return d->lines_at != NULL;
}

/* A place for the lines of each program of the batch, no more than the account has; 1, or 0. */
static int place_lines(struct cuda_device *d, const struct backend_batch *b)
{
    uint64_t n = 0;
    d->n_lines = 0;
    if (!device_took_lines(d, b))
        return 1;
    if (!make_room(d, b->block->n))
        return 0;
    memset(d->lines_at, 0xff, b->block->n * sizeof *d->lines_at); /* NO_LINES */
    for (uint32_t k = 0; k < b->n_rows && n < NO_LINES - PROFILE_LINES; k++) {
        uint32_t p = b->rows[k].program;
        if (d->lines_at[p] != NO_LINES)
            continue;
        d->lines_at[p] = (uint32_t)n;
        n += b->lines[p].n + 1;
    }
    d->n_lines = (uint32_t)n;
    return n < NO_LINES - PROFILE_LINES;
}

int device_took_begin(struct cuda_device *d, const struct backend_batch *b)
{
    if (!place_lines(d, b))
        return 0;
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
    to->lines = device_took_lines(d, b) ? device_address(d->took.p, lines_offset(b)) : NULL;
}

/* The time of the batch in parts, by ticks; how many nanoseconds a tick is.  What is left of a
   nanosecond goes to the next run, for most are shorter. */
static double share_time(const struct device_took *from, struct backend_batch *b,
                         uint64_t nanoseconds)
{
    uint64_t ticks = 0, past = 0;
    for (uint32_t k = 0; k < b->n_runs; k++)
        ticks += from[k].ticks;
    double each = ticks ? (double)nanoseconds / (double)ticks : 0;
    ticks = 0;
    for (uint32_t k = 0; k < b->n_runs; k++) {
        ticks += from[k].ticks;
        uint64_t now = (uint64_t)(each * (double)ticks);
        b->took[k].nanoseconds = now - past;
        b->took[k].calls = from[k].calls;
        past = now;
    }
    return each;
}

/* The lines to the programs' own; a tick is so many nanoseconds. */
static void add_lines(const struct cuda_device *d, const struct backend_batch *b,
                      const struct profile_sum *lines, double each)
{
    for (uint32_t p = 0; p < b->block->n; p++)
        if (d->lines_at[p] != NO_LINES)
            account_lines_away(&b->lines[p], lines + d->lines_at[p], each);
}

/* What came down. */
static void add_all(struct cuda_device *d, struct backend_batch *b, const uint8_t *from)
{
    const struct device_profile *p = (const void *)from;
    account_add(d->profile.accounts, p->accounts, PROFILE_ACCOUNTS);
    account_add(&d->profile.moving, &p->moving, 1);
    account_add(&d->profile.vain, &p->vain, 1);
    if (!b->took)
        return;
    double each =
        share_time((const void *)(from + PROFILE_BYTES), b, clock_nanoseconds() - d->begun);
    if (device_took_lines(d, b))
        add_lines(d, b, (const void *)(from + lines_offset(b)), each);
}

int device_took_end(struct cuda_device *d, struct backend_batch *b)
{
    size_t bytes = bytes_of(d, b);
    uint8_t *all = bytes ? malloc(bytes) : NULL;
    int good = !bytes || (all && device_bring(d, all, d->took.p, bytes));
    if (all && good)
        add_all(d, b, all);
    free(all);
    return good;
}
