/*
 * A CUDA driver without hardware, for BATT_CUDA_DRIVER: memory is the host's, a launch runs the
 * kernel's own sources (cuda/kernel.h) on simulated warps, one a thread of the host.  With
 * KERNEL_THREADS the workers are threads (cuda/worker.h), and nothing is simulated but the device.
 * With KERNEL_PTX the workers are warps that run what nvcc made of the kernel (tests/ptx).
 *
 *   SIMCUDA_DEVICES=N       devices there are (1); none if CUDA_VISIBLE_DEVICES is set and empty
 *   SIMCUDA_THREADS=N       warps at once (2)
 *   SIMCUDA_BYTES=N         memory of a device (1 GiB)
 *   SIMCUDA_FAIL=CALL:N     the N-th call fails: init, count, retain, load, alloc, up, down, zero,
 *                           launch, wait; alloc for want of memory, the others as a lost device,
 *                           of which nothing works afterwards
 *
 *   SIMCUDA_PTX=FILE        of KERNEL_PTX: the kernel
 *   SIMWARP_STATS=1         at the end, to standard error: what was done
 *   SIMPTX_STATS=1          of KERNEL_PTX: what it cost (ptx_tell), =2 by function, =3 by line
 *
 * Memory is checked: a copy that leaves its allocation fails as a real one would.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cuda/driver.h"
#include "../../cuda/kernel.h"
#include "../ptx/ptx.h"
#include "simwarp.h"

#if defined(KERNEL_THREADS)
#define KERNEL_NAME "batt_kernel_threads"
#else
#define KERNEL_NAME "batt_kernel"
#endif

enum {
    ERROR_INVALID = 1,
    ERROR_NO_DEVICE = 100,
    ERROR_NOT_FOUND = 500,
    ERROR_LOST = 719,
    MAX_DEVICES = 64,
    MAX_WARPS = 64,
    POISON = 1 << 20
};

struct allocation {
    uint64_t p;
    size_t bytes;
    int device; /* -1: the host's */
    struct allocation *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct allocation *allocations;
static size_t used[MAX_DEVICES];
static int lost[MAX_DEVICES];
static _Thread_local int current_device;

static size_t setting(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

/* The error of this call: of its device, if that is lost, or the one it has been told to make. */
static int fault(const char *call)
{
    static long calls;
    const char *text = getenv("SIMCUDA_FAIL");
    size_t n = strlen(call);
    int error = 0;
    pthread_mutex_lock(&lock);
    if (text && strncmp(text, call, n) == 0 && text[n] == ':' && ++calls == atol(text + n + 1)) {
        error = strcmp(call, "alloc") == 0  ? DRIVER_OUT_OF_MEMORY
                : strcmp(call, "init") == 0 ? ERROR_NO_DEVICE
                                            : ERROR_LOST;
        lost[current_device] = error == ERROR_LOST;
    }
    if (!error && lost[current_device])
        error = ERROR_LOST;
    pthread_mutex_unlock(&lock);
    return error;
}

/* ---- devices ---- */

int cuInit(unsigned flags)
{
    (void)flags;
    return fault("init");
}

int cuDriverGetVersion(int *version)
{
    *version = 13000;
    return 0;
}

int cuGetErrorString(int error, const char **text)
{
    *text = error == DRIVER_OUT_OF_MEMORY ? "out of memory"
            : error == ERROR_NO_DEVICE    ? "no CUDA-capable device is detected"
            : error == ERROR_LOST         ? "unspecified launch failure"
                                          : "invalid argument";
    return 0;
}

int cuDeviceGetCount(int *n)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    *n = visible && !*visible ? 0 : (int)setting("SIMCUDA_DEVICES", 1);
    return fault("count");
}

int cuDeviceGet(int *device, int ordinal)
{
    *device = ordinal;
    return ordinal < 0 || (size_t)ordinal >= setting("SIMCUDA_DEVICES", 1) ? ERROR_INVALID : 0;
}

int cuDeviceGetName(char *name, int size, int device)
{
    snprintf(name, (size_t)size, "simulated device %d", device);
    return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    (void)device;
    *value = attribute == DRIVER_MAJOR ? 9 : attribute == DRIVER_MINOR ? 0 : 2;
    return 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device)
{
    (void)device;
    *bytes = setting("SIMCUDA_BYTES", (size_t)1 << 30);
    return 0;
}

int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags)
{
    (void)device;
    return flags == DRIVER_SLEEP ? 0 : ERROR_INVALID;
}

/* A context is its device's number plus one. */
int cuDevicePrimaryCtxRetain(void **context, int device)
{
    *context = (void *)(uintptr_t)(device + 1);
    return fault("retain");
}

int cuDevicePrimaryCtxRelease_v2(int device)
{
    (void)device;
    return 0;
}

int cuCtxSetCurrent(void *context)
{
    current_device = context ? (int)(uintptr_t)context - 1 : 0;
    return 0;
}

int cuStreamCreate(void **stream, unsigned flags)
{
    (void)flags;
    *stream = (void *)(uintptr_t)1;
    return 0;
}

int cuStreamDestroy_v2(void *stream)
{
    (void)stream;
    return 0;
}

int cuStreamSynchronize(void *stream)
{
    (void)stream;
    return fault("wait");
}

/* ---- memory ---- */

static int allocate(void **p, size_t bytes, int device)
{
    struct allocation *a = malloc(sizeof *a);
    void *memory = NULL;
    if (!a || posix_memalign(&memory, 256, bytes)) {
        free(a);
        return DRIVER_OUT_OF_MEMORY;
    }
    memset(memory, 0x5a, bytes < POISON ? bytes : POISON); /* nobody may count on zeros */
    a->p = (uint64_t)(uintptr_t)memory;
    a->bytes = bytes;
    a->device = device;
    pthread_mutex_lock(&lock);
    a->next = allocations;
    allocations = a;
    pthread_mutex_unlock(&lock);
    *p = memory;
    return 0;
}

/* Frees the allocation that begins there; 0, or an error if none does. */
static int release(uint64_t p)
{
    int error = ERROR_INVALID;
    pthread_mutex_lock(&lock);
    for (struct allocation **at = &allocations; *at; at = &(*at)->next)
        if ((*at)->p == p) {
            struct allocation *a = *at;
            *at = a->next;
            if (a->device >= 0)
                used[a->device] -= a->bytes;
            free((void *)(uintptr_t)a->p);
            free(a);
            error = 0;
            break;
        }
    pthread_mutex_unlock(&lock);
    return error;
}

/* Do the bytes lie within one allocation of the current device? */
static int inside(uint64_t p, size_t bytes)
{
    int found = 0;
    pthread_mutex_lock(&lock);
    for (struct allocation *a = allocations; a && !found; a = a->next)
        found = a->device == current_device && p >= a->p && p + bytes <= a->p + a->bytes;
    pthread_mutex_unlock(&lock);
    return found;
}

int cuMemGetInfo_v2(size_t *free_bytes, size_t *total)
{
    cuDeviceTotalMem_v2(total, current_device);
    pthread_mutex_lock(&lock);
    *free_bytes = *total > used[current_device] ? *total - used[current_device] : 0;
    pthread_mutex_unlock(&lock);
    return fault("memory");
}

int cuMemAlloc_v2(uint64_t *p, size_t bytes)
{
    size_t total;
    void *memory = NULL;
    int error = fault("alloc");
    cuDeviceTotalMem_v2(&total, current_device);
    pthread_mutex_lock(&lock);
    int fits = bytes <= total && used[current_device] <= total - bytes;
    if (!error && fits)
        used[current_device] += bytes;
    pthread_mutex_unlock(&lock);
    if (error || !fits)
        return error ? error : DRIVER_OUT_OF_MEMORY;
    error = allocate(&memory, bytes, current_device);
    *p = (uint64_t)(uintptr_t)memory;
    return error;
}

int cuMemFree_v2(uint64_t p)
{
    return release(p);
}

int cuMemHostAlloc(void **p, size_t bytes, unsigned flags)
{
    (void)flags;
    return allocate(p, bytes, -1);
}

int cuMemFreeHost(void *p)
{
    return release((uint64_t)(uintptr_t)p);
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream)
{
    (void)stream;
    int error = fault("up");
    if (error || !inside(to, bytes))
        return error ? error : ERROR_INVALID;
    memcpy((void *)(uintptr_t)to, from, bytes);
    return 0;
}

int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream)
{
    (void)stream;
    int error = fault("down");
    if (error || !inside(from, bytes))
        return error ? error : ERROR_INVALID;
    memcpy(to, (void *)(uintptr_t)from, bytes);
    return 0;
}

int cuMemsetD8Async(uint64_t p, unsigned char x, size_t bytes, void *stream)
{
    (void)stream;
    int error = fault("zero");
    if (error || !inside(p, bytes))
        return error ? error : ERROR_INVALID;
    memset((void *)(uintptr_t)p, x, bytes);
    return 0;
}

/* ---- the kernel ---- */

#if defined(KERNEL_PTX)

static struct ptx_module *module; /* one for all devices */

static char *file_text(const char *name)
{
    FILE *in = name ? fopen(name, "rb") : NULL;
    char *text = NULL;
    size_t cap = 0;
    if (!in || getdelim(&text, &cap, 0, in) < 0)
        fprintf(stderr, "simcuda: SIMCUDA_PTX: %s: cannot be read\n", name ? name : "not set");
    if (in)
        fclose(in);
    return text;
}

static int load_module(void **handle)
{
    char why[256];
    pthread_mutex_lock(&lock);
    char *text = module ? NULL : file_text(getenv("SIMCUDA_PTX"));
    if (text && !(module = ptx_read(text, why)))
        fprintf(stderr, "simcuda: %s: %s\n", getenv("SIMCUDA_PTX"), why);
    free(text);
    *handle = module;
    pthread_mutex_unlock(&lock);
    return *handle ? 0 : ERROR_INVALID;
}

static void *find_function(const char *name)
{
    return ptx_kernel(module, name);
}

#else

static int load_module(void **handle)
{
    *handle = (void *)(uintptr_t)1;
    return 0;
}

static void *find_function(const char *name)
{
    return strcmp(name, KERNEL_NAME) == 0 ? (void *)(uintptr_t)1 : NULL;
}

#endif

int cuModuleLoadData(void **handle, const void *image)
{
    (void)image;
    int error = fault("load");
    return error ? error : load_module(handle);
}

int cuModuleUnload(void *handle)
{
    (void)handle;
    return 0;
}

int cuModuleGetFunction(void **function, void *handle, const char *name)
{
    (void)handle;
    *function = find_function(name);
    return *function ? 0 : ERROR_NOT_FOUND;
}

/* A launch, and the k-th worker of it. */
struct launch {
    struct device_batch *batch;
    void *function;
    unsigned blocks, threads;
    uint8_t *shared; /* of all blocks, for PTX */
};
struct worker {
    const struct launch *launch;
    uint64_t k;
};

#if defined(KERNEL_PTX)

/* Workers that a host's thread has at once: with KERNEL_PTX what runs is always a warp. */
#define HOST_LANES 32

static int memory_at(uint64_t p, uint64_t *from, uint64_t *to)
{
    int found = 0;
    pthread_mutex_lock(&lock);
    for (struct allocation *a = allocations; a && !found; a = a->next) {
        found = a->device >= 0 && p >= a->p && p < a->p + a->bytes;
        *from = a->p;
        *to = a->p + a->bytes;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

static void free_warps(void)
{
    const char *stats = getenv("SIMPTX_STATS");
    if (stats && module)
        ptx_tell(module, atoi(stats) - 1);
    ptx_free(module);
}

static void *run_worker(void *x)
{
    const struct worker *w = x;
    const struct launch *l = w->launch;
    unsigned warps = l->threads / 32;
    struct ptx_place place = {(unsigned)(w->k / warps), l->blocks, (unsigned)(w->k % warps),
                              l->threads, l->shared + w->k / warps * PTX_SHARED_BYTES};
    ptx_run(l->function, l->batch, sizeof *l->batch, &place, memory_at);
    return NULL;
}

#elif defined(KERNEL_THREADS)

#define HOST_LANES 1

static void free_warps(void)
{
}

static void *run_worker(void *x)
{
    const struct worker *w = x;
    struct device_batch *b = w->launch->batch;
    struct vm vm;
    kernel_worker(&vm, b, (struct device_memory *)(void *)(b->memory + w->k * b->worker_bytes));
    return NULL;
}

#else

#define HOST_LANES 32

/* A window: a warp's machine and memory, the arena behind it. */
struct lane_memory {
    struct vm vm;
    struct device_memory memory;
};

static void run_lane(void *x, void *window)
{
    struct lane_memory *m = window;
    kernel_worker(&m->vm, x, &m->memory);
}

/* Warps that rest; all have windows of one size. */
static struct {
    struct simwarp *warps[MAX_WARPS];
    size_t bytes;
    int n;
} resting;

static struct simwarp *take_warp(size_t bytes)
{
    struct simwarp *w = NULL;
    pthread_mutex_lock(&lock);
    if (resting.n && resting.bytes == bytes)
        w = resting.warps[--resting.n];
    pthread_mutex_unlock(&lock);
    if (!w && !(w = simwarp_new(bytes))) {
        fprintf(stderr, "simwarp: out of memory\n");
        abort();
    }
    return w;
}

static void rest_warp(struct simwarp *w, size_t bytes)
{
    pthread_mutex_lock(&lock);
    int room = resting.n < MAX_WARPS && (resting.n == 0 || resting.bytes == bytes);
    if (room) {
        resting.bytes = bytes;
        resting.warps[resting.n++] = w;
    }
    pthread_mutex_unlock(&lock);
    if (!room)
        simwarp_free(w);
}

static void free_warps(void)
{
    while (resting.n)
        simwarp_free(resting.warps[--resting.n]);
}

/* A warp's life, on a thread of its own. */
static void *run_worker(void *x)
{
    struct device_batch *b = ((const struct worker *)x)->launch->batch;
    size_t bytes = sizeof(struct vm) + 256 + b->worker_bytes;
    struct simwarp *w = take_warp(bytes);
    simwarp_run(w, run_lane, b);
    rest_warp(w, bytes);
    return NULL;
}

#endif

/* For SIMWARP_STATS. */
static struct {
    uint64_t launches, jobs, done, left, full, grown;
} launched;

__attribute__((destructor)) static void finish(void)
{
    free_warps();
    if (getenv("SIMWARP_STATS"))
        fprintf(stderr,
                "simwarp: %llu launches, %llu jobs, %llu runs done, %llu left, %llu full, %llu of "
                "them done in larger arenas\n",
                (unsigned long long)launched.launches, (unsigned long long)launched.jobs,
                (unsigned long long)launched.done, (unsigned long long)launched.left,
                (unsigned long long)launched.full, (unsigned long long)launched.grown);
}

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                   unsigned bz, unsigned shared, void *stream, void **arguments, void **extra)
{
    pthread_t threads[MAX_WARPS];
    struct worker workers[MAX_WARPS];
    size_t n = setting("SIMCUDA_THREADS", 2), all = gx * (size_t)bx / HOST_LANES;
    struct device_batch *b = arguments[0];
    struct launch l = {b, function, gx, bx, NULL};
    struct device_counters before;
    int error = fault("launch");
    (void)gy, (void)gz, (void)by, (void)bz, (void)shared, (void)stream, (void)extra;
    n = n > MAX_WARPS ? MAX_WARPS : n;
    if (error || gx == 0 || bx == 0 || bx > DEVICE_THREADS || bx % WORKER_LANES ||
        !inside((uint64_t)(uintptr_t)b->memory, gx * (bx / WORKER_LANES) * b->worker_bytes))
        return error ? error : ERROR_INVALID;
    before = *b->counters;
    n = n < all ? n : all;
#if defined(KERNEL_PTX)
    l.shared = calloc(gx, PTX_SHARED_BYTES);
    if (!l.shared)
        return DRIVER_OUT_OF_MEMORY;
#endif
    for (size_t k = 0; k < n; k++) {
        workers[k] = (struct worker){&l, k};
        if (pthread_create(&threads[k], NULL, run_worker, &workers[k]))
            abort();
    }
    for (size_t k = 0; k < n; k++)
        pthread_join(threads[k], NULL);
    free(l.shared);
    pthread_mutex_lock(&lock);
    launched.launches++;
    launched.jobs += b->n_jobs;
    launched.done += b->counters->done - before.done;
    launched.left += b->counters->yielded + b->counters->crowded - before.yielded - before.crowded;
    launched.full += b->counters->full - before.full;
    launched.grown += b->counters->grown - before.grown;
    pthread_mutex_unlock(&lock);
    return 0;
}
