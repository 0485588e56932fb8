/* See pack.h.  Segments, files and tasks are here, results in pack_results.c. */
#include "digest.h"
#include "pack_private.h"

#include <errno.h>
#include <stdlib.h>

struct pack *pack_open(const struct pack_options *options, const struct pack_sink *sink)
{
    struct pack *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->options = *options;
    p->sink = *sink;
    p->most_tasks = PACK_TASKS;
    p->gather = gather_open(NULL, GATHER_ALL, options->n_items ? options->n_items : UINT32_MAX);
    if (options->order != PACK_AS_IT_COMES)
        p->order = pack_order_open(options->order, options->tmpdir);
    if (!p->gather || (options->order != PACK_AS_IT_COMES && !p->order)) {
        pack_close(p);
        errno = ENOMEM;
        return NULL;
    }
    gather_limit(p->gather, options->n_bytes, options->per_task ? 1 : UINT32_MAX);
    return p;
}

void pack_close(struct pack *p)
{
    if (!p)
        return;
    pack_forget_blocks(p);
    spill_close(&p->spill);
    spill_reading_free(&p->table);
    pool_free(&p->names);
    numbers_free(&p->blocks);
    hashes_free(&p->tasks);
    gather_close(p->gather);
    pack_order_close(p->order);
    free(p->head);
    free(p);
}

int pack_write_status(const struct pack *p)
{
    return p->write_status;
}

void pack_set_shard(struct pack *p, uint32_t shard)
{
    if (!p->open)
        p->options.shard = shard;
}

int pack_wrote(struct pack *p, int status)
{
    p->write_status = status;
    return status == STREAM_WRITTEN ? PACK_OK : PACK_WRITE;
}

/* ---- segments and files ---- */

static int write_head(struct pack *p)
{
    const struct stream_end nothing = {0};
    if (!p->head)
        return stream_write_lost_head(p->writer, p->content, p->options.tool);
    return stream_copy(p->writer, STREAM_HEAD, p->content,
                       (struct stream_bytes){p->head, p->head_size}, &nothing);
}

int pack_begin(struct pack *p)
{
    if (p->open)
        return PACK_OK;
    if (!p->writer) {
        p->writer = p->sink.open(p->sink.context);
        if (!p->writer)
            return PACK_SINK;
        stream_set_cut(p->writer, p->options.n_bytes);
        gather_into(p->gather, p->writer);
    }
    p->open = true;
    p->pending = false;
    p->stamp++;
    p->n_blocks_out = p->in_frame = p->in_shard = 0;
    p->n_names = 0;
    hashes_free(&p->tasks);
    return pack_wrote(p, write_head(p));
}

/* Ends the file, if there is a file for every shard, else the segment. */
int pack_end(struct pack *p)
{
    if (!p->open)
        return PACK_OK;
    int status = pack_wrote(p, gather_flush(p->gather));
    if (!status)
        status = pack_wrote(p, stream_write_end(p->writer, p->failed - p->told));
    p->told = p->failed;
    p->open = false;
    if (status || !p->options.shard)
        return status;
    p->writer = NULL;
    return p->sink.close(p->sink.context) ? PACK_SINK : PACK_OK;
}

/* A file that is full ends before what comes next. */
int pack_make_room(struct pack *p)
{
    int status = p->options.shard && p->in_shard >= p->options.shard ? pack_end(p) : PACK_OK;
    return status ? status : pack_begin(p);
}

/* ---- tasks ---- */

static int put_task(void *context, const struct stream_task *task, uint32_t n,
                    const struct stream_item *items)
{
    struct pack *p = context;
    uint64_t key = digest_of(task->key, strlen(task->key));
    bool goes_on = p->going_on && key == p->task;
    int status = goes_on ? PACK_OK : pack_make_room(p);
    p->in_shard += !goes_on;
    p->going_on = task->more;
    p->task = key;
    return status ? status : pack_wrote(p, gather_task(p->gather, task, n, items));
}

static int order_failed(int status)
{
    static const int meaning[] = {[PACK_ORDER_FAILED] = PACK_TEMPORARY,
                                  [PACK_ORDER_MEMORY] = PACK_NO_MEMORY,
                                  [PACK_ORDER_ROWS] = PACK_ROWS};
    return status < 0 ? -status : meaning[status];
}

static int take_grids(struct pack *p, const struct stream_grids *g)
{
    uint32_t item = 0;
    int status = PACK_OK;
    for (uint32_t t = 0; t < g->n_tasks && !status; t++) {
        uint32_t first = item;
        while (item < g->n_items && g->items[item].task == t)
            item++;
        const struct stream_item *items = g->items + first;
        status = p->order
                     ? order_failed(pack_order_add(p->order, &g->tasks[t], item - first, items))
                     : put_task(p, &g->tasks[t], item - first, items);
    }
    return status;
}

/* ---- frames ---- */

/* Ends the segment, with all that waits. */
static int finish_segment(struct pack *p)
{
    int status = p->order ? order_failed(pack_order_drain(p->order, put_task, p)) : PACK_OK;
    p->going_on = false;
    if (!status && p->pending)
        status = pack_begin(p);
    return status ? status : pack_end(p);
}

static int take_head(struct pack *p, struct stream_bytes raw, const struct stream_head *h)
{
    if (p->head && raw.size == p->head_size && memcmp(raw.data, p->head, raw.size) == 0)
        return PACK_OK;
    int status = finish_segment(p);
    if (status)
        return status;
    if (h->content == STREAM_RESULTS && p->order)
        return PACK_CONTENT;
    uint8_t *head = realloc(p->head, raw.size);
    if (!head)
        return PACK_NO_MEMORY;
    p->head = memcpy(head, raw.data, raw.size);
    p->head_size = raw.size;
    p->content = h->content;
    p->joined = h->joined;
    p->pending = true;
    return PACK_OK;
}

/* Frames whose head is lost: a segment of its own, with a head that says so. */
static int take_headless(struct pack *p, int kind)
{
    enum stream_content content = kind == STREAM_GRIDS_FRAME ? STREAM_GRIDS : STREAM_RESULTS;
    if (!p->head && (p->open || p->pending) && p->content == content)
        return PACK_OK;
    int status = finish_segment(p);
    free(p->head);
    p->head = NULL;
    p->content = content;
    p->joined = false;
    p->pending = true;
    return status;
}

int pack_take(struct pack *p, struct stream_reader *reader, int kind, const struct stream_frame *f,
              uint64_t failed)
{
    int status = PACK_OK;
    p->failed = failed;
    if (f->begins)
        pack_forget_links(p);
    if (kind == STREAM_HEAD)
        return take_head(p, stream_raw(reader), f->head);
    if (kind == STREAM_END_FRAME || kind == STREAM_OTHER_FRAME)
        return PACK_OK;
    if (!f->head)
        status = take_headless(p, kind);
    if (status)
        return status;
    switch (kind) {
    case STREAM_GRIDS_FRAME:
        return take_grids(p, &f->grids);
    case STREAM_PROGRAMS_FRAME:
        return pack_programs(p, &f->programs);
    default:
        return pack_results(p, reader, &f->results);
    }
}

/* Nothing came, not even a head: a stream all the same, for it says how many inputs were bad. */
static int write_nothing(struct pack *p)
{
    const struct stream_head head = {.content = STREAM_GRIDS};
    p->writer = p->sink.open(p->sink.context);
    if (!p->writer)
        return PACK_SINK;
    int status = pack_wrote(p, stream_write_head(p->writer, &head));
    p->open = !status;
    return status ? status : pack_end(p);
}

int pack_finish(struct pack *p, uint64_t failed)
{
    p->failed = failed;
    int status = finish_segment(p);
    return status || p->writer || p->options.shard ? status : write_nothing(p);
}
