/* taskfile_list.c: which files a path stands for, and the set they belong to. */
#include "taskfile.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders within folders; a symbolic link to a folder above ends here. */
#define MAX_DEPTH 32

static bool ends_with(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n >= m && strcmp(name + n - m, suffix) == 0;
}

static bool is_wanted(const char *name)
{
    return ends_with(name, ".json") && !ends_with(name, "_solutions.json") &&
           strcmp(name, "sample_submission.json") != 0;
}

static int append(struct taskfile_list *list, char *path)
{
    if ((list->n & (list->n + 1)) == 0) {
        char **paths = realloc(list->paths, (2 * list->n + 1) * sizeof *paths);
        if (!paths) {
            free(path);
            return ENOMEM;
        }
        list->paths = paths;
    }
    list->paths[list->n++] = path;
    return 0;
}

static int walk(struct taskfile_list *list, const char *folder, int depth);

static int visit(struct taskfile_list *list, const char *folder, const struct dirent *entry,
                 int depth)
{
    struct stat st;
    char *path;
    bool slash = ends_with(folder, "/");
    if (asprintf(&path, "%s%s%s", folder, slash ? "" : "/", entry->d_name) < 0)
        return ENOMEM;
    unsigned char type = entry->d_type;
    if (type == DT_UNKNOWN || type == DT_LNK)
        type = stat(path, &st) != 0 ? DT_REG : S_ISDIR(st.st_mode) ? DT_DIR : DT_REG;
    int rc = 0;
    if (type == DT_DIR) {
        rc = walk(list, path, depth + 1);
    } else if (is_wanted(entry->d_name)) {
        return append(list, path);
    }
    free(path);
    return rc;
}

static int walk(struct taskfile_list *list, const char *folder, int depth)
{
    if (depth > MAX_DEPTH)
        return ELOOP;
    DIR *dir = opendir(folder);
    if (!dir)
        return errno;
    int rc = 0;
    const struct dirent *entry;
    while (rc == 0 && (errno = 0, entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            rc = visit(list, folder, entry, depth);
    if (rc == 0 && errno)
        rc = errno;
    closedir(dir);
    return rc;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int taskfile_list_add(struct taskfile_list *list, const char *path)
{
    struct stat st;
    if (strcmp(path, "-") != 0 && stat(path, &st) != 0)
        return errno;
    if (strcmp(path, "-") == 0 || !S_ISDIR(st.st_mode)) {
        char *copy = strdup(path);
        return copy ? append(list, copy) : ENOMEM;
    }
    size_t before = list->n;
    int rc = walk(list, path, 0);
    if (list->n > before)
        qsort(list->paths + before, list->n - before, sizeof *list->paths, by_path);
    return rc;
}

void taskfile_list_free(struct taskfile_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->paths[i]);
    free(list->paths);
    *list = (struct taskfile_list){0};
}

/* The folder of path in absolute terms, without "." and "..". */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    char *real = folder ? realpath(folder, NULL) : NULL;
    if (real) {
        free(folder);
        return real;
    }
    return folder;
}

/* Cuts the last component off path and returns it; "" if there is none. */
static const char *cut_last(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        return "";
    *slash = '\0';
    return slash + 1;
}

char *taskfile_set(const char *path)
{
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    if (strcmp(path, "-") == 0)
        return strdup("stdin");
    if (ends_with(name, "_challenges.json"))
        return strndup(name, strlen(name) - strlen("_challenges.json"));
    char *folder = folder_of(path), *set = NULL;
    if (!folder)
        return NULL;
    const char *last[2] = {"", ""};
    for (int found = 0; found < 2 && strchr(folder, '/');) {
        const char *part = cut_last(folder);
        if (*part && strcmp(part, "data") != 0)
            last[found++] = part;
    }
    if (asprintf(&set, "%s%s%s", last[1], *last[1] ? "/" : "", *last[0] ? last[0] : "tasks") < 0)
        set = NULL;
    free(folder);
    return set;
}
