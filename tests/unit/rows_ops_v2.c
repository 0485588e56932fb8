/* Compiler vectors of 128 bits for rows_test; elsewhere than on x86 whatever the compiler does. */
#define ROWS_DIALECT ROWS_VEC
#if defined(__x86_64__)
#define OPS_NAME "v2"
#define OPS_TABLE rows_ops_v2
#define OPS_USABLE (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt"))
#else
#define OPS_NAME "plain"
#define OPS_TABLE rows_ops_plain
#define OPS_USABLE 1
#endif
#include "rows_ops_body.h"
