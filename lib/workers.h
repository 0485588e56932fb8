/*
 * Threads that work on numbered units and hand the results on in order.
 *
 * workers_run(w, n, work, emit, x) calls work(x, thread, unit) for every unit 0..n-1 on any thread
 * and emit(x, unit) on the caller's thread, in ascending order, each after its work; the caller
 * works too when nothing is ready.  Work runs at most a window ahead of emit, which bounds memory.
 */
#ifndef LIB_WORKERS_H
#define LIB_WORKERS_H

#include <stddef.h>

struct workers;

/* n >= 1 threads in all, the caller's among them.  NULL: memory or threads are out. */
struct workers *workers_new(int n);
void workers_free(struct workers *w);
int workers_count(const struct workers *w);

/*
 * work and emit return 0, or non-zero to stop: then no new unit begins and the first such value is
 * returned.  emit may be NULL.
 */
int workers_run(struct workers *w, size_t n, int (*work)(void *x, int thread, size_t unit),
                int (*emit)(void *x, size_t unit), void *x);

#endif
