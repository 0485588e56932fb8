/* See report.h. */
#include "report.h"

#include "times.h"

int report_begin(struct report *r, struct matrix *m)
{
    m->want_times = r->want_times || r->want_profile;
    m->want_profile = (r->want_stats && !r->stats.brief) || r->want_profile;
    m->want_lines = r->want_profile;
    return r->want_profile ? heavy_open(&r->heavy, (uint32_t)r->n_heaviest) : 0;
}

int report_block(struct report *r, FILE *file, struct program_block *b, const struct programs *src,
                 const struct matrix *m)
{
    if (r->want_times)
        times_print(file, b, m->account.times);
    return r->want_profile ? heavy_add(&r->heavy, b, src, &m->account) : 0;
}

int report_end(struct report *r, FILE *file, const struct matrix *m)
{
    int failed = 0;
    if (r->want_stats)
        failed = stats_print(file, &r->stats, m, r->want_profile ? &r->heavy : NULL);
    else if (r->want_profile)
        heavy_print(file, &r->heavy);
    failed |= (r->want_stats || r->want_profile || r->want_times) && ferror(file);
    return failed ? -1 : 0;
}

void report_close(struct report *r)
{
    heavy_close(&r->heavy);
}
