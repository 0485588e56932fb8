/* taskfile_solutions.c: Kaggle's solutions, and how JSON documents come in from files. */
#include "taskfile.h"
#include "taskfile_private.h"
#include "utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No task file is larger. */
#define MAX_FILE_BYTES ((size_t)1 << 30)

struct taskfile_solutions {
    json_t *by_id;
};

static char *slurp(int fd, size_t *size)
{
    struct stat st;
    size_t capacity = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0
                          ? (size_t)st.st_size + 1
                          : 65536;
    char *text = capacity <= MAX_FILE_BYTES ? malloc(capacity + 1) : (errno = EFBIG, NULL);
    *size = 0;
    while (text) {
        ssize_t n = read(fd, text + *size, capacity - *size);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == 0) {
            text[*size] = '\0';
            return text;
        }
        *size += n > 0 ? (size_t)n : 0;
        char *larger = text;
        if (n > 0 && *size == capacity) {
            capacity *= 2;
            larger = capacity <= MAX_FILE_BYTES ? realloc(text, capacity + 1) : NULL;
            if (capacity > MAX_FILE_BYTES)
                errno = EFBIG;
        }
        if (n < 0 || !larger) {
            int error = errno;
            free(text);
            errno = error;
            return NULL;
        }
        text = larger;
    }
    return NULL;
}

char *taskfile_slurp(const char *path, size_t *size)
{
    if (strcmp(path, "-") == 0)
        return slurp(STDIN_FILENO, size);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return NULL;
    char *text = slurp(fd, size);
    int error = errno;
    close(fd);
    errno = error;
    return text;
}

int taskfile_tell(taskfile_bad *bad, void *context, const char *path, const json_error_t *error,
                  const char *reason)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    char *object = NULL;
    int n = error ? asprintf(&object, "%s:%d:%d", name, error->line, error->column)
                  : asprintf(&object, "%s", name);
    if (n < 0)
        return TASKFILE_MEMORY;
    int stop = bad(context, object, error ? error->text : reason);
    free(object);
    return stop ? TASKFILE_STOP : TASKFILE_BAD;
}

static int merge(struct taskfile_solutions **solutions, json_t *json)
{
    if (!*solutions)
        *solutions = calloc(1, sizeof **solutions);
    if (!*solutions)
        return TASKFILE_MEMORY;
    if (!(*solutions)->by_id)
        (*solutions)->by_id = json_object();
    if (!(*solutions)->by_id || json_object_update_missing((*solutions)->by_id, json) != 0)
        return TASKFILE_MEMORY;
    return TASKFILE_OK;
}

static bool is_solutions(const json_t *json)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value) if (!json_is_array(value)) return false;
    return json_is_object(json);
}

int taskfile_load(const char *path, json_t **json, taskfile_bad *bad, void *context)
{
    json_error_t error;
    size_t size;
    char *text = taskfile_slurp(path, &size);
    if (!text && errno == ENOMEM)
        return TASKFILE_MEMORY;
    if (!text)
        return taskfile_tell(bad, context, path, NULL, strerror(errno));
    size_t mark = utf8_mark(text, size);
    *json = json_loadb(text + mark, size - mark, JSON_REJECT_DUPLICATES, &error);
    free(text);
    return *json ? TASKFILE_OK : taskfile_tell(bad, context, path, &error, NULL);
}

int taskfile_solutions_read(struct taskfile_solutions **solutions, const char *path,
                            taskfile_bad *bad, void *context)
{
    json_t *json;
    int rc = taskfile_load(path, &json, bad, context);
    if (rc != TASKFILE_OK)
        return rc;
    rc = is_solutions(json)
             ? merge(solutions, json)
             : taskfile_tell(bad, context, path, NULL, "not solutions: {id: [grid, ...], ...}");
    json_decref(json);
    return rc;
}

void taskfile_solutions_free(struct taskfile_solutions *solutions)
{
    if (!solutions)
        return;
    json_decref(solutions->by_id);
    free(solutions);
}

const json_t *taskfile_solution(const struct taskfile_solutions *solutions, const char *id)
{
    return solutions ? json_object_get(solutions->by_id, id) : NULL;
}
