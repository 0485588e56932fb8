/* The builders of function values, for the calls that the compiler could not take away. */
#ifndef DSL_OP_FUNCTION_H
#define DSL_OP_FUNCTION_H

#include "op.h"
#include "program.h"

enum { POWER_LIMIT = 900 }; /* the reference recurses; from about 1,000 on it fails */

/* Parameters of each primitive. */
DSL_TABLE uint8_t op_arities[OP_COUNT] = {
#define OP(name, arity, params, kinds, result, family) arity,
#include "ops.def"
#undef OP
};

/* Primitives that call a function on elements. */
DSL_TABLE uint8_t op_is_loop[OP_COUNT] = {
#define OP(name, arity, params, kinds, result, family) FAMILY_##family == FAMILY_loop,
#include "ops.def"
#undef OP
};

/* Parameters of a function value. */
DSL_FN uint32_t func_arity(const struct vm *vm, struct val f)
{
    if (f.c > 0)
        return op_arities[f.c - 1];
    if (f.c < 0)
        return vm->view.bodies[vm->view.helper + (uint32_t)(-1 - f.c)].n_params;
    return heap_func(vm, f)->arity;
}

DSL_FN struct val func_make(struct vm *vm, enum func_kind kind, uint32_t arity,
                            const struct val *bound, uint32_t n)
{
    uint32_t depth = 0, tree = 1;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t d = val_depth(vm, bound[k]);
        depth = d > depth ? d : depth;
        tree = tree_add(tree, val_tree(vm, bound[k]));
    }
    if (depth >= LIMIT_DEPTH || tree > LIMIT_TREE)
        return fail(vm, ERR_LIMIT);
    uint64_t ref = heap_alloc(vm, sizeof(struct func) / 16 + n);
    if (!ref)
        return val_none();
    struct func *f = (struct func *)heap_at(vm, ref);
    f->b.tag = VAL_FUNC;
    f->b.depth = (uint8_t)(depth + 1);
    f->b.kind = (uint16_t)kind;
    f->b.size16 = (uint32_t)(sizeof(struct func) / 16 + n);
    f->b.len = n;
    f->b.tree = tree;
    f->op = 0;
    f->arity = arity;
    f->reserved = 0;
    vals_put(func_bound(f), bound, n);
    return val_ref(VAL_FUNC, ref);
}

DSL_OP(compose)
{
    return func_make(vm, FUNC_COMPOSE, 1, a, 2);
}

DSL_OP(chain)
{
    return func_make(vm, FUNC_CHAIN, 1, a, 3);
}

DSL_OP(matcher)
{
    return func_make(vm, FUNC_MATCHER, 1, a, 2);
}

DSL_OP(fork)
{
    return func_make(vm, FUNC_FORK, 1, a, 3);
}

DSL_FN struct val func_bind(struct vm *vm, enum func_kind kind, const struct val *a)
{
    if (a[0].tag != VAL_FUNC)
        return fail(vm, ERR_ATTRIBUTE);
    uint32_t arity = func_arity(vm, a[0]);
    return func_make(vm, kind, arity == 2 ? 1 : arity == 3 ? 2 : 3, a, 2);
}

DSL_OP(rbind)
{
    return func_bind(vm, FUNC_RBIND, a);
}

DSL_OP(lbind)
{
    return func_bind(vm, FUNC_LBIND, a);
}

DSL_OP(power)
{
    int64_t n = int_of(vm, a[1]);
    if (vm->err)
        return val_none();
    if (n <= 0 || n > POWER_LIMIT)
        return fail(vm, ERR_RECURSION);
    return n == 1 ? a[0] : func_make(vm, FUNC_POWER, 1, a, 2);
}

#endif
