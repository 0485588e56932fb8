/* output.c: stdout or a file that appears when it is whole. */
#include "output.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What signals must remove: a table, a submission and a mark beside them at most. */
enum { OPEN_AT_ONCE = 4 };
static const char *volatile doomed[OPEN_AT_ONCE];

static void remove_and_die(int number)
{
    for (int i = 0; i < OPEN_AT_ONCE; i++)
        if (doomed[i])
            unlink(doomed[i]);
    signal(number, SIG_DFL);
    raise(number);
}

/* Signals that end a tool. */
static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
enum { N_DEADLY = sizeof deadly / sizeof *deadly };

void output_hold_signals(bool hold)
{
    static sigset_t before;
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < N_DEADLY; i++)
        sigaddset(&set, deadly[i]);
    if (hold)
        sigprocmask(SIG_BLOCK, &set, &before);
    else
        sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Puts a name into the place of another; NULL is a free place. */
static void exchange(const char *from, const char *to)
{
    for (int i = 0; i < OPEN_AT_ONCE; i++)
        if (doomed[i] == from) {
            doomed[i] = to;
            return;
        }
}

static void handle(void (*handler)(int))
{
    for (int i = 0; i < N_DEADLY; i++) {
        struct sigaction old, act = {.sa_handler = handler};
        if (sigaction(deadly[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(deadly[i], &act, NULL);
    }
}

static void guard(const char *temporary)
{
    exchange(NULL, temporary);
    handle(remove_and_die);
}

static void unguard(const char *temporary)
{
    bool any = false;
    exchange(temporary, NULL);
    for (int i = 0; i < OPEN_AT_ONCE; i++)
        any |= doomed[i] != NULL;
    if (!any)
        handle(SIG_DFL);
}

void output_remove_on_signal(const char *path)
{
    static const char *last;
    if (last)
        unguard(last);
    last = path;
    if (last)
        guard(last);
}

static int failed(struct output *out)
{
    out->error = errno ? errno : EIO;
    return out->status = OUTPUT_FAILED;
}

static int finish_open(struct output *out, enum output_mode mode)
{
    if (!out->file)
        return failed(out);
    if (mode == OUTPUT_BINARY && isatty(fileno(out->file))) {
        if (out->file != stdout)
            fclose(out->file);
        out->file = NULL;
        return out->status = OUTPUT_TERMINAL;
    }
    return out->status = OUTPUT_OK;
}

/* Where path leads through symbolic links; a copy of path if nothing is there yet. */
static char *target_of(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : errno == ENOENT ? strdup(path) : NULL;
}

static char *beside(const char *path)
{
    char *a = strdup(path), *b = strdup(path), *name = NULL;
    if (a && b && asprintf(&name, "%s/.%s.XXXXXX", dirname(a), basename(b)) < 0)
        name = NULL;
    free(a);
    free(b);
    return name;
}

static mode_t mode_for(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return st.st_mode & 0777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

bool output_is_there(int fd, const char *path)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* Makes a file of its own, its name from a template, and locks it; -1 with errno. One who removes
 * what dead processes left may have come between the two, and taken it for such. */
static int make_locked(char *name)
{
    enum { DRAWN = 6 };
    for (;;) {
        memset(name + strlen(name) - DRAWN, 'X', DRAWN);
        int fd = mkstemp(name);
        if (fd == -1)
            return -1;
        bool taken = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        if (!taken && output_is_there(fd, name))
            return fd;
        close(fd);
    }
}

static int open_beside(struct output *out, const char *path)
{
    out->path = target_of(path);
    out->temporary = out->path ? beside(out->path) : NULL;
    output_hold_signals(true);
    int fd = out->temporary ? make_locked(out->temporary) : -1;
    if (fd != -1)
        guard(out->temporary);
    else
        failed(out);
    output_hold_signals(false);
    if (fd == -1) {
        free(out->temporary);
        free(out->path);
        out->temporary = out->path = NULL;
        return OUTPUT_FAILED;
    }
    if (fchmod(fd, mode_for(out->path)) == 0)
        out->file = fdopen(fd, "w");
    if (!out->file) {
        failed(out);
        close(fd);
        output_abort(out);
        return out->status = OUTPUT_FAILED;
    }
    return out->status = OUTPUT_OK;
}

int output_open(struct output *out, const char *path, enum output_mode mode)
{
    struct stat st;
    *out = (struct output){.name = path};
    errno = 0;
    if (!path || strcmp(path, "-") == 0) {
        out->name = "standard output";
        out->file = stdout;
        return finish_open(out, mode);
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        out->file = fopen(path, "w");
        return finish_open(out, mode);
    }
    return open_beside(out, path);
}

static void forget(struct output *out)
{
    if (out->temporary)
        unguard(out->temporary);
    free(out->temporary);
    free(out->path);
    out->temporary = out->path = NULL;
    out->file = NULL;
}

/* Only once all is written: writing sets the time. */
static int set_time(const struct output *out)
{
    if (!out->time)
        return 0;
    const struct timespec times[] = {*out->time, *out->time};
    return futimens(fileno(out->file), times);
}

static int close_checked(struct output *out)
{
    bool bad = ferror(out->file) != 0;
    int error = 0;
    errno = 0;
    if (fflush(out->file) != 0 || (out->temporary && set_time(out) != 0) ||
        (out->temporary && fsync(fileno(out->file)) != 0))
        error = errno;
    if (fclose(out->file) != 0 && !error)
        error = errno ? errno : EIO;
    out->file = NULL;
    return error ? error : bad ? EIO : 0;
}

/* Do both files have the same content? */
static bool equal_files(const char *a, const char *b)
{
    char x[1 << 16], y[1 << 16];
    FILE *f = fopen(a, "re"), *g = fopen(b, "re");
    bool equal = f && g;
    size_t n = 1;
    while (equal && n) {
        n = fread(x, 1, sizeof x, f);
        equal = fread(y, 1, sizeof y, g) == n && memcmp(x, y, n) == 0 && !ferror(f) && !ferror(g);
    }
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return equal;
}

static int put_in_place(const struct output *out, int fd)
{
    if (!out->keep_equal)
        return rename(out->temporary, out->path);
    if (equal_files(out->temporary, out->path))
        return unlink(out->temporary);
    /* Who began to read before it had its name has read what stood there: that must be older, so
     * what counts is not when it was written. */
    return futimens(fd, NULL) || rename(out->temporary, out->path) || futimens(fd, NULL);
}

int output_commit(struct output *out)
{
    int earlier = out->error;
    /* The lock lasts until the file has its name. */
    int lock = out->temporary ? fcntl(fileno(out->file), F_DUPFD_CLOEXEC, 0) : -1;
    int error = close_checked(out);
    if (error == EIO && earlier)
        error = earlier;
    if (!error && out->temporary && put_in_place(out, lock) != 0)
        error = errno;
    if (error && out->temporary)
        unlink(out->temporary);
    if (lock != -1)
        close(lock);
    forget(out);
    out->error = error;
    util_die_of_pipe(error);
    return out->status = error ? OUTPUT_FAILED : OUTPUT_OK;
}

void output_abort(struct output *out)
{
    if (out->file == stdout)
        fflush(stdout);
    else if (out->file)
        fclose(out->file);
    if (out->temporary)
        unlink(out->temporary);
    forget(out);
}

const char *output_reason(const struct output *out)
{
    if (out->status == OUTPUT_TERMINAL)
        return "binary output to a terminal refused; use a pipe or -o FILE";
    return strerror(out->error ? out->error : EIO);
}

int output_start(struct output *out, const char *path, enum output_mode mode)
{
    if (output_open(out, path, mode) == OUTPUT_OK)
        return 0;
    util_error("%s: %s", out->name, output_reason(out));
    return out->status == OUTPUT_TERMINAL ? UTIL_USAGE : UTIL_INCOMPLETE;
}

int output_finish(struct output *out, int status)
{
    if (status) {
        output_abort(out);
        return status;
    }
    if (output_commit(out) == OUTPUT_OK)
        return 0;
    util_error("%s: %s", out->name, output_reason(out));
    return UTIL_INCOMPLETE;
}
