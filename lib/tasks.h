/*
 * The tasks of a grids stream, held in memory for as long as programs come.
 *
 * All grids of all 1,920 public tasks are 10 MB; what travels through the machine are programs.
 */
#ifndef LIB_TASKS_H
#define LIB_TASKS_H

#include "../dsl/run.h"
#include "stream.h"

struct task_item {
    enum stream_part part;
    uint32_t index; /* among the task's demonstrations or tests */
    int known;      /* expected is known */
    struct grid_bytes input, expected;
};

struct task_entry {
    char *key;                /* set/id */
    uint32_t n_demos;         /* pairs in demos */
    struct grid_bytes *demos; /* input and output in turn */
    uint32_t n_items, n_known_tests;
    uint32_t n_demo_items, n_test_items; /* as the streams tell: more than came when one was cut */
    struct task_item *items; /* in the order they came: as a rule by part and index, ascending */
    int refused;             /* the task of the frame at hand differs from this one */
};

/* Owns everything below; free with tasks_free. */
struct tasks {
    struct task_entry *entries;
    uint32_t n, cap;
    uint64_t n_items;
    uint32_t *by_key, *by_id; /* hash tables of 1 + task number; by_id is made by tasks_index */
    uint32_t table_size;      /* of by_key, a power of two */
    uint32_t id_table_size;
    const char *conflict; /* key of the first task that a frame brought with other content */
    const char *only; /* take only tasks of this key or bare id; NULL: all. The caller's */
};

enum { TASK_NONE = -1, TASK_AMBIGUOUS = -2 };

void tasks_init(struct tasks *t);
void tasks_free(struct tasks *t);

/*
 * Copies a frame's tasks and items.  Items join the task of the same key that is there, whether it
 * was cut or came in another stream; an item that is there with the same content is one item.  What
 * differs from what is there is left out: conflicts is raised by the tasks and items left out.
 * 0, -1: memory.
 */
int tasks_add_frame(struct tasks *t, const struct stream_grids *frame, uint32_t *conflicts);

/* Digest of all tasks and their items, in order: where frames were cut does not matter. */
uint64_t tasks_digest(const struct tasks *t);

/* Prepares tasks_find.  0, -1: memory. */
int tasks_index(struct tasks *t);

/* Number of the task with this key, or with this bare id where only one has it. */
int64_t tasks_find(const struct tasks *t, const char *name, size_t len);

#endif
