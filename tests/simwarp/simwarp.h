/*
 * A simulated warp: 32 lanes that run the warp dialect's real sources (cuda/warp.h) on one thread.
 *
 * Each lane has a stack and a window of memory of its own, all windows alike.  A lane runs until it
 * comes to a meeting and the next one takes over; when all have come, words are exchanged and all
 * go on, in the opposite order.  What all lanes write alike, each writes into its own window, so
 * lanes behave as if they ran in step; what a lane puts for the others arrives in their windows at
 * the next warp_sync, not before.  The simulator ends the program with a message when
 *
 *   - lanes meet at different places, or one leaves while others wait;
 *   - a mask does not name all lanes;
 *   - a lane puts a word outside its window (into a local variable), or two put different words at
 *     one place;
 *   - windows differ that simwarp_compare is to find equal.
 */
#ifndef SIMWARP_H
#define SIMWARP_H

#include <stddef.h>
#include <stdint.h>

enum { SIMWARP_LANES = 32 };

struct simwarp;

/* A warp for the calling thread alone, windows of so many bytes, zeroed, touched only as far as
   lanes do.  NULL: no memory.  Free with simwarp_free. */
struct simwarp *simwarp_new(size_t window_bytes);
void simwarp_free(struct simwarp *w);

/* A lane's window, aligned to 64 bytes. */
void *simwarp_window(struct simwarp *w, int lane);

/* Runs fn(x, its window) in every lane; returns when all have ended. */
void simwarp_run(struct simwarp *w, void (*fn)(void *x, void *window), void *x);

/* All windows must hold the same at [from, from + bytes). */
void simwarp_compare(struct simwarp *w, const char *what, size_t from, size_t bytes);

/* Gives the memory of all windows at [from, end) back to the system; it reads as 0 then. */
void simwarp_trim(struct simwarp *w, size_t from);

/* Meetings so far, of all warps of this thread. */
uint64_t simwarp_meetings(void);

#endif
