/* What statements do with registers, each lane with its own: arithmetic, comparison, conversion. */
#include <string.h>

#include "ptx_private.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef uint16_t b16;
typedef uint32_t b32;
typedef uint64_t b64;

/* ---- lane by lane ---- */

/* Runs `expression` of x, y, z, of type T, in all lanes; what comes is of type R. */
#define EACH_LANE(name, T, R, expression)                                                          \
    static void name(struct ptx_warp *w, const struct insn *i)                                     \
    {                                                                                              \
        struct word *to = &w->frame[i->to[0]];                                                     \
        const struct word *a = word_of(w, i->of[0]), *b = word_of(w, i->of[1]),                    \
                          *c = word_of(w, i->of[2]);                                               \
        if (!(a->each | b->each | c->each)) {                                                      \
            T x = (T)a->v[0], y = (T)b->v[0], z = (T)c->v[0];                                      \
            (void)x, (void)y, (void)z;                                                             \
            word_set(w, to, (u64)(R)(expression));                                                 \
            return;                                                                                \
        }                                                                                          \
        word_spread(to);                                                                           \
        for (int k = 0; k < LANES; k++) {                                                          \
            T x = (T)lane_of(a, k), y = (T)lane_of(b, k), z = (T)lane_of(c, k);                    \
            (void)x, (void)y, (void)z;                                                             \
            if (w->mask >> k & 1)                                                                  \
                to->v[k] = (u64)(R)(expression);                                                   \
        }                                                                                          \
    }

static u32 reversed(u32 x)
{
    u32 y = 0;
    for (int k = 0; k < 32; k++)
        y |= (x >> k & 1) << (31 - k);
    return y;
}

/* Bytes of y:x chosen by the digits of z. */
static u32 permuted(u32 x, u32 y, u32 z)
{
    u64 both = (u64)y << 32 | x;
    u32 result = 0;
    for (int k = 0; k < 4; k++) {
        u32 digit = z >> 4 * k & 15, byte = (u32)(both >> 8 * (digit & 7)) & 255;
        if (digit & 8)
            byte = byte & 128 ? 255 : 0;
        result |= byte << 8 * k;
    }
    return result;
}

/* Every operation, once: OP(name with _ for its dots, T, R, expression). */
#define SIGNED_AND_NOT(OP, n)                                                                      \
    OP(add_s##n, u##n, u##n, x + y)                                                                \
    OP(add_u##n, u##n, u##n, x + y)                                                                \
    OP(sub_s##n, u##n, u##n, x - y)                                                                \
    OP(sub_u##n, u##n, u##n, x - y)                                                                \
    OP(mul_lo_s##n, u##n, u##n, (u64)x *y)                                                         \
    OP(mul_lo_u##n, u##n, u##n, (u64)x *y)                                                         \
    OP(mad_lo_s##n, u##n, u##n, (u64)x *y + z)                                                     \
    OP(mad_lo_u##n, u##n, u##n, (u64)x *y + z)                                                     \
    OP(min_s##n, s##n, u##n, x < y ? x : y)                                                        \
    OP(min_u##n, u##n, u##n, x < y ? x : y)                                                        \
    OP(max_s##n, s##n, u##n, x > y ? x : y)                                                        \
    OP(max_u##n, u##n, u##n, x > y ? x : y)                                                        \
    OP(abs_s##n, s##n, u##n, x < 0 ? -(u64)x : (u64)x)                                             \
    OP(neg_s##n, u##n, u##n, 0 - (u64)x)                                                           \
    OP(div_u##n, u##n, u##n, y ? x / y : (u##n) - 1)                                               \
    OP(rem_u##n, u##n, u##n, y ? x % y : x)                                                        \
    OP(div_s##n, s##n, u##n, y == -1 ? 0 - (u64)x : y ? (u64)(x / y) : (u64)-1)                    \
    OP(rem_s##n, s##n, u##n, y == -1 ? 0 : y ? x % y : x)                                          \
    OP(and_b##n, u##n, u##n, x &y)                                                                 \
    OP(or_b##n, u##n, u##n, x | y)                                                                 \
    OP(xor_b##n, u##n, u##n, x ^ y)                                                                \
    OP(not_b##n, u##n, u##n, ~x)                                                                   \
    OP(shl_b##n, u64, u##n, (u32)y < n ? x << (u32)y : 0)                                          \
    OP(shr_u##n, u64, u##n, (u32)y < n ? x >> (u32)y : 0)                                          \
    OP(shr_s##n, u64, u##n, (s64)(s##n)x >> ((u32)y < n ? (u32)y : n - 1))                         \
    OP(mov_u##n, u##n, u##n, x)                                                                    \
    OP(mov_b##n, u##n, u##n, x)                                                                    \
    OP(mov_s##n, u##n, u##n, x)                                                                    \
    OP(selp_b##n, u64, u##n, z & 1 ? x : y)                                                        \
    OP(selp_u##n, u64, u##n, z & 1 ? x : y)                                                        \
    OP(selp_s##n, u64, u##n, z & 1 ? x : y)                                                        \
    OP(setp_eq_b##n, u##n, u8, x == y)                                                             \
    OP(setp_ne_b##n, u##n, u8, x != y)                                                             \
    COMPARED(OP, u##n)                                                                             \
    COMPARED(OP, s##n)                                                                             \
    CONVERTED(OP, u##n)                                                                            \
    CONVERTED(OP, s##n)

#define COMPARED(OP, t)                                                                            \
    OP(setp_eq_##t, t, u8, x == y)                                                                 \
    OP(setp_ne_##t, t, u8, x != y)                                                                 \
    OP(setp_lt_##t, t, u8, x < y)                                                                  \
    OP(setp_le_##t, t, u8, x <= y)                                                                 \
    OP(setp_gt_##t, t, u8, x > y)                                                                  \
    OP(setp_ge_##t, t, u8, x >= y)

#define CONVERTED(OP, t)                                                                           \
    OP(cvt_u8_##t, t, u8, x)                                                                       \
    OP(cvt_u16_##t, t, u16, x)                                                                     \
    OP(cvt_u32_##t, t, u32, x)                                                                     \
    OP(cvt_u64_##t, t, u64, (s64)x)                                                                \
    OP(cvt_s16_##t, t, u16, x)                                                                     \
    OP(cvt_s32_##t, t, u32, x)                                                                     \
    OP(cvt_s64_##t, t, u64, (s64)x)

#define OPERATIONS(OP)                                                                             \
    SIGNED_AND_NOT(OP, 16)                                                                         \
    SIGNED_AND_NOT(OP, 32)                                                                         \
    SIGNED_AND_NOT(OP, 64)                                                                         \
    CONVERTED(OP, u8)                                                                              \
    CONVERTED(OP, s8)                                                                              \
    OP(mov_pred, u8, u8, x)                                                                        \
    OP(not_pred, u8, u8, !x)                                                                       \
    OP(and_pred, u8, u8, x &y)                                                                     \
    OP(or_pred, u8, u8, x | y)                                                                     \
    OP(xor_pred, u8, u8, x ^ y)                                                                    \
    OP(mul_wide_u16, u16, u32, (u32)x *y)                                                          \
    OP(mul_wide_s16, s16, u32, (s32)x *y)                                                          \
    OP(mul_wide_u32, u32, u64, (u64)x *y)                                                          \
    OP(mul_wide_s32, s32, u64, (s64)x *y)                                                          \
    OP(mad_wide_u32, u64, u64, (u64)(u32)x *(u32)y + z)                                            \
    OP(mad_wide_s32, u64, u64, (u64)((s64)(s32)x * (s32)y) + z)                                    \
    OP(mul_hi_u64, u64, u64, (unsigned __int128)x *y >> 64)                                        \
    OP(mul_hi_u32, u32, u32, (u64)x *y >> 32)                                                      \
    OP(popc_b32, u32, u32, __builtin_popcount(x))                                                  \
    OP(popc_b64, u64, u32, __builtin_popcountll(x))                                                \
    OP(clz_b32, u32, u32, x ? __builtin_clz(x) : 32)                                               \
    OP(clz_b64, u64, u32, x ? __builtin_clzll(x) : 64)                                             \
    OP(bfind_shiftamt_u32, u32, u32, x ? __builtin_clz(x) : -1)                                    \
    OP(bfind_u32, u32, u32, x ? 31 - __builtin_clz(x) : -1)                                        \
    OP(brev_b32, u32, u32, reversed(x))                                                            \
    OP(prmt_b32, u32, u32, permuted(x, y, z))                                                      \
    OP(cvta_global_u64, u64, u64, x)                                                               \
    OP(cvta_to_global_u64, u64, u64, x)                                                            \
    OP(cvta_shared_u64, u64, u64, x + SHARED_BASE)                                                 \
    OP(cvta_to_shared_u64, u64, u64, x - SHARED_BASE)                                              \
    OP(cvta_local_u64, u64, u64, x + LOCAL_BASE)                                                   \
    OP(cvta_to_local_u64, u64, u64, x - LOCAL_BASE)

OPERATIONS(EACH_LANE)

/* ---- of four sources ---- */

/* of[0]'s lower bits into of[1], of[3] of them from bit of[2] on. */
static void bfi(struct ptx_warp *w, const struct insn *i)
{
    struct word *to = &w->frame[i->to[0]];
    word_spread(to);
    for (int k = 0; k < LANES; k++) {
        u32 at = (u32)lane_of(word_of(w, i->of[2]), k) & 255,
            n = (u32)lane_of(word_of(w, i->of[3]), k) & 255;
        u64 bits = n < 64 ? ((u64)1 << n) - 1 : ~(u64)0, x = lane_of(word_of(w, i->of[0]), k),
            y = lane_of(word_of(w, i->of[1]), k);
        if (at < 64)
            y = (y & ~(bits << at)) | (x & bits) << at;
        if (w->mask >> k & 1)
            to->v[k] = y & i->width;
    }
    word_gather(to);
}

/* ---- names ---- */

#define HAS(name, T, R, expression) {#name, name},

static const struct {
    const char *name;
    insn_run *run;
} operations[] = {OPERATIONS(HAS){"bfi_b32", bfi}, {"bfi_b64", bfi}};

insn_run *ptx_alu(const char *name)
{
    for (size_t k = 0; k < sizeof operations / sizeof *operations; k++)
        if (strcmp(operations[k].name, name) == 0)
            return operations[k].run;
    return NULL;
}
