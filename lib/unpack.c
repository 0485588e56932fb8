/* unpack.c: msgpack's first bytes, as its specification lists them. */
#include "unpack.h"

#include <string.h>

/* What a first byte announces. length: bytes that follow and hold a size or the value itself. */
struct lead {
    enum unpack_kind kind;
    uint8_t length;
    uint8_t extra; /* bytes between the size and the content: the type of an ext */
};

static const struct lead leads[32] = {
    {UNPACK_NIL, 0, 0},   {UNPACK_NONE, 0, 0},  {UNPACK_BOOL, 0, 0},  {UNPACK_BOOL, 0, 0},
    {UNPACK_BIN, 1, 0},   {UNPACK_BIN, 2, 0},   {UNPACK_BIN, 4, 0},   {UNPACK_EXT, 1, 1},
    {UNPACK_EXT, 2, 1},   {UNPACK_EXT, 4, 1},   {UNPACK_FLOAT, 4, 0}, {UNPACK_FLOAT, 8, 0},
    {UNPACK_INT, 1, 0},   {UNPACK_INT, 2, 0},   {UNPACK_INT, 4, 0},   {UNPACK_INT, 8, 0},
    {UNPACK_INT, 1, 0},   {UNPACK_INT, 2, 0},   {UNPACK_INT, 4, 0},   {UNPACK_INT, 8, 0},
    {UNPACK_EXT, 0, 1},   {UNPACK_EXT, 0, 1},   {UNPACK_EXT, 0, 1},   {UNPACK_EXT, 0, 1},
    {UNPACK_EXT, 0, 1},   {UNPACK_STR, 1, 0},   {UNPACK_STR, 2, 0},   {UNPACK_STR, 4, 0},
    {UNPACK_ARRAY, 2, 0}, {UNPACK_ARRAY, 4, 0}, {UNPACK_MAP, 2, 0},   {UNPACK_MAP, 4, 0},
};

/* A value's head: its kind, and its number or size. */
struct header {
    enum unpack_kind kind;
    uint8_t first;
    uint64_t number;
};

static enum unpack_kind kind_of(uint8_t first)
{
    if (first < 0x80 || first >= 0xe0)
        return UNPACK_INT;
    if (first < 0x90)
        return UNPACK_MAP;
    if (first < 0xa0)
        return UNPACK_ARRAY;
    return first < 0xc0 ? UNPACK_STR : leads[first - 0xc0].kind;
}

static uint64_t big_endian(const uint8_t *p, unsigned n)
{
    uint64_t x = 0;
    while (n--)
        x = x << 8 | *p++;
    return x;
}

static struct header fail(struct unpack *u)
{
    u->bad = true;
    u->at = u->end;
    return (struct header){UNPACK_NONE, 0, 0};
}

/* Reads a head and checks that what it announces can be there. */
static struct header head(struct unpack *u)
{
    if (u->bad || u->at == u->end)
        return fail(u);
    struct header h = {kind_of(*u->at), *u->at, 0};
    u->at++;
    size_t left = (size_t)(u->end - u->at);
    if (h.first < 0x80 || h.first >= 0xe0) {
        h.number = (uint64_t)(int64_t)(int8_t)h.first;
    } else if (h.first < 0xc0) {
        h.number = h.kind == UNPACK_STR ? h.first & 31 : h.first & 15;
    } else {
        struct lead lead = leads[h.first - 0xc0];
        if (h.kind == UNPACK_NONE || left < (size_t)lead.length + lead.extra)
            return fail(u);
        h.number = big_endian(u->at, lead.length);
        if (h.first >= 0xd4 && h.first <= 0xd8)
            h.number = 1u << (h.first - 0xd4);
        u->at += lead.length + lead.extra;
        left -= (size_t)lead.length + lead.extra;
    }
    bool sized = h.kind == UNPACK_STR || h.kind == UNPACK_BIN || h.kind == UNPACK_EXT;
    uint64_t need = sized || h.kind == UNPACK_ARRAY ? h.number
                    : h.kind == UNPACK_MAP          ? 2 * h.number
                                                    : 0;
    return need > left ? fail(u) : h;
}

static struct header expect(struct unpack *u, enum unpack_kind kind)
{
    struct header h = head(u);
    return h.kind == kind ? h : fail(u);
}

enum unpack_kind unpack_peek(const struct unpack *u)
{
    return u->bad || u->at == u->end ? UNPACK_NONE : kind_of(*u->at);
}

bool unpack_nil(struct unpack *u)
{
    if (unpack_peek(u) != UNPACK_NIL)
        return false;
    u->at++;
    return true;
}

bool unpack_bool(struct unpack *u)
{
    return expect(u, UNPACK_BOOL).first == 0xc3;
}

static bool is_signed(uint8_t first)
{
    return first >= 0xd0 && first <= 0xd3;
}

int64_t unpack_int(struct unpack *u)
{
    struct header h = expect(u, UNPACK_INT);
    if (is_signed(h.first)) {
        int shift = 64 - 8 * leads[h.first - 0xc0].length;
        return (int64_t)(h.number << shift) >> shift;
    }
    if (h.first == 0xcf && h.number > INT64_MAX)
        fail(u);
    return u->bad ? 0 : (int64_t)h.number;
}

uint64_t unpack_uint(struct unpack *u, uint64_t most)
{
    struct unpack before = *u;
    struct header h = expect(u, UNPACK_INT);
    uint64_t x = h.number;
    if (is_signed(h.first) || h.first >= 0xe0) {
        int64_t y = unpack_int(&before);
        if (y < 0)
            fail(u);
        x = (uint64_t)y;
    }
    if (x > most)
        fail(u);
    return u->bad ? 0 : x;
}

double unpack_float(struct unpack *u)
{
    struct header h = expect(u, UNPACK_FLOAT);
    if (h.first == 0xca) {
        uint32_t bits = (uint32_t)h.number;
        float x;
        memcpy(&x, &bits, sizeof x);
        return (double)x;
    }
    double x;
    memcpy(&x, &h.number, sizeof x);
    return x;
}

static const uint8_t *content(struct unpack *u, enum unpack_kind kind, size_t *size)
{
    struct header h = expect(u, kind);
    const uint8_t *at = u->at;
    u->at += h.number;
    *size = (size_t)h.number;
    return at;
}

const uint8_t *unpack_str(struct unpack *u, size_t *size)
{
    return content(u, UNPACK_STR, size);
}

const uint8_t *unpack_bin(struct unpack *u, size_t *size)
{
    return content(u, UNPACK_BIN, size);
}

uint32_t unpack_array(struct unpack *u)
{
    return (uint32_t)expect(u, UNPACK_ARRAY).number;
}

uint32_t unpack_map(struct unpack *u)
{
    return (uint32_t)expect(u, UNPACK_MAP).number;
}

/* Passes over the bytes of values that say all in their first one: short integers, strings and arrays,
 * which are most of what values of programs hold. *pending counts values to come. */
static void skip_short(struct unpack *u, uint64_t *pending)
{
    while (*pending && u->at < u->end) {
        uint8_t first = *u->at;
        size_t left = (size_t)(u->end - u->at) - 1, size = 0, members = 0;
        if (first >= 0xa0 && first < 0xc0)
            size = first & 31;
        else if (first >= 0x90 && first < 0xa0)
            members = first & 15;
        else if (first >= 0x80 && first < 0xe0)
            return;
        if (size > left || members > left)
            return;
        u->at += 1 + size;
        *pending += members;
        *pending -= 1;
    }
}

void unpack_skip(struct unpack *u)
{
    /* Every member takes a byte at least, so this ends and cannot overflow. */
    for (uint64_t pending = 1; pending && !u->bad; pending--) {
        skip_short(u, &pending);
        if (!pending)
            return;
        struct header h = head(u);
        if (h.kind == UNPACK_STR || h.kind == UNPACK_BIN || h.kind == UNPACK_EXT)
            u->at += h.number;
        else if (h.kind == UNPACK_ARRAY)
            pending += h.number;
        else if (h.kind == UNPACK_MAP)
            pending += 2 * h.number;
    }
}
