/* See driver.h.  In place of driver.c where a tool is linked statically: such a program cannot load
 * a library.  No device is ever opened, so that the rest is never called. */
#include "driver.h"

int driver_is_named(void)
{
    return 0;
}

const struct driver *driver_open(const char **why)
{
    *why = "this build has no GPU support";
    return NULL;
}

const char *driver_reason(const struct driver *cu, int error)
{
    (void)cu, (void)error;
    return "";
}
