/* See inputs.h. */
#include "inputs.h"

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
    while (status == 0 && (kind = stream_next(r, &f)) != STREAM_EOF) {
        if (kind == STREAM_END_FRAME && f.end.failed) {
            in->failed += f.end.failed;
            inputs_worsen(in, in->viewer ? UTIL_GOOD : UTIL_PARTIAL);
        }
        int got = kind < 0 ? kind : take(context, name, r, kind, &f);
        if (got > 0)
            return got;
        if (got < 0)
            status = report(in, name, stream_reason(r), UTIL_INCOMPLETE);
        if (got == STREAM_MEMORY)
            return UTIL_INCOMPLETE;
        if (stream_is_final(kind))
            break;
    }
    return status;
}

static int read_named(struct inputs *in, const char *path, inputs_take *take, void *context)
{
    bool is_stdin = strcmp(path, "-") == 0;
    const char *name = is_stdin ? "standard input" : path;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return report(in, name, strerror(errno), UTIL_PARTIAL);
    struct stream_reader *r = stream_reader_open(fd);
    int status = r ? read_stream(in, r, name, take, context) : UTIL_INCOMPLETE;
    if (!r)
        util_error("%s: out of memory", name);
    stream_reader_close(r);
    if (!is_stdin)
        close(fd);
    return status;
}

int inputs_read(struct inputs *in, int n, char *const *names, inputs_take *take, void *context)
{
    int status = n ? 0 : read_named(in, "-", take, context);
    for (int k = 0; k < n && status == 0; k++)
        status = read_named(in, names[k], take, context);
    return status;
}
