/*
 * Arithmetic and logic.
 *
 * Numbers are ints or tuples of which items 0 and 1 count; a result beyond 64 bits is LIMIT.
 */
#ifndef DSL_OP_ARITH_H
#define DSL_OP_ARITH_H

#include "op.h"

enum number_op { NUMBER_ADD, NUMBER_SUB, NUMBER_MUL, NUMBER_DIV };

/* a + b, a - b, a * b or floor(a / b); ZeroDivisionError, LIMIT beyond 64 bits. */
DSL_FN int64_t number_apply(struct vm *vm, enum number_op op, int64_t a, int64_t b)
{
    const int64_t least = INT64_MIN;
    int over = 0;
    switch (op) {
    case NUMBER_ADD:
        over = b > 0 ? a > INT64_MAX - b : a < least - b;
        break;
    case NUMBER_SUB:
        over = b < 0 ? a > INT64_MAX + b : a < least + b;
        break;
    case NUMBER_MUL:
        if (val_fits32(a) && val_fits32(b))
            return a * b;
        over = a > 0   ? (b > 0 ? a > INT64_MAX / b : b < least / a)
               : a < 0 ? (b > 0 ? a < least / b : b != 0 && b < INT64_MAX / a)
                       : 0;
        break;
    default:
        if (b == 0)
            return fail(vm, ERR_ZERO_DIVISION).u.i;
        over = a == least && b == -1;
    }
    if (over)
        return fail(vm, ERR_LIMIT).u.i;
    return op == NUMBER_ADD   ? a + b
           : op == NUMBER_SUB ? a - b
           : op == NUMBER_MUL ? a * b
                              : a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* A binary operation on numbers of either kind, as in the reference: by items where one is a pair. */
DSL_FN struct val number_binary(struct vm *vm, enum number_op op, struct val a, struct val b)
{
    struct ints x, y;
    if (val_is_int(a) && val_is_int(b))
        return val_int(number_apply(vm, op, a.u.i, b.u.i));
    if (val_is_int(a)) {
        y = subscript_pair(vm, b);
        x.a = x.b = a.u.i;
    } else if (val_is_int(b)) {
        x = subscript_pair(vm, a);
        y.a = y.b = b.u.i;
    } else {
        x = subscript_pair(vm, a);
        if (vm->err)
            return val_none();
        y = subscript_pair(vm, b);
    }
    if (vm->err)
        return val_none();
    x.a = number_apply(vm, op, x.a, y.a);
    if (!vm->err)
        x.b = number_apply(vm, op, x.b, y.b);
    return vm->err ? val_none() : ints_to_pair(vm, x.a, x.b);
}

DSL_OP(identity)
{
    (void)vm;
    return a[0];
}

DSL_OP(add)
{
    return number_binary(vm, NUMBER_ADD, a[0], a[1]);
}

DSL_OP(subtract)
{
    return number_binary(vm, NUMBER_SUB, a[0], a[1]);
}

DSL_OP(multiply)
{
    return number_binary(vm, NUMBER_MUL, a[0], a[1]);
}

DSL_OP(divide)
{
    return number_binary(vm, NUMBER_DIV, a[0], a[1]);
}

DSL_OP(invert)
{
    return number_binary(vm, NUMBER_SUB, val_int(0), a[0]);
}

DSL_OP(even)
{
    int64_t n = int_of(vm, a[0]);
    return val_bool(n % 2 == 0);
}

DSL_OP(double)
{
    return number_binary(vm, NUMBER_MUL, a[0], val_int(2));
}

DSL_OP(halve)
{
    return number_binary(vm, NUMBER_DIV, a[0], val_int(2));
}

DSL_OP(flip)
{
    return val_bool(!val_truth(vm, a[0]));
}

DSL_OP(equality)
{
    uint32_t x = val_tree(vm, a[0]), y = val_tree(vm, a[1]);
    vm->extra += (x < y ? x : y) / 16;
    return val_bool(val_equal(vm, a[0], a[1]));
}

DSL_OP(both)
{
    return val_truth(vm, a[0]) ? a[1] : a[0];
}

DSL_OP(either)
{
    return val_truth(vm, a[0]) ? a[0] : a[1];
}

DSL_OP(increment)
{
    return number_binary(vm, NUMBER_ADD, a[0], val_int(1));
}

DSL_OP(decrement)
{
    return number_binary(vm, NUMBER_SUB, a[0], val_int(1));
}

/* -1, 0 or 1 of an int, or of both items. */
DSL_FN struct val number_sign(struct vm *vm, struct val n)
{
    if (val_is_int(n))
        return val_int(order_int(n.u.i, 0));
    struct ints p = subscript_pair(vm, n);
    return vm->err ? val_none() : val_pair(order_int(p.a, 0), order_int(p.b, 0));
}

DSL_OP(crement)
{
    struct val s = number_sign(vm, a[0]);
    return vm->err ? s : number_binary(vm, NUMBER_ADD, a[0], s);
}

DSL_OP(sign)
{
    return number_sign(vm, a[0]);
}

DSL_OP(positive)
{
    int64_t n = int_of(vm, a[0]);
    return val_bool(n > 0);
}

DSL_OP(greater)
{
    uint32_t x = val_tree(vm, a[0]), y = val_tree(vm, a[1]);
    vm->extra += (x < y ? x : y) / 16;
    return val_bool(val_greater(vm, a[0], a[1]));
}

DSL_OP(toivec)
{
    struct val v[2] = {a[0], val_int(0)};
    return tuple_build(vm, v, 2);
}

DSL_OP(tojvec)
{
    struct val v[2] = {val_int(0), a[0]};
    return tuple_build(vm, v, 2);
}

DSL_OP(astuple)
{
    return tuple_build(vm, a, 2);
}

DSL_OP(branch)
{
    return val_truth(vm, a[0]) ? a[1] : a[2];
}

#endif
