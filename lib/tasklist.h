/*
 * tasklist.h: which tasks are wanted, which have been seen, and the sets they belong to.
 */
#ifndef BATT_TASKLIST_H
#define BATT_TASKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tasklist_answer {
    TASKLIST_UNWANTED = 0,
    TASKLIST_WANTED = 1,
    TASKLIST_AMBIGUOUS = 2, /* asked for by bare id, but another task of this id was taken */
    TASKLIST_NEW = 3,
    TASKLIST_SAME = 4,
    TASKLIST_DIFFERENT = 5,
    TASKLIST_MEMORY = -1
};

/* Names asked for: set/id or a bare id. Start from {0}; empty: all are wanted. */
struct tasklist {
    struct tasklist_name {
        char *name;
        char *taken; /* the key that matched, NULL before */
    } * names;
    size_t n;
    bool sorted;
};

/* Adds names separated by commas. Returns 0 or ENOMEM. */
int tasklist_add(struct tasklist *list, const char *names);
/* Adds the names in a file, one a line, blank lines and # comments left out; "-" is stdin. Returns
 * 0 or an errno. */
int tasklist_read(struct tasklist *list, const char *path);
/* Is the task of this key wanted? On TASKLIST_AMBIGUOUS *other is the key taken before. */
int tasklist_match(struct tasklist *list, const char *key, const char **other);
/* Calls back with each name that matched nothing. */
void tasklist_missing(const struct tasklist *list, void (*tell)(void *, const char *),
                      void *context);
void tasklist_free(struct tasklist *list);

/* Keys seen, by digest, with a digest of content. Start from {0}. */
struct tasklist_seen {
    uint64_t (*slots)[2];
    size_t n, capacity;
};

/* Enters a key. TASKLIST_NEW, _SAME (seen with the same content), _DIFFERENT, or _MEMORY. */
int tasklist_see(struct tasklist_seen *seen, const char *key, uint64_t content);
void tasklist_seen_free(struct tasklist_seen *seen);

/* Set names of paths, each once, in order of appearance. Start from {0}. */
struct tasklist_sets {
    char **names;
    uint32_t n;
    char *folder; /* of the path before */
    const char *last;
};

/* The set of a task file's path (taskfile_set), looked up once per folder. NULL: out of memory. */
const char *tasklist_set_of(struct tasklist_sets *sets, const char *path);
void tasklist_sets_free(struct tasklist_sets *sets);

#endif
