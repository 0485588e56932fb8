/* stream_write_grids.c: grids frames, cut between tasks, and within one that is too large. */
#include "stream_write.h"

/* A range of tasks and items that goes into one frame. */
struct cut {
    uint32_t task, n_tasks, item, n_items;
    bool more; /* the last task goes on in the next frame */
};

/* Bytes of a grid at most: array, two sizes, bin head, cells. */
static size_t grid_bytes(const struct stream_grid *g)
{
    return 16 + (size_t)g->h * g->w;
}

static size_t task_bytes(const struct stream_task *task)
{
    size_t size = 80 + strlen(task->key);
    for (uint32_t i = 0; i < task->n_demos; i++)
        size += grid_bytes(&task->demos[i].in) + grid_bytes(&task->demos[i].out) + 1;
    return size;
}

static size_t item_bytes(const struct stream_item *item)
{
    size_t size = 24;
    if (item->part == STREAM_TEST)
        size += grid_bytes(&item->pair.in) + (item->pair.known ? grid_bytes(&item->pair.out) : 1);
    return size;
}

size_t stream_grids_bytes(const struct stream_task *task, const struct stream_item *items,
                          uint32_t n)
{
    size_t size = task_bytes(task);
    for (uint32_t i = 0; i < n; i++)
        size += item_bytes(&items[i]);
    return size;
}

static void pack_grid(struct value_pack *f, const struct stream_grid *g)
{
    value_pack_grid(f, g->h, g->w, g->cells);
}

static void pack_task(struct value_pack *f, const struct stream_task *task, bool more)
{
    value_pack_map(f, task->place ? 6 : 5);
    value_pack_str(f, "key");
    value_pack_str(f, task->key);
    value_pack_str(f, "demos");
    value_pack_array(f, task->n_demos);
    for (uint32_t i = 0; i < task->n_demos; i++) {
        value_pack_array(f, 2);
        pack_grid(f, &task->demos[i].in);
        pack_grid(f, &task->demos[i].out);
    }
    value_pack_str(f, "n_demo");
    value_pack_uint(f, task->n_demo_items);
    value_pack_str(f, "n_test");
    value_pack_uint(f, task->n_test_items);
    value_pack_str(f, "more");
    value_pack_bool(f, more);
    if (task->place) {
        value_pack_str(f, "place");
        value_pack_uint(f, task->place);
    }
}

static void pack_item(struct value_pack *f, const struct stream_item *item, uint32_t first_task)
{
    value_pack_array(f, 5);
    value_pack_uint(f, item->task - first_task);
    value_pack_uint(f, item->part);
    value_pack_uint(f, item->index);
    if (item->part == STREAM_DEMO) {
        value_pack_none(f);
        value_pack_none(f);
        return;
    }
    pack_grid(f, &item->pair.in);
    if (item->pair.known)
        pack_grid(f, &item->pair.out);
    else
        value_pack_none(f);
}

static int write_cut(struct stream_writer *w, const struct stream_grids *g, struct cut cut)
{
    struct value_pack *f = &w->frame;
    stream_begin(w, "grids", 2);
    value_pack_str(f, "tasks");
    value_pack_array(f, cut.n_tasks);
    for (uint32_t i = 0; i < cut.n_tasks; i++) {
        const struct stream_task *task = &g->tasks[cut.task + i];
        pack_task(f, task, task->more || (cut.more && i + 1 == cut.n_tasks));
    }
    value_pack_str(f, "items");
    value_pack_array(f, cut.n_items);
    for (uint32_t i = 0; i < cut.n_items; i++)
        pack_item(f, &g->items[cut.item + i], cut.task);
    int rc = stream_emit(w);
    if (rc != STREAM_WRITTEN)
        return rc;
    for (uint32_t i = 0; i < cut.n_tasks; i++)
        w->counts.tasks += !(g->tasks[cut.task + i].more || (cut.more && i + 1 == cut.n_tasks));
    w->counts.items += cut.n_items;
    return STREAM_WRITTEN;
}

/* Writes one task's items in as many frames as it takes. */
static int write_large(struct stream_writer *w, const struct stream_grids *g, struct cut cut)
{
    size_t table = task_bytes(&g->tasks[cut.task]) + 64;
    uint32_t end = cut.item + cut.n_items;
    do {
        size_t size = table;
        cut.n_items = 0;
        while (cut.item + cut.n_items < end) {
            size += item_bytes(&g->items[cut.item + cut.n_items]);
            if (cut.n_items && size > w->cut)
                break;
            cut.n_items++;
        }
        cut.more = cut.item + cut.n_items < end;
        int rc = write_cut(w, g, cut);
        if (rc != STREAM_WRITTEN)
            return rc;
        cut.item += cut.n_items;
    } while (cut.item < end);
    return STREAM_WRITTEN;
}

static bool in_order(const struct stream_grids *g)
{
    for (uint32_t i = 0; i < g->n_items; i++) {
        const struct stream_item *item = &g->items[i];
        if (item->task >= g->n_tasks || (i && item->task < g->items[i - 1].task))
            return false;
        if (item->part == STREAM_DEMO && item->index >= g->tasks[item->task].n_demos)
            return false;
    }
    return g->n_tasks <= STREAM_MAX_COUNT && g->n_items <= STREAM_MAX_COUNT;
}

int stream_write_grids(struct stream_writer *w, const struct stream_grids *g)
{
    struct cut cut = {0};
    size_t size = 64;
    int rc = STREAM_WRITTEN;
    if (!w->open || w->content != STREAM_GRIDS || !in_order(g))
        return STREAM_MISUSE;
    uint32_t item = 0;
    for (uint32_t t = 0; t < g->n_tasks && rc == STREAM_WRITTEN; t++) {
        uint32_t first = item;
        while (item < g->n_items && g->items[item].task == t)
            item++;
        size_t bytes = stream_grids_bytes(&g->tasks[t], g->items + first, item - first);
        if (cut.n_tasks && size + bytes > w->cut) {
            rc = write_cut(w, g, cut);
            cut = (struct cut){.task = t, .item = first};
            size = 64;
        }
        if (rc == STREAM_WRITTEN && size + bytes > w->cut) {
            rc = write_large(w, g, (struct cut){t, 1, first, item - first, false});
            cut = (struct cut){.task = t + 1, .item = item};
            continue;
        }
        cut.n_tasks++;
        cut.n_items += item - first;
        size += bytes;
    }
    return rc == STREAM_WRITTEN && cut.n_tasks ? write_cut(w, g, cut) : rc;
}
