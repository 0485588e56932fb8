/* The engine for x86-64-v3: 256-bit vectors, masked stores. */
#if defined(__x86_64__)
#define ROWS_DIALECT ROWS_VEC
#define ENGINE_NAME "v3"
#define ENGINE_TABLE engine_v3
#define ENGINE_USABLE (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
#include "engine_variant.h"
#else
typedef int engine_v3_is_for_x86;
#endif
