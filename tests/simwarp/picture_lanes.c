/* picture_test on a simulated warp.  FILE is picture_lane.c as a shared object. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../cuda/warp.h"
#include "simwarp.h"

static struct {
    void *object;
    int (*run)(void *window);
    int status;
} lanes[SIMWARP_LANES];

static void give_up(const char *what)
{
    printf("picture_lanes: %s\n0 passed, 1 failed\n", what);
    exit(1);
}

/* A copy of a file beside which the loader finds no other copy. */
static void copy(const char *from, const char *to)
{
    char block[1 << 16];
    size_t n;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    if (!in || !out)
        give_up(from);
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        fwrite(block, 1, n, out);
    fclose(in);
    if (fclose(out))
        give_up(to);
}

static size_t load(int lane, const char *file, const char *folder)
{
    char path[128];
    size_t (*bytes)(void);
    snprintf(path, sizeof path, "%s/lane%d.so", folder, lane);
    copy(file, path);
    lanes[lane].object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    unlink(path);
    if (!lanes[lane].object)
        give_up(dlerror());
    *(void **)&lanes[lane].run = dlsym(lanes[lane].object, "lane_main");
    *(void **)&bytes = dlsym(lanes[lane].object, "lane_bytes");
    return bytes();
}

static void run_lane(void *x, void *window)
{
    int lane = warp_lane();
    (void)x;
    lanes[lane].status = lanes[lane].run(window);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/picture-lanes-XXXXXX";
    size_t bytes = 0;
    if (argc != 2 || !mkdtemp(folder))
        give_up("usage: picture_lanes FILE");
    for (int k = 0; k < SIMWARP_LANES; k++)
        bytes = load(k, argv[1], folder);
    rmdir(folder);
    struct simwarp *w = simwarp_new(bytes);
    if (!w)
        give_up("out of memory");
    simwarp_run(w, run_lane, NULL);
    simwarp_free(w);
    for (int k = 1; k < SIMWARP_LANES; k++)
        if (lanes[k].status != lanes[0].status)
            give_up("lanes differ in what they found");
    return lanes[0].status;
}
