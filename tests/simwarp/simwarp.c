/* See simwarp.h. */
#include "simwarp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../../cuda/warp.h"
#include "fiber.h"

enum {
    LANES = SIMWARP_LANES,
    STACK_BYTES = 256 << 10,
    PAGE_BYTES = 4096,
    /* Lanes do the same at the same offset: without these their lines would fall into one set of
       the cache.  Odd numbers of lines. */
    STACK_STAGGER = 5 * 64,
    WINDOW_STAGGER = 67 * 64,
    LEFT = WARP_SYNC + 1 /* a lane has come to its end */
};

/* A lane at a meeting. */
struct seat {
    int kind, arg;
    uint32_t mask, x, result;
    const char *place;
};

/* A word put for others, by its offset in the window. */
struct put {
    size_t at;
    uint32_t x;
    int lane;
};

struct simwarp {
    struct seat seats[LANES];
    struct fiber fibers[LANES], host;
    int arrived, step; /* step: to the lane that runs next, 1 or -1 */
    int first;         /* the lane that goes on first */
    void (*fn)(void *x, void *window);
    void *x;
    uint8_t *stacks, *windows;
    size_t window_bytes, stride;
    struct put *puts;
    size_t n_puts, cap_puts;
};

_Thread_local int simwarp_lane;
static _Thread_local struct simwarp *now;
static _Thread_local uint64_t meetings;

static const char *const kind_names[] = {"shfl", "shfl_xor", "shfl_up1", "shfl_down1", "ballot",
                                         "any",  "add",      "or",       "sync",       "its end"};

#define FAULT(...)                                                                                 \
    do {                                                                                           \
        fflush(stdout);                                                                            \
        fprintf(stderr, "simwarp: " __VA_ARGS__);                                                  \
        fprintf(stderr, "\n");                                                                     \
        abort();                                                                                   \
    } while (0)

/* ---- meetings ---- */

static int same_place(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

static void fault_of_two(const struct seat *s, int k)
{
    int left = s[k].kind == LEFT ? k : 0, waits = k - left;
    if (s[left].kind == LEFT)
        FAULT("lane %d left while lane %d waits at %s (%s)", left, waits, kind_names[s[waits].kind],
              s[waits].place);
    if (same_place(s[k].place, s[0].place))
        FAULT("%s (%s): lane 0 asks for %d, lane %d for %d", kind_names[s[k].kind], s[k].place,
              s[0].arg, k, s[k].arg);
    FAULT("lanes meet at different places: lane 0 at %s (%s), lane %d at %s (%s)",
          kind_names[s[0].kind], s[0].place, k, kind_names[s[k].kind], s[k].place);
}

static void check_meeting(const struct simwarp *w)
{
    const struct seat *s = w->seats;
    for (int k = 0; k < LANES; k++) {
        if (s[k].kind != s[0].kind || !same_place(s[k].place, s[0].place) || s[k].arg != s[0].arg)
            fault_of_two(s, k);
        if (s[k].mask != WARP_ALL)
            FAULT("lane %d names the lanes %#x at %s (%s), but all are there", k, s[k].mask,
                  kind_names[s[k].kind], s[k].place);
    }
}

/* Words put since the last warp_sync arrive in all windows. */
static void deliver(struct simwarp *w)
{
    for (size_t n = 0; n < w->n_puts; n++)
        for (int k = 0; k < LANES; k++)
            memcpy((uint8_t *)simwarp_window(w, k) + w->puts[n].at, &w->puts[n].x, 4);
    for (size_t n = 0; n < w->n_puts; n++) {
        uint32_t x;
        memcpy(&x, (uint8_t *)simwarp_window(w, 0) + w->puts[n].at, 4);
        if (x != w->puts[n].x)
            FAULT("lane %d puts %#x at a place where another lane puts %#x", w->puts[n].lane,
                  w->puts[n].x, x);
    }
    w->n_puts = 0;
}

static uint32_t exchanged(const struct seat *s, int lane, uint32_t all)
{
    switch (s[lane].kind) {
    case WARP_SHFL:
        return s[s[lane].arg & 31].x;
    case WARP_SHFL_XOR:
        return s[(lane ^ s[lane].arg) & 31].x;
    case WARP_SHFL_UP1:
        return s[lane > 0 ? lane - 1 : 0].x;
    case WARP_SHFL_DOWN1:
        return s[lane < 31 ? lane + 1 : 31].x;
    default:
        return all;
    }
}

/* All lanes are there: each gets its word. */
static void resolve(struct simwarp *w)
{
    struct seat *s = w->seats;
    uint32_t all = 0;
    check_meeting(w);
    for (int k = 0; k < LANES; k++)
        all = s[0].kind == WARP_ADD  ? all + s[k].x
              : s[0].kind == WARP_OR ? all | s[k].x
                                     : all | (uint32_t)(s[k].x != 0) << k;
    if (s[0].kind == WARP_ANY)
        all = all != 0;
    for (int k = 0; k < LANES; k++)
        s[k].result = exchanged(s, k, all);
    if (s[0].kind == WARP_SYNC || s[0].kind == LEFT)
        deliver(w);
    w->arrived = 0;
    w->step = -w->step;
    meetings++;
}

/* The lane that runs waits; the next one, or the host at the end of all, takes over. */
static void meet(struct simwarp *w)
{
    int lane = simwarp_lane;
    struct fiber *next = &w->host;
    if (++w->arrived < LANES) {
        simwarp_lane = lane + w->step;
        next = &w->fibers[simwarp_lane];
    } else {
        resolve(w);
        if (w->seats[0].kind != LEFT)
            return;
        w->first = lane;
    }
    fiber_switch(&w->fibers[lane], next);
}

uint32_t simwarp_meet(enum warp_meeting kind, uint32_t mask, uint32_t x, int arg, const char *place)
{
    struct seat *s = &now->seats[simwarp_lane];
    s->kind = (int)kind;
    s->mask = mask;
    s->x = x;
    s->arg = arg;
    s->place = place;
    meet(now);
    return s->result;
}

void simwarp_put(any_word *p, uint32_t x)
{
    struct simwarp *w = now;
    uintptr_t at = (uintptr_t)p - (uintptr_t)simwarp_window(w, simwarp_lane);
    if (at > w->window_bytes - 4)
        FAULT("lane %d puts a word outside the memory of the run (into a local variable?)",
              simwarp_lane);
    if (w->n_puts == w->cap_puts) {
        w->cap_puts = 2 * w->cap_puts + 1024;
        w->puts = realloc(w->puts, w->cap_puts * sizeof *w->puts);
        if (!w->puts)
            FAULT("out of memory");
    }
    w->puts[w->n_puts].at = at;
    w->puts[w->n_puts].x = x;
    w->puts[w->n_puts++].lane = simwarp_lane;
    *p = (any_word)x;
}

/* ---- lanes ---- */

static void lane_main(void)
{
    struct simwarp *w = now;
    int lane = simwarp_lane;
    fiber_begun(lane ? &w->fibers[lane - 1] : &w->host);
    for (;;) {
        w->fn(w->x, simwarp_window(w, lane));
        struct seat end = {.kind = LEFT, .mask = WARP_ALL, .place = ""};
        w->seats[lane] = end;
        meet(w);
    }
}

static void *reserve(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

struct simwarp *simwarp_new(size_t window_bytes)
{
    struct simwarp *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->window_bytes = window_bytes;
    w->stride = (window_bytes + 2 * PAGE_BYTES) / PAGE_BYTES * PAGE_BYTES + WINDOW_STAGGER;
    w->stacks = reserve(LANES * (size_t)STACK_BYTES);
    w->windows = reserve(LANES * w->stride);
    if (!w->stacks || !w->windows) {
        simwarp_free(w);
        return NULL;
    }
    for (int k = 0; k < LANES; k++) {
        uint8_t *bottom = w->stacks + (size_t)k * STACK_BYTES;
        mprotect(bottom, PAGE_BYTES, PROT_NONE);
        fiber_make(&w->fibers[k], bottom + PAGE_BYTES,
                   (size_t)(STACK_BYTES - PAGE_BYTES - k * STACK_STAGGER), lane_main);
    }
    w->step = 1;
    return w;
}

void simwarp_free(struct simwarp *w)
{
    if (!w)
        return;
    if (w->stacks)
        munmap(w->stacks, LANES * (size_t)STACK_BYTES);
    if (w->windows)
        munmap(w->windows, LANES * w->stride);
    free(w->puts);
    free(w);
}

void *simwarp_window(struct simwarp *w, int lane)
{
    return w->windows + (size_t)lane * w->stride;
}

void simwarp_run(struct simwarp *w, void (*fn)(void *x, void *window), void *x)
{
    w->fn = fn;
    w->x = x;
    now = w;
    simwarp_lane = w->first;
    fiber_switch(&w->host, &w->fibers[w->first]);
    now = NULL;
}

void simwarp_compare(struct simwarp *w, const char *what, size_t from, size_t bytes)
{
    const uint8_t *first = (uint8_t *)simwarp_window(w, 0) + from;
    for (int k = 1; k < LANES; k++) {
        const uint8_t *other = (uint8_t *)simwarp_window(w, k) + from;
        if (memcmp(first, other, bytes) == 0)
            continue;
        size_t at = 0;
        while (first[at] == other[at])
            at++;
        FAULT("%s: lane %d differs from lane 0 at byte %zu of %zu: %#x, not %#x", what, k, at,
              bytes, other[at], first[at]);
    }
}

void simwarp_trim(struct simwarp *w, size_t from)
{
    for (int k = 0; k < LANES && from < w->window_bytes; k++) {
        uintptr_t begin = (uintptr_t)simwarp_window(w, k) + from,
                  end = begin + w->window_bytes - from;
        begin = (begin + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        if (begin < end)
            madvise((void *)begin, (end - begin) / PAGE_BYTES * PAGE_BYTES, MADV_DONTNEED);
    }
}

uint64_t simwarp_meetings(void)
{
    return meetings;
}
