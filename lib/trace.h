/*
 * One program on one grid, line by line.
 *
 * The value and the cost of a line are those of the program cut off behind it, so tracing uses the
 * machine as it is: what a trace shows is what a run does.
 */
#ifndef LIB_TRACE_H
#define LIB_TRACE_H

#include "engine.h"
#include "programs.h"

struct trace_line {
    uint32_t line;       /* of the text */
    const char *source;  /* the line's text, n_source bytes */
    size_t n_source;
    uint64_t cost;       /* units of this line alone */
    uint64_t total;      /* units up to here */
    char *value;         /* canonical text; NULL when the run ended here */
    struct run_result result;
};

enum trace_status { TRACE_OK, TRACE_BAD_PROGRAM, TRACE_NO_MEMORY, TRACE_NO_ENGINE };

/*
 * Calls show for every line, the `return` last, until one fails.  TRACE_BAD_PROGRAM: *why and
 * *why_line say what is wrong with the program.
 */
enum trace_status trace_run(struct parse *p, uint32_t function, const struct run_item *item,
                            uint64_t fuel, void (*show)(void *x, const struct trace_line *line),
                            void *x, const char **why, uint32_t *why_line);

#endif
