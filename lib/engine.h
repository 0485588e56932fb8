/*
 * The engine's variants, one for each instruction set, and the choice among them.
 *
 * dsl/run.h has the functions; here is which to use.  BATT_ENGINE in the environment names one
 * (ref, v2, v3, v4, plain), for tests and for comparing; tests have sim as well, simulated warps.
 */
#ifndef LIB_ENGINE_H
#define LIB_ENGINE_H

#include "../dsl/compile.h"
#include "../dsl/run.h"

/* All variants of this build, best first; ends with NULL. */
extern const struct engine *const engine_table[];

/* The variant BATT_ENGINE names, else the best this machine can run.  NULL: no such variant. */
const struct engine *engine_choose(void);

/* The stub card every machine needs; made once, never freed.  NULL: out of memory. */
const struct card *engine_stubs(void);

/* What the machine reads of a card. */
struct code_view engine_view(const struct card *card, uint32_t helper);

/* Name of an exception, "TypeError" ...; "" for none. */
const char *engine_error_name(enum vm_error e);

/* All names by enum vm_error, for the stream. */
extern const char *const engine_error_names[];
enum { ENGINE_ERRORS = ERR_FUEL + 1 };

#endif
