/*
 * Calls of primitives by number, and what they cost.
 */
#ifndef DSL_VM_OP_H
#define DSL_VM_OP_H

#include "fuel.h"
#include "op_all.h"

/* Kind letter of what comes out as `L`: containers by elements, pictures by cells. */
DSL_INLINE char bill_result_kind(char result, enum op_family family)
{
    return result != 'L' ? result : family == FAMILY_container || family == FAMILY_loop ? 'C' : 'G';
}

#if defined(DSL_SMALL)
/* Billing by a table, once for all primitives. */
struct op_bill {
    char kinds[5], result;
    uint8_t billed; /* bit k: argument k is */
};

/* Is argument k of these kinds billed, as its bit. */
#define BILL_BIT(kinds, k)                                                                         \
    ((sizeof(kinds) > (k) + 1 && !bill_is_free((kinds)[sizeof(kinds) > (k) ? (k) : 0])) << (k))
#define BILL_BITS(kinds)                                                                           \
    (BILL_BIT(kinds, 0) | BILL_BIT(kinds, 1) | BILL_BIT(kinds, 2) | BILL_BIT(kinds, 3))

#define BILL_RESULT(result, family)                                                                \
    ((result) != 'L' ? (result) : (family) == FAMILY_container ? 'C' : 'G')

DSL_TABLE struct op_bill op_bills[OP_COUNT] = {
#define OP(name, arity, params, kinds, result, family)                                             \
    {kinds, BILL_RESULT(result, FAMILY_##family), BILL_BITS(kinds)},
#include "ops.def"
#undef OP
};

/* bill_len, called where something is billed. */
DSL_INLINE uint64_t bill_of(const struct vm *vm, struct val v, char kind)
{
    return bill_is_free(kind) || !val_is_container(v) ? 0 : bill_len(vm, v, kind);
}

#define VM_CASE(name, kinds, result, family)                                                       \
    case OP_##name:                                                                                \
        return op_##name(vm, x);
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

/* Grid primitives by number, for op_any.h; no billing.  Arguments stand as the primitives want
   them: nothing has to be moved for the call. */
DSL_FN struct val any_op(struct vm *vm, const struct val *x, uint32_t op)
{
    switch (op) {
#define ANY_CASE(name)                                                                             \
    case OP_##name:                                                                                \
        return op_##name(vm, x);
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

/* Bills what the primitive added to its own bill. */
DSL_INLINE void op_bill_extra(struct vm *vm)
{
    if (DSL_UNLIKELY(vm->extra != 0)) {
        uint64_t extra = vm->extra;
        vm->extra = 0;
        bill(vm, extra);
    }
}

#if defined(DSL_SMALL)
/* All primitives by number, likewise. */
DSL_FN struct val op_call(struct vm *vm, const struct val *x, uint32_t op)
{
    switch (op) {
#define OP(name, arity, params, kinds, result, family) VM_CASE_##family(name, kinds, result, family)
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
    uint64_t units = 0;
    if (op >= OP_COUNT || op_is_loop[op])
        return fail(vm, ERR_TYPE);
    for (uint32_t m = op_bills[op].billed; m; m &= m - 1)
        units += bill_of(vm, x[bits_first(m)], op_bills[op].kinds[bits_first(m)]);
    bill(vm, 1 + units / 16);
    if (vm->err)
        return val_none();
    r = op_call(vm, x, op);
    if (vm->err == ERR_TYPE || vm->err == ERR_RAGGED)
        r = any_retry(vm, op, x);
    if (!vm->err) {
        units = bill_of(vm, r, op_bills[op].result) / 16;
        if (units)
            bill(vm, units);
    }
    op_bill_extra(vm);
    return r;
}
#else
/* Calls a primitive that is no loop, and bills it. */
DSL_FN struct val vm_op(struct vm *vm, uint32_t op, const struct val *x)
{
    struct val r;
    switch (op) {
#define OP(name, arity, params, kinds, result, family) VM_CASE_##family(name, kinds, result, family)
#include "ops.def"
#undef OP
    default:
        return fail(vm, ERR_TYPE);
    }
    op_bill_extra(vm);
    return r;
}
#endif

#endif
