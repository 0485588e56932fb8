/* What happens when the same result came twice: see split.h. */
#include "split_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- programs that stand in several tables ---- */

/* Numbers all programs, so that one has the same number wherever it stands. */
static int number_programs(struct split *s)
{
    struct numbers ids = {0};
    struct stream_programs p;
    int status = SPLIT_OK;
    s->n_programs = 0;
    for (size_t b = 0; b < s->n_blocks && !status; b++) {
        struct split_block *block = &s->blocks[b];
        block->global = malloc(((size_t)block->n + 1) * sizeof *block->global);
        if (!block->global)
            status = SPLIT_NO_MEMORY;
        else if (spill_read_programs(&s->tables, &s->table, block->place, &p))
            status = SPLIT_TEMPORARY;
        for (uint32_t k = 0; k < block->n && !status; k++) {
            int64_t g = numbers_of(&ids, split_program(&p, k), s->n_programs);
            status = g < 0 ? SPLIT_NO_MEMORY : SPLIT_OK;
            s->n_programs += g == s->n_programs;
            block->global[k] = (uint32_t)g;
        }
    }
    numbers_free(&ids);
    return status;
}

int split_need_seen(struct split *s)
{
    if (s->seen)
        return SPLIT_OK;
    int status = s->shared ? number_programs(s) : SPLIT_OK;
    if (status)
        return status;
    s->seen = calloc((size_t)s->n_programs + 1, sizeof *s->seen);
    return s->seen ? SPLIT_OK : SPLIT_NO_MEMORY;
}

/* Number of a program among all. */
static uint32_t number_of(const struct split_block *b, uint32_t index)
{
    return b->global ? b->global[index] : b->base + index;
}

/* It was met in entry k of the task at hand. */
static void meet(const struct split *s, struct split_seen *seen, size_t k, bool often)
{
    seen->stamp = s->stamp;
    seen->entry = k;
    seen->often = often;
}

void split_note(struct split *s, size_t k, const struct stream_entry *e)
{
    const struct split_block *b = &s->blocks[s->list[k].block];
    for (uint32_t i = 0; i < e->n; i++)
        meet(s, &s->seen[number_of(b, stream_program(e, i))], k, false);
}

/* ---- the same result twice ---- */

static struct stream_bytes output_of(const struct stream_result_item *i, uint32_t k)
{
    struct stream_bytes none = {NULL, 0};
    uint32_t o = i->output ? stream_u32(i->output, k) : 0;
    return o ? i->outputs[o - 1] : none;
}

static int same_result(const struct stream_result_item *x, uint32_t j,
                       const struct stream_result_item *y, uint32_t k)
{
    struct stream_bytes a = output_of(x, j), b = output_of(y, k);
    return x->outcome[j] == y->outcome[k] && stream_bit(x->equal, j) == stream_bit(y->equal, k) &&
           (x->line ? stream_u32(x->line, j) : 0) == (y->line ? stream_u32(y->line, k) : 0) &&
           a.size == b.size && (!a.size || memcmp(a.data, b.data, a.size) == 0);
}

static const struct stream_result_item *find_item(const struct stream_entry *e,
                                                  const struct stream_result_item *like)
{
    for (uint32_t m = 0; m < e->n_items; m++)
        if (e->items[m].part == like->part && e->items[m].index == like->index)
            return &e->items[m];
    return NULL;
}

/* Counts a conflict; the first is described. */
static void note_conflict(struct split *s, const struct stream_entry *e, uint32_t j,
                          const struct stream_result_item *i, const struct split_block *b)
{
    struct stream_programs p;
    if (s->conflicts++)
        return;
    const char *id = spill_read_programs(&s->tables, &s->table, b->place, &p)
                         ? "?"
                         : p.ids[stream_program(e, j)];
    snprintf(s->reason, sizeof s->reason, "%s %s %u, program %s", e->task,
             i->part == STREAM_DEMO ? "demonstration" : "test", (unsigned)i->index, id);
}

/* Reads an earlier entry and notes where its programs stand in it.  A split_status. */
static int read_earlier(struct split *s, size_t earlier)
{
    const struct split_block *b = &s->blocks[s->list[earlier].block];
    if (s->old_entry == earlier)
        return SPLIT_OK;
    int status = split_earlier(s, earlier);
    s->old_stamp++;
    for (uint32_t i = 0; !status && i < s->old.n; i++) {
        struct split_seen *seen = &s->seen[number_of(b, stream_program(&s->old, i))];
        seen->place = i;
        seen->old_stamp = s->old_stamp;
    }
    s->old_entry = status ? SPLIT_NOWHERE : earlier;
    return status;
}

/* Compares program j of e, entry k of the task, with what an earlier one says of it, if it does,
   marking the items it has.  A split_status. */
static int compare_with(struct split *s, size_t earlier, size_t k, const struct stream_entry *e,
                        uint32_t j, uint8_t *covered)
{
    const struct split_block *ours = &s->blocks[s->list[k].block];
    const struct split_seen *seen = &s->seen[number_of(ours, stream_program(e, j))];
    int status = read_earlier(s, earlier);
    if (status || seen->old_stamp != s->old_stamp)
        return status;
    for (uint32_t i = 0; i < e->n_items; i++) {
        const struct stream_result_item *old = find_item(&s->old, &e->items[i]);
        if (old && !covered[i] && !same_result(&e->items[i], j, old, seen->place))
            note_conflict(s, e, j, old, ours);
        covered[i] |= old != NULL;
    }
    return SPLIT_OK;
}

static struct split_seen *seen_of(const struct split *s, size_t k, const struct stream_entry *e,
                                  uint32_t j)
{
    return &s->seen[number_of(&s->blocks[s->list[k].block], stream_program(e, j))];
}

/* Was it met in an entry before entry k of the task at hand? */
static bool came_before(const struct split *s, const struct split_seen *seen, size_t k)
{
    return seen->stamp == s->stamp && seen->entry != k;
}

/* A program that came in one entry before. */
struct met {
    size_t entry;
    uint32_t j; /* its place in the entry at hand */
};

static int by_entry(const void *a, const void *b)
{
    const struct met *x = a, *y = b;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    return (x->j > y->j) - (x->j < y->j);
}

/* Compares the programs of entry k with all that came before: covered, of n_items for each program,
   says which items did.  However many programs an earlier entry shares with it, it is read once.  A
   split_status. */
static int compare_all(struct split *s, size_t k, const struct stream_entry *e, uint8_t *covered)
{
    struct met *met = pool_take(&s->scratch, ((size_t)e->n + 1) * sizeof *met);
    uint32_t *often = pool_take(&s->scratch, 4 * ((size_t)e->n + 1));
    uint32_t n_met = 0, n_often = 0, at = 0;
    if (!met || !often)
        return SPLIT_NO_MEMORY;
    for (uint32_t j = 0; j < e->n; j++) {
        const struct split_seen *seen = seen_of(s, k, e, j);
        if (!came_before(s, seen, k))
            continue;
        if (seen->often)
            often[n_often++] = j;
        else
            met[n_met++] = (struct met){seen->entry, j};
    }
    qsort(met, n_met, sizeof *met, by_entry);
    met[n_met].entry = k; /* behind the last */
    int status = SPLIT_OK;
    size_t m = n_often ? 0 : met[0].entry;
    for (; m < k && !status; m = n_often ? m + 1 : met[at].entry) {
        for (uint32_t i = 0; i < n_often && !status; i++)
            status = compare_with(s, m, k, e, often[i], covered + (size_t)often[i] * e->n_items);
        for (; met[at].entry == m && !status; at++)
            status = compare_with(s, m, k, e, met[at].j, covered + (size_t)met[at].j * e->n_items);
    }
    return status;
}

/* ---- leaving programs out of an entry ---- */

static void *select_column(struct split *s, const void *column, const uint32_t *keep, uint32_t n,
                           size_t width)
{
    uint8_t *to = column ? pool_take(&s->scratch, n * width + 1) : NULL;
    for (uint32_t k = 0; to && k < n; k++)
        memcpy(to + k * width, (const uint8_t *)column + keep[k] * width, width);
    return to;
}

static uint8_t *select_bits(struct split *s, const uint8_t *bits, const uint32_t *keep, uint32_t n)
{
    uint8_t *to = bits ? pool_take(&s->scratch, n / 8 + 1) : NULL;
    if (to)
        memset(to, 0, n / 8 + 1);
    for (uint32_t k = 0; to && k < n; k++)
        to[k >> 3] |= (uint8_t)(stream_bit(bits, keep[k]) << (k & 7));
    return to;
}

/* Outputs that are still used, in their order; the column is renumbered. */
static int select_outputs(struct split *s, struct stream_result_item *i, uint32_t n)
{
    uint32_t *column = (uint32_t *)(uintptr_t)i->output, used = 0;
    uint32_t *number = pool_take(&s->scratch, 4 * ((size_t)i->n_outputs + 1));
    struct stream_bytes *outputs = pool_take(&s->scratch, ((size_t)i->n_outputs + 1) * sizeof *outputs);
    if (!number || !outputs)
        return SPLIT_NO_MEMORY;
    memset(number, 0, 4 * ((size_t)i->n_outputs + 1));
    for (uint32_t k = 0; column && k < n; k++) {
        if (!column[k])
            continue;
        if (!number[column[k]]) {
            outputs[used] = i->outputs[column[k] - 1];
            number[column[k]] = ++used;
        }
        column[k] = number[column[k]];
    }
    i->outputs = outputs;
    i->n_outputs = used;
    return SPLIT_OK;
}

/* The entry with only the programs keep[0..n), in scratch memory. */
static int select_programs(struct split *s, struct stream_entry *e, const uint32_t *keep, uint32_t n)
{
    struct stream_result_item *items = pool_take(&s->scratch, (e->n_items + 1) * sizeof *items);
    uint32_t *programs = pool_take(&s->scratch, 4 * ((size_t)n + 1));
    int status = items && programs ? SPLIT_OK : SPLIT_NO_MEMORY;
    for (uint32_t k = 0; !status && k < n; k++)
        programs[k] = stream_program(e, keep[k]);
    for (uint32_t k = 0; !status && k < e->n_items; k++) {
        struct stream_result_item *i = &items[k];
        *i = e->items[k];
        i->outcome = select_column(s, i->outcome, keep, n, 1);
        i->equal = select_bits(s, i->equal, keep, n);
        i->line = select_column(s, i->line, keep, n, 4);
        i->error = select_column(s, i->error, keep, n, 1);
        i->fuel = select_column(s, i->fuel, keep, n, 8);
        i->output = select_column(s, i->output, keep, n, 4);
        status = i->outcome ? select_outputs(s, i, n) : SPLIT_NO_MEMORY;
    }
    e->sig = select_column(s, e->sig, keep, n, 8);
    e->programs = programs;
    e->first = 0;
    e->n = n;
    e->items = items;
    return status;
}

int split_drop_known(struct split *s, size_t k, struct stream_entry *e)
{
    uint32_t *keep = pool_take(&s->scratch, 4 * ((size_t)e->n + 1)), n = 0;
    uint8_t *covered = pool_take(&s->scratch, (size_t)e->n * e->n_items + 1);
    if (!keep || !covered)
        return SPLIT_NO_MEMORY;
    memset(covered, 0, (size_t)e->n * e->n_items + 1);
    int status = compare_all(s, k, e, covered);
    if (status)
        return status;
    for (uint32_t i = 0; i < e->n; i++) {
        struct split_seen *seen = seen_of(s, k, e, i);
        bool again = came_before(s, seen, k);
        if (again && !memchr(covered + (size_t)i * e->n_items, 0, e->n_items))
            continue;
        meet(s, seen, k, again);
        keep[n++] = i;
    }
    return n == e->n ? SPLIT_OK : select_programs(s, e, keep, n);
}
