/* See tasks.h. */
#include "tasks.h"

#include <stdlib.h>
#include <string.h>

void tasks_init(struct tasks *t)
{
    memset(t, 0, sizeof *t);
}

static void free_grids(struct grid_bytes *g, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        free((void *)(uintptr_t)g[k].cells);
}

void tasks_free(struct tasks *t)
{
    for (uint32_t k = 0; k < t->n; k++) {
        struct task_entry *e = &t->entries[k];
        free_grids(e->demos, 2 * e->n_demos);
        for (uint32_t i = 0; i < e->n_items; i++) {
            free_grids(&e->items[i].input, 1);
            free_grids(&e->items[i].expected, 1);
        }
        free(e->key);
        free(e->demos);
        free(e->items);
    }
    free(t->entries);
    free(t->by_key);
    free(t->by_id);
    tasks_init(t);
}

static int copy_grid(struct grid_bytes *to, const struct stream_grid *from)
{
    size_t n = (size_t)from->h * from->w;
    uint8_t *cells = malloc(n ? n : 1);
    if (!cells)
        return -1;
    if (n)
        memcpy(cells, from->cells, n);
    to->h = (uint16_t)from->h;
    to->w = (uint16_t)from->w;
    to->cells = cells;
    return 0;
}

static int copy_demos(struct task_entry *e, const struct stream_task *s)
{
    e->demos = calloc(2 * (size_t)s->n_demos + 1, sizeof *e->demos);
    if (!e->demos)
        return -1;
    e->n_demos = s->n_demos;
    for (uint32_t k = 0; k < s->n_demos; k++)
        if (copy_grid(&e->demos[2 * k], &s->demos[k].in) ||
            copy_grid(&e->demos[2 * k + 1], &s->demos[k].out))
            return -1;
    return 0;
}

/* The entry for a task of a frame: the last one if the task goes on, else a new one. */
static struct task_entry *entry_for(struct tasks *t, const struct stream_task *s)
{
    struct task_entry *e = t->n ? &t->entries[t->n - 1] : NULL;
    if (e && strcmp(e->key, s->key) == 0)
        return e;
    if (t->n == t->cap) {
        uint32_t cap = t->cap ? 2 * t->cap : 256;
        e = realloc(t->entries, cap * sizeof *e);
        if (!e)
            return NULL;
        t->entries = e;
        t->cap = cap;
    }
    e = &t->entries[t->n];
    memset(e, 0, sizeof *e);
    e->key = strdup(s->key);
    if (!e->key)
        return NULL;
    t->n++;
    e->n_demo_items = s->n_demo_items;
    e->n_test_items = s->n_test_items;
    return copy_demos(e, s) ? NULL : e;
}

static int add_item(struct tasks *t, struct task_entry *e, const struct stream_item *s)
{
    struct task_item *i = realloc(e->items, (e->n_items + 1) * sizeof *i);
    if (!i)
        return -1;
    e->items = i;
    i = &e->items[e->n_items++];
    memset(i, 0, sizeof *i);
    i->part = s->part;
    i->index = s->index;
    i->known = s->pair.known;
    t->n_items++;
    e->n_known_tests += s->part == STREAM_TEST && s->pair.known;
    return copy_grid(&i->input, &s->pair.in) || (i->known && copy_grid(&i->expected, &s->pair.out))
               ? -1
               : 0;
}

int tasks_add_frame(struct tasks *t, const struct stream_grids *frame)
{
    uint32_t item = 0;
    for (uint32_t k = 0; k < frame->n_tasks; k++) {
        struct task_entry *e = entry_for(t, &frame->tasks[k]);
        if (!e)
            return -1;
        for (; item < frame->n_items && frame->items[item].task == k; item++)
            if (add_item(t, e, &frame->items[item]))
                return -1;
    }
    return 0;
}

/* FNV-1a, 64 bit. */
static uint64_t hash_name(const char *s, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t k = 0; k < n; k++)
        h = (h ^ (uint8_t)s[k]) * 0x100000001b3u;
    return h ^ h >> 32;
}

static const char *bare_id(const char *key)
{
    const char *slash = strrchr(key, '/');
    return slash ? slash + 1 : key;
}

/* Slot of a name: free, or of the first task that has it. */
static uint32_t slot_of(const struct tasks *t, const uint32_t *table, int bare, const char *name,
                        size_t len)
{
    uint32_t k = (uint32_t)hash_name(name, len) & (t->table_size - 1);
    for (; table[k]; k = (k + 1) & (t->table_size - 1)) {
        const char *key = t->entries[(table[k] - 1) & 0x7fffffff].key;
        if (bare)
            key = bare_id(key);
        if (strlen(key) == len && memcmp(key, name, len) == 0)
            break;
    }
    return k;
}

/* The top bit of an entry in by_id marks an id that several tasks have. */
static const uint32_t AMBIGUOUS_BIT = 0x80000000u;

int tasks_index(struct tasks *t)
{
    free(t->by_key);
    free(t->by_id);
    for (t->table_size = 16; t->table_size < 2 * t->n + 2;)
        t->table_size *= 2;
    t->by_key = calloc(t->table_size, sizeof *t->by_key);
    t->by_id = calloc(t->table_size, sizeof *t->by_id);
    if (!t->by_key || !t->by_id)
        return -1;
    for (uint32_t k = 0; k < t->n; k++) {
        const char *key = t->entries[k].key, *id = bare_id(key);
        uint32_t *by_key = &t->by_key[slot_of(t, t->by_key, 0, key, strlen(key))];
        uint32_t *by_id = &t->by_id[slot_of(t, t->by_id, 1, id, strlen(id))];
        if (!*by_key)
            *by_key = k + 1;
        *by_id = *by_id ? *by_id | AMBIGUOUS_BIT : k + 1;
    }
    return 0;
}

int64_t tasks_find(const struct tasks *t, const char *name, size_t len)
{
    uint32_t e = t->by_key[slot_of(t, t->by_key, 0, name, len)];
    if (e)
        return (int64_t)e - 1;
    e = t->by_id[slot_of(t, t->by_id, 1, name, len)];
    if (e & AMBIGUOUS_BIT)
        return TASK_AMBIGUOUS;
    return e ? (int64_t)e - 1 : TASK_NONE;
}
