/* See salvage.h. */
#include "salvage.h"

#include <stdlib.h>

static void keep(struct salvage *s, const char *reason)
{
    if (s->n_missing < SALVAGE_MISSING && (s->missing[s->n_missing] = strdup(reason)))
        s->n_missing++;
}

void salvage_lost(struct salvage *s, const char *reason)
{
    s->n_losses++;
    keep(s, reason);
}

void salvage_forget(struct salvage *s)
{
    while (s->n_missing)
        free(s->missing[--s->n_missing]);
    s->n_losses = 0;
}

int salvage_end(struct salvage *s, uint64_t failed)
{
    if (!s->open)
        return STREAM_WRITTEN;
    s->open = false;
    int rc = stream_write_end_missing(s->writer, failed + s->n_losses, s->n_missing,
                                      (const char *const *)s->missing);
    salvage_forget(s);
    return rc;
}

/* A head for frames whose own is lost. */
static int make_head(struct salvage *s, int kind)
{
    s->open = s->any = true;
    s->content = kind == STREAM_GRIDS_FRAME ? STREAM_GRIDS : STREAM_RESULTS;
    return stream_write_lost_head(s->writer, s->content, s->tool);
}

int salvage_frame(struct salvage *s, const struct stream_reader *reader, int kind,
                  const struct stream_frame *f, const struct stream_end *adds)
{
    int rc = STREAM_WRITTEN;
    if (kind == STREAM_END_FRAME) {
        for (uint32_t i = 0; i < f->end.n_missing; i++)
            keep(s, f->end.missing[i]);
        return salvage_end(s, f->end.failed);
    }
    if (kind == STREAM_HEAD) {
        rc = salvage_end(s, 0);
        s->open = s->any = true;
        s->content = f->head->content;
    } else if (!s->open && kind == STREAM_OTHER_FRAME) {
        return rc;
    } else if (!s->open) {
        rc = make_head(s, kind);
    }
    if (kind != STREAM_HEAD && kind != STREAM_OTHER_FRAME &&
        (kind == STREAM_GRIDS_FRAME) != (s->content == STREAM_GRIDS)) {
        salvage_lost(s, "a frame of the other content");
        return rc;
    }
    return rc == STREAM_WRITTEN ? stream_copy(s->writer, kind, s->content, stream_raw(reader), adds)
                                : rc;
}
