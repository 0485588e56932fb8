/*
 * Loops whose body is scalar, 32 elements at a time, one in each lane.
 *
 * The compiler marks loops whose bodies consist of the operations below (LANE_OPS).  A batch runs
 * through the body on small integers, pairs and cells; whatever else turns up (a value of another
 * kind, a number beyond 32 bits, a division by zero, an error) makes the batch void before it has
 * had any effect, and the plain loop takes over at its first element.  Every element of a batch
 * costs the same, so fuel and outcomes are those of the plain loop.
 */
#ifndef DSL_LANE_LOOP_H
#define DSL_LANE_LOOP_H

#include "fuel.h"
#include "lanes.h"
#include "op_all.h"
#include "vm_profile.h"

enum lane_kind { LANE_UNSET, LANE_INT, LANE_BOOL, LANE_PAIR, LANE_CELL };

/* One register of the body, across the lanes; which of a, b, c count depends on the kind. */
struct lane_reg {
    enum lane_kind kind;
    lanes a, b; /* PAIR, CELL: row and column */
    lanes c;    /* INT, BOOL: the number; CELL: colour */
};

enum { LANE_REGS = 24 };

/* A batch on its way through the body. */
struct lane_batch {
    struct vm *vm;
    const struct val *regs;     /* of the frame: values from outside the loop */
    const struct body *body;
    uint32_t base;              /* register that slot 0 stands for */
    uint32_t live;              /* lanes with an element */
    uint64_t n_calls;           /* of an element */
    struct val *elements;       /* LANE_WIDTH of the run's memory */
    struct lane_reg slots[LANE_REGS];
};

DSL_INLINE enum lane_kind lane_kind_of(uint32_t tag)
{
    return tag == VAL_INT    ? LANE_INT
           : tag == VAL_BOOL ? LANE_BOOL
           : tag == VAL_PAIR ? LANE_PAIR
           : tag == VAL_CELL ? LANE_CELL
                             : LANE_UNSET;
}

/* Fills a register from n values; 0 when they are not all small and of one kind. */
DSL_FN int lane_gather(struct lane_reg *r, const struct val *v, int n)
{
    enum { TAG, C, A, B, STEP = sizeof(struct val) / 4 }; /* words of a value */
    const any_word *p = (const any_word *)v;
    r->kind = lane_kind_of(v[0].tag);
    if (r->kind == LANE_UNSET ||
        ~lanes_eq(lanes_from(p + TAG, STEP, n), lanes_fill((int32_t)v[0].tag)))
        return 0;
    r->a = lanes_from(p + A, STEP, n);
    r->b = lanes_from(p + B, STEP, n);
    r->c = r->a;
    if (r->kind == LANE_CELL)
        r->c = lanes_from(p + C, STEP, n);
    if (r->kind == LANE_PAIR || r->kind == LANE_CELL)
        return 1;
    lanes zero = lanes_fill(0), sign = lanes_select(lanes_lt(r->a, zero), lanes_fill(-1), zero);
    return !~lanes_eq(r->b, sign);
}

/* A register with the same value in all lanes; 0 when it is no small scalar. */
DSL_FN int lane_spread(struct lane_reg *r, struct val v)
{
    r->kind = lane_kind_of(v.tag);
    if (r->kind == LANE_UNSET || (val_is_int(v) && !val_fits32(v.u.i)))
        return 0;
    r->a = lanes_fill(v.u.p.a);
    r->b = lanes_fill(v.u.p.b);
    r->c = lanes_fill(v.tag == VAL_CELL ? v.c : (int32_t)v.u.i);
    return 1;
}

/* The first n values of a register, lane by lane. */
DSL_FN void lane_scatter(const struct lane_reg *r, struct val *v, int n)
{
    enum { TAG, C, A, B, STEP = sizeof(struct val) / 4 };
    any_word *p = (any_word *)v;
    lanes zero = lanes_fill(0), sign = lanes_select(lanes_lt(r->c, zero), lanes_fill(-1), zero);
    int number = r->kind == LANE_INT || r->kind == LANE_BOOL;
    lanes_to(p + TAG, STEP,
             lanes_fill(r->kind == LANE_INT    ? VAL_INT
                        : r->kind == LANE_BOOL ? VAL_BOOL
                        : r->kind == LANE_PAIR ? VAL_PAIR
                                               : VAL_CELL),
             n);
    lanes_to(p + C, STEP, r->kind == LANE_CELL ? r->c : zero, n);
    lanes_to(p + A, STEP, number ? r->c : r->a, n);
    lanes_to(p + B, STEP, number ? sign : r->b, n);
}

/* Is the register inside the body's own?  Constants stand at the end of the frame. */
DSL_INLINE int lane_is_slot(const struct lane_batch *t, uint32_t reg)
{
    return reg >= t->base && reg < (uint32_t)t->body->n_regs - t->body->n_consts;
}

/* Operand: a slot, or an outer value spread over all lanes; 0 when it is no small scalar. */
DSL_FN int lane_operand(const struct lane_batch *t, uint32_t reg, struct lane_reg *out)
{
    if (lane_is_slot(t, reg)) {
        if (reg - t->base >= LANE_REGS)
            return 0;
        *out = t->slots[reg - t->base];
        return out->kind != LANE_UNSET;
    }
    return lane_spread(out, t->regs[reg]);
}

DSL_INLINE int lane_is_int(const struct lane_reg *r)
{
    return r->kind == LANE_INT || r->kind == LANE_BOOL;
}

/* ---- arithmetic ---- */

DSL_FN lanes lane_binary(uint32_t op, lanes x, lanes y, uint32_t *bad)
{
    switch (op) {
    case OP_add:
        return lanes_add(x, y, bad);
    case OP_subtract:
        return lanes_sub(x, y, bad);
    case OP_multiply:
        return lanes_mul(x, y, bad);
    default:
        return lanes_div(x, y, bad);
    }
}

/* add, subtract, multiply, divide on numbers and pairs; 1 unless a lane that counts went wrong. */
DSL_FN int lane_arith(uint32_t op, const struct lane_reg *x, const struct lane_reg *y,
                      struct lane_reg *out, uint32_t live)
{
    uint32_t bad = 0;
    if (x->kind == LANE_CELL || y->kind == LANE_CELL)
        return 0;
    if (lane_is_int(x) && lane_is_int(y)) {
        out->kind = LANE_INT;
        out->c = lane_binary(op, x->c, y->c, &bad);
    } else {
        out->kind = LANE_PAIR;
        out->a = lane_binary(op, lane_is_int(x) ? x->c : x->a, lane_is_int(y) ? y->c : y->a, &bad);
        out->b = lane_binary(op, lane_is_int(x) ? x->c : x->b, lane_is_int(y) ? y->c : y->b, &bad);
    }
    return !(bad & live);
}

DSL_FN lanes lane_unary(uint32_t op, lanes x, uint32_t *bad)
{
    lanes zero = lanes_fill(0), one = lanes_fill(1);
    uint32_t below = lanes_lt(x, zero), above = lanes_lt(zero, x);
    lanes sign = lanes_sub(lanes_bits(above), lanes_bits(below), bad);
    switch (op) {
    case OP_invert:
        return lanes_sub(zero, x, bad);
    case OP_double:
        return lanes_add(x, x, bad);
    case OP_halve:
        return lanes_div(x, lanes_fill(2), bad);
    case OP_increment:
        return lanes_add(x, one, bad);
    case OP_decrement:
        return lanes_sub(x, one, bad);
    case OP_crement:
        return lanes_add(x, sign, bad);
    default:
        return sign;
    }
}

DSL_FN int lane_map(uint32_t op, const struct lane_reg *x, struct lane_reg *out, uint32_t live)
{
    uint32_t bad = 0;
    if (x->kind == LANE_CELL)
        return 0;
    out->kind = lane_is_int(x) ? LANE_INT : LANE_PAIR;
    if (lane_is_int(x)) {
        out->c = lane_unary(op, x->c, &bad);
    } else {
        out->a = lane_unary(op, x->a, &bad);
        out->b = lane_unary(op, x->b, &bad);
    }
    return !(bad & live);
}

/* ---- conditions ---- */

DSL_INLINE int lane_bool(struct lane_reg *out, uint32_t m)
{
    out->kind = LANE_BOOL;
    out->c = lanes_bits(m);
    return 1;
}

/* Lanes whose number is divisible by 2. */
DSL_FN uint32_t lane_even(lanes x)
{
    uint32_t ignored = 0;
    lanes half = lanes_div(x, lanes_fill(2), &ignored);
    return lanes_eq(lanes_add(half, half, &ignored), x);
}

DSL_INLINE uint32_t lane_truth(const struct lane_reg *x)
{
    return lane_is_int(x) ? ~lanes_eq(x->c, lanes_fill(0)) : 0xffffffffu;
}

/* Equal: numbers with numbers, pairs with pairs, cells with cells; kinds never mix. */
DSL_FN uint32_t lane_equal(const struct lane_reg *x, const struct lane_reg *y)
{
    if (lane_is_int(x) && lane_is_int(y))
        return lanes_eq(x->c, y->c);
    if (x->kind != y->kind)
        return 0;
    uint32_t m = lanes_eq(x->a, y->a) & lanes_eq(x->b, y->b);
    return x->kind == LANE_CELL ? m & lanes_eq(x->c, y->c) : m;
}

DSL_FN int lane_greater(const struct lane_reg *x, const struct lane_reg *y, struct lane_reg *out)
{
    if (lane_is_int(x) && lane_is_int(y))
        return lane_bool(out, lanes_lt(y->c, x->c));
    if (x->kind != LANE_PAIR || y->kind != LANE_PAIR)
        return 0;
    return lane_bool(out, lanes_lt(y->a, x->a) | (lanes_eq(x->a, y->a) & lanes_lt(y->b, x->b)));
}

/* x where the condition holds, else y; both of one kind. */
DSL_FN int lane_choose(uint32_t m, const struct lane_reg *x, const struct lane_reg *y,
                       struct lane_reg *out)
{
    if (x->kind != y->kind)
        return 0;
    out->kind = x->kind;
    out->a = lanes_select(m, x->a, y->a);
    out->b = lanes_select(m, x->b, y->b);
    out->c = lanes_select(m, x->c, y->c);
    return 1;
}

/* ---- pairs, cells, and what they stand for in a picture ---- */

DSL_FN int lane_make_tuple(const struct lane_reg *x, const struct lane_reg *y, struct lane_reg *out)
{
    if (x->kind != LANE_INT)
        return 0;
    if (y->kind == LANE_INT) {
        out->kind = LANE_PAIR;
        out->a = x->c;
        out->b = y->c;
        return 1;
    }
    if (y->kind != LANE_PAIR)
        return 0;
    out->kind = LANE_CELL;
    out->c = x->c;
    out->a = y->a;
    out->b = y->b;
    return 1;
}

DSL_FN int lane_item(const struct lane_reg *x, int last, struct lane_reg *out)
{
    if (lane_is_int(x))
        return 0;
    if (x->kind == LANE_CELL && last) {
        out->kind = LANE_PAIR;
        out->a = x->a;
        out->b = x->b;
        return 1;
    }
    out->kind = LANE_INT;
    out->c = x->kind == LANE_CELL ? x->c : last ? x->b : x->a;
    return 1;
}

/* Lanes whose place is inside a picture's box; i and j become places in the box. */
DSL_FN uint32_t lane_inside(const struct pic *p, lanes *i, lanes *j, uint32_t live)
{
    uint32_t over = 0;
    *i = lanes_sub(*i, lanes_fill(p->row), &over);
    *j = lanes_sub(*j, lanes_fill(p->col), &over);
    lanes none = lanes_fill(-1);
    return live & ~over & lanes_lt(none, *i) & lanes_lt(*i, lanes_fill(p->h)) &
           lanes_lt(none, *j) & lanes_lt(*j, lanes_fill(p->w));
}

/* contained(pair, indices) */
DSL_FN int lane_contained(const struct lane_batch *t, const struct lane_reg *x, struct val c,
                          struct lane_reg *out)
{
    if (c.tag != VAL_INDICES || x->kind != LANE_PAIR)
        return 0;
    struct pic *p = heap_pic(t->vm, c);
    lanes i = x->a, j = x->b;
    uint32_t in = lane_inside(p, &i, &j, t->live);
    return lane_bool(out, lanes_test(pic_layer(p, 0), p->h, i, j, in));
}

/* index(grid, pair); a place off the grid is None, which is for the plain loop. */
DSL_FN int lane_index(const struct lane_batch *t, struct val g, const struct lane_reg *x,
                      struct lane_reg *out)
{
    if (g.tag != VAL_GRID || x->kind != LANE_PAIR)
        return 0;
    struct pic *p = heap_pic(t->vm, g);
    lanes i = x->a, j = x->b;
    uint32_t left = lane_inside(p, &i, &j, t->live);
    if (left != t->live)
        return 0;
    out->kind = LANE_INT;
    out->c = lanes_fill(0);
    for (uint32_t k = 0; k < p->n_layers && left; k++) {
        uint32_t here = lanes_test(pic_layer(p, k), p->h, i, j, left);
        out->c = lanes_select(here, lanes_fill(pic_colours(p)[k]), out->c);
        left &= ~here;
    }
    return 1;
}

/* ---- the body ---- */

/* Units of an instruction for an element beyond those of the calls. */
DSL_INLINE uint64_t lane_units(const struct lane_batch *t, const struct ins *i)
{
    if (i->op == OP_contained)
        return bill_len(t->vm, t->regs[i->a[1]], 'C') / 16;
    if (i->op == OP_index)
        return bill_len(t->vm, t->regs[i->a[0]], 'G') / 16;
    return 0;
}

/* Runs one instruction; 0 makes the batch void.  *cost gets what an element is billed. */
DSL_FN int lane_step(struct lane_batch *t, const struct ins *i, uint64_t *cost)
{
    struct lane_reg x, y, z, *out = &t->slots[i->dst - t->base];
    int uniform = (i->op == OP_contained && !lane_is_slot(t, i->a[1])) ||
                  (i->op == OP_index && !lane_is_slot(t, i->a[0]));
    if (i->op >= OP_COUNT || i->dst < t->base || i->dst - t->base >= LANE_REGS)
        return 0;
    *cost += 1u + i->bill;
    t->n_calls += 1u + i->bill;
    if (i->op == OP_contained || i->op == OP_index) {
        struct val c = t->regs[i->a[i->op == OP_contained]];
        if (!uniform || !lane_operand(t, i->a[i->op == OP_index], &x))
            return 0;
        *cost += lane_units(t, i);
        return i->op == OP_index ? lane_index(t, c, &x, out) : lane_contained(t, &x, c, out);
    }
    if (!lane_operand(t, i->a[0], &x))
        return 0;
    if (i->n >= 2 && !lane_operand(t, i->a[1], &y))
        return 0;
    switch (i->op) {
    case OP_add:
    case OP_subtract:
    case OP_multiply:
    case OP_divide:
        return lane_arith(i->op, &x, &y, out, t->live);
    case OP_invert:
    case OP_double:
    case OP_halve:
    case OP_increment:
    case OP_decrement:
    case OP_crement:
    case OP_sign:
        return lane_map(i->op, &x, out, t->live);
    case OP_even:
        return lane_is_int(&x) && lane_bool(out, lane_even(x.c));
    case OP_positive:
        return lane_is_int(&x) && lane_bool(out, lanes_lt(lanes_fill(0), x.c));
    case OP_flip:
        return lane_bool(out, ~lane_truth(&x));
    case OP_equality:
        return lane_bool(out, lane_equal(&x, &y));
    case OP_greater:
        return lane_greater(&x, &y, out);
    case OP_both:
        return lane_choose(lane_truth(&x), &y, &x, out);
    case OP_either:
        return lane_choose(lane_truth(&x), &x, &y, out);
    case OP_branch:
        return lane_operand(t, i->a[2], &z) && lane_choose(lane_truth(&x), &y, &z, out);
    case OP_astuple:
        return lane_make_tuple(&x, &y, out);
    case OP_toivec:
        z.kind = LANE_INT;
        z.c = lanes_fill(0);
        return lane_make_tuple(&x, &z, out);
    case OP_tojvec:
        z.kind = LANE_INT;
        z.c = lanes_fill(0);
        return lane_make_tuple(&z, &x, out);
    case OP_first:
    case OP_last:
        return lane_item(&x, i->op == OP_last, out);
    default:
        return 0;
    }
}

/* Fetches up to 32 elements; their number. */
DSL_FN int lane_fetch(struct lane_batch *t, struct seq *s)
{
    int n = 0;
    while (n < LANE_WIDTH && seq_next(t->vm, s, &t->elements[n]))
        n++;
    return n;
}

/*
 * Runs a batch of the loop at `begin` from where *s stands.  Returns the number of elements, their
 * results in *r and the units of each in *cost; 0 when the batch is void or there is none left, and
 * *s stands where it stood.
 */
DSL_FN int lane_run(struct lane_batch *t, struct seq *s, const struct ins *code, uint32_t begin,
                    struct lane_reg *r, uint64_t *cost)
{
    struct seq saved = *s;
    uint64_t mark = t->vm->top;
    const struct ins *loop = &code[begin], *end = &code[loop->jump];
    int n = lane_fetch(t, s), good = n > 0, profiled = PROFILED(t->vm);
    t->base = loop->a[2];
    for (int k = 0; k < LANE_REGS; k++)
        t->slots[k].kind = LANE_UNSET;
    t->live = bits_below(n);
    *cost = t->n_calls = end->bill;
    if (good)
        good = lane_gather(&t->slots[0], t->elements, n);
    for (const struct ins *i = loop + 1; good && i < end; i++) {
        if (profiled)
            profile_to(t->vm, i->op < OP_COUNT ? i->op : (uint32_t)PROFILE_MACHINE);
        good = lane_step(t, i, cost);
    }
    if (profiled)
        profile_to(t->vm, profile_loops[loop->n]);
    if (good)
        good = lane_operand(t, end->a[0], r);
    t->vm->top = mark;
    if (!good)
        *s = saved;
    return good ? n : 0;
}

#endif
