/*
 * Tasks on the device: the items of a task go up once, as images of the arena, and stay there for
 * all batches and blocks of programs, and for all parts of the device.
 *
 * What a batch needs and is not there yet goes up in one piece behind what is; the part waits for
 * that, and only then another one can find it: no kernel starts before its tasks are whole.  When
 * the memory set aside for tasks is full, all are forgotten and those of the batch begin anew, once
 * no part has a batch under way that uses them.
 */
#include "device_private.h"

#include <stdlib.h>
#include <string.h>

enum { SLAB_BYTES = 8 << 20 };

/* ---- parts ---- */

static struct device_tasks *all_tasks; /* a device each */
static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;

/* The tasks of a device, empty where it has none yet; NULL: memory.  all_lock is held. */
static struct device_tasks *tasks_of(int device)
{
    struct device_tasks *t = all_tasks;
    while (t && t->device != device)
        t = t->next;
    if (t || !(t = calloc(1, sizeof *t)))
        return t;
    t->device = device;
    t->next = all_tasks;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, NULL);
    return all_tasks = t;
}

int device_join_tasks(struct cuda_device *d)
{
    pthread_mutex_lock(&all_lock);
    struct device_tasks *t = d->tasks = tasks_of(d->device);
    if (t) {
        pthread_mutex_lock(&t->lock);
        t->n_parts++;
        t->room += d->tasks_bytes;
        pthread_mutex_unlock(&t->lock);
    }
    pthread_mutex_unlock(&all_lock);
    return t != NULL;
}

/* Frees all tasks. */
static void forget(struct cuda_device *d)
{
    struct device_tasks *t = d->tasks;
    for (uint32_t k = 0; k < t->n_slabs; k++)
        if (t->slabs[k].p)
            d->cu->free(t->slabs[k].p);
    free(t->slabs);
    free(t->at);
    t->of = NULL;
    t->at = NULL;
    t->slabs = NULL;
    t->n_slabs = 0;
    t->used = t->bytes = 0;
}

void device_part_tasks(struct cuda_device *d)
{
    struct device_tasks *t = d->tasks, **at = &all_tasks;
    if (!t)
        return;
    pthread_mutex_lock(&all_lock);
    pthread_mutex_lock(&t->lock);
    t->room -= d->tasks_bytes;
    int last = --t->n_parts == 0;
    pthread_mutex_unlock(&t->lock);
    if (last) {
        while (*at != t)
            at = &(*at)->next;
        *at = t->next;
        forget(d);
        pthread_cond_destroy(&t->changed);
        pthread_mutex_destroy(&t->lock);
        free(t);
    }
    pthread_mutex_unlock(&all_lock);
    d->tasks = NULL;
}

/* ---- laying out ---- */

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

uint64_t device_task(const struct device_tasks *t, uint32_t task, int samples)
{
    const struct task_place *p = &t->at[task];
    return p->items[1] && (samples || !p->items[0]) ? p->items[1] : samples ? 0 : p->items[0];
}

/* Lays out the batch's tasks that are not there; their number, or UINT32_MAX: memory. */
static uint32_t lay_missing(struct cuda_device *d, const struct backend_batch *b, struct laid *laid)
{
    uint32_t n = 0;
    d->up.size = 0;
    for (uint32_t k = 0, end; k < b->n_rows; k = end) {
        end = device_rows_end(b, k);
        struct laid l = {b->rows[k].task, (uint32_t)wants_samples(b, k, end), 0};
        if (device_task(d->tasks, l.task, (int)l.samples))
            continue;
        if (!lay_task(d, b, &l))
            return UINT32_MAX;
        laid[n++] = l;
    }
    return n;
}

/* ---- places; the lock is held ---- */

/* A place for so many bytes behind the tasks that are there; 0: none. */
static uint64_t take_place(struct cuda_device *d, size_t bytes)
{
    struct device_tasks *t = d->tasks;
    struct device_room *last = t->n_slabs ? &t->slabs[t->n_slabs - 1] : NULL;
    if (!last || last->cap - t->used < bytes) {
        size_t room = t->room > t->bytes ? t->room - t->bytes : 0;
        size_t cap = room < SLAB_BYTES ? room : SLAB_BYTES;
        cap = bytes > cap ? bytes : cap;
        struct device_room *slabs = realloc(t->slabs, (t->n_slabs + 1) * sizeof *slabs);
        if (!slabs)
            return 0;
        t->slabs = slabs;
        last = &slabs[t->n_slabs];
        memset(last, 0, sizeof *last);
        if (!cap || cap > room || !device_take(d, last, cap))
            return 0;
        t->n_slabs++;
        t->bytes += cap;
        t->used = 0;
    }
    t->used += bytes;
    return last->p + t->used - bytes;
}

/* The tasks of these rows: is it they that are there? */
static int same_tasks(const struct device_tasks *t, const struct backend_batch *b)
{
    return t->of == b->tasks && t->give_c == b->give_c;
}

/* Forgets all tasks, once nobody uses them, and begins with those of b. */
static int begin_tasks(struct cuda_device *d, const struct backend_batch *b)
{
    struct device_tasks *t = d->tasks;
    t->forgetting = 1; /* nobody begins to use them meanwhile */
    while (t->n_users)
        pthread_cond_wait(&t->changed, &t->lock);
    t->forgetting = 0;
    pthread_cond_broadcast(&t->changed);
    forget(d);
    t->at = calloc(b->tasks->n + 1, sizeof *t->at);
    t->of = t->at ? b->tasks : NULL;
    t->give_c = b->give_c;
    return t->at != NULL;
}

/* Images of items are where their task is. */
static void move_items(struct cuda_device *d, const struct backend_batch *b, const struct laid *l,
                       uint64_t base)
{
    struct device_item *item = (struct device_item *)(void *)(d->up.p + l->items);
    for (uint32_t i = 0; i < b->tasks->entries[l->task].n_items; i++)
        item[i].image = (const struct val *)(uintptr_t)(base + (uintptr_t)item[i].image);
}

/* Sends what is laid out to `base`; where it arrived the tasks have their places. */
static int send_laid(struct cuda_device *d, const struct backend_batch *b, const struct laid *laid,
                     uint32_t n, uint64_t base)
{
    for (uint32_t k = 0; k < n; k++)
        move_items(d, b, &laid[k], base);
    if (!device_send(d, base, 0) ||
        !device_good(d, d->cu->wait(d->stream), "copying to the device"))
        return 0;
    for (uint32_t k = 0; k < n; k++)
        d->tasks->at[laid[k].task].items[laid[k].samples] = base + laid[k].items;
    return 1;
}

/* Sends what is missing behind what is there; if there is no room, without the others. */
static int send_missing(struct cuda_device *d, const struct backend_batch *b, struct laid *laid)
{
    int begun = !same_tasks(d->tasks, b);
    if (begun && !begin_tasks(d, b))
        return 0;
    for (;;) {
        uint32_t n = lay_missing(d, b, laid);
        if (n == 0 || n == UINT32_MAX)
            return n == 0;
        uint64_t base = take_place(d, d->up.size);
        if (base)
            return send_laid(d, b, laid, n, base);
        if (begun || d->error || !begin_tasks(d, b))
            return 0;
        begun = 1;
    }
}

int device_hold_tasks(struct cuda_device *d, const struct backend_batch *b)
{
    struct device_tasks *t = d->tasks;
    struct laid *laid = malloc((b->n_rows + 1) * sizeof *laid);
    pthread_mutex_lock(&t->lock);
    while (t->forgetting)
        pthread_cond_wait(&t->changed, &t->lock);
    int good = laid && send_missing(d, b, laid);
    t->n_users += (uint32_t)good;
    pthread_mutex_unlock(&t->lock);
    free(laid);
    return good;
}

void device_release_tasks(struct cuda_device *d)
{
    struct device_tasks *t = d->tasks;
    pthread_mutex_lock(&t->lock);
    t->n_users--;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
}
