/* programs_twice.c: ids that a source uses more than once; see programs.h. */
#include "digest.h"
#include "numbers.h"
#include "programs.h"

#include <stdlib.h>
#include <string.h>

/* Why the entry is bad. */
static const char *used_before(struct program_block *b, const char *id, uint32_t line)
{
    char text[128];
    snprintf(text, sizeof text, "id '%.40s%s' was used before (line %u)", id,
             strlen(id) > 40 ? "..." : "", (unsigned)line);
    return pool_copy(&b->pool, text, strlen(text));
}

static void forget(struct programs *src)
{
    hashes_free(&src->ids);
    hashes_free(&src->ids_before);
}

/* *line: where the id stood before, or 0.  0, or -1: memory. */
static int note_id(struct programs *src, const struct program_entry *e, uint32_t *line)
{
    uint64_t id = digest_of(e->id, strlen(e->id));
    if (src->ids.n == PROGRAMS_IDS) {
        hashes_free(&src->ids_before);
        src->ids_before = src->ids;
        src->ids = (struct hashes){0};
    }
    uint32_t *known = hashes_value(&src->ids, id);
    if (!known)
        return -1;
    *line = *known ? *known : hashes_get(&src->ids_before, id);
    *known = *line ? *line : e->line;
    return 0;
}

int programs_mark_repeated(struct programs *src, struct program_block *b)
{
    for (uint32_t k = 0; k < b->n; k++) {
        struct program_entry *e = &b->entries[k];
        uint32_t line;
        if (!e->from_json || e->bad)
            continue;
        if (e->source != src->ids_source) {
            forget(src);
            src->ids_source = e->source;
        }
        if (note_id(src, e, &line) || (line && !(e->bad = used_before(b, e->id, line))))
            return -1;
    }
    return 0;
}

uint32_t *programs_redefined(const struct parse *p)
{
    uint32_t *last = calloc((size_t)p->n_functions + 1, sizeof *last);
    struct numbers names = {0};
    for (uint32_t k = p->n_functions; last && k-- > 0;) {
        const struct function *f = &p->functions[k];
        if (!f->name_len)
            continue;
        int64_t at = numbers_of(&names, digest_of(p->text + f->name, f->name_len), k);
        if (at < 0) {
            free(last);
            last = NULL;
        } else if (at != k) {
            last[k] = (uint32_t)at + 1;
        }
    }
    numbers_free(&names);
    return last;
}
