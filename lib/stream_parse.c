/* stream_parse.c: head, grids, programs and end frames from msgpack. */
#include "stream_private.h"

static void options(struct stream_parse *p, struct stream_step *step)
{
    step->n_options = unpack_map(&p->in);
    struct stream_option *list = stream_parse_alloc(p, step->n_options, sizeof *list);
    step->options = list;
    for (uint32_t i = 0; list && i < step->n_options && !p->in.bad; i++) {
        list[i].key = stream_parse_str(p);
        list[i].value = stream_parse_str(p);
    }
}

static void one_step(struct stream_parse *p, struct stream_step *step)
{
    *step = (struct stream_step){.tool = "", .version = ""};
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size;
        const uint8_t *key = unpack_str(&p->in, &size);
        if (stream_key_is(key, size, "tool"))
            step->tool = stream_parse_str(p);
        else if (stream_key_is(key, size, "version"))
            step->version = stream_parse_str(p);
        else if (stream_key_is(key, size, "options"))
            options(p, step);
        else
            unpack_skip(&p->in);
    }
}

static void provenance(struct stream_parse *p, struct stream_head *head)
{
    head->n_steps = unpack_array(&p->in);
    struct stream_step *steps = stream_parse_alloc(p, head->n_steps, sizeof *steps);
    head->steps = steps;
    for (uint32_t i = 0; steps && i < head->n_steps && !p->in.bad; i++)
        one_step(p, &steps[i]);
}

void stream_parse_head(struct stream_parse *p, struct stream_head *head)
{
    const char *content = "";
    *head = (struct stream_head){0};
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size;
        const uint8_t *key = unpack_str(&p->in, &size);
        if (stream_key_is(key, size, "version"))
            head->version = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "semantics"))
            head->semantics = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "content"))
            content = stream_parse_str(p);
        else if (stream_key_is(key, size, "joined"))
            head->joined = unpack_bool(&p->in);
        else if (stream_key_is(key, size, "sets"))
            head->sets = stream_parse_strs(p, &head->n_sets);
        else if (stream_key_is(key, size, "provenance"))
            provenance(p, head);
        else
            unpack_skip(&p->in);
    }
    head->content = strcmp(content, "results") == 0 ? STREAM_RESULTS : STREAM_GRIDS;
    if (head->content == STREAM_GRIDS && strcmp(content, "grids") != 0 &&
        head->version == STREAM_FORMAT_VERSION)
        stream_parse_fail(p, "content is neither grids nor results");
}

static void grid(struct stream_parse *p, struct stream_grid *g)
{
    size_t size;
    if (unpack_array(&p->in) != 3)
        stream_parse_fail(p, "a grid is not [h, w, bin]");
    g->h = (uint32_t)unpack_uint(&p->in, STREAM_MAX_SIDE);
    g->w = (uint32_t)unpack_uint(&p->in, STREAM_MAX_SIDE);
    g->cells = unpack_bin(&p->in, &size);
    if (p->in.bad || !g->h || !g->w || size != (size_t)g->h * g->w)
        stream_parse_fail(p, "a grid's size is wrong");
    else if (!stream_all_below(g->cells, size, 10))
        stream_parse_fail(p, "a colour is outside 0..9");
}

static void demos(struct stream_parse *p, struct stream_task *task)
{
    task->n_demos = unpack_array(&p->in);
    struct stream_pair *pairs = stream_parse_alloc(p, task->n_demos, sizeof *pairs);
    task->demos = pairs;
    for (uint32_t i = 0; pairs && i < task->n_demos && !p->in.bad; i++) {
        if (unpack_array(&p->in) != 2)
            stream_parse_fail(p, "a demonstration is not a pair");
        grid(p, &pairs[i].in);
        grid(p, &pairs[i].out);
        pairs[i].known = true;
    }
}

static void one_task(struct stream_parse *p, struct stream_task *task)
{
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size;
        const uint8_t *key = unpack_str(&p->in, &size);
        if (stream_key_is(key, size, "key"))
            task->key = stream_parse_str(p);
        else if (stream_key_is(key, size, "demos"))
            demos(p, task);
        else if (stream_key_is(key, size, "n_demo"))
            task->n_demo_items = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "n_test"))
            task->n_test_items = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "more"))
            task->more = unpack_bool(&p->in);
        else if (stream_key_is(key, size, "place"))
            task->place = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else
            unpack_skip(&p->in);
    }
    if (!task->key || !*task->key)
        stream_parse_fail(p, "a task without a key");
}

static void tasks(struct stream_parse *p, struct stream_grids *g)
{
    g->n_tasks = unpack_array(&p->in);
    struct stream_task *list = stream_parse_alloc(p, g->n_tasks, sizeof *list);
    g->tasks = list;
    for (uint32_t i = 0; list && i < g->n_tasks && !p->in.bad; i++)
        one_task(p, &list[i]);
}

static void one_item(struct stream_parse *p, const struct stream_grids *g, struct stream_item *item)
{
    uint32_t n = unpack_array(&p->in);
    if (n < 5)
        stream_parse_fail(p, "an item has too few members");
    item->task = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
    item->part = (enum stream_part)unpack_uint(&p->in, STREAM_TEST);
    item->index = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
    if (p->in.bad || item->task >= g->n_tasks) {
        stream_parse_fail(p, "an item without a task");
        return;
    }
    const struct stream_task *task = &g->tasks[item->task];
    if (item->part == STREAM_DEMO && item->index >= task->n_demos)
        stream_parse_fail(p, "an item without its demonstration");
    else if (item->part == STREAM_DEMO)
        item->pair = task->demos[item->index];
    bool nil = unpack_nil(&p->in);
    if (!nil)
        grid(p, &item->pair.in);
    else if (item->part == STREAM_TEST)
        stream_parse_fail(p, "a test without input");
    if (!unpack_nil(&p->in)) {
        item->pair.known = true;
        grid(p, &item->pair.out);
    }
    for (; n > 5 && !p->in.bad; n--)
        unpack_skip(&p->in);
}

static void items(struct stream_parse *p, struct stream_grids *g)
{
    g->n_items = unpack_array(&p->in);
    struct stream_item *list = stream_parse_alloc(p, g->n_items, sizeof *list);
    g->items = list;
    for (uint32_t i = 0; list && i < g->n_items && !p->in.bad; i++) {
        one_item(p, g, &list[i]);
        if (i && list[i].task < list[i - 1].task)
            stream_parse_fail(p, "items are not in the order of tasks");
    }
}

void stream_parse_grids(struct stream_parse *p, struct stream_grids *g)
{
    struct unpack later = {NULL, NULL, true};
    *g = (struct stream_grids){0};
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size;
        const uint8_t *key = unpack_str(&p->in, &size);
        if (stream_key_is(key, size, "tasks"))
            tasks(p, g);
        else if (stream_key_is(key, size, "items"))
            later = stream_parse_later(p);
        else
            unpack_skip(&p->in);
    }
    if (p->in.bad || later.bad || !g->tasks) {
        stream_parse_fail(p, "tasks or items are missing or malformed");
        return;
    }
    struct unpack behind = p->in;
    p->in = later;
    items(p, g);
    if (!p->in.bad)
        p->in = behind;
}

static const void *column(struct stream_parse *p, size_t *size)
{
    return unpack_bin(&p->in, size);
}

static void syntax_errors(struct stream_parse *p, struct stream_programs *s)
{
    s->n_errors = unpack_array(&p->in);
    struct stream_program_error *list = stream_parse_alloc(p, s->n_errors, sizeof *list);
    s->errors = list;
    for (uint32_t i = 0; list && i < s->n_errors && !p->in.bad; i++) {
        if (unpack_array(&p->in) != 3)
            stream_parse_fail(p, "an error is not [program, line, reason]");
        list[i].program = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        list[i].line = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        list[i].reason = stream_parse_str(p);
    }
}

static void check_programs(struct stream_parse *p, struct stream_programs *s, size_t source,
                           size_t digest, size_t lines)
{
    if (!s->ids || !s->sources || source != 4u * s->n || lines != 4u * s->n ||
        (s->digest && digest != 8u * s->n)) {
        stream_parse_fail(p, "a table of programs with missing or short columns");
        return;
    }
    for (uint32_t i = 0; i < s->n; i++)
        if (stream_u32(s->source, i) >= s->n_sources)
            stream_parse_fail(p, "a program without a source");
    for (uint32_t i = 0; i < s->n_errors; i++)
        if (s->errors[i].program >= s->n || (i && s->errors[i].program <= s->errors[i - 1].program))
            stream_parse_fail(p, "syntax errors out of order");
}

void stream_parse_programs(struct stream_parse *p, struct stream_programs *s)
{
    size_t source = 0, digest = 0, lines = 0;
    uint32_t n_ids = 0;
    *s = (struct stream_programs){0};
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        size_t size;
        const uint8_t *key = unpack_str(&p->in, &size);
        if (stream_key_is(key, size, "block"))
            s->block = (uint32_t)unpack_uint(&p->in, UINT32_MAX);
        else if (stream_key_is(key, size, "n"))
            s->n = (uint32_t)unpack_uint(&p->in, STREAM_MAX_COUNT);
        else if (stream_key_is(key, size, "ids"))
            s->ids = stream_parse_strs(p, &n_ids);
        else if (stream_key_is(key, size, "sources"))
            s->sources = stream_parse_strs(p, &s->n_sources);
        else if (stream_key_is(key, size, "source"))
            s->source = column(p, &source);
        else if (stream_key_is(key, size, "digest"))
            s->digest = column(p, &digest);
        else if (stream_key_is(key, size, "lines"))
            s->lines = column(p, &lines);
        else if (stream_key_is(key, size, "errors"))
            syntax_errors(p, s);
        else
            unpack_skip(&p->in);
    }
    if (p->in.bad || n_ids != s->n)
        stream_parse_fail(p, "a malformed table of programs");
    else
        check_programs(p, s, source, digest, lines);
}

void stream_parse_end(struct stream_parse *p, struct stream_end *end)
{
    static const char *const names[] = {"frames",   "tasks",   "items",
                                        "programs", "results", "failed"};
    uint64_t *const fields[] = {&end->frames,   &end->tasks,   &end->items,
                                &end->programs, &end->results, &end->failed};
    size_t size, digest = 0;
    *end = (struct stream_end){0};
    for (uint32_t n = unpack_map(&p->in); n && !p->in.bad; n--) {
        const uint8_t *key = unpack_str(&p->in, &size);
        size_t i = 0;
        while (i < 6 && !stream_key_is(key, size, names[i]))
            i++;
        if (i < 6) {
            *fields[i] = unpack_uint(&p->in, UINT64_MAX);
        } else if (stream_key_is(key, size, "digest")) {
            const uint8_t *bytes = unpack_bin(&p->in, &digest);
            if (digest == 8)
                end->digest = stream_u64(bytes, 0);
        } else if (stream_key_is(key, size, "missing")) {
            end->missing = stream_parse_strs(p, &end->n_missing);
        } else {
            unpack_skip(&p->in);
        }
    }
    if (digest != 8)
        stream_parse_fail(p, "an end without a digest");
}
