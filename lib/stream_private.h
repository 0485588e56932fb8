/* stream_private.h: what the stream's reading files share. Not for others. */
#ifndef BATT_STREAM_PRIVATE_H
#define BATT_STREAM_PRIVATE_H

#include "digest.h"
#include "frame.h"
#include "stream.h"
#include "unpack.h"

struct stream_chunk;

/* Memory that is freed all at once: views of one frame, one entry, one head. Start from {0}. */
struct stream_arena {
    struct stream_chunk *chunks;
    size_t used; /* bytes of the newest chunk */
};

/* n * size bytes, zeroed, aligned for anything. NULL: out of memory. */
void *stream_arena_alloc(struct stream_arena *arena, size_t n, size_t size);
/* Forgets all; keeps one chunk of moderate size for the next round. */
void stream_arena_reset(struct stream_arena *arena);
void stream_arena_free(struct stream_arena *arena);

/* A frame being parsed. in.bad: malformed. */
struct stream_parse {
    struct unpack in;
    struct stream_arena *arena;
    bool memory;        /* an allocation failed; in.bad is set too */
    const char *reason; /* what is wrong, if more is known; static text */
};

/* The map's next key is this name. */
bool stream_key_is(const uint8_t *key, size_t size, const char *name);
/* Marks the frame malformed. */
void stream_parse_fail(struct stream_parse *p, const char *reason);
/* Allocates n members for an array just announced; fails above STREAM_MAX_COUNT. */
void *stream_parse_alloc(struct stream_parse *p, size_t n, size_t size);
/* A str, copied and terminated; "" after failure. Fails if a NUL is inside. */
const char *stream_parse_str(struct stream_parse *p);
/* An array of str; sets *n. */
const char *const *stream_parse_strs(struct stream_parse *p, uint32_t *n);
/* Position of the next value, which is skipped. */
struct unpack stream_parse_later(struct stream_parse *p);
/* Marks the frame malformed if something follows its map. */
void stream_parse_done(struct stream_parse *p);
/* All bytes are below limit. */
bool stream_all_below(const uint8_t *bytes, size_t n, unsigned limit);

/* Each parses the map from its beginning; trouble shows in p. */
void stream_parse_head(struct stream_parse *p, struct stream_head *head);
void stream_parse_grids(struct stream_parse *p, struct stream_grids *grids);
void stream_parse_programs(struct stream_parse *p, struct stream_programs *programs);
/* *entries is set to the first entry. */
void stream_parse_results(struct stream_parse *p, struct stream_results *results,
                          struct unpack *entries);
void stream_parse_entry(struct stream_parse *p, uint32_t n_errors, struct stream_entry *entry);
void stream_parse_end(struct stream_parse *p, struct stream_end *end);

#endif
