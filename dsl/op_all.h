/* All primitives. */
#ifndef DSL_OP_ALL_H
#define DSL_OP_ALL_H

#include "op_any.h"
#include "op_arith.h"
#include "op_container.h"
#include "op_function.h"
#include "op_grid.h"
#include "op_line.h"
#include "op_mirror.h"
#include "op_object.h"
#include "op_search.h"

#endif
