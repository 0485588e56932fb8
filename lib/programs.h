/*
 * Programs from wherever they come, in blocks: Python files and folders of them, and JSON lines.
 *
 *     programs_open(&src, paths, n)
 *     while (programs_read(&src, &block) > 0) {         reads; one thread
 *         for each part: programs_compile(&block, part)  any threads, a part at a time
 *         ...
 *     }
 *
 * In a Python file every function is a program unless another function of the file calls it.  A
 * JSON line is {"program": text, "id": ..., "task": ...}; id and task are strings or integers and
 * may be absent or null (the id is then the line's number); its program is the last function whose
 * name begins with "solve", else the last.  What cannot be parsed stays in the block with its
 * reason; a line that is not such JSON is marked bad.
 */
#ifndef LIB_PROGRAMS_H
#define LIB_PROGRAMS_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "../dsl/compile.h"
#include "digest.h"
#include "folder.h"
#include "hashes.h"
#include "pool.h"

enum { PROGRAMS_BLOCK = 16384, PROGRAMS_PART = 256 };

struct program_entry {
    const char *id;
    const char *task; /* of the JSON line; NULL: none */
    uint32_t source;  /* index into programs.sources */
    uint32_t line;    /* of the source where it begins */
    const char *bad;  /* no program of its own: why (a JSON line that is none, an id used twice); else
                         NULL */
    const char *error; /* outcome `syntax`: why; else NULL */
    const char *construct; /* that of Python which is the error, as in struct function; or NULL */
    uint32_t error_line;
    struct program code; /* in the card of its part; only if neither bad nor error */
    uint64_t digest;     /* of its compiled form, or of its text if that failed */
    const char *raw;     /* JSON line; NULL for a function of a file */
    size_t raw_len;
    struct program_file *file;
    uint32_t function; /* number in the file */
    int from_json;
    uint32_t part; /* that compiled it */
};

struct program_part {
    struct card card;
    struct parse parse;
    struct pool pool;
    uint8_t *scratch;
    int no_memory;
};

struct program_block {
    uint64_t serial; /* no other block, and no other content of this one, has it */
    struct program_entry *entries;
    uint32_t n, cap;
    struct program_part *parts; /* part k compiles entries PROGRAMS_PART * k ... */
    uint32_t n_parts, cap_parts;
    struct pool pool;
    struct program_file *files; /* Python files whose programs stand here */
};

enum programs_status {
    PROGRAMS_END = 0,
    PROGRAMS_BLOCK_READ = 1,
    PROGRAMS_BAD_FILE = -1, /* src->reason and src->bad_name say what; go on reading */
    PROGRAMS_NO_MEMORY = -2
};

#define PROGRAMS_IDS (1u << 20)

struct programs {
    const char *const *paths;
    uint32_t n_paths, next_path;
    char **sources; /* names, by program_entry.source */
    uint32_t n_sources, cap_sources;
    struct folder walk; /* files of the folder being read */
    size_t next_walk;
    FILE *lines; /* JSON lines being read */
    uint64_t line_no;
    char *line;
    size_t line_cap;
    uint32_t block_size;
    struct hashes named;           /* files and folders begun so far */
    struct hashes ids, ids_before; /* lines by id, of the JSON lines of ids_source */
    uint32_t ids_source;
    struct digest seen;  /* of the files begun so far, as programs_digest has it */
    struct stat reading; /* of the file at hand, when it was begun */
    bool changed;        /* a file changed while it was read */
    bool unseen;         /* something was read that has no digest */
    const char *bad_name;
    char reason[256];
};

/* paths must outlive src.  "-" is standard input. */
void programs_open(struct programs *src, const char *const *paths, uint32_t n, uint32_t block_size);
void programs_close(struct programs *src);

void program_block_init(struct program_block *b);
void program_block_free(struct program_block *b);

/*
 * Reads the next block: at least one program, at most block_size unless one file has more.  An
 * empty line ends a block of JSON lines.  Returns an enum programs_status.
 */
int programs_read(struct programs *src, struct program_block *b);

/* Lists the *.py and *.jsonl files of one folder; folders within are not entered. 0 or an errno. */
int programs_list(struct folder *folder, const char *dir);

/* Digest of the names and the content of all files that these paths stand for, each once. 0, or -1
 * for what cannot be read twice (standard input, pipes), or memory. */
int programs_digest(const char *const *paths, uint32_t n, uint64_t *digest);

/* After all is read: were the files, as far as they have a digest, those of that digest? */
bool programs_were(const struct programs *src, uint64_t digest);

/* Parses, compiles and verifies part k.  0, or -1 when memory is out. */
int programs_compile(struct program_block *b, uint32_t part);

/* After all parts of a block are compiled: marks JSON lines bad whose id an earlier line of their
 * source had, whatever the block: one of the last PROGRAMS_IDS at least, so that a source without
 * end takes no more than 50 MB.  0, or -1: memory. */
int programs_mark_repeated(struct programs *src, struct program_block *b);

/* By function of a Python text: 1 + the last function of the same name, 0 where it is the last
 * itself.  Caller frees; NULL: memory. */
uint32_t *programs_redefined(const struct parse *p);

/* The syntax tree of a Python file. */
const struct parse *programs_parse(const struct program_file *file);

/*
 * The syntax tree of one program, parsed anew into p (which the caller frees), and the number of
 * its function.  The text lives as long as the block.  0, or -1: bad line, no function, no memory.
 */
int programs_syntax(struct program_block *b, uint32_t entry, struct parse *p, uint32_t *function);

/* Are two programs of a block the same code? */
int programs_same(const struct program_block *b, uint32_t x, uint32_t y);

#endif
