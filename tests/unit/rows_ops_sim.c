/* The warp dialect for rows_test, run by the lanes of a simulated warp. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../simwarp/simwarp.h"
#include "rows_ops.h"

static void call_in_warp(ops_function *f, const struct ops_case *c, struct ops_result *r);

#define ROWS_DIALECT ROWS_GIVEN
#define ROWS_HEADER "../cuda/rows_warp.h"
#define LANES_HEADER "../cuda/lanes_warp.h"
#define KEYS_HEADER "../cuda/keys_warp.h"
#define OPS_NAME "sim"
#define OPS_TABLE rows_ops_sim
#define OPS_USABLE 1
#define OPS_CALL call_in_warp
#define OPS_EVERY 50
#include "rows_ops_body.h"

enum { PLACE_WORDS = 600, FENCE = 40, FENCE_WORD = 0x5e5e5e5e };

/* Words of a case in a lane's window, fenced. */
struct place {
    uint32_t before[FENCE], words[PLACE_WORDS], after[FENCE];
};

struct lane_ops {
    struct ops_case c;
    struct ops_result r;
    struct place plane, from, to, lanes_to, m_from, m_other, m_to, s_from, s_to;
};

static ops_function *called;

static void call_lane(void *x, void *window)
{
    struct lane_ops *l = window;
    (void)x;
    called(&l->c, &l->r);
}

/* A copy of n words in a lane's window. */
static void *copy(struct place *p, const void *words, int n)
{
    for (int k = 0; k < FENCE; k++)
        p->before[k] = p->after[k] = FENCE_WORD;
    for (int k = n; k < PLACE_WORDS; k++)
        p->words[k] = FENCE_WORD;
    memcpy(p->words, words, 4 * (size_t)n);
    return p->words;
}

/* Hands over n words if the lanes changed them; nothing around them may have been touched. */
static void copy_back(const struct place *p, const struct place *before, void *words, int n)
{
    for (int k = 0; k < FENCE; k++)
        if (p->before[k] != FENCE_WORD || p->after[k] != FENCE_WORD)
            abort();
    for (int k = n; k < PLACE_WORDS; k++)
        if (p->words[k] != FENCE_WORD)
            abort();
    if (memcmp(p->words, before->words, 4 * (size_t)n) != 0)
        memcpy(words, p->words, 4 * (size_t)n);
}

static void fill_lane(struct lane_ops *l, const struct ops_case *c, const struct ops_result *r)
{
    int spread = c->s * (c->n1 - 1) + 1;
    l->c = *c;
    l->r = *r;
    l->c.plane = (uint32_t *)copy(&l->plane, c->plane - 32, c->h * c->tw + 64) + 32;
    l->c.from = copy(&l->from, c->from, 32);
    l->c.to = copy(&l->to, c->to, c->n);
    l->c.lanes_to = copy(&l->lanes_to, c->lanes_to, 32);
    l->c.m_from = copy(&l->m_from, c->m_from, c->m);
    l->c.m_other = copy(&l->m_other, c->m_other, c->m);
    l->c.m_to = copy(&l->m_to, c->m_to, c->m);
    l->c.s_from = copy(&l->s_from, c->s_from, spread);
    l->c.s_to = copy(&l->s_to, c->s_to, spread);
}

/*
 * Words of a mask differ from lane to lane only inside an operation: what it gives back (by
 * rows_store, lanes_store or as a number) is the same for all.
 */
static void call_in_warp(ops_function *f, const struct ops_case *c, struct ops_result *r)
{
    static struct simwarp *warp;
    static struct lane_ops before; /* places that are written to overlap outside */
    if (!warp && !(warp = simwarp_new(sizeof(struct lane_ops))))
        abort();
    for (int k = 0; k < SIMWARP_LANES; k++)
        fill_lane(simwarp_window(warp, k), c, r);
    fill_lane(&before, c, r);
    called = f;
    simwarp_run(warp, call_lane, NULL);
    struct lane_ops *l = simwarp_window(warp, 0);
    size_t from = offsetof(struct lane_ops, r);
    simwarp_compare(warp, "rows_ops", from, sizeof *l - from);
    copy_back(&l->to, &before.to, c->to, c->n);
    copy_back(&l->lanes_to, &before.lanes_to, c->lanes_to, 32);
    copy_back(&l->m_to, &before.m_to, c->m_to, c->m);
    copy_back(&l->s_to, &before.s_to, c->s_to, c->s * (c->n1 - 1) + 1);
    *r = l->r;
}
