/* What bodies are made of: instructions, registers, constants, function values.  See compile.h. */
#include "compile_private.h"

#include <stdlib.h>

int card_grow(void *array, uint32_t *cap, uint32_t need, size_t size)
{
    uint32_t want = *cap ? *cap : 64;
    if (need <= *cap)
        return 1;
    while (want < need)
        want *= 2;
    void **p = array, *q = realloc(*p, want * size);
    if (!q)
        return 0;
    *p = q;
    *cap = want;
    return 1;
}

/* ---- instructions ---- */

static struct ins *emit_unbilled(struct compiler *c, uint16_t op)
{
    struct card *card = c->card;
    if (!card_grow(&card->code, &card->cap_code, card->n_code + 1, sizeof *card->code)) {
        c->no_memory = 1;
        return &c->no_ins;
    }
    struct ins *i = &card->code[card->n_code++];
    memset(i, 0, sizeof *i);
    i->op = op;
    i->line = (uint16_t)(c->line > 0xffff ? 0xffff : c->line);
    return i;
}

struct ins *emit_ins(struct compiler *c, uint16_t op)
{
    if (c->pending > 0xffff) {
        emit_unbilled(c, INS_BILL)->jump = c->pending;
        c->pending = 0;
    }
    struct ins *i = emit_unbilled(c, op);
    i->bill = (uint16_t)c->pending;
    c->pending = 0;
    return i;
}

struct sym sym_of_reg(uint32_t reg)
{
    struct sym s = {0, reg};
    return s;
}

uint16_t emit_new_reg(struct compiler *c)
{
    if (c->n_regs >= BODY_MAX_REGS)
        c->too_large = 1;
    else
        c->n_regs++;
    return (uint16_t)(c->n_regs - 1);
}

uint16_t emit_const(struct compiler *c, struct val v)
{
    struct card *card = c->card;
    for (uint32_t k = 0; k < c->n_consts; k++)
        if (val_same(card->consts[c->first_const + k], v))
            return (uint16_t)(CONST_BIT | k);
    if (c->n_consts >= BODY_MAX_REGS) {
        c->too_large = 1;
        return CONST_BIT;
    }
    if (!card_grow(&card->consts, &card->cap_consts, card->n_consts + 1, sizeof v)) {
        c->no_memory = 1;
        return CONST_BIT;
    }
    card->consts[card->n_consts++] = v;
    return (uint16_t)(CONST_BIT | c->n_consts++);
}

struct sym emit_raise(struct compiler *c, enum vm_error e)
{
    emit_ins(c, INS_RAISE)->n = (uint16_t)e;
    return sym_of_reg(emit_const(c, val_none()));
}

/* ---- functions ---- */

/* A primitive (op >= 0) or helper (-1 - op) as a value. */
static struct val func_constant(int32_t op)
{
    struct val v = val_ref(VAL_FUNC, 0);
    v.c = op >= 0 ? op + 1 : op;
    return v;
}

uint16_t emit_function(struct compiler *c, uint32_t n)
{
    struct shape *s = &c->shapes[n];
    if (s->kind == FUNC_OP)
        return emit_const(c, func_constant(s->op));
    if (s->kind == FUNC_HELPER)
        return emit_const(c, func_constant(-1 - (int32_t)s->op));
    if (s->reg >= 0)
        return (uint16_t)s->reg;
    uint16_t a[3] = {0, 0, 0}, dst = emit_new_reg(c);
    for (uint32_t k = 0; k < s->n_bound; k++)
        a[k] = emit_reg(c, c->shapes[n].bound[k]);
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

uint16_t emit_reg(struct compiler *c, struct sym s)
{
    return s.is_fn ? emit_function(c, s.n) : (uint16_t)s.n;
}

static struct shape *new_shape(struct compiler *c, enum func_kind kind, struct sym *out)
{
    out->is_fn = 1;
    out->n = c->n_shapes;
    if (!card_grow(&c->shapes, &c->cap_shapes, c->n_shapes + 1, sizeof *c->shapes)) {
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

struct sym sym_of_primitive(struct compiler *c, enum op_id op)
{
    struct sym out;
    struct shape *s = new_shape(c, FUNC_OP, &out);
    s->op = (uint16_t)op;
    s->arity = op_table[op].arity;
    return out;
}

struct sym sym_of_helper(struct compiler *c, uint32_t k)
{
    struct sym out;
    struct shape *s = new_shape(c, FUNC_HELPER, &out);
    s->op = (uint16_t)k;
    s->arity = (uint16_t)c->parse->functions[k].n_params;
    return out;
}

struct sym sym_of_closure(struct compiler *c, enum func_kind kind, const struct sym *bound,
                          uint32_t n, uint32_t arity, uint32_t times)
{
    struct sym out;
    uint64_t weight = 1;
    for (uint32_t k = 0; k < n; k++)
        weight += bound[k].is_fn ? c->shapes[bound[k].n].weight : 1;
    if (kind == FUNC_POWER)
        weight *= times;
    uint32_t slot = c->card->n_code;
    emit_unbilled(c, INS_NONE);
    struct shape *s = new_shape(c, kind, &out);
    s->arity = (uint16_t)arity;
    s->weight = weight > INLINE_MAX ? INLINE_MAX + 1 : (uint32_t)weight;
    s->times = times;
    s->slot = slot;
    s->n_bound = (uint16_t)n;
    memcpy(s->bound, bound, n * sizeof *bound);
    if (c->no_memory || s->weight <= INLINE_MAX)
        return out;
    return sym_of_reg(emit_function(c, out.n));
}
