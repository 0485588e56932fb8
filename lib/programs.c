/* programs.c: reading: paths, folders and lines, a block at a time; see programs.h. */
#include "programs_private.h"
#include "utf8.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void programs_open(struct programs *src, const char *const *paths, uint32_t n, uint32_t block_size)
{
    memset(src, 0, sizeof *src);
    src->paths = paths;
    src->n_paths = n;
    src->block_size = block_size;
    digest_start(&src->seen);
}

static void free_walk(struct programs *src)
{
    folder_free(&src->walk);
    src->next_walk = 0;
}

void programs_close(struct programs *src)
{
    free_walk(src);
    for (uint32_t k = 0; k < src->n_sources; k++)
        free(src->sources[k]);
    free(src->sources);
    free(src->line);
    hashes_free(&src->named);
    hashes_free(&src->ids);
    hashes_free(&src->ids_before);
    if (src->lines && src->lines != stdin)
        fclose(src->lines);
    memset(src, 0, sizeof *src);
}

void program_block_init(struct program_block *b)
{
    memset(b, 0, sizeof *b);
}

static void reset_block(struct program_block *b)
{
    static uint64_t last_serial;
    b->serial = __atomic_add_fetch(&last_serial, 1, __ATOMIC_RELAXED);
    programs_free_files(b);
    pool_reset(&b->pool);
    for (uint32_t k = 0; k < b->n_parts; k++) {
        card_reset(&b->parts[k].card);
        pool_reset(&b->parts[k].pool);
    }
    b->n = b->n_parts = 0;
}

void program_block_free(struct program_block *b)
{
    reset_block(b);
    for (uint32_t k = 0; k < b->cap_parts; k++) {
        card_free(&b->parts[k].card);
        parse_free(&b->parts[k].parse);
        pool_free(&b->parts[k].pool);
        free(b->parts[k].scratch);
    }
    free(b->parts);
    free(b->entries);
    pool_free(&b->pool);
    program_block_init(b);
}

/* ---- reading ---- */

static int bad_file(struct programs *src, const char *name, const char *why)
{
    src->bad_name = name;
    snprintf(src->reason, sizeof src->reason, "%s", why);
    return PROGRAMS_BAD_FILE;
}

/* Programs are known by source and id, so that a source can stand only once among all. */
static int named_before(struct programs *src, const char *name, uint64_t key)
{
    int fresh = hashes_add(&src->named, key);
    if (fresh < 0)
        return PROGRAMS_NO_MEMORY;
    return fresh ? PROGRAMS_BLOCK_READ : bad_file(src, name, "named twice; the first is kept");
}

static const char *source_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "stdin" : path;
}

static int add_source(struct programs *src, const char *name)
{
    if (src->n_sources == src->cap_sources) {
        uint32_t cap = src->cap_sources ? 2 * src->cap_sources : 16;
        char **p = realloc(src->sources, cap * sizeof *p);
        if (!p)
            return -1;
        src->sources = p;
        src->cap_sources = cap;
    }
    src->sources[src->n_sources] = strdup(source_name(name));
    return src->sources[src->n_sources] ? (int)src->n_sources++ : -1;
}

struct program_entry *programs_add_entry(struct program_block *b)
{
    if (b->n == b->cap) {
        uint32_t cap = b->cap ? 2 * b->cap : PROGRAMS_BLOCK;
        struct program_entry *e = realloc(b->entries, cap * sizeof *e);
        if (!e)
            return NULL;
        b->entries = e;
        b->cap = cap;
    }
    struct program_entry *e = &b->entries[b->n++];
    memset(e, 0, sizeof *e);
    return e;
}

/* The rest of a file, after n_lines empty lines in place of those read already. */
static char *read_all(FILE *f, uint64_t n_lines, size_t *len)
{
    size_t n = (size_t)n_lines, cap = n + (1 << 16);
    char *text = malloc(cap);
    if (text)
        memset(text, '\n', n);
    while (text) {
        size_t got = fread(text + n, 1, cap - n, f);
        n += got;
        if (got == 0)
            break;
        if (n == cap) {
            char *more = realloc(text, cap *= 2);
            if (!more)
                free(text);
            text = more;
        }
    }
    *len = n;
    return text;
}

static int add_line(struct programs *src, struct program_block *b, size_t len)
{
    struct program_entry *e = programs_add_entry(b);
    if (!e || !(e->raw = pool_copy(&b->pool, src->line, len)))
        return PROGRAMS_NO_MEMORY;
    e->raw_len = len;
    e->source = src->n_sources - 1;
    e->line = (uint32_t)src->line_no;
    e->from_json = 1;
    return PROGRAMS_BLOCK_READ;
}

/* Goes on with the JSON lines at hand; 1: the block is to be closed here. */
static int read_lines(struct programs *src, struct program_block *b, int *status)
{
    while (b->n < src->block_size) {
        ssize_t len = getline(&src->line, &src->line_cap, src->lines);
        if (len < 0) {
            programs_end_file(src, src->lines);
            if (src->lines != stdin)
                fclose(src->lines);
            src->lines = NULL;
            return 0;
        }
        src->line_no++;
        while (len > 0 && strchr(" \t\r\n", src->line[len - 1]))
            len--;
        if (len == 0 && b->n > 0)
            return 1;
        if (len > 0 && (*status = add_line(src, b, (size_t)len)) < 0)
            return 1;
    }
    return 1;
}

/* Is what follows in the file JSON?  By the ending of its name, else (standard input, a pipe, a file
 * of another name) by the first byte that is no white space; lines counts the lines skipped so far. */
static bool is_json(const char *name, FILE *f, uint64_t *lines)
{
    bool json = folder_name_ends(name, ".jsonl") || folder_name_ends(name, ".json");
    *lines = 0;
    if (folder_name_ends(name, ".py"))
        return false;
    utf8_skip_mark(f);
    if (json)
        return true;
    int c;
    while ((c = getc(f)) == ' ' || c == '\n' || c == '\r' || c == '\t')
        *lines += c == '\n';
    if (c != EOF)
        ungetc(c, f);
    return c == '{';
}

/* Takes a Python file's text (owned from here on) into the block. */
static int add_file(struct programs *src, struct program_block *b, const char *name, char *text,
                    size_t len)
{
    int source = add_source(src, name);
    if (source >= 0)
        return programs_add_file(b, (uint32_t)source, text, len);
    free(text);
    return PROGRAMS_NO_MEMORY;
}

/* Why this is no text of programs, or NULL, by the numbers files begin with: RFC 8878, 3.1.1; RFC
 * 1952, 2.3.1.  A stray byte elsewhere costs its program alone. */
static const char *not_text(const char *text, size_t len)
{
    if (len >= 4 && memcmp(text, "\x28\xb5\x2f\xfd", 4) == 0)
        return "compressed by zstd, as streams of grids and results are; not programs";
    return len >= 2 && memcmp(text, "\x1f\x8b", 2) == 0 ? "compressed by gzip; not programs" : NULL;
}

static int read_file(struct programs *src, struct program_block *b, const char *name)
{
    size_t len;
    const char *source = source_name(name);
    int is_stdin = source != name, status = named_before(src, name, digest_of(source, strlen(source)));
    if (status < 0)
        return status;
    FILE *f = is_stdin ? stdin : fopen(name, "r");
    int missing = f ? 0 : errno;
    if (is_stdin)
        src->unseen = true;
    else
        programs_begin_file(src, name, f);
    if (missing)
        return bad_file(src, name, strerror(missing));
    if (is_json(name, f, &src->line_no)) {
        src->lines = f;
        return add_source(src, name) < 0 ? PROGRAMS_NO_MEMORY : PROGRAMS_BLOCK_READ;
    }
    char *text = read_all(f, src->line_no, &len);
    int failed = ferror(f), error = errno;
    programs_end_file(src, f);
    if (!is_stdin)
        fclose(f);
    const char *why = failed ? strerror(error) : text ? not_text(text, len) : NULL;
    if (why) {
        free(text);
        return bad_file(src, name, why);
    }
    return text ? add_file(src, b, name, text, len) : PROGRAMS_NO_MEMORY;
}

/* ---- folders ---- */

int programs_list(struct folder *folder, const char *dir)
{
    static const char *const suffixes[] = {".py", ".jsonl", NULL};
    return folder_list(folder, dir, suffixes);
}

static int walk_folder(struct programs *src, const char *dir)
{
    /* The key is that of no file: one message for the folder, none for each file of it. */
    int status = named_before(src, dir, digest_of(dir, strlen(dir) + 1));
    if (status < 0)
        return status;
    int error = programs_list(&src->walk, dir);
    if (error == ENOMEM)
        return PROGRAMS_NO_MEMORY;
    if (error)
        return bad_file(src, dir, strerror(error));
    if (src->walk.n == 0)
        return bad_file(src, dir, "no *.py or *.jsonl file in this folder");
    return PROGRAMS_BLOCK_READ;
}

/* Opens the next path or file of a folder. */
static int read_next(struct programs *src, struct program_block *b)
{
    if (src->next_walk < src->walk.n)
        return read_file(src, b, src->walk.paths[src->next_walk++]);
    free_walk(src);
    if (src->next_path == src->n_paths)
        return PROGRAMS_END;
    const char *path = src->paths[src->next_path++];
    if (strcmp(path, "-") != 0 && folder_is(path))
        return walk_folder(src, path);
    return read_file(src, b, path);
}

static int make_parts(struct program_block *b)
{
    uint32_t n = (b->n + PROGRAMS_PART - 1) / PROGRAMS_PART;
    if (n > b->cap_parts) {
        struct program_part *p = realloc(b->parts, n * sizeof *p);
        if (!p)
            return PROGRAMS_NO_MEMORY;
        memset(p + b->cap_parts, 0, (n - b->cap_parts) * sizeof *p);
        for (uint32_t k = b->cap_parts; k < n; k++) {
            card_init(&p[k].card);
            parse_init(&p[k].parse);
        }
        b->parts = p;
        b->cap_parts = n;
    }
    b->n_parts = n;
    return PROGRAMS_BLOCK_READ;
}

int programs_read(struct programs *src, struct program_block *b)
{
    int status = PROGRAMS_BLOCK_READ;
    if (!src->reason[0])
        reset_block(b);
    src->reason[0] = 0;
    while (b->n < src->block_size && status > 0) {
        if (src->lines ? read_lines(src, b, &status) : 0)
            break;
        if (!src->lines)
            status = read_next(src, b);
    }
    if (status < 0)
        return status;
    return b->n ? make_parts(b) : PROGRAMS_END;
}
