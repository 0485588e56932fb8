/*
 * cases FILE.case...: runs the cases of every primitive on every engine that the machine has.
 *
 * A case is a block of lines, blocks divided by empty lines, # begins a comment line:
 *
 *     grid 012/345         rows of digits, or a JSON list of lists
 *     x1 = vmirror(I)      lines of the program
 *     O = first(x1)
 *     = (2, 1, 0)          the value of O in canonical text; or "! error", which a
 *                          program that cannot be loaded meets as well
 *
 * The last line printed is "N passed, N failed".
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

enum { PROGRAM_MAX = 1 << 16 };

static struct harness h;
static long passed, failed;

/* One case as it is read. */
static struct {
    const char *file;
    long line;
    char program[PROGRAM_MAX];
    size_t len;
    json_t *grid;
    char *want; /* NULL: an error */
    int complete;
} now;

static void begin_case(const char *file, long line)
{
    now.file = file;
    now.line = line;
    json_decref(now.grid);
    free(now.want);
    now.grid = NULL;
    now.want = NULL;
    now.complete = 0;
    now.len = (size_t)snprintf(now.program, sizeof now.program, "def solve(I):\n");
}

static json_t *read_grid(const char *text)
{
    if (*text == '[')
        return json_loads(text, 0, NULL);
    json_t *grid = json_array(), *row = json_array();
    json_array_append_new(grid, row);
    for (; *text; text++) {
        if (*text == '/')
            json_array_append_new(grid, row = json_array());
        else if (isdigit((unsigned char)*text))
            json_array_append_new(row, json_integer(*text - '0'));
    }
    return grid;
}

static void complain(const char *got)
{
    failed++;
    printf("%s:%ld: [%s] expected %s\n  got %s\n%s\n", now.file, now.line, h.engine->name,
           now.want ? now.want : "an error", got, now.program);
}

static void run_case(void)
{
    char *got = NULL;
    snprintf(now.program + now.len, sizeof now.program - now.len, "    return O\n");
    const char *why = now.grid ? harness_load(&h, now.program) : "no grid";
    if (!why)
        why = harness_grid(&h, now.grid);
    if (why) {
        if (now.want || !now.grid)
            complain(why);
        else
            passed++;
        return;
    }
    struct run_result r = harness_run(&h, &got);
    if (now.want ? got && strcmp(got, now.want) == 0
                 : r.outcome == OUTCOME_ERROR || r.outcome == OUTCOME_LIMIT)
        passed++;
    else
        complain(got ? got : engine_error_name(r.error));
    free(got);
}

static void take_line(const char *file, long number, char *line)
{
    size_t n = strlen(line);
    while (n && isspace((unsigned char)line[n - 1]))
        line[--n] = 0;
    if (line[0] == '#')
        return;
    if (strncmp(line, "grid ", 5) == 0) {
        begin_case(file, number);
        now.grid = read_grid(line + 5);
    } else if (line[0] == '=' || line[0] == '!') {
        if (line[0] == '=')
            now.want = strdup(line + 1 + (line[1] == ' '));
        run_case();
    } else if (n && now.len + n + 8 < sizeof now.program) {
        now.len += (size_t)snprintf(now.program + now.len, sizeof now.program - now.len,
                                    "    %s\n", line);
    }
}

static void run_file(const char *file)
{
    FILE *f = fopen(file, "r");
    char *line = NULL;
    size_t cap = 0;
    if (!f) {
        printf("%s: cannot be read\n", file);
        failed++;
        return;
    }
    for (long number = 1; getline(&line, &cap, f) >= 0; number++)
        take_line(file, number, line);
    free(line);
    fclose(f);
}

int main(int argc, char **argv)
{
    for (int k = 0; engine_table[k]; k++) {
        if (!engine_table[k]->usable()) {
            printf("%s: this machine cannot run it, skipped\n", engine_table[k]->name);
            continue;
        }
        if (harness_open(&h, engine_table[k], HARNESS_FUEL)) {
            printf("out of memory\n0 passed, 1 failed\n");
            return 1;
        }
        for (int f = 1; f < argc; f++)
            run_file(argv[f]);
        harness_close(&h);
    }
    json_decref(now.grid);
    free(now.want);
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0;
}
