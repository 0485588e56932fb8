/*
 * rows_test.c: the contracts of dsl/rows.h and dsl/lanes.h.  The reference dialect is held against
 * models in single bits and wide integers, every other dialect that this machine can run against
 * the reference.  One check is one operation of one dialect over all cases.
 */
#include "rows_ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CASES = 20000, PLANE_H = 100, PLANE_TW = 4, FENCE_MAX = 1 << 16 /* a page of 256 KiB */ };

#define OPS_NAMED(name) #name,
static const char *const op_names[OPS_COUNT] = {OPS_ALL(OPS_NAMED)};

static uint64_t seed = 1;

/* splitmix64 */
static uint64_t rng(void)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* lo..hi */
static int range(int lo, int hi)
{
    return lo + (int)(rng() % (uint64_t)(hi - lo + 1));
}

/* ---- memory whose every neighbour faults ---- */

struct fence {
    uint32_t *words;
    size_t n; /* words between the fences */
};

static struct fence fence_new(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *p = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || mprotect(p + page, page, PROT_READ | PROT_WRITE) != 0)
        abort();
    struct fence f = {(uint32_t *)(p + page), page / 4};
    return f;
}

/* n words that end at the upper fence or begin at the lower one. */
static uint32_t *fence_place(struct fence f, size_t n)
{
    return rng() & 1 ? f.words : f.words + f.n - n;
}

/* ---- random masks, lanes, planes ---- */

static void random_mask(uint32_t m[32])
{
    int kind = range(0, 10), lo = range(0, 31), hi = range(lo, 31), row = range(0, 31);
    uint32_t cols = 0xffffffffu >> range(0, 31) << range(0, 31);
    for (int i = 0; i < 32; i++) {
        uint32_t w = (uint32_t)rng(), sparse = w & (uint32_t)rng() & (uint32_t)rng();
        m[i] = kind == 0   ? 0
               : kind == 1 ? 0xffffffffu
               : kind == 2 ? sparse
               : kind == 3 ? ~sparse
               : kind == 4 ? (i == row ? w : 0)
               : kind == 5 ? (i == row) * 0xffffffffu
               : kind == 6 ? 1u << lo
               : kind == 7 ? (i >= lo && i <= hi) * cols
               : kind == 8 ? (i == row || i == hi) * (1u << (w & 31))
               : kind == 9 ? sparse & (uint32_t)rng() & (uint32_t)rng()
                           : w;
    }
}

static int32_t random_lane(void)
{
    static const int32_t edges[] = {
        INT32_MIN, INT32_MIN + 1, INT32_MAX, INT32_MAX - 1, 0,      1,     -1,     2,
        -2,        46340,         46341,     -46340,        -46341, 65536, -65536, 1 << 30};
    int kind = range(0, 3);
    return kind == 0   ? edges[range(0, sizeof edges / sizeof *edges - 1)]
           : kind == 1 ? range(-12, 12)
           : kind == 2 ? (int32_t)rng() >> range(0, 31)
                       : (int32_t)rng();
}

static void random_lanes(struct ops_case *c)
{
    int same = range(0, 3) == 0;
    for (int k = 0; k < 32; k++) {
        c->x[k] = random_lane();
        c->y[k] = same || range(0, 3) == 0 ? c->x[k] : random_lane();
        c->at_i[k] = c->in >> k & 1 ? range(0, c->h - 1) : random_lane();
        c->at_j[k] = c->in >> k & 1 ? range(0, 32 * c->tw - 1) : random_lane();
    }
}

struct places {
    struct fence plane, from, words, other, to; /* `to` is all that is written to */
};

/* What the operations on words and on lanes at a distance take. */
static void random_words(struct ops_case *c, struct places f)
{
    int sparse = range(0, 2);
    c->m = range(0, 3) ? range(0, 40) : range(0, 128);
    c->down = range(1, 8);
    c->m_to = fence_place(f.to, (size_t)c->m);
    uint32_t *a = fence_place(f.words, (size_t)c->m), *b = fence_place(f.other, (size_t)c->m);
    for (int k = 0; k < c->m; k++)
        b[k] = a[k] = sparse == 0   ? 0
                      : sparse == 1 ? (uint32_t)rng()
                                    : (uint32_t)(range(0, 63) == 0) << (k & 31);
    if (c->m && range(0, 1))
        b[range(0, c->m - 1)] ^= 1u << range(0, 31);
    c->m_from = a;
    c->m_other = b;
    c->n1 = range(1, 32);
    c->s = range(1, 4);
    c->s_from = (int32_t *)fence_place(f.plane, (size_t)(c->s * (c->n1 - 1) + 1));
    c->s_to = (int32_t *)fence_place(f.to, (size_t)(c->s * (c->n1 - 1) + 1));
}

static void random_case(struct ops_case *c, struct places f)
{
    memset(c, 0, sizeof *c);
    random_mask(c->a);
    random_mask(c->b);
    if (range(0, 3) == 0)
        memcpy(c->b, c->a, sizeof c->b);
    if (range(0, 7) == 0)
        c->b[range(0, 31)] ^= 1u << range(0, 31);
    c->word = (uint32_t)rng();
    c->k = range(0, 31);
    c->n = range(0, 32);
    c->i = range(0, 31);
    c->j = range(0, 31);
    c->h = range(0, 2) ? range(1, PLANE_H) : range(1, 34);
    c->tw = range(1, PLANE_TW);
    c->i0 = range(-40, c->h + 8);
    c->wi = range(0, 9) ? range(-40, c->h + 8) : (int64_t)rng() >> 2;
    c->wj = range(0, 9) ? range(-40, 32 * c->tw + 8) : (int64_t)rng() >> 2;
    c->in = range(0, 3) ? (uint32_t)rng() : 0xffffffffu;
    c->cond = range(0, 3) ? (uint32_t)rng() : range(0, 1) * 0xffffffffu;
    c->before = range(0, 1) ? 0 : (uint32_t)rng();
    random_lanes(c);
    for (size_t k = 0; k < f.plane.n; k++)
        f.plane.words[k] = (uint32_t)rng();
    c->plane = fence_place(f.plane, (size_t)(c->h * c->tw) + 64) + 32;
    c->to = fence_place(f.to, (size_t)c->n);
    random_words(c, f);
    c->from = memcpy(fence_place(f.from, 32), c->x, sizeof c->x);
    c->lanes_to = (int32_t *)fence_place(f.to, 32);
}

/* ---- what the reference is held against ---- */

static uint32_t bit(const uint32_t *m, int i, int j)
{
    return i >= 0 && i < 32 && j >= 0 && j < 32 ? m[i] >> j & 1 : 0;
}

static uint32_t plane_bit(const struct ops_case *c, int64_t i, int64_t j)
{
    return i >= 0 && i < c->h && j >= 0 && j < 32 * c->tw
               ? c->plane[(j >> 5) * c->h + i] >> (j & 31) & 1
               : 0;
}

/* Bit (i, j) of an operation that makes a mask; 2 when it makes none. */
static uint32_t mask_model(int op, const struct ops_case *c, int i, int j)
{
    switch (op) {
    case OPS_zero:
        return 0;
    case OPS_fill:
        return c->word >> j & 1;
    case OPS_load:
        return j < 32 ? plane_bit(c, (int64_t)c->i0 + i, j) : 0;
    case OPS_and:
        return bit(c->a, i, j) & bit(c->b, i, j);
    case OPS_or:
        return bit(c->a, i, j) | bit(c->b, i, j);
    case OPS_xor:
        return bit(c->a, i, j) != bit(c->b, i, j);
    case OPS_andnot:
        return bit(c->a, i, j) > bit(c->b, i, j);
    case OPS_shl:
        return bit(c->a, i, j - c->k);
    case OPS_shr:
        return bit(c->a, i, j + c->k);
    case OPS_down1:
        return bit(c->a, i - 1, j);
    case OPS_up1:
        return bit(c->a, i + 1, j);
    case OPS_below:
        return i < c->n;
    case OPS_reverse:
        return bit(c->a, i, 31 - j);
    case OPS_flip:
        return bit(c->a, 31 - i, j);
    case OPS_transpose:
        return bit(c->a, j, i);
    case OPS_bit:
        return i == c->i && j == c->j;
    case OPS_window:
        return plane_bit(c, c->wi + i, c->wj + j);
    case OPS_rect:
        return (c->wi & 127) + i < c->h && (c->wj & 127) + j < 32 * c->tw - 5;
    default:
        return 2;
    }
}

/* A number about masks, into *out; 0 when the operation makes none. */
static int number_model(int op, const struct ops_case *c, uint32_t *out)
{
    uint32_t count = 0, first = UINT32_MAX, columns = 0, ballot = 0, equal = 1;
    for (int i = 31; i >= 0; i--)
        for (int j = 31; j >= 0; j--) {
            uint32_t b = bit(c->a, i, j);
            count += b;
            first = b ? (uint32_t)(32 * i + j) : first;
            columns |= b << j;
            ballot |= b << i;
            equal &= b == bit(c->b, i, j);
        }
    *out = op == OPS_any       ? count > 0
           : op == OPS_eq      ? equal
           : op == OPS_count   ? count
           : op == OPS_first   ? first
           : op == OPS_columns ? columns
           : op == OPS_ballot  ? ballot
                               : c->a[c->i];
    return op >= OPS_any && op <= OPS_get;
}

/* Lane k of an operation that makes lanes, exactly; division by 0 is out of range. */
static int64_t lane_model(int op, const struct ops_case *c, int k)
{
    int64_t x = c->x[k], y = c->y[k], q;
    switch (op) {
    case OPS_lanes_fill:
        return c->x[0];
    case OPS_lanes_add:
        return x + y;
    case OPS_lanes_sub:
        return x - y;
    case OPS_lanes_mul:
        return x * y;
    case OPS_lanes_div:
        if (y == 0)
            return INT64_MAX;
        for (q = x / y; y > 0 ? q * y > x : q * y < x;)
            q--;
        return q;
    case OPS_lanes_select:
        return c->cond >> k & 1 ? x : y;
    case OPS_lanes_bits:
        return c->cond >> k & 1;
    case OPS_lanes_from:
        return c->s_from[k < c->n1 ? c->s * k : 0];
    default: /* load */
        return x;
    }
}

/* A condition on lanes; for get the lane. */
static uint32_t condition_model(int op, const struct ops_case *c)
{
    uint32_t m = 0;
    for (int k = 0; k < 32; k++) {
        uint32_t is = op == OPS_lanes_eq   ? c->x[k] == c->y[k]
                      : op == OPS_lanes_lt ? c->x[k] < c->y[k]
                                           : 0;
        if (op == OPS_lanes_test && c->in >> k & 1)
            is = plane_bit(c, c->at_i[k], c->at_j[k]);
        m |= is << k;
    }
    return op == OPS_lanes_get ? (uint32_t)c->x[c->k] : m;
}

/* Operations whose result is what they store; 0: another one. */
static int store_model(int op, const struct ops_case *c)
{
    if (op == OPS_store)
        memcpy(c->to, c->a, 4 * (size_t)c->n);
    else if (op == OPS_lanes_store)
        memcpy(c->lanes_to, c->x, sizeof c->x);
    else if (op == OPS_lanes_to)
        for (int k = 0; k < c->n1; k++)
            c->s_to[c->s * k] = c->x[k];
    else if (op == OPS_words_zero || op == OPS_words_copy)
        for (int k = 0; k < c->m; k++)
            c->m_to[k] = op == OPS_words_copy ? c->m_from[k] : 0;
    else if (op == OPS_words_move_down)
        for (int k = c->down; k < c->m; k++)
            c->m_to[k - c->down] = c->m_to[k];
    else
        return 0;
    return 1;
}

/* A number about words, into *out; 0 when the operation makes none. */
static int words_model(int op, const struct ops_case *c, uint32_t *out)
{
    uint32_t bits = 0, equal = 1;
    for (int k = 0; k < c->m; k++) {
        equal &= c->m_from[k] == c->m_other[k];
        for (int j = 0; j < 32; j++)
            bits += c->m_from[k] >> j & 1;
    }
    *out = op == OPS_words_count ? bits : op == OPS_words_any ? bits > 0 : equal;
    return op == OPS_words_count || op == OPS_words_any || op == OPS_words_equal;
}

static void model(int op, const struct ops_case *c, struct ops_result *r)
{
    uint32_t number;
    if (store_model(op, c))
        return;
    if (words_model(op, c, &number)) {
        r->number = number;
    } else if (mask_model(op, c, 0, 0) != 2) {
        memset(r->words, 0, sizeof r->words);
        for (int i = 0; i < 32; i++)
            for (int j = 0; j < 32; j++)
                r->words[i] |= mask_model(op, c, i, j) << j;
    } else if (number_model(op, c, &r->number)) {
        return;
    } else if (op == OPS_lanes_eq || op == OPS_lanes_lt || op == OPS_lanes_test ||
               op == OPS_lanes_get) {
        r->number = condition_model(op, c);
    } else {
        r->number = c->before;
        for (int k = 0; k < 32; k++) {
            int64_t x = lane_model(op, c, k);
            r->words[k] = (uint32_t)(uint64_t)x;
            r->number |= (uint32_t)(x != (int32_t)x) << k;
        }
    }
}

/* ---- running and comparing ---- */

static long n_failed_cases;

static void tell(const char *name, int op, int number, const struct ops_result *got,
                 const struct ops_result *want)
{
    if (n_failed_cases++ >= 20)
        return;
    printf("%s %s, case %d: number %#x, expected %#x;", name, op_names[op], number, got->number,
           want->number);
    for (int k = 0; k < 32; k++)
        if (got->words[k] != want->words[k])
            printf(" word %d %#x, expected %#x;", k, got->words[k], want->words[k]);
    printf("\n");
}

/* Lanes without a quotient hold anything. */
static void forget_bad_lanes(int op, const struct ops_case *c, struct ops_result *r)
{
    for (int k = 0; k < 32; k++)
        if (op == OPS_lanes_div && (c->y[k] == 0 || (c->x[k] == INT32_MIN && c->y[k] == -1)))
            r->words[k] = 0;
}

static int is_store(int op)
{
    return op == OPS_store || op == OPS_lanes_store || op == OPS_lanes_to || op >= OPS_words_zero;
}

/* Runs one operation, or its model; the memory it may write to holds the same as ever before. */
static void perform(const struct rows_ops *d, int op, const struct ops_case *c, struct places f,
                    struct ops_result *r)
{
    memset(r, 0x5a, sizeof *r);
    if (is_store(op))
        memcpy(f.to.words, f.plane.words, 4 * f.to.n);
    if (d)
        d->op[op](c, r);
    else
        model(op, c, r);
    forget_bad_lanes(op, c, r);
}

/* Does the dialect do as its judge (NULL: the model) says, memory written included? */
static int agrees(const struct rows_ops *d, const struct rows_ops *judge, int op,
                  const struct ops_case *c, struct places f, int number)
{
    static uint32_t written[FENCE_MAX];
    struct ops_result got, want;
    perform(judge, op, c, f, &want);
    if (is_store(op))
        memcpy(written, f.to.words, 4 * f.to.n);
    perform(d, op, c, f, &got);
    int same = !is_store(op) || memcmp(f.to.words, written, 4 * f.to.n) == 0;
    if (memcmp(&got, &want, sizeof got) == 0 && same)
        return 1;
    tell(d->name, op, number, &got, &want);
    if (!same && n_failed_cases <= 20)
        printf("  the memory differs, n = %d, m = %d, n1 = %d, s = %d\n", c->n, c->m, c->n1, c->s);
    return 0;
}

int main(void)
{
    static const struct rows_ops *const dialects[] = {
        &rows_ops_ref,
#if defined(__x86_64__)
        &rows_ops_v2,
        &rows_ops_v3,
        &rows_ops_v4,
#else
        &rows_ops_plain,
#endif
        &rows_ops_sim
    };
    enum { N = sizeof dialects / sizeof *dialects };
    static int broken[N][OPS_COUNT];
    struct places f = {fence_new(), fence_new(), fence_new(), fence_new(), fence_new()};
    struct ops_case c;
    long passed = 0, failed = 0;
    setvbuf(stdout, NULL, _IOLBF, 0); /* what was told before a crash is not lost */
    for (int number = 0; number < CASES; number++) {
        random_case(&c, f);
        for (int d = 0; d < N; d++)
            for (int op = 0; op < OPS_COUNT && dialects[d]->usable() &&
                             number % dialects[d]->every == 0; op++)
                broken[d][op] |= !agrees(dialects[d], d ? dialects[0] : NULL, op, &c, f, number);
    }
    for (int d = 0; d < N; d++) {
        if (!dialects[d]->usable()) {
            printf("%s: this machine cannot run it, skipped\n", dialects[d]->name);
            continue;
        }
        for (int op = 0; op < OPS_COUNT; op++) {
            passed += !broken[d][op];
            failed += broken[d][op];
        }
        /* Compiled with the wrong flags a dialect falls back to narrower vectors. */
        int wide_enough = d == 0 || N < 5 || d == N - 1 || dialects[d]->width == 2 << d;
        if (!wide_enough)
            printf("%s: vectors of %d rows\n", dialects[d]->name, dialects[d]->width);
        passed += wide_enough;
        failed += !wide_enough;
    }
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0;
}
