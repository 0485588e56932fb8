/* The engine in compiler vectors without an instruction set in mind: Arm and others. */
#if !defined(__x86_64__)
#define ROWS_DIALECT ROWS_VEC
#define ENGINE_NAME "plain"
#define ENGINE_TABLE engine_plain
#define ENGINE_USABLE 1
#include "engine_variant.h"
#else
typedef int engine_plain_is_for_others;
#endif
