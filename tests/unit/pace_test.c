/* pace_test.c: whether a batch is worth its way to a device. */
#include "../../lib/pace.h"

#include <stdio.h>

static long n_passed, n_failed;

static void check(int good, const char *what)
{
    n_passed += good;
    n_failed += !good;
    if (!good)
        printf("%s\n", what);
}

int main(void)
{
    struct pace cpu = {0, 0};
    struct pace_device device = {0}, slow = {0};
    check(!pace_worth(&cpu, &device, 1, 0), "nothing is not worth it");
    check(!pace_worth(&cpu, &device, 1, 2), "unmeasured: a few rows");
    check(pace_worth(&cpu, &device, 1, 10000), "unmeasured: many rows");
    check(!pace_worth(&cpu, &device, 1000, 10000), "unmeasured: many rows for very many threads");
    pace_cpu(&cpu, 10000000, 1000); /* 10 us a row */
    pace_batch(&device, 1000000);   /* 1 ms a batch */
    check(!pace_worth(&cpu, &device, 1, 99), "the thread is through before the device");
    check(pace_worth(&cpu, &device, 1, 101), "the device is back before the thread is through");
    check(!pace_worth(&cpu, &device, 4, 399) && pace_worth(&cpu, &device, 4, 401), "four threads");
    for (int k = 0; k < 100; k++)
        pace_cpu(&cpu, 100000000, 100000); /* 1 us a row from now on */
    check(!pace_worth(&cpu, &device, 1, 900) && pace_worth(&cpu, &device, 1, 1100),
          "what was long ago fades");
    pace_batch(&slow, 1000000000);
    int jobs = 0;
    for (; !pace_worth(&cpu, &slow, 1, 100000) && jobs < 1000; jobs++)
        pace_refused(&slow);
    check(jobs > 10 && jobs < 30, "a device that was slow once is tried again, not at once");
    printf("%ld passed, %ld failed\n", n_passed, n_failed);
    return n_failed != 0;
}
