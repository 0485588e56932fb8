/* See pack_order.h. */
#include "pack_order.h"
#include "digest.h"
#include "gather.h"
#include "spill.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Rows that batt-pack makes are as many as classes; streams joined in between may double them. */
enum { MAX_ROWS = 32 };
/* Frames of the temporary streams: all rows are open at once when they are merged. */
#define ROW_BYTES ((size_t)256 << 10)

/* Longest side of a class's inputs; ARC's own end at 30. */
static const uint32_t class_sides[] = {4, 8, 12, 16, 20, 24, 30, UINT32_MAX};

struct row {
    FILE *file; /* NULL: not begun */
    struct stream_writer *writer;
    struct gather *gather;
    uint32_t last; /* place of its last task */
    /* while reading */
    struct stream_reader *reader;
    struct stream_frame frame;
    uint32_t task, item, n_items; /* the task at hand; its items */
    bool done;
};

struct pack_order {
    enum pack_order_mode mode;
    const char *tmpdir;
    struct row rows[MAX_ROWS];
    uint32_t n_tasks;
    struct row *going_on; /* the row of a task whose next part is to come, */
    uint64_t key;         /* and the digest of its key */
};

struct pack_order *pack_order_open(enum pack_order_mode mode, const char *tmpdir)
{
    struct pack_order *o = calloc(1, sizeof *o);
    if (o) {
        o->mode = mode;
        o->tmpdir = tmpdir;
    }
    return o;
}

static void empty(struct row *r)
{
    stream_reader_close(r->reader);
    gather_close(r->gather);
    stream_writer_close(r->writer);
    if (r->file)
        fclose(r->file);
    *r = (struct row){0};
}

void pack_order_close(struct pack_order *o)
{
    for (int k = 0; o && k < MAX_ROWS; k++)
        empty(&o->rows[k]);
    free(o);
}

static int status_of(int written)
{
    return written == STREAM_WRITTEN        ? PACK_ORDER_OK
           : written == STREAM_WRITE_FAILED ? PACK_ORDER_FAILED
                                            : PACK_ORDER_MEMORY;
}

/* ---- putting aside ---- */

static int begin(struct pack_order *o, struct row *r)
{
    const struct stream_head head = {.content = STREAM_GRIDS};
    r->file = spill_file(o->tmpdir);
    if (!r->file)
        return PACK_ORDER_FAILED;
    r->writer = stream_writer_open(r->file, 1, 0);
    r->gather = r->writer ? gather_open(r->writer, GATHER_ALL, STREAM_MAX_COUNT) : NULL;
    if (!r->gather)
        return PACK_ORDER_MEMORY;
    gather_limit(r->gather, ROW_BYTES, UINT32_MAX);
    return status_of(stream_write_head(r->writer, &head));
}

static uint32_t longest_side(uint32_t n, const struct stream_item *items)
{
    uint32_t side = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct stream_grid *g = &items[i].pair.in;
        side = g->h > side ? g->h : side;
        side = g->w > side ? g->w : side;
    }
    return side;
}

/* The row where the task belongs; NULL: there are too many. */
static struct row *row_for(struct pack_order *o, const struct stream_task *task, uint32_t n,
                           const struct stream_item *items)
{
    uint32_t k = 0;
    if (o->going_on)
        return o->going_on;
    if (o->mode == PACK_BY_SIZE) {
        uint32_t side = longest_side(n, items);
        while (class_sides[k] < side)
            k++;
        return &o->rows[k];
    }
    /* The first row that this task can stand behind: then there are as few as can be. */
    while (k < MAX_ROWS && o->rows[k].file && task->place < o->rows[k].last)
        k++;
    return k < MAX_ROWS ? &o->rows[k] : NULL;
}

int pack_order_add(struct pack_order *o, const struct stream_task *task, uint32_t n,
                   const struct stream_item *items)
{
    struct stream_task placed = *task;
    uint64_t key = digest_of(task->key, strlen(task->key));
    if (key != o->key)
        o->going_on = NULL;
    o->key = key;
    o->n_tasks += !o->going_on;
    if (o->mode == PACK_BY_SIZE && !placed.place)
        placed.place = o->n_tasks;
    struct row *r = row_for(o, &placed, n, items);
    if (!r)
        return PACK_ORDER_ROWS;
    int status = r->file ? PACK_ORDER_OK : begin(o, r);
    if (status)
        return status;
    r->last = placed.place;
    o->going_on = task->more ? r : NULL;
    return status_of(gather_task(r->gather, &placed, n, items));
}

/* ---- giving back ---- */

/* Goes to the row's next task; a PACK_ORDER status. */
static int advance(struct row *r)
{
    r->task++;
    r->item += r->n_items;
    while (!r->reader || r->task >= r->frame.grids.n_tasks) {
        if (!r->reader && !(r->reader = stream_reader_open(fileno(r->file))))
            return PACK_ORDER_MEMORY;
        int kind = stream_next(r->reader, &r->frame);
        if (kind == STREAM_HEAD)
            r->frame.grids.n_tasks = 0;
        r->done = kind == STREAM_END_FRAME;
        if (r->done)
            return PACK_ORDER_OK;
        if (kind <= 0) {
            errno = EIO;
            return kind == STREAM_MEMORY ? PACK_ORDER_MEMORY : PACK_ORDER_FAILED;
        }
        r->task = r->item = 0;
    }
    const struct stream_grids *g = &r->frame.grids;
    r->n_items = 0;
    while (r->item + r->n_items < g->n_items && g->items[r->item + r->n_items].task == r->task)
        r->n_items++;
    return PACK_ORDER_OK;
}

static int start_reading(struct row *r)
{
    int written = gather_flush(r->gather);
    if (written == STREAM_WRITTEN)
        written = stream_write_end(r->writer, 0);
    if (written != STREAM_WRITTEN)
        return status_of(written);
    if (lseek(fileno(r->file), 0, SEEK_SET) != 0)
        return PACK_ORDER_FAILED;
    r->n_items = r->item = 0;
    return advance(r);
}

static uint64_t digest_of_task(const struct row *r)
{
    const char *key = r->frame.grids.tasks[r->task].key;
    return digest_of(key, strlen(key));
}

/* The row whose turn it is: by size one after the other, else that of the lowest place. */
static struct row *next_row(struct pack_order *o)
{
    struct row *next = NULL;
    for (int k = 0; k < MAX_ROWS; k++) {
        struct row *r = &o->rows[k];
        if (r->file && !r->done &&
            (!next || (o->mode == PACK_RESTORE && r->frame.grids.tasks[r->task].place <
                                                      next->frame.grids.tasks[next->task].place)))
            next = r;
    }
    return next;
}

int pack_order_drain(struct pack_order *o,
                     int (*give)(void *context, const struct stream_task *task, uint32_t n,
                                 const struct stream_item *items),
                     void *context)
{
    int status = PACK_ORDER_OK;
    struct row *r = NULL;
    for (int k = 0; k < MAX_ROWS && !status; k++)
        if (o->rows[k].file)
            status = start_reading(&o->rows[k]);
    for (bool more = false; !status && (more || (r = next_row(o)));) {
        struct stream_task task = r->frame.grids.tasks[r->task];
        uint64_t key = digest_of_task(r);
        if (o->mode == PACK_RESTORE)
            task.place = 0;
        status = -give(context, &task, r->n_items, r->frame.grids.items + r->item);
        if (!status)
            status = advance(r);
        /* The next part of a task is the next in its row. */
        more = task.more && !status && !r->done && digest_of_task(r) == key;
    }
    for (int k = 0; k < MAX_ROWS; k++)
        empty(&o->rows[k]);
    o->n_tasks = 0;
    o->going_on = NULL;
    return status;
}
