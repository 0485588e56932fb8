/* The engine for x86-64-v4: 512-bit vectors, masks. */
#if defined(__x86_64__)
#define ROWS_DIALECT ROWS_VEC
#define ENGINE_NAME "v4"
#define ENGINE_TABLE engine_v4
#define ENGINE_USABLE (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
#include "engine_variant.h"
#else
typedef int engine_v4_is_for_x86;
#endif
