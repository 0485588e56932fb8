/* The functions behind struct engine (run.h), for the dialect that the including file chose. */
#ifndef DSL_RUN_ENGINE_H
#define DSL_RUN_ENGINE_H

#include "digest.h"
#include "run.h"
#include "vm.h"

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
    memset(words, 0, (size_t)n * p->layer_words * 4);
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

DSL_FN int engine_begin(struct vm *vm, const struct run_item *item)
{
    heap_reset(vm);
    vm->input = grid_from_bytes(vm, &item->input);
    vm->expected = item->expected ? grid_from_bytes(vm, item->expected) : val_none();
    vm->samples = samples_value(vm, item);
    vm->given = item->give_c ? vm->expected : val_none();
    vm->floor = vm->top;
    return vm->err ? -1 : 0;
}

/* A tuple of rows of ints counts as the grid it is. */
DSL_FN struct val result_as_grid(struct vm *vm, struct val v)
{
    if (v.tag != VAL_TUPLE || seq_len(vm, v) == 0)
        return v;
    struct val g = as_grid(vm, v);
    if (!vm->err)
        return g;
    vm->err = ERR_NONE;
    return v;
}

DSL_FN void engine_judge(struct vm *vm, struct val v, struct run_result *out)
{
    v = result_as_grid(vm, v);
    out->value = v;
    out->outcome = v.tag == VAL_GRID || (v.tag == VAL_TUPLE && seq_len(vm, v) == 0) ? OUTCOME_OK
                                                                                     : OUTCOME_OTHER;
    out->digest = v.tag == VAL_GRID ? digest_pic(heap_pic(vm, v)) : digest_value(vm, v);
    out->equal = vm->expected.tag == VAL_GRID && val_equal(vm, v, vm->expected);
}

DSL_FN void engine_run(struct vm *vm, const struct run_program *p, struct run_result *out)
{
    struct val v;
    vm->top = vm->floor;
    vm->sp = 0;
    vm->err = ERR_NONE;
    vm->extra = 0;
    vm->fuel_used = 0;
    vm->fuel_limit = p->fuel;
    vm->view = p->view;
    vm->regs[p->n_params == 3 ? 1 : 0] = vm->input;
    if (p->n_params == 3) {
        vm->regs[0] = vm->samples;
        vm->regs[2] = vm->given;
    }
    memset(out, 0, sizeof *out);
    v = vm_run(vm, &p->view.bodies[p->body], &out->line);
    out->fuel = vm->fuel_used < p->fuel ? vm->fuel_used : p->fuel;
    if (!vm->err) {
        engine_judge(vm, v, out);
        return;
    }
    out->error = vm->err;
    out->outcome = vm->err == ERR_FUEL    ? OUTCOME_FUEL
                   : vm->err == ERR_LIMIT ? OUTCOME_LIMIT
                                          : OUTCOME_ERROR;
    out->value = val_none();
    out->digest = digest_mix(7, (uint64_t)out->outcome);
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
