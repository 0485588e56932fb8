/*
 * CUDA devices as backends (lib/backend.h).
 *
 * A device works in parts, each a backend with a stream, warps and memory of its own, so that one
 * part's runs overlap with the other's way up and down.  Tasks go up once for all parts and stay,
 * programs go up once a block (in turns where memory is too little for all), and only what is kept
 * comes down.
 */
#ifndef CUDA_DEVICE_H
#define CUDA_DEVICE_H

#include "../lib/backend.h"

struct device_info {
    char name[128];
    int major, minor, multiprocessors;
    uint64_t bytes;
};

/* Number of devices; 0 and the reason if there are none (no driver, an old one, none in sight). */
int device_count(const char **why);

/* 0, or -1. */
int device_info(int ordinal, struct device_info *out);

struct device_options {
    int share; /* backends that this device will be opened as: each takes its part of the memory */
    double memory; /* part of the free memory that they may take together, 0..1 */
    uint64_t yield; /* units after which a run is left to the CPU's threads */
    int profile;    /* its runs are counted, and slower for it: backend.profile */
};

/* A backend on a device; NULL and the reason in why[256] if it cannot be had.  b->close frees it.
 */
struct backend *device_open(int ordinal, const struct device_options *options, char *why);

#endif
