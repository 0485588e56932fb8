/*
 * simwarp_test.c: the simulated warp judges as it says.  Each case runs a small kernel in a process
 * of its own and looks for its result, or for the message the simulator has to end with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../cuda/warp.h"
#include "../simwarp/simwarp.h"

struct memory {
    uint32_t shared[64];
    uint32_t answer;
};

/* ---- kernels that keep the rules ---- */

static void exchange(void *x, void *window)
{
    struct memory *m = window;
    uint32_t lane = (uint32_t)warp_lane(), bad = 0;
    (void)x;
    bad |= warp_shfl(WARP_ALL, lane, 5) != 5;
    bad |= warp_shfl_xor(WARP_ALL, lane, 9) != (lane ^ 9);
    bad |= warp_shfl_up1(WARP_ALL, lane) != (lane ? lane - 1 : 0);
    bad |= warp_shfl_down1(WARP_ALL, lane) != (lane < 31 ? lane + 1 : 31);
    bad |= warp_ballot(WARP_ALL, lane % 3 == 0) != 0x49249249;
    bad |= warp_any(WARP_ALL, lane == 31) != 1 || warp_any(WARP_ALL, lane == 32) != 0;
    bad |= warp_add(WARP_ALL, lane) != 496 || warp_or(WARP_ALL, 1u << lane) != WARP_ALL;
    m->answer = warp_any(WARP_ALL, bad) ? 0 : 1;
}

/* What one lane puts, all read after they have met; what all write alike counts once. */
static void share(void *x, void *window)
{
    struct memory *m = window;
    int lane = warp_lane();
    (void)x;
    for (int k = 0; k < 100; k++)
        m->shared[32]++;
    warp_put((any_word *)&m->shared[31 - lane], (uint32_t)lane);
    uint32_t early = lane != 31 && m->shared[0] == 31; /* must not have arrived yet */
    warp_sync(WARP_ALL);
    uint32_t sum = 0;
    for (int k = 0; k < 32; k++)
        sum += m->shared[k] * (uint32_t)(k + 1);
    m->answer = !warp_any(WARP_ALL, early) && sum == 5456 && m->shared[32] == 100;
}

/* ---- kernels that break them ---- */

static void leave(void *x, void *window)
{
    (void)x, (void)window;
    if (warp_lane() == 7)
        return;
    warp_sync(WARP_ALL);
}

static void part(void *x, void *window)
{
    (void)x, (void)window;
    if (warp_lane() < 3)
        (void)warp_ballot(WARP_ALL, 1);
    else
        warp_sync(WARP_ALL);
}

static void part_alike(void *x, void *window)
{
    (void)x, (void)window;
    if (warp_lane() < 3)
        warp_sync(WARP_ALL);
    else
        warp_sync(WARP_ALL);
}

static void lie(void *x, void *window)
{
    (void)x, (void)window;
    warp_sync(warp_lane() == 9 ? 0xffffu : WARP_ALL);
}

static void half(void *x, void *window)
{
    (void)x, (void)window;
    (void)warp_any(0xffffu, 1);
}

static void ask(void *x, void *window)
{
    (void)x, (void)window;
    (void)warp_shfl(WARP_ALL, 1, warp_lane() == 4 ? 3 : 0);
}

static void keep_local(void *x, void *window)
{
    uint32_t local[32];
    (void)x, (void)window;
    warp_put((any_word *)&local[warp_lane()], 1);
    warp_sync(WARP_ALL);
}

static void collide(void *x, void *window)
{
    struct memory *m = window;
    (void)x;
    warp_put((any_word *)&m->shared[0], (uint32_t)warp_lane() / 31);
    warp_sync(WARP_ALL);
}

static void diverge(void *x, void *window)
{
    struct memory *m = window;
    (void)x;
    m->answer = warp_lane() == 12;
}

/* A loop that one lane runs once more than the others. */
static void linger(void *x, void *window)
{
    (void)x, (void)window;
    for (int k = 0; k < 3 + (warp_lane() == 20); k++)
        (void)warp_any(WARP_ALL, 0);
}

/* ---- the judge ---- */

static long passed, failed;

static void run(void (*kernel)(void *x, void *window))
{
    struct simwarp *w = simwarp_new(sizeof(struct memory));
    if (!w)
        exit(3);
    for (int times = 0; times < 2; times++) { /* the second run begins in reverse order */
        memset(simwarp_window(w, 0), 0, sizeof(struct memory));
        for (int k = 1; k < SIMWARP_LANES; k++)
            memset(simwarp_window(w, k), 0, sizeof(struct memory));
        simwarp_run(w, kernel, NULL);
        simwarp_compare(w, "memory", 0, sizeof(struct memory));
        if (!((struct memory *)simwarp_window(w, 0))->answer)
            exit(4);
    }
    simwarp_free(w);
}

/* Runs the kernel in a process of its own; `want` is part of its last words, "" if it must not
 * fail. */
static void expect(const char *name, void (*kernel)(void *x, void *window), const char *want)
{
    char text[4096] = "";
    int pipes[2], status = 0;
    ssize_t n = 0, got;
    fflush(stdout);
    if (pipe(pipes))
        exit(2);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 2);
        close(pipes[0]);
        run(kernel);
        _exit(0);
    }
    close(pipes[1]);
    while (n < (ssize_t)sizeof text - 1 &&
           (got = read(pipes[0], text + n, sizeof text - 1 - (size_t)n)) > 0)
        n += got;
    close(pipes[0]);
    text[n] = 0;
    waitpid(child, &status, 0);
    int good = *want ? !(WIFEXITED(status) && WEXITSTATUS(status) == 0) && strstr(text, want)
                     : WIFEXITED(status) && WEXITSTATUS(status) == 0;
    passed += good;
    failed += !good;
    if (!good)
        printf("%s: expected \"%s\", got status %d, \"%s\"\n", name, want, status, text);
}

int main(void)
{
    expect("exchange", exchange, "");
    expect("share", share, "");
    expect("leave", leave, "lane 7 left while lane 0 waits at sync");
    expect("part", part, "lane 0 at ballot");
    expect("part_alike", part_alike, "lanes meet at different places");
    expect("lie", lie, "lane 9 names the lanes 0xffff at sync");
    expect("half", half, "lane 0 names the lanes 0xffff at any");
    expect("ask", ask, "lane 0 asks for 0, lane 4 for 3");
    expect("keep_local", keep_local, "outside the memory of the run");
    expect("collide", collide, "another lane puts");
    expect("diverge", diverge, "lane 12 differs from lane 0");
    expect("linger", linger, "lane 0 left while lane 20 waits at any");
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0;
}
