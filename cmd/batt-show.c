/*
 * batt-show: any stream as JSON lines for jq.
 */
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/show_json.h"
#include "../lib/stream.h"
#include "../lib/util.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const struct options_use uses[] = {
    {OPTION_JSON, "JSON lines: head, task, item, program, result, end (the default)"},
    {OPTION_OUTPUT, NULL},
};

static const struct options_tool tool = {
    "batt-show", "[FILE...]", "Shows streams as JSON lines; standard input when no FILE or -.",
    uses, sizeof uses / sizeof *uses};

static int status; /* exit status to be */

static void worse(int than)
{
    status = than > status ? than : status;
}

/* 0, or SHOW_JSON_FAILED. */
static int show_stream(struct show_json *show, struct stream_reader *reader, const char *name)
{
    struct stream_frame frame;
    int kind;
    while ((kind = stream_next(reader, &frame)) != STREAM_EOF) {
        if (kind > 0)
            kind = show_json_frame(show, reader, kind, &frame);
        if (kind == SHOW_JSON_FAILED)
            return kind;
        if (kind < 0) {
            util_error("%s: %s", name, stream_reason(reader));
            worse(UTIL_INCOMPLETE);
        }
        if (stream_is_final(kind))
            break;
    }
    return 0;
}

static int show_path(struct show_json *show, const char *path)
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
    int rc = reader ? show_stream(show, reader, name) : (errno = ENOMEM, SHOW_JSON_FAILED);
    int error = errno;
    stream_reader_close(reader);
    if (!is_stdin)
        close(fd);
    errno = error;
    return rc;
}

static int show_all(FILE *file, int n, char **operands)
{
    struct show_json *show = show_json_open(file);
    int rc = show ? 0 : (errno = ENOMEM, SHOW_JSON_FAILED);
    if (rc == 0 && n == 0)
        rc = show_path(show, "-");
    for (int i = 0; rc == 0 && i < n; i++)
        rc = show_path(show, operands[i]);
    int error = errno;
    show_json_close(show);
    errno = error;
    return rc;
}

static int run(const char *path, int n, char **operands)
{
    struct output out;
    if (output_open(&out, path, OUTPUT_TEXT) != OUTPUT_OK) {
        util_error("%s: %s", out.name, output_reason(&out));
        return UTIL_INCOMPLETE;
    }
    if (show_all(out.file, n, operands) != 0) {
        int error = errno;
        output_abort(&out);
        util_die_of_pipe(error);
        util_error("%s: %s", out.name, strerror(error));
        return UTIL_INCOMPLETE;
    }
    if (output_commit(&out) != OUTPUT_OK) {
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
    return run(path, argc - o.index, argv + o.index);
}
