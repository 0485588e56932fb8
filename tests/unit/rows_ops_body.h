/*
 * rows_ops_body.h: the table of rows_ops.h for one dialect.  As in lib/engine_variant.h the
 * including file chooses the dialect (ROWS_DIALECT), a name (OPS_NAME, OPS_TABLE) and how to tell
 * that the machine can run it (OPS_USABLE).
 */
#ifndef BATT_TEST_ROWS_OPS_BODY_H
#define BATT_TEST_ROWS_OPS_BODY_H

#include "../../dsl/lanes.h"
#include "../../dsl/picture.h"
#include "rows_ops.h"

#if ROWS_DIALECT == ROWS_VEC
enum { OPS_WIDTH = ROWS_WIDTH };
#else
enum { OPS_WIDTH = 1 };
#endif

/* A and B are the two masks; X and Y the two lanes. */
#define OPS_A rows_load(c->a, 32, 0)
#define OPS_B rows_load(c->b, 32, 0)
#define OPS_X lanes_load(c->x)
#define OPS_Y lanes_load(c->y)

#define OPS_MASK(name, value)                                                                      \
    static void ops_##name(const struct ops_case *c, struct ops_result *r)                         \
    {                                                                                              \
        (void)c;                                                                                   \
        rows_store(r->words, value, 32);                                                           \
    }
#define OPS_NUMBER(name, value)                                                                    \
    static void ops_##name(const struct ops_case *c, struct ops_result *r)                         \
    {                                                                                              \
        r->number = (uint32_t)(value);                                                             \
    }
/* The operations set r->number too, through *over. */
#define OPS_LANES(name, value)                                                                     \
    static void ops_##name(const struct ops_case *c, struct ops_result *r)                         \
    {                                                                                              \
        uint32_t over = c->before;                                                                 \
        lanes_store((int32_t *)r->words, value);                                                   \
        r->number = over;                                                                          \
    }

static inline struct plane ops_plane(const struct ops_case *c)
{
    struct plane m = {c->plane, c->h, c->tw};
    return m;
}

OPS_MASK(zero, rows_zero())
OPS_MASK(fill, rows_fill(c->word))
OPS_MASK(load, rows_load(c->plane, c->h, c->i0))
OPS_MASK(and, rows_and(OPS_A, OPS_B))
OPS_MASK(or, rows_or(OPS_A, OPS_B))
OPS_MASK(xor, rows_xor(OPS_A, OPS_B))
OPS_MASK(andnot, rows_andnot(OPS_A, OPS_B))
OPS_MASK(shl, rows_shl(OPS_A, c->k))
OPS_MASK(shr, rows_shr(OPS_A, c->k))
OPS_MASK(down1, rows_down1(OPS_A))
OPS_MASK(up1, rows_up1(OPS_A))
OPS_MASK(below, rows_below(c->n))
OPS_MASK(reverse, rows_reverse(OPS_A))
OPS_MASK(flip, rows_flip(OPS_A))
OPS_MASK(transpose, rows_transpose(OPS_A))
OPS_MASK(bit, rows_bit(c->i, c->j))
OPS_MASK(window, plane_window(ops_plane(c), c->wi, c->wj))
OPS_MASK(rect, rows_rect(c->h, 32 * c->tw - 5, c->wi & 127, c->wj & 127))
OPS_NUMBER(any, rows_any(OPS_A))
OPS_NUMBER(eq, rows_eq(OPS_A, OPS_B))
OPS_NUMBER(count, rows_count(OPS_A))
OPS_NUMBER(first, rows_first(OPS_A))
OPS_NUMBER(columns, rows_columns(OPS_A))
OPS_NUMBER(ballot, rows_ballot(OPS_A))
OPS_NUMBER(get, rows_get(OPS_A, c->i))

static void ops_store(const struct ops_case *c, struct ops_result *r)
{
    (void)r;
    rows_store(c->to, OPS_A, c->n);
}

OPS_LANES(lanes_fill, lanes_fill(c->x[0]))
OPS_LANES(lanes_load, lanes_load(c->from))
OPS_LANES(lanes_add, lanes_add(OPS_X, OPS_Y, &over))
OPS_LANES(lanes_sub, lanes_sub(OPS_X, OPS_Y, &over))
OPS_LANES(lanes_mul, lanes_mul(OPS_X, OPS_Y, &over))
OPS_LANES(lanes_div, lanes_div(OPS_X, OPS_Y, &over))
OPS_LANES(lanes_select, lanes_select(c->cond, OPS_X, OPS_Y))
OPS_LANES(lanes_bits, lanes_bits(c->cond))
OPS_NUMBER(lanes_eq, lanes_eq(OPS_X, OPS_Y))
OPS_NUMBER(lanes_lt, lanes_lt(OPS_X, OPS_Y))
OPS_NUMBER(lanes_test, lanes_test(c->plane, c->h, lanes_load(c->at_i), lanes_load(c->at_j), c->in))
OPS_NUMBER(lanes_get, lanes_get(OPS_X, c->k))

static void ops_lanes_store(const struct ops_case *c, struct ops_result *r)
{
    (void)r;
    lanes_store(c->lanes_to, OPS_X);
}

OPS_LANES(lanes_from, lanes_from(c->s_from, c->s, c->n1))
OPS_NUMBER(words_count, words_count(c->m_from, (uint64_t)c->m))
OPS_NUMBER(words_any, words_any(c->m_from, (uint64_t)c->m))
OPS_NUMBER(words_equal, words_equal(c->m_from, c->m_other, (size_t)c->m))

static void ops_lanes_to(const struct ops_case *c, struct ops_result *r)
{
    (void)r;
    lanes_to(c->s_to, c->s, OPS_X, c->n1);
}

static void ops_words_zero(const struct ops_case *c, struct ops_result *r)
{
    (void)r;
    words_zero(c->m_to, (size_t)c->m);
}

static void ops_words_copy(const struct ops_case *c, struct ops_result *r)
{
    (void)r;
    words_copy(c->m_to, c->m_from, (size_t)c->m);
}

static void ops_words_move_down(const struct ops_case *c, struct ops_result *r)
{
    (void)r;
    if (c->m > c->down)
        words_move_down(c->m_to, c->m_to + c->down, (size_t)(c->m - c->down));
}

static int ops_usable(void)
{
    return OPS_USABLE;
}

#ifndef OPS_EVERY
#define OPS_EVERY 1
#endif

/* OPS_CALL(op, c, r): how to call an operation where more than the caller must take part. */
#if defined(OPS_CALL)
#define OPS_CALLED(name)                                                                           \
    static void called_##name(const struct ops_case *c, struct ops_result *r)                      \
    {                                                                                              \
        OPS_CALL(ops_##name, c, r);                                                                \
    }
OPS_ALL(OPS_CALLED)
#define OPS_ENTRY(name) called_##name,
#else
#define OPS_ENTRY(name) ops_##name,
#endif
const struct rows_ops OPS_TABLE = {OPS_NAME, ops_usable, OPS_WIDTH, OPS_EVERY, {OPS_ALL(OPS_ENTRY)}};

#endif
