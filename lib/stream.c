/* stream.c: names and small views that reading and writing share. */
#include "stream.h"
#include "digest.h"
#include "unpack.h"

#include <errno.h>

const char *stream_outcome_name(unsigned outcome)
{
    static const char *const names[STREAM_N_OUTCOMES] = {"ok",    "other",  "error",  "fuel",
                                                         "limit", "syntax", "skipped"};
    return outcome < STREAM_N_OUTCOMES ? names[outcome] : "unknown";
}

bool stream_output_grid(struct stream_bytes output, struct stream_grid *grid)
{
    struct unpack u = {output.data, output.data + output.size, false};
    size_t size;
    if (unpack_peek(&u) != UNPACK_ARRAY || unpack_array(&u) != 3 || unpack_peek(&u) != UNPACK_INT)
        return false;
    grid->h = (uint32_t)unpack_uint(&u, UINT32_MAX);
    grid->w = (uint32_t)unpack_uint(&u, UINT32_MAX);
    grid->cells = unpack_bin(&u, &size);
    return !u.bad && size == (uint64_t)grid->h * grid->w && u.at == u.end;
}

struct stream_bytes stream_run(const struct stream_bytes *outputs, uint32_t n, uint32_t *k)
{
    struct stream_bytes run = outputs[(*k)++];
    while (*k < n && outputs[*k].data == run.data + run.size)
        run.size += outputs[(*k)++].size;
    return run;
}

uint64_t stream_table_digest(const struct stream_programs *p)
{
    struct digest d;
    digest_start(&d);
    digest_feed(&d, &p->n, sizeof p->n);
    for (uint32_t k = 0; k < p->n; k++) {
        digest_feed(&d, p->ids[k], strlen(p->ids[k]) + 1);
        const char *source = p->sources[stream_u32(p->source, k)];
        digest_feed(&d, source, strlen(source) + 1);
    }
    if (p->digest)
        digest_feed(&d, p->digest, 8 * (size_t)p->n);
    return digest_value(&d);
}

const char *stream_write_reason(int status)
{
    switch (status) {
    case STREAM_WRITTEN:
        return "written";
    case STREAM_WRITE_FAILED:
        return strerror(errno);
    case STREAM_NO_MEMORY:
        return "out of memory";
    case STREAM_TOO_LARGE:
        return "too large for a frame";
    default:
        return "frames in the wrong order";
    }
}
