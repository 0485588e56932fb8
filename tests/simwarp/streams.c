/* See streams.h. */
#define ROWS_DIALECT ROWS_REF
#include "streams.h"

#include <pthread.h>
#include <stdlib.h>

struct stream {
    pthread_mutex_t lock; /* of its work; held while it is done */
    int device;
    struct work *first, **end;
    struct stream *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list */
static struct stream *streams;

struct stream *streams_new(int device)
{
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    pthread_mutex_init(&s->lock, NULL);
    s->device = device;
    s->end = &s->first;
    pthread_mutex_lock(&lock);
    s->next = streams;
    streams = s;
    pthread_mutex_unlock(&lock);
    return s;
}

/* Takes the first work out of the stream; its lock is held. */
static struct work *take(struct stream *s)
{
    struct work *w = s->first;
    if (w && !(s->first = w->next))
        s->end = &s->first;
    return w;
}

void streams_free(struct stream *s)
{
    struct stream **at = &streams;
    struct work *w;
    pthread_mutex_lock(&lock);
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    pthread_mutex_unlock(&lock);
    while ((w = take(s)))
        free(w);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

int streams_add(struct stream *s, const struct work *work)
{
    struct work *w = malloc(sizeof *w);
    if (!w)
        return -1;
    *w = *work;
    w->next = NULL;
    pthread_mutex_lock(&s->lock);
    *s->end = w;
    s->end = &w->next;
    pthread_mutex_unlock(&s->lock);
    return 0;
}

void streams_finish(struct stream *s)
{
    struct work *w;
    pthread_mutex_lock(&s->lock);
    while ((w = take(s))) {
        w->run(w);
        free(w);
    }
    pthread_mutex_unlock(&s->lock);
}

void streams_finish_device(int device)
{
    pthread_mutex_lock(&lock);
    for (struct stream *s = streams; s; s = s->next)
        if (s->device == device)
            streams_finish(s);
    pthread_mutex_unlock(&lock);
}

static int touches(const void *at, size_t bytes, const void *p, size_t n)
{
    uintptr_t a = (uintptr_t)at, b = (uintptr_t)p;
    return at && a < b + n && b < a + bytes;
}

int streams_use(const void *p, size_t bytes)
{
    int found = 0;
    pthread_mutex_lock(&lock);
    for (struct stream *s = streams; s && !found; s = s->next) {
        pthread_mutex_lock(&s->lock);
        for (const struct work *w = s->first; w && !found; w = w->next)
            found = touches(w->to, w->bytes, p, bytes) || touches(w->from, w->bytes, p, bytes);
        pthread_mutex_unlock(&s->lock);
    }
    pthread_mutex_unlock(&lock);
    return found;
}
