/* Writing joined tasks: see split.h. */
#include "split_private.h"

#include <stdlib.h>
#include <string.h>

static int wrote(struct split *s, int status)
{
    s->write_status = status;
    return status ? SPLIT_WRITE : SPLIT_OK;
}

/* ---- tasks on which no program ran ---- */

/* Does an entry of no programs tell of a task or of items that no other tells of? */
static bool is_idle(const struct split_task *t)
{
    return t->first == SPLIT_NOWHERE || t->idle.demo > t->most.demo ||
           t->idle.test > t->most.test || t->idle.known > t->most.known;
}

static int write_empty_table(struct split *s, struct stream_writer *w, uint32_t block)
{
    const uint32_t none = 0;
    const struct stream_programs p = {.block = block, .source = &none, .lines = &none};
    s->idle_block = block;
    return wrote(s, stream_write_programs(w, &p));
}

static int write_idle(struct split *s, struct stream_writer *w, const struct split_task *t)
{
    struct split_counts c = t->most;
    split_widen(&c, t->idle);
    const struct stream_entry e = {
        .task = t->key, .n_demo = c.demo, .n_test = c.test, .n_known = c.known};
    return wrote(s, stream_write_entry(w, s->idle_block, &e));
}

/* ---- writing ---- */

static int write_programs(struct split *s, struct stream_writer *w, size_t from, size_t to)
{
    struct stream_programs p;
    uint32_t out = 0;
    bool idle = false;
    for (size_t k = 0; k < s->n_blocks; k++)
        s->blocks[k].out = 0;
    for (size_t t = from; t < to; t++) {
        idle = idle || is_idle(&s->tasks[t]);
        for (size_t e = s->tasks[t].first; e != SPLIT_NOWHERE; e = s->entries[e].next)
            s->blocks[s->entries[e].block].out = 1;
    }
    for (size_t k = 0; k < s->n_blocks; k++) {
        if (!s->blocks[k].out && to - from < s->n_tasks)
            continue;
        s->blocks[k].out = ++out;
        if (spill_read_programs(&s->spill, &s->at, s->blocks[k].place, &p))
            return SPLIT_TEMPORARY;
        p.block = out - 1;
        int status = wrote(s, stream_write_programs(w, &p));
        if (status)
            return status;
    }
    return idle ? write_empty_table(s, w, out) : SPLIT_OK;
}

static int write_task(struct split *s, struct stream_writer *w, size_t t)
{
    struct stream_entry e;
    int status;
    s->stamp++;
    s->old_entry = SPLIT_NOWHERE;
    bool repeats = split_may_repeat(s, t);
    if (repeats && (status = split_need_seen(s)))
        return status;
    for (size_t k = s->tasks[t].first; k != SPLIT_NOWHERE; k = s->entries[k].next) {
        pool_reset(&s->scratch);
        if (spill_read_entry(&s->spill, &s->at, s->entries[k].place, &e))
            return SPLIT_TEMPORARY;
        status = repeats ? split_drop_known(s, t, k, &e) : SPLIT_OK;
        if (!status && e.n)
            status = wrote(s, stream_write_entry(w, s->blocks[s->entries[k].block].out - 1, &e));
        if (status)
            return status;
    }
    return is_idle(&s->tasks[t]) ? write_idle(s, w, &s->tasks[t]) : SPLIT_OK;
}

int split_write(struct split *s, struct stream_writer *w, size_t from, size_t to, uint64_t failed)
{
    struct stream_head head = {0};
    hashes_free(&s->ids); /* all programs have come */
    head.content = STREAM_RESULTS;
    head.joined = true;
    head.n_sets = s->n_sets;
    head.sets = s->sets;
    head.n_steps = s->n_steps;
    head.steps = s->steps;
    int status = wrote(s, stream_write_head(w, &head));
    if (!status)
        status = write_programs(s, w, from, to);
    if (!status)
        status = wrote(s, stream_error_names(w, s->n_errors, s->errors));
    for (size_t t = from; t < to && !status; t++)
        status = write_task(s, w, t);
    return status ? status : wrote(s, stream_write_end(w, failed + s->conflicts));
}
