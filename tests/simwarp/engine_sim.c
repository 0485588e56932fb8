/*
 * The engine on simulated warps, a row of lib/engine.h's table: the warp dialect's sources, run by
 * 32 lanes that must agree in every byte of result and arena.
 *
 * As on a device a run is given SIM_FUEL units and little memory; what needs more is handed on to
 * the CPU (the reference engine).  Whatever is not is also compared with the reference engine.
 * SIMWARP_STATS=1 in the environment says at the end how many runs there were and how many of them
 * were handed on.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define DSL_SMALL
#define ROWS_DIALECT ROWS_GIVEN
#define ROWS_HEADER "../cuda/rows_warp.h"
#define LANES_HEADER "../cuda/lanes_warp.h"
#define KEYS_HEADER "../cuda/keys_warp.h"
#include "../../dsl/run_engine.h"
#include "../../lib/engine.h"
#include "simwarp.h"

enum {
    SIM_FUEL = 20000,
    SIM_REGS = 1 << 14,
    SIM_LOOPS = 64,
    SIM_STACK = 1 << 20,   /* values */
    SIM_ARENA16 = 2 << 20, /* units of 16 bytes */
    TRIM_UNITS = 1 << 16   /* an arena that grew beyond is given back */
};

/* A window: what one lane takes for the memory of its warp. */
struct lane_memory {
    struct vm vm;
    struct run_result result;
    int status;
    struct val regs[SIM_REGS + REGS_SLACK];
    struct loop_state loops[SIM_LOOPS];
    struct call_state calls[CALLS_MAX];
    struct compare_frame frames[FRAMES_MAX];
    struct val batch[2 * LANE_WIDTH];
    struct val stack[SIM_STACK + STACK_SLACK];
    struct val arena[SIM_ARENA16];
};

/* Of one thread. */
struct sim {
    struct simwarp *warp;
    struct vm *owner; /* the machine whose item stands in the windows */
    uint64_t floor;
};

static pthread_key_t sim_key;
static pthread_once_t sim_once = PTHREAD_ONCE_INIT;
static _Atomic long n_runs, n_handed;
static _Atomic uint64_t n_meetings;

extern const struct engine engine_ref;

static void free_sim(void *x)
{
    struct sim *s = x;
    simwarp_free(s->warp);
    free(s);
}

static void free_own_sim(void)
{
    struct sim *s = pthread_getspecific(sim_key);
    if (s)
        free_sim(s);
}

static void print_stats(void)
{
    fprintf(stderr, "simwarp: %ld runs, %ld of them handed on to the CPU, %llu meetings\n", n_runs,
            n_handed, (unsigned long long)n_meetings);
}

static void make_key(void)
{
    pthread_key_create(&sim_key, free_sim);
    atexit(free_own_sim);
    if (getenv("SIMWARP_STATS"))
        atexit(print_stats);
}

/* The machine in a lane's window. */
static void open_lane(struct lane_memory *m)
{
    struct vm *vm = &m->vm;
    vm->regs = m->regs;
    vm->regs_cap = SIM_REGS;
    vm->loops = m->loops;
    vm->loops_cap = SIM_LOOPS;
    vm->calls = m->calls;
    vm->batch = m->batch;
    vm->frames = m->frames;
    vm->stack = m->stack;
    vm->stack_cap = SIM_STACK;
    vm->mem = (uint8_t *)(m->arena + HEAP_GUARD16);
    vm->cap = SIM_ARENA16 - 2 * HEAP_GUARD16;
}

static struct sim *sim_of_thread(void)
{
    pthread_once(&sim_once, make_key);
    struct sim *s = pthread_getspecific(sim_key);
    if (s)
        return s;
    s = calloc(1, sizeof *s);
    if (s)
        s->warp = simwarp_new(sizeof(struct lane_memory));
    if (!s || !s->warp || pthread_setspecific(sim_key, s)) {
        fprintf(stderr, "simwarp: out of memory\n");
        abort();
    }
    for (int k = 0; k < SIMWARP_LANES; k++)
        open_lane(simwarp_window(s->warp, k));
    return s;
}

/* All lanes must have left the same machine behind. */
static void compare_lanes(struct sim *s, uint64_t from)
{
    struct lane_memory *first = simwarp_window(s->warp, 0);
    for (int k = 1; k < SIMWARP_LANES; k++) {
        struct lane_memory *m = simwarp_window(s->warp, k);
        if (m->vm.top != first->vm.top || m->vm.sp != first->vm.sp || m->vm.err != first->vm.err ||
            m->vm.full != first->vm.full || m->vm.fuel_used != first->vm.fuel_used) {
            fprintf(stderr, "simwarp: the machine of lane %d differs from lane 0's\n", k);
            abort();
        }
    }
    simwarp_compare(s->warp, "result", offsetof(struct lane_memory, result), sizeof first->result);
    simwarp_compare(s->warp, "arena",
                    offsetof(struct lane_memory, arena) + 16 * (HEAP_GUARD16 + from),
                    16 * (first->vm.top - from));
}

/* Units [from, top) of lane 0's arena to the caller's machine. */
static void copy_out(struct sim *s, struct vm *vm, uint64_t from)
{
    struct lane_memory *m = simwarp_window(s->warp, 0);
    memcpy(vm->mem + 16 * from, m->vm.mem + 16 * from, 16 * (m->vm.top - from));
    vm->top = m->vm.top;
    vm->sp = m->vm.sp;
    vm->err = m->vm.err;
}

static void begin_lane(void *x, void *window)
{
    struct lane_memory *m = window;
    m->status = engine_begin(&m->vm, x);
}

/* As the others; an item too large for the windows is begun on the CPU and every run handed on. */
static int sim_begin(struct vm *vm, const struct run_item *item)
{
    struct sim *s = sim_of_thread();
    struct lane_memory *m = simwarp_window(s->warp, 0);
    s->owner = NULL;
    simwarp_run(s->warp, begin_lane, (void *)(uintptr_t)item);
    compare_lanes(s, 0);
    if (m->status || m->vm.full)
        return engine_ref.begin(vm, item);
    copy_out(s, vm, 0);
    vm->input = m->vm.input;
    vm->expected = m->vm.expected;
    vm->samples = m->vm.samples;
    vm->given = m->vm.given;
    vm->floor = m->vm.floor;
    s->owner = vm;
    s->floor = vm->floor;
    return 0;
}

/* Puts the item of another machine into the windows; 0 if it is too large. */
static int take_item(struct sim *s, struct vm *vm)
{
    if (s->owner == vm && s->floor == vm->floor)
        return 1;
    s->owner = NULL;
    for (int k = 0; k < SIMWARP_LANES; k++) {
        struct lane_memory *m = simwarp_window(s->warp, k);
        if (vm->floor > m->vm.cap)
            return 0;
        memcpy(m->vm.mem, vm->mem, 16 * vm->floor);
        m->vm.input = vm->input;
        m->vm.expected = vm->expected;
        m->vm.samples = vm->samples;
        m->vm.given = vm->given;
        m->vm.floor = vm->floor;
    }
    s->owner = vm;
    s->floor = vm->floor;
    return 1;
}

static void run_lane(void *x, void *window)
{
    struct lane_memory *m = window;
    const struct run_program *p = x;
    engine_run(&m->vm, p, &m->result);
}

/* The warp must have done what the reference did, down to units, digest and arena top. */
static void compare_reference(const struct lane_memory *m, const struct vm *vm,
                              const struct run_result *want)
{
    const struct run_result *r = &m->result;
    if (r->outcome == want->outcome && r->error == want->error && r->line == want->line &&
        r->equal == want->equal && r->fuel == want->fuel && r->digest == want->digest &&
        val_same(r->value, want->value) && m->vm.top == vm->top)
        return;
    fprintf(
        stderr,
        "simwarp: outcome %d, error %d, line %u, equal %d, %llu units, digest %llx, top %llu;\n"
        "reference: outcome %d, error %d, line %u, equal %d, %llu units, digest %llx, top %llu\n",
        r->outcome, r->error, r->line, r->equal, (unsigned long long)r->fuel,
        (unsigned long long)r->digest, (unsigned long long)m->vm.top, want->outcome, want->error,
        want->line, want->equal, (unsigned long long)want->fuel, (unsigned long long)want->digest,
        (unsigned long long)vm->top);
    abort();
}

/* Runs the program in all lanes with at most SIM_FUEL units; 1, or 0 when it needs a larger
 * machine. */
static int run_warp(struct sim *s, struct vm *vm, const struct run_program *p)
{
    struct lane_memory *m = simwarp_window(s->warp, 0);
    struct run_program short_run = *p;
    uint64_t before = simwarp_meetings();
    if (short_run.fuel > SIM_FUEL)
        short_run.fuel = SIM_FUEL;
    for (int k = 0; k < SIMWARP_LANES; k++)
        ((struct lane_memory *)simwarp_window(s->warp, k))->vm.stubs = vm->stubs;
    simwarp_run(s->warp, run_lane, &short_run);
    n_meetings += simwarp_meetings() - before;
    compare_lanes(s, vm->floor);
    return !m->vm.full && (m->result.outcome != OUTCOME_FUEL || short_run.fuel == p->fuel);
}

static void sim_run(struct vm *vm, const struct run_program *p, struct run_result *out)
{
    struct sim *s = sim_of_thread();
    struct lane_memory *m = simwarp_window(s->warp, 0);
    n_runs++;
    engine_ref.run(vm, p, out);
    if (!take_item(s, vm) || !run_warp(s, vm, p)) {
        n_handed++;
        simwarp_trim(s->warp, offsetof(struct lane_memory, arena) + 16 * (size_t)TRIM_UNITS);
        return;
    }
    compare_reference(m, vm, out);
    copy_out(s, vm, vm->floor);
    *out = m->result;
}

static int sim_usable(void)
{
    return 1;
}

const struct engine engine_sim = {"sim", sim_usable, sim_begin, sim_run, engine_cells};
