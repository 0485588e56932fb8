/* Characters, words and name tables of the loader: see parse_private.h. */
#include "parse_private.h"

#include <stdlib.h>
#include <string.h>

int scan_grow(struct scan *c, void *array, uint32_t *cap, uint32_t need, size_t size)
{
    void **p = array;
    uint32_t want = *cap ? *cap : 64;
    if (need <= *cap)
        return 1;
    while (want < need)
        want *= 2;
    void *q = realloc(*p, want * size);
    if (!q) {
        c->no_memory = 1;
        return 0;
    }
    *p = q;
    *cap = want;
    return 1;
}

int scan_fail(struct scan *c, const char *why)
{
    if (!c->error) {
        c->error = why;
        c->error_line = c->line;
    }
    return 0;
}

int scan_fail_name(struct scan *c, const char *why, const char *name, uint32_t len)
{
    if (!c->error) {
        c->error_name = name;
        c->error_name_len = len;
    }
    return scan_fail(c, why);
}

int scan_construct(struct scan *c, const char *name)
{
    if (!c->error)
        c->construct = name;
    return scan_fail(c, name);
}

int scan_goes_on(char first)
{
    return strchr(" \t\r\n\f#)", first) != NULL;
}

void scan_to_line_end(struct scan *c)
{
    const char *nl = memchr(c->s, '\n', (size_t)(c->end - c->s));
    c->s = nl ? nl : c->end;
}

/* Letters, digits, underscores, and all that is beyond ASCII. */
static int is_word(char ch)
{
    static const uint8_t ascii[128] = {
        ['0'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        ['A'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        ['_'] = 1,
        ['a'] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    unsigned char u = (unsigned char)ch;
    return u >= 0x80 || ascii[u];
}

void scan_blanks(struct scan *c)
{
    while (c->s < c->end && *c->s == ' ')
        c->s++;
    if (c->s < c->end && (is_word(*c->s) || *c->s == '(' || *c->s == ')' || *c->s == ','))
        return;
    for (;; c->s++) {
        if (c->s < c->end && *c->s == '#')
            scan_to_line_end(c);
        if (c->s == c->end)
            return;
        if (*c->s == '\\' && c->end - c->s > 1 &&
            (c->s[1] == '\n' || (c->s[1] == '\r' && c->end - c->s > 2 && c->s[2] == '\n'))) {
            c->s += c->s[1] == '\r' ? 2 : 1;
            c->line++;
        } else if (*c->s == '\n' && c->brackets) {
            c->line++;
        } else if (*c->s != ' ' && *c->s != '\t' && *c->s != '\r' && *c->s != '\f') {
            return;
        }
    }
}

int scan_at_end(const struct scan *c)
{
    return c->s == c->end || *c->s == '\n' || *c->s == ';';
}

int scan_take(struct scan *c, char ch)
{
    if (c->s == c->end || *c->s != ch)
        return 0;
    c->s++;
    return 1;
}

uint32_t scan_name(const struct scan *c)
{
    const char *s = c->s;
    if (s == c->end || !is_word(*s) || (*s >= '0' && *s <= '9'))
        return 0;
    while (s < c->end && is_word(*s))
        s++;
    return (uint32_t)(s - c->s);
}

int scan_is(const char *s, uint32_t len, const char *word)
{
    return strlen(word) == len && memcmp(s, word, len) == 0;
}

static int is_string_prefix(char ch)
{
    char low = (char)(ch | 32);
    return low == 'r' || low == 'b' || low == 'u' || low == 'f';
}

int scan_string(struct scan *c)
{
    const char *s = c->s;
    while (s < c->end && s - c->s < 2 && is_string_prefix(*s))
        s++;
    if (s == c->end || (*s != '"' && *s != '\''))
        return 0;
    char q = *s;
    int triple = c->end - s > 2 && s[1] == q && s[2] == q;
    for (s += triple ? 3 : 1; s < c->end; s++) {
        if (*s == '\n' && !triple)
            break;
        if (*s == '\n')
            c->line++;
        if (*s == '\\' && s + 1 < c->end) {
            s++;
            c->line += *s == '\n';
        } else if (*s == q && (!triple || (c->end - s > 2 && s[1] == q && s[2] == q))) {
            c->s = s + (triple ? 3 : 1);
            return 1;
        }
    }
    c->s = s;
    return scan_fail(c, "string without an end"), 1;
}

void scan_annotation(struct scan *c)
{
    uint32_t depth = 0;
    for (scan_blanks(c); c->s < c->end && *c->s != '\n'; scan_blanks(c)) {
        if (depth == 0 && strchr("=,):", *c->s))
            return;
        if (*c->s == '[' || *c->s == '(')
            depth++;
        else if (*c->s == ']' || *c->s == ')')
            depth--;
        if (!scan_string(c))
            c->s++;
    }
}

/* ---- names ---- */

static struct local *find(struct local *table, uint32_t cap, uint32_t stamp, const char *text,
                          uint32_t len)
{
    uint32_t k = names_hash(text, len) & (cap - 1);
    while (table[k].stamp == stamp &&
           !(table[k].len == len && memcmp(table[k].text, text, len) == 0))
        k = (k + 1) & (cap - 1);
    return &table[k];
}

/* Makes a table twice as large when it is half full of this stamp's names. */
static int make_room(struct scan *c, struct local **table, uint32_t *cap, uint32_t n,
                     uint32_t stamp)
{
    uint32_t want = *cap ? *cap : 64;
    while (want < 2 * (n + 1))
        want *= 2;
    if (want == *cap)
        return 1;
    struct local *fresh = calloc(want, sizeof *fresh);
    if (!fresh) {
        c->no_memory = 1;
        return 0;
    }
    for (uint32_t k = 0; k < *cap; k++)
        if ((*table)[k].stamp == stamp)
            *find(fresh, want, stamp, (*table)[k].text, (*table)[k].len) = (*table)[k];
    free(*table);
    *table = fresh;
    *cap = want;
    return 1;
}

struct local *scan_local(struct scan *c, const char *text, uint32_t len)
{
    struct scratch *t = c->t;
    if (!make_room(c, &t->locals, &t->cap_locals, t->n_locals, t->function_stamp))
        return NULL;
    struct local *l = find(t->locals, t->cap_locals, t->function_stamp, text, len);
    if (l->stamp != t->function_stamp) {
        struct local fresh = {text, len, t->function_stamp, -2};
        *l = fresh;
        t->n_locals++;
    }
    return l;
}

int32_t scan_helper(struct scan *c, const char *text, uint32_t len)
{
    struct scratch *t = c->t;
    if (!t->n_helpers)
        return -1;
    const struct local *l = find(t->helpers, t->cap_helpers, t->text_stamp, text, len);
    return l->stamp == t->text_stamp ? l->var : -1;
}

int scan_add_helper(struct scan *c, const char *text, uint32_t len, uint32_t function)
{
    struct scratch *t = c->t;
    if (!make_room(c, &t->helpers, &t->cap_helpers, t->n_helpers, t->text_stamp))
        return 0;
    struct local *l = find(t->helpers, t->cap_helpers, t->text_stamp, text, len);
    t->n_helpers += l->stamp != t->text_stamp;
    struct local entry = {text, len, t->text_stamp, (int32_t)function};
    *l = entry;
    return 1;
}
