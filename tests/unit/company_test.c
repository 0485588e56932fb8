/*
 * company_test.c: what a program gets does not depend on who runs beside it. Programs run alone, on
 * a machine of their own, and again as a crowd, in blocks, in other orders, with twins, on one
 * thread and on two, by the same way as batt-gpu; outcome, error, line, fuel, outputs and signature
 * must be the same. The fixed programs end in every way there is; the random ones are those of the
 * fuzz target.
 */
#include "../fuzz/fuzz_engine.c"

#include <jansson.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../lib/digest.h"
#include "../../lib/matrix.h"
#include "../../lib/value_pack.h"

#include "company_lines.h"

enum { RANDOM_PROGRAMS = 150, MAX_PROGRAMS = 512, ENOUGH_FUEL = 4000 };
enum { POOL_PROGRAMS = 200, VERSIONS = 5, VERSION_PROGRAMS = 30 };

static long n_passed, n_failed;

static void check(int good, const char *what, const char *program, const char *want,
                  const char *got)
{
    n_passed += good;
    n_failed += !good;
    if (!good && n_failed <= 10)
        printf("%s:\n  alone or expected: %s\n  got: %s\n%s\n", what, want, got, program);
}

static void *need(void *p)
{
    if (p)
        return p;
    printf("out of memory\n0 passed, 1 failed\n");
    exit(1);
}

/* ---- fixed programs, and what they must come to with enough fuel on the first item ---- */

struct fixed {
    const char *text;
    const char *want; /* outcome, error, line, value; NULL: only the same as alone */
};

#define SOLVE "def solve(I):\n    "

static const struct fixed fixed[] = {
    {SOLVE "return I\n", "ok  0 [[0,1,2],[3,0,5]]"},
    {SOLVE "return vmirror(I)\n", "ok  0 [[2,1,0],[5,0,3]]"},
    {SOLVE "x1 = vmirror(I)\n    return vmirror(x1)\n", "ok  0 [[0,1,2],[3,0,5]]"},
    {SOLVE "return (\n", NULL},

    /* a line that nobody needs */
    {SOLVE "x1 = first(())\n    return I\n", NULL},
    {SOLVE "x1 = divide(1, 0)\n    x2 = first(())\n    return I\n", "error ZeroDivisionError 2 "},
    {SOLVE "x1 = I\n    x2 = divide(1, 0)\n    return x1\n", "error ZeroDivisionError 3 "},
    {SOLVE "x1 = apply(rbind(divide, 0), (1, 2))\n    return I\n", "error ZeroDivisionError 2 "},
    {SOLVE "x1 = rbind(divide, 0)\n    return I\n", "ok  0 [[0,1,2],[3,0,5]]"},
    {SOLVE "x1 = increment(())\n\n\n    return I\n", "error IndexError 2 "},

    /* a loop ends where Python's ends; what would fail later has not happened */
    {SOLVE "return extract((-1, 7, ()), positive)\n", "other  0 7"},
    {SOLVE "return extract((-1, (), 7), positive)\n", "error TypeError 2 "},
    {SOLVE "x1 = compose(rbind(equality, 5), lbind(divide, 10))\n"
           "    return extract((2, 1, 0), x1)\n",
     "other  0 2"},
    {SOLVE "x1 = compose(rbind(equality, 10), lbind(divide, 10))\n"
           "    return extract(interval(40, -40, -1), x1)\n",
     "other  0 1"},
    {SOLVE "x1 = compose(rbind(equality, 11), lbind(divide, 10))\n"
           "    return extract(interval(40, -40, -1), x1)\n",
     "error ZeroDivisionError 3 "},
    {SOLVE "x1 = compose(rbind(equality, 5), lbind(divide, 10))\n"
           "    return sfilter((2, 1, 0), x1)\n",
     "error ZeroDivisionError 3 "},
    {SOLVE "x1 = interval(0, 70, 1)\n    x2 = combine(x1, ((),))\n"
           "    return extract(x2, rbind(greater, 60))\n",
     "other  0 61"},
    {SOLVE "x1 = interval(0, 70, 1)\n    x2 = combine(x1, (I,))\n    return apply(even, x2)\n",
     "error TypeError 4 "},
    {SOLVE "return extract((), positive)\n", "error StopIteration 2 "},
    {SOLVE "return apply(rbind(extract, positive), ((1,), (-1,)))\n", "error RuntimeError 2 "},
    {SOLVE "return argmax((), size)\n", "error ValueError 2 "},
    {SOLVE "return valmax((), identity)\n", "other  0 0"},

    /* functions as values among numbers: a lane has no such thing */
    {SOLVE "x1 = chain(rbind(add, 0), increment, increment)\n"
           "    x2 = apply(x1, interval(0, 5, 1))\n    return x2\n",
     "other  0 [2,3,4,5,6]"},
    {SOLVE "x1 = compose(size, first)\n    x2 = chain(rbind(equality, x1), increment, increment)\n"
           "    return apply(x2, interval(0, 5, 1))\n",
     "other  0 [false,false,false,false,false]"},
    {SOLVE
     "x1 = compose(size, first)\n"
     "    x2 = apply(chain(rbind(add, 0), increment, increment), interval(0, 5, 1))\n"
     "    return apply(chain(rbind(equality, x1), increment, increment), interval(0, 5, 1))\n",
     "other  0 [false,false,false,false,false]"},

    /* where fuel runs out: in a line, in a loop, in a loop in a loop, in a function value */
    {SOLVE "x1 = upscale(I, 5)\n    x2 = upscale(x1, 3)\n    return objects(x2, T, T, F)\n", NULL},
    {SOLVE "x1 = interval(0, 200, 1)\n    x2 = apply(increment, x1)\n    return size(x2)\n",
     "other  0 200"},
    {SOLVE "x1 = interval(0, 9, 1)\n    x2 = rbind(apply, x1)\n"
           "    x3 = apply(compose(x2, lbind(lbind, add)), x1)\n    return last(last(x3))\n",
     "other  0 16"},
    {SOLVE "x1 = power(compose(double, identity), 40)\n    return x1(1)\n",
     "other  0 1099511627776"},
    {SOLVE "x1 = interval(0, 5000, 1)\n    return order(x1, invert)\n", NULL},
    {SOLVE "x1 = canvas(1, (1000, 1000))\n    return asobject(x1)\n", "fuel fuel 2 "},
    {SOLVE "return canvas(3000000000, (1, 1))\n", "limit limit 2 "},
    {SOLVE "return mapply(lbind(shoot, ORIGIN), asindices(I))\n", NULL},

    /* demonstrations and the output, seen or not */
    {"def solve(S, I, C):\n    return (S, C)\n", NULL},
    {"def solve(S, I, C):\n    return last(last(S))\n", NULL},
    {"def h(x):\n    y = first(x)\n    return y\ndef solve(I):\n    return (h(I), h(()))\n", NULL},
    {"def h(x):\n    y = divide(x, 0)\n    return y\ndef solve(I):\n    return apply(h, "
     "first(I))\n",
     "error ZeroDivisionError 5 "},
};
enum { FIXED = sizeof fixed / sizeof *fixed };

/* ---- tasks ---- */

static const uint8_t plain[] = {0, 1, 2, 3, 0, 5}, mirrored[] = {2, 1, 0, 5, 0, 3};
static uint8_t large[40 * 35], tiny[] = {4};

static void add_tasks(struct tasks *t)
{
    const struct stream_pair pairs[] = {
        {{2, 3, plain}, {2, 3, plain}, true},
        {{2, 3, mirrored}, {2, 3, plain}, true},
        {{40, 35, large}, {40, 35, large}, true},
        {{1, 1, tiny}, {0, 0, NULL}, false},
    };
    const struct stream_task tasks[] = {{"set/a", 2, pairs, 2, 2, false, 0},
                                        {"set/b", 2, pairs + 1, 2, 1, false, 0}};
    const struct stream_item items[] = {
        {0, STREAM_DEMO, 0, pairs[0]}, {0, STREAM_DEMO, 1, pairs[1]}, {0, STREAM_TEST, 0, pairs[2]},
        {0, STREAM_TEST, 1, pairs[3]}, {1, STREAM_DEMO, 0, pairs[1]}, {1, STREAM_DEMO, 1, pairs[2]},
        {1, STREAM_TEST, 0, pairs[0]},
    };
    const struct stream_grids frame = {2, 7, tasks, items};
    for (size_t k = 0; k < sizeof large; k++)
        large[k] = (uint8_t)(k * 7 % 31 % 4);
    uint32_t conflicts = 0;
    if (tasks_add_frame(t, &frame, &conflicts) || tasks_index(t))
        need(NULL);
}

/* ---- running, and what comes back ---- */

struct way {
    const char *name;
    int threads, reversed, twins;
    uint32_t block;
    enum keep keep;
    uint32_t gate;
    uint64_t fuel;
    int apart; /* nothing is shared, not even within a program */
};

/* By program: a line of text for every task and item. */
struct told {
    char *text[MAX_PROGRAMS];
    size_t size[MAX_PROGRAMS];
};

static void tell(struct told *t, uint32_t program, const char *line)
{
    size_t n = strlen(line);
    t->text[program] = need(realloc(t->text[program], t->size[program] + n + 1));
    memcpy(t->text[program] + t->size[program], line, n + 1);
    t->size[program] += n;
}

static void told_free(struct told *t, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        free(t->text[k]);
    memset(t, 0, sizeof *t);
}

/* Short outputs as they are, others by their digest. */
static void describe_output(const struct stream_result_item *r, uint32_t i, char *to, size_t size)
{
    uint32_t k = r->output ? stream_u32(r->output, i) : 0;
    struct value_pack text = {0};
    *to = 0;
    if (!k)
        return;
    const struct stream_bytes *o = &r->outputs[k - 1];
    if (o->size < 60 && value_pack_json(&text, o->data, o->size) == o->size)
        snprintf(to, size, "%.*s", (int)text.size, (const char *)text.data);
    else
        snprintf(to, size, "%zu bytes, %016llx", o->size,
                 (unsigned long long)digest_of(o->data, o->size));
    value_pack_free(&text);
}

static void tell_entry(struct told *t, const struct stream_results *frame,
                       const struct stream_entry *e, const uint32_t *number)
{
    char line[1024], output[512];
    for (uint32_t i = 0; i < e->n; i++) {
        uint32_t program = number[stream_program(e, i)];
        snprintf(line, sizeof line, "%s sig %016llx\n", e->task,
                 (unsigned long long)stream_u64(e->sig, i));
        tell(t, program, line);
        for (uint32_t k = 0; k < e->n_items; k++) {
            const struct stream_result_item *r = &e->items[k];
            uint32_t error = r->error ? r->error[i] : 0, outcome = r->outcome[i];
            describe_output(r, i, output, sizeof output);
            snprintf(line, sizeof line, "%s %s %u %s | equal %d, fuel %llu\n",
                     stream_outcome_name(outcome),
                     error                     ? frame->errors[error - 1]
                     : outcome == STREAM_FUEL  ? "fuel"
                     : outcome == STREAM_LIMIT ? "limit"
                                               : "",
                     r->line ? stream_u32(r->line, i) : 0, output, stream_bit(r->equal, i),
                     r->fuel ? (unsigned long long)stream_u64(r->fuel, i) : 0);
            tell(t, program, line);
        }
    }
}

/* Reads the stream back; ids of programs are their numbers. */
static void tell_stream(struct told *t, int fd)
{
    struct stream_reader *reader = need(stream_reader_open(fd));
    struct stream_frame f;
    struct stream_entry e;
    static uint32_t number[2 * MAX_PROGRAMS];
    int kind;
    lseek(fd, 0, SEEK_SET);
    while ((kind = stream_next(reader, &f)) > 0) {
        for (uint32_t k = 0; kind == STREAM_PROGRAMS_FRAME && k < f.programs.n; k++)
            number[k] = (uint32_t)strtoul(f.programs.ids[k], NULL, 10);
        while (kind == STREAM_RESULTS_FRAME && stream_next_entry(reader, &e) == 1)
            tell_entry(t, &f.results, &e, number);
    }
    check(kind == STREAM_EOF, "the results cannot be read", "", "", stream_reason(reader));
    stream_reader_close(reader);
}

static char folder[] = "/tmp/company_test.XXXXXX", path[sizeof folder + 16];

static void write_line(FILE *f, uint32_t id, const char *text)
{
    json_t *o = need(json_pack("{s:i, s:s}", "id", (int)id, "program", text));
    json_dumpf(o, f, JSON_COMPACT);
    fputc('\n', f);
    json_decref(o);
}

/* Programs first .. first + n - 1 as JSON lines; with twins every one twice, the copies apart. */
static void write_programs(char *const *texts, uint32_t first, uint32_t n, const struct way *way)
{
    FILE *f = need(fopen(path, "w"));
    for (uint32_t pass = 0; pass < 1u + (uint32_t)way->twins; pass++)
        for (uint32_t k = 0; k < n; k++) {
            uint32_t at = first + (way->reversed ? n - 1 - k : k);
            write_line(f, at, texts[at]);
        }
    fclose(f);
}

static int run_blocks(struct matrix *m, struct programs *src, struct stream_writer *w)
{
    struct program_block b;
    int got, status = 0;
    program_block_init(&b);
    while (!status && (got = programs_read(src, &b)) != PROGRAMS_END)
        status = got < 0 || matrix_compile(m, &b) || matrix_run(m, &b, src, w);
    program_block_free(&b);
    return status;
}

static void run_way(char *const *texts, uint32_t first, uint32_t n, const struct way *way,
                    struct told *told)
{
    static const struct stream_head head = {.content = STREAM_RESULTS};
    const char *paths[] = {path};
    struct matrix m = {0};
    struct programs src;
    FILE *f = need(fdopen(memfd_create("results", 0), "w+"));
    struct stream_writer *w = need(stream_writer_open(f, 1, 0));
    write_programs(texts, first, n, way);
    add_tasks(&m.tasks);
    m.options.keep = way->keep;
    m.options.gate = way->gate;
    m.options.fuel = way->fuel;
    m.options.give_c = 1;
    m.options.apart = way->apart;
    programs_open(&src, paths, 1, way->block);
    int status = matrix_open(&m, way->threads, NULL, 0) || stream_write_head(w, &head) ||
                 stream_error_names(w, ENGINE_ERRORS - 1, engine_error_names + 1) ||
                 run_blocks(&m, &src, w) || stream_write_end(w, 0);
    check(!status, "the programs cannot be run", "", "", way->name);
    stream_writer_close(w);
    programs_close(&src);
    matrix_close(&m);
    tell_stream(told, fileno(f));
    fclose(f);
}

/* ---- the tests ---- */

static void run_alone(char *const *texts, uint32_t n, const struct way *way, struct told *told)
{
    struct way alone = {"alone", 1, 0, 0, 1, way->keep, way->gate, way->fuel, 1};
    for (uint32_t k = 0; k < n; k++)
        run_way(texts, k, 1, &alone, told);
}

/* Of two tellings, the first lines that differ. */
static void compare(const char *way, const char *program, const char *alone, const char *together)
{
    char want[200] = "", got[200] = "";
    if (strcmp(alone, together) == 0) {
        check(1, way, program, "", "");
        return;
    }
    const char *a = alone, *b = together;
    while (*a && strcspn(a, "\n") == strcspn(b, "\n") && memcmp(a, b, strcspn(a, "\n") + 1) == 0) {
        a += strcspn(a, "\n") + 1;
        b += strcspn(b, "\n") + 1;
    }
    snprintf(want, sizeof want, "%.*s", (int)strcspn(a, "\n"), a);
    snprintf(got, sizeof got, "%.*s", (int)strcspn(b, "\n"), b);
    check(0, way, program, want, got);
}

static void compare_ways(char *const *texts, uint32_t n, const struct way *ways, size_t n_ways)
{
    static struct told alone, together;
    run_alone(texts, n, ways, &alone);
    for (size_t k = 0; k < n_ways; k++) {
        run_way(texts, 0, n, &ways[k], &together);
        for (uint32_t p = 0; p < n; p++)
            compare(ways[k].name, texts[p], alone.text[p] ? alone.text[p] : "",
                    together.text[p] ? together.text[p] : "");
        told_free(&together, n);
    }
    told_free(&alone, n);
}

static void test_all(char *const *texts, uint32_t n)
{
    static const struct way ways[] = {
        {"together", 1, 0, 0, MAX_PROGRAMS, KEEP_ALL, 0, ENOUGH_FUEL, 0},
        {"backwards", 1, 1, 0, MAX_PROGRAMS, KEEP_ALL, 0, ENOUGH_FUEL, 0},
        {"two threads", 2, 0, 0, MAX_PROGRAMS, KEEP_ALL, 0, ENOUGH_FUEL, 0},
        {"small blocks, two threads", 2, 0, 0, 7, KEEP_ALL, 0, ENOUGH_FUEL, 0},
    };
    static const struct way little[] = {
        {"little fuel", 1, 0, 0, MAX_PROGRAMS, KEEP_ALL, 0, 37, 0},
        {"little fuel, two threads", 2, 1, 0, 50, KEEP_ALL, 0, 37, 0},
    };
    static const struct way gate[] = {
        {"gate", 1, 0, 0, MAX_PROGRAMS, KEEP_MATCH, 1, ENOUGH_FUEL, 0},
        {"gate, two threads", 2, 1, 0, 50, KEEP_MATCH, 1, ENOUGH_FUEL, 0},
    };
    compare_ways(texts, n, ways, sizeof ways / sizeof *ways);
    compare_ways(texts, n, little, sizeof little / sizeof *little);
    compare_ways(texts, n, gate, sizeof gate / sizeof *gate);
}

/* Is `twice` the telling `once`, but task by task two times over? */
static int is_twice(const char *twice, const char *once)
{
    while (*once) {
        const char *end = strstr(once, "\nset/");
        size_t n = end ? (size_t)(end + 1 - once) : strlen(once);
        for (int k = 0; k < 2; k++, twice += n)
            if (strncmp(twice, once, n) != 0)
                return 0;
        once += n;
    }
    return !*twice;
}

/* Twins in one block get what the first of them got; so a program has its telling twice. */
static void test_twins(char *const *texts, uint32_t n)
{
    static const struct way ways[] = {
        {"twins", 1, 0, 1, 2 * MAX_PROGRAMS, KEEP_PASSING, 0, ENOUGH_FUEL, 0},
        {"twins, two threads", 2, 0, 1, 2 * MAX_PROGRAMS, KEEP_PASSING, 0, ENOUGH_FUEL, 0},
    };
    static struct told together, once;
    struct way single = ways[0];
    single.twins = 0;
    run_way(texts, 0, n, &single, &once);
    for (size_t k = 0; k < 2; k++) {
        run_way(texts, 0, n, &ways[k], &together);
        for (uint32_t p = 0; p < n; p++) {
            check(once.text[p] && together.text[p] && is_twice(together.text[p], once.text[p]),
                  ways[k].name, texts[p], once.text[p], together.text[p]);
        }
        told_free(&together, n);
    }
    told_free(&once, n);
}

/* Every amount of fuel from nothing to enough: it runs out at every place there is. */
static void test_fuel(char *const *texts)
{
    for (uint64_t fuel = 1; fuel < 120; fuel += fuel < 16 ? 1 : 13) {
        struct way way = {"every fuel", 1 + (int)(fuel & 1), 0, 0, MAX_PROGRAMS, KEEP_ALL, 0, fuel, 0};
        compare_ways(texts, FIXED, &way, 1);
    }
}

/* Programs that have lines in common, at fuels that run out before, in and after these. */
static void test_lines(void)
{
    static const uint64_t fuels[] = {8, 21, 55, 90, 144, 233, 377, 800, ENOUGH_FUEL, 40000};
    static struct gen g, base;
    static char *texts[MAX_PROGRAMS];
    uint32_t n = 0;
    for (uint64_t k = 0; k < POOL_PROGRAMS; k++) {
        struct choices c = seeded(k);
        make_from_pool(&g, &c);
        texts[n++] = need(strdup(g.text));
    }
    for (uint64_t k = 1000; k < 1000 + VERSION_PROGRAMS; k++) {
        struct choices c = seeded(k);
        make_program(&base, &c, "solve");
        texts[n++] = need(strdup(base.text));
        for (uint32_t how = 0; how < VERSIONS; how++) {
            make_version(&g, &c, base.text, how);
            texts[n++] = need(strdup(g.text));
        }
    }
    for (size_t k = 0; k < sizeof fuels / sizeof *fuels; k++) {
        struct way ways[] = {
            {"lines in common", 1, 0, 0, MAX_PROGRAMS, KEEP_ALL, 0, fuels[k], 0},
            {"lines in common, backwards, two threads", 2, 1, 0, 64, KEEP_ALL, 0, fuels[k], 0},
        };
        compare_ways(texts, n, ways, 2);
    }
    for (uint32_t k = 0; k < n; k++)
        free(texts[k]);
}

/* Values in common that have no room to stay: they are made anew, and are the same. */
static void test_room(void)
{
    static const char *const uses[] = {"first", "last", "size"};
    enum { LENGTHS = 8, USES = 3 };
    char *texts[LENGTHS * USES];
    for (uint32_t k = 0; k < LENGTHS * USES; k++)
        if (asprintf(&texts[k],
                     SOLVE "x1 = interval(0, %u, 1)\n    x2 = apply(rbind(repeat, 3), x1)\n"
                           "    return %s(x2)\n",
                     6000 + k / USES, uses[k % USES]) < 0)
            need(NULL);
    const struct way ways[] = {
        {"no room", 1, 0, 0, MAX_PROGRAMS, KEEP_ALL, 0, 40000, 0},
        {"no room, backwards, two threads", 2, 1, 0, 10, KEEP_ALL, 0, 40000, 0},
    };
    compare_ways(texts, LENGTHS * USES, ways, 2);
    for (uint32_t k = 0; k < LENGTHS * USES; k++)
        free(texts[k]);
}

static void test_expected(char *const *texts)
{
    struct way way = {"expected", 1, 0, 0, MAX_PROGRAMS, KEEP_ALL, 0, ENOUGH_FUEL, 0};
    static struct told told;
    run_way(texts, 0, FIXED, &way, &told);
    for (uint32_t k = 0; k < FIXED; k++) {
        char got[300] = "";
        const char *line = told.text[k] ? strchr(told.text[k], '\n') : NULL; /* behind the sig */
        if (line)
            snprintf(got, sizeof got, "%.*s", (int)strcspn(line + 1, "|"), line + 1);
        size_t n = strlen(got);
        if (n)
            got[n - 1] = 0; /* the blank before the bar */
        if (fixed[k].want)
            check(strcmp(got, fixed[k].want) == 0, "expected", texts[k], fixed[k].want, got);
    }
    told_free(&told, FIXED);
}

int main(void)
{
    static struct gen g;
    char *texts[MAX_PROGRAMS];
    uint32_t n = 0;
    for (; n < FIXED; n++)
        texts[n] = need(strdup(fixed[n].text));
    for (uint64_t k = 0; k < RANDOM_PROGRAMS; k++) {
        struct choices c = seeded(k);
        make_program(&g, &c, "solve");
        texts[n++] = need(strdup(g.text));
    }
    need(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/programs.jsonl", folder);
    test_expected(texts);
    test_all(texts, n);
    test_twins(texts, n);
    test_fuel(texts);
    test_lines();
    test_room();
    unlink(path);
    rmdir(folder);
    for (uint32_t k = 0; k < n; k++)
        free(texts[k]);
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}
