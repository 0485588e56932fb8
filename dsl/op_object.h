/* Patches and objects: the family's files. */
#ifndef DSL_OP_OBJECT_H
#define DSL_OP_OBJECT_H

#include "op_label.h"
#include "op_patch.h"
#include "op_relate.h"

#endif
