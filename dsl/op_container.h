/* Containers that are not only sets; those that call a function are loops of the machine. */
#ifndef DSL_OP_CONTAINER_H
#define DSL_OP_CONTAINER_H

#include "op_set.h"

DSL_OP(contained)
{
    if (!val_is_container(a[1]))
        return fail(vm, ERR_TYPE);
    vm->extra += val_is_block(a[0]) ? val_tree(vm, a[0]) / 16 : 0;
    return val_bool(seq_contains(vm, a[1], a[0]));
}

DSL_OP(combine)
{
    if (!val_is_container(a[0]) || !val_is_container(a[1]))
        return fail(vm, ERR_TYPE);
    if (val_is_set(a[0]) && val_is_set(a[1]))
        return set_union(vm, a[0], a[1]);
    uint64_t base = seq_push(vm, a[0]);
    seq_push(vm, a[1]);
    return stack_to_like(vm, base, a[0]);
}

DSL_OP(repeat)
{
    int64_t n = int_of(vm, a[1]);
    uint64_t base = vm->sp;
    if (vm->err || n <= 0)
        return val_empty_tuple();
    if (n > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    for (int64_t k = 0; k < n; k++)
        stack_push(vm, a[0]);
    return stack_to_tuple(vm, base);
}

DSL_OP(size)
{
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    return val_int((int64_t)seq_len(vm, a[0]));
}

DSL_OP(merge)
{
    struct seq s = seq_begin(vm, a[0]);
    struct val e;
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    if (s.n == 0)
        return a[0];
    if (a[0].tag == VAL_SET && pics_union(vm, heap_vals(vm, a[0]), s.n, &e))
        return e;
    if (vm->err)
        return val_none();
    uint64_t base = vm->sp;
    while (!vm->err && seq_next(vm, &s, &e)) {
        if (!val_is_container(e))
            fail(vm, ERR_TYPE);
        else
            seq_push(vm, e);
        if (vm->sp - base > 2 * LIMIT_ELEMENTS)
            fail(vm, ERR_LIMIT);
    }
    return stack_to_like(vm, base, a[0]);
}

/* The largest (sign > 0) or smallest element as programs compare; 0 for an empty container. */
DSL_FN struct val extreme(struct vm *vm, struct val c, int sign)
{
    struct seq s = seq_begin(vm, c);
    struct val best, e;
    if (!val_is_container(c))
        return fail(vm, ERR_TYPE);
    if (!seq_next(vm, &s, &best))
        return val_int(0);
    while (!vm->err && seq_next(vm, &s, &e))
        if (sign > 0 ? val_greater(vm, e, best) : val_greater(vm, best, e))
            best = e;
    return best;
}

DSL_OP(maximum)
{
    return extreme(vm, a[0], 1);
}

DSL_OP(minimum)
{
    return extreme(vm, a[0], -1);
}

DSL_OP(totuple)
{
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    if (val_is_tuple(a[0]))
        return a[0];
    return stack_to_tuple(vm, seq_push(vm, a[0]));
}

DSL_OP(first)
{
    struct seq s = seq_begin(vm, a[0]);
    struct val e;
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    return seq_next(vm, &s, &e) ? e : fail(vm, ERR_STOP);
}

/* The largest element of indices or an object. */
DSL_FN struct val pic_last(struct pic *p)
{
    uint32_t k = p->n_layers - 1;
    for (int32_t i = p->h - 1; i >= 0; i--)
        for (int32_t q = (int32_t)p->tw - 1; q >= 0; q--) {
            uint32_t w = pic_layer(p, k)[q * p->h + i];
            if (!w)
                continue;
            int32_t row = p->row + i, col = p->col + 32 * q + bits_last(w);
            return p->b.tag == VAL_INDICES ? val_pair(row, col)
                                           : val_cell(pic_colours(p)[k], row, col);
        }
    return val_none();
}

DSL_OP(last)
{
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, a[0]) == 0)
        return fail(vm, ERR_VALUE);
    if (val_is_patch_pic(a[0]))
        return pic_last(heap_pic(vm, a[0]));
    return tuple_get(vm, a[0], seq_len(vm, a[0]) - 1);
}

DSL_OP(remove)
{
    struct seq s = seq_begin(vm, a[1]);
    struct val e;
    uint64_t base = vm->sp;
    if (!val_is_container(a[1]))
        return fail(vm, ERR_TYPE);
    if (!seq_contains(vm, a[1], a[0]))
        return a[1];
    while (!vm->err && seq_next(vm, &s, &e))
        if (!val_equal(vm, e, a[0]))
            stack_push(vm, e);
    return stack_to_like(vm, base, a[1]);
}

DSL_OP(other)
{
    struct seq s = seq_begin(vm, a[0]);
    struct val e;
    if (!val_is_container(a[0]))
        return fail(vm, ERR_TYPE);
    while (seq_next(vm, &s, &e))
        if (!val_equal(vm, e, a[1]))
            return e;
    return fail(vm, ERR_STOP);
}

DSL_OP(interval)
{
    int64_t from = int_of(vm, a[0]), to = int_of(vm, a[1]), step = int_of(vm, a[2]);
    uint64_t base = vm->sp;
    if (vm->err)
        return val_none();
    if (step == 0)
        return fail(vm, ERR_VALUE);
    for (int64_t i = from; step > 0 ? i < to : i > to;) {
        if (vm->sp - base >= LIMIT_ELEMENTS)
            return vm->sp = base, fail(vm, ERR_LIMIT);
        stack_push(vm, val_int(i));
        if (step > 0 ? i > INT64_MAX - step : i < INT64_MIN - step)
            break;
        i += step;
    }
    return stack_to_tuple(vm, base);
}

DSL_OP(pair)
{
    struct val p[2];
    uint64_t base = vm->sp;
    if (!val_is_container(a[0]) || !val_is_container(a[1]))
        return fail(vm, ERR_TYPE);
    struct seq s = seq_begin(vm, a[0]), t = seq_begin(vm, a[1]);
    while (!vm->err && seq_next(vm, &s, &p[0]) && seq_next(vm, &t, &p[1]))
        stack_push(vm, tuple_build(vm, p, 2));
    return stack_to_tuple(vm, base);
}

/* ---- counting equal elements: sort once, never compare all with all ---- */

/*
 * Pushes (element, place) couples of a tuple, sorted by element, equal ones by place; returns the
 * base.  Couples are two stack entries so that the sort of sets serves here too.
 */
DSL_FN uint64_t sorted_couples(struct vm *vm, struct val t, uint64_t *n)
{
    uint64_t base = vm->sp, trees = 0;
    struct seq s = seq_begin(vm, t);
    struct val e[2];
    *n = 0;
    while (!vm->err && seq_next(vm, &s, &e[0])) {
        trees += val_is_block(e[0]) ? val_tree(vm, e[0]) : 0;
        e[1] = val_int((int64_t)(*n)++);
        stack_push(vm, heap_block(vm, VAL_TUPLE, e, 2));
    }
    vm->extra += trees / 16;
    if (!vm->err)
        vals_sort(vm, vm->stack + base, *n);
    return base;
}

DSL_INLINE struct val couple_element(struct vm *vm, struct val couple)
{
    return heap_vals(vm, couple)[0];
}

/* Most (sign > 0) or least frequent element of a tuple; ties to the smallest. */
DSL_FN struct val common_element(struct vm *vm, struct val t, int sign)
{
    uint64_t n, best_count = 0;
    if (!val_is_tuple(t))
        return fail(vm, val_is_set(t) ? ERR_ATTRIBUTE : ERR_TYPE);
    if (seq_len(vm, t) == 0)
        return fail(vm, ERR_VALUE);
    uint64_t base = sorted_couples(vm, t, &n);
    struct val best = val_none();
    for (uint64_t k = 0, end; k < n && !vm->err; k = end) {
        struct val e = couple_element(vm, vm->stack[base + k]);
        for (end = k + 1; end < n && val_equal(vm, e, couple_element(vm, vm->stack[base + end]));)
            end++;
        uint64_t count = end - k;
        if (k == 0 || (sign > 0 ? count > best_count : count < best_count)) {
            best = e;
            best_count = count;
        }
    }
    vm->sp = base;
    return best;
}

DSL_OP(mostcommon)
{
    return common_element(vm, a[0], 1);
}

DSL_OP(leastcommon)
{
    return common_element(vm, a[0], -1);
}

DSL_OP(dedupe)
{
    uint64_t n, to;
    if (!val_is_tuple(a[0]))
        return seq_len(vm, a[0]) == 0 && val_is_set(a[0]) ? val_empty_tuple()
                                                          : fail(vm, val_is_set(a[0]) ? ERR_ATTRIBUTE : ERR_TYPE);
    uint64_t base = sorted_couples(vm, a[0], &n);
    if (vm->err)
        return vm->sp = base, val_none();
    to = base;
    for (uint64_t k = 0; k < n; k++) { /* first places of each run of equal elements */
        struct val x = vm->stack[base + k];
        if (k == 0 || !val_equal(vm, couple_element(vm, vm->stack[to - 1]), couple_element(vm, x)))
            vm->stack[to++] = x;
    }
    vm->sp = to;
    for (uint64_t k = base; k < to; k++) {
        struct val x = vm->stack[k], e[2];
        e[0] = heap_vals(vm, x)[1];
        e[1] = heap_vals(vm, x)[0];
        words_copy(heap_vals(vm, x), e, sizeof e / 4);
    }
    vals_sort(vm, vm->stack + base, to - base);
    for (uint64_t k = base; k < to; k++)
        vm->stack[k] = heap_vals(vm, vm->stack[k])[1];
    return stack_to_tuple(vm, base);
}

#endif
