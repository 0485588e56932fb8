/* See devices.h. */
#include "devices.h"

#include <stdio.h>
#include <string.h>

enum { PARTS = 2 }; /* of a device: one runs while the other's batch is on its way */

/* The k-th device wanted. */
static int ordinal(const struct devices_wanted *w, uint32_t k)
{
    return (int)(w->list ? w->list[k] : k);
}

static int times_wanted(const struct devices_wanted *w, uint32_t n, int device)
{
    int times = 0;
    for (uint32_t k = 0; k < n; k++)
        times += ordinal(w, k) == device;
    return times;
}

void devices_open(const struct devices_wanted *w, struct devices *out)
{
    const char *why = "";
    memset(out, 0, sizeof *out);
    if (w->count == 0 && !w->list)
        return;
    int there = device_count(&why);
    uint32_t n = w->list ? w->n_list : (uint32_t)(w->count < 0 ? there : w->count);
    snprintf(out->why, sizeof out->why, "%s", why);
    out->n_asked = n;
    for (uint32_t k = 0; k < n && out->n + PARTS <= DEVICES_MAX; k++) {
        struct device_options o = {PARTS * times_wanted(w, n, ordinal(w, k)), w->memory, w->yield,
                                   w->profile};
        char reason[256] = "";
        uint32_t before = out->n;
        if (ordinal(w, k) >= there) {
            if (!out->why[0])
                snprintf(out->why, sizeof out->why, "%d here", there);
            continue;
        }
        for (int part = 0; part < PARTS; part++) {
            struct backend *b = device_open(ordinal(w, k), &o, reason);
            if (b)
                out->backends[out->n++] = b;
            else if (!out->why[0])
                snprintf(out->why, sizeof out->why, "device %d: %.200s", ordinal(w, k), reason);
        }
        out->n_opened += out->n > before;
    }
}
