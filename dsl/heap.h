/*
 * The memory of a run: one arena of blocks, and a stack of values for building containers.
 *
 * The arena only grows within an instruction; `heap_keep` gives back everything above a mark
 * except what one value still needs.  Nothing here ever calls malloc: who makes the run hands in
 * the memory (vm_memory in vm.h).  An operation that fails sets vm->err, by fail(), and returns
 * None; the caller looks at vm->err before it uses the value.
 */
#ifndef DSL_HEAP_H
#define DSL_HEAP_H

#include "program.h"
#include "rows.h"

enum {
    HEAP_GUARD16 = 16, /* units before and behind the arena that rows_load may read */
    STACK_SLACK = 64,
    LANE_WIDTH = 32 /* elements of a batch of lanes (lane_loop.h) */
};

struct compare_frame {
    struct val a, b;
    uint32_t k, n;
    uint64_t mark;
};

enum { FRAMES_MAX = LIMIT_DEPTH + 4 };

struct loop_state;
struct call_state;
struct profile;

/* A part of the arena below a run's own, where the values of shared lines stay. */
struct heap_space {
    uint64_t top, cap; /* units */
};

/* Where the machine is. */
struct vm_place {
    const struct body *body;
    const struct ins *code;
    struct val *regs;
    uint32_t pc, n_calls, n_loops;
    uint16_t stub;
};

struct vm {
    uint8_t *mem;   /* arena, 16-byte aligned; HEAP_GUARD16 readable units on both sides */
    uint64_t top;   /* first free unit */
    uint64_t cap;   /* units */
    struct val *stack; /* elements of containers that are being built */
    uint64_t sp, stack_cap;
    uint64_t fuel_used, fuel_limit;
    uint64_t n_billed; /* calls, in an engine that counts them */
    uint64_t floor; /* arena top when a run begins */
    uint64_t keep_units[SHARED_SCOPES];     /* room for shared lines; 0: nothing is shared */
    struct heap_space kept[SHARED_SCOPES];  /* set when an item is begun */
    uint64_t stamps[SHARED_SCOPES], n_stamps;
    int same_task;                          /* the next item is of the task of the one before */
    const struct shared_line *lines;        /* of the next run, in order */
    uint32_t n_lines;
    struct kept_line *lines_kept;           /* by slot */
    int alone;                              /* this run has a shared line whose value is not kept */
    struct val input, expected, samples, given; /* of the item: I, its output, S, C */
    uint64_t extra; /* units the operation in progress adds to its own bill */
    enum vm_error err;
    int full; /* the machine's memory did not suffice: the run does not count, a larger one must */
    struct code_view view;     /* of the program that runs */
    struct code_view stubs;    /* of the stub card */
    struct val *regs;          /* the frames of all bodies active; REGS_SLACK more than regs_cap */
    struct loop_state *loops;
    uint32_t regs_cap, loops_cap; /* at most REGS_MAX, LOOPS_MAX */
    struct call_state *calls;  /* CALLS_MAX */
    struct val *batch;         /* 2 * LANE_WIDTH: elements of a batch of lanes, and results */
    struct compare_frame *frames; /* FRAMES_MAX (compare.h) */
    struct vm_place place;
    struct val args[INS_ARGS];    /* of the primitive that is called */
    struct profile *profile;      /* where the time of runs goes (profile.h); NULL: not wanted */
};

DSL_FN struct val fail(struct vm *vm, enum vm_error e)
{
    if (!vm->err)
        vm->err = e;
    return val_none();
}

DSL_INLINE struct block *heap_at(const struct vm *vm, uint64_t ref)
{
    return (struct block *)(vm->mem + ref * 16);
}

DSL_INLINE struct pic *heap_pic(const struct vm *vm, struct val v)
{
    return (struct pic *)(vm->mem + v.u.ref * 16);
}

DSL_INLINE struct func *heap_func(const struct vm *vm, struct val v)
{
    return (struct func *)(vm->mem + v.u.ref * 16);
}

/* Elements of a TUPLE or SET. */
DSL_INLINE struct val *heap_vals(const struct vm *vm, struct val v)
{
    return (struct val *)(vm->mem + v.u.ref * 16 + sizeof(struct block));
}

DSL_INLINE struct val *func_bound(struct func *f)
{
    return (struct val *)(f + 1);
}

/* Number of 16-byte units free; rows_load's guard is kept out. */
DSL_INLINE int heap_room(struct vm *vm, uint64_t units)
{
    if (DSL_UNLIKELY(vm->top + units > vm->cap))
        vm->full = 1;
    return vm->top + units <= vm->cap;
}

/* Is there room on the stack for n values more?  err = LIMIT if not, and vm->full. */
DSL_INLINE int stack_room(struct vm *vm, uint64_t n)
{
    if (DSL_UNLIKELY(vm->sp + n > vm->stack_cap)) {
        vm->full = 1;
        fail(vm, ERR_LIMIT);
        return 0;
    }
    return 1;
}

/*
 * A new block of `units` units at the top.  Returns its ref, or 0 with err = LIMIT when the arena
 * is full, which fuel makes impossible for an arena of vm_arena_units (ref 0 is the empty block).
 */
DSL_LARGE uint64_t heap_alloc(struct vm *vm, uint64_t units)
{
    uint64_t ref = vm->top;
    DSL_STEP();
    if (DSL_UNLIKELY(!heap_room(vm, units))) {
        fail(vm, ERR_LIMIT);
        return 0;
    }
    vm->top += units;
    return ref;
}

/* Empties the arena from `top` on. */
DSL_INLINE void heap_clear(struct vm *vm, uint64_t top)
{
    vm->top = top;
    vm->sp = 0;
    vm->err = ERR_NONE;
    vm->extra = 0;
}

/* Empties the arena and makes the block of the empty containers at ref 0. */
DSL_FN void heap_reset(struct vm *vm)
{
    struct block *b = heap_at(vm, 0);
    memset(b, 0, sizeof *b);
    b->tag = VAL_TUPLE;
    b->size16 = 1;
    b->tree = 1;
    b->depth = 1;
    heap_clear(vm, 1);
}

DSL_INLINE uint32_t tree_add(uint32_t a, uint32_t b)
{
    uint32_t s = a + b;
    return s < a ? 0xffffffffu : s;
}

DSL_INLINE uint32_t val_tree(const struct vm *vm, struct val v)
{
    return val_is_block(v) ? heap_at(vm, v.u.ref)->tree : v.tag == VAL_CELL ? 5 : v.tag == VAL_PAIR ? 3 : 1;
}

DSL_INLINE uint32_t val_depth(const struct vm *vm, struct val v)
{
    return val_is_block(v) ? heap_at(vm, v.u.ref)->depth : v.tag == VAL_CELL ? 2 : v.tag == VAL_PAIR ? 1 : 0;
}

DSL_LARGE void stack_push(struct vm *vm, struct val v)
{
    DSL_STEP();
    if (stack_room(vm, 1))
        vm->stack[vm->sp++] = v;
}

/*
 * A block of n values; tag TUPLE or SET.  No canonical form is looked for: tuple_build and
 * set_build (container.h) do that.  Limits: elements, tree, depth.
 */
DSL_FN struct val heap_block(struct vm *vm, enum val_tag tag, const struct val *vals, uint64_t n)
{
    uint32_t tree = 1, depth = 0;
    if (n > LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    for (uint64_t k = 0; k < n; k++) {
        uint32_t d = val_depth(vm, vals[k]);
        tree = tree_add(tree, val_tree(vm, vals[k]));
        depth = d > depth ? d : depth;
    }
    if (tree > LIMIT_TREE || depth >= LIMIT_DEPTH)
        return fail(vm, ERR_LIMIT);
    uint64_t ref = heap_alloc(vm, 1 + n);
    if (!ref)
        return val_none();
    struct block *b = heap_at(vm, ref);
    b->tag = (uint8_t)tag;
    b->depth = (uint8_t)(depth + 1);
    b->kind = 0;
    b->size16 = (uint32_t)(1 + n);
    b->len = (uint32_t)n;
    b->tree = tree;
    words_copy(b + 1, vals, 4 * n);
    return val_ref(tag, ref);
}

/* ---- keeping one value and dropping the rest (Cheney's copy, into the free space above) ---- */

/* Copies the block of v to the free space unless it is old or was copied; v then names the place
   where the block will stand once everything has moved down. */
DSL_FN void heap_evacuate(struct vm *vm, struct val *v, uint64_t mark, uint64_t base)
{
    if (!val_is_block(*v) || v->u.ref < mark)
        return;
    struct block *b = heap_at(vm, v->u.ref);
    if (b->tag) {
        uint64_t to = heap_alloc(vm, b->size16);
        if (!to)
            return;
        words_copy(heap_at(vm, to), b, (size_t)b->size16 * 4);
        b->tag = 0;
        b->tree = (uint32_t)(to - base);
    }
    v->u.ref = mark + b->tree;
}

/* The values inside a block: where they begin and how many. */
DSL_INLINE struct val *heap_inner(struct block *b, uint32_t *n)
{
    *n = b->tag == VAL_TUPLE || b->tag == VAL_SET || b->tag == VAL_FUNC ? b->len : 0;
    return b->tag == VAL_FUNC ? func_bound((struct func *)b) : (struct val *)(b + 1);
}

/* Is the value a block that refers to no other? */
DSL_INLINE int heap_is_leaf(struct val v)
{
    return v.tag == VAL_GRID || v.tag == VAL_INDICES || v.tag == VAL_OBJECT;
}

/* Keeps one leaf above the mark and nothing else. */
DSL_INLINE void heap_slide(struct vm *vm, uint64_t mark, struct val *v)
{
    struct block *b = heap_at(vm, v->u.ref);
    uint32_t units = b->size16;
    if (v->u.ref != mark)
        words_move_down(heap_at(vm, mark), b, (size_t)units * 4);
    v->u.ref = mark;
    vm->top = mark + units;
}

/*
 * Frees all blocks above `mark` except those that keep[0..n) reach, which slide down to the mark;
 * keep is updated.  Nothing else may still refer above the mark.
 */
DSL_FN void heap_keep(struct vm *vm, uint64_t mark, struct val *keep, uint64_t n)
{
    uint64_t base = vm->top, scan, last = n;
    uint32_t count = 0;
    for (uint64_t k = 0; k < n; k++)
        if (val_is_block(keep[k]) && keep[k].u.ref >= mark) {
            last = k;
            count++;
        }
    if (count == 0) {
        vm->top = mark;
        return;
    }
    if (count == 1 && heap_is_leaf(keep[last])) {
        heap_slide(vm, mark, &keep[last]);
        return;
    }
    for (uint64_t k = 0; k < n; k++)
        heap_evacuate(vm, &keep[k], mark, base);
    for (scan = base; scan < vm->top && !vm->err;) {
        struct block *b = heap_at(vm, scan);
        struct val *inner = heap_inner(b, &count);
        for (uint32_t k = 0; k < count; k++)
            heap_evacuate(vm, &inner[k], mark, base);
        scan += b->size16;
    }
    words_move_down(heap_at(vm, mark), heap_at(vm, base), (size_t)(vm->top - base) * 4);
    vm->top = mark + (vm->top - base);
}

#endif
