/* pack_results.c: tables of programs and entries of results; see pack.h. */
#include "digest.h"
#include "pack_private.h"
#include "room.h"

#include <stdlib.h>

void pack_forget_links(struct pack *p)
{
    p->n_links = 0;
}

void pack_forget_blocks(struct pack *p)
{
    free(p->list);
    free(p->links);
    p->list = NULL;
    p->links = NULL;
}

/* ---- tables ---- */

/* Writes a table into the segment, unless it is there. */
static int write_table(struct pack *p, struct pack_block *b, struct stream_programs *table)
{
    struct stream_programs again;
    if (b->stamp == p->stamp)
        return PACK_OK;
    if (!table) {
        table = &again;
        if (spill_read_programs(&p->spill, &p->table, b->place, table))
            return PACK_TEMPORARY;
    }
    b->stamp = p->stamp;
    b->out = table->block = p->n_blocks_out++;
    p->in_frame = 0;
    return pack_wrote(p, stream_write_programs(p->writer, table));
}

int pack_programs(struct pack *p, const struct stream_programs *programs)
{
    if (!p->spill.open && spill_open(&p->spill, p->options.tmpdir))
        return PACK_TEMPORARY;
    int64_t k = numbers_of(&p->blocks, stream_table_digest(programs), (uint32_t)p->n_list);
    if (k < 0 || room_for(&p->list, &p->cap_list, p->n_list + 1, sizeof *p->list) ||
        room_for(&p->links, &p->cap_links, p->n_links + 1, sizeof *p->links))
        return PACK_NO_MEMORY;
    if ((size_t)k == p->n_list) {
        p->list[p->n_list] = (struct pack_block){0};
        if (spill_programs(&p->spill, programs, &p->list[p->n_list++].place))
            return PACK_TEMPORARY;
    }
    p->links[p->n_links++] = (struct pack_link){programs->block, (uint32_t)k};
    struct stream_programs table = *programs;
    int status = p->joined ? pack_begin(p) : pack_make_room(p);
    return status ? status : write_table(p, &p->list[k], &table);
}

/* ---- entries ---- */

/* Names of exceptions of the frames that follow; they stay as long as they are the same. */
static int take_names(struct pack *p, const struct stream_results *r)
{
    bool same = p->n_names == r->n_errors;
    for (uint32_t k = 0; same && k < r->n_errors; k++)
        same = strcmp(p->errors[k], r->errors[k]) == 0;
    if (same)
        return PACK_OK;
    int status = pack_wrote(p, stream_flush(p->writer));
    pool_reset(&p->names);
    p->n_names = r->n_errors;
    for (uint32_t k = 0; k < r->n_errors; k++)
        if (!(p->errors[k] = pool_copy(&p->names, r->errors[k], strlen(r->errors[k]))))
            return PACK_NO_MEMORY;
    return status ? status : pack_wrote(p, stream_error_names(p->writer, p->n_names, p->errors));
}

/* What an entry takes of a frame: one of no programs has no items, but is one. */
static uint32_t places(const struct stream_entry *e)
{
    return e->n_items ? e->n_items : 1;
}

/* A task of joined results. Where it stood in the segment before, or this has as many as there may
 * be, another begins. */
static int add_task(struct pack *p, uint64_t task)
{
    int fresh = p->tasks.n < p->most_tasks ? hashes_add(&p->tasks, task) : 0, status = PACK_OK;
    if (fresh == 0 && !(status = pack_end(p)) && !(status = pack_begin(p)))
        fresh = hashes_add(&p->tasks, task);
    return fresh < 0 ? PACK_NO_MEMORY : status;
}

/* Frames end where they are full, files too; results that stand together are not parted. */
static int make_room(struct pack *p, const struct stream_entry *e)
{
    uint64_t task = digest_of(e->task, strlen(e->task));
    bool same = p->open && p->in_shard && task == p->task;
    int status = same && p->joined ? PACK_OK : pack_make_room(p);
    if (!status && p->joined && !same)
        status = add_task(p, task);
    p->task = task;
    uint64_t items = (uint64_t)p->in_frame + places(e);
    bool full =
        (p->options.n_items && items > p->options.n_items) || (p->options.per_task && !same);
    if (!status && p->in_frame && full) {
        status = pack_wrote(p, stream_flush(p->writer));
        p->in_frame = 0;
    }
    return status;
}

static int put_entry(struct pack *p, const struct stream_results *r, size_t block,
                     const struct stream_entry *e)
{
    int status = make_room(p, e);
    if (!status)
        status = write_table(p, &p->list[block], NULL);
    if (!status)
        status = take_names(p, r);
    if (status)
        return status;
    p->in_shard++;
    p->in_frame += places(e);
    return pack_wrote(p, stream_write_entry(p->writer, p->list[block].out, e));
}

int pack_results(struct pack *p, struct stream_reader *reader, const struct stream_results *r)
{
    struct stream_entry e;
    int status = PACK_OK, got = 0;
    size_t k = p->n_links;
    while (k > 0 && p->links[k - 1].number != r->block)
        k--;
    if (!k)
        return PACK_ORPHAN;
    while (!status && (got = stream_next_entry(reader, &e)) > 0)
        status = put_entry(p, r, p->links[k - 1].block, &e);
    return status ? status : got;
}
