/*
 * constructs.h: programs that could not be parsed, counted by what of Python stood in their way.
 */
#ifndef LIB_CONSTRUCTS_H
#define LIB_CONSTRUCTS_H

#include <stdint.h>

enum { CONSTRUCTS_MAX = 64 }; /* the parser has some forty */

/* All zero: no program. */
struct constructs {
    struct construct {
        const char *name; /* one of the parser's, static text: see struct function in parse.h */
        uint64_t n;
    } kinds[CONSTRUCTS_MAX];
    uint32_t n_kinds;
    uint64_t n_programs, n_other; /* all; those of no construct, or of one that found no room */
};

/* One program more; NULL: what is wrong with it is no construct. */
void constructs_add(struct constructs *c, const char *name);

/* The same with the kinds most frequent first, of equally frequent ones by name. */
struct constructs constructs_ranked(const struct constructs *c);

#endif
