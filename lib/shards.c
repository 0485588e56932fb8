/* See shards.h. */
#include "shards.h"
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int shards_next(struct shards *s)
{
    if (s->n == SHARDS_MAX)
        return SHARDS_MANY;
    if (s->n == 0 && mkdir(s->dir, 0777) && errno != EEXIST)
        return SHARDS_DIR;
    if (asprintf(&s->path, "%s/%06u%s", s->dir, (unsigned)s->n, s->suffix) < 0) {
        s->path = NULL;
        return SHARDS_MEMORY;
    }
    if (output_open(&s->out, s->path, OUTPUT_BINARY) != OUTPUT_OK)
        return SHARDS_OUTPUT;
    s->out.keep_equal = true;
    return SHARDS_OK;
}

static void forget(struct shards *s)
{
    free(s->path);
    s->path = NULL;
}

int shards_commit(struct shards *s)
{
    if (output_commit(&s->out) != OUTPUT_OK)
        return SHARDS_OUTPUT;
    s->n++;
    forget(s);
    return SHARDS_OK;
}

void shards_abort(struct shards *s)
{
    if (s->path && s->out.file)
        output_abort(&s->out);
    forget(s);
}

/* Is this the path of a shard with a number of n or above? */
static bool is_beyond(const struct shards *s, const char *path)
{
    const char *name = path + strlen(s->dir);
    name += strspn(name, "/");
    return strspn(name, "0123456789") == 6 && strcmp(name + 6, s->suffix) == 0 &&
           (uint32_t)atol(name) >= s->n;
}

int shards_finish(struct shards *s)
{
    const char *const suffixes[] = {s->suffix, NULL};
    struct folder folder = {0};
    if (s->n == 0 && mkdir(s->dir, 0777) && errno != EEXIST)
        return SHARDS_DIR;
    int error = folder_list(&folder, s->dir, suffixes);
    for (size_t k = 0; k < folder.n && !error; k++)
        if (is_beyond(s, folder.paths[k]) && unlink(folder.paths[k]) && errno != ENOENT)
            error = errno;
    folder_free(&folder);
    errno = error;
    return error ? SHARDS_DIR : SHARDS_OK;
}

const char *shards_reason(const struct shards *s, int status)
{
    switch (status) {
    case SHARDS_OUTPUT:
        return output_reason(&s->out);
    case SHARDS_MANY:
        return "more than a million shards; take larger ones";
    case SHARDS_MEMORY:
        return "out of memory";
    default:
        return strerror(errno);
    }
}
