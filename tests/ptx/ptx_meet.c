/* Meetings of lanes, moves of the machine's own registers, and what statements are called. */
#include <string.h>
#include <time.h>

#include "ptx_private.h"

/* ---- meetings ---- */

static void must_be_all(const struct ptx_warp *w, const struct insn *i, int operand)
{
    const struct word *mask = word_of(w, i->of[operand]);
    for (int k = 0; k < LANES; k++)
        if ((uint32_t)lane_of(mask, k) != (uint32_t)ALL_LANES)
            ptx_fault(w, i, "a meeting of the lanes %#x", (uint32_t)lane_of(mask, k));
    if (w->mask != (uint32_t)ALL_LANES)
        ptx_fault(w, i, "a meeting of all lanes, but only %#x are there", w->mask);
}

/* Of a shuffle, to lane k with b, 0..31: the lane whose word it gets; outside of the warp: its own.
 */
typedef int shuffle_from(int k, uint32_t b);

static int from_idx(int k, uint32_t b)
{
    return (void)k, (int)b;
}

static int from_bfly(int k, uint32_t b)
{
    return k ^ (int)b;
}

static int from_up(int k, uint32_t b)
{
    return k - (int)b;
}

static int from_down(int k, uint32_t b)
{
    return k + (int)b;
}

static void shuffle(struct ptx_warp *w, const struct insn *i, shuffle_from *from, uint32_t clamp)
{
    const struct word a = *word_of(w, i->of[0]), *b = word_of(w, i->of[1]),
                      *c = word_of(w, i->of[2]);
    struct word to, inside;
    must_be_all(w, i, 3);
    if (c->each || c->v[0] != clamp)
        ptx_fault(w, i, "a shuffle of parts of a warp");
    to.each = inside.each = 31;
    for (int k = 0; k < LANES; k++) {
        int other = from(k, (uint32_t)lane_of(b, k) & 31);
        inside.v[k] = other >= 0 && other < LANES;
        to.v[k] = lane_of(&a, inside.v[k] ? other : k);
    }
    word_gather(&to);
    word_gather(&inside);
    w->frame[i->to[0]] = to;
    if (i->to[1] >= 0)
        w->frame[i->to[1]] = inside;
}

static void shfl_sync_idx_b32(struct ptx_warp *w, const struct insn *i)
{
    shuffle(w, i, from_idx, 31);
}

static void shfl_sync_bfly_b32(struct ptx_warp *w, const struct insn *i)
{
    shuffle(w, i, from_bfly, 31);
}

static void shfl_sync_up_b32(struct ptx_warp *w, const struct insn *i)
{
    shuffle(w, i, from_up, 0);
}

static void shfl_sync_down_b32(struct ptx_warp *w, const struct insn *i)
{
    shuffle(w, i, from_down, 31);
}

static uint32_t votes(const struct ptx_warp *w, const struct insn *i)
{
    const struct word *a = word_of(w, i->of[0]);
    uint32_t bits = 0;
    must_be_all(w, i, 1);
    for (int k = 0; k < LANES; k++)
        bits |= (uint32_t)(lane_of(a, k) & 1) << k;
    return i->not_of & 1 ? ~bits : bits;
}

static void vote_sync_ballot_b32(struct ptx_warp *w, const struct insn *i)
{
    word_set(w, &w->frame[i->to[0]], votes(w, i));
}

static void vote_sync_any_pred(struct ptx_warp *w, const struct insn *i)
{
    word_set(w, &w->frame[i->to[0]], votes(w, i) != 0);
}

static void vote_sync_all_pred(struct ptx_warp *w, const struct insn *i)
{
    word_set(w, &w->frame[i->to[0]], votes(w, i) == (uint32_t)ALL_LANES);
}

static void redux_sync_add_u32(struct ptx_warp *w, const struct insn *i)
{
    uint32_t sum = 0;
    must_be_all(w, i, 1);
    for (int k = 0; k < LANES; k++)
        sum += (uint32_t)lane_of(word_of(w, i->of[0]), k);
    word_set(w, &w->frame[i->to[0]], sum);
}

static void redux_sync_or_b32(struct ptx_warp *w, const struct insn *i)
{
    uint64_t bits = 0;
    must_be_all(w, i, 1);
    for (int k = 0; k < LANES; k++)
        bits |= lane_of(word_of(w, i->of[0]), k);
    word_set(w, &w->frame[i->to[0]], bits);
}

static void bar_warp_sync(struct ptx_warp *w, const struct insn *i)
{
    must_be_all(w, i, 0);
    w->epoch++;
}

/* ---- of pairs, of the machine ---- */

/* A 64-bit register of two halves, and back. */
static void mov_pack(struct ptx_warp *w, const struct insn *i)
{
    struct word *to = &w->frame[i->to[0]];
    const struct word *a = word_of(w, i->of[0]), *b = word_of(w, i->of[1]);
    if (!(a->each | b->each)) {
        word_set(w, to, b->v[0] << 32 | (uint32_t)a->v[0]);
        return;
    }
    word_spread(to);
    for (int k = 0; k < LANES; k++)
        if (w->mask >> k & 1)
            to->v[k] = lane_of(b, k) << 32 | (uint32_t)lane_of(a, k);
}

static void mov_unpack(struct ptx_warp *w, const struct insn *i)
{
    const struct word a = *word_of(w, i->of[0]);
    for (int half = 0; half < 2; half++) {
        struct word *to = &w->frame[i->to[half]];
        if (!a.each) {
            word_set(w, to, (uint32_t)(a.v[0] >> 32 * half));
            continue;
        }
        word_spread(to);
        for (int k = 0; k < LANES; k++)
            if (w->mask >> k & 1)
                to->v[k] = (uint32_t)(a.v[k] >> 32 * half);
    }
}

static void mov_local(struct ptx_warp *w, const struct insn *i)
{
    word_set(w, &w->frame[i->to[0]], w->local_base);
}

static void mov_tid(struct ptx_warp *w, const struct insn *i)
{
    struct word *to = &w->frame[i->to[0]];
    word_spread(to);
    for (int k = 0; k < LANES; k++)
        if (w->mask >> k & 1)
            to->v[k] = w->place->warp * LANES + (unsigned)k;
}

static void mov_ctaid(struct ptx_warp *w, const struct insn *i)
{
    word_set(w, &w->frame[i->to[0]], w->place->block);
}

static void mov_nctaid(struct ptx_warp *w, const struct insn *i)
{
    word_set(w, &w->frame[i->to[0]], w->place->blocks);
}

static void mov_ntid(struct ptx_warp *w, const struct insn *i)
{
    word_set(w, &w->frame[i->to[0]], w->place->threads);
}

static void mov_clock(struct ptx_warp *w, const struct insn *i)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    word_set(w, &w->frame[i->to[0]], (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

static void membar_gl(struct ptx_warp *w, const struct insn *i)
{
    (void)w, (void)i;
    __sync_synchronize();
}

/* ---- names ---- */

#define HAS(name) {#name, name},

static const struct {
    const char *name;
    insn_run *run;
} operations[] = {
    /* clang-format off */
    HAS(shfl_sync_idx_b32) HAS(shfl_sync_bfly_b32) HAS(shfl_sync_up_b32)
    HAS(shfl_sync_down_b32) HAS(vote_sync_ballot_b32) HAS(vote_sync_any_pred)
    HAS(vote_sync_all_pred) HAS(redux_sync_add_u32) HAS(redux_sync_or_b32) HAS(bar_warp_sync)
    HAS(mov_pack) HAS(mov_unpack) HAS(mov_local) HAS(mov_tid) HAS(mov_ctaid)
    HAS(mov_nctaid) HAS(mov_ntid) HAS(mov_clock) HAS(membar_gl)
    {"atom_add_u64", ptx_atomic_add}, {"atom_cas_b64", ptx_atomic_cas},
    /* clang-format on */
};

/* What follows in a name after a dot, if it is that word. */
static int takes(const char **name, const char *word)
{
    size_t n = strlen(word);
    if (**name != '.' || strncmp(*name + 1, word, n) || ((*name)[n + 1] && (*name)[n + 1] != '.'))
        return 0;
    *name += n + 1;
    return 1;
}

/* ld and st: memory, elements, type. */
static int transfer(const char *name, struct insn *i)
{
    static const char *const spaces[N_SPACES] = {
        [SPACE_GENERIC] = "generic", [SPACE_GLOBAL] = "global", [SPACE_SHARED] = "shared",
        [SPACE_LOCAL] = "local",     [SPACE_PARAM] = "param",
    };
    i->run = name[0] == 'l' ? ptx_load : ptx_store;
    name += 2;
    takes(&name, "volatile");
    i->space = SPACE_GENERIC;
    for (int k = 1; k < N_SPACES; k++)
        if (takes(&name, spaces[k]))
            i->space = (enum space)k;
    if (!takes(&name, "nc"))
        takes(&name, "cg");
    i->n_vector = takes(&name, "v2") ? 2 : takes(&name, "v4") ? 4 : 1;
    if (*name++ != '.' || !*name)
        return 0;
    i->is_signed = *name == 's';
    i->bytes = atoi(name + 1) / 8;
    i->kind = i->space == SPACE_SHARED  ? KIND_SHARED
              : i->space == SPACE_LOCAL ? KIND_LOCAL
              : i->space == SPACE_PARAM ? KIND_MOVE
                                        : KIND_MEMORY;
    i->slots = i->space != SPACE_PARAM;
    return strchr("usb", *name) && i->bytes && (i->bytes & (i->bytes - 1)) == 0 && i->bytes <= 8;
}

/* Hardware's instructions for a statement, about: most 64-bit work is done in halves, there is none
   for moves, and division is a function. */
static int slots_of(const char *plain, enum kind kind)
{
    int wide = strstr(plain, "64") != NULL;
    if (kind == KIND_MOVE || strncmp(plain, "cvt_u64_u32", 11) == 0 ||
        strncmp(plain, "cvt_u32_u64", 11) == 0)
        return 0;
    if (strncmp(plain, "div", 3) == 0 || strncmp(plain, "rem", 3) == 0)
        return wide ? 80 : 20;
    if (kind != KIND_COMPUTE || !wide || strncmp(plain, "mul_wide", 8) == 0)
        return 1;
    return strncmp(plain, "mul", 3) == 0 || strncmp(plain, "mad", 3) == 0   ? 4
           : strncmp(plain, "min", 3) == 0 || strncmp(plain, "max", 3) == 0 ? 4
                                                                            : 2;
}

int ptx_operation(const char *name, struct insn *i)
{
    char plain[MAX_NAME];
    if (strncmp(name, "ld.", 3) == 0 || strncmp(name, "st.", 3) == 0)
        return transfer(name, i);
    snprintf(plain, sizeof plain, "%s", name);
    for (char *c = plain; *c; c++)
        if (*c == '.')
            *c = '_';
    i->run = ptx_alu(plain);
    i->kind = KIND_COMPUTE;
    for (size_t k = 0; !i->run && k < sizeof operations / sizeof *operations; k++)
        if (strcmp(operations[k].name, plain) == 0)
            i->run = operations[k].run;
    if (strncmp(plain, "mov", 3) == 0 || strncmp(plain, "cvta", 4) == 0)
        i->kind = KIND_MOVE;
    else if (strstr(plain, "_sync"))
        i->kind = KIND_MEETING;
    if (strncmp(plain, "atom", 4) == 0) {
        i->kind = KIND_MEMORY;
        i->bytes = 8;
    }
    i->slots = slots_of(plain, i->kind);
    return i->run != NULL;
}
