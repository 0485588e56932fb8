/* temporary_test.c: temporary files have no name that a process that is killed could leave. */
#include "../../lib/spill.h"
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool refuses; /* the file system has no files without names */

/* Stands before the library's. */
int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (refuses && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static int n_names(const char *dir)
{
    DIR *folder = opendir(dir);
    int n = 0;
    while (folder && readdir(folder))
        n++;
    if (folder)
        closedir(folder);
    return n - 2; /* . and .. */
}

/* A file of its own that holds what is written, and goes when it is closed. */
static void test_file(const char *dir)
{
    struct stat st;
    char back[4] = "";
    FILE *file = spill_file(dir);
    check(file != NULL, "no file");
    if (!file)
        return;
    check(fstat(fileno(file), &st) == 0 && st.st_nlink == 0, "it has a name");
    check((st.st_mode & 0777) == 0600, "others may read it");
    check((fcntl(fileno(file), F_GETFD) & FD_CLOEXEC) != 0, "others inherit it");
    check(n_names(dir) == 0, "a name is in the folder");
    check(fwrite("abc", 1, 3, file) == 3 && fflush(file) == 0 &&
              pread(fileno(file), back, 3, 0) == 3 && strcmp(back, "abc") == 0,
          "it does not hold what was written");
    fclose(file);
    check(n_names(dir) == 0, "a name stays in the folder");
}

/* A name that comes and goes changes the folder's time. */
static void test_never_named(const char *dir)
{
    const struct timespec past[] = {{.tv_sec = 1}, {.tv_sec = 1}};
    struct stat st;
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        printf("no test of files without names: the temporary folder's file system has none\n");
        return;
    }
    close(fd);
    check(utimensat(AT_FDCWD, dir, past, 0) == 0, "the folder's time cannot be set");
    test_file(dir);
    check(stat(dir, &st) == 0 && st.st_mtim.tv_sec == 1, "there was a name for a moment");
}

static void test_no_folder(void)
{
    errno = 0;
    check(spill_temporary("/nowhere/at/all") == -1 && errno == ENOENT, "a file in no folder");
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    char dir[4096];
    snprintf(dir, sizeof dir, "%s/temporary_test.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir)) {
        perror(dir);
        return 1;
    }
    test_never_named(dir);
    test_no_folder();
    refuses = true;
    test_file(dir);
    test_no_folder();
    check(rmdir(dir) == 0, "the folder is not empty");
    return check_end();
}
