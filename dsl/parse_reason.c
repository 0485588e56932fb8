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

/* Does a statement at s assign to the name, as in `a = name = ...`, `name: Grid = ...`? */
static int assigns(const struct scan *c, const char *s, const char *name, uint32_t len)
{
    struct scan at = *c;
    for (at.s = s;;) {
        uint32_t n;
        const char *word = at.s = skip_spaces(at.s, c->end);
        if (!(n = scan_name(&at)))
            return 0;
        at.s = skip_spaces(at.s + n, c->end);
        if (at.s < c->end && *at.s == ':') {
            at.s++;
            scan_annotation(&at);
        }
        if (!is_assign(at.s, c->end))
            return 0;
        if (n == len && memcmp(word, name, len) == 0)
            return 1;
        at.s++;
    }
}

int scan_assigned_later(const struct scan *c, const char *name, uint32_t len)
{
    for (const char *s = c->stmt; s;) {
        if (assigns(c, s, name, len))
            return 1;
        while (s < c->end && *s != '\n' && *s != ';')
            s++;
        if (s == c->end)
            return 0;
        const char *first = ++s;
        if (s[-1] == '\n' && first < c->end && !strchr(" \t\f\r\n#", *first))
            return 0; /* the function has ended */
    }
    return 0;
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
