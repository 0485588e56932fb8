/*
 * folder.h: the files of one folder whose names end in certain ways, sorted by name.
 */
#ifndef BATT_FOLDER_H
#define BATT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Start from {0}; free with folder_free. */
struct folder {
    char **paths; /* DIR/NAME */
    size_t n;
};

/* Lists the files of dir that end in one of the suffixes (ended by NULL), hidden ones left out;
 * folders within are not entered. Returns 0 or an errno. */
int folder_list(struct folder *folder, const char *dir, const char *const *suffixes);

/* Is this a folder? Symbolic links are followed. */
int folder_is(const char *path);

void folder_free(struct folder *folder);

/* Does the name of a file end so? */
bool folder_name_ends(const char *name, const char *suffix);

#endif
