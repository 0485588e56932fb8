/*
 * fuzz_engine.c: the engine against random programs that mostly make sense, on small random grids.
 * Every variant that this machine can run must tell the same story: outcome, error, line, fuel and
 * value; and the fuel a run used must be just enough for it. Then the compiled code is changed at
 * random: the verifier refuses it, or it runs without harm and the same everywhere.
 * tests/unit/company_test.c takes the programs from here.
 */
#include "../../dsl/verify.h"
#include "../../dsl/vm_memory.h"
#include "../../lib/engine.h"
#include "../../lib/value_out.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- choices: the input's bytes, then bits that follow from them ---- */

struct choices {
    const uint8_t *data;
    size_t size, at;
    uint64_t state;
};

static struct choices choices_of(const uint8_t *data, size_t size)
{
    struct choices c = {data, size, 0, size};
    for (size_t k = 0; k < size; k++)
        c.state = (c.state ^ data[k]) * 0x100000001b3u;
    return c;
}

static uint64_t random_bits(struct choices *c)
{
    c->state += 0x9e3779b97f4a7c15u;
    uint64_t x = (c->state ^ c->state >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* A number below n <= 256. */
static uint32_t pick(struct choices *c, uint32_t n)
{
    uint32_t x = c->at < c->size ? c->data[c->at++] : (uint32_t)(random_bits(c) >> 40);
    return x % n;
}

/* True once in n times. */
static int once_in(struct choices *c, uint32_t n)
{
    return pick(c, n) == 0;
}

/* ---- programs ---- */

enum { GEN_TEXT = 1 << 14, GEN_VARS = 24, GEN_DEEP = 3 };

struct gen {
    struct choices *c;
    char text[GEN_TEXT];
    size_t size;
    struct {
        char name[16];
        char kind; /* a letter of ops.def, K for a cell */
    } vars[GEN_VARS];
    uint32_t n_vars, n_helpers;
};

static void put(struct gen *g, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(g->text + g->size, GEN_TEXT - g->size, format, args);
    va_end(args);
    g->size += (size_t)n < GEN_TEXT - g->size ? (size_t)n : GEN_TEXT - g->size - 1;
}

static void put_one_of(struct gen *g, const char *const *names, uint32_t n)
{
    put(g, "%s", names[pick(g->c, n)]);
}
#define ONE_OF(g, ...)                                                                             \
    do {                                                                                           \
        static const char *const names_[] = {__VA_ARGS__};                                         \
        put_one_of(g, names_, sizeof names_ / sizeof *names_);                                     \
    } while (0)

/* May a value of kind `have` go where ops.def wants `want`? */
static int fits(char want, char have)
{
    static const char *const table[] = {"BBI",        "IIB", "VV",  "NIVN",  "TTGVKL", "SSXOL",
                                        "CTSCGXOVKL", "GGL", "OOL", "XXL",   "POXL",   "EOGL",
                                        "QOXGL",      "FF",  "KK",  "LTSGXO"};
    if (want == 'A' || have == 'A')
        return 1;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++)
        if (table[k][0] == want)
            return strchr(table[k] + 1, have) != NULL || want == have;
    return 0;
}

static void put_value(struct gen *g, char kind, uint32_t deep);
static char put_function(struct gen *g, char element, uint32_t deep);

static char random_kind(struct gen *g)
{
    return "BIVTSGOXIVGOCFAK"[pick(g->c, 16)];
}

static void put_integer(struct gen *g)
{
    if (once_in(g->c, 24))
        ONE_OF(g, "900", "31", "32", "33", "-7", "64", "2147483647", "-2147483648", "5000000000",
               "9223372036854775807", "-9223372036854775808");
    else if (once_in(g->c, 3))
        put(g, "size(%s)", once_in(g->c, 2) ? "I" : "palette(I)");
    else
        ONE_OF(g, "ZERO", "ONE", "TWO", "THREE", "5", "NEG_ONE", "8", "1", "2", "0");
}

static void put_tuple(struct gen *g, uint32_t deep)
{
    uint32_t n = pick(g->c, 4);
    char kind = random_kind(g);
    put(g, "(");
    for (uint32_t k = 0; k < n; k++) {
        put_value(g, kind, deep + 1);
        put(g, ", ");
    }
    put(g, n ? ")" : "1, 2, 3, 2)");
}

/* A container whose elements are mostly of this kind. */
static void put_container(struct gen *g, char element)
{
    switch (element) {
    case 'I':
        ONE_OF(g, "interval(0, 9, 1)", "interval(-20, 50, 1)", "palette(I)", "(1, 2, 3)",
               "(3, 1, 2, 3)", "first(I)", "interval(5, 0, -2)", "(4, T, -4)", "()");
        break;
    case 'V':
        ONE_OF(g, "asindices(I)", "ofcolor(I, ONE)", "ofcolor(I, ZERO)", "corners(asindices(I))",
               "(UP, DOWN, LEFT)", "product((0, 1, 2), (0, 5))", "neighbors(UNITY)",
               "connect(ORIGIN, (40, 40))", "totuple(asindices(I))", "pair((1, 2), (3, 4))");
        break;
    case 'K':
        ONE_OF(g, "asobject(I)", "toobject(ofcolor(I, TWO), I)", "recolor(3, asindices(I))",
               "first(objects(I, T, F, T))", "totuple(asobject(I))");
        break;
    case 'O':
        ONE_OF(g, "objects(I, T, F, T)", "objects(I, F, T, T)", "objects(I, T, T, F)",
               "partition(I)", "fgpartition(I)", "colorfilter(objects(I, T, F, F), ONE)",
               "totuple(partition(I))", "sizefilter(objects(I, T, F, F), ONE)");
        break;
    case 'X':
        ONE_OF(g, "frontiers(I)", "apply(toindices, partition(I))", "(asindices(I), ofcolor(I, 1))",
               "initset(ofcolor(I, 0))", "apply(backdrop, objects(I, T, F, T))");
        break;
    case 'G':
        ONE_OF(g, "(I, vmirror(I))", "hsplit(I, 2)", "vsplit(I, 3)", "(tophalf(I), I, lefthalf(I))",
               "initset(I)");
        break;
    default:
        ONE_OF(g, "I", "((1, 2), (3, 4))", "initset((1, (2, 3)))", "(1, (2, 3), ())",
               "initset(None)", "pair((1, 2, 3), (UP, DOWN, LEFT))", "((), ())",
               "(I, asobject(I))");
    }
}

static void put_function_for(struct gen *g, uint32_t arity, uint32_t deep);

static void put_literal(struct gen *g, char kind, uint32_t deep)
{
    switch (kind) {
    case 'B':
        ONE_OF(g, "T", "F");
        break;
    case 'I':
    case 'N':
        put_integer(g);
        break;
    case 'V':
        if (once_in(g->c, 2))
            ONE_OF(g, "ORIGIN", "UNITY", "DOWN", "UP_RIGHT", "TWO_BY_TWO", "(2, 3)", "shape(I)",
                   "(-1, 40)", "(35, 35)", "NEG_UNITY", "(3000000000, 1)", "ulcorner(asobject(I))");
        else
            put(g, "(%u, %u)", pick(g->c, 6), pick(g->c, 6));
        break;
    case 'T':
        if (deep < GEN_DEEP && once_in(g->c, 2))
            put_tuple(g, deep);
        else
            ONE_OF(g, "(1, 2, 2)", "first(I)", "interval(0, 40, 1)", "totuple(asobject(I))", "()");
        break;
    case 'S':
        ONE_OF(g, "objects(I, T, F, T)", "palette(I)", "partition(I)", "initset(3)", "asobject(I)",
               "remove(1, initset(1))", "product((1, 2), (3, UP))");
        break;
    case 'C':
    case 'L':
        put_container(g, random_kind(g));
        break;
    case 'G':
        ONE_OF(g, "I", "vmirror(I)", "canvas(3, (4, 2))", "upscale(I, 2)", "rot90(I)", "tophalf(I)",
               "canvas(0, (33, 34))", "hconcat(I, I)", "replace(I, ONE, 12)",
               "crop(I, UNITY, UNITY)", "((1, 2), (3, 4))", "canvas(1, (0, 0))");
        break;
    case 'O':
        ONE_OF(g, "asobject(I)", "first(objects(I, T, T, F))", "recolor(3, asindices(I))",
               "merge(partition(I))", "shift(asobject(I), (-3, 40))", "initset((1, (2, 3)))");
        break;
    case 'X':
        ONE_OF(g, "asindices(I)", "ofcolor(I, ZERO)", "ofcolor(I, TWO)", "box(asindices(I))",
               "neighbors((0, 0))", "initset((1, 1))", "shoot((2, 2), UP_RIGHT)",
               "vfrontier(UNITY)", "shift(ofcolor(I, 1), (100, -100))");
        break;
    case 'F':
        put_function_for(g, 1, deep + 1);
        break;
    case 'K':
        ONE_OF(g, "(1, (0, 0))", "first(asobject(I))", "(2, UNITY)");
        break;
    default:
        put_literal(g, "IVGOXTPEQ"[pick(g->c, 6)], deep);
    }
}

/* A variable of the kind, or a literal; now and then something else altogether. */
static void put_value(struct gen *g, char kind, uint32_t deep)
{
    if (once_in(g->c, 40))
        kind = random_kind(g);
    if (kind == 'P' || kind == 'Q' || kind == 'E')
        kind = kind == 'P'   ? "OX"[pick(g->c, 2)]
               : kind == 'E' ? "OG"[pick(g->c, 2)]
                             : "OXG"[pick(g->c, 3)];
    uint32_t from = pick(g->c, g->n_vars);
    for (uint32_t k = 0; k < g->n_vars && !once_in(g->c, 4); k++) {
        uint32_t v = (from + k) % g->n_vars;
        if (fits(kind, g->vars[v].kind)) {
            put(g, "%s", g->vars[v].name);
            return;
        }
    }
    put_literal(g, kind, deep);
}

/* A primitive of this arity, no loop, that takes the kinds at the places where they are given. */
static uint32_t find_op(struct gen *g, uint32_t arity, char first, char second)
{
    uint32_t from = pick(g->c, 256) * OP_COUNT / 256;
    for (uint32_t k = 0; k < OP_COUNT; k++) {
        uint32_t op = (from + k) % OP_COUNT;
        const struct op_info *o = &op_table[op];
        if (o->arity == arity && o->family != FAMILY_loop && o->family != FAMILY_function &&
            (!first || fits(o->kinds[0], first)) && (!second || fits(o->kinds[1], second)))
            return op;
    }
    return OP_identity;
}

static char result_kind(uint32_t op, char argument)
{
    return op_table[op].result == 'L' || op == OP_identity ? argument : op_table[op].result;
}

/* A function with so many parameters, of no particular kind. */
static void put_function_for(struct gen *g, uint32_t arity, uint32_t deep)
{
    if (arity == 1)
        put_function(g, "IVOXG"[pick(g->c, 5)], deep);
    else if (once_in(g->c, 4))
        put(g, "rbind(%s, TWO)", op_table[find_op(g, 3, 0, 0)].name);
    else
        put(g, "%s", op_table[find_op(g, arity, 0, 0)].name);
}

/* rbind or lbind of a primitive of two parameters, or of three twice. */
static char put_bound(struct gen *g, char element, uint32_t deep)
{
    uint32_t op;
    if (once_in(g->c, 8)) {
        op = find_op(g, 3, element, 0);
        put(g, "rbind(rbind(%s, ", op_table[op].name);
        put_value(g, op_table[op].kinds[2], deep);
        put(g, "), ");
        put_value(g, op_table[op].kinds[1], deep);
        put(g, ")");
        return result_kind(op, element);
    }
    int right = once_in(g->c, 2);
    op = find_op(g, 2, right ? element : 0, right ? 0 : element);
    put(g, "%cbind(%s, ", right ? 'r' : 'l', op_table[op].name);
    put_value(g, op_table[op].kinds[right], deep);
    put(g, ")");
    return result_kind(op, element);
}

static char put_chain(struct gen *g, char element, uint32_t deep)
{
    /* Python's order is outermost first; the kinds are known the other way round. */
    struct gen *inner = malloc(sizeof *inner);
    if (!inner)
        abort();
    *inner = *g;
    inner->size = 0;
    char kind = put_function(inner, element, deep + 1);
    put(g, "compose(");
    kind = put_function(g, kind, deep + 1);
    put(g, ", %.*s)", (int)inner->size, inner->text);
    free(inner);
    return kind;
}

static char put_fork(struct gen *g, char element, uint32_t deep)
{
    uint32_t op = find_op(g, 2, 0, 0);
    put(g, "fork(%s, ", op_table[op].name);
    put_function(g, element, deep + 1);
    put(g, ", ");
    put_function(g, element, deep + 1);
    put(g, ")");
    return result_kind(op, 'A');
}

/* A function of one parameter for elements of this kind; returns the kind of its results. */
static char put_function(struct gen *g, char element, uint32_t deep)
{
    uint32_t choice = pick(g->c, deep < GEN_DEEP ? 16 : 6), op;
    char kind;
    switch (choice) {
    case 6:
    case 7:
    case 8:
        return put_bound(g, element, deep);
    case 9:
    case 10:
        return put_chain(g, element, deep);
    case 11:
        return put_fork(g, element, deep);
    case 12:
        put(g, "matcher(");
        kind = put_function(g, element, deep + 1);
        put(g, ", ");
        put_value(g, kind, deep + 1);
        put(g, ")");
        return 'B';
    case 13:
        put(g, "power(");
        kind = put_function(g, element, deep + 1);
        put(g, ", %u)", pick(g->c, 4));
        return kind;
    case 14:
        if (g->n_helpers) {
            put(g, "helper%u", pick(g->c, g->n_helpers));
            return 'A';
        }
        /* fall through */
    case 15:
        put_value(g, 'F', GEN_DEEP);
        return 'A';
    default:
        op = find_op(g, 1, element, 0);
        put(g, "%s", op_table[op].name);
        return result_kind(op, element);
    }
}

/* A call of one of the primitives that loop; returns the kind of its result. */
static char put_loop(struct gen *g)
{
    static const uint16_t unary[] = {OP_apply, OP_mapply, OP_sfilter, OP_mfilter, OP_extract,
                                     OP_order, OP_argmax, OP_argmin,  OP_valmax,  OP_valmin};
    static const uint16_t binary[] = {OP_papply, OP_mpapply, OP_prapply};
    char element = "IVKOXGIVKOCA"[pick(g->c, 12)], kind = 'A';
    uint32_t choice = pick(g->c, 16), op;
    if (choice < 12) {
        op = unary[pick(g->c, sizeof unary / sizeof *unary)];
        int function_first = op_table[op].kinds[0] == 'F';
        put(g, "%s(", op_table[op].name);
        if (function_first)
            kind = put_function(g, element, 0);
        put(g, function_first ? ", " : "");
        if (once_in(g->c, 3))
            put_value(g, 'C', 1);
        else
            put_container(g, element);
        put(g, function_first ? "" : ", ");
        if (!function_first)
            kind = put_function(g, element, 0);
        kind = op == OP_extract || op == OP_argmax || op == OP_argmin ? element : kind;
    } else if (choice < 15) {
        op = binary[pick(g->c, 3)];
        put(g, "%s(", op_table[op].name);
        put_function_for(g, 2, 1);
        put(g, ", ");
        put_container(g, element);
        put(g, ", ");
        put_container(g, element);
    } else {
        op = OP_rapply;
        put(g, "rapply((");
        put_function(g, 'G', 1);
        put(g, ", ");
        put_function(g, 'G', 1);
        put(g, "), I");
    }
    put(g, ")");
    return op_table[op].result == 'A'   ? kind
           : op_table[op].result == 'L' ? 'C'
                                        : op_table[op].result;
}

static char put_call(struct gen *g)
{
    uint32_t op = pick(g->c, 256) * OP_COUNT / 256;
    const struct op_info *o = &op_table[op];
    if (o->family == FAMILY_loop)
        return put_loop(g);
    uint32_t n = once_in(g->c, 100) ? pick(g->c, 6) : o->arity;
    const char *param = o->params;
    int by_name = n == o->arity && once_in(g->c, 20);
    put(g, "%s(", o->name);
    for (uint32_t k = 0; k < n; k++) {
        char kind = k < o->arity ? o->kinds[k] : 'A';
        put(g, k ? ", " : "");
        if (by_name) {
            put(g, "%.*s=", (int)strcspn(param, ","), param);
            param += strcspn(param, ",") + 1;
        }
        if (kind == 'F')
            put_function_for(
                g, k == 0 && (op == OP_fork || op == OP_rbind || op == OP_lbind) ? 2 : 1, 1);
        else
            put_value(g, kind, 0);
    }
    put(g, ")");
    return result_kind(op, 'C');
}

/* What stands to the right of `=`; returns its kind. */
static char put_line(struct gen *g)
{
    char kind;
    switch (pick(g->c, 16)) {
    case 0:
        kind = "IVOG"[pick(g->c, 4)];
        put_function(g, kind, 0);
        return 'F';
    case 1:
        put_tuple(g, 0);
        return 'T';
    case 2: /* a call of what may be a function */
        put_value(g, 'F', GEN_DEEP);
        put(g, "(");
        put_value(g, "IVOG"[pick(g->c, 4)], 1);
        put(g, ")");
        return 'A';
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
        return put_loop(g);
    default:
        return put_call(g);
    }
}

static void add_var(struct gen *g, const char *name, char kind)
{
    snprintf(g->vars[g->n_vars].name, sizeof g->vars[0].name, "%s", name);
    g->vars[g->n_vars++].kind = kind;
}

static void put_body(struct gen *g, uint32_t n_lines)
{
    char name[16];
    for (uint32_t k = 0; k < n_lines && g->n_vars < GEN_VARS; k++) {
        snprintf(name, sizeof name, "x%u", k);
        put(g, "    %s = ", name);
        char kind = put_line(g);
        put(g, "\n");
        add_var(g, name, kind);
    }
    if (once_in(g->c, 3)) {
        put(g, "    return (");
        for (uint32_t k = 0; k < g->n_vars; k++)
            put(g, "%s, ", g->vars[k].name);
        put(g, ")\n");
    } else {
        put(g, "    return %s\n", g->vars[g->n_vars - 1].name);
    }
}

/* Writes a text of functions; the last one, with this name, is the program. */
static void make_program(struct gen *g, struct choices *c, const char *name)
{
    g->c = c;
    g->size = 0;
    g->n_helpers = 0;
    for (uint32_t n = once_in(c, 4) ? 1 + pick(c, 2) : 0; g->n_helpers < n; g->n_helpers++) {
        g->n_vars = 0;
        put(g, "def helper%u(I):\n", g->n_helpers);
        add_var(g, "I", 'A');
        put_body(g, 1 + pick(c, 3));
    }
    g->n_vars = 0;
    if (once_in(c, 8)) {
        put(g, "def %s(S, I, C):\n", name);
        add_var(g, "S", 'T');
        add_var(g, "I", 'G');
        add_var(g, "C", 'G');
    } else {
        put(g, "def %s(I):\n", name);
        add_var(g, "I", 'G');
    }
    put_body(g, 1 + pick(c, 1 + pick(c, 10)));
    if (g->size + 1 >= GEN_TEXT) /* cut off: rare, and no program is lost by it */
        g->size = (size_t)snprintf(g->text, GEN_TEXT, "def %s(I):\n    return I\n", name);
}

/* ---- grids ---- */

enum { GRID_SIDE = 40 };

struct random_grid {
    uint8_t cells[GRID_SIDE * GRID_SIDE];
    struct grid_bytes grid;
};

/* Mostly small, a few colours; sometimes wider than a word of a mask. */
static void make_grid(struct random_grid *r, struct choices *c)
{
    uint32_t most = once_in(c, 8) ? GRID_SIDE : 7, colours = 1 + pick(c, 5);
    r->grid.h = (uint16_t)(1 + pick(c, most));
    r->grid.w = (uint16_t)(1 + pick(c, most));
    r->grid.cells = r->cells;
    for (uint32_t k = 0; k < (uint32_t)r->grid.h * r->grid.w; k++)
        r->cells[k] = (uint8_t)((random_bits(c) >> 33) % colours * (once_in(c, 50) ? 2 : 1) % 10);
}

/* ---- the machines ---- */

enum { FUZZ_FUEL = 20000, FUZZ_ENGINES = 8 };

static struct {
    const struct engine *engine;
    struct vm *vm;
    struct value_pack pack;
    struct run_result result;
} machines[FUZZ_ENGINES];
static uint32_t n_machines;

static const char *shown;                /* the program at hand */
static const struct card *shown_changed; /* its code, if that was changed */

static void print_code(const struct card *card)
{
    for (uint32_t k = 0; k < card->n_bodies; k++) {
        const struct body *b = &card->bodies[k];
        fprintf(stderr, "body %u: code %u+%u, constants %u+%u, registers %u, parameters %u\n", k,
                b->code, b->n_code, b->consts, b->n_consts, b->n_regs, b->n_params);
    }
    for (uint32_t k = 0; k < card->n_code; k++) {
        const struct ins *i = &card->code[k];
        fprintf(stderr, "%u: %s(%u) %u = %u %u %u %u %u, n %u, jump %u, bill %u\n", k,
                i->op < OP_COUNT ? op_table[i->op].name : "", i->op, i->dst, i->a[0], i->a[1],
                i->a[2], i->a[3], i->a[4], i->n, i->jump, i->bill);
    }
    for (uint32_t k = 0; k < card->n_consts; k++)
        fprintf(stderr, "constant %u: tag %u, c %d, %lld\n", k, card->consts[k].tag,
                card->consts[k].c, (long long)card->consts[k].u.i);
}

static void demand(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "fuzz_engine: %s\n%s\n", what, shown ? shown : "");
    if (shown_changed)
        print_code(shown_changed);
    abort();
}

static void open_machines(void)
{
    const struct card *stubs = engine_stubs();
    for (int k = 0; engine_table[k] && n_machines < FUZZ_ENGINES; k++) {
        if (!engine_table[k]->usable())
            continue;
        machines[n_machines].engine = engine_table[k];
        machines[n_machines].vm = stubs ? vm_memory_new(FUZZ_FUEL, engine_view(stubs, 0)) : NULL;
        demand(machines[n_machines++].vm != NULL, "memory");
    }
}

static int has_value(const struct run_result *r)
{
    return r->outcome == OUTCOME_OK || r->outcome == OUTCOME_OTHER;
}

static void run_on(uint32_t k, const struct run_program *p)
{
    machines[k].engine->run(machines[k].vm, p, &machines[k].result);
    value_pack_reset(&machines[k].pack);
    if (has_value(&machines[k].result))
        value_out_pack(machines[k].vm, machines[k].engine, machines[k].result.value,
                       &machines[k].pack);
    vm_memory_trim(machines[k].vm);
}

static void check_same(uint32_t k)
{
    const struct run_result *a = &machines[0].result, *b = &machines[k].result;
    const struct value_pack *p = &machines[0].pack, *q = &machines[k].pack;
    char text[256];
    if (a->outcome == b->outcome && a->error == b->error && a->line == b->line &&
        a->fuel == b->fuel && a->equal == b->equal && a->digest == b->digest &&
        p->size == q->size && (!p->size || memcmp(p->data, q->data, p->size) == 0))
        return;
    snprintf(text, sizeof text,
             "%s and %s differ: outcome %d %d, error %s %s, line %u %u, fuel %llu %llu",
             machines[0].engine->name, machines[k].engine->name, a->outcome, b->outcome,
             engine_error_name(a->error), engine_error_name(b->error), a->line, b->line,
             (unsigned long long)a->fuel, (unsigned long long)b->fuel);
    demand(0, text);
}

static void run_everywhere(const struct run_program *p, const struct run_item *item)
{
    for (uint32_t k = 0; k < n_machines; k++) {
        demand(machines[k].engine->begin(machines[k].vm, item) == 0, "the item does not fit");
        run_on(k, p);
        check_same(k);
    }
}

/* The units used are just enough: one less is `fuel`, and no more changes nothing. */
static void check_fuel(struct run_program p)
{
    struct run_result first = machines[0].result;
    demand(first.fuel <= p.fuel, "more fuel used than there was");
    if (first.outcome == OUTCOME_FUEL || first.fuel == 0)
        return;
    p.fuel = first.fuel;
    run_on(0, &p);
    demand(machines[0].result.outcome == first.outcome && machines[0].result.line == first.line &&
               machines[0].result.digest == first.digest,
           "the fuel that was used is not enough");
    p.fuel = first.fuel - 1;
    run_on(0, &p);
    demand(machines[0].result.outcome == OUTCOME_FUEL, "less fuel than used is enough");
}

/* ---- changed code ---- */

static uint16_t any_u16(struct choices *c)
{
    switch (pick(c, 4)) {
    case 0:
        return (uint16_t)random_bits(c);
    case 1:
        return (uint16_t)pick(c, 4);
    default:
        return (uint16_t)pick(c, 64);
    }
}

static void change_ins(struct choices *c, const struct card *card, const struct body *b)
{
    struct ins *i = card->code + b->code + random_bits(c) % b->n_code;
    switch (pick(c, 10)) {
    case 0:
        i->op = (uint16_t)(random_bits(c) % (INS_COUNT + 2));
        break;
    case 1:
        i->dst = any_u16(c);
        break;
    case 2:
        i->n = any_u16(c);
        break;
    case 3:
        i->jump = any_u16(c);
        break;
    case 4:
        i->bill = any_u16(c);
        break;
    case 5: /* another one of the same body in its place */
        *i = card->code[b->code + random_bits(c) % b->n_code];
        break;
    case 6: { /* two of them change places */
        struct ins *j = card->code + b->code + random_bits(c) % b->n_code, held = *i;
        *i = *j;
        *j = held;
        break;
    }
    default:
        i->a[pick(c, INS_ARGS)] = any_u16(c);
    }
}

static void change_body(struct choices *c, const struct card *card, struct body *b)
{
    if (b->n_consts && b->consts + b->n_consts <= card->n_consts && once_in(c, 2)) {
        struct val *v = &card->consts[b->consts + random_bits(c) % b->n_consts];
        switch (pick(c, 3)) {
        case 0:
            v->tag = pick(c, VAL_FUNC + 2);
            break;
        case 1:
            v->c = (int32_t)random_bits(c);
            break;
        default:
            v->u.i = (int64_t)random_bits(c) >> pick(c, 64);
        }
        return;
    }
    switch (pick(c, 5)) {
    case 0:
        b->n_regs = any_u16(c);
        break;
    case 1:
        b->n_code = any_u16(c);
        break;
    case 2:
        b->n_consts = any_u16(c);
        break;
    case 3:
        b->code = any_u16(c);
        break;
    default:
        b->consts = any_u16(c);
    }
}

static const char *verify_all(const struct card *card, const struct program *p)
{
    static uint8_t scratch[2 * BODY_MAX_REGS];
    for (uint32_t k = p->helper; k <= p->body; k++) {
        const char *why = verify_body(card, k, scratch);
        if (why)
            return why;
    }
    return NULL;
}

static long n_changed, n_passed_on; /* codes changed, and not refused */

/* Changes the card for good; runs it if the verifier lets it pass. */
static void try_changed(struct choices *c, struct card *card, const struct program *p,
                        struct run_program run, const struct run_item *item)
{
    for (uint32_t n = 1 + pick(c, 3); n > 0; n--) {
        struct body *b = &card->bodies[p->helper + random_bits(c) % (p->body - p->helper + 1)];
        if (b->n_code && b->code + b->n_code <= card->n_code && !once_in(c, 8))
            change_ins(c, card, b);
        else
            change_body(c, card, b);
    }
    n_changed++;
    if (verify_all(card, p))
        return;
    n_passed_on++;
    shown_changed = card;
    run_everywhere(&run, item);
    shown_changed = NULL;
}

/* ---- one input ---- */

static long outcomes[OUTCOME_SKIPPED + 1];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct gen g;
    static struct parse parse;
    static struct card card;
    static struct random_grid grids[4];
    struct choices c = choices_of(data, size);
    struct grid_bytes demos[2];
    struct program p;
    if (!n_machines)
        open_machines();
    for (int k = 0; k < 4; k++)
        make_grid(&grids[k], &c);
    demos[0] = grids[2].grid;
    demos[1] = grids[3].grid;
    struct run_item item = {grids[0].grid, once_in(&c, 2) ? &grids[1].grid : NULL, demos, 1,
                            once_in(&c, 2)};
    make_program(&g, &c, "solve");
    shown = g.text;
    demand(parse_text(&parse, g.text, g.size) == 0 && parse.n_functions > 0, "parsing");
    card_reset(&card);
    if (compile_function(&card, &parse, parse.n_functions - 1, &p) != COMPILE_OK) {
        demand(p.error && strcmp(p.error, "program too large") == 0, p.error);
        return 0;
    }
    const char *why = verify_all(&card, &p);
    demand(!why, why);
    struct run_program run = {engine_view(&card, p.helper), p.body, p.n_params,
                              once_in(&c, 4) ? 1 + pick(&c, 100) : FUZZ_FUEL};
    run_everywhere(&run, &item);
    outcomes[machines[0].result.outcome]++;
    check_fuel(run);
    try_changed(&c, &card, &p, run, &item);
    return 0;
}
