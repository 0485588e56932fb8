/* util.c: messages, numbers, the checked end of stdout. */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
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

/* Names come from outside: no control character of theirs shall reach a terminal. */
static void tame(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

static void message(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        return;
    tame(text);
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
