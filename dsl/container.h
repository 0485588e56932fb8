/* Building tuples and sets in canonical form, and reading values as grids and patches. */
#ifndef DSL_CONTAINER_H
#define DSL_CONTAINER_H

#include "fuel.h"
#include "sort.h"

/* The tuple of n values: PAIR and CELL where they fit, else a block. */
DSL_FN struct val tuple_build(struct vm *vm, const struct val *v, uint64_t n)
{
    if (n == 0)
        return val_empty_tuple();
    if (n == 2 && v[0].tag == VAL_INT && val_fits32(v[0].u.i)) {
        if (v[1].tag == VAL_INT && val_fits32(v[1].u.i))
            return val_pair((int32_t)v[0].u.i, (int32_t)v[1].u.i);
        if (v[1].tag == VAL_PAIR)
            return val_cell((int32_t)v[0].u.i, v[1].u.p.a, v[1].u.p.b);
    }
    return heap_block(vm, VAL_TUPLE, v, n);
}

/* Are all n values of this tag? */
DSL_INLINE int all_tagged(const struct val *v, uint64_t n, enum val_tag tag)
{
    for (uint64_t k = 0; k < n; k++)
        if (v[k].tag != (uint32_t)tag)
            return 0;
    return 1;
}

/*
 * The set of v[0..n), which stands on the stack just below sp and is used up.  Pairs and cells
 * become pictures; anything else a sorted block.  Bills the trees of heap elements, which bounds
 * the time that comparing them takes.
 */
DSL_FN struct val set_build(struct vm *vm, struct val *v, uint64_t n)
{
    struct val out;
    uint64_t trees = 0;
    if (n == 0)
        return val_empty_set();
    if (all_tagged(v, n, VAL_PAIR) && pic_from_elements(vm, VAL_INDICES, v, n, &out))
        return out;
    if (vm->err)
        return val_none();
    if (all_tagged(v, n, VAL_CELL) && pic_from_elements(vm, VAL_OBJECT, v, n, &out))
        return out;
    for (uint64_t k = 0; k < n; k++)
        trees += val_is_block(v[k]) ? val_tree(vm, v[k]) : 0;
    if (!afford(vm, trees / 16))
        return val_none();
    uint64_t unique = vals_order(vm, v, n);
    if (unique < n && (v[0].tag == VAL_PAIR || v[0].tag == VAL_CELL) &&
        all_tagged(v, unique, (enum val_tag)v[0].tag))
        return set_build(vm, v, unique);
    return heap_block(vm, VAL_SET, v, unique);
}

/* Takes stack[base..sp) as the elements of a new tuple or set, and pops them. */
DSL_FN struct val stack_to_tuple(struct vm *vm, uint64_t base)
{
    struct val r = vm->err ? val_none() : tuple_build(vm, vm->stack + base, vm->sp - base);
    vm->sp = base;
    return r;
}

DSL_FN struct val stack_to_set(struct vm *vm, uint64_t base)
{
    struct val r = vm->err ? val_none() : set_build(vm, vm->stack + base, vm->sp - base);
    vm->sp = base;
    return r;
}

/* As the one or the other, "like" the container that came in. */
DSL_INLINE struct val stack_to_like(struct vm *vm, uint64_t base, struct val like)
{
    return val_is_set(like) ? stack_to_set(vm, base) : stack_to_tuple(vm, base);
}

/* ---- tuples read as grids ---- */

/* Colours and shape of a tuple of rows; ERR when it is no grid. */
DSL_FN int tuple_survey(struct vm *vm, struct val t, int64_t *w, int32_t *colours, uint32_t *n)
{
    uint64_t h = seq_len(vm, t);
    for (uint64_t i = 0; i < h; i++) {
        struct val row = heap_vals(vm, t)[i];
        if (!val_is_tuple(row))
            return (int)(fail(vm, ERR_TYPE), 0);
        int64_t len = (int64_t)seq_len(vm, row);
        if (i > 0 && len != *w)
            return (int)(fail(vm, ERR_RAGGED), 0);
        *w = len;
        for (int64_t j = 0; j < len; j++) {
            struct val c = row.tag == VAL_GRID ? row : seq_at(vm, row, (uint64_t)j);
            if (!val_is_int(c))
                return (int)(fail(vm, ERR_TYPE), 0);
            if (!val_fits32(c.u.i) || !colours_insert(colours, n, COLOURS_MAX, (int32_t)c.u.i))
                return (int)(fail(vm, ERR_LIMIT), 0);
        }
    }
    return 1;
}

/* A TUPLE block as a grid; TypeError for cells that are no ints, ERR_RAGGED for unequal rows. */
DSL_FN struct val grid_from_tuple(struct vm *vm, struct val t)
{
    int64_t w = 0, h = (int64_t)seq_len(vm, t);
    uint32_t n = 0;
    uint64_t held = heap_alloc(vm, COLOURS_MAX / 4);
    if (!held || !tuple_survey(vm, t, &w, (int32_t *)heap_at(vm, held), &n))
        return val_none();
    uint64_t ref = pic_alloc(vm, VAL_GRID, 0, 0, h, w, n);
    if (!ref)
        return val_none();
    struct pic *p = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(p), heap_at(vm, held), n);
    words_zero(pic_words(p), (size_t)n * p->layer_words);
    for (int32_t i = 0; i < (int32_t)h; i++)
        for (int32_t j = 0; j < (int32_t)w; j++) {
            struct val c = tuple_get(vm, heap_vals(vm, t)[i], (uint64_t)j);
            int32_t k = pic_find(p, c.u.i);
            pic_layer(p, (uint32_t)k)[(j >> 5) * p->h + i] |= 1u << (j & 31);
        }
    words_move_down(heap_at(vm, held), p, (size_t)p->b.size16 * 4);
    p = (struct pic *)heap_at(vm, held);
    pic_fit(vm, p);
    return grid_finish(vm, held);
}

/*
 * Reads any value as a grid: GRID, or the empty tuple, or a tuple of rows converted.  Fails with
 * TypeError for anything that is no tuple of tuples.
 */
DSL_INLINE struct val as_grid(struct vm *vm, struct val v)
{
    if (DSL_UNLIKELY(v.tag != VAL_GRID)) {
        if (v.tag != VAL_TUPLE)
            return fail(vm, ERR_TYPE);
        if (seq_len(vm, v) != 0)
            return grid_from_tuple(vm, v);
    }
    return v;
}

/* As as_grid; the grid with no rows is IndexError (the dagger of batt-dsl(7)). */
DSL_INLINE struct val as_grid_with_rows(struct vm *vm, struct val v)
{
    v = as_grid(vm, v);
    if (!vm->err && v.tag != VAL_GRID)
        return fail(vm, ERR_INDEX);
    return v;
}

/* ---- containers read as patches ---- */

/* Probes one element: 1 a cell, 0 a pair or anything with an int second; fails as Python would. */
DSL_FN int probe_is_cell(struct vm *vm, struct val e)
{
    if (e.tag == VAL_CELL)
        return 1;
    if (e.tag == VAL_PAIR)
        return 0;
    if (!val_is_tuple(e))
        return (int)(fail(vm, ERR_TYPE), 0);
    if (seq_len(vm, e) < 2)
        return (int)(fail(vm, ERR_INDEX), 0);
    uint64_t mark = vm->top;
    int is_cell = val_is_tuple(tuple_get(vm, e, 1));
    vm->top = mark;
    return is_cell;
}

/* An int of 32 bits in *out, or TypeError, or LIMIT beyond 32 bits. */
DSL_FN int int32_of(struct vm *vm, struct val v, int32_t *out)
{
    if (!val_is_int(v))
        fail(vm, ERR_TYPE);
    else if (!val_fits32(v.u.i))
        fail(vm, ERR_LIMIT);
    else
        *out = (int32_t)v.u.i;
    return !vm->err;
}

/* A tuple of exactly two ints unpacked: other lengths ValueError, other kinds TypeError. */
DSL_FN struct val unpack_pair(struct vm *vm, struct val v)
{
    int32_t a = 0, b = 0;
    uint64_t mark = vm->top;
    if (v.tag == VAL_PAIR)
        return v;
    if (!val_is_container(v))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, v) != 2)
        return fail(vm, ERR_VALUE);
    struct val x = seq_get(vm, v, 0), y = seq_get(vm, v, 1);
    vm->top = mark;
    if (!int32_of(vm, x, &a) || !int32_of(vm, y, &b))
        return val_none();
    return val_pair(a, b);
}

/* A tuple (colour, (i, j)) unpacked into a CELL. */
DSL_FN struct val unpack_cell(struct vm *vm, struct val v)
{
    int32_t c = 0;
    if (v.tag == VAL_CELL)
        return v;
    if (!val_is_container(v))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, v) != 2)
        return fail(vm, ERR_VALUE);
    struct val x = seq_get(vm, v, 0), at = unpack_pair(vm, seq_get(vm, v, 1));
    if (vm->err || !int32_of(vm, x, &c))
        return val_none();
    return val_cell(c, at.u.p.a, at.u.p.b);
}

/* Is the place inside a grid of h x w?  h < 0: everywhere is. */
DSL_INLINE int place_counts(struct val e, int32_t h, int32_t w)
{
    return h < 0 || (e.u.p.a >= 0 && e.u.p.a < h && e.u.p.b >= 0 && e.u.p.b < w);
}

/*
 * Reads a container of pairs or cells as a picture: INDICES, OBJECT, or the empty set (for every
 * empty container).  kind: VAL_INDICES wants pairs, VAL_OBJECT cells, VAL_NONE probes the first
 * element (batt-dsl(7), "Patch probe").  Duplicates of a tuple patch fall together.  Fails with
 * TypeError, ValueError or IndexError like the reference; LIMIT where masks cannot hold it.  With
 * h >= 0 only places inside a grid of h x w are taken, for primitives that ignore the others.
 */
DSL_FN struct val patch_from_elements(struct vm *vm, struct val v, enum val_tag kind, int32_t h,
                                      int32_t w)
{
    struct val e, out = val_empty_set();
    if (!val_is_container(v))
        return fail(vm, ERR_TYPE);
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, v);
    while (!vm->err && seq_next(vm, &s, &e)) {
        if (kind == VAL_NONE)
            kind = probe_is_cell(vm, e) ? VAL_OBJECT : VAL_INDICES;
        if (!vm->err)
            e = kind == VAL_OBJECT ? unpack_cell(vm, e) : unpack_pair(vm, e);
        if (!vm->err && place_counts(e, h, w))
            stack_push(vm, e);
    }
    if (!vm->err && vm->sp > base &&
        !pic_from_elements(vm, kind, vm->stack + base, vm->sp - base, &out))
        fail(vm, ERR_LIMIT);
    vm->sp = base;
    return vm->err ? val_none() : out;
}

DSL_INLINE struct val as_patch(struct vm *vm, struct val v)
{
    return val_is_patch_pic(v) ? v : patch_from_elements(vm, v, VAL_NONE, -1, 0);
}

/* As as_patch; what lies off the grid g may be left out. */
DSL_INLINE struct val as_patch_on(struct vm *vm, struct val v, struct pic *g)
{
    return val_is_patch_pic(v) ? v : patch_from_elements(vm, v, VAL_NONE, g->h, g->w);
}

/* As as_patch, but the elements must be cells: indices fail with TypeError. */
DSL_INLINE struct val as_object(struct vm *vm, struct val v)
{
    if (v.tag == VAL_OBJECT)
        return v;
    if (v.tag == VAL_INDICES)
        return fail(vm, ERR_TYPE);
    return patch_from_elements(vm, v, VAL_OBJECT, -1, 0);
}

#endif
