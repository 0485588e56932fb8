/* The temporary file of a sorter; see sorter.h. */
#include "sorter_private.h"
#include "spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set_direct(struct sorter *s, bool direct)
{
    int flags = fcntl(s->fd, F_GETFL);
    s->direct = direct && fcntl(s->fd, F_SETFL, flags | O_DIRECT) == 0;
    if (!direct)
        fcntl(s->fd, F_SETFL, flags & ~O_DIRECT);
}

/* Is what just failed worth another try? A file system may refuse direct bytes only when it sees
 * them. */
static bool again(struct sorter *s)
{
    if (errno == EINVAL && s->direct) {
        set_direct(s, false);
        return true;
    }
    return errno == EINTR;
}

static int write_out(struct sorter *s)
{
    if (s->fd < 0) {
        s->fd = spill_temporary(s->dir);
        if (s->fd < 0)
            return -1;
        set_direct(s, true);
    }
    size_t n = (s->n_out + SORTER_PAGE - 1) / SORTER_PAGE * SORTER_PAGE;
    memset(s->out + s->n_out, 0, n - s->n_out);
    for (size_t done = 0; done < n;) {
        ssize_t wrote = pwrite(s->fd, s->out + done, n - done, (off_t)(s->end + done));
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0 || !again(s))
            return -1;
        if (done % SORTER_PAGE)
            set_direct(s, false); /* a full disk took a part of a page */
    }
    s->end += n;
    s->n_out = 0;
    return 0;
}

int sorter_write(struct sorter *s, const void *data, size_t n)
{
    for (const uint8_t *p = data; n;) {
        size_t now = s->room - s->n_out < n ? s->room - s->n_out : n;
        memcpy(s->out + s->n_out, p, now);
        s->n_out += now;
        p += now;
        n -= now;
        if (s->n_out == s->room && write_out(s))
            return -1;
    }
    return 0;
}

int sorter_write_end(struct sorter *s)
{
    return s->n_out ? write_out(s) : 0;
}

int sorter_load(struct sorter *s, uint8_t *to, size_t n, uint64_t at)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(s->fd, to + done, n - done, (off_t)(at + done));
        if (got > 0) {
            done += (size_t)got;
            continue;
        }
        if (got == 0)
            errno = EIO; /* the file is shorter than it was */
        if (got == 0 || !again(s))
            return -1;
    }
    return 0;
}

void sorter_drop(struct sorter *s, struct sorter_run run)
{
    uint64_t size = (run.end + SORTER_PAGE - 1) / SORTER_PAGE * SORTER_PAGE - run.at;
    /* Where this cannot be done the room stays taken. */
    fallocate(s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)run.at, (off_t)size);
}

int sorter_room(uint8_t **p, size_t *size, size_t n)
{
    if (n <= *size)
        return 0;
    size_t want = (n + n / 4 + SORTER_PAGE - 1) / SORTER_PAGE * SORTER_PAGE;
    free(*p);
    *p = aligned_alloc(SORTER_PAGE, want);
    *size = *p ? want : 0;
    errno = ENOMEM;
    return *p ? 0 : -1;
}
