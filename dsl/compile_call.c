/* Builders, loops and calls of functions whose shape is known.  See compile.h. */
#include "compile_private.h"

/* Arity of the function that rbind and lbind make (batt-dsl(7), "Functions"). */
static uint32_t bound_arity(uint32_t arity)
{
    return arity == 2 ? 1 : arity == 3 ? 2 : 3;
}

/* Integer constant behind a register, or -1. */
static int64_t small_constant(const struct compiler *c, struct sym s)
{
    if (s.is_fn || !(s.n & CONST_BIT))
        return -1;
    struct val v = c->card->consts[c->first_const + (s.n & ~(uint32_t)CONST_BIT)];
    return val_is_int(v) && v.u.i >= 0 && v.u.i <= POWER_MAX ? v.u.i : -1;
}

/* Builders with known parts; returns 0 when the call must be made at run time. */
static int emit_builder(struct compiler *c, enum op_id op, const struct sym *a, struct sym *out)
{
    int64_t times;
    switch (op) {
    case OP_compose:
        *out = sym_of_closure(c, FUNC_COMPOSE, a, 2, 1, 0);
        return 1;
    case OP_chain:
        *out = sym_of_closure(c, FUNC_CHAIN, a, 3, 1, 0);
        return 1;
    case OP_matcher:
        *out = sym_of_closure(c, FUNC_MATCHER, a, 2, 1, 0);
        return 1;
    case OP_fork:
        *out = sym_of_closure(c, FUNC_FORK, a, 3, 1, 0);
        return 1;
    case OP_rbind:
    case OP_lbind:
        if (!a[0].is_fn)
            return 0;
        *out = sym_of_closure(c, op == OP_rbind ? FUNC_RBIND : FUNC_LBIND, a, 2,
                              bound_arity(c->shapes[a[0].n].arity), 0);
        return 1;
    case OP_power:
        times = small_constant(c, a[1]);
        if (times < 1)
            return 0;
        *out = times == 1 ? a[0] : sym_of_closure(c, FUNC_POWER, a, 2, 1, (uint32_t)times);
        return 1;
    default:
        return 0;
    }
}

/* ---- loops ---- */

/* How a primitive that calls a function loops: where its function and containers stand. */
struct loop_form {
    enum op_id op;
    enum loop_kind kind;
    uint8_t f, first, second; /* argument numbers; second = 0xff: one container only */
};

static const struct loop_form loop_forms[] = {
    {OP_apply, LOOP_APPLY, 0, 1, 0xff},     {OP_mapply, LOOP_MAPPLY, 0, 1, 0xff},
    {OP_papply, LOOP_PAPPLY, 0, 1, 2},      {OP_mpapply, LOOP_MPAPPLY, 0, 1, 2},
    {OP_prapply, LOOP_PRAPPLY, 0, 1, 2},    {OP_sfilter, LOOP_SFILTER, 1, 0, 0xff},
    {OP_mfilter, LOOP_MFILTER, 1, 0, 0xff}, {OP_extract, LOOP_EXTRACT, 1, 0, 0xff},
    {OP_order, LOOP_ORDER, 1, 0, 0xff},     {OP_argmax, LOOP_ARGMAX, 1, 0, 0xff},
    {OP_argmin, LOOP_ARGMIN, 1, 0, 0xff},   {OP_valmax, LOOP_VALMAX, 1, 0, 0xff},
    {OP_valmin, LOOP_VALMIN, 1, 0, 0xff},   {OP_rapply, LOOP_RAPPLY, 0xff, 0, 0xff},
};

static const struct loop_form *loop_form_of(enum op_id op)
{
    for (size_t k = 0; k < sizeof loop_forms / sizeof *loop_forms; k++)
        if (loop_forms[k].op == op)
            return &loop_forms[k];
    return NULL;
}

uint32_t emit_loop_begin(struct compiler *c, enum loop_kind kind, uint16_t first, uint16_t second,
                         uint16_t *e1, uint16_t *e2)
{
    uint16_t dst = emit_new_reg(c);
    *e1 = emit_new_reg(c);
    *e2 = emit_new_reg(c);
    struct ins *i = emit_ins(c, INS_LOOP);
    i->n = (uint16_t)kind;
    i->dst = dst;
    i->a[0] = first;
    i->a[1] = second;
    i->a[2] = *e1;
    i->a[3] = *e2;
    return c->card->n_code - 1;
}

struct sym emit_loop_end(struct compiler *c, uint32_t at, struct sym result)
{
    uint16_t r = emit_reg(c, result);
    struct ins *i = emit_ins(c, INS_END);
    i->a[0] = r;
    i->jump = at;
    c->card->code[at].jump = c->card->n_code - 1;
    return sym_of_reg(c->card->code[at].dst);
}

static struct sym emit_loop(struct compiler *c, const struct loop_form *form, const struct sym *a)
{
    int binary = form->second != 0xff;
    uint16_t first = emit_reg(c, a[form->first]);
    uint16_t second = binary ? emit_reg(c, a[form->second]) : first;
    uint16_t value = form->f == 0xff ? emit_reg(c, a[1]) : 0, e1, e2;
    uint32_t at = emit_loop_begin(c, form->kind, first, second, &e1, &e2);
    struct sym args[2] = {sym_of_reg(e1), sym_of_reg(e2)}, r;
    if (form->f == 0xff) {
        args[0] = sym_of_reg(value);
        r = emit_call(c, sym_of_reg(e1), args, 1);
    } else {
        r = emit_call(c, a[form->f], args, binary ? 2 : 1);
    }
    return emit_loop_end(c, at, r);
}

/* ---- calls ---- */

struct sym emit_op(struct compiler *c, enum op_id op, const struct sym *args, uint32_t n)
{
    const struct loop_form *form;
    struct sym out;
    uint16_t a[INS_ARGS] = {0};
    if (n != op_table[op].arity) {
        c->pending++;
        return emit_raise(c, ERR_TYPE);
    }
    if (op == OP_identity) {
        c->pending++;
        return args[0];
    }
    form = loop_form_of(op);
    if (form)
        return emit_loop(c, form, args);
    if (op_table[op].family == FAMILY_function && emit_builder(c, op, args, &out)) {
        c->pending++;
        return out;
    }
    for (uint32_t k = 0; k < n; k++)
        a[k] = emit_reg(c, args[k]);
    uint16_t dst = emit_new_reg(c);
    struct ins *i = emit_ins(c, (uint16_t)op);
    memcpy(i->a, a, sizeof a);
    i->n = (uint16_t)n;
    i->dst = dst;
    return sym_of_reg(dst);
}

/* A call of a function value, at run time. */
static struct sym emit_call_value(struct compiler *c, uint16_t f, const struct sym *args,
                                  uint32_t n)
{
    uint16_t a[INS_ARGS] = {f};
    if (n >= INS_ARGS) {
        c->pending++;
        return emit_raise(c, ERR_TYPE);
    }
    for (uint32_t k = 0; k < n; k++)
        a[k + 1] = emit_reg(c, args[k]);
    uint16_t dst = emit_new_reg(c);
    struct ins *i = emit_ins(c, INS_CALLV);
    memcpy(i->a, a, sizeof a);
    i->n = (uint16_t)n;
    i->dst = dst;
    return sym_of_reg(dst);
}

/* rbind and lbind: the fixed argument joins the others. */
static struct sym emit_bound(struct compiler *c, const struct shape *s, const struct sym *args,
                             uint32_t n)
{
    struct sym all[4];
    uint32_t at = s->kind == FUNC_LBIND;
    memcpy(all + at, args, n * sizeof *args);
    all[at ? 0 : n] = s->bound[1];
    return emit_call(c, s->bound[0], all, n + 1);
}

struct sym emit_shape(struct compiler *c, struct shape s, const struct sym *args, uint32_t n)
{
    struct sym t[2];
    switch (s.kind) {
    case FUNC_COMPOSE:
        t[0] = emit_call(c, s.bound[1], args, 1);
        return emit_call(c, s.bound[0], t, 1);
    case FUNC_CHAIN:
        t[0] = emit_call(c, s.bound[2], args, 1);
        t[0] = emit_call(c, s.bound[1], t, 1);
        return emit_call(c, s.bound[0], t, 1);
    case FUNC_MATCHER:
        t[0] = emit_call(c, s.bound[0], args, 1);
        t[1] = s.bound[1];
        return emit_op(c, OP_equality, t, 2);
    case FUNC_FORK:
        t[0] = emit_call(c, s.bound[1], args, 1);
        t[1] = emit_call(c, s.bound[2], args, 1);
        return emit_call(c, s.bound[0], t, 2);
    case FUNC_POWER:
        t[0] = args[0];
        for (uint32_t k = 0; k < s.times && !c->no_memory && !c->too_large; k++)
            t[0] = emit_call(c, s.bound[0], t, 1);
        return t[0];
    default:
        return emit_bound(c, &s, args, n);
    }
}

struct sym emit_call(struct compiler *c, struct sym f, const struct sym *args, uint32_t n)
{
    if (c->no_memory || c->too_large)
        return sym_of_reg(CONST_BIT);
    if (!f.is_fn)
        return emit_call_value(c, (uint16_t)f.n, args, n);
    struct shape s = c->shapes[f.n];
    if (s.kind == FUNC_OP)
        return emit_op(c, (enum op_id)s.op, args, n);
    if (n != s.arity) {
        c->pending++;
        return emit_raise(c, ERR_TYPE);
    }
    if (s.kind == FUNC_HELPER)
        return emit_call_value(c, emit_function(c, f.n), args, n);
    c->pending++;
    return emit_shape(c, s, args, n);
}
