/*
 * batt-split: joins results by task: blocks and shards in any order in, whole tasks out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../lib/inputs.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/split.h"
#include "../lib/util.h"

static struct {
    const char *output, *dir, *tmpdir;
    long long level;
} flags = {.level = 1};

static struct inputs inputs = {.folders = true};

static const struct options_use uses[] = {
    {OPTION_DIR, "a file per task, DIR/KEY.batt, instead of one stream", .text = &flags.dir},
    {OPTION_LEVEL, .number = &flags.level, 1, 19},
    {OPTION_OUTPUT, .text = &flags.output},
    {OPTION_TMPDIR, "folder for the temporary file (default: $TMPDIR or /tmp)",
     .text = &flags.tmpdir},
    {OPTION_STRICT, .flag = &inputs.strict},
};
static const struct options_tool tool = {"batt-split", "[FILE|DIR...]",
                                         "joins results by task: blocks in, whole tasks out", uses,
                                         sizeof uses / sizeof *uses};

/* Prints why a split failed; an exit status. */
static int failure(const struct split *s, const char *name, int status)
{
    int error = errno;
    switch (status) {
    case SPLIT_WRITE:
        if (split_write_status(s) == STREAM_WRITE_FAILED)
            util_die_of_pipe(error);
        errno = error;
        util_error("%s: %s", name, stream_write_reason(split_write_status(s)));
        break;
    case SPLIT_TEMPORARY:
        return util_temporary_failed(flags.tmpdir);
    default:
        util_error("out of memory");
    }
    return UTIL_INCOMPLETE;
}

/* Damage inside a stream: its results are lost, the rest goes on. */
static int misuse(const char *name, const struct split *s)
{
    util_error("%s: %s", name, split_reason(s));
    inputs_worsen(&inputs, UTIL_INCOMPLETE);
    inputs.failed++;
    return inputs.strict ? UTIL_INCOMPLETE : 0;
}

static int take(void *split, const char *name, struct stream_reader *reader, int kind,
                const struct stream_frame *f)
{
    if (kind == STREAM_HEAD && f->head->content != STREAM_RESULTS) {
        util_error("%s: holds grids, not results: batt-gpu makes results", name);
        return UTIL_USAGE;
    }
    int status = split_take(split, reader, kind, f);
    if (status == SPLIT_MISUSE)
        return misuse(name, split);
    return status > 0 ? failure(split, name, status) : status;
}

/* Writes the task at hand, or all, into a file; an exit status. */
static int write_file(struct split *s, const char *path, bool all)
{
    struct output out;
    int status = output_start(&out, path, OUTPUT_BINARY);
    if (status)
        return status;
    struct stream_writer *w = stream_writer_open(out.file, (int)flags.level, 0);
    if (!w)
        status = SPLIT_NO_MEMORY;
    else
        status = (all ? split_write_all : split_write_task)(s, w, inputs.failed);
    if (status)
        status = failure(s, out.name, status);
    stream_writer_close(w);
    return output_finish(&out, status);
}

/* Makes the folders above a path; 0 or -1 with errno. */
static int make_folders(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        int bad = mkdir(path, 0777) && errno != EEXIST;
        *p = '/';
        if (bad)
            return -1;
    }
    return 0;
}

/* A key names a file below DIR only if no part of it climbs out. */
static bool stays_below(const char *key)
{
    for (const char *p = key; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL)
        if (*p == '/' || *p == '\0' || (p[0] == '.' && p[1] == '.' && (!p[2] || p[2] == '/')))
            return false;
    return true;
}

static int write_task(struct split *s)
{
    const char *key = split_task(s);
    size_t size = strlen(flags.dir) + strlen(key) + 8;
    char *path = malloc(size);
    int status = UTIL_INCOMPLETE;
    if (!stays_below(key)) {
        util_error("%s: not a name for a file", key);
    } else if (!path) {
        util_error("out of memory");
    } else {
        snprintf(path, size, "%s/%s.batt", flags.dir, key);
        if (make_folders(path))
            util_error("%s: %s", path, strerror(errno));
        else
            status = write_file(s, path, false);
    }
    free(path);
    return status;
}

/* All tasks; an exit status. */
static int write_all(struct split *s)
{
    int status = 0;
    if (!flags.dir)
        return write_file(s, flags.output, true);
    while (!status) {
        if ((status = split_next(s)))
            return failure(s, flags.dir, status);
        if (!split_task(s))
            break;
        status = write_task(s);
    }
    return status;
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    int status = options_read(&o, &tool, argc, argv, NULL);
    if (status != OPTIONS_READ)
        return status;
    if (flags.dir && flags.output)
        return options_bad(&tool, OPTION_OUTPUT, flags.output, "not together with -d");
    struct split *s = split_open(flags.tmpdir, SPLIT_MEMORY);
    if (!s)
        return failure(NULL, "", SPLIT_TEMPORARY);
    status = inputs_read(&inputs, o.n_operands, o.operands, take, s);
    if (!status)
        status = write_all(s);
    if (split_conflicts(s)) {
        util_error("%llu results came twice and differ; the first is kept.  The first such: %s",
                   (unsigned long long)split_conflicts(s), split_reason(s));
        inputs_worsen(&inputs, UTIL_PARTIAL);
    }
    util_info("%zu tasks", split_n_tasks(s));
    split_close(s);
    return status ? status : inputs.status;
}
