/* See solvers.h. */
#include "solvers.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* The running tool's file, links followed; -1 if it cannot be told.  Without /proc (a bare chroot)
   it is the name that it was started by. */
static int find_self(char self[PATH_MAX])
{
    const char *started = (const char *)getauxval(AT_EXECFN);
    ssize_t n = readlink("/proc/self/exe", self, PATH_MAX - 1);
    if (n < 0)
        return started && realpath(started, self) ? 0 : -1;
    self[n] = '\0';
    return 0;
}

/* Cuts the last part off a path. */
static void cut_last(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
}

const char *solvers_folder(void)
{
    static const char *const places[] = {"share/batt/solvers", "dsl/solvers"};
    static char path[PATH_MAX + 32];
    char self[PATH_MAX];
    const char *named = getenv("BATT_SOLVERS");
    if (named && *named)
        return named;
    if (find_self(self))
        return NULL;
    cut_last(self);
    cut_last(self);
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        snprintf(path, sizeof path, "%s/%s", self, places[k]);
        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}
