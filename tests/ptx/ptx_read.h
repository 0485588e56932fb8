/* The words of a PTX text, for ptx_read.c (modules) and ptx_body.c (functions). */
#ifndef PTX_READ_H
#define PTX_READ_H

#include "ptx_private.h"

enum name_kind { NAME_REGISTERS, NAME_REGISTER, NAME_PARAM, NAME_OWN_PARAM };

/* A name of the function that is read: registers (by number), one register, a parameter. */
struct name {
    char text[MAX_NAME];
    enum name_kind kind;
    int word, n;
    uint64_t width; /* of registers, as a mask */
};

/* A label, or a branch that waits for it. */
struct label {
    char text[MAX_NAME];
    int insn;
};

struct reader {
    const char *at;
    int line, failed;
    char token[MAX_NAME]; /* a word, or one character; empty at the end of the text */
    char *why;            /* [256] */
    int file, source;     /* the last .loc */
    struct ptx_module *module;
    struct ptx_function *function;
    /* of the function */
    struct name *names;
    size_t n_names, cap_names;
    struct label *labels, *branches;
    size_t n_labels, cap_labels, n_branches, cap_branches;
    char depot[MAX_NAME]; /* the name of its local memory */
    int next_word;
};

/* Fails with a reason (and what is at hand); from then on there are no tokens. */
void read_refuse(struct reader *r, const char *reason);

/* Goes on to the next token. */
void read_next(struct reader *r);

/* Is the token this one? */
int read_is(const struct reader *r, const char *text);

/* Goes past the token if it is this one. */
int read_takes(struct reader *r, const char *text);

/* Goes past the token, which must be this one. */
void read_expect(struct reader *r, const char *text);

/* A number, with its sign. */
int64_t read_number(struct reader *r);

/* The width of a type, ".b64": bytes; 0 for a predicate. */
int read_type(struct reader *r);

/* ".param .align 8 .b8 name[16]" after its first word: the name, and how many words it takes. */
int read_param(struct reader *r, char name[MAX_NAME]);

/* More room in an array, or a refusal. */
int read_room(struct reader *r, void *array, size_t *cap, size_t n, size_t size);

/* The operand of a value that does not change. */
int read_constant(struct reader *r, uint64_t value);

/* The symbol of that name, NULL if there is none. */
const struct symbol *read_symbol(const struct ptx_module *m, const char *name);

/* ".loc 1 32 5" and what may follow, after its first word. */
void read_place(struct reader *r);

/* ".shared .align 8 .b8 name[n];" after its first word. */
void read_shared(struct reader *r);

/* The statements of a function, from behind its '{' to its '}'. */
void read_body(struct reader *r);

#endif
