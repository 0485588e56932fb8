/*
 * Loads, stores and atomics.  Global memory is the host's, shared memory the block's; local memory
 * and parameters are words, a value a lane, as hardware lays out local memory.
 */
#include <inttypes.h>
#include <string.h>

#include "ptx_private.h"

enum { SECTOR = 32 };

static uint64_t bits_of(int bytes)
{
    return bytes == 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * bytes) - 1;
}

/* The value as a register of the statement's width has it. */
static uint64_t widened(const struct insn *i, uint64_t x)
{
    int unused = 64 - 8 * i->bytes;
    if (i->is_signed)
        x = (uint64_t)((int64_t)(x << unused) >> unused);
    return x & i->width;
}

/* ---- where an address lies ---- */

static enum space space_of(const struct ptx_warp *w, const struct insn *i, uint64_t *at)
{
    enum space space = i->space;
    if (space == SPACE_GENERIC) {
        space = *at >= LOCAL_BASE ? SPACE_LOCAL : *at >= SHARED_BASE ? SPACE_SHARED : SPACE_GLOBAL;
        *at -= space == SPACE_LOCAL ? LOCAL_BASE : space == SPACE_SHARED ? SHARED_BASE : 0;
    }
    if (*at % (unsigned)i->bytes)
        ptx_fault(w, i, "the address %#" PRIx64 " is not a multiple of %d", *at, i->bytes);
    return space;
}

/* A place in global or shared memory. */
static uint8_t *place_of(struct ptx_warp *w, const struct insn *i, enum space space, uint64_t at)
{
    uint64_t n = (uint64_t)i->bytes, *seen;
    if (space == SPACE_SHARED) {
        if (at + n > w->module->n_shared || at + n < n)
            ptx_fault(w, i, "nothing is in shared memory at %#" PRIx64, at);
        return w->place->shared + at;
    }
    for (int k = 0; k < 4; k++)
        if (at >= w->allowed[k][0] && at + n <= w->allowed[k][1])
            return (uint8_t *)(uintptr_t)at;
    seen = w->allowed[w->next_allowed++ & 3];
    uint64_t data = (uint64_t)(uintptr_t)w->module->data;
    if (at >= data && at < data + w->module->n_data) {
        seen[0] = data;
        seen[1] = data + w->module->n_data;
    } else if (!w->memory(at, &seen[0], &seen[1])) {
        ptx_fault(w, i, "nothing is in global memory at %#" PRIx64, at);
    }
    if (at + n > seen[1])
        ptx_fault(w, i, "past the end of what is in global memory at %#" PRIx64, at);
    return (uint8_t *)(uintptr_t)at;
}

/* The word of local memory, or of the kernel's own parameters, which has that byte. */
static struct word *local_word(struct ptx_warp *w, const struct insn *i, enum space space,
                               uint64_t at)
{
    const struct range *own = &w->function->params[0];
    if (space == SPACE_PARAM) {
        if (at / 8 >= (uint64_t)own->n)
            ptx_fault(w, i, "no parameter has the byte %" PRIu64, at);
        return &w->frame[own->word] + at / 8;
    }
    if (at >= w->local_top)
        ptx_fault(w, i, "nothing is in local memory at %#" PRIx64, at);
    return &w->local[at / 8];
}

static uint64_t read_place(const uint8_t *p, int bytes)
{
    uint64_t x = 0;
    memcpy(&x, p, (size_t)bytes);
    return x;
}

/* ---- what lanes store for one another ---- */

static struct put *put_at(struct ptx_warp *w, uint64_t at)
{
    return &w->puts[at / 4 % N_PUTS];
}

/* Notes whole words only; of two at one place of the table the last. */
static void note_put(struct ptx_warp *w, uint64_t at, int bytes, int lane)
{
    for (int n = 0; n + 4 <= bytes; n += 4)
        *put_at(w, at + (unsigned)n) = (struct put){at + (unsigned)n, w->epoch, lane};
}

/* What one lane has stored others may read only after bar.warp.sync. */
static void check_read(struct ptx_warp *w, const struct insn *i, uint64_t at, uint32_t lanes)
{
    const struct put *p = put_at(w, at);
    if (p->epoch == w->epoch && p->at == (at & ~(uint64_t)3) && lanes & ~(1u << p->lane))
        ptx_fault(w, i, "lane %d has stored at %#" PRIx64 ", read before bar.warp.sync", p->lane,
                  at);
}

/* ---- one address for all lanes ---- */

/* Loads a part of a word into a register, lane by lane if it differs. */
static void load_part(struct ptx_warp *w, const struct insn *i, struct word *to,
                      const struct word *from, unsigned shift)
{
    uint64_t bits = bits_of(i->bytes);
    if (!from->each) {
        word_set(w, to, widened(i, from->v[0] >> shift & bits));
        return;
    }
    word_spread(to);
    for (int k = 0; k < LANES; k++)
        if (w->mask >> k & 1)
            to->v[k] = widened(i, from->v[k] >> shift & bits);
    if (w->mask == (uint32_t)ALL_LANES)
        word_gather(to);
}

static void store_part(struct ptx_warp *w, const struct insn *i, struct word *to, unsigned shift,
                       const struct word *from)
{
    uint64_t bits = bits_of(i->bytes) << shift;
    if (w->mask == (uint32_t)ALL_LANES && !(to->each | from->each)) {
        to->v[0] = (to->v[0] & ~bits) | (from->v[0] << shift & bits);
        return;
    }
    word_spread(to);
    for (int k = 0; k < LANES; k++)
        if (w->mask >> k & 1)
            to->v[k] = (to->v[k] & ~bits) | (lane_of(from, k) << shift & bits);
}

static void load_one(struct ptx_warp *w, const struct insn *i, struct word *to, uint64_t at)
{
    enum space space = space_of(w, i, &at);
    if (space == SPACE_LOCAL || space == SPACE_PARAM) {
        w->local_sectors += space == SPACE_LOCAL ? (unsigned)i->bytes : 0;
        load_part(w, i, to, local_word(w, i, space, at), at % 8 * 8);
        return;
    }
    w->sectors += space == SPACE_GLOBAL;
    check_read(w, i, at, w->mask);
    word_set(w, to, widened(i, read_place(place_of(w, i, space, at), i->bytes)));
}

static void store_one(struct ptx_warp *w, const struct insn *i, const struct word *from,
                      uint64_t at)
{
    enum space space = space_of(w, i, &at);
    int first = __builtin_ctz(w->mask);
    if (space == SPACE_LOCAL || space == SPACE_PARAM) {
        w->local_sectors += space == SPACE_LOCAL ? (unsigned)i->bytes : 0;
        store_part(w, i, local_word(w, i, space, at), at % 8 * 8, from);
        return;
    }
    for (int k = first; from->each && k < LANES; k++)
        if (w->mask >> k & 1 && (from->v[k] ^ from->v[first]) & bits_of(i->bytes))
            ptx_fault(w, i, "lanes %d and %d store %#" PRIx64 " and %#" PRIx64 " at one place",
                      first, k, from->v[first], from->v[k]);
    w->sectors += space == SPACE_GLOBAL;
    uint64_t x = lane_of(from, first);
    memcpy(place_of(w, i, space, at), &x, (size_t)i->bytes);
    put_at(w, at)->epoch = 0; /* all lanes have stored it, or who stores is told by the mask */
}

/* ---- an address a lane ---- */

static void load_each(struct ptx_warp *w, const struct insn *i, struct word *to,
                      const struct word *address, uint64_t offset)
{
    uint64_t sector = ~(uint64_t)0;
    word_spread(to);
    for (int k = 0; k < LANES; k++) {
        if (!(w->mask >> k & 1))
            continue;
        uint64_t at = address->v[k] + offset;
        enum space space = space_of(w, i, &at);
        if (space == SPACE_LOCAL || space == SPACE_PARAM) {
            const struct word *from = local_word(w, i, space, at);
            to->v[k] = widened(i, lane_of(from, k) >> at % 8 * 8 & bits_of(i->bytes));
            w->local_sectors++;
            continue;
        }
        check_read(w, i, at, 1u << k);
        to->v[k] = widened(i, read_place(place_of(w, i, space, at), i->bytes));
        w->sectors += space == SPACE_GLOBAL && at / SECTOR != sector;
        sector = at / SECTOR;
    }
    if (w->mask == (uint32_t)ALL_LANES)
        word_gather(to);
}

/* No two lanes may store different words at one place; each has a local memory of its own. */
static void check_apart(const struct ptx_warp *w, const struct insn *i, const struct word *address,
                        const struct word *from)
{
    for (int k = 1; k < LANES; k++)
        for (int j = 0; j < k; j++)
            if ((w->mask >> k & w->mask >> j & 1) && address->v[j] == address->v[k] &&
                i->space != SPACE_LOCAL && address->v[k] < LOCAL_BASE &&
                (lane_of(from, j) ^ lane_of(from, k)) & bits_of(i->bytes))
                ptx_fault(w, i, "lanes %d and %d store %#" PRIx64 " and %#" PRIx64 " at one place",
                          j, k, lane_of(from, j), lane_of(from, k));
}

static int ascends(const struct word *address)
{
    int ascending = 1;
    for (int k = 1; k < LANES; k++)
        ascending &= address->v[k] > address->v[k - 1];
    return ascending;
}

static void store_each(struct ptx_warp *w, const struct insn *i, const struct word *from,
                       const struct word *address, uint64_t offset)
{
    uint64_t sector = ~(uint64_t)0;
    if (!ascends(address))
        check_apart(w, i, address, from);
    for (int k = 0; k < LANES; k++) {
        if (!(w->mask >> k & 1))
            continue;
        uint64_t at = address->v[k] + offset, x = lane_of(from, k);
        enum space space = space_of(w, i, &at);
        if (space == SPACE_LOCAL || space == SPACE_PARAM) {
            struct word *to = local_word(w, i, space, at);
            uint64_t bits = bits_of(i->bytes) << at % 8 * 8;
            word_spread(to);
            to->v[k] = (to->v[k] & ~bits) | (x << at % 8 * 8 & bits);
            w->local_sectors++;
            continue;
        }
        memcpy(place_of(w, i, space, at), &x, (size_t)i->bytes);
        note_put(w, at, i->bytes, k);
        w->sectors += space == SPACE_GLOBAL && at / SECTOR != sector;
        sector = at / SECTOR;
    }
}

/* ---- statements ---- */

/* Elements together must lie as one of their size would. */
static void check_vector(const struct ptx_warp *w, const struct insn *i, const struct word *address)
{
    uint64_t all = (uint64_t)i->bytes * (unsigned)i->n_vector;
    for (int k = 0; k < (address->each ? LANES : 1); k++)
        if (!(address->each && !(w->mask >> k & 1)) && (address->v[k] + (uint64_t)i->offset) % all)
            ptx_fault(w, i, "the address %#" PRIx64 " is not a multiple of %" PRIu64,
                      address->v[k] + (uint64_t)i->offset, all);
}

/* Parameters by name: words of the frame. */
static struct word *named_word(const struct ptx_warp *w, const struct insn *i, int element,
                               unsigned *shift)
{
    uint64_t at = (uint64_t)(i->offset + element * i->bytes);
    *shift = at % 8 * 8;
    return &w->frame[i->target + (int)(at / 8)];
}

void ptx_load(struct ptx_warp *w, const struct insn *i)
{
    const struct word *base = word_of(w, i->of[0]);
    struct word address;
    address.each = 0;
    if (base->each) /* which may be one of those loaded */
        address = *base;
    else
        address.v[0] = base->v[0];
    if (i->n_vector > 1 && i->target < 0)
        check_vector(w, i, &address);
    for (int e = 0; e < i->n_vector; e++) {
        struct word *to = &w->frame[i->to[e]];
        uint64_t offset = (uint64_t)(i->offset + e * i->bytes);
        unsigned shift;
        if (i->space == SPACE_PARAM && i->target >= 0) {
            const struct word *from = named_word(w, i, e, &shift);
            load_part(w, i, to, from, shift);
        } else if (!address.each) {
            load_one(w, i, to, address.v[0] + offset);
        } else {
            load_each(w, i, to, &address, offset);
        }
    }
}

void ptx_store(struct ptx_warp *w, const struct insn *i)
{
    const struct word *address = word_of(w, i->of[0]);
    if (i->n_vector > 1 && i->target < 0)
        check_vector(w, i, address);
    for (int e = 0; e < i->n_vector; e++) {
        const struct word *from = word_of(w, i->of[1 + e]);
        uint64_t offset = (uint64_t)(i->offset + e * i->bytes);
        unsigned shift;
        if (i->space == SPACE_PARAM && i->target >= 0) {
            struct word *to = named_word(w, i, e, &shift);
            store_part(w, i, to, shift, from);
        } else if (!address->each) {
            store_one(w, i, from, address->v[0] + offset);
        } else {
            store_each(w, i, from, address, offset);
        }
    }
}

/* What an atomic does at a place with up to two words; what was there before. */
typedef uint64_t atomic_do(uint64_t *p, uint64_t x, uint64_t y);

static void atomic(struct ptx_warp *w, const struct insn *i, atomic_do *change)
{
    struct word *to = &w->frame[i->to[0]];
    const struct word address = *word_of(w, i->of[0]);
    word_spread(to);
    for (int k = 0; k < LANES; k++) {
        if (!(w->mask >> k & 1))
            continue;
        uint64_t at = lane_of(&address, k) + (uint64_t)i->offset;
        enum space space = space_of(w, i, &at);
        if (space != SPACE_GLOBAL && space != SPACE_SHARED)
            ptx_fault(w, i, "an atomic on local memory");
        w->sectors++;
        to->v[k] = change((uint64_t *)(void *)place_of(w, i, space, at),
                          lane_of(word_of(w, i->of[1]), k), lane_of(word_of(w, i->of[2]), k));
    }
}

static uint64_t add(uint64_t *p, uint64_t x, uint64_t y)
{
    return (void)y, __atomic_fetch_add(p, x, __ATOMIC_SEQ_CST);
}

static uint64_t cas(uint64_t *p, uint64_t x, uint64_t y)
{
    __atomic_compare_exchange_n(p, &x, y, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return x;
}

void ptx_atomic_add(struct ptx_warp *w, const struct insn *i)
{
    atomic(w, i, add);
}

void ptx_atomic_cas(struct ptx_warp *w, const struct insn *i)
{
    atomic(w, i, cas);
}
