/* Checks compiled bodies before they run, so that the machine only needs to trust. */
#ifndef DSL_VERIFY_H
#define DSL_VERIFY_H

#include "compile.h"

/*
 * Checks body `at` of a card: numbers of instructions, registers, constants and jumps in range,
 * arities right, loops nested, every register set on every way before it is read, pushes and
 * tuples balanced, RET last.   Returns NULL, or what is
 * wrong (static text).  scratch needs BODY_MAX_REGS * 2 bytes.
 */
const char *verify_body(const struct card *c, uint32_t at, uint8_t *scratch);

#endif
