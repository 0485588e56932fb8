/* What devices did: see dispatch.h. */
#include <string.h>

#include "clock.h"
#include "dispatch_private.h"

struct device *dispatch_first_part(struct device *devices, uint32_t k)
{
    uint32_t first = 0;
    while (strcmp(devices[first].backend->name, devices[k].backend->name) != 0)
        first++;
    return &devices[first];
}

void dispatch_count_working(struct device *v, int by)
{
    struct device *first = v->first;
    uint64_t now = clock_nanoseconds();
    if (first->n_working)
        first->nanoseconds += now - first->since;
    first->since = now;
    first->n_working += (uint32_t)by;
}

static void add_part(struct dispatch_device *to, const struct device *v)
{
    const struct backend *b = v->backend;
    to->n_parts++;
    to->n_batches += b->n_batches;
    to->n_runs += b->n_runs;
    to->n_left += b->n_left;
    to->n_fallbacks += v->n_fallbacks;
    if (v->broken && !to->n_broken++)
        to->reason = b->reason;
    to->n_profiles += b->profile != NULL;
    if (!b->traffic)
        return;
    to->traffic.bytes_up += b->traffic->bytes_up;
    to->traffic.bytes_down += b->traffic->bytes_down;
    to->traffic.yielded += b->traffic->yielded;
    to->traffic.crowded += b->traffic->crowded;
    to->traffic.no_room += b->traffic->no_room;
    to->traffic.halved += b->traffic->halved;
    to->traffic.full += b->traffic->full;
    to->traffic.grown += b->traffic->grown;
    to->traffic.shared += b->traffic->shared;
}

uint32_t dispatch_devices(struct dispatch *d, struct dispatch_device *out, uint32_t max)
{
    uint32_t n = 0;
    pthread_mutex_lock(&d->lock);
    for (uint32_t k = 0; k < d->n_devices && n < max; k++) {
        const struct device *v = &d->devices[k];
        if (v->first != v)
            continue;
        out[n] = (struct dispatch_device){.name = v->backend->name, .nanoseconds = v->nanoseconds};
        for (uint32_t m = k; m < d->n_devices; m++)
            if (d->devices[m].first == v)
                add_part(&out[n], &d->devices[m]);
        n++;
    }
    pthread_mutex_unlock(&d->lock);
    return n;
}

void dispatch_profile(struct dispatch *d, const char *device, struct backend_profile *to)
{
    pthread_mutex_lock(&d->lock);
    for (uint32_t k = 0; k < d->n_devices; k++) {
        const struct backend *b = d->devices[k].backend;
        if (!b->profile || strcmp(b->name, device) != 0)
            continue;
        account_add(to->accounts, b->profile->accounts, PROFILE_ACCOUNTS);
        account_add(&to->moving, &b->profile->moving, 1);
        account_add(&to->vain, &b->profile->vain, 1);
    }
    pthread_mutex_unlock(&d->lock);
}
