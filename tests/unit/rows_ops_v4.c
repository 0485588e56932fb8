/* Compiler vectors of 512 bits for rows_test. */
#if defined(__x86_64__)
#define ROWS_DIALECT ROWS_VEC
#define OPS_NAME "v4"
#define OPS_TABLE rows_ops_v4
#define OPS_USABLE                                                                                 \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&                    \
     __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&                   \
     __builtin_cpu_supports("avx512vl"))
#include "rows_ops_body.h"
#else
typedef int rows_ops_v4_is_for_x86;
#endif
