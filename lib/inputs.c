/* See inputs.h. */
#include "inputs.h"

#include "folder.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void inputs_worsen(struct inputs *in, int status)
{
    if (status > in->status)
        in->status = status;
}

static int report(struct inputs *in, const char *name, const char *reason, int status)
{
    util_error("%s: %s", name, reason);
    inputs_worsen(in, status);
    in->failed++;
    return in->strict ? UTIL_INCOMPLETE : 0;
}

static int read_stream(struct inputs *in, struct stream_reader *r, const char *name,
                       inputs_take *take, void *context)
{
    struct stream_frame f;
    int kind, status = 0;
    bool whole = true;
    while (status == 0 && (kind = stream_next(r, &f)) != STREAM_EOF) {
        if (kind == STREAM_END_FRAME && f.end.failed) {
            in->failed += f.end.failed;
            in->upstream += f.end.failed;
            inputs_worsen(in, in->viewer ? UTIL_GOOD : UTIL_PARTIAL);
        }
        int got = kind < 0 ? kind : take(context, name, r, kind, &f);
        if (got > 0)
            return got;
        if (got < 0) {
            whole = false;
            status = report(in, name, stream_reason(r), UTIL_INCOMPLETE);
            if (in->lost)
                in->lost(context, stream_reason(r));
        }
        if (got == STREAM_MEMORY)
            return UTIL_INCOMPLETE;
        if (stream_is_final(kind))
            break;
    }
    if (in->ended && status == 0)
        status = in->ended(context, name, whole);
    return status;
}

static int read_named(struct inputs *in, const char *path, inputs_take *take, void *context)
{
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : path;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        int status = report(in, name, strerror(errno), UTIL_PARTIAL);
        return in->ended && status == 0 ? in->ended(context, name, false) : status;
    }
    struct stream_reader *r = stream_reader_open(fd);
    int status = r ? read_stream(in, r, name, take, context) : UTIL_INCOMPLETE;
    if (!r)
        util_error("%s: out of memory", name);
    stream_reader_close(r);
    if (!is_stdin)
        close(fd);
    return status;
}

static int read_folder(struct inputs *in, const char *path, inputs_take *take, void *context)
{
    static const char *const suffixes[] = {".batt", NULL};
    struct folder folder = {0};
    int status = 0, error = folder_list(&folder, path, suffixes);
    if (error || !folder.n)
        status = report(in, path, error ? strerror(error) : "no *.batt file in this folder",
                        UTIL_PARTIAL);
    for (size_t k = 0; k < folder.n && status == 0; k++)
        status = read_named(in, folder.paths[k], take, context);
    folder_free(&folder);
    return status;
}

int inputs_read(struct inputs *in, int n, char *const *names, inputs_take *take, void *context)
{
    int status = n ? 0 : read_named(in, "-", take, context);
    for (int k = 0; k < n && status == 0; k++)
        status = in->folders && folder_is(names[k]) ? read_folder(in, names[k], take, context)
                                                    : read_named(in, names[k], take, context);
    return status;
}
