/* What the test programs share: one machine, one program, one grid, and the value as text. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <jansson.h>

#include "../dsl/parse.h"
#include "../lib/engine.h"

enum { HARNESS_FUEL = 4000000, HARNESS_CELLS = 1 << 16 };

struct harness {
    const struct engine *engine;
    struct vm *vm;
    struct card card;
    struct parse parse;
    struct run_program run;
    uint8_t *scratch, *cells;
};

/* A machine on this engine.  0, or -1 when memory is out. */
int harness_open(struct harness *h, const struct engine *engine, uint64_t fuel);
void harness_close(struct harness *h);

/* Compiles the last function of the text; NULL, or the reason why it cannot be. */
const char *harness_load(struct harness *h, const char *text);

/* Puts a grid (JSON list of lists) in place as I; NULL, or a reason. */
const char *harness_grid(struct harness *h, const json_t *grid);

/* Runs; *text is the value in canonical text (malloc'ed), NULL when the run failed. */
struct run_result harness_run(struct harness *h, char **text);

#endif
