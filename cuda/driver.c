/* See driver.h. */
#include "driver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct driver driver;
static char reason[256]; /* why there is no driver; empty: there is one */
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct symbol {
    const char *name;
    void *at; /* the pointer to set */
};

static void find_all(void *library)
{
#define DRIVER_SYMBOL(member, symbol, arguments) {symbol, &driver.member},
    const struct symbol symbols[] = {DRIVER_CALLS(DRIVER_SYMBOL)};
#undef DRIVER_SYMBOL
    for (size_t k = 0; k < sizeof symbols / sizeof *symbols && !reason[0]; k++) {
        void *found = dlsym(library, symbols[k].name);
        if (!found)
            snprintf(reason, sizeof reason, "the CUDA driver is too old: it has no %s",
                     symbols[k].name);
        memcpy(symbols[k].at, &found, sizeof found);
    }
}

static const char *name_in_environment(void)
{
    const char *name = getenv("BATT_CUDA_DRIVER");
    return name && *name ? name : NULL;
}

int driver_is_named(void)
{
    return name_in_environment() != NULL;
}

static void load(void)
{
    const char *name = name_in_environment();
    void *library = dlopen(name ? name : "libcuda.so.1", RTLD_NOW);
    if (!library) {
        snprintf(reason, sizeof reason, "no CUDA driver on this machine");
        return;
    }
    find_all(library);
    if (reason[0])
        return;
    int error = driver.init(0);
    if (error)
        snprintf(reason, sizeof reason, "the CUDA driver does not start: %s",
                 driver_reason(&driver, error));
}

const struct driver *driver_open(const char **why)
{
    pthread_once(&once, load);
    *why = reason;
    return reason[0] ? NULL : &driver;
}

const char *driver_reason(const struct driver *cu, int error)
{
    const char *text = NULL;
    return cu->error_text(error, &text) == 0 && text ? text : "unknown error";
}
