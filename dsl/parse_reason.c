/* Why a text is no program, in words: names that are not there, and what stands where. */
#include "parse_private.h"

#include <string.h>

static const char *skip_spaces(const char *s, const char *end)
{
    while (s < end && (*s == ' ' || *s == '\t' || *s == '\f' || *s == '\r'))
        s++;
    return s;
}

/* Is there a sign of assignment at s? */
static int is_assign(const char *s, const char *end)
{
    return s < end && *s == '=' && !(end - s > 1 && s[1] == '=');
}

/* Does the statement from s to end assign to the name, as `a = name = ...`, `name: Grid = ...`? */
static int assigns(const struct scan *c, const char *s, const char *end, const char *name,
                   uint32_t len)
{
    struct scan at = *c;
    at.end = end;
    for (at.s = s;;) {
        uint32_t n;
        const char *word = at.s = skip_spaces(at.s, end);
        if (!(n = scan_name(&at)))
            return 0;
        at.s = skip_spaces(at.s + n, end);
        if (at.s < end && *at.s == ':') {
            at.s++;
            scan_annotation(&at);
        }
        if (!is_assign(at.s, end))
            return 0;
        if (n == len && memcmp(word, name, len) == 0)
            return 1;
        at.s++;
    }
}

int scan_assigned_later(const struct scan *c, const char *name, uint32_t len)
{
    for (const char *s = c->stmt, *end = s;; s = ++end) {
        while (end < c->end && *end != '\n' && *end != ';')
            end++;
        if (assigns(c, s, end, name, len))
            return 1;
        if (end == c->end)
            return 0;
        if (*end == '\n' && c->end - end > 1 && !strchr(" \t\f\r\n#", end[1]))
            return 0; /* the function has ended */
    }
}

int scan_is_unpacking(const struct scan *c)
{
    int commas = 0, depth = 0;
    for (const char *s = c->stmt; s < c->end && *s != ';'; s++) {
        if (*s == '(' || *s == '[')
            depth++;
        else if (*s == ')' || *s == ']')
            depth--;
        else if (*s == '=' && depth == 0)
            return commas && is_assign(s, c->end);
        else if (*s == ',')
            commas |= depth == 0 || *c->stmt == '(' || *c->stmt == '[';
        else if (*s == '#' || *s == '"' || *s == '\'' || (*s == '\n' && depth <= 0))
            return 0;
        else if (memchr("=!<>+-/%&|^:{", *s, 13))
            return 0;
    }
    return 0;
}

/* The end of what will be passed over after an error.  What looks ahead for a reason stops there,
 * so that it does not look at the same bytes for every function of a text. */
static const char *block_end(const struct scan *c)
{
    const char *s = c->s;
    do {
        if (!(s = memchr(s, '\n', (size_t)(c->end - s))))
            return c->end;
    } while (++s < c->end && scan_goes_on(*s));
    return s;
}

int scan_is_comprehension(const struct scan *c, const char *s, uint32_t open)
{
    struct scan at = *c;
    uint32_t depth = 0; /* brackets opened since s */
    at.s = s;
    for (at.end = block_end(c); open && at.s < at.end;) {
        uint32_t len = scan_name(&at);
        if (len <= 2 && scan_string(&at))
            continue;
        if (depth == 0 && scan_is(at.s, len, "for"))
            return 1;
        if (*at.s == '#')
            scan_to_line_end(&at);
        else if (*at.s == '(' || *at.s == '[' || *at.s == '{')
            depth++;
        else if (*at.s == ')' || *at.s == ']' || *at.s == '}')
            *(depth ? &depth : &open) -= 1;
        at.s += len ? len : at.s < at.end;
    }
    return 0;
}

int scan_is_augmented(const char *s, const char *end)
{
    int twice = end - s > 1 && s[0] == s[1] && memchr("*/<>", *s, 4);
    if (s == end || (!twice && !memchr("+-*/%&|^@", *s, 9)))
        return 0;
    return is_assign(s + 1 + twice, end);
}

int scan_is_walrus(const char *s, const char *end)
{
    return end - s > 1 && s[0] == ':' && s[1] == '=';
}

const char *scan_construct_of_name(const struct scan *c)
{
    const char *s = skip_spaces(c->s, c->end);
    uint32_t called = s < c->end && *s == '(';
    if (scan_is_augmented(s, c->end))
        return "augmented assignment";
    if (scan_is_walrus(s, c->end))
        return "walrus";
    return scan_is_comprehension(c, s + called, c->brackets + called) ? "comprehension" : NULL;
}

/* Of ASCII, or the second byte of one of U+0080 to U+009F. */
static int is_control(const char *s, size_t k)
{
    unsigned char u = (unsigned char)s[k];
    return u < 32 || u == 127 || (k && (unsigned char)s[k - 1] == 0xc2 && u >= 0x80 && u < 0xa0);
}

const char *parse_reason(const struct parse *p, uint32_t f, char out[PARSE_REASON])
{
    enum { NAME_MAX_BYTES = 40 };
    const struct function *fn = &p->functions[f];
    const char *quotes = fn->error && fn->error_name_len ? strstr(fn->error, "''") : NULL;
    if (!quotes)
        return fn->error;
    size_t n = fn->error_name_len, before = (size_t)(quotes - fn->error) + 1;
    int cut = n > NAME_MAX_BYTES;
    const char *name = p->text + fn->error_name;
    for (n = cut ? NAME_MAX_BYTES : n; cut && n && ((unsigned char)name[n] & 0xc0) == 0x80;)
        n--; /* whole characters */
    memcpy(out, fn->error, before);
    for (size_t k = 0; k < n; k++)
        out[before + k] = is_control(name, k) ? '?' : name[k];
    memcpy(out + before + n, "...", 3);
    strcpy(out + before + n + (cut ? 3 : 0), quotes + 1);
    return out;
}

const char *parse_line_text(const struct parse *p, uint32_t line, size_t *n)
{
    const char *s = p->text, *end = s + p->text_len, *next;
    for (uint32_t k = 1; k < line && s < end; k++)
        s = (next = memchr(s, '\n', (size_t)(end - s))) ? next + 1 : end;
    s = skip_spaces(s, end);
    next = memchr(s, '\n', (size_t)(end - s));
    *n = (size_t)((next ? next : end) - s);
    if (*n && s[*n - 1] == '\r')
        --*n;
    return s;
}
