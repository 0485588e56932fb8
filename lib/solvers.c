/* See solvers.h. */
#include "solvers.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *solvers_folder(void)
{
    static const char *const places[] = {"share/batt/solvers", "dsl/solvers"};
    static char path[PATH_MAX + 32];
    char self[PATH_MAX];
    const char *named = getenv("BATT_SOLVERS");
    if (named && *named)
        return named;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    for (int up = 0; up < 2 && n > 0; up++) {
        while (n > 0 && self[n - 1] != '/')
            n--;
        n -= n > 0;
    }
    for (size_t k = 0; k < 2 && n >= 0; k++) {
        snprintf(path, sizeof path, "%.*s/%s", (int)n, self, places[k]);
        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}
