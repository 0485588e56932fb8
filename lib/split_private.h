/* What split.c and split_write.c share. */
#ifndef LIB_SPLIT_PRIVATE_H
#define LIB_SPLIT_PRIVATE_H

#include "digest.h"
#include "numbers.h"
#include "pool.h"
#include "sorter.h"
#include "spill.h"
#include "split.h"
#include "twice.h"

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

/* An entry of the task at hand. */
struct split_entry {
    struct sorter_place place;
    uint32_t block;
};

/* Items of a task, as its entries tell: each the largest told. */
struct split_counts {
    uint32_t demo, test, known;
};

struct split_link {
    uint32_t block, ours; /* number in the stream, number here */
};

/* Where a program of the task being written was met last. */
struct split_seen {
    size_t entry : 63;
    size_t often : 1;   /* in several entries, which together have its items */
    uint64_t old_stamp; /* of the earlier entry read last that has it, */
    uint32_t place;     /* and where in it */
    uint32_t stamp;     /* of that task; of another: not met */
};

struct split {
    struct spill tables;
    struct spill_reading table; /* read last */
    struct sorter *entries; /* by task: split_key */
    struct record record;   /* of the entry being put aside */
    uint64_t taken, plain;  /* bytes put aside; those behind so many are compressed */
    struct pool pool;       /* lives as long as the split */
    struct pool scratch;    /* of one entry */
    struct split_block *blocks;
    struct split_link *segment; /* blocks of the segment being read */
    size_t n_blocks, n_segment, cap_blocks, cap_segment;
    struct numbers by_table;      /* blocks by digest */
    struct twice programs;        /* of all tables */
    bool shared;                  /* a program stands in two tables, or twice in one */
    uint32_t n_programs, n_heads; /* n_programs: of all tables */
    /* the entry that is next to be written */
    bool begun, ahead;          /* begun: reading back; ahead: there is one */
    struct sorter_record at;    /* its key and place */
    struct record_reading back; /* what `entry` points to */
    struct stream_entry entry;
    uint32_t block;
    /* the task at hand */
    size_t n_tasks; /* with it */
    char *task;     /* its name */
    size_t cap_task;
    uint8_t key[SORTER_KEY_BYTES];
    uint32_t key_size, stamp;
    struct split_counts most, idle; /* of entries with programs, and of those without */
    struct split_entry *list;
    size_t n_list, cap_list;
    bool repeats; /* its entries may have a program twice */
    /* what of it came before */
    struct split_seen *seen; /* by program; NULL until a task has one twice */
    struct record_reading earlier;
    struct stream_entry old; /* what `earlier` holds: */
    size_t old_entry;        /* of the list, or SPLIT_NOWHERE; its programs know where they stand */
    uint64_t old_stamp;
    uint64_t conflicts;
    /* the segment being written */
    uint32_t n_out;    /* tables in it */
    bool out_idle;     /* one for entries of no programs too: */
    uint32_t idle_block;
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
/* Reads an entry of the list once more into `old`; old_entry is nowhere. A split_status. */
int split_earlier(struct split *s, size_t entry);
/* Remembers the programs of entry k of the task, in which none is that earlier ones had. */
void split_note(struct split *s, size_t k, const struct stream_entry *e);
/* To be called once before split_note and split_drop_known. */
int split_need_seen(struct split *s);
/* Leaves out of *e, entry k of the task, the programs of which earlier ones have all items already. */
int split_drop_known(struct split *s, size_t k, struct stream_entry *e);
/* Takes the larger of each. */
void split_widen(struct split_counts *a, struct split_counts b);

#endif
