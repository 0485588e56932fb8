/* programs_digest.c: what files of programs hold, as one number, before they are read and as they
 * are read. */
#include "digest.h"
#include "programs_private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Name and content of a file. NULL: one that is not there has only its name. */
static void feed(struct digest *d, const char *path, FILE *f)
{
    char chunk[1 << 16];
    struct digest content;
    size_t n;
    digest_start(&content);
    while (f && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        digest_feed(&content, chunk, n);
    uint64_t value = digest_value(&content);
    digest_feed(d, path, strlen(path) + 1);
    digest_feed(d, &value, sizeof value);
}

/* A file that was fed before is passed over, as it is read once. */
static int feed_file(struct digest *d, struct hashes *fed, const char *path)
{
    struct stat st;
    int fresh = hashes_add(fed, digest_of(path, strlen(path)));
    if (fresh <= 0)
        return fresh;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return -1;
    FILE *f = fopen(path, "re");
    feed(d, path, f);
    if (f)
        fclose(f);
    return 0;
}

static int feed_folder(struct digest *d, struct hashes *fed, const char *path)
{
    struct folder folder = {0};
    int status = programs_list(&folder, path) == ENOMEM ? -1 : 0;
    for (size_t k = 0; k < folder.n && !status; k++)
        status = feed_file(d, fed, folder.paths[k]);
    folder_free(&folder);
    return status;
}

int programs_digest(const char *const *paths, uint32_t n, uint64_t *digest)
{
    struct digest d;
    struct hashes fed = {0};
    int status = 0;
    digest_start(&d);
    for (uint32_t k = 0; k < n && !status; k++) {
        if (strcmp(paths[k], "-") == 0)
            status = -1;
        else
            status = folder_is(paths[k]) ? feed_folder(&d, &fed, paths[k])
                                         : feed_file(&d, &fed, paths[k]);
    }
    hashes_free(&fed);
    *digest = digest_value(&d);
    return status;
}

/* ---- as they are read ---- */

void programs_begin_file(struct programs *src, const char *path, FILE *f)
{
    bool regular = !f || (fstat(fileno(f), &src->reading) == 0 && S_ISREG(src->reading.st_mode));
    src->unseen = src->unseen || !regular;
    if (!regular)
        return;
    feed(&src->seen, path, f);
    if (f)
        rewind(f);
}

void programs_end_file(struct programs *src, FILE *f)
{
    const struct stat *was = &src->reading;
    struct stat is;
    if (src->unseen)
        return;
    src->changed = src->changed || fstat(fileno(f), &is) != 0 || is.st_size != was->st_size ||
                   is.st_mtim.tv_sec != was->st_mtim.tv_sec ||
                   is.st_mtim.tv_nsec != was->st_mtim.tv_nsec;
}

bool programs_were(const struct programs *src, uint64_t digest)
{
    return src->unseen || (!src->changed && digest_value(&src->seen) == digest);
}
