/*
 * company_lines.h: programs that have lines in common, for company_test.c. Each takes some lines of
 * a pool, with all that these need; so the same line stands behind different others, fails in some
 * programs before it is reached in others, and costs where more or less fuel is left. Others are
 * versions of one random program: cut short, written twice, spread out, delayed, stopped on the
 * way.
 */
#ifndef COMPANY_LINES_H
#define COMPANY_LINES_H

/* Choices that follow from a number alone. */
static struct choices seeded(uint64_t k)
{
    struct choices c = choices_of((const uint8_t *)&k, sizeof k);
    c.at = c.size;
    return c;
}

struct pool_line {
    char name;
    const char *call;
    const char *needs; /* names of lines */
};

/* Kinds of values, makers of functions, errors of every sort, lines that take long; S and C. */
static const struct pool_line pool[] = {
    {'a', "objects(I, T, F, T)", ""},
    {'b', "apply(toindices, a)", "a"},
    {'c', "order(a, size)", "a"},
    {'d', "first(sfilter(c, vline))", "c"},
    {'e', "merge(b)", "b"},
    {'f', "rbind(add, ONE)", ""},
    {'g', "rbind(add, ONE)", ""},
    {'h', "equality(f, g)", "fg"},
    {'i', "(f, g, f, h)", "fgh"},
    {'j', "dedupe(i)", "i"},
    {'k', "size(j)", "j"},
    {'l', "apply(lbind(lbind, add), interval(0, k, 1))", "k"},
    {'m', "combine(l, l)", "l"},
    {'n', "rapply(l, 3)", "l"},
    {'o', "divide(k, 0)", "k"},
    {'p', "product(asindices(I), asindices(I))", ""},
    {'q', "apply(first, p)", "p"},
    {'r', "apply(compose(rbind(equality, 7), lbind(divide, 70)), interval(-20, 30, 1))", ""},
    {'s', "extract(interval(-20, 30, 1), compose(rbind(equality, -7), lbind(divide, 70)))", ""},
    {'t', "apply(rbind(extract, positive), ((1,), (-1,)))", ""},
    {'u', "apply(rbind(extract, positive), ((1,), (-1, 5)))", ""},
    {'v', "canvas(3000000000, (1, 1))", ""},
    {'w', "upscale(I, 3)", ""},
    {'x', "(upscale(w, 2), (a, w), ())", "aw"},
    {'A', "apply(last, S)", ""},
    {'B', "mapply(asobject, A)", "A"},
    {'D', "first(first(S))", ""},
    {'E', "(D, equality(D, I))", "D"},
    {'F', "equality(C, I)", ""},
    {'G', "hconcat(C, D)", "D"},
    {'H', "interval(0, 90, 1)", ""},
    {'J', "apply(increment, H)", "H"},
    {'K', "apply(compose(increment, identity), H)", "H"},
    {'L', "apply(chain(identity, identity, increment), H)", "H"},
};
enum { POOL = sizeof pool / sizeof *pool };

static uint64_t with_needs(uint64_t lines, uint32_t k)
{
    lines |= (uint64_t)1 << k;
    for (const char *need = pool[k].needs; *need; need++)
        for (uint32_t m = 0; m < k; m++)
            if (pool[m].name == *need)
                lines = with_needs(lines, m);
    return lines;
}

/* Some lines of the pool; now and then a costly one of the program's own in front. */
static void make_from_pool(struct gen *g, struct choices *c)
{
    uint64_t lines = 0;
    g->c = c;
    g->size = 0;
    for (uint32_t n = 1 + pick(c, 4); n > 0; n--)
        lines = with_needs(lines, pick(c, POOL));
    put(g,
        once_in(c, 2) ? "def solve(S, I, C):\n" : "def solve(I):\n    S = (I, (I,))\n    C = I\n");
    if (once_in(c, 3))
        put(g, "    y = interval(%u, 900, %u)\n", pick(c, 200), 1 + pick(c, 9));
    for (uint32_t k = 0; k < POOL; k++)
        if (lines >> k & 1)
            put(g, "%s    %c = %s\n", once_in(c, 5) ? "\n" : "", pool[k].name, pool[k].call);
    put(g, "    return (");
    for (uint32_t k = 0; k < POOL; k++)
        if (lines >> k & 1 && !once_in(c, 4))
            put(g, "%c, ", pool[k].name);
    put(g, "I)\n");
}

/* Version `how` of a program: its lines as they are, and something between them. */
static void make_version(struct gen *g, struct choices *c, const char *text, uint32_t how)
{
    const char *header = strstr(text, "def solve("), *p = strchr(header, '\n') + 1;
    const char *last = strstr(header, "\n    return ") + 1;
    uint32_t n_lines = 0, stop;
    g->c = c;
    g->size = 0;
    for (const char *q = p; q < last; q = strchr(q, '\n') + 1)
        n_lines++;
    stop = pick(c, n_lines + 1);
    put(g, "%.*s", (int)(p - text), text);
    for (uint32_t at = 0; p < last; at++) {
        const char *end = strchr(p, '\n') + 1;
        if (how == 0 && at == stop)
            break;
        if (how == 1 && at == stop)
            put(g, "    y1 = apply(increment, interval(0, %u, 1))\n", pick(c, 100));
        if (how == 2 && at == stop)
            put(g, "    y1 = %s\n", once_in(c, 2) ? "first(())" : "divide(1, 0)");
        if (how == 3)
            put(g, "\n    # spread out\n");
        if (how == 4)
            put(g, "    y%.*s", (int)(end - p - 5), p + 5);
        put(g, "%.*s", (int)(end - p), p);
        p = end;
    }
    put(g, "%s", how == 0 ? "    return I\n" : last);
}

#endif
