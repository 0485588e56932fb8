/*
 * The engine as device code, in the scalar dialect: proof that one source serves both machines.
 * Nothing launches it yet.
 */
#define ROWS_DIALECT ROWS_REF
#include "../dsl/run_engine.h"

extern "C" __global__ void engine_probe(struct vm *vm, const struct run_program *p,
                                        struct run_result *out)
{
    engine_run(vm, p, out);
}
