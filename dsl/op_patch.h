/* Patches: positions, boxes, corners, colours. */
#ifndef DSL_OP_PATCH_H
#define DSL_OP_PATCH_H

#include "op_arith.h"
#include "op_grid_paint.h"
#include "op_set.h"

/* The positions of a picture patch as indices. */
DSL_FN struct val pic_indices(struct vm *vm, struct val v)
{
    struct pic *p = heap_pic(vm, v);
    if (v.tag == VAL_INDICES)
        return v;
    uint64_t ref = pic_alloc(vm, VAL_INDICES, p->row, p->col, p->h, p->w, 1);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    pic_colours(r)[0] = 0;
    PIC_EACH_TILE(r, ti, q) pic_store(r, 0, ti, q, pic_window_all(p, 32 * ti, 32 * q));
    return patch_finish(vm, ref);
}

/* Second items of elements that are couples, whatever they hold, as a set. */
DSL_FN struct val second_items(struct vm *vm, struct val c)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, c);
    struct val e;
    while (!vm->err && seq_next(vm, &s, &e)) {
        if (!val_is_container(e))
            fail(vm, ERR_TYPE);
        else if (seq_len(vm, e) != 2)
            fail(vm, ERR_VALUE);
        else
            stack_push(vm, seq_get(vm, e, 1));
    }
    return stack_to_set(vm, base);
}

DSL_OP(toindices)
{
    if (val_is_patch_pic(a[0]))
        return pic_indices(vm, a[0]);
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, a[0]) == 0)
        return val_empty_set();
    int is_cell = probe_is_cell(vm, seq_get(vm, a[0], 0)); /* the first element decides */
    return vm->err ? val_none() : is_cell ? second_items(vm, a[0]) : a[0];
}

DSL_OP(recolor)
{
    struct val p = as_patch(vm, a[1]);
    int32_t c = 0;
    if (vm->err || !val_is_patch_pic(p))
        return p;
    p = pic_indices(vm, p);
    if (vm->err || (!val_is_int(a[0]) || a[0].tag == VAL_BOOL)) {
        uint64_t base = vm->sp;
        struct seq s = seq_begin(vm, p);
        struct val e[2];
        e[0] = a[0];
        while (!vm->err && seq_next(vm, &s, &e[1]))
            stack_push(vm, tuple_build(vm, e, 2));
        return stack_to_set(vm, base);
    }
    if (!int32_of(vm, a[0], &c))
        return val_none();
    struct pic *o = heap_pic(vm, p);
    uint64_t ref = heap_alloc(vm, o->b.size16);
    if (!ref)
        return val_none();
    words_copy(heap_at(vm, ref), o, 4 * (size_t)o->b.size16);
    struct pic *r = (struct pic *)heap_at(vm, ref);
    r->b.tag = VAL_OBJECT;
    r->b.depth = 3;
    pic_colours(r)[0] = c;
    return pic_seal(vm, ref, o->b.len);
}

DSL_OP(shift)
{
    if (val_is_container(a[0]) && seq_len(vm, a[0]) == 0)
        return a[0];
    struct val p = as_patch(vm, a[0]);
    struct val d = vm->err ? p : unpack_pair(vm, a[1]);
    return vm->err ? val_none() : pic_shifted(vm, p, d.u.p.a, d.u.p.b);
}

DSL_OP(normalize)
{
    if (val_is_container(a[0]) && seq_len(vm, a[0]) == 0)
        return a[0];
    struct val p = as_patch(vm, a[0]);
    if (vm->err)
        return val_none();
    return pic_shifted(vm, p, -(int64_t)heap_pic(vm, p)->row, -(int64_t)heap_pic(vm, p)->col);
}

/* The picture of a patch that must have a cell; NULL with err set, `empty` if it has none. */
DSL_FN struct pic *patch_pic(struct vm *vm, struct val v, enum vm_error empty)
{
    v = as_patch(vm, v);
    if (!vm->err && !val_is_patch_pic(v))
        fail(vm, empty);
    return vm->err ? NULL : heap_pic(vm, v);
}

DSL_OP(uppermost)
{
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    return p ? val_int(p->row) : val_none();
}

DSL_OP(lowermost)
{
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    return p ? val_int((int64_t)p->row + p->h - 1) : val_none();
}

DSL_OP(leftmost)
{
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    return p ? val_int(p->col) : val_none();
}

DSL_OP(rightmost)
{
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    return p ? val_int((int64_t)p->col + p->w - 1) : val_none();
}

enum fold { FOLD_LEAST, FOLD_GREATEST, FOLD_MEAN };

/*
 * Item by item over all elements, which are tuples of ints of any lengths: the shortest decides how
 * many items come out.  What corners and centerofmass do on tuples that are no patches.
 */
DSL_FN struct val fold_items(struct vm *vm, struct val c, enum fold how)
{
    uint64_t base = vm->sp, width = 0, n = seq_len(vm, c);
    struct seq s = seq_begin(vm, c);
    struct val row, e;
    while (!vm->err && seq_next(vm, &s, &row)) {
        struct seq r = seq_begin(vm, row);
        uint64_t k = 0;
        if (!val_is_container(row))
            return fail(vm, ERR_TYPE);
        width = s.k == 1 || r.n < width ? r.n : width;
        for (; k < width && !vm->err && seq_next(vm, &r, &e); k++) {
            int64_t x = int_of(vm, e), *to = &vm->stack[base + k].u.i;
            if (s.k == 1)
                stack_push(vm, val_int(x));
            else if (how == FOLD_MEAN)
                *to = number_apply(vm, NUMBER_ADD, *to, x);
            else if (how == FOLD_LEAST ? x < *to : x > *to)
                *to = x;
        }
    }
    for (uint64_t k = 0; k < width && how == FOLD_MEAN && !vm->err; k++)
        vm->stack[base + k].u.i = number_apply(vm, NUMBER_DIV, vm->stack[base + k].u.i, (int64_t)n);
    vm->sp = base + width;
    return stack_to_tuple(vm, base);
}

/* Is this a tuple or set whose first element is a tuple of other than two items? */
DSL_FN int is_fold(struct vm *vm, struct val c)
{
    if (val_is_patch_pic(c) || !val_is_container(c) || seq_len(vm, c) == 0)
        return 0;
    struct val e = seq_get(vm, c, 0);
    return val_is_tuple(e) && seq_len(vm, e) > 2;
}

/* A corner of the box; the empty tuple for the empty patch. */
DSL_FN struct val patch_corner(struct vm *vm, struct val v, int low, int right)
{
    if (low == right && is_fold(vm, v))
        return fold_items(vm, v, low ? FOLD_GREATEST : FOLD_LEAST);
    v = as_patch(vm, v);
    if (vm->err || !val_is_patch_pic(v))
        return vm->err ? val_none() : val_empty_tuple();
    struct pic *p = heap_pic(vm, v);
    return val_pair(p->row + (low ? p->h - 1 : 0), p->col + (right ? p->w - 1 : 0));
}

DSL_OP(ulcorner)
{
    return patch_corner(vm, a[0], 0, 0);
}

DSL_OP(urcorner)
{
    return patch_corner(vm, a[0], 0, 1);
}

DSL_OP(llcorner)
{
    return patch_corner(vm, a[0], 1, 0);
}

DSL_OP(lrcorner)
{
    return patch_corner(vm, a[0], 1, 1);
}

DSL_OP(corners)
{
    struct val v = as_patch(vm, a[0]);
    if (vm->err)
        return val_none();
    if (!val_is_patch_pic(v)) {
        v = val_empty_tuple();
        return heap_block(vm, VAL_SET, &v, 1);
    }
    struct pic *p = heap_pic(vm, v);
    uint64_t ref = indices_blank(vm, p->row, p->col, p->h, p->w);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    for (int k = 0; k < 4; k++) {
        int32_t i = k / 2 ? r->h - 1 : 0, j = k % 2 ? r->w - 1 : 0;
        pic_words(r)[(j >> 5) * r->h + i] |= 1u << (j & 31);
    }
    return pic_seal(vm, ref, (r->h > 1 ? 2u : 1u) * (r->w > 1 ? 2u : 1u));
}

/* The center of a patch; of a tuple, height and width are those of the tuple as a grid. */
DSL_FN struct ints center_of(struct vm *vm, struct val v)
{
    struct ints c = {0, 0};
    struct pic *p = patch_pic(vm, v, ERR_VALUE);
    if (!p)
        return c;
    c.a = p->row + height_of(vm, v) / 2;
    c.b = p->col + width_of(vm, v) / 2;
    return c;
}

DSL_OP(center)
{
    struct ints c = center_of(vm, a[0]);
    return vm->err ? val_none() : ints_to_pair(vm, c.a, c.b);
}

DSL_OP(centerofmass)
{
    if (is_fold(vm, a[0]))
        return fold_items(vm, a[0], FOLD_MEAN);
    struct val p = as_patch(vm, a[0]);
    if (vm->err || !val_is_patch_pic(p))
        return vm->err ? val_none() : val_empty_tuple();
    struct val sums_over = val_is_tuple(a[0]) && p.tag == VAL_INDICES ? a[0] : pic_indices(vm, p);
    struct seq s = seq_begin(vm, sums_over);
    int64_t i = 0, j = 0, n = (int64_t)seq_len(vm, a[0]);
    struct val e;
    while (!vm->err && seq_next(vm, &s, &e)) {
        e = unpack_pair(vm, e);
        i += e.u.p.a;
        j += e.u.p.b;
    }
    i = number_apply(vm, NUMBER_DIV, i, n);
    j = number_apply(vm, NUMBER_DIV, j, n);
    return vm->err ? val_none() : ints_to_pair(vm, i, j);
}

/* Item 0 of the first element of a container. */
DSL_FN struct val first_item(struct vm *vm, struct val c, enum vm_error empty)
{
    if (!val_is_container(c))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, c) == 0)
        return fail(vm, empty);
    struct seq s = seq_begin(vm, c);
    struct val e = val_none();
    seq_next(vm, &s, &e);
    if (!val_is_tuple(e))
        return fail(vm, ERR_TYPE);
    return seq_len(vm, e) ? tuple_get(vm, e, 0) : fail(vm, ERR_INDEX);
}

DSL_OP(color)
{
    return first_item(vm, a[0], ERR_STOP);
}

DSL_OP(colorfilter)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, a[0]);
    struct val e;
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    while (!vm->err && seq_next(vm, &s, &e)) {
        struct val c = first_item(vm, e, ERR_RUNTIME);
        if (!vm->err && val_equal(vm, c, a[1]))
            stack_push(vm, e);
    }
    return stack_to_set(vm, base);
}

DSL_OP(sizefilter)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, a[0]);
    struct val e;
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    while (!vm->err && seq_next(vm, &s, &e)) {
        if (!val_is_container(e))
            fail(vm, ERR_TYPE);
        else if (val_is_int(a[1]) && (int64_t)seq_len(vm, e) == a[1].u.i)
            stack_push(vm, e);
    }
    return stack_to_set(vm, base);
}

DSL_OP(square)
{
    if (val_is_tuple(a[0]) && seq_len(vm, a[0]) == 0)
        return fail(vm, ERR_INDEX);
    int64_t h = height_of(vm, a[0]), w = width_of(vm, a[0]);
    if (val_is_tuple(a[0]))
        return val_bool(h == w);
    return val_bool(h == w && h * w == (int64_t)seq_len(vm, a[0]));
}

DSL_OP(vline)
{
    int64_t h = height_of(vm, a[0]), w = width_of(vm, a[0]);
    return val_bool(w == 1 && h == (int64_t)seq_len(vm, a[0]));
}

DSL_OP(hline)
{
    int64_t h = height_of(vm, a[0]), w = width_of(vm, a[0]);
    return val_bool(h == 1 && w == (int64_t)seq_len(vm, a[0]));
}

#endif
