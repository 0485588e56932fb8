/* See folder.h. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void folder_free(struct folder *f)
{
    for (size_t k = 0; k < f->n; k++)
        free(f->paths[k]);
    free(f->paths);
    *f = (struct folder){0};
}

int folder_is(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool folder_name_ends(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n >= m && strcmp(name + n - m, suffix) == 0;
}

static bool wanted(const char *name, const char *const *suffixes)
{
    for (; *suffixes && *name != '.'; suffixes++)
        if (folder_name_ends(name, *suffixes))
            return true;
    return false;
}

static int add(struct folder *f, const char *dir, const char *name)
{
    const char *slash = *dir && dir[strlen(dir) - 1] == '/' ? "" : "/";
    if ((f->n & (f->n + 1)) == 0) {
        char **paths = realloc(f->paths, (2 * f->n + 1) * sizeof *paths);
        if (!paths)
            return ENOMEM;
        f->paths = paths;
    }
    if (asprintf(&f->paths[f->n], "%s%s%s", dir, slash, name) < 0)
        return ENOMEM;
    f->n++;
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int folder_list(struct folder *f, const char *dir, const char *const *suffixes)
{
    DIR *d = opendir(dir);
    const struct dirent *e;
    int error = d ? 0 : errno;
    while (!error && (errno = 0, e = readdir(d)))
        if (wanted(e->d_name, suffixes))
            error = add(f, dir, e->d_name);
    if (d && !error)
        error = errno;
    if (d)
        closedir(d);
    if (f->n)
        qsort(f->paths, f->n, sizeof *f->paths, by_name);
    return error;
}
