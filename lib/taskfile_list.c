/* taskfile_list.c: which files a path stands for, and the set they belong to. */
#include "folder.h"
#include "taskfile.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders within folders. */
#define MAX_DEPTH 32

/* A walk under way, and whom to tell of folders that cannot be read. */
struct walk {
    struct taskfile_list *list;
    taskfile_bad *bad;
    void *context;
    bool told; /* bad was called */
};

/* A folder being read, within those above: a link back to one of them would never end. */
struct level {
    const struct level *above;
    const char *path;
    dev_t device;
    ino_t number;
    int depth;
};

static bool is_wanted(const char *name)
{
    return folder_name_ends(name, ".json") && !folder_name_ends(name, "_solutions.json") &&
           strcmp(name, "sample_submission.json") != 0;
}

static int append(struct taskfile_list *list, char *path)
{
    if ((list->n & (list->n + 1)) == 0) {
        char **paths = realloc(list->paths, (2 * list->n + 1) * sizeof *paths);
        if (!paths) {
            free(path);
            return TASKFILE_MEMORY;
        }
        list->paths = paths;
    }
    list->paths[list->n++] = path;
    return 0;
}

static int tell(struct walk *w, const char *path, const char *reason)
{
    w->told = true;
    return w->bad(w->context, path, reason) ? TASKFILE_STOP : TASKFILE_OK;
}

static int read_folder(struct walk *w, const char *path, const struct level *above);

static int visit(struct walk *w, const struct level *folder, const struct dirent *entry)
{
    struct stat st;
    char *path;
    bool slash = folder_name_ends(folder->path, "/");
    if (asprintf(&path, "%s%s%s", folder->path, slash ? "" : "/", entry->d_name) < 0)
        return TASKFILE_MEMORY;
    unsigned char type = entry->d_type;
    if (type == DT_UNKNOWN || type == DT_LNK)
        type = stat(path, &st) != 0 ? DT_REG : S_ISDIR(st.st_mode) ? DT_DIR : DT_REG;
    int rc = TASKFILE_OK;
    if (type == DT_DIR)
        rc = read_folder(w, path, folder);
    else if (is_wanted(entry->d_name))
        return append(w->list, path);
    free(path);
    return rc;
}

static bool is_above(const struct level *folder)
{
    const struct level *f = folder->above;
    while (f && (f->device != folder->device || f->number != folder->number))
        f = f->above;
    return f != NULL;
}

static int read_entries(struct walk *w, const struct level *folder, DIR *dir)
{
    const struct dirent *entry;
    int rc = TASKFILE_OK;
    while (rc == TASKFILE_OK && (errno = 0, entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            rc = visit(w, folder, entry);
    return rc == TASKFILE_OK && errno ? tell(w, folder->path, strerror(errno)) : rc;
}

/* Lists what is below a folder; one that cannot be read is told, and the rest goes on. */
static int read_folder(struct walk *w, const char *path, const struct level *above)
{
    struct stat st;
    struct level folder = {.above = above, .path = path, .depth = above ? above->depth + 1 : 0};
    DIR *dir = opendir(path);
    if (!dir || fstat(dirfd(dir), &st) != 0) {
        int error = errno;
        if (dir)
            closedir(dir);
        return tell(w, path, strerror(error));
    }
    folder.device = st.st_dev;
    folder.number = st.st_ino;
    int rc = is_above(&folder)            ? tell(w, path, "leads back to a folder above it")
             : folder.depth > MAX_DEPTH ? tell(w, path, "too many folders within folders")
                                        : read_entries(w, &folder, dir);
    closedir(dir);
    return rc;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int taskfile_list_add(struct taskfile_list *list, const char *path, taskfile_bad *bad,
                      void *context)
{
    struct stat st;
    struct walk w = {.list = list, .bad = bad, .context = context};
    if (strcmp(path, "-") != 0 && stat(path, &st) != 0)
        return tell(&w, path, strerror(errno));
    if (strcmp(path, "-") == 0 || !S_ISDIR(st.st_mode)) {
        char *copy = strdup(path);
        return copy ? append(list, copy) : TASKFILE_MEMORY;
    }
    size_t before = list->n;
    int rc = read_folder(&w, path, NULL);
    if (list->n > before)
        qsort(list->paths + before, list->n - before, sizeof *list->paths, by_path);
    else if (rc == TASKFILE_OK && !w.told)
        rc = tell(&w, path, "no task files (*.json) in this folder");
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
    if (folder_name_ends(name, "_challenges.json"))
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
