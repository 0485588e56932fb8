/* See tasks.h. */
#include "tasks.h"
#include "digest.h"

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

/* ---- keys ---- */

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

static uint32_t *key_slot(const struct tasks *t, const char *key, size_t len)
{
    uint32_t k = (uint32_t)hash_name(key, len) & (t->table_size - 1);
    for (; t->by_key[k]; k = (k + 1) & (t->table_size - 1)) {
        const char *other = t->entries[t->by_key[k] - 1].key;
        if (strlen(other) == len && memcmp(other, key, len) == 0)
            break;
    }
    return &t->by_key[k];
}

/* ---- adding ---- */

static int same_grid(const struct grid_bytes *g, const struct stream_grid *s)
{
    size_t n = (size_t)s->h * s->w;
    return g->h == s->h && g->w == s->w && (n == 0 || memcmp(g->cells, s->cells, n) == 0);
}

static int same_demos(const struct task_entry *e, const struct stream_task *s)
{
    if (e->n_demos != s->n_demos)
        return 0;
    for (uint32_t k = 0; k < s->n_demos; k++)
        if (!same_grid(&e->demos[2 * k], &s->demos[k].in) ||
            !same_grid(&e->demos[2 * k + 1], &s->demos[k].out))
            return 0;
    return 1;
}

/* Makes by_key twice as large when it is half full. */
static int grow_keys(struct tasks *t)
{
    if (2 * t->n + 2 < t->table_size)
        return 0;
    free(t->by_key);
    t->table_size = t->table_size ? 2 * t->table_size : 512;
    t->by_key = calloc(t->table_size, sizeof *t->by_key);
    if (!t->by_key)
        return -1;
    for (uint32_t k = 0; k < t->n; k++) {
        const char *key = t->entries[k].key;
        *key_slot(t, key, strlen(key)) = k + 1;
    }
    return 0;
}

static struct task_entry *new_entry(struct tasks *t, const struct stream_task *s)
{
    if (t->n == t->cap) {
        uint32_t cap = t->cap ? 2 * t->cap : 256;
        struct task_entry *p = realloc(t->entries, cap * sizeof *p);
        if (!p)
            return NULL;
        t->entries = p;
        t->cap = cap;
    }
    struct task_entry *e = &t->entries[t->n];
    memset(e, 0, sizeof *e);
    e->key = strdup(s->key);
    if (!e->key)
        return NULL;
    t->n++;
    return copy_demos(e, s) ? NULL : e;
}

static uint32_t larger(uint32_t x, uint32_t y)
{
    return x > y ? x : y;
}

/* The entry for a task of a frame, new or there already; NULL: memory. */
static struct task_entry *entry_for(struct tasks *t, const struct stream_task *s)
{
    if (grow_keys(t))
        return NULL;
    uint32_t *slot = key_slot(t, s->key, strlen(s->key));
    struct task_entry *e = *slot ? &t->entries[*slot - 1] : new_entry(t, s);
    if (!e)
        return NULL;
    e->refused = *slot && !same_demos(e, s);
    if (!*slot)
        *slot = t->n;
    if (!e->refused) {
        e->n_demo_items = larger(e->n_demo_items, s->n_demo_items);
        e->n_test_items = larger(e->n_test_items, s->n_test_items);
    }
    return e;
}

static int item_order(const struct task_item *i, const struct stream_item *s)
{
    int part = (i->part > s->part) - (i->part < s->part);
    return part ? part : (i->index > s->index) - (i->index < s->index);
}

/* The item of this part and index.  Streams give them ascending, so that the last one tells. */
static struct task_item *find_item(struct task_entry *e, const struct stream_item *s)
{
    uint32_t lo = 0, hi = e->n_items;
    if (hi == 0 || item_order(&e->items[hi - 1], s) < 0)
        return NULL;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (item_order(&e->items[mid], s) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < e->n_items && item_order(&e->items[lo], s) == 0 ? &e->items[lo] : NULL;
}

/* Room for one more item where order wants it; the task's items stay ascending. */
static struct task_item *new_item(struct task_entry *e, const struct stream_item *s)
{
    struct task_item *p = realloc(e->items, (e->n_items + 1) * sizeof *p);
    uint32_t at = e->n_items;
    if (!p)
        return NULL;
    e->items = p;
    while (at > 0 && item_order(&p[at - 1], s) > 0)
        at--;
    memmove(p + at + 1, p + at, (e->n_items - at) * sizeof *p);
    memset(p + at, 0, sizeof *p);
    p[at].part = s->part;
    p[at].index = s->index;
    e->n_items++;
    return p + at;
}

static int learn_output(struct task_entry *e, struct task_item *i, const struct stream_item *s)
{
    i->known = 1;
    e->n_known_tests += s->part == STREAM_TEST;
    return copy_grid(&i->expected, &s->pair.out);
}

/* 0; 1: it is there with other content; -1: memory. */
static int add_item(struct tasks *t, struct task_entry *e, const struct stream_item *s)
{
    struct task_item *i = find_item(e, s);
    if (!i) {
        if (!(i = new_item(e, s)) || copy_grid(&i->input, &s->pair.in))
            return -1;
        t->n_items++;
        return s->pair.known ? learn_output(e, i, s) : 0;
    }
    if (!same_grid(&i->input, &s->pair.in) ||
        (i->known && s->pair.known && !same_grid(&i->expected, &s->pair.out)))
        return 1;
    return s->pair.known && !i->known ? learn_output(e, i, s) : 0;
}

static bool is_wanted(const struct tasks *t, const char *key)
{
    return !t->only || strcmp(key, t->only) == 0 || strcmp(bare_id(key), t->only) == 0;
}

int tasks_add_frame(struct tasks *t, const struct stream_grids *frame, uint32_t *conflicts)
{
    uint32_t item = 0;
    for (uint32_t k = 0; k < frame->n_tasks; k++) {
        if (!is_wanted(t, frame->tasks[k].key)) {
            while (item < frame->n_items && frame->items[item].task == k)
                item++;
            continue;
        }
        struct task_entry *e = entry_for(t, &frame->tasks[k]);
        if (!e)
            return -1;
        uint32_t differs = (uint32_t)e->refused;
        for (; item < frame->n_items && frame->items[item].task == k; item++) {
            int got = e->refused ? 0 : add_item(t, e, &frame->items[item]);
            if (got < 0)
                return -1;
            differs += (uint32_t)got;
        }
        if (differs && !*conflicts)
            t->conflict = e->key;
        *conflicts += differs;
    }
    return 0;
}

/* ---- finding ---- */

/* The top bit of an entry in by_id marks an id that several tasks have. */
static const uint32_t AMBIGUOUS_BIT = 0x80000000u;

static uint32_t *id_slot(const struct tasks *t, const char *id, size_t len)
{
    uint32_t k = (uint32_t)hash_name(id, len) & (t->id_table_size - 1);
    for (; t->by_id[k]; k = (k + 1) & (t->id_table_size - 1)) {
        const char *other = bare_id(t->entries[(t->by_id[k] & ~AMBIGUOUS_BIT) - 1].key);
        if (strlen(other) == len && memcmp(other, id, len) == 0)
            break;
    }
    return &t->by_id[k];
}

int tasks_index(struct tasks *t)
{
    free(t->by_id);
    for (t->id_table_size = 16; t->id_table_size < 2 * t->n + 2;)
        t->id_table_size *= 2;
    t->by_id = calloc(t->id_table_size, sizeof *t->by_id);
    if (!t->by_id || grow_keys(t))
        return -1;
    for (uint32_t k = 0; k < t->n; k++) {
        const char *id = bare_id(t->entries[k].key);
        uint32_t *slot = id_slot(t, id, strlen(id));
        *slot = *slot ? *slot | AMBIGUOUS_BIT : k + 1;
    }
    return 0;
}

int64_t tasks_find(const struct tasks *t, const char *name, size_t len)
{
    uint32_t e = *key_slot(t, name, len);
    if (e)
        return (int64_t)e - 1;
    e = *id_slot(t, name, len);
    if (e & AMBIGUOUS_BIT)
        return TASK_AMBIGUOUS;
    return e ? (int64_t)e - 1 : TASK_NONE;
}

/* ---- digest ---- */

static void feed_grid(struct digest *d, const struct grid_bytes *g)
{
    const uint16_t shape[] = {g->h, g->w};
    digest_feed(d, shape, sizeof shape);
    digest_feed(d, g->cells, (size_t)g->h * g->w);
}

static void feed_item(struct digest *d, const struct task_item *i)
{
    const uint32_t place[] = {i->part, i->index, i->known != 0};
    digest_feed(d, place, sizeof place);
    feed_grid(d, &i->input);
    if (i->known)
        feed_grid(d, &i->expected);
}

uint64_t tasks_digest(const struct tasks *t)
{
    struct digest d;
    digest_start(&d);
    for (uint32_t k = 0; k < t->n; k++) {
        const struct task_entry *e = &t->entries[k];
        const uint32_t counts[] = {e->n_demos, e->n_items, e->n_demo_items, e->n_test_items};
        digest_feed(&d, e->key, strlen(e->key) + 1);
        digest_feed(&d, counts, sizeof counts);
        for (uint32_t i = 0; i < 2 * e->n_demos; i++)
            feed_grid(&d, &e->demos[i]);
        for (uint32_t i = 0; i < e->n_items; i++)
            feed_item(&d, &e->items[i]);
    }
    return digest_value(&d);
}
