/* tasklist.c: names, keys and sets of tasks. */
#include "tasklist.h"
#include "digest.h"
#include "taskfile.h"
#include "utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int append(struct tasklist *list, const char *name, size_t size)
{
    if ((list->n & (list->n + 1)) == 0) {
        void *names = realloc(list->names, (2 * list->n + 1) * sizeof *list->names);
        if (!names)
            return ENOMEM;
        list->names = names;
    }
    char *copy = strndup(name, size);
    if (!copy)
        return ENOMEM;
    list->names[list->n++] = (struct tasklist_name){copy, NULL};
    list->sorted = false;
    return 0;
}

int tasklist_add(struct tasklist *list, const char *names)
{
    int rc = 0;
    while (*names && rc == 0) {
        size_t size = strcspn(names, ",");
        if (size)
            rc = append(list, names, size);
        names += size + (names[size] == ',');
    }
    return rc;
}

int tasklist_read(struct tasklist *list, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t capacity = 0;
    int rc = 0;
    if (!file)
        return errno;
    errno = 0;
    utf8_skip_mark(file);
    while (rc == 0 && getline(&line, &capacity, file) != -1) {
        char *name = line + strspn(line, " \t\r\n");
        size_t size = strcspn(name, " \t\r\n#");
        if (size)
            rc = append(list, name, size);
    }
    if (rc == 0 && ferror(file))
        rc = errno ? errno : EIO;
    free(line);
    if (!is_stdin)
        fclose(file);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct tasklist_name *)a)->name, ((const struct tasklist_name *)b)->name);
}

static struct tasklist_name *find(const struct tasklist *list, const char *name)
{
    const struct tasklist_name key = {(char *)name, NULL};
    return bsearch(&key, list->names, list->n, sizeof *list->names, by_name);
}

static void sort(struct tasklist *list)
{
    size_t kept = 0;
    qsort(list->names, list->n, sizeof *list->names, by_name);
    for (size_t i = 0; i < list->n; i++) {
        if (kept && strcmp(list->names[kept - 1].name, list->names[i].name) == 0)
            free(list->names[i].name);
        else
            list->names[kept++] = list->names[i];
    }
    list->n = kept;
    list->sorted = true;
}

static int take(struct tasklist_name *name, const char *key)
{
    if (!name->taken)
        name->taken = strdup(key);
    return name->taken ? TASKLIST_WANTED : TASKLIST_MEMORY;
}

int tasklist_match(struct tasklist *list, const char *key, const char **other)
{
    if (!list->n)
        return TASKLIST_WANTED;
    if (!list->sorted)
        sort(list);
    struct tasklist_name *whole = find(list, key);
    if (whole)
        return take(whole, key);
    const char *slash = strrchr(key, '/');
    struct tasklist_name *bare = find(list, slash ? slash + 1 : key);
    if (!bare)
        return TASKLIST_UNWANTED;
    if (bare->taken && strcmp(bare->taken, key) != 0) {
        *other = bare->taken;
        return TASKLIST_AMBIGUOUS;
    }
    return take(bare, key);
}

void tasklist_missing(const struct tasklist *list, void (*tell)(void *, const char *),
                      void *context)
{
    for (size_t i = 0; i < list->n; i++)
        if (!list->names[i].taken)
            tell(context, list->names[i].name);
}

void tasklist_free(struct tasklist *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->names[i].name);
        free(list->names[i].taken);
    }
    free(list->names);
    *list = (struct tasklist){0};
}

/* The slot of a key's digest, or the empty one where it belongs. */
static uint64_t *slot_of(const struct tasklist_seen *seen, uint64_t key)
{
    size_t i = key & (seen->capacity - 1);
    while (seen->slots[i][0] && seen->slots[i][0] != key)
        i = (i + 1) & (seen->capacity - 1);
    return seen->slots[i];
}

static bool grow(struct tasklist_seen *seen)
{
    struct tasklist_seen larger = {.capacity = seen->capacity ? 2 * seen->capacity : 1024};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < seen->capacity; i++)
        if (seen->slots[i][0])
            memcpy(slot_of(&larger, seen->slots[i][0]), seen->slots[i], sizeof *seen->slots);
    larger.n = seen->n;
    free(seen->slots);
    *seen = larger;
    return true;
}

int tasklist_see(struct tasklist_seen *seen, const char *key, uint64_t content)
{
    /* 0 marks an empty slot. */
    uint64_t digest = digest_of(key, strlen(key)) | 1;
    if (2 * seen->n >= seen->capacity && !grow(seen))
        return TASKLIST_MEMORY;
    uint64_t *slot = slot_of(seen, digest);
    if (slot[0])
        return slot[1] == content ? TASKLIST_SAME : TASKLIST_DIFFERENT;
    slot[0] = digest;
    slot[1] = content;
    seen->n++;
    return TASKLIST_NEW;
}

void tasklist_seen_free(struct tasklist_seen *seen)
{
    free(seen->slots);
    *seen = (struct tasklist_seen){0};
}

static const char *enter(struct tasklist_sets *sets, char *name)
{
    for (uint32_t i = 0; i < sets->n; i++)
        if (strcmp(sets->names[i], name) == 0) {
            free(name);
            return sets->names[i];
        }
    char **names = realloc(sets->names, (sets->n + 1) * sizeof *names);
    if (!names) {
        free(name);
        return NULL;
    }
    sets->names = names;
    return names[sets->n++] = name;
}

const char *tasklist_set_of(struct tasklist_sets *sets, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : 0;
    bool combined = strstr(slash ? slash : path, "_challenges.json") != NULL;
    if (!combined && slash && sets->folder && strlen(sets->folder) == size &&
        memcmp(sets->folder, path, size) == 0)
        return sets->last;
    char *name = taskfile_set(path);
    const char *set = name ? enter(sets, name) : NULL;
    if (!combined && slash && set) {
        free(sets->folder);
        sets->folder = strndup(path, size);
        sets->last = set;
    }
    return set;
}

void tasklist_sets_free(struct tasklist_sets *sets)
{
    for (uint32_t i = 0; i < sets->n; i++)
        free(sets->names[i]);
    free(sets->names);
    free(sets->folder);
    *sets = (struct tasklist_sets){0};
}
