/* See pack_lines.h. */
#include "pack_lines.h"
#include "utf8.h"

#include <string.h>

/* Where in a line the reading is. */
enum place { LINE_BEGIN, LINE_GOOD, LINE_BAD };

struct passing {
    struct pack_lines *p;
    FILE *out;
    enum place place;
    uint64_t line; /* number of the line at hand, from 1 */
};

/* Looks at the first byte of a line that is not blank. A pack_lines_status. */
static int begin(struct passing *s, char first)
{
    struct pack_lines *p = s->p;
    if (first != '{') {
        s->place = LINE_BAD;
        return p->bad(p->context, s->line) ? PACK_LINES_SINK : PACK_LINES_OK;
    }
    s->place = LINE_GOOD;
    s->out = p->next(p->context, p->n);
    p->n += s->out != NULL;
    return s->out ? PACK_LINES_OK : PACK_LINES_SINK;
}

/* Passes on what of the line is in at[0..n), which is not empty. */
static int pass(struct passing *s, const char *at, size_t n)
{
    if (s->place == LINE_BEGIN) {
        size_t blank = 0;
        while (blank < n && strchr(" \t\r", at[blank]) && at[blank])
            blank++;
        at += blank;
        n -= blank;
        int status = n ? begin(s, *at) : PACK_LINES_OK;
        if (status)
            return status;
    }
    if (s->place != LINE_GOOD || !n)
        return PACK_LINES_OK;
    return fwrite(at, 1, n, s->out) == n ? PACK_LINES_OK : PACK_LINES_WRITE;
}

static int end_line(struct passing *s)
{
    bool good = s->place == LINE_GOOD;
    s->place = LINE_BEGIN;
    s->line++;
    return good && putc('\n', s->out) == EOF ? PACK_LINES_WRITE : PACK_LINES_OK;
}

static int pass_chunk(struct passing *s, const char *at, size_t n)
{
    int status = PACK_LINES_OK;
    while (n && !status) {
        const char *newline = memchr(at, '\n', n);
        size_t length = newline ? (size_t)(newline - at) : n;
        if (length)
            status = pass(s, at, length);
        if (newline && !status)
            status = end_line(s);
        length += newline != NULL;
        at += length;
        n -= length;
    }
    return status;
}

int pack_lines(struct pack_lines *p, FILE *in)
{
    char chunk[1 << 16];
    struct passing s = {.p = p, .line = 1};
    size_t n;
    int status = PACK_LINES_OK;
    bool first = true;
    while (!status && (n = fread(chunk, 1, sizeof chunk, in)) > 0) {
        size_t mark = first ? utf8_mark(chunk, n) : 0;
        status = pass_chunk(&s, chunk + mark, n - mark);
        first = false;
    }
    if (status)
        return status;
    if (ferror(in))
        return PACK_LINES_READ;
    return s.place == LINE_GOOD ? end_line(&s) : PACK_LINES_OK;
}
