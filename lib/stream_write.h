/* stream_write.h: what the stream's writing files share. Not for others. */
#ifndef BATT_STREAM_WRITE_H
#define BATT_STREAM_WRITE_H

#include "digest.h"
#include "frame.h"
#include "stream.h"
#include "value_pack.h"

struct stream_writer {
    FILE *file;
    struct frame_compressor *compressor;
    struct value_pack frame;   /* the frame being made */
    struct value_pack entries; /* entries that wait, behind room for what a frame begins with */
    size_t cut; /* bytes at which frames are cut */
    uint32_t n_entries, block;
    uint32_t n_names;
    const char *const *names;
    bool open;
    enum stream_content content;
    struct digest digest;
    struct stream_end counts;
};

/* Begins a frame in w->frame: a map of n members besides type and seq. */
void stream_begin(struct stream_writer *w, const char *type, size_t n);
/* Bytes that a task and these items take in a frame, at most. */
size_t stream_grids_bytes(const struct stream_task *task, const struct stream_item *items,
                          uint32_t n);
/* Compresses and writes a frame, or w->frame. */
int stream_emit_bytes(struct stream_writer *w, const uint8_t *data, size_t size);
int stream_emit(struct stream_writer *w);
/* Writes entries that wait, without flushing the file. */
int stream_emit_entries(struct stream_writer *w);

#endif
