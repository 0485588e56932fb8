/*
 * spill.h: temporary files, and tables of programs put aside in one and read back in any order.
 *
 * The file has no name, or, where the file system cannot do that, one only while it is made.
 * The first SPILL_PLAIN_BYTES stand as they are, for the page cache likely holds them; what comes
 * behind them is compressed, for the disk has to hold it.
 */
#ifndef LIB_SPILL_H
#define LIB_SPILL_H

#include "record.h"

#define SPILL_PLAIN_BYTES ((uint64_t)64 << 20)

/* Start from {0}. */
struct spill {
    bool open;
    int fd;
    struct record record; /* the one being made */
    uint64_t size;        /* bytes so far */
    uint64_t plain;       /* from there on they are compressed */
};

/* What was read last. Several may read one spill in turn. Start from {0}. */
struct spill_reading {
    struct record_reading reading;
    uint8_t *stored; /* it as it stands in the file */
    size_t cap;
};

/* Where a record stands: `stored` bytes, of which `size` come out. */
struct spill_place {
    uint64_t at;
    uint32_t stored, size; /* equal: not compressed */
};

/* A temporary file without a name, its descriptor or its stream.  dir NULL: $TMPDIR or /tmp.  -1 or
   NULL with errno. */
int spill_temporary(const char *dir);
FILE *spill_file(const char *dir);

/* dir as above.  0, or -1 with errno. */
int spill_open(struct spill *s, const char *dir);
void spill_close(struct spill *s);
void spill_reading_free(struct spill_reading *r);

/* Appends.  0, or -1 with errno. */
int spill_programs(struct spill *s, const struct stream_programs *p, struct spill_place *place);

/* Reads back; what *p points to lives until the next call with this reading.  0, or -1 with errno.
 */
int spill_read_programs(struct spill *s, struct spill_reading *r, struct spill_place place,
                        struct stream_programs *p);

#endif
