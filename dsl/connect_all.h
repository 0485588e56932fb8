/*
 * prapply(connect, a, b): programs draw all lines between the cells of two sets and then choose.
 *
 * Most pairs of cells are not in line, and many give the same line.  Where a and b lie within one
 * tile, the lines that there are can be listed in canonical order, and what all the calls would
 * have cost can be counted; so nothing is made twice, compared or sorted.
 */
#ifndef DSL_CONNECT_ALL_H
#define DSL_CONNECT_ALL_H

#include "op_all.h"

/* The two sets as masks over their common box, at most 32 x 32. */
struct connect_sets {
    uint32_t a[32], b[32];
    int32_t row, col, h, w;
};

/* What the pairs come to: lines found, units of their results, nodes of their trees. */
struct connect_count {
    uint64_t lines, units, trees;
};

/* The four ways a line goes on from its first cell, in canonical order. */
DSL_TABLE int8_t connect_ways[4][2] = {{0, 1}, {1, -1}, {1, 0}, {1, 1}};

/* How many of n calls a run with so many units left comes to, the one that it cannot pay among them.
 */
DSL_INLINE uint64_t connect_made(uint64_t n, uint64_t left)
{
    return n <= left ? n : left + 1;
}

/* Reads both sets; 0 when they do not lie within one tile. */
DSL_FN int connect_read(struct vm *vm, struct val x, struct val y, struct connect_sets *s)
{
    if (x.tag != VAL_INDICES || y.tag != VAL_INDICES)
        return 0;
    struct pic *p = heap_pic(vm, x), *q = heap_pic(vm, y);
    struct frame_box box = box_join(box_of(p), box_of(q));
    if (box.bottom - box.top > 32 || box.right - box.left > 32)
        return 0;
    s->row = (int32_t)box.top;
    s->col = (int32_t)box.left;
    s->h = (int32_t)(box.bottom - box.top);
    s->w = (int32_t)(box.right - box.left);
    for (int32_t i = 0; i < s->h; i++) {
        int32_t k = s->row + i - p->row, m = s->row + i - q->row;
        s->a[i] = k >= 0 && k < p->h ? pic_words(p)[k] << (p->col - s->col) : 0;
        s->b[i] = m >= 0 && m < q->h ? pic_words(q)[m] << (q->col - s->col) : 0;
    }
    return 1;
}

/* How many calls give the line between two cells of the box. */
DSL_INLINE uint32_t connect_calls(const struct connect_sets *s, int32_t i, int32_t j, int32_t k,
                                  int32_t l)
{
    uint32_t there = s->a[i] >> j & s->b[k] >> l & 1u, back = s->b[i] >> j & s->a[k] >> l & 1u;
    return i == k && j == l ? there : there + back;
}

/* The line of n cells from (i, j) of the box. */
DSL_INLINE struct val connect_line(struct vm *vm, const struct connect_sets *s, int32_t i,
                                   int32_t j, int32_t n, const int8_t *way)
{
    struct ints from, to;
    from.a = (int64_t)s->row + i;
    from.b = (int64_t)s->col + j;
    to.a = from.a + (int64_t)(n - 1) * way[0];
    to.b = from.b + (int64_t)(n - 1) * way[1];
    return line_between(vm, from, to);
}

/*
 * Goes through all lines of n >= from cells that begin at (i, j) one way: counts them, or pushes
 * them (count = NULL).
 */
DSL_FN void connect_way(struct vm *vm, const struct connect_sets *s, int32_t i, int32_t j,
                        const int8_t *way, int32_t from, struct connect_count *count)
{
    int32_t k = i + (from - 1) * way[0], l = j + (from - 1) * way[1];
    for (int32_t n = from; k < s->h && l >= 0 && l < s->w && !vm->err; n++) {
        uint32_t calls = connect_calls(s, i, j, k, l);
        if (calls && !count)
            stack_push(vm, connect_line(vm, s, i, j, n, way));
        if (calls && count) {
            count->lines += calls;
            count->units += calls * ((uint32_t)(n + (way[0] ? n : 1)) / 16);
            count->trees += calls * (uint32_t)(1 + 3 * n);
        }
        k += way[0];
        l += way[1];
    }
}

DSL_FN void connect_each(struct vm *vm, const struct connect_sets *s, struct connect_count *count)
{
    for (int32_t i = 0; i < s->h; i++)
        for (uint32_t m = s->a[i] | s->b[i]; m && !vm->err; m &= m - 1) {
            int32_t j = bits_first(m);
            for (int d = 0; d < 4; d++)
                connect_way(vm, s, i, j, connect_ways[d], d ? 2 : 1, count);
        }
}

/*
 * The whole of prapply(connect, a, b), every call billed as if it were made, `extra` units beside
 * its own; the result's elements are not billed.  0: not for this, nothing was done; else *r, or
 * err.
 */
DSL_FN int connect_all(struct vm *vm, struct val a, struct val b, uint64_t extra, struct val *r)
{
    struct connect_sets s;
    struct connect_count count = {0, 0, 0};
    uint64_t base = vm->sp;
    if (!connect_read(vm, a, b, &s))
        return 0;
    connect_each(vm, &s, &count);
    uint64_t calls = seq_len(vm, a) * seq_len(vm, b);
    if (DSL_COUNT_CALLS)
        vm->n_billed += connect_made(calls * (1 + extra), vm->fuel_limit - vm->fuel_used);
    bill(vm, calls * (1 + extra) + count.units);
    if (vm->err || !afford(vm, (count.trees + calls - count.lines) / 16))
        return 1;
    if (count.lines < calls)
        stack_push(vm, val_empty_set());
    connect_each(vm, &s, NULL);
    *r = vm->err ? val_none() : heap_block(vm, VAL_SET, vm->stack + base, vm->sp - base);
    vm->sp = base;
    return 1;
}

#endif
