/* gather.c: copies tasks until a frame is full. */
#include "gather.h"
#include "stream_private.h"
#include "stream_write.h"

#include <stdlib.h>

struct gather {
    struct stream_writer *writer;
    enum gather_parts parts;
    uint32_t most, most_tasks;
    size_t most_bytes, bytes; /* that wait, packed */
    bool cut;                 /* what waits is a part of a task that goes on */
    struct stream_arena arena;
    struct stream_task *tasks;
    struct stream_item *items;
    uint32_t n_tasks, n_items, task_capacity, item_capacity;
};

struct gather *gather_open(struct stream_writer *writer, enum gather_parts parts, uint32_t n_items)
{
    struct gather *g = calloc(1, sizeof *g);
    if (g) {
        g->writer = writer;
        g->parts = parts;
        g->most = n_items;
        g->most_tasks = UINT32_MAX;
        g->most_bytes = STREAM_CUT_BYTES;
    }
    return g;
}

void gather_limit(struct gather *g, size_t n_bytes, uint32_t n_tasks)
{
    g->most_bytes = n_bytes < STREAM_CUT_MOST ? n_bytes : STREAM_CUT_MOST;
    g->most_tasks = n_tasks;
}

void gather_into(struct gather *g, struct stream_writer *writer)
{
    g->writer = writer;
}

int gather_flush(struct gather *g)
{
    const struct stream_grids grids = {g->n_tasks, g->n_items, g->tasks, g->items};
    int rc = g->n_tasks ? stream_write_grids(g->writer, &grids) : STREAM_WRITTEN;
    stream_arena_reset(&g->arena);
    g->n_tasks = g->n_items = 0;
    g->bytes = 0;
    g->cut = false;
    return rc;
}

void gather_close(struct gather *g)
{
    if (!g)
        return;
    stream_arena_free(&g->arena);
    free(g->tasks);
    free(g->items);
    free(g);
}

static bool grow(struct gather *g, uint32_t n_items)
{
    if (g->n_tasks == g->task_capacity) {
        uint32_t capacity = 2 * g->task_capacity + 64;
        void *tasks = realloc(g->tasks, capacity * sizeof *g->tasks);
        if (!tasks)
            return false;
        g->tasks = tasks;
        g->task_capacity = capacity;
    }
    if (g->item_capacity - g->n_items < n_items) {
        uint32_t capacity = 2 * g->item_capacity + n_items;
        void *items = realloc(g->items, capacity * sizeof *g->items);
        if (!items)
            return false;
        g->items = items;
        g->item_capacity = capacity;
    }
    return true;
}

static bool copy_grid(struct gather *g, struct stream_grid *grid)
{
    size_t size = (size_t)grid->h * grid->w;
    uint8_t *cells = stream_arena_alloc(&g->arena, size, 1);
    if (cells)
        grid->cells = memcpy(cells, grid->cells, size);
    return cells;
}

static bool copy_pair(struct gather *g, struct stream_pair *pair)
{
    return copy_grid(g, &pair->in) && (!pair->known || copy_grid(g, &pair->out));
}

static const struct stream_pair *copy_demos(struct gather *g, const struct stream_task *task)
{
    struct stream_pair *copy = stream_arena_alloc(&g->arena, task->n_demos, sizeof *copy);
    for (uint32_t i = 0; copy && i < task->n_demos; i++) {
        copy[i] = task->demos[i];
        if (!copy_pair(g, &copy[i]))
            return NULL;
    }
    return copy;
}

static int copy_items(struct gather *g, const struct stream_pair *demos, uint32_t n,
                      const struct stream_item *items)
{
    for (uint32_t i = 0; i < n; i++) {
        struct stream_item *to = &g->items[g->n_items];
        *to = items[i];
        to->task = g->n_tasks;
        if (to->part == STREAM_DEMO)
            to->pair = demos[to->index];
        else if (!copy_pair(g, &to->pair))
            return STREAM_NO_MEMORY;
        g->n_items++;
    }
    return STREAM_WRITTEN;
}

/* Does the task go on a part that waits? */
static bool continues(const struct gather *g, const struct stream_task *task)
{
    return g->cut && strcmp(g->tasks[g->n_tasks - 1].key, task->key) == 0;
}

static bool is_full(const struct gather *g, const struct stream_task *task, uint32_t n, size_t size)
{
    return g->cut || task->more || g->n_items + (uint64_t)n > g->most ||
           g->n_tasks >= g->most_tasks || 64 + g->bytes + size > g->most_bytes;
}

int gather_task(struct gather *g, const struct stream_task *task, uint32_t n,
                const struct stream_item *items)
{
    if (n > STREAM_MAX_COUNT)
        return STREAM_TOO_LARGE;
    size_t size = stream_grids_bytes(task, items, n);
    bool part = task->more || continues(g, task);
    int rc = g->n_tasks && is_full(g, task, n, size) ? gather_flush(g) : STREAM_WRITTEN;
    if (rc != STREAM_WRITTEN)
        return rc;
    const struct stream_pair *demos = copy_demos(g, task);
    char *key = stream_arena_alloc(&g->arena, strlen(task->key) + 1, 1);
    if (!demos || !key || !grow(g, n) || copy_items(g, demos, n, items) != STREAM_WRITTEN)
        return STREAM_NO_MEMORY;
    struct stream_task *to = &g->tasks[g->n_tasks++];
    *to = *task;
    to->key = strcpy(key, task->key);
    to->demos = demos;
    g->bytes += size;
    g->cut = part;
    return STREAM_WRITTEN;
}

static void list_items(struct stream_item *items, enum stream_part part, uint32_t n,
                       const struct stream_pair *pairs)
{
    for (uint32_t i = 0; i < n; i++)
        items[i] = (struct stream_item){0, part, i, pairs[i]};
}

int gather_add(struct gather *g, const char *key, uint32_t n_demos, const struct stream_pair *demos,
               uint32_t n_tests, const struct stream_pair *tests)
{
    uint32_t n_demo_items = g->parts & GATHER_DEMO ? n_demos : 0;
    uint32_t n_test_items = g->parts & GATHER_TEST ? n_tests : 0;
    const struct stream_task task = {.key = key,
                                     .n_demos = n_demos,
                                     .demos = demos,
                                     .n_demo_items = n_demo_items,
                                     .n_test_items = n_test_items};
    struct stream_item *items = calloc((size_t)n_demo_items + n_test_items + 1, sizeof *items);
    if (!items)
        return STREAM_NO_MEMORY;
    list_items(items, STREAM_DEMO, n_demo_items, demos);
    list_items(items + n_demo_items, STREAM_TEST, n_test_items, tests);
    int rc = gather_task(g, &task, n_demo_items + n_test_items, items);
    free(items);
    return rc;
}
