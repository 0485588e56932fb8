/* Writing joined tasks: see split.h. */
#include "room.h"
#include "split_private.h"

#include <errno.h>
#include <string.h>

static int wrote(struct split *s, int status)
{
    s->write_status = status;
    return status ? SPLIT_WRITE : SPLIT_OK;
}

/* ---- reading back ---- */

/* The entry of a record and its block. A split_status. */
static int decode(const struct sorter_record *r, struct record_reading *to, uint32_t *block,
                  struct stream_entry *e)
{
    uint32_t about[2];
    memcpy(about, r->data, sizeof about);
    struct record_stored stored = {r->data + sizeof about, r->place.size - sizeof about, about[1]};
    *block = about[0];
    return record_read_entry(to, stored, e) ? SPLIT_TEMPORARY : SPLIT_OK;
}

/* To the next entry. */
static int fetch(struct split *s)
{
    int got = sorter_next(s->entries, &s->at);
    s->ahead = got > 0;
    if (got < 0)
        return SPLIT_TEMPORARY;
    return got ? decode(&s->at, &s->back, &s->block, &s->entry) : SPLIT_OK;
}

int split_earlier(struct split *s, size_t entry)
{
    struct sorter_record r;
    uint32_t block;
    s->old_entry = SPLIT_NOWHERE;
    if (sorter_again(s->entries, s->list[entry].place, &r))
        return SPLIT_TEMPORARY;
    return decode(&r, &s->earlier, &block, &s->old);
}

/* Is the entry that is next one of the task at hand? */
static bool goes_on(const struct split *s)
{
    return s->ahead && s->at.place.key_size == s->key_size &&
           memcmp(s->at.key, s->key, s->key_size) == 0;
}

/* Makes the task of the next entry the one at hand. */
static int begin_task(struct split *s)
{
    size_t n = strlen(s->entry.task) + 1;
    if (room_for(&s->task, &s->cap_task, n, 1))
        return SPLIT_NO_MEMORY;
    memcpy(s->task, s->entry.task, n);
    s->key_size = s->at.place.key_size;
    memcpy(s->key, s->at.key, s->key_size);
    s->n_tasks++;
    s->stamp++;
    s->n_list = 0;
    s->old_entry = SPLIT_NOWHERE;
    s->most = s->idle = (struct split_counts){0};
    s->repeats = s->shared;
    return s->repeats ? split_need_seen(s) : SPLIT_OK;
}

/* All has come: to the first entry. */
static int begin_reading(struct split *s)
{
    uint32_t one, other;
    int more = s->shared ? 0 : twice_rest(&s->programs, &one, &other);
    if (more < 0)
        return SPLIT_TEMPORARY;
    s->shared |= more > 0;
    twice_clear(&s->programs);
    s->begun = true;
    return fetch(s);
}

int split_next(struct split *s)
{
    int status = s->begun ? SPLIT_OK : begin_reading(s);
    while (!status && s->n_tasks && goes_on(s)) /* it was not written */
        status = fetch(s);
    return !status && s->ahead ? begin_task(s) : status;
}

const char *split_task(const struct split *s)
{
    return s->ahead ? s->task : NULL;
}

/* ---- tables ---- */

static int write_table(struct split *s, struct stream_writer *w, struct split_block *b)
{
    struct stream_programs p;
    if (b->out)
        return SPLIT_OK;
    if (spill_read_programs(&s->tables, &s->table, b->place, &p))
        return SPLIT_TEMPORARY;
    p.block = s->n_out++;
    b->out = s->n_out;
    return wrote(s, stream_write_programs(w, &p));
}

/* ---- tasks on which no program ran ---- */

/* Did entries of no programs tell of a task or of items that no other tells of? */
static bool is_idle(const struct split *s)
{
    return s->n_list == 0 || s->idle.demo > s->most.demo || s->idle.test > s->most.test ||
           s->idle.known > s->most.known;
}

static int write_idle(struct split *s, struct stream_writer *w)
{
    const uint32_t none = 0;
    const struct stream_programs p = {.block = s->n_out, .source = &none, .lines = &none};
    if (!s->out_idle) {
        s->out_idle = true;
        s->idle_block = s->n_out++;
        int status = wrote(s, stream_write_programs(w, &p));
        if (status)
            return status;
    }
    split_widen(&s->most, s->idle);
    const struct stream_entry e = {.task = s->task,
                                   .n_demo = s->most.demo,
                                   .n_test = s->most.test,
                                   .n_known = s->most.known};
    return wrote(s, stream_write_entry(w, s->idle_block, &e));
}

/* ---- entries ---- */

/* The entry is in a block that another of the task is in as well: from now on its programs are
 * compared with those of the entries before, which had none twice. */
static int begin_comparing(struct split *s)
{
    int status = split_need_seen(s);
    for (size_t k = 0; k + 1 < s->n_list && !status; k++)
        if (!(status = split_earlier(s, k)))
            split_note(s, k, &s->old);
    s->repeats = true;
    return status;
}

/* Writes the next entry, one of the task at hand. */
static int write_entry(struct split *s, struct stream_writer *w)
{
    struct stream_entry *e = &s->entry;
    const struct split_counts counts = {e->n_demo, e->n_test, e->n_known};
    split_widen(e->n ? &s->most : &s->idle, counts);
    if (!e->n)
        return SPLIT_OK; /* what it says is in the task now */
    if (room_for(&s->list, &s->cap_list, s->n_list + 1, sizeof *s->list))
        return SPLIT_NO_MEMORY;
    s->list[s->n_list++] = (struct split_entry){s->at.place, s->block};
    struct split_block *b = &s->blocks[s->block];
    int status = !s->repeats && b->stamp == s->stamp ? begin_comparing(s) : SPLIT_OK;
    b->stamp = s->stamp;
    pool_reset(&s->scratch);
    if (!status && s->repeats)
        status = split_drop_known(s, s->n_list - 1, e);
    if (!status)
        status = write_table(s, w, b);
    if (!status && e->n)
        status = wrote(s, stream_write_entry(w, b->out - 1, e));
    return status;
}

static int write_task(struct split *s, struct stream_writer *w)
{
    int status = SPLIT_OK;
    while (!status && goes_on(s))
        if (!(status = write_entry(s, w)))
            status = fetch(s);
    return !status && is_idle(s) ? write_idle(s, w) : status;
}

/* ---- segments ---- */

static int begin_segment(struct split *s, struct stream_writer *w)
{
    struct stream_head head = {0};
    head.content = STREAM_RESULTS;
    head.joined = true;
    head.n_sets = s->n_sets;
    head.sets = s->sets;
    head.n_steps = s->n_steps;
    head.steps = s->steps;
    s->n_out = 0;
    s->out_idle = false;
    for (size_t k = 0; k < s->n_blocks; k++)
        s->blocks[k].out = 0;
    int status = wrote(s, stream_write_head(w, &head));
    return status ? status : wrote(s, stream_error_names(w, s->n_errors, s->errors));
}

static int end_segment(struct split *s, struct stream_writer *w, uint64_t failed)
{
    return wrote(s, stream_write_end(w, failed + s->conflicts));
}

int split_write_task(struct split *s, struct stream_writer *w, uint64_t failed)
{
    int status = begin_segment(s, w);
    if (!status)
        status = write_task(s, w);
    return status ? status : end_segment(s, w, failed);
}

int split_write_all(struct split *s, struct stream_writer *w, uint64_t failed)
{
    int status = begin_segment(s, w);
    for (size_t k = 0; k < s->n_blocks && !status; k++)
        status = write_table(s, w, &s->blocks[k]);
    while (!status && !(status = split_next(s)) && split_task(s))
        status = write_task(s, w);
    return status ? status : end_segment(s, w, failed);
}
