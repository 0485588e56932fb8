/* What split.c and split_write.c share. */
#ifndef LIB_SPLIT_PRIVATE_H
#define LIB_SPLIT_PRIVATE_H

#include "digest.h"
#include "hashes.h"
#include "numbers.h"
#include "pool.h"
#include "spill.h"
#include "split.h"

#define SPLIT_NOWHERE ((size_t)-1)
#define SPLIT_NO_PROGRAMS UINT32_MAX /* the block of entries of no programs */
enum { SPLIT_MAX_SETS = 1024, SPLIT_MAX_STEPS = 16 };

/* A table of programs, once however often it came. */
struct split_block {
    struct spill_place place;
    uint32_t n;
    uint32_t base;    /* programs of the tables before */
    uint32_t *global; /* number of each program among all; NULL: base and up */
    uint32_t out;     /* 1 + its number in the segment being written; 0: not there */
    uint32_t stamp;   /* of the task that had it last */
};

struct split_entry {
    struct spill_place place;
    uint32_t block;
    size_t next; /* of the same task */
};

/* Items of a task, as its entries tell: each the largest told. */
struct split_counts {
    uint32_t demo, test, known;
};

struct split_task {
    const char *key;
    size_t first, last; /* entries */
    struct split_counts most, idle; /* of entries with programs, and of those without */
};

struct split_link {
    uint32_t block, ours; /* number in the stream, number here */
};

/* Where a program of the task being written was met last. */
struct split_seen {
    uint32_t stamp; /* of that task; of another: not met */
    uint32_t place; /* in the entry */
    size_t entry : 63;
    size_t often : 1; /* in several entries, which together have its items */
};

struct split {
    struct spill spill;
    struct spill_reading at, earlier; /* the entry being written, and one before it */
    struct pool pool;         /* lives as long as the split */
    struct pool scratch;      /* of one entry */
    struct split_block *blocks;
    struct split_task *tasks;
    struct split_entry *entries;
    struct split_link *segment; /* blocks of the segment being read */
    size_t n_blocks, n_tasks, n_entries, n_segment;
    size_t cap_blocks, cap_tasks, cap_entries, cap_segment;
    struct numbers keys, tables; /* tables: blocks by digest */
    struct hashes ids;           /* of all programs */
    bool shared;                 /* a program stands in two tables, or twice in one */
    uint32_t n_programs, n_heads; /* n_programs: of all tables */
    uint32_t idle_block; /* in the segment being written, for entries of no programs */
    struct split_seen *seen; /* by program; NULL until a task has one twice */
    uint32_t stamp;
    size_t old_entry; /* the one that `earlier` holds, as `old` */
    struct stream_entry old;
    uint64_t conflicts;
    const char *sets[SPLIT_MAX_SETS];
    uint32_t n_sets;
    struct stream_step steps[SPLIT_MAX_STEPS + 1];
    uint32_t n_steps;
    const char *errors[256];
    uint32_t n_errors;
    uint8_t map[256];
    int remap;
    int write_status;
    char reason[256];
};

int split_fail(struct split *s, int status, const char *format, const char *a, const char *b);
/* Digest of what tells one program from another: its source and its id. */
uint64_t split_program(const struct stream_programs *p, uint32_t k);
/* May a program of the task be in several of its entries? Then call split_need_seen once before, and
   split_drop_known for each entry in their order. */
bool split_may_repeat(struct split *s, size_t task);
int split_need_seen(struct split *s);
/* Leaves out of *e the programs of which earlier entries of the task have all items already. */
int split_drop_known(struct split *s, size_t task, size_t entry, struct stream_entry *e);
/* Takes the larger of each. */
void split_widen(struct split_counts *a, struct split_counts b);

#endif
