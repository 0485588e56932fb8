/* See vm_memory.h. */
#define ROWS_DIALECT ROWS_REF
#include "vm_memory.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "vm_state.h"

/*
 * Bytes of arena that pay for one unit of fuel: a call of one unit makes a head of at most 64
 * bytes, up to 16 elements of 16 bytes and 16 words of masks; the copies that an operation or a
 * loop holds for a moment come out of the reserve.
 */
enum { ARENA_BYTES_PER_UNIT = 512, ARENA_RESERVE = 256 << 20, STACK_RESERVE = 8 << 20 };
enum { TRIM_BYTES = 16 << 20 };
/* Room for the values of shared lines: of a task, of an item. */
enum { KEEP_TASK_BYTES = 2 << 20, KEEP_ITEM_BYTES = 16 << 20 };

struct vm_memory {
    struct vm vm;
    uint8_t *arena;
    size_t arena_bytes;
    size_t stack_bytes;
};

static void *reserve(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

struct vm *vm_memory_new(uint64_t fuel, struct code_view stubs)
{
    struct vm_memory *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    if (fuel > (uint64_t)1 << 32)
        fuel = (uint64_t)1 << 32;
    m->arena_bytes = (size_t)fuel * ARENA_BYTES_PER_UNIT + ARENA_RESERVE + KEEP_TASK_BYTES +
                     KEEP_ITEM_BYTES;
    m->vm.stack_cap = fuel + STACK_RESERVE;
    m->stack_bytes = (m->vm.stack_cap + STACK_SLACK) * sizeof(struct val);
    m->arena = reserve(m->arena_bytes);
    m->vm.stack = reserve(m->stack_bytes);
    m->vm.regs = calloc(REGS_MAX + REGS_SLACK, sizeof(struct val));
    m->vm.loops = calloc(LOOPS_MAX, sizeof(struct loop_state));
    m->vm.calls = calloc(CALLS_MAX, sizeof(struct call_state));
    m->vm.regs_cap = REGS_MAX;
    m->vm.loops_cap = LOOPS_MAX;
    m->vm.frames = calloc(FRAMES_MAX, sizeof(struct compare_frame));
    m->vm.batch = calloc(2 * LANE_WIDTH, sizeof(struct val));
    m->vm.stubs = stubs;
    m->vm.keep_units[SHARED_TASK] = KEEP_TASK_BYTES / 16;
    m->vm.keep_units[SHARED_ITEM] = KEEP_ITEM_BYTES / 16;
    if (!m->arena || !m->vm.stack || !m->vm.regs || !m->vm.loops || !m->vm.calls ||
        !m->vm.batch || !m->vm.frames) {
        vm_memory_free(&m->vm);
        return NULL;
    }
    m->vm.mem = m->arena + HEAP_GUARD16 * 16;
    m->vm.cap = m->arena_bytes / 16 - 2 * HEAP_GUARD16;
    heap_reset(&m->vm);
    return &m->vm;
}

void vm_memory_free(struct vm *vm)
{
    struct vm_memory *m = (struct vm_memory *)vm;
    if (!m)
        return;
    if (m->arena)
        munmap(m->arena, m->arena_bytes);
    if (m->vm.stack)
        munmap(m->vm.stack, m->stack_bytes);
    free(m->vm.regs);
    free(m->vm.loops);
    free(m->vm.calls);
    free(m->vm.batch);
    free(m->vm.frames);
    free(m);
}

void vm_memory_share(struct vm *vm, struct kept_line *kept, int same_task)
{
    vm->lines_kept = kept;
    vm->same_task = same_task;
}

void vm_memory_lines(struct vm *vm, const struct shared_line *lines, uint32_t n)
{
    vm->lines = lines;
    vm->n_lines = n;
}

void vm_memory_profile(struct vm *vm, struct profile *profile)
{
    vm->profile = profile;
}

void vm_memory_trim(struct vm *vm)
{
    struct vm_memory *m = (struct vm_memory *)vm;
    size_t keep = ((size_t)vm->floor * 16 + TRIM_BYTES) & ~(size_t)0xffff;
    if (m->arena_bytes > keep)
        madvise(m->arena + keep, m->arena_bytes - keep, MADV_DONTNEED);
    if (m->stack_bytes > TRIM_BYTES)
        madvise((uint8_t *)m->vm.stack + TRIM_BYTES, m->stack_bytes - TRIM_BYTES, MADV_DONTNEED);
}
