/*
 * Entries and program tables put aside in a temporary file and read back in any order.
 *
 * The form is this process's own (sizes, then bytes); the file is unlinked as soon as it is open.
 */
#ifndef LIB_SPILL_H
#define LIB_SPILL_H

#include "stream.h"

/* Start from {0}. */
struct spill {
    bool open;
    int fd;
    uint8_t *out;  /* what waits to be written, n_out bytes */
    size_t n_out;
    uint64_t size; /* bytes so far, with those that wait */
    int error;     /* errno of the first write that failed */
};

/* What was read last. Several may read one spill in turn. Start from {0}. */
struct spill_reading {
    uint8_t *record;
    void *parts; /* arrays of pointers into it */
    void *wide;  /* columns that stand in it with fewer bytes a number */
    size_t record_cap, parts_cap, wide_cap;
};

/* Where a record stands. */
struct spill_place {
    uint64_t at, size;
};

/* A temporary file without a name.  dir NULL: $TMPDIR or /tmp.  NULL with errno. */
FILE *spill_file(const char *dir);

/* dir as above.  0, or -1 with errno. */
int spill_open(struct spill *s, const char *dir);
void spill_close(struct spill *s);
void spill_reading_free(struct spill_reading *r);

/* Appends.  0, or -1 with errno. */
int spill_entry(struct spill *s, const struct stream_entry *e, struct spill_place *place);
int spill_programs(struct spill *s, const struct stream_programs *p, struct spill_place *place);

/* Writes what waits.  0, or -1 with errno. */
int spill_flush(struct spill *s);

/* Reads back, also what waits; what *e and *p point to lives until the next call with this reading.  0, or -1 with
 * errno. */
int spill_read_entry(struct spill *s, struct spill_reading *r, struct spill_place place,
                     struct stream_entry *e);
int spill_read_programs(struct spill *s, struct spill_reading *r, struct spill_place place,
                        struct stream_programs *p);

#endif
