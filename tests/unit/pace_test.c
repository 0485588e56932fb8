/* pace_test.c: how much of the work is a device's. */
#include "../../lib/pace.h"
#include "check.h"

int main(void)
{
    struct pace cpu = {0, 0};
    struct pace_device device = {0, 0}, slow = {0, 0};
    check(pace_share(&cpu, &device, 1, 0, 0) == 0, "of nothing nothing");
    check(pace_share(&cpu, &device, 1, 0, 2) == 0, "unmeasured: not a few rows");
    check(pace_share(&cpu, &device, 1, 0, 1000) == 1000, "unmeasured: all of some rows");
    check(pace_share(&cpu, &device, 1, 0, 1000000) < 10000, "unmeasured: not all of many");
    check(pace_share(&cpu, &device, 1000, 0, 10000) == 0, "unmeasured: very many threads");
    pace_cpu(&cpu, 10000000, 1000);     /* 10 us a row */
    pace_batch(&device, 1000000, 1000); /* 1 ms a batch, 1 us a row */
    check(pace_share(&cpu, &device, 1, 0, 99) == 0, "the thread is through before the device");
    check(pace_share(&cpu, &device, 1, 0, 110) == 100, "ten elevenths for ten times the speed");
    check(pace_share(&cpu, &device, 10, 0, 2000) == 1000, "half for as fast as the threads");
    check(pace_share(&cpu, &device, 10, 0.002, 4000) == 1000, "a quarter beside such devices");
    check(pace_share(&cpu, &device, 4, 0, 399) == 0 && pace_share(&cpu, &device, 4, 0, 401) > 0,
          "four threads");
    pace_batch(&device, 10000000, 20000);
    check(pace_share(&cpu, &device, 1, 0, 1050) == 1000, "large batches go faster");
    pace_batch(&device, 2000000, 10);
    check(pace_share(&cpu, &device, 1, 0, 10000) > 9000, "a small one says little of the speed");
    for (int k = 0; k < 100; k++)
        pace_cpu(&cpu, 100000000, 100000); /* 1 us a row from now on */
    check(pace_share(&cpu, &device, 1, 0, 1000) == 0 && pace_share(&cpu, &device, 1, 0, 3000) > 0,
          "what was long ago fades");
    pace_batch(&slow, 1000000000, 1000);
    int jobs = 0;
    for (; !pace_share(&cpu, &slow, 1, 0, 100000) && jobs < 1000; jobs++)
        pace_refused(&slow);
    check(jobs > 10 && jobs < 30, "a device that was slow once is tried again, not at once");
    check(pace_share(&cpu, &slow, 1, 0, 100000) < 1000, "and with little");
    return check_end();
}
