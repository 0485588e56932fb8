/* See check.h. */
#include "check.h"
#include "digest.h"
#include "value_pack.h"

#include <stdlib.h>

#define CHECK_LOST UINT32_MAX

void check_free(struct check *c)
{
    numbers_free(&c->blocks);
    twice_clear(&c->tasks);
    free(c->n_programs);
    free(c->more);
    free(c->used);
    *c = (struct check){0};
}

void check_lost(struct check *c)
{
    c->lossy = true;
    free(c->more);
    c->more = NULL;
}

static int bad(struct check *c, const char *format, const char *name)
{
    snprintf(c->reason, sizeof c->reason, format, name);
    return CHECK_BAD;
}

/* Something is not as other frames have it, or not there: the first is told at the end. */
static void broken(struct check *c, const char *format, const char *name)
{
    if (c->lossy || c->broken)
        return;
    c->broken = true;
    c->broken_seq = c->seq;
    snprintf(c->promise, sizeof c->promise, format, name);
}

static void start_segment(struct check *c)
{
    numbers_reset(&c->blocks);
    twice_clear(&c->tasks);
    free(c->more);
    c->more = NULL;
    c->n_blocks = 0;
    c->lossy = c->any_task = c->broken = false;
}

/* Begins a segment whose head was lost. */
static void start_another(struct check *c)
{
    start_segment(c);
    c->lossy = c->another = true;
}

/* Adds a task to those of the segment, where it stands once. */
static int add_task(struct check *c, uint64_t task, const char *format, const char *name)
{
    uint32_t before;
    if (c->lossy) /* nothing is told of it */
        return CHECK_GOOD;
    int fresh = twice_add(&c->tasks, task, c->seq, &before);
    if (!fresh)
        broken(c, format, name);
    return fresh < 0 ? CHECK_TEMPORARY : CHECK_GOOD;
}

/* Tasks of which only the end of the segment shows that they stand twice. The frame that broke a
 * promise first is told, as if all had been seen at once. */
static int check_rest(struct check *c, const char *promise)
{
    uint32_t first, second;
    int got;
    while ((got = twice_rest(&c->tasks, &first, &second)) > 0) {
        if (c->broken && c->broken_seq <= second)
            continue;
        c->broken = true;
        c->broken_seq = second;
        snprintf(c->promise, sizeof c->promise, "%s in frame %u", promise, (unsigned)first);
    }
    return got < 0 ? CHECK_TEMPORARY : CHECK_GOOD;
}

/* ---- grids ---- */

/* The items of a task: demonstrations first, ascending, as many as promised. */
static int check_items(struct check *c, const struct stream_task *task, bool goes_on,
                       const struct stream_item *items, uint32_t n)
{
    if (!goes_on)
        c->n_items[0] = c->n_items[1] = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i && (items[i].part < items[i - 1].part ||
                  (items[i].part == items[i - 1].part && items[i].index <= items[i - 1].index)))
            return bad(c, "the items of %s are out of order", task->key);
        c->n_items[items[i].part]++;
    }
    if (!task->more &&
        (c->n_items[0] != task->n_demo_items || c->n_items[1] != task->n_test_items))
        broken(c, "%s has other items than it promises", task->key);
    return CHECK_GOOD;
}

static int check_task(struct check *c, const struct stream_grids *g, uint32_t t, uint32_t first,
                      uint32_t n)
{
    const struct stream_task *task = &g->tasks[t];
    bool goes_on = c->more && strcmp(c->more, task->key) == 0;
    if (c->more && !goes_on)
        broken(c, "%s was to go on here", c->more);
    int status = goes_on ? CHECK_GOOD
                         : add_task(c, digest_of(task->key, strlen(task->key)), "%s stands twice",
                                    task->key);
    if (status)
        return status;
    if (task->more && t + 1 < g->n_tasks)
        return bad(c, "%s goes on, but is not the last of its frame", task->key);
    status = check_items(c, task, goes_on, g->items + first, n);
    if (task->more && goes_on)
        return status;
    free(c->more);
    c->more = task->more ? strdup(task->key) : NULL;
    return task->more && !c->more ? CHECK_MEMORY : status;
}

static int check_grids(struct check *c, const struct stream_grids *g)
{
    uint32_t item = 0;
    int status = CHECK_GOOD;
    for (uint32_t t = 0; t < g->n_tasks && status == CHECK_GOOD; t++) {
        uint32_t first = item;
        while (item < g->n_items && g->items[item].task == t)
            item++;
        status = check_task(c, g, t, first, item - first);
        c->adds.tasks += !g->tasks[t].more;
    }
    c->adds.items = g->n_items;
    return status;
}

/* ---- programs and results ---- */

/* Place of a block among those of the segment; -1: memory. */
static int64_t block_of(struct check *c, uint32_t block)
{
    /* Neighbouring numbers would share the table's slots: any odd factor spreads them. */
    int64_t k = numbers_of(&c->blocks, (block + 1) * 0x9e3779b97f4a7c15u, c->n_blocks);
    if (k < 0 || (uint32_t)k < c->n_blocks)
        return k;
    if (c->n_blocks == c->block_capacity) {
        uint32_t capacity = 2 * c->block_capacity + 64;
        uint32_t *more = realloc(c->n_programs, capacity * sizeof *more);
        if (!more)
            return -1;
        c->n_programs = more;
        c->block_capacity = capacity;
    }
    c->n_programs[c->n_blocks++] = CHECK_LOST;
    return k;
}

static const char *number(uint32_t x, char text[static 16])
{
    snprintf(text, 16, "%u", (unsigned)x);
    return text;
}

static int check_programs(struct check *c, const struct stream_programs *p)
{
    char text[16];
    uint32_t before = c->n_blocks;
    int64_t k = block_of(c, p->block);
    if (k < 0)
        return CHECK_MEMORY;
    if (k < before && !c->lossy) {
        c->n_programs[k] = CHECK_LOST; /* whose results are they that follow? */
        return bad(c, "block %s stands twice, or behind its results", number(p->block, text));
    }
    if (k < before && c->n_programs[k] != CHECK_LOST) {
        start_another(c);
        return check_programs(c, p);
    }
    c->n_programs[k] = p->n;
    c->adds.programs = p->n;
    return CHECK_GOOD;
}

/* Values well formed, each of them used, by runs that have one. */
static const char *check_outputs(struct check *c, const struct stream_result_item *item, uint32_t n)
{
    if (item->n_outputs > c->used_capacity) {
        free(c->used);
        c->used = malloc(item->n_outputs);
        c->used_capacity = c->used ? item->n_outputs : 0;
        if (!c->used)
            return "";
    }
    if (item->n_outputs)
        memset(c->used, 0, item->n_outputs);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t x = stream_u32(item->output, i);
        if (x && item->outcome[i] > STREAM_OTHER)
            return "an output of a run that has none";
        if (x)
            c->used[x - 1] = 1;
    }
    for (uint32_t k = 0; k < item->n_outputs; k++)
        if (!c->used[k] || !value_pack_good(item->outputs[k].data, item->outputs[k].size))
            return c->used[k] ? "an output that is no value" : "an output that nobody has";
    return NULL;
}

/* What is wrong with an item's columns over n programs; NULL: nothing; "": memory. */
static const char *check_columns(struct check *c, const struct stream_result_item *item, uint32_t n)
{
    bool stray = false;
    for (uint32_t i = 0; item->error && i < n; i++)
        stray |= item->error[i] && item->outcome[i] != STREAM_ERROR;
    if (stray)
        return "an exception without an error";
    for (uint32_t b = 0; item->equal && b < (n + 7) / 8; b++) {
        if (!item->equal[b])
            continue;
        if (!item->known)
            return "equality with an output that is not known";
        for (uint32_t i = 8 * b; i < 8 * b + 8; i++)
            if (stream_bit(item->equal, i) && (i >= n || item->outcome[i] > STREAM_OTHER))
                return i < n ? "equality without an output" : "bits behind the last program";
    }
    return item->output ? check_outputs(c, item, n) : NULL;
}

static int check_entry(struct check *c, bool joined, uint32_t n_programs,
                       const struct stream_entry *e)
{
    uint64_t task = digest_of(e->task, strlen(e->task));
    if (e->n && stream_program(e, e->n - 1) >= n_programs)
        return bad(c, "results of %s for more programs than their block has", e->task);
    if ((uint64_t)e->n_demo + e->n_test < e->n_items || e->n_known > e->n_test)
        return bad(c, "results of %s for more items than it has", e->task);
    for (uint32_t i = 0; i < e->n_items; i++) {
        const char *wrong = check_columns(c, &e->items[i], e->n);
        if (wrong)
            return *wrong ? bad(c, "%s", wrong) : CHECK_MEMORY;
    }
    c->adds.tasks++;
    c->adds.results += (uint64_t)e->n * e->n_items;
    if (!joined || (c->any_task && task == c->task))
        return CHECK_GOOD;
    c->task = task;
    c->any_task = true;
    return add_task(c, task, "joined, but the results of %s do not stand together", e->task);
}

static int check_results(struct check *c, struct stream_reader *reader,
                         const struct stream_frame *f)
{
    struct stream_entry e;
    char text[16];
    uint32_t before = c->n_blocks;
    int64_t k = block_of(c, f->results.block);
    if (k < 0)
        return CHECK_MEMORY;
    if (c->n_programs[k] == CHECK_LOST)
        return k < before ? CHECK_ORPHAN
                          : bad(c, "results for block %s, whose programs did not come",
                                number(f->results.block, text));
    int status = CHECK_GOOD, got;
    while (status == CHECK_GOOD && (got = stream_next_entry(reader, &e)) != 0)
        status = got < 0 ? got : check_entry(c, f->head && f->head->joined, c->n_programs[k], &e);
    return status;
}

static int check_end(struct check *c, const struct stream_end *end, bool results)
{
    if (c->more)
        broken(c, "%s was to go on, but the stream ends", c->more);
    int status = end->n_missing ? CHECK_GOOD
                 : results ? check_rest(c, "joined, but other results of a task of it stand")
                           : check_rest(c, "a task of it stands twice, also");
    if (status)
        return status;
    bool bad_promise = c->broken && !end->n_missing;
    start_segment(c);
    if (!bad_promise)
        return CHECK_GOOD;
    c->seq = c->broken_seq;
    return bad(c, "%s", c->promise);
}

int check_frame(struct check *c, struct stream_reader *reader, int kind,
                const struct stream_frame *f)
{
    c->adds = (struct stream_end){0};
    c->seq = f->seq;
    c->another = false;
    if (f->begins && kind != STREAM_HEAD)
        start_another(c);
    switch (kind) {
    case STREAM_HEAD:
        start_segment(c);
        return CHECK_GOOD;
    case STREAM_GRIDS_FRAME:
        return check_grids(c, &f->grids);
    case STREAM_PROGRAMS_FRAME:
        return check_programs(c, &f->programs);
    case STREAM_RESULTS_FRAME:
        return check_results(c, reader, f);
    case STREAM_END_FRAME:
        return check_end(c, &f->end, f->head && f->head->joined);
    default:
        return CHECK_GOOD;
    }
}
