/*
 * utf8.h: names come from file systems and programs as bytes, JSON is UTF-8.
 */
#ifndef BATT_UTF8_H
#define BATT_UTF8_H

#include "pool.h"

#include <stdio.h>

/* Bytes of the UTF-8 sequence at s, which ends with a NUL: 1 to 4; 0 if none begins there. */
size_t utf8_length(const char *s);

/* Bytes of a byte order mark at the start of text[0..n): 3, or 0 if there is none. */
size_t utf8_mark(const char *text, size_t n);

/* Passes over a byte order mark where file, of which nothing has been read, begins with one. */
void utf8_skip_mark(FILE *file);

/* The text itself if it is UTF-8, else a copy in the pool with U+FFFD for every byte that is not.
 * NULL: out of memory. */
const char *utf8_text(struct pool *pool, const char *text);

#endif
