/*
 * Joining results: program blocks and shards in any order in, whole tasks out.
 *
 * Entries and program tables go to a temporary file as they come; what stays in memory is where each
 * stands, so memory grows with the number of entries, not with their size.  Blocks with the same
 * programs, as shards of tasks have them, become one.
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
    SPLIT_TEMPORARY, /* the temporary file failed: errno */
    SPLIT_MISUSE,    /* results for a block whose table did not come: split_reason */
    SPLIT_WRITE      /* writing failed: split_write_status */
};

/* tmpdir NULL: $TMPDIR or /tmp.  NULL with errno when memory or the temporary file fails. */
struct split *split_open(const char *tmpdir);
void split_close(struct split *s);

/* Takes a frame just delivered by stream_next; entries are read from the reader.  A split_status,
   or the reader's own trouble (negative). */
int split_take(struct split *s, struct stream_reader *reader, int kind, const struct stream_frame *f);

/* Tasks in order of first appearance. */
size_t split_n_tasks(const struct split *s);
const char *split_task(const struct split *s, size_t k);

/*
 * Writes a whole segment: head, the programs that the tasks need, all entries of tasks
 * from .. to-1, end.  `failed` and the conflicts met go into the end.
 */
int split_write(struct split *s, struct stream_writer *w, size_t from, size_t to, uint64_t failed);

/* Results that came twice and differed, so far; split_reason tells of the first. */
uint64_t split_conflicts(const struct split *s);

const char *split_reason(const struct split *s);
int split_write_status(const struct split *s);

#endif
