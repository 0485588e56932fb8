/*
 * The lines that programs of a list have in common, for the machine to run once (dsl/vm_share.h).
 *
 * Two lines are the same when they make the same calls on the same values: on I, S, C, constants,
 * and what equal lines before them came to.  Names, spacing and the place in the text do not count.
 * A function equals only itself, so a line that makes functions is shared with other programs,
 * never with a second one of its own.
 */
#ifndef LIB_SHARE_H
#define LIB_SHARE_H

#include "programs.h"

/* Programs with larger frames go alone: how deep calls may nest depends on the size of the frame.
 */
enum { SHARE_MAX_REGS = 4096 };

struct share_node;

struct share {
    struct shared_line *lines;
    uint32_t *first; /* by place in the list: lines[first[k]] .. lines[first[k + 1] - 1] */
    uint32_t n_slots;
    /* the list that was planned */
    uint64_t serial;
    uint32_t *list, n;
    /* while planning */
    struct share_node *nodes;
    uint32_t *words, *table; /* keys of nodes; 1 + node by hash */
    uint32_t n_nodes, cap_nodes, n_words, cap_words, table_size, cap_table, cap_lines, cap_list;
    uint32_t params[3];              /* S, I, C: 1 + node */
    uint32_t number[SHARE_MAX_REGS]; /* by register: 1 + node, 0 for what is no other program's */
    uint32_t local[SHARE_MAX_REGS]; /* registers set inside the line at hand, from first_local on */
    uint32_t first_local, n_local;
    int no_memory;
};

/*
 * Plans for programs list[0..n) of the block; twin[k] != 0: place k is not run.  The plan of the
 * same list of the same block is kept.  0, or -1 when memory is out.  A struct share begins zeroed.
 */
int share_plan(struct share *s, const struct program_block *b, const uint32_t *list,
               const uint32_t *twin, uint32_t n);
void share_free(struct share *s);

#endif
