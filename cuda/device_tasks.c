/*
 * Tasks on the device: the items of a task go up once, as images of the arena, and stay there for
 * all batches and blocks of programs.
 *
 * What a batch needs and is not there yet goes up in one piece behind what is.  When the memory set
 * aside for tasks is full, all are forgotten and those of the batch begin anew.
 */
#include "device_private.h"

#include <stdlib.h>
#include <string.h>

enum { SLAB_BYTES = 8 << 20 };

void device_forget_tasks(struct cuda_device *d)
{
    struct device_tasks *t = &d->tasks;
    for (uint32_t k = 0; k < t->n_slabs; k++)
        if (t->slabs[k].p)
            d->cu->free(t->slabs[k].p);
    free(t->slabs);
    free(t->at);
    memset(t, 0, sizeof *t);
}

/* Is a program among rows [from, end) that asks for S? */
static int wants_samples(const struct backend_batch *b, uint32_t from, uint32_t end)
{
    for (uint32_t k = from; k < end; k++)
        if (b->block->entries[b->rows[k].program].code.n_params == 3)
            return 1;
    return 0;
}

/* An item as engine_begin leaves it, its image behind what is laid out; image is an offset yet. */
static int lay_item(struct cuda_device *d, const struct task_entry *task, size_t k, int samples,
                    int give_c, size_t to)
{
    const struct task_item *item = &task->items[k];
    struct run_item in = {item->input, item->known ? &item->expected : NULL, task->demos,
                          samples ? task->n_demos : 0, give_c};
    if (d->engine->begin(d->vm, &in))
        return 0;
    size_t image = device_put(d, d->vm->mem, 16 * (size_t)d->vm->floor);
    if (image == SIZE_MAX)
        return 0;
    struct device_item *out = (struct device_item *)(void *)(d->up.p + to) + k;
    out->image = (const struct val *)(uintptr_t)image;
    out->floor = (uint32_t)d->vm->floor;
    out->demo = item->part == STREAM_DEMO;
    out->input = d->vm->input;
    out->expected = d->vm->expected;
    out->samples = d->vm->samples;
    out->given = d->vm->given;
    return 1;
}

/* A task that is laid out in d->up and has no place on the device yet. */
struct laid {
    uint32_t task, samples;
    size_t items;
};

static int lay_task(struct cuda_device *d, const struct backend_batch *b, struct laid *l)
{
    const struct task_entry *task = &b->tasks->entries[l->task];
    l->items = device_put_room(d, task->n_items * sizeof(struct device_item));
    for (size_t k = 0; l->items != SIZE_MAX && k < task->n_items; k++)
        if (!lay_item(d, task, k, (int)l->samples, b->give_c, l->items))
            return 0;
    return l->items != SIZE_MAX;
}

uint64_t device_task(const struct cuda_device *d, uint32_t task, int samples)
{
    const struct task_place *p = &d->tasks.at[task];
    return p->items[1] && (samples || !p->items[0]) ? p->items[1] : samples ? 0 : p->items[0];
}

/* Lays out the batch's tasks that are not there; their number, or UINT32_MAX: memory. */
static uint32_t lay_missing(struct cuda_device *d, const struct backend_batch *b, struct laid *laid)
{
    uint32_t n = 0;
    for (uint32_t k = 0, end; k < b->n_rows; k = end) {
        end = device_rows_end(b, k);
        struct laid l = {b->rows[k].task, (uint32_t)wants_samples(b, k, end), 0};
        if (device_task(d, l.task, (int)l.samples))
            continue;
        if (!lay_task(d, b, &l))
            return UINT32_MAX;
        laid[n++] = l;
    }
    return n;
}

/* A place for so many bytes behind the tasks that are there; 0: none. */
static uint64_t take_place(struct cuda_device *d, size_t bytes)
{
    struct device_tasks *t = &d->tasks;
    struct device_room *last = t->n_slabs ? &t->slabs[t->n_slabs - 1] : NULL;
    if (!last || last->cap - t->used < bytes) {
        size_t room = d->tasks_bytes - t->bytes, cap = room < SLAB_BYTES ? room : SLAB_BYTES;
        cap = bytes > cap ? bytes : cap;
        struct device_room *slabs = realloc(t->slabs, (t->n_slabs + 1) * sizeof *slabs);
        if (!slabs)
            return 0;
        t->slabs = slabs;
        last = &slabs[t->n_slabs];
        memset(last, 0, sizeof *last);
        if (cap > room || !device_reserve(d, last, cap))
            return 0;
        t->n_slabs++;
        t->bytes += cap;
        t->used = 0;
    }
    t->used += bytes;
    return last->p + t->used - bytes;
}

/* The tasks of these rows: is it they that are there? */
static int same_tasks(const struct cuda_device *d, const struct backend_batch *b)
{
    return d->tasks.of == b->tasks && d->tasks.give_c == b->give_c;
}

static int begin_tasks(struct cuda_device *d, const struct backend_batch *b)
{
    device_forget_tasks(d);
    d->tasks.of = b->tasks;
    d->tasks.give_c = b->give_c;
    d->tasks.at = calloc(b->tasks->n + 1, sizeof *d->tasks.at);
    return d->tasks.at != NULL;
}

/* Gives what is laid out a place and notes where each task is; the place, 0: none. */
static uint64_t place_tasks(struct cuda_device *d, const struct backend_batch *b,
                            const struct laid *laid, uint32_t n)
{
    uint64_t base = take_place(d, d->up.size);
    for (uint32_t k = 0; base && k < n; k++) {
        struct device_item *item = (struct device_item *)(void *)(d->up.p + laid[k].items);
        for (uint32_t i = 0; i < b->tasks->entries[laid[k].task].n_items; i++)
            item[i].image = (const struct val *)(uintptr_t)(base + (uintptr_t)item[i].image);
        d->tasks.at[laid[k].task].items[laid[k].samples] = base + laid[k].items;
    }
    return base;
}

int device_send_tasks(struct cuda_device *d, const struct backend_batch *b)
{
    struct laid *laid = malloc((b->n_rows + 1) * sizeof *laid);
    uint64_t base = 0;
    uint32_t n = 0;
    int good = laid && (same_tasks(d, b) || begin_tasks(d, b));
    for (int turn = 0; good && !base && turn < 2; turn++) {
        if (turn) /* no room behind the others: without them */
            good = !d->error && begin_tasks(d, b);
        d->up.size = 0;
        n = good ? lay_missing(d, b, laid) : UINT32_MAX;
        good = n != UINT32_MAX;
        if (good && n == 0)
            break;
        base = good ? place_tasks(d, b, laid, n) : 0;
    }
    free(laid);
    good = good && (n == 0 || base);
    if (good && n) /* jobs are laid out behind them, in memory that may move */
        good = device_send(d, base, 0) &&
               device_good(d, d->cu->wait(d->stream), "copying to the device");
    if (!good)
        device_forget_tasks(d); /* places that were noted may never have been filled */
    return good;
}
