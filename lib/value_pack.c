/* value_pack.c: values into msgpack, by msgpack-c's packer over a buffer of our own. */
#include "value_pack.h"

#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

static int append(void *data, const char *bytes, size_t size)
{
    struct value_pack *pack = data;
    if (pack->failed)
        return -1;
    if (pack->most && (pack->size > pack->most || size > pack->most - pack->size)) {
        pack->failed = pack->over = true;
        return -1;
    }
    if (size > pack->capacity - pack->size) {
        size_t capacity = pack->capacity ? 2 * pack->capacity : 256;
        while (capacity - pack->size < size)
            capacity *= 2;
        uint8_t *grown = realloc(pack->data, capacity);
        if (!grown) {
            pack->failed = true;
            return -1;
        }
        pack->data = grown;
        pack->capacity = capacity;
    }
    memcpy(pack->data + pack->size, bytes, size);
    pack->size += size;
    return 0;
}

static msgpack_packer packer(struct value_pack *pack)
{
    return (msgpack_packer){.data = pack, .callback = append};
}

static void tag(struct value_pack *pack, size_t n, const char *name)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_array(&pk, n + 1);
    msgpack_pack_str(&pk, 1);
    msgpack_pack_str_body(&pk, name, 1);
}

void value_pack_int(struct value_pack *pack, int64_t x)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_int64(&pk, x);
}

void value_pack_bool(struct value_pack *pack, bool x)
{
    append(pack, x ? "\xc3" : "\xc2", 1);
}

void value_pack_none(struct value_pack *pack)
{
    append(pack, "\xc0", 1);
}

void value_pack_float(struct value_pack *pack, double x)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_double(&pk, x);
}

void value_pack_tuple(struct value_pack *pack, uint32_t n)
{
    tag(pack, n, "t");
}

void value_pack_set(struct value_pack *pack, uint32_t n)
{
    tag(pack, n, "s");
}

void value_pack_function(struct value_pack *pack)
{
    tag(pack, 0, "f");
}

void value_pack_grid(struct value_pack *pack, uint32_t h, uint32_t w, const uint8_t *cells)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_array(&pk, 3);
    msgpack_pack_uint32(&pk, h);
    msgpack_pack_uint32(&pk, w);
    msgpack_pack_bin(&pk, (size_t)h * w);
    append(pack, (const char *)cells, (size_t)h * w);
}

void value_pack_wide_grid(struct value_pack *pack, uint32_t h, uint32_t w)
{
    tag(pack, (size_t)h * w + 2, "g");
    value_pack_int(pack, h);
    value_pack_int(pack, w);
}

void value_pack_str(struct value_pack *pack, const char *text)
{
    msgpack_packer pk = packer(pack);
    size_t size = strlen(text);
    msgpack_pack_str(&pk, size);
    append(pack, text, size);
}

void value_pack_bin(struct value_pack *pack, const void *data, size_t size)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_bin(&pk, size);
    append(pack, data, size);
}

void value_pack_uint(struct value_pack *pack, uint64_t x)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_uint64(&pk, x);
}

void value_pack_array(struct value_pack *pack, size_t n)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_array(&pk, n);
}

void value_pack_map(struct value_pack *pack, size_t n)
{
    msgpack_packer pk = packer(pack);
    msgpack_pack_map(&pk, n);
}

void value_pack_raw(struct value_pack *pack, const void *data, size_t size)
{
    if (size)
        append(pack, data, size);
}

void value_pack_reset(struct value_pack *pack)
{
    pack->size = 0;
    pack->failed = pack->over = false;
}

void value_pack_free(struct value_pack *pack)
{
    free(pack->data);
    *pack = (struct value_pack){0};
}
