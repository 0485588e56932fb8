/* See spill.h. */
#include "spill.h"
#include "room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int spill_temporary(const char *dir)
{
    char path[4096];
    if (!dir && !(dir = getenv("TMPDIR")))
        dir = "/tmp";
    /* It never has a name: of a process that is killed nothing stays. Not every file system can
     * (NFS cannot); what else is wrong shows again below. */
    int fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    if (snprintf(path, sizeof path, "%s/batt-spill-XXXXXX", dir) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

FILE *spill_file(const char *dir)
{
    int fd = spill_temporary(dir);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");
    if (fd >= 0 && !file)
        close(fd);
    return file;
}

int spill_open(struct spill *s, const char *dir)
{
    memset(s, 0, sizeof *s);
    s->plain = SPILL_PLAIN_BYTES;
    s->fd = spill_temporary(dir);
    s->open = s->fd >= 0;
    return s->open ? 0 : -1;
}

void spill_close(struct spill *s)
{
    if (s->open)
        close(s->fd);
    record_free(&s->record);
    memset(s, 0, sizeof *s);
}

void spill_reading_free(struct spill_reading *r)
{
    record_reading_free(&r->reading);
    free(r->stored);
    memset(r, 0, sizeof *r);
}

int spill_programs(struct spill *s, const struct stream_programs *p, struct spill_place *place)
{
    if (record_programs(&s->record, p))
        return -1;
    const uint8_t *stored = s->record.data;
    size_t n = s->record.n;
    if (s->size + n > s->plain)
        n = record_pack(&s->record, &stored);
    for (size_t done = 0; done < n;) {
        ssize_t wrote = pwrite(s->fd, stored + done, n - done, (off_t)(s->size + done));
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0 || errno != EINTR)
            return -1;
    }
    *place = (struct spill_place){s->size, (uint32_t)n, (uint32_t)s->record.n};
    s->size += n;
    return 0;
}

int spill_read_programs(struct spill *s, struct spill_reading *r, struct spill_place place,
                        struct stream_programs *p)
{
    if (room_anew(&r->stored, &r->cap, place.stored))
        return -1;
    for (size_t done = 0; done < place.stored;) {
        ssize_t got = pread(s->fd, r->stored + done, place.stored - done, (off_t)(place.at + done));
        if (got > 0)
            done += (size_t)got;
        else if (got == 0 || errno != EINTR) {
            errno = got ? errno : EIO; /* the file is shorter than it was */
            return -1;
        }
    }
    struct record_stored stored = {r->stored, place.stored, place.size};
    return record_read_programs(&r->reading, stored, p);
}
