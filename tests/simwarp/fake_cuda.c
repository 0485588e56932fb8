/*
 * A CUDA driver without hardware, for BATT_CUDA_DRIVER: memory is the host's, a launch runs the
 * kernel's own sources (cuda/kernel.h) on simulated warps, one a thread of the host.  With
 * KERNEL_THREADS the workers are threads (cuda/worker.h), and nothing is simulated but the device.
 * With KERNEL_PTX the workers are warps that run what nvcc made of the kernel (tests/ptx).
 *
 *   SIMCUDA_DEVICES=N       devices there are (1); none if CUDA_VISIBLE_DEVICES is set and empty
 *   SIMCUDA_THREADS=N       warps at once (2)
 *   SIMCUDA_BYTES=N         memory of a device (1 GiB)
 *   SIMCUDA_FAIL=CALL:N     the N-th call fails (N-M: all to the M-th): init, count, retain, load,
 *                           function, alloc, host, up, down, zero, room, launch, wait; alloc, host
 *                           (memory of the host) and room (a launch too) for want of memory;
 *                           function, and all that follow, as where a kernel is loaded no sooner;
 *                           the others as a lost device, of which nothing works afterwards
 *
 *   SIMCUDA_PTX=FILE        of KERNEL_PTX: the kernel
 *   SIMWARP_STATS=1         at the end, to standard error: what was done, and bytes that went to
 * and from memory of the host that is not the driver's, and most that is SIMPTX_STATS=1          of
 * KERNEL_PTX: what it cost (ptx_tell), =2 by function, =3 by line
 *
 * Memory is checked: a copy that leaves its allocation fails as a real one would.  Copies and the
 * kernel are done when somebody waits for them (streams.h), and on that thread.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cuda/driver.h"
#include "../../cuda/kernel.h"
#include "../ptx/ptx.h"
#include "simwarp.h"
#include "streams.h"

#if defined(KERNEL_THREADS)
#define KERNEL_NAME "batt_kernel_threads"
#else
#define KERNEL_NAME "batt_kernel"
#endif

enum {
    ERROR_INVALID = 1,
    ERROR_NO_DEVICE = 100,
    ERROR_NO_CONTEXT = 201,
    ERROR_NO_IMAGE = 209,
    ERROR_LOST = 719,
    MAX_DEVICES = 64,
    MAX_WARPS = 64,
    NO_CONTEXT = -1,
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
static size_t used[MAX_DEVICES], most_used[MAX_DEVICES];
static size_t host_used, most_host_used, other_up, other_down;
static int lost[MAX_DEVICES];
static _Thread_local int current_device = NO_CONTEXT;

static size_t setting(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

/* Is there an error of this call alone, which it has been told to make?  The lock is held. */
static int told_to_fail(const char *call)
{
    static long calls;
    const char *text = getenv("SIMCUDA_FAIL");
    size_t n = strlen(call);
    int named = text && strncmp(text, call, n) == 0 && text[n] == ':';
    if (!named)
        return 0;
    const char *dash = strchr(text, '-');
    long from = atol(text + n + 1), to = dash ? atol(dash + 1) : from;
    if (++calls < from || (calls > to && strcmp(call, "function") != 0))
        return 0;
    return strcmp(call, "alloc") == 0 || strcmp(call, "host") == 0 || strcmp(call, "room") == 0
               ? DRIVER_OUT_OF_MEMORY
           : strcmp(call, "init") == 0     ? ERROR_NO_DEVICE
           : strcmp(call, "function") == 0 ? ERROR_NO_IMAGE
                                           : ERROR_LOST;
}

/* The error of a call for that device: the one it has been told to make, or because it is lost. */
static int fault_of(const char *call, int device)
{
    pthread_mutex_lock(&lock);
    int error = told_to_fail(call);
    if (error == ERROR_LOST)
        lost[device] = 1;
    else if (!error && lost[device])
        error = ERROR_LOST;
    pthread_mutex_unlock(&lock);
    return error;
}

/* The same of a call that works in the context of this thread. */
static int fault(const char *call)
{
    return current_device == NO_CONTEXT ? ERROR_NO_CONTEXT : fault_of(call, current_device);
}

/* ---- devices ---- */

int cuInit(unsigned flags)
{
    (void)flags;
    return fault_of("init", 0);
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
            : error == ERROR_NO_IMAGE   ? "no kernel image is available for execution on the device"
            : error == DRIVER_NOT_FOUND ? "named symbol not found"
                                        : "invalid argument";
    return 0;
}

int cuDeviceGetCount(int *n)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    *n = visible && !*visible ? 0 : (int)setting("SIMCUDA_DEVICES", 1);
    return fault_of("count", 0);
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
    return fault_of("retain", device);
}

int cuDevicePrimaryCtxRelease_v2(int device)
{
    (void)device;
    return 0;
}

int cuCtxSetCurrent(void *context)
{
    current_device = context ? (int)(uintptr_t)context - 1 : NO_CONTEXT;
    return 0;
}

int cuStreamCreate(void **stream, unsigned flags)
{
    int error = fault("stream");
    (void)flags;
    *stream = error ? NULL : streams_new(current_device);
    return error || *stream ? error : DRIVER_OUT_OF_MEMORY;
}

int cuStreamDestroy_v2(void *stream)
{
    streams_free(stream);
    return 0;
}

int cuStreamSynchronize(void *stream)
{
    int error = fault("wait");
    if (!error)
        streams_finish(stream);
    return error;
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
    if (device < 0)
        host_used += bytes;
    most_host_used = host_used > most_host_used ? host_used : most_host_used;
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
            *(a->device >= 0 ? &used[a->device] : &host_used) -= a->bytes;
            free((void *)(uintptr_t)a->p);
            free(a);
            error = 0;
            break;
        }
    pthread_mutex_unlock(&lock);
    return error;
}

/* Do the bytes lie within one allocation of that device? */
static int inside_of(uint64_t p, size_t bytes, int device)
{
    int found = 0;
    pthread_mutex_lock(&lock);
    for (struct allocation *a = allocations; a && !found; a = a->next)
        found = a->device == device && p >= a->p && p + bytes <= a->p + a->bytes;
    pthread_mutex_unlock(&lock);
    return found;
}

/* Of the current one? */
static int inside(uint64_t p, size_t bytes)
{
    return inside_of(p, bytes, current_device);
}

int cuMemGetInfo_v2(size_t *free_bytes, size_t *total)
{
    int error = fault("memory");
    if (error)
        return error;
    cuDeviceTotalMem_v2(total, current_device);
    pthread_mutex_lock(&lock);
    *free_bytes = *total > used[current_device] ? *total - used[current_device] : 0;
    pthread_mutex_unlock(&lock);
    return 0;
}

int cuMemAlloc_v2(uint64_t *p, size_t bytes)
{
    size_t total;
    void *memory = NULL;
    int error = fault("alloc");
    if (error || !bytes) /* as the driver has it */
        return error ? error : ERROR_INVALID;
    cuDeviceTotalMem_v2(&total, current_device);
    pthread_mutex_lock(&lock);
    int fits = bytes <= total && used[current_device] <= total - bytes;
    if (fits)
        used[current_device] += bytes;
    if (used[current_device] > most_used[current_device])
        most_used[current_device] = used[current_device];
    pthread_mutex_unlock(&lock);
    if (!fits)
        return DRIVER_OUT_OF_MEMORY;
    error = allocate(&memory, bytes, current_device);
    *p = (uint64_t)(uintptr_t)memory;
    return error;
}

/* Who frees or takes memory of a device waits for it. */
int cuMemFree_v2(uint64_t p)
{
    int error = fault("free");
    if (error)
        return error;
    streams_finish_device(current_device);
    return release(p);
}

int cuMemHostAlloc(void **p, size_t bytes, unsigned flags)
{
    int error = fault("host");
    (void)flags;
    return error ? error : bytes ? allocate(p, bytes, -1) : ERROR_INVALID;
}

int cuMemFreeHost(void *p)
{
    if (streams_use(p, 1)) {
        fprintf(stderr, "simulated device: host memory is freed while it is copied\n");
        abort();
    }
    return release((uint64_t)(uintptr_t)p);
}

static void copy(struct work *w)
{
    memcpy(w->to, w->from, w->bytes);
}

static void fill(struct work *w)
{
    memset(w->to, w->fill, w->bytes);
}

/* Sends work to a stream, for which `fault` says whether it may. */
static int send(struct stream *s, const struct work *w, int error)
{
    return error ? error : streams_add(s, w) ? DRIVER_OUT_OF_MEMORY : 0;
}

/* Copies to and from memory of the host that is not the driver's are done when these return: that
   from it could be done later, but is not. */
static int copy_now_or_later(struct stream *s, const struct work *w, const void *host,
                             size_t *of_others)
{
    int error = send(s, w, 0);
    if (error || inside_of((uint64_t)(uintptr_t)host, w->bytes, -1))
        return error;
    streams_finish(s);
    pthread_mutex_lock(&lock);
    *of_others += w->bytes;
    pthread_mutex_unlock(&lock);
    return 0;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream)
{
    const struct work w = {.run = copy, .to = (void *)(uintptr_t)to, .from = from, .bytes = bytes};
    int error = fault("up");
    if (error || !inside(to, bytes))
        return error ? error : ERROR_INVALID;
    return copy_now_or_later(stream, &w, from, &other_up);
}

int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream)
{
    const struct work w = {
        .run = copy, .to = to, .from = (const void *)(uintptr_t)from, .bytes = bytes};
    int error = fault("down");
    if (error || !inside(from, bytes))
        return error ? error : ERROR_INVALID;
    return copy_now_or_later(stream, &w, to, &other_down);
}

int cuMemsetD8Async(uint64_t p, unsigned char x, size_t bytes, void *stream)
{
    const struct work w = {.run = fill, .to = (void *)(uintptr_t)p, .bytes = bytes, .fill = x};
    int error = fault("zero");
    return send(stream, &w, error || inside(p, bytes) ? error : ERROR_INVALID);
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
    return *function ? fault("function") : DRIVER_NOT_FOUND;
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
    /* A worker finds there what others left, of other batches too. */
    for (int k = 0; k < SIMWARP_LANES; k++)
        memset(simwarp_window(w, k), 0x5a, bytes < POISON ? bytes : POISON);
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
    for (int k = 0; k < MAX_DEVICES && getenv("SIMWARP_STATS"); k++)
        if (most_used[k])
            fprintf(stderr, "simwarp: device %d: %zu bytes at once\n", k, most_used[k]);
    if (getenv("SIMWARP_STATS"))
        fprintf(stderr, "simwarp: host: %zu bytes at once; elsewhere %zu up, %zu down\n",
                most_host_used, other_up, other_down);
    if (getenv("SIMWARP_STATS"))
        fprintf(stderr,
                "simwarp: %llu launches, %llu jobs, %llu runs done, %llu left, %llu full, %llu of "
                "them done in larger arenas\n",
                (unsigned long long)launched.launches, (unsigned long long)launched.jobs,
                (unsigned long long)launched.done, (unsigned long long)launched.left,
                (unsigned long long)launched.full, (unsigned long long)launched.grown);
}

/* The kernel, on as many workers at once as there are threads. */
static void run_kernel(struct work *w)
{
    pthread_t threads[MAX_WARPS];
    struct worker workers[MAX_WARPS];
    struct device_batch *b = &w->batch;
    struct launch l = {b, w->function, w->blocks, w->threads, NULL};
    struct device_counters before = *b->counters;
    size_t n = setting("SIMCUDA_THREADS", 2), all = w->blocks * (size_t)w->threads / HOST_LANES;
    n = n > MAX_WARPS ? MAX_WARPS : n;
    n = n < all ? n : all;
#if defined(KERNEL_PTX)
    l.shared = malloc((size_t)w->blocks * PTX_SHARED_BYTES);
    if (!l.shared)
        abort();
    memset(l.shared, 0x5a, (size_t)w->blocks * PTX_SHARED_BYTES);
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
}

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                   unsigned bz, unsigned shared, void *stream, void **arguments, void **extra)
{
    const struct device_batch *b = arguments[0];
    const struct work w = {
        .run = run_kernel, .batch = *b, .function = function, .blocks = gx, .threads = bx};
    int error = fault("launch");
    error = error ? error : fault("room");
    (void)gy, (void)gz, (void)by, (void)bz, (void)shared, (void)extra;
    if (error || gx == 0 || bx == 0 || bx > DEVICE_THREADS || bx % WORKER_LANES ||
        !inside((uint64_t)(uintptr_t)b->memory, gx * (bx / WORKER_LANES) * b->worker_bytes))
        return error ? error : ERROR_INVALID;
    return send(stream, &w, 0);
}
