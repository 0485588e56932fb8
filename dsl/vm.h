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

#include "vm_loop.h"

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
        vals_put(regs + b->n_regs - b->n_consts, vm_view(vm, at)->consts + b->consts, b->n_consts);
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
        if (PROFILED(vm))
            profile_calls(vm, PROFILE_MACHINE, 1);
        if (!vm->err)
            fail(vm, ERR_TYPE);
        return;
    }
    if (f.c > 0 && !op_is_loop[f.c - 1]) {
        if (PROFILED(vm)) {
            profile_to(vm, (uint32_t)f.c - 1);
            profile_calls(vm, (uint32_t)f.c - 1, 1);
        }
        struct val r = vm_op(vm, (uint32_t)f.c - 1, x);
        at->regs[i->dst] = r;
        return;
    }
    struct val *regs = vm_frame(vm, at, i->dst);
    if (!regs)
        return;
    vals_put(regs, x, i->n);
    if (f.c > 0) {
        vm_enter(vm, at, &vm->stubs.bodies[f.c - 1], regs, 1);
    } else if (f.c < 0) {
        vm_enter(vm, at, &vm->view.bodies[vm->view.helper + (uint32_t)(-1 - f.c)], regs, 0);
    } else {
        struct func *fn = heap_func(vm, f);
        vals_put(regs + i->n, func_bound(fn), fn->b.len);
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

/* vm_go; `profiled` is a constant. */
DSL_INLINE int vm_steps(struct vm *vm, struct vm_place *at, const struct ins *stop,
                        struct val *result, int profiled)
{
    struct val *x = vm->args, r;
    for (;;) {
        const struct ins *i = &at->code[at->pc];
        if (i == stop)
            return 0;
        at->pc++;
        DSL_STEP();
        if (profiled)
            profile_step(vm, at, i);
        if (i->bill)
            bill_calls(vm, i->bill, 0);
        if (profiled && !vm->err)
            profile_call(vm, i);
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

DSL_FN int vm_go_plain(struct vm *vm, struct vm_place *at, const struct ins *stop,
                       struct val *result)
{
    return vm_steps(vm, at, stop, result, 0);
}

DSL_FN int vm_go_profiled(struct vm *vm, struct vm_place *at, const struct ins *stop,
                          struct val *result)
{
    return vm_steps(vm, at, stop, result, 1);
}

/*
 * Runs from where the machine stands until `stop` is the next instruction, or something failed, or
 * (1) the outermost body has returned *result.
 */
DSL_FN int vm_go(struct vm *vm, struct vm_place *at, const struct ins *stop, struct val *result)
{
    return PROFILED(vm) ? vm_go_profiled(vm, at, stop, result)
                        : vm_go_plain(vm, at, stop, result);
}

#endif
