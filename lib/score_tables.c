/* Tables of programs, kept as long as their segment: see score.h. Some 21 bytes a program. */
#include "score_private.h"

#include "digest.h"
#include "room.h"

#include <stdlib.h>
#include <string.h>

#define SCORE_SHARED UINT32_MAX

static void free_block(struct score_block *b)
{
    free(b->text);
    free(b->id);
    free(b->source);
    free(b->lines);
    free(b->row);
}

void score_forget_segment(struct score *s)
{
    for (size_t k = 0; k < s->n_blocks; k++)
        free_block(&s->blocks[k]);
    s->n_blocks = s->last_block = s->n_sources = s->n_noted = 0;
    s->n_numbers = 0;
    s->n_errors = 0;
    numbers_reset(&s->by_source);
    hashes_free(&s->ids);
    pool_reset(&s->names);
}

/* Number of a source among those of the segment; -1: memory. */
static int64_t number_source(struct score *s, const char *name)
{
    size_t size = strlen(name);
    int64_t k = numbers_of(&s->by_source, digest_of(name, size), (uint32_t)s->n_sources);
    if (k < 0 || (size_t)k < s->n_sources)
        return k;
    if (room_for(&s->sources, &s->cap_sources, s->n_sources + 1, sizeof *s->sources) ||
        !(s->sources[s->n_sources] = pool_copy(&s->names, name, size)))
        return -1;
    return (int64_t)s->n_sources++;
}

static int fill_sources(struct score *s, struct score_block *b, const struct stream_programs *p)
{
    uint32_t *numbers = malloc(((size_t)p->n_sources + 1) * sizeof *numbers);
    int bad = !numbers;
    bool one = true;
    for (uint32_t k = 0; k < p->n_sources && !bad; k++) {
        int64_t number = number_source(s, p->sources[k]);
        numbers[k] = (uint32_t)number;
        bad = number < 0;
    }
    for (uint32_t k = 1; k < p->n; k++)
        one &= stream_u32(p->source, k) == stream_u32(p->source, 0);
    if (!bad && p->n)
        b->only_source = numbers[stream_u32(p->source, 0)];
    if (!bad && !one) {
        b->source = malloc(p->n * sizeof *b->source);
        bad = !b->source;
        for (uint32_t k = 0; k < p->n && !bad; k++)
            b->source[k] = numbers[stream_u32(p->source, k)];
    }
    free(numbers);
    return bad ? -1 : 0;
}

static int fill_ids(struct score_block *b, const struct stream_programs *p)
{
    size_t size = 0;
    for (uint32_t k = 0; k < p->n; k++)
        size += strlen(p->ids[k]) + 1;
    b->text = malloc(size + 1);
    b->id = malloc(((size_t)p->n + 1) * sizeof *b->id);
    b->lines = malloc(((size_t)p->n + 1) * sizeof *b->lines);
    b->row = calloc((size_t)p->n + 1, sizeof *b->row);
    if (!b->text || !b->id || !b->lines || !b->row)
        return -1;
    size = 0; /* a frame's ids are shorter than 4 GB */
    for (uint32_t k = 0; k < p->n; k++) {
        b->id[k] = (uint32_t)size;
        b->lines[k] = stream_u32(p->lines, k);
        size += (size_t)(stpcpy(b->text + size, p->ids[k]) - (b->text + size)) + 1;
    }
    return 0;
}

static uint32_t source_number(const struct score_block *b, uint32_t index)
{
    return b->source ? b->source[index] : b->only_source;
}

/* Remembers which source each id came from, to tell ids that need theirs named. */
static int note_ids(struct score *s, const struct score_block *b)
{
    for (uint32_t k = 0; k < b->n; k++) {
        const char *id = b->text + b->id[k];
        uint32_t source = 1 + source_number(b, k);
        uint32_t *known = hashes_value(&s->ids, digest_of(id, strlen(id)));
        if (!known)
            return -1;
        *known = !*known || *known == source ? source : SCORE_SHARED;
    }
    return 0;
}

int score_keep_table(struct score *s, const struct stream_programs *p)
{
    if (room_for(&s->blocks, &s->cap_blocks, s->n_blocks + 1, sizeof *s->blocks))
        return -1;
    struct score_block *b = &s->blocks[s->n_blocks++];
    *b = (struct score_block){.number = p->block, .n = p->n, .base = s->n_numbers};
    s->n_numbers += p->n;
    if (fill_sources(s, b, p) || fill_ids(b, p))
        return -1;
    for (; s->n_sources > 1 && s->n_noted < s->n_blocks; s->n_noted++)
        if (note_ids(s, &s->blocks[s->n_noted]))
            return -1;
    return 0;
}

size_t score_find_block(const struct score *s, uint32_t number)
{
    size_t b = s->n_blocks;
    if (number < b && s->blocks[number].number == number)
        return (size_t)number + 1; /* as writers number them */
    while (b > 0 && s->blocks[b - 1].number != number)
        b--;
    return b;
}

const struct score_block *score_where(struct score *s, uint32_t k, uint32_t *index)
{
    uint32_t number = s->programs.number[k];
    const struct score_block *b = &s->blocks[s->last_block];
    if (number < b->base || number - b->base >= b->n) {
        size_t lo = 0, hi = s->n_blocks; /* the last block that begins at or before it has it */
        while (hi - lo > 1) {
            size_t mid = (lo + hi) / 2;
            if (s->blocks[mid].base <= number)
                lo = mid;
            else
                hi = mid;
        }
        s->last_block = lo;
        b = &s->blocks[lo];
    }
    *index = number - b->base;
    return b;
}

const char *score_source(const struct score *s, const struct score_block *b, uint32_t index)
{
    return s->sources[source_number(b, index)];
}

void score_name_row(struct score *s, uint32_t k, struct score_row *row)
{
    uint32_t index;
    const struct score_block *b = score_where(s, k, &index);
    row->id = b->text + b->id[index];
    row->source = score_source(s, b, index);
    row->lines = b->lines[index];
    row->shared_id = hashes_get(&s->ids, digest_of(row->id, strlen(row->id))) == SCORE_SHARED;
}
