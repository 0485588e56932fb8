/* digest.c: XXH64 by its specification, for little-endian machines. */
#include "digest.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "columns and digests are little-endian");

#define PRIME1 0x9E3779B185EBCA87u
#define PRIME2 0xC2B2AE3D27D4EB4Fu
#define PRIME3 0x165667B19E3779F9u
#define PRIME4 0x85EBCA77C2B2AE63u
#define PRIME5 0x27D4EB2F165667C5u

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static uint64_t load64(const uint8_t *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

static uint64_t round64(uint64_t lane, uint64_t input)
{
    return rotate(lane + input * PRIME2, 31) * PRIME1;
}

static void stripe(uint64_t lane[4], const uint8_t *p)
{
    for (int i = 0; i < 4; i++)
        lane[i] = round64(lane[i], load64(p + 8 * i));
}

void digest_start(struct digest *digest)
{
    *digest = (struct digest){.lane = {PRIME1 + PRIME2, PRIME2, 0, -PRIME1}};
}

void digest_feed(struct digest *digest, const void *data, size_t size)
{
    const uint8_t *p = data;
    size_t held = digest->size % 32;
    digest->size += size;
    if (held && held + size >= 32) {
        memcpy(digest->rest + held, p, 32 - held);
        stripe(digest->lane, digest->rest);
        p += 32 - held;
        size -= 32 - held;
        held = 0;
    }
    if (!held) {
        uint64_t lane[4];
        memcpy(lane, digest->lane, sizeof lane);
        for (; size >= 32; p += 32, size -= 32)
            stripe(lane, p);
        memcpy(digest->lane, lane, sizeof lane);
    }
    if (size)
        memcpy(digest->rest + held, p, size);
}

static uint64_t converge(const uint64_t lane[4])
{
    uint64_t h =
        rotate(lane[0], 1) + rotate(lane[1], 7) + rotate(lane[2], 12) + rotate(lane[3], 18);
    for (int i = 0; i < 4; i++)
        h = (h ^ round64(0, lane[i])) * PRIME1 + PRIME4;
    return h;
}

uint64_t digest_value(const struct digest *digest)
{
    uint64_t h = digest->size >= 32 ? converge(digest->lane) : PRIME5;
    const uint8_t *p = digest->rest;
    size_t left = digest->size % 32;
    h += digest->size;
    for (; left >= 8; p += 8, left -= 8)
        h = rotate(h ^ round64(0, load64(p)), 27) * PRIME1 + PRIME4;
    if (left >= 4) {
        uint32_t x;
        memcpy(&x, p, sizeof x);
        h = rotate(h ^ x * PRIME1, 23) * PRIME2 + PRIME3;
        p += 4;
        left -= 4;
    }
    for (; left; p++, left--)
        h = rotate(h ^ *p * PRIME5, 11) * PRIME1;
    h = (h ^ h >> 33) * PRIME2;
    h = (h ^ h >> 29) * PRIME3;
    return h ^ h >> 32;
}

uint64_t digest_of(const void *data, size_t size)
{
    struct digest digest;
    digest_start(&digest);
    digest_feed(&digest, data, size);
    return digest_value(&digest);
}
