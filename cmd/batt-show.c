/*
 * batt-show: any stream as JSON lines for jq.
 *
 * One line for each head, task, item, program, result (program x item) and end. Programs are told
 * by block, results by the program's id and source, so the tables of a segment are kept until its
 * end.
 */
#include "options.h"
#include "output.h"
#include "stream.h"
#include "util.h"
#include "value_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct options_use uses[] = {
    {OPTION_JSON, "JSON lines: head, task, item, program, result, end (the default)"},
    {OPTION_OUTPUT, NULL},
};

static const struct options_tool tool = {
    "batt-show", "[FILE...]",
    "Shows streams as JSON lines; standard input when no FILE or -.", uses,
    sizeof uses / sizeof *uses};

/* A block's table of programs, copied. */
struct block {
    uint32_t number, n;
    char **names; /* n pieces of JSON: "program":...,"source":... */
};

static struct block *blocks;
static size_t n_blocks;
static struct value_pack text;
static FILE *file;
static int status; /* exit status to be */

static void put(const char *s)
{
    value_pack_raw(&text, s, strlen(s));
}

static void put_uint(const char *key, uint64_t x)
{
    char s[80];
    snprintf(s, sizeof s, ",\"%s\":%" PRIu64, key, x);
    put(s);
}

static void put_hex(const char *key, uint64_t x)
{
    char s[80];
    snprintf(s, sizeof s, ",\"%s\":\"%016" PRIx64 "\"", key, x);
    put(s);
}

static void put_string(const char *key, const char *value)
{
    put(",\"");
    put(key);
    put("\":");
    value_pack_json_string(&text, value);
}

static void put_grid(const char *key, const struct stream_grid *g)
{
    char digit[3] = ",0";
    put(",\"");
    put(key);
    put("\":[");
    for (uint32_t i = 0; i < g->h; i++) {
        put(i ? ",[" : "[");
        for (uint32_t j = 0; j < g->w; j++) {
            digit[1] = (char)('0' + g->cells[(size_t)i * g->w + j]);
            put(j ? digit : digit + 1);
        }
        put("]");
    }
    put("]");
}

static void put_pair(const struct stream_pair *pair)
{
    put_grid("input", &pair->in);
    if (pair->known)
        put_grid("output", &pair->out);
    else
        put(",\"output\":null");
}

/* Ends a line and writes it. 0, or -1 if memory or the output failed. */
static int end_line(void)
{
    put("}\n");
    if (text.failed) {
        errno = ENOMEM;
        return -1;
    }
    size_t n = fwrite(text.data, 1, text.size, file);
    bool whole = n == text.size;
    value_pack_reset(&text);
    return whole ? 0 : -1;
}

static void put_step(const struct stream_step *step)
{
    put("{\"tool\":");
    value_pack_json_string(&text, step->tool);
    put_string("version", step->version);
    put(",\"options\":{");
    for (uint32_t i = 0; i < step->n_options; i++) {
        put(i ? "," : "");
        value_pack_json_string(&text, step->options[i].key);
        put(":");
        value_pack_json_string(&text, step->options[i].value);
    }
    put("}}");
}

static int show_head(const struct stream_head *head)
{
    put("{\"type\":\"head\"");
    put_uint("version", head->version);
    put_uint("semantics", head->semantics);
    put_string("content", head->content == STREAM_RESULTS ? "results" : "grids");
    put(head->joined ? ",\"joined\":true,\"sets\":[" : ",\"joined\":false,\"sets\":[");
    for (uint32_t i = 0; i < head->n_sets; i++) {
        put(i ? "," : "");
        value_pack_json_string(&text, head->sets[i]);
    }
    put("],\"provenance\":[");
    for (uint32_t i = 0; i < head->n_steps; i++) {
        put(i ? "," : "");
        put_step(&head->steps[i]);
    }
    put("]");
    return end_line();
}

static int show_grids(const struct stream_grids *g)
{
    int rc = 0;
    for (uint32_t t = 0, i = 0; rc == 0 && t < g->n_tasks; t++) {
        const struct stream_task *task = &g->tasks[t];
        put("{\"type\":\"task\"");
        put_string("task", task->key);
        put_uint("demos", task->n_demos);
        put_uint("demo_items", task->n_demo_items);
        put_uint("test_items", task->n_test_items);
        put(task->more ? ",\"more\":true" : "");
        rc = end_line();
        for (; rc == 0 && i < g->n_items && g->items[i].task == t; i++) {
            put("{\"type\":\"item\"");
            put_string("task", task->key);
            put_string("part", g->items[i].part == STREAM_DEMO ? "demo" : "test");
            put_uint("index", g->items[i].index);
            put_pair(&g->items[i].pair);
            rc = end_line();
        }
    }
    return rc;
}

static void forget_blocks(void)
{
    for (size_t i = 0; i < n_blocks; i++) {
        for (uint32_t k = 0; k < blocks[i].n; k++)
            free(blocks[i].names[k]);
        free(blocks[i].names);
    }
    free(blocks);
    blocks = NULL;
    n_blocks = 0;
}

static struct block *add_block(uint32_t number, uint32_t n)
{
    struct block *more = realloc(blocks, (n_blocks + 1) * sizeof *blocks);
    if (!more)
        return NULL;
    blocks = more;
    blocks[n_blocks] = (struct block){number, 0, calloc((size_t)n + 1, sizeof(char *))};
    return blocks[n_blocks].names ? &blocks[n_blocks++] : NULL;
}

/* The program's name as it stands in lines, from the text since `from`; NULL without memory. */
static int keep_name(struct block *block, size_t from)
{
    char *name = text.failed ? NULL : strndup((char *)text.data + from, text.size - from);
    if (!name)
        return -1;
    block->names[block->n++] = name;
    return 0;
}

static int show_programs(const struct stream_programs *s)
{
    uint32_t e = 0;
    struct block *block = add_block(s->block, s->n);
    int rc = block ? 0 : -1;
    for (uint32_t i = 0; rc == 0 && i < s->n; i++) {
        put("{\"type\":\"program\"");
        size_t from = text.size;
        put_string("program", s->ids[i]);
        put_string("source", s->sources[stream_u32(s->source, i)]);
        rc = keep_name(block, from);
        put_uint("block", s->block);
        put_uint("index", i);
        put_uint("lines", stream_u32(s->lines, i));
        if (s->digest)
            put_hex("digest", stream_u64(s->digest, i));
        if (e < s->n_errors && s->errors[e].program == i) {
            put_uint("line", s->errors[e].line);
            put_string("error", s->errors[e++].reason);
        }
        rc = end_line() ? -1 : rc;
    }
    return rc;
}

static const struct block *find_block(uint32_t number)
{
    for (size_t i = n_blocks; i-- > 0;)
        if (blocks[i].number == number)
            return &blocks[i];
    return NULL;
}

/* A program whose table was lost is told by its place. */
static void put_program(const struct block *block, uint32_t number, uint32_t index)
{
    if (block && index < block->n) {
        put(block->names[index]);
        return;
    }
    put(",\"program\":null");
    put_uint("block", number);
    put_uint("program_index", index);
}

static void put_output(const struct stream_result_item *item, size_t i)
{
    uint32_t k = item->output ? stream_u32(item->output, i) : 0;
    if (!k)
        return;
    size_t before = text.size;
    put(",\"output\":");
    if (!value_pack_json(&text, item->outputs[k - 1].data, item->outputs[k - 1].size))
        text.size = before;
}

static int show_result(const struct stream_results *r, const struct block *block,
                       const struct stream_entry *e, const struct stream_result_item *item,
                       size_t i)
{
    put("{\"type\":\"result\"");
    put_string("task", e->task);
    put_string("part", item->part == STREAM_DEMO ? "demo" : "test");
    put_uint("index", item->index);
    put_program(block, r->block, stream_program(e, i));
    put_string("outcome", stream_outcome_name(item->outcome[i]));
    if (item->error && item->error[i])
        put_string("error", r->errors[item->error[i] - 1]);
    if (item->line && stream_u32(item->line, i))
        put_uint("line", stream_u32(item->line, i));
    if (item->fuel)
        put_uint("fuel", stream_u64(item->fuel, i));
    if (item->known)
        put(stream_bit(item->equal, i) ? ",\"equal\":true" : ",\"equal\":false");
    else
        put(",\"equal\":null");
    if (e->sig)
        put_hex("sig", stream_u64(e->sig, i));
    put_output(item, i);
    return end_line();
}

static int show_results(struct stream_reader *reader, const struct stream_results *r)
{
    const struct block *block = find_block(r->block);
    struct stream_entry e;
    int rc = 0, more = 1;
    while (rc == 0 && (more = stream_next_entry(reader, &e)) == 1)
        for (uint32_t k = 0; k < e.n_items; k++)
            for (uint32_t i = 0; rc == 0 && i < e.n; i++)
                rc = show_result(r, block, &e, &e.items[k], i);
    return rc ? rc : more < 0 ? more : 0;
}

static int show_end(const struct stream_end *end)
{
    put("{\"type\":\"end\"");
    put_uint("frames", end->frames);
    put_uint("tasks", end->tasks);
    put_uint("items", end->items);
    put_uint("programs", end->programs);
    put_uint("results", end->results);
    put_uint("failed", end->failed);
    put_hex("digest", end->digest);
    return end_line();
}

/* 0, -1 if the output failed, or the reader's trouble. */
static int show_frame(struct stream_reader *reader, int kind, const struct stream_frame *frame)
{
    switch (kind) {
    case STREAM_HEAD:
        forget_blocks();
        return show_head(frame->head);
    case STREAM_GRIDS_FRAME:
        return show_grids(&frame->grids);
    case STREAM_PROGRAMS_FRAME:
        return show_programs(&frame->programs);
    case STREAM_RESULTS_FRAME:
        return show_results(reader, &frame->results);
    case STREAM_END_FRAME:
        return show_end(&frame->end);
    default:
        return 0;
    }
}

static void worse(int than)
{
    status = than > status ? than : status;
}

/* 0, or -1 if the output failed. */
static int show_stream(struct stream_reader *reader, const char *name)
{
    struct stream_frame frame;
    int kind;
    while ((kind = stream_next(reader, &frame)) != STREAM_EOF) {
        if (kind > 0)
            kind = show_frame(reader, kind, &frame);
        if (kind == -1 && (ferror(file) || text.failed))
            return -1;
        if (kind < 0) {
            util_error("%s: %s", name, stream_reason(reader));
            worse(UTIL_INCOMPLETE);
        }
        if (stream_is_final(kind))
            break;
    }
    return 0;
}

static int show_path(const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : path;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        util_error("%s: %s", name, strerror(errno));
        worse(UTIL_PARTIAL);
        return 0;
    }
    struct stream_reader *reader = stream_reader_open(fd);
    int rc = reader ? show_stream(reader, name) : (errno = ENOMEM, -1);
    int error = errno;
    stream_reader_close(reader);
    if (!is_stdin)
        close(fd);
    errno = error;
    return rc;
}

static int run(const char *path, int n, char **operands)
{
    struct output out;
    int rc = output_open(&out, path, OUTPUT_TEXT);
    file = out.file;
    if (rc == OUTPUT_OK && n == 0)
        rc = show_path("-");
    for (int i = 0; rc == OUTPUT_OK && i < n; i++)
        rc = show_path(operands[i]);
    if (rc == -1) {
        int error = errno;
        output_abort(&out);
        util_die_of_pipe(error);
        util_error("%s: %s", out.name, strerror(error));
        return UTIL_INCOMPLETE;
    }
    if (rc != OUTPUT_OK || output_commit(&out) != OUTPUT_OK) {
        util_error("%s: %s", out.name, output_reason(&out));
        return UTIL_INCOMPLETE;
    }
    return status;
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    const char *path = NULL;
    int id;
    util_start(tool.name);
    while ((id = options_next(&o, &tool, argc, argv)) != OPTION_DONE) {
        if (id == OPTION_EXIT)
            return o.status;
        if (id == OPTION_OUTPUT)
            path = o.argument;
    }
    int rc = run(path, argc - o.index, argv + o.index);
    forget_blocks();
    value_pack_free(&text);
    return rc;
}
