/* See result_head.h. */
#include "result_head.h"

#include "engine.h"
#include "util.h"

#include <stdio.h>
#include <string.h>

const char *const result_head_keeps[] = {"bits", "passing", "match", "all", NULL};
const char *const result_head_pairs[] = {"default", "cross", "name", "record", NULL};

void result_head_make(struct result_head *h, const char *tool, const struct matrix *m,
                      const struct grid_sets *sets, const char *const *programs,
                      uint32_t n_programs)
{
    const struct evaluate_options *o = &m->options;
    h->programs_known = programs_digest(programs, n_programs, &h->programs_digest) == 0;
    snprintf(h->programs, sizeof h->programs, h->programs_known ? "%016llx" : "unknown",
             (unsigned long long)h->programs_digest);
    snprintf(h->gate, sizeof h->gate, "%lu", (unsigned long)o->gate);
    snprintf(h->fuel, sizeof h->fuel, "%llu", (unsigned long long)o->fuel);
    snprintf(h->grids, sizeof h->grids, "%016llx", (unsigned long long)tasks_digest(&m->tasks));
    const struct stream_option options[RESULT_HEAD_OPTIONS] = {
        {"keep", result_head_keeps[o->keep]},
        {"gate", h->gate},
        {"fuel", h->fuel},
        {"pair", result_head_pairs[m->pair]},
        {"give-c", o->give_c ? "yes" : "no"},
        {"grids", h->grids},
        {"programs", h->programs},
    };
    memcpy(h->options, options, sizeof options);
    h->step = (struct stream_step){tool, BATT_VERSION, RESULT_HEAD_OPTIONS, h->options};
    h->head = (struct stream_head){.content = STREAM_RESULTS,
                                   .n_sets = sets->n,
                                   .sets = (const char *const *)sets->names,
                                   .n_steps = 1,
                                   .steps = &h->step};
}

bool result_head_holds(const struct result_head *h, const struct programs *read)
{
    return !h->programs_known || programs_were(read, h->programs_digest);
}

int result_head_write(struct stream_writer *w, const struct result_head *h)
{
    int status = stream_write_head(w, &h->head);
    return status ? status : stream_error_names(w, ENGINE_ERRORS - 1, engine_error_names + 1);
}
