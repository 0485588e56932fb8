/* Which devices a tool works with. */
#ifndef CUDA_DEVICES_H
#define CUDA_DEVICES_H

#include "device.h"

enum { DEVICES_MAX = 256 }; /* backends */

struct devices_wanted {
    long long count;       /* -1: all there are; 0: none */
    const long long *list; /* ordinals, as often as they are to be worked with; NULL: count says */
    uint32_t n_list;
    double memory;  /* part of the free memory to take */
    uint64_t yield; /* as in struct device_options */
    int profile;    /* the same */
};

struct devices {
    struct backend *backends[DEVICES_MAX];
    uint32_t n;                 /* of backends: the caller's to close */
    uint32_t n_asked, n_opened; /* devices */
    char why[256];              /* the reason why the first of the others could not be opened */
};

/* Opens what is wanted and there; n = 0 if nothing is. */
void devices_open(const struct devices_wanted *w, struct devices *out);

#endif
