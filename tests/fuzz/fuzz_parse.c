/*
 * fuzz_parse.c: the loader, the compiler and the verifier against arbitrary texts. What the loader
 * accepts must be a tree in order, must compile and must pass the verifier; and a parser that has
 * read other texts before must say the same as a fresh one.
 */
#include "../../dsl/verify.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines of tests/cases/program.case and of every form in batt-dsl(7), and what breaks them. */
static const char *const seeds[] = {
    "def solve(I):\n    O = (ZERO, ONE, TWO, THREE, FOUR, FIVE)\n    return O\n",
    "def solve(I):\n    O = (ORIGIN, UNITY, NEG_UNITY, UP_RIGHT, (F, T), None)\n    return O\n",
    "def solve(I):\n    TWO = 5\n    O = TWO\n    return O\n",
    "def solve(I):\n    size = 7\n    O = add(size, 2)\n    return O\n",
    "def solve(I):\n    I = first(I)\n    O = I\n    return O\n",
    "def solve(I):\n    x1 = (0, 1)\n    x2 = (x1, (2, 3), (7,), ())\n    return x2\n",
    "def solve(I):\n    return add(size(I), multiply(2, width(I)))\n",
    "def solve(I):\n    x1 = 1\n    x1 = add(x1, x1)\n    x1 = add(x1, x1)\n    return x1\n",
    "def solve(I):\n    O = crop(I, dims=(1, 1), start=(0, 1))\n    return O\n",
    "def solve(I):\n    O = crop(start=(0, 1), dims=(1, 1), grid=I)\n    return O\n",
    "def solve(I):\n    x1 = rbind(add, 1)\n    O = x1(a=1)\n    return O\n",
    "def solve(I):\n    x1 = mapply(first, ((),))\n    O = 5\n    return O\n",
    "def solve(I):\n    x1 = sfilter((1, ()), first)\n    return -5\n",
    "def solve(I):\n    x1 = fork(add, identity, 5)\n    O = power(identity, 0)\n    return O\n",
    "def solve(I):\n    O = size(insert(product((0, 1), (0, 1, 2)), initset(asindices(I))))\n"
    "    return O\n",
    "def solve(I):\n    x1 = mapply(lbind(shoot, (0, 0)), (UNITY, NEG_UNITY, UP_RIGHT))\n"
    "    O = (size(x1), size(toindices(recolor(5, x1))))\n    return O\n",
    "def solve(I):\n    O = size(sfilter(x1, matcher(first, 14)))\n    return O\n",
    "def solve(I):\n    O = canvas(3000000000, (1, 1))\n    return shift(O, (5000000000, -1))\n",
    "def twice(x):\n    return add(x, x)\n\n\ndef solve(I):\n    return apply(twice, (1, 2))\n",
    "def a(x, y):\n    return y\ndef b(x):\n    return a(y=x, x=1)\ndef solve(S, I, C):\n"
    "    return (b(C), rbind(a, I)(S))\n",
    "from dsl import *\n\"\"\"Doc.\"\"\"\n\ndef solve(I: Grid) -> Grid:\n    '''In\n  lines.'''\n"
    "    x1: Grid = \\\n  vmirror(I)  # why\n\n    return paint(x1,\n  asobject(\nI))\n",
    "def solve(I): x = y = I; return (x, y);\n",
    "\xef\xbb\xbf"
    "def solve(I):\r\n\treturn I\r\n\fdef t(I):\r\n\treturn I\r\n",
    "def solve(I):\n    return ((((((((((((((((((((I))))))))))))))))))))\n",
    "def solve(I):\n    return power(power(chain(compose(double, halve), double, halve), 5), "
    "5)(1)\n",
    "def solve(I):\n    if T and not F:\n        return [x for x in I]\n    return lambda x: x + "
    "1.5\n",
    "def solve(I):\n    return tuple(size(x) for x in I)\ndef t(I):\n    return {x: 'y' for\n"
    "  x in I}\n",
    "def solve(I):\n    x1 += 1\ndef t(I):\n    return size(y := I)\ndef u(I):\n    return t(I)\n",
    "def solve(I):\n    x1 = \"text\\n\" + I[0].x\n    return {1: 2}\n@cache\nclass A:\n    pass\n",
};
enum { SEEDS = sizeof seeds / sizeof *seeds, TEXT_MAX = 1 << 16 };

/* Words that mutations put in. */
static const char *const words[] = {"(",
                                    ")",
                                    ",",
                                    "=",
                                    ":",
                                    "\n",
                                    "\n    ",
                                    "    ",
                                    "\t",
                                    "\r",
                                    "\\\n",
                                    "#",
                                    "\"",
                                    "'",
                                    "\"\"\"",
                                    "'''",
                                    "-",
                                    "->",
                                    "def ",
                                    "return ",
                                    "def f(x):\n    return x\n",
                                    "I",
                                    "x1",
                                    "S",
                                    "()",
                                    "(1,)",
                                    "None",
                                    "True",
                                    "size",
                                    "objects",
                                    "add(",
                                    "apply(",
                                    "compose(",
                                    "power(",
                                    "rbind(",
                                    "9",
                                    "9223372036854775807",
                                    "start=",
                                    "lambda ",
                                    "if ",
                                    "[",
                                    "]",
                                    " for x in I",
                                    "+=",
                                    ":=",
                                    "y",
                                    "*",
                                    ";",
                                    "@",
                                    ".",
                                    "import ",
                                    ";x=y=",
                                    "\f",
                                    "\xff",
                                    "\xc3\xa9",
                                    "((((((((",
                                    "))))))))",
                                    "O = I\n"};
enum { WORDS = sizeof words / sizeof *words };

static void demand(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "fuzz_parse: %s\n", what);
    abort();
}

/* ---- what must hold ---- */

static void check_exprs(const struct parse *p, const struct function *f, uint32_t begin,
                        uint32_t end)
{
    for (uint32_t k = begin; k < end; k++) {
        const struct expr *e = &p->exprs[k];
        int call = e->kind == EXPR_CALL || e->kind == EXPR_BADCALL;
        demand(e->kind <= EXPR_BADCALL, "unknown kind of expression");
        demand(e->line >= f->first_line && e->line <= f->last_line, "expression's line");
        demand(e->kind != EXPR_VAR || (uint32_t)e->ref < f->n_vars, "unknown variable");
        demand(e->kind != EXPR_OP || (e->ref >= 0 && e->ref < OP_COUNT), "unknown primitive");
        demand(e->kind != EXPR_HELPER || (uint32_t)e->ref < (uint32_t)(f - p->functions),
               "a helper that is not earlier");
        demand(!call || (e->ref >= (int32_t)begin && (uint32_t)e->ref < k), "callee out of order");
        if (!call && e->kind != EXPR_TUPLE)
            continue;
        demand(e->first_arg + e->n_args <= p->n_args, "arguments out of range");
        for (uint32_t j = 0; j < e->n_args; j++)
            demand(p->args[e->first_arg + j] < k, "arguments out of order");
    }
}

static void check_function(const struct parse *p, uint32_t k)
{
    const struct function *f = &p->functions[k];
    demand(f->first_line >= 1 && f->first_line <= f->last_line, "lines of a function");
    demand((size_t)f->name + f->name_len <= p->text_len, "name of a function");
    demand((f->error != NULL) == (f->error_line != 0), "error and its line");
    demand(f->error || f->name_len, "a function without a name");
    if (f->error)
        return;
    demand(f->n_stmts >= 1 && f->first_stmt + f->n_stmts <= p->n_stmts, "statements");
    demand(f->n_vars <= PARSE_MAX_VARS && f->n_params <= f->n_vars, "variables");
    for (uint32_t s = 0; s < f->n_stmts; s++) {
        const struct stmt *st = &p->stmts[f->first_stmt + s];
        demand((st->var == -1) == (s + 1 == f->n_stmts), "return stands last");
        demand(st->var < (int32_t)f->n_vars, "variable assigned");
        demand(st->first_expr <= st->expr && st->expr < p->n_exprs, "expressions of a line");
    }
    check_exprs(p, f, p->stmts[f->first_stmt].first_expr,
                p->stmts[f->first_stmt + f->n_stmts - 1].expr + 1);
}

static void check_code(const struct parse *p, uint32_t f, struct card *card)
{
    static uint8_t scratch[2 * BODY_MAX_REGS];
    struct program out;
    card_reset(card);
    enum compile_status status = compile_function(card, p, f, &out);
    demand(status != COMPILE_NO_MEMORY, "memory");
    demand(status == COMPILE_OK || (out.error && out.error_line), "no reason");
    demand(status == COMPILE_BAD || !p->functions[f].error, "compiled what is wrong");
    for (uint32_t k = out.helper; status == COMPILE_OK && k <= out.body; k++) {
        const char *why = card->bodies[k].n_code ? verify_body(card, k, scratch) : NULL;
        demand(!why, why);
    }
}

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void check_same(const struct parse *p, const struct parse *q)
{
    demand(p->n_functions == q->n_functions && p->n_exprs == q->n_exprs && p->n_args == q->n_args &&
               p->n_stmts == q->n_stmts,
           "a fresh parser counts otherwise");
    for (uint32_t k = 0; k < p->n_functions; k++) {
        const struct function *f = &p->functions[k], *g = &q->functions[k];
        demand(same_text(f->error, g->error) && same_text(f->construct, g->construct) &&
                   f->error_line == g->error_line && f->name == g->name &&
                   f->n_params == g->n_params && f->n_vars == g->n_vars,
               "a fresh parser says otherwise");
    }
    for (uint32_t k = 0; k < p->n_exprs; k++)
        demand(p->exprs[k].kind == q->exprs[k].kind && p->exprs[k].ref == q->exprs[k].ref &&
                   p->exprs[k].value == q->exprs[k].value,
               "a fresh parser reads otherwise");
}

static void try_text(const char *text, size_t size)
{
    static struct parse used; /* for all texts */
    static struct card card;
    struct parse fresh;
    parse_init(&fresh);
    demand(parse_text(&used, text, size) == 0 && parse_text(&fresh, text, size) == 0, "memory");
    check_same(&used, &fresh);
    for (uint32_t f = 0; f < used.n_functions; f++) {
        check_function(&used, f);
        if (f < 64)
            check_code(&used, f, &card);
    }
    parse_free(&fresh);
}

/* ---- mutations ---- */

struct text {
    char data[TEXT_MAX];
    size_t size;
};

/* Puts a piece over `cut` bytes at a place. */
static void splice(struct text *t, size_t at, size_t cut, const char *piece, size_t n)
{
    char held[TEXT_MAX];
    if (cut > t->size - at)
        cut = t->size - at;
    if (t->size - cut + n > TEXT_MAX || n > TEXT_MAX)
        return;
    if (n)
        memcpy(held, piece, n); /* it may be a piece of the same text */
    memmove(t->data + at + n, t->data + at + cut, t->size - at - cut);
    memcpy(t->data + at, held, n);
    t->size = t->size - cut + n;
}

/* One change, of five bytes of the input. */
static void mutate(struct text *t, const uint8_t *m)
{
    size_t at = t->size ? ((size_t)m[1] << 8 | m[2]) % (t->size + 1) : 0, end = t->size - at;
    const char *word = words[m[3] % WORDS];
    char byte = (char)m[3];
    switch (m[0] % 6) {
    case 0:
        splice(t, at, 1, &byte, 1);
        break;
    case 1:
        splice(t, at, m[4] % 16, NULL, 0);
        break;
    case 2: /* a piece of this text elsewhere */
        splice(t, ((size_t)m[3] << 8 | m[4]) % (t->size + 1), 0, t->data + at, end < 40 ? end : 40);
        break;
    case 3: /* much of one thing */
        for (int k = 0; k < m[4]; k++)
            splice(t, at, 0, word, strlen(word));
        break;
    case 4:
        if (t->size)
            splice(t, at, end, NULL, 0);
        break;
    default:
        splice(t, at, m[4] % 3, word, strlen(word));
    }
}

/* The first byte chooses a seed that the rest changes, or that the rest is the text itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct text t;
    if (!size || size > TEXT_MAX)
        return 0;
    size_t seed = data[0] % (SEEDS + 1);
    t.size = 0;
    if (seed == SEEDS) {
        memcpy(t.data, data + 1, size - 1);
        t.size = size - 1;
    } else {
        splice(&t, 0, 0, seeds[seed], strlen(seeds[seed]));
        for (size_t k = 1; k + 5 <= size; k += 5)
            mutate(&t, data + k);
    }
    char *exact = malloc(t.size ? t.size : 1); /* so that a byte too many is seen */
    memcpy(exact, t.data, t.size);
    try_text(exact, t.size);
    free(exact);
    return 0;
}
