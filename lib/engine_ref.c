/* The engine on the scalar reference dialect: slow, and right by inspection. */
#define ROWS_DIALECT ROWS_REF
#define ENGINE_NAME "ref"
#define ENGINE_TABLE engine_ref
#define ENGINE_USABLE 1
#define DSL_COUNT_CALLS 1
#include "engine_variant.h"
