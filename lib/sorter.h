/*
 * sorter.h: records of bytes, sorted by a key in bounded memory, as in Knuth, volume 3, 5.4.
 *
 * Records gather in memory. When it is full they are sorted and go to a temporary file as a run;
 * SORTER_RUNS runs of a level are merged into one of the next. Reading merges what runs there are.
 * The file is read and written past the page cache, where its file system can do so: what is
 * written once and read once, much later, would only push out what others hold there.
 *
 * Keys compare as bytes, a shorter one before those that begin with it. Records of one key come
 * out in the order in which they went in.
 */
#ifndef LIB_SORTER_H
#define LIB_SORTER_H

#include <stddef.h>
#include <stdint.h>

enum {
    SORTER_RUNS = 64,
    SORTER_KEY_BYTES = 1024,                       /* at most */
    SORTER_LEAST_MEMORY = (SORTER_RUNS + 1) * 8192 /* bytes */
};

struct sorter;

/* Where a record stands, for sorter_again. */
struct sorter_place {
    uint64_t at;
    uint32_t key_size, size;
};

/* Lives until the next call of the function that gave it. */
struct sorter_record {
    const uint8_t *key, *data;
    struct sorter_place place; /* with the sizes of both */
};

/*
 * memory: bytes to take, SORTER_LEAST_MEMORY or more; a larger record takes more. They are touched
 * as they are filled; there is no file before they are full. dir: its folder, kept by the caller;
 * NULL: $TMPDIR or /tmp. NULL when memory is out. sorter_close also takes NULL.
 */
struct sorter *sorter_open(const char *dir, size_t memory);
void sorter_close(struct sorter *s);

/* Once the file or memory failed, every call of these fails as that did: nothing is left out
 * unseen. */

/* Puts a record in, whose `size` bytes of data the caller writes where this tells before the next
 * call. NULL with errno: the file failed, memory is out, or EINVAL for a key that is too long. */
uint8_t *sorter_put(struct sorter *s, const void *key, uint32_t key_size, uint32_t size);
/* The same with data that is at hand. 0, or -1 with errno. */
int sorter_add(struct sorter *s, const void *key, uint32_t key_size, const void *data,
               uint32_t size);

/* The next record in order; from the first call on nothing is put in. 1, 0 behind the last, -1 with
 * errno. */
int sorter_next(struct sorter *s, struct sorter_record *r);

/* A record once more that sorter_next gave. 0, or -1 with errno. */
int sorter_again(struct sorter *s, struct sorter_place place, struct sorter_record *r);

#endif
