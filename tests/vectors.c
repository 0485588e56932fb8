/*
 * vectors FILE.jsonl...: runs files of {"program", "I", and "value" or "error"}.
 *
 * A value must be the same canonical text; an expected error is met by any error or limit.  Each
 * mismatch is printed; the last line is "N passed, N failed".  --time also reads "python_us" and
 * prints how many times faster the engine is: each program alone, from the loaded grid to the
 * value, the best of several batches.  BATT_ENGINE chooses the variant.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"

enum { TIMED_BATCHES = 5 };

static struct harness h;
static long passed, failed;
static int timed;
static struct {
    double log_sum, python, native;
    long n;
} speed;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void mismatch(const char *file, long line, const char *program, const char *want,
                     const char *got)
{
    failed++;
    printf("%s:%ld: expected %.300s\n  got %.300s\n%s\n", file, line, want, got, program);
}

/* Microseconds of one run: the best mean of a few batches that last long enough to be read. */
static double time_run(void)
{
    struct run_result r;
    double best = 1e30;
    for (int batch = 0; batch < TIMED_BATCHES; batch++) {
        long n = 0;
        double begin = now(), end;
        do {
            for (int k = 0; k < 8; k++, n++)
                h.engine->run(h.vm, &h.run, &r);
            end = now();
        } while (end - begin < 20);
        if ((end - begin) / (double)n < best)
            best = (end - begin) / (double)n;
    }
    return best;
}

static void measure(double python_us, const char *file, long line)
{
    double us = time_run(), ratio = python_us / us;
    speed.log_sum += log(ratio);
    speed.python += python_us;
    speed.native += us;
    speed.n++;
    if (ratio < 20)
        printf("slow: %s:%ld: %.2f us, Python %.1f us, %.0f times\n", file, line, us, python_us,
               ratio);
}

static void judge(const char *file, long line, const json_t *v)
{
    const char *program = json_string_value(json_object_get(v, "program"));
    const char *want = json_string_value(json_object_get(v, "value"));
    char *got;
    struct run_result r = harness_run(&h, &got);
    int as_wanted = want ? got && strcmp(want, got) == 0
                         : r.outcome == OUTCOME_ERROR || r.outcome == OUTCOME_LIMIT;
    if (as_wanted)
        passed++;
    else
        mismatch(file, line, program, want ? want : "an error",
                 got ? got : engine_error_name(r.error));
    free(got);
}

static void run_vector(const char *file, long line, const json_t *v)
{
    const char *program = json_string_value(json_object_get(v, "program"));
    const json_t *python = json_object_get(v, "python_us");
    const char *why = program ? harness_load(&h, program) : "no program";
    if (!why)
        why = harness_grid(&h, json_object_get(v, "I"));
    if (why) {
        mismatch(file, line, program ? program : "", "a vector", why);
        return;
    }
    judge(file, line, v);
    if (timed && json_is_number(python))
        measure(json_number_value(python), file, line);
}

static void run_file(const char *file)
{
    FILE *f = fopen(file, "r");
    char *text = NULL;
    size_t cap = 0;
    ssize_t len;
    if (!f) {
        printf("%s: cannot be read\n", file);
        failed++;
        return;
    }
    for (long line = 1; (len = getline(&text, &cap, f)) >= 0; line++) {
        json_error_t why;
        json_t *v = json_loadb(text, (size_t)len, 0, &why);
        if (v)
            run_vector(file, line, v);
        else
            mismatch(file, line, "", "JSON", why.text);
        json_decref(v);
    }
    free(text);
    fclose(f);
}

int main(int argc, char **argv)
{
    const struct engine *engine = engine_choose();
    if (!engine || harness_open(&h, engine, HARNESS_FUEL)) {
        printf("no such engine, or out of memory\n0 passed, 1 failed\n");
        return 1;
    }
    for (int k = 1; k < argc; k++) {
        if (strcmp(argv[k], "--time") == 0)
            timed = 1;
        else
            run_file(argv[k]);
    }
    if (timed && speed.n)
        printf("%s: %ld programs, %.1f times Python in the geometric mean, %.1f in total "
               "(%.2f us a run)\n",
               engine->name, speed.n, exp(speed.log_sum / (double)speed.n),
               speed.python / speed.native, speed.native / (double)speed.n);
    printf("%ld passed, %ld failed\n", passed, failed);
    harness_close(&h);
    return failed != 0;
}
