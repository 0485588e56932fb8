/*
 * stream_read.c: the reader: order of frames, sequence, digest and counts, and what is said when
 * they do not hold.
 *
 * One loss, one report: after trouble the segment is `excused`, so that the gap in the sequence,
 * the wrong digest and the missing end that follow from it are not told again.
 */
#include "stream_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

struct stream_reader {
    struct frame_reader *frames;
    struct stream_arena arena, head_arena, entry_arena;
    struct stream_head head;
    bool have_head, open, excused;
    bool any;     /* a frame of a stream has been seen */
    bool quiet;   /* trouble was the last thing told */
    bool pending; /* the frame in data is told next: trouble before it came first */
    bool judged;  /* its sequence number, digest and counts have been looked at */
    bool begins;  /* a segment has begun of which no frame has been delivered */
    int final;    /* the trouble that ended reading, 0 none */
    const uint8_t *data;
    size_t size;
    uint64_t seq, offset; /* of the frame in data */
    struct digest digest;
    struct stream_end counts; /* as frames came */
    struct unpack entries;
    uint32_t entries_left, n_errors;
    char reason[256];
};

struct stream_reader *stream_reader_open(int fd)
{
    struct stream_reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->frames = frame_reader_open(fd);
    if (!r->frames) {
        free(r);
        return NULL;
    }
    return r;
}

void stream_reader_close(struct stream_reader *r)
{
    if (!r)
        return;
    stream_arena_free(&r->arena);
    stream_arena_free(&r->head_arena);
    stream_arena_free(&r->entry_arena);
    frame_reader_close(r->frames);
    free(r);
}

bool stream_is_final(int kind)
{
    return kind <= STREAM_EMPTY;
}

const char *stream_reason(const struct stream_reader *r)
{
    return r->reason;
}

struct stream_bytes stream_raw(const struct stream_reader *r)
{
    return (struct stream_bytes){r->data, r->size};
}

static int end_reading(struct stream_reader *r, int kind, const char *reason)
{
    snprintf(r->reason, sizeof r->reason, "%s", reason);
    return r->final = kind;
}

/* Trouble at the frame that begins at offset. */
static int trouble(struct stream_reader *r, int kind, const char *reason)
{
    snprintf(r->reason, sizeof r->reason, "at byte %" PRIu64 ": %s", r->offset, reason);
    r->excused = true;
    r->quiet = true;
    return kind;
}

static int input_ended(struct stream_reader *r)
{
    bool missing = r->open && !r->excused;
    r->open = false;
    if (missing) {
        r->excused = true;
        snprintf(r->reason, sizeof r->reason, "truncated: no end frame after %" PRIu64 " frames",
                 r->counts.frames);
        return STREAM_TRUNCATED;
    }
    if (!r->any && !r->excused)
        return end_reading(r, STREAM_EMPTY, "empty input, not even a head");
    return STREAM_EOF;
}

static int kind_named(const uint8_t *name, size_t size)
{
    static const char *const names[] = {[STREAM_HEAD] = "head",
                                        [STREAM_GRIDS_FRAME] = "grids",
                                        [STREAM_PROGRAMS_FRAME] = "programs",
                                        [STREAM_RESULTS_FRAME] = "results",
                                        [STREAM_END_FRAME] = "end"};
    for (int kind = STREAM_HEAD; kind <= STREAM_END_FRAME; kind++)
        if (stream_key_is(name, size, names[kind]))
            return kind;
    return STREAM_OTHER_FRAME;
}

/* Type and sequence number of the frame in data; 0 if it is no frame of a stream. */
static int identify(struct stream_reader *r)
{
    struct unpack u = {r->data, r->data + r->size, false};
    size_t size, key_size;
    uint32_t n = unpack_map(&u);
    const uint8_t *key = unpack_str(&u, &key_size);
    if (n < 2 || u.bad || !stream_key_is(key, key_size, "type"))
        return 0;
    const uint8_t *name = unpack_str(&u, &size);
    key = unpack_str(&u, &key_size);
    if (u.bad || !stream_key_is(key, key_size, "seq"))
        return 0;
    r->seq = unpack_uint(&u, UINT64_MAX);
    return u.bad ? 0 : kind_named(name, size);
}

/* ---- frames ---- */

static int next_frame(struct stream_reader *r)
{
    int rc = frame_next(r->frames, &r->data, &r->size);
    r->offset = frame_offset(r->frames);
    r->judged = false;
    return rc;
}

static bool is_bad(int rc)
{
    return rc == FRAME_TRUNCATED || rc == FRAME_DAMAGED;
}

/* Tells of a bad frame, and goes on to the one behind it, which is told next. Where that is a head,
 * the bad frame is the place at which a stream was cut off, not damage within it. */
static int tell_bad(struct stream_reader *r, int rc)
{
    uint64_t at = r->offset;
    int kind = rc == FRAME_TRUNCATED ? STREAM_TRUNCATED : STREAM_DAMAGED;
    trouble(r, kind, rc == FRAME_TRUNCATED ? "truncated inside a frame" : frame_reason(r->frames));
    while (is_bad(rc))
        rc = next_frame(r);
    r->pending = rc == FRAME_OK;
    if (kind == STREAM_DAMAGED && r->pending && identify(r) == STREAM_HEAD && r->seq == 0) {
        snprintf(r->reason, sizeof r->reason,
                 "at byte %" PRIu64
                 ": truncated inside a frame; another stream begins at byte %" PRIu64,
                 at, r->offset);
        kind = STREAM_TRUNCATED;
    }
    return kind;
}

/* Fetches a frame into data. Returns 1 if there is one, else a kind to be told. */
static int fetch(struct stream_reader *r)
{
    int rc = next_frame(r);
    if (is_bad(rc) && !r->quiet)
        return tell_bad(r, rc);
    while (is_bad(rc))
        rc = next_frame(r);
    switch (rc) {
    case FRAME_OK:
        return 1;
    case FRAME_END:
        return input_ended(r);
    case FRAME_FOREIGN:
        return end_reading(r, STREAM_FOREIGN, "not a stream");
    case FRAME_READ:
        return end_reading(r, STREAM_READ, strerror(errno));
    default:
        return end_reading(r, STREAM_MEMORY, "out of memory");
    }
}

static int refuse(struct stream_reader *r)
{
    if (!r->any && !r->excused)
        return end_reading(r, STREAM_FOREIGN, "not a stream");
    return trouble(r, STREAM_DAMAGED, "a frame that is not of a stream");
}

static bool check_end(struct stream_reader *r, const struct stream_end *end)
{
    const struct stream_end *c = &r->counts;
    return end->frames == c->frames && end->tasks == c->tasks && end->items == c->items &&
           end->programs == c->programs && end->results == c->results &&
           end->digest == digest_value(&r->digest);
}

/* Judges the frame's place in its segment. 0: all well; else the trouble to be told before it. */
static int judge(struct stream_reader *r, int kind)
{
    if (r->judged)
        return 0;
    r->judged = true;
    if (kind == STREAM_HEAD) {
        bool early = r->open && !r->excused;
        if (r->seq != 0)
            return trouble(r, STREAM_DAMAGED, "a head that is not frame 0");
        return early ? trouble(r, STREAM_TRUNCATED, "truncated: another stream begins here") : 0;
    }
    bool lost = !r->open || r->seq != r->counts.frames, told = r->excused;
    /* Numbers only rise: lower ones are those of another segment, whose beginning was lost. */
    bool headless = !r->open || r->seq < r->counts.frames;
    r->open = true;
    if (headless)
        r->have_head = false;
    r->begins |= headless;
    uint64_t expected = r->counts.frames;
    r->counts.frames = r->seq;
    if (!lost || told)
        return 0;
    trouble(r, STREAM_DAMAGED, headless ? "a frame without a head" : "");
    if (!headless)
        snprintf(r->reason, sizeof r->reason,
                 "at byte %" PRIu64 ": frame %" PRIu64 " where %" PRIu64 " should be", r->offset,
                 r->seq, expected);
    return STREAM_DAMAGED;
}

static int start_segment(struct stream_reader *r)
{
    stream_arena_reset(&r->head_arena);
    struct stream_parse p = {{r->data, r->data + r->size, false}, &r->head_arena, false, NULL};
    stream_parse_head(&p, &r->head);
    stream_parse_done(&p);
    if (p.memory)
        return end_reading(r, STREAM_MEMORY, "out of memory");
    if (p.in.bad)
        return r->any ? trouble(r, STREAM_DAMAGED, p.reason ? p.reason : "a malformed head")
                      : refuse(r);
    if (r->head.version != STREAM_FORMAT_VERSION || r->head.semantics > STREAM_SEMANTICS_VERSION) {
        snprintf(r->reason, sizeof r->reason,
                 "format version %u with semantics %u is unknown (this is %u with %u)",
                 r->head.version, r->head.semantics, STREAM_FORMAT_VERSION,
                 STREAM_SEMANTICS_VERSION);
        return r->final = STREAM_VERSION;
    }
    r->open = r->have_head = r->any = r->begins = true;
    r->excused = false;
    r->counts = (struct stream_end){.frames = 1};
    digest_start(&r->digest);
    digest_feed(&r->digest, r->data, r->size);
    return STREAM_HEAD;
}

static void count_grids(struct stream_reader *r, const struct stream_grids *g)
{
    r->counts.items += g->n_items;
    for (uint32_t i = 0; i < g->n_tasks; i++)
        r->counts.tasks += !g->tasks[i].more;
}

static void parse_body(struct stream_reader *r, struct stream_parse *p, int kind,
                       struct stream_frame *frame)
{
    switch (kind) {
    case STREAM_GRIDS_FRAME:
        stream_parse_grids(p, &frame->grids);
        count_grids(r, &frame->grids);
        break;
    case STREAM_PROGRAMS_FRAME:
        stream_parse_programs(p, &frame->programs);
        r->counts.programs += frame->programs.n;
        break;
    case STREAM_RESULTS_FRAME:
        stream_parse_results(p, &frame->results, &r->entries);
        r->entries_left = p->in.bad ? 0 : frame->results.n_entries;
        r->n_errors = frame->results.n_errors;
        break;
    case STREAM_END_FRAME:
        stream_parse_end(p, &frame->end);
        break;
    default:
        unpack_skip(&p->in);
    }
    stream_parse_done(p);
}

static bool belongs(const struct stream_reader *r, int kind)
{
    if (!r->have_head || kind == STREAM_END_FRAME || kind == STREAM_OTHER_FRAME)
        return true;
    return (kind == STREAM_GRIDS_FRAME) == (r->head.content == STREAM_GRIDS);
}

static int body(struct stream_reader *r, int kind, struct stream_frame *frame)
{
    struct stream_parse p = {{r->data, r->data + r->size, false}, &r->arena, false, NULL};
    parse_body(r, &p, kind, frame);
    if (p.memory)
        return end_reading(r, STREAM_MEMORY, "out of memory");
    if (p.in.bad || !belongs(r, kind)) {
        r->counts.frames++;
        r->entries_left = 0;
        return trouble(r, STREAM_DAMAGED, p.reason ? p.reason : "a malformed or misplaced frame");
    }
    if (kind == STREAM_END_FRAME) {
        bool good = r->excused || check_end(r, &frame->end);
        r->open = false;
        r->excused = false;
        if (!good) {
            r->pending = true;
            r->open = r->excused = true;
            trouble(r, STREAM_DAMAGED, "counts or digest of the end frame do not match");
            return STREAM_DAMAGED;
        }
        return kind;
    }
    digest_feed(&r->digest, r->data, r->size);
    r->counts.frames++;
    return kind;
}

/* Entries that the caller left are looked at all the same: the end frame counts them. */
static int finish_entries(struct stream_reader *r)
{
    struct stream_entry entry;
    int rc = 1;
    while (rc == 1)
        rc = stream_next_entry(r, &entry);
    return rc;
}

int stream_next(struct stream_reader *r, struct stream_frame *frame)
{
    if (r->final)
        return r->final;
    int rc = finish_entries(r);
    if (rc)
        return rc;
    stream_arena_reset(&r->arena);
    if (!r->pending) {
        rc = fetch(r);
        if (rc != 1)
            return rc;
    }
    r->pending = false;
    int kind = identify(r);
    if (!kind || (!r->any && !r->excused && kind != STREAM_HEAD))
        return refuse(r);
    rc = judge(r, kind);
    if (rc) {
        r->pending = true;
        return rc;
    }
    kind = kind == STREAM_HEAD ? start_segment(r) : body(r, kind, frame);
    frame->begins = r->begins;
    if (kind > 0) {
        r->any = true;
        r->quiet = r->begins = false;
    }
    frame->seq = r->seq;
    frame->head = r->have_head ? &r->head : NULL;
    return kind;
}

int stream_next_entry(struct stream_reader *r, struct stream_entry *entry)
{
    if (!r->entries_left)
        return 0;
    stream_arena_reset(&r->entry_arena);
    struct stream_parse p = {r->entries, &r->entry_arena, false, NULL};
    stream_parse_entry(&p, r->n_errors, entry);
    r->entries = p.in;
    if (p.in.bad) {
        r->entries_left = 0;
        if (p.memory)
            return end_reading(r, STREAM_MEMORY, "out of memory");
        return trouble(r, STREAM_DAMAGED, p.reason ? p.reason : "a malformed entry");
    }
    r->entries_left--;
    r->counts.tasks++;
    r->counts.results += (uint64_t)entry->n * entry->n_items;
    return 1;
}
