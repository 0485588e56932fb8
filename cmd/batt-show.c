/*
 * batt-show: any stream as JSON lines for jq.
 */
#include "../lib/inputs.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/show_json.h"
#include "../lib/stream.h"
#include "../lib/util.h"

#include <errno.h>
#include <string.h>

static const char *path;

static const struct options_use uses[] = {
    {OPTION_JSON, .help = "JSON lines: head, task, item, program, result, end (the default)"},
    {OPTION_OUTPUT, .text = &path},
};

static const struct options_tool tool = {
    "batt-show", "[FILE...]", "Shows streams as JSON lines; standard input when no FILE or -.",
    uses, sizeof uses / sizeof *uses};

static int show_failed; /* errno of a write that failed */
static FILE *shown;     /* where the lines go */

static int show(void *context, const char *name, struct stream_reader *reader, int kind,
                const struct stream_frame *frame)
{
    int got = show_json_frame(context, reader, kind, frame);
    (void)name;
    /* Who reads along, as batt.py does, gets a frame's lines when the frame has come. */
    if (got == 0 && fflush(shown) != 0)
        got = SHOW_JSON_FAILED;
    if (got != SHOW_JSON_FAILED)
        return got < 0 ? got : 0;
    show_failed = errno;
    return UTIL_INCOMPLETE;
}

static int show_all(FILE *file, int n, char **operands, struct inputs *inputs)
{
    struct show_json *json = show_json_open(shown = file);
    if (!json)
        show_failed = ENOMEM;
    int ended = json ? inputs_read(inputs, n, operands, show, json) : UTIL_INCOMPLETE;
    show_json_close(json);
    return ended;
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    struct inputs inputs = {.viewer = true};
    struct output out;
    int status = options_read(&o, &tool, argc, argv, NULL);
    if (status != OPTIONS_READ)
        return status;
    if ((status = output_start(&out, path, OUTPUT_TEXT)))
        return status;
    if (show_all(out.file, o.n_operands, o.operands, &inputs) && show_failed) {
        output_abort(&out);
        util_die_of_pipe(show_failed);
        util_error("%s: %s", out.name, strerror(show_failed));
        return UTIL_INCOMPLETE;
    }
    status = output_finish(&out, 0);
    return status ? status : inputs.status;
}
