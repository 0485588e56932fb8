/*
 * Entries and program tables put aside in a temporary file and read back in any order.
 *
 * The form is this process's own (sizes, then bytes); the file is unlinked as soon as it is open.
 * The first SPILL_PLAIN_BYTES stand as they are, for the page cache likely holds them; what comes
 * behind them is compressed, for the disk has to hold it.
 */
#ifndef LIB_SPILL_H
#define LIB_SPILL_H

#include "frame.h"
#include "stream.h"

#define SPILL_PLAIN_BYTES ((uint64_t)256 << 20)

/* Start from {0}. */
struct spill {
    bool open;
    int fd;
    uint8_t *out;    /* what waits to be written, n_out bytes */
    uint8_t *record; /* the one being made, n_record bytes */
    size_t n_out, n_record, record_cap;
    uint64_t size;                       /* bytes so far, with those that wait */
    uint64_t plain;                      /* from there on they are compressed */
    struct frame_compressor *compressor; /* NULL until then */
    int error;                           /* errno of the first failure */
};

/* What was read last. Several may read one spill in turn. Start from {0}. */
struct spill_reading {
    void *record;
    void *packed; /* it as it stands in the file, compressed */
    void *parts;  /* arrays of pointers into it */
    void *wide;   /* columns that stand in it with fewer bytes a number */
    size_t record_cap, packed_cap, parts_cap, wide_cap;
    struct ZSTD_DCtx_s *unpacker; /* NULL until a compressed one is read */
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
int spill_entry(struct spill *s, const struct stream_entry *e, struct spill_place *place);
int spill_programs(struct spill *s, const struct stream_programs *p, struct spill_place *place);

/* Writes what waits.  0, or -1 with errno. */
int spill_flush(struct spill *s);

/* Reads back, also what waits; what *e and *p point to lives until the next call with this reading.
 * 0, or -1 with errno. */
int spill_read_entry(struct spill *s, struct spill_reading *r, struct spill_place place,
                     struct stream_entry *e);
int spill_read_programs(struct spill *s, struct spill_reading *r, struct spill_place place,
                        struct stream_programs *p);

#endif
