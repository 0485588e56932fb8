/* Expressions: names, numbers, tuples, calls. */
#include "parse_private.h"

#include <string.h>

static struct expr *add_expr(struct scan *c, enum expr_kind kind, uint32_t line)
{
    struct parse *p = c->p;
    if (!scan_grow(c, &p->exprs, &p->cap_exprs, p->n_exprs + 1, sizeof *p->exprs))
        return NULL;
    struct expr *e = &p->exprs[p->n_exprs++];
    memset(e, 0, sizeof *e);
    e->kind = (uint8_t)kind;
    e->line = line;
    return e;
}

/* Index of the expression added last, or -1 if there was no memory for it. */
static int64_t added(struct scan *c, const struct expr *e)
{
    return e ? (int64_t)c->p->n_exprs - 1 : -1;
}

static int64_t parse_number(struct scan *c, int negative)
{
    uint64_t n = 0, most = (uint64_t)INT64_MAX + (uint64_t)negative;
    const char *s = c->s;
    for (; c->s < c->end && ((*c->s >= '0' && *c->s <= '9') || *c->s == '_'); c->s++) {
        if (*c->s == '_' && c->end - c->s > 1 && c->s[1] >= '0' && c->s[1] <= '9')
            continue;
        if (*c->s == '_')
            break;
        uint64_t digit = (uint64_t)(*c->s - '0');
        if (n > (most - digit) / 10)
            return scan_fail(c, "integer too large"), -1;
        n = 10 * n + digit;
    }
    if (c->s < c->end && (*c->s == '.' || *c->s == 'e' || *c->s == 'E' || *c->s == 'j'))
        return scan_construct(c, "float"), -1;
    if (scan_name(c) || (*s == '0' && n != 0))
        return scan_fail(c, "not a decimal integer"), -1;
    struct expr *e = add_expr(c, EXPR_INT, c->line);
    if (e)
        e->value = negative ? (int64_t)(0 - n) : (int64_t)n;
    return added(c, e);
}

static const char *const keywords[][2] = {
    {"lambda", "lambda"},     {"not", "operator"},      {"and", "operator"},
    {"or", "operator"},       {"in", "operator"},       {"is", "operator"},
    {"if", "conditional"},    {"else", "conditional"},  {"for", "comprehension"},
    {"while", "while"},       {"await", "await"},       {"yield", "yield"},
    {"async", "async"},       {"def", "nested function"}, {"class", "class"},
    {"return", "return inside an expression"},          {"import", "import"},
    {"from", "import"},       {"global", "global"},     {"nonlocal", "nonlocal"},
    {"del", "del"},           {"pass", "pass"},         {"break", "break"},
    {"continue", "continue"}, {"try", "try"},           {"except", "try"},
    {"finally", "try"},       {"raise", "raise"},       {"with", "with"},
    {"assert", "assert"},     {"elif", "conditional"},  {"as", "as"}};

/* The construct a Python keyword stands for, or NULL. */
static const char *keyword(const char *s, uint32_t len)
{
    for (size_t k = 0; len <= 8 && len >= 2 && k < sizeof keywords / sizeof *keywords; k++)
        if (keywords[k][0][0] == *s && scan_is(s, len, keywords[k][0]))
            return keywords[k][1];
    return NULL;
}

static struct expr *global_expr(struct scan *c, const struct name *n)
{
    static const uint8_t kinds[] = {EXPR_NONE, EXPR_OP, EXPR_INT, EXPR_BOOL, EXPR_PAIR};
    struct expr *e = add_expr(c, (enum expr_kind)kinds[n->kind], c->line);
    if (e) {
        e->ref = n->kind == NAME_OP ? n->value : 0;
        e->value = n->value;
        e->second = n->second;
    }
    return e;
}

static int64_t helper_expr(struct scan *c, int32_t helper)
{
    if (c->p->functions[helper].error) {
        c->construct = c->p->functions[helper].construct;
        return scan_fail(c, "uses a function that has an error"), -1;
    }
    if (c->p->functions[helper].n_params > 4)
        return scan_fail(c, "uses a function of more than four parameters"), -1;
    struct expr *e = add_expr(c, EXPR_HELPER, c->line);
    c->uses_helpers = 1;
    if (e)
        e->ref = helper;
    return added(c, e);
}

/* The name at s, which the place is behind, is nothing known. */
static int64_t unknown_name(struct scan *c, const char *s, uint32_t len)
{
    const char *construct = scan_construct_of_name(c);
    if (construct)
        scan_construct(c, construct);
    else
        scan_fail_name(c,
                       scan_assigned_later(c, s, len) ? "'' is used before it is assigned"
                                                      : "unknown name ''",
                       s, len);
    return -1;
}

static int64_t parse_name(struct scan *c, uint32_t len)
{
    const char *s = c->s;
    if (len == 4 && memcmp(s, "None", 4) == 0) {
        c->s += len;
        return added(c, add_expr(c, EXPR_NONE, c->line));
    }
    struct local *l = scan_local(c, s, len);
    if (!l)
        return -1;
    if (l->var >= 0) { /* no keyword can be assigned to */
        struct expr *e = add_expr(c, EXPR_VAR, c->line);
        c->s += len;
        if (e)
            e->ref = l->var;
        return added(c, e);
    }
    l->var = -1;
    const struct name *n = names_find(&c->t->names, s, len);
    const char *construct = n ? NULL : keyword(s, len);
    if (construct)
        return scan_construct(c, construct), -1;
    c->s += len;
    int32_t helper = scan_helper(c, s, len);
    if (helper >= 0)
        return helper_expr(c, helper);
    return n ? added(c, global_expr(c, n)) : unknown_name(c, s, len);
}

/* ---- lists of values in brackets ---- */

static int push(struct scan *c, uint32_t e)
{
    struct scratch *t = c->t;
    if (!scan_grow(c, &t->stack, &t->cap_stack, t->n_stack + 1, sizeof *t->stack))
        return 0;
    t->stack[t->n_stack++] = e;
    return 1;
}

/* Moves the expressions on the stack from `base` to the arguments of e. */
static int64_t take_args(struct scan *c, struct expr *e, uint32_t base)
{
    struct parse *p = c->p;
    struct scratch *t = c->t;
    uint32_t n = t->n_stack - base;
    t->n_stack = base;
    if (!e || !scan_grow(c, &p->args, &p->cap_args, p->n_args + n, sizeof *p->args))
        return -1;
    if (n > UINT16_MAX)
        return scan_fail(c, "too many values in brackets"), -1;
    e->first_arg = p->n_args;
    e->n_args = (uint16_t)n;
    if (n)
        memcpy(p->args + p->n_args, t->stack + base, n * sizeof *p->args);
    p->n_args += n;
    return (int64_t)p->n_exprs - 1;
}

/* After an opening bracket: a tuple, or one value in brackets. */
static int64_t parse_bracketed(struct scan *c)
{
    uint32_t base = c->t->n_stack, line = c->line, commas = 0;
    c->brackets++;
    for (scan_blanks(c); !scan_take(c, ')'); scan_blanks(c)) {
        int64_t e = parse_expr(c);
        if (e < 0 || !push(c, (uint32_t)e))
            return -1;
        scan_blanks(c);
        if (scan_take(c, ',')) {
            commas++;
        } else if (c->s == c->end || *c->s != ')') {
            return c->error ? -1 : (scan_fail(c, "',' or ')' is missing"), -1);
        }
    }
    c->brackets--;
    if (c->t->n_stack - base == 1 && commas == 0)
        return c->t->stack[--c->t->n_stack];
    if (c->t->n_stack == base && commas)
        return scan_fail(c, "a value is missing before ','"), -1;
    return take_args(c, add_expr(c, EXPR_TUPLE, line), base);
}

/* Keyword arguments of a call while it is read. */
struct call {
    uint32_t base, n_positional;
    uint64_t taken; /* positions filled */
    int bad;        /* the keywords do not fit */
    uint8_t at[64]; /* position of each argument */
};

/* The position that a keyword names. */
static int param_position(struct scan *c, const struct expr *callee, const char *s, uint32_t len)
{
    const struct scratch *t = c->t;
    if (callee->kind == EXPR_OP)
        return names_param(callee->ref, s, len);
    if (callee->kind != EXPR_HELPER)
        return -1;
    uint32_t first = t->first_param[callee->ref];
    for (uint32_t k = 0; k < c->p->functions[callee->ref].n_params; k++)
        if (t->params[2 * (first + k) + 1] == len &&
            memcmp(c->p->text + t->params[2 * (first + k)], s, len) == 0)
            return (int)k;
    return -1;
}

/* `name =` before an argument?  Its position in *at, -1 if it names none; 1 if there is one. */
static int parse_keyword(struct scan *c, const struct expr *callee, int *at)
{
    uint32_t len = scan_name(c);
    const char *s = c->s, *after = s + len;
    uint32_t line = c->line;
    if (!len || after == c->end || *after == ',' || *after == ')' || *after == '(')
        return 0;
    c->s = after;
    scan_blanks(c);
    if (c->s < c->end && *c->s == '=' && !(c->end - c->s > 1 && c->s[1] == '=')) {
        c->s++;
        *at = param_position(c, callee, s, len);
        return 1;
    }
    c->s = s;
    c->line = line;
    return 0;
}

static int parse_arg(struct scan *c, const struct expr *callee, struct call *call)
{
    int at = -1, keyword_given = parse_keyword(c, callee, &at);
    uint32_t k = c->t->n_stack - call->base;
    if (c->s < c->end && *c->s == '*')
        return scan_construct(c, "star argument");
    if (!keyword_given && call->n_positional != k)
        return scan_fail(c, "positional argument after a keyword");
    int64_t e = parse_expr(c);
    if (e < 0 || !push(c, (uint32_t)e))
        return 0;
    if (!keyword_given) {
        at = (int)k;
        call->n_positional++;
    }
    if (at < 0 || at >= 64 || k >= 64 || call->taken >> at & 1) {
        call->bad |= keyword_given || at < 64;
        return 1;
    }
    call->taken |= (uint64_t)1 << at;
    call->at[k] = (uint8_t)at;
    return 1;
}

/* Puts arguments given by keyword into their positions. */
static void order_args(struct scan *c, struct call *call)
{
    uint32_t *a, n = c->t->n_stack - call->base, sorted[64];
    if (call->bad || n == call->n_positional)
        return;
    a = c->t->stack + call->base;
    call->bad |= n > 64 || call->taken != (n == 64 ? ~(uint64_t)0 : ((uint64_t)1 << n) - 1);
    if (call->bad)
        return;
    for (uint32_t k = 0; k < n; k++)
        sorted[call->at[k]] = a[k];
    memcpy(a, sorted, n * sizeof *a);
}

/* After `callee (`. */
static int64_t parse_call(struct scan *c, uint32_t callee)
{
    struct call call;
    uint32_t line = c->p->exprs[callee].line;
    struct expr head = c->p->exprs[callee];
    memset(&call, 0, sizeof call);
    call.base = c->t->n_stack;
    c->brackets++;
    for (scan_blanks(c); !scan_take(c, ')'); scan_blanks(c)) {
        if (!parse_arg(c, &head, &call))
            return -1;
        scan_blanks(c);
        if (!scan_take(c, ',') && (c->s == c->end || *c->s != ')')) {
            const char *word = scan_name(c) ? keyword(c->s, scan_name(c)) : NULL;
            return word ? scan_construct(c, word) : scan_fail(c, "',' or ')' is missing"), -1;
        }
    }
    c->brackets--;
    order_args(c, &call);
    struct expr *e = add_expr(c, call.bad ? EXPR_BADCALL : EXPR_CALL, line);
    if (e)
        e->ref = (int32_t)callee;
    return take_args(c, e, call.base);
}

/* What follows a value and is no part of the language. */
static int check_after(struct scan *c)
{
    if (c->s == c->end || *c->s == ',' || *c->s == ')' || *c->s == '\n')
        return 1; /* nearly always */
    if (*c->s == '[')
        return scan_construct(c, "subscript");
    if (*c->s == '.')
        return scan_construct(c, "attribute");
    if (scan_is_augmented(c->s, c->end))
        return scan_construct(c, "augmented assignment");
    if ((*c->s && strchr("+-*/%<>&|^@!~", *c->s)) || (*c->s == '=' && c->end - c->s > 1 && c->s[1] == '='))
        return scan_construct(c, "operator");
    if (scan_is_walrus(c->s, c->end))
        return scan_construct(c, "walrus");
    uint32_t len = scan_name(c);
    const char *word = len ? keyword(c->s, len) : NULL;
    return word ? scan_construct(c, word) : 1;
}

static int64_t parse_atom(struct scan *c)
{
    uint32_t len = scan_name(c), line = c->line;
    const char *s = c->s;
    if (c->s == c->end)
        return scan_fail(c, "a value is missing"), -1;
    if (len > 2)
        return parse_name(c, len);
    if (scan_string(c)) {
        c->line = line;
        return scan_construct(c, "string"), -1;
    }
    c->s = s;
    if (len)
        return parse_name(c, len);
    if (*s >= '0' && *s <= '9')
        return parse_number(c, 0);
    c->s++;
    if (*s == '(')
        return parse_bracketed(c);
    if (*s == '-') {
        scan_blanks(c);
        if (c->s < c->end && *c->s >= '0' && *c->s <= '9')
            return parse_number(c, 1);
        return scan_construct(c, "operator"), -1;
    }
    if ((*s == '[' || *s == '{') && scan_is_comprehension(c, c->s, 1))
        return scan_construct(c, "comprehension"), -1;
    if (*s == '[')
        return scan_construct(c, "list"), -1;
    if (*s == '{')
        return scan_construct(c, "set or dictionary"), -1;
    if (strchr("+~*", *s))
        return scan_construct(c, "operator"), -1;
    return scan_fail(c, "a value is missing"), -1;
}

int64_t parse_expr(struct scan *c)
{
    if (c->nest == PARSE_MAX_NEST)
        return scan_fail(c, "nested too deep"), -1;
    c->nest++;
    scan_blanks(c);
    int64_t e = parse_atom(c);
    for (scan_blanks(c); e >= 0 && scan_take(c, '('); scan_blanks(c))
        e = parse_call(c, (uint32_t)e);
    c->nest--;
    return e >= 0 && check_after(c) ? e : -1;
}
