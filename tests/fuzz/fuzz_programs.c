/*
 * fuzz_programs.c: files of programs, JSON lines and Python, against arbitrary bytes. Where blocks
 * are cut must not change a program, each has an id or a reason, and its syntax tree can be had
 * again. What begins with a brace is read as JSON lines, as they are or, with a closing one, behind
 * it; everything else as Python.
 */
#include "../../lib/digest.h"
#include "../../lib/programs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/fuzz_programs.XXXXXX", json[64], python[64];

static void remove_files(void)
{
    unlink(json);
    unlink(python);
    rmdir(folder);
}

static void make_folder(void)
{
    if (*json)
        return;
    if (!mkdtemp(folder))
        abort();
    snprintf(json, sizeof json, "%s/a.jsonl", folder);
    snprintf(python, sizeof python, "%s/a.py", folder);
    atexit(remove_files);
}

static void feed_text(struct digest *d, const char *text)
{
    digest_feed(d, text ? text : "", text ? strlen(text) + 1 : 0);
}

static void feed_entry(struct digest *d, const struct program_entry *e)
{
    const uint64_t numbers[] = {e->line, e->error_line, e->digest, (uint64_t)e->from_json};
    digest_feed(d, numbers, sizeof numbers);
    feed_text(d, e->id);
    feed_text(d, e->task);
    feed_text(d, e->bad);
    feed_text(d, e->error);
}

/* What is said of an entry must hang together. */
static void check_entry(struct program_block *b, uint32_t k)
{
    const struct program_entry *e = &b->entries[k];
    struct parse parse;
    uint32_t function;
    if (!e->bad && (!e->id || !e->line || e->part >= b->n_parts))
        abort();
    if ((e->bad && !*e->bad) || (e->error && !*e->error))
        abort();
    parse_init(&parse);
    if (!programs_syntax(b, k, &parse, &function) && function >= parse.n_functions)
        abort();
    parse_free(&parse);
}

/* Reads and compiles all; digest of what came. */
static uint64_t read_all(const char *path, uint32_t block_size)
{
    struct programs src;
    struct program_block b;
    struct digest d;
    int status;
    digest_start(&d);
    programs_open(&src, &path, 1, block_size);
    program_block_init(&b);
    while ((status = programs_read(&src, &b)) > 0) {
        for (uint32_t part = 0; part < b.n_parts; part++)
            if (programs_compile(&b, part))
                abort();
        if (programs_mark_repeated(&src, &b))
            abort();
        for (uint32_t k = 0; k < b.n; k++) {
            check_entry(&b, k);
            feed_entry(&d, &b.entries[k]);
        }
    }
    if (status < 0)
        abort(); /* the file is there, and there is memory */
    program_block_free(&b);
    programs_close(&src);
    return digest_value(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    make_folder();
    const char *path = *data == '{' || *data == '}' ? json : python;
    FILE *f = fopen(path, "w");
    size_t skip = *data == '}';
    if (!f || fwrite(data + skip, 1, size - skip, f) != size - skip || fclose(f))
        abort();
    uint64_t first, second;
    if (programs_digest(&path, 1, &first) || programs_digest(&path, 1, &second) || first != second)
        abort();
    if (read_all(path, 3) != read_all(path, PROGRAMS_BLOCK))
        abort();
    return 0;
}
