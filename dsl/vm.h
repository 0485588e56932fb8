/*
 * The machine: runs a verified body on its inputs within a budget of fuel.
 *
 * One flat loop over instructions; loops and calls of function values keep their state in arrays
 * of struct vm, so nothing recurses on the host's stack.  Fuel is billed in source order: the
 * calls that were compiled away before an instruction, then the instruction's arguments, then,
 * when it succeeded, its result.  Whichever of error, limit and fuel comes first ends the run.
 */
#ifndef DSL_VM_H
#define DSL_VM_H

#include "connect_all.h"
#include "fuel.h"
#include "lane_loop.h"
#include "op_all.h"
#include "vm_state.h"

/* Kind letter of what comes out as `L`: containers by elements, pictures by cells. */
DSL_INLINE char bill_result_kind(char result, enum op_family family)
{
    return result != 'L' ? result : family == FAMILY_container || family == FAMILY_loop ? 'C' : 'G';
}

/* ---- primitives ---- */

#if defined(DSL_SMALL)
/* Billing by a table, once for all primitives. */
struct op_bill {
    char kinds[5], result;
};

#define BILL_RESULT(result, family)                                                                \
    ((result) != 'L' ? (result) : (family) == FAMILY_container ? 'C' : 'G')

DSL_TABLE struct op_bill op_bills[OP_COUNT] = {
#define OP(name, arity, params, kinds, result, family) {kinds, BILL_RESULT(result, FAMILY_##family)},
#include "ops.def"
#undef OP
};

#define VM_CASE(name, kinds, result, family)                                                       \
    case OP_##name:                                                                                \
        r = op_##name(vm, x);                                                                      \
        break;
#else
#define VM_ARGS(kinds, x)                                                                          \
    ((sizeof(kinds) > 1 ? bill_len(vm, (x)[0], (kinds)[0]) : 0) +                                  \
     (sizeof(kinds) > 2 ? bill_len(vm, (x)[1], (kinds)[1]) : 0) +                                  \
     (sizeof(kinds) > 3 ? bill_len(vm, (x)[2], (kinds)[2]) : 0) +                                  \
     (sizeof(kinds) > 4 ? bill_len(vm, (x)[3], (kinds)[3]) : 0))

#define VM_CASE(name, kinds, result, family)                                                       \
    case OP_##name:                                                                                \
        bill_calls(vm, 1, VM_ARGS(kinds, x) / 16);                                                 \
        if (vm->err)                                                                               \
            return val_none();                                                                     \
        r = op_##name(vm, x);                                                                      \
        if (DSL_UNLIKELY(vm->err == ERR_TYPE || vm->err == ERR_RAGGED))                            \
            r = any_retry(vm, op, x);                                                              \
        if (!vm->err)                                                                              \
            bill(vm, bill_len(vm, r, bill_result_kind(result, FAMILY_##family)) / 16);             \
        break;
#endif
#define VM_CASE_arith VM_CASE
#define VM_CASE_container VM_CASE
#define VM_CASE_function VM_CASE
#define VM_CASE_grid VM_CASE
#define VM_CASE_mirror VM_CASE
#define VM_CASE_object VM_CASE
#define VM_CASE_line VM_CASE
#define VM_CASE_search VM_CASE
#define VM_CASE_loop(name, kinds, result, family)

/* Grid primitives by number, for op_any.h; no billing. */
DSL_FN struct val any_op(struct vm *vm, uint32_t op, const struct val *x)
{
    switch (op) {
#define ANY_CASE(name) case OP_##name: return op_##name(vm, x);
#define ANY_CASE_arith(name)
#define ANY_CASE_container(name)
#define ANY_CASE_function(name)
#define ANY_CASE_loop(name)
#define ANY_CASE_grid ANY_CASE
#define ANY_CASE_mirror ANY_CASE
#define ANY_CASE_object ANY_CASE
#define ANY_CASE_line ANY_CASE
#define ANY_CASE_search ANY_CASE
#define OP(name, arity, params, kinds, result, family) ANY_CASE_##family(name)
#include "ops.def"
#undef OP
    default:
        return fail(vm, ERR_TYPE);
    }
}

/* Calls a primitive that is no loop, and bills it. */
DSL_FN struct val vm_op(struct vm *vm, uint32_t op, const struct val *x)
{
    struct val r;
#if defined(DSL_SMALL)
    uint64_t units = 0;
    if (op >= OP_COUNT || op_is_loop[op])
        return fail(vm, ERR_TYPE);
    for (int k = 0; op_bills[op].kinds[k]; k++)
        units += bill_len(vm, x[k], op_bills[op].kinds[k]);
    bill(vm, 1 + units / 16);
    if (vm->err)
        return val_none();
#endif
    switch (op) {
#define OP(name, arity, params, kinds, result, family) VM_CASE_##family(name, kinds, result, family)
#include "ops.def"
#undef OP
    default:
        return fail(vm, ERR_TYPE);
    }
#if defined(DSL_SMALL)
    if (vm->err == ERR_TYPE || vm->err == ERR_RAGGED)
        r = any_retry(vm, op, x);
    if (!vm->err)
        bill(vm, bill_len(vm, r, op_bills[op].result) / 16);
#endif
    if (DSL_UNLIKELY(vm->extra != 0)) {
        uint64_t extra = vm->extra;
        vm->extra = 0;
        bill(vm, extra);
    }
    return r;
}

/* ---- loops ---- */

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
    return !l->has_best || (l->kind == LOOP_ARGMAX || l->kind == LOOP_VALMAX
                                ? val_greater(vm, key, l->best[0])
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
        memcpy(l->best, keep, sizeof keep);
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
    int n;
    t.vm = vm;
    t.elements = vm->batch;
    t.regs = at->regs;
    t.body = at->body;
    while ((n = lane_run(&t, &l->s, at->code, at->pc - 1, &r, &cost)) > 0) {
        lane_scatter(&r, v, n);
        for (int k = 0; k < n; k++) {
            bill_calls(vm, t.n_calls, cost - t.n_calls);
            if (vm->err)
                return 1;
            at->regs[l->e1] = t.elements[k];
            if (loop_take(vm, l, at->regs, v[k], result)) {
                vm->sp = l->base;
                return 1;
            }
            if (vm->err)
                return 1;
        }
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
        l->best[0] = a;
        l->times = b.u.i;
        return loop_advance(vm, l, regs);
    }
    bill_calls(vm, 1, (bill_len(vm, a, 'C') + (loop_is_binary(i->n) ? bill_len(vm, b, 'C') : 0)) / 16);
    if (vm->err)
        return 0;
    if (l->kind == LOOP_PRAPPLY && val_is_container(b) && seq_len(vm, b) == 0) {
        *result = val_empty_set();
        return 0;
    }
    if (l->kind == LOOP_PRAPPLY && loop_connects(at, i) &&
        connect_all(vm, a, b, at->code[at->pc].bill + (uint64_t)at->code[at->pc + 1].bill, result))
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

/* ---- calls of function values ---- */

DSL_INLINE struct code_view *vm_view(struct vm *vm, struct vm_place *at)
{
    return at->stub ? &vm->stubs : &vm->view;
}

/* fail for machines whose tables are smaller than the limits of the language allow. */
DSL_FN void vm_fail_full(struct vm *vm)
{
    vm->full = 1;
    fail(vm, ERR_LIMIT);
}

/* Enters a body: its parameters are in place at regs; constants are copied behind. */
DSL_FN void vm_enter(struct vm *vm, struct vm_place *at, const struct body *b, struct val *regs,
                     uint16_t stub)
{
    at->body = b;
    at->stub = stub;
    at->code = vm_view(vm, at)->code + b->code;
    at->regs = regs;
    at->pc = 0;
    if (regs + b->n_regs > vm->regs + vm->regs_cap)
        vm_fail_full(vm);
    else if (b->n_consts)
        memcpy(regs + b->n_regs - b->n_consts, vm_view(vm, at)->consts + b->consts,
               b->n_consts * sizeof(struct val));
}

/* Makes room for a new frame above the current one; NULL with err = LIMIT if there is none. */
DSL_FN struct val *vm_frame(struct vm *vm, struct vm_place *at, uint16_t dst)
{
    struct val *regs = at->regs + at->body->n_regs;
    if (at->n_calls == CALLS_MAX || regs + 2 * BODY_MAX_REGS + 64 > vm->regs + REGS_MAX) {
        fail(vm, ERR_LIMIT);
        return NULL;
    }
    struct call_state *c = &vm->calls[at->n_calls++];
    c->body = at->body;
    c->pc = at->pc;
    c->regs = (uint32_t)(at->regs - vm->regs);
    c->dst = dst;
    c->stub = at->stub;
    return regs;
}

/* CALLV: a primitive at once, anything else by entering its body. */
DSL_FN void vm_call(struct vm *vm, struct vm_place *at, const struct ins *i)
{
    struct val f = at->regs[i->a[0]], x[INS_ARGS];
    for (uint32_t k = 0; k < i->n; k++)
        x[k] = at->regs[i->a[1 + k]];
    if (f.tag != VAL_FUNC || func_arity(vm, f) != i->n) {
        bill_calls(vm, 1, 0);
        if (!vm->err)
            fail(vm, ERR_TYPE);
        return;
    }
    if (f.c > 0 && !op_is_loop[f.c - 1]) {
        struct val r = vm_op(vm, (uint32_t)f.c - 1, x);
        at->regs[i->dst] = r;
        return;
    }
    struct val *regs = vm_frame(vm, at, i->dst);
    if (!regs)
        return;
    memcpy(regs, x, i->n * sizeof *x);
    if (f.c > 0) {
        vm_enter(vm, at, &vm->stubs.bodies[f.c - 1], regs, 1);
    } else if (f.c < 0) {
        vm_enter(vm, at, &vm->view.bodies[vm->view.helper + (uint32_t)(-1 - f.c)], regs, 0);
    } else {
        struct func *fn = heap_func(vm, f);
        memcpy(regs + i->n, func_bound(fn), fn->b.len * sizeof *x);
        vm_enter(vm, at, &vm->stubs.bodies[stub_of_kind(fn->b.kind, fn->arity)], regs, 1);
    }
}

/* RET: back to the caller.  1 when the outermost body has returned, *result is then its value. */
DSL_FN int vm_return(struct vm *vm, struct vm_place *at, struct val r, struct val *result)
{
    if (at->n_calls == 0) {
        *result = r;
        return 1;
    }
    struct call_state *c = &vm->calls[--at->n_calls];
    at->body = c->body;
    at->stub = c->stub;
    at->code = vm_view(vm, at)->code + c->body->code;
    at->regs = vm->regs + c->regs;
    at->pc = c->pc;
    at->regs[c->dst] = r;
    return 0;
}

/* ---- the machine ---- */

DSL_FN void vm_make_func(struct vm *vm, struct val *regs, const struct ins *i)
{
    struct val bound[3];
    uint32_t n = i->n == FUNC_CHAIN || i->n == FUNC_FORK ? 3 : 2;
    for (uint32_t k = 0; k < n; k++)
        bound[k] = regs[i->a[k]];
    struct val r = func_make(vm, (enum func_kind)i->n, i->jump, bound, n);
    regs[i->dst] = r;
}

DSL_FN void vm_loop(struct vm *vm, struct vm_place *at, const struct ins *i)
{
    struct val r = val_none();
    if (at->n_loops == vm->loops_cap) {
        vm->full = vm->loops_cap < LOOPS_MAX;
        fail(vm, ERR_LIMIT);
        return;
    }
    struct loop_state *l = &vm->loops[at->n_loops++];
    if (loop_begin(vm, l, at, i, &r) || vm->err)
        return;
    loop_bill(vm, i->n, r);
    at->n_loops--;
    at->regs[i->dst] = r;
    at->pc = i->jump + 1;
}

DSL_FN void vm_end(struct vm *vm, struct vm_place *at, const struct ins *i)
{
    struct val r = val_none();
    struct loop_state *l = &vm->loops[at->n_loops - 1];
    if (loop_next(vm, l, at->regs, at->regs[i->a[0]], &r)) {
        at->pc = i->jump + 1;
        return;
    }
    if (vm->err)
        return;
    loop_bill(vm, l->kind, r);
    at->n_loops--;
    at->regs[l->dst] = r;
}

/*
 * Runs from where the machine stands until `stop` is the next instruction, or something failed, or
 * (1) the outermost body has returned *result.
 */
DSL_FN int vm_go(struct vm *vm, struct vm_place *at, const struct ins *stop, struct val *result)
{
    struct val x[INS_ARGS], r;
    for (;;) {
        const struct ins *i = &at->code[at->pc];
        if (i == stop)
            return 0;
        at->pc++;
        DSL_STEP();
        if (i->bill)
            bill_calls(vm, i->bill, 0);
        if (!vm->err)
            switch (i->op) {
            case INS_MOVE:
                at->regs[i->dst] = at->regs[i->a[0]];
                break;
            case INS_RAISE:
                fail(vm, (enum vm_error)i->n);
                break;
            case INS_BILL:
                bill_calls(vm, i->jump, 0);
                break;
            case INS_FUNC:
                vm_make_func(vm, at->regs, i);
                break;
            case INS_CALLV:
                vm_call(vm, at, i);
                break;
            case INS_PUSH:
                for (uint32_t k = 0; k < i->n; k++)
                    stack_push(vm, at->regs[i->a[k]]);
                break;
            case INS_TUPLE:
                r = stack_to_tuple(vm, vm->sp - i->n);
                at->regs[i->dst] = r;
                break;
            case INS_LOOP:
                vm_loop(vm, at, i);
                break;
            case INS_END:
                vm_end(vm, at, i);
                break;
            case INS_RET:
                if (vm_return(vm, at, at->regs[i->a[0]], result))
                    return 1;
                break;
            default:
                x[0] = val_load(&at->regs[i->a[0]]);
                x[1] = val_load(&at->regs[i->a[1]]);
                x[2] = val_load(&at->regs[i->a[2]]);
                x[3] = val_load(&at->regs[i->a[3]]);
                r = vm_op(vm, i->op, x);
                at->regs[i->dst] = r;
            }
        if (DSL_UNLIKELY(vm->err != ERR_NONE))
            return 0;
    }
}

#endif
