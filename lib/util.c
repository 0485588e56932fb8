/* util.c: messages, numbers, the checked end of stdout. */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *tool_name = "batt";
static int verbosity;

static void plug(int fd)
{
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
        return;
    /* The wrong direction on purpose: every use fails with EBADF instead of hitting a later file.
     */
    int opened = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != -1 && opened != fd)
        close(opened);
}

void util_start(const char *tool)
{
    tool_name = tool;
    signal(SIGPIPE, SIG_DFL);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        plug(fd);
}

const char *util_tool(void)
{
    return tool_name;
}

void util_set_verbosity(int level)
{
    verbosity = level;
}

int util_verbosity(void)
{
    return verbosity;
}

int util_temporary_failed(const char *dir)
{
    int error = errno;
    if (!dir && !(dir = getenv("TMPDIR")))
        dir = "/tmp";
    if (error == ENOMEM)
        util_error("out of memory");
    else
        util_error("temporary file in %s: %s", dir, strerror(error));
    return UTIL_INCOMPLETE;
}

void util_tame(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

/* ---- progress ---- */

static bool progress_shown;

bool util_progress_due(void)
{
    static int64_t last; /* milliseconds */
    static int terminal = -1;
    struct timespec now;
    if (terminal < 0)
        terminal = isatty(STDERR_FILENO);
    if (!terminal || verbosity < 0)
        return false;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    bool due = last && ms - last >= 500; /* short work shows none */
    if (due || !last)
        last = ms;
    return due;
}

/* To the begin of the line, and what stands there away. */
static const char wipe[] = "\r\033[K";

void util_progress(const char *format, ...)
{
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    progress_shown = true;
    fprintf(stderr, "%s%s: %s", wipe, tool_name, text);
    fflush(stderr);
}

void util_progress_end(void)
{
    if (progress_shown)
        fputs(wipe, stderr);
    fflush(stderr);
    progress_shown = false;
}

static void message(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        return;
    util_progress_end();
    util_tame(text);
    char *line = NULL;
    int size = asprintf(&line, "%s: %s\n", tool_name, text);
    if (size > 0) {
        fflush(stderr);
        if (write(STDERR_FILENO, line, (size_t)size) < 0)
            errno = 0;
    }
    free(line);
    free(text);
}

void util_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message(format, arguments);
    va_end(arguments);
}

void util_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= 0)
        message(format, arguments);
    va_end(arguments);
}

void util_info(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= 1)
        message(format, arguments);
    va_end(arguments);
}

static const char *parse(const char *text, int64_t *value, const char **rest)
{
    char *end;
    if (text[0] != '-' && (text[0] < '0' || text[0] > '9'))
        return "not a number";
    errno = 0;
    long long x = strtoll(text, &end, 10);
    if (end == text || (end == text + 1 && text[0] == '-'))
        return "not a number";
    if (errno == ERANGE)
        return x < 0 ? "too small" : "too large";
    *value = x;
    *rest = end;
    return NULL;
}

static const char *in_range(int64_t x, int64_t lo, int64_t hi, int64_t *value)
{
    if (x < lo)
        return "too small";
    if (x > hi)
        return "too large";
    *value = x;
    return NULL;
}

const char *util_number(const char *text, int64_t lo, int64_t hi, int64_t *value)
{
    int64_t x;
    const char *rest, *reason = parse(text, &x, &rest);
    if (!reason && *rest)
        reason = "not a number";
    return reason ? reason : in_range(x, lo, hi, value);
}

const char *util_size(const char *text, int64_t lo, int64_t hi, int64_t *value)
{
    int64_t x;
    int shift = 0;
    const char *rest, *reason = parse(text, &x, &rest);
    if (reason)
        return reason;
    if (*rest == 'K' || *rest == 'M' || *rest == 'G')
        shift = *rest == 'K' ? 10 : *rest == 'M' ? 20 : 30, rest++;
    if (*rest)
        return "not a size";
    if (__builtin_mul_overflow(x, (int64_t)1 << shift, &x))
        return "too large";
    return in_range(x, lo, hi, value);
}

int util_close_stdout(void)
{
    errno = 0;
    bool failed = ferror(stdout) != 0;
    if (fclose(stdout) != 0)
        return errno ? errno : EIO;
    return failed ? EIO : 0;
}

void util_die_of_pipe(int error)
{
    if (error != EPIPE)
        return;
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
}
