/* programs_file.c: the functions of a Python file as programs; see programs.h. */
#include "programs_private.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A parsed Python file. */
struct program_file {
    struct program_file *next;
    char *text;
    struct parse parse;
};

/* Marks the functions that others call: they are helpers, no programs.  Of two of one name Python
 * knows only the last. */
static void mark_helpers(const struct parse *p, const uint32_t *last, uint8_t *is_helper)
{
    for (uint32_t k = 0; k < p->n_exprs; k++)
        if (p->exprs[k].kind == EXPR_HELPER)
            is_helper[p->exprs[k].ref] = 1;
    for (uint32_t k = 0; k < p->n_functions; k++)
        if (last[k] && is_helper[k])
            is_helper[last[k] - 1] = 1;
}

/* Why the function does not count: another of its name comes later. */
static const char *defined_again(struct program_block *b, const struct function *later)
{
    char text[64];
    snprintf(text, sizeof text, "defined again in line %u, which counts",
             (unsigned)later->first_line);
    return pool_copy(&b->pool, text, strlen(text));
}

static int add_functions(struct program_block *b, struct program_file *f, uint32_t source)
{
    const struct parse *p = &f->parse;
    uint8_t *is_helper = calloc(p->n_functions + 1, 1);
    uint32_t *last = programs_redefined(p);
    int status = is_helper && last ? 0 : -1;
    if (status == 0)
        mark_helpers(p, last, is_helper);
    for (uint32_t k = 0; k < p->n_functions && status == 0; k++) {
        const struct function *fn = &p->functions[k];
        bool counts = !is_helper[k] || last[k]; /* one that does not is named */
        struct program_entry *e = counts ? programs_add_entry(b) : NULL;
        char name[32];
        if (!counts)
            continue;
        snprintf(name, sizeof name, "line%u", (unsigned)fn->first_line);
        const char *id = !e             ? NULL
                         : fn->name_len ? pool_copy(&b->pool, f->text + fn->name, fn->name_len)
                                        : pool_copy(&b->pool, name, strlen(name));
        if (!id) {
            status = -1;
            break;
        }
        e->id = id;
        e->source = source;
        e->line = fn->first_line;
        e->file = f;
        e->function = k;
        if (last[k] && !(e->bad = defined_again(b, &p->functions[last[k] - 1])))
            status = -1;
    }
    free(last);
    free(is_helper);
    return status;
}

int programs_add_file(struct program_block *b, uint32_t source, char *text, size_t len)
{
    struct program_file *f = calloc(1, sizeof *f);
    if (!f) {
        free(text);
        return PROGRAMS_NO_MEMORY;
    }
    f->text = text;
    f->next = b->files;
    b->files = f;
    parse_init(&f->parse);
    if (parse_text(&f->parse, text, len) || add_functions(b, f, source))
        return PROGRAMS_NO_MEMORY;
    return PROGRAMS_BLOCK_READ;
}

void programs_free_files(struct program_block *b)
{
    while (b->files) {
        struct program_file *f = b->files;
        b->files = f->next;
        parse_free(&f->parse);
        free(f->text);
        free(f);
    }
}

const struct parse *programs_parse(const struct program_file *file)
{
    return &file->parse;
}
