/* The engine for x86-64-v2: 128-bit vectors. */
#if defined(__x86_64__)
#define ROWS_DIALECT ROWS_VEC
#define ENGINE_NAME "v2"
#define ENGINE_TABLE engine_v2
#define ENGINE_USABLE (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt"))
#define DSL_COUNT_CALLS 1
#include "engine_variant.h"
#else
typedef int engine_v2_is_for_x86;
#endif
