/*
 * connect_test.c: prapply(connect, a, b) on sets is done at once; through a helper function of the
 * program every call is made. Both must give the same value, and units that differ by the one that
 * each call of the helper costs; and with one unit less either ends as fuel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness.c"

enum { ROUNDS = 150, SIDE = 34 };

static struct harness h;
static long n_passed, n_failed;
static uint64_t state = 1;

static uint32_t below(uint32_t n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % n;
}

static void check(int good, const char *what, const char *program)
{
    n_passed += good;
    n_failed += !good;
    if (!good && n_failed <= 10)
        printf("%s\n%s\n", what, program);
}

/* A grid of noughts and some ones. */
static json_t *random_grid(void)
{
    uint32_t height = 1 + below(SIDE), width = 1 + below(SIDE), share = 1 + below(12);
    json_t *grid = json_array();
    for (uint32_t i = 0; i < height; i++) {
        json_t *row = json_array();
        for (uint32_t j = 0; j < width; j++)
            json_array_append_new(row, json_integer(below(share) == 0));
        json_array_append_new(grid, row);
    }
    return grid;
}

static void random_sets(char *text, size_t size)
{
    static const char *const sets[] = {"ofcolor(I, ONE)", "ofcolor(I, ZERO)", "asindices(I)",
                                       "initset((3, 4))", "connect((1, 1), (9, 9))"};
    snprintf(text, size, "    a = shift(%s, (%d, %d))\n    b = shift(%s, (%d, %d))\n",
             sets[below(5)], (int)below(9) - 4, (int)below(9) - 4, sets[below(5)],
             (int)below(9) - 4, (int)below(9) - 4);
}

static struct run_result run(const char *program, const json_t *grid, uint64_t fuel, char **text)
{
    const char *why = harness_load(&h, program);
    check(!why && !harness_grid(&h, grid), why ? why : "the grid does not fit", program);
    h.run.fuel = fuel;
    return harness_run(&h, text);
}

static void compare(const json_t *grid)
{
    char sets[256], once[512], each[512], *x, *y, *none;
    random_sets(sets, sizeof sets);
    snprintf(once, sizeof once,
             "def solve(I):\n%s    c = size(a)\n    d = size(b)\n"
             "    return (c, d, prapply(connect, a, b))\n",
             sets);
    snprintf(each, sizeof each,
             "def h(p, q):\n    return connect(p, q)\n"
             "def solve(I):\n%s    c = size(a)\n    d = size(b)\n"
             "    return (c, d, prapply(h, a, b))\n",
             sets);
    struct run_result r = run(once, grid, HARNESS_FUEL, &x), s = run(each, grid, HARNESS_FUEL, &y);
    int c = 0, d = 0, good = x && y && strcmp(x, y) == 0 && sscanf(x, "(%d, %d", &c, &d) == 2;
    check(good, "values differ", each);
    check(s.fuel == r.fuel + (uint64_t)c * (uint64_t)d, "units differ", each);
    check(r.digest == s.digest, "digests differ", each);
    r = run(once, grid, r.fuel - 1, &none);
    check(r.outcome == OUTCOME_FUEL && !none, "one unit less is enough", once);
    free(x);
    free(y);
}

int main(void)
{
    const struct engine *engine = engine_choose();
    if (!engine || harness_open(&h, engine, HARNESS_FUEL)) {
        printf("no such engine, or out of memory\n0 passed, 1 failed\n");
        return 1;
    }
    for (int k = 0; k < ROUNDS; k++) {
        json_t *grid = random_grid();
        compare(grid);
        json_decref(grid);
    }
    harness_close(&h);
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}
