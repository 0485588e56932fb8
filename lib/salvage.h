/*
 * salvage.h: writes what is whole of a broken stream as a whole one, whose end says what is
 * missing.
 *
 * Frames are copied as they are, but for their numbers. A segment whose head is lost gets another.
 */
#ifndef BATT_SALVAGE_H
#define BATT_SALVAGE_H

#include "stream.h"

/* Losses that an end tells one by one; the others are only counted. */
enum { SALVAGE_MISSING = 64 };

/* Start from {.writer = ..., .tool = ...}; free with salvage_forget. */
struct salvage {
    struct stream_writer *writer;
    const char *tool; /* for heads that it makes */
    bool open;        /* a segment is being written */
    bool any;         /* one has begun */
    enum stream_content content;
    char *missing[SALVAGE_MISSING]; /* of the segment */
    uint32_t n_missing;
    uint64_t n_losses; /* those that `failed` does not count yet */
};

/* Something is lost. */
void salvage_lost(struct salvage *s, const char *reason);

/* Takes a good frame as the reader delivered it; adds is what it adds to the counts of the end
 * (check.h has that). Returns an enum stream_write_status. */
int salvage_frame(struct salvage *s, const struct stream_reader *reader, int kind,
                  const struct stream_frame *frame, const struct stream_end *adds);

/* Ends the segment if one is open; failed as its own end said. Returns a stream_write_status. */
int salvage_end(struct salvage *s, uint64_t failed);

/* Forgets losses, and frees. */
void salvage_forget(struct salvage *s);

#endif
