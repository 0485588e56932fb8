/* share.c: lines with equal keys are one node; which of them run once; see share.h. */
#include "share_private.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_PARAM = 0xffff, TABLE_START = 1024 };

/* ---- nodes ---- */

static void *grown(struct share *s, void *p, uint32_t *cap, uint32_t need, size_t size)
{
    if (need <= *cap)
        return p;
    uint32_t want = *cap ? 2 * *cap : 1024;
    while (want < need)
        want *= 2;
    void *q = realloc(p, want * size);
    if (!q) {
        s->no_memory = 1;
        return p;
    }
    *cap = want;
    return q;
}

int share_more_room(struct share *s, uint32_t n)
{
    s->words = grown(s, s->words, &s->cap_words, s->n_words + n, sizeof *s->words);
    return !s->no_memory;
}

static uint64_t hash_words(const uint32_t *w, uint32_t n)
{
    uint64_t h = n;
    for (uint32_t k = 0; k < n; k++) {
        h = (h ^ w[k]) * 0x9fb21c651e98df25u;
        h ^= h >> 32;
    }
    return h;
}

static void insert_node(struct share *s, uint32_t node)
{
    uint32_t at = (uint32_t)s->nodes[node].hash & (s->table_size - 1);
    while (s->table[at])
        at = (at + 1) & (s->table_size - 1);
    s->table[at] = node + 1;
}

static void resize_table(struct share *s, uint32_t size)
{
    s->table = grown(s, s->table, &s->cap_table, size, sizeof *s->table);
    if (s->no_memory)
        return;
    s->table_size = size;
    memset(s->table, 0, size * sizeof *s->table);
    for (uint32_t k = 0; k < s->n_nodes; k++)
        insert_node(s, k);
}

/* 1 + the node whose key stands from `key` to the end of s->words; 0 when memory is out. */
static uint32_t node_of(struct share *s, uint32_t key, uint32_t scope)
{
    uint32_t n = s->n_words - key;
    uint64_t hash = hash_words(s->words + key, n);
    if (2 * (s->n_nodes + 1) > s->table_size)
        resize_table(s, 2 * s->table_size);
    s->nodes = grown(s, s->nodes, &s->cap_nodes, s->n_nodes + 1, sizeof *s->nodes);
    if (s->no_memory)
        return 0;
    for (uint32_t at = (uint32_t)hash & (s->table_size - 1); s->table[at];
         at = (at + 1) & (s->table_size - 1)) {
        struct share_node *o = &s->nodes[s->table[at] - 1];
        if (o->hash == hash && o->n_words == n &&
            memcmp(s->words + o->key, s->words + key, n * sizeof *s->words) == 0) {
            s->n_words = key;
            return s->table[at];
        }
    }
    struct share_node node = {hash, key, n, 0, 0, 0, scope};
    s->nodes[s->n_nodes++] = node;
    insert_node(s, s->n_nodes - 1);
    return s->n_nodes;
}

static uint32_t param_node(struct share *s, uint32_t which, uint32_t scope)
{
    uint32_t key = s->n_words;
    if (!share_room(s, 2))
        return 0;
    share_push(s, KEY_PARAM);
    share_push(s, which);
    return node_of(s, key, scope);
}

/* ---- lines ---- */

/* 1 + the node of a line of the program at place k; 0: it is the program's own. */
static uint32_t line_node(struct share *s, struct share_code *l, uint32_t k)
{
    uint32_t key = s->n_words, n_key, node;
    share_describe(s, l);
    if (!l->shared || s->no_memory) {
        s->n_words = key;
        return 0;
    }
    n_key = s->n_words - key;
    for (uint32_t again = 0;; again++) { /* the first, second ... of this program's equal makers */
        share_push(s, again);
        node = node_of(s, key, l->scope);
        if (!node || !l->makes || s->nodes[node - 1].last != k + 1)
            break;
        for (uint32_t w = 0; w < n_key && share_room(s, 2); w++)
            share_push(s, s->words[s->nodes[node - 1].key + w]);
    }
    if (node) {
        s->nodes[node - 1].last = k + 1;
        s->nodes[node - 1].users++;
    }
    return node;
}

static void add_line(struct share *s, const struct share_code *l, uint32_t node, uint32_t *n_lines)
{
    struct shared_line line = {l->pc, l->end, node - 1, share_line_dst(l), (uint16_t)l->scope};
    s->lines = grown(s, s->lines, &s->cap_lines, *n_lines + 1, sizeof *s->lines);
    if (!s->no_memory)
        s->lines[(*n_lines)++] = line;
}

static void number_frame(struct share *s, const struct body *b)
{
    memset(s->number, 0, b->n_regs * sizeof *s->number);
    memcpy(s->number, s->params + (b->n_params == 1), b->n_params * sizeof *s->number);
    for (uint32_t k = 0; k < b->n_consts; k++)
        s->number[b->n_regs - b->n_consts + k] = const_bit | k;
}

static void number_program(struct share *s, const struct card *card, const struct body *b,
                           uint32_t k, uint32_t *n_lines)
{
    struct share_code l = {.code = card->code + b->code, .consts = card->consts + b->consts};
    if (b->n_regs > SHARE_MAX_REGS)
        return;
    number_frame(s, b);
    for (l.pc = 0; l.pc < b->n_code && !s->no_memory; l.pc = l.end) {
        l.end = share_line_end(l.code, l.pc, b->n_code);
        if (!l.end) {
            l.end = l.pc + 1;
            continue;
        }
        uint32_t node = line_node(s, &l, k);
        s->number[share_line_dst(&l)] = node;
        if (node)
            add_line(s, &l, node, n_lines);
    }
}

/* Drops lines that nobody else has and gives the others their slots. */
static void keep_shared(struct share *s, uint32_t n)
{
    uint32_t to = 0, from = 0;
    s->n_slots = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t end = s->first[k + 1];
        for (s->first[k] = to; from < end; from++) {
            struct shared_line line = s->lines[from];
            struct share_node *node = &s->nodes[line.slot];
            if (node->users < 2)
                continue;
            if (!node->slot)
                node->slot = ++s->n_slots;
            line.slot = node->slot - 1;
            s->lines[to++] = line;
        }
    }
    s->first[n] = to;
}

static int begin_plan(struct share *s, uint64_t serial, const uint32_t *list, uint32_t n)
{
    s->no_memory = 0;
    s->serial = 0;
    if (n + 1 > s->cap_list) {
        free(s->list);
        free(s->first);
        s->list = malloc((n + 1) * sizeof *s->list);
        s->first = malloc((n + 1) * sizeof *s->first);
        s->cap_list = s->list && s->first ? n + 1 : 0;
        if (!s->cap_list)
            return -1;
    }
    memcpy(s->list, list, n * sizeof *list);
    s->n = n;
    s->n_nodes = s->n_words = s->first_local = s->n_local = 0;
    memset(s->local, 0xff, sizeof s->local);
    resize_table(s, TABLE_START);
    s->params[0] = param_node(s, 'S', SHARED_TASK);
    s->params[1] = param_node(s, 'I', SHARED_ITEM);
    s->params[2] = param_node(s, 'C', SHARED_ITEM);
    s->serial = serial;
    return 0;
}

int share_plan(struct share *s, const struct program_block *b, const uint32_t *list,
               const uint32_t *twin, uint32_t n)
{
    uint32_t n_lines = 0;
    if (s->serial == b->serial && s->n == n && memcmp(s->list, list, n * sizeof *list) == 0)
        return 0;
    if (begin_plan(s, b->serial, list, n))
        return -1;
    for (uint32_t k = 0; k < n && !s->no_memory; k++) {
        const struct program_entry *e = &b->entries[list[k]];
        s->first[k] = n_lines;
        if (e->error || twin[k])
            continue;
        const struct card *card = &b->parts[e->part].card;
        number_program(s, card, &card->bodies[e->code.body], k, &n_lines);
    }
    if (s->no_memory) {
        s->serial = 0;
        return -1;
    }
    s->first[n] = n_lines;
    keep_shared(s, n);
    return 0;
}

void share_free(struct share *s)
{
    free(s->lines);
    free(s->first);
    free(s->list);
    free(s->nodes);
    free(s->words);
    free(s->table);
    memset(s, 0, sizeof *s);
}
