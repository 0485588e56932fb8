/* value_json.c: packed values as JSON text. */
#include "unpack.h"
#include "utf8.h"
#include "value_pack.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Containers open at once; the language nests values less deeply. */
#define MAX_DEPTH 512

/* What stands open: how many members are still to come, and what closes it. */
struct level {
    uint64_t left;
    const char *close;
};

struct printer {
    struct value_pack *text;
    struct unpack in;
    int depth;
    struct level levels[MAX_DEPTH];
};

static void put(struct value_pack *text, const char *s)
{
    value_pack_raw(text, s, strlen(s));
}

static void put_int(struct value_pack *text, int64_t x)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, x);
    put(text, digits);
}

static void put_float(struct value_pack *text, double x)
{
    char digits[40];
    if (isnan(x))
        put(text, "\"nan\"");
    else if (isinf(x))
        put(text, x < 0 ? "\"-inf\"" : "\"inf\"");
    else if (snprintf(digits, sizeof digits, "%.17g", x) > 0)
        put(text, digits);
}

/* [h, w, bin] behind its array head. */
static void put_grid(struct printer *p)
{
    size_t size;
    uint64_t h = unpack_uint(&p->in, UINT32_MAX), w = unpack_uint(&p->in, UINT32_MAX);
    const uint8_t *cells = unpack_bin(&p->in, &size);
    if (h * w != size || (!w && h > 1 << 20))
        p->in.bad = true;
    put(p->text, "[");
    for (uint64_t i = 0; i < h && !p->in.bad; i++) {
        put(p->text, i ? ",[" : "[");
        for (uint64_t j = 0; j < w; j++) {
            if (j)
                put(p->text, ",");
            put_int(p->text, *cells++);
        }
        put(p->text, "]");
    }
    put(p->text, "]");
}

/* ["g", h, w, ...] behind its tag, n members left. */
static void put_wide_grid(struct printer *p, uint64_t n)
{
    uint64_t h = unpack_uint(&p->in, UINT32_MAX), w = unpack_uint(&p->in, UINT32_MAX);
    if (n < 2 || h * w != n - 2 || (!w && h > 1 << 20))
        p->in.bad = true;
    put(p->text, "[");
    for (uint64_t i = 0; i < h && !p->in.bad; i++) {
        put(p->text, i ? ",[" : "[");
        for (uint64_t j = 0; j < w && !p->in.bad; j++) {
            if (j)
                put(p->text, ",");
            put_int(p->text, unpack_int(&p->in));
        }
        put(p->text, "]");
    }
    put(p->text, "]");
}

static void open_level(struct printer *p, uint64_t n, const char *open, const char *close)
{
    if (p->depth == MAX_DEPTH) {
        p->in.bad = true;
        return;
    }
    put(p->text, open);
    p->levels[p->depth++] = (struct level){n, close};
}

static void put_array(struct printer *p)
{
    uint64_t n = unpack_array(&p->in);
    if (n == 3 && unpack_peek(&p->in) == UNPACK_INT) {
        put_grid(p);
        return;
    }
    size_t size;
    const uint8_t *tag = unpack_str(&p->in, &size);
    if (p->in.bad || size != 1)
        p->in.bad = true;
    else if (*tag == 't')
        open_level(p, n - 1, "[", "]");
    else if (*tag == 's')
        open_level(p, n - 1, "{\"set\":[", "]}");
    else if (*tag == 'g')
        put_wide_grid(p, n - 1);
    else if (*tag == 'f' && n == 1)
        put(p->text, "{\"function\":true}");
    else
        p->in.bad = true;
}

static void put_one(struct printer *p)
{
    switch (unpack_peek(&p->in)) {
    case UNPACK_NIL:
        unpack_nil(&p->in);
        put(p->text, "null");
        break;
    case UNPACK_BOOL:
        put(p->text, unpack_bool(&p->in) ? "true" : "false");
        break;
    case UNPACK_INT:
        put_int(p->text, unpack_int(&p->in));
        break;
    case UNPACK_FLOAT:
        put_float(p->text, unpack_float(&p->in));
        break;
    case UNPACK_ARRAY:
        put_array(p);
        break;
    default:
        p->in.bad = true;
    }
}

size_t value_pack_json(struct value_pack *text, const uint8_t *data, size_t size)
{
    struct printer p = {.text = text, .in = {data, data + size, false}};
    for (;;) {
        int before = p.depth;
        put_one(&p);
        while (!p.in.bad && p.depth && !p.levels[p.depth - 1].left)
            put(text, p.levels[--p.depth].close);
        if (p.in.bad || !p.depth)
            break;
        if (p.depth <= before)
            put(text, ",");
        p.levels[p.depth - 1].left--;
    }
    return p.in.bad ? 0 : (size_t)(p.in.at - data);
}

void value_pack_json_string(struct value_pack *text, const char *s)
{
    put(text, "\"");
    for (const unsigned char *p = (const unsigned char *)s; *p;) {
        size_t n = utf8_length((const char *)p);
        char escaped[8];
        if (n == 0) {
            put(text, "\xef\xbf\xbd");
            n = 1;
        } else if (*p == '"' || *p == '\\') {
            snprintf(escaped, sizeof escaped, "\\%c", *p);
            put(text, escaped);
        } else if (*p < 0x20) {
            snprintf(escaped, sizeof escaped, "\\u%04x", *p);
            put(text, escaped);
        } else {
            value_pack_raw(text, p, n);
        }
        p += n;
    }
    put(text, "\"");
}
