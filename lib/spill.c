/* See spill.h.  The file and what goes into it are here, what comes out in spill_read.c. */
#include "spill.h"
#include "narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of a write. Page caches take larger ones in larger pages, whose making costs more than it
 * saves: seconds of system time for a gigabyte, on Linux 6.18 and ext4, by 64 KB to 256 KB 0.4, by
 * 4 KB 0.8, from 1 MB 1.4. */
enum { SPILL_WRITE_BYTES = 128 << 10 };
enum { SPILL_PACKED_BYTES = 512 }; /* smaller records are not compressed */

int spill_temporary(const char *dir)
{
    char path[4096];
    if (!dir && !(dir = getenv("TMPDIR")))
        dir = "/tmp";
    if (snprintf(path, sizeof path, "%s/batt-spill-XXXXXX", dir) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

FILE *spill_file(const char *dir)
{
    int fd = spill_temporary(dir);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");
    if (fd >= 0 && !file)
        close(fd);
    return file;
}

int spill_open(struct spill *s, const char *dir)
{
    memset(s, 0, sizeof *s);
    s->plain = SPILL_PLAIN_BYTES;
    s->out = malloc(SPILL_WRITE_BYTES);
    s->fd = s->out ? spill_temporary(dir) : -1;
    s->open = s->fd >= 0;
    if (s->open)
        return 0;
    free(s->out);
    s->out = NULL;
    return -1;
}

void spill_close(struct spill *s)
{
    if (s->open)
        close(s->fd);
    frame_compressor_close(s->compressor);
    free(s->out);
    free(s->record);
    memset(s, 0, sizeof *s);
}

/* ---- writing ---- */

static void write_out(struct spill *s, const uint8_t *data, size_t n)
{
    for (size_t done = 0; done < n && !s->error;) {
        size_t now = n - done < SPILL_WRITE_BYTES ? n - done : SPILL_WRITE_BYTES;
        ssize_t wrote = write(s->fd, data + done, now);
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0 || errno != EINTR)
            s->error = wrote ? errno : EIO;
    }
}

int spill_flush(struct spill *s)
{
    write_out(s, s->out, s->n_out);
    s->n_out = 0;
    errno = s->error;
    return s->error ? -1 : 0;
}

/* Behind what is there; large data is not copied before it is written. */
static void append(struct spill *s, const uint8_t *data, size_t n)
{
    s->size += n;
    if (n >= SPILL_WRITE_BYTES - s->n_out) {
        size_t rest = n < SPILL_WRITE_BYTES ? n : n % SPILL_WRITE_BYTES;
        spill_flush(s);
        write_out(s, data, n - rest);
        data += n - rest;
        n = rest;
    }
    memcpy(s->out + s->n_out, data, n);
    s->n_out += n;
}

/* Room for n more bytes of the record; NULL, and the spill failed. */
static uint8_t *room(struct spill *s, size_t n)
{
    if (n > s->record_cap - s->n_record) {
        size_t want = s->n_record + n + s->n_record / 2 + SPILL_WRITE_BYTES;
        uint8_t *record = realloc(s->record, want);
        if (!record) {
            s->error = ENOMEM;
            return NULL;
        }
        s->record = record;
        s->record_cap = want;
    }
    return s->record + s->n_record;
}

static void put(struct spill *s, const void *data, size_t n)
{
    uint8_t *to = room(s, n);
    if (!to || !n)
        return;
    memcpy(to, data, n);
    s->n_record += n;
}

static void put_u64(struct spill *s, uint64_t x)
{
    put(s, &x, sizeof x);
}

/* A column that may be absent, n bytes. */
static void put_column(struct spill *s, const void *data, size_t n)
{
    put_u64(s, data ? n + 1 : 0);
    put(s, data, data ? n : 0);
}

/* A column of n numbers of `wide` bytes that may be absent: the bytes of a number here, the
 * numbers. */
static void put_numbers(struct spill *s, const void *column, size_t n, unsigned wide)
{
    unsigned width = column ? narrow_width(column, n, wide) : 0;
    uint8_t *to;
    put_u64(s, width);
    if (width == wide || !width)
        put(s, column, n * width);
    else if ((to = room(s, n * width))) {
        narrow_copy(to, width, column, wide, n);
        s->n_record += n * width;
    }
}

static void put_text(struct spill *s, const char *text)
{
    put_column(s, text, strlen(text) + 1);
}

/* The record compressed, if it is worth it and there is memory for it: its size. 0: as it is. */
static size_t compress(struct spill *s, size_t n, const uint8_t **packed)
{
    if (s->size + n <= s->plain || n < SPILL_PACKED_BYTES)
        return 0;
    if (!s->compressor)
        s->compressor = frame_compressor_open(FRAME_DEFAULT_LEVEL, 0);
    size_t m = s->compressor ? frame_compress(s->compressor, s->record, n, packed) : 0;
    return m < n ? m : 0;
}

/* Puts the record behind the others and begins the next. */
static int finish(struct spill *s, struct spill_place *place)
{
    const uint8_t *packed = s->record;
    size_t n = s->n_record;
    s->n_record = 0;
    if (!s->error && n > UINT32_MAX)
        s->error = EFBIG; /* a few times FRAME_MAX_BYTES at most, but for errors of ours */
    if (!s->error) {
        size_t m = compress(s, n, &packed);
        *place = (struct spill_place){s->size, (uint32_t)(m ? m : n), (uint32_t)n};
        append(s, m ? packed : s->record, m ? m : n);
    }
    errno = s->error;
    return s->error ? -1 : 0;
}

/* Their number, their sizes, their bytes. */
static void put_outputs(struct spill *s, const struct stream_bytes *outputs, uint32_t n)
{
    put_u64(s, n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t size = (uint32_t)outputs[k].size; /* of a value in a frame */
        put(s, &size, sizeof size);
    }
    for (uint32_t k = 0; k < n;) {
        struct stream_bytes run = stream_run(outputs, n, &k);
        put(s, run.data, run.size);
    }
}

static void put_item(struct spill *s, const struct stream_result_item *i, size_t n)
{
    put_u64(s, (uint64_t)i->part << 33 | (uint64_t)i->known << 32 | i->index);
    put_column(s, i->outcome, n);
    put_column(s, i->equal, (n + 7) / 8);
    put_numbers(s, i->line, n, 4);
    put_column(s, i->error, n);
    put_numbers(s, i->fuel, n, 8);
    put_numbers(s, i->output, n, 4);
    put_outputs(s, i->outputs, i->n_outputs);
}

int spill_entry(struct spill *s, const struct stream_entry *e, struct spill_place *place)
{
    put_text(s, e->task);
    put_u64(s, (uint64_t)e->n_demo << 32 | e->n_test);
    put_u64(s, (uint64_t)e->n_known << 32 | e->first);
    put_u64(s, (uint64_t)e->n << 32 | e->n_items);
    put_column(s, e->programs, 4 * (size_t)e->n);
    put_column(s, e->sig, 8 * (size_t)e->n);
    for (uint32_t k = 0; k < e->n_items; k++)
        put_item(s, &e->items[k], e->n);
    return finish(s, place);
}

int spill_programs(struct spill *s, const struct stream_programs *p, struct spill_place *place)
{
    put_u64(s, (uint64_t)p->n << 32 | p->n_sources);
    put_u64(s, p->n_errors);
    for (uint32_t k = 0; k < p->n; k++)
        put_text(s, p->ids[k]);
    for (uint32_t k = 0; k < p->n_sources; k++)
        put_text(s, p->sources[k]);
    put_column(s, p->source, 4 * (size_t)p->n);
    put_column(s, p->digest, 8 * (size_t)p->n);
    put_column(s, p->lines, 4 * (size_t)p->n);
    for (uint32_t k = 0; k < p->n_errors; k++) {
        put_u64(s, (uint64_t)p->errors[k].program << 32 | p->errors[k].line);
        put_text(s, p->errors[k].reason);
    }
    return finish(s, place);
}
