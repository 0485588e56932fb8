/* See value_out.h.  Reads values through the reference dialect; nothing here is hot. */
#define ROWS_DIALECT ROWS_REF
#include "value_out.h"

#include <stdlib.h>

#include "../dsl/image.h"
#include "../dsl/text.h"

static void pack_grid(struct vm *vm, const struct engine *engine, struct val v,
                      struct value_pack *pack)
{
    struct pic *p = heap_pic(vm, v);
    uint8_t small[64 * 64], *cells = small;
    size_t n = (size_t)p->h * (size_t)p->w;
    if (n > sizeof small && !(cells = malloc(n))) {
        pack->failed = true;
        return;
    }
    if (engine->cells(vm, v, cells)) {
        value_pack_grid(pack, (uint32_t)p->h, (uint32_t)p->w, cells);
    } else {
        value_pack_wide_grid(pack, (uint32_t)p->h, (uint32_t)p->w);
        for (int32_t i = 0; i < p->h; i++)
            for (int32_t j = 0; j < p->w; j++)
                value_pack_int(pack, grid_at(p, i, j));
    }
    if (cells != small)
        free(cells);
}

/* A tuple of rows of ints, as pack_grid would write the grid it is; 1 if it was such. */
static int pack_rows(struct vm *vm, struct val v, struct value_pack *pack)
{
    uint64_t h = seq_len(vm, v), w = 0;
    for (uint64_t i = 0; i < h; i++) {
        struct val row = tuple_get(vm, v, i);
        if (!val_is_tuple(row) || row.tag == VAL_GRID || (i > 0 && seq_len(vm, row) != w))
            return 0;
        w = seq_len(vm, row);
        for (uint64_t j = 0; j < w; j++)
            if (!val_is_int(tuple_get(vm, row, j)))
                return 0;
    }
    if (w == 0)
        return 0;
    value_pack_wide_grid(pack, (uint32_t)h, (uint32_t)w);
    for (uint64_t i = 0; i < h; i++)
        for (uint64_t j = 0; j < w; j++)
            value_pack_int(pack, tuple_get(vm, tuple_get(vm, v, i), j).u.i);
    return 1;
}

/* Packs what has no elements; 1 if the value was such. */
static int pack_leaf(struct vm *vm, const struct engine *engine, struct val v,
                     struct value_pack *pack)
{
    switch (v.tag) {
    case VAL_NONE:
        value_pack_none(pack);
        return 1;
    case VAL_INT:
        value_pack_int(pack, v.u.i);
        return 1;
    case VAL_BOOL:
        value_pack_bool(pack, v.u.i != 0);
        return 1;
    case VAL_FUNC:
        value_pack_function(pack);
        return 1;
    case VAL_GRID:
        if (heap_pic(vm, v)->w == 0)
            return 0;
        pack_grid(vm, engine, v, pack);
        return 1;
    default:
        return 0;
    }
}

static void pack_open(struct vm *vm, struct val v, struct value_pack *pack)
{
    if (val_is_set(v))
        value_pack_set(pack, (uint32_t)seq_len(vm, v));
    else
        value_pack_tuple(pack, (uint32_t)seq_len(vm, v));
}

void value_out_pack(struct vm *vm, const struct engine *engine, struct val v,
                    struct value_pack *pack)
{
    struct seq open[LIMIT_DEPTH + 4];
    uint32_t depth = 0;
    struct val e;
    uint64_t mark = vm->top;
    if (pack_leaf(vm, engine, v, pack) || (v.tag == VAL_TUPLE && pack_rows(vm, v, pack)))
        return;
    pack_open(vm, v, pack);
    open[0] = seq_begin(vm, v);
    while (!pack->failed) {
        if (!seq_next(vm, &open[depth], &e)) {
            if (depth-- == 0)
                break;
            continue;
        }
        if (pack_leaf(vm, engine, e, pack))
            continue;
        pack_open(vm, e, pack);
        open[++depth] = seq_begin(vm, e);
    }
    vm->top = mark;
}

char *value_out_text(struct vm *vm, struct val v)
{
    size_t n = text_value(vm, v, NULL, 0);
    char *s = malloc(n + 1);
    if (s)
        text_value(vm, v, s, n + 1);
    return s;
}

int value_out_expected(const struct vm *vm, struct val *out)
{
    *out = vm->expected;
    return out->tag == VAL_GRID;
}

int value_out_take(struct vm *vm, const void *image, uint32_t units, struct val v, struct val *out)
{
    vm->top = vm->floor;
    vm->sp = 0;
    vm->err = ERR_NONE;
    vm->extra = 0;
    *out = image_take(vm, image, units, v);
    return vm->err == ERR_NONE;
}
