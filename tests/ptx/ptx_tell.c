/* What warps did and what it cost: by function, by line of the sources, by call. */
#include "ptx_private.h"

/* What a statement costs: hardware has no instruction for the moves of calls, most likely none for
   other moves. */
static const char *const kinds[N_KINDS] = {
    [KIND_COMPUTE] = "compute", [KIND_MOVE] = "move",     [KIND_FLOW] = "flow",
    [KIND_MEMORY] = "memory",   [KIND_SHARED] = "shared", [KIND_LOCAL] = "local",
    [KIND_MEETING] = "meeting",
};

struct total {
    struct counts sum;
    uint64_t runs[N_KINDS], slots;
};

static void add_function(struct total *t, const struct ptx_function *f, const struct counts *c)
{
    for (int k = 0; k < f->n_insns; k++, c++) {
        t->runs[f->insns[k].kind] += c->runs;
        t->slots += c->runs * (unsigned)f->insns[k].slots;
        t->sum.runs += c->runs;
        t->sum.lanes += c->lanes;
        t->sum.apart += c->apart;
        t->sum.sectors += c->sectors;
        t->sum.local_sectors += c->local_sectors;
    }
}

static void tell(const char *name, const struct total *t)
{
    const struct counts *sum = &t->sum;
    if (!sum->runs)
        return;
    fprintf(stderr, "{\"ptx\": \"%s\", \"instructions\": %" PRIu64, name, sum->runs);
    fprintf(stderr, ", \"slots\": %" PRIu64, t->slots);
    for (int k = 0; k < N_KINDS; k++)
        fprintf(stderr, ", \"%s\": %" PRIu64, kinds[k], t->runs[k]);
    fprintf(stderr,
            ", \"lanes\": %.2f, \"apart\": %" PRIu64 ", \"sectors\": %" PRIu64
            ", \"local sectors\": %" PRIu64 "}\n",
            (double)sum->lanes / (double)sum->runs, sum->apart, sum->sectors, sum->local_sectors);
}

/* What a line of the sources cost. */
struct line {
    int file, source;
    uint64_t slots, runs;
};

static int by_place(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return x->file != y->file ? x->file - y->file : x->source - y->source;
}

static int by_slots(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return (x->slots < y->slots) - (x->slots > y->slots);
}

/* The 200 heaviest lines. */
static void tell_lines(const struct ptx_module *m)
{
    struct line *lines = calloc((size_t)m->n_insns + 1, sizeof *lines);
    int n = 0, all = 0;
    if (!lines)
        return;
    for (size_t k = 0; k < m->n_functions; k++) {
        const struct ptx_function *f = m->functions[k];
        for (int i = 0; i < f->n_insns; i++) {
            uint64_t runs = m->counts[f->first + i].runs;
            lines[all++] = (struct line){f->insns[i].file, f->insns[i].source,
                                         runs * (unsigned)f->insns[i].slots, runs};
        }
    }
    qsort(lines, (size_t)all, sizeof *lines, by_place);
    for (int k = 1; k < all; k++)
        if (by_place(&lines[k], &lines[n]) == 0) {
            lines[n].slots += lines[k].slots;
            lines[n].runs += lines[k].runs;
        } else {
            lines[++n] = lines[k];
        }
    n += all > 0;
    qsort(lines, (size_t)n, sizeof *lines, by_slots);
    for (int k = 0; k < n && k < 200 && lines[k].slots; k++)
        fprintf(stderr,
                "{\"file\": \"%s\", \"line\": %d, \"slots\": %" PRIu64
                ", \"instructions\": %" PRIu64 "}\n",
                m->files[lines[k].file], lines[k].source, lines[k].slots, lines[k].runs);
    free(lines);
}

/* Who called whom, how often. */
static void tell_calls(const struct ptx_module *m)
{
    for (size_t k = 0; k < m->n_functions; k++) {
        const struct ptx_function *f = m->functions[k];
        for (int i = 0; i < f->n_insns; i++) {
            const struct insn *insn = &f->insns[i];
            uint64_t runs = m->counts[f->first + i].runs;
            if (insn->call && runs)
                fprintf(stderr,
                        "{\"call\": \"%s\", \"by\": \"%s\", \"line\": %d, \"runs\": %" PRIu64 "}\n",
                        insn->call->name, f->name, insn->source, runs);
        }
    }
}

void ptx_tell(const struct ptx_module *m, int all)
{
    if (all > 1)
        tell_lines(m);
    if (all > 2)
        tell_calls(m);
    struct total of_all = {0};
    for (size_t k = 0; k < m->n_functions; k++) {
        const struct ptx_function *f = m->functions[k];
        struct total own = {0};
        add_function(&own, f, m->counts + f->first);
        add_function(&of_all, f, m->counts + f->first);
        if (all)
            tell(f->name, &own);
    }
    tell("all", &of_all);
}
