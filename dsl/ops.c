/* The table behind dsl/ops.h. */
#include "ops.h"

const struct op_info op_table[OP_COUNT] = {
#define OP(name, arity, params, kinds, result, family)                                             \
    {#name, params, kinds, arity, result, FAMILY_##family},
#include "ops.def"
#undef OP
};
