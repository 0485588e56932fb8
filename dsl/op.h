/*
 * How a primitive is written.
 *
 * DSL_OP(name) defines `struct val op_name(struct vm *vm, const struct val *a)`; a[] are its
 * arguments, as many as ops.def says.  It returns the result, or fail(vm, ERR_...) which returns
 * None; vm->err is set then and the result is not looked at.  It allocates results at the top of
 * the arena, leaves the value stack as it found it, and may leave garbage behind: the machine
 * frees what a line made and did not return.  It bills nothing for its arguments and result (the
 * machine does, by the kinds in ops.def); work that grows faster than those goes to vm->extra.
 * No recursion, no malloc, no loop without a bound by values.
 */
#ifndef DSL_OP_H
#define DSL_OP_H

#include "container.h"

#define DSL_OP(name) DSL_FN struct val op_##name(struct vm *vm, const struct val *a)

/* The integer of an INT or BOOL, or TypeError. */
DSL_INLINE int64_t int_of(struct vm *vm, struct val v)
{
    if (DSL_UNLIKELY(!val_is_int(v)))
        fail(vm, ERR_TYPE);
    return v.u.i;
}

/* A coordinate or size: an int64 saturated to +-2^40, far beyond every limit of values. */
DSL_INLINE int64_t clamp_size(int64_t i)
{
    const int64_t big = (int64_t)1 << 40;
    return i < -big ? -big : i > big ? big : i;
}

struct ints {
    int64_t a, b;
};

/*
 * Items 0 and 1 of a tuple that is subscripted: items beyond are ignored, too few IndexError, no
 * tuple TypeError, no ints TypeError.
 */
DSL_FN struct ints subscript_pair(struct vm *vm, struct val v)
{
    struct ints r = {0, 0};
    if (v.tag == VAL_PAIR) {
        r.a = v.u.p.a;
        r.b = v.u.p.b;
        return r;
    }
    if (!val_is_tuple(v)) {
        fail(vm, ERR_TYPE);
        return r;
    }
    if (seq_len(vm, v) < 2) {
        fail(vm, ERR_INDEX);
        return r;
    }
    uint64_t mark = vm->top;
    r.a = int_of(vm, tuple_get(vm, v, 0));
    r.b = int_of(vm, tuple_get(vm, v, 1));
    vm->top = mark;
    return r;
}

/* The pair (a, b) of any two ints: PAIR, or a heap tuple beyond 32 bits. */
DSL_INLINE struct val ints_to_pair(struct vm *vm, int64_t a, int64_t b)
{
    struct val v[2];
    if (val_fits32(a) && val_fits32(b))
        return val_pair((int32_t)a, (int32_t)b);
    v[0] = val_int(a);
    v[1] = val_int(b);
    return tuple_build(vm, v, 2);
}

/* Indices from a single plane that the caller fills: box at (row, col), h x w, words zeroed. */
DSL_FN uint64_t indices_blank(struct vm *vm, int64_t row, int64_t col, int64_t h, int64_t w)
{
    if (row != (int32_t)row || col != (int32_t)col) {
        fail(vm, ERR_LIMIT);
        return 0;
    }
    uint64_t ref = pic_alloc(vm, VAL_INDICES, (int32_t)row, (int32_t)col, h, w, 1);
    if (ref) {
        struct pic *p = (struct pic *)heap_at(vm, ref);
        pic_colours(p)[0] = 0;
        words_zero(pic_words(p), p->layer_words);
    }
    return ref;
}

/* Most (sign > 0) or least frequent colour of a picture; ties to the smallest; needs a layer. */
DSL_FN int32_t pic_common_colour(struct pic *p, int sign)
{
    int64_t best = INT64_MIN;
    int32_t colour = 0;
    for (uint32_t k = 0; k < p->n_layers; k++) {
        int64_t n = sign * (int64_t)layer_count(p, k);
        if (n > best) {
            best = n;
            colour = pic_colours(p)[k];
        }
    }
    return colour;
}

#endif
