/* Sets: union, intersection, difference, insertion; on masks where both sides are pictures. */
#ifndef DSL_OP_SET_H
#define DSL_OP_SET_H

#include "op.h"

/* A box by its first row and column and those behind its last. */
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

/* Sets the bits of layer j of p in layer k of r, whose box holds p's. */
DSL_FN void layer_blend(struct pic *r, uint32_t k, struct pic *p, uint32_t j)
{
    int64_t top = (int64_t)p->row - r->row, left = (int64_t)p->col - r->col;
    int shift = (int)(left & 31);
    PIC_EACH_TILE(p, ti, q)
    {
        rows bits = pic_load(p, j, ti, q);
        int32_t n = min32(32, p->h - 32 * ti), t = (int32_t)(left >> 5) + q;
        uint32_t *to = pic_layer(r, k) + (int64_t)t * r->h + top + 32 * ti;
        rows_store(to, rows_or(rows_load(to, n, 0), rows_shl(bits, shift)), n);
        if (shift && t + 1 < (int32_t)r->tw) {
            to += r->h;
            rows_store(to, rows_or(rows_load(to, n, 0), rows_shr(bits, 32 - shift)), n);
        }
    }
}

/* The union of pictures of one colour within one tile: the box r, joined from theirs, is its own. */
DSL_FN void blend_tile(struct vm *vm, struct pic *r, const struct val *v, uint64_t n)
{
    rows all = rows_zero();
    for (uint64_t k = 0; k < n; k++) {
        if (!val_is_patch_pic(v[k]))
            continue;
        struct pic *p = heap_pic(vm, v[k]);
        all = rows_or(all, rows_shl(rows_load(pic_words(p), p->h, r->row - p->row), p->col - r->col));
    }
    pic_store(r, 0, 0, 0, all);
}

/* What a union of pictures needs: its tag, box, and colours, which are pushed onto the arena's top
   as an ascending list. */
struct union_plan {
    uint32_t tag, n_colours;
    struct frame_box box;
    int32_t *colours;
};

/* Plans the union of v[0..n); 0: not all of one tag or too large.  Empty sets do not count. */
DSL_FN int plan_union(struct vm *vm, const struct val *v, uint64_t n, struct union_plan *u)
{
    u->tag = VAL_NONE;
    u->n_colours = 0;
    u->colours = (int32_t *)heap_at(vm, vm->top);
    for (uint64_t k = 0; k < n; k++) {
        if (!val_is_patch_pic(v[k])) {
            if (val_is_set(v[k]) && seq_len(vm, v[k]) == 0)
                continue;
            return 0;
        }
        struct pic *p = heap_pic(vm, v[k]);
        u->box = u->tag == VAL_NONE ? box_of(p) : box_join(u->box, box_of(p));
        if (u->tag != VAL_NONE && u->tag != v[k].tag)
            return 0;
        u->tag = v[k].tag;
        for (uint32_t j = 0; j < p->n_layers; j++)
            if (!colours_insert(u->colours, &u->n_colours, COLOURS_MAX, pic_colours(p)[j]))
                return 0;
    }
    return u->tag != VAL_NONE && pic_allowed(u->box.top, u->box.left, u->box.bottom - u->box.top,
                                             u->box.right - u->box.left, u->n_colours);
}

/*
 * The union of pictures of one tag (and empty sets) as a new picture; 0 when there is none, they
 * differ in kind, or it is too wide for masks: then the caller works on lists of elements.
 */
DSL_FN int pics_union(struct vm *vm, const struct val *v, uint64_t n, struct val *out)
{
    struct union_plan u;
    if (!heap_room(vm, COLOURS_MAX / 4) || !plan_union(vm, v, n, &u))
        return 0;
    heap_alloc(vm, pic_colour_units(u.n_colours));
    uint64_t ref = pic_alloc(vm, (enum val_tag)u.tag, (int32_t)u.box.top, (int32_t)u.box.left,
                             u.box.bottom - u.box.top, u.box.right - u.box.left, u.n_colours);
    if (!ref)
        return 0;
    struct pic *r = (struct pic *)heap_at(vm, ref);
    words_copy(pic_colours(r), u.colours, u.n_colours);
    if (r->tw == 1 && r->h <= 32 && r->n_layers == 1) {
        blend_tile(vm, r, v, n);
        *out = pic_seal(vm, ref, layer_count(r, 0));
        return 1;
    }
    words_zero(pic_words(r), (size_t)r->layer_words * r->n_layers);
    for (uint64_t k = 0; k < n; k++) {
        if (!val_is_patch_pic(v[k]))
            continue;
        struct pic *p = heap_pic(vm, v[k]);
        for (uint32_t j = 0; j < p->n_layers; j++)
            layer_blend(r, (uint32_t)pic_find(r, pic_colours(p)[j]), p, j);
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
    words_copy(pic_colours(r), pic_colours(p), p->n_layers);
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
    struct val out, both[2] = {a, b};
    if (seq_len(vm, a) == 0)
        return b;
    if (seq_len(vm, b) == 0)
        return a;
    if (same_pictures(a, b) && pics_union(vm, both, 2, &out))
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
    if (!afford(vm, seq_len(vm, a[0]) * seq_len(vm, a[1]) / 16))
        return val_none();
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
    if (!afford(vm, seq_len(vm, a[0]) * seq_len(vm, a[1]) / 16))
        return val_none();
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
