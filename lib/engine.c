/* See engine.h.  Compiled with baseline flags: it must run before anything is known. */
#include "engine.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
extern const struct engine engine_v2, engine_v3, engine_v4;
#else
extern const struct engine engine_plain;
#endif
extern const struct engine engine_ref;
extern const struct engine engine_sim __attribute__((weak)); /* of tests alone: see tests/simwarp */

const struct engine *const engine_table[] = {
#if defined(__x86_64__)
    &engine_v4, &engine_v3, &engine_v2,
#else
    &engine_plain,
#endif
    &engine_ref, &engine_sim, NULL};

const char *const engine_error_names[ENGINE_ERRORS] = {
    "",
    "TypeError",
    "ValueError",
    "IndexError",
    "AttributeError",
    "ZeroDivisionError",
    "RecursionError",
    "RuntimeError",
    "StopIteration",
    "RaggedGrid",
    "limit",
    "fuel",
};

const char *engine_error_name(enum vm_error e)
{
    return engine_error_names[e];
}

const struct engine *engine_choose(void)
{
    const char *name = getenv("BATT_ENGINE");
    for (int k = 0; engine_table[k]; k++)
        if ((!name || !*name || strcmp(name, engine_table[k]->name) == 0) &&
            engine_table[k]->usable())
            return engine_table[k];
    return NULL;
}

static struct card stubs;
static int stubs_failed;
static pthread_once_t stubs_once = PTHREAD_ONCE_INIT;

static void make_stubs(void)
{
    stubs_failed = compile_stubs(&stubs) != 0;
}

const struct card *engine_stubs(void)
{
    pthread_once(&stubs_once, make_stubs);
    return stubs_failed ? NULL : &stubs;
}

struct code_view engine_view(const struct card *card, uint32_t helper)
{
    struct code_view v = {card->code, card->consts, card->bodies, helper};
    return v;
}
