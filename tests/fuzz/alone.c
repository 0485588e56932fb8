/*
 * alone.c: runs a fuzz target without libFuzzer, so that every test run does, with any compiler:
 *
 *     fuzz_stream RUNS|SECONDSs [SEED_FILE...]
 *
 * First the seed files as they are, then RUNS inputs, or as many as fit into the time: a seed (or
 * nothing) changed in a few places.
 * The sequence of inputs depends on nothing else.  A target that finds something aborts.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIZE_MAX_INPUT = 1 << 16, SEEDS_MAX = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    uint8_t *data;
    size_t size;
} seeds[SEEDS_MAX];
static size_t n_seeds;
static uint64_t state = 1;

/* splitmix64 */
static uint64_t draw(uint64_t below)
{
    state += 0x9e3779b97f4a7c15u;
    uint64_t x = (state ^ state >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (x ^ x >> 31) % below;
}

static int load(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(SIZE_MAX_INPUT);
    if (!f || !data || n_seeds == SEEDS_MAX) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return -1;
    }
    seeds[n_seeds].size = fread(data, 1, SIZE_MAX_INPUT, f);
    seeds[n_seeds++].data = data;
    fclose(f);
    return 0;
}

/* Replaces `out` bytes at `at` by `in` bytes of other input (or random ones); the new size. */
static size_t splice(uint8_t *data, size_t size, size_t at, size_t out, const uint8_t *from, size_t in)
{
    if (size - out + in > SIZE_MAX_INPUT)
        return size;
    memmove(data + at + in, data + at + out, size - at - out);
    for (size_t k = 0; k < in; k++)
        data[at + k] = from ? from[k] : (uint8_t)draw(256);
    return size - out + in;
}

static size_t change(uint8_t *data, size_t size)
{
    static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, ' ', '\n', '"', '[', ']', '(', ')', ','};
    size_t at = draw(size + 1), left = size - at, n = left ? 1 + draw(left < 64 ? left : 64) : 0;
    switch (draw(6)) {
    case 0:
        return left ? (data[at] ^= (uint8_t)(1u << draw(8)), size) : size;
    case 1:
        return left ? (data[at] = odd[draw(sizeof odd)], size) : size;
    case 2:
        return splice(data, size, at, n, NULL, 0);
    case 3:
        return splice(data, size, at, 0, NULL, 1 + draw(8));
    case 4: {
        uint8_t copy[64];
        memcpy(copy, data + at, n);
        return splice(data, size, draw(size + 1), 0, copy, n);
    }
    default: {
        size_t k = n_seeds ? draw(n_seeds) : 0;
        if (!n_seeds || !seeds[k].size)
            return size;
        size_t from = draw(seeds[k].size), most = seeds[k].size - from;
        return splice(data, size, at, draw(left + 1), seeds[k].data + from, draw(most + 1));
    }
    }
}

/* One input of its own making. */
static void run_one(void)
{
    static uint8_t data[SIZE_MAX_INPUT];
    size_t k = draw(n_seeds + 1), size = k < n_seeds ? seeds[k].size : 1 + draw(200);
    for (size_t j = 0; j < size; j++)
        data[j] = k < n_seeds ? seeds[k].data[j] : (uint8_t)draw(256);
    for (uint64_t n = 1 + draw(8); n > 0; n--)
        size = change(data, size);
    LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
    char *end = NULL;
    long much = argc > 1 ? strtol(argv[1], &end, 10) : 1000, runs = 0;
    bool timed = end && *end == 's';
    time_t begin = time(NULL);
    for (int k = 2; k < argc; k++)
        if (load(argv[k]))
            return 2;
    for (size_t k = 0; k < n_seeds; k++)
        LLVMFuzzerTestOneInput(seeds[k].data, seeds[k].size);
    for (; timed ? time(NULL) - begin < much : runs < much; runs++)
        run_one();
    for (size_t k = 0; k < n_seeds; k++)
        free(seeds[k].data);
    printf("%ld inputs\n1 passed, 0 failed\n", runs);
    return 0;
}
