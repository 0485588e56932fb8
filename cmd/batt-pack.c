/*
 * batt-pack: regroups streams into batches and spool shards, and files of programs into shards.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/folder.h"
#include "../lib/inputs.h"
#include "../lib/options.h"
#include "../lib/output.h"
#include "../lib/pack.h"
#include "../lib/pack_lines.h"
#include "../lib/shards.h"
#include "../lib/util.h"

enum { MAX_PROGRAM_PATHS = 1024, SHARD_TASKS = 100, SHARD_ENTRIES = 1000, SHARD_PROGRAMS = 16384 };

static struct {
    const char *output, *dir;
    const char *programs[MAX_PROGRAM_PATHS];
    int n_programs;
    long long level, threads, shard, items;
    int64_t bytes;
} flags = {.level = 1};

static struct pack_options options = {.tool = "batt-pack"};
static struct inputs inputs = {.folders = true};
static struct shards shards = {.suffix = ".batt"};
static struct output out;
static struct stream_writer *writer;
static struct pack *pack;

static const struct options_use uses[] = {
    {OPTION_ITEMS, "items per frame (default: as many as fit)", .number = &flags.items, 1,
     STREAM_MAX_COUNT},
    {.id = OPTION_BYTES},
    {OPTION_PER_TASK, .flag = &options.per_task},
    {.id = OPTION_BY_SIZE},
    {.id = OPTION_RESTORE},
    {OPTION_DIR, "write shards DIR/000000.batt ..., as -o does for a folder", .text = &flags.dir},
    {OPTION_SHARD, "per shard: tasks (default 100), entries (1000), programs (16384)",
     .number = &flags.shard, 1, UINT32_MAX},
    {OPTION_PROGRAMS, .help = "instead of streams: JSON lines of programs (repeatable)"},
    {OPTION_LEVEL, .number = &flags.level, 1, 19},
    {OPTION_THREADS, "threads of zstd (default: none of its own)", .number = &flags.threads, 1,
     1024},
    {OPTION_TMPDIR, "folder for temporary files (default: $TMPDIR or /tmp)",
     .text = &options.tmpdir},
    {OPTION_OUTPUT, .text = &flags.output},
    {OPTION_STRICT, .flag = &inputs.strict},
};
static const struct options_tool tool = {
    "batt-pack", "[FILE|DIR...]",
    "Regroups streams into other frames and shards, or joins shards; standard input when no\n"
    "FILE or -.",
    uses, sizeof uses / sizeof *uses};

/* ---- where it goes ---- */

static int refuse(const char *object, const char *reason)
{
    util_error("%s: %s", object, reason);
    return UTIL_INCOMPLETE;
}

/* Opens the next shard; an exit status. */
static int next_shard(void)
{
    int status = shards_next(&shards);
    if (status)
        return refuse(status == SHARDS_OUTPUT ? shards.path : shards.dir,
                      shards_reason(&shards, status));
    out.file = shards.out.file;
    out.name = shards.path;
    return 0;
}

static int end_shard(void)
{
    char name[64];
    snprintf(name, sizeof name, "%06u%s", (unsigned)shards.n, shards.suffix);
    int status = shards_commit(&shards);
    return status ? refuse(name, shards_reason(&shards, status)) : 0;
}

static struct stream_writer *open_stream(void *context)
{
    (void)context;
    if (flags.dir && next_shard())
        return NULL;
    writer = stream_writer_open(out.file, (int)flags.level, (int)flags.threads);
    if (!writer)
        util_error("out of memory");
    return writer;
}

static int close_stream(void *context)
{
    (void)context;
    stream_writer_close(writer);
    writer = NULL;
    return end_shard();
}

/* Opens the one output; an exit status. */
static int begin_output(enum output_mode mode)
{
    return flags.dir ? 0 : output_start(&out, flags.output, mode);
}

/* Puts what was written in place, or removes it; an exit status. */
static int end_output(int status)
{
    if (!flags.dir)
        status = output_finish(&out, status);
    else if (status)
        shards_abort(&shards);
    else if ((status = shards_finish(&shards)))
        status = refuse(shards.dir, shards_reason(&shards, status));
    return status ? status : inputs.status;
}

/* ---- streams ---- */

/* Says why packing failed; an exit status. */
static int failure(const char *name, int status)
{
    int error = errno;
    switch (status) {
    case PACK_SINK:
        return UTIL_INCOMPLETE;
    case PACK_WRITE:
        if (pack_write_status(pack) == STREAM_WRITE_FAILED)
            util_die_of_pipe(error);
        errno = error;
        return refuse(out.name, stream_write_reason(pack_write_status(pack)));
    case PACK_TEMPORARY:
        return util_temporary_failed(options.tmpdir);
    case PACK_ROWS:
        return refuse(name, "its tasks are not in the order that --by-size makes");
    case PACK_CONTENT:
        refuse(name, "holds results; only tasks can be put in another order");
        return UTIL_USAGE;
    default:
        return refuse(name, "out of memory");
    }
}

static int take(void *context, const char *name, struct stream_reader *reader, int kind,
                const struct stream_frame *f)
{
    (void)context;
    if (kind == STREAM_HEAD && flags.dir && !flags.shard)
        pack_set_shard(pack, f->head->content == STREAM_GRIDS ? SHARD_TASKS : SHARD_ENTRIES);
    int status = pack_take(pack, reader, kind, f, inputs.failed);
    if (status != PACK_ORPHAN)
        return status > 0 ? failure(name, status) : status;
    util_error("%s: results for block %u, whose programs did not come", name,
               (unsigned)f->results.block);
    inputs_worsen(&inputs, UTIL_INCOMPLETE);
    inputs.failed++;
    return inputs.strict ? UTIL_INCOMPLETE : 0;
}

static int pack_streams(int n, char **names)
{
    const struct pack_sink sink = {open_stream, close_stream, NULL};
    options.n_bytes = flags.bytes ? (size_t)flags.bytes : STREAM_CUT_BYTES;
    options.n_items = (uint32_t)flags.items;
    options.shard = flags.dir ? (uint32_t)(flags.shard ? flags.shard : SHARD_TASKS) : 0;
    int status = begin_output(OUTPUT_BINARY);
    if (status)
        return status;
    pack = pack_open(&options, &sink);
    status = pack ? inputs_read(&inputs, n, names, take, NULL)
                  : refuse("temporary file", strerror(errno));
    if (!status && (status = pack_finish(pack, inputs.failed)))
        status = failure(out.name, status);
    pack_close(pack);
    stream_writer_close(writer);
    return end_output(status);
}

/* ---- programs ---- */

static const char *lines_name;

static FILE *next_line(void *context, uint64_t n)
{
    (void)context;
    if (!flags.dir || n % (uint64_t)flags.shard)
        return out.file;
    if (n && end_shard())
        return NULL;
    return next_shard() ? NULL : out.file;
}

static int bad_input(const char *name, const char *reason)
{
    util_error("%s: %s", name, reason);
    inputs_worsen(&inputs, UTIL_PARTIAL);
    return inputs.strict ? UTIL_INCOMPLETE : 0;
}

static bool bad_line(void *context, uint64_t line)
{
    char name[4096];
    (void)context;
    snprintf(name, sizeof name, "%s:%llu", lines_name, (unsigned long long)line);
    return bad_input(name, "not a JSON object") != 0;
}

static int pack_file(struct pack_lines *p, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    lines_name = is_stdin ? "standard input" : path;
    FILE *in = is_stdin ? stdin : fopen(path, "re");
    if (!in)
        return bad_input(path, strerror(errno));
    int status = pack_lines(p, in), error = errno;
    if (!is_stdin)
        fclose(in);
    switch (status) {
    case PACK_LINES_READ:
        inputs_worsen(&inputs, UTIL_INCOMPLETE);
        return bad_input(lines_name, strerror(error));
    case PACK_LINES_WRITE:
        util_die_of_pipe(error);
        return refuse(out.name, strerror(error));
    default:
        return status ? UTIL_INCOMPLETE : 0;
    }
}

static int pack_path(struct pack_lines *p, const char *path)
{
    static const char *const suffixes[] = {".jsonl", NULL};
    struct folder folder = {0};
    int status = 0;
    if (!folder_is(path))
        return pack_file(p, path);
    int error = folder_list(&folder, path, suffixes);
    if (error || !folder.n)
        status = bad_input(path, error ? strerror(error) : "no *.jsonl file in this folder");
    for (size_t k = 0; k < folder.n && !status; k++)
        status = pack_file(p, folder.paths[k]);
    folder_free(&folder);
    return status;
}

static int pack_programs(void)
{
    struct pack_lines p = {.next = next_line, .bad = bad_line};
    if (!flags.shard)
        flags.shard = SHARD_PROGRAMS;
    shards.suffix = ".jsonl";
    int status = begin_output(OUTPUT_TEXT);
    if (status)
        return status;
    for (int k = 0; k < flags.n_programs && !status; k++)
        status = pack_path(&p, flags.programs[k]);
    if (!status && flags.dir && p.n)
        status = end_shard();
    return end_output(status);
}

/* ---- main ---- */

static int read_option(const struct options_state *o, int id)
{
    const char *reason;
    switch (id) {
    case OPTION_BYTES:
        reason = util_size(o->argument, 1, STREAM_CUT_MOST, &flags.bytes);
        return reason ? options_bad(&tool, OPTION_BYTES, o->argument, reason) : 0;
    case OPTION_BY_SIZE:
        options.order = PACK_BY_SIZE;
        return 0;
    case OPTION_RESTORE:
        options.order = PACK_RESTORE;
        return 0;
    default: /* -p */
        if (flags.n_programs == MAX_PROGRAM_PATHS)
            return options_bad(&tool, OPTION_PROGRAMS, o->argument, "too many; name a folder");
        flags.programs[flags.n_programs++] = o->argument;
        return 0;
    }
}

/* Was an option given that is about frames? */
static bool frames_asked(void)
{
    return flags.items || flags.bytes || options.per_task || options.order != PACK_AS_IT_COMES;
}

/* A folder, or what can only be one, is where shards go. */
static bool names_folder(const char *path)
{
    return folder_is(path) || (*path && path[strlen(path) - 1] == '/');
}

int main(int argc, char **argv)
{
    struct options_state o = {0};
    int status = options_read(&o, &tool, argc, argv, read_option);
    if (status != OPTIONS_READ)
        return status;
    if (flags.dir && flags.output)
        return options_bad(&tool, OPTION_OUTPUT, flags.output, "not together with -d");
    if (flags.output && names_folder(flags.output))
        flags.dir = flags.output;
    if (flags.shard && !flags.dir)
        return options_bad(&tool, OPTION_SHARD, NULL, "only with -d DIR or -o DIR");
    if (flags.n_programs && (o.n_operands || frames_asked()))
        return options_bad(&tool, OPTION_PROGRAMS, flags.programs[0],
                           "not together with streams or options of their frames");
    shards.dir = flags.dir;
    return flags.n_programs ? pack_programs() : pack_streams(o.n_operands, o.operands);
}
