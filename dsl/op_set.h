/* Sets: union, intersection, difference, insertion; on masks where both sides are pictures. */
#ifndef DSL_OP_SET_H
#define DSL_OP_SET_H

#include "op.h"

/* Box that holds both; LIMIT is left to the caller through pic_count_words. */
struct frame_box {
    int64_t top, left, bottom, right;
};

DSL_INLINE struct frame_box box_of(const struct pic *p)
{
    struct frame_box b = {p->row, p->col, (int64_t)p->row + p->h, (int64_t)p->col + p->w};
    return b;
}

DSL_INLINE struct frame_box box_join(struct frame_box a, struct frame_box b)
{
    a.top = b.top < a.top ? b.top : a.top;
    a.left = b.left < a.left ? b.left : a.left;
    a.bottom = b.bottom > a.bottom ? b.bottom : a.bottom;
    a.right = b.right > a.right ? b.right : a.right;
    return a;
}

/* Layer of colour c of p at a tile given in outer coordinates; empty if p has no such layer. */
DSL_INLINE rows pic_tile(struct pic *p, int32_t layer, int64_t row, int64_t col)
{
    return layer < 0 ? rows_zero() : plane_window(pic_plane(p, (uint32_t)layer), row - p->row, col - p->col);
}

/* Ascending union of the colours of two pictures of one tag into list; their number. */
DSL_FN uint32_t colours_join(struct pic *p, struct pic *q, int32_t *list)
{
    uint32_t i = 0, j = 0, n = 0;
    int32_t *a = pic_colours(p), *b = pic_colours(q);
    while (i < p->n_layers || j < q->n_layers) {
        if (j == q->n_layers || (i < p->n_layers && a[i] <= b[j])) {
            j += j < q->n_layers && a[i] == b[j];
            list[n++] = a[i++];
        } else {
            list[n++] = b[j++];
        }
    }
    return n;
}

/*
 * The union of two pictures of one tag as a new picture; 0 when it is too wide for masks (then the
 * caller works on lists of elements).
 */
DSL_FN int pic_union(struct vm *vm, struct val a, struct val b, struct val *out)
{
    struct pic *p = heap_pic(vm, a), *q = heap_pic(vm, b);
    struct frame_box box = box_join(box_of(p), box_of(q));
    uint32_t most = p->n_layers + q->n_layers;
    uint64_t held = vm->top;
    if (!heap_room(vm, most / 4 + 1))
        return 0;
    uint32_t n = colours_join(p, q, (int32_t *)heap_at(vm, held));
    if (!pic_allowed(box.top, box.left, box.bottom - box.top, box.right - box.left, n))
        return 0;
    heap_alloc(vm, most / 4 + 1);
    uint64_t ref = pic_alloc(vm, (enum val_tag)a.tag, (int32_t)box.top, (int32_t)box.left,
                             box.bottom - box.top, box.right - box.left, n);
    if (!ref)
        return 0;
    struct pic *r = (struct pic *)heap_at(vm, ref);
    memcpy(pic_colours(r), heap_at(vm, held), 4 * n);
    for (uint32_t k = 0; k < n; k++) {
        int32_t i = pic_find(p, pic_colours(r)[k]), j = pic_find(q, pic_colours(r)[k]);
        PIC_EACH_TILE(r, ti, t)
        {
            int64_t row = (int64_t)r->row + 32 * ti, col = (int64_t)r->col + 32 * t;
            pic_store(r, k, ti, t, rows_or(pic_tile(p, i, row, col), pic_tile(q, j, row, col)));
        }
    }
    *out = patch_finish(vm, ref);
    return 1;
}

/* a's cells that are (want = 1) or are not (0) in b; pictures of one tag. */
DSL_FN struct val pic_select(struct vm *vm, struct val a, struct val b, int want)
{
    struct pic *p = heap_pic(vm, a), *q = heap_pic(vm, b);
    uint64_t ref = pic_alloc(vm, (enum val_tag)a.tag, p->row, p->col, p->h, p->w, p->n_layers);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    memcpy(pic_colours(r), pic_colours(p), 4 * p->n_layers);
    for (uint32_t k = 0; k < p->n_layers; k++) {
        int32_t j = pic_find(q, pic_colours(p)[k]);
        PIC_EACH_TILE(r, ti, t)
        {
            rows x = pic_load(p, k, ti, t);
            rows y = pic_tile(q, j, (int64_t)r->row + 32 * ti, (int64_t)r->col + 32 * t);
            pic_store(r, k, ti, t, want ? rows_and(x, y) : rows_andnot(x, y));
        }
    }
    return patch_finish(vm, ref);
}

DSL_INLINE int same_pictures(struct val a, struct val b)
{
    return a.tag == b.tag && val_is_patch_pic(a);
}

DSL_FN struct val set_union(struct vm *vm, struct val a, struct val b)
{
    struct val out;
    if (seq_len(vm, a) == 0)
        return b;
    if (seq_len(vm, b) == 0)
        return a;
    if (same_pictures(a, b) && pic_union(vm, a, b, &out))
        return out;
    if (vm->err)
        return val_none();
    uint64_t base = seq_push(vm, a);
    seq_push(vm, b);
    return stack_to_set(vm, base);
}

/* Elements of a that are (want) or are not in b, as a list like a. */
DSL_FN struct val select_elements(struct vm *vm, struct val a, struct val b, int want)
{
    uint64_t base = vm->sp;
    struct seq s = seq_begin(vm, a);
    struct val e;
    while (!vm->err && seq_next(vm, &s, &e))
        if (seq_contains(vm, b, e) == want)
            stack_push(vm, e);
    return stack_to_like(vm, base, a);
}

DSL_OP(intersection)
{
    if (val_is_int(a[0]) && val_is_int(a[1]))
        return a[0].tag == VAL_BOOL && a[1].tag == VAL_BOOL ? val_bool((int)(a[0].u.i & a[1].u.i))
                                                            : val_int(a[0].u.i & a[1].u.i);
    if (!val_is_set(a[0]) || !val_is_set(a[1]))
        return fail(vm, ERR_TYPE);
    if (same_pictures(a[0], a[1]))
        return pic_select(vm, a[0], a[1], 1);
    vm->extra += seq_len(vm, a[0]) * seq_len(vm, a[1]) / 256;
    return select_elements(vm, a[0], a[1], 1);
}

DSL_OP(difference)
{
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, a[0]) == 0)
        return a[0];
    if (!val_is_container(a[1]))
        return fail(vm, ERR_TYPE);
    if (same_pictures(a[0], a[1]))
        return pic_select(vm, a[0], a[1], 0);
    vm->extra += seq_len(vm, a[0]) * seq_len(vm, a[1]) / 256;
    return select_elements(vm, a[0], a[1], 0);
}

DSL_OP(insert)
{
    if (!val_is_set(a[1]))
        return fail(vm, ERR_ATTRIBUTE);
    if (seq_len(vm, a[1]) && seq_contains(vm, a[1], a[0]))
        return a[1];
    uint64_t base = seq_push(vm, a[1]);
    stack_push(vm, a[0]);
    return stack_to_set(vm, base);
}

DSL_OP(initset)
{
    uint64_t base = vm->sp;
    stack_push(vm, a[0]);
    return stack_to_set(vm, base);
}

DSL_OP(product)
{
    uint64_t base = vm->sp;
    struct val pair[2];
    if (!val_is_container(a[1]))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, a[1]) == 0)
        return val_empty_set();
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, a[0]) * seq_len(vm, a[1]) > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    struct seq t = seq_begin(vm, a[1]);
    while (!vm->err && seq_next(vm, &t, &pair[1])) {
        struct seq s = seq_begin(vm, a[0]);
        while (!vm->err && seq_next(vm, &s, &pair[0]))
            stack_push(vm, tuple_build(vm, pair, 2));
    }
    return stack_to_set(vm, base);
}

#endif
