/*
 * Stacks to switch between on one thread: x86-64 by twelve instructions, elsewhere by ucontext.
 * Told to AddressSanitizer, which would take a change of stack for a wild write.
 */
#ifndef SIMWARP_FIBER_H
#define SIMWARP_FIBER_H

#include <stddef.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

struct fiber {
#if defined(__x86_64__)
    void *sp;
#else
    ucontext_t context;
#endif
    const void *bottom; /* of the stack; NULL: the thread's own */
    size_t size;
    void *fake; /* the sanitizer's */
};

/* A fiber that begins in entry(), which never returns; the stack is the caller's. */
void fiber_make(struct fiber *f, void *bottom, size_t size, void (*entry)(void));

/* Leaves `from`, the fiber that runs, for `to`; returns when something switches back. */
void fiber_switch(struct fiber *from, struct fiber *to);

/* To be called first thing in entry(); `from` is the fiber that switched there. */
void fiber_begun(struct fiber *from);

#endif
