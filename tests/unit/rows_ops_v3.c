/* Compiler vectors of 256 bits for rows_test. */
#if defined(__x86_64__)
#define ROWS_DIALECT ROWS_VEC
#define OPS_NAME "v3"
#define OPS_TABLE rows_ops_v3
#define OPS_USABLE (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
#include "rows_ops_body.h"
#else
typedef int rows_ops_v3_is_for_x86;
#endif
