/*
 * sorter_test.c: records sorted in memory and through a file, with as little memory as can be, so
 * that there are many runs; data larger than what is read at once; the same record again.
 */
#include "../../lib/sorter.h"
#include "../../lib/spill.h"
#include "stream_help.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

static uint64_t state;

static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

struct shape {
    uint32_t n, keys, key_most, data_most;
    uint32_t large; /* one in so many has a hundred times as much */
};

/* Record k: its key is one of few, its data tells k and is as long as k wants. */
static uint32_t key_of(const struct shape *shape, uint32_t which, uint8_t key[SORTER_KEY_BYTES])
{
    state = which + 1;
    draw(2);
    uint32_t n = draw(shape->key_most + 1);
    for (uint32_t i = 0; i < n; i++)
        key[i] = (uint8_t)(i % 3 ? 200 + draw(2) : draw(3)); /* many begin with the same */
    return n;
}

static uint32_t data_of(const struct shape *shape, uint32_t k, uint8_t *data)
{
    state = 77 * k;
    uint32_t n = 4 + draw(shape->data_most + 1);
    if (shape->large && k % shape->large == 0)
        n *= 100;
    memset(data, (int)(k & 0xff), n);
    memcpy(data, &k, 4);
    return n;
}

static uint32_t which_of(const struct shape *shape, uint32_t k)
{
    return (uint32_t)((k * 2654435761u) >> 7) % shape->keys;
}

static int by_key(const uint8_t *a, uint32_t n, const uint8_t *b, uint32_t m)
{
    int sign = memcmp(a, b, n < m ? n : m);
    return sign ? sign : n < m ? -1 : n > m;
}

/* Is r the record that it says it is? Its number, or n. */
static uint32_t number_of(const struct shape *shape, const struct sorter_record *r, uint8_t *data)
{
    uint8_t key[SORTER_KEY_BYTES];
    uint32_t k;
    if (r->place.size < 4)
        return shape->n;
    memcpy(&k, r->data, 4);
    if (k >= shape->n || data_of(shape, k, data) != r->place.size ||
        memcmp(data, r->data, r->place.size) != 0)
        return shape->n;
    uint32_t n = key_of(shape, which_of(shape, k), key);
    return by_key(key, n, r->key, r->place.key_size) ? shape->n : k;
}

static void test_shape(struct shape shape, size_t memory, const char *dir)
{
    struct sorter *s = sorter_open(dir, memory);
    struct sorter_record r, again;
    struct sorter_place first = {0};
    uint8_t key[SORTER_KEY_BYTES], last_key[SORTER_KEY_BYTES];
    uint8_t *data = malloc(100 * ((size_t)shape.data_most + 4));
    uint32_t last_size = 0, last = 0, n = 0;
    int got = 0;
    bool failed = false, good = true;
    for (uint32_t k = 0; k < shape.n; k++) {
        uint32_t key_size = key_of(&shape, which_of(&shape, k), key);
        failed |= sorter_add(s, key, key_size, data, data_of(&shape, k, data)) != 0;
    }
    CHECK(!failed, "%u records: %s", shape.n, strerror(errno));
    for (; good && (got = sorter_next(s, &r)) > 0; n++) {
        uint32_t k = number_of(&shape, &r, data);
        int sign = n ? by_key(last_key, last_size, r.key, r.place.key_size) : -1;
        good = k < shape.n && (sign < 0 || (sign == 0 && last < k));
        last = k;
        last_size = r.place.key_size;
        memcpy(last_key, r.key, last_size);
        if (n % 1000 == 0)
            first = r.place;
        else if (n % 1000 == 999) /* what is at hand stays while another is read again */
            good &= sorter_again(s, first, &again) == 0 &&
                    number_of(&shape, &again, data) < shape.n && number_of(&shape, &r, data) == k;
    }
    CHECK(good && got == 0 && n == shape.n, "%u records of %u keys in %zu bytes: at %u (%d)",
          shape.n, shape.keys, memory, n, got);
    CHECK(sorter_next(s, &r) == 0, "behind the last");
    sorter_close(s);
    free(data);
}

static void test_misuse(void)
{
    struct sorter *s = sorter_open("/nowhere/at/all", 0);
    static uint8_t data[SORTER_LEAST_MEMORY];
    struct sorter_record r;
    CHECK(sorter_add(s, data, SORTER_KEY_BYTES + 1, data, 0) == -1 && errno == EINVAL, "long key");
    CHECK(sorter_add(s, data, SORTER_KEY_BYTES, data, 9) == 0, "key as long as can be");
    CHECK(sorter_add(s, data, 1, data, sizeof data) == -1 && errno == ENOENT, "no folder");
    sorter_close(s);
    s = sorter_open(NULL, 0);
    CHECK(sorter_next(s, &r) == 0, "nothing in it");
    sorter_close(s);
    sorter_close(NULL);
}

/* ---- disks that will not ---- */

static struct {
    bool no_write, no_read; /* direct bytes are refused only where they are seen */
    size_t most;            /* a write takes no more; 0: all */
    uint64_t full;          /* from there on it takes nothing; 0: never */
    long n_refused, n_short;
} disk;

/* These stand before the library's. */
ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    int flags = fcntl(fd, F_GETFL);
    if (disk.no_write && (flags & O_DIRECT)) {
        disk.n_refused++;
        errno = EINVAL;
        return -1;
    }
    if (disk.full && (uint64_t)at >= disk.full) {
        errno = ENOSPC;
        return -1;
    }
    if (!disk.most || n <= disk.most)
        return syscall(SYS_pwrite64, fd, data, n, at);
    disk.n_short++;
    fcntl(fd, F_SETFL, flags & ~O_DIRECT); /* it can end within a page, we cannot */
    ssize_t wrote = syscall(SYS_pwrite64, fd, data, disk.most, at);
    fcntl(fd, F_SETFL, flags);
    return wrote;
}

ssize_t pread(int fd, void *data, size_t n, off_t at)
{
    if (disk.no_read && (fcntl(fd, F_GETFL) & O_DIRECT)) {
        disk.n_refused++;
        errno = EINVAL;
        return -1;
    }
    return syscall(SYS_pread64, fd, data, n, at);
}

static bool direct_is_possible(void)
{
    int fd = spill_temporary(NULL);
    bool good = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_DIRECT) == 0;
    close(fd);
    return good;
}

static void test_refused(struct shape shape)
{
    bool direct = direct_is_possible();
    if (!direct)
        printf("no test of refused direct bytes: the temporary folder's file system has none\n");
    disk.n_refused = disk.n_short = 0;
    disk.no_write = true;
    test_shape(shape, SORTER_LEAST_MEMORY, NULL);
    CHECK(!direct || disk.n_refused == 1, "%ld writes refused", disk.n_refused);
    disk.no_write = false;
    disk.no_read = true;
    disk.n_refused = 0;
    test_shape(shape, SORTER_LEAST_MEMORY, NULL);
    CHECK(!direct || disk.n_refused == 1, "%ld reads refused", disk.n_refused);
    disk.no_read = false;
    disk.most = 5000;
    test_shape(shape, SORTER_LEAST_MEMORY, NULL);
    CHECK(disk.n_short > 0, "%ld short writes", disk.n_short);
    disk.most = 0;
}

/* Full while records come in, or only when the last run is written; and what comes after it. */
static void test_full(uint64_t full, uint32_t n, bool at_end)
{
    static const uint8_t data[1000];
    struct sorter *s = sorter_open(NULL, SORTER_LEAST_MEMORY);
    struct sorter_record r;
    int status = 0;
    disk.full = full;
    for (uint32_t k = 0; k < n && !status; k++)
        status = sorter_add(s, &k, sizeof k, data, sizeof data);
    CHECK(at_end ? !status : status == -1 && errno == ENOSPC, "%d, %s", status, strerror(errno));
    for (int k = 0; k < 3; k++)
        CHECK(sorter_next(s, &r) == -1 && errno == ENOSPC, "%s", strerror(errno));
    disk.full = 0; /* room comes too late */
    CHECK(sorter_next(s, &r) == -1 && errno == ENOSPC, "%s", strerror(errno));
    CHECK(!sorter_put(s, data, 1, 1) && errno == ENOSPC, "%s", strerror(errno));
    sorter_close(s);
}

int main(void)
{
    const struct shape shapes[] = {
        {0, 1, 0, 0, 0},
        {1, 1, 0, 0, 0},
        {5000, 50, 12, 30, 0},
        {5000, 5000, 40, 10, 0},
        {100000, 70000, 30, 20, 0},   /* dozens of runs */
        {700000, 300000, 8, 60, 0},   /* more than are read at once, merged before */
        {20000, 900, 1000, 3000, 50}, /* heads and data over the ends of slots */
        {300, 20, 10, 20000, 3},      /* some larger than all memory */
    };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        test_shape(shapes[k], SORTER_LEAST_MEMORY, NULL);
        test_shape(shapes[k], 64 << 20, NULL);
    }
    test_shape(shapes[4], SORTER_LEAST_MEMORY, "/dev/shm"); /* memory has no past the page cache */
    test_refused(shapes[5]);
    test_refused(shapes[6]);
    test_full(1 << 20, 5000, false);
    test_full(600 << 10, 800, true);
    test_misuse();
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}
