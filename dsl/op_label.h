/*
 * Connected components and partitions.
 *
 * A grid of at most 32 x 32 is labelled in registers: a seed spreads inside the mask until it no
 * longer grows.  Larger grids go tile by tile through a mask in the arena.
 */
#ifndef DSL_OP_LABEL_H
#define DSL_OP_LABEL_H

#include "op_patch.h"

/* The seed and its neighbours inside the mask. */
DSL_INLINE rows spread(rows r, rows mask, int diagonal)
{
    rows wide = rows_or(r, rows_or(rows_shl(r, 1), rows_shr(r, 1)));
    rows tall = diagonal ? wide : r;
    return rows_and(mask, rows_or(wide, rows_or(rows_up1(tall), rows_down1(tall))));
}

/* All of the mask that hangs together with the seed. */
DSL_FN rows flood(rows seed, rows mask, int diagonal)
{
    for (;;) {
        rows next = spread(spread(seed, mask, diagonal), mask, diagonal);
        if (rows_eq(next, seed))
            return seed;
        seed = next;
    }
}

/* An object from one component: layers k of g (all, or only `only`) under the mask m, an h x w plane
   in the arena with the shape of g's layers. */
DSL_FN struct val component_object(struct vm *vm, struct pic *g, struct plane m, int32_t only)
{
    uint32_t n = only >= 0 ? 1 : g->n_layers;
    uint64_t ref = pic_alloc(vm, VAL_OBJECT, 0, 0, g->h, g->w, n);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t from = only >= 0 ? (uint32_t)only : k;
        pic_colours(r)[k] = pic_colours(g)[from];
        PIC_EACH_TILE(r, ti, q)
            pic_store(r, k, ti, q, rows_and(plane_window(m, 32 * ti, 32 * q), pic_load(g, from, ti, q)));
    }
    return patch_finish(vm, ref);
}

enum { STORE_SINGLY = 6 }; /* so few rows are moved one by one */

/* Layer k of a picture of one tile: the bits of a tile, moved to its box. */
DSL_INLINE void store_boxed(struct pic *r, uint32_t k, rows bits, uint32_t *spare)
{
    if (r->h == 1) {
        pic_layer(r, k)[0] = rows_columns(bits) >> r->col;
        return;
    }
    rows_store(spare, bits, 32);
    if (r->h <= STORE_SINGLY) {
        for (int32_t i = 0; i < r->h; i++)
            pic_layer(r, k)[i] = spare[r->row + i] >> r->col;
        return;
    }
    rows_store(pic_layer(r, k), rows_shr(rows_load(spare, 32, r->row), r->col), r->h);
}

/*
 * The object that the bits cut out of g, a grid of one tile: of layer `only`, or of all.  Box and
 * colours are known before the block is made, so it has its final form at once; `spare` is a tile of
 * scratch in the arena.
 */
DSL_FN struct val tile_object(struct vm *vm, struct pic *g, rows bits, int32_t only, uint32_t *spare)
{
    uint32_t by_row = rows_ballot(bits), by_col = rows_columns(bits), n = 0;
    int32_t top = bits_first(by_row), left = bits_first(by_col);
    int32_t h = bits_last(by_row) - top + 1, w = bits_last(by_col) - left + 1;
    for (uint32_t k = 0; only < 0 && k < g->n_layers; k++)
        n += (uint32_t)rows_any(rows_and(bits, pic_load(g, k, 0, 0)));
    uint64_t ref = pic_alloc(vm, VAL_OBJECT, top, left, h, w, only < 0 ? n : 1);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    if (only >= 0) {
        pic_colours(r)[0] = pic_colours(g)[only];
        store_boxed(r, 0, bits, spare);
    }
    n = 0;
    for (uint32_t k = 0; only < 0 && k < g->n_layers; k++) {
        rows part = rows_and(bits, pic_load(g, k, 0, 0));
        if (!rows_any(part))
            continue;
        pic_colours(r)[n] = pic_colours(g)[k];
        store_boxed(r, n++, part, spare);
    }
    pic_fit(vm, r);
    return pic_seal(vm, ref, words_count(pic_words(r), (uint64_t)r->n_layers * r->layer_words));
}

/* Cells of the mask that have no neighbour in it. */
DSL_INLINE rows lone_cells(rows mask, int diagonal)
{
    rows beside = rows_or(rows_shl(mask, 1), rows_shr(mask, 1));
    rows tall = diagonal ? rows_or(mask, beside) : mask;
    return rows_andnot(mask, rows_or(beside, rows_or(rows_up1(tall), rows_down1(tall))));
}

/* The object of the cell (i, j) of g: of layer `only`, or of the layer that has it. */
DSL_INLINE struct val cell_object(struct vm *vm, struct pic *g, int32_t i, int32_t j, int32_t only)
{
    return pic_single(vm, VAL_OBJECT,
                      val_cell(only >= 0 ? pic_colours(g)[only] : grid_at(g, i, j), i, j));
}

/* Pushes the components of mask m, which is layer `only` of g, or several layers if only < 0. */
DSL_FN void push_components_tile(struct vm *vm, struct pic *g, rows mask, int diagonal, int32_t only)
{
    uint64_t held = heap_alloc(vm, 16);
    uint32_t *spare = (uint32_t *)heap_at(vm, held);
    rows lone = lone_cells(mask, diagonal);
    if (!held)
        return;
    mask = rows_andnot(mask, lone);
    for (uint32_t by_row = rows_ballot(rows_or(mask, lone)); by_row; by_row &= by_row - 1) {
        int32_t i = bits_first(by_row);
        uint32_t single = rows_get(lone, i), left = single | rows_get(mask, i);
        while (left && !vm->err) {
            int32_t j = bits_first(left);
            left &= left - 1;
            if (single >> j & 1u) {
                stack_push(vm, cell_object(vm, g, i, j, only));
                continue;
            }
            rows part = flood(rows_bit(i, j), mask, diagonal);
            mask = rows_andnot(mask, part);
            left &= ~rows_get(part, i);
            stack_push(vm, tile_object(vm, g, part, only, spare));
        }
    }
}

/* One pass of spreading over a large mask in place; 1 if it grew. */
DSL_FN int spread_plane(uint32_t *seed, struct plane mask, int diagonal)
{
    struct plane s = {seed, mask.h, mask.tw};
    int grew = 0;
    for (int32_t q = 0; q < mask.tw; q++)
        for (int32_t i = 0; i < mask.h; i += 32) {
            int64_t j = 32 * (int64_t)q;
            rows old = plane_window(s, i, j), r = old, m = plane_window(mask, i, j);
            for (int di = -1; di <= 1; di++)
                for (int dj = -1; dj <= 1; dj++)
                    if (diagonal || di == 0 || dj == 0)
                        r = rows_or(r, plane_window(s, i + di, j + dj));
            r = flood(rows_and(r, m), m, diagonal);
            if (!rows_eq(r, old)) {
                rows_store(seed + q * mask.h + i, r, min32(32, mask.h - i));
                grew = 1;
            }
        }
    return grew;
}

/* As push_components_tile for a mask of any size; `left` is a copy of it that is used up. */
DSL_FN void push_components_plane(struct vm *vm, struct pic *g, uint32_t *left, int diagonal, int32_t only)
{
    uint32_t n = g->layer_words;
    uint64_t held = heap_alloc(vm, n / 4 + 1);
    uint32_t *part = (uint32_t *)heap_at(vm, held);
    struct plane m = {left, g->h, (int32_t)g->tw}, s = {part, g->h, (int32_t)g->tw};
    if (!held)
        return;
    for (int32_t i = 0; i < g->h; i++)
        for (int32_t q = 0; q < (int32_t)g->tw && !vm->err;) {
            uint32_t w = left[q * g->h + i];
            if (!w) {
                q++;
                continue;
            }
            words_zero(part, n);
            part[q * g->h + i] = w & (0u - w);
            while (spread_plane(part, m, diagonal) && afford(vm, n / 16 + 1))
                continue;
            if (vm->err)
                return;
            stack_push(vm, component_object(vm, g, s, only));
            for (uint32_t k = 0; k < n; k++)
                left[k] &= ~part[k];
        }
}

/* Pushes the components of layer `only` of g, or of all layers but bg together. */
DSL_FN void push_components(struct vm *vm, struct pic *g, int diagonal, int32_t only, int32_t bg)
{
    if (g->h <= 32 && g->tw == 1) {
        rows mask = only >= 0 ? pic_load(g, (uint32_t)only, 0, 0) : rows_rect(g->h, g->w, 0, 0);
        if (only < 0 && bg >= 0)
            mask = rows_andnot(mask, pic_load(g, (uint32_t)bg, 0, 0));
        push_components_tile(vm, g, mask, diagonal, only);
        return;
    }
    uint64_t held = heap_alloc(vm, g->layer_words / 4 + 1);
    uint32_t *left = (uint32_t *)heap_at(vm, held);
    if (!held)
        return;
    for (int32_t q = 0; q < (int32_t)g->tw; q++)
        for (int32_t i = 0; i < g->h; i++) {
            uint32_t w = bits_below(g->w - 32 * q);
            int32_t at = q * g->h + i;
            left[at] = only >= 0 ? pic_layer(g, (uint32_t)only)[at]
                       : bg >= 0 ? w & ~pic_layer(g, (uint32_t)bg)[at]
                                 : w;
        }
    push_components_plane(vm, g, left, diagonal, only);
}

/* A set of objects that stand on the stack in canonical order already; billed as set_build bills. */
DSL_FN struct val ordered_objects(struct vm *vm, uint64_t base)
{
    uint64_t trees = 0;
    struct val r = val_empty_set();
    for (uint64_t k = base; k < vm->sp && !vm->err; k++)
        trees += val_tree(vm, vm->stack[k]);
    vm->extra += trees / 16;
    if (vm->sp > base && !vm->err)
        r = heap_block(vm, VAL_SET, vm->stack + base, vm->sp - base);
    vm->sp = base;
    return r;
}

DSL_OP(objects)
{
    int univalued = val_truth(vm, a[1]), diagonal = val_truth(vm, a[2]), without = val_truth(vm, a[3]);
    struct val v = as_grid(vm, a[0]);
    uint64_t base = vm->sp;
    int32_t bg = -1, c = 0;
    if (vm->err || (without && !grid_background(vm, v, &c)))
        return val_none();
    if (v.tag != VAL_GRID)
        return fail(vm, ERR_INDEX);
    struct pic *g = heap_pic(vm, v);
    if (g->w == 0)
        return val_empty_set();
    if (without)
        bg = pic_find(g, c);
    if (!univalued) {
        push_components(vm, g, diagonal, -1, bg);
        return stack_to_set(vm, base);
    }
    for (int32_t k = 0; k < (int32_t)g->n_layers && !vm->err; k++)
        if (k != bg)
            push_components(vm, g, diagonal, k, -1);
    return ordered_objects(vm, base);
}

/* One object per colour but layer `bg`. */
DSL_FN struct val grid_partition(struct vm *vm, struct val v, int32_t bg)
{
    uint64_t base = vm->sp;
    struct pic *g = heap_pic(vm, v);
    for (int32_t k = 0; k < (int32_t)g->n_layers && !vm->err; k++)
        if (k != bg)
            stack_push(vm, component_object(vm, g, pic_plane(g, (uint32_t)k), k));
    return ordered_objects(vm, base);
}

DSL_OP(partition)
{
    struct val g = as_grid(vm, a[0]);
    return vm->err ? g : g.tag == VAL_GRID ? grid_partition(vm, g, -1) : val_empty_set();
}

DSL_OP(fgpartition)
{
    struct val g = as_grid(vm, a[0]);
    int32_t c = 0;
    if (vm->err || !grid_background(vm, g, &c))
        return val_none();
    return grid_partition(vm, g, pic_find(heap_pic(vm, g), c));
}

#endif
