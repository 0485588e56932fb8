/*
 * One variant of the engine: the including file chooses the dialect (ROWS_DIALECT), the name
 * (ENGINE_NAME, ENGINE_TABLE) and how to tell that the machine can run it (ENGINE_USABLE); the
 * Makefile compiles it with that instruction set's flags.
 */
#ifndef LIB_ENGINE_VARIANT_H
#define LIB_ENGINE_VARIANT_H

#include "../dsl/run_engine.h"

static int engine_usable(void)
{
    return ENGINE_USABLE;
}

const struct engine ENGINE_TABLE = {ENGINE_NAME, engine_usable, engine_begin, engine_run,
                                    engine_cells};

#endif
