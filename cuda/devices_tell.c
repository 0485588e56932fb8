/* See devices_tell.h. */
#include "devices_tell.h"

#include <stdio.h>

#include "../lib/output.h"
#include "../lib/util.h"

int devices_list(void)
{
    const char *why;
    struct device_info in;
    struct output out;
    int status = output_start(&out, NULL, OUTPUT_TEXT);
    if (status)
        return status;
    int n = device_count(&why);
    if (!n)
        util_warn("no GPU: %s", why);
    for (int k = 0; k < n; k++)
        if (device_info(k, &in) == 0)
            fprintf(out.file, "%d\t%s\tsm_%d%d\t%d multiprocessors\t%llu MiB\n", k, in.name,
                    in.major, in.minor, in.multiprocessors, (unsigned long long)(in.bytes >> 20));
    return output_finish(&out, 0);
}

int devices_take(const struct devices_wanted *w, bool require, struct devices *out)
{
    devices_open(w, out);
    int missing = out->n_opened < out->n_asked || (require && !out->n_opened);
    if (missing && require) {
        util_error("--require-gpu: %s", out->why[0] ? out->why : "none is asked for");
        for (uint32_t k = 0; k < out->n; k++)
            out->backends[k]->close(out->backends[k]);
        out->n = 0;
        return UTIL_INCOMPLETE;
    }
    if (missing)
        util_warn("%u of %u GPUs (%s)%s", out->n_opened, out->n_asked, out->why,
                  out->n_opened ? "" : "; running on the CPU");
    return UTIL_GOOD;
}
