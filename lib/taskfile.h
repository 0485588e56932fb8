/*
 * taskfile.h: task files in JSON: one task a file, Kaggle's combined files, re-arc's lists.
 *
 * Everything read is checked: grids are rectangular, 1 x 1 to 64 x 64 (ARC's own end at 30 x 30),
 * cells are integers 0..9, a task has at least one demonstration and one test.
 */
#ifndef BATT_TASKFILE_H
#define BATT_TASKFILE_H

#include "stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TASKFILE_MAX_SIDE STREAM_MAX_SIDE

enum taskfile_status {
    TASKFILE_OK = 0,
    TASKFILE_BAD = 1,    /* the document or one of its tasks is bad; see the message callback */
    TASKFILE_MEMORY = 2, /* out of memory */
    TASKFILE_STOP = 3    /* a callback asked to stop */
};

/* A task as read. Grids point into memory of the reader; valid during the callback. */
struct taskfile_task {
    const char *set, *id;
    uint32_t n_demos, n_tests;
    const struct stream_pair *demos, *tests;
};

struct taskfile_solutions;

/* Told of what is bad: object is "FILE" or "FILE:LINE:COLUMN", or "FILE: TASK" within a combined
 * file; reason names the place. Returns 0 to go on. */
typedef int taskfile_bad(void *context, const char *object, const char *reason);

struct taskfile_reader {
    /* Set name; NULL: from the path (taskfile_set). */
    const char *set;
    /* Demonstrations in a list of pairs (re-arc). */
    uint32_t n_demos;
    /* Outputs of tests by task id, or NULL. */
    const struct taskfile_solutions *solutions;
    /* Called for each good task. Returns 0 to go on. */
    int (*task)(void *context, const struct taskfile_task *task);
    /* Called for each bad document or task. */
    taskfile_bad *bad;
    void *context;
};

/* Reads one file, or stdin if path is "-", and calls back. Returns TASKFILE_OK if all was good,
 * TASKFILE_BAD if `bad` was called, else as above. */
int taskfile_read(struct taskfile_reader *reader, const char *path);

/* As taskfile_read from memory; name is for messages and, as a path, for set and id. */
int taskfile_read_text(struct taskfile_reader *reader, const char *name, const char *text,
                       size_t size);

/* Set name of a path: the last two folders above the file, in absolute terms and leaving out
 * folders named "data"; for a combined file its own name without _challenges. So it does not depend
 * on how the file was addressed. Caller frees; NULL: out of memory. */
char *taskfile_set(const char *path);

/* Reads a solutions file ({id: [grid, ...]}) into *solutions, which may hold others already (start
 * from NULL). Trouble is told by bad. Returns a taskfile_status. */
int taskfile_solutions_read(struct taskfile_solutions **solutions, const char *path,
                            taskfile_bad *bad, void *context);
void taskfile_solutions_free(struct taskfile_solutions *solutions);

/* Reads one grid, a list of rows, from a file, or stdin if path is "-". Returns TASKFILE_OK and
 * *grid, whose cells the caller frees; else as taskfile_read, what is bad told by bad. */
int taskfile_grid_read(const char *path, struct stream_grid *grid, taskfile_bad *bad, void *context);

struct taskfile_list {
    size_t n;
    char **paths;
};

/* Appends path if it is a file or "-"; for a folder every *.json below it, sorted by path, but for
 * hidden ones, *_solutions.json and sample_submission.json. A path or folder that cannot be read, a
 * link back to a folder above and a path without task files are told by bad. Returns TASKFILE_OK
 * (also then), TASKFILE_STOP or TASKFILE_MEMORY. */
int taskfile_list_add(struct taskfile_list *list, const char *path, taskfile_bad *bad,
                      void *context);
void taskfile_list_free(struct taskfile_list *list);

#endif
