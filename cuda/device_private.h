/* What device.c and device_batch.c share. */
#ifndef CUDA_DEVICE_PRIVATE_H
#define CUDA_DEVICE_PRIVATE_H

#include <pthread.h>

#include "../lib/account.h"
#include "../lib/engine.h"
#include "device.h"
#include "driver.h"

#define ROWS_DIALECT ROWS_REF
#include "batch.h"

enum {
    DEVICE_STACK = 8192,         /* values, of a warp */
    DEVICE_THREAD_STACK = 2048,  /* of a thread that is a worker by itself */
    DEVICE_LARGE_STACK = 1 << 20 /* of one for runs that outgrew that, or their arena */
};
#define NO_LINES UINT32_MAX

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

/* Where a task's items stand on the device, without S and with it; 0: not there. */
struct task_place {
    uint64_t items[2];
};

/* Tasks on a device, one copy for all its parts. */
struct device_tasks {
    int device;
    uint32_t n_parts;
    struct device_tasks *next;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t changed;
    uint32_t n_users; /* parts with a batch under way: nothing is forgotten meanwhile */
    int forgetting;   /* a part waits for them to end */
    const struct tasks *of;
    int give_c;
    struct task_place *at; /* by number of the task */
    struct device_room *slabs;
    uint32_t n_slabs;
    size_t used, bytes; /* of the last slab; of all */
    size_t room;        /* for all: what the parts set aside for it */
};

struct cuda_device {
    struct backend backend;
    char name[16];
    const struct driver *cu;
    int device;
    void *context, *module, *function, *stream;
    int error;      /* the first the driver reported; nothing is asked of it any more */
    uint32_t lanes; /* of a worker (worker.h) */
    uint32_t max_blocks, n_large; /* n_large: workers of the second pass */
    uint64_t worker_bytes, large_bytes, stack_cap;
    uint64_t tasks_bytes;    /* that it sets aside for tasks */
    uint64_t most, taken;    /* bytes that its rooms may take, and do */
    uint64_t programs_bytes; /* that a block's programs may take of it together */
    uint64_t yield;          /* units after which a run is left to the CPU */
    struct device_room memory, large, programs, batch, runs, values, outputs, took;
    struct device_tasks *tasks;
    struct host_room up, down;
    uint64_t stubs;                     /* where they stand in `programs` */
    uint64_t serial;                    /* of the block whose programs are there; 0: none */
    uint32_t first_program, n_programs; /* of them: these alone */
    uint64_t block;    /* of the last batch, for which there was memory up to rows_fit rows */
    uint32_t rows_fit; /* as far as is known */
    uint32_t rows_max; /* of a batch, by what memory there was in the beginning */
    uint64_t values_cap;
    const struct engine *engine; /* puts items into vm, as images for the device */
    struct vm *vm;
    struct code_view stub_view;
    uint64_t programs_at; /* of struct device_program, from first_program on, in device memory */
    struct backend_traffic stats;
    struct backend_profile profile; /* of all batches, if it is asked for */
    uint64_t begun;                 /* the batch, if what its runs take is wanted; nanoseconds */
    uint32_t *lines_at; /* by program of the block: where its lines stand among the batch's n_lines,
                           if they are wanted; NO_LINES: it is not in the batch */
    uint32_t n_lines, lines_cap;
};

/* Remembers an error of the driver's; 1 if there is none so far. */
int device_good(struct cuda_device *d, int error, const char *doing);

/* The same of a call that may find memory out, which is no error of the device. */
int device_has_room(struct cuda_device *d, int error, const char *doing);

/* ---- device_room.c ---- */

/* So many bytes of the device's memory for an empty room.  1, or 0: memory is out (no error of the
   device) or an error. */
int device_take(struct cuda_device *d, struct device_room *r, size_t bytes);

/* Room of its own for so many bytes, within d->most; what was there is lost.  1, or 0 as above. */
int device_reserve(struct cuda_device *d, struct device_room *r, size_t bytes);

/* Frees all rooms but those that the device was opened with: what comes is smaller. */
void device_let_go(struct cuda_device *d);

/* Room in host memory, content kept. */
int host_reserve(struct cuda_device *d, struct host_room *r, size_t bytes);

/* So many bytes once the kernel is done; through d->down, which stays small, or
   without it where such memory is out.  1, or 0: an error. */
int device_bring(struct cuda_device *d, void *to, uint64_t from, size_t bytes);

/* ---- device_up.c ---- */

/* n bytes at the end of d->up, 16-byte aligned, zeroed or a copy; their offset, or SIZE_MAX. */
size_t device_put_room(struct cuda_device *d, size_t n);
size_t device_put(struct cuda_device *d, const void *from, size_t n);

/* Sends d->up from an offset on; 1, or 0. */
int device_send(struct cuda_device *d, uint64_t to, size_t from);

/* An address of the device's as both sides write it. */
void *device_address(uint64_t base, size_t offset);

/* Sends the programs of the batch's block, or where these take too much those of the batch and
   their neighbours, unless they are there; uses d->up.  1, or 0. */
int device_hold_programs(struct cuda_device *d, const struct backend_batch *batch);

/* ---- device_batch.c ---- */

/* One past the last row of the task of row k. */
uint32_t device_rows_end(const struct backend_batch *b, uint32_t k);

/* A batch, or a part of one, whose runs begin with those of its first row; unless PART_DONE none of
   its runs is done. */
enum part_status {
    PART_DONE,
    PART_NO_TASKS, /* its tasks have no place, or an error */
    PART_NO_ROOM   /* memory for all else, or an error */
};
enum part_status device_run_part(struct cuda_device *d, struct backend_batch *b);

/* ---- device_tasks.c ---- */

/* Joins the parts of its device in their tasks, with d->tasks_bytes; 1, or 0: memory. */
int device_join_tasks(struct cuda_device *d);

/* Leaves them; the last part frees the tasks, in its context. */
void device_part_tasks(struct cuda_device *d);

/* Sends what is not there yet of a batch's tasks, and holds all of them where they are until
   device_release_tasks; uses d->up.  1, or 0, nothing held: no memory, or an error. */
int device_hold_tasks(struct cuda_device *d, const struct backend_batch *b);
void device_release_tasks(struct cuda_device *d);

/* Where a task's items are, a struct device_item each, with S if it is asked for; 0: not there.
   The lock is held. */
uint64_t device_task(const struct device_tasks *t, uint32_t task, int samples);

/* ---- device_took.c: what runs take, where it is wanted ---- */

/* Does the batch ask for lines, and can it have them? */
int device_took_lines(const struct cuda_device *d, const struct backend_batch *b);

/* Room for it, empty; before jobs are sent.  1, or 0. */
int device_took_begin(struct cuda_device *d, const struct backend_batch *b);

/* Tells the kernel where it is. */
void device_took_place(const struct cuda_device *d, const struct backend_batch *b,
                       struct device_batch *to);

/* Brings it down once the kernel is done, for a batch that began at that moment; 1, or 0. */
int device_took_end(struct cuda_device *d, struct backend_batch *b);

/* ---- device_cut.c ---- */

/* struct backend's run. */
int device_run_batch(struct backend *b, struct backend_batch *batch);

#endif
