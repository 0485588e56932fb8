/*
 * parse_test.c: what the loader says of texts: each of them a table row, or too large for one. What
 * it accepts must compile and verify.
 */
#include "../../dsl/verify.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static struct parse parse;
static struct card card;
static uint8_t scratch[2 * BODY_MAX_REGS];

/*
 * A verdict for each function of the text, '|' between: "ok"; or the line and the beginning of the
 * reason; or "LINE !NAME" for a construct that Python has and batt has not. LINE may be ?, for what
 * is missing and so stands nowhere. "" is no function.
 */
struct row {
    const char *text;
    size_t len;
    const char *want;
};

#define TEXT(literal) literal, sizeof literal - 1
#define HEAD "def solve(I):\n"
#define BODY(lines) TEXT(HEAD lines)

static const struct row accepted[] = {
    /* the forms of a function */
    {BODY("    x1 = vmirror(I)\n    O = hmirror(x1)\n    return O\n"), "ok"},
    {BODY("    O = I\n    return O\n"), "ok"},
    {BODY("    return I\n"), "ok"},
    {BODY("    return fill(I, TWO, asindices(I))\n"), "ok"},
    {BODY("    return (I, (1, 2), None)\n"), "ok"},
    {TEXT("def solve(S, I, C):\n    x1 = size(S)\n    return (x1, I, C)\n"), "ok"},
    {TEXT("def solve(S, I, C):\n    return I\n"), "ok"},
    {TEXT("def solve(I: Grid) -> Grid:\n    x1: Grid = vmirror(I)\n    return x1\n"), "ok"},
    {TEXT("def solve(S: Tuple[Tuple[Grid, Grid], ...], I: \"Grid\", C=None):\n    return I\n"),
     "1 !default parameter"},
    {TEXT("def solve(S: Tuple[Tuple[Grid, Grid], ...], I: \"Grid\", C):\n    return I\n"), "ok"},
    {TEXT("def solve(\n    I,\n):\n    return I\n"), "ok"},
    {TEXT("def solve(I): return vmirror(I)\n"), "ok"},
    {TEXT("def solve(I): x = I; return x;\n"), "ok"},
    {TEXT("def solve(I):\n return I"), "ok"},
    {TEXT("def _s0lve_\xc3\xa9(I):\n    return I\n"), "ok"},

    /* names: constants, reassignment, variables that hide */
    {BODY("    return (F, T, True, False, None)\n"), "ok"},
    {BODY("    return (ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE, TEN)\n"), "ok"},
    {BODY("    return (NEG_ONE, NEG_TWO, DOWN, RIGHT, UP, LEFT, ORIGIN, UNITY, NEG_UNITY)\n"),
     "ok"},
    {BODY("    return (UP_RIGHT, DOWN_LEFT, ZERO_BY_TWO, TWO_BY_ZERO, TWO_BY_TWO)\n"), "ok"},
    {BODY("    return THREE_BY_THREE\n"), "ok"},
    {BODY("    x1 = I\n    x1 = hmirror(x1)\n    x1 = vmirror(x1)\n    return x1\n"), "ok"},
    {BODY("    x = y = z = I\n    return (x, y, z)\n"), "ok"},
    {BODY("    I = vmirror(I)\n    return I\n"), "ok"},
    {BODY("    TWO = 5\n    size = TWO\n    return add(size, TWO)\n"), "ok"},
    {BODY("    solve = vmirror\n    return solve(I)\n"), "ok"},
    {BODY("    x1 = vmirror(I)\n    x2 = first(())\n    return x1\n"), "ok"},
    {BODY("    vmirror(I)\n    return I\n"), "ok"},

    /* values */
    {BODY("    return (0, -1, - 1, 1_000, 1_2_3, 0_0, 00)\n"), "ok"},
    {BODY("    return (9223372036854775807, -9223372036854775808)\n"), "ok"},
    {BODY("    return ()\n"), "ok"},
    {BODY("    return (1,)\n"), "ok"},
    {BODY("    return ((((I))))\n"), "ok"},
    {BODY("    return ((), ((),), (I, (I, (I,),),),)\n"), "ok"},
    {BODY("    return (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)\n"), "ok"},
    {BODY("    return (size, compose(size, first), vmirror)\n"), "ok"},

    /* calls: nested, of variables, of what is called, by keyword, with the wrong number */
    {BODY("    return add(size(I), multiply(2, width(hmirror(I))))\n"), "ok"},
    {BODY("    x3 = compose(size, first)\n    x5 = x3(I)\n    return x5\n"), "ok"},
    {BODY("    return rbind(add, 1)(2)\n"), "ok"},
    {BODY("    return (vmirror)(I)\n"), "ok"},
    {BODY("    return 5(I)\n"), "ok"},
    {BODY("    return crop(I, dims=(1, 1), start=ORIGIN)\n"), "ok"},
    {BODY("    return crop(dims = (1, 1) , start\n=ORIGIN, grid=I)\n"), "ok"},
    {BODY("    return crop(I, start=ORIGIN, start=ORIGIN)\n"), "ok"},
    {BODY("    return crop(I, nonsense=ORIGIN)\n"), "ok"},
    {BODY("    return crop()\n"), "ok"},
    {BODY("    return add(1, 2, 3, 4, 5, 6, 7, 8)\n"), "ok"},
    {BODY("    return fill(I, TWO, asindices(I),)\n"), "ok"},

    /* blanks, comments, docstrings, line ends */
    {BODY("    # first\n\n    x1 = I  # and then\n \t \n# at the margin\n    return x1 # done\n# "
          "end"),
     "ok"},
    {BODY("    \"\"\"What it does.\n\nIn three lines.\"\"\"\n    return I\n"), "ok"},
    {BODY("    'short'\n    r\"raw \\\"\"\n    return I\n"), "ok"},
    {TEXT("\"\"\"A module.\"\"\"\n" HEAD "    return I\n"), "ok"},
    {TEXT("def solve(I):\r\n    x1 = vmirror(I)\r\n\r\n    return x1\r\n"), "ok"},
    {TEXT("def solve(I):\r\n    return add(1,\r\n        2)\r\n"), "ok"},
    {BODY("\tx1\t=\tvmirror\t(\tI\t)\n\treturn\tx1\n"), "ok"},
    {BODY("\tx1 = I\n        return x1\n"), "ok"}, /* a tab ends at 8 */
    {BODY("      return I\n"), "ok"},
    {BODY("    return paint(\n  I,\n# why\nasobject(\nI))\n"), "ok"},
    {BODY("    x1 = \\\n  vmirror(I)\n    return \\\nx1\n"), "ok"},
    {TEXT("\xef\xbb\xbf" HEAD "    return I\n"), "ok"},
    {BODY("    return I\n    x1 = vmirror(I)\n"), "ok"},
    {BODY("    return I\f\n"), "ok"},
    {TEXT(""), ""},
    {TEXT("\n\n# only this\n"), ""},
    {TEXT("from dsl import *\nimport os\nfrom constants import (\n    ZERO,\n    ONE\n)\n" HEAD
          "    return I\n"),
     "ok"},

    /* several functions; a helper need not have the parameters of a program */
    {TEXT("def solve_a(I):\n    return I\n\n\ndef solve_b(I):\n    return vmirror(I)\n"), "ok|ok"},
    {TEXT("def twice(x):\n    return add(x, x)\n" HEAD "    return twice(twice(3))\n"), "ok|ok"},
    {TEXT("def both2(x, y):\n    return add(x, y)\n" HEAD "    return both2(y=1, x=2)\n"),
     "1 a program takes|ok"},
    {TEXT("def one():\n    return 1\n" HEAD "    return add(one(), one())\n"),
     "1 a program takes|ok"},
    {TEXT("def a(x):\n    return size(x)\ndef b(x):\n    return add(a(x), 1)\n" HEAD
          "    return order((I, I), b)\n"),
     "ok|ok|ok"},
    {TEXT("def a(x):\n    return size(x)\n" HEAD "    return rbind(a, 1)\n"), "ok|ok"},
    {TEXT("def a(I):\n    return I\ndef a(I):\n    return a(I)\n"), "ok|ok"},
    {TEXT("def vmirror(x):\n    return x\n" HEAD "    return vmirror(I)\n"), "ok|ok"},
};

static const struct row refused[] = {
    /* names */
    {BODY("    x1 = I\n    return nosuch(x1)\n"), "3 unknown name 'nosuch'"},
    {BODY("    return x1\n"), "2 unknown name"},
    {BODY("    x2 = vmirror(x1)\n    x1 = I\n    return x1\n"), "2 'x1' is used before it is assigned"},
    {BODY("    x1 = x1\n    return x1\n"), "2 'x1' is used before it is assigned"},
    {BODY("    x2 = add(x1,\n  2)\n    x3: Grid = x1 = I\n    return x1\n"),
     "2 'x1' is used before it is assigned"},
    {BODY("    x2 = x1; x1: Grid = I\n    return x1\n"), "2 'x1' is used before"},
    {BODY("    x2 = x1\n    x1 == I\n    x11 = I\n    return f(x1=I)\ndef g(I):\n    x1 = I\n"
          "    return x1\n"),
     "2 unknown name 'x1'|ok"},
    {BODY("    return x2345678901234567890123456789012345678901\n"),
     "2 unknown name 'x234567890123456789012345678901234567890...'"},
    {BODY("    return x23456789012345678901234567890123456789\xc3\xa9\n"),
     "2 unknown name 'x23456789012345678901234567890123456789...'"},
    {BODY("    return a\xc2\x9bm\n"), "2 unknown name 'a\xc2?m'"},
    {BODY("    x1 = size(I)\n    size = x1\n    return size\n"), "3 'size' is used before it is assigned"},
    {BODY("    return solve(I)\n"), "2 unknown name"},
    {BODY("    return later(I)\ndef later(I):\n    return I\n"), "2 unknown name|ok"},
    {BODY("    return print(I)\n"), "2 unknown name"},
    {BODY("    None = I\n    return I\n"), "2 cannot assign"},
    {BODY("    True = 5\n    return True\n"), "2 cannot assign"},
    {BODY("    first(I) = I\n    return I\n"), "2 cannot assign"},
    {BODY("    5 = I\n    return I\n"), "2 cannot assign"},
    {TEXT("def a(I):\n    return nosuch\n" HEAD "    return a(I)\ndef c(I):\n    return I\n"),
     "2 unknown name|4 uses a function that has an error|ok"},

    /* a function's shape */
    {TEXT(HEAD), "? function without lines"},
    {BODY("\n# nothing\n"), "? function without lines"},
    {BODY("def b(I):\n    return I\n"), "? function without lines|ok"},
    {BODY("    x1 = I\n"), "? no return"},
    {BODY("    x1 = I\ndef b(I):\n    return I\n"), "? no return|ok"},
    {TEXT("def solve(I): x = I\n"), "? no return"},
    {BODY("    return\n"), "2 return without a value"},
    {BODY("    x1 = I\n      x2 = I\n    return x1\n"), "3 indentation changes"},
    {BODY("    x1 = I\n  return x1\n"), "3 indentation changes"},
    {TEXT("def (I):\n    return I\n"), "1 a function without a name"},
    {TEXT("def solve I:\n    return I\n"), "1 '(' is missing"},
    {TEXT("def solve(I)\n    return I\n"), "1 ':' is missing"},
    {TEXT("def solve(I:\n    return I\n"), "3 ',' or ')' is missing"},
    {TEXT("def solve(I, I, I):\n    return I\n"), "1 two parameters"},
    {TEXT("def solve(5):\n    return I\n"), "1 a parameter is missing"},
    {TEXT("def solve(I,,):\n    return I\n"), "1 a parameter is missing"},
    {TEXT("def solve(*I):\n    return I\n"), "1 !star parameter"},
    {TEXT("def solve(I=5):\n    return I\n"), "1 !default parameter"},
    {TEXT("def solve():\n    return 1\n"), "1 a program takes"},
    {TEXT("\n\ndef solve(S, I):\n    return I\n"), "3 a program takes"},
    {TEXT("def solve(a, b, c, d):\n    return a\n"), "1 a program takes"},
    {TEXT("x = 5\n" HEAD "    return I\n"), "1 text outside|ok"},
    {TEXT("vmirror(I)\n"), "1 text outside"},
    {TEXT("  x = 5\n"), "1 unexpected indentation"},
    {TEXT("@cache\n" HEAD "    return I\n"), "1 !decorator|ok"},
    {TEXT("async def solve(I):\n    return I\n"), "1 text outside"},
    {TEXT("class A:\n    pass\n"), "1 text outside"},
    {TEXT("def solve(I):\n    return I\n)\n"), "ok|3 text outside"},

    /* brackets */
    {BODY("    return vmirror(I\n"), "3 "},
    {BODY("    return vmirror(I))\n"), "2 cannot be read"},
    {BODY("    return (1, 2\n    x = 5\n"), "3 "},
    {BODY("    return )\n"), "2 "},
    {BODY("    return (,)\n"), "2 a value is missing"},
    {BODY("    return add(1,,2)\n"), "2 a value is missing"},
    {BODY("    return add(1 2)\n"), "2 ',' or ')' is missing"},
    {BODY("    return (1, 2]\n"), "2 "},
    {BODY("    return crop(I, start=)\n"), "2 a value is missing"},
    {BODY("    return crop(start=ORIGIN, I)\n"), "2 positional argument after"},
    {BODY("    return crop(*I)\n"), "2 !star argument"},
    {BODY("    return crop(**I)\n"), "2 !star argument"},
    {BODY("    x1 = \n    return I\n"), "2 a value is missing"},
    {BODY("    x1, x2 = I\n    return I\n"), "2 !unpacking"},
    {BODY("    (x1, x2) = I\n    return I\n"), "2 !unpacking"},
    {BODY("    [x1, (x2, x3)] = I\n    return I\n"), "2 !unpacking"},
    {BODY("    x1, *x2 = I\n    return I\n"), "2 !unpacking"},
    {BODY("    I, x2 = I\n    return I\n"), "2 !unpacking"},
    {BODY("    x1, x2 == I\n    return I\n"), "2 unknown name 'x1'"},
    {BODY("    f(x1, x2) = I\n    return I\n"), "2 unknown name 'f'"},
    {BODY("    x1 = 1, 2\n    return I\n"), "2 !tuple without brackets"},
    {BODY("    return I I\n"), "2 cannot be read"},
    {BODY("    return I \\ I\n"), "2 cannot be read"},
    {BODY("    return $\n"), "2 a value is missing"},

    /* what Python has and batt has not */
    {BODY("    return add(1, 2) + 1\n"), "2 !operator"},
    {BODY("    return 1-1\n"), "2 !operator"},
    {BODY("    return -size(I)\n"), "2 !operator"},
    {BODY("    return +1\n"), "2 !operator"},
    {BODY("    return I == I\n"), "2 !operator"},
    {BODY("    x1 == I\n    return I\n"), "2 unknown name"},
    {BODY("    x1 = I\n    x1 == I\n    return I\n"), "3 !operator"},
    {BODY("    x1 = 1\n    x1 += 1\n    return x1\n"), "3 !augmented assignment"},
    {BODY("    x1 -= 1\n    return x1\n"), "2 !augmented assignment"},
    {BODY("    x1\t//=1\n    return x1\n"), "2 !augmented assignment"},
    {BODY("    x1 >>= 1\n    return x1\n"), "2 !augmented assignment"},
    {BODY("    x1 = I\n    x1 **= 1\n    return x1\n"), "3 !augmented assignment"},
    {BODY("    x1 += 1\n    x1 = I\n    return x1\n"), "2 !augmented assignment"},
    {BODY("    x1 >= 1\n    return x1\n"), "2 unknown name 'x1'"},
    {BODY("    return (I >= I, I)\n"), "2 !operator"},
    {BODY("    return I != I\n"), "2 !operator"},
    {BODY("    return I >> I\n"), "2 !operator"},
    {BODY("    x1 +\n"), "2 unknown name 'x1'"},
    {BODY("    x1 *"), "2 unknown name 'x1'"},
    {BODY("    I *"), "2 !operator"},
    {BODY("    I **"), "2 !operator"},
    {BODY("    return size(x := I)\n"), "2 !walrus"},
    {BODY("    return size(I := I)\n"), "2 !walrus"},
    {BODY("    return (y := I)\n"), "2 !walrus"},
    {BODY("    y := I\n    return y\n"), "2 !walrus"},
    {BODY("    return (y : I)\n"), "2 unknown name 'y'"},
    {BODY("    return (y :"), "2 unknown name 'y'"},
    {BODY("    return not I\n"), "2 !operator"},
    {BODY("    return T and F\n"), "2 !operator"},
    {BODY("    return 1 in I\n"), "2 !operator"},
    {BODY("    return I if T else I\n"), "2 !conditional"},
    {BODY("    return lambda x: x\n"), "2 !lambda"},
    {BODY("    return apply(lambda x: x, I)\n"), "2 !lambda"},
    {BODY("    return size(x for x in I)\n"), "2 !comprehension"},
    {BODY("    return (x for x in I)\n"), "2 !comprehension"},
    {BODY("    return [x for x in I]\n"), "2 !comprehension"},
    {BODY("    return {x for x in I}\n"), "2 !comprehension"},
    {BODY("    return {x: (x, 1) for x in I}\n"), "2 !comprehension"},
    {BODY("    return [I async for x in I]\n"), "2 !comprehension"},
    {BODY("    return tuple(x for x in I)\n"), "2 !comprehension"},
    {BODY("    return tuple (add(x, 1) for x in I)\n"), "2 !comprehension"},
    {BODY("    return size(add(1, size(x)) for x in I)\n"), "2 !comprehension"},
    {BODY("    return size(\n      x # for, [\n      for x in I\n    )\n"), "3 !comprehension"},
    {BODY("    return [')', f']', \"\"\"]\n ]\"\"\", x for x in I]\n"), "2 !comprehension"},
    {BODY("    return (x for x in I)\n    x = I\n"), "2 !comprehension"},
    /* a `for` of another bracket, line, word or function is none of it */
    {BODY("    return tuple((I, I))\n    for x in I: y\n"), "2 unknown name 'tuple'"},
    {BODY("    return tuple([y for y in I])\n"), "2 unknown name 'tuple'"},
    {BODY("    return (x, [y for y in I])\n"), "2 unknown name 'x'"},
    {BODY("    return x\n    for x in I: y\n"), "2 unknown name 'x'"},
    {BODY("    return [fort, 'for', xfor] # for\n"), "2 !list"},
    {BODY("    return [1] for x in I\n"), "2 !list"},
    {BODY("    return (x for"), "2 !comprehension"},
    {BODY("    return (x fo"), "2 unknown name 'x'"},
    {BODY("    return [1\ndef b(I):\n    return (I for x in I)\n"), "2 !list|4 !comprehension"},
    {BODY("    return ['\ndef b(I):\n    return I\n"), "2 !list|ok"},
    {TEXT("def a(I):\n    return lambda: I\n" HEAD "    return a(I)\n"
          "def c(I):\n    return solve(I)\n"),
     "2 !lambda|4 !lambda|6 !lambda"},
    {BODY("    return size(I for x in I)\n"), "2 !comprehension"},
    {BODY("    return [1]\n"), "2 !list"},
    {BODY("    return {1}\n"), "2 !set or dictionary"},
    {BODY("    return I[0]\n"), "2 !subscript"},
    {BODY("    return I.x\n"), "2 !attribute"},
    {BODY("    return 'text'\n"), "2 !string"},
    {BODY("    return 1.5\n"), "2 !float"},
    {BODY("    return 1e3\n"), "2 !float"},
    {BODY("    return 2j\n"), "2 !float"},
    {BODY("    if T:\n        return I\n    return I\n"), "2 !conditional"},
    {BODY("    for x in I:\n        y = x\n    return I\n"), "2 !for"},
    {BODY("    while T:\n        y = I\n    return I\n"), "2 !while"},
    {BODY("    def g(x):\n        return x\n    return g(I)\n"), "2 !nested function"},
    {BODY("    import os\n    return I\n"), "2 !import"},
    {BODY("    try:\n        x = I\n    except:\n        x = I\n    return x\n"), "2 !try"},
    {BODY("    with I as x:\n        y = x\n    return I\n"), "2 !with"},
    {BODY("    pass\n    return I\n"), "2 !pass"},
    {BODY("    assert I\n    return I\n"), "2 !assert"},
    {BODY("    x1 = I\n    global x1\n    return I\n"), "3 !global"},
    {BODY("    yield I\n"), "2 !yield"},
    {BODY("    return I\n    x1 = I + I\n"), "3 !operator"},

    /* integers and other words that go wrong */
    {BODY("    return 9223372036854775808\n"), "2 integer too large"},
    {BODY("    return -9223372036854775809\n"), "2 integer too large"},
    {BODY("    return 99999999999999999999999999999999999999\n"), "2 integer too large"},
    {BODY("    return 0x10\n"), "2 not a decimal integer"},
    {BODY("    return 1_\n"), "2 not a decimal integer"},
    {BODY("    return 1__0\n"), "2 not a decimal integer"},
    {BODY("    return -1_"), "2 not a decimal integer"},
    {BODY("    return 1_x\n"), "2 not a decimal integer"},
    {BODY("    return 007\n"), "2 not a decimal integer"},
    {BODY("    return 1x\n"), "2 not a decimal integer"},
    {BODY("    \"\"\"no end\n    return I\n"), "4 string without an end"},
    {BODY("    'no end\n    return I\n"), "2 string without an end"},

    /* bytes that are no text */
    {TEXT("\0"), "1 text outside"},
    {TEXT("\0\0\0\n" HEAD "    return I\n"), "1 text outside|ok"},
    {BODY("    x1 = I\0\n    return x1\n"), "2 "},
    {BODY("    x1 = \0\n    return I\n"), "2 "},
    {BODY("    x\0 = I\n    return I\n"), "2 "},
    {BODY("    return \0"), "2 "},
    {TEXT("def solve(I\0):\n    return I\n"), "1 "},
    {TEXT("def solve(I)\0:\n    return I\n"), "1 "},
    {TEXT("def solve(I: \0):\n    return I\n"), "1 "},
    {BODY("    return \xff\xfe\n"), "2 unknown name"},
    {BODY("    return vmirror(I\xc3)\n"), "2 unknown name"},
    {BODY("    return \xe2\x80\x9cI\xe2\x80\x9d\n"), "2 unknown name"},
    {TEXT("\x7f"
          "ELF\x02\x01\x01"),
     "1 text outside"},
};

/* ---- verdicts ---- */

/* Compiles function f and checks all that was made; NULL, or why not. */
static const char *check_code(uint32_t f, uint32_t *line)
{
    static char reason[PARSE_REASON];
    const char *why = parse_reason(&parse, f, reason);
    struct program p;
    card_reset(&card);
    *line = 0;
    enum compile_status status = compile_function(&card, &parse, f, &p);
    if (status != COMPILE_OK) {
        *line = p.error_line;
        return status != COMPILE_BAD ? "out of memory" : why ? why : p.error;
    }
    for (uint32_t k = p.helper; k <= p.body; k++) {
        why = card.bodies[k].n_code ? verify_body(&card, k, scratch) : NULL;
        if (why)
            return why;
    }
    return NULL;
}

/* One function against one verdict; *got says what came instead. */
static int as_wanted(uint32_t f, const char *want, size_t len, char *got, size_t size)
{
    const struct function *fn = &parse.functions[f];
    uint32_t line;
    char text[160];
    const char *why = check_code(f, &line);
    if (why && fn->construct)
        snprintf(text, sizeof text, "%u !%s", line, fn->construct);
    else if (why)
        snprintf(text, sizeof text, "%u %s", line, why);
    else
        snprintf(text, sizeof text, "ok");
    size_t n = strlen(got);
    snprintf(got + n, size - n, "%s%s", n ? "|" : "", text);
    if (fn->error && (fn->error_line < 1 || (fn->error_name_len == 0 && strcmp(fn->error, why) != 0)))
        return 0;
    if (*want == '?')
        return why && strncmp(strchr(text, ' '), want + 1, len - 1) == 0;
    return strncmp(text, want, len) == 0 && (why || len == 2);
}

static void judge(const char *what, const char *text, size_t len, const char *want)
{
    char got[512] = "", *copy = malloc(len ? len : 1); /* no byte behind the text may be read */
    memcpy(copy, text, len);
    int good = parse_text(&parse, copy, len) == 0;
    const char *next = want;
    for (uint32_t f = 0; good && f < parse.n_functions; f++) {
        size_t n = strcspn(next, "|");
        good = as_wanted(f, next, n, got, sizeof got) && (n || f);
        next += n + (next[n] == '|');
    }
    if (good && !*next) {
        n_passed++;
    } else {
        n_failed++;
        printf("%s: expected [%s], got [%s]\n%.*s\n", what, want, got, len < 2000 ? (int)len : 0,
               text);
    }
    free(copy);
}

static void judge_rows(const char *what, const struct row *rows, size_t n)
{
    for (size_t k = 0; k < n; k++)
        judge(what, rows[k].text, rows[k].len, rows[k].want);
}

/* ---- texts too large for a table ---- */

struct text {
    char *data;
    size_t len, cap;
};

static void add(struct text *t, const char *piece, size_t times)
{
    size_t n = strlen(piece);
    if (t->len + n * times + 1 > t->cap) {
        t->cap = 2 * (t->len + n * times + 1);
        t->data = realloc(t->data, t->cap);
        if (!t->data)
            abort();
    }
    for (size_t k = 0; k < times; k++, t->len += n)
        memcpy(t->data + t->len, piece, n + 1);
}

/* A function whose text is: before, a piece many times, after. */
static void judge_large(const char *what, const char *before, const char *piece, size_t times,
                        const char *after, const char *want)
{
    struct text t = {0};
    add(&t, before, 1);
    add(&t, piece, times);
    add(&t, after, 1);
    judge(what, t.data, t.len, want);
    free(t.data);
}

static void test_nesting(void)
{
    enum { DEEP = 100000, FITS = PARSE_MAX_NEST - 1 };
    struct text t = {0};
    judge_large("brackets", HEAD "    return ", "(", DEEP, "\n", "2 nested too deep");
    judge_large("calls", HEAD "    return ", "size(", DEEP, "\n", "2 nested too deep");
    judge_large("calls of calls", HEAD "    return I", "()", DEEP, "\n", "1 program too large");
    judge_large("closing brackets", HEAD "    return I", ")", DEEP, "\n", "2 cannot be read");
    judge_large("minus signs", HEAD "    return ", "-", DEEP, "1\n", "2 !operator");
    judge_large("annotation", "def solve(I: ", "[", DEEP, "):\n    return I\n", "3 ");
    for (int over = 0; over < 2; over++) {
        t.len = 0;
        add(&t, HEAD "    return ", 1);
        add(&t, "size(", FITS + (size_t)over);
        add(&t, "I", 1);
        add(&t, ")", FITS + (size_t)over);
        judge("nesting at its limit", t.data, t.len, over ? "2 nested too deep" : "ok");
    }
    free(t.data);
}

static void test_long(void)
{
    enum { MEGA = 1 << 20, LINE = 10 * MEGA };
    judge_large("long comment", HEAD "    # ", "x", LINE, "\n    return I\n", "ok");
    judge_large("long docstring", HEAD "    '''", "y\n", LINE / 2, "'''\n    return I\n", "ok");
    judge_large("blanks", HEAD "    return", " ", LINE, "I\n", "ok");
    judge_large("empty lines", HEAD, "\n", LINE, "    return I\n", "ok");
    judge_large("line numbers", HEAD, "\n", 70000, "    return nosuch\n", "70002 unknown name");
    judge_large("long name", HEAD "    x", "y", LINE, " = I\n    return I\n", "ok");
    judge_large("long unknown name", HEAD "    return ", "y", LINE, "\n", "2 unknown name");
    judge_large("long name of a function", "def s", "o", LINE, "(I):\n    return I\n", "ok");
    judge_large("long integer", HEAD "    return ", "9", LINE, "\n", "2 integer too large");
    judge_large("zeros", HEAD "    return ", "0", LINE, "\n", "ok");
    judge_large("long tuple", HEAD "    return (", "1,", LINE / 2, ")\n", "2 too many values");
    judge_large("tuple that fits", HEAD "    return (", "1,", UINT16_MAX, ")\n", "ok");
    judge_large("one more", HEAD "    return (", "1,", UINT16_MAX + 1, ")\n", "2 too many values");
    judge_large("many arguments", HEAD "    return size(", "I,", UINT16_MAX, ")\n", "ok");
    judge_large("names of one value", HEAD "    ", "x = ", 16, "I\n    return x\n", "ok");
    judge_large("one name more", HEAD "    ", "x = ", 17, "I\n    return x\n",
                "2 assignment to more than 16 names");
    judge_large("names without a value", HEAD "    ", "x = ", 16, "\n    return x\n",
                "2 a value is missing");
    judge_large("annotations without an end", HEAD "    return q", ";x:[", LINE / 4, "\n",
                "2 unknown name 'q'");
    judge_large("comprehension far away", HEAD "    return q(", "(y),", LINE / 4, " for y in I)\n",
                "2 !comprehension");
    judge_large("without an end", HEAD "    return (", "1,", LINE / 2, "", "2 ");
    judge_large("no line ends", "", "x", LINE, "", "1 text outside");
}

/* What looks ahead for a reason looks at each function's own lines. */
static void test_looking_ahead(void)
{
    enum { FUNCTIONS = 200000 };
    struct text t = {0};
    add(&t, "def f(I):\n    return [\\\"\"\"\n", FUNCTIONS);
    uint32_t n = 0;
    check(parse_text(&parse, t.data, t.len) == 0 && parse.n_functions == FUNCTIONS, "functions");
    for (uint32_t k = 0; k < parse.n_functions; k++)
        n += parse.functions[k].construct && strcmp(parse.functions[k].construct, "list") == 0;
    check(n == FUNCTIONS, "lists without an end");
    free(t.data);
}

/* name with a number behind it, in a text of its own */
static void numbered(struct text *t, const char *format, uint32_t n)
{
    char line[128];
    for (uint32_t k = 0; k < n; k++) {
        snprintf(line, sizeof line, format, k, k);
        add(t, line, 1);
    }
}

static void test_many(void)
{
    struct text t = {0};
    add(&t, HEAD, 1);
    numbered(&t, "    x%u = add(%u, 1)\n", PARSE_MAX_VARS - 1);
    add(&t, "    return x7\n", 1);
    judge("variables at their limit", t.data, t.len, "ok");

    t.len = 0;
    add(&t, HEAD, 1);
    numbered(&t, "    x%u = I\n", PARSE_MAX_VARS);
    add(&t, "    return I\n", 1);
    judge("too many variables", t.data, t.len, "4097 too many variables");

    t.len = 0;
    add(&t, HEAD, 1);
    add(&t, "    x = add(1, size(I))\n", BODY_MAX_REGS);
    add(&t, "    return x\n", 1);
    judge("too many registers", t.data, t.len, "1 program too large");

    t.len = 0;
    add(&t, HEAD "    return (", 1);
    numbered(&t, "%u,", BODY_MAX_REGS + 1);
    add(&t, ")\n", 1);
    judge("too many constants", t.data, t.len, "1 program too large");

    t.len = 0;
    numbered(&t, "def f%u(x):\n    return x\n", 1);
    for (uint32_t k = 1; k < 300; k++) {
        char text[64];
        snprintf(text, sizeof text, "def f%u(x):\n    return f%u(x)\n", k, k - 1);
        add(&t, text, 1);
    }
    long before = n_failed;
    char *want = calloc(300, 3);
    for (int k = 0; k < 300; k++)
        memcpy(want + 3 * k, "ok|", k < 299 ? 3 : 2);
    judge("a chain of helpers", t.data, t.len, want);
    if (n_failed > before)
        printf("(300 functions)\n");
    free(want);
    free(t.data);
}

/* ---- the parser keeps nothing of an earlier text ---- */

static void test_reuse(void)
{
    static const char first[] = "def helper(I):\n    x1 = I\n    return x1\n";
    static const char second[] = HEAD "    return helper(x1)\n";
    check(parse_text(&parse, first, sizeof first - 1) == 0 && !parse.functions[0].error, first);
    judge("names of an earlier text", TEXT(second), "2 unknown name");
    static const char third[] = "def a(I):\n    y = I\n    return y\ndef b(I):\n    return y\n";
    judge("names of an earlier function", TEXT(third), "ok|5 unknown name");
}

/* Operands come before what uses them, and every index is in range. */
static void test_tree(void)
{
    static const char text[] = "def h(x, y):\n    return (y, x)\n"
                               "def solve(I):\n    a = b = h(y=I, x=size(I))\n"
                               "    return (a, (b, rbind(add, 1)(2)), -3)\n";
    check(parse_text(&parse, text, sizeof text - 1) == 0 && parse.n_functions == 2, text);
    const struct function *f = &parse.functions[1];
    check(!f->error && f->n_stmts == 3 && f->uses_helpers && f->n_params == 1 && f->n_vars == 3 &&
              f->name_len == 5 && memcmp(text + f->name, "solve", 5) == 0 && f->first_line == 3,
          "the function");
    for (uint32_t k = 0; k < parse.n_exprs; k++) {
        const struct expr *e = &parse.exprs[k];
        int good = e->line >= 2 && e->line <= 5;
        if (e->kind == EXPR_CALL || e->kind == EXPR_TUPLE)
            for (uint32_t j = 0; j < e->n_args; j++)
                good &= parse.args[e->first_arg + j] < k;
        check(good && e->kind != EXPR_BADCALL, "an expression");
    }
    const struct stmt *s = &parse.stmts[f->first_stmt];
    check(s[0].var == 1 && s[1].var == 2 && s[0].expr == s[1].expr && s[2].var == -1, "statements");
    check(s[0].line == 4 && s[2].line == 5, "lines");
}

int main(void)
{
    parse_init(&parse);
    card_init(&card);
    judge_rows("accepted", accepted, sizeof accepted / sizeof *accepted);
    judge_rows("refused", refused, sizeof refused / sizeof *refused);
    test_nesting();
    test_long();
    test_many();
    test_looking_ahead();
    test_reuse();
    test_tree();
    parse_free(&parse);
    card_free(&card);
    return check_end();
}
