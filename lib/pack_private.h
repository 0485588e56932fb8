/* pack_private.h: what pack.c and pack_results.c share. Not for others. */
#ifndef BATT_PACK_PRIVATE_H
#define BATT_PACK_PRIVATE_H

#include "gather.h"
#include "hashes.h"
#include "numbers.h"
#include "pack.h"
#include "pool.h"
#include "spill.h"

/* A segment of joined results ends where it has so many tasks: their hashes are 32 MB, what fills a
 * table to its three quarters. */
enum { PACK_TASKS = 3 << 20 };

/* A table of programs, once however often it came. */
struct pack_block {
    struct spill_place place;
    uint32_t out;   /* its number in the segment being written, */
    uint32_t stamp; /* if this is that segment's */
};

/* A block of the segment being read. */
struct pack_link {
    uint32_t number, block;
};

struct pack {
    struct pack_options options;
    struct pack_sink sink;
    struct stream_writer *writer; /* NULL: no file is open */
    bool open;                    /* a segment is being written */
    bool pending;                 /* one is to be written, even if nothing comes for it */
    uint8_t *head;                /* of the segment, as it came; NULL: lost, or none yet */
    size_t head_size;
    enum stream_content content;
    bool joined;
    uint64_t failed, told; /* bad inputs; those that ends have told */
    uint32_t in_shard;     /* tasks or entries in this segment */
    uint32_t in_frame;     /* items of entries that wait */
    uint64_t task;         /* digest of the key of the task or entry before */
    int write_status;
    /* tasks */
    struct gather *gather;
    struct pack_order *order; /* NULL: as they come */
    bool going_on;            /* the task put last has further parts, if its key comes again */
    /* results */
    struct spill spill;
    struct spill_reading table; /* read last */
    struct numbers blocks; /* by digest */
    struct pack_block *list;
    struct pack_link *links;
    size_t n_list, n_links, cap_list, cap_links;
    uint32_t stamp, n_blocks_out;
    struct hashes tasks; /* of the segment, if joined */
    size_t most_tasks;   /* there: PACK_TASKS, but for tests */
    struct pool names;    /* of exceptions */
    const char *errors[256];
    uint32_t n_names;
};

/* Opens file and segment if they are not. A pack_status, like all of these. */
int pack_begin(struct pack *p);
int pack_end(struct pack *p);
/* As pack_begin; before that ends a file that is full. */
int pack_make_room(struct pack *p);
/* A stream_write_status as a pack_status. */
int pack_wrote(struct pack *p, int status);

int pack_programs(struct pack *p, const struct stream_programs *programs);
int pack_results(struct pack *p, struct stream_reader *reader, const struct stream_results *r);
void pack_forget_links(struct pack *p);
void pack_forget_blocks(struct pack *p);

#endif
