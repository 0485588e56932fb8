/* stream_arena.c: memory of a frame's views, and what every parser of frames needs. */
#include "stream_private.h"

#include <stdalign.h>
#include <stdlib.h>

#define FIRST_BYTES ((size_t)64 << 10)
#define KEEP_BYTES ((size_t)1 << 20)

struct stream_chunk {
    struct stream_chunk *older;
    size_t capacity;
    alignas(max_align_t) char bytes[];
};

void *stream_arena_alloc(struct stream_arena *arena, size_t n, size_t size)
{
    size_t align = alignof(max_align_t);
    size_t need = (n * size + align - 1) / align * align;
    struct stream_chunk *chunk = arena->chunks;
    if (!chunk || chunk->capacity - arena->used < need) {
        size_t capacity = chunk && chunk->capacity < KEEP_BYTES ? 2 * chunk->capacity : FIRST_BYTES;
        if (capacity < need)
            capacity = need;
        chunk = malloc(sizeof *chunk + capacity);
        if (!chunk)
            return NULL;
        chunk->older = arena->chunks;
        chunk->capacity = capacity;
        arena->chunks = chunk;
        arena->used = 0;
    }
    void *p = chunk->bytes + arena->used;
    arena->used += need;
    return memset(p, 0, need);
}

void stream_arena_reset(struct stream_arena *arena)
{
    struct stream_chunk *kept = arena->chunks;
    if (kept && kept->capacity > KEEP_BYTES) {
        stream_arena_free(arena);
        return;
    }
    while (kept && kept->older) {
        struct stream_chunk *older = kept->older;
        kept->older = older->older;
        free(older);
    }
    arena->used = 0;
}

void stream_arena_free(struct stream_arena *arena)
{
    while (arena->chunks) {
        struct stream_chunk *older = arena->chunks->older;
        free(arena->chunks);
        arena->chunks = older;
    }
    arena->used = 0;
}

bool stream_key_is(const uint8_t *key, size_t size, const char *name)
{
    return strlen(name) == size && memcmp(key, name, size) == 0;
}

void stream_parse_fail(struct stream_parse *p, const char *reason)
{
    if (!p->in.bad || !p->reason)
        p->reason = reason;
    p->in.bad = true;
}

void *stream_parse_alloc(struct stream_parse *p, size_t n, size_t size)
{
    void *memory = NULL;
    if (n > STREAM_MAX_COUNT) {
        stream_parse_fail(p, "too many members");
    } else {
        memory = stream_arena_alloc(p->arena, n, size);
        if (!memory) {
            stream_parse_fail(p, "out of memory");
            p->memory = true;
        }
    }
    return memory;
}

const char *stream_parse_str(struct stream_parse *p)
{
    size_t size;
    const uint8_t *at = unpack_str(&p->in, &size);
    if (p->in.bad)
        return "";
    if (memchr(at, 0, size)) {
        stream_parse_fail(p, "a NUL in a string");
        return "";
    }
    char *copy = stream_arena_alloc(p->arena, size + 1, 1);
    if (!copy) {
        stream_parse_fail(p, "out of memory");
        p->memory = true;
        return "";
    }
    return memcpy(copy, at, size);
}

const char *const *stream_parse_strs(struct stream_parse *p, uint32_t *n)
{
    *n = unpack_array(&p->in);
    const char **strs = stream_parse_alloc(p, *n, sizeof *strs);
    for (uint32_t i = 0; strs && i < *n && !p->in.bad; i++)
        strs[i] = stream_parse_str(p);
    return strs;
}

struct unpack stream_parse_later(struct stream_parse *p)
{
    struct unpack here = p->in;
    unpack_skip(&p->in);
    return here;
}

void stream_parse_done(struct stream_parse *p)
{
    if (!p->in.bad && p->in.at != p->in.end)
        stream_parse_fail(p, "bytes behind the end of a frame");
}

bool stream_all_below(const uint8_t *bytes, size_t n, unsigned limit)
{
    const uint64_t high = 0x8080808080808080u;
    bool below = true;
    size_t i = 0;
    /* Eight at a time: for x < 128, x + (128 - limit) reaches 128 just if x >= limit. */
    if (limit <= 128) {
        uint64_t step = 0x0101010101010101u * (128 - limit), seen = 0;
        for (; i + 8 <= n; i += 8) {
            uint64_t x = stream_u64(bytes + i, 0);
            seen |= x | (x + step);
        }
        below = !(seen & high);
    }
    for (; i < n; i++)
        below &= bytes[i] < limit;
    return below;
}
