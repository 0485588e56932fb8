/*
 * Loops: the primitives that call a function for each element, turn by turn, and what their turns
 * come to.
 */
#ifndef DSL_VM_LOOP_H
#define DSL_VM_LOOP_H

#include "connect_all.h"
#include "lane_loop.h"
#include "vm_op.h"

DSL_INLINE int loop_is_binary(uint32_t kind)
{
    return kind == LOOP_PAPPLY || kind == LOOP_MPAPPLY || kind == LOOP_PRAPPLY;
}

DSL_INLINE int loop_has_key(uint32_t kind)
{
    return kind >= LOOP_ORDER && kind <= LOOP_POWER;
}

/* Sorts the (key, element) couples at stack[base..sp) by key, stable, ascending as Python does. */
DSL_FN struct val loop_order(struct vm *vm, uint64_t base)
{
    uint64_t n = (vm->sp - base) / 2, held = vm->sp;
    struct val *from = vm->stack + base, *to = vm->stack + held, *swap;
    if (!stack_room(vm, 2 * n))
        return val_none();
    for (uint64_t run = 1; run < n && !vm->err; run *= 2) {
        for (uint64_t lo = 0; lo < n; lo += 2 * run) {
            uint64_t mid = lo + run < n ? lo + run : n, hi = mid + run < n ? mid + run : n;
            for (uint64_t k = lo, p = lo, q = mid; k < hi; k++) {
                int right = p == mid || (q < hi && val_greater(vm, from[2 * p], from[2 * q]));
                uint64_t take = right ? q++ : p++;
                to[2 * k] = from[2 * take];
                to[2 * k + 1] = from[2 * take + 1];
            }
        }
        swap = from;
        from = to;
        to = swap;
    }
    for (uint64_t k = 0; k < n; k++)
        vm->stack[base + k] = from[2 * k + 1];
    vm->sp = base + n;
    return stack_to_tuple(vm, base);
}

/* merge of what a loop collected. */
DSL_FN struct val loop_merge(struct vm *vm, uint64_t base, int to_set)
{
    struct val all = val_empty_tuple();
    if (vm->sp == base)
        return to_set ? val_empty_set() : val_empty_tuple();
    all = heap_block(vm, to_set ? VAL_SET : VAL_TUPLE, vm->stack + base, vm->sp - base);
    vm->sp = base;
    return vm->err ? val_none() : op_merge(vm, &all);
}

/* The result of a loop that ran through all its elements. */
DSL_FN struct val loop_result(struct vm *vm, struct loop_state *l)
{
    int to_set = val_is_set(l->first);
    switch (l->kind) {
    case LOOP_APPLY:
    case LOOP_RAPPLY:
    case LOOP_SFILTER:
        return stack_to_like(vm, l->base, l->first);
    case LOOP_MAPPLY:
    case LOOP_MFILTER:
        return loop_merge(vm, l->base, to_set);
    case LOOP_PAPPLY:
        return stack_to_tuple(vm, l->base);
    case LOOP_MPAPPLY:
        return loop_merge(vm, l->base, 0);
    case LOOP_PRAPPLY:
        return stack_to_set(vm, l->base);
    case LOOP_ORDER:
        return loop_order(vm, l->base);
    case LOOP_ARGMAX:
    case LOOP_ARGMIN:
        return l->has_best ? l->best[1] : fail(vm, ERR_VALUE);
    case LOOP_VALMAX:
    case LOOP_VALMIN:
    case LOOP_POWER:
        return l->best[0];
    default:
        return fail(vm, ERR_STOP);
    }
}

/* Puts the next element into its register; 0 when there is none. */
DSL_FN int loop_advance(struct vm *vm, struct loop_state *l, struct val *regs)
{
    l->mark = vm->top;
    switch (l->kind) {
    case LOOP_POWER:
        regs[l->e1] = l->best[0];
        return l->times-- > 0;
    case LOOP_PAPPLY:
    case LOOP_MPAPPLY:
        return seq_next(vm, &l->s, &regs[l->e1]) && seq_next(vm, &l->t, &regs[l->e2]);
    case LOOP_PRAPPLY:
        if (seq_next(vm, &l->s, &regs[l->e1]))
            return 1;
        if (!seq_next(vm, &l->t, &regs[l->e2]))
            return 0;
        seq_start(vm, &l->s, l->first);
        l->mark = vm->top;
        return seq_next(vm, &l->s, &regs[l->e1]);
    default:
        return seq_next(vm, &l->s, &regs[l->e1]);
    }
}

/* Is this key better than the best so far? */
DSL_INLINE int loop_better(struct vm *vm, struct loop_state *l, struct val key)
{
    return !l->has_best ||
           (l->kind == LOOP_ARGMAX || l->kind == LOOP_VALMAX ? val_greater(vm, key, l->best[0])
                                                             : val_greater(vm, l->best[0], key));
}

/* Takes the body's result r for the element in its register; 1: the loop ends with *result. */
DSL_FN int loop_take(struct vm *vm, struct loop_state *l, struct val *regs, struct val r,
                     struct val *result)
{
    struct val keep[2] = {r, val_load(&regs[l->e1])};
    switch (l->kind) {
    case LOOP_SFILTER:
    case LOOP_MFILTER:
        if (!val_truth(vm, r)) {
            vm->top = l->mark;
            return 0;
        }
        heap_keep(vm, l->mark, keep + 1, 1);
        stack_push(vm, keep[1]);
        return 0;
    case LOOP_EXTRACT:
        if (!val_truth(vm, r)) {
            vm->top = l->mark;
            return 0;
        }
        heap_keep(vm, l->mark, keep + 1, 1);
        *result = keep[1];
        return 1;
    case LOOP_ORDER:
        heap_keep(vm, l->mark, keep, 2);
        stack_push(vm, keep[0]);
        stack_push(vm, keep[1]);
        return 0;
    case LOOP_ARGMAX:
    case LOOP_ARGMIN:
    case LOOP_VALMAX:
    case LOOP_VALMIN:
        if (!loop_better(vm, l, r)) {
            vm->top = l->mark;
            return 0;
        }
        heap_keep(vm, l->mark, keep, 2);
        l->has_best = 1;
        vals_put(l->best, keep, 2);
        return 0;
    case LOOP_POWER:
        heap_keep(vm, l->mark, keep, 1);
        l->best[0] = keep[0];
        return 0;
    default:
        heap_keep(vm, l->mark, keep, 1);
        stack_push(vm, keep[0]);
        return 0;
    }
}

/* A batch of lanes has been billed: what each instruction of the body did for n elements. */
DSL_FN void loop_profile(const struct lane_batch *t, const struct vm_place *at, uint64_t n)
{
    const struct ins *loop = &at->code[at->pc - 1], *end = &at->code[loop->jump];
    for (const struct ins *i = loop + 1; i < end; i++) {
        profile_line(t->vm, at, i);
        profile_away(t->vm, n * i->bill);
        profile_calls(t->vm, i->op, n);
        profile_units(t->vm, i->op, n * (1 + lane_units(t, i)));
    }
    profile_line(t->vm, at, loop);
    profile_away(t->vm, n * end->bill);
}

/*
 * Runs as many whole batches of lanes as it can from where the loop stands.  1: the loop has ended,
 * with *result or vm->err.
 */
DSL_FN int loop_lanes(struct vm *vm, struct loop_state *l, const struct vm_place *at,
                      struct val *result)
{
    struct lane_batch t;
    struct lane_reg r;
    struct val *v = vm->batch + LANE_WIDTH;
    uint64_t cost;
    int n, k, over = 0;
    t.vm = vm;
    t.elements = vm->batch;
    t.regs = at->regs;
    t.body = at->body;
    while ((n = lane_run(&t, &l->s, at->code, at->pc - 1, &r, &cost)) > 0) {
        lane_scatter(&r, v, n);
        for (k = 0; k < n; k++) {
            bill_calls(vm, t.n_calls, cost - t.n_calls);
            if (vm->err)
                break;
            at->regs[l->e1] = t.elements[k];
            over = loop_take(vm, l, at->regs, v[k], result);
            if (over || vm->err)
                break;
        }
        if (PROFILED(vm))
            loop_profile(&t, at, (uint64_t)(k < n ? k + 1 : n));
        if (over)
            vm->sp = l->base;
        if (k < n)
            return 1;
    }
    return 0;
}

/* Is the body of the loop no more than connect, of the two elements? */
DSL_INLINE int loop_connects(const struct vm_place *at, const struct ins *loop)
{
    const struct ins *call = &at->code[at->pc], *end = call + 1;
    return call->op == OP_connect && end->op == INS_END && end->a[0] == call->dst &&
           ((call->a[0] == loop->a[2] && call->a[1] == loop->a[3]) ||
            (call->a[0] == loop->a[3] && call->a[1] == loop->a[2])) &&
           call->line == loop->line && end->line == loop->line;
}

/* The whole of prapply(connect, a, b), if it can be had at once; 0: it cannot. */
DSL_FN int loop_connect(struct vm *vm, const struct vm_place *at, struct val a, struct val b,
                        struct val *result)
{
    const struct ins *call = &at->code[at->pc];
    uint64_t away = call->bill + (uint64_t)call[1].bill, left = vm->fuel_limit - vm->fuel_used;
    if (PROFILED(vm))
        profile_to(vm, OP_connect);
    int done = connect_all(vm, a, b, away, result);
    if (PROFILED(vm) && done) {
        uint64_t n = connect_made(seq_len(vm, a) * seq_len(vm, b) * (1 + away), left);
        profile_calls(vm, OP_connect, (n + away) / (1 + away));
        profile_away(vm, n - (n + away) / (1 + away));
    }
    if (PROFILED(vm))
        profile_to(vm, OP_prapply);
    return done;
}

enum { LANES_FROM = 8 }; /* fewer elements are no work for lanes */

/* Bills and begins a loop.  1: go into the body; 0: *result is the loop's (or err is set). */
DSL_FN int loop_begin(struct vm *vm, struct loop_state *l, const struct vm_place *at,
                      const struct ins *i, struct val *result)
{
    struct val *regs = at->regs, a = regs[i->a[0]], b = regs[i->a[1]];
    l->kind = i->n;
    l->dst = i->dst;
    l->e1 = i->a[2];
    l->e2 = i->a[3];
    l->end = i->jump;
    l->on_default = l->has_best = 0;
    l->first = a;
    l->second = b;
    l->base = vm->sp;
    l->mark = vm->top;
    if (l->kind == LOOP_POWER) {
        if (!val_is_int(b)) {
            fail(vm, ERR_TYPE);
            return 0;
        }
        l->best[0] = a;
        l->times = b.u.i;
        return loop_advance(vm, l, regs);
    }
    bill_calls(vm, 1,
               (bill_len(vm, a, 'C') + (loop_is_binary(i->n) ? bill_len(vm, b, 'C') : 0)) / 16);
    if (vm->err)
        return 0;
    if (l->kind == LOOP_PRAPPLY && val_is_container(b) && seq_len(vm, b) == 0) {
        *result = val_empty_set();
        return 0;
    }
    if (l->kind == LOOP_PRAPPLY && loop_connects(at, i) && loop_connect(vm, at, a, b, result))
        return 0;
    if (!val_is_container(a) || (loop_is_binary(i->n) && !val_is_container(b))) {
        fail(vm, ERR_TYPE);
        return 0;
    }
    seq_start(vm, &l->s, a);
    if (loop_is_binary(i->n))
        seq_start(vm, &l->t, b);
    if (i->a[4] && l->s.n >= LANES_FROM && loop_lanes(vm, l, at, result))
        return 0;
    if (l->kind == LOOP_PRAPPLY) /* a column of pairs for each element of b, in turn */
        seq_next(vm, &l->t, &regs[l->e2]);
    if (loop_advance(vm, l, regs))
        return 1;
    if ((l->kind == LOOP_VALMAX || l->kind == LOOP_VALMIN) && !l->has_best) {
        regs[l->e1] = val_int(0);
        l->on_default = 1;
        return 1;
    }
    *result = loop_result(vm, l);
    return 0;
}

/* One turn of a loop is over.  1: again; 0: *result is the loop's (or err is set). */
DSL_FN int loop_next(struct vm *vm, struct loop_state *l, struct val *regs, struct val r,
                     struct val *result)
{
    int over = loop_take(vm, l, regs, r, result);
    if (vm->err)
        return 0;
    if (!over) {
        if (!l->on_default && loop_advance(vm, l, regs))
            return !vm->err;
        if (vm->err)
            return 0;
        *result = loop_result(vm, l);
    }
    vm->sp = l->base;
    return 0;
}

/* Bills what a loop made. */
DSL_INLINE void loop_bill(struct vm *vm, uint32_t kind, struct val r)
{
    uint64_t extra = vm->extra;
    int whole = kind == LOOP_EXTRACT || (kind >= LOOP_ARGMAX && kind <= LOOP_POWER);
    vm->extra = 0;
    if (!vm->err)
        bill(vm, extra + (whole ? 0 : bill_len(vm, r, 'C') / 16));
}

#endif
