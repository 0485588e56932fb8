/* What sorter.c, sorter_runs.c and sorter_file.c share. */
#ifndef LIB_SORTER_PRIVATE_H
#define LIB_SORTER_PRIVATE_H

#include "sorter.h"

#include <stdbool.h>

enum {
    SORTER_PAGE = 4096,     /* what past the page cache is read and written in whole */
    SORTER_AGAIN = 64 << 10 /* bytes read at least for a record once more */
};

/* A record as it stands in memory and in the file: this, its key, its data. */
struct sorter_head {
    uint32_t key_size, size;
};

/* A record in memory. */
struct sorter_index {
    uint64_t prefix; /* the first bytes of its key, which compare as they do */
    const uint8_t *record;
};

struct sorter_run {
    uint64_t at, end; /* in the file; at: of a page */
    unsigned level;
};

/* A run being read. Its slot of memory: a page for the part of a head and key that was left of the
 * bytes before, then pages read. */
struct sorter_input {
    uint8_t *slot;
    size_t from, to;  /* what is in the slot and not read yet */
    uint64_t at, end; /* of the run: what is not in the slot yet */
    struct sorter_head head;
    const uint8_t *key; /* NULL: the run is read */
};

struct sorter {
    const char *dir;
    uint8_t *memory; /* of whole pages; records from below, their index from above downwards */
    size_t size, used, n;
    bool reading, any; /* any: a record of runs was given already */
    size_t given;      /* records in memory that were */
    int error;         /* errno of what failed; then nothing goes on */

    int fd; /* -1: no file yet */
    bool direct;
    uint64_t end;       /* of the file, a whole page */
    uint8_t *out;       /* the slot that is filled for the file */
    size_t n_out, room; /* bytes in it, and those of a slot */

    struct sorter_run *runs; /* older ones first */
    size_t n_runs, cap_runs;
    struct sorter_input inputs[SORTER_RUNS];
    unsigned heap[SORTER_RUNS]; /* inputs, the next record's first */
    unsigned n_heap;
    uint8_t *large; /* data that was in several slots */
    size_t large_size;
    uint8_t *again; /* again_n bytes of the file from again_at on, for records once more */
    size_t again_size, again_n;
    uint64_t again_at;
};

/* ---- sorter_file.c ---- */

/* Puts bytes behind those of the run being written; sorter_write_end fills its last page. 0, or -1
 * with errno. */
int sorter_write(struct sorter *s, const void *data, size_t n);
int sorter_write_end(struct sorter *s);
/* n bytes from a page on, whole pages to pages. 0, or -1 with errno. */
int sorter_load(struct sorter *s, uint8_t *to, size_t n, uint64_t at);
/* Gives the room of a run that is not needed any more back to the file system. */
void sorter_drop(struct sorter *s, struct sorter_run run);
/* Makes *p, of *size bytes, n bytes of pages at least; its content is lost. 0, or -1 with errno. */
int sorter_room(uint8_t **p, size_t *size, size_t n);

/* ---- sorter_runs.c ---- */

/* Begins to read the last n runs, SORTER_RUNS at most. 0, or -1 with errno. */
int sorter_merge(struct sorter *s, size_t n);
/* The next record of them: 1, 0, or -1 with errno. */
int sorter_merge_next(struct sorter *s, struct sorter_record *r);
/* Merges the last runs into one while there are SORTER_RUNS of a level, or `all`: until they can be
 * read at once. 0, or -1 with errno. */
int sorter_merge_runs(struct sorter *s, bool all);

#endif
