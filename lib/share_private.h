/* What the files behind share.h share: nodes, and lines while their keys are written. */
#ifndef LIB_SHARE_PRIVATE_H
#define LIB_SHARE_PRIVATE_H

#include "share.h"

/* A parameter or a line; two have the same node when their keys are equal. */
struct share_node {
    uint64_t hash;
    uint32_t key, n_words; /* in share.words */
    uint32_t users;        /* lines */
    uint32_t last;         /* 1 + place of the program that had it last */
    uint32_t slot;         /* 1 + slot, once it has one */
    uint32_t scope;        /* enum shared_scope */
};

/* Mark of a register that holds a constant, in share.number. */
static const uint32_t const_bit = 0x80000000;

/* Makes room for n words more at the end of s->words; 0 when memory is out. */
int share_more_room(struct share *s, uint32_t n);
static inline int share_room(struct share *s, uint32_t n)
{
    return s->n_words + n <= s->cap_words || share_more_room(s, n);
}

/* Adds a word, for which there is room, to the key at the end of s->words. */
static inline void share_push(struct share *s, uint32_t word)
{
    s->words[s->n_words++] = word;
}

/* ---- share_key.c ---- */

/* A line while its key is written. */
struct share_code {
    const struct ins *code;
    const struct val *consts;
    uint32_t pc, end;
    uint32_t scope;
    int shared; /* nothing in it is the program's own */
    int makes;  /* it may make functions */
};

/* Where the line that begins at pc ends; 0: what stands there is no line with a value. */
uint32_t share_line_end(const struct ins *code, uint32_t pc, uint32_t n_code);

/* The register that a line sets. */
uint16_t share_line_dst(const struct share_code *l);

/* Writes the line's key to the end of s->words, and sets scope, shared and makes. */
void share_describe(struct share *s, struct share_code *l);

#endif
