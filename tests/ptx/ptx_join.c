/* Where the ways of a branch by lane join again. */
#include "ptx_private.h"

/* After statement k come at most two, none after a trap; the end is n_insns. */
static int successors(const struct ptx_function *f, int k, int next[2])
{
    const struct insn *i = &f->insns[k];
    int n = 0;
    if (i->flow == FLOW_BRANCH)
        next[n++] = i->target;
    else if (i->flow == FLOW_RETURN)
        next[n++] = f->n_insns;
    if (i->guard >= 0 || i->flow == FLOW_ON || i->flow == FLOW_CALL)
        next[n++] = k + 1;
    return n;
}

/* Looks for the end from k on without coming by `without`; from[] says for each statement seen
   which one came before, and is -1 for others.  0 if the end is not reached. */
static int find_end(const struct ptx_function *f, int k, int without, int *from, int *todo)
{
    int n = 0, next[2];
    for (int s = 0; s <= f->n_insns; s++)
        from[s] = -1;
    if (k == without)
        return 0;
    from[k] = k;
    todo[n++] = k;
    while (n && from[f->n_insns] < 0) {
        k = todo[--n];
        for (int s = k < f->n_insns ? successors(f, k, next) : 0; s--;)
            if (next[s] != without && from[next[s]] < 0) {
                from[next[s]] = k;
                todo[n++] = next[s];
            }
    }
    return from[f->n_insns] >= 0;
}

/* Where the ways of the branch at k join: the first statement on a way to the end that every other
   comes by too; the end, if there is none. */
static int find_join(const struct ptx_function *f, int k)
{
    size_t room = ((size_t)f->n_insns + 1) * sizeof(int);
    int *way = malloc(room), *from = malloc(room), *todo = malloc(room), join = f->n_insns;
    if (!way || !from || !todo)
        abort();
    if (find_end(f, k, -1, way, todo)) {
        for (int at = way[f->n_insns]; at != k; at = way[at])
            if (!find_end(f, f->insns[k].target, at, from, todo) &&
                !find_end(f, k + 1, at, from, todo))
                join = at;
    }
    free(way);
    free(from);
    free(todo);
    return join;
}

int ptx_join(struct ptx_function *f, int k)
{
    int join = __atomic_load_n(&f->join[k], __ATOMIC_RELAXED);
    if (join < 0) {
        join = find_join(f, k);
        __atomic_store_n(&f->join[k], join, __ATOMIC_RELAXED);
    }
    return join;
}
