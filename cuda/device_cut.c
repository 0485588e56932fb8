/*
 * A batch for which memory is out is cut in two, between tasks, or else between the programs of
 * one, and each part is tried again, down to parts that are as well done by the CPU.
 */
#include "device_private.h"

enum { RUNS_MIN = 256 }; /* of a part: about those of the fewest rows that make a batch */

/* n rows from `from` on, whose runs begin with the first of them. */
static struct backend_batch part_of(const struct backend_batch *b, uint32_t from, uint32_t n)
{
    struct backend_batch part = *b;
    const struct backend_row *rows = b->rows + from, *last = rows + n - 1;
    uint32_t first = rows->first - b->rows[0].first;
    part.rows = rows;
    part.n_rows = n;
    part.n_runs = last->first + b->tasks->entries[last->task].n_items - rows->first;
    part.runs += first;
    if (b->took)
        part.took += first;
    return part;
}

/* Where to cut: at the end of a task, the nearest to the middle, or in the middle. */
static uint32_t cut_at(const struct backend_batch *b)
{
    uint32_t middle = b->n_rows / 2, end = device_rows_end(b, middle), start = middle;
    while (start > 0 && b->rows[start - 1].task == b->rows[middle].task)
        start--;
    if (start == 0 && end == b->n_rows)
        return middle;
    return start > 0 && (end == b->n_rows || middle - start <= end - middle) ? start : end;
}

/* They are left to the CPU; 0. */
static int leave(struct cuda_device *d, const struct backend_batch *b)
{
    uint64_t n = 0;
    for (uint32_t k = 0; k < b->n_rows; k++)
        n += b->tasks->entries[b->rows[k].task].n_items;
    d->backend.n_left += n;
    d->stats.no_room += d->error ? 0 : n;
    return 0;
}

/* Batches of the size of this one will not do either. */
static void want_less(struct cuda_device *d, const struct backend_batch *b)
{
    uint32_t half = (b->n_rows + 1) / 2;
    d->rows_fit = half < d->rows_fit ? half : d->rows_fit;
    if (d->backend.rows_max > half)
        d->backend.rows_max = half > d->backend.rows_min ? half : d->backend.rows_min;
}

/* The part, if it may fit; the least once more when nothing of others' is there.  Tasks have memory
   of their own: where they have no place the size of the batch is not to blame.  1, or 0. */
static int try_part(struct cuda_device *d, struct backend_batch *b, int least)
{
    if (d->error || (b->n_rows > d->rows_fit && !least))
        return 0;
    enum part_status status = device_run_part(d, b);
    if (status != PART_NO_ROOM || d->error)
        return status == PART_DONE;
    device_let_go(d);
    if (least)
        return !d->error && device_run_part(d, b) == PART_DONE;
    want_less(d, b);
    return 0;
}

/* A part of *all, or parts of that; is any of it done?  Where the first programs of a task find no
   room at all, the others are not tried. */
static int run_rows(struct cuda_device *d, struct backend_batch *all, uint32_t from, uint32_t n)
{
    struct backend_batch b = part_of(all, from, n);
    int least = n == 1 || b.n_runs <= RUNS_MIN, done = try_part(d, &b, least);
    all->images = b.images;
    all->image_units = b.image_units;
    if (done)
        return 1;
    if (d->error || least)
        return leave(d, &b);
    d->stats.halved++;
    uint32_t cut = cut_at(&b);
    done = run_rows(d, all, from, cut);
    b = part_of(all, from + cut, n - cut);
    if (!done && all->rows[from].task == all->rows[from + n - 1].task)
        return leave(d, &b);
    return run_rows(d, all, from + cut, n - cut) || done;
}

/*
 * An error of the driver's is the end of the device.  Parts of the batch that it had done by then
 * stay.
 */
int device_run_batch(struct backend *backend, struct backend_batch *b)
{
    struct cuda_device *d = (struct cuda_device *)backend;
    uint64_t left = backend->n_left;
    backend->n_batches++;
    if (d->block != b->block->serial) { /* other programs */
        d->block = b->block->serial;
        d->rows_fit = UINT32_MAX;
        backend->rows_max = d->rows_max;
    }
    int done = 0;
    if (b->n_rows) {
        struct backend_batch all = *b;
        all.runs += b->rows[0].first;
        if (b->took)
            all.took += b->rows[0].first;
        done = run_rows(d, &all, 0, b->n_rows);
        b->images = all.images;
        b->image_units = all.image_units;
    }
    if (!d->error)
        return BACKEND_DONE;
    if (!done) /* others do it */
        backend->n_left = left;
    return done ? BACKEND_SPENT : BACKEND_BROKEN;
}
