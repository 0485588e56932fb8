/* See split.h.  Taking in is here, writing out in split_write.c. */
#include "room.h"
#include "split_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct split *split_open(const char *tmpdir, size_t memory)
{
    struct split *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->plain = memory - memory / 16; /* of memory that is filled once nothing is compressed */
    s->programs.dir = tmpdir;
    s->entries = sorter_open(tmpdir, memory);
    errno = ENOMEM;
    if (s->entries && spill_open(&s->tables, tmpdir) == 0)
        return s;
    int error = errno;
    split_close(s);
    errno = error;
    return NULL;
}

void split_close(struct split *s)
{
    if (!s)
        return;
    for (size_t k = 0; k < s->n_blocks; k++)
        free(s->blocks[k].global);
    sorter_close(s->entries);
    spill_close(&s->tables);
    spill_reading_free(&s->table);
    record_free(&s->record);
    record_reading_free(&s->back);
    record_reading_free(&s->earlier);
    pool_free(&s->pool);
    pool_free(&s->scratch);
    free(s->blocks);
    free(s->segment);
    free(s->list);
    free(s->task);
    twice_clear(&s->programs);
    numbers_free(&s->by_table);
    free(s->seen);
    free(s);
}

int split_fail(struct split *s, int status, const char *format, const char *a, const char *b)
{
    snprintf(s->reason, sizeof s->reason, format, a, b);
    return status;
}

void split_widen(struct split_counts *a, struct split_counts b)
{
    a->demo = b.demo > a->demo ? b.demo : a->demo;
    a->test = b.test > a->test ? b.test : a->test;
    a->known = b.known > a->known ? b.known : a->known;
}

/* ---- heads ---- */

static const char *keep_text(struct split *s, const char *text)
{
    return pool_copy(&s->pool, text, strlen(text));
}

static int take_sets(struct split *s, const struct stream_head *h)
{
    for (uint32_t k = 0; k < h->n_sets; k++) {
        uint32_t m = 0;
        while (m < s->n_sets && strcmp(s->sets[m], h->sets[k]) != 0)
            m++;
        if (m < s->n_sets)
            continue;
        if (s->n_sets == SPLIT_MAX_SETS || !(s->sets[s->n_sets] = keep_text(s, h->sets[k])))
            return SPLIT_NO_MEMORY;
        s->n_sets++;
    }
    return SPLIT_OK;
}

static int keep_steps(struct split *s, const struct stream_head *h)
{
    s->n_steps = h->n_steps < SPLIT_MAX_STEPS ? h->n_steps : SPLIT_MAX_STEPS;
    for (uint32_t k = 0; k < s->n_steps; k++) {
        const struct stream_step *from = &h->steps[k];
        struct stream_option *o = pool_take(&s->pool, (from->n_options + 1) * sizeof *o);
        struct stream_step to = {keep_text(s, from->tool), keep_text(s, from->version),
                                 from->n_options, o};
        if (!o || !to.tool || !to.version)
            return SPLIT_NO_MEMORY;
        for (uint32_t i = 0; i < from->n_options; i++) {
            o[i].key = keep_text(s, from->options[i].key);
            o[i].value = keep_text(s, from->options[i].value);
            if (!o[i].key || !o[i].value)
                return SPLIT_NO_MEMORY;
        }
        s->steps[k] = to;
    }
    return SPLIT_OK;
}

/* What other segments say otherwise, as the digests of shards, is "several". */
static void compare_step(struct stream_step *ours, const struct stream_step *step)
{
    struct stream_option *o = (struct stream_option *)ours->options; /* of s->pool */
    for (uint32_t i = 0; i < ours->n_options; i++)
        if (i >= step->n_options || strcmp(o[i].key, step->options[i].key) != 0 ||
            strcmp(o[i].value, step->options[i].value) != 0)
            o[i].value = "several";
}

/* The provenance of the first segment stands for all. */
static int take_head(struct split *s, const struct stream_head *h)
{
    int status = SPLIT_OK;
    if (s->n_heads++ == 0)
        status = keep_steps(s, h);
    for (uint32_t k = 0; k < s->n_steps && k < h->n_steps; k++)
        compare_step(&s->steps[k], &h->steps[k]);
    return status ? status : take_sets(s, h);
}

/* ---- programs ---- */

uint64_t split_program(const struct stream_programs *p, uint32_t k)
{
    struct digest d;
    const char *source = p->sources[stream_u32(p->source, k)];
    digest_start(&d);
    digest_feed(&d, source, strlen(source) + 1);
    digest_feed(&d, p->ids[k], strlen(p->ids[k]) + 1);
    return digest_value(&d);
}

static int add_block(struct split *s, const struct stream_programs *p)
{
    if (room_for(&s->blocks, &s->cap_blocks, s->n_blocks + 1, sizeof *s->blocks))
        return SPLIT_NO_MEMORY;
    struct split_block *b = &s->blocks[s->n_blocks];
    memset(b, 0, sizeof *b);
    b->n = p->n;
    b->base = s->n_programs;
    s->n_blocks++;
    s->n_programs += p->n;
    for (uint32_t k = 0; k < p->n && !s->shared; k++) {
        uint32_t before;
        int fresh = twice_add(&s->programs, split_program(p, k), 0, &before);
        if (fresh < 0)
            return SPLIT_TEMPORARY;
        s->shared = !fresh;
    }
    return spill_programs(&s->tables, p, &b->place) ? SPLIT_TEMPORARY : SPLIT_OK;
}

static int add_link(struct split *s, uint32_t block, uint32_t ours)
{
    if (room_for(&s->segment, &s->cap_segment, s->n_segment + 1, sizeof *s->segment))
        return SPLIT_NO_MEMORY;
    struct split_link link = {block, ours};
    s->segment[s->n_segment++] = link;
    return SPLIT_OK;
}

static int take_programs(struct split *s, const struct stream_programs *p)
{
    if (!p->n)
        return add_link(s, p->block, SPLIT_NO_PROGRAMS);
    int64_t k = numbers_of(&s->by_table, stream_table_digest(p), (uint32_t)s->n_blocks);
    if (k < 0)
        return SPLIT_NO_MEMORY;
    int status = (size_t)k == s->n_blocks ? add_block(s, p) : SPLIT_OK;
    if (status)
        return status;
    return add_link(s, p->block, (uint32_t)k);
}

/* ---- results ---- */

/* Numbers of this frame's exceptions among all names; 255 at most in all. */
static int take_errors(struct split *s, const struct stream_results *r)
{
    s->remap = 0;
    for (uint32_t k = 0; k < r->n_errors; k++) {
        uint32_t m = 0;
        while (m < s->n_errors && strcmp(s->errors[m], r->errors[k]) != 0)
            m++;
        if (m == s->n_errors) {
            if (m == 255 || !(s->errors[m] = keep_text(s, r->errors[k])))
                return SPLIT_NO_MEMORY;
            s->n_errors++;
        }
        s->map[k + 1] = (uint8_t)(m + 1);
        s->remap |= m != k;
    }
    return SPLIT_OK;
}

static int remap_errors(struct split *s, struct stream_entry *e)
{
    struct stream_result_item *items = pool_take(&s->scratch, (e->n_items + 1) * sizeof *items);
    if (!items)
        return SPLIT_NO_MEMORY;
    memcpy(items, e->items, e->n_items * sizeof *items);
    for (uint32_t i = 0; i < e->n_items; i++) {
        uint8_t *to = items[i].error ? pool_take(&s->scratch, (size_t)e->n + 1) : NULL;
        if (!items[i].error)
            continue;
        if (!to)
            return SPLIT_NO_MEMORY;
        for (uint32_t k = 0; k < e->n; k++)
            to[k] = s->map[items[i].error[k]];
        items[i].error = to;
    }
    e->items = items;
    return SPLIT_OK;
}

/* Are the entry's programs in its block's table? */
static bool has_programs(const struct split *s, uint32_t block, const struct stream_entry *e)
{
    uint32_t n = block == SPLIT_NO_PROGRAMS ? 0 : s->blocks[block].n;
    return !e->n || stream_program(e, e->n - 1) < n;
}

/* By what entries are sorted: the task, of a long name the first bytes and a digest. Its size. */
static uint32_t key_of(const char *task, char key[SORTER_KEY_BYTES + 1])
{
    size_t n = strlen(task), most = SORTER_KEY_BYTES - 16;
    if (n <= most) {
        memcpy(key, task, n);
        return (uint32_t)n;
    }
    memcpy(key, task, most);
    snprintf(key + most, 17, "%016llx", (unsigned long long)digest_of(task, n));
    return SORTER_KEY_BYTES;
}

/* An entry with its block to the others. */
static int put_aside(struct split *s, uint32_t block, const struct stream_entry *e)
{
    char key[SORTER_KEY_BYTES + 1];
    const uint8_t *stored;
    if (record_entry(&s->record, e))
        return SPLIT_TEMPORARY;
    uint32_t about[] = {block, (uint32_t)s->record.n};
    size_t n = s->record.n;
    s->taken += n + sizeof about;
    stored = s->record.data;
    if (s->taken > s->plain)
        n = record_pack(&s->record, &stored);
    uint32_t key_size = key_of(e->task, key);
    uint8_t *to = sorter_put(s->entries, key, key_size, (uint32_t)(sizeof about + n));
    if (!to)
        return SPLIT_TEMPORARY;
    memcpy(to, about, sizeof about);
    memcpy(to + sizeof about, stored, n);
    return SPLIT_OK;
}

static int take_entry(struct split *s, uint32_t block, struct stream_entry *e)
{
    if (!has_programs(s, block, e))
        return split_fail(s, SPLIT_MISUSE, "results of %s for more programs than their block has%s",
                          e->task, "");
    pool_reset(&s->scratch);
    if (s->remap && remap_errors(s, e))
        return SPLIT_NO_MEMORY;
    return put_aside(s, e->n ? block : SPLIT_NO_PROGRAMS, e);
}

/* 1 + place of a block of the segment; 0: its table did not come. */
static size_t find_link(const struct split *s, uint32_t block)
{
    size_t k = s->n_segment;
    if (block < k && s->segment[block].block == block)
        return block + 1; /* as writers number them */
    while (k > 0 && s->segment[k - 1].block != block)
        k--;
    return k;
}

static int take_results(struct split *s, struct stream_reader *reader, const struct stream_results *r)
{
    struct stream_entry e;
    size_t k = find_link(s, r->block);
    char number[24];
    snprintf(number, sizeof number, "%u", (unsigned)r->block);
    if (k == 0)
        return split_fail(s, SPLIT_MISUSE, "results for block %s, whose programs did not come%s",
                          number, "");
    int status = take_errors(s, r), got;
    while (!status && (got = stream_next_entry(reader, &e)) != 0)
        status = got < 0 ? got : take_entry(s, s->segment[k - 1].ours, &e);
    return status;
}

int split_take(struct split *s, struct stream_reader *reader, int kind, const struct stream_frame *f)
{
    if (f->begins)
        s->n_segment = 0;
    switch (kind) {
    case STREAM_HEAD:
        return take_head(s, f->head);
    case STREAM_PROGRAMS_FRAME:
        return take_programs(s, &f->programs);
    case STREAM_RESULTS_FRAME:
        return take_results(s, reader, &f->results);
    default:
        return SPLIT_OK;
    }
}

size_t split_n_tasks(const struct split *s)
{
    return s->n_tasks;
}

uint64_t split_conflicts(const struct split *s)
{
    return s->conflicts;
}

const char *split_reason(const struct split *s)
{
    return s->reason;
}

int split_write_status(const struct split *s)
{
    return s->write_status;
}
