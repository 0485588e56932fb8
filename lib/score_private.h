/* What the score*.c files share. */
#ifndef LIB_SCORE_PRIVATE_H
#define LIB_SCORE_PRIVATE_H

#include "hashes.h"
#include "numbers.h"
#include "pool.h"
#include "score.h"
#include "twice.h"

/* Outcome of a program on an item, and whether it came and matched: a byte. */
enum { CAME = 8, EQUAL = 16, OUTCOME = 7 };

/* An item of the task being gathered; columns over the task's programs, zero behind the last. */
struct score_item {
    enum stream_part part;
    uint32_t index;
    bool known;
    uint8_t *state;
    uint32_t *output; /* 1 + number of the output; NULL: none was ever carried */
    struct stream_bytes *outputs; /* by number, if they are kept */
    struct numbers by_hash;
    uint32_t n_outputs;
    size_t cap_outputs;
};

/* A table of programs. A program's number in the segment is `base` plus its index. */
struct score_block {
    uint32_t number; /* in the stream */
    uint32_t n, base;
    char *text;       /* of all ids */
    uint32_t *id;     /* places in it */
    uint32_t *source; /* numbers of sources; NULL: all are of only_source */
    uint32_t only_source;
    uint32_t *lines;
    uint32_t *row; /* its place in the task, if that has its number */
};

/* The programs of the task being gathered: columns, in the order they came. */
struct score_programs {
    uint32_t *number;  /* in the segment */
    uint32_t *trouble; /* order of the first item that is not ok, ~0 none, */
    uint32_t *line;    /* and its line */
    uint8_t *error;    /* and exception */
    uint64_t *sig;
    uint32_t *demo_ok; /* demonstrations matched; once all have come */
};

/* A program with what it is sorted by. */
struct score_sorted {
    uint32_t at, demo_ok, lines;
    const char *id;
};

struct score {
    enum score_rank rank;
    bool all;     /* rows that matched no demonstration are wanted */
    bool outputs; /* those of guesses are wanted */
    score_sink *sink;
    void *context;
    struct score_totals totals;
    struct twice keys; /* of every task so far, by its number among them, from 1 */
    struct score_twice twice;

    /* of the segment */
    struct pool names;
    struct score_block *blocks;
    size_t n_blocks, cap_blocks;
    size_t last_block; /* that was looked for */
    uint32_t n_numbers; /* programs of all blocks */
    const char **sources;
    size_t n_sources, cap_sources;
    struct numbers by_source;
    struct hashes ids; /* 1 + source of each id, or SCORE_SHARED; only where there are two sources */
    size_t n_noted;    /* blocks whose ids are there */
    const char *errors[256];
    uint32_t n_errors;

    /* of the task */
    struct score_task task; /* key NULL: none */
    char *key;
    struct score_item *items;
    size_t n_items, cap_items; /* items beyond n_items keep their columns for the next task */
    struct score_programs programs;
    size_t n_programs, cap_programs;
    struct pool output_bytes;
    struct score_sorted *sorted; /* those that matched a demonstration, then, if wanted, the others */
    size_t n_sorted, n_matched, cap_sorted;
    struct score_guess *guesses;
    size_t cap_guesses;
    uint8_t map[256]; /* of the frame: exceptions */
};

/* Keeps a table of programs; 0 or -1: memory. */
int score_keep_table(struct score *s, const struct stream_programs *p);
/* 1 + place of a block; 0: its table did not come. */
size_t score_find_block(const struct score *s, uint32_t number);
void score_forget_segment(struct score *s);

/* Where program k of the task stands: its block, and its index there. */
const struct score_block *score_where(struct score *s, uint32_t k, uint32_t *index);
const char *score_source(const struct score *s, const struct score_block *b, uint32_t index);
/* Fills what a table tells of program k of the task. */
void score_name_row(struct score *s, uint32_t k, struct score_row *row);

/* Demonstrations or tests (with known outputs) that program k of the task matched. */
uint32_t score_matched(const struct score *s, uint32_t k, enum stream_part part);

/* What program k of the task is sorted by. */
struct score_sorted score_sorted_as(struct score *s, uint32_t k);
/* Best first; name decides between equals.  For qsort_r, with the score behind. */
int score_compare(const void *a, const void *b, void *score);

/* The guesses of the task, whose programs are sorted.  0 or -1: memory. */
int score_guess_all(struct score *s);

/* Fills the rest of the task gathered, adds to the totals.  0 or SCORE_NO_MEMORY. */
int score_rank_task(struct score *s);

#endif
