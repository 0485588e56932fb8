/* See workers.h. */
#include "workers.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_PER_THREAD = 16 };

struct workers {
    int n;
    pthread_t *threads; /* n - 1 */
    int n_started;
    pthread_mutex_t lock;
    pthread_cond_t wake;  /* for threads: units to take */
    pthread_cond_t ready; /* for the caller: a unit is done */
    int quit;
    /* the run at hand */
    size_t n_units, next, emitted, window;
    uint8_t *done; /* ring of window flags */
    int busy, stop;
    int (*work)(void *x, int thread, size_t unit);
    void *x;
};

struct starter {
    struct workers *w;
    int number;
};

static int may_take(const struct workers *w)
{
    return !w->stop && w->next < w->n_units && w->next < w->emitted + w->window;
}

/* Takes a unit, works on it and marks it; the lock is held before and after. */
static void take(struct workers *w, int thread)
{
    size_t unit = w->next++;
    w->busy++;
    pthread_mutex_unlock(&w->lock);
    int status = w->work(w->x, thread, unit);
    pthread_mutex_lock(&w->lock);
    w->busy--;
    w->done[unit % w->window] = 1;
    if (status && !w->stop)
        w->stop = status;
    pthread_cond_signal(&w->ready);
}

static void *run_thread(void *arg)
{
    struct starter s = *(struct starter *)arg;
    struct workers *w = s.w;
    free(arg);
    pthread_mutex_lock(&w->lock);
    while (!w->quit) {
        if (may_take(w))
            take(w, s.number);
        else
            pthread_cond_wait(&w->wake, &w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct workers *workers_new(int n)
{
    struct workers *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->n = n;
    w->window = (size_t)n * WINDOW_PER_THREAD;
    w->done = malloc(w->window);
    w->threads = calloc((size_t)n, sizeof *w->threads);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    pthread_cond_init(&w->ready, NULL);
    for (int k = 1; k < n && w->done && w->threads; k++) {
        struct starter *s = malloc(sizeof *s);
        if (!s)
            break;
        s->w = w;
        s->number = k;
        if (pthread_create(&w->threads[w->n_started], NULL, run_thread, s) != 0) {
            free(s);
            break;
        }
        w->n_started++;
    }
    if (w->done && w->threads && w->n_started == n - 1)
        return w;
    workers_free(w);
    return NULL;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->quit = 1;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    for (int k = 0; k < w->n_started; k++)
        pthread_join(w->threads[k], NULL);
    pthread_cond_destroy(&w->wake);
    pthread_cond_destroy(&w->ready);
    pthread_mutex_destroy(&w->lock);
    free(w->threads);
    free(w->done);
    free(w);
}

int workers_count(const struct workers *w)
{
    return w->n;
}

static int emit_next(struct workers *w, int (*emit)(void *x, size_t unit))
{
    size_t unit = w->emitted;
    int status = 0;
    w->done[unit % w->window] = 0;
    if (emit) {
        pthread_mutex_unlock(&w->lock);
        status = emit(w->x, unit);
        pthread_mutex_lock(&w->lock);
    }
    w->emitted++;
    pthread_cond_broadcast(&w->wake);
    return status;
}

int workers_run(struct workers *w, size_t n, int (*work)(void *x, int thread, size_t unit),
                int (*emit)(void *x, size_t unit), void *x)
{
    pthread_mutex_lock(&w->lock);
    w->n_units = n;
    w->next = w->emitted = 0;
    w->stop = 0;
    w->work = work;
    w->x = x;
    memset(w->done, 0, w->window);
    pthread_cond_broadcast(&w->wake);
    while (w->emitted < n && !w->stop) {
        int status = 0;
        if (w->emitted < w->next && w->done[w->emitted % w->window])
            status = emit_next(w, emit);
        else if (may_take(w))
            take(w, 0);
        else
            pthread_cond_wait(&w->ready, &w->lock);
        if (status)
            w->stop = status;
    }
    while (w->busy)
        pthread_cond_wait(&w->ready, &w->lock);
    int status = w->stop;
    w->n_units = 0;
    pthread_mutex_unlock(&w->lock);
    return status;
}
