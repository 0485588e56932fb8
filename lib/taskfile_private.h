/* taskfile_private.h: what the readers of JSON share. Not for others. */
#ifndef BATT_TASKFILE_PRIVATE_H
#define BATT_TASKFILE_PRIVATE_H

#include "taskfile.h"

#include <jansson.h>

struct taskfile_chunk {
    struct taskfile_chunk *older;
    size_t capacity, used;
    uint8_t bytes[];
};

/* Cells and pairs of the task at hand. Start from {0}. Chunks never move, pairs may. */
struct taskfile_scratch {
    struct taskfile_chunk *chunk;
    struct stream_pair *pairs;
    size_t n_pairs, pair_capacity;
};

/* What is wrong, in words. */
struct taskfile_reason {
    char text[320];
};

void taskfile_say(struct taskfile_reason *reason, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void taskfile_scratch_reset(struct taskfile_scratch *scratch);
void taskfile_scratch_free(struct taskfile_scratch *scratch);

/* Makes room for n bytes of cells; earlier ones stay where they are. NULL: memory. */
uint8_t *taskfile_cells(struct taskfile_scratch *scratch, size_t n);

/* A JSON grid into scratch. Returns a taskfile_status; TASKFILE_BAD with reason. */
int taskfile_grid(const json_t *json, struct stream_grid *grid, struct taskfile_scratch *scratch,
                  struct taskfile_reason *reason);

/* Whole content of a file, stdin for "-", NUL-terminated; caller frees. NULL: errno says why. */
char *taskfile_slurp(const char *path, size_t *size);

/* Reads a file that is one JSON document, which the caller gives back. Returns a taskfile_status;
 * trouble has been told by bad. */
int taskfile_load(const char *path, json_t **json, taskfile_bad *bad, void *context);

/* Tells trouble with a whole document, at jansson's line and column unless error is NULL. Returns
 * TASKFILE_BAD, TASKFILE_STOP or TASKFILE_MEMORY. */
int taskfile_tell(taskfile_bad *bad, void *context, const char *path, const json_error_t *error,
                  const char *reason);

/* The list of outputs of a task, NULL if there is none. */
const json_t *taskfile_solution(const struct taskfile_solutions *solutions, const char *id);

#endif
