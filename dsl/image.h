/*
 * A value on its way between machines: the blocks it reaches, one behind the other, as they would
 * stand in an arena from unit 1 on.  Unit 0 is the block of the empty containers in every arena.
 */
#ifndef DSL_IMAGE_H
#define DSL_IMAGE_H

#include "heap.h"

/*
 * Moves what v reaches to unit 1 and drops everything else, the item too; the image is then units
 * 1 .. vm->top - 1 of the arena.  Returns v as the image has it; with vm->err when memory is out.
 */
DSL_FN struct val image_make(struct vm *vm, struct val v)
{
    heap_keep(vm, 1, &v, 1);
    return v;
}

/* Where a value of an image stands once the image stands at unit `at`. */
DSL_INLINE struct val image_value(struct val v, uint64_t at)
{
    if (val_is_block(v) && v.u.ref > 0)
        v.u.ref += at - 1;
    return v;
}

/* Takes an image of n units into the arena.  Returns its value; with vm->err when memory is out. */
DSL_FN struct val image_take(struct vm *vm, const void *image, uint64_t n, struct val v)
{
    uint64_t at = n ? heap_alloc(vm, n) : 1, scan = at;
    if (vm->err)
        return val_none();
    if (n)
        words_copy(heap_at(vm, at), image, 4 * n);
    while (scan < at + n) {
        struct block *b = heap_at(vm, scan);
        uint32_t count;
        struct val *inner = heap_inner(b, &count);
        for (uint32_t k = 0; k < count; k++)
            inner[k] = image_value(inner[k], at);
        scan += b->size16;
    }
    return image_value(v, at);
}

#endif
