/*
 * frame.h: zstd frames with content checksums, one buffer a frame.
 *
 * The reader keeps the compressed bytes of the frame at hand, so that after damage or truncation it
 * can search them for the next frame: a whole stream behind a cut one is still found. Memory is
 * bounded by FRAME_MAX_BYTES a few times over, whatever the input claims.
 */
#ifndef BATT_FRAME_H
#define BATT_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* No uncompressed frame is larger: twice the size at which writers cut (stream.h). */
#define FRAME_MAX_BYTES ((size_t)32 << 20)
#define FRAME_DEFAULT_LEVEL 1

enum frame_status {
    FRAME_END = 0,        /* end of input at a frame boundary */
    FRAME_OK = 1,         /* a frame was read */
    FRAME_TRUNCATED = -1, /* input ended inside a frame */
    FRAME_DAMAGED = -2,   /* not a frame, checksum wrong or absent, too large; go on to resync */
    FRAME_FOREIGN = -3,   /* the first bytes of the input are not those of a frame; final */
    FRAME_READ = -4,      /* read failed, errno says why; final */
    FRAME_MEMORY = -5     /* out of memory; final */
};

struct frame_reader;

/* Makes a reader over a descriptor, which stays the caller's. NULL: out of memory. */
struct frame_reader *frame_reader_open(int fd);

/* Reads the next frame. On FRAME_OK *data and *size are the uncompressed bytes, valid until the
 * next call. After FRAME_TRUNCATED or FRAME_DAMAGED the next call searches for the next frame's
 * first bytes and goes on there; it returns FRAME_END if there is none. Reads no further than
 * needed: a frame is delivered as soon as its last byte has come. */
int frame_next(struct frame_reader *reader, const uint8_t **data, size_t *size);

/* Offset in the input, in bytes, of the frame that frame_next delivered or found bad last. */
uint64_t frame_offset(const struct frame_reader *reader);

/* More about the last FRAME_DAMAGED, as static text. */
const char *frame_reason(const struct frame_reader *reader);

/* Frees the reader; NULL is allowed. */
void frame_reader_close(struct frame_reader *reader);

struct frame_compressor;

/* Makes a compressor: level 1..19, workers 0 (none, in the calling thread) or more zstd threads for
 * large frames. NULL: out of memory or a bad level. */
struct frame_compressor *frame_compressor_open(int level, int workers);

/* Compresses size bytes (at most FRAME_MAX_BYTES) into one frame. Returns its size and sets *frame
 * to memory of the compressor, valid until the next call; 0 if it failed. */
size_t frame_compress(struct frame_compressor *compressor, const void *data, size_t size,
                      const uint8_t **frame);

/* Frees the compressor; NULL is allowed. */
void frame_compressor_close(struct frame_compressor *compressor);

#endif
