/* Neighbours, lines, boxes. */
#ifndef DSL_OP_LINE_H
#define DSL_OP_LINE_H

#include "op_grid.h"
#include "op_object.h"

/* Pushes the pair of two ints. */
DSL_INLINE void push_pair(struct vm *vm, int64_t i, int64_t j)
{
    stack_push(vm, ints_to_pair(vm, i, j));
}

/* Fills a small blank of one tile with rows of bits, all inside the box that they shrink to. */
DSL_INLINE struct val small_indices(struct vm *vm, int64_t row, int64_t col, int h, int w,
                                    uint32_t ends, uint32_t middle)
{
    uint64_t ref = pic_alloc(vm, VAL_INDICES, (int32_t)row, (int32_t)col, h, w, 1);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    uint32_t cells = 0;
    for (int i = 0; i < h; i++) {
        uint32_t bits = i == 0 || i == h - 1 ? ends : middle;
        pic_words(r)[i] = bits;
        cells += (uint32_t)bits_count(bits);
    }
    return pic_seal(vm, ref, cells);
}

DSL_FN struct val neighbours(struct vm *vm, struct val loc, int direct, int diagonal)
{
    struct ints at = subscript_pair(vm, loc);
    uint64_t base = vm->sp;
    if (!vm->err && at.a > INT32_MIN && at.a < INT32_MAX && at.b > INT32_MIN && at.b < INT32_MAX)
        return small_indices(vm, at.a - 1, at.b - 1, 3, 3, (direct ? 2u : 0) | (diagonal ? 5u : 0),
                             direct ? 5u : 0);
    if (vm->err || at.a == INT64_MAX || at.b == INT64_MAX || at.a == INT64_MIN || at.b == INT64_MIN)
        return fail(vm, ERR_LIMIT);
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++)
            if ((i && j) ? diagonal : (i || j) && direct)
                push_pair(vm, at.a + i, at.b + j);
    return stack_to_set(vm, base);
}

DSL_OP(dneighbors)
{
    return neighbours(vm, a[0], 1, 0);
}

DSL_OP(ineighbors)
{
    return neighbours(vm, a[0], 0, 1);
}

DSL_OP(neighbors)
{
    return neighbours(vm, a[0], 1, 1);
}

/* A filled rectangle of positions, both corners inclusive. */
DSL_FN struct val rectangle(struct vm *vm, int64_t top, int64_t left, int64_t bottom, int64_t right)
{
    int64_t h = bottom - top + 1, w = right - left + 1;
    if (h > LIMIT_ELEMENTS || w > LIMIT_ELEMENTS || h * w > LIMIT_ELEMENTS ||
        bottom != (int32_t)bottom || right != (int32_t)right)
        return fail(vm, ERR_LIMIT);
    uint64_t ref = indices_blank(vm, top, left, h, w);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    PIC_EACH_TILE(r, ti, q) pic_store(r, 0, ti, q, rows_rect(h, w, 32 * ti, 32 * q));
    return pic_seal(vm, ref, (uint64_t)(h * w));
}

enum { SHORT_DIAGONAL = 64 };

/* A diagonal of at most SHORT_DIAGONAL cells, two tiles, in the box at (top, left). */
DSL_FN struct val short_diagonal(struct vm *vm, int64_t top, int64_t left, int32_t n, int falling)
{
    uint64_t ref = pic_alloc(vm, VAL_INDICES, (int32_t)top, (int32_t)left, n, n, 1);
    if (!ref)
        return val_none();
    uint32_t *words = pic_words((struct pic *)heap_at(vm, ref));
    for (int32_t k = 0; k < n; k++) {
        int32_t j = falling ? k : n - 1 - k;
        words[k] = j < 32 ? 1u << j : 0;
        if (n > 32)
            words[n + k] = j < 32 ? 0 : 1u << (j & 31);
    }
    return pic_seal(vm, ref, (uint64_t)n);
}

/* The line from p to q: horizontal, vertical or at 45 degrees, else nothing. */
DSL_FN struct val line_between(struct vm *vm, struct ints p, struct ints q)
{
    int64_t top = p.a < q.a ? p.a : q.a, bottom = p.a < q.a ? q.a : p.a;
    int64_t left = p.b < q.b ? p.b : q.b, right = p.b < q.b ? q.b : p.b;
    uint64_t base = vm->sp;
    if (p.a == q.a || p.b == q.b)
        return rectangle(vm, top, left, bottom, right);
    if (bottom - top != right - left)
        return val_empty_set();
    if (bottom - top >= LIMIT_ELEMENTS)
        return fail(vm, ERR_LIMIT);
    int falling = (q.a > p.a) == (q.b > p.b);
    if (bottom - top < SHORT_DIAGONAL && bottom == (int32_t)bottom && right == (int32_t)right)
        return short_diagonal(vm, top, left, (int32_t)(bottom - top + 1), falling);
    for (int64_t k = 0; k <= bottom - top && !vm->err; k++)
        push_pair(vm, top + k, falling ? left + k : right - k);
    return stack_to_set(vm, base);
}

DSL_OP(connect)
{
    struct val p = unpack_pair(vm, a[0]);
    struct val q = vm->err ? p : unpack_pair(vm, a[1]);
    struct ints x = {p.u.p.a, p.u.p.b}, y = {q.u.p.a, q.u.p.b};
    return vm->err ? val_none() : line_between(vm, x, y);
}

enum { SHOOT_STEPS = 42 };

DSL_OP(shoot)
{
    struct val p = unpack_pair(vm, a[0]);
    struct ints d = subscript_pair(vm, a[1]);
    if (vm->err)
        return val_none();
    if (!val_fits32(d.a) || !val_fits32(d.b))
        return fail(vm, ERR_LIMIT);
    struct ints x = {p.u.p.a, p.u.p.b};
    struct ints y = {x.a + SHOOT_STEPS * d.a, x.b + SHOOT_STEPS * d.b};
    return line_between(vm, x, y);
}

enum { FRONTIER_CELLS = 30 };

/* vfrontier and hfrontier of a place whose item is no int. */
DSL_FN struct val frontier_of_any(struct vm *vm, struct val loc, int column)
{
    uint64_t base = vm->sp;
    struct val v[2];
    if (!val_is_tuple(loc))
        return fail(vm, ERR_TYPE);
    if (seq_len(vm, loc) <= (uint64_t)column)
        return fail(vm, ERR_INDEX);
    v[!column] = val_none();
    v[column] = tuple_get(vm, loc, (uint64_t)column);
    for (int k = 0; k < FRONTIER_CELLS && !vm->err; k++) {
        v[!column] = val_int(k);
        stack_push(vm, tuple_build(vm, v, 2));
    }
    return stack_to_set(vm, base);
}

DSL_OP(vfrontier)
{
    if (a[0].tag != VAL_PAIR)
        return frontier_of_any(vm, a[0], 1);
    struct ints at = subscript_pair(vm, a[0]);
    return vm->err ? val_none() : rectangle(vm, 0, at.b, FRONTIER_CELLS - 1, at.b);
}

DSL_OP(hfrontier)
{
    if (a[0].tag != VAL_PAIR)
        return frontier_of_any(vm, a[0], 0);
    struct ints at = subscript_pair(vm, a[0]);
    return vm->err ? val_none() : rectangle(vm, at.a, 0, at.a, FRONTIER_CELLS - 1);
}

/* An object of colour c that fills a rectangle. */
DSL_FN struct val plain_object(struct vm *vm, int32_t c, int64_t top, int64_t left, int64_t bottom,
                               int64_t right)
{
    struct val v[2];
    v[0] = val_int(c);
    v[1] = rectangle(vm, top, left, bottom, right);
    return vm->err ? val_none() : op_recolor(vm, v);
}

DSL_OP(frontiers)
{
    struct val v = as_grid_with_rows(vm, a[0]);
    uint64_t base = vm->sp;
    if (vm->err)
        return val_none();
    struct pic *g = heap_pic(vm, v);
    for (int32_t i = 0; i < g->h; i++)
        if (row_is_plain(g, i))
            stack_push(vm, plain_object(vm, grid_at(g, i, 0), i, 0, i, g->w - 1));
    for (int32_t q = 0; q < (int32_t)g->tw; q++)
        for (uint32_t m = plain_columns(g, q); m && !vm->err; m &= m - 1) {
            int32_t j = 32 * q + bits_first(m);
            stack_push(vm, plain_object(vm, grid_at(g, 0, j), 0, j, g->h - 1, j));
        }
    return stack_to_set(vm, base);
}

DSL_OP(backdrop)
{
    struct val p = as_patch(vm, a[0]);
    if (vm->err || !val_is_patch_pic(p))
        return p;
    struct pic *o = heap_pic(vm, p);
    return rectangle(vm, o->row, o->col, (int64_t)o->row + o->h - 1, (int64_t)o->col + o->w - 1);
}

DSL_OP(delta)
{
    struct val p = as_patch(vm, a[0]);
    if (vm->err || !val_is_patch_pic(p))
        return p;
    if (val_is_tuple(a[0]) && p.tag == VAL_INDICES)
        return fail(vm, ERR_TYPE);
    struct val all = op_backdrop(vm, &p);
    struct val own = vm->err ? all : pic_indices(vm, p);
    return vm->err ? val_none() : pic_select(vm, all, own, 0);
}

/* The outline of a rectangle, corners inclusive. */
DSL_FN struct val outline(struct vm *vm, int64_t top, int64_t left, int64_t bottom, int64_t right)
{
    int64_t h = bottom - top + 1, w = right - left + 1;
    if (h > LIMIT_ELEMENTS || w > LIMIT_ELEMENTS || bottom != (int32_t)bottom || right != (int32_t)right)
        return fail(vm, ERR_LIMIT);
    uint64_t ref = indices_blank(vm, top, left, h, w);
    if (!ref)
        return val_none();
    struct pic *r = (struct pic *)heap_at(vm, ref);
    for (int32_t q = 0; q < (int32_t)r->tw; q++) {
        uint32_t all = bits_below((int)(w - 32 * q > 32 ? 32 : w - 32 * q)), ends = 0;
        if (q == 0)
            ends |= 1u;
        if (q == (int32_t)r->tw - 1)
            ends |= 1u << ((w - 1) & 31);
        for (int32_t i = 0; i < r->h; i++)
            pic_words(r)[q * r->h + i] = i == 0 || i == r->h - 1 ? all : ends;
    }
    return pic_seal(vm, ref, (uint64_t)(h == 1 || w == 1 ? h * w : 2 * (h + w) - 4));
}

DSL_OP(box)
{
    if (val_is_container(a[0]) && seq_len(vm, a[0]) == 0)
        return a[0];
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    if (!p)
        return val_none();
    return outline(vm, p->row, p->col, (int64_t)p->row + p->h - 1, (int64_t)p->col + p->w - 1);
}

DSL_OP(outbox)
{
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    if (!p)
        return val_none();
    return outline(vm, (int64_t)p->row - 1, (int64_t)p->col - 1, (int64_t)p->row + p->h,
                   (int64_t)p->col + p->w);
}

DSL_OP(inbox)
{
    struct pic *p = patch_pic(vm, a[0], ERR_VALUE);
    if (!p)
        return val_none();
    int64_t i = (int64_t)p->row + 1, j = (int64_t)p->col + 1;
    int64_t k = (int64_t)p->row + p->h - 2, l = (int64_t)p->col + p->w - 2;
    return outline(vm, i < k ? i : k, j < l ? j : l, i < k ? k : i, j < l ? l : j);
}

#endif
