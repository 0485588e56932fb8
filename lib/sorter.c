/* See sorter.h. Memory is here, the file in sorter_file.c, what is read of it in sorter_runs.c. */
#include "sorter_private.h"
#include "room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Takes whole pages: a slot for each run that is read and one for what is written, which is the
 * last. 0, or -1: memory. */
static int take_memory(struct sorter *s, size_t size)
{
    s->room = size / (SORTER_RUNS + 1) / SORTER_PAGE * SORTER_PAGE;
    s->size = s->room * (SORTER_RUNS + 1);
    free(s->memory);
    s->memory = aligned_alloc(SORTER_PAGE, s->size);
    if (!s->memory)
        s->size = s->room = 0;
    s->out = s->memory + (s->size - s->room);
    return s->memory ? 0 : -1;
}

struct sorter *sorter_open(const char *dir, size_t memory)
{
    struct sorter *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->dir = dir;
    s->fd = -1;
    if (take_memory(s, memory < SORTER_LEAST_MEMORY ? SORTER_LEAST_MEMORY : memory) == 0)
        return s;
    free(s);
    return NULL;
}

void sorter_close(struct sorter *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    free(s->memory);
    free(s->runs);
    free(s->large);
    free(s->again);
    free(s);
}

static int failed(struct sorter *s)
{
    s->error = errno;
    return -1;
}

/* ---- sorting ---- */

static struct sorter_head head_of(const uint8_t *record)
{
    struct sorter_head head;
    memcpy(&head, record, sizeof head);
    return head;
}

/* The index of the record that came k-th, of n; when they are sorted, of the k-th. */
static struct sorter_index *index_of(const struct sorter *s)
{
    return (struct sorter_index *)(void *)s->out - s->n;
}

static int compare(const void *a, const void *b)
{
    const struct sorter_index *x = a, *y = b;
    if (x->prefix != y->prefix)
        return x->prefix < y->prefix ? -1 : 1;
    uint32_t n = head_of(x->record).key_size, m = head_of(y->record).key_size;
    int sign = memcmp(x->record + sizeof(struct sorter_head),
                      y->record + sizeof(struct sorter_head), n < m ? n : m);
    if (sign || n != m)
        return sign ? sign : n < m ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

static void sort(struct sorter *s)
{
    struct sorter_index *index = index_of(s);
    for (size_t a = 0, b = s->n; a + 1 < b; a++) { /* it grew downwards */
        struct sorter_index last = index[--b];
        index[b] = index[a];
        index[a] = last;
    }
    size_t k = 1;
    while (k < s->n && compare(&index[k - 1], &index[k]) < 0)
        k++;
    if (k < s->n)
        qsort(index, s->n, sizeof *index, compare);
}

/* Writes the records in memory as a run. 0, or -1 with errno. */
static int write_run(struct sorter *s)
{
    if (room_for(&s->runs, &s->cap_runs, s->n_runs + 1, sizeof *s->runs)) {
        errno = ENOMEM;
        return -1;
    }
    sort(s);
    struct sorter_run run = {s->end, 0, 0};
    const struct sorter_index *index = index_of(s);
    for (size_t k = 0; k < s->n; k++) {
        struct sorter_head head = head_of(index[k].record);
        size_t size = sizeof head + head.key_size + (size_t)head.size;
        if (sorter_write(s, index[k].record, size))
            return -1;
    }
    run.end = s->end + s->n_out;
    if (sorter_write_end(s))
        return -1;
    s->runs[s->n_runs++] = run;
    s->n = s->used = 0;
    return sorter_merge_runs(s, false);
}

/* ---- in ---- */

/* Room for a record of so many bytes. 0, or -1 with errno. */
static int make_room(struct sorter *s, size_t size)
{
    size_t need = size + sizeof(struct sorter_index);
    if (need <= (size_t)((uint8_t *)index_of(s) - s->memory) - s->used)
        return 0;
    if (s->n && write_run(s))
        return -1;
    errno = ENOMEM;
    return need <= s->size - s->room ? 0 : take_memory(s, need + need / 8 + s->size);
}

/* The first bytes of a key as a number that is larger for what is behind. */
static uint64_t prefix_of(const uint8_t *key, uint32_t n)
{
    uint64_t x = 0;
    for (uint32_t k = 0; k < 8; k++)
        x = x << 8 | (k < n ? key[k] : 0);
    return x;
}

uint8_t *sorter_put(struct sorter *s, const void *key, uint32_t key_size, uint32_t size)
{
    struct sorter_head head = {key_size, size};
    errno = s->error ? s->error : EINVAL;
    if (s->error || key_size > SORTER_KEY_BYTES)
        return NULL;
    if (make_room(s, sizeof head + key_size + (size_t)size)) {
        failed(s);
        return NULL;
    }
    uint8_t *record = s->memory + s->used, *to = record + sizeof head;
    memcpy(record, &head, sizeof head);
    if (key_size)
        memcpy(to, key, key_size);
    s->used += sizeof head + key_size + (size_t)size;
    s->n++;
    *index_of(s) = (struct sorter_index){prefix_of(to, key_size), record};
    return to + key_size;
}

int sorter_add(struct sorter *s, const void *key, uint32_t key_size, const void *data, uint32_t size)
{
    uint8_t *to = sorter_put(s, key, key_size, size);
    if (to && size)
        memcpy(to, data, size);
    return to ? 0 : -1;
}

/* ---- out ---- */

static void tell(struct sorter_record *r, const uint8_t *record, uint64_t at)
{
    struct sorter_head head = head_of(record);
    r->place = (struct sorter_place){at, head.key_size, head.size};
    r->key = record + sizeof head;
    r->data = r->key + head.key_size;
}

/* 0, or -1 with errno. */
static int begin_reading(struct sorter *s)
{
    s->reading = true;
    if (!s->n_runs) {
        sort(s);
        return 0;
    }
    if ((s->n && write_run(s)) || sorter_merge_runs(s, true))
        return -1;
    return sorter_merge(s, s->n_runs);
}

int sorter_next(struct sorter *s, struct sorter_record *r)
{
    errno = s->error;
    if (s->error || (!s->reading && begin_reading(s)))
        return failed(s);
    if (s->n_runs) {
        int got = sorter_merge_next(s, r);
        return got < 0 ? failed(s) : got;
    }
    if (s->given == s->n)
        return 0;
    const uint8_t *record = index_of(s)[s->given++].record;
    tell(r, record, (uint64_t)(record - s->memory));
    return 1;
}

/* Makes `again` have n bytes of the file from a place on, and some behind them: who asks for a record
 * once more as a rule asks for those behind it next. 0, or -1 with errno. */
static int load_again(struct sorter *s, uint64_t at, size_t n)
{
    uint64_t from = at / SORTER_PAGE * SORTER_PAGE;
    if (at >= s->again_at && at + n <= s->again_at + s->again_n)
        return 0;
    n += (size_t)(at - from);
    n = n < SORTER_AGAIN ? SORTER_AGAIN : (n + SORTER_PAGE - 1) / SORTER_PAGE * SORTER_PAGE;
    if (n > s->end - from)
        n = (size_t)(s->end - from);
    s->again_n = 0;
    if (sorter_room(&s->again, &s->again_size, n) || sorter_load(s, s->again, n, from))
        return -1;
    s->again_at = from;
    s->again_n = n;
    return 0;
}

int sorter_again(struct sorter *s, struct sorter_place place, struct sorter_record *r)
{
    size_t n = sizeof(struct sorter_head) + place.key_size + (size_t)place.size;
    errno = s->error;
    if (s->error)
        return -1;
    if (s->n_runs && load_again(s, place.at, n))
        return -1;
    tell(r, s->n_runs ? s->again + (place.at - s->again_at) : s->memory + place.at, place.at);
    return 0;
}
