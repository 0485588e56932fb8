/*
 * ptx_test.c: PTX runs as NVIDIA's manual has it.  Statements in all lanes on edge values against
 * the same in C; branches by lane; and what must end with a message, in a process of its own.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../ptx/ptx.h"
#include "check.h"

enum { LANES = 32 };

/* A kernel's argument: what lanes read and write, a word each. */
struct argument {
    uint64_t *x, *y, *z, *to;
};

static uint64_t memory[4 * LANES];
static struct argument argument = {memory, memory + LANES, memory + 2 * LANES, memory + 3 * LANES};

static int all_memory(uint64_t p, uint64_t *from, uint64_t *to)
{
    *from = (uint64_t)(uintptr_t)memory;
    *to = *from + sizeof memory;
    return p >= *from && p < *to;
}

/* Statements between reading x, y and z (%rd1 to 3, %r1 to 3, %rs1 to 3, their lowest bits %p1 to
   3) and writing %rd4; the lane is in %r30. */
static const char before[] = ".version 9.0\n.target sm_90\n.address_size 64\n"
                             ".global .align 2 .b8 table[6] = {1, 2, 3, 4, 5, 255};\n"
                             ".func (.param .b64 func_retval0) twice(.param .b64 twice_param_0)\n"
                             "{\n.reg .b64 %rd<3>;\n"
                             "ld.param.u64 %rd1, [twice_param_0];\nadd.s64 %rd2, %rd1, %rd1;\n"
                             "st.param.b64 [func_retval0+0], %rd2;\nret;\n}\n"
                             ".visible .entry kernel(.param .align 8 .b8 kernel_param_0[32])\n"
                             ".maxntid 128, 1, 1\n{\n"
                             ".local .align 8 .b8 __local_depot0[64];\n"
                             ".shared .align 8 .b8 block[64];\n"
                             ".reg .pred %p<9>;\n.reg .b16 %rs<9>;\n.reg .b32 %r<32>;\n"
                             ".reg .b64 %rd<32>;\n.reg .b64 %SP;\n.reg .b64 %SPL;\n"
                             "ld.param.u64 %rd11, [kernel_param_0];\n"
                             "ld.param.u64 %rd12, [kernel_param_0+8];\n"
                             "ld.param.u64 %rd13, [kernel_param_0+16];\n"
                             "ld.param.u64 %rd14, [kernel_param_0+24];\n"
                             "mov.u32 %r30, %tid.x;\nmul.wide.u32 %rd15, %r30, 8;\n"
                             "add.s64 %rd21, %rd11, %rd15;\nadd.s64 %rd22, %rd12, %rd15;\n"
                             "add.s64 %rd23, %rd13, %rd15;\nadd.s64 %rd24, %rd14, %rd15;\n"
                             "ld.u64 %rd1, [%rd21];\nld.u64 %rd2, [%rd22];\n"
                             "ld.global.u64 %rd3, [%rd23];\n"
                             "cvt.u32.u64 %r1, %rd1;\ncvt.u32.u64 %r2, %rd2;\n"
                             "cvt.u32.u64 %r3, %rd3;\n"
                             "cvt.u16.u64 %rs1, %rd1;\ncvt.u16.u64 %rs2, %rd2;\n"
                             "cvt.u16.u64 %rs3, %rd3;\n"
                             "and.b32 %r4, %r1, 1;\nsetp.eq.s32 %p1, %r4, 1;\n"
                             "and.b32 %r4, %r2, 1;\nsetp.eq.s32 %p2, %r4, 1;\n"
                             "and.b32 %r4, %r3, 1;\nsetp.eq.s32 %p3, %r4, 1;\n"
                             "mov.u64 %rd4, 0;\nmov.u32 %r4, 0;\n";
static const char after[] = "\nst.global.u64 [%rd24], %rd4;\nret;\n}\n";

/* Runs the statements; 0 and the reason when they are not known. */
static int run(const char *statements, char why[256])
{
    static char text[8192];
    static uint8_t shared[PTX_SHARED_BYTES];
    struct ptx_place place = {0, 1, 0, LANES, shared};
    snprintf(text, sizeof text, "%s%s%s", before, statements, after);
    struct ptx_module *m = ptx_read(text, why);
    if (!m)
        return 0;
    ptx_run(ptx_kernel(m, "kernel"), &argument, sizeof argument, &place, all_memory);
    ptx_free(m);
    return 1;
}

/* ---- statements ---- */

static uint64_t edge(unsigned k)
{
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     5,
                                     31,
                                     32,
                                     33,
                                     63,
                                     64,
                                     255,
                                     0x7fff,
                                     0x8000,
                                     0xffff,
                                     0x10000,
                                     0x7fffffff,
                                     0x80000000,
                                     0xfffffffe,
                                     0xffffffff,
                                     0x1ffffffff,
                                     0x123456789abcdef0,
                                     INT64_MAX,
                                     (uint64_t)INT64_MIN,
                                     UINT64_MAX - 1,
                                     UINT64_MAX};
    return edges[k % (sizeof edges / sizeof *edges)];
}

#define S32(x) ((int32_t)(x))
#define U32(x) ((uint32_t)(x))
#define S64(x) ((int64_t)(x))

/* clang-format off */
#define STATEMENTS(HAS)                                                                            \
    HAS("add.s64 %rd4, %rd1, %rd2;", x + y)                                                        \
    HAS("sub.s64 %rd4, %rd1, %rd2;", x - y)                                                        \
    HAS("mul.lo.s64 %rd4, %rd1, %rd2;", x * y)                                                     \
    HAS("mul.hi.u64 %rd4, %rd1, %rd2;", (uint64_t)((unsigned __int128)x * y >> 64))                \
    HAS("min.s64 %rd4, %rd1, %rd2;", S64(x) < S64(y) ? x : y)                                      \
    HAS("max.u64 %rd4, %rd1, %rd2;", x > y ? x : y)                                                \
    HAS("neg.s64 %rd4, %rd1;", 0 - x)                                                              \
    HAS("not.b64 %rd4, %rd1;", ~x)                                                                 \
    HAS("abs.s64 %rd4, %rd1;", S64(x) < 0 ? 0 - x : x)                                             \
    HAS("shl.b64 %rd4, %rd1, %r2;", U32(y) < 64 ? x << U32(y) : 0)                                 \
    HAS("shr.u64 %rd4, %rd1, %r2;", U32(y) < 64 ? x >> U32(y) : 0)                                 \
    HAS("shr.s64 %rd4, %rd1, %r2;", (uint64_t)(S64(x) >> (U32(y) < 64 ? U32(y) : 63)))             \
    HAS("shr.s32 %r4, %r1, %r2; cvt.u64.u32 %rd4, %r4;",                                           \
        U32(S32(x) >> (U32(y) < 32 ? U32(y) : 31)))                                                \
    HAS("shl.b32 %r4, %r1, %r2; cvt.u64.u32 %rd4, %r4;", U32(y) < 32 ? U32(x << U32(y)) : 0)       \
    HAS("mul.wide.s32 %rd4, %r1, %r2;", (uint64_t)((int64_t)S32(x) * S32(y)))                      \
    HAS("mul.wide.u32 %rd4, %r1, %r2;", (uint64_t)U32(x) * U32(y))                                 \
    HAS("mad.lo.s32 %r4, %r1, %r2, %r3; cvt.s64.s32 %rd4, %r4;",                                   \
        (uint64_t)(int64_t)S32(U32(x) * U32(y) + U32(z)))                                          \
    HAS("and.b64 %rd4, %rd1, %rd2; or.b64 %rd4, %rd4, %rd3; xor.b64 %rd4, %rd4, 5;",               \
        ((x & y) | z) ^ 5)                                                                         \
    HAS("cvt.s64.s32 %rd4, %r1;", (uint64_t)(int64_t)S32(x))                                       \
    HAS("cvt.u64.u16 %rd4, %rs1;", (uint16_t)x)                                                    \
    HAS("cvt.s32.s8 %r4, %r1; cvt.s64.s32 %rd4, %r4;", (uint64_t)(int8_t)x)                        \
    HAS("selp.b64 %rd4, %rd1, %rd2, %p3;", z & 1 ? x : y)                                          \
    HAS("selp.u32 %r4, 7, %r2, %p1; cvt.u64.u32 %rd4, %r4;", x & 1 ? 7 : U32(y))                   \
    HAS("setp.lt.s32 %p4, %r1, %r2; selp.b64 %rd4, 1, 0, %p4;", S32(x) < S32(y))                   \
    HAS("setp.lt.u32 %p4, %r1, %r2; selp.b64 %rd4, 1, 0, %p4;", U32(x) < U32(y))                   \
    HAS("setp.ge.s64 %p4, %rd1, %rd2; selp.b64 %rd4, 1, 0, %p4;", S64(x) >= S64(y))                \
    HAS("setp.gt.u64 %p4, %rd1, %rd2; selp.b64 %rd4, 1, 0, %p4;", x > y)                           \
    HAS("setp.gt.s16 %p4, %rs1, %rs2; selp.b64 %rd4, 1, 0, %p4;", (int16_t)x > (int16_t)y)         \
    HAS("setp.eq.s16 %p4, %rs1, 255; selp.b64 %rd4, 1, 0, %p4;", (uint16_t)x == 255)               \
    HAS("and.pred %p4, %p1, %p2; xor.pred %p4, %p4, %p3; not.pred %p4, %p4;"                       \
        "selp.b64 %rd4, 1, 0, %p4;", !((x & y & 1) ^ (z & 1)))                                     \
    HAS("popc.b32 %r4, %r1; cvt.u64.u32 %rd4, %r4;", (uint64_t)__builtin_popcount(U32(x)))         \
    HAS("clz.b32 %r4, %r1; cvt.u64.u32 %rd4, %r4;", U32(x) ? (uint64_t)__builtin_clz(U32(x)) : 32) \
    HAS("bfind.shiftamt.u32 %r4, %r1; cvt.u64.u32 %rd4, %r4;",                                     \
        U32(x) ? (uint64_t)__builtin_clz(U32(x)) : 0xffffffff)                                     \
    HAS("brev.b32 %r4, %r1; clz.b32 %r4, %r4; cvt.u64.u32 %rd4, %r4;",                             \
        U32(x) ? (uint64_t)__builtin_ctz(U32(x)) : 32)                                             \
    HAS("bfi.b64 %rd4, %rd1, %rd2, 32, 32;", (y & 0xffffffff) | x << 32)                           \
    HAS("bfi.b32 %r4, %r1, %r2, 4, 8; cvt.u64.u32 %rd4, %r4;",                                     \
        (U32(y) & ~0xff0u) | (U32(x) & 255) << 4)                                                  \
    HAS("prmt.b32 %r4, %r1, %r2, 0x7610; cvt.u64.u32 %rd4, %r4;",                                  \
        (U32(x) & 0xffff) | (U32(y) & 0xffff0000))                                                 \
    HAS("prmt.b32 %r4, %r1, %r2, 0x8c43; cvt.u64.u32 %rd4, %r4;",                                   \
        (U32(x) >> 24 & 255) | (U32(y) & 255) << 8 | (y & 128 ? 0xff0000u : 0) |                   \
            (U32(x) & 0x80 ? 0xff000000u : 0))                                                     \
    HAS("div.u64 %rd2, %rd1, 7; rem.u64 %rd4, %rd1, 7; mad.lo.s64 %rd4, %rd2, 7, %rd4;", x)        \
    HAS("div.s32 %r4, %r1, -3; cvt.s64.s32 %rd4, %r4;", (uint64_t)(int64_t)(S32(x) / -3))          \
    HAS("rem.s64 %rd4, %rd1, 10;", (uint64_t)(S64(x) % 10))                                        \
    HAS("mov.b64 {%r4, %r5}, %rd1; mov.b64 %rd4, {%r5, %r4};", x >> 32 | x << 32)                  \
    HAS("mov.pred %p4, %p2; @%p4 mov.u64 %rd4, 9; @!%p4 mov.u64 %rd4, 8;", y & 1 ? 9 : 8)          \
    /* memory: the call of a function, local and shared memory, a table, elements */               \
    HAS("{ .param .b64 param0; st.param.b64 [param0+0], %rd1; .param .b64 retval0;"                \
        "call.uni (retval0), twice, (param0); ld.param.b64 %rd4, [retval0+0]; }", 2 * x)           \
    HAS("mov.u64 %SPL, __local_depot0; cvta.local.u64 %SP, %SPL; st.local.u64 [%SPL+8], %rd1;"     \
        "st.u16 [%SP+12], %rs2; ld.u64 %rd4, [%SP+8];",                                            \
        (x & ~((uint64_t)0xffff << 32)) | (y & 0xffff) << 32)                                      \
    HAS("mov.u64 %SPL, __local_depot0; and.b64 %rd5, %rd1, 3; shl.b64 %rd5, %rd5, 3;"              \
        "add.s64 %rd5, %rd5, %SPL; st.local.v2.u32 [%rd5+16], {%r1, %r2};"                         \
        "ld.local.s32 %r5, [%rd5+16]; ld.local.u32 %r6, [%rd5+20]; mov.b64 %rd4, {%r5, %r6};",     \
        U32(x) | y << 32)                                                                          \
    HAS("mov.u32 %r5, block; mul.lo.s32 %r6, %r30, 2; and.b32 %r6, %r6, 62; add.s32 %r5, %r5, %r6;"\
        "st.shared.u16 [%r5], %rs1; bar.warp.sync -1; ld.shared.u16 %rs4, [%r5];"                  \
        "cvt.u64.u16 %rd4, %rs4;", (uint16_t)x)                                                    \
    HAS("mov.u64 %rd5, table; cvta.global.u64 %rd5, %rd5; ld.global.nc.u8 %rs4, [%rd5+4];"         \
        "ld.s8 %r4, [%rd5+5]; cvt.u64.u16 %rd4, %rs4; cvt.s64.s32 %rd6, %r4;"                      \
        "sub.s64 %rd4, %rd4, %rd6;", 6)                                                            \
    HAS("setp.eq.s32 %p4, %r30, 40; @%p4 trap; mov.u64 %rd4, 7;", 7)                               \
    HAS("ld.v4.u16 {%rs4, %rs5, %rs6, %rs7}, [%rd21]; cvt.u64.u16 %rd4, %rs6;", x >> 32 & 0xffff)  \
    HAS("st.v2.u32 [%rd24], {%r2, %r1}; ld.volatile.u64 %rd4, [%rd24]; membar.gl;",                \
        U32(y) | x << 32)                                                                          \
    HAS("st.u64 [%rd24], %rd1; atom.add.u64 %rd5, [%rd24], %rd2; ld.global.cg.u64 %rd6, [%rd24];"  \
        "add.s64 %rd4, %rd5, %rd6;", 2 * x + y)                                                    \
    HAS("st.u64 [%rd24], %rd1; atom.cas.b64 %rd5, [%rd24], %rd2, %rd3; ld.u64 %rd6, [%rd24];"      \
        "add.s64 %rd4, %rd5, %rd6;", x + (x == y ? z : x))                                         \
    /* branches by lane */                                                                         \
    HAS("@%p1 bra $odd; mov.u64 %rd4, 10; bra.uni $end; $odd: mov.u64 %rd4, 20;"                   \
        "@%p2 bra $end; add.s64 %rd4, %rd4, 1; $end: bar.warp.sync -1;",                           \
        x & 1 ? y & 1 ? 20 : 21 : 10)                                                              \
    HAS("mov.u32 %r5, 0; $next: setp.ge.u32 %p4, %r5, %r30; @%p4 bra $left;"                       \
        "add.s64 %rd4, %rd4, %rd1; add.s32 %r5, %r5, 1; bra.uni $next;"                            \
        "$left: bar.warp.sync -1; shfl.sync.idx.b32 %r6|%p5, %r5, 31, 31, -1;"                     \
        "cvt.u64.u32 %rd5, %r6; add.s64 %rd4, %rd4, %rd5;", x * k + 31)                            \
    /* meetings */                                                                                 \
    HAS("shfl.sync.bfly.b32 %r5|%p4, %r30, 5, 31, -1; cvt.u64.u32 %rd4, %r5;", k ^ 5)              \
    HAS("shfl.sync.up.b32 %r5|%p4, %r30, 1, 0, -1; cvt.u64.u32 %rd4, %r5;", k ? k - 1 : 0)         \
    HAS("shfl.sync.down.b32 %r5|%p4, %r30, 1, 31, -1; cvt.u64.u32 %rd4, %r5;", k < 31 ? k + 1 : 31)\
    HAS("shfl.sync.up.b32 %r5|%p4, %r30, 35, 0, -1; cvt.u64.u32 %rd4, %r5;"                        \
        "@%p4 add.s64 %rd4, %rd4, 100;", k < 3 ? k : k - 3 + 100)                                  \
    HAS("shfl.sync.down.b32 %r5|%p4, %r30, 35, 31, -1; cvt.u64.u32 %rd4, %r5;"                     \
        "@%p4 add.s64 %rd4, %rd4, 100;", k > 28 ? k : k + 3 + 100)                                 \
    HAS("redux.sync.add.u32 %r5, %r30, -1; cvt.u64.u32 %rd4, %r5;", 496)                           \
    HAS("shl.b32 %r5, 1, %r30; redux.sync.or.b32 %r5, %r5, -1; cvt.u64.u32 %rd4, %r5;", 0xffffffff)\
    HAS("setp.lt.u32 %p4, %r30, 4; vote.sync.ballot.b32 %r5, %p4, -1;"                             \
        "vote.sync.ballot.b32 %r6, !%p4, -1; mov.b64 %rd4, {%r5, %r6};", 0xfffffff00000000f)       \
    HAS("setp.eq.s32 %p4, %r30, 40; vote.sync.any.pred %p5, %p4, -1;"                              \
        "selp.b64 %rd4, 1, 2, %p5;", 2)
/* clang-format on */

static uint64_t expected(int number, uint64_t x, uint64_t y, uint64_t z, uint64_t k)
{
    int n = 0;
    (void)x, (void)y, (void)z, (void)k;
#define EXPECT(text, expression)                                                                   \
    if (n++ == number)                                                                             \
        return (uint64_t)(expression);
    STATEMENTS(EXPECT)
    return 0;
}

static const char *const statements[] = {
#define TEXT(text, expression) text,
    STATEMENTS(TEXT)};

/* `step` 0: all lanes have the same words, which takes other ways. */
static int statement_holds(int n, unsigned from, unsigned step)
{
    char why[256];
    int good = 1;
    for (unsigned k = 0; k < LANES; k++) {
        argument.x[k] = edge(from + k * step);
        argument.y[k] = edge(from / 3 + 5 * k * step);
        argument.z[k] = edge(from / 7 + 11 * k * step);
    }
    if (!run(statements[n], why)) {
        printf("%s: %s\n", statements[n], why);
        return 0;
    }
    for (unsigned k = 0; k < LANES; k++) {
        uint64_t x = argument.x[k], y = argument.y[k], z = argument.z[k],
                 want = expected(n, x, y, z, k);
        if (argument.to[k] != want && good)
            printf("%s of %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ": %#" PRIx64 ", not %#" PRIx64
                   "\n",
                   statements[n], x, y, z, argument.to[k], want);
        good &= argument.to[k] == want;
    }
    return good;
}

/* ---- what may not be ---- */

/* What a process says that runs the statements, and whether it was ended. */
static int ends_with(const char *text, const char *message)
{
    static char said[1024];
    char why[256];
    int ends[2], status = 0;
    ssize_t n = 0, got;
    if (pipe(ends))
        return 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        if (!run(text, why))
            fprintf(stderr, "%s\n", why);
        _exit(0);
    }
    close(ends[1]);
    while ((got = read(ends[0], said + n, sizeof said - 1 - (size_t)n)) > 0)
        n += got;
    said[n] = 0;
    close(ends[0]);
    waitpid(child, &status, 0);
    if (strstr(said, message) && WIFSIGNALED(status))
        return 1;
    printf("%s: %s\n", text, said);
    return 0;
}

static const struct {
    const char *text, *message;
} faults[] = {
    {"ld.u32 %r4, [%rd14+2];", "is not a multiple of 4"},
    {"ld.v2.u64 {%rd4, %rd5}, [%rd14+252];", "is not a multiple of 16"},
    {"ld.v2.u32 {%r4, %r5}, [%rd14+4];", "is not a multiple of 8"},
    {"st.v2.u32 [%rd24+4], {%r4, %r5};", "is not a multiple of 8"},
    {"ld.u32 %r4, [%rd14+256];", "nothing is in global memory"},
    {"st.u64 [%rd11+-8], %rd4;", "nothing is in global memory"},
    {"ld.u64 %rd4, [%rd1];", "nothing is in global memory at 0"},
    {"st.u32 [%rd14], %r30;", "lanes 0 and 1 store 0 and 0x1 at one place"},
    {"and.b64 %rd5, %rd15, 31; add.s64 %rd5, %rd5, %rd14; st.u32 [%rd5], %r30;",
     "lanes 0 and 4 store 0 and 0x4 at one place"},
    {"mov.u32 %r5, block; ld.shared.u32 %r4, [%r5+64];", "nothing is in shared memory"},
    {"mov.u64 %SPL, __local_depot0; ld.local.u32 %r4, [%SPL+64];", "nothing is in local memory"},
    {"setp.eq.s32 %p4, %r30, 3; @%p4 bra $over; bar.warp.sync -1; $over: ",
     "but only 0xfffffff7 are there"},
    {"setp.eq.s32 %p4, %r30, 3; @%p4 bar.warp.sync -1;", "but only 0x8 are there"},
    {"setp.eq.s32 %p4, %r30, 3; @%p4 ret; shfl.sync.idx.b32 %r5|%p5, %r4, 0, 31, -1;",
     "but only 0xfffffff7 are there"},
    {"bar.warp.sync 65535;", "a meeting of the lanes 0xffff"},
    {"shfl.sync.idx.b32 %r5|%p5, %r4, 0, 7199, -1;", "a shuffle of parts of a warp"},
    {"st.u32 [%rd24], %r30; xor.b64 %rd5, %rd24, 8; ld.u32 %r4, [%rd5];",
     "lane 1 has stored at"},
    {"trap;", "the kernel gives up"},
    {"setp.eq.s32 %p4, %r30, 3; @%p4 trap;", "the kernel gives up"},
    {"ld.u8 %r4, [%rd30];", "nothing is in local memory"}, /* a register that nobody has set */
};

static const struct {
    const char *text, *reason;
} refusals[] = {
    {"sin.approx.f32 %r4, %r1;", "not known: sin.approx.f32"},
    {"setp.lt.s32 %p4|%p5, %r1, %r2;", "not known here: |"},
    {"mov.b32 %r4, {%rs1, %rs2};", "not known"},
    {"mov.b32 {%rs4, %rs5}, %r1;", "not known"},
    {"exit;", "not known: exit"},
    {"bra $nowhere;", "a branch to nowhere"},
    {"mov.u64 %rd99, 1;", "not a register"},
    {"mov.u64 %rd4, other;", "not a number: other"},
    {"call.uni other, ();", "no such function"},
    {"ld.param.u64 %rd4, [kernel_param_0+32];", "past the end of the parameter"},
    {"add.s64 %rd4, %rd1, %rd2", "not known here"},
    {"$twice: $twice: mov.u64 %rd4, {%r1};", "not known"},
    {"{ .reg .b64 %tmp; mov.u64 %tmp, 1; } mov.u64 %rd4, %tmp;", "not a number: %tmp"},
};

int main(void)
{
    char why[256];
    for (size_t n = 0; n < sizeof statements / sizeof *statements; n++)
        for (unsigned from = 0; from < 24 * 24; from++)
            check(statement_holds((int)n, from, from % 3), statements[n]);
    memset(memory, 0, sizeof memory);
    for (size_t n = 0; n < sizeof faults / sizeof *faults; n++)
        check(ends_with(faults[n].text, faults[n].message), faults[n].message);
    for (size_t n = 0; n < sizeof refusals / sizeof *refusals; n++)
        check(!run(refusals[n].text, why) && strstr(why, refusals[n].reason), refusals[n].text);
    return check_end();
}
