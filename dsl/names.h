/* The names a program finds in the language: constants and primitives (batt-dsl(7)). */
#ifndef DSL_NAMES_H
#define DSL_NAMES_H

#include <stddef.h>
#include <stdint.h>

enum name_kind { NAME_UNKNOWN, NAME_OP, NAME_INT, NAME_BOOL, NAME_PAIR };

struct name {
    const char *text;
    uint8_t len;
    uint8_t kind;          /* enum name_kind */
    int32_t value, second; /* number of the primitive; integer; pair */
};

enum { NAMES_TABLE = 1024 };

/* A hash table of all names; fill it once with names_fill, then look up from any thread. */
struct names {
    struct name slots[NAMES_TABLE];
};

void names_fill(struct names *t);

/* The name, or NULL. */
const struct name *names_find(const struct names *t, const char *text, size_t len);

/* Hash of a name, for tables of one's own. */
uint32_t names_hash(const char *text, size_t len);

/*
 * Position of a parameter of primitive `op` by its name, -1 if it has none of that name.
 */
int names_param(int op, const char *text, size_t len);

#endif
