/* See matrix_tell.h. */
#include "matrix_tell.h"

#include "stream.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

int matrix_tell_bad(const struct programs *src, const struct program_block *b,
                    struct inputs *inputs)
{
    for (uint32_t k = 0; k < b->n; k++) {
        const struct program_entry *e = &b->entries[k];
        if (!e->bad)
            continue;
        util_error("%s:%u: %s", src->sources[e->source], (unsigned)e->line, e->bad);
        inputs_worsen(inputs, UTIL_PARTIAL);
        inputs->failed++;
        if (inputs->strict)
            return UTIL_INCOMPLETE;
    }
    return 0;
}

int matrix_tell_failure(const struct matrix *m, const char *output, int status)
{
    if (status == MATRIX_WRITE_FAILED) {
        util_die_of_pipe(errno);
        util_error("%s: %s", output, stream_write_reason(m->write_status));
    } else if (status == MATRIX_TOO_MANY) {
        util_error(
            "%u programs on %u tasks are %llu pairs, more than the %d that a block may have: "
            "use a smaller --block, or files of fewer programs",
            (unsigned)m->block->n, (unsigned)m->tasks.n, (unsigned long long)m->n_pairs,
            MATRIX_MAX_PAIRS);
    } else {
        util_error("%s", status == MATRIX_NO_ENGINE
                             ? "BATT_ENGINE: no such engine on this machine"
                             : "out of memory; a smaller --block takes less");
    }
    return UTIL_INCOMPLETE;
}

void matrix_tell_broken(const struct matrix *m, bool required, struct inputs *inputs)
{
    const struct backend *b;
    while (m->dispatch && (b = dispatch_broken(m->dispatch))) {
        if (!required) {
            util_warn("%s: %s; its work is done elsewhere", b->name, b->reason);
            continue;
        }
        util_error("--require-gpu: %s: %s; its work was done elsewhere", b->name, b->reason);
        inputs_worsen(inputs, UTIL_PARTIAL);
    }
}

void matrix_tell_progress(const struct matrix *m, size_t units)
{
    static struct timespec begun;
    struct timespec now;
    uint64_t runs = 0;
    if (!begun.tv_sec)
        clock_gettime(CLOCK_MONOTONIC, &begun);
    if (!util_progress_due())
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds =
        (double)(now.tv_sec - begun.tv_sec) + 1e-9 * (double)(now.tv_nsec - begun.tv_nsec);
    for (int k = 0; k <= OUTCOME_SKIPPED; k++)
        runs += m->counts[k];
    util_progress("%llu programs done, %u on %zu of %zu tasks; %llu runs, %.0f a second",
                  (unsigned long long)m->n_programs, (unsigned)m->block->n, units, m->n_units,
                  (unsigned long long)runs, seconds > 0 ? (double)runs / seconds : 0.0);
}

void matrix_tell_differences(const struct differences *d, struct inputs *inputs)
{
    for (uint32_t k = 0; k < d->n_lines; k++)
        util_error("%s", d->lines[k]);
    util_warn("%llu runs compared, %llu differ", (unsigned long long)d->n_compared,
              (unsigned long long)d->n);
    if (d->n)
        inputs_worsen(inputs, UTIL_PARTIAL);
}

/* Programs that could not be parsed, and where constructs stood in the way the first few of these,
 * the rest together. */
static void tell_syntax(const struct constructs *counts)
{
    enum { TOLD = 6 };
    const struct constructs c = constructs_ranked(counts);
    uint64_t rest = c.n_programs;
    char text[512] = ""; /* a kind takes 60 at most */
    size_t n = 0;
    for (uint32_t k = 0; k < c.n_kinds && k < TOLD; k++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%llu %s", n ? ", " : ": ",
                              (unsigned long long)c.kinds[k].n, c.kinds[k].name);
        rest -= c.kinds[k].n;
    }
    if (n && rest)
        snprintf(text + n, sizeof text - n, ", %llu other", (unsigned long long)rest);
    util_warn("%llu programs could not be parsed (outcome syntax)%s",
              (unsigned long long)c.n_programs, text);
}

void matrix_tell_counts(const struct matrix *m, struct inputs *inputs)
{
    char text[256] = "";
    size_t n = 0;
    for (int k = 0; k <= OUTCOME_SKIPPED; k++)
        if (m->counts[k])
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%llu %s", n ? ", " : "",
                                  (unsigned long long)m->counts[k],
                                  stream_outcome_name((unsigned)k));
    util_info("%s", n ? text : "no runs");
    if (m->syntax.n_programs)
        tell_syntax(&m->syntax);
    if (m->missing.n)
        util_warn("%llu programs name a task that is not there, the first '%s'",
                  (unsigned long long)m->missing.n, m->missing.first);
    if (m->ambiguous.n)
        util_warn("%llu programs name a task by an id that several tasks have, the first '%s'; "
                  "name set/id",
                  (unsigned long long)m->ambiguous.n, m->ambiguous.first);
    if (m->missing.n || m->ambiguous.n)
        inputs_worsen(inputs, UTIL_PARTIAL);
}
