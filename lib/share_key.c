/* share_key.c: the key of a line, by which equal ones are found: its instructions, with what they
 * read in place of registers; see share.h. */
#include "share_private.h"

#include <string.h>

/* Mark of a register that is set within the line. */
static const uint32_t local_bit = 0x40000000;
enum { CONST_WORDS = sizeof(struct val) / 4 };

uint32_t share_line_end(const struct ins *code, uint32_t pc, uint32_t n_code)
{
    uint32_t pushed = 0;
    switch (code[pc].op) {
    case INS_LOOP:
        return code[pc].jump + 1;
    case INS_PUSH:
        for (; pc < n_code; pc++) {
            if (code[pc].op == INS_PUSH)
                pushed += code[pc].n;
            else if (code[pc].op != INS_TUPLE || code[pc].n > pushed)
                return 0;
            else if ((pushed -= code[pc].n) == 0)
                return pc + 1;
        }
        return 0;
    case INS_MOVE:
    case INS_FUNC:
    case INS_CALLV:
        return pc + 1;
    default:
        return code[pc].op < OP_COUNT ? pc + 1 : 0;
    }
}

/* How many of a[] an instruction reads. */
static uint32_t n_reads(const struct ins *i)
{
    switch (i->op) {
    case INS_MOVE:
    case INS_END:
        return 1;
    case INS_LOOP:
        return 2;
    case INS_FUNC:
        return i->n == FUNC_CHAIN || i->n == FUNC_FORK ? 3 : 2;
    case INS_CALLV:
        return i->n + 1u;
    case INS_RAISE:
    case INS_BILL:
    case INS_TUPLE:
        return 0;
    default:
        return i->n;
    }
}

static int is_local(const struct share *s, uint32_t reg)
{
    uint32_t k = s->local[reg];
    return k >= s->first_local && k < s->first_local + s->n_local;
}

static void define_local(struct share *s, uint32_t reg)
{
    s->local[reg] = s->first_local + s->n_local++;
}

/* A constant by its value; helper functions are numbered by program. */
static void describe_const(struct share *s, struct share_code *l, struct val v)
{
    uint32_t word[CONST_WORDS];
    memcpy(word, &v, sizeof word);
    l->shared &= v.tag != VAL_FUNC || v.c >= 0;
    share_push(s, const_bit | word[0]);
    for (int k = 1; k < CONST_WORDS; k++)
        share_push(s, word[k]);
}

static void describe_operand(struct share *s, struct share_code *l, uint32_t reg)
{
    if (is_local(s, reg)) {
        share_push(s, local_bit | (s->local[reg] - s->first_local));
        return;
    }
    uint32_t number = s->number[reg];
    if (number & const_bit) {
        describe_const(s, l, l->consts[number & ~const_bit]);
        return;
    }
    l->shared &= number != 0;
    if (number && s->nodes[number - 1].scope > l->scope)
        l->scope = s->nodes[number - 1].scope;
    share_push(s, number);
}

static void describe_ins(struct share *s, struct share_code *l, const struct ins *i)
{
    const struct ins *first = &l->code[l->pc];
    int has_number = i->op == INS_FUNC || i->op == INS_BILL;
    if (!share_room(s, 4 + INS_ARGS * CONST_WORDS)) /* one more for what line_node adds */
        return;
    l->shared &= i->line == first->line;
    l->makes |= i->op == INS_FUNC || i->op == INS_CALLV ||
                (i->op < OP_COUNT && op_table[i->op].family == FAMILY_function);
    share_push(s, i->op | (uint32_t)i->n << 16);
    share_push(s, i == first ? 0 : i->bill);
    if (has_number)
        share_push(s, i->jump);
    for (uint32_t k = 0, n = n_reads(i); k < n && k < INS_ARGS; k++)
        describe_operand(s, l, i->a[k]);
    if (i->op == INS_LOOP) {
        define_local(s, i->a[2]);
        define_local(s, i->a[3]);
    } else if (i->op == INS_END) {
        define_local(s, l->code[i->jump].dst);
    } else if (i->op != INS_PUSH && i->op != INS_RAISE && i->op != INS_BILL) {
        define_local(s, i->dst);
    }
}

void share_describe(struct share *s, struct share_code *l)
{
    l->scope = SHARED_TASK;
    l->shared = 1;
    l->makes = 0;
    s->first_local += s->n_local;
    s->n_local = 0;
    for (uint32_t pc = l->pc; pc < l->end && !s->no_memory; pc++)
        describe_ins(s, l, &l->code[pc]);
}

uint16_t share_line_dst(const struct share_code *l)
{
    const struct ins *last = &l->code[l->end - 1];
    return last->op == INS_END ? l->code[last->jump].dst : last->dst;
}
