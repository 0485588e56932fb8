/*
 * taskfile.c: ARC's JSON. jansson parses and tells line and column of broken text; what is wrong in
 * well-formed JSON is told by its place, as `train[2].input row 3`.
 */
#include "taskfile.h"
#include "taskfile_private.h"
#include "utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define JSON_FLAGS JSON_REJECT_DUPLICATES

void taskfile_say(struct taskfile_reason *reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason->text, sizeof reason->text, format, arguments);
    va_end(arguments);
}

uint8_t *taskfile_cells(struct taskfile_scratch *s, size_t n)
{
    if (!s->chunk || s->chunk->capacity - s->chunk->used < n) {
        size_t capacity = s->chunk ? 2 * s->chunk->capacity : 65536;
        if (capacity > (size_t)4 << 20)
            capacity = (size_t)4 << 20;
        struct taskfile_chunk *chunk = malloc(sizeof *chunk + capacity);
        if (!chunk)
            return NULL;
        *chunk = (struct taskfile_chunk){s->chunk, capacity, 0};
        s->chunk = chunk;
    }
    uint8_t *at = s->chunk->bytes + s->chunk->used;
    s->chunk->used += n;
    return at;
}

static struct stream_pair *pairs_alloc(struct taskfile_scratch *s, size_t n)
{
    if (s->n_pairs + n > s->pair_capacity) {
        size_t capacity = 2 * (s->n_pairs + n);
        struct stream_pair *pairs = realloc(s->pairs, capacity * sizeof *pairs);
        if (!pairs)
            return NULL;
        s->pairs = pairs;
        s->pair_capacity = capacity;
    }
    memset(s->pairs + s->n_pairs, 0, n * sizeof *s->pairs);
    s->n_pairs += n;
    return s->pairs + s->n_pairs - n;
}

void taskfile_scratch_reset(struct taskfile_scratch *s)
{
    s->n_pairs = 0;
    while (s->chunk && s->chunk->older) {
        struct taskfile_chunk *older = s->chunk->older;
        s->chunk->older = older->older;
        free(older);
    }
    if (s->chunk)
        s->chunk->used = 0;
}

void taskfile_scratch_free(struct taskfile_scratch *s)
{
    taskfile_scratch_reset(s);
    free(s->chunk);
    free(s->pairs);
    *s = (struct taskfile_scratch){0};
}

/* Puts the place before a reason. */
static int at_place(int rc, struct taskfile_reason *reason, const char *place, size_t i,
                    const char *member)
{
    if (rc == TASKFILE_BAD) {
        struct taskfile_reason inner = *reason;
        const char *gap = strncmp(inner.text, "row ", 4) == 0 ? " " : ": ";
        taskfile_say(reason, "%s[%zu].%s%s%.200s", place, i, member, gap, inner.text);
    }
    return rc;
}

static int pair_of(const json_t *json, const char *place, size_t i, bool need_output,
                   struct stream_pair *pair, struct taskfile_scratch *scratch,
                   struct taskfile_reason *reason)
{
    const json_t *in = json_object_get(json, "input"), *out = json_object_get(json, "output");
    if (!in || (need_output && !out)) {
        taskfile_say(reason, "%s[%zu]: no \"%s\"", place, i, in ? "output" : "input");
        return TASKFILE_BAD;
    }
    int rc = taskfile_grid(in, &pair->in, scratch, reason);
    if (rc != TASKFILE_OK)
        return at_place(rc, reason, place, i, "input");
    if (!out || json_is_null(out))
        return need_output ? (taskfile_say(reason, "%s[%zu].output: null", place, i), TASKFILE_BAD)
                           : TASKFILE_OK;
    pair->known = true;
    return at_place(taskfile_grid(out, &pair->out, scratch, reason), reason, place, i, "output");
}

/* Pairs lo..hi-1 of a JSON list. */
static int pairs_of(const json_t *list, const char *place, size_t lo, size_t hi, bool need_output,
                    struct taskfile_scratch *scratch, struct taskfile_reason *reason)
{
    struct stream_pair *pairs = pairs_alloc(scratch, hi - lo);
    if (!pairs)
        return TASKFILE_MEMORY;
    for (size_t i = lo; i < hi; i++) {
        int rc = pair_of(json_array_get(list, i), place, i, need_output, &pairs[i - lo], scratch,
                         reason);
        if (rc != TASKFILE_OK)
            return rc;
    }
    return TASKFILE_OK;
}

static int missing(struct taskfile_reason *reason, const char *what)
{
    taskfile_say(reason, "%s", what);
    return TASKFILE_BAD;
}

/* A task object into scratch: first its demonstrations, then its tests. */
static int task_object(const json_t *json, struct taskfile_task *task,
                       struct taskfile_scratch *scratch, struct taskfile_reason *reason)
{
    const json_t *train = json_object_get(json, "train"), *test = json_object_get(json, "test");
    if (!json_is_array(train) || !json_array_size(train))
        return missing(reason, "no demonstrations: \"train\" is missing, empty or not a list");
    if (!json_is_array(test) || !json_array_size(test))
        return missing(reason, "task without test: \"test\" is missing, empty or not a list");
    size_t n = json_array_size(train), m = json_array_size(test);
    int rc = pairs_of(train, "train", 0, n, true, scratch, reason);
    if (rc == TASKFILE_OK)
        rc = pairs_of(test, "test", 0, m, false, scratch, reason);
    task->n_demos = (uint32_t)n;
    task->n_tests = (uint32_t)m;
    return rc;
}

/* A list of pairs into scratch. */
static int task_list(const json_t *json, uint32_t n_demos, struct taskfile_task *task,
                     struct taskfile_scratch *scratch, struct taskfile_reason *reason)
{
    size_t n = json_array_size(json);
    if (!n || !json_is_object(json_array_get(json, 0)))
        return missing(reason, "not a task and not a list of pairs");
    if (n <= n_demos) {
        taskfile_say(reason, "task without test: %zu pairs, %u of them demonstrations", n, n_demos);
        return TASKFILE_BAD;
    }
    task->n_demos = n_demos;
    task->n_tests = (uint32_t)n - n_demos;
    return pairs_of(json, "pair", 0, n, true, scratch, reason);
}

static int solve(const struct taskfile_reader *reader, struct taskfile_task *task,
                 struct taskfile_scratch *scratch, struct taskfile_reason *reason)
{
    const json_t *list = taskfile_solution(reader->solutions, task->id);
    if (!list)
        return TASKFILE_OK;
    if (json_array_size(list) != task->n_tests) {
        taskfile_say(reason, "%u tests, but %zu solutions", task->n_tests, json_array_size(list));
        return TASKFILE_BAD;
    }
    for (uint32_t i = 0; i < task->n_tests; i++) {
        struct stream_pair *pair = &scratch->pairs[task->n_demos + i];
        if (pair->known)
            continue;
        int rc = taskfile_grid(json_array_get(list, i), &pair->out, scratch, reason);
        if (rc != TASKFILE_OK)
            return at_place(rc, reason, "test", i, "solution");
        pair->known = true;
    }
    return TASKFILE_OK;
}

/* Ids stand in tables and on terminals. */
static bool is_plain(const char *id)
{
    for (; *id; id++)
        if ((unsigned char)*id < 0x20 || *id == 0x7f)
            return false;
    return true;
}

/* Reads one task and hands it over. Object is what messages name. */
static int deliver(struct taskfile_reader *reader, const json_t *json, const char *set,
                   const char *id, const char *object, struct taskfile_scratch *scratch)
{
    struct taskfile_reason reason = {""};
    struct taskfile_task task = {.set = set, .id = id};
    taskfile_scratch_reset(scratch);
    int rc = json_is_array(json) ? task_list(json, reader->n_demos, &task, scratch, &reason)
                                 : task_object(json, &task, scratch, &reason);
    if (rc == TASKFILE_OK && !is_plain(id))
        rc = missing(&reason, "a control character in the task's id");
    if (rc == TASKFILE_OK)
        rc = solve(reader, &task, scratch, &reason);
    if (rc == TASKFILE_BAD)
        return reader->bad(reader->context, object, reason.text) ? TASKFILE_STOP : TASKFILE_BAD;
    if (rc != TASKFILE_OK)
        return rc;
    task.demos = scratch->pairs;
    task.tests = scratch->pairs + task.n_demos;
    return reader->task(reader->context, &task) ? TASKFILE_STOP : TASKFILE_OK;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A combined file: its tasks in the order of their ids. */
static int combined(struct taskfile_reader *reader, json_t *json, const char *set, const char *name,
                    struct taskfile_scratch *scratch)
{
    size_t n = json_object_size(json), i = 0;
    int status = TASKFILE_OK;
    const char **keys = malloc((n + 1) * sizeof *keys), *key;
    json_t *value;
    if (!keys)
        return TASKFILE_MEMORY;
    json_object_foreach(json, key, value) keys[i++] = key;
    qsort(keys, n, sizeof *keys, by_key);
    for (i = 0; i < n && status <= TASKFILE_BAD; i++) {
        char *object = NULL;
        if (asprintf(&object, "%s: %s", name, keys[i]) < 0) {
            status = TASKFILE_MEMORY;
            break;
        }
        int rc = deliver(reader, json_object_get(json, keys[i]), set, keys[i], object, scratch);
        status = rc > status ? rc : status;
        free(object);
    }
    free(keys);
    return status;
}

/* An object of tasks, none of whose members is a part of a task. */
static bool is_combined(const json_t *json)
{
    const char *key;
    json_t *value;
    if (!json_is_object(json) || !json_object_size(json) || json_object_get(json, "train") ||
        json_object_get(json, "test"))
        return false;
    json_object_foreach((json_t *)json, key, value) if (json_is_object(value)) return true;
    return false;
}

static char *id_of(const char *path)
{
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    size_t n = strlen(name);
    if (strcmp(path, "-") == 0)
        return strdup("task");
    return strndup(name, n > 5 && strcmp(name + n - 5, ".json") == 0 ? n - 5 : n);
}

static int read_json(struct taskfile_reader *reader, json_t *json, const char *path)
{
    struct taskfile_scratch scratch = {0};
    char *set = reader->set ? strdup(reader->set) : taskfile_set(path), *id = id_of(path);
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    int rc = TASKFILE_MEMORY;
    if (set && id)
        rc = is_combined(json) ? combined(reader, json, set, name, &scratch)
                               : deliver(reader, json, set, id, name, &scratch);
    taskfile_scratch_free(&scratch);
    free(set);
    free(id);
    return rc;
}

int taskfile_read_text(struct taskfile_reader *reader, const char *path, const char *text,
                       size_t size)
{
    json_error_t error;
    size_t mark = utf8_mark(text, size);
    json_t *json = json_loadb(text + mark, size - mark, JSON_FLAGS, &error);
    if (!json)
        return taskfile_tell(reader->bad, reader->context, path, size ? &error : NULL,
                             "empty file");
    int rc = read_json(reader, json, path);
    json_decref(json);
    return rc;
}

int taskfile_read(struct taskfile_reader *reader, const char *path)
{
    size_t size;
    char *text = taskfile_slurp(path, &size);
    if (!text) {
        if (errno == ENOMEM)
            return TASKFILE_MEMORY;
        return taskfile_tell(reader->bad, reader->context, path, NULL, strerror(errno));
    }
    int rc = taskfile_read_text(reader, path, text, size);
    free(text);
    return rc;
}
