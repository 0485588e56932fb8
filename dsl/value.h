/*
 * Values: 16 bytes each, immediate or a reference to a block in the arena of the run.
 *
 *   tag       payload                              what a program sees
 *   NONE      -                                    None
 *   INT BOOL  i                                    an integer; BOOL prints True or False
 *   PAIR      a, b                                 a tuple of two ints of 32 bits
 *   CELL      c, a, b                              the tuple (c, (a, b)), ints of 32 bits
 *   TUPLE     ref to struct block, val[len]        any other tuple
 *   GRID      ref to struct pic                    a tuple of equally long tuples of ints
 *   SET       ref to struct block, val[len]        a set, ascending; never all pairs or all cells
 *   INDICES   ref to struct pic, one layer         a set of pairs
 *   OBJECT    ref to struct pic, a layer a colour  a set of cells
 *   FUNC      ref to struct func                   a function
 *
 * Pairs and cells of ints that do not fit 32 bits, or of Booleans, are heap tuples.  Within a tag
 * equal values are equal bytes (of the value or of the block); across PAIR, CELL, TUPLE and GRID,
 * and across SET, INDICES and OBJECT, equality goes by elements (compare.h).  The empty tuple and
 * the empty set are TUPLE and SET with ref 0.
 */
#ifndef DSL_VALUE_H
#define DSL_VALUE_H

#include "base.h"

enum val_tag {
    VAL_NONE,
    VAL_INT,
    VAL_BOOL,
    VAL_PAIR,
    VAL_CELL,
    VAL_TUPLE,
    VAL_GRID,
    VAL_SET,
    VAL_INDICES,
    VAL_OBJECT,
    VAL_FUNC
};

struct val {
    uint32_t tag; /* enum val_tag */
    int32_t c;    /* CELL: colour; else 0 */
    union {
        int64_t i; /* INT, BOOL */
        struct {
            int32_t a, b; /* PAIR, CELL: row, column */
        } p;
        uint64_t ref; /* blocks: offset in the arena, in units of 16 bytes */
    } u;
};

/* The head of every block.  size16 counts units of 16 bytes, this head included. */
struct block {
    uint8_t tag;   /* enum val_tag of the values that refer to it; 0 once moved (heap.h) */
    uint8_t depth; /* nesting: 1 + the deepest element */
    uint16_t kind; /* FUNC: enum func_kind */
    uint32_t size16;
    uint32_t len;  /* TUPLE, SET: elements; pictures: cells; FUNC: bound values */
    uint32_t tree; /* leaves and inner nodes of the value written out, saturating */
};

/*
 * A picture: a stack of masks in one box.  Layer k holds the positions of colour[k], ascending.
 * A mask of h x w bits stands as tw = ceil(w / 32) columns of h words: word i of column q has the
 * bits of row i, columns 32 q .. 32 q + 31 of the box; bits beyond w are 0.
 * Indices and objects: at least one cell, box shrunk to the content, no empty layer.  Grid: h >= 1,
 * the box is (0, 0, h, w), each position in exactly one layer; w = 0 has no layer.
 */
struct pic {
    struct block b;
    int32_t row, col, h, w;
    uint32_t n_layers, tw;
    uint32_t layer_words; /* tw * h */
    uint32_t reserved;
    /* int32_t colour[n_layers], padded to a multiple of 4; then n_layers * layer_words words */
};

/* Functions as values; functions whose shape is known are compiled away and never get here. */
enum func_kind {
    FUNC_OP,      /* primitive op */
    FUNC_HELPER,  /* a helper function of the program: op = its number */
    FUNC_COMPOSE, /* outer, inner */
    FUNC_CHAIN,   /* h, g, f */
    FUNC_MATCHER, /* function, target */
    FUNC_FORK,    /* outer, a, b */
    FUNC_RBIND,   /* function, fixed */
    FUNC_LBIND,   /* function, fixed */
    FUNC_POWER    /* function, n */
};

struct func {
    struct block b; /* kind, len = number of bound values */
    uint32_t op;    /* FUNC_OP: enum op_id */
    uint32_t arity;
    uint64_t reserved;
    /* struct val bound[len] */
};

/* Limits of values; a value beyond them ends the run as `limit`. */
enum {
    LIMIT_ELEMENTS = 1 << 20, /* elements of a container, cells of a picture */
    LIMIT_WORDS = 1 << 18,    /* words of a picture's masks; wider sets stay lists of elements */
    LIMIT_TREE = 1 << 24,     /* nodes of a value written out */
    LIMIT_DEPTH = 60          /* nesting */
};

/* How a run ended; also the outcome column of a result stream. */
enum outcome {
    OUTCOME_OK,
    OUTCOME_OTHER,
    OUTCOME_ERROR,
    OUTCOME_FUEL,
    OUTCOME_LIMIT,
    OUTCOME_SYNTAX,
    OUTCOME_SKIPPED
};

/* The exceptions arc-dsl would raise; FUEL and LIMIT are the engine's own stops. */
enum vm_error {
    ERR_NONE,
    ERR_TYPE,
    ERR_VALUE,
    ERR_INDEX,
    ERR_ATTRIBUTE,
    ERR_ZERO_DIVISION,
    ERR_RECURSION,
    ERR_RUNTIME,
    ERR_STOP,
    ERR_RAGGED,
    ERR_LIMIT,
    ERR_FUEL
};

DSL_INLINE struct val val_none(void)
{
    struct val v;
    v.tag = VAL_NONE;
    v.c = 0;
    v.u.i = 0;
    return v;
}

DSL_INLINE struct val val_int(int64_t i)
{
    struct val v;
    v.tag = VAL_INT;
    v.c = 0;
    v.u.i = i;
    return v;
}

DSL_INLINE struct val val_bool(int truth)
{
    struct val v;
    v.tag = VAL_BOOL;
    v.c = 0;
    v.u.i = truth;
    return v;
}

DSL_INLINE struct val val_pair(int32_t a, int32_t b)
{
    struct val v;
    v.tag = VAL_PAIR;
    v.c = 0;
    v.u.p.a = a;
    v.u.p.b = b;
    return v;
}

DSL_INLINE struct val val_cell(int32_t c, int32_t i, int32_t j)
{
    struct val v = val_pair(i, j);
    v.tag = VAL_CELL;
    v.c = c;
    return v;
}

DSL_INLINE struct val val_ref(enum val_tag tag, uint64_t ref)
{
    struct val v;
    v.tag = tag;
    v.c = 0;
    v.u.ref = ref;
    return v;
}

DSL_INLINE struct val val_empty_tuple(void)
{
    return val_ref(VAL_TUPLE, 0);
}

DSL_INLINE struct val val_empty_set(void)
{
    return val_ref(VAL_SET, 0);
}

DSL_INLINE int val_is_int(struct val v)
{
    return v.tag == VAL_INT || v.tag == VAL_BOOL;
}

DSL_INLINE int val_is_tuple(struct val v)
{
    return v.tag >= VAL_PAIR && v.tag <= VAL_GRID;
}

DSL_INLINE int val_is_set(struct val v)
{
    return v.tag >= VAL_SET && v.tag <= VAL_OBJECT;
}

DSL_INLINE int val_is_container(struct val v)
{
    return v.tag >= VAL_PAIR && v.tag <= VAL_OBJECT;
}

DSL_INLINE int val_is_patch_pic(struct val v)
{
    return v.tag == VAL_INDICES || v.tag == VAL_OBJECT;
}

/* Do its elements stand in a block as they are? */
DSL_INLINE int val_is_list(struct val v)
{
    return v.tag == VAL_TUPLE || v.tag == VAL_SET;
}

/* Has the value a block in the arena? */
DSL_INLINE int val_is_block(struct val v)
{
    return v.tag >= VAL_TUPLE;
}

/*
 * The value at p, read as two words.  Values are mostly written that way, and a load of all 16 bytes
 * cannot be forwarded from two stores that are still under way: it waits for both.
 */
DSL_INLINE struct val val_load(const struct val *p)
{
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__CUDACC__)
    uint64_t word[2];
    struct val v;
    memcpy(word, p, sizeof word);
    __asm__("" : "+r"(word[0]), "+r"(word[1]));
    memcpy(&v, word, sizeof v);
    return v;
#else
    return *p;
#endif
}

/* Copies n values to a place that is apart from theirs. */
DSL_INLINE void vals_put(struct val *to, const struct val *from, uint64_t n)
{
#if defined(__CUDA_ARCH__) /* whose memcpy goes byte by byte */
#pragma unroll 1
    for (uint64_t k = 0; k < n; k++)
        to[k] = from[k];
#else
    memcpy(to, from, n * sizeof *to);
#endif
}

/* Same bits: equal values for certain; the converse holds within a tag for immediates. */
DSL_INLINE int val_same(struct val x, struct val y)
{
    return x.tag == y.tag && x.c == y.c && x.u.i == y.u.i;
}

DSL_INLINE int val_fits32(int64_t i)
{
    return i == (int32_t)i;
}

#endif
