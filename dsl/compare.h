/*
 * Elements, equality and the two orders: the canonical one of sets, and the one programs see.
 *
 * Nested values are walked with the frames of struct vm, never by host recursion; LIMIT_DEPTH
 * bounds their number.
 */
#ifndef DSL_COMPARE_H
#define DSL_COMPARE_H

#include "picture.h"

/* Number of elements of a container; a grid's are its rows.  0 for anything else. */
DSL_LARGE uint64_t seq_len(const struct vm *vm, struct val v)
{
    switch (v.tag) {
    case VAL_PAIR:
    case VAL_CELL:
        return 2;
    case VAL_GRID:
        return (uint64_t)heap_pic(vm, v)->h;
    case VAL_TUPLE:
    case VAL_SET:
    case VAL_INDICES:
    case VAL_OBJECT:
        return heap_at(vm, v.u.ref)->len;
    default:
        return 0;
    }
}

/* Row i of a grid as a tuple value. */
DSL_FN struct val grid_row(struct vm *vm, struct val g, int32_t i)
{
    struct pic *p = heap_pic(vm, g);
    int32_t w = p->w;
    if (w == 2)
        return val_pair(grid_at(p, i, 0), grid_at(p, i, 1));
    if (w == 0)
        return val_empty_tuple();
    uint64_t ref = heap_alloc(vm, 1 + (uint64_t)w);
    if (!ref)
        return val_none();
    struct block *b = heap_at(vm, ref);
    struct val *v = (struct val *)(b + 1);
    b->tag = VAL_TUPLE;
    b->depth = 1;
    b->kind = 0;
    b->size16 = (uint32_t)(1 + w);
    b->len = (uint32_t)w;
    b->tree = (uint32_t)(1 + w);
    p = heap_pic(vm, g);
    for (uint32_t k = 0; k < p->n_layers; k++)
        for (int32_t q = 0; q < (int32_t)p->tw; q++)
            for (uint32_t m = pic_layer(p, k)[q * p->h + i]; m; m &= m - 1)
                v[32 * q + bits_first(m)] = val_int(pic_colours(p)[k]);
    return val_ref(VAL_TUPLE, ref);
}

/* Element k of a tuple; may make a block (a grid's row).  k must be in range. */
DSL_FN struct val tuple_get(struct vm *vm, struct val v, uint64_t k)
{
    switch (v.tag) {
    case VAL_PAIR:
        return val_int(k ? v.u.p.b : v.u.p.a);
    case VAL_CELL:
        return k ? val_pair(v.u.p.a, v.u.p.b) : val_int(v.c);
    case VAL_GRID:
        return grid_row(vm, v, (int32_t)k);
    default:
        return heap_vals(vm, v)[k];
    }
}

/* Walks any container's elements in order. */
struct seq {
    struct val v;
    uint64_t k, n;
    struct pic_iter it;
};

DSL_LARGE void seq_start(struct vm *vm, struct seq *s, struct val v)
{
    s->v = v;
    s->k = 0;
    s->n = seq_len(vm, v);
    if (val_is_patch_pic(v))
        s->it = pic_begin(heap_pic(vm, v));
}

DSL_LARGE struct seq seq_begin(struct vm *vm, struct val v)
{
    struct seq s;
    seq_start(vm, &s, v);
    return s;
}

DSL_LARGE int seq_next(struct vm *vm, struct seq *s, struct val *out)
{
    if (s->k == s->n)
        return 0;
    s->k++;
    if (val_is_list(s->v))
        *out = heap_vals(vm, s->v)[s->k - 1];
    else if (val_is_patch_pic(s->v))
        return pic_next(&s->it, out);
    else
        *out = tuple_get(vm, s->v, s->k - 1);
    return 1;
}

/* Pushes all elements; returns where the first stands on the stack. */
DSL_FN uint64_t seq_push(struct vm *vm, struct val v)
{
    uint64_t base = vm->sp, n = seq_len(vm, v);
    if (!stack_room(vm, n))
        return base;
    if (val_is_list(v)) {
        words_copy(vm->stack + base, heap_vals(vm, v), 4 * n);
        vm->sp += n;
    } else if (val_is_patch_pic(v)) {
        struct pic_iter it = pic_begin(heap_pic(vm, v));
        while (pic_next(&it, &vm->stack[vm->sp]))
            vm->sp++;
    } else {
        for (uint64_t k = 0; k < n; k++) {
            struct val e = tuple_get(vm, v, k);
            vm->stack[vm->sp++] = e;
        }
    }
    return base;
}

DSL_INLINE int rank_of(struct val v)
{
    return v.tag == VAL_NONE ? 0 : val_is_int(v) ? 1 : val_is_tuple(v) ? 2 : val_is_set(v) ? 3 : 4;
}

DSL_INLINE int order_int(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* Where two grids of one shape first differ (row-major), and the order of the colours there. */
DSL_FN int order_grids(struct pic *a, struct pic *b)
{
    for (int32_t i = 0; i < a->h; i++)
        for (int32_t j = 0; j < a->w; j++) {
            int32_t x = grid_at(a, i, j), y = grid_at(b, i, j);
            if (x != y)
                return x < y ? -1 : 1;
        }
    return 0;
}

/* Bytes that must be equal when two pictures of one tag are. */
DSL_LARGE int pic_equal(struct pic *a, struct pic *b)
{
    return a->b.size16 == b->b.size16 && a->b.len == b->b.len &&
           words_equal(a, b, (size_t)a->b.size16 * 4);
}

/* As order_patches, element by element: for masks wider than a word. */
DSL_FN int order_elements(struct pic *a, struct pic *b)
{
    struct pic_iter x = pic_begin(a), y = pic_begin(b);
    struct val u, v;
    for (;;) {
        int more_x = pic_next(&x, &u), more_y = pic_next(&y, &v);
        if (!more_x || !more_y)
            return more_x - more_y;
        if (u.c != v.c)
            return u.c < v.c ? -1 : 1;
        if (u.u.p.a != v.u.p.a)
            return u.u.p.a < v.u.p.a ? -1 : 1;
        if (u.u.p.b != v.u.p.b)
            return u.u.p.b < v.u.p.b ? -1 : 1;
    }
}

/* Row i, counted from the grid's origin, of layer k, moved right by `shift`; the mask is one word
   wide. */
DSL_INLINE uint64_t layer_row(struct pic *p, uint32_t k, int64_t i, int shift)
{
    i -= p->row;
    return i < 0 || i >= p->h ? 0 : (uint64_t)pic_layer(p, k)[i] << shift;
}

/* Has p an element after row i of layer k? */
DSL_INLINE int more_elements(struct pic *p, uint32_t k, int64_t i)
{
    int64_t from = i + 1 - p->row;
    from = from < 0 ? 0 : from;
    return k + 1 < p->n_layers ||
           (from < p->h && words_any(pic_layer(p, k) + from, (uint64_t)(p->h - from)));
}

/*
 * Two pictures of one tag, both indices or both objects, as ascending lists of elements.  Where the
 * masks first differ, the one that has the bit goes first, unless the other list has ended there.
 */
DSL_FN int order_patches(struct pic *a, struct pic *b)
{
    int64_t apart = (int64_t)a->col - b->col;
    if (a->tw != 1 || b->tw != 1 || apart > 31 || apart < -31)
        return order_elements(a, b);
    int shift_a = apart > 0 ? (int)apart : 0, shift_b = apart < 0 ? (int)-apart : 0;
    int64_t top = a->row < b->row ? a->row : b->row;
    int64_t end_a = (int64_t)a->row + a->h, end_b = (int64_t)b->row + b->h;
    int64_t end = end_a > end_b ? end_a : end_b;
    for (uint32_t k = 0; k < a->n_layers && k < b->n_layers; k++) {
        if (pic_colours(a)[k] != pic_colours(b)[k])
            return pic_colours(a)[k] < pic_colours(b)[k] ? -1 : 1;
        for (int64_t i = top; i < end; i++) {
            uint64_t x = layer_row(a, k, i, shift_a), y = layer_row(b, k, i, shift_b);
            uint64_t low = (x ^ y) & (0 - (x ^ y));
            if (!low)
                continue;
            if (x & low)
                return y > low || more_elements(b, k, i) ? -1 : 1;
            return x > low || more_elements(a, k, i) ? 1 : -1;
        }
    }
    return order_int(a->n_layers, b->n_layers);
}

/*
 * Orders two values without looking inside heap tuples and sets.  Returns -1, 0, 1, or 2 when
 * elements must be compared; functions compare as 0 here, and as different when `exact`.
 */
DSL_FN int order_shallow(struct vm *vm, struct val a, struct val b, int exact)
{
    if (val_same(a, b))
        return 0;
    if (a.tag == VAL_INT && b.tag == VAL_INT)
        return order_int(a.u.i, b.u.i);
    if (a.tag == b.tag && val_is_list(a)) {
        uint32_t na = heap_at(vm, a.u.ref)->len, nb = heap_at(vm, b.u.ref)->len;
        return exact && na != nb ? 1 : na == 0 || nb == 0 ? order_int(na, nb) : 2;
    }
    int ra = rank_of(a), rb = rank_of(b);
    if (ra != rb)
        return ra < rb ? -1 : 1;
    if (ra == 1)
        return order_int(a.u.i, b.u.i);
    if (ra == 4)
        return exact;
    if (a.tag == b.tag && a.tag == VAL_PAIR)
        return a.u.p.a != b.u.p.a ? order_int(a.u.p.a, b.u.p.a) : order_int(a.u.p.b, b.u.p.b);
    if (a.tag == b.tag && a.tag == VAL_CELL)
        return a.c != b.c           ? order_int(a.c, b.c)
               : a.u.p.a != b.u.p.a ? order_int(a.u.p.a, b.u.p.a)
                                    : order_int(a.u.p.b, b.u.p.b);
    if (exact && seq_len(vm, a) != seq_len(vm, b))
        return 1;
    if (a.tag == b.tag && (val_is_patch_pic(a) || a.tag == VAL_GRID)) {
        struct pic *p = heap_pic(vm, a), *q = heap_pic(vm, b);
        if (pic_equal(p, q))
            return 0;
        if (exact)
            return 1;
        if (a.tag != VAL_GRID)
            return order_patches(p, q);
        if (p->h == q->h && p->w == q->w)
            return order_grids(p, q);
    }
    if (seq_len(vm, a) == 0 || seq_len(vm, b) == 0)
        return order_int((int64_t)seq_len(vm, a), (int64_t)seq_len(vm, b));
    return 2;
}

/* Element k of any container; sets of pairs and cells are listed on the way. */
DSL_FN struct val seq_get(struct vm *vm, struct val v, uint64_t k)
{
    if (!val_is_patch_pic(v))
        return tuple_get(vm, v, k);
    struct pic_iter it = pic_begin(heap_pic(vm, v));
    struct val e = val_none();
    for (uint64_t n = 0; n <= k; n++)
        pic_next(&it, &e);
    return e;
}

/* As seq_get and seq_len, without a call where elements stand as they are. */
DSL_INLINE struct val seq_at(struct vm *vm, struct val v, uint64_t k)
{
    return val_is_list(v) ? heap_vals(vm, v)[k] : seq_get(vm, v, k);
}

DSL_INLINE uint64_t seq_size(const struct vm *vm, struct val v)
{
    return val_is_list(v) ? heap_at(vm, v.u.ref)->len : seq_len(vm, v);
}

/*
 * Canonical order (batt-dsl(7), "Order"): -1, 0, 1.  With exact set the result only says equal
 * (0) or not (other), and two functions are equal only if they are the same.
 */
DSL_FN int val_order(struct vm *vm, struct val a, struct val b, int exact)
{
    int d = order_shallow(vm, a, b, exact);
    uint64_t mark = vm->top;
    uint32_t depth = 0;
    if (d != 2)
        return d;
    vm->frames[0].a = a;
    vm->frames[0].b = b;
    vm->frames[0].k = 0;
    for (;;) {
        struct compare_frame *f = &vm->frames[depth];
        uint64_t na = seq_size(vm, f->a), nb = seq_size(vm, f->b);
        d = 0;
        if (f->k == na || f->k == nb) {
            d = order_int((int64_t)na, (int64_t)nb);
        } else {
            struct val x = seq_at(vm, f->a, f->k), y = seq_at(vm, f->b, f->k);
            f->k++;
            d = order_shallow(vm, x, y, exact);
            if (d == 0)
                continue;
            if (d == 2) {
                f = &vm->frames[++depth];
                f->a = x;
                f->b = y;
                f->k = 0;
                continue;
            }
        }
        if (d != 0 || depth == 0)
            break;
        depth--;
    }
    vm->top = mark;
    return d;
}

DSL_LARGE int val_equal(struct vm *vm, struct val a, struct val b)
{
    if (val_same(a, b))
        return 1;
    if (val_is_int(a) && val_is_int(b))
        return a.u.i == b.u.i;
    return val_order(vm, a, b, 1) == 0;
}

/* Truth as in Python: False, 0, None, () and {} are false. */
DSL_LARGE int val_truth(const struct vm *vm, struct val v)
{
    return v.tag == VAL_NONE                          ? 0
           : val_is_int(v)                            ? v.u.i != 0
           : (v.tag == VAL_TUPLE || v.tag == VAL_SET) ? heap_at(vm, v.u.ref)->len != 0
                                                      : 1;
}

DSL_FN int seq_contains(struct vm *vm, struct val c, struct val x)
{
    struct seq s = seq_begin(vm, c);
    struct val e;
    if (val_is_patch_pic(c) && (x.tag == VAL_PAIR || x.tag == VAL_CELL))
        return (c.tag == VAL_INDICES) == (x.tag == VAL_PAIR) &&
               pic_contains(heap_pic(vm, c), x.c, x.u.p.a, x.u.p.b);
    while (seq_next(vm, &s, &e))
        if (val_equal(vm, e, x))
            return 1;
    return 0;
}

/* Is every element of set a in set b? */
DSL_FN int set_within(struct vm *vm, struct val a, struct val b)
{
    struct seq s = seq_begin(vm, a);
    struct val e;
    while (seq_next(vm, &s, &e))
        if (!seq_contains(vm, b, e))
            return 0;
    return 1;
}

/*
 * a > b as programs compare (batt-dsl(7), "Comparison"): 1 or 0; TypeError for kinds that do not
 * compare.  Tuples: the first unequal elements decide.
 */
DSL_FN int val_greater(struct vm *vm, struct val a, struct val b)
{
    if (a.tag == VAL_PAIR && b.tag == VAL_PAIR)
        return a.u.p.a != b.u.p.a ? a.u.p.a > b.u.p.a : a.u.p.b > b.u.p.b;
    while (val_is_tuple(a) && val_is_tuple(b)) {
        uint64_t na = seq_len(vm, a), nb = seq_len(vm, b), k = 0;
        struct val x = val_none(), y = x;
        for (; k < na && k < nb; k++) {
            x = tuple_get(vm, a, k);
            y = tuple_get(vm, b, k);
            if (!val_equal(vm, x, y))
                break;
        }
        if (k == na || k == nb)
            return na > nb;
        a = x;
        b = y;
    }
    if (val_is_int(a) && val_is_int(b))
        return a.u.i > b.u.i;
    if (val_is_set(a) && val_is_set(b))
        return seq_len(vm, a) > seq_len(vm, b) && set_within(vm, b, a);
    fail(vm, ERR_TYPE);
    return 0;
}

#endif
