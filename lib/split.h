/*
 * Joining results: program blocks and shards in any order in, whole tasks out, in order of their
 * names.
 *
 * Entries are sorted in bounded memory and a temporary file; program tables go to another, and where
 * each stands stays in memory, with a hash for each program.  Blocks with the same programs, as
 * shards of tasks have them, become one.
 *
 * The same result twice, equal, is written once.  Where the two differ the first is kept and the
 * other counted as a conflict.
 */
#ifndef LIB_SPLIT_H
#define LIB_SPLIT_H

#include "stream.h"

struct split;

enum split_status {
    SPLIT_OK = 0,
    SPLIT_NO_MEMORY,
    SPLIT_TEMPORARY, /* a temporary file failed, or memory: errno */
    SPLIT_MISUSE,    /* results for a block whose table did not come: split_reason */
    SPLIT_WRITE      /* writing failed: split_write_status */
};

/* Bytes of results that are sorted at once. */
#define SPLIT_MEMORY ((size_t)64 << 20)

/* tmpdir NULL: $TMPDIR or /tmp.  memory: as SPLIT_MEMORY.  NULL with errno when memory or the
   temporary file fails. */
struct split *split_open(const char *tmpdir, size_t memory);
void split_close(struct split *s);

/* Takes a frame just delivered by stream_next; entries are read from the reader.  A split_status,
   or the reader's own trouble (negative). */
int split_take(struct split *s, struct stream_reader *reader, int kind, const struct stream_frame *f);

/* Goes to the next task, the first at first, when all frames were taken.  A split_status. */
int split_next(struct split *s);
/* The name of the task at hand; NULL behind the last. */
const char *split_task(const struct split *s);
/* How many tasks there were so far. */
size_t split_n_tasks(const struct split *s);

/*
 * Writes a whole segment: head, programs, entries, end: of the task at hand and the programs that it
 * needs, or of all tasks, none of which was at hand yet, and all programs.  `failed` and the
 * conflicts met so far go into the end.  A split_status.
 */
int split_write_task(struct split *s, struct stream_writer *w, uint64_t failed);
int split_write_all(struct split *s, struct stream_writer *w, uint64_t failed);

/* Results that came twice and differed, so far; split_reason tells of the first. */
uint64_t split_conflicts(const struct split *s);

const char *split_reason(const struct split *s);
int split_write_status(const struct split *s);

#endif
