/* gather.c: copies tasks until a frame is full. */
#include "gather.h"
#include "stream_private.h"

#include <stdlib.h>

struct gather {
    struct stream_writer *writer;
    enum gather_parts parts;
    uint32_t most;
    size_t bytes; /* cells that wait */
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
    }
    return g;
}

int gather_flush(struct gather *g)
{
    const struct stream_grids grids = {g->n_tasks, g->n_items, g->tasks, g->items};
    int rc = g->n_tasks ? stream_write_grids(g->writer, &grids) : STREAM_WRITTEN;
    stream_arena_reset(&g->arena);
    g->n_tasks = g->n_items = 0;
    g->bytes = 0;
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
    if (!cells)
        return false;
    grid->cells = memcpy(cells, grid->cells, size);
    g->bytes += size;
    return true;
}

static struct stream_pair *copy_pairs(struct gather *g, uint32_t n, const struct stream_pair *pairs)
{
    struct stream_pair *copy = stream_arena_alloc(&g->arena, n, sizeof *copy);
    for (uint32_t i = 0; copy && i < n; i++) {
        copy[i] = pairs[i];
        if (!copy_grid(g, &copy[i].in) || (copy[i].known && !copy_grid(g, &copy[i].out)))
            return NULL;
    }
    return copy;
}

static void add_items(struct gather *g, enum stream_part part, uint32_t n,
                      const struct stream_pair *pairs)
{
    for (uint32_t i = 0; i < n; i++)
        g->items[g->n_items++] = (struct stream_item){g->n_tasks, part, i, pairs[i]};
}

int gather_add(struct gather *g, const char *key, uint32_t n_demos, const struct stream_pair *demos,
               uint32_t n_tests, const struct stream_pair *tests)
{
    uint32_t n_demo_items = g->parts & GATHER_DEMO ? n_demos : 0;
    uint32_t n_test_items = g->parts & GATHER_TEST ? n_tests : 0;
    uint32_t n = n_demo_items + n_test_items;
    if (n > STREAM_MAX_COUNT)
        return STREAM_TOO_LARGE;
    if (g->n_tasks && (g->n_items + (uint64_t)n > g->most || g->bytes > STREAM_CUT_BYTES)) {
        int rc = gather_flush(g);
        if (rc != STREAM_WRITTEN)
            return rc;
    }
    struct stream_pair *d = copy_pairs(g, n_demos, demos), *t = copy_pairs(g, n_test_items, tests);
    char *name = stream_arena_alloc(&g->arena, strlen(key) + 1, 1);
    if (!d || !t || !name || !grow(g, n))
        return STREAM_NO_MEMORY;
    add_items(g, STREAM_DEMO, n_demo_items, d);
    add_items(g, STREAM_TEST, n_test_items, t);
    g->tasks[g->n_tasks++] =
        (struct stream_task){strcpy(name, key), n_demos, d, n_demo_items, n_test_items, false};
    return STREAM_WRITTEN;
}
