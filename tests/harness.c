/* See harness.h. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include "../dsl/verify.h"
#include "../dsl/vm_memory.h"
#include "../lib/value_out.h"

int harness_open(struct harness *h, const struct engine *engine, uint64_t fuel)
{
    const struct card *stubs = engine_stubs();
    memset(h, 0, sizeof *h);
    h->engine = engine;
    h->vm = stubs ? vm_memory_new(fuel, engine_view(stubs, 0)) : NULL;
    h->scratch = malloc(2 * BODY_MAX_REGS);
    h->cells = malloc(HARNESS_CELLS);
    card_init(&h->card);
    parse_init(&h->parse);
    h->run.fuel = fuel;
    return h->vm && h->scratch && h->cells ? 0 : -1;
}

void harness_close(struct harness *h)
{
    vm_memory_free(h->vm);
    free(h->scratch);
    free(h->cells);
    card_free(&h->card);
    parse_free(&h->parse);
}

const char *harness_load(struct harness *h, const char *text)
{
    struct program p;
    card_reset(&h->card);
    if (parse_text(&h->parse, text, strlen(text)) || h->parse.n_functions == 0)
        return "no function";
    if (compile_function(&h->card, &h->parse, h->parse.n_functions - 1, &p) != COMPILE_OK)
        return p.error ? p.error : "out of memory";
    for (uint32_t k = p.helper; k <= p.body; k++) {
        const char *why = h->card.bodies[k].n_code ? verify_body(&h->card, k, h->scratch) : NULL;
        if (why)
            return why;
    }
    h->run.view = engine_view(&h->card, p.helper);
    h->run.body = p.body;
    h->run.n_params = p.n_params;
    return NULL;
}

const char *harness_grid(struct harness *h, const json_t *j)
{
    struct run_item item = {0};
    size_t n = json_array_size(j), w = n ? json_array_size(json_array_get(j, 0)) : 0;
    if (n * w > HARNESS_CELLS)
        return "grid too large";
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < w; k++)
            h->cells[i * w + k] =
                (uint8_t)json_integer_value(json_array_get(json_array_get(j, i), k));
    item.input.h = (uint16_t)n;
    item.input.w = (uint16_t)w;
    item.input.cells = h->cells;
    return h->engine->begin(h->vm, &item) ? "grid does not fit" : NULL;
}

struct run_result harness_run(struct harness *h, char **text)
{
    struct run_result r;
    h->engine->run(h->vm, &h->run, &r);
    *text = r.outcome == OUTCOME_OK || r.outcome == OUTCOME_OTHER ? value_out_text(h->vm, r.value)
                                                                  : NULL;
    return r;
}
