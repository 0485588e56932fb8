/* See grids.h. */
#include "grids.h"

#include "util.h"

#include <stdlib.h>
#include <string.h>

struct grids_reading {
    struct inputs *inputs;
    struct tasks *tasks;
    struct grid_sets *sets;
};

static int add_set(struct grid_sets *sets, const char *name)
{
    for (uint32_t k = 0; k < sets->n; k++)
        if (strcmp(sets->names[k], name) == 0)
            return 0;
    char **p = realloc(sets->names, (sets->n + 1) * sizeof *p);
    if (!p)
        return -1;
    sets->names = p;
    if (!(p[sets->n] = strdup(name)))
        return -1;
    sets->n++;
    return 0;
}

static int out_of_memory(const char *name)
{
    util_error("%s: out of memory", name);
    return UTIL_INCOMPLETE;
}

static int take_head(struct grids_reading *g, const char *name, const struct stream_head *head)
{
    if (head->content != STREAM_GRIDS) {
        util_error("%s: holds results, not grids", name);
        return UTIL_USAGE;
    }
    for (uint32_t k = 0; g->sets && k < head->n_sets; k++)
        if (add_set(g->sets, head->sets[k]))
            return out_of_memory(name);
    return 0;
}

static int take_frame(void *context, const char *name, struct stream_reader *reader, int kind,
                      const struct stream_frame *f)
{
    struct grids_reading *g = context;
    (void)reader;
    if (kind == STREAM_HEAD)
        return take_head(g, name, f->head);
    if (kind != STREAM_GRIDS_FRAME)
        return 0;
    uint32_t conflicts = 0;
    if (tasks_add_frame(g->tasks, &f->grids, &conflicts))
        return out_of_memory(name);
    if (!conflicts)
        return 0;
    util_error("%s: task %s%s: comes twice with different content; the first is kept", name,
               g->tasks->conflict, conflicts > 1 ? " and others" : "");
    inputs_worsen(g->inputs, UTIL_PARTIAL);
    g->inputs->failed += conflicts;
    return g->inputs->strict ? UTIL_INCOMPLETE : 0;
}

int grids_read(struct inputs *in, int n, char *const *names, struct tasks *tasks,
               struct grid_sets *sets)
{
    struct grids_reading g = {in, tasks, sets};
    int status = inputs_read(in, n, names, take_frame, &g);
    if (!status && tasks_index(tasks))
        status = out_of_memory("grids");
    return status;
}

void grid_sets_free(struct grid_sets *sets)
{
    for (uint32_t k = 0; k < sets->n; k++)
        free(sets->names[k]);
    free(sets->names);
    *sets = (struct grid_sets){0};
}
