/* See utf8.h. */
#include "utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

size_t utf8_length(const char *text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)text;
    size_t n = *s < 0x80 ? 1 : *s >> 5 == 6 ? 2 : *s >> 4 == 14 ? 3 : *s >> 3 == 30 ? 4 : 0;
    uint32_t x = n == 1 ? *s : *s & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        x = x << 6 | (s[i] & 63u);
    }
    bool surrogate = x >= 0xd800 && x < 0xe000;
    return n && x >= least[n] && x < 0x110000 && !surrogate ? n : 0;
}

const char *utf8_text(struct pool *pool, const char *text)
{
    const char *p = text;
    size_t n = 1;
    while (*p && (n = utf8_length(p)))
        p += n;
    if (!*p)
        return text;
    char *copy = pool_take(pool, 3 * strlen(text) + 1), *to = copy;
    if (!copy)
        return NULL;
    for (p = text; *p; p += n ? n : 1) {
        n = utf8_length(p);
        const char *from = n ? p : "\xef\xbf\xbd";
        memcpy(to, from, n ? n : 3);
        to += n ? n : 3;
    }
    *to = '\0';
    return copy;
}

size_t utf8_mark(const char *text, size_t n)
{
    return n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Takes back more than C promises; glibc and musl keep what they have just read. */
void utf8_skip_mark(FILE *file)
{
    static const unsigned char mark[3] = {0xef, 0xbb, 0xbf};
    int n = 0, c = EOF;
    while (n < 3 && (c = getc(file)) == mark[n])
        n++;
    if (n == 3)
        return;
    if (c != EOF)
        ungetc(c, file);
    while (n-- > 0)
        ungetc(mark[n], file);
}
