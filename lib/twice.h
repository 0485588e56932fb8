/*
 * twice.h: which of very many things came twice, in bounded memory.
 *
 * Things are hashes (numbers.h), each with a number that says where it came. TWICE_HELD are held in
 * memory; then they go into a temporary file (sorter.h), and others are held. What comes again
 * while it is held is told at once, the rest at the end. Memory: 16 to 32 bytes a thing, 75 MB at
 * most.
 */
#ifndef BATT_TWICE_H
#define BATT_TWICE_H

#include "hashes.h"

enum {
    TWICE_HELD_BITS = 22,                   /* of the slots of the table that holds */
    TWICE_HELD = 3 << (TWICE_HELD_BITS - 2) /* what goes into it: see hashes.c */
};

struct sorter;

/* Start from {0}, or with other settings; twice_clear at the end. */
struct twice {
    const char *dir; /* of the temporary file, kept by the caller; NULL: $TMPDIR or /tmp */
    size_t limit;    /* so many are held; 0: TWICE_HELD */
    struct hashes held;
    struct sorter *sorter; /* NULL: all are held */
    uint64_t last;         /* what twice_rest looked at, as its key; 0 at first, as none is */
    uint32_t where;        /* and from where that was */
};

/* Adds a thing. 1: new, as far as is known; 0: it is held, *before says from where, and that stays;
 * -1 with errno: ENOMEM or the temporary file's. where: UINT32_MAX - 1 at most, larger ones are
 * told as that. */
int twice_add(struct twice *t, uint64_t hash, uint64_t where, uint32_t *before);

/* Once all are added: the next pair that twice_add did not tell, in no order that means something.
 * Of a thing that came again and again each time stands with the one before. 1, 0: no more, -1 with
 * errno. It costs nothing when all are held. */
int twice_rest(struct twice *t, uint32_t *first, uint32_t *second);

/* Forgets all but the settings, gives memory and file back. */
void twice_clear(struct twice *t);

#endif
