/* What device.c and device_batch.c share. */
#ifndef CUDA_DEVICE_PRIVATE_H
#define CUDA_DEVICE_PRIVATE_H

#include "../lib/engine.h"
#include "device.h"
#include "driver.h"

#define ROWS_DIALECT ROWS_REF
#include "batch.h"

_Static_assert(DEVICE_SIZES_HOLD, "host and device must agree");

/* Memory of the host that the device reads and writes directly, and a place of the device's. */
struct host_room {
    uint8_t *p;
    size_t size, cap;
};

struct device_room {
    uint64_t p;
    size_t cap;
};

struct cuda_device {
    struct backend backend;
    char name[16];
    const struct driver *cu;
    int device;
    void *context, *module, *function, *stream;
    int error; /* the first the driver reported; nothing is asked of it any more */
    uint32_t max_blocks;
    uint64_t warp_bytes;
    struct device_room memory, programs, batch, runs, values;
    struct host_room up, down;
    uint64_t stubs;  /* where they stand in `programs` */
    uint64_t serial; /* of the block whose programs are there; 0: none */
    uint64_t values_cap;
    const struct engine *engine; /* puts items into vm, as images for the device */
    struct vm *vm;
    struct code_view stub_view;
    uint64_t programs_at; /* of struct device_program, in device memory */
    struct device_stats stats;
};

/* Remembers an error of the driver's; 1 if there is none so far. */
int device_good(struct cuda_device *d, int error, const char *doing);

/* Room for so many bytes; what was there is lost.  1, or 0: memory is out (no error of the device)
   or an error. */
int device_reserve(struct cuda_device *d, struct device_room *r, size_t bytes);

/* Room in host memory, content kept. */
int host_reserve(struct cuda_device *d, struct host_room *r, size_t bytes);

/* struct backend's run. */
int device_run_batch(struct backend *b, struct backend_batch *batch);

#endif
