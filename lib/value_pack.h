/*
 * value_pack.h: packs DSL values as stream.h describes them, and prints packed ones.
 *
 *     int      integer            tuple     ["t", ...]
 *     Bool     true, false        set       ["s", ...] ascending
 *     None     nil                grid      [h, w, bin], a byte a cell, if all colours are 0..9
 *     nan, inf float              grid      ["g", h, w, c, c, ...] otherwise
 *                                 function  ["f"]
 *
 * One value has one packed form as long as callers use the grid forms for all grids with at least
 * one row of at least one cell, tuples for all else, and give sets in ascending order: then equal
 * values are equal bytes (True and 1 are equal values but differ here; callers choose).
 */
#ifndef BATT_VALUE_PACK_H
#define BATT_VALUE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing buffer; start from {0}. Once an allocation fails, or more than `most` bytes would stand
 * in it, `failed` stays set and calls do nothing, so that one check at the end is enough. */
struct value_pack {
    uint8_t *data;
    size_t size, capacity;
    size_t most; /* 0: no bound */
    bool failed;
    bool over; /* failed because of `most` */
};

void value_pack_int(struct value_pack *pack, int64_t x);
void value_pack_bool(struct value_pack *pack, bool x);
void value_pack_none(struct value_pack *pack);
void value_pack_float(struct value_pack *pack, double x);
/* Announce n elements; the caller packs them next. */
void value_pack_tuple(struct value_pack *pack, uint32_t n);
void value_pack_set(struct value_pack *pack, uint32_t n);
void value_pack_function(struct value_pack *pack);
/* h * w cells as bytes 0..9. */
void value_pack_grid(struct value_pack *pack, uint32_t h, uint32_t w, const uint8_t *cells);
/* Announces a grid with other colours; the caller packs h * w integers next. */
void value_pack_wide_grid(struct value_pack *pack, uint32_t h, uint32_t w);

/* Plain msgpack, for frames. Maps and arrays announce n members; the caller packs them next. */
void value_pack_str(struct value_pack *pack, const char *text);
void value_pack_bin(struct value_pack *pack, const void *data, size_t size);
void value_pack_uint(struct value_pack *pack, uint64_t x);
void value_pack_array(struct value_pack *pack, size_t n);
void value_pack_map(struct value_pack *pack, size_t n);
/* Appends bytes as they are. */
void value_pack_raw(struct value_pack *pack, const void *data, size_t size);

/* Is this one packed value, as above, and nothing behind it? */
bool value_pack_good(const uint8_t *data, size_t size);

/* Empties the buffer and keeps its memory. */
void value_pack_reset(struct value_pack *pack);
/* Frees the memory; pack is {0} again. */
void value_pack_free(struct value_pack *pack);

/* Appends the value packed in data as JSON text to the buffer, not terminated: grids and tuples as
 * arrays, sets as {"set": [...]}, functions as {"function": true}, None as null, nan and the
 * infinities as strings. Returns the bytes read, or 0 if data is not one value. */
size_t value_pack_json(struct value_pack *text, const uint8_t *data, size_t size);

/* Appends s as a JSON string: quoted, escaped, bytes that are no UTF-8 replaced by U+FFFD. */
void value_pack_json_string(struct value_pack *text, const char *s);

#endif
