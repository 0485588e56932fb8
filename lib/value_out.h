/* Values of a run as packed stream values and as text. */
#ifndef LIB_VALUE_OUT_H
#define LIB_VALUE_OUT_H

#include "../dsl/run.h"
#include "value_pack.h"

/* Appends a value in the stream's form; a failure shows in pack->failed. */
void value_out_pack(struct vm *vm, const struct engine *engine, struct val v,
                    struct value_pack *pack);

/* Canonical text (batt-dsl(7)), malloc'ed; NULL when memory is out. */
char *value_out_text(struct vm *vm, struct val v);

#endif
