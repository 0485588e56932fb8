/*
 * One task and a list of programs: all runs, and the columns of the results entry.
 *
 * Items are taken in order and programs within an item, so the gate and every output are the same
 * however the work is spread.  Programs with the same code as an earlier one of the list are not
 * run again; their columns are copied.
 */
#ifndef LIB_EVALUATE_H
#define LIB_EVALUATE_H

#include "account.h"
#include "backend.h"
#include "differences.h"
#include "engine.h"
#include "numbers.h"
#include "programs.h"
#include "share.h"
#include "stream.h"
#include "tasks.h"
#include "value_pack.h"

/*
 * Which outputs the results carry (enum keep).  BITS: none.  PASSING: all outputs of programs that
 * match every demonstration.  MATCH: of programs that match any, the outputs of tests and of the
 * demonstrations that match.  ALL: every value.
 */
struct evaluate_options {
    enum keep keep;
    uint32_t gate; /* 0: off */
    uint64_t fuel;
    bool give_c;
    int apart;                       /* every run runs all its lines itself; only to compare with */
    struct account *account;         /* what programs of the block take; NULL: not wanted */
    struct differences *differences; /* runs that a device did are done here as well and compared,
                                        and the results are those from here; NULL: not */
};

/* What one thread needs; make once, use for any number of evaluations. */
struct evaluator {
    const struct engine *engine;
    struct vm *vm;
    uint32_t *position; /* by program of the block: 1 + place in the list */
    uint32_t n_position;
    uint32_t *failed, *passed; /* demonstrations, by place in the list */
    uint32_t n_lists;
    struct numbers outputs; /* of the item, by digest */
    struct share *share;    /* lines that programs of the list have in common */
    struct kept_line *kept; /* what they came to */
    uint32_t n_kept;
    struct profile *profile; /* of all runs of this thread; NULL: not wanted */
    struct run_times took;   /* these runs, while there is a profile or an account */
};

/* 0, or -1: no memory or no engine (BATT_ENGINE). */
int evaluator_open(struct evaluator *e, uint64_t fuel);
void evaluator_close(struct evaluator *e);

/* From now on runs leave calls and times in e->profile.  0, or -1: memory. */
int evaluator_profile(struct evaluator *e);

/* The result; entry points into the rest.  Owns its memory. */
struct evaluation {
    struct stream_entry entry;
    struct pool pool;
    struct value_pack *packs; /* outputs, one buffer an item */
    uint32_t n_packs;
    uint64_t counts[OUTCOME_SKIPPED + 1];
};

/* Runs that a device has done: item i of program list[k] is runs[k * the task's items + i]. */
struct evaluate_ready {
    const struct backend_run *runs;
    const struct backend_took *took; /* NULL: not known */
    const void *images;
};

/*
 * Runs programs list[0..n) of the block (ascending) on a task.  twins[p] = 1 + an earlier program
 * of the block with the same code, or 0.  ready: runs that need not be done here; NULL: none.
 * 0, or -1 when memory is out; free the evaluation either way.
 */
int evaluate(struct evaluator *e, const struct program_block *b, const struct task_entry *task,
             const uint32_t *list, const uint32_t *twins, uint32_t n,
             const struct evaluate_options *options, const struct evaluate_ready *ready,
             struct evaluation *out);
void evaluation_free(struct evaluation *v);

#endif
