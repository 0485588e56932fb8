/*
 * Compiled programs: what compile.c makes, verify.c checks and vm.h runs.
 *
 * A body is straight-line code over a frame of registers: parameters, then variables and
 * temporaries, then constants (copied in when the body is entered).  Loops nest properly: LOOP
 * names its END and END its LOOP.  A call of a primitive is its number, enum op_id; what is not a
 * primitive has a number from OP_COUNT on.
 *
 *   MOVE   dst = a[0]
 *   RAISE  fails with enum vm_error n
 *   BILL   adds `jump` units
 *   FUNC   dst = function value: n = enum func_kind, a[0..] = bound values, jump = arity
 *   CALLV  dst = a[0](a[1] .. a[n])
 *   PUSH   pushes a[0] .. a[n-1]
 *   TUPLE  dst = tuple of the topmost n pushed
 *   LOOP   n = enum loop_kind; a[0], a[1] = what is iterated; a[2], a[3] = element registers;
 *          dst = result; jump = index of END
 *   END    a[0] = the body's result; jump = index of LOOP
 *   RET    a[0] = result of the body
 *
 * `bill` counts the calls that were compiled away before an instruction: they are billed first.
 */
#ifndef DSL_PROGRAM_H
#define DSL_PROGRAM_H

#include "ops.h"
#include "value.h"

enum ins_op {
    INS_MOVE = OP_COUNT,
    INS_RAISE,
    INS_BILL,
    INS_FUNC,
    INS_CALLV,
    INS_PUSH,
    INS_TUPLE,
    INS_LOOP,
    INS_END,
    INS_RET,
    INS_COUNT,
    INS_NONE = 0xffff /* a builder whose function never became a value; never in finished code */
};

enum loop_kind {
    LOOP_APPLY,
    LOOP_MAPPLY,
    LOOP_RAPPLY,
    LOOP_PAPPLY,
    LOOP_MPAPPLY,
    LOOP_PRAPPLY,
    LOOP_SFILTER,
    LOOP_MFILTER,
    LOOP_EXTRACT,
    LOOP_ORDER,
    LOOP_ARGMAX,
    LOOP_ARGMIN,
    LOOP_VALMAX,
    LOOP_VALMIN,
    LOOP_POWER,
    LOOP_COUNT
};

enum { INS_ARGS = 5 };

struct ins {
    uint16_t op;
    uint16_t bill;
    uint16_t line; /* of the program's text, saturating */
    uint16_t dst;
    uint16_t a[INS_ARGS];
    uint16_t n;
    uint32_t jump;
};

struct body {
    uint32_t code, n_code;     /* in card.code; jumps count from `code` */
    uint32_t consts, n_consts; /* in card.consts; registers n_regs - n_consts .. n_regs-1 */
    uint16_t n_params, n_regs;
};

/* Registers of one body, bodies active at once, loops active at once. */
enum { BODY_MAX_REGS = 0x4000, CALLS_MAX = 256, LOOPS_MAX = 512, REGS_MAX = 1 << 16 };
enum { REGS_SLACK = 16 }; /* arguments of a body that is about to be entered */

/* What the machine reads of a card: plain pointers, so that it can live anywhere. */
struct code_view {
    const struct ins *code;
    const struct val *consts;
    const struct body *bodies;
    uint32_t helper; /* helper function k of the program is bodies[helper + k] */
};

/* How long the value of a shared line stays good. */
enum shared_scope { SHARED_TASK, SHARED_ITEM, SHARED_SCOPES };

/*
 * A line that several programs have on the same values: instructions pc .. end - 1 of the main body
 * set register dst and nothing else that is read later; all have one line number.  What the line
 * came to is kept under `slot`.
 */
struct shared_line {
    uint32_t pc, end, slot;
    uint16_t dst;
    uint16_t scope; /* enum shared_scope */
};

/* What a shared line came to, good while `stamp` is that of its scope. */
struct kept_line {
    uint64_t stamp;
    uint64_t cost;     /* units beyond the first instruction's `bill`; with err = FUEL: too few */
    uint64_t calls;    /* of n_billed */
    struct val value;  /* unless err */
    enum vm_error err;
};

/* Bodies of the stub card, by what they call: primitives, then func_kind x arity (compile.c). */
enum { STUB_KINDS = OP_COUNT, STUB_COUNT = OP_COUNT + 9 * 4 };

DSL_INLINE uint32_t stub_of_kind(uint32_t kind, uint32_t arity)
{
    return STUB_KINDS + kind * 4 + arity;
}

#endif
