/* The compiler: see compile.h.  Host code; registers are numbered as they are met, constants get
   their final numbers in finish_body. */
#include "compile_private.h"

#include <stdlib.h>

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

/* ---- expressions and statements ---- */

static struct sym tuple_literal(struct compiler *c, const struct sym *e, const uint32_t *items,
                                uint32_t n)
{
    if (n == 0)
        return sym_of_reg(emit_const(c, val_empty_tuple()));
    for (uint32_t k = 0; k < n; k += INS_ARGS) {
        uint16_t a[INS_ARGS] = {0};
        uint32_t m = n - k < INS_ARGS ? n - k : INS_ARGS;
        for (uint32_t j = 0; j < m; j++)
            a[j] = emit_reg(c, e[items[k + j]]);
        struct ins *i = emit_ins(c, INS_PUSH);
        memcpy(i->a, a, sizeof a);
        i->n = (uint16_t)m;
    }
    uint16_t dst = emit_new_reg(c);
    struct ins *i = emit_ins(c, INS_TUPLE);
    i->n = (uint16_t)n;
    i->dst = dst;
    return sym_of_reg(dst);
}

static struct sym compile_expr(struct compiler *c, const struct expr *x)
{
    struct sym args[INS_ARGS];
    const uint32_t *items = c->parse->args + x->first_arg;
    c->line = x->line;
    switch (x->kind) {
    case EXPR_NONE:
        return sym_of_reg(emit_const(c, val_none()));
    case EXPR_BOOL:
        return sym_of_reg(emit_const(c, val_bool(x->value != 0)));
    case EXPR_INT:
        return sym_of_reg(emit_const(c, val_int(x->value)));
    case EXPR_PAIR:
        return sym_of_reg(emit_const(c, val_pair((int32_t)x->value, x->second)));
    case EXPR_VAR:
        return c->vars[x->ref];
    case EXPR_OP:
        return sym_of_primitive(c, (enum op_id)x->ref);
    case EXPR_HELPER:
        return sym_of_helper(c, (uint32_t)x->ref);
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
    if (!card_grow(&c->vars, &c->cap_vars, f->n_vars + 1, sizeof *c->vars) ||
        !card_grow(&c->values, &c->cap_values, c->parse->n_exprs + 1, sizeof *c->values)) {
        c->no_memory = 1;
        return;
    }
    for (uint32_t k = 0; k < f->n_params; k++)
        c->vars[k] = sym_of_reg(k);
    uint32_t next = f->n_stmts ? c->parse->stmts[f->first_stmt].first_expr : 0;
    for (uint32_t s = 0; s < f->n_stmts && !c->no_memory && !c->too_large; s++) {
        const struct stmt *st = &c->parse->stmts[f->first_stmt + s];
        for (; next <= st->expr; next++)
            c->values[next] = compile_expr(c, &c->parse->exprs[next]);
        if (st->var >= 0) {
            c->vars[st->var] = c->values[st->expr];
            continue;
        }
        uint16_t r = emit_reg(c, c->values[st->expr]);
        emit_ins(c, INS_RET)->a[0] = r;
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
    if (!c || !card_grow(&card->bodies, &card->cap_bodies, n_bodies + n_new, sizeof(struct body)))
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
        args[k] = sym_of_reg(k);
    for (uint32_t k = 0; k < n_bound[kind]; k++)
        s.bound[k] = sym_of_reg(arity + k);
    if (kind == FUNC_OP) {
        r = emit_op(c, (enum op_id)op, args, arity);
    } else if (kind == FUNC_POWER) {
        uint16_t e1, e2;
        c->pending++;
        uint32_t at = emit_loop_begin(c, LOOP_POWER, 0, 2, &e1, &e2);
        args[0] = sym_of_reg(e1);
        r = emit_loop_end(c, at, emit_call(c, s.bound[0], args, 1));
    } else {
        c->pending++;
        r = emit_shape(c, s, args, arity);
    }
    uint16_t reg = emit_reg(c, r);
    emit_ins(c, INS_RET)->a[0] = reg;
    finish_body(c, out);
    out->n_params = (uint16_t)n;
}

int compile_stubs(struct card *card)
{
    struct compiler *c = compiler_of(card);
    if (!c || !card_grow(&card->bodies, &card->cap_bodies, STUB_COUNT, sizeof(struct body)))
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
