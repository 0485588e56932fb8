/* Making records: see record.h. */
#include "record.h"
#include "frame.h"
#include "narrow.h"
#include "room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_PACKED_BYTES = 512 }; /* smaller records are not compressed */

void record_free(struct record *r)
{
    frame_compressor_close(r->compressor);
    free(r->data);
    memset(r, 0, sizeof *r);
}

size_t record_pack(struct record *r, const uint8_t **stored)
{
    *stored = r->data;
    if (r->n < RECORD_PACKED_BYTES)
        return r->n;
    if (!r->compressor)
        r->compressor = frame_compressor_open(FRAME_DEFAULT_LEVEL, 0);
    const uint8_t *packed;
    size_t n = r->compressor ? frame_compress(r->compressor, r->data, r->n, &packed) : 0;
    if (!n || n >= r->n)
        return r->n;
    *stored = packed;
    return n;
}

/* Room for n more bytes of the record; NULL, and the record failed. */
static uint8_t *room(struct record *r, size_t n)
{
    if (room_for(&r->data, &r->cap, r->n + n, 1)) {
        r->error = ENOMEM;
        return NULL;
    }
    return r->data + r->n;
}

static void put(struct record *r, const void *data, size_t n)
{
    uint8_t *to = room(r, n);
    if (!to || !n)
        return;
    memcpy(to, data, n);
    r->n += n;
}

static void put_u64(struct record *r, uint64_t x)
{
    put(r, &x, sizeof x);
}

/* A column that may be absent, n bytes. */
static void put_column(struct record *r, const void *data, size_t n)
{
    put_u64(r, data ? n + 1 : 0);
    put(r, data, data ? n : 0);
}

/* A column of n numbers of `wide` bytes that may be absent: the bytes of a number here, the
 * numbers. */
static void put_numbers(struct record *r, const void *column, size_t n, unsigned wide)
{
    unsigned width = column ? narrow_width(column, n, wide) : 0;
    uint8_t *to;
    put_u64(r, width);
    if (width == wide || !width)
        put(r, column, n * width);
    else if ((to = room(r, n * width))) {
        narrow_copy(to, width, column, wide, n);
        r->n += n * width;
    }
}

static void put_text(struct record *r, const char *text)
{
    put_column(r, text, strlen(text) + 1);
}

/* 0, or -1 with errno; then the next is made anew. */
static int finish(struct record *r)
{
    if (!r->error && r->n > UINT32_MAX)
        r->error = EFBIG; /* a few times FRAME_MAX_BYTES at most, but for errors of ours */
    errno = r->error;
    r->error = 0;
    return errno ? -1 : 0;
}

/* Their number, their sizes, their bytes. */
static void put_outputs(struct record *r, const struct stream_bytes *outputs, uint32_t n)
{
    put_u64(r, n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t size = (uint32_t)outputs[k].size; /* of a value in a frame */
        put(r, &size, sizeof size);
    }
    for (uint32_t k = 0; k < n;) {
        struct stream_bytes run = stream_run(outputs, n, &k);
        put(r, run.data, run.size);
    }
}

static void put_item(struct record *r, const struct stream_result_item *i, size_t n)
{
    put_u64(r, (uint64_t)i->part << 33 | (uint64_t)i->known << 32 | i->index);
    put_column(r, i->outcome, n);
    put_column(r, i->equal, (n + 7) / 8);
    put_numbers(r, i->line, n, 4);
    put_column(r, i->error, n);
    put_numbers(r, i->fuel, n, 8);
    put_numbers(r, i->output, n, 4);
    put_outputs(r, i->outputs, i->n_outputs);
}

int record_entry(struct record *r, const struct stream_entry *e)
{
    r->n = 0;
    put_text(r, e->task);
    put_u64(r, (uint64_t)e->n_demo << 32 | e->n_test);
    put_u64(r, (uint64_t)e->n_known << 32 | e->first);
    put_u64(r, (uint64_t)e->n << 32 | e->n_items);
    put_column(r, e->programs, 4 * (size_t)e->n);
    put_column(r, e->sig, 8 * (size_t)e->n);
    for (uint32_t k = 0; k < e->n_items; k++)
        put_item(r, &e->items[k], e->n);
    return finish(r);
}

int record_programs(struct record *r, const struct stream_programs *p)
{
    r->n = 0;
    put_u64(r, (uint64_t)p->n << 32 | p->n_sources);
    put_u64(r, p->n_errors);
    for (uint32_t k = 0; k < p->n; k++)
        put_text(r, p->ids[k]);
    for (uint32_t k = 0; k < p->n_sources; k++)
        put_text(r, p->sources[k]);
    put_column(r, p->source, 4 * (size_t)p->n);
    put_column(r, p->digest, 8 * (size_t)p->n);
    put_column(r, p->lines, 4 * (size_t)p->n);
    for (uint32_t k = 0; k < p->n_errors; k++) {
        put_u64(r, (uint64_t)p->errors[k].program << 32 | p->errors[k].line);
        put_text(r, p->errors[k].reason);
    }
    return finish(r);
}
