/*
 * The compiler: a parsed function becomes a body of instructions (program.h).
 *
 * Function values are evaluated symbolically: builders (compose, rbind ...) make descriptions,
 * and a call of a description is written out in place, so that higher-order calls become loops
 * over registers.  A function becomes a value only where it escapes into data or its shape is
 * not known.  What was compiled away is still billed.
 */
#ifndef DSL_COMPILE_H
#define DSL_COMPILE_H

#include "parse.h"
#include "program.h"

/* A growing set of compiled programs.  Owns its arrays. */
struct card {
    struct ins *code;
    struct val *consts;
    struct body *bodies;
    uint32_t n_code, n_consts, n_bodies;
    uint32_t cap_code, cap_consts, cap_bodies;
    void *scratch; /* private to the compiler */
};

void card_init(struct card *c);
void card_reset(struct card *c); /* forgets all programs, keeps the memory */
void card_free(struct card *c);

enum compile_status { COMPILE_OK, COMPILE_BAD, COMPILE_NO_MEMORY };

/* One compiled program of a card. */
struct program {
    uint32_t body;    /* main body in the card */
    uint32_t helper;  /* first helper body; helper k of the text is helper + k */
    uint32_t n_params; /* 1: (I); 3: (S, I, C) */
    uint32_t n_lines; /* statements before `return` */
    const char *error; /* COMPILE_BAD: why; static text; see parse_reason for the parser's */
    uint32_t error_line;
};

/*
 * Compiles function f of a parsed text, and the helpers it can call, into the card.
 * COMPILE_BAD: the outcome is `syntax`, out->error and error_line say why, the card is unchanged.
 */
enum compile_status compile_function(struct card *c, const struct parse *p, uint32_t f,
                                     struct program *out);

/* The stub card (program.h): bodies by which the machine calls function values.  0, or -1. */
int compile_stubs(struct card *c);

#endif
