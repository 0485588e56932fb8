/*
 * fuzz_split.c: batt-split and batt-score against arbitrary bytes. What can be saved of them is
 * joined: that must be whole, hold each result once that came, the first where two differ, and
 * score in every form, a row for every program of a task. Input as fuzz_stream.h takes it.
 */
#include "../../lib/digest.h"
#include "../../lib/numbers.h"
#include "../../lib/score_show.h"
#include "../../lib/split.h"
#include "../../lib/submission.h"
#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- what a stream tells ---- */

enum { BLOCKS_MAX = 256 };

struct told {
    struct numbers results, rows; /* results by place, rows by task and program */
    uint64_t sum;                 /* of what each result says */
};

/* Tables of the segment: by program a digest of source and id. */
static struct {
    uint32_t number, n;
    uint64_t *programs;
} blocks[BLOCKS_MAX];
static uint32_t n_blocks;

static void forget_blocks(void)
{
    while (n_blocks)
        free(blocks[--n_blocks].programs);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    const uint64_t both[] = {a, b};
    return digest_of(both, sizeof both);
}

static uint64_t digest_text(const char *text)
{
    return digest_of(text, strlen(text));
}

static void keep_block(const struct stream_programs *p)
{
    if (n_blocks == BLOCKS_MAX)
        return;
    uint64_t *programs = malloc(((size_t)p->n + 1) * sizeof *programs);
    for (uint32_t k = 0; k < p->n; k++)
        programs[k] =
            mix(digest_text(p->ids[k]), digest_text(p->sources[stream_u32(p->source, k)]));
    blocks[n_blocks].number = p->block;
    blocks[n_blocks].n = p->n;
    blocks[n_blocks++].programs = programs;
}

static void tell_result(struct told *t, const struct stream_results *r, uint64_t row,
                        const struct stream_result_item *i, uint32_t k)
{
    uint64_t place = mix(row, (uint64_t)i->part << 32 | i->index), next = t->results.by_hash.n;
    if (numbers_of(&t->results, place, (uint32_t)next) != (int64_t)next)
        return;
    uint64_t says = mix(place, i->outcome[k] | (uint64_t)stream_bit(i->equal, k) << 8 |
                                   (uint64_t)(i->line ? stream_u32(i->line, k) : 0) << 32);
    if (i->error && i->error[k])
        says = mix(says, digest_text(r->errors[i->error[k] - 1]));
    uint32_t o = i->output ? stream_u32(i->output, k) : 0;
    if (o)
        says = mix(says, digest_of(i->outputs[o - 1].data, i->outputs[o - 1].size));
    t->sum += says;
}

static void tell_entries(struct told *t, struct stream_reader *reader,
                         const struct stream_results *r)
{
    struct stream_entry e;
    uint32_t b = n_blocks;
    while (b > 0 && blocks[b - 1].number != r->block)
        b--;
    while (stream_next_entry(reader, &e) > 0)
        for (uint32_t k = 0; b && k < e.n; k++) {
            uint64_t row = mix(digest_text(e.task), blocks[b - 1].programs[stream_program(&e, k)]);
            numbers_of(&t->rows, row, (uint32_t)t->rows.by_hash.n);
            for (uint32_t i = 0; i < e.n_items; i++)
                tell_result(t, r, row, &e.items[i], k);
        }
}

static struct told tell(int fd)
{
    struct told t = {0};
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    int kind;
    while ((kind = stream_next(reader, &f)) != STREAM_EOF && !stream_is_final(kind)) {
        if (kind == STREAM_HEAD)
            forget_blocks();
        if (kind == STREAM_PROGRAMS_FRAME)
            keep_block(&f.programs);
        if (kind == STREAM_RESULTS_FRAME)
            tell_entries(&t, reader, &f.results);
    }
    forget_blocks();
    stream_reader_close(reader);
    lseek(fd, 0, SEEK_SET);
    return t;
}

/* ---- joining ---- */

/* Takes all results of fd; false if there were more names than there may be. */
static bool take_all(struct split *s, int fd)
{
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    int kind, status = SPLIT_OK;
    while (!status && (kind = stream_next(reader, &f)) != STREAM_EOF) {
        if (kind < 0)
            abort(); /* it was saved */
        if (f.head->content == STREAM_RESULTS)
            status = split_take(s, reader, kind, &f);
    }
    stream_reader_close(reader);
    if (status && status != SPLIT_NO_MEMORY)
        abort();
    return !status;
}

/* The joined stream, -1 for none. */
static int join(int fd)
{
    struct split *s = split_open(NULL, 0);
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    bool taken = take_all(s, fd);
    if (taken && split_write_all(s, w, 0))
        abort();
    stream_writer_close(w);
    split_close(s);
    fclose(file);
    fd = taken ? fuzz_fd_of(text, size) : -1;
    free(text);
    return fd;
}

/* ---- scoring ---- */

struct shown {
    struct score_show *show;
    struct score *score;
    struct submission submission;
};

static int show_task(void *context, const struct score_task *t)
{
    struct shown *s = context;
    if (score_show_task(s->show, s->score, t) || submission_task(&s->submission, t) == SUBMISSION_NO_MEMORY)
        abort();
    return 0;
}

static void score_all(int fd, enum score_rank rank, enum score_form form, const struct told *t)
{
    FILE *nowhere = fopen("/dev/null", "w");
    struct shown shown = {.show = score_show_open(nowhere, form, rank)};
    struct score *score = shown.score =
        score_open(rank, true, form != SCORE_JSON, show_task, &shown);
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    int kind;
    submission_begin(&shown.submission, nowhere);
    while ((kind = stream_next(reader, &f)) != STREAM_EOF)
        if (kind < 0 || score_take(score, reader, kind, &f))
            abort();
    if (score_end(score) || score_show_totals(shown.show, score_totals(score)))
        abort();
    if (score_totals(score)->rows < t->rows.by_hash.n)
        abort();
    submission_end(&shown.submission);
    stream_reader_close(reader);
    score_close(score);
    score_show_close(shown.show);
    fclose(nowhere);
    lseek(fd, 0, SEEK_SET);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = fuzz_stream_of(data, size);
    if (fd >= 0)
        fd = fuzz_saved(fd);
    if (fd < 0)
        return 0;
    struct told before = tell(fd);
    int joined = join(fd);
    close(fd);
    if (joined >= 0) {
        struct told after = tell(joined);
        if (after.results.by_hash.n != before.results.by_hash.n || after.sum != before.sum)
            abort();
        if (fuzz_check_all(joined, NULL))
            abort();
        lseek(joined, 0, SEEK_SET);
        for (int way = 0; way < 4; way++)
            score_all(joined, way & 1 ? SCORE_BY_VOTE : SCORE_BY_MATCH, (enum score_form)way,
                      &after);
        numbers_free(&after.results);
        numbers_free(&after.rows);
        close(joined);
    }
    numbers_free(&before.results);
    numbers_free(&before.rows);
    return 0;
}
