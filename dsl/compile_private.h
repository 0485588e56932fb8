/* Inside the compiler: what a body is made with, and what is known of function values. */
#ifndef DSL_COMPILE_PRIVATE_H
#define DSL_COMPILE_PRIVATE_H

#include "compile.h"

enum {
    CONST_BIT = 0x8000,
    INLINE_MAX = 200, /* primitives a function may hold and still be written out in place */
    POWER_MAX = 900   /* the reference recurses: from about 1,000 on it fails */
};

/* A value at compile time: a register, or the description of a function. */
struct sym {
    uint32_t is_fn;
    uint32_t n;
};

/* A function whose shape is known. */
struct shape {
    enum func_kind kind;
    uint16_t op;    /* FUNC_OP, FUNC_HELPER */
    uint16_t arity; /* arguments it takes */
    uint16_t n_bound;
    uint32_t weight; /* primitives written out by one call */
    uint32_t times;  /* FUNC_POWER */
    uint32_t slot;   /* instruction kept free for making the value */
    int32_t reg;     /* of the value, -1 while there is none */
    struct sym bound[3];
};

struct compiler {
    struct card *card;
    const struct parse *parse;
    struct sym *vars;
    struct sym *values; /* by expression */
    struct shape *shapes;
    uint32_t n_shapes, cap_shapes, cap_vars, cap_values;
    uint32_t first_code, first_const;
    uint32_t n_regs, n_consts;
    uint32_t pending; /* calls compiled away and not yet billed */
    uint32_t line;
    int no_memory, too_large;
    struct ins no_ins;     /* written to when memory is out */
    struct shape no_shape; /* likewise */
};

/* ---- compile_emit.c: instructions, registers, function values ---- */

/* Room for `need` elements of `size` bytes at *array (a pointer to the pointer).  0: memory. */
int card_grow(void *array, uint32_t *cap, uint32_t need, size_t size);

/* The next instruction, with what is pending billed on it; never NULL. */
struct ins *emit_ins(struct compiler *c, uint16_t op);
struct sym sym_of_reg(uint32_t reg);
uint16_t emit_new_reg(struct compiler *c);
/* The register of a constant; immediates only. */
uint16_t emit_const(struct compiler *c, struct val v);
struct sym emit_raise(struct compiler *c, enum vm_error e);

struct sym sym_of_primitive(struct compiler *c, enum op_id op);
struct sym sym_of_helper(struct compiler *c, uint32_t k);
/* A closure over known parts.  Heavy ones become values at once, so that nothing nests deep. */
struct sym sym_of_closure(struct compiler *c, enum func_kind kind, const struct sym *bound,
                          uint32_t n, uint32_t arity, uint32_t times);
/* The register of shape n made a value, in the slot its builder left free. */
uint16_t emit_function(struct compiler *c, uint32_t n);
/* The register of a symbol, made a value if it has to be. */
uint16_t emit_reg(struct compiler *c, struct sym s);

/* ---- compile_call.c: builders, loops, calls ---- */

/* A call of whatever f is, and of a primitive; the result. */
struct sym emit_call(struct compiler *c, struct sym f, const struct sym *args, uint32_t n);
struct sym emit_op(struct compiler *c, enum op_id op, const struct sym *args, uint32_t n);
/* Calls a function of known shape in place. */
struct sym emit_shape(struct compiler *c, struct shape s, const struct sym *args, uint32_t n);
/* Opens a loop; its place in the code.  *e1, *e2: registers of the elements. */
uint32_t emit_loop_begin(struct compiler *c, enum loop_kind kind, uint16_t first, uint16_t second,
                         uint16_t *e1, uint16_t *e2);
/* Closes the loop opened at `at`, whose body came to `result`; what the loop comes to. */
struct sym emit_loop_end(struct compiler *c, uint32_t at, struct sym result);

#endif
