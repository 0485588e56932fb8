/* Functions and statements of the loader: see parse.h. */
#include "parse_private.h"

#include <stdlib.h>
#include <string.h>

void parse_init(struct parse *p)
{
    memset(p, 0, sizeof *p);
}

void parse_free(struct parse *p)
{
    struct scratch *t = p->scratch;
    if (t) {
        free(t->locals);
        free(t->helpers);
        free(t->stack);
        free(t->params);
        free(t->first_param);
        free(t);
    }
    free(p->exprs);
    free(p->args);
    free(p->stmts);
    free(p->functions);
    parse_init(p);
}

/* ---- statements ---- */

static int new_var(struct scan *c, struct local *l)
{
    if (c->n_vars >= PARSE_MAX_VARS)
        return scan_fail(c, "too many variables");
    if (l)
        l->var = (int32_t)c->n_vars;
    c->n_vars++;
    return 1;
}

static int add_stmt(struct scan *c, uint32_t first, int64_t expr, int32_t var, uint32_t line)
{
    struct parse *p = c->p;
    if (!scan_grow(c, &p->stmts, &p->cap_stmts, p->n_stmts + 1, sizeof *p->stmts))
        return 0;
    struct stmt s = {(uint32_t)expr, var, line, first};
    p->stmts[p->n_stmts++] = s;
    return 1;
}

/* Makes the name a variable, once its value has been read. */
static int assign(struct scan *c, const char *s, uint32_t len, uint32_t first, int64_t expr,
                  uint32_t line)
{
    struct local *l = scan_local(c, s, len);
    if (!l)
        return 0;
    if (l->var == -1)
        return scan_fail_name(c, "'' is used before it is assigned", s, len);
    if (scan_is(s, len, "True") || scan_is(s, len, "False") || scan_is(s, len, "None"))
        return scan_fail(c, "cannot assign to this name");
    if (l->var < 0 && !new_var(c, l))
        return 0;
    return add_stmt(c, first, expr, l->var, line);
}

/* `name =`, `name: annotation =` at the place?  Its length; the place moves behind the sign. */
static uint32_t take_target(struct scan *c)
{
    const char *s = c->s;
    uint32_t len = scan_name(c), line = c->line;
    if (!len || c->end - s == len || s[len] == '(')
        return 0;
    c->s += len;
    scan_blanks(c);
    if (c->s < c->end && *c->s == ':' && !scan_is_walrus(c->s, c->end)) {
        c->s++;
        scan_annotation(c);
    }
    if (c->s < c->end && *c->s == '=' && !(c->end - c->s > 1 && c->s[1] == '=')) {
        c->s++;
        return len;
    }
    c->s = s;
    c->line = line;
    return 0;
}

enum { TARGETS_MAX = 16 }; /* the message has the number */

static int parse_assignment(struct scan *c, const char *first_name, uint32_t first_len)
{
    const char *names[TARGETS_MAX];
    uint32_t lens[TARGETS_MAX], n = 0, line = c->line, first = c->p->n_exprs;
    names[n] = first_name;
    lens[n++] = first_len;
    for (scan_blanks(c); n < TARGETS_MAX; scan_blanks(c)) {
        names[n] = c->s;
        if (!(lens[n] = take_target(c)))
            break;
        n++;
    }
    if (n == TARGETS_MAX && take_target(c))
        return scan_fail(c, "assignment to more than 16 names");
    int64_t e = parse_expr(c);
    if (e < 0)
        return 0;
    scan_blanks(c);
    if (c->s < c->end && *c->s == ',')
        return scan_construct(c, "tuple without brackets");
    for (uint32_t k = 0; k < n; k++)
        if (!assign(c, names[k], lens[k], k ? (uint32_t)e : first, e, line))
            return 0;
    return 1;
}

/* What is wrong with a statement that begins with a value. */
static int bad_statement(struct scan *c, uint32_t line)
{
    if (!scan_is_unpacking(c))
        return 0;
    c->error = NULL; /* of a name that was to be assigned */
    c->error_name = NULL;
    scan_construct(c, "unpacking");
    c->error_line = line;
    return 0;
}

/* One simple statement; *returned when it was `return`. */
static int parse_statement(struct scan *c, int *returned)
{
    const char *s = c->s;
    uint32_t len = scan_name(c), line = c->line, first = c->p->n_exprs;
    int64_t e;
    c->stmt = s;
    if (len <= 2 && scan_string(c))
        return !c->error;
    if (len == 3 && scan_is(s, len, "for"))
        return scan_construct(c, "for");
    if (len == 6 && scan_is(s, len, "return")) {
        c->s += len;
        scan_blanks(c);
        if (scan_at_end(c))
            return scan_fail(c, "return without a value");
        e = parse_expr(c);
        *returned = 1;
        return e >= 0 && add_stmt(c, first, e, -1, line);
    }
    if ((len = take_target(c)))
        return parse_assignment(c, s, len);
    e = parse_expr(c);
    scan_blanks(c);
    if (e < 0 || (c->s < c->end && (*c->s == ',' || *c->s == '=')))
        bad_statement(c, line);
    if (e < 0)
        return 0;
    if (c->s < c->end && *c->s == ',')
        return scan_construct(c, "tuple without brackets");
    if (c->s < c->end && *c->s == '=')
        return scan_fail(c, "cannot assign to this");
    return add_stmt(c, first, e, (int32_t)c->n_vars, line) && new_var(c, NULL);
}

/* ---- functions ---- */

static int add_param(struct scan *c, const char *s, uint32_t len, struct function *f)
{
    struct scratch *t = c->t;
    struct local *l = scan_local(c, s, len);
    if (!l || !scan_grow(c, &t->params, &t->cap_params, 2 * (t->n_params + 1), sizeof *t->params))
        return 0;
    if (l->var >= 0)
        return scan_fail(c, "two parameters of one name");
    t->params[2 * t->n_params] = (uint32_t)(s - c->p->text);
    t->params[2 * t->n_params + 1] = len;
    t->n_params++;
    f->n_params++;
    return new_var(c, l);
}

static int parse_params(struct scan *c, struct function *f)
{
    c->brackets++;
    for (scan_blanks(c); !scan_take(c, ')'); scan_blanks(c)) {
        uint32_t len = scan_name(c);
        const char *s = c->s;
        if (!len)
            return c->s < c->end && *c->s == '*' ? scan_construct(c, "star parameter")
                                                 : scan_fail(c, "a parameter is missing");
        c->s += len;
        if (!add_param(c, s, len, f))
            return 0;
        scan_blanks(c);
        if (scan_take(c, ':'))
            scan_annotation(c);
        if (c->s < c->end && *c->s == '=')
            return scan_construct(c, "default parameter");
        if (!scan_take(c, ',') && (c->s == c->end || *c->s != ')'))
            return scan_fail(c, "',' or ')' is missing");
    }
    c->brackets--;
    return 1;
}

/* `def name(params) -> annotation :`, the place behind `def`. */
static int parse_header(struct scan *c, struct function *f)
{
    scan_blanks(c);
    uint32_t len = scan_name(c);
    if (!len)
        return scan_fail(c, "a function without a name");
    f->name = (uint32_t)(c->s - c->p->text);
    f->name_len = len;
    c->s += len;
    scan_blanks(c);
    if (!scan_take(c, '('))
        return scan_fail(c, "'(' is missing");
    if (!parse_params(c, f))
        return 0;
    scan_blanks(c);
    if (c->end - c->s > 1 && c->s[0] == '-' && c->s[1] == '>') {
        c->s += 2;
        scan_annotation(c);
    }
    scan_blanks(c);
    return scan_take(c, ':') ? 1 : scan_fail(c, "':' is missing");
}

/* Statements up to the end of the line. */
static int parse_line(struct scan *c, int *returned)
{
    struct parse *p = c->p;
    for (;;) {
        uint32_t n_stmts = p->n_stmts, n_exprs = p->n_exprs, n_args = p->n_args;
        int after = *returned;
        if (!parse_statement(c, returned))
            return c->error || c->no_memory ? 0 : scan_fail(c, "cannot be read");
        if (after) { /* never runs, but had to be good */
            p->n_stmts = n_stmts;
            p->n_exprs = n_exprs;
            p->n_args = n_args;
        }
        scan_blanks(c);
        if (!scan_at_end(c))
            return scan_fail(c, "cannot be read from here");
        if (!scan_take(c, ';'))
            return 1;
        scan_blanks(c);
        if (scan_at_end(c))
            return 1;
    }
}

/* Moves to the next line that is not empty; its indentation, -1 at the end of the text. */
static int next_line(struct scan *c)
{
    for (;;) {
        int indent = 0;
        for (; c->s < c->end && (*c->s == ' ' || *c->s == '\t' || *c->s == '\f'); c->s++)
            indent = *c->s == '\t' ? (indent | 7) + 1 : indent + 1;
        if (c->s < c->end && *c->s == '#')
            scan_to_line_end(c);
        if (c->s < c->end && *c->s == '\r')
            c->s++;
        if (c->s == c->end)
            return -1;
        if (*c->s != '\n')
            return indent;
        c->s++;
        c->line++;
    }
}

static int parse_body(struct scan *c)
{
    int block = 0, returned = 0, indent;
    scan_blanks(c);
    if (!scan_at_end(c))
        return parse_line(c, &returned) && (returned || scan_fail(c, "no return"));
    const char *after = c->s; /* of the last line */
    uint32_t line = c->line;
    while ((indent = next_line(c)) > 0) {
        if (block == 0)
            block = indent;
        if (indent != block)
            return scan_fail(c, "indentation changes");
        if (!parse_line(c, &returned))
            return 0;
        after = c->s;
        line = c->line;
    }
    if (returned)
        return 1;
    c->s = after; /* the next function is not to be passed over */
    c->line = line;
    return scan_fail(c, block == 0 ? "function without lines" : "no return");
}

static struct function *add_function(struct scan *c)
{
    struct parse *p = c->p;
    struct scratch *t = c->t;
    if (!scan_grow(c, &p->functions, &p->cap_functions, p->n_functions + 1, sizeof *p->functions) ||
        !scan_grow(c, &t->first_param, &t->cap_first, p->n_functions + 1, sizeof *t->first_param))
        return NULL;
    t->first_param[p->n_functions] = t->n_params;
    struct function *f = &p->functions[p->n_functions++];
    memset(f, 0, sizeof *f);
    f->first_line = f->last_line = c->line;
    return f;
}

/* Passes over what is left of a bad function: up to a line without indentation. */
static void skip_block(struct scan *c)
{
    do {
        scan_to_line_end(c);
        if (c->s == c->end)
            return;
        c->s++;
        c->line++;
    } while (c->s < c->end && scan_goes_on(*c->s));
}

static void set_error(struct scan *c, struct function *f, struct parse *before)
{
    struct parse *p = c->p;
    f->error = c->error;
    f->error_line = (int32_t)c->error_line;
    f->error_name = c->error_name ? (uint32_t)(c->error_name - p->text) : 0;
    f->error_name_len = c->error_name ? c->error_name_len : 0;
    f->construct = c->construct;
    f->n_stmts = 0;
    p->n_exprs = before->n_exprs;
    p->n_args = before->n_args;
    p->n_stmts = before->n_stmts;
    skip_block(c);
}

static void begin_function(struct scan *c)
{
    c->t->function_stamp++;
    c->t->n_locals = c->t->n_stack = 0;
    c->brackets = c->nest = c->n_vars = 0;
    c->uses_helpers = 0;
    c->error = c->construct = c->error_name = NULL;
}

/* The place is behind `def`. */
static void parse_function(struct scan *c)
{
    struct parse before = *c->p;
    struct function *f = add_function(c), g;
    if (!f)
        return;
    begin_function(c);
    g = *f;
    g.first_stmt = before.n_stmts;
    int good = parse_header(c, &g) && parse_body(c);
    g.n_stmts = c->p->n_stmts - before.n_stmts;
    g.n_vars = c->n_vars;
    g.uses_helpers = (uint32_t)c->uses_helpers;
    g.last_line = c->line;
    if (!good && !c->no_memory)
        set_error(c, &g, &before);
    c->p->functions[before.n_functions] = g;
    if (g.name_len)
        scan_add_helper(c, c->p->text + g.name, g.name_len, before.n_functions);
}

/* Text outside any function. */
static void stray(struct scan *c, const char *why, const char *construct)
{
    struct function *f = add_function(c);
    if (!f)
        return;
    f->error = why;
    f->construct = construct;
    f->error_line = (int32_t)c->line;
    skip_block(c);
}

static void parse_top(struct scan *c)
{
    static const char outside[] = "text outside a function";
    uint32_t len = scan_name(c);
    begin_function(c);
    if (scan_is(c->s, len, "def")) {
        c->s += len;
        parse_function(c);
    } else if (scan_is(c->s, len, "from") || scan_is(c->s, len, "import")) {
        skip_block(c);
    } else if (scan_string(c)) {
        scan_blanks(c);
        int ended = scan_at_end(c);
        if (c->error)
            stray(c, c->error, NULL);
        else if (!ended)
            stray(c, outside, outside);
    } else if (*c->s == '@') {
        stray(c, "decorator", "decorator");
    } else if (c->end - c->s >= 3 && memcmp(c->s, "```", 3) == 0) {
        stray(c, "Markdown fence outside a function", "Markdown fence");
    } else {
        stray(c, outside, outside);
    }
}

int parse_text(struct parse *p, const char *text, size_t len)
{
    struct scan c;
    memset(&c, 0, sizeof c);
    if (!p->scratch) {
        if (!(p->scratch = calloc(1, sizeof(struct scratch))))
            return -1;
        names_fill(&((struct scratch *)p->scratch)->names);
    }
    p->text = text;
    p->text_len = len;
    p->n_exprs = p->n_args = p->n_stmts = p->n_functions = 0;
    c.p = p;
    c.t = p->scratch;
    c.t->text_stamp++;
    c.t->n_helpers = c.t->n_params = 0;
    c.s = text;
    c.end = text + len;
    c.line = 1;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        c.s += 3;
    for (int indent; (indent = next_line(&c)) >= 0 && !c.no_memory;) {
        if (indent > 0)
            stray(&c, "unexpected indentation", NULL);
        else
            parse_top(&c);
    }
    return c.no_memory ? -1 : 0;
}
