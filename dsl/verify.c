/* See verify.h. */
#include "verify.h"

/* What is known at one instruction. */
struct verifier {
    const struct body *b;
    const struct ins *code;
    uint8_t *set; /* by register: 1 + depth of the loop in which it was set, 0 unset */
    uint32_t depth;
    uint32_t open[LOOPS_MAX], pushed_at[LOOPS_MAX];
    uint32_t pushed;
};

static int readable(const struct verifier *v, uint32_t reg)
{
    return reg < v->b->n_regs && v->set[reg] != 0;
}

static const char *define(struct verifier *v, uint32_t reg)
{
    if (reg >= (uint32_t)v->b->n_regs - v->b->n_consts)
        return "result register out of range";
    if (!v->set[reg])
        v->set[reg] = (uint8_t)(1 + v->depth);
    return NULL;
}

static const char *check_reads(const struct verifier *v, const struct ins *i, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        if (!readable(v, i->a[k]))
            return "register read before it is set";
    return NULL;
}

static const char *check_loop(struct verifier *v, const struct ins *i, uint32_t pc)
{
    if (i->n >= LOOP_COUNT)
        return "unknown kind of loop";
    if (i->jump <= pc || i->jump >= v->b->n_code || v->code[i->jump].op != INS_END ||
        v->code[i->jump].jump != pc)
        return "loop without its end";
    v->pushed_at[v->depth] = v->pushed;
    if (v->depth >= 250 || v->depth >= LOOPS_MAX)
        return "loops nested too deep";
    const char *why = check_reads(v, i, 2);
    v->open[v->depth++] = pc;
    if (!why)
        why = define(v, i->a[2]);
    if (!why && (i->n == LOOP_PAPPLY || i->n == LOOP_MPAPPLY || i->n == LOOP_PRAPPLY))
        why = define(v, i->a[3]);
    else if (!why && i->a[3] >= v->b->n_regs)
        why = "register out of range";
    return why;
}

static const char *check_end(struct verifier *v, const struct ins *i)
{
    if (v->depth == 0 || v->open[v->depth - 1] != i->jump)
        return "end without its loop";
    if (v->pushed != v->pushed_at[v->depth - 1])
        return "pushes in a loop";
    const char *why = check_reads(v, i, 1);
    for (uint32_t r = 0; r < v->b->n_regs; r++)
        if (v->set[r] == 1 + v->depth)
            v->set[r] = 0;
    v->depth--;
    return why ? why : define(v, v->code[i->jump].dst);
}

static const char *check_func(struct verifier *v, const struct ins *i)
{
    if (i->n < FUNC_COMPOSE || i->n > FUNC_POWER || i->jump < 1 || i->jump > 3)
        return "unknown kind of function";
    if (i->jump != 1 && i->n != FUNC_RBIND && i->n != FUNC_LBIND)
        return "function of wrong arity";
    const char *why = check_reads(v, i, i->n == FUNC_CHAIN || i->n == FUNC_FORK ? 3 : 2);
    return why ? why : define(v, i->dst);
}

static const char *check_tuple(struct verifier *v, const struct ins *i)
{
    if (i->n > v->pushed - (v->depth ? v->pushed_at[v->depth - 1] : 0))
        return "tuple of more than was pushed";
    v->pushed -= i->n;
    return define(v, i->dst);
}

static const char *check_primitive(struct verifier *v, const struct ins *i)
{
    const struct op_info *op = &op_table[i->op];
    if (op->family == FAMILY_loop)
        return "a loop as a plain call";
    if (i->n != op->arity)
        return "wrong number of arguments";
    const char *why = check_reads(v, i, op->arity);
    for (uint32_t k = op->arity; k < 4 && !why; k++)
        why = i->a[k] >= v->b->n_regs ? "register out of range" : NULL;
    return why ? why : define(v, i->dst);
}

static const char *check_ins(struct verifier *v, const struct ins *i, uint32_t pc)
{
    const char *why;
    switch (i->op) {
    case INS_MOVE:
        why = check_reads(v, i, 1);
        return why ? why : define(v, i->dst);
    case INS_RAISE:
        return i->n > ERR_NONE && i->n < ERR_LIMIT ? NULL : "unknown error";
    case INS_BILL:
        return NULL;
    case INS_FUNC:
        return check_func(v, i);
    case INS_CALLV:
        why = i->n >= INS_ARGS ? "too many arguments" : check_reads(v, i, i->n + 1u);
        return why ? why : define(v, i->dst);
    case INS_PUSH:
        v->pushed += i->n;
        return i->n > INS_ARGS ? "too many pushed" : check_reads(v, i, i->n);
    case INS_TUPLE:
        return check_tuple(v, i);
    case INS_LOOP:
        return check_loop(v, i, pc);
    case INS_END:
        return check_end(v, i);
    case INS_RET:
        return pc + 1 == v->b->n_code ? check_reads(v, i, 1) : "return before the end";
    default:
        return i->op < OP_COUNT ? check_primitive(v, i) : "unknown instruction";
    }
}

static int good_constant(struct val x, uint32_t at)
{
    if (x.tag == VAL_FUNC)
        return x.u.ref == 0 && x.c <= OP_COUNT && x.c != 0 && x.c >= -(int64_t)at - 1;
    return x.tag <= VAL_CELL || ((x.tag == VAL_TUPLE || x.tag == VAL_SET) && x.u.ref == 0);
}

const char *verify_body(const struct card *c, uint32_t at, uint8_t *scratch)
{
    struct verifier v;
    v.depth = v.pushed = 0;
    v.b = &c->bodies[at];
    v.set = scratch;
    if (v.b->code > c->n_code || v.b->n_code > c->n_code - v.b->code || v.b->n_code == 0 ||
        v.b->consts > c->n_consts || v.b->n_consts > c->n_consts - v.b->consts ||
        v.b->n_regs > 2 * BODY_MAX_REGS || v.b->n_params + v.b->n_consts > v.b->n_regs)
        return "body out of range";
    v.code = c->code + v.b->code;
    memset(v.set, 0, v.b->n_regs);
    memset(v.set, 1, v.b->n_params);
    memset(v.set + v.b->n_regs - v.b->n_consts, 1, v.b->n_consts);
    for (uint32_t k = 0; k < v.b->n_consts; k++)
        if (!good_constant(c->consts[v.b->consts + k], at))
            return "constant that is no immediate value";
    for (uint32_t pc = 0; pc < v.b->n_code; pc++) {
        const char *why = check_ins(&v, &v.code[pc], pc);
        if (why)
            return why;
    }
    if (v.depth || v.pushed || v.code[v.b->n_code - 1].op != INS_RET)
        return "body does not end well";
    return NULL;
}
