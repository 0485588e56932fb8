/* Runs a kernel's statements: branches of a warp and calls. */
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include "ptx_private.h"

enum { LOCAL_WORDS = 8 << 10, FRAME_WORDS = 64 << 10, MAX_APART = 64 };

void ptx_fault(const struct ptx_warp *w, const struct insn *i, const char *format, ...)
{
    va_list arguments;
    fflush(stdout);
    fprintf(stderr, "ptx: %s: line %d: ", w->function->name, i->line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n");
    abort();
}

/* ---- a function ---- */

static void run_function(struct ptx_warp *w, struct ptx_function *f, struct word *frame);

static void copy_words(struct word *to, const struct word *from, int n)
{
    for (int k = 0; k < n; k++) {
        if (from[k].each)
            to[k] = from[k];
        else
            to[k].v[0] = from[k].v[0], to[k].each = 0;
    }
}

static void run_call(struct ptx_warp *w, const struct ptx_function *caller, const struct insn *i)
{
    const struct call *call = i->call;
    struct ptx_function *f = call->callee;
    struct word *own = w->frame, *frame = own + caller->n_words;
    uint64_t base = w->local_base, top = w->local_top;
    uint32_t mask = w->mask;
    if (frame + f->n_words > w->end)
        ptx_fault(w, i, "calls too deep for the frames' memory");
    for (int k = 0; k < call->n; k++)
        copy_words(frame + f->params[k].word, own + call->words[k], f->params[k].n);
    run_function(w, f, frame);
    if (call->result >= 0)
        copy_words(own + call->result, frame + f->result.word, f->result.n);
    w->frame = own;
    w->function = caller;
    w->local_base = base;
    w->local_top = top;
    w->mask = mask;
}

/* Lanes that go a way of their own, until they come to `join`; the lowest are those of the call. */
struct way {
    int at, join;
    uint32_t mask;
};

static uint32_t lanes_where(const struct ptx_warp *w, const struct insn *i)
{
    const struct word *x = &w->frame[i->guard];
    uint32_t bits = 0;
    if (!x->each)
        bits = x->v[0] & 1 ? (uint32_t)ALL_LANES : 0;
    else
        for (int k = 0; k < LANES; k++)
            bits |= (uint32_t)(x->v[k] & 1) << k;
    return (i->guard_not ? ~bits : bits) & w->mask;
}

/* A branch; where the lanes that run next go on.  Those that go apart become ways of their own. */
static int branch(struct ptx_warp *w, struct ptx_function *f, int at, struct way *ways, int *n)
{
    const struct insn *i = &f->insns[at];
    uint32_t taken = i->guard < 0 ? w->mask : lanes_where(w, i), rest = w->mask & ~taken;
    if (!rest)
        return i->target;
    if (!taken)
        return at + 1;
    if (*n + 2 > MAX_APART)
        ptx_fault(w, i, "branches by lane within too many others");
    int join = ptx_join(f, at);
    w->counts[f->first + at].apart++;
    ways[*n - 1].at = join;
    ways[(*n)++] = (struct way){at + 1, join, rest};
    ways[(*n)++] = (struct way){i->target, join, taken};
    w->mask = taken;
    return i->target;
}

/* The way that runs has come to its join or its end: takes up the next one, without the lanes that
   have returned.  Where it goes on, -1 if none is left. */
static int next_way(struct ptx_warp *w, struct way *ways, int *n, uint32_t returned)
{
    while (--*n > 0) {
        w->mask = ways[*n - 1].mask & ~returned;
        if (w->mask)
            return ways[*n - 1].at;
    }
    return -1;
}

static void count(struct ptx_warp *w, const struct ptx_function *f, int at)
{
    struct counts *c = &w->counts[f->first + at];
    c->runs++;
    c->lanes += (unsigned)__builtin_popcount(w->mask);
}

/* A statement that is no branch, by the lanes that it is for. */
static void run_insn(struct ptx_warp *w, const struct ptx_function *f, const struct insn *i)
{
    uint32_t mask = w->mask;
    if (i->guard >= 0)
        w->mask = lanes_where(w, i);
    if (i->flow == FLOW_CALL && w->mask) {
        run_call(w, f, i);
    } else if (w->mask) {
        struct counts *c = &w->counts[f->first + (int)(i - f->insns)];
        w->sectors = w->local_sectors = 0;
        i->run(w, i);
        c->sectors += w->sectors;
        c->local_sectors += w->local_sectors;
    }
    w->mask = mask;
}

/* What a function begins with but its parameters: nobody may count on what was there before. */
static void poison(struct word *words, int n)
{
    for (int k = 0; k < n; k++) {
        words[k].v[0] = 0x5a5a5a5a5a5a5a5a;
        words[k].each = 0;
    }
}

static void run_function(struct ptx_warp *w, struct ptx_function *f, struct word *frame)
{
    struct way ways[MAX_APART] = {{0, f->n_insns, w->mask}};
    uint32_t returned = 0;
    int n = 1, at = 0;
    w->frame = frame;
    w->function = f;
    w->local_base = w->local_top;
    w->local_top += (uint64_t)(f->local_bytes + 15) / 16 * 16;
    if (w->local_top > LOCAL_WORDS * 8)
        ptx_fault(w, f->insns, "calls too deep for the local memory");
    poison(frame + f->n_own, f->n_words - f->n_own);
    poison(w->local + w->local_base / 8, (int)(w->local_top - w->local_base) / 8);
    while (at >= 0) {
        if (at == ways[n - 1].join) {
            at = next_way(w, ways, &n, returned);
            continue;
        }
        const struct insn *i = &f->insns[at];
        count(w, f, at);
        switch (i->flow) {
        case FLOW_BRANCH:
            at = branch(w, f, at, ways, &n);
            break;
        case FLOW_RETURN:
            returned |= i->guard < 0 ? w->mask : lanes_where(w, i);
            w->mask &= ~returned;
            at = w->mask ? at + 1 : next_way(w, ways, &n, returned);
            break;
        case FLOW_TRAP:
            if (i->guard < 0 || lanes_where(w, i))
                ptx_fault(w, i, "the kernel gives up");
            at++;
            break;
        default:
            run_insn(w, f, i);
            at++;
        }
    }
}

/* ---- a warp ---- */

static void *reserve(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED) {
        fprintf(stderr, "ptx: out of memory\n");
        abort();
    }
    return p;
}

static void add_counts(struct ptx_module *m, const struct counts *own)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    for (int k = 0; k < m->n_insns; k++) {
        m->counts[k].runs += own[k].runs;
        m->counts[k].lanes += own[k].lanes;
        m->counts[k].apart += own[k].apart;
        m->counts[k].sectors += own[k].sectors;
        m->counts[k].local_sectors += own[k].local_sectors;
    }
    pthread_mutex_unlock(&lock);
}

void ptx_run(struct ptx_function *kernel, const void *argument, size_t bytes,
             const struct ptx_place *place, ptx_memory *memory)
{
    struct ptx_module *m = kernel->module;
    size_t n_counts = (size_t)m->n_insns * sizeof *m->counts;
    size_t frames = FRAME_WORDS * sizeof(struct word), locals = LOCAL_WORDS * sizeof(struct word);
    struct ptx_warp w = {.consts = m->constants,
                         .local = reserve(locals),
                         .mask = (uint32_t)ALL_LANES,
                         .place = place,
                         .memory = memory,
                         .module = m,
                         .epoch = 1,
                         .counts = reserve(n_counts)};
    struct word *frame = reserve(frames), *parameter = frame + kernel->params[0].word;
    w.end = frame + FRAME_WORDS;
    if (bytes != (size_t)kernel->params[0].n * 8) {
        fprintf(stderr, "ptx: %s: its argument has %d bytes, not %zu\n", kernel->name,
                kernel->params[0].n * 8, bytes);
        abort();
    }
    for (size_t k = 0; k < bytes / 8; k++)
        memcpy(&parameter[k].v[0], (const uint8_t *)argument + 8 * k, 8);
    run_function(&w, kernel, frame);
    add_counts(m, w.counts);
    munmap(frame, frames);
    munmap(w.local, locals);
    munmap(w.counts, n_counts);
}
