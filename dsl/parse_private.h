/* Inside the loader: where it stands in the text and what it knows of names. */
#ifndef DSL_PARSE_PRIVATE_H
#define DSL_PARSE_PRIVATE_H

#include "names.h"
#include "parse.h"

/* A name met in the function at hand, or a function of the text. */
struct local {
    const char *text;
    uint32_t len, stamp; /* stamp: of the function or text it belongs to */
    int32_t var;         /* variable; -1: used as something from outside before */
};

struct scratch {
    struct names names;
    struct local *locals, *helpers; /* open hash tables */
    uint32_t cap_locals, n_locals, cap_helpers, n_helpers;
    uint32_t function_stamp, text_stamp;
    uint32_t *stack; /* expressions that wait to become arguments */
    uint32_t n_stack, cap_stack;
    uint32_t *params; /* start and length of every function's parameter names */
    uint32_t n_params, cap_params;
    uint32_t *first_param; /* by function: index into params */
    uint32_t cap_first;
};

/* Where the loader is. */
struct scan {
    struct parse *p;
    struct scratch *t;
    const char *s, *end;
    uint32_t line;
    uint32_t brackets; /* open ones: line ends do not count inside */
    uint32_t nest;
    uint32_t n_vars;
    int uses_helpers;
    const char *error, *construct;
    uint32_t error_line;
    const char *error_name; /* what the error is about; NULL: no name */
    uint32_t error_name_len;
    const char *stmt; /* where the statement at hand begins */
    int no_memory;
};

int scan_grow(struct scan *c, void *array, uint32_t *cap, uint32_t need, size_t size);

/* Notes the first error; returns 0. */
int scan_fail(struct scan *c, const char *why);
/* The same about a name, which goes between the two quotes in why. */
int scan_fail_name(struct scan *c, const char *why, const char *name, uint32_t len);
/* A construct of Python that batt has not. */
int scan_construct(struct scan *c, const char *name);

/* Skips blanks, comments, continued lines, and line ends within brackets. */
void scan_blanks(struct scan *c);
/* At the end of a logical line? */
int scan_at_end(const struct scan *c);
/* Is this character next? Then takes it. */
int scan_take(struct scan *c, char ch);
/* A name at the place; its length, 0 if there is none.  Does not move. */
uint32_t scan_name(const struct scan *c);
/* Is the name at s this word? */
int scan_is(const char *s, uint32_t len, const char *word);
/* A string literal at the place: skips it and returns 1; 0 if there is none. */
int scan_string(struct scan *c);
/* Is a line that begins so passed over with a bad function before it? */
int scan_goes_on(char first);
/* To the end of the physical line, which is not passed. */
void scan_to_line_end(struct scan *c);
/* Skips an annotation up to '=', ',', ')' or ':' outside brackets. */
void scan_annotation(struct scan *c);

/* The local of this name, made if it is not there.  NULL: memory. */
struct local *scan_local(struct scan *c, const char *text, uint32_t len);
/* The number of an earlier function of this name, or -1. */
int32_t scan_helper(struct scan *c, const char *text, uint32_t len);
int scan_add_helper(struct scan *c, const char *text, uint32_t len, uint32_t function);

/* parse_reason.c: is a name that is not known here assigned in this statement or later in the
 * function? */
int scan_assigned_later(const struct scan *c, const char *name, uint32_t len);
/* Is the statement at hand an assignment to several targets, as x, y = ...? */
int scan_is_unpacking(const struct scan *c);
/* Does a `for` follow s in one of the brackets that s stands in?  open: how many of them count. */
int scan_is_comprehension(const struct scan *c, const char *s, uint32_t open);
/* Is there, at s, the sign of an assignment such as +=, or of one within an expression? */
int scan_is_augmented(const char *s, const char *end);
int scan_is_walrus(const char *s, const char *end);
/* What the name before the place, which is not known, stands in that Python has and batt has not;
 * NULL: nothing of the kind is seen. */
const char *scan_construct_of_name(const struct scan *c);

/* An expression; its index, or -1 after an error. */
int64_t parse_expr(struct scan *c);

#endif
