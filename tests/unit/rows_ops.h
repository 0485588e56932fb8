/*
 * rows_ops.h: every operation of the row and lane contracts (dsl/rows.h, dsl/lanes.h) behind one
 * type of function on plain arrays, so that dialects compiled for different instruction sets can
 * stand in one program.
 */
#ifndef BATT_TEST_ROWS_OPS_H
#define BATT_TEST_ROWS_OPS_H

#include <stdint.h>

/* All arguments at once; each operation takes those it needs, all within its contract. */
struct ops_case {
    uint32_t a[32], b[32]; /* masks */
    uint32_t word;
    int k, n;              /* 0..31, 0..32 */
    int i, j;              /* 0..31 */
    const uint32_t *plane; /* tw columns of h words, 32 more readable on both sides */
    int h, tw;
    int i0;                     /* row a load begins at, any */
    int64_t wi, wj;             /* corner of a window, any */
    uint32_t *to;               /* room for n words, no more */
    int32_t x[32], y[32];       /* lanes */
    int32_t at_i[32], at_j[32]; /* places in the plane for the lanes of `in` */
    uint32_t in, cond, before;  /* before: what *over and *zero hold already */
    const int32_t *from;        /* 32 lanes at any alignment of 4, no more readable */
    int32_t *lanes_to;          /* room for 32 */
    int m;                      /* words for words_*, 0..128 */
    const uint32_t *m_from;     /* m of them */
    const uint32_t *m_other;    /* the same or different */
    uint32_t *m_to;             /* room for m */
    int down;                   /* m_to is moved down by so many words, 1..8 */
    int n1, s;                  /* 1..32 lanes, s words apart: 1..4 */
    const int32_t *s_from;      /* s * (n1 - 1) + 1 */
    int32_t *s_to;              /* room for as many */
};

struct ops_result {
    uint32_t words[32]; /* a mask, or lanes */
    uint32_t number;    /* a number, a condition, or *over */
};

/* Rows first, then what picture.h builds on them, then lanes. */
/* clang-format off */
#define OPS_ALL(X)                                                                                 \
    X(zero) X(fill) X(load) X(store) X(and) X(or) X(xor) X(andnot) X(shl) X(shr) X(down1) X(up1)   \
    X(below) X(reverse) X(flip) X(transpose) X(any) X(eq) X(count) X(first) X(columns) X(ballot)   \
    X(get) X(bit) X(window) X(rect)                                                                \
    X(lanes_fill) X(lanes_load) X(lanes_store) X(lanes_add) X(lanes_sub) X(lanes_mul) X(lanes_div) \
    X(lanes_eq) X(lanes_lt) X(lanes_select) X(lanes_bits) X(lanes_test) X(lanes_get)              \
    X(lanes_from) X(lanes_to)                                                                      \
    X(words_count) X(words_any) X(words_equal) X(words_zero) X(words_copy) X(words_move_down)
/* clang-format on */

#define OPS_ENUM(name) OPS_##name,
enum ops_number { OPS_ALL(OPS_ENUM) OPS_COUNT };

typedef void ops_function(const struct ops_case *c, struct ops_result *r);

/* A dialect compiled for one instruction set. */
struct rows_ops {
    const char *name;
    int (*usable)(void); /* can this machine run it? */
    int width;           /* rows in a vector, 1 in the reference */
    int every;           /* takes every n-th case: a slow one not all of them */
    ops_function *op[OPS_COUNT];
};

extern const struct rows_ops rows_ops_ref, rows_ops_v2, rows_ops_v3, rows_ops_v4, rows_ops_plain;
extern const struct rows_ops rows_ops_sim;

#endif
