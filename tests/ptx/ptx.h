/*
 * Runs PTX, the code that nvcc makes of the kernel, on the CPU: a warp at a time, its 32 lanes in
 * step as on hardware, apart after a branch by lane until its ways join again.  Where the simulated
 * warp (tests/simwarp) judges the sources, this judges what the compiler made of them, with shared,
 * local and global memory as the device has them.  It ends the program with a message when
 *
 *   - a lane reads or writes where nothing is;
 *   - lanes store different words at one place at once;
 *   - a lane reads a word that another stored at an address of its own, without a bar.warp.sync;
 *   - lanes meet (shfl, vote, redux, bar.warp.sync) and not all are there.
 *
 * Registers, local and shared memory begin with rubbish.  Not found: what is stored too early, over
 * words that others have still to read, and reads across ways that went apart.
 *
 * Only what the kernel uses is known; anything else is refused when it is read.  The language:
 * "PTX ISA", NVIDIA, version 9.0.
 */
#ifndef PTX_H
#define PTX_H

#include <stddef.h>
#include <stdint.h>

struct ptx_module;
struct ptx_function;

/* Reads the text of a module.  NULL, with the reason and the line in why[], if something in it is
   not known, or there is no memory.  Free with ptx_free. */
struct ptx_module *ptx_read(const char *text, char why[256]);
void ptx_free(struct ptx_module *m);

/* The kernel of that name, NULL if there is none. */
struct ptx_function *ptx_kernel(struct ptx_module *m, const char *name);

/* A warp of a launch. */
struct ptx_place {
    unsigned block, blocks; /* the warp's block, of how many */
    unsigned warp, threads; /* the warp in its block, threads of a block */
    uint8_t *shared;        /* the block's shared memory, PTX_SHARED_BYTES */
};
enum { PTX_SHARED_BYTES = 48 << 10 };

/* What memory a kernel may use: the allocation that has the byte at p, as [*from, *to); 0 if none
   has.  May be called by many threads. */
typedef int ptx_memory(uint64_t p, uint64_t *from, uint64_t *to);

/* Runs one warp of the kernel on its argument of so many bytes, until all lanes have ended. */
void ptx_run(struct ptx_function *kernel, const void *argument, size_t bytes,
             const struct ptx_place *place, ptx_memory *memory);

/* What warps of the module have done so far, as a line of JSON, with `all` one for each function,
   with 2 also for the heaviest lines of the sources (of nvcc -lineinfo), to standard error:
   instructions by kind, slots (what hardware makes of them, by reckoning), branches by lane, and
   32-byte sectors read and written. */
void ptx_tell(const struct ptx_module *m, int all);

#endif
