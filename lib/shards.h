/*
 * shards.h: a folder of numbered files, 000000.batt and so on, each put in place when it is whole.
 *
 * A file that is there with the same content is left as it is, its time too, so that make redoes
 * only what depends on those that changed.
 */
#ifndef BATT_SHARDS_H
#define BATT_SHARDS_H

#include "output.h"

#include <stdint.h>

/* More would be sorted wrongly by name. */
enum { SHARDS_MAX = 1000000 };

/* Start from {.dir = ..., .suffix = ".batt"}. */
struct shards {
    const char *dir, *suffix;
    uint32_t n; /* put in place */
    char *path; /* of the file being written; NULL: none */
    struct output out;
};

enum shards_status {
    SHARDS_OK = 0,
    SHARDS_DIR = 1,    /* the folder cannot be made or read: errno */
    SHARDS_OUTPUT = 2, /* output_reason(&shards->out) */
    SHARDS_MANY = 3,   /* more than SHARDS_MAX */
    SHARDS_MEMORY = 4
};

/* Opens the next file, shards->out.file. Makes the folder where it is missing. */
int shards_next(struct shards *shards);
/* Puts it in place. */
int shards_commit(struct shards *shards);
/* Removes what is being written. */
void shards_abort(struct shards *shards);
/* Removes numbered files of earlier, longer runs behind the last. */
int shards_finish(struct shards *shards);
/* Why a call failed; text that lives until the next call. */
const char *shards_reason(const struct shards *shards, int status);

#endif
