/*
 * show_json.h: frames of a stream as JSON lines, one for each head, task, item, program, result
 * (program x item) and end.
 */
#ifndef BATT_SHOW_JSON_H
#define BATT_SHOW_JSON_H

#include "stream.h"

#include <stdio.h>

/* Besides the kinds of trouble of stream.h: the output failed or memory ran out, errno says which.
 */
#define SHOW_JSON_FAILED (-100)

struct show_json;

/* Lines go to file, which stays the caller's. NULL: out of memory. */
struct show_json *show_json_open(FILE *file);

/* Shows the frame that stream_next has just delivered as this kind. Tables of programs are kept
 * until their segment ends, to name the programs of results. Returns 0, SHOW_JSON_FAILED, or
 * trouble of the reader's with an entry (what was whole has been shown). */
int show_json_frame(struct show_json *show, struct stream_reader *reader, int kind,
                    const struct stream_frame *frame);

/* Frees; NULL is allowed. */
void show_json_close(struct show_json *show);

#endif
