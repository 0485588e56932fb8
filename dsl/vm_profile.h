/*
 * How the machine fills a profile (profile.h).
 *
 * At every instruction it says whose time begins; all that passes until the next is that one's.  A
 * machine without a profile pays a test for each loop and each shared line, none for an
 * instruction (vm_go in vm.h).  Ticks never reach a result.
 */
#ifndef DSL_VM_PROFILE_H
#define DSL_VM_PROFILE_H

#include "fuel.h"
#include "profile.h"
#include "vm_state.h"

#if !defined(DSL_TICKS) && !defined(__x86_64__) && !defined(__aarch64__)
#include <time.h>
#endif

#define PROFILED(vm) DSL_UNLIKELY((vm)->profile != NULL)

/* A clock that costs little to read; its unit is whatever it is.  A machine that has one of its own
   says so before this (DSL_TICKS). */
DSL_INLINE uint64_t profile_ticks(void)
{
#if defined(DSL_TICKS)
    return DSL_TICKS();
#elif defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t t;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(t));
    return t;
#else
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#endif
}

/* Units billed so far, as a result tells them: a run that cannot pay has used all it had. */
DSL_INLINE uint64_t profile_billed(const struct vm *vm)
{
    return vm->err == ERR_FUEL || vm->fuel_used > vm->fuel_limit ? vm->fuel_limit : vm->fuel_used;
}

/* From here on the time is that account's. */
DSL_FN void profile_to(struct vm *vm, uint32_t account)
{
    struct profile *p = vm->profile;
    uint64_t now = profile_ticks(), ticks = now - p->since, units = profile_billed(vm) - p->units;
    p->accounts[p->account].ticks += ticks;
    p->accounts[p->account].units += units;
    p->lines[p->line].ticks += ticks;
    p->lines[p->line].units += units;
    p->account = account;
    p->since = now;
    p->units += units;
}

/* n calls of a primitive; engines that count none (DSL_COUNT_CALLS) do so here. */
DSL_FN void profile_calls(struct vm *vm, uint32_t account, uint64_t n)
{
    struct profile *p = vm->profile;
    p->accounts[account].calls += n;
    p->lines[p->line].calls += n;
    if (!DSL_COUNT_CALLS && account != PROFILE_SHARED)
        vm->n_billed += n;
}

/* Of the units that are billed between now and the next profile_to, or were since the last, n are
 * that account's, as far as there are so many. */
DSL_FN void profile_units(struct vm *vm, uint32_t account, uint64_t n)
{
    struct profile *p = vm->profile;
    if (n > vm->fuel_limit - p->units)
        n = vm->fuel_limit - p->units;
    p->accounts[account].units += n;
    p->lines[p->line].units += n;
    p->units += n;
}

/* n calls that were compiled away, about to be billed or just billed. */
DSL_FN void profile_away(struct vm *vm, uint64_t n)
{
    if (n) {
        profile_calls(vm, PROFILE_AWAY, n);
        profile_units(vm, PROFILE_AWAY, n);
    }
}

/* The line of an instruction; one of a function that is called has the caller's. */
DSL_INLINE void profile_line(struct vm *vm, const struct vm_place *at, const struct ins *i)
{
    struct profile *p = vm->profile;
    uint32_t line = i->line - p->first_line;
    if (at->n_calls == 0)
        p->line = line < p->n_lines ? line : p->n_lines;
}

DSL_TABLE uint16_t profile_loops[LOOP_COUNT] = {
    OP_apply,   OP_mapply, OP_rapply, OP_papply, OP_mpapply, OP_prapply, OP_sfilter, OP_mfilter,
    OP_extract, OP_order,  OP_argmax, OP_argmin, OP_valmax,  OP_valmin,  OP_power,
};

/* Before an instruction is billed. */
DSL_FN void profile_step(struct vm *vm, const struct vm_place *at, const struct ins *i)
{
    uint32_t account = i->op < OP_COUNT    ? i->op
                       : i->op == INS_LOOP ? profile_loops[i->n]
                       : i->op == INS_END  ? profile_loops[at->code[i->jump].n]
                                           : (uint32_t)PROFILE_MACHINE;
    profile_to(vm, account);
    profile_line(vm, at, i);
    profile_away(vm, i->bill);
}

/* Before it is run. */
DSL_FN void profile_call(struct vm *vm, const struct ins *i)
{
    if (i->op < OP_COUNT || (i->op == INS_LOOP && i->n != LOOP_POWER))
        profile_calls(vm, vm->profile->account, 1);
    else if (i->op == INS_BILL)
        profile_away(vm, i->jump);
}

/* A run begins. */
DSL_FN void profile_begin(struct vm *vm)
{
    struct profile *p = vm->profile;
    p->account = PROFILE_MACHINE;
    p->line = p->n_lines;
    p->units = 0;
    p->since = p->begun = profile_ticks();
}

/* The program has ended; what follows is for the result. */
DSL_FN void profile_result(struct vm *vm)
{
    profile_to(vm, PROFILE_RESULT);
    vm->profile->line = vm->profile->n_lines;
}

#endif
