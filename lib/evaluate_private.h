/*
 * What the files behind evaluate.h share: one evaluation under way.
 */
#ifndef LIB_EVALUATE_PRIVATE_H
#define LIB_EVALUATE_PRIVATE_H

#include "evaluate.h"

/* The columns of one item, while they are filled. */
struct columns {
    uint8_t *outcome, *equal, *error;
    uint32_t *line, *output;
    uint64_t *fuel;
    struct stream_bytes *outputs;
    size_t *offsets; /* of outputs in the pack: n_outputs + 1 */
    uint32_t n_outputs;
    struct value_pack *pack;
};

/* One evaluation under way. */
struct evaluating {
    struct evaluator *e;
    const struct program_block *b;
    const struct task_entry *task;
    const uint32_t *list, *twins;
    uint32_t n;
    const struct evaluate_options *options;
    const struct evaluate_ready *ready;
    struct evaluation *out;
    struct columns *columns; /* by item */
    uint64_t *sig;
    uint32_t *twin; /* by place: 1 + place of its twin, or 0 */
    int samples;    /* a program takes S */
    int planned;    /* which lines the programs share */
    int begun;      /* an item of this task was put into the arena */
};

/* ---- evaluate_columns.c ---- */

/* 0, or -1: memory; so all that return an int here. */
int evaluate_make_columns(struct evaluating *v, struct columns *c);

/* Stores the value that the machine holds, once: *number is 1 + its number, or 0 if it is too large
 * to be carried. */
int evaluate_store(struct evaluating *v, struct columns *c, const struct run_result *r,
                   uint32_t *number);

/* After all runs: the entry, with the outputs that programs have earned. */
int evaluate_fill_entry(struct evaluating *v);

/* ---- evaluate_run.c ---- */

/*
 * The run of the program at place k on an item, on a device or here, and its value in the machine
 * if it is wanted.  *begun: is the item in the machine?  -1 at first.  Returns 1 if the value is
 * wanted, 0 if not; -1: the item does not fit; -2: memory.
 */
int evaluate_run(struct evaluating *v, const struct task_item *item, uint32_t k, int *begun,
                 struct run_result *r);

#endif
