/* Devices as a tool's user sees them; messages go through lib/util. */
#ifndef CUDA_DEVICES_TELL_H
#define CUDA_DEVICES_TELL_H

#include <stdbool.h>

#include "devices.h"

/* Lists the devices on standard output, a line each: number, name, architecture, multiprocessors,
 * memory.  An exit status. */
int devices_list(void);

/* devices_open, and says so if fewer are had than wanted; with `require` that is an error, and none
 * is left open.  An exit status. */
int devices_take(const struct devices_wanted *w, bool require, struct devices *out);

#endif
