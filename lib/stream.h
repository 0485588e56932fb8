/*
 * stream.h: the stream that joins the tools: head, grids | programs and results, end.
 *
 * A stream is one or more segments. A segment is frames (frame.h), each one msgpack map that begins
 * with "type" and "seq" (0 for the head, then 1, 2, ...):
 *
 *   head      version, semantics, content "grids" or "results", joined, sets [str],
 *             provenance [{tool, version, options {str: str}}], oldest first
 *   grids     tasks [{key, demos [[I, O]], n_demo, n_test, more, place}],
 *             items [[task, part, index, I or nil, O or nil]]
 *             I nil: the demonstration of that index; O nil: unknown, or that demonstration's
 *   programs  block, n, ids [str], sources [str], source bin(4n), digest bin(8n), lines bin(4n),
 *             errors [[program, line, reason]]
 *   results   block, errors [str], entries [{task, n_demo, n_test, known, first and n,
 *             or n and programs bin(4n), sig bin(8n), items [{part, index, known,
 *             outcome bin(n), equal bin((n+7)/8), line bin(4n), error bin(n), fuel bin(8n),
 *             outputs [value], output bin(4n)}]}]
 *   end       frames, tasks, items, programs, results, failed, digest bin(8), missing [str]
 *
 * A column is a bin of little-endian numbers over the entry's n programs; columns that say nothing
 * are left out and read as NULL. A grid is [h, w, bin]: a byte a cell, row-major, colours 0..9. Any
 * other value is an integer, a Bool, nil (None), a float (nan, inf), or an array that begins with
 * "t" (tuple), "s" (set, ascending), "g" (grid with colours outside 0..9: h, w, then the cells as
 * integers) or "f" (function); value_pack.h writes them. Unknown keys are skipped, unknown versions
 * refused.
 *
 * The views below serve both ways: a writer fills them in (and keeps the memory), a reader gives
 * them pointing into its own memory, valid until the next call on that reader. Columns read
 * have no alignment: use stream_u32 and stream_u64. Strings are NUL-terminated both ways.
 */
#ifndef BATT_STREAM_H
#define BATT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define STREAM_FORMAT_VERSION 1
#define STREAM_SEMANTICS_VERSION 1

/* Writers cut frames here; a frame holds more only if one task or one value does. A frame is read
 * several times over on its way through a tool: of this size caches still have it, by 16 MiB tools
 * took a quarter more time, and zstd saved a thousandth. */
#define STREAM_CUT_BYTES ((size_t)4 << 20)
#define STREAM_CUT_MOST ((size_t)16 << 20) /* where stream_set_cut may put it */
/* Writers leave out the output of a run whose packed value is larger. */
#define STREAM_MAX_VALUE ((size_t)1 << 20)
/* Programs in one block at most. Readers refuse more of anything in one frame. */
#define STREAM_MAX_COUNT ((uint32_t)1 << 20)
/* Sides of input and expected grids; ARC's own end at 30. Outputs of programs may be larger. */
#define STREAM_MAX_SIDE 64

enum stream_content { STREAM_GRIDS = 0, STREAM_RESULTS = 1 };
enum stream_part { STREAM_DEMO = 0, STREAM_TEST = 1 };

enum stream_outcome {
    STREAM_OK = 0,    /* the value is a grid */
    STREAM_OTHER = 1, /* a value that is no grid */
    STREAM_ERROR = 2, /* with line and name */
    STREAM_FUEL = 3,
    STREAM_LIMIT = 4,
    STREAM_SYNTAX = 5,
    STREAM_SKIPPED = 6,
    STREAM_N_OUTCOMES = 7
};

struct stream_grid {
    uint32_t h, w;
    const uint8_t *cells; /* h * w bytes, row-major, 0..9 */
};

struct stream_pair {
    struct stream_grid in, out;
    bool known; /* out is known; always for a demonstration */
};

struct stream_option {
    const char *key, *value;
};

/* One tool's part in how a stream came to be: only what decides content. */
struct stream_step {
    const char *tool, *version;
    uint32_t n_options;
    const struct stream_option *options;
};

struct stream_head {
    uint32_t version, semantics; /* writers: 0 means this build's */
    enum stream_content content;
    bool joined; /* results: all entries of a task stand together (batt-split made it) */
    uint32_t n_sets;
    const char *const *sets;
    uint32_t n_steps;
    const struct stream_step *steps;
};

struct stream_task {
    const char *key; /* set/id, as arc1/training/007bbfb7 */
    uint32_t n_demos;
    const struct stream_pair *demos;
    uint32_t n_demo_items, n_test_items; /* items of this task in all frames together */
    bool more; /* cut: the next grids frame begins with the same task and its further items */
    uint32_t place; /* 1 + its number before batt-pack moved it; 0: it stands where it stood */
};

struct stream_item {
    uint32_t task; /* index into the frame's tasks */
    enum stream_part part;
    uint32_t index;          /* among the task's demonstrations or tests */
    struct stream_pair pair; /* a demonstration's pair is the one in the task table */
};

struct stream_grids {
    uint32_t n_tasks, n_items;
    const struct stream_task *tasks;
    const struct stream_item *items; /* task by task, demonstrations first, ascending */
};

struct stream_program_error {
    uint32_t program, line; /* index in the block; 1-based line, 0 unknown */
    const char *reason;
};

struct stream_programs {
    uint32_t block; /* number within the segment; results refer to it */
    uint32_t n;
    const char *const *ids;
    uint32_t n_sources;
    const char *const *sources; /* names of files; a program is (source, id) */
    const void *source;         /* u32 column: index into sources */
    const void *digest;         /* u64 column: digest of the program's text; NULL none */
    const void *lines;          /* u32 column: lines that count in ranking */
    uint32_t n_errors;
    const struct stream_program_error *errors; /* syntax; ascending by program */
};

struct stream_bytes {
    const uint8_t *data;
    size_t size;
};

struct stream_result_item {
    enum stream_part part;
    uint32_t index;
    bool known;             /* the expected output was known, so `equal` says something */
    const uint8_t *outcome; /* n bytes, enum stream_outcome */
    const uint8_t *equal;   /* bits, bit i % 8 of byte i / 8 is program i; NULL all 0 */
    const void *line;       /* u32 column: source line of error, fuel or limit; NULL all 0 */
    const uint8_t *error;   /* n bytes: 1 + index into the frame's error names, 0 none; or NULL */
    const void *fuel;       /* u64 column: units spent; NULL not kept */
    uint32_t n_outputs;
    const struct stream_bytes *outputs; /* distinct values, packed msgpack, each used */
    const void *output;                 /* u32 column: 1 + index into outputs, 0 none; or NULL */
};

/* Results of a task for n programs of a block. The same task may have many entries. A task on which
 * no program ran has one of no programs and no items, so that it is counted. */
struct stream_entry {
    const char *task;
    uint32_t n_demo, n_test; /* items the task has in all, in this entry or others */
    uint32_t n_known;        /* tests among them whose expected output is known */
    uint32_t first, n;       /* programs first .. first + n - 1 of the block, */
    const void *programs;    /* or, if not NULL, this u32 column of n indices, ascending */
    const void *sig;         /* u64 column: digest over the demonstration outputs; NULL none */
    uint32_t n_items;
    const struct stream_result_item *items;
};

/* Head of a results frame; entries follow one by one through stream_next_entry. */
struct stream_results {
    uint32_t block;
    uint32_t n_errors;
    const char *const *errors; /* names of exceptions, at most 255 */
    uint32_t n_entries;
};

struct stream_end {
    uint64_t frames; /* frames before this one, the head included */
    uint64_t tasks, items, programs;
    uint64_t results; /* program x item */
    uint64_t failed;  /* inputs that were bad and skipped, upstream ones included */
    uint64_t digest;  /* XXH64, seed 0, over all uncompressed frames before */
    uint32_t n_missing;
    const char *const *missing; /* what was lost before this stream was saved (batt-check) */
};

/* Numbers of a column, whatever its alignment. */
static inline uint32_t stream_u32(const void *column, size_t i)
{
    uint32_t x;
    memcpy(&x, (const char *)column + 4 * i, sizeof x);
    return x;
}

static inline uint64_t stream_u64(const void *column, size_t i)
{
    uint64_t x;
    memcpy(&x, (const char *)column + 8 * i, sizeof x);
    return x;
}

static inline bool stream_bit(const uint8_t *bits, size_t i)
{
    return bits && (bits[i >> 3] >> (i & 7) & 1);
}

/* Index in its block of the i-th program of an entry. */
static inline uint32_t stream_program(const struct stream_entry *entry, size_t i)
{
    return entry->programs ? stream_u32(entry->programs, i) : entry->first + (uint32_t)i;
}

/* "ok", "other", "error", ...; "unknown" for what is none. Static text. */
const char *stream_outcome_name(unsigned outcome);

/* Digest of what a table of programs says of them, the number of the block left out. */
uint64_t stream_table_digest(const struct stream_programs *programs);

/* Values from outputs[*k] on that stand one behind the other in memory, as they do where they were read:
 * their bytes as one. *k goes behind the last of them, at most to n. */
struct stream_bytes stream_run(const struct stream_bytes *outputs, uint32_t n, uint32_t *k);

/* If a packed output is a grid [h, w, bin]: sets *grid (pointing into it) and returns true. */
bool stream_output_grid(struct stream_bytes output, struct stream_grid *grid);

/* ---- reading ---- */

enum stream_kind {
    STREAM_EOF = 0, /* the input ended; not a frame */
    STREAM_HEAD,
    STREAM_GRIDS_FRAME,
    STREAM_PROGRAMS_FRAME,
    STREAM_RESULTS_FRAME,
    STREAM_END_FRAME,
    STREAM_OTHER_FRAME, /* of a type this version does not know: skip it */
    /* Trouble. Not final: report, exit 3 at the end, and go on reading. */
    STREAM_TRUNCATED = -1, /* no end frame: cut inside a frame, a head too early, or end of input */
    STREAM_DAMAGED = -2,   /* a frame is lost or not what its segment promised */
    /* Final: reading on returns the same. */
    STREAM_EMPTY = -3,   /* no byte of input */
    STREAM_FOREIGN = -4, /* not a stream */
    STREAM_VERSION = -5, /* a version this build does not know */
    STREAM_READ = -6,    /* read failed; errno in the reason */
    STREAM_MEMORY = -7
};

struct stream_frame {
    uint64_t seq;
    const struct stream_head *head; /* of the segment; NULL if it was lost */
    bool begins; /* the first of its segment that came: its head, or another if that was lost */
    union {
        struct stream_grids grids;
        struct stream_programs programs;
        struct stream_results results;
        struct stream_end end;
    };
};

struct stream_reader;

/* Makes a reader over a descriptor, which stays the caller's. NULL: out of memory. */
struct stream_reader *stream_reader_open(int fd);

/* Reads the next frame into *frame. Returns a positive enum stream_kind with the matching view set,
 * STREAM_EOF, or negative: trouble, explained by stream_reason. Every frame delivered is whole and
 * has been checked against the shapes above: counts, column lengths, indices, colours. Once per
 * loss: trouble that follows from trouble already reported is not reported again. frame->head stays
 * valid until the next head. A frame that is only partly understood (unknown keys) is no trouble.
 * Frames of a segment whose head was lost are delivered with head NULL. Tables of programs belong
 * to their segment: forget them at a frame that begins one, and drop results whose table is lost. */
int stream_next(struct stream_reader *reader, struct stream_frame *frame);

/* After STREAM_RESULTS_FRAME: delivers its entries one by one. Returns 1, 0 after the last, or
 * STREAM_DAMAGED or STREAM_MEMORY. Entries not asked for are skipped by stream_next. */
int stream_next_entry(struct stream_reader *reader, struct stream_entry *entry);

/* True if reading cannot go on after this return value of stream_next. */
bool stream_is_final(int kind);

/* What the last trouble was, without tool or object, for people: "frame 7 at byte 81920: ...".
 * Valid until the next call on the reader. */
const char *stream_reason(const struct stream_reader *reader);

/* Packed bytes of the frame delivered last (the whole map), for copying it or measuring. */
struct stream_bytes stream_raw(const struct stream_reader *reader);

/* Frees the reader; NULL is allowed. */
void stream_reader_close(struct stream_reader *reader);

/* ---- writing ---- */

enum stream_write_status {
    STREAM_WRITTEN = 0,
    STREAM_WRITE_FAILED = 1, /* errno says why */
    STREAM_NO_MEMORY = 2,
    STREAM_TOO_LARGE = 3, /* one item, task or value does not fit FRAME_MAX_BYTES; not written */
    STREAM_MISUSE = 4     /* order of calls, counts or indices wrong; not written */
};

struct stream_writer;

/* Makes a writer into file, which stays the caller's. Level and workers as in frame.h. NULL: out of
 * memory or a bad level. */
struct stream_writer *stream_writer_open(FILE *file, int level, int workers);

/* Each begins or continues a segment: a head, then frames, then the end. All return an enum
 * stream_write_status. A head after an end begins the next segment. */
int stream_write_head(struct stream_writer *writer, const struct stream_head *head);

/* Writes a head for frames whose own was lost: it says so, and which tool made it. */
int stream_write_lost_head(struct stream_writer *writer, enum stream_content content,
                           const char *tool);

/* Writes one frame, or several if it would pass STREAM_CUT_BYTES: between tasks, and within a task
 * only if it alone is larger (it is then marked `more`). `more` and n_*_items are the caller's. */
int stream_write_grids(struct stream_writer *writer, const struct stream_grids *grids);

/* Writes a block's table. Entries that wait are written before. */
int stream_write_programs(struct stream_writer *writer, const struct stream_programs *programs);

/* Names of exceptions for the entries that follow, at most 255; pointers are kept. */
int stream_error_names(struct stream_writer *writer, uint32_t n, const char *const *names);

/* Adds an entry for a block. Entries wait until a frame is full (STREAM_CUT_BYTES), the block
 * changes or stream_flush is called. An entry too large is cut by programs, then by items, the same
 * way on every machine. One of no programs is written only if it has no items. */
int stream_write_entry(struct stream_writer *writer, uint32_t block,
                       const struct stream_entry *entry);

/* Writes what waits and flushes the file. Where frames are cut shows in the digest: call it at
 * places that depend on content only (after each block). */
int stream_flush(struct stream_writer *writer);

/* Ends the segment; failed is the number of bad inputs, upstream ones included. Flushes. */
int stream_write_end(struct stream_writer *writer, uint64_t failed);

/* As stream_write_end, for a segment of which parts were lost: says so, a text a loss. */
int stream_write_end_missing(struct stream_writer *writer, uint64_t failed, uint32_t n_missing,
                             const char *const *missing);

/* Writes a frame that a reader delivered (stream_raw) as it is, but for its place in the segment;
 * keys that this version does not know stay. Kind is what stream_next returned, never an end;
 * content that of its segment, adds what it adds to the counts of the end (tasks, items, programs,
 * results). A head begins a segment. */
int stream_copy(struct stream_writer *writer, int kind, enum stream_content content,
                struct stream_bytes raw, const struct stream_end *adds);

/* Cuts frames at so many bytes, STREAM_CUT_MOST at most, instead of STREAM_CUT_BYTES. */
void stream_set_cut(struct stream_writer *writer, size_t bytes);

/* What has been counted in this segment up to now; digest is not set. */
struct stream_end stream_counts(const struct stream_writer *writer);

/* Frees the writer without writing anything; NULL is allowed. */
void stream_writer_close(struct stream_writer *writer);

/* Text for a stream_write_status, with strerror(errno) for STREAM_WRITE_FAILED. */
const char *stream_write_reason(int status);

#endif
