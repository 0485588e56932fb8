/*
 * Entries and program tables put aside in a temporary file and read back in any order.
 *
 * The form is this process's own (sizes, then bytes); the file is unlinked as soon as it is open.
 */
#ifndef LIB_SPILL_H
#define LIB_SPILL_H

#include "stream.h"

struct spill {
    FILE *file;
    uint64_t size; /* bytes written */
    uint8_t *buf;  /* of the record read last */
    size_t cap;
    void *parts; /* items and outputs of the entry read last */
    size_t parts_cap;
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

/* Appends.  0, or -1 with errno. */
int spill_entry(struct spill *s, const struct stream_entry *e, struct spill_place *place);
int spill_programs(struct spill *s, const struct stream_programs *p, struct spill_place *place);

/* Reads back; what *e and *p point to lives until the next call.  0, or -1 with errno. */
int spill_read_entry(struct spill *s, struct spill_place place, struct stream_entry *e);
int spill_read_programs(struct spill *s, struct spill_place place, struct stream_programs *p);

#endif
