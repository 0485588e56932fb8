/* programs_twice.c: ids that a source uses more than once; see programs.h. */
#include "digest.h"
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

int programs_mark_repeated(struct programs *src, struct program_block *b)
{
    for (uint32_t k = 0; k < b->n; k++) {
        struct program_entry *e = &b->entries[k];
        if (!e->from_json || e->bad)
            continue;
        if (e->source != src->ids_source) {
            numbers_reset(&src->ids);
            src->ids_source = e->source;
        }
        int64_t line = numbers_of(&src->ids, digest_of(e->id, strlen(e->id)), e->line);
        if (line < 0)
            return -1;
        if (line != e->line && !(e->bad = used_before(b, e->id, (uint32_t)line)))
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
