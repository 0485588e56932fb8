/* See fiber.h. */
#include "fiber.h"

#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#else
#define __sanitizer_start_switch_fiber(fake, bottom, size)                                         \
    ((void)(fake), (void)(bottom), (void)(size))
#define __sanitizer_finish_switch_fiber(fake, bottom, size)                                        \
    ((void)(fake), (void)(bottom), (void)(size))
#endif

#if defined(__x86_64__)

/* Saves what a function must keep, swaps stacks, takes it back from there. */
void fiber_swap(void **save_sp, void *sp);
__asm__(".text\n"
        ".p2align 4\n"
        ".globl fiber_swap\n"
        ".type fiber_swap, @function\n"
        "fiber_swap:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size fiber_swap, . - fiber_swap\n");

static void swap(struct fiber *from, struct fiber *to)
{
    fiber_swap(&from->sp, to->sp);
}

static void make(struct fiber *f, void *bottom, size_t size, void (*entry)(void))
{
    uintptr_t top = ((uintptr_t)bottom + size) & ~(uintptr_t)15;
    void **sp = (void **)top - 8; /* six registers, where to go, and where that would return */
    memset(sp, 0, 8 * sizeof *sp);
    sp[6] = (void *)(uintptr_t)entry;
    f->sp = sp;
}

#else

static void swap(struct fiber *from, struct fiber *to)
{
    swapcontext(&from->context, &to->context);
}

static void make(struct fiber *f, void *bottom, size_t size, void (*entry)(void))
{
    getcontext(&f->context);
    f->context.uc_stack.ss_sp = bottom;
    f->context.uc_stack.ss_size = size;
    f->context.uc_link = NULL;
    makecontext(&f->context, entry, 0);
}

#endif

void fiber_make(struct fiber *f, void *bottom, size_t size, void (*entry)(void))
{
    memset(f, 0, sizeof *f);
    f->bottom = bottom;
    f->size = size;
    make(f, bottom, size, entry);
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
    __sanitizer_start_switch_fiber(&from->fake, to->bottom, to->size);
    swap(from, to);
    __sanitizer_finish_switch_fiber(from->fake, NULL, NULL);
}

void fiber_begun(struct fiber *from)
{
    const void *bottom = NULL;
    size_t size = 0;
    __sanitizer_finish_switch_fiber(NULL, &bottom, &size);
    if (!from->bottom) { /* the thread's own stack, which only the sanitizer knows */
        from->bottom = bottom;
        from->size = size;
    }
}
