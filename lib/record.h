/*
 * record.h: entries of results and tables of programs as bytes, to be put aside and taken back.
 *
 * The form is this process's own (sizes, then bytes), with numbers in as few bytes as they need.
 */
#ifndef LIB_RECORD_H
#define LIB_RECORD_H

#include "stream.h"

/* The record being made. Start from {0}. */
struct record {
    uint8_t *data;
    size_t n, cap;
    struct frame_compressor *compressor; /* NULL until one is needed */
    int error;                           /* errno of the first failure */
};

/* A record as it was stored: n bytes, of which `size` come out. */
struct record_stored {
    const uint8_t *data;
    size_t n, size; /* equal: not compressed */
};

/* What was read last. Start from {0}. */
struct record_reading {
    void *record; /* unpacked */
    void *parts;  /* arrays of pointers into it */
    void *wide;   /* columns that stand in it with fewer bytes a number */
    size_t record_cap, parts_cap, wide_cap;
    struct ZSTD_DCtx_s *unpacker; /* NULL until a compressed one is read */
};

void record_free(struct record *r);
void record_reading_free(struct record_reading *r);

/* Makes data[0..n) of it, which live until the next call. 0, or -1 with errno. */
int record_entry(struct record *r, const struct stream_entry *e);
int record_programs(struct record *r, const struct stream_programs *p);

/* The record compressed, if it is worth it and there is memory for it: its size. *stored lives
 * until the next call with this record. */
size_t record_pack(struct record *r, const uint8_t **stored);

/* Reads back; what *e and *p point to lives until the next call with this reading, and no longer
 * than what is stored. 0, or -1 with errno. */
int record_read_entry(struct record_reading *r, struct record_stored stored,
                      struct stream_entry *e);
int record_read_programs(struct record_reading *r, struct record_stored stored,
                         struct stream_programs *p);

#endif
