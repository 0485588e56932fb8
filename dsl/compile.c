/* The compiler: see compile.h.  Host code; registers are numbered as they are met, constants get
   their final numbers in finish_body. */
#include "compile.h"

#include <stdlib.h>

enum {
    CONST_BIT = 0x8000,
    INLINE_MAX = 200, /* primitives a function may hold and still be written out in place */
    POWER_MAX = 900   /* the reference recurses: from about 1,000 on it fails */
};

/* A value at compile time: a register, or the description of a function. */
struct sym {
    uint32_t is_fn;
    uint32_t n;
};

/* A function whose shape is known. */
struct shape {
    enum func_kind kind;
    uint16_t op;    /* FUNC_OP, FUNC_HELPER */
    uint16_t arity; /* arguments it takes */
    uint16_t n_bound;
    uint32_t weight; /* primitives written out by one call */
    uint32_t times;  /* FUNC_POWER */
    uint32_t slot;   /* instruction kept free for making the value */
    int32_t reg;     /* of the value, -1 while there is none */
    struct sym bound[3];
};

struct compiler {
    struct card *card;
    const struct parse *parse;
    struct sym *vars;
    struct sym *values; /* by expression */
    struct shape *shapes;
    uint32_t n_shapes, cap_shapes, cap_vars, cap_values;
    uint32_t first_code, first_const;
    uint32_t n_regs, n_consts;
    uint32_t pending; /* calls compiled away and not yet billed */
    uint32_t line;
    int no_memory, too_large;
    struct ins no_ins;     /* written to when memory is out */
    struct shape no_shape; /* likewise */
};

static struct sym emit_call(struct compiler *c, struct sym f, const struct sym *args, uint32_t n);
static struct sym emit_op(struct compiler *c, enum op_id op, const struct sym *args, uint32_t n);

/* ---- growing arrays ---- */

static int grow(void **p, uint32_t *cap, uint32_t need, size_t size)
{
    uint32_t want = *cap ? *cap : 64;
    if (need <= *cap)
        return 1;
    while (want < need)
        want *= 2;
    void *q = realloc(*p, want * size);
    if (!q)
        return 0;
    *p = q;
    *cap = want;
    return 1;
}

void card_init(struct card *c)
{
    memset(c, 0, sizeof *c);
}

void card_reset(struct card *c)
{
    c->n_code = c->n_consts = c->n_bodies = 0;
}

void card_free(struct card *c)
{
    struct compiler *s = c->scratch;
    if (s) {
        free(s->vars);
        free(s->values);
        free(s->shapes);
        free(s);
    }
    free(c->code);
    free(c->consts);
    free(c->bodies);
    card_init(c);
}

/* ---- instructions ---- */

static struct ins *emit_raw(struct compiler *c, uint16_t op)
{
    struct card *card = c->card;
    if (!grow((void **)&card->code, &card->cap_code, card->n_code + 1, sizeof *card->code)) {
        c->no_memory = 1;
        return &c->no_ins;
    }
    struct ins *i = &card->code[card->n_code++];
    memset(i, 0, sizeof *i);
    i->op = op;
    i->line = (uint16_t)(c->line > 0xffff ? 0xffff : c->line);
    return i;
}

static struct ins *emit(struct compiler *c, uint16_t op)
{
    if (c->pending > 0xffff) {
        emit_raw(c, INS_BILL)->jump = c->pending;
        c->pending = 0;
    }
    struct ins *i = emit_raw(c, op);
    i->bill = (uint16_t)c->pending;
    c->pending = 0;
    return i;
}

static struct sym reg_sym(uint32_t reg)
{
    struct sym s = {0, reg};
    return s;
}

static uint16_t new_reg(struct compiler *c)
{
    if (c->n_regs >= BODY_MAX_REGS)
        c->too_large = 1;
    else
        c->n_regs++;
    return (uint16_t)(c->n_regs - 1);
}

/* The register of a constant; immediates only. */
static uint16_t const_reg(struct compiler *c, struct val v)
{
    struct card *card = c->card;
    for (uint32_t k = 0; k < c->n_consts; k++)
        if (val_same(card->consts[c->first_const + k], v))
            return (uint16_t)(CONST_BIT | k);
    if (c->n_consts >= BODY_MAX_REGS) {
        c->too_large = 1;
        return CONST_BIT;
    }
    if (!grow((void **)&card->consts, &card->cap_consts, card->n_consts + 1, sizeof v)) {
        c->no_memory = 1;
        return CONST_BIT;
    }
    card->consts[card->n_consts++] = v;
    return (uint16_t)(CONST_BIT | c->n_consts++);
}

static struct sym emit_raise(struct compiler *c, enum vm_error e)
{
    emit(c, INS_RAISE)->n = (uint16_t)e;
    return reg_sym(const_reg(c, val_none()));
}

/* ---- functions ---- */

/* A primitive (op >= 0) or helper (-1 - op) as a value. */
static struct val func_constant(int32_t op)
{
    struct val v = val_ref(VAL_FUNC, 0);
    v.c = op >= 0 ? op + 1 : op;
    return v;
}

static uint16_t to_reg(struct compiler *c, struct sym s);

/* Makes the function a value, in the slot its builder left free. */
static uint16_t materialise(struct compiler *c, uint32_t n)
{
    struct shape *s = &c->shapes[n];
    if (s->kind == FUNC_OP)
        return const_reg(c, func_constant(s->op));
    if (s->kind == FUNC_HELPER)
        return const_reg(c, func_constant(-1 - (int32_t)s->op));
    if (s->reg >= 0)
        return (uint16_t)s->reg;
    uint16_t a[3] = {0, 0, 0}, dst = new_reg(c);
    for (uint32_t k = 0; k < s->n_bound; k++)
        a[k] = to_reg(c, c->shapes[n].bound[k]);
    s = &c->shapes[n];
    struct ins *i = &c->card->code[s->slot];
    i->op = INS_FUNC;
    i->n = (uint16_t)s->kind;
    i->jump = s->arity;
    i->dst = dst;
    memcpy(i->a, a, sizeof a);
    s->reg = dst;
    return dst;
}

static uint16_t to_reg(struct compiler *c, struct sym s)
{
    return s.is_fn ? materialise(c, s.n) : (uint16_t)s.n;
}

static struct shape *new_shape(struct compiler *c, enum func_kind kind, struct sym *out)
{
    out->is_fn = 1;
    out->n = c->n_shapes;
    if (!grow((void **)&c->shapes, &c->cap_shapes, c->n_shapes + 1, sizeof *c->shapes)) {
        c->no_memory = 1;
        return &c->no_shape;
    }
    struct shape *s = &c->shapes[c->n_shapes++];
    memset(s, 0, sizeof *s);
    s->kind = kind;
    s->arity = 1;
    s->weight = 1;
    s->reg = -1;
    return s;
}

static struct sym primitive_sym(struct compiler *c, enum op_id op)
{
    struct sym out;
    struct shape *s = new_shape(c, FUNC_OP, &out);
    s->op = (uint16_t)op;
    s->arity = op_table[op].arity;
    return out;
}

static struct sym helper_sym(struct compiler *c, uint32_t k)
{
    struct sym out;
    struct shape *s = new_shape(c, FUNC_HELPER, &out);
    s->op = (uint16_t)k;
    s->arity = (uint16_t)c->parse->functions[k].n_params;
    return out;
}

/* A closure over known parts.  Heavy ones become values at once, so that nothing nests deep. */
static struct sym closure_sym(struct compiler *c, enum func_kind kind, const struct sym *bound,
                              uint32_t n, uint32_t arity, uint32_t times)
{
    struct sym out;
    uint64_t weight = 1;
    for (uint32_t k = 0; k < n; k++)
        weight += bound[k].is_fn ? c->shapes[bound[k].n].weight : 1;
    if (kind == FUNC_POWER)
        weight *= times;
    uint32_t slot = c->card->n_code;
    emit_raw(c, INS_NONE);
    struct shape *s = new_shape(c, kind, &out);
    s->arity = (uint16_t)arity;
    s->weight = weight > INLINE_MAX ? INLINE_MAX + 1 : (uint32_t)weight;
    s->times = times;
    s->slot = slot;
    s->n_bound = (uint16_t)n;
    memcpy(s->bound, bound, n * sizeof *bound);
    if (c->no_memory || s->weight <= INLINE_MAX)
        return out;
    return reg_sym(materialise(c, out.n));
}

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
        *out = closure_sym(c, FUNC_COMPOSE, a, 2, 1, 0);
        return 1;
    case OP_chain:
        *out = closure_sym(c, FUNC_CHAIN, a, 3, 1, 0);
        return 1;
    case OP_matcher:
        *out = closure_sym(c, FUNC_MATCHER, a, 2, 1, 0);
        return 1;
    case OP_fork:
        *out = closure_sym(c, FUNC_FORK, a, 3, 1, 0);
        return 1;
    case OP_rbind:
    case OP_lbind:
        if (!a[0].is_fn)
            return 0;
        *out = closure_sym(c, op == OP_rbind ? FUNC_RBIND : FUNC_LBIND, a, 2,
                           bound_arity(c->shapes[a[0].n].arity), 0);
        return 1;
    case OP_power:
        times = small_constant(c, a[1]);
        if (times < 1)
            return 0;
        *out = times == 1 ? a[0] : closure_sym(c, FUNC_POWER, a, 2, 1, (uint32_t)times);
        return 1;
    default:
        return 0;
    }
}

/* ---- calls ---- */

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

static uint32_t loop_begin(struct compiler *c, enum loop_kind kind, uint16_t first, uint16_t second,
                           uint16_t *e1, uint16_t *e2)
{
    uint16_t dst = new_reg(c);
    *e1 = new_reg(c);
    *e2 = new_reg(c);
    struct ins *i = emit(c, INS_LOOP);
    i->n = (uint16_t)kind;
    i->dst = dst;
    i->a[0] = first;
    i->a[1] = second;
    i->a[2] = *e1;
    i->a[3] = *e2;
    return c->card->n_code - 1;
}

static struct sym loop_end(struct compiler *c, uint32_t at, struct sym result)
{
    uint16_t r = to_reg(c, result);
    struct ins *i = emit(c, INS_END);
    i->a[0] = r;
    i->jump = at;
    c->card->code[at].jump = c->card->n_code - 1;
    return reg_sym(c->card->code[at].dst);
}

static struct sym emit_loop(struct compiler *c, const struct loop_form *form, const struct sym *a)
{
    int binary = form->second != 0xff;
    uint16_t first = to_reg(c, a[form->first]);
    uint16_t second = binary ? to_reg(c, a[form->second]) : first;
    uint16_t value = form->f == 0xff ? to_reg(c, a[1]) : 0, e1, e2;
    uint32_t at = loop_begin(c, form->kind, first, second, &e1, &e2);
    struct sym args[2] = {reg_sym(e1), reg_sym(e2)}, r;
    if (form->f == 0xff) {
        args[0] = reg_sym(value);
        r = emit_call(c, reg_sym(e1), args, 1);
    } else {
        r = emit_call(c, a[form->f], args, binary ? 2 : 1);
    }
    return loop_end(c, at, r);
}

static struct sym emit_op(struct compiler *c, enum op_id op, const struct sym *args, uint32_t n)
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
        a[k] = to_reg(c, args[k]);
    uint16_t dst = new_reg(c);
    struct ins *i = emit(c, (uint16_t)op);
    memcpy(i->a, a, sizeof a);
    i->n = (uint16_t)n;
    i->dst = dst;
    return reg_sym(dst);
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
        a[k + 1] = to_reg(c, args[k]);
    uint16_t dst = new_reg(c);
    struct ins *i = emit(c, INS_CALLV);
    memcpy(i->a, a, sizeof a);
    i->n = (uint16_t)n;
    i->dst = dst;
    return reg_sym(dst);
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

/* Calls a function of known shape in place. */
static struct sym emit_shape(struct compiler *c, struct shape s, const struct sym *args,
                             uint32_t n)
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

static struct sym emit_call(struct compiler *c, struct sym f, const struct sym *args, uint32_t n)
{
    if (c->no_memory || c->too_large)
        return reg_sym(CONST_BIT);
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
        return emit_call_value(c, materialise(c, f.n), args, n);
    c->pending++;
    return emit_shape(c, s, args, n);
}

/* ---- expressions and statements ---- */

static struct sym tuple_literal(struct compiler *c, const struct sym *e, const uint32_t *items,
                                uint32_t n)
{
    if (n == 0)
        return reg_sym(const_reg(c, val_empty_tuple()));
    for (uint32_t k = 0; k < n; k += INS_ARGS) {
        uint16_t a[INS_ARGS] = {0};
        uint32_t m = n - k < INS_ARGS ? n - k : INS_ARGS;
        for (uint32_t j = 0; j < m; j++)
            a[j] = to_reg(c, e[items[k + j]]);
        struct ins *i = emit(c, INS_PUSH);
        memcpy(i->a, a, sizeof a);
        i->n = (uint16_t)m;
    }
    uint16_t dst = new_reg(c);
    struct ins *i = emit(c, INS_TUPLE);
    i->n = (uint16_t)n;
    i->dst = dst;
    return reg_sym(dst);
}

static struct sym compile_expr(struct compiler *c, const struct expr *x)
{
    struct sym args[INS_ARGS];
    const uint32_t *items = c->parse->args + x->first_arg;
    c->line = x->line;
    switch (x->kind) {
    case EXPR_NONE:
        return reg_sym(const_reg(c, val_none()));
    case EXPR_BOOL:
        return reg_sym(const_reg(c, val_bool(x->value != 0)));
    case EXPR_INT:
        return reg_sym(const_reg(c, val_int(x->value)));
    case EXPR_PAIR:
        return reg_sym(const_reg(c, val_pair((int32_t)x->value, x->second)));
    case EXPR_VAR:
        return c->vars[x->ref];
    case EXPR_OP:
        return primitive_sym(c, (enum op_id)x->ref);
    case EXPR_HELPER:
        return helper_sym(c, (uint32_t)x->ref);
    case EXPR_TUPLE:
        return tuple_literal(c, c->values, items, x->n_args);
    case EXPR_BADCALL:
        c->pending++;
        return emit_raise(c, ERR_TYPE);
    default:
        break;
    }
    for (uint32_t k = 0; k < x->n_args && k < INS_ARGS; k++)
        args[k] = c->values[items[k]];
    return emit_call(c, c->values[x->ref], args, x->n_args);
}

/* Can the machine try this instruction on 32 elements at once?  See lane_loop.h. */
static int is_lane_op(const struct ins *i)
{
    switch (i->op) {
    case OP_add: case OP_subtract: case OP_multiply: case OP_divide: case OP_invert:
    case OP_double: case OP_halve: case OP_increment: case OP_decrement: case OP_crement:
    case OP_sign: case OP_even: case OP_positive: case OP_flip: case OP_equality:
    case OP_greater: case OP_both: case OP_either: case OP_branch: case OP_astuple:
    case OP_toivec: case OP_tojvec: case OP_first: case OP_last: case OP_contained:
    case OP_index:
        return 1;
    default:
        return 0;
    }
}

/* Loops over one container whose every element may be a small scalar. */
static int is_lane_loop(uint32_t kind)
{
    return kind == LOOP_APPLY || kind == LOOP_SFILTER || kind == LOOP_MFILTER ||
           (kind >= LOOP_EXTRACT && kind <= LOOP_VALMIN);
}

/* Drops the free slots and gives constants and jumps their final numbers. */
static void finish_body(struct compiler *c, struct body *b)
{
    struct ins *code = c->card->code + c->first_code;
    uint32_t n = c->card->n_code - c->first_code, to = 0;
    uint32_t open[LOOPS_MAX], depth = 0, innermost = 0;
    for (uint32_t k = 0; k < n; k++) {
        struct ins i = code[k];
        if (i.op == INS_NONE)
            continue;
        if (i.op != INS_END && !is_lane_op(&i))
            innermost = 0;
        for (int j = 0; j < INS_ARGS; j++)
            if (i.a[j] & CONST_BIT)
                i.a[j] = (uint16_t)(c->n_regs + (i.a[j] & ~CONST_BIT));
        if (i.op == INS_LOOP) {
            if (depth < LOOPS_MAX)
                open[depth] = to;
            depth++;
            innermost = is_lane_loop(i.n);
        } else if (i.op == INS_END && --depth < LOOPS_MAX) {
            i.jump = open[depth];
            code[open[depth]].jump = to;
            code[open[depth]].a[4] = (uint16_t)(innermost && to > open[depth] + 1);
            innermost = 0;
        }
        code[to++] = i;
    }
    c->card->n_code = c->first_code + to;
    b->code = c->first_code;
    b->n_code = to;
    b->consts = c->first_const;
    b->n_consts = c->n_consts;
    b->n_regs = (uint16_t)(c->n_regs + c->n_consts);
}

static void begin_body(struct compiler *c, uint32_t n_params)
{
    c->first_code = c->card->n_code;
    c->first_const = c->card->n_consts;
    c->n_regs = n_params;
    c->n_consts = c->n_shapes = c->pending = 0;
}

static struct compiler *compiler_of(struct card *card)
{
    if (!card->scratch)
        card->scratch = calloc(1, sizeof(struct compiler));
    struct compiler *c = card->scratch;
    if (c) {
        c->card = card;
        c->no_memory = c->too_large = 0;
    }
    return c;
}

/* A function of the text as the body numbered `at`, which exists already. */
static void compile_body(struct compiler *c, const struct function *f, uint32_t at, int is_helper)
{
    struct body b = {0};
    begin_body(c, f->n_params);
    c->pending = (uint32_t)is_helper;
    c->line = f->first_line;
    if (!grow((void **)&c->vars, &c->cap_vars, f->n_vars + 1, sizeof *c->vars) ||
        !grow((void **)&c->values, &c->cap_values, c->parse->n_exprs + 1, sizeof *c->values)) {
        c->no_memory = 1;
        return;
    }
    for (uint32_t k = 0; k < f->n_params; k++)
        c->vars[k] = reg_sym(k);
    uint32_t next = f->n_stmts ? c->parse->stmts[f->first_stmt].first_expr : 0;
    for (uint32_t s = 0; s < f->n_stmts && !c->no_memory && !c->too_large; s++) {
        const struct stmt *st = &c->parse->stmts[f->first_stmt + s];
        for (; next <= st->expr; next++)
            c->values[next] = compile_expr(c, &c->parse->exprs[next]);
        if (st->var >= 0) {
            c->vars[st->var] = c->values[st->expr];
            continue;
        }
        uint16_t r = to_reg(c, c->values[st->expr]);
        emit(c, INS_RET)->a[0] = r;
    }
    finish_body(c, &b);
    b.n_params = (uint16_t)f->n_params;
    c->card->bodies[at] = b;
}

static enum compile_status bad(struct program *out, const char *why, uint32_t line)
{
    out->error = why;
    out->error_line = line;
    return COMPILE_BAD;
}

/* Compiles function f, and all before it when it calls any of them. */
static void compile_with_helpers(struct compiler *c, uint32_t f, uint32_t first)
{
    const struct parse *p = c->parse;
    for (uint32_t k = p->functions[f].uses_helpers ? 0 : f; k <= f; k++)
        if (!p->functions[k].error)
            compile_body(c, &p->functions[k], first + k, k != f);
}

enum compile_status compile_function(struct card *card, const struct parse *p, uint32_t f,
                                     struct program *out)
{
    const struct function *fn = &p->functions[f];
    struct compiler *c = compiler_of(card);
    uint32_t n_code = card->n_code, n_consts = card->n_consts, n_bodies = card->n_bodies;
    uint32_t n_new = fn->uses_helpers ? f + 1 : 1;
    memset(out, 0, sizeof *out);
    if (fn->error)
        return bad(out, fn->error, (uint32_t)fn->error_line);
    if (fn->n_params != 1 && fn->n_params != 3)
        return bad(out, "a program takes (I) or (S, I, C)", fn->first_line);
    if (!c || !grow((void **)&card->bodies, &card->cap_bodies, n_bodies + n_new, sizeof(struct body)))
        return COMPILE_NO_MEMORY;
    memset(card->bodies + n_bodies, 0, n_new * sizeof(struct body));
    c->parse = p;
    card->n_bodies += n_new;
    compile_with_helpers(c, f, card->n_bodies - 1 - f);
    out->body = card->n_bodies - 1;
    out->helper = n_bodies;
    out->n_params = fn->n_params;
    out->n_lines = fn->n_stmts - 1;
    if (!c->no_memory && !c->too_large)
        return COMPILE_OK;
    card->n_code = n_code;
    card->n_consts = n_consts;
    card->n_bodies = n_bodies;
    return c->no_memory ? COMPILE_NO_MEMORY : bad(out, "program too large", fn->first_line);
}

/* ---- stubs ---- */

/* A body that calls a function of this kind: parameters are the arguments, then the bound values. */
static void compile_stub(struct compiler *c, enum func_kind kind, uint32_t op, uint32_t arity,
                         struct body *out)
{
    static const uint8_t n_bound[] = {0, 0, 2, 3, 2, 3, 2, 2, 2};
    struct sym args[4], r;
    struct shape s = {.kind = kind, .arity = (uint16_t)arity};
    uint32_t n = arity + n_bound[kind];
    begin_body(c, n);
    for (uint32_t k = 0; k < arity; k++)
        args[k] = reg_sym(k);
    for (uint32_t k = 0; k < n_bound[kind]; k++)
        s.bound[k] = reg_sym(arity + k);
    if (kind == FUNC_OP) {
        r = emit_op(c, (enum op_id)op, args, arity);
    } else if (kind == FUNC_POWER) {
        uint16_t e1, e2;
        c->pending++;
        uint32_t at = loop_begin(c, LOOP_POWER, 0, 2, &e1, &e2);
        args[0] = reg_sym(e1);
        r = loop_end(c, at, emit_call(c, s.bound[0], args, 1));
    } else {
        c->pending++;
        r = emit_shape(c, s, args, arity);
    }
    uint16_t reg = to_reg(c, r);
    emit(c, INS_RET)->a[0] = reg;
    finish_body(c, out);
    out->n_params = (uint16_t)n;
}

int compile_stubs(struct card *card)
{
    struct compiler *c = compiler_of(card);
    if (!c || !grow((void **)&card->bodies, &card->cap_bodies, STUB_COUNT, sizeof(struct body)))
        return -1;
    memset(card->bodies, 0, STUB_COUNT * sizeof(struct body));
    card->n_bodies = STUB_COUNT;
    for (uint32_t op = 0; op < OP_COUNT; op++)
        compile_stub(c, FUNC_OP, op, op_table[op].arity, &card->bodies[op]);
    for (uint32_t kind = FUNC_COMPOSE; kind <= FUNC_POWER; kind++)
        for (uint32_t arity = 1; arity <= 3; arity++)
            if (arity == 1 || kind == FUNC_RBIND || kind == FUNC_LBIND)
                compile_stub(c, (enum func_kind)kind, 0, arity,
                             &card->bodies[stub_of_kind(kind, arity)]);
    return c->no_memory ? -1 : 0;
}
