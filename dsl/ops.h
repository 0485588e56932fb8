/* The primitives by number, and what dsl/ops.def says of each. */
#ifndef DSL_OPS_H
#define DSL_OPS_H

#include <stdint.h>

enum op_id {
#define OP(name, arity, params, kinds, result, family) OP_##name,
#include "ops.def"
#undef OP
    OP_COUNT
};

enum op_family {
    FAMILY_arith,
    FAMILY_container,
    FAMILY_function, /* builders of functions */
    FAMILY_loop,     /* call a function on elements */
    FAMILY_grid,
    FAMILY_mirror,
    FAMILY_object,
    FAMILY_line,
    FAMILY_search
};

struct op_info {
    const char *name;
    const char *params; /* parameter names, comma between */
    const char *kinds;  /* a letter each, see ops.def */
    uint8_t arity;
    char result;
    uint8_t family; /* enum op_family */
};

/* Indexed by enum op_id; OP_COUNT entries. */
extern const struct op_info op_table[];

#endif
