/* What reading PTX and running it have in common. */
#ifndef PTX_PRIVATE_H
#define PTX_PRIVATE_H

#include "ptx.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LANES = 32,
    MAX_OPERANDS = 5,
    MAX_NAME = 256,
    MAX_PARAMS = 16,
    PTX_DATA_BYTES = 1 << 16, /* of global variables */
    ALL_LANES = -1            /* as a mask */
};

/* Generic addresses of local and shared memory; what lies below is global memory, by its address on
   the host. */
#define LOCAL_BASE ((uint64_t)1 << 62)
#define SHARED_BASE ((uint64_t)1 << 61)

/* A register, or eight bytes of local memory or of parameters: a value a lane, or one for all. */
struct word {
    uint64_t v[LANES];
    uint64_t each; /* 31; 0: v[0] is that of all lanes */
};

struct ptx_warp;
struct insn;
typedef void insn_run(struct ptx_warp *w, const struct insn *i);

enum flow { FLOW_ON, FLOW_BRANCH, FLOW_CALL, FLOW_RETURN, FLOW_TRAP };
/* What a statement costs. */
enum kind {
    KIND_COMPUTE,
    KIND_MOVE,
    KIND_FLOW,
    KIND_MEMORY, /* global, or not known before */
    KIND_SHARED,
    KIND_LOCAL,
    KIND_MEETING,
    N_KINDS
};
enum space { SPACE_GENERIC, SPACE_GLOBAL, SPACE_SHARED, SPACE_LOCAL, SPACE_PARAM, N_SPACES };

struct call {
    char name[MAX_NAME]; /* while functions are read */
    struct ptx_function *callee;
    int result;            /* word of the caller's that gets the result, -1: none */
    int n;                 /* arguments */
    int words[MAX_PARAMS]; /* of the caller's, where each begins */
};

/* A statement.  Operands are words of the frame, or constants (~k). */
struct insn {
    insn_run *run; /* NULL: only flow */
    enum flow flow;
    int guard, guard_not; /* predicate, -1: always */
    int to[4], of[MAX_OPERANDS];
    int not_of;     /* bit k: of[k] is a predicate to be inverted */
    uint64_t width; /* of the registers set, as a mask */
    int n_vector;   /* loads and stores: elements */
    int bytes;      /* of one, */
    int is_signed;
    enum space space;
    enum kind kind;
    int64_t offset;
    int target;       /* of a branch: the statement; of a parameter by name: its word, -1: none */
    int line;         /* of the file */
    int file, source; /* with -lineinfo: where it comes from; the file's number, its line */
    int slots;        /* hardware's instructions, by reckoning */
    struct call *call;
};

struct range {
    int word, n; /* words of the frame */
};

struct ptx_function {
    char name[MAX_NAME];
    struct ptx_module *module;
    struct insn *insns;
    int n_insns;
    size_t cap_insns;
    struct range params[MAX_PARAMS], result;
    int n_params;
    int n_words; /* of a frame: its own parameters and result, registers, those of calls */
    int n_own;   /* of them those before the registers */
    int local_bytes;
    int first; /* of its statements among the module's, for counts */
    int *join; /* of each branch that went apart, where its ways join; -1: not known yet */
};

struct symbol {
    char name[MAX_NAME];
    uint64_t value; /* its address: global, or in shared memory */
};

enum { MAX_FILES = 128 };

struct ptx_module {
    char files[MAX_FILES][MAX_NAME]; /* with -lineinfo, by number */
    struct ptx_function **functions;
    size_t n_functions, cap_functions;
    struct symbol *symbols;
    size_t n_symbols, cap_symbols;
    uint8_t *data; /* of global variables, PTX_DATA_BYTES */
    size_t n_data;
    size_t n_shared;
    struct word *constants;
    size_t n_constants, cap_constants;
    int n_insns;
    struct counts *counts; /* n_insns */
};

/* Of a statement. */
struct counts {
    uint64_t runs, lanes, apart, sectors, local_sectors;
};

/* A word that a lane has stored at an address of its own, and after which bar.warp.sync. */
struct put {
    uint64_t at, epoch;
    int lane;
};
enum { N_PUTS = 1 << 12 };

struct ptx_warp {
    struct word *frame;        /* of the function that runs */
    const struct word *consts; /* the module's */
    struct word *local;
    uint32_t mask; /* lanes that run */
    uint64_t local_base, local_top;
    const struct ptx_place *place;
    ptx_memory *memory;
    uint64_t allowed[4][2]; /* allocations seen lately */
    int next_allowed;
    struct ptx_module *module;
    const struct ptx_function *function;
    struct counts *counts;           /* the warp's own */
    uint64_t sectors, local_sectors; /* of the statement that runs */
    struct word *end;                /* of the frames' memory */
    struct put puts[N_PUTS];         /* the last of them, by address */
    uint64_t epoch;                  /* how often lanes have met for memory, from 1 on */
};

/* Ends the program: what, where in the PTX. */
_Noreturn void ptx_fault(const struct ptx_warp *w, const struct insn *i, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline const struct word *word_of(const struct ptx_warp *w, int operand)
{
    return operand < 0 ? &w->consts[~operand] : &w->frame[operand];
}

static inline uint64_t lane_of(const struct word *x, int lane)
{
    return x->v[(uint64_t)lane & x->each];
}

/* A value a lane, as they are. */
static inline void word_spread(struct word *x)
{
    if (x->each)
        return;
    for (int k = 1; k < LANES; k++)
        x->v[k] = x->v[0];
    x->each = 31;
}

/* One for all, if they agree. */
static inline void word_gather(struct word *x)
{
    uint64_t differ = 0;
    for (int k = 1; k < LANES; k++)
        differ |= x->v[k] ^ x->v[0];
    if (!differ)
        x->each = 0;
}

static inline void word_set(const struct ptx_warp *w, struct word *x, uint64_t value)
{
    if (w->mask == (uint32_t)ALL_LANES) {
        x->v[0] = value;
        x->each = 0;
        return;
    }
    word_spread(x);
    for (int k = 0; k < LANES; k++)
        if (w->mask >> k & 1)
            x->v[k] = value;
}

/* Where the ways of the branch at statement k join: the first statement on a way to the end that
   every other comes by too; the end (n_insns), if there is none. */
int ptx_join(struct ptx_function *f, int k);

/* What a name of a statement runs: fills in what the name decides; 0 if it is not known. */
int ptx_operation(const char *name, struct insn *i);

/* Of these, the arithmetic by a name with _ for its dots; NULL: there is none. */
insn_run *ptx_alu(const char *name);

/* Loads and stores, by the statement's space, bytes and elements; see ptx_memory.c. */
insn_run ptx_load, ptx_store, ptx_atomic_add, ptx_atomic_cas;

#endif
