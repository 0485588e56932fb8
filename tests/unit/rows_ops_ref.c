/* The reference dialect for rows_test. */
#define ROWS_DIALECT ROWS_REF
#define OPS_NAME "ref"
#define OPS_TABLE rows_ops_ref
#define OPS_USABLE 1
#include "rows_ops_body.h"
