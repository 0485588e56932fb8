/* See device.h: opening and closing. */
#include "device_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dsl/vm_memory.h"
#include "kernel_code.h"

enum {
    ROWS_MIN = 64,         /* fewer are done by the CPU before the device has begun */
    ROWS_MAX = 16384,      /* four warps' worth of work for each warp of a large device */
    ARENA_BYTES = 1 << 20, /* of a warp */
    THREAD_ARENA_BYTES = 128 << 10,
    LARGE_BYTES = 64 << 20, /* memory of a worker for runs that outgrow that */
    LARGE_MAX = 64,         /* such workers */
    VALUES_UNITS = 4 << 20, /* 64 MiB of values a batch */
    ITEM_FUEL = 1 << 16     /* items are not run here: a small machine */
};

int device_good(struct cuda_device *d, int error, const char *doing)
{
    if (error && !d->error) {
        d->error = error;
        snprintf(d->backend.reason, sizeof d->backend.reason, "%s: %s", doing,
                 driver_reason(d->cu, error));
    }
    return !d->error;
}

int device_take(struct cuda_device *d, struct device_room *r, size_t bytes)
{
    int error = d->cu->alloc(&r->p, bytes);
    if (error == DRIVER_OUT_OF_MEMORY || !device_good(d, error, "allocating memory")) {
        r->p = 0;
        return 0;
    }
    r->cap = bytes;
    return 1;
}

int device_reserve(struct cuda_device *d, struct device_room *r, size_t bytes)
{
    size_t spare = d->most - (d->taken - r->cap);
    if (bytes <= r->cap)
        return 1;
    if (bytes > spare)
        return 0;
    if (bytes < 2 * r->cap) /* to free and allocate is to wait for all streams: not often */
        bytes = 2 * r->cap < spare ? 2 * r->cap : spare;
    if (r->p && !device_good(d, d->cu->free(r->p), "freeing memory"))
        return 0;
    d->taken -= r->cap;
    r->p = r->cap = 0;
    if (!device_take(d, r, bytes))
        return 0;
    d->taken += bytes;
    return 1;
}

int host_reserve(struct cuda_device *d, struct host_room *r, size_t bytes)
{
    void *p = NULL;
    size_t cap = r->cap ? r->cap : 1 << 16;
    if (bytes <= r->cap)
        return 1;
    while (cap < bytes)
        cap *= 2;
    int error = d->cu->host_alloc(&p, cap, 0);
    if (error == DRIVER_OUT_OF_MEMORY || !device_good(d, error, "allocating host memory"))
        return 0;
    if (r->size)
        memcpy(p, r->p, r->size);
    if (r->p)
        d->cu->host_free(r->p);
    r->p = p;
    r->cap = cap;
    return 1;
}

int device_count(const char **why)
{
    const struct driver *cu;
    int n = 0;
    *why = "this build has no GPU support";
    if ((!kernel_code_size() && !driver_is_named()) || !(cu = driver_open(why)))
        return 0;
    int error = cu->count(&n);
    *why = error ? driver_reason(cu, error) : n ? "" : "no CUDA device";
    return error ? 0 : n;
}

int device_info(int ordinal, struct device_info *out)
{
    const char *why;
    const struct driver *cu = driver_open(&why);
    size_t bytes = 0;
    int device = 0;
    memset(out, 0, sizeof *out);
    if (!cu || cu->device(&device, ordinal) || cu->name(out->name, sizeof out->name, device) ||
        cu->attribute(&out->major, DRIVER_MAJOR, device) ||
        cu->attribute(&out->minor, DRIVER_MINOR, device) ||
        cu->attribute(&out->multiprocessors, DRIVER_MULTIPROCESSORS, device) ||
        cu->total(&bytes, device))
        return -1;
    out->bytes = bytes;
    return 0;
}

static void close_device(struct backend *b)
{
    struct cuda_device *d = (struct cuda_device *)b;
    const struct driver *cu = d->cu;
    struct device_room *rooms[] = {&d->memory, &d->large,  &d->programs, &d->batch,
                                   &d->runs,   &d->values, &d->outputs,  &d->took};
    int current = d->context && cu->current(d->context) == 0;
    device_part_tasks(d);
    if (current) {
        if (d->stream)
            cu->stream_free(d->stream);
        for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++)
            if (rooms[k]->p)
                cu->free(rooms[k]->p);
        if (d->up.p)
            cu->host_free(d->up.p);
        if (d->down.p)
            cu->host_free(d->down.p);
        if (d->module)
            cu->unload(d->module);
        cu->current(NULL);
    }
    if (d->context)
        cu->release(d->device);
    vm_memory_free(d->vm);
    free(d->lines_at);
    free(d);
}

/* The kernel and how many lanes a worker of it has (worker.h). */
static int find_kernel(struct cuda_device *d)
{
    d->lanes = 32;
    int error = d->cu->function(&d->function, d->module, "batt_kernel");
    if (error == DRIVER_NOT_FOUND) {
        d->lanes = 1;
        error = d->cu->function(&d->function, d->module, "batt_kernel_threads");
    }
    return device_good(d, error, "loading the kernel");
}

/* Context, kernel and stream. */
static int start(struct cuda_device *d, int ordinal)
{
    const struct driver *cu = d->cu;
    if (!device_good(d, cu->device(&d->device, ordinal), "finding the device"))
        return 0;
    /* The cores belong to the threads that run what the device does not; if the driver will not, it
     * is as good. */
    cu->set_flags(d->device, DRIVER_SLEEP);
    return device_good(d, cu->retain(&d->context, d->device), "opening the device") &&
           device_good(d, cu->current(d->context), "opening the device") &&
           device_good(d, cu->load(&d->module, kernel_code()), "loading the kernel") &&
           find_kernel(d) && device_good(d, cu->stream_new(&d->stream, 1), "opening a stream");
}

/* Divides the part's memory: an eighth for tasks, an eighth for large workers if that makes one,
   both taken when they are needed; what values need; the rest for workers. */
static uint64_t divide(struct cuda_device *d, uint64_t mine)
{
    uint64_t fixed = 64u << 20;
    d->tasks_bytes = mine / 8;
    d->most = mine - d->tasks_bytes;
    d->large_bytes = LARGE_BYTES;
    d->n_large =
        mine / 8 / LARGE_BYTES < LARGE_MAX ? (uint32_t)(mine / 8 / LARGE_BYTES) : LARGE_MAX;
    d->values_cap = VALUES_UNITS;
    fixed += 16 * d->values_cap;
    if (fixed > mine / 4) {
        d->values_cap = mine / 128;
        fixed = mine / 4;
    }
    return mine - fixed - d->tasks_bytes - d->n_large * d->large_bytes;
}

/* As many workers as the device holds at once, or as there is memory for: half as many until it
 * does.
 */
static int take_memory(struct cuda_device *d, const struct device_options *o)
{
    size_t free_bytes = 0, total = 0;
    int processors = 1;
    if (!device_good(d, d->cu->attribute(&processors, DRIVER_MULTIPROCESSORS, d->device),
                     "asking the device") ||
        !device_good(d, d->cu->memory(&free_bytes, &total), "asking the device"))
        return 0;
    uint64_t left = divide(d, (uint64_t)((double)free_bytes * o->memory / o->share));
    size_t arena = d->lanes == 1 ? THREAD_ARENA_BYTES : ARENA_BYTES;
    d->stack_cap = d->lanes == 1 ? DEVICE_THREAD_STACK : DEVICE_STACK;
    size_t stack = (d->stack_cap + STACK_SLACK) * sizeof(struct val);
    size_t lines = o->profile ? 16 * LINES_UNITS : 0;
    d->worker_bytes = (sizeof(struct device_memory) + stack + lines + arena + 255) / 256 * 256;
    uint64_t block = d->worker_bytes * (DEVICE_THREADS / d->lanes);
    d->max_blocks = (uint32_t)processors * DEVICE_BLOCKS / (uint32_t)o->share;
    if (d->max_blocks > left / block)
        d->max_blocks = (uint32_t)(left / block);
    while (d->max_blocks && !device_reserve(d, &d->memory, d->max_blocks * block) && !d->error)
        d->max_blocks /= 2;
    while (d->max_blocks && d->values_cap > 1 &&
           !device_reserve(d, &d->values, 16 * d->values_cap) && !d->error)
        d->values_cap /= 2;
    return d->max_blocks && d->values.cap;
}

struct backend *device_open(int ordinal, const struct device_options *options, char *why)
{
    const char *reason = "";
    const struct card *stubs = engine_stubs();
    struct cuda_device *d = calloc(1, sizeof *d);
    snprintf(why, 256, "out of memory");
    if (!d || !stubs) {
        free(d);
        return NULL;
    }
    d->cu = driver_open(&reason);
    if (!d->cu) {
        snprintf(why, 256, "%s", reason);
        free(d);
        return NULL;
    }
    snprintf(d->name, sizeof d->name, "GPU %d", ordinal);
    d->backend.name = d->name;
    d->backend.rows_min = ROWS_MIN;
    d->backend.rows_max = ROWS_MAX;
    d->backend.run = device_run_batch;
    d->backend.close = close_device;
    d->yield = options->yield;
    d->backend.traffic = &d->stats;
    d->backend.profile = options->profile ? &d->profile : NULL;
    d->engine = engine_choose();
    d->vm = vm_memory_new(ITEM_FUEL, engine_view(stubs, 0));
    if (d->vm) /* nothing is shared between runs there: no room for it in the images */
        memset(d->vm->keep_units, 0, sizeof d->vm->keep_units);
    if (d->engine && d->vm && start(d, ordinal) && take_memory(d, options) && device_join_tasks(d))
        return &d->backend;
    snprintf(why, 256, "%s", d->error ? d->backend.reason : "too little memory");
    close_device(&d->backend);
    return NULL;
}
