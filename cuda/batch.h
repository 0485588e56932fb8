/*
 * What host and device tell each other: a batch of jobs goes up, runs come down.  All pointers are
 * the device's; kernel.cu and device.c check that both sides see the same sizes.
 */
#ifndef CUDA_BATCH_H
#define CUDA_BATCH_H

#include "../dsl/profile.h"
#include "../dsl/vm_state.h"

enum {
    DEVICE_REGS = 4096, /* values */
    DEVICE_LOOPS = 64,
    DEVICE_THREADS = 128, /* of a block: four warps */
    DEVICE_BLOCKS = 8     /* at once on a multiprocessor: 65,536 registers make 64 a thread */
};

/* An item as engine_begin leaves it: the arena below `floor`, in units of 16 bytes. */
struct device_item {
    const struct val *image;
    uint32_t floor;
    uint32_t demo; /* a demonstration: it counts for the gate */
    struct val input, expected, samples, given;
};

struct device_program {
    struct code_view view;
    uint32_t body, n_params;
    uint32_t first_line, n_lines; /* up to PROFILE_LINES; where lines are counted, else 0 */
};

/* A program and the items of one task in order, so that the gate and what is kept are decided where
   the run is. */
struct device_job {
    const struct device_item *items;
    uint32_t program, n_items;
    uint32_t run;   /* of the first item */
    uint32_t lines; /* the first of its program among the batch's */
};

/* Whether a run is done; what is not is left to the CPU. */
enum device_done {
    DEVICE_LEFT, /* of too many units, or without room for its value, or behind a closed gate */
    DEVICE_DONE,
    DEVICE_FULL /* it outgrew its arena: for a larger one */
};

/* A run, as struct backend_run of lib/backend.h has it. */
struct device_run {
    uint64_t digest, fuel;
    uint32_t line;
    uint32_t image; /* 1 + where a struct val and its image (dsl/image.h) stand among the values */
    uint32_t units;
    uint8_t done; /* enum device_done */
    uint8_t outcome, error, equal;
};

/*
 * Values that are kept, by item and digest: the same one comes down once.  A table of OUTPUTS_MAX,
 * zeroed by the host; without one (NULL) nothing is shared.
 */
enum { OUTPUTS_MAX = 1 << 16, OUTPUTS_PROBES = 8 };

struct device_output {
    uint64_t key;   /* 0: free */
    uint32_t image; /* as in struct device_run; 0: not there yet */
    uint32_t units;
};

/* Which values come down: enum keep of lib/backend.h. */
enum device_keep { DEVICE_KEEP_BITS, DEVICE_KEEP_PASSING, DEVICE_KEEP_MATCH, DEVICE_KEEP_ALL };

/* What workers count, zeroed by the host. */
struct device_counters {
    uint64_t next, next_full; /* job, and job of those that have a full run */
    uint64_t values_top;      /* units; may end beyond values_cap */
    uint64_t done;            /* runs */
    uint64_t yielded;         /* for their units */
    uint64_t crowded;         /* no room for their values */
    uint64_t shared;          /* values that came down for another run already */
    uint64_t full;            /* outgrew their arena */
    uint64_t grown;           /* of these done in a larger one */
    uint64_t n_full;          /* jobs with full runs */
};

/* What a run took, in ticks of its multiprocessor; calls: 0 without a profile. */
struct device_took {
    uint64_t ticks, calls;
};

/* As struct backend_profile of lib/backend.h has it. */
struct device_profile {
    struct profile_sum accounts[PROFILE_ACCOUNTS], moving, vain;
};

struct device_batch {
    const struct device_program *programs;
    const struct device_job *jobs;
    uint32_t *full_jobs; /* room for all; filled by the first pass, read by the second */
    struct device_run *runs;
    struct device_counters *counters;
    struct val *values;
    struct device_output *outputs;
    struct device_took *took;       /* by run, zeroed by the host; NULL: not wanted */
    struct device_profile *profile; /* the same */
    struct profile_sum *lines; /* the same, only with a profile: of each program n_lines + 1, as
                                  in a struct profile */
    uint8_t *memory;           /* of workers: worker_bytes each */
    uint64_t n_jobs, values_cap, worker_bytes;
    uint64_t stack_cap; /* values, of each worker */
    struct code_view stubs;
    uint64_t fuel;  /* of a run */
    uint64_t yield; /* units after which a run is left to the CPU */
    uint32_t gate, keep;
    uint32_t pass; /* 0: all jobs; 1: the full runs, with more memory */
    uint32_t reserved;
};

/* What a worker counts while there is a profile: of the run, of all its runs. */
struct device_counting {
    struct profile run;
    struct profile_sum no_line; /* all there is where lines are not counted */
    struct device_profile all;
    uint64_t reserved;
};

/* The memory of a worker; its stack of stack_cap + STACK_SLACK values follows, then LINES_UNITS
   units of 16 bytes for the lines of a run, if they are counted, then its arena, up to
   worker_bytes. */
enum { LINES_UNITS = ((PROFILE_LINES + 1) * sizeof(struct profile_sum) + 15) / 16 };
struct device_memory {
    struct val regs[DEVICE_REGS + REGS_SLACK];
    struct val batch[2 * LANE_WIDTH];
    struct loop_state loops[DEVICE_LOOPS];
    struct call_state calls[CALLS_MAX];
    struct compare_frame frames[FRAMES_MAX];
    struct device_counting counting;
};

/* The sizes of the structures above in bytes, for a static assertion in C and in CUDA C++. */
#define DEVICE_SIZES_HOLD                                                                          \
    (sizeof(struct device_item) == 80 && sizeof(struct device_program) == 48 &&                    \
     sizeof(struct device_job) == 24 && sizeof(struct device_run) == 32 &&                         \
     sizeof(struct device_counters) == 80 && sizeof(struct device_batch) == 184 &&                 \
     sizeof(struct device_memory) == DEVICE_MEMORY_BYTES &&                                        \
     sizeof(struct device_memory) % 16 == 0)
enum { DEVICE_MEMORY_BYTES = 97856 };

#endif
