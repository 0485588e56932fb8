/*
 * zstd_time.c: the part of a program's processor time that zstd takes.
 *
 * Preloaded. At its end the program appends a line "SECONDS BYTES" to the file that ZSTD_TIME
 * names: the time spent in libzstd, and the bytes that came out of it where a stream was read.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zstd.h>

static uint64_t ns, n_out;

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void spent(uint64_t since, size_t out)
{
    __atomic_add_fetch(&ns, now() - since, __ATOMIC_RELAXED);
    __atomic_add_fetch(&n_out, out, __ATOMIC_RELAXED);
}

/* The function that a name has in libzstd; POSIX lets a pointer to data be one to a function. */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

size_t ZSTD_decompressStream(ZSTD_DCtx *context, ZSTD_outBuffer *out, ZSTD_inBuffer *in)
{
    static __typeof__(&ZSTD_decompressStream) real;
    real = real ? real : REAL(ZSTD_decompressStream);
    uint64_t begin = now();
    size_t at = out->pos, result = real(context, out, in);
    spent(begin, out->pos - at);
    return result;
}

/* Those that take a buffer and fill one. */
#define TIMED(name, context_type)                                                                  \
    size_t name(context_type *context, void *to, size_t room, const void *from, size_t size)       \
    {                                                                                              \
        static __typeof__(&name) real;                                                             \
        real = real ? real : REAL(name);                                                           \
        uint64_t begin = now();                                                                    \
        size_t result = real(context, to, room, from, size);                                       \
        spent(begin, 0);                                                                           \
        return result;                                                                             \
    }

TIMED(ZSTD_decompressDCtx, ZSTD_DCtx)
TIMED(ZSTD_compress2, ZSTD_CCtx)

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("ZSTD_TIME");
    FILE *f = path ? fopen(path, "ae") : NULL;
    if (!f)
        return;
    fprintf(f, "%.6f %llu\n", (double)ns / 1e9, (unsigned long long)n_out);
    fclose(f);
}
