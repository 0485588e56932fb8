/* The memory of a machine on the host.  The machine itself never allocates. */
#ifndef DSL_VM_MEMORY_H
#define DSL_VM_MEMORY_H

#include "program.h"

struct vm;
struct kept_line;
struct profile;

/*
 * A machine for runs of at most `fuel` units: one reservation of address space, touched only as
 * far as runs need it.  NULL when there is none.  Free with vm_memory_free.
 */
struct vm *vm_memory_new(uint64_t fuel, struct code_view stubs);
void vm_memory_free(struct vm *vm);

/*
 * Before an item is begun: where its runs leave what shared lines come to, an entry for each slot,
 * zeroed when new, the caller's; and whether the item's demonstrations are those of the item before,
 * so that S and what follows from it alone stay.
 */
void vm_memory_share(struct vm *vm, struct kept_line *kept, int same_task);

/* Before a run: its shared lines, in order. */
void vm_memory_lines(struct vm *vm, const struct shared_line *lines, uint32_t n);

/* Before runs: where they leave their calls and times; NULL: nowhere. */
void vm_memory_profile(struct vm *vm, struct profile *profile);

/* Gives back to the system what an unusually large run touched. */
void vm_memory_trim(struct vm *vm);

#endif
