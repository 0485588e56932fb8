/* See narrow.h.  Columns have no alignment. */
#include "narrow.h"

#include <stdint.h>
#include <string.h>

/* So many at a time go through local arrays, by loops that compilers make vectors of. */
enum { BATCH = 32 };

/* n numbers of type FROM to type TO. */
#define CONVERT(FROM, TO)                                                                          \
    static void FROM##_to_##TO(uint8_t *to, const uint8_t *from, size_t n)                         \
    {                                                                                              \
        FROM x[BATCH];                                                                             \
        TO y[BATCH];                                                                               \
        for (; n >= BATCH; n -= BATCH, from += sizeof x, to += sizeof y) {                         \
            memcpy(x, from, sizeof x);                                                             \
            for (int k = 0; k < BATCH; k++)                                                        \
                y[k] = (TO)x[k];                                                                   \
            memcpy(to, y, sizeof y);                                                               \
        }                                                                                          \
        memcpy(x, from, n * sizeof *x);                                                            \
        for (size_t k = 0; k < n; k++)                                                             \
            y[k] = (TO)x[k];                                                                       \
        memcpy(to, y, n * sizeof *y);                                                              \
    }

CONVERT(uint32_t, uint8_t)
CONVERT(uint32_t, uint16_t)
CONVERT(uint64_t, uint8_t)
CONVERT(uint64_t, uint16_t)
CONVERT(uint64_t, uint32_t)
CONVERT(uint8_t, uint32_t)
CONVERT(uint16_t, uint32_t)
CONVERT(uint8_t, uint64_t)
CONVERT(uint16_t, uint64_t)
CONVERT(uint32_t, uint64_t)

void narrow_copy(void *to, unsigned to_width, const void *from, unsigned from_width, size_t n)
{
    static void (*const convert[9][9])(uint8_t *, const uint8_t *, size_t) = {
        [4] = {[1] = uint32_t_to_uint8_t, [2] = uint32_t_to_uint16_t, [8] = uint32_t_to_uint64_t},
        [8] = {[1] = uint64_t_to_uint8_t, [2] = uint64_t_to_uint16_t, [4] = uint64_t_to_uint32_t},
        [1] = {[4] = uint8_t_to_uint32_t, [8] = uint8_t_to_uint64_t},
        [2] = {[4] = uint16_t_to_uint32_t, [8] = uint16_t_to_uint64_t},
    };
    if (to_width == from_width)
        memcpy(to, from, n * to_width);
    else
        convert[from_width][to_width](to, from, n);
}

unsigned narrow_width(const void *column, size_t n, unsigned wide)
{
    const uint8_t *at = column, *end = at + n * wide;
    uint64_t lanes[BATCH / 2] = {0}, x[BATCH / 2], all = 0;
    for (; (size_t)(end - at) >= sizeof x; at += sizeof x) {
        memcpy(x, at, sizeof x);
        for (int k = 0; k < BATCH / 2; k++)
            lanes[k] |= x[k];
    }
    for (int k = 0; k < BATCH / 2; k++)
        all |= lanes[k];
    /* two numbers of 4 bytes stand in one of 8 */
    all = wide == 4 ? (all | all >> 32) & UINT32_MAX : all;
    for (; at < end; at += wide) {
        uint64_t one = 0;
        memcpy(&one, at, wide); /* the low bytes come first */
        all |= one;
    }
    return all <= UINT8_MAX ? 1 : all <= UINT16_MAX ? 2 : all <= UINT32_MAX ? 4 : 8;
}
