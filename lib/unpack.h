/*
 * unpack.h: a cursor over msgpack bytes.
 *
 * msgpack-c's own unpacker builds a tree and believes the sizes it reads: six bytes can make it
 * reserve gigabytes. The cursor allocates nothing, checks every size against the bytes that are
 * left, and hands out strings and bins where they lie.
 */
#ifndef BATT_UNPACK_H
#define BATT_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Once a call has failed, `bad` stays set and all calls give 0. */
struct unpack {
    const uint8_t *at, *end;
    bool bad;
};

enum unpack_kind {
    UNPACK_NONE, /* nothing left, or no msgpack */
    UNPACK_NIL,
    UNPACK_BOOL,
    UNPACK_INT,
    UNPACK_FLOAT,
    UNPACK_STR,
    UNPACK_BIN,
    UNPACK_ARRAY,
    UNPACK_MAP,
    UNPACK_EXT
};

/* Kind of the next value; nothing is consumed. */
enum unpack_kind unpack_peek(const struct unpack *u);

/* Each consumes one value, or one head of an array or map, and sets bad if it is of another kind.
 * A count is never larger than the bytes left: so many members may be allocated for. */
bool unpack_nil(struct unpack *u); /* consumes a nil if there is one; never sets bad */
bool unpack_bool(struct unpack *u);
int64_t unpack_int(struct unpack *u);
uint64_t unpack_uint(struct unpack *u, uint64_t most);
double unpack_float(struct unpack *u);
const uint8_t *unpack_str(struct unpack *u, size_t *size);
const uint8_t *unpack_bin(struct unpack *u, size_t *size);
uint32_t unpack_array(struct unpack *u);
uint32_t unpack_map(struct unpack *u);

/* Consumes one value of any kind with all its members. Depth costs nothing. */
void unpack_skip(struct unpack *u);

#endif
