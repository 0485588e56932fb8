/*
 * Runs as the host sees them: an item is put into the arena once, then any number of programs
 * run on it, each from the same clean state.
 */
#ifndef DSL_RUN_H
#define DSL_RUN_H

#include "program.h"

struct vm;

/* Cells row-major, one byte each. */
struct grid_bytes {
    uint16_t h, w;
    const uint8_t *cells;
};

struct run_item {
    struct grid_bytes input;
    const struct grid_bytes *expected; /* NULL: not known */
    const struct grid_bytes *demos;    /* 2 * n_demos grids, input and output in turn: S */
    uint32_t n_demos;
    int give_c; /* programs of three parameters see `expected` as C */
};

struct run_program {
    struct code_view view;
    uint32_t body;
    uint32_t n_params;
    uint64_t fuel; /* limit, units */
};

struct run_result {
    enum outcome outcome;
    enum vm_error error; /* why, for error, fuel and limit */
    uint32_t line;       /* of the program's text, for error, fuel and limit; 0 unknown */
    int equal;           /* the value is the expected grid */
    uint64_t fuel;       /* units used, at most the limit; the limit when the outcome is fuel */
    uint64_t calls;      /* made, compiled away or not; 0 in an engine that does not count */
    uint64_t digest;     /* of the value; of the outcome otherwise */
    struct val value;    /* ok and other: lives in the arena until the next run */
};

/* The engine compiled for one instruction set. */
struct engine {
    const char *name;
    int (*usable)(void); /* can this machine run it? */
    /* Empties the arena and puts an item into it; returns 0, or -1 if it does not fit. */
    int (*begin)(struct vm *vm, const struct run_item *item);
    void (*run)(struct vm *vm, const struct run_program *p, struct run_result *out);
    /* Cells of a grid value, row-major; 1, or 0 when a colour does not fit a byte. */
    int (*cells)(struct vm *vm, struct val grid, uint8_t *out);
};

#endif
