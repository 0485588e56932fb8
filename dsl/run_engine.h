/* The functions behind struct engine (run.h), for the dialect that the including file chose. */
#ifndef DSL_RUN_ENGINE_H
#define DSL_RUN_ENGINE_H

#include "digest.h"
#include "run.h"
#include "vm_share.h"

/* A grid of colours 0..255 from its cells. */
DSL_FN struct val grid_from_bytes(struct vm *vm, const struct grid_bytes *g)
{
    uint8_t layer_of[256];
    uint32_t n = 0;
    uint64_t seen[4] = {0, 0, 0, 0}, cells = (uint64_t)g->h * g->w;
    for (uint64_t k = 0; k < cells; k++)
        seen[g->cells[k] >> 6] |= (uint64_t)1 << (g->cells[k] & 63);
    for (int c = 0; c < 256; c++)
        if (seen[c >> 6] >> (c & 63) & 1)
            layer_of[c] = (uint8_t)n++;
    if (g->h == 0)
        return val_empty_tuple();
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, g->h, g->w, n);
    if (!ref)
        return val_none();
    struct pic *p = (struct pic *)heap_at(vm, ref);
    uint32_t *words = pic_words(p);
    words_zero(words, (size_t)n * p->layer_words);
    for (int c = 0; c < 256; c++)
        if (seen[c >> 6] >> (c & 63) & 1)
            pic_colours(p)[layer_of[c]] = c;
    for (int32_t i = 0; i < g->h; i++)
        for (int32_t j = 0; j < g->w; j++)
            words[layer_of[g->cells[i * g->w + j]] * p->layer_words +
                  (uint32_t)((j >> 5) * g->h + i)] |= 1u << (j & 31);
    return grid_finish(vm, ref);
}

DSL_FN struct val samples_value(struct vm *vm, const struct run_item *item)
{
    uint64_t base = vm->sp;
    for (uint32_t k = 0; k < item->n_demos && !vm->err; k++) {
        struct val pair[2];
        pair[0] = grid_from_bytes(vm, &item->demos[2 * k]);
        pair[1] = grid_from_bytes(vm, &item->demos[2 * k + 1]);
        stack_push(vm, tuple_build(vm, pair, 2));
    }
    return stack_to_tuple(vm, base);
}

/* Leaves room at the top for the values of shared lines; those of before are forgotten. */
DSL_FN void scope_begin(struct vm *vm, enum shared_scope s)
{
    vm->kept[s].top = vm->top;
    vm->top += vm->keep_units[s];
    vm->kept[s].cap = vm->top;
    vm->stamps[s] = ++vm->n_stamps;
}

DSL_FN int engine_begin(struct vm *vm, const struct run_item *item)
{
    if (vm->same_task) {
        heap_clear(vm, vm->kept[SHARED_TASK].cap);
    } else {
        heap_reset(vm);
        vm->samples = samples_value(vm, item);
        scope_begin(vm, SHARED_TASK);
    }
    vm->input = grid_from_bytes(vm, &item->input);
    vm->expected = item->expected ? grid_from_bytes(vm, item->expected) : val_none();
    vm->given = item->give_c ? vm->expected : val_none();
    scope_begin(vm, SHARED_ITEM);
    vm->floor = vm->top;
    return vm->err ? -1 : 0;
}

/*
 * Is a tuple a grid, rows of equally many ints?  0: no; 1: yes; 2: yes, of more colours than
 * RESULT_COLOURS.  Such a result stays a tuple, as any other grid of so many colours is read, for a
 * mask per colour would be mostly empty.
 */
enum { RESULT_COLOURS = 16 };

DSL_FN int result_rows(struct vm *vm, struct val t)
{
    int32_t colours[RESULT_COLOURS];
    uint32_t n = 0;
    uint64_t h = seq_len(vm, t), w = 0;
    int many = 0;
    for (uint64_t i = 0; i < h; i++) {
        struct val row = heap_vals(vm, t)[i];
        if (!val_is_tuple(row) || row.tag == VAL_GRID)
            return 0;
        uint64_t len = seq_len(vm, row);
        if (i > 0 && len != w)
            return 0;
        w = len;
        for (uint64_t j = 0; j < len; j++) {
            struct val c = seq_at(vm, row, j);
            if (!val_is_int(c))
                return 0;
            many |= !many && (!val_fits32(c.u.i) ||
                              !colours_insert(colours, &n, RESULT_COLOURS, (int32_t)c.u.i));
        }
    }
    return many ? 2 : 1;
}

DSL_FN void engine_judge(struct vm *vm, struct val v, struct run_result *out)
{
    int rows = v.tag == VAL_TUPLE && seq_len(vm, v) ? result_rows(vm, v) : 0;
    struct val g = rows == 1 ? as_grid(vm, v) : v;
    if (!vm->err)
        v = g;
    vm->err = ERR_NONE; /* too tall for masks: a tuple then */
    out->value = v;
    out->outcome = rows || v.tag == VAL_GRID || (v.tag == VAL_TUPLE && seq_len(vm, v) == 0)
                       ? OUTCOME_OK
                       : OUTCOME_OTHER;
    out->digest = v.tag == VAL_GRID && heap_pic(vm, v)->n_layers <= RESULT_COLOURS
                      ? digest_pic(heap_pic(vm, v))
                      : digest_value(vm, v);
    out->equal = v.tag == VAL_GRID && vm->expected.tag == VAL_GRID && val_equal(vm, v, vm->expected);
}

/* Field by field: what zeroes memory on a GPU goes byte by byte. */
DSL_INLINE void result_clear(struct run_result *out)
{
    out->value = val_none();
    out->outcome = OUTCOME_OK;
    out->error = ERR_NONE;
    out->line = 0;
    out->fuel = out->calls = out->digest = 0;
    out->equal = 0;
}

DSL_FN void engine_run(struct vm *vm, const struct run_program *p, struct run_result *out)
{
    struct val v;
    vm->top = vm->floor;
    vm->sp = 0;
    vm->err = ERR_NONE;
    vm->full = 0;
    vm->extra = 0;
    vm->fuel_used = vm->n_billed = 0;
    vm->fuel_limit = p->fuel;
    vm->view = p->view;
    vm->regs[p->n_params == 3 ? 1 : 0] = vm->input;
    if (p->n_params == 3) {
        vm->regs[0] = vm->samples;
        vm->regs[2] = vm->given;
    }
    result_clear(out);
    if (PROFILED(vm))
        profile_begin(vm);
    v = vm_run(vm, &p->view.bodies[p->body], &out->line);
    if (PROFILED(vm))
        profile_result(vm);
    out->fuel = vm->fuel_used < p->fuel && vm->err != ERR_FUEL ? vm->fuel_used : p->fuel;
    out->calls = vm->n_billed;
    if (!vm->err) {
        engine_judge(vm, v, out);
        if (PROFILED(vm))
            profile_to(vm, PROFILE_MACHINE);
        return;
    }
    out->error = vm->err;
    out->outcome = vm->err == ERR_FUEL    ? OUTCOME_FUEL
                   : vm->err == ERR_LIMIT ? OUTCOME_LIMIT
                                          : OUTCOME_ERROR;
    out->value = val_none();
    out->digest = digest_mix(0, DIGEST_NO_VALUE + (uint64_t)out->outcome);
}

DSL_FN int engine_cells(struct vm *vm, struct val grid, uint8_t *out)
{
    if (grid.tag != VAL_GRID)
        return 1;
    struct pic *p = heap_pic(vm, grid);
    for (uint32_t k = 0; k < p->n_layers; k++) {
        int32_t c = pic_colours(p)[k];
        if (c < 0 || c > 9)
            return 0;
        for (int32_t q = 0; q < (int32_t)p->tw; q++)
            for (int32_t i = 0; i < p->h; i++)
                for (uint32_t m = pic_layer(p, k)[q * p->h + i]; m; m &= m - 1)
                    out[i * p->w + 32 * q + bits_first(m)] = (uint8_t)c;
    }
    return 1;
}

#endif
