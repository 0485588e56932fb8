/* The memory of a machine on the host.  The machine itself never allocates. */
#ifndef DSL_VM_MEMORY_H
#define DSL_VM_MEMORY_H

#include "program.h"

struct vm;

/*
 * A machine for runs of at most `fuel` units: one reservation of address space, touched only as
 * far as runs need it.  NULL when there is none.  Free with vm_memory_free.
 */
struct vm *vm_memory_new(uint64_t fuel, struct code_view stubs);
void vm_memory_free(struct vm *vm);

/* Gives back to the system what an unusually large run touched. */
void vm_memory_trim(struct vm *vm);

#endif
