/*
 * result_head.h: the head of a stream of results, from the options that decide its content.
 */
#ifndef LIB_RESULT_HEAD_H
#define LIB_RESULT_HEAD_H

#include "grids.h"
#include "matrix.h"
#include "stream.h"

/* Names as on the command line, by enum keep and enum pair_mode; NULL after the last. */
extern const char *const result_head_keeps[];
extern const char *const result_head_pairs[];

enum { RESULT_HEAD_OPTIONS = 7 };

/* A head and what it points to.  Not copied, as it points into itself. */
struct result_head {
    char gate[24], fuel[24], grids[24], programs[24];
    uint64_t programs_digest;
    bool programs_known; /* could be read for their digest; else resume cannot compare them */
    struct stream_option options[RESULT_HEAD_OPTIONS];
    struct stream_step step;
    struct stream_head head;
};

/*
 * Fills h for what `tool` makes with the options and tasks of m, tasks of these sets, and the
 * programs of these paths, whose files are read.  Digests of grids and programs are among the
 * options: a result shard can be told from one of other input.  tool and sets must outlive h.
 */
void result_head_make(struct result_head *h, const char *tool, const struct matrix *m,
                      const struct grid_sets *sets, const char *const *programs,
                      uint32_t n_programs);

/* After all programs were read: are they those that the head tells? Files may have changed since it
 * was made. */
bool result_head_holds(const struct result_head *h, const struct programs *read);

/* Writes the head, and the names of errors that results refer to; an enum stream_write_status. */
int result_head_write(struct stream_writer *w, const struct result_head *h);

#endif
