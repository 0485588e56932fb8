/*
 * pack.h: regroups streams: other frames, other files, the same content.
 *
 * Segments with equal heads are joined into one, another head begins another. Results keep their
 * order; tables of programs wait in a temporary file, because every file must have those that its
 * results refer to. Joined results begin another segment where a task comes again, and after some
 * millions of tasks. What memory holds does not grow with the length of the stream, but by some
 * bytes for each block of programs.
 */
#ifndef BATT_PACK_H
#define BATT_PACK_H

#include "pack_order.h"
#include "stream.h"

struct pack_options {
    uint32_t n_items; /* of a frame at most; 0: no bound */
    size_t n_bytes;   /* of a frame at most */
    bool per_task;    /* a frame for each task */
    uint32_t shard;   /* tasks (results: entries) of a file at most; 0: all in one */
    enum pack_order_mode order;
    const char *tmpdir; /* NULL: $TMPDIR or /tmp */
    const char *tool;   /* for a head that was lost */
};

/* Where it goes: open gives the writer of the next file, close ends that file. Open returns NULL,
 * close not 0, if it failed, and has said why. */
struct pack_sink {
    struct stream_writer *(*open)(void *context);
    int (*close)(void *context);
    void *context;
};

enum pack_status {
    PACK_OK = 0,
    PACK_NO_MEMORY = 1,
    PACK_TEMPORARY = 2, /* errno */
    PACK_WRITE = 3,     /* pack_write_status, errno */
    PACK_SINK = 4,      /* it has said why */
    PACK_ROWS = 5,      /* PACK_RESTORE: not in the order that PACK_BY_SIZE makes */
    PACK_CONTENT = 6,   /* results, where only tasks can be ordered */
    PACK_ORPHAN = 7     /* results of a block whose table did not come: left out; go on */
};

struct pack;

/* NULL with errno: memory or the temporary file. */
struct pack *pack_open(const struct pack_options *options, const struct pack_sink *sink);
void pack_close(struct pack *pack);

/* Another number of tasks or entries for a file, as long as none is open. */
void pack_set_shard(struct pack *pack, uint32_t shard);

/* Takes a frame just delivered by stream_next. failed: bad inputs so far. Returns a pack_status, or
 * negative: the reader's own trouble. */
int pack_take(struct pack *pack, struct stream_reader *reader, int kind,
              const struct stream_frame *frame, uint64_t failed);

/* Ends what is open; one file has a head and an end even if nothing came. Returns a pack_status. */
int pack_finish(struct pack *pack, uint64_t failed);

int pack_write_status(const struct pack *pack);

#endif
