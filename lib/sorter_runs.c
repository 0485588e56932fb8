/* Runs read and merged; see sorter.h. */
#include "sorter_private.h"

#include <errno.h>
#include <string.h>

/* ---- one run ---- */

/* Reads on, behind what is left in the slot, which is less than a page. 0, or -1 with errno. */
static int fill(struct sorter *s, struct sorter_input *in)
{
    size_t left = in->to - in->from;
    size_t n = s->room - SORTER_PAGE;
    if (in->end - in->at < n)
        n = (size_t)(in->end - in->at + SORTER_PAGE - 1) / SORTER_PAGE * SORTER_PAGE;
    memmove(in->slot + SORTER_PAGE - left, in->slot + in->from, left);
    in->from = SORTER_PAGE - left;
    if (sorter_load(s, in->slot + SORTER_PAGE, n, in->at))
        return -1;
    uint64_t rest = in->end - in->at;
    in->to = SORTER_PAGE + (rest < n ? (size_t)rest : n);
    in->at += rest < n ? rest : n;
    return 0;
}

/* To the next record of the run: its head and its key are in the slot then. 0, or -1 with errno. */
static int advance(struct sorter *s, struct sorter_input *in)
{
    in->key = NULL;
    if (in->to == in->from && in->at == in->end)
        return 0;
    if (in->to - in->from < sizeof in->head + SORTER_KEY_BYTES && in->at < in->end && fill(s, in))
        return -1;
    size_t left = in->to - in->from;
    if (left >= sizeof in->head)
        memcpy(&in->head, in->slot + in->from, sizeof in->head);
    if (left < sizeof in->head || in->head.key_size > left - sizeof in->head) {
        errno = EIO; /* the file is not what was written */
        return -1;
    }
    in->key = in->slot + in->from + sizeof in->head;
    in->from += sizeof in->head + in->head.key_size;
    return 0;
}

/* Takes the record at hand: its key and its data stand behind each other, in the slot or, when the
 * slot must be filled again for them, in `large`. NULL with errno. */
static const uint8_t *take(struct sorter *s, struct sorter_input *in)
{
    size_t done = in->head.key_size, n = done + in->head.size;
    if (in->to - in->from >= in->head.size) {
        in->from += in->head.size;
        return in->key;
    }
    if (sorter_room(&s->large, &s->large_size, n))
        return NULL;
    memcpy(s->large, in->key, done);
    while (done < n) {
        if (in->from == in->to && in->at == in->end) {
            errno = EIO;
            return NULL;
        }
        if (in->from == in->to && fill(s, in))
            return NULL;
        size_t now = in->to - in->from < n - done ? in->to - in->from : n - done;
        memcpy(s->large + done, in->slot + in->from, now);
        in->from += now;
        done += now;
    }
    return s->large;
}

/* ---- several ---- */

/* Is the record of input a before that of b? */
static bool before(const struct sorter *s, unsigned a, unsigned b)
{
    const struct sorter_input *x = &s->inputs[a], *y = &s->inputs[b];
    uint32_t n = x->head.key_size < y->head.key_size ? x->head.key_size : y->head.key_size;
    int sign = memcmp(x->key, y->key, n);
    if (sign || x->head.key_size != y->head.key_size)
        return sign ? sign < 0 : x->head.key_size < y->head.key_size;
    return a < b;
}

/* Moves the heap's first to where it belongs. */
static void sift(struct sorter *s)
{
    unsigned k = 0, child, mine = s->heap[0];
    while ((child = 2 * k + 1) < s->n_heap) {
        child += child + 1 < s->n_heap && before(s, s->heap[child + 1], s->heap[child]);
        if (before(s, mine, s->heap[child]))
            break;
        s->heap[k] = s->heap[child];
        k = child;
    }
    s->heap[k] = mine;
}

/* Puts an input into the heap, whose others are before it in order of runs. */
static void enter(struct sorter *s, unsigned input)
{
    unsigned k = s->n_heap++;
    while (k && before(s, input, s->heap[(k - 1) / 2])) {
        s->heap[k] = s->heap[(k - 1) / 2];
        k = (k - 1) / 2;
    }
    s->heap[k] = input;
}

int sorter_merge(struct sorter *s, size_t n)
{
    s->n_heap = 0;
    s->any = false;
    for (unsigned k = 0; k < n; k++) {
        const struct sorter_run *run = &s->runs[s->n_runs - n + k];
        struct sorter_input *in = &s->inputs[k];
        *in =
            (struct sorter_input){.slot = s->memory + k * s->room, .at = run->at, .end = run->end};
        if (advance(s, in))
            return -1;
        enter(s, k); /* a run has a record */
    }
    return 0;
}

int sorter_merge_next(struct sorter *s, struct sorter_record *r)
{
    if (s->any) {
        struct sorter_input *last = &s->inputs[s->heap[0]];
        if (advance(s, last))
            return -1;
        if (!last->key)
            s->heap[0] = s->heap[--s->n_heap];
        sift(s);
    }
    s->any = s->n_heap;
    if (!s->n_heap)
        return 0;
    struct sorter_input *in = &s->inputs[s->heap[0]];
    uint64_t at = in->at - (in->to - in->from) - sizeof in->head - in->head.key_size;
    r->place = (struct sorter_place){at, in->head.key_size, in->head.size};
    r->key = take(s, in);
    r->data = r->key ? r->key + in->head.key_size : NULL;
    return r->key ? 1 : -1;
}

/* The last n runs become one of a level. 0, or -1 with errno. */
static int merge_last(struct sorter *s, size_t n, unsigned level)
{
    struct sorter_run made = {s->end, 0, level};
    struct sorter_record r;
    int got = sorter_merge(s, n);
    while (!got && (got = sorter_merge_next(s, &r)) > 0) {
        struct sorter_head head = {r.place.key_size, r.place.size};
        got = sorter_write(s, &head, sizeof head) || sorter_write(s, r.key, head.key_size) ||
                      sorter_write(s, r.data, head.size)
                  ? -1
                  : 0;
    }
    made.end = s->end + s->n_out;
    if (got || sorter_write_end(s))
        return -1;
    for (size_t k = 0; k < n; k++)
        sorter_drop(s, s->runs[--s->n_runs]);
    s->runs[s->n_runs++] = made;
    return 0;
}

int sorter_merge_runs(struct sorter *s, bool all)
{
    for (;;) {
        size_t n = 0;
        if (all && s->n_runs <= SORTER_RUNS)
            return 0;
        while (n < SORTER_RUNS && n < s->n_runs &&
               s->runs[s->n_runs - 1 - n].level == s->runs[s->n_runs - 1].level)
            n++;
        size_t over = s->n_runs < SORTER_RUNS ? 0 : s->n_runs - SORTER_RUNS + 1;
        if (n < SORTER_RUNS && !all)
            return 0;
        if (n < SORTER_RUNS)
            n = over < SORTER_RUNS ? over : SORTER_RUNS;
        if (merge_last(s, n, s->runs[s->n_runs - n].level + 1))
            return -1;
    }
}
