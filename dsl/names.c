/* See names.h. */
#include "names.h"

#include <string.h>

#include "ops.h"

static const struct name constants[] = {
    {"F", 1, NAME_BOOL, 0, 0},
    {"T", 1, NAME_BOOL, 1, 0},
    {"True", 4, NAME_BOOL, 1, 0},
    {"False", 5, NAME_BOOL, 0, 0},
    {"ZERO", 4, NAME_INT, 0, 0},
    {"ONE", 3, NAME_INT, 1, 0},
    {"TWO", 3, NAME_INT, 2, 0},
    {"THREE", 5, NAME_INT, 3, 0},
    {"FOUR", 4, NAME_INT, 4, 0},
    {"FIVE", 4, NAME_INT, 5, 0},
    {"SIX", 3, NAME_INT, 6, 0},
    {"SEVEN", 5, NAME_INT, 7, 0},
    {"EIGHT", 5, NAME_INT, 8, 0},
    {"NINE", 4, NAME_INT, 9, 0},
    {"TEN", 3, NAME_INT, 10, 0},
    {"NEG_ONE", 7, NAME_INT, -1, 0},
    {"NEG_TWO", 7, NAME_INT, -2, 0},
    {"DOWN", 4, NAME_PAIR, 1, 0},
    {"RIGHT", 5, NAME_PAIR, 0, 1},
    {"UP", 2, NAME_PAIR, -1, 0},
    {"LEFT", 4, NAME_PAIR, 0, -1},
    {"ORIGIN", 6, NAME_PAIR, 0, 0},
    {"UNITY", 5, NAME_PAIR, 1, 1},
    {"NEG_UNITY", 9, NAME_PAIR, -1, -1},
    {"UP_RIGHT", 8, NAME_PAIR, -1, 1},
    {"DOWN_LEFT", 9, NAME_PAIR, 1, -1},
    {"ZERO_BY_TWO", 11, NAME_PAIR, 0, 2},
    {"TWO_BY_ZERO", 11, NAME_PAIR, 2, 0},
    {"TWO_BY_TWO", 10, NAME_PAIR, 2, 2},
    {"THREE_BY_THREE", 14, NAME_PAIR, 3, 3},
};

/* Up to 8 bytes as a number. */
static uint64_t some_bytes(const char *s, size_t n)
{
    uint64_t x = 0;
    uint32_t low, high;
    if (n >= 8) {
        memcpy(&x, s, 8);
    } else if (n >= 4) {
        memcpy(&low, s, 4);
        memcpy(&high, s + n - 4, 4);
        x = (uint64_t)high << 32 | low;
    } else if (n) {
        x = (uint64_t)(uint8_t)s[0] << 16 | (uint64_t)(uint8_t)s[n / 2] << 8 | (uint8_t)s[n - 1];
    }
    return x;
}

uint32_t names_hash(const char *text, size_t len)
{
    uint64_t h = len;
    for (; len > 8; len -= 8, text += 8)
        h = (h ^ some_bytes(text, 8)) * 0x9fb21c651e98df25u, h ^= h >> 32;
    h = (h ^ some_bytes(text, len)) * 0x9fb21c651e98df25u;
    return (uint32_t)(h >> 32) ^ (uint32_t)(h >> 13);
}

static struct name *slot_of(struct names *t, const char *text, size_t len)
{
    uint32_t k = names_hash(text, len) & (NAMES_TABLE - 1);
    while (t->slots[k].text && !(t->slots[k].len == len && memcmp(t->slots[k].text, text, len) == 0))
        k = (k + 1) & (NAMES_TABLE - 1);
    return &t->slots[k];
}

void names_fill(struct names *t)
{
    memset(t, 0, sizeof *t);
    for (size_t k = 0; k < sizeof constants / sizeof *constants; k++)
        *slot_of(t, constants[k].text, constants[k].len) = constants[k];
    for (int op = 0; op < OP_COUNT; op++) {
        struct name n = {op_table[op].name, (uint8_t)strlen(op_table[op].name), NAME_OP, op, 0};
        *slot_of(t, n.text, n.len) = n;
    }
}

const struct name *names_find(const struct names *t, const char *text, size_t len)
{
    const struct name *n = slot_of((struct names *)(uintptr_t)t, text, len);
    return n->text ? n : NULL;
}

/* Place of a word in a list "a,b,c", or -1. */
static int place_in(const char *list, const char *text, size_t len)
{
    for (int k = 0;; k++) {
        size_t n = strcspn(list, ",");
        if (n == len && memcmp(list, text, len) == 0)
            return k;
        if (!list[n])
            return -1;
        list += n + 1;
    }
}

int names_param(int op, const char *text, size_t len)
{
    return place_in(op_table[op].params, text, len);
}
