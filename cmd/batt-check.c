/*
 * batt-check: is this stream whole and valid?  With --salvage: writes what is whole of it.
 *
 * Frames that are whole are copied as they are, but for their numbers; what was lost is said in the
 * end, so that a saved stream is never taken for the one it was.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/check.h"
#include "../lib/inputs.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/salvage.h"
#include "../lib/util.h"

static struct {
    bool broken, salvage;
    const char *output;
    long long level;
} flags = {.level = 1};

static struct inputs inputs = {.viewer = true};
static struct check check;

static const struct options_use uses[] = {
    {OPTION_BROKEN, .flag = &flags.broken},        {OPTION_SALVAGE, .flag = &flags.salvage},
    {OPTION_LEVEL, .number = &flags.level, 1, 19}, {OPTION_OUTPUT, .text = &flags.output},
    {OPTION_STRICT, .flag = &inputs.strict},
};
static const struct options_tool tool = {
    "batt-check", "[FILE...]",
    "Checks that streams are whole and valid; standard input when no FILE or -.", uses,
    sizeof uses / sizeof *uses};

/* The stream being read. */
static bool begun, whole;
static uint64_t n_frames;

static struct salvage saved = {.tool = "batt-check"};
static int write_status;

/* The end of the broken stream tells it; without --salvage there is none. */
static void lost(void *context, const char *reason)
{
    (void)context;
    begun = true;
    whole = false;
    check_lost(&check);
    if (saved.writer)
        salvage_lost(&saved, reason);
}

/* ---- what is told ---- */

static void tell_head(const char *name, const struct stream_head *h)
{
    util_info("%s: %s%s, format %u, semantics %u", name,
              h->content == STREAM_RESULTS ? "results" : "grids", h->joined ? " joined" : "",
              h->version, h->semantics);
    for (uint32_t i = 0; i < h->n_sets; i++)
        util_info("%s: set %s", name, h->sets[i]);
    for (uint32_t i = 0; i < h->n_steps; i++) {
        const struct stream_step *step = &h->steps[i];
        char options[1024] = "";
        size_t n = 0;
        for (uint32_t k = 0; k < step->n_options && n < sizeof options; k++)
            n += (size_t)snprintf(options + n, sizeof options - n, " %s=%s", step->options[k].key,
                                  step->options[k].value);
        util_info("%s: made by %s %s%s", name, step->tool, step->version, options);
    }
}

static void tell_end(const char *name, const struct stream_head *h, const struct stream_end *e)
{
    char counts[128];
    if (h && h->content == STREAM_RESULTS)
        snprintf(counts, sizeof counts,
                 "%" PRIu64 " entries, %" PRIu64 " programs, %" PRIu64 " results", e->tasks,
                 e->programs, e->results);
    else
        snprintf(counts, sizeof counts, "%" PRIu64 " tasks, %" PRIu64 " items", e->tasks, e->items);
    util_info("%s: %s, %" PRIu64 " failed inputs, digest %016" PRIx64, name, counts, e->failed,
              e->digest);
    for (uint32_t i = 0; i < e->n_missing; i++)
        util_warn("%s: was saved from a broken stream: %s", name, e->missing[i]);
    if (e->n_missing)
        inputs_worsen(&inputs, UTIL_PARTIAL);
}

/* ---- reading ---- */

static int take(void *context, const char *name, struct stream_reader *reader, int kind,
                const struct stream_frame *f)
{
    (void)context;
    begun = true;
    int status = check_frame(&check, reader, kind, f);
    if (check.another)
        write_status = salvage_end(&saved, 0);
    if (status < 0 || status == CHECK_ORPHAN)
        return status < 0 ? status : 0;
    if (status == CHECK_TEMPORARY)
        return util_temporary_failed(NULL);
    if (status == CHECK_MEMORY) {
        util_error("out of memory");
        return UTIL_INCOMPLETE;
    }
    if (status == CHECK_BAD) {
        util_error("%s: frame %" PRIu64 ": %s", name, check.seq, check.reason);
        inputs_worsen(&inputs, UTIL_INCOMPLETE);
        lost(NULL, check.reason);
        if (inputs.strict)
            return UTIL_INCOMPLETE;
        /* A bad end still ends its segment. */
        if (kind == STREAM_END_FRAME)
            write_status = salvage_end(&saved, f->end.failed);
        return write_status == STREAM_WRITTEN ? 0 : UTIL_INCOMPLETE;
    }
    n_frames++;
    if (kind == STREAM_HEAD)
        tell_head(name, f->head);
    if (kind == STREAM_END_FRAME)
        tell_end(name, f->head, &f->end);
    if (saved.writer)
        write_status = salvage_frame(&saved, reader, kind, f, &check.adds);
    return write_status == STREAM_WRITTEN ? 0 : UTIL_INCOMPLETE;
}

/* Where a file ended. */
static int ended(void *context, const char *name, bool good)
{
    (void)context;
    whole &= good;
    if (!whole && begun)
        util_error("%s: %" PRIu64 " whole frames", name, n_frames);
    if (whole)
        util_info("%s: whole, %" PRIu64 " frames", name, n_frames);
    if (!whole && flags.broken)
        printf("%s\n", name);
    write_status = salvage_end(&saved, 0);
    salvage_forget(&saved);
    n_frames = 0;
    begun = false;
    whole = true;
    return write_status == STREAM_WRITTEN ? 0 : UTIL_INCOMPLETE;
}

static int check_all(int n, char **names)
{
    inputs.lost = lost;
    inputs.ended = ended;
    whole = true;
    int status = inputs_read(&inputs, n, names, take, NULL);
    salvage_forget(&saved);
    check_free(&check);
    return status;
}

/* ---- main ---- */

static int salvage(int n, char **names)
{
    struct output out;
    int status = output_start(&out, flags.output, OUTPUT_BINARY);
    if (status)
        return status;
    saved.writer = stream_writer_open(out.file, (int)flags.level, 0);
    if (!saved.writer)
        util_error("out of memory");
    status = saved.writer ? check_all(n, names) : UTIL_INCOMPLETE;
    if (write_status != STREAM_WRITTEN) {
        util_die_of_pipe(errno);
        util_error("%s: %s", out.name, stream_write_reason(write_status));
    } else if (!status && !saved.any) {
        util_error("%s: nothing whole to write", out.name);
        status = UTIL_INCOMPLETE;
    }
    stream_writer_close(saved.writer);
    status = output_finish(&out, status);
    return status ? status : inputs.status;
}

static int only_check(int n, char **names)
{
    struct output out;
    int status = output_start(&out, NULL, OUTPUT_TEXT);
    if (status)
        return status;
    status = check_all(n, names);
    int closed = output_finish(&out, 0);
    return closed ? closed : status ? status : inputs.status;
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    int status = options_read(&o, &tool, argc, argv, NULL);
    if (status != OPTIONS_READ)
        return status;
    if (flags.output && !flags.salvage)
        return options_bad(&tool, OPTION_OUTPUT, flags.output, "only with --salvage");
    if (flags.salvage && flags.broken)
        return options_bad(&tool, OPTION_BROKEN, NULL, "not together with --salvage");
    return flags.salvage ? salvage(o.n_operands, o.operands) : only_check(o.n_operands, o.operands);
}
