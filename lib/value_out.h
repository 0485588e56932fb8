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

/* The expected output of the item in the machine; 0 if it is not known. */
int value_out_expected(const struct vm *vm, struct val *out);

/* Takes a value's image (dsl/image.h) into the machine, in place of what a run left there; 0 if
 * there is no room. */
int value_out_take(struct vm *vm, const void *image, uint32_t units, struct val v, struct val *out);

#endif
