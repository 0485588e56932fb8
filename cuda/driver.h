/*
 * The CUDA driver, as far as batt uses it: a table of its functions, found at run time, so that one
 * binary runs with a driver and without.  BATT_CUDA_DRIVER in the environment names another library
 * than libcuda.so.1: tests put a simulated device there.
 */
#ifndef CUDA_DRIVER_H
#define CUDA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

enum { DRIVER_OUT_OF_MEMORY = 2, DRIVER_NOT_FOUND = 500 };

/* All return 0 or an error; handles are pointers, devices ints, device memory 64-bit addresses. */
/* clang-format off */
#define DRIVER_CALLS(CALL)                                                                         \
    CALL(init, "cuInit", (unsigned flags))                                                         \
    CALL(version, "cuDriverGetVersion", (int *version))                                            \
    CALL(error_text, "cuGetErrorString", (int error, const char **text))                           \
    CALL(count, "cuDeviceGetCount", (int *n))                                                      \
    CALL(device, "cuDeviceGet", (int *device, int ordinal))                                        \
    CALL(name, "cuDeviceGetName", (char *name, int size, int device))                              \
    CALL(attribute, "cuDeviceGetAttribute", (int *value, int attribute, int device))               \
    CALL(total, "cuDeviceTotalMem_v2", (size_t *bytes, int device))                                \
    CALL(set_flags, "cuDevicePrimaryCtxSetFlags_v2", (int device, unsigned flags))                 \
    CALL(retain, "cuDevicePrimaryCtxRetain", (void **context, int device))                         \
    CALL(release, "cuDevicePrimaryCtxRelease_v2", (int device))                                    \
    CALL(current, "cuCtxSetCurrent", (void *context))                                              \
    CALL(memory, "cuMemGetInfo_v2", (size_t *free, size_t *total))                                 \
    CALL(alloc, "cuMemAlloc_v2", (uint64_t *p, size_t bytes))                                      \
    CALL(free, "cuMemFree_v2", (uint64_t p))                                                       \
    CALL(host_alloc, "cuMemHostAlloc", (void **p, size_t bytes, unsigned flags))                   \
    CALL(host_free, "cuMemFreeHost", (void *p))                                                    \
    CALL(stream_new, "cuStreamCreate", (void **stream, unsigned flags))                            \
    CALL(stream_free, "cuStreamDestroy_v2", (void *stream))                                        \
    CALL(wait, "cuStreamSynchronize", (void *stream))                                              \
    CALL(up, "cuMemcpyHtoDAsync_v2", (uint64_t to, const void *from, size_t bytes, void *stream))  \
    CALL(down, "cuMemcpyDtoHAsync_v2", (void *to, uint64_t from, size_t bytes, void *stream))      \
    CALL(zero, "cuMemsetD8Async", (uint64_t p, unsigned char x, size_t bytes, void *stream))       \
    CALL(load, "cuModuleLoadData", (void **module, const void *image))                             \
    CALL(unload, "cuModuleUnload", (void *module))                                                 \
    CALL(function, "cuModuleGetFunction", (void **function, void *module, const char *name))       \
    CALL(launch, "cuLaunchKernel", (void *function, unsigned gx, unsigned gy, unsigned gz,         \
         unsigned bx, unsigned by, unsigned bz, unsigned shared, void *stream, void **arguments,   \
         void **extra))
/* clang-format on */

/* Of a context: who waits for the device sleeps, instead of asking all the time. */
enum { DRIVER_SLEEP = 4 };

/* Attributes of a device, by their numbers. */
enum { DRIVER_MULTIPROCESSORS = 16, DRIVER_MAJOR = 75, DRIVER_MINOR = 76 };

struct driver {
#define DRIVER_MEMBER(name, symbol, arguments) int(*name) arguments;
    DRIVER_CALLS(DRIVER_MEMBER)
#undef DRIVER_MEMBER
};

/* The driver, loaded and initialised once; NULL and the reason if there is none. */
const struct driver *driver_open(const char **why);

/* Does the environment name the driver?  Such a library brings a kernel of its own. */
int driver_is_named(void);

/* What an error of the driver's means. */
const char *driver_reason(const struct driver *cu, int error);

#endif
