/*
 * frame.c: zstd frames in and out of memory.
 *
 * Decompression is zstd's streaming one, but the compressed bytes stay in `in` from the first byte
 * of the frame on, until it has proved whole: only so can a frame that swallowed the beginning of
 * the next stream (its own end being cut off) give it back.
 */
#include "frame.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#define READ_BYTES ((size_t)1 << 18)
/* log2 of FRAME_MAX_BYTES: no honest frame needs a larger window. */
#define WINDOW_LOG 25
/* Compressed bytes of one frame at most; above the bound even for incompressible content. */
#define MAX_COMPRESSED (FRAME_MAX_BYTES + (FRAME_MAX_BYTES >> 7) + READ_BYTES)

_Static_assert(FRAME_MAX_BYTES == (size_t)1 << WINDOW_LOG, "window and frame limits agree");

static const uint8_t magic[4] = {0x28, 0xb5, 0x2f, 0xfd};

struct frame_reader {
    int fd;
    bool at_end; /* read returned 0 */
    bool resync; /* the frame at start is bad */
    bool any;    /* a whole frame has been seen */
    ZSTD_DCtx *context;
    uint8_t *in; /* start: first byte of the frame; fed: given to zstd up to here */
    size_t start, fed, end, capacity;
    uint64_t base; /* offset in the input of in[0] */
    uint8_t *out;
    size_t out_size, out_capacity;
    uint64_t offset;
    const char *reason;
};

struct frame_reader *frame_reader_open(int fd)
{
    struct frame_reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->fd = fd;
    r->reason = "";
    r->context = ZSTD_createDCtx();
    r->capacity = 2 * READ_BYTES;
    r->in = malloc(r->capacity);
    if (!r->context || !r->in ||
        ZSTD_isError(ZSTD_DCtx_setParameter(r->context, ZSTD_d_windowLogMax, WINDOW_LOG))) {
        frame_reader_close(r);
        return NULL;
    }
    return r;
}

void frame_reader_close(struct frame_reader *r)
{
    if (!r)
        return;
    ZSTD_freeDCtx(r->context);
    free(r->in);
    free(r->out);
    free(r);
}

static int make_room(struct frame_reader *r)
{
    if (r->capacity - r->end >= READ_BYTES / 4)
        return FRAME_OK;
    if (r->start >= r->capacity / 2) {
        memmove(r->in, r->in + r->start, r->end - r->start);
        r->base += r->start;
        r->end -= r->start;
        r->fed -= r->start;
        r->start = 0;
        return FRAME_OK;
    }
    uint8_t *in = realloc(r->in, 2 * r->capacity);
    if (!in)
        return FRAME_MEMORY;
    r->in = in;
    r->capacity *= 2;
    return FRAME_OK;
}

/* Reads what is there. FRAME_OK: at least one byte more; FRAME_END: none will come. */
static int fill(struct frame_reader *r)
{
    int rc = make_room(r);
    if (rc != FRAME_OK || r->at_end)
        return rc != FRAME_OK ? rc : FRAME_END;
    ssize_t n;
    do
        n = read(r->fd, r->in + r->end, r->capacity - r->end);
    while (n == -1 && errno == EINTR);
    if (n == -1)
        return FRAME_READ;
    r->at_end = n == 0;
    r->end += (size_t)n;
    return n ? FRAME_OK : FRAME_END;
}

static int bad(struct frame_reader *r, int status, const char *reason)
{
    r->resync = true;
    r->reason = reason;
    return status;
}

/* Moves start to the next frame's first bytes behind it. FRAME_END: there is none. */
static int find_next(struct frame_reader *r)
{
    size_t at = r->start + 1;
    for (;;) {
        if (r->end >= at + 4) {
            uint8_t *hit = memmem(r->in + at, r->end - at, magic, sizeof magic);
            if (hit) {
                r->start = (size_t)(hit - r->in);
                r->resync = false;
                return FRAME_OK;
            }
            at = r->end - 3;
        }
        r->start = at - 1;
        r->fed = r->start;
        int rc = fill(r);
        if (rc != FRAME_OK)
            return rc;
        at = r->start + 1;
    }
}

/* The first bytes of input are no frame's. They are damage, not foreign, if a frame begins within
 * the length of its magic number: so much may be left of a stream cut off before another. */
static int no_frame(struct frame_reader *r, size_t size)
{
    size_t near = size < 7 ? size : 7;
    if (!r->any && r->offset == 0 && !memmem(r->in, near, magic, sizeof magic))
        return FRAME_FOREIGN;
    return bad(r, FRAME_DAMAGED, "no frame begins here");
}

/* Checks magic number and flags of the frame at start. No whole frame is shorter than 8 bytes. */
static int check_header(struct frame_reader *r)
{
    int rc = FRAME_OK;
    while (r->end - r->start < 8 && rc == FRAME_OK)
        rc = fill(r);
    if (rc < 0)
        return rc;
    size_t size = r->end - r->start;
    r->offset = r->base + r->start;
    if (!size)
        return FRAME_END;
    if (memcmp(r->in + r->start, magic, size < 4 ? size : 4) != 0)
        return no_frame(r, size);
    if (size < 5)
        return bad(r, FRAME_TRUNCATED, "input ends inside the frame");
    if (!(r->in[r->start + 4] & 4))
        return bad(r, FRAME_DAMAGED, "the frame has no checksum");
    return FRAME_OK;
}

static int grow_out(struct frame_reader *r, size_t want)
{
    if (r->out_size > FRAME_MAX_BYTES)
        return bad(r, FRAME_DAMAGED, "the frame is too large");
    if (want < 2 * r->out_capacity)
        want = 2 * r->out_capacity;
    /* One byte more than allowed, so that a larger frame shows. */
    if (want > FRAME_MAX_BYTES + 1)
        want = FRAME_MAX_BYTES + 1;
    uint8_t *out = realloc(r->out, want);
    if (!out)
        return FRAME_MEMORY;
    r->out = out;
    r->out_capacity = want;
    return FRAME_OK;
}

/* One step of zstd. FRAME_OK: the frame is whole; FRAME_END: go on; else trouble. */
static int step(struct frame_reader *r)
{
    if (r->out_size == r->out_capacity) {
        unsigned long long size = ZSTD_getFrameContentSize(r->in + r->start, r->end - r->start);
        int rc = grow_out(r, size <= FRAME_MAX_BYTES ? (size_t)size + 1 : READ_BYTES);
        if (rc != FRAME_OK)
            return rc;
    }
    ZSTD_inBuffer in = {r->in + r->fed, r->end - r->fed, 0};
    ZSTD_outBuffer out = {r->out, r->out_capacity, r->out_size};
    size_t left = ZSTD_decompressStream(r->context, &out, &in);
    r->fed += in.pos;
    r->out_size = out.pos;
    if (ZSTD_isError(left) && ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
        return FRAME_MEMORY;
    if (ZSTD_isError(left))
        return bad(r, FRAME_DAMAGED, ZSTD_getErrorName(left));
    if (left == 0)
        return FRAME_OK;
    if (r->end - r->start > MAX_COMPRESSED && r->fed == r->end)
        return bad(r, FRAME_DAMAGED, "the frame is too large");
    if (r->fed < r->end || r->out_size == r->out_capacity)
        return FRAME_END;
    int rc = fill(r);
    if (rc == FRAME_END)
        return bad(r, FRAME_TRUNCATED, "input ends inside the frame");
    return rc == FRAME_OK ? FRAME_END : rc;
}

int frame_next(struct frame_reader *r, const uint8_t **data, size_t *size)
{
    int rc = r->resync ? find_next(r) : FRAME_OK;
    if (rc == FRAME_OK)
        rc = check_header(r);
    if (rc != FRAME_OK)
        return rc;
    ZSTD_DCtx_reset(r->context, ZSTD_reset_session_only);
    r->fed = r->start;
    r->out_size = 0;
    do
        rc = step(r);
    while (rc == FRAME_END);
    if (rc != FRAME_OK)
        return rc;
    if (r->out_size > FRAME_MAX_BYTES)
        return bad(r, FRAME_DAMAGED, "the frame is too large");
    r->start = r->fed;
    r->any = true;
    *data = r->out;
    *size = r->out_size;
    return FRAME_OK;
}

uint64_t frame_offset(const struct frame_reader *r)
{
    return r->offset;
}

const char *frame_reason(const struct frame_reader *r)
{
    return r->reason;
}

struct frame_compressor {
    ZSTD_CCtx *context;
    uint8_t *frame;
    size_t capacity;
};

struct frame_compressor *frame_compressor_open(int level, int workers)
{
    struct frame_compressor *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->context = level >= 1 && level <= 19 && workers >= 0 ? ZSTD_createCCtx() : NULL;
    if (!c->context ||
        ZSTD_isError(ZSTD_CCtx_setParameter(c->context, ZSTD_c_compressionLevel, level)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(c->context, ZSTD_c_checksumFlag, 1))) {
        frame_compressor_close(c);
        return NULL;
    }
    /* A zstd built without threads refuses this one; it then works in the calling thread. */
    ZSTD_CCtx_setParameter(c->context, ZSTD_c_nbWorkers, workers);
    return c;
}

size_t frame_compress(struct frame_compressor *c, const void *data, size_t size,
                      const uint8_t **frame)
{
    size_t bound = ZSTD_compressBound(size);
    if (size > FRAME_MAX_BYTES)
        return 0;
    if (bound > c->capacity) {
        free(c->frame);
        c->frame = malloc(bound);
        c->capacity = c->frame ? bound : 0;
        if (!c->frame)
            return 0;
    }
    size_t n = ZSTD_compress2(c->context, c->frame, c->capacity, data, size);
    *frame = c->frame;
    return ZSTD_isError(n) ? 0 : n;
}

void frame_compressor_close(struct frame_compressor *c)
{
    if (!c)
        return;
    ZSTD_freeCCtx(c->context);
    free(c->frame);
    free(c);
}
