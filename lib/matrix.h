/*
 * Programs x tasks: which program runs on which task, and running a block of programs on all.
 */
#ifndef LIB_MATRIX_H
#define LIB_MATRIX_H

#include "constructs.h"
#include "dispatch.h"
#include "evaluate.h"
#include "workers.h"

/* DEFAULT: cross for functions of files, record for JSON lines. */
enum pair_mode { PAIR_DEFAULT, PAIR_CROSS, PAIR_NAME, PAIR_RECORD };

/* Programs that name a task which is not there, or by an id that several tasks have. */
struct unpaired {
    uint64_t n;
    char first[64]; /* task, for the message */
};

struct matrix {
    struct tasks tasks;
    struct evaluate_options options;
    enum pair_mode pair;
    int n_threads;
    struct workers *workers;
    struct dispatch *dispatch;    /* NULL: no devices */
    struct evaluator *evaluators; /* one a thread */
    uint64_t counts[OUTCOME_SKIPPED + 1];
    struct constructs syntax; /* programs that could not be parsed */
    struct unpaired missing, ambiguous;
    /* of the block at hand */
    struct program_block *block;
    struct stream_writer *writer;
    uint32_t block_no, n_blocks;
    uint8_t *met; /* by task: a program ran on it */
    uint32_t *twins, *first, *list, *tasks_used;
    struct evaluation *results;
    struct dispatch_job job;
    int want_times, want_profile, want_lines; /* set before matrix_open, see there */
    struct account account;    /* of the block run last, if times or lines are wanted */
    int write_status;
    uint64_t n_programs;                   /* of the blocks before */
    void (*paired)(struct matrix *m);      /* before the pairs of a block run; or NULL */
    void (*progress)(const struct matrix *m, size_t units); /* after a unit of the block; or NULL */
    uint64_t n_pairs; /* of the block: programs x tasks */
    size_t n_units; /* of the block: tasks that programs run on */
};

/* TOO_MANY: n_pairs of the block are more than MATRIX_MAX_PAIRS, each of which takes memory. */
enum matrix_status {
    MATRIX_OK,
    MATRIX_NO_MEMORY,
    MATRIX_WRITE_FAILED,
    MATRIX_NO_ENGINE,
    MATRIX_TOO_MANY
};
enum { MATRIX_MAX_PAIRS = 1 << 28 };

/* After the tasks are in and indexed: starts n threads, and a thread for each device; takes the
 * devices over whatever it returns.  want_times: `account` tells what programs take; want_profile:
 * each evaluator has a profile; want_lines, with both: the account has lines too. */
int matrix_open(struct matrix *m, int n_threads, struct backend **devices, uint32_t n_devices);
void matrix_close(struct matrix *m);

/* Goes on with devices, where there were none: starts their threads and takes them over.  Between
 * blocks, or from `paired`.  A matrix_status; unless it is good the devices are closed. */
int matrix_take_devices(struct matrix *m, struct backend **devices, uint32_t n);

/* Compiles a block.  Afterwards the caller may report entries that are bad. */
int matrix_compile(struct matrix *m, struct program_block *b);

/*
 * Runs a compiled block, without its bad entries, on its tasks and writes the programs frame and
 * the entries.  Returns an enum matrix_status; write_status explains MATRIX_WRITE_FAILED.
 */
int matrix_run(struct matrix *m, struct program_block *b, const struct programs *sources,
               struct stream_writer *w);

/* After the last block: an entry of no programs for every task on which none ran. */
int matrix_write_idle(struct matrix *m, struct stream_writer *w);

#endif
