/* What the score*.c files share. */
#ifndef LIB_SCORE_PRIVATE_H
#define LIB_SCORE_PRIVATE_H

#include "numbers.h"
#include "pool.h"
#include "score.h"

/* Outcome of a program on an item, and whether it came and matched: a byte. */
enum { CAME = 8, EQUAL = 16, OUTCOME = 7 };

/* An item of the task being gathered; columns over the task's programs. */
struct score_item {
    enum stream_part part;
    uint32_t index;
    bool known;
    uint8_t *state;
    uint32_t *output; /* 1 + index into outputs; NULL until one is carried */
    struct stream_bytes *outputs;
    struct numbers by_hash;
    uint32_t n_outputs;
    size_t cap_outputs;
};

struct score_program {
    uint32_t block, index;
    uint32_t line;
    uint32_t trouble; /* order of the item that is not ok, ~0 none */
    uint8_t error;
    uint64_t sig;
};

struct score_block {
    uint32_t number; /* in the stream */
    uint32_t n;
    const char **ids, **sources;
    uint32_t *lines, *id_numbers;
    uint32_t *row, *stamp; /* row in the task that has this stamp */
};

struct score {
    enum score_rank rank;
    score_sink *sink;
    void *context;
    struct score_totals totals;
    struct numbers keys; /* of every task so far */
    uint32_t n_keys;
    const char *twice;

    /* of the segment */
    struct pool names;
    struct score_block *blocks;
    size_t n_blocks, cap_blocks;
    struct numbers ids; /* every id, numbered */
    const char **id_source; /* by number: the source it came from; NULL: from several */
    size_t n_ids, cap_ids;
    const char *errors[256];
    uint32_t n_errors;

    /* of the task */
    struct score_task task; /* key NULL: none */
    char *key;
    uint32_t stamp;
    struct score_item *items;
    size_t n_items, cap_items; /* items beyond n_items keep their columns for the next task */
    struct score_program *programs;
    size_t n_programs, cap_programs, cap_columns;
    struct pool outputs;
    struct score_row *rows;
    size_t cap_rows;
    struct score_guess *guesses;
    size_t cap_guesses;
    uint8_t map[256]; /* of the frame: exceptions */
};

/* Room for n elements; 0 or -1: memory. */
int score_room(void *array, size_t *cap, size_t n, size_t size);

/* Fills the rest of the task gathered, adds to the totals.  0 or SCORE_NO_MEMORY. */
int score_rank_task(struct score *s);

#endif
