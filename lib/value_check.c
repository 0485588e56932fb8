/* value_check.c: is this a packed value? */
#include "stream_private.h"
#include "value_pack.h"

/* [h, w, cells] behind its array head. */
static void check_grid(struct unpack *u)
{
    size_t size;
    uint64_t h = unpack_uint(u, UINT32_MAX), w = unpack_uint(u, UINT32_MAX);
    const uint8_t *cells = unpack_bin(u, &size);
    bool good = !u->bad && h && w && h * w == size;
    u->bad |= !good || !stream_all_below(cells, size, 10);
}

/* ["g", h, w, ...] behind its tag, n members left. */
static void check_wide_grid(struct unpack *u, uint64_t n)
{
    uint64_t h = unpack_uint(u, UINT32_MAX), w = unpack_uint(u, UINT32_MAX);
    u->bad |= n < 3 || !h || !w || h * w != n - 2;
    for (uint64_t i = 2; i < n && !u->bad; i++)
        unpack_int(u);
}

/* The number of members that are values and come next. */
static uint64_t check_array(struct unpack *u)
{
    uint64_t n = unpack_array(u);
    size_t size;
    if (n == 3 && unpack_peek(u) == UNPACK_INT) {
        check_grid(u);
        return 0;
    }
    const uint8_t *tag = unpack_str(u, &size);
    if (u->bad || size != 1)
        u->bad = true;
    else if (*tag == 't' || *tag == 's')
        return n - 1;
    else if (*tag == 'g')
        check_wide_grid(u, n - 1);
    else
        u->bad = *tag != 'f' || n != 1;
    return 0;
}

/* Passes over integers of one byte and heads of small tuples and sets, which most values are made of.
 * *left counts values to come. */
static void pass_short(struct unpack *u, uint64_t *left)
{
    while (*left && u->at < u->end) {
        uint8_t first = *u->at;
        bool array = first > 0x90 && first < 0xa0;
        if (array && u->end - u->at > 2 && u->at[1] == 0xa1 && (u->at[2] == 't' || u->at[2] == 's')) {
            *left += (first & 15u) - 1;
            u->at += 3;
        } else if (first >= 0x80 && first < 0xe0) {
            return;
        } else {
            u->at++;
        }
        *left -= 1;
    }
}

bool value_pack_good(const uint8_t *data, size_t size)
{
    struct unpack u = {data, data + size, false};
    /* Every member counts, whatever it is a member of: depth costs nothing. */
    for (uint64_t left = 1; left && !u.bad; left--) {
        pass_short(&u, &left);
        if (!left)
            break;
        switch (unpack_peek(&u)) {
        case UNPACK_NIL:
            unpack_nil(&u);
            break;
        case UNPACK_BOOL:
            unpack_bool(&u);
            break;
        case UNPACK_INT:
            unpack_int(&u);
            break;
        case UNPACK_FLOAT:
            unpack_float(&u);
            break;
        case UNPACK_ARRAY:
            left += check_array(&u);
            break;
        default:
            u.bad = true;
        }
    }
    return !u.bad && u.at == u.end;
}
