/* What the machine keeps of the loops and calls that are under way. */
#ifndef DSL_VM_STATE_H
#define DSL_VM_STATE_H

#include "compare.h"

struct loop_state {
    uint16_t kind; /* enum loop_kind */
    uint16_t dst, e1, e2;
    uint32_t end; /* index of END */
    uint8_t on_default; /* valmax, valmin of nothing: the function is called on 0 */
    uint8_t has_best;
    int64_t times; /* LOOP_POWER: calls left */
    struct val first, second; /* what is iterated */
    struct seq s, t;
    uint64_t base; /* elements collected stand on the stack from here */
    uint64_t mark; /* arena top before the current element */
    struct val best[2]; /* key, element */
};

struct call_state {
    const struct body *body;
    uint32_t pc, regs; /* the caller's, to go on with */
    uint16_t dst;
    uint16_t stub; /* the caller runs a stub */
};

#endif
