/*
 * picture_test.c as one lane runs it: a shared object of which picture_lanes.c loads a copy for
 * each lane, so that each has static variables of its own.
 */
#include <stdio.h>

#define ROWS_DIALECT ROWS_GIVEN
#define ROWS_HEADER "../cuda/rows_warp.h"
#define LANES_HEADER "../cuda/lanes_warp.h"
#define KEYS_HEADER "../cuda/keys_warp.h"
#define DSL_SMALL
#include "../../dsl/vm_memory.h"

#define TRIALS 12

static struct vm *lane_machine(void);
#define vm_memory_new(fuel, stubs) lane_machine()
#define vm_memory_free(vm) ((void)(vm))
#define printf(...) (warp_lane() == 0 ? printf(__VA_ARGS__) : 0)
#define main picture_main
#include "../unit/picture_test.c"

enum { ARENA16 = 4 << 20, STACK = 1 << 20 };

struct lane_memory {
    struct vm vm;
    struct val batch[2 * LANE_WIDTH];
    struct compare_frame frames[FRAMES_MAX];
    struct val stack[STACK + STACK_SLACK];
    struct val arena[ARENA16];
};

static struct lane_memory *memory;

static struct vm *lane_machine(void)
{
    struct vm *v = &memory->vm;
    v->batch = memory->batch;
    v->frames = memory->frames;
    v->stack = memory->stack;
    v->stack_cap = STACK;
    v->mem = (uint8_t *)(memory->arena + HEAP_GUARD16);
    v->cap = ARENA16 - 2 * HEAP_GUARD16;
    return v;
}

size_t lane_bytes(void);
int lane_main(void *window);

/* Bytes a lane needs. */
size_t lane_bytes(void)
{
    return sizeof(struct lane_memory);
}

/* The whole test in this lane; 0 if all is well. */
int lane_main(void *window)
{
    memory = window;
    return picture_main();
}
