/* show_json.c: see show_json.h. Each line is made in memory and written at once. */
#include "show_json.h"
#include "value_pack.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A block's table of programs, copied. */
struct block {
    uint32_t number, n;
    char **names; /* n pieces of JSON: "program":...,"source":... */
};

struct show_json {
    FILE *file;
    struct value_pack text;  /* the line being made */
    struct value_pack begin; /* what all results of an item begin with */
    struct block *blocks;
    size_t n_blocks;
};

static void put(struct show_json *s, const char *piece)
{
    value_pack_raw(&s->text, piece, strlen(piece));
}

static void put_key(struct show_json *s, const char *key)
{
    put(s, ",\"");
    put(s, key);
    put(s, "\":");
}

static void put_uint(struct show_json *s, const char *key, uint64_t x)
{
    char digits[20], *at = digits + sizeof digits;
    do
        *--at = (char)('0' + x % 10);
    while (x /= 10);
    put_key(s, key);
    value_pack_raw(&s->text, at, (size_t)(digits + sizeof digits - at));
}

static void put_hex(struct show_json *s, const char *key, uint64_t x)
{
    char piece[18] = "\"";
    for (int k = 16; k > 0; k--, x >>= 4)
        piece[k] = "0123456789abcdef"[x & 15];
    piece[17] = '"';
    put_key(s, key);
    value_pack_raw(&s->text, piece, sizeof piece);
}

static void put_string(struct show_json *s, const char *key, const char *value)
{
    put_key(s, key);
    value_pack_json_string(&s->text, value);
}

static void put_grid(struct show_json *s, const char *key, const struct stream_grid *g)
{
    char digit[3] = ",0";
    put(s, ",\"");
    put(s, key);
    put(s, "\":[");
    for (uint32_t i = 0; i < g->h; i++) {
        put(s, i ? ",[" : "[");
        for (uint32_t j = 0; j < g->w; j++) {
            digit[1] = (char)('0' + g->cells[(size_t)i * g->w + j]);
            put(s, j ? digit : digit + 1);
        }
        put(s, "]");
    }
    put(s, "]");
}

static void put_pair(struct show_json *s, const struct stream_pair *pair)
{
    put_grid(s, "input", &pair->in);
    if (pair->known)
        put_grid(s, "output", &pair->out);
    else
        put(s, ",\"output\":null");
}

/* Ends a line and writes it. 0, or SHOW_JSON_FAILED. */
static int end_line(struct show_json *s)
{
    put(s, "}\n");
    if (s->text.failed) {
        errno = ENOMEM;
        return SHOW_JSON_FAILED;
    }
    size_t n = fwrite(s->text.data, 1, s->text.size, s->file);
    bool whole = n == s->text.size;
    value_pack_reset(&s->text);
    return whole ? 0 : SHOW_JSON_FAILED;
}

static void put_strings(struct show_json *s, const char *name, uint32_t n, const char *const *texts)
{
    put(s, ",\"");
    put(s, name);
    put(s, "\":[");
    for (uint32_t i = 0; i < n; i++) {
        put(s, i ? "," : "");
        value_pack_json_string(&s->text, texts[i]);
    }
    put(s, "]");
}

static void put_step(struct show_json *s, const struct stream_step *step)
{
    put(s, "{\"tool\":");
    value_pack_json_string(&s->text, step->tool);
    put_string(s, "version", step->version);
    put(s, ",\"options\":{");
    for (uint32_t i = 0; i < step->n_options; i++) {
        put(s, i ? "," : "");
        value_pack_json_string(&s->text, step->options[i].key);
        put(s, ":");
        value_pack_json_string(&s->text, step->options[i].value);
    }
    put(s, "}}");
}

static int show_head(struct show_json *s, const struct stream_head *head)
{
    put(s, "{\"type\":\"head\"");
    put_uint(s, "version", head->version);
    put_uint(s, "semantics", head->semantics);
    put_string(s, "content", head->content == STREAM_RESULTS ? "results" : "grids");
    put(s, head->joined ? ",\"joined\":true" : ",\"joined\":false");
    put_strings(s, "sets", head->n_sets, head->sets);
    put(s, ",\"provenance\":[");
    for (uint32_t i = 0; i < head->n_steps; i++) {
        put(s, i ? "," : "");
        put_step(s, &head->steps[i]);
    }
    put(s, "]");
    return end_line(s);
}

static int show_grids(struct show_json *s, const struct stream_grids *g)
{
    int rc = 0;
    for (uint32_t t = 0, i = 0; rc == 0 && t < g->n_tasks; t++) {
        const struct stream_task *task = &g->tasks[t];
        put(s, "{\"type\":\"task\"");
        put_string(s, "task", task->key);
        put_uint(s, "demos", task->n_demos);
        put_uint(s, "demo_items", task->n_demo_items);
        put_uint(s, "test_items", task->n_test_items);
        put(s, task->more ? ",\"more\":true" : "");
        rc = end_line(s);
        for (; rc == 0 && i < g->n_items && g->items[i].task == t; i++) {
            put(s, "{\"type\":\"item\"");
            put_string(s, "task", task->key);
            put_string(s, "part", g->items[i].part == STREAM_DEMO ? "demo" : "test");
            put_uint(s, "index", g->items[i].index);
            put_pair(s, &g->items[i].pair);
            rc = end_line(s);
        }
    }
    return rc;
}

static void forget_blocks(struct show_json *s)
{
    for (size_t i = 0; i < s->n_blocks; i++) {
        for (uint32_t k = 0; k < s->blocks[i].n; k++)
            free(s->blocks[i].names[k]);
        free(s->blocks[i].names);
    }
    free(s->blocks);
    s->blocks = NULL;
    s->n_blocks = 0;
}

static struct block *add_block(struct show_json *s, uint32_t number, uint32_t n)
{
    struct block *more = realloc(s->blocks, (s->n_blocks + 1) * sizeof *s->blocks);
    if (!more)
        return NULL;
    s->blocks = more;
    s->blocks[s->n_blocks] = (struct block){number, 0, calloc((size_t)n + 1, sizeof(char *))};
    return s->blocks[s->n_blocks].names ? &s->blocks[s->n_blocks++] : NULL;
}

/* The program's name as it stands in lines, from the text since `from`. */
static int keep_name(struct show_json *s, struct block *block, size_t from)
{
    char *name = s->text.failed ? NULL : strndup((char *)s->text.data + from, s->text.size - from);
    if (!name)
        return SHOW_JSON_FAILED;
    block->names[block->n++] = name;
    return 0;
}

static int show_programs(struct show_json *s, const struct stream_programs *p)
{
    uint32_t e = 0;
    struct block *block = add_block(s, p->block, p->n);
    int rc = block ? 0 : SHOW_JSON_FAILED;
    for (uint32_t i = 0; rc == 0 && i < p->n; i++) {
        put(s, "{\"type\":\"program\"");
        size_t from = s->text.size;
        put_string(s, "program", p->ids[i]);
        put_string(s, "source", p->sources[stream_u32(p->source, i)]);
        rc = keep_name(s, block, from);
        put_uint(s, "block", p->block);
        put_uint(s, "index", i);
        put_uint(s, "lines", stream_u32(p->lines, i));
        if (p->digest)
            put_hex(s, "digest", stream_u64(p->digest, i));
        if (e < p->n_errors && p->errors[e].program == i) {
            put_uint(s, "line", p->errors[e].line);
            put_string(s, "error", p->errors[e++].reason);
        }
        rc = end_line(s) ? SHOW_JSON_FAILED : rc;
    }
    return rc;
}

static const struct block *find_block(struct show_json *s, uint32_t number)
{
    if (number < s->n_blocks && s->blocks[number].number == number)
        return &s->blocks[number]; /* as writers number them */
    for (size_t i = s->n_blocks; i-- > 0;)
        if (s->blocks[i].number == number)
            return &s->blocks[i];
    return NULL;
}

/* A program whose table was lost is told by its place. */
static void put_program(struct show_json *s, const struct block *block, uint32_t number,
                        uint32_t index)
{
    if (block && index < block->n) {
        put(s, block->names[index]);
        return;
    }
    put(s, ",\"program\":null");
    put_uint(s, "block", number);
    put_uint(s, "program_index", index);
}

static void put_output(struct show_json *s, const struct stream_result_item *item, size_t i)
{
    uint32_t k = item->output ? stream_u32(item->output, i) : 0;
    if (!k)
        return;
    size_t before = s->text.size;
    put(s, ",\"output\":");
    if (!value_pack_json(&s->text, item->outputs[k - 1].data, item->outputs[k - 1].size))
        s->text.size = before;
}

static int show_result(struct show_json *s, const struct stream_results *r,
                       const struct block *block, const struct stream_entry *e,
                       const struct stream_result_item *item, size_t i)
{
    value_pack_raw(&s->text, s->begin.data, s->begin.size);
    put_program(s, block, r->block, stream_program(e, i));
    put_string(s, "outcome", stream_outcome_name(item->outcome[i]));
    if (item->error && item->error[i])
        put_string(s, "error", r->errors[item->error[i] - 1]);
    if (item->line && stream_u32(item->line, i))
        put_uint(s, "line", stream_u32(item->line, i));
    if (item->fuel)
        put_uint(s, "fuel", stream_u64(item->fuel, i));
    if (item->known)
        put(s, stream_bit(item->equal, i) ? ",\"equal\":true" : ",\"equal\":false");
    else
        put(s, ",\"equal\":null");
    if (e->sig)
        put_hex(s, "sig", stream_u64(e->sig, i));
    put_output(s, item, i);
    return end_line(s);
}

static int show_item(struct show_json *s, const struct stream_results *r, const struct block *block,
                     const struct stream_entry *e, const struct stream_result_item *item)
{
    int rc = 0;
    put(s, "{\"type\":\"result\"");
    put_string(s, "task", e->task);
    put_string(s, "part", item->part == STREAM_DEMO ? "demo" : "test");
    put_uint(s, "index", item->index);
    value_pack_reset(&s->begin);
    value_pack_raw(&s->begin, s->text.data, s->text.size);
    s->text.failed |= s->begin.failed;
    s->text.size = 0;
    for (uint32_t i = 0; rc == 0 && i < e->n; i++)
        rc = show_result(s, r, block, e, item, i);
    return rc;
}

/* A task on which no program ran. */
static int show_idle(struct show_json *s, const struct stream_entry *e)
{
    put(s, "{\"type\":\"entry\"");
    put_string(s, "task", e->task);
    put_uint(s, "programs", 0);
    put_uint(s, "demo_n", e->n_demo);
    put_uint(s, "test_n", e->n_test);
    put_uint(s, "known", e->n_known);
    return end_line(s);
}

static int show_results(struct show_json *s, struct stream_reader *reader,
                        const struct stream_results *r)
{
    const struct block *block = find_block(s, r->block);
    struct stream_entry e;
    int rc = 0, more = 1;
    while (rc == 0 && (more = stream_next_entry(reader, &e)) == 1) {
        if (!e.n)
            rc = show_idle(s, &e);
        for (uint32_t k = 0; rc == 0 && k < e.n_items; k++)
            rc = show_item(s, r, block, &e, &e.items[k]);
    }
    return rc ? rc : more < 0 ? more : 0;
}

static int show_end(struct show_json *s, const struct stream_end *end)
{
    put(s, "{\"type\":\"end\"");
    put_uint(s, "frames", end->frames);
    put_uint(s, "tasks", end->tasks);
    put_uint(s, "items", end->items);
    put_uint(s, "programs", end->programs);
    put_uint(s, "results", end->results);
    put_uint(s, "failed", end->failed);
    put_hex(s, "digest", end->digest);
    if (end->n_missing)
        put_strings(s, "missing", end->n_missing, end->missing);
    return end_line(s);
}

int show_json_frame(struct show_json *s, struct stream_reader *reader, int kind,
                    const struct stream_frame *frame)
{
    if (frame->begins)
        forget_blocks(s);
    switch (kind) {
    case STREAM_HEAD:
        return show_head(s, frame->head);
    case STREAM_GRIDS_FRAME:
        return show_grids(s, &frame->grids);
    case STREAM_PROGRAMS_FRAME:
        return show_programs(s, &frame->programs);
    case STREAM_RESULTS_FRAME:
        return show_results(s, reader, &frame->results);
    case STREAM_END_FRAME:
        return show_end(s, &frame->end);
    default:
        return 0;
    }
}

struct show_json *show_json_open(FILE *file)
{
    struct show_json *s = calloc(1, sizeof *s);
    if (s)
        s->file = file;
    return s;
}

void show_json_close(struct show_json *s)
{
    if (!s)
        return;
    forget_blocks(s);
    value_pack_free(&s->text);
    value_pack_free(&s->begin);
    free(s);
}
