/* room.h: arrays that grow. */
#ifndef BATT_ROOM_H
#define BATT_ROOM_H

#include <stddef.h>

/* Room for n elements of `size` bytes in an array (a pointer to its pointer, NULL at first), which
 * has room for *cap; new ones are zero. The caller frees it. 0, or -1: memory; then it is as it
 * was. */
int room_for(void *array, size_t *cap, size_t n, size_t size);

/* Room for n bytes at the same kind of pointer; what was there is lost. 0, or -1 with errno. */
int room_anew(void *array, size_t *cap, size_t n);

#endif
