/* Words of a PTX text, one after another. */
#include <ctype.h>
#include <string.h>

#include "../../lib/room.h"
#include "ptx_read.h"

void read_refuse(struct reader *r, const char *reason)
{
    if (!r->failed)
        snprintf(r->why, 256, "line %d: %s: %.100s", r->line, reason, r->token);
    r->failed = 1;
    r->token[0] = 0;
}

static void skip_blanks(struct reader *r)
{
    for (;; r->at++) {
        if (r->at[0] == '/' && r->at[1] == '/')
            r->at += strcspn(r->at, "\n");
        if (*r->at == '\n')
            r->line++;
        if (!isspace((unsigned char)*r->at))
            return;
    }
}

void read_next(struct reader *r)
{
    size_t n = 0;
    if (r->failed)
        return;
    skip_blanks(r);
    while (isalnum((unsigned char)r->at[n]) || (r->at[n] && strchr("_$%.", r->at[n])))
        n++;
    if (n == 0)
        n = *r->at != 0;
    if (n >= MAX_NAME) {
        read_refuse(r, "a word too long");
        return;
    }
    memcpy(r->token, r->at, n);
    r->token[n] = 0;
    r->at += n;
}

int read_is(const struct reader *r, const char *text)
{
    return strcmp(r->token, text) == 0;
}

int read_takes(struct reader *r, const char *text)
{
    if (!read_is(r, text))
        return 0;
    read_next(r);
    return 1;
}

void read_expect(struct reader *r, const char *text)
{
    if (!read_takes(r, text))
        read_refuse(r, "not known here");
}

int64_t read_number(struct reader *r)
{
    char *end;
    int negative = read_takes(r, "-");
    uint64_t x = strtoull(r->token, &end, 0);
    if (!isdigit((unsigned char)r->token[0]) || (*end && strcmp(end, "U")))
        read_refuse(r, "not a number");
    read_next(r);
    return (int64_t)(negative ? 0 - x : x);
}

int read_type(struct reader *r)
{
    int bits = read_is(r, ".pred") ? 0 : r->token[0] == '.' ? atoi(r->token + 2) : -1;
    if (bits < 0 || bits > 64 || bits % 8 || (bits == 0 && !read_is(r, ".pred")))
        read_refuse(r, "not a type");
    read_next(r);
    return bits / 8;
}

int read_room(struct reader *r, void *array, size_t *cap, size_t n, size_t size)
{
    if (room_for(array, cap, n, size) == 0)
        return 1;
    read_refuse(r, "out of memory");
    return 0;
}
