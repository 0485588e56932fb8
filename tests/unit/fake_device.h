/*
 * A device made of a thread and the CPU's engine, as honest or as faulty as a test wants it.
 */
#ifndef TESTS_FAKE_DEVICE_H
#define TESTS_FAKE_DEVICE_H

#define ROWS_DIALECT ROWS_REF
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dsl/image.h"
#include "../../dsl/vm_memory.h"
#include "../../lib/backend.h"
#include "../../lib/engine.h"

struct fake_faults {
    uint32_t rows_min, rows_max;
    uint32_t leave;    /* leaves one run of so many undone; 0: none */
    uint32_t no_image; /* sends no value for one run of so many; 0: all */
    uint32_t lies;     /* gives one run of so many a wrong line; 0: none */
    int64_t breaks_at; /* batch that breaks it, half done; -1: never */
};

struct fake_device {
    struct backend backend;
    struct fake_faults faults;
    struct vm *vm;
    uint64_t fuel;
};

/* Bits that look random and depend on the run alone. */
static uint32_t fake_dice(uint32_t program, uint32_t task, uint32_t item)
{
    uint64_t x = ((uint64_t)program << 32 ^ (uint64_t)task << 16 ^ item) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(x >> 40);
}

static int fake_hits(uint32_t dice, uint32_t one_in)
{
    return one_in && dice % one_in == 0;
}

/* Adds the machine's value to the batch's images; the machine is empty afterwards. */
static void fake_image(struct fake_device *d, struct backend_batch *b, struct backend_run *r,
                       struct val v)
{
    v = image_make(d->vm, v);
    uint32_t units = val_is_block(v) ? (uint32_t)(d->vm->top - 1) : 0;
    struct val *p = realloc(b->images, (b->image_units + 1 + units) * 16);
    if (!p || d->vm->err)
        return;
    b->images = p;
    p[b->image_units] = v;
    memcpy(p + b->image_units + 1, heap_at(d->vm, 1), (size_t)units * 16);
    r->image = (uint32_t)b->image_units + 1;
    r->units = units;
    b->image_units += 1 + units;
}

static void fake_run(struct fake_device *d, struct backend_batch *b, const struct backend_row *row,
                     uint32_t i, struct backend_run *to)
{
    const struct engine *engine = engine_choose();
    const struct task_entry *task = &b->tasks->entries[row->task];
    const struct task_item *item = &task->items[i];
    const struct program_entry *p = &b->block->entries[row->program];
    struct run_item in = {.input = item->input,
                          .expected = item->known ? &item->expected : NULL,
                          .demos = task->demos,
                          .n_demos = task->n_demos,
                          .give_c = b->give_c};
    struct run_program run = {.view = engine_view(&b->block->parts[p->part].card, p->code.helper),
                              .body = p->code.body,
                              .n_params = p->code.n_params,
                              .fuel = b->fuel};
    struct run_result r;
    uint32_t dice = fake_dice(row->program, row->task, i);
    if (fake_hits(dice, d->faults.leave) || engine->begin(d->vm, &in))
        return;
    engine->run(d->vm, &run, &r);
    to->digest = r.digest;
    to->fuel = r.fuel;
    to->line = r.line + (uint32_t)fake_hits(dice / 3, d->faults.lies);
    to->outcome = (uint8_t)r.outcome;
    to->error = (uint8_t)r.error;
    to->equal = (uint8_t)r.equal;
    to->done = 1;
    if (b->keep != KEEP_BITS && r.outcome <= OUTCOME_OTHER && !r.equal &&
        !fake_hits(dice / 7, d->faults.no_image))
        fake_image(d, b, to, r.value);
}

static int fake_run_batch(struct backend *backend, struct backend_batch *b)
{
    struct fake_device *d = (struct fake_device *)backend;
    int breaks = d->faults.breaks_at == (int64_t)backend->n_batches;
    uint32_t n = breaks ? b->n_rows / 2 : b->n_rows;
    backend->n_batches++;
    for (uint32_t k = 0; k < n; k++) {
        const struct backend_row *row = &b->rows[k];
        const struct task_entry *task = &b->tasks->entries[row->task];
        uint32_t failed = 0;
        for (uint32_t i = 0; i < task->n_items && !(b->gate && failed >= b->gate); i++) {
            struct backend_run *r = &b->runs[row->first + i];
            fake_run(d, b, row, i, r);
            failed += r->done && task->items[i].part == STREAM_DEMO && !r->equal;
            backend->n_runs += r->done;
        }
    }
    if (breaks)
        snprintf(backend->reason, sizeof backend->reason, "broke as it was told to");
    return breaks ? BACKEND_BROKEN : BACKEND_DONE;
}

static void fake_close(struct backend *backend)
{
    struct fake_device *d = (struct fake_device *)backend;
    vm_memory_free(d->vm);
    free(d);
}

/* NULL: no memory. */
static struct backend *fake_device_new(const struct fake_faults *faults, uint64_t fuel)
{
    struct fake_device *d = calloc(1, sizeof *d);
    if (!d || !(d->vm = vm_memory_new(fuel, engine_view(engine_stubs(), 0)))) {
        free(d);
        return NULL;
    }
    d->backend.name = "fake";
    d->backend.rows_min = faults->rows_min;
    d->backend.rows_max = faults->rows_max;
    d->backend.run = fake_run_batch;
    d->backend.close = fake_close;
    d->faults = *faults;
    return &d->backend;
}

#endif
