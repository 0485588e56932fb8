/*
 * picture_test.c: grids, objects and indices (dsl/picture.h and what stands on it) against plain
 * lists of cells.  Every picture is made in several ways; its content decides its form, its bytes
 * and its digest, and operations on it do what they do to the list.
 */
#ifndef ROWS_DIALECT
#define ROWS_DIALECT ROWS_REF
#endif
#include "../../dsl/run_engine.h"
#include "../../dsl/vm_memory.h"

#include <stdio.h>
#include <stdlib.h>

#ifndef TRIALS
#define TRIALS 1200
#endif

static long n_passed, n_failed;
static int trial; /* told with every failure */

#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (condition) {                                                                           \
            n_passed++;                                                                            \
        } else if (n_failed++ < 20) {                                                              \
            printf("%s:%d: trial %d: %s: ", __FILE__, __LINE__, trial, #condition);                \
            printf(__VA_ARGS__);                                                                   \
            printf("\n");                                                                          \
        }                                                                                          \
    } while (0)

static struct vm *vm;
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
    return (int)(lo + (int64_t)(rng() % (uint64_t)((int64_t)hi - lo + 1)));
}

/* An empty arena whose free space is full of what an earlier run may have left. */
static void start_trial(void)
{
    trial++;
    heap_reset(vm);
    memset(heap_at(vm, vm->top), 0xa5, (size_t)1 << 16);
}

/* ---- the model: ascending lists of cells ---- */

struct cell {
    int64_t c, i, j;
};

enum { MOST = 1 << 14 };

struct cells {
    enum val_tag tag; /* INDICES (c is 0) or OBJECT */
    int n;
    struct cell at[MOST];
};

static int cell_order(const void *x, const void *y)
{
    const struct cell *a = x, *b = y;
    return a->c != b->c   ? (a->c < b->c ? -1 : 1)
           : a->i != b->i ? (a->i < b->i ? -1 : 1)
           : a->j != b->j ? (a->j < b->j ? -1 : 1)
                          : 0;
}

static void cells_add(struct cells *s, int64_t c, int64_t i, int64_t j)
{
    struct cell x = {s->tag == VAL_OBJECT ? c : 0, i, j};
    if (s->n == MOST)
        abort();
    s->at[s->n++] = x;
}

static void cells_sort(struct cells *s)
{
    int n = 0;
    qsort(s->at, (size_t)s->n, sizeof *s->at, cell_order);
    for (int k = 0; k < s->n; k++)
        if (k == 0 || cell_order(&s->at[n - 1], &s->at[k]) != 0)
            s->at[n++] = s->at[k];
    s->n = n;
}

static int cells_has(const struct cells *s, const struct cell *x)
{
    return bsearch(x, s->at, (size_t)s->n, sizeof *s->at, cell_order) != NULL;
}

static int cells_compare(const struct cells *a, const struct cells *b)
{
    for (int k = 0; k < a->n && k < b->n; k++) {
        int d = cell_order(&a->at[k], &b->at[k]);
        if (d)
            return d;
    }
    return a->n < b->n ? -1 : a->n > b->n;
}

static int64_t cells_bound(const struct cells *s, int column, int greatest)
{
    int64_t best = column ? s->at[0].j : s->at[0].i;
    for (int k = 1; k < s->n; k++) {
        int64_t x = column ? s->at[k].j : s->at[k].i;
        best = greatest ? (x > best ? x : best) : (x < best ? x : best);
    }
    return best;
}

static int cells_colours(const struct cells *s)
{
    int n = s->n > 0;
    for (int k = 1; k < s->n; k++)
        n += s->at[k].c != s->at[k - 1].c;
    return n;
}

/* Is it a picture, or a list of elements because it is too wide or too colourful? */
static int cells_fit(const struct cells *s)
{
    int64_t h = cells_bound(s, 0, 1) - cells_bound(s, 0, 0) + 1;
    int64_t w = cells_bound(s, 1, 1) - cells_bound(s, 1, 0) + 1;
    int64_t layer = h <= LIMIT_WORDS ? h * ((w + 31) / 32) : (int64_t)1 << 40;
    return cells_colours(s) <= COLOURS_MAX && layer * cells_colours(s) <= LIMIT_WORDS;
}

/* ---- values of lists, lists of values ---- */

static struct val element(const struct cells *s, int k)
{
    const struct cell *x = &s->at[k];
    return s->tag == VAL_OBJECT ? val_cell((int32_t)x->c, (int32_t)x->i, (int32_t)x->j)
                                : val_pair((int32_t)x->i, (int32_t)x->j);
}

/* As a set, from the elements in any order, some of them twice. */
static struct val value_of(const struct cells *s)
{
    uint64_t base = vm->sp;
    for (int k = 0; k < s->n; k++)
        for (int times = range(0, 9) == 0; times >= 0; times--)
            stack_push(vm, element(s, k));
    for (uint64_t n = vm->sp - base; n > 1; n--) {
        uint64_t k = base + rng() % n;
        struct val last = vm->stack[base + n - 1];
        vm->stack[base + n - 1] = vm->stack[k];
        vm->stack[k] = last;
    }
    return stack_to_set(vm, base);
}

static int is_element(struct val e, const struct cells *s, int k)
{
    struct val want = element(s, k);
    return e.tag == want.tag && e.c == want.c && e.u.p.a == want.u.p.a && e.u.p.b == want.u.p.b;
}

/* Are the elements of v, in its own order, those of s? */
static int lists(struct val v, const struct cells *s)
{
    struct seq it = seq_begin(vm, v);
    struct val e;
    int k = 0;
    while (seq_next(vm, &it, &e)) {
        if (k == s->n || !is_element(e, s, k))
            return 0;
        k++;
    }
    return k == s->n;
}

/* Are the words from `from` to the end of the block 0? */
static int zero_to_end(const struct pic *p, const uint32_t *from)
{
    const uint32_t *end = (const uint32_t *)((const uint8_t *)p + 16 * (size_t)p->b.size16);
    while (from < end && *from == 0)
        from++;
    return from == end;
}

/* The form of every picture (struct pic in value.h): NULL, or what is wrong. */
static const char *form_trouble(struct val v)
{
    struct pic *p = heap_pic(vm, v);
    uint32_t words = p->n_layers * p->layer_words, units = 3 + (p->n_layers + 3) / 4;
    if (p->b.tag != v.tag || p->b.kind != 0 || p->reserved != 0)
        return "head";
    if (p->tw != (uint32_t)(p->w + 31) / 32 || p->layer_words != p->tw * (uint32_t)p->h)
        return "shape";
    if (sizeof *p != 48 || p->b.size16 != units + (words + 3) / 4)
        return "size";
    for (uint32_t k = 0; k < p->n_layers; k++) {
        if (k > 0 && pic_colours(p)[k - 1] >= pic_colours(p)[k])
            return "order of the colours";
        if (layer_count(p, k) == 0)
            return "empty layer";
        for (uint32_t n = p->layer_words - (uint32_t)p->h; n < p->layer_words; n++)
            if (p->w % 32 && pic_layer(p, k)[n] >> (p->w % 32))
                return "bits beyond the box";
    }
    for (uint32_t k = p->n_layers; k % 4; k++)
        if (pic_colours(p)[k] != 0)
            return "padding of the colours";
    return zero_to_end(p, pic_words(p) + words) ? NULL : "padding of the words";
}

static void check_patch_form(struct val v, const struct cells *s, const char *what)
{
    struct pic *p = heap_pic(vm, v);
    const char *trouble = form_trouble(v);
    CHECK(!trouble, "%s: %s", what, trouble);
    CHECK(p->row == cells_bound(s, 0, 0) && p->col == cells_bound(s, 1, 0) &&
              p->row + (int64_t)p->h - 1 == cells_bound(s, 0, 1) &&
              p->col + (int64_t)p->w - 1 == cells_bound(s, 1, 1),
          "%s: box at (%d, %d), %d x %d", what, p->row, p->col, p->h, p->w);
    CHECK(p->n_layers == (uint32_t)cells_colours(s), "%s: %u layers", what, p->n_layers);
    CHECK(p->b.tree == 1 + (uint32_t)s->n * (v.tag == VAL_OBJECT ? 5 : 3), "%s", what);
    CHECK(p->b.depth == (v.tag == VAL_OBJECT ? 3 : 2), "%s", what);
}

/* Everything that must hold of a set that came about somehow and should have these elements. */
static void check_set(struct val v, const struct cells *s, const char *what)
{
    CHECK(!vm->err, "%s: error %d", what, (int)vm->err);
    CHECK(vm->sp == 0, "%s: the stack holds %lu", what, (unsigned long)vm->sp);
    if (vm->err || vm->sp) {
        vm->err = ERR_NONE;
        vm->sp = 0;
        return;
    }
    CHECK(val_is_set(v) && seq_len(vm, v) == (uint64_t)s->n, "%s: tag %u, %lu elements, not %d",
          what, v.tag, (unsigned long)seq_len(vm, v), s->n);
    CHECK(lists(v, s), "%s", what);
    CHECK(v.tag == (s->n && cells_fit(s) ? s->tag : VAL_SET), "%s: tag %u", what, v.tag);
    if (val_is_patch_pic(v) && s->n > 0)
        check_patch_form(v, s, what);
    struct val again = value_of(s);
    CHECK(val_equal(vm, v, again) && val_order(vm, v, again, 0) == 0, "%s", what);
    CHECK(digest_value(vm, v) == digest_value(vm, again), "%s", what);
}

/* ---- random lists ---- */

enum box_kind {
    BOX_SMALL,
    BOX_TILE,
    BOX_LARGE,
    BOX_TALL,
    BOX_BROAD,
    BOX_EDGE,
    BOX_WIDE,
    BOX_KINDS
};

static int64_t random_corner(void)
{
    int kind = range(0, 5);
    return kind == 0   ? 0
           : kind == 1 ? range(-70, 70)
           : kind == 2 ? range(-2000000000, 2000000000)
                       : range(-5, 30);
}

static int random_colour(int kind)
{
    static const int odd[] = {-1, -1000, 10, 255, 256, 70000, INT32_MIN, INT32_MAX, 0, 5};
    return kind == 0   ? range(0, 9)
           : kind == 1 ? odd[range(0, 9)]
           : kind == 2 ? range(-20, 40)
           : kind == 3 ? 3
                       : range(0, 1);
}

/* Cells within h x w at (i, j); most of them, few, a line, or a block. */
static void random_fill(struct cells *s, int64_t i, int64_t j, int h, int w, int colours)
{
    int kind = range(0, 4), n = kind == 0 ? range(1, 3) : range(1, 300);
    int bh = kind == 1 ? range(1, h < 40 ? h : 40) : 0, bw = range(1, w < 40 ? w : 40);
    int bi = kind == 1 ? range(0, h - bh) : 0, bj = range(0, w - bw), c = random_colour(colours);
    for (int k = 0; k < bh * bw; k++)
        cells_add(s, range(0, 9) ? c : random_colour(colours), i + bi + k / bw, j + bj + k % bw);
    for (int k = 0; kind == 2 && k < h && k < w && k < 200; k++)
        cells_add(s, c, i + k, j + k);
    for (int k = 0; kind != 1 && kind != 2 && k < n; k++)
        cells_add(s, random_colour(colours), i + range(0, h - 1), j + range(0, w - 1));
}

static void random_cells(struct cells *s, enum val_tag tag)
{
    static const int shape[BOX_KINDS][2] = {{6, 6},   {32, 32}, {90, 110},       {400, 3},
                                            {3, 400}, {33, 33}, {70, 2000000000}};
    int kind = range(0, 9) ? range(0, BOX_EDGE) : BOX_WIDE, colours = range(0, 4);
    int h = shape[kind][0], w = shape[kind][1];
    int64_t i = random_corner(), j = kind == BOX_WIDE ? -1000000000 : random_corner();
    s->tag = tag;
    s->n = 0;
    if (range(0, 39) != 0)
        random_fill(s, i, j, h, w, colours);
    if (range(0, 3) == 0)
        random_fill(s, i, j, h, w, range(0, 4));
    cells_sort(s);
}

/* A list that shares cells, or places, with another one. */
static void related_cells(struct cells *s, const struct cells *o)
{
    int keep = range(1, 4), kind = range(0, 5);
    s->n = 0;
    s->tag = o->tag;
    for (int k = 0; k < o->n && kind < 4; k++)
        if (kind == 0 || range(0, keep) > 0)
            cells_add(s, o->at[k].c + (kind == 2 && !range(0, 9)), o->at[k].i,
                      o->at[k].j + (kind == 1 && o->at[k].j < INT32_MAX && !range(0, 9)));
    if (o->n && kind > 2)
        random_fill(s, o->at[0].i - 3, o->at[0].j - 3, 40, 40, range(0, 4));
    for (int k = 0; k < s->n; k++)
        s->at[k].c = (int32_t)(s->tag == VAL_OBJECT ? s->at[k].c : 0);
    cells_sort(s);
}

/* ---- sets ---- */

typedef struct val op_function(struct vm *, const struct val *);

static struct val call1(op_function *f, struct val x)
{
    return f(vm, &x);
}

static struct val call2(op_function *f, struct val x, struct val y)
{
    struct val a[2] = {x, y};
    return f(vm, a);
}

static struct val call3(op_function *f, struct val x, struct val y, struct val z)
{
    struct val a[3] = {x, y, z};
    return f(vm, a);
}

/* Which cells the result has: of a or b, of both, of a only. */
enum join { UNION, INTERSECTION, DIFFERENCE };

static void join(const struct cells *a, const struct cells *b, enum join how, struct cells *out)
{
    out->tag = a->tag;
    out->n = 0;
    for (int k = 0; k < a->n; k++)
        if (how == UNION || cells_has(b, &a->at[k]) == (how == INTERSECTION))
            cells_add(out, a->at[k].c, a->at[k].i, a->at[k].j);
    for (int k = 0; k < b->n && how == UNION; k++)
        cells_add(out, b->at[k].c, b->at[k].i, b->at[k].j);
    cells_sort(out);
}

/*
 * Canonical order.  A pair (i, j) and a cell (c, (i, j)): the first numbers decide, then the pair
 * comes first, since numbers stand before tuples.
 */
static int sets_order(const struct cells *a, const struct cells *b)
{
    if (a->tag == b->tag || !a->n || !b->n)
        return cells_compare(a, b);
    if (a->tag == VAL_OBJECT)
        return -sets_order(b, a);
    return a->at[0].i <= b->at[0].c ? -1 : 1;
}

static void check_joins(const struct cells *a, const struct cells *b, struct val x, struct val y)
{
    static struct cells both;
    if (a->tag == b->tag) {
        join(a, b, UNION, &both);
        check_set(call2(op_combine, x, y), &both, "union");
        check_set(call2(op_combine, y, x), &both, "union, the other way round");
        join(a, b, INTERSECTION, &both);
        check_set(call2(op_intersection, x, y), &both, "intersection");
        join(a, b, DIFFERENCE, &both);
        check_set(call2(op_difference, x, y), &both, "difference");
    }
    CHECK(val_order(vm, x, y, 0) == sets_order(a, b), "order");
    CHECK(val_order(vm, x, y, 0) == -val_order(vm, y, x, 0), "order both ways");
    int same = (a->tag == b->tag || !a->n) && cells_compare(a, b) == 0;
    CHECK(val_equal(vm, x, y) == same && val_equal(vm, y, x) == same, "equality");
    CHECK((digest_value(vm, x) == digest_value(vm, y)) == same, "digests of %s",
          same ? "equals" : "different sets");
    for (int k = 0; k < 10 && b->n; k++) {
        int at = range(0, b->n - 1);
        CHECK(seq_contains(vm, x, element(b, at)) == (a->tag == b->tag && cells_has(a, &b->at[at])),
              "element %d", at);
    }
}

static void test_joins(void)
{
    static struct cells a, b;
    start_trial();
    random_cells(&a, range(0, 1) ? VAL_OBJECT : VAL_INDICES);
    if (range(0, 1))
        related_cells(&b, &a);
    else
        random_cells(&b, range(0, 1) ? VAL_OBJECT : VAL_INDICES);
    struct val x = value_of(&a), y = value_of(&b);
    check_set(x, &a, "from elements");
    check_joins(&a, &b, x, y);
    check_set(x, &a, "after use");
    check_set(y, &b, "after use");
}

/* The same set by a detour. */
static void test_detours(void)
{
    static struct cells a, b, more;
    start_trial();
    random_cells(&a, range(0, 1) ? VAL_OBJECT : VAL_INDICES);
    related_cells(&b, &a);
    struct val x = value_of(&a), y = value_of(&b), v;
    join(&a, &b, UNION, &more);
    v = call2(op_combine, call2(op_difference, x, y), call2(op_intersection, y, x));
    check_set(v, &a, "difference and intersection joined");
    v = call2(op_combine, x, y);
    check_set(call2(op_difference, v, call2(op_difference, y, x)), &a, "more, and less again");
    join(&b, &a, DIFFERENCE, &more);
    uint64_t mark = vm->top;
    v = val_empty_set();
    for (int k = 0; k < a.n && k < 40; k++)
        v = call2(op_insert, element(&a, a.n - 1 - k), v);
    v = call2(op_combine, v, x);
    CHECK(!vm->err, "error %d", (int)vm->err);
    heap_keep(vm, mark, &v, 1);
    check_set(v, &a, "one by one, then slid down");
    mark = vm->top;
    uint64_t base = seq_push(vm, x);
    v = stack_to_tuple(vm, base);
    base = seq_push(vm, v);
    check_set(stack_to_set(vm, base), &a, "through a tuple");
    if (a.n && cells_fit(&a))
        check_set(call2(op_shift, v, val_pair(0, 0)), &a, "tuple read as a patch");
}

/* ---- patches ---- */

static void mirrored(const struct cells *s, int t, struct cells *out)
{
    int64_t top = cells_bound(s, 0, 0), bottom = cells_bound(s, 0, 1);
    int64_t left = cells_bound(s, 1, 0), right = cells_bound(s, 1, 1);
    out->tag = s->tag;
    out->n = 0;
    for (int k = 0; k < s->n; k++) {
        int64_t i = s->at[k].i, j = s->at[k].j;
        if (t == TURN_FLIP)
            cells_add(out, s->at[k].c, top + bottom - i, j);
        else if (t == TURN_REVERSE)
            cells_add(out, s->at[k].c, i, left + right - j);
        else if (t == TURN_DIAGONAL)
            cells_add(out, s->at[k].c, j - left + top, i - top + left);
        else
            cells_add(out, s->at[k].c, top + right - j, left + bottom - i);
    }
    cells_sort(out);
}

static int out_of_32(const struct cells *s)
{
    return cells_bound(s, 0, 1) > INT32_MAX || cells_bound(s, 1, 1) > INT32_MAX ||
           cells_bound(s, 0, 0) < INT32_MIN || cells_bound(s, 1, 0) < INT32_MIN;
}

/* What the mirrors and shift must give; LIMIT where a place leaves 32 bits or masks grow too large.
 */
static void check_moved(struct val v, const struct cells *s, const char *what)
{
    if (!out_of_32(s) && cells_fit(s)) {
        check_set(v, s, what);
        return;
    }
    CHECK(vm->err == ERR_LIMIT, "%s: error %d, not limit", what, (int)vm->err);
    vm->err = ERR_NONE;
    vm->sp = 0;
}

static void check_mirrors(const struct cells *s, struct val x)
{
    static op_function *const ops[] = {op_hmirror, op_vmirror, op_dmirror, op_cmirror};
    static const char *const names[] = {"hmirror", "vmirror", "dmirror", "cmirror"};
    static struct cells want, back;
    for (int t = 0; t < 4; t++) {
        mirrored(s, t, &want);
        struct val v = call1(ops[t], x);
        check_moved(v, &want, names[t]);
        if (out_of_32(&want) || !cells_fit(&want))
            continue;
        mirrored(&want, t, &back);
        CHECK(cells_compare(&back, s) == 0, "the model: %s", names[t]);
        check_set(call1(ops[t], v), s, "mirrored twice");
    }
}

static void shifted(const struct cells *s, int64_t di, int64_t dj, struct cells *out)
{
    out->tag = s->tag;
    out->n = 0;
    for (int k = 0; k < s->n; k++)
        cells_add(out, s->at[k].c, s->at[k].i + di, s->at[k].j + dj);
}

/* A box that ends at the last number may count as beyond it when it is shifted there. */
static int at_end(const struct cells *s)
{
    return cells_bound(s, 0, 1) == INT32_MAX || cells_bound(s, 1, 1) == INT32_MAX;
}

static void check_shifts(const struct cells *s, struct val x)
{
    static struct cells want;
    int far = range(0, 4) == 0;
    int32_t di = far ? (int32_t)rng() : range(-100, 100), dj = range(-100, 100);
    shifted(s, di, dj, &want);
    struct val v = call2(op_shift, x, val_pair(di, dj));
    if (at_end(&want) && vm->err == ERR_LIMIT)
        vm->err = ERR_NONE;
    else
        check_moved(v, &want, "shift");
    if (!at_end(s) && !at_end(&want) && !out_of_32(&want) && di > INT32_MIN)
        check_set(call2(op_shift, v, val_pair(-di, -dj)), s, "shift there and back");
    shifted(s, -cells_bound(s, 0, 0), -cells_bound(s, 1, 0), &want);
    check_set(call1(op_normalize, x), &want, "normalize");
}

static void check_upscale(const struct cells *s, struct val x)
{
    static struct cells want;
    int f = range(1, 4);
    int64_t top = s->n ? cells_bound(s, 0, 0) : 0, left = s->n ? cells_bound(s, 1, 0) : 0;
    if (s->tag != VAL_OBJECT || s->n * f * f > MOST)
        return;
    want.tag = s->tag;
    want.n = 0;
    for (int k = 0; k < s->n * f * f; k++) {
        const struct cell *from = &s->at[k / (f * f)];
        cells_add(&want, from->c, top + (from->i - top) * f + k / f % f,
                  left + (from->j - left) * f + k % f);
    }
    cells_sort(&want);
    check_moved(call2(op_upscale, x, val_int(f)), &want, "upscale");
}

static int is_pair(struct val v, int64_t a, int64_t b)
{
    return v.tag == VAL_PAIR && v.u.p.a == a && v.u.p.b == b;
}

static void check_counts(const struct cells *s, struct val x)
{
    static struct cells places;
    int64_t c = s->at[range(0, s->n - 1)].c, n = 0;
    for (int k = 0; k < s->n; k++)
        n += s->at[k].c == c;
    if (s->tag == VAL_OBJECT) {
        CHECK(call2(op_colorcount, x, val_int(c)).u.i == n, "colour %ld", (long)c);
        CHECK(call1(op_numcolors, x).u.i == cells_colours(s), "numcolors");
        CHECK(call1(op_color, x).u.i == s->at[0].c, "color");
    }
    CHECK(call1(op_size, x).u.i == s->n, "size");
    CHECK(call1(op_uppermost, x).u.i == cells_bound(s, 0, 0), "uppermost");
    CHECK(call1(op_lowermost, x).u.i == cells_bound(s, 0, 1), "lowermost");
    CHECK(call1(op_leftmost, x).u.i == cells_bound(s, 1, 0), "leftmost");
    CHECK(call1(op_rightmost, x).u.i == cells_bound(s, 1, 1), "rightmost");
    CHECK(is_pair(call1(op_lrcorner, x), cells_bound(s, 0, 1), cells_bound(s, 1, 1)), "lrcorner");
    places.tag = VAL_INDICES;
    places.n = 0;
    for (int k = 0; k < s->n; k++)
        cells_add(&places, 0, s->at[k].i, s->at[k].j);
    cells_sort(&places);
    check_set(call1(op_toindices, x), &places, "toindices");
    places.tag = VAL_OBJECT;
    for (int k = 0; k < places.n; k++)
        places.at[k].c = c;
    check_set(call2(op_recolor, val_int(c), x), &places, "recolor");
}

static void test_patches(void)
{
    static struct cells s;
    start_trial();
    random_cells(&s, range(0, 1) ? VAL_OBJECT : VAL_INDICES);
    if (s.n && range(0, 19) == 0) { /* at the end of the numbers */
        int64_t down = INT32_MAX - range(0, 3) - cells_bound(&s, 0, 1);
        for (int k = 0; k < s.n; k++)
            s.at[k].i += down;
    }
    if (s.n == 0 || !cells_fit(&s))
        return;
    struct val x = value_of(&s);
    check_set(x, &s, "from elements");
    check_mirrors(&s, x);
    check_shifts(&s, x);
    check_upscale(&s, x);
    check_counts(&s, x);
    check_set(x, &s, "after use");
}

/* ---- grids ---- */

enum { SIDE = 100 };

struct board {
    int h, w;
    int64_t at[SIDE][SIDE];
};

static void random_board(struct board *g)
{
    int colours = range(0, 4), large = range(0, 3) == 0, lines = range(0, 3);
    g->h = range(1, large ? SIDE : 12);
    g->w = range(range(0, 19) ? 1 : 0, large ? SIDE : 12);
    for (int i = 0; i < g->h; i++)
        for (int j = 0; j < g->w; j++)
            g->at[i][j] = lines == 1 && i   ? g->at[0][j]
                          : lines == 2 && j ? g->at[i][0]
                                            : random_colour(colours);
}

/* As a tuple of rows that no one has looked at. */
static struct val board_rows(const struct board *g)
{
    struct val row[SIDE], cell[SIDE];
    for (int i = 0; i < g->h; i++) {
        for (int j = 0; j < g->w; j++)
            cell[j] = val_int(g->at[i][j]);
        row[i] = tuple_build(vm, cell, (uint64_t)g->w);
    }
    return heap_block(vm, VAL_TUPLE, row, (uint64_t)g->h);
}

static struct val value_of_board(const struct board *g)
{
    return as_grid(vm, board_rows(g));
}

static int boards_order(const struct board *a, const struct board *b)
{
    for (int i = 0; i < a->h && i < b->h; i++) {
        for (int j = 0; j < a->w && j < b->w; j++)
            if (a->at[i][j] != b->at[i][j])
                return a->at[i][j] < b->at[i][j] ? -1 : 1;
        if (a->w != b->w)
            return a->w < b->w ? -1 : 1;
    }
    return a->h < b->h ? -1 : a->h > b->h;
}

/* How often the colour is met. */
static int64_t board_count(const struct board *g, int64_t c)
{
    int64_t n = 0;
    for (int i = 0; i < g->h; i++)
        for (int j = 0; j < g->w; j++)
            n += g->at[i][j] == c;
    return n;
}

static int board_colours(const struct board *g)
{
    static struct cells s;
    s.tag = VAL_OBJECT;
    s.n = 0;
    for (int i = 0; i < g->h; i++)
        for (int j = 0; j < g->w; j++)
            if (s.n == 0 || s.at[s.n - 1].c != g->at[i][j])
                cells_add(&s, g->at[i][j], 0, 0);
    cells_sort(&s);
    return s.n;
}

static int grid_holds(struct val v, const struct board *g)
{
    struct pic *p = heap_pic(vm, v);
    for (int i = 0; i < g->h; i++)
        for (int j = 0; j < g->w; j++) {
            int met = 0;
            for (uint32_t k = 0; k < p->n_layers; k++)
                met += pic_bit(p, k, i, j);
            if (met != 1 || grid_at(p, i, j) != g->at[i][j])
                return 0;
        }
    return 1;
}

static void check_grid(struct val v, const struct board *g, const char *what)
{
    CHECK(!vm->err && vm->sp == 0, "%s: error %d, stack %lu", what, (int)vm->err,
          (unsigned long)vm->sp);
    CHECK(vm->err || v.tag == VAL_GRID || (g->h == 0 && v.tag == VAL_TUPLE), "%s: tag %u", what,
          v.tag);
    vm->sp = 0;
    if (vm->err || v.tag != VAL_GRID) {
        vm->err = ERR_NONE;
        return;
    }
    struct pic *p = heap_pic(vm, v);
    const char *trouble = form_trouble(v);
    CHECK(!trouble, "%s: %s", what, trouble);
    CHECK(p->h == g->h && p->w == g->w && p->row == 0 && p->col == 0, "%s: %d x %d, not %d x %d",
          what, p->h, p->w, g->h, g->w);
    if (p->h != g->h || p->w != g->w)
        return;
    CHECK(p->n_layers == (uint32_t)board_colours(g), "%s: %u layers", what, p->n_layers);
    CHECK(p->b.len == (uint32_t)(g->h * g->w), "%s: %u cells", what, p->b.len);
    CHECK(grid_holds(v, g), "%s", what);
    struct val again = value_of_board(g), raw = board_rows(g);
    CHECK(val_equal(vm, v, again) && val_order(vm, v, again, 0) == 0, "%s", what);
    CHECK(digest_pic(heap_pic(vm, v)) == digest_pic(heap_pic(vm, again)), "%s", what);
    CHECK(val_equal(vm, v, raw) && val_equal(vm, raw, v) && val_order(vm, raw, v, 0) == 0, "%s",
          what);
    CHECK(digest_value(vm, v) == digest_value(vm, raw), "%s: as a tuple of rows", what);
    CHECK(val_tree(vm, v) == val_tree(vm, raw), "%s", what);
}

/* The board turned: cell (i, j) of the result. */
static int64_t turned_at(const struct board *g, int t, int i, int j)
{
    int h = g->h - 1, w = g->w - 1;
    switch (t) {
    case TURN_FLIP:
        return g->at[h - i][j];
    case TURN_REVERSE:
        return g->at[i][w - j];
    case TURN_DIAGONAL:
        return g->at[j][i];
    case TURN_ANTI:
        return g->at[h - j][w - i];
    case TURN_90:
        return g->at[h - j][i];
    case TURN_180:
        return g->at[h - i][w - j];
    default:
        return g->at[j][w - i];
    }
}

static void check_turns(const struct board *g, struct val x)
{
    static op_function *const ops[] = {op_hmirror, op_vmirror, op_dmirror, op_cmirror,
                                       op_rot90,   op_rot180,  op_rot270};
    static const char *const names[] = {"hmirror", "vmirror", "dmirror", "cmirror",
                                        "rot90",   "rot180",  "rot270"};
    static struct board want;
    for (int t = TURN_FLIP; t <= TURN_270; t++) {
        int swaps = turn_swaps((enum turn)t);
        want.h = swaps ? g->w : g->h;
        want.w = swaps ? g->h : g->w;
        for (int i = 0; i < want.h; i++)
            for (int j = 0; j < want.w; j++)
                want.at[i][j] = turned_at(g, t, i, j);
        check_grid(call1(ops[t], x), &want, names[t]);
    }
}

/* Rows i..i+h-1, columns j..j+w-1. */
static void cropped(const struct board *g, int i, int j, int h, int w, struct board *out)
{
    out->h = h;
    out->w = w;
    for (int k = 0; k < h; k++)
        for (int l = 0; l < w; l++)
            out->at[k][l] = g->at[i + k][j + l];
}

static struct val crop(struct val x, int i, int j, int h, int w)
{
    return call3(op_crop, x, val_pair(i, j), val_pair(h, w));
}

static void check_cuts(const struct board *g, struct val x)
{
    static struct board want;
    int i = range(0, g->h - 1), j = g->w ? range(0, g->w - 1) : 0;
    int h = range(1, g->h - i), w = g->w ? range(1, g->w - j) : 0;
    cropped(g, i, j, h, w, &want);
    check_grid(crop(x, i, j, h, w), &want, "crop");
    if (i > 0)
        check_grid(call2(op_vconcat, crop(x, 0, 0, i, g->w), crop(x, i, 0, g->h - i, g->w)), g,
                   "cut between rows and joined");
    if (j > 0)
        check_grid(call2(op_hconcat, crop(x, 0, 0, g->h, j), crop(x, 0, j, g->h, g->w - j)), g,
                   "cut between columns and joined");
    if (g->w)
        check_grid(call2(op_downscale, call2(op_upscale, x, val_int(3)), val_int(3)), g,
                   "upscale and downscale");
}

static void check_colours(const struct board *g, struct val x)
{
    static struct cells s;
    int64_t c = g->w ? g->at[range(0, g->h - 1)][range(0, g->w - 1)] : 0,
            d = random_colour(range(0, 4));
    CHECK(call2(op_colorcount, x, val_int(c)).u.i == board_count(g, c), "colour %ld", (long)c);
    CHECK(call1(op_numcolors, x).u.i == board_colours(g), "numcolors");
    for (int object = 0; object < 2; object++) {
        s.tag = object ? VAL_OBJECT : VAL_INDICES;
        s.n = 0;
        for (int i = 0; i < g->h; i++)
            for (int j = 0; j < g->w; j++)
                if (object || g->at[i][j] == c)
                    cells_add(&s, g->at[i][j], i, j);
        cells_sort(&s);
        check_set(object ? call1(op_asobject, x) : call2(op_ofcolor, x, val_int(c)), &s,
                  object ? "asobject" : "ofcolor");
    }
    struct val v = call2(op_canvas, val_int(d), val_pair(g->h, g->w));
    check_grid(call2(op_paint, v, call1(op_asobject, x)), g, "painted onto a canvas");
    if (c != d)
        check_grid(
            call3(op_switch, call3(op_switch, x, val_int(c), val_int(d)), val_int(c), val_int(d)),
            g, "colours exchanged and back");
    v = call2(op_ofcolor, x, val_int(c));
    v = call3(op_fill, call3(op_fill, x, val_int(d), v), val_int(c), v);
    check_grid(v, g, "filled and back");
}

/* From bytes, where the colours are bytes. */
static void check_bytes(const struct board *g)
{
    static uint8_t cells[SIDE * SIDE], back[SIDE * SIDE];
    struct grid_bytes bytes = {(uint16_t)g->h, (uint16_t)g->w, cells};
    int digits = 1;
    for (int i = 0; i < g->h; i++)
        for (int j = 0; j < g->w; j++) {
            if (g->at[i][j] < 0 || g->at[i][j] > 255)
                return;
            digits &= g->at[i][j] <= 9;
            cells[i * g->w + j] = (uint8_t)g->at[i][j];
        }
    struct val v = grid_from_bytes(vm, &bytes);
    check_grid(v, g, "from bytes");
    CHECK(engine_cells(vm, v, back) == digits, "to bytes");
    CHECK(!digits || memcmp(cells, back, (size_t)(g->h * g->w)) == 0, "to bytes");
}

static void test_grids(void)
{
    static struct board a, b;
    start_trial();
    random_board(&a);
    if (range(0, 1)) {
        b = a;
        b.h = range(0, 2) ? a.h : range(1, a.h);
        if (b.w && range(0, 2))
            b.at[range(0, b.h - 1)][range(0, b.w - 1)] = random_colour(range(0, 4));
    } else {
        random_board(&b);
    }
    struct val x = value_of_board(&a), y = value_of_board(&b), raw = board_rows(&b);
    check_grid(x, &a, "from rows");
    check_bytes(&a);
    int d = boards_order(&a, &b);
    CHECK(val_order(vm, x, y, 0) == d && val_order(vm, y, x, 0) == -d, "order");
    CHECK(val_order(vm, x, raw, 0) == d && val_order(vm, raw, x, 0) == -d, "order of rows");
    CHECK(val_greater(vm, x, y) == (d > 0), "comparison");
    CHECK(val_equal(vm, x, y) == (d == 0) && val_equal(vm, x, raw) == (d == 0), "equality");
    CHECK((digest_pic(heap_pic(vm, x)) == digest_pic(heap_pic(vm, y))) == (d == 0), "digests");
    check_turns(&a, x);
    check_cuts(&a, x);
    check_colours(&a, x);
    check_grid(x, &a, "after use");
}

/* ---- limits ---- */

/* A row of two cells with the largest and one more than the largest distance that masks hold. */
static void test_widest(void)
{
    static struct cells s;
    for (int wide = 0; wide < 2; wide++) {
        start_trial();
        s.tag = VAL_INDICES;
        s.n = 0;
        cells_add(&s, 0, 5, -7);
        cells_add(&s, 0, 5, -7 + 32 * (int64_t)LIMIT_WORDS - 1 + wide);
        struct val x = value_of(&s), y, one[2];
        check_set(x, &s, "widest row");
        CHECK(x.tag == (wide ? VAL_SET : VAL_INDICES), "tag %u", x.tag);
        one[0] = call1(op_initset, element(&s, 0));
        one[1] = call1(op_initset, element(&s, 1));
        check_set(call2(op_combine, one[0], one[1]), &s, "widest row by union");
        y = call2(op_difference, x, one[1]);
        CHECK(val_equal(vm, y, one[0]) && y.tag == VAL_INDICES, "narrow again");
        CHECK(digest_value(vm, y) == digest_value(vm, one[0]), "narrow again");
    }
}

/* What leaves the numbers of 32 bits by a mirror or by scaling. */
static void test_last_numbers(void)
{
    static struct cells s;
    start_trial();
    s.tag = VAL_OBJECT;
    s.n = 0;
    cells_add(&s, 3, INT32_MAX, 7);
    cells_add(&s, 3, INT32_MAX, 8);
    struct val x = value_of(&s);
    check_set(x, &s, "last row");
    check_mirrors(&s, x);
    call2(op_upscale, x, val_int(2));
    CHECK(vm->err == ERR_LIMIT, "upscale: error %d, not limit", (int)vm->err);
}

/* An object of n colours, first, first + 1, ... in a few columns. */
static void colourful(struct cells *s, int first, int n)
{
    s->tag = VAL_OBJECT;
    s->n = 0;
    for (int k = 0; k < n; k++)
        cells_add(s, first + k, k % 7, k % 40);
    cells_sort(s);
}

/* About as many colours as a picture may have. */
static void test_most_colours(void)
{
    static struct cells a, b, both;
    for (int more = 0; more < 3; more++) {
        start_trial();
        colourful(&a, -1000, COLOURS_MAX / 2);
        colourful(&b, 24, COLOURS_MAX / 2 - 1 + more); /* no colour in common */
        join(&a, &b, UNION, &both);
        check_set(value_of(&both), &both, "many colours");
        check_set(call2(op_combine, value_of(&a), value_of(&b)), &both, "many colours by union");
    }
}

/* Equal to a set of pairs, with a Boolean inside. */
static void test_booleans(void)
{
    static struct cells s;
    struct val pair[2] = {val_bool(1), val_int(2)};
    start_trial();
    struct val x = call1(op_initset, tuple_build(vm, pair, 2));
    struct val y = call1(op_initset, val_pair(1, 2));
    CHECK(val_equal(vm, x, y) && val_equal(vm, y, x), "{(True, 2)} and {(1, 2)}");
    s.tag = VAL_INDICES;
    s.n = 0;
    cells_add(&s, 0, 1, 2);
    check_set(call2(op_combine, y, x), &s, "{(1, 2)} and (True, 2)");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0); /* what was told before a crash is not lost */
    vm = vm_memory_new(1 << 20, (struct code_view){0});
    if (vm)
        vm->fuel_limit = UINT64_MAX;
    if (!vm)
        return 2;
    for (int k = 0; k < TRIALS; k++) {
        test_joins();
        test_detours();
        test_patches();
    }
    for (int k = 0; k < TRIALS / 2; k++)
        test_grids();
    test_widest();
    test_last_numbers();
    test_most_colours();
    test_booleans();
    vm_memory_free(vm);
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}
