/*
 * What a call is billed.
 *
 * 1 unit, and one more for every 16 elements of its containers and cells of its pictures, by the
 * kinds in ops.def; arguments first, the result once it is there.  Lengths are those of values,
 * never of how they are stored, but for the masks of indices and objects, whose box is a property of
 * the value: so every unit pays for a bounded number of bytes.
 */
#ifndef DSL_FUEL_H
#define DSL_FUEL_H

#include "compare.h"

/* The slower engines count calls beside units, for the benchmark; they say so before this. */
#ifndef DSL_COUNT_CALLS
#define DSL_COUNT_CALLS 0
#endif

/* Kinds of ops.def that are billed nothing, whatever the value: A B F I N V. */
enum { BILL_FREE = 1 << 0 | 1 << 1 | 1 << 5 | 1 << 8 | 1 << 13 | 1 << 21 };
#define bill_is_free(kind) (BILL_FREE >> ((kind) - 'A') & 1)

/* Elements a call is billed for: see ops.def for the kinds. */
DSL_LARGE uint64_t bill_len(const struct vm *vm, struct val v, char kind)
{
    if (bill_is_free(kind))
        return 0;
    switch (v.tag) {
    case VAL_PAIR:
    case VAL_CELL:
        return 2;
    case VAL_INDICES:
    case VAL_OBJECT: {
        struct pic *p = heap_pic(vm, v);
        return p->b.len + p->n_layers * p->layer_words;
    }
    case VAL_GRID: {
        struct pic *p = heap_pic(vm, v);
        return kind == 'C' || kind == 'T' ? (uint64_t)p->h : p->b.len;
    }
    case VAL_SET:
        return heap_at(vm, v.u.ref)->len;
    case VAL_TUPLE: {
        uint64_t n = heap_at(vm, v.u.ref)->len;
        if (kind == 'C' || kind == 'T' || n == 0 || !val_is_tuple(heap_vals(vm, v)[0]))
            return n;
        return n * seq_len(vm, heap_vals(vm, v)[0]);
    }
    default:
        return 0;
    }
}

DSL_INLINE void bill(struct vm *vm, uint64_t units)
{
    DSL_STEP();
    vm->fuel_used += units;
    if (DSL_UNLIKELY(vm->fuel_used > vm->fuel_limit))
        vm->err = ERR_FUEL;
}

/* Bills n calls, and the units that their arguments cost. */
DSL_INLINE void bill_calls(struct vm *vm, uint64_t n, uint64_t units)
{
    if (DSL_COUNT_CALLS)
        vm->n_billed += n;
    bill(vm, n + units);
}

/* Bills work of the operation in progress before it is done; 0, with err = FUEL, if the run cannot
   pay for it. */
DSL_INLINE int afford(struct vm *vm, uint64_t units)
{
    vm->extra += units;
    if (DSL_UNLIKELY(vm->fuel_used + vm->extra > vm->fuel_limit))
        fail(vm, ERR_FUEL);
    return !vm->err;
}

#endif
