/*
 * The program loader: arc-dsl's Python text (batt-dsl(7), "Programs") into a flat syntax tree.
 *
 * Expressions stand in the order in which Python evaluates them, so a node's arguments always
 * have smaller indices than the node.  Names are resolved here: a name is a variable assigned
 * before, else a constant, else a primitive, else a helper function defined earlier in the same
 * text.  One struct parse serves any number of texts one after the other; its arrays grow and
 * are kept.  Host code only; no part of a run.
 */
#ifndef DSL_PARSE_H
#define DSL_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "ops.h"

enum expr_kind {
    EXPR_NONE,   /* None */
    EXPR_BOOL,   /* value: 0 or 1 */
    EXPR_INT,    /* value */
    EXPR_PAIR,   /* a constant such as UNITY: value = first, second = second */
    EXPR_VAR,    /* ref: variable number, parameters come first */
    EXPR_OP,     /* ref: enum op_id, a primitive used as a value or callee */
    EXPR_HELPER, /* ref: index into functions[], an earlier function of the same text */
    EXPR_TUPLE,  /* n_args elements, from args[first_arg] */
    EXPR_CALL,   /* callee: expression; n_args arguments, from args[first_arg] */
    EXPR_BADCALL /* as EXPR_CALL, but the keywords do not fit the callee: TypeError when run */
};

struct expr {
    uint8_t kind;       /* enum expr_kind */
    uint16_t n_args;    /* EXPR_TUPLE, EXPR_CALL, EXPR_BADCALL */
    uint32_t line;      /* 1-based line of the text where the expression begins */
    int32_t ref;        /* see enum expr_kind; EXPR_CALL: index of the callee's expression */
    int32_t second;     /* EXPR_PAIR */
    int64_t value;      /* EXPR_BOOL, EXPR_INT, EXPR_PAIR */
    uint32_t first_arg; /* index into args[] */
};

struct stmt {
    uint32_t expr; /* index of the root expression; its operands stand just before it */
    int32_t var;   /* variable assigned; -1 for the expression of `return` */
    uint32_t line;
    uint32_t first_expr; /* first of its operands: expressions first_expr .. expr are its own */
};

struct function {
    uint32_t name, name_len;     /* slice of the text */
    uint32_t n_params;           /* variables 0 .. n_params-1 */
    uint32_t n_vars;             /* all variables, parameters included; < PARSE_MAX_VARS */
    uint32_t first_stmt, n_stmts; /* the last statement is the `return` */
    uint32_t first_line, last_line;
    uint32_t uses_helpers; /* 1: an EXPR_HELPER stands in it */
    int32_t error_line;          /* 0: good; else the 1-based line of the first thing wrong */
    const char *error;           /* static text for people, NULL when good; see parse_reason */
    uint32_t error_name, error_name_len; /* the name it is about, a slice of the text; or 0, 0 */
    const char *construct;       /* for constructs Python has and batt has not ("lambda",
                                    "operator" ...), its own or in a helper it uses: the name,
                                    for counting; else NULL */
};

enum { PARSE_MAX_VARS = 4096, PARSE_MAX_NEST = 64 };

struct parse {
    const char *text;
    size_t text_len;
    struct expr *exprs;
    uint32_t *args; /* indices into exprs */
    struct stmt *stmts;
    struct function *functions;
    uint32_t n_exprs, n_args, n_stmts, n_functions;
    uint32_t cap_exprs, cap_args, cap_stmts, cap_functions;
    void *scratch; /* private: symbol table */
};

/* An empty parser; no memory yet. */
void parse_init(struct parse *p);
void parse_free(struct parse *p);

/*
 * Parses a whole text (any bytes; need not be NUL-terminated).  A function that is wrong gets
 * error and error_line and the parser goes on with the next `def`; text outside any function
 * that is neither blank, comment, import nor docstring makes one function entry with an empty
 * name and the error.  Returns 0, or -1 when memory is out.  text must outlive the result.
 */
int parse_text(struct parse *p, const char *text, size_t len);

/* The error of function f for people: with the name that it is about, if there is one, cut at 40
 * bytes and free of control characters.  out is for it to write to; NULL: no error. */
enum { PARSE_REASON = 128 };
const char *parse_reason(const struct parse *p, uint32_t f, char out[PARSE_REASON]);

/* The text of a line, without indentation and line end: *n bytes of p->text, 0 beyond its end. */
const char *parse_line_text(const struct parse *p, uint32_t line, size_t *n);

#endif
