/* Records read back: see record.h. */
#include "narrow.h"
#include "record.h"
#include "room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

void record_reading_free(struct record_reading *r)
{
    ZSTD_freeDCtx(r->unpacker);
    free(r->record);
    free(r->parts);
    free(r->wide);
    memset(r, 0, sizeof *r);
}

/* The record as it was made. NULL with errno. */
static const uint8_t *unpack(struct record_reading *r, struct record_stored stored)
{
    if (stored.n == stored.size)
        return stored.data;
    r->unpacker = r->unpacker ? r->unpacker : ZSTD_createDCtx();
    errno = ENOMEM;
    if (!r->unpacker || room_anew(&r->record, &r->record_cap, stored.size))
        return NULL;
    errno = EIO; /* it is not what was stored */
    return ZSTD_decompressDCtx(r->unpacker, r->record, stored.size, stored.data, stored.n) ==
                   stored.size
               ? r->record
               : NULL;
}

static uint64_t get_u64(const uint8_t **p)
{
    uint64_t x;
    memcpy(&x, *p, sizeof x);
    *p += sizeof x;
    return x;
}

static const void *get_column(const uint8_t **p)
{
    uint64_t n = get_u64(p);
    const void *data = n ? *p : NULL;
    *p += n ? n - 1 : 0;
    return data;
}

/* Numbers that stand narrower than `wide` are put to *room, which moves on. */
static const void *get_numbers(const uint8_t **p, size_t n, unsigned wide, uint8_t **room)
{
    unsigned width = (unsigned)get_u64(p);
    const void *column = width ? *p : NULL;
    if (width && width < wide) {
        narrow_copy(*room, wide, *p, width, n);
        column = *room;
        *room += n * wide;
    }
    *p += n * width;
    return column;
}

static void get_item(const uint8_t **p, size_t n, struct stream_result_item *i,
                     struct stream_bytes **outputs, uint8_t **wide)
{
    uint64_t x = get_u64(p);
    i->part = (enum stream_part)(x >> 33);
    i->known = x >> 32 & 1;
    i->index = (uint32_t)x;
    i->outcome = get_column(p);
    i->equal = get_column(p);
    i->line = get_numbers(p, n, 4, wide);
    i->error = get_column(p);
    i->fuel = get_numbers(p, n, 8, wide);
    i->output = get_numbers(p, n, 4, wide);
    i->n_outputs = (uint32_t)get_u64(p);
    i->outputs = *outputs;
    const uint8_t *sizes = *p;
    *p += sizeof(uint32_t) * i->n_outputs;
    for (uint32_t k = 0; k < i->n_outputs; k++) {
        **outputs = (struct stream_bytes){*p, stream_u32(sizes, k)};
        *p += (*outputs)->size;
        (*outputs)++;
    }
}

int record_read_entry(struct record_reading *r, struct record_stored stored, struct stream_entry *e)
{
    memset(e, 0, sizeof *e);
    const uint8_t *p = unpack(r, stored);
    if (!p)
        return -1;
    e->task = get_column(&p);
    uint64_t a = get_u64(&p), b = get_u64(&p), c = get_u64(&p);
    e->n_demo = (uint32_t)(a >> 32);
    e->n_test = (uint32_t)a;
    e->n_known = (uint32_t)(b >> 32);
    e->first = (uint32_t)b;
    e->n = (uint32_t)(c >> 32);
    e->n_items = (uint32_t)c;
    e->programs = get_column(&p);
    e->sig = get_column(&p);
    /* an output takes at least 4 bytes of the record, which bounds their number */
    size_t parts = e->n_items * sizeof *e->items + stored.size / 4 * sizeof(struct stream_bytes);
    if (room_anew(&r->parts, &r->parts_cap, parts + 16) ||
        room_anew(&r->wide, &r->wide_cap, (size_t)e->n_items * e->n * (4 + 8 + 4) + 1))
        return -1;
    struct stream_result_item *items = r->parts;
    uint8_t *wide = r->wide;
    struct stream_bytes *outputs = (struct stream_bytes *)(items + e->n_items);
    for (uint32_t k = 0; k < e->n_items; k++)
        get_item(&p, e->n, &items[k], &outputs, &wide);
    e->items = items;
    return 0;
}

int record_read_programs(struct record_reading *r, struct record_stored stored,
                         struct stream_programs *t)
{
    memset(t, 0, sizeof *t);
    const uint8_t *p = unpack(r, stored);
    if (!p)
        return -1;
    uint64_t a = get_u64(&p);
    t->n = (uint32_t)(a >> 32);
    t->n_sources = (uint32_t)a;
    t->n_errors = (uint32_t)get_u64(&p);
    size_t parts = t->n_errors * sizeof *t->errors + ((size_t)t->n + t->n_sources) * sizeof(char *);
    if (room_anew(&r->parts, &r->parts_cap, parts + 16))
        return -1;
    struct stream_program_error *errors = r->parts;
    const char **ids = (const char **)(errors + t->n_errors), **sources = ids + t->n;
    for (uint32_t k = 0; k < t->n; k++)
        ids[k] = get_column(&p);
    for (uint32_t k = 0; k < t->n_sources; k++)
        sources[k] = get_column(&p);
    t->source = get_column(&p);
    t->digest = get_column(&p);
    t->lines = get_column(&p);
    for (uint32_t k = 0; k < t->n_errors; k++) {
        uint64_t x = get_u64(&p);
        errors[k].program = (uint32_t)(x >> 32);
        errors[k].line = (uint32_t)x;
        errors[k].reason = get_column(&p);
    }
    t->ids = ids;
    t->sources = sources;
    t->errors = errors;
    return 0;
}
