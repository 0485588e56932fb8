/* See resume.h. */
#include "resume.h"
#include "check.h"
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- the lock ---- */

static char *lock_path(const char *path)
{
    char *a = strdup(path), *b = strdup(path), *name = NULL;
    if (a && b && asprintf(&name, "%s/.%s.lock", dirname(a), basename(b)) < 0)
        name = NULL;
    free(a);
    free(b);
    return name;
}

/* Locks the file; while another has it, signals come through.  0, or errno. */
static int wait_for(int fd, const char *path, void (*waits)(const char *path))
{
    const struct timespec moment = {.tv_nsec = 20000000};
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS ? 0 : errno;
        if (waits)
            waits(path);
        waits = NULL;
        output_hold_signals(false);
        nanosleep(&moment, NULL);
        output_hold_signals(true);
    }
    return 0;
}

int resume_lock(struct resume *r, const char *path, void (*waits)(const char *path))
{
    char *name = lock_path(path);
    int error = name ? 0 : ENOMEM;
    output_hold_signals(true);
    while (!error) {
        r->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        error = r->fd < 0 ? errno : wait_for(r->fd, path, waits);
        /* Who had the lock may have removed the file: then this one is on a file without a name. */
        if (!error && output_is_there(r->fd, name)) {
            r->path = name;
            output_remove_on_signal(name);
            output_hold_signals(false);
            return 0;
        }
        if (r->fd >= 0)
            close(r->fd);
    }
    output_hold_signals(false);
    free(name);
    return error;
}

void resume_unlock(struct resume *r)
{
    if (!r->path)
        return;
    output_hold_signals(true);
    unlink(r->path);
    output_remove_on_signal(NULL);
    output_hold_signals(false);
    close(r->fd);
    free(r->path);
    r->path = NULL;
}

/* ---- what is there ---- */

static bool same_step(const struct stream_step *a, const struct stream_step *b)
{
    bool same = strcmp(a->tool, b->tool) == 0 && strcmp(a->version, b->version) == 0 &&
                a->n_options == b->n_options;
    for (uint32_t k = 0; same && k < a->n_options; k++)
        same = strcmp(a->options[k].key, b->options[k].key) == 0 &&
               strcmp(a->options[k].value, b->options[k].value) == 0;
    return same;
}

/* Is a head that was read the one that this build would write? */
static bool same_head(const struct stream_head *a, const struct stream_head *ours)
{
    bool same = a->version == STREAM_FORMAT_VERSION && a->semantics == STREAM_SEMANTICS_VERSION &&
                a->content == ours->content && a->joined == ours->joined &&
                a->n_sets == ours->n_sets && a->n_steps == ours->n_steps;
    for (uint32_t k = 0; same && k < a->n_sets; k++)
        same = strcmp(a->sets[k], ours->sets[k]) == 0;
    for (uint32_t k = 0; same && k < a->n_steps; k++)
        same = same_step(&a->steps[k], &ours->steps[k]);
    return same;
}

static bool stream_fits(struct stream_reader *reader, const struct stream_head *head,
                        uint64_t *failed)
{
    struct check check = {0};
    struct stream_frame f;
    int kind, n_heads = 0;
    bool fits = true;
    while (fits && (kind = stream_next(reader, &f)) != STREAM_EOF) {
        fits = kind > 0 && check_frame(&check, reader, kind, &f) == CHECK_GOOD;
        if (fits && kind == STREAM_HEAD)
            fits = n_heads++ == 0 && same_head(f.head, head);
        if (fits && kind == STREAM_END_FRAME) {
            fits = f.end.n_missing == 0;
            *failed = f.end.failed;
        }
    }
    check_free(&check);
    return fits;
}

bool resume_fits(const char *path, const struct stream_head *head, uint64_t *failed)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stream_reader *reader = fd < 0 ? NULL : stream_reader_open(fd);
    bool fits = reader && stream_fits(reader, head, failed);
    stream_reader_close(reader);
    if (fd >= 0)
        close(fd);
    return fits;
}

int resume_stamp(const char *path, const struct timespec *started)
{
    const struct timespec times[] = {*started, *started};
    return utimensat(AT_FDCWD, path, times, 0) == 0 ? 0 : errno;
}
