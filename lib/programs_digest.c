/* programs_digest.c: what files of programs hold, as one number, before they are read. */
#include "digest.h"
#include "programs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Name and content of a file. What is not there now has only its name. */
static int feed_file(struct digest *d, const char *path)
{
    char chunk[1 << 16];
    struct stat st;
    struct digest content;
    size_t n;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return -1;
    FILE *f = fopen(path, "re");
    digest_start(&content);
    while (f && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        digest_feed(&content, chunk, n);
    if (f)
        fclose(f);
    uint64_t value = digest_value(&content);
    digest_feed(d, path, strlen(path) + 1);
    digest_feed(d, &value, sizeof value);
    return 0;
}

static int feed_folder(struct digest *d, const char *path)
{
    struct folder folder = {0};
    int status = programs_list(&folder, path) == ENOMEM ? -1 : 0;
    for (size_t k = 0; k < folder.n && !status; k++)
        status = feed_file(d, folder.paths[k]);
    folder_free(&folder);
    return status;
}

int programs_digest(const char *const *paths, uint32_t n, uint64_t *digest)
{
    struct digest d;
    int status = 0;
    digest_start(&d);
    for (uint32_t k = 0; k < n && !status; k++) {
        if (strcmp(paths[k], "-") == 0)
            status = -1;
        else
            status = folder_is(paths[k]) ? feed_folder(&d, paths[k]) : feed_file(&d, paths[k]);
    }
    *digest = digest_value(&d);
    return status;
}
