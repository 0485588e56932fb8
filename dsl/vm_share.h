/*
 * Whole runs, and the lines that they share.
 *
 * A program may come with a list of lines that other programs have too (lib/share.c).  The first
 * run to reach such a line runs it and leaves what it came to: value, units, or error.  Later runs
 * on the same item take that over.  What a run comes to is the same either way: a line is billed
 * where it stands as if it had run, and where its units exceed what is left the run ends as `fuel`,
 * there.
 *
 * Kept values live below the runs' own part of the arena and refer to nothing in it.  When their
 * room is used up the rest of the run goes on alone.
 */
#ifndef DSL_VM_SHARE_H
#define DSL_VM_SHARE_H

#include "vm.h"

/*
 * Moves a line's value to where it stays; everything above `mark` is garbage then.  0: no room, the
 * value is the run's own.
 */
DSL_FN int heap_export(struct vm *vm, uint64_t mark, struct val *v, struct heap_space *to)
{
    if (val_is_block(*v) && v->u.ref >= mark) {
        if (!heap_room(vm, vm->top - mark))
            return 0;
        heap_keep(vm, mark, v, 1);
        uint64_t units = vm->top - mark, away = mark - to->top;
        if (units > to->cap - to->top)
            return 0;
        words_move_down(heap_at(vm, to->top), heap_at(vm, mark), 4 * units);
        v->u.ref -= away;
        for (uint64_t at = to->top; at < to->top + units;) {
            struct block *b = heap_at(vm, at);
            uint32_t n;
            struct val *inner = heap_inner(b, &n);
            for (uint32_t k = 0; k < n; k++)
                if (val_is_block(inner[k]) && inner[k].u.ref >= mark)
                    inner[k].u.ref -= away;
            at += b->size16;
        }
        to->top += units;
    }
    vm->top = mark;
    return 1;
}

/* The run ends at the shared line that begins at pc. */
DSL_INLINE void line_fails(struct vm *vm, struct vm_place *at, uint32_t pc, enum vm_error e)
{
    vm->err = e;
    at->pc = pc + 1;
}

/* Takes over what a line came to; 0: it must run. */
DSL_INLINE int line_known(struct vm *vm, struct vm_place *at, const struct shared_line *l)
{
    const struct kept_line *kept = &vm->lines_kept[l->slot];
    uint64_t before = at->code[l->pc].bill, left = vm->fuel_limit - vm->fuel_used;
    if (PROFILED(vm)) {
        profile_to(vm, PROFILE_SHARED);
        profile_line(vm, at, &at->code[l->pc]);
    }
    if (kept->stamp != vm->stamps[l->scope])
        return 0;
    if (kept->err != ERR_FUEL && before + kept->cost <= left) {
        vm->fuel_used += before + kept->cost;
        vm->n_billed += before + kept->calls;
        if (PROFILED(vm))
            profile_calls(vm, PROFILE_SHARED, before + kept->calls);
        at->regs[l->dst] = val_load(&kept->value);
        at->pc = l->end;
        if (kept->err)
            line_fails(vm, at, l->pc, kept->err);
        return 1;
    }
    if (kept->err == ERR_NONE || (kept->err == ERR_FUEL && left <= before + kept->cost)) {
        vm->fuel_used = vm->fuel_limit + 1;
        line_fails(vm, at, l->pc, ERR_FUEL);
        return 1;
    }
    return 0;
}

/* StopIteration inside a generator of the reference comes out as RuntimeError. */
DSL_FN void vm_unwind(struct vm *vm, const struct vm_place *at)
{
    for (uint32_t k = 0; k < at->n_loops && vm->err == ERR_STOP; k++)
        if (!loop_has_key(vm->loops[k].kind) &&
            !(k + 1 == at->n_loops && vm->loops[k].kind == LOOP_EXTRACT &&
              at->code[at->pc - 1].op != INS_END && at->code[at->pc - 1].op == INS_LOOP))
            vm->err = ERR_RUNTIME;
}

/* Runs a shared line and leaves what it comes to. */
DSL_FN void line_run(struct vm *vm, struct vm_place *at, const struct shared_line *l)
{
    struct kept_line *kept = &vm->lines_kept[l->slot];
    const struct vm_place here = *at;
    const struct ins *first = &at->code[l->pc];
    uint64_t before = vm->fuel_used + first->bill, calls = vm->n_billed + first->bill;
    uint64_t mark = vm->top;
    vm_go(vm, at, &here.code[l->end], &kept->value);
    if (PROFILED(vm))
        profile_to(vm, PROFILE_SHARED);
    if (vm->err) {
        vm_unwind(vm, at);
        *at = here;
        at->pc = l->pc + 1;
        if (before > vm->fuel_limit)
            return;
        kept->cost = (vm->err == ERR_FUEL ? vm->fuel_limit : vm->fuel_used + vm->extra) - before;
    } else {
        kept->cost = vm->fuel_used - before;
        kept->value = at->regs[l->dst];
        int stays = !vm->alone && heap_export(vm, mark, &kept->value, &vm->kept[l->scope]);
        at->regs[l->dst] = kept->value; /* it may have moved without finding room */
        if (!stays) {
            vm->alone = 1;
            kept->stamp = 0;
            return;
        }
    }
    kept->calls = vm->n_billed - calls;
    kept->err = vm->err;
    kept->stamp = vm->stamps[l->scope];
}

/*
 * Runs body `b` of vm->view; the caller has put its parameters into vm->regs[0..].  Returns the
 * value; on failure vm->err says how and *line where (0 = unknown).
 */
DSL_FN struct val vm_run(struct vm *vm, const struct body *b, uint32_t *line)
{
    const struct shared_line *lines = vm->lines;
    uint32_t n_lines = vm->n_lines;
    struct vm_place *at = &vm->place;
    struct val result = val_none();
    at->n_calls = at->n_loops = 0;
    vm->alone = 0;
    vm->n_lines = 0; /* each run brings its own */
    vm_enter(vm, at, b, vm->regs, 0);
    for (uint32_t k = 0; k < n_lines && !vm->err; k++) {
        if (at->pc != lines[k].pc)
            vm_go(vm, at, &at->code[lines[k].pc], &result);
        if (!vm->err && !line_known(vm, at, &lines[k]))
            line_run(vm, at, &lines[k]);
    }
    *line = 0;
    if (!vm->err && vm_go(vm, at, NULL, &result))
        return result;
    vm_unwind(vm, at);
    if (at->n_calls)
        *line = vm->view.code[vm->calls[0].body->code + vm->calls[0].pc - 1].line;
    else if (at->pc) /* 0: a small machine has no room for the frame */
        *line = at->code[at->pc - 1].line;
    return val_none();
}

#endif
