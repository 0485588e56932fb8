/* How two patches lie to one another. */
#ifndef DSL_OP_RELATE_H
#define DSL_OP_RELATE_H

#include "op_patch.h"

/* Word of row (outer coordinate) and 32 columns from col on, all layers. */
DSL_INLINE uint32_t pic_row_word(struct pic *p, int64_t row, int64_t col)
{
    return rows_get(pic_window_all(p, row - p->row, col - p->col), 0);
}

/* Have two pictures a row in common? */
DSL_FN int rows_meet(struct pic *p, struct pic *q)
{
    for (int64_t i = p->row; i < (int64_t)p->row + p->h; i += 32) {
        uint32_t x = 0, y = 0;
        for (uint32_t t = 0; t < p->tw; t++)
            x |= rows_ballot(pic_window_all(p, i - p->row, 32 * (int64_t)t));
        for (uint32_t t = 0; t < q->tw; t++)
            y |= rows_ballot(pic_window_all(q, i - q->row, 32 * (int64_t)t));
        if (x & y)
            return 1;
    }
    return 0;
}

/* Have two pictures a column in common? */
DSL_FN int columns_meet(struct pic *p, struct pic *q)
{
    for (int64_t j = p->col; j < (int64_t)p->col + p->w; j += 32) {
        uint32_t x = 0, y = 0;
        for (int32_t i = 0; i < p->h; i += 32)
            x |= rows_columns(pic_window_all(p, i, j - p->col));
        for (int32_t i = 0; i < q->h; i += 32)
            y |= rows_columns(pic_window_all(q, i, j - q->col));
        if (x & y)
            return 1;
    }
    return 0;
}

/* Two patches as pictures; 0 when one is empty (p or q NULL) or an error is set. */
DSL_FN int both_pics(struct vm *vm, const struct val *a, struct pic **p, struct pic **q)
{
    struct val x = as_patch(vm, a[0]);
    struct val y = vm->err ? x : as_patch(vm, a[1]);
    if (vm->err || !val_is_patch_pic(x) || !val_is_patch_pic(y))
        return 0;
    *p = heap_pic(vm, x);
    *q = heap_pic(vm, y);
    return 1;
}

DSL_OP(hmatching)
{
    struct pic *p, *q;
    return both_pics(vm, a, &p, &q) ? val_bool(rows_meet(p, q)) : val_bool(0);
}

DSL_OP(vmatching)
{
    struct pic *p, *q;
    return both_pics(vm, a, &p, &q) ? val_bool(columns_meet(p, q)) : val_bool(0);
}

/* Does p, moved by (di, dj), meet q? */
DSL_FN int pics_overlap(struct pic *p, struct pic *q, int64_t di, int64_t dj)
{
    PIC_EACH_TILE(q, ti, t)
    {
        int64_t i = (int64_t)q->row + 32 * ti - di - p->row, j = (int64_t)q->col + 32 * t - dj - p->col;
        if (rows_any(rows_and(pic_window_all(q, 32 * ti, 32 * t), pic_window_all(p, i, j))))
            return 1;
    }
    return 0;
}

/* Empty rows or columns between two ranges [a, a + n) and [b, b + m); 0 if they meet or touch. */
DSL_INLINE int64_t range_gap(int64_t a, int64_t n, int64_t b, int64_t m)
{
    int64_t gap = a < b ? b - (a + n) : a - (b + m);
    return gap < 0 ? -1 : gap;
}

/* Is the least distance of p, moved by (di, dj), to q exactly 1? */
DSL_FN int pics_adjacent(struct pic *p, struct pic *q, int64_t di, int64_t dj)
{
    int64_t gi = range_gap(p->row + di, p->h, q->row, q->h), gj = range_gap(p->col + dj, p->w, q->col, q->w);
    if (gi > 0 || gj > 0 || (gi == 0 && gj == 0))
        return 0;
    if (pics_overlap(p, q, di, dj))
        return 0;
    return pics_overlap(p, q, di + 1, dj) || pics_overlap(p, q, di - 1, dj) ||
           pics_overlap(p, q, di, dj + 1) || pics_overlap(p, q, di, dj - 1);
}

/*
 * Least distance by rows and columns: p is moved farther and farther until it meets q.  Only moves
 * that bring the boxes together are tried.
 */
DSL_FN int64_t pics_distance(struct vm *vm, struct pic *p, struct pic *q)
{
    int64_t gi = range_gap(p->row, p->h, q->row, q->h) + 1, gj = range_gap(p->col, p->w, q->col, q->w) + 1;
    int64_t up = (int64_t)q->row - p->row - p->h + 1, down = (int64_t)q->row + q->h - 1 - p->row;
    int64_t left = (int64_t)q->col - p->col - p->w + 1, right = (int64_t)q->col + q->w - 1 - p->col;
    uint64_t tiles = (uint64_t)q->tw * (uint64_t)pic_tile_rows(q);
    for (int64_t d = gi + gj;; d++) {
        int64_t first = up > -d ? up : -d, last = down < d ? down : d;
        if (last >= first && !afford(vm, (uint64_t)(last - first + 1) / 16))
            return 0;
        for (int64_t i = first; i <= last; i++) {
            int64_t j = d - (i < 0 ? -i : i), by[2] = {j, -j};
            for (int k = 0; k < (j ? 2 : 1); k++)
                if (by[k] >= left && by[k] <= right) {
                    if (pics_overlap(p, q, i, by[k]))
                        return d;
                    if (!afford(vm, (tiles + 3) / 4))
                        return 0;
                }
        }
    }
}

/* The least distance, all places with all; for patches that lie too far apart for masks. */
DSL_FN struct val pairs_distance(struct vm *vm, struct val a, struct val b)
{
    struct seq s = seq_begin(vm, a), t;
    struct val x, y;
    int64_t best = INT64_MAX;
    if (!afford(vm, seq_len(vm, a) * seq_len(vm, b) / 16))
        return val_none();
    while (!vm->err && seq_next(vm, &s, &x)) {
        x = unpack_pair(vm, x);
        for (t = seq_begin(vm, b); !vm->err && seq_next(vm, &t, &y);) {
            y = unpack_pair(vm, y);
            int64_t i = (int64_t)x.u.p.a - y.u.p.a, j = (int64_t)x.u.p.b - y.u.p.b;
            int64_t d = (i < 0 ? -i : i) + (j < 0 ? -j : j);
            best = d < best ? d : best;
        }
    }
    return val_int(best);
}

DSL_OP(manhattan)
{
    struct pic *p, *q;
    if (!both_pics(vm, a, &p, &q)) {
        if (vm->err != ERR_LIMIT)
            return fail(vm, ERR_VALUE);
        vm->err = ERR_NONE;
        struct val x = op_toindices(vm, a);
        struct val y = vm->err ? x : op_toindices(vm, a + 1);
        return vm->err ? val_none() : pairs_distance(vm, x, y);
    }
    if (p->b.len == 1 && q->b.len == 1) {
        int64_t i = (int64_t)p->row - q->row, j = (int64_t)p->col - q->col;
        return val_int((i < 0 ? -i : i) + (j < 0 ? -j : j));
    }
    return val_int(pics_distance(vm, p, q));
}

DSL_OP(adjacent)
{
    struct pic *p, *q;
    if (!both_pics(vm, a, &p, &q))
        return fail(vm, ERR_VALUE);
    return val_bool(pics_adjacent(p, q, 0, 0));
}

DSL_OP(bordering)
{
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    if (!p)
        return val_none();
    if (p->row == 0 || p->col == 0)
        return val_bool(1);
    if (!val_is_container(a[1]))
        return fail(vm, ERR_TYPE);
    int64_t h = (int64_t)seq_len(vm, a[1]);
    if ((int64_t)p->row + p->h == h)
        return val_bool(1);
    if (h == 0)
        return fail(vm, ERR_INDEX);
    int64_t w = val_is_tuple(a[1]) ? width_of(vm, a[1]) : fail(vm, ERR_TYPE).u.i;
    return val_bool((int64_t)p->col + p->w == w);
}

DSL_OP(position)
{
    struct val x = op_toindices(vm, a);
    struct val y = vm->err ? x : op_toindices(vm, a + 1);
    if (vm->err)
        return val_none();
    struct ints p = center_of(vm, x), q = center_of(vm, y);
    int r = p.a < q.a ? 1 : -1, s = p.b < q.b ? 1 : -1;
    if (vm->err)
        return val_none();
    return p.a == q.a ? val_pair(0, s) : p.b == q.b ? val_pair(r, 0) : val_pair(r, s);
}

enum { GRAVITATE_MOVES = 42 };

DSL_OP(gravitate)
{
    struct pic *p, *q;
    struct ints s = center_of(vm, a[0]), d = center_of(vm, a[1]);
    int32_t i = 0, j = 0, n = 0;
    if (vm->err || !both_pics(vm, a, &p, &q))
        return val_none();
    if (columns_meet(p, q))
        i = s.a < d.a ? 1 : -1;
    else
        j = s.b < d.b ? 1 : -1;
    while (n < GRAVITATE_MOVES && !pics_adjacent(p, q, (int64_t)n * i, (int64_t)n * j))
        n++;
    return val_pair(n * i, n * j);
}

#endif
