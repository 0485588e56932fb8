/*
 * twice_test.c: what came twice, held in few places and in many, against a table of all; and the
 * rules of batt-check, batt-score and batt-pack that use it, which must say the same wherever it
 * was found.
 */
#include "../../lib/check.h"
#include "../../lib/pack_private.h"
#include "../../lib/score_private.h"
#include "../../lib/submission.h"
#include "stream_help.h"

#include <errno.h>

static uint64_t state = 1;

static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

/* ---- twice.c ---- */

static uint64_t hash_of(uint32_t thing)
{
    /* Every bit counts, and 0 is a hash that a table cannot hold as it is. */
    return thing & 1 ? thing * 0x9e3779b97f4a7c15u : thing;
}

/* Adds n things of so many kinds, all at once if there are more kinds than things. Each that comes
 * again must be told once, with the time before. */
static void test_things(uint32_t n, uint32_t kinds, size_t limit)
{
    struct twice t = {.limit = limit};
    uint32_t *thing = malloc(n * sizeof *thing), *last = calloc(kinds, sizeof *last);
    uint32_t *before = calloc(n + 1, sizeof *before); /* 1 + where it was before; 0: new, or told */
    uint32_t first, second, n_now = 0, n_rest = 0, n_wrong = 0, n_left = 0;
    int got = 0;
    for (uint32_t k = 0; k < n; k++) {
        thing[k] = kinds > n ? k : draw(kinds);
        before[k] = last[thing[k]];
        got = twice_add(&t, hash_of(thing[k]), k, &first);
        n_wrong += got < 0 || (got == 0 && !before[k]);
        n_wrong += got == 0 && (first >= k || thing[first] != thing[k]);
        n_now += got == 0;
        if (got == 0)
            before[k] = 0;
        else
            last[thing[k]] = k + 1; /* one that is held stays from where it was */
    }
    while ((got = twice_rest(&t, &first, &second)) > 0) {
        n_wrong += second >= n || before[second] != first + 1;
        before[second < n ? second : n] = 0;
        n_rest++;
    }
    for (uint32_t k = 0; k < n; k++)
        n_left += before[k] != 0;
    CHECK(got == 0 && !n_wrong && !n_left, "%u of %u kinds, %zu held: %u wrong, %u not told (%d)",
          n, kinds, limit, n_wrong, n_left, got);
    bool again = kinds < n;
    CHECK((n_now > 0) == again, "%u of %u kinds, %zu held: %u at once", n, kinds, limit, n_now);
    CHECK((n_rest > 0) == (again && limit && limit < n), "%u of %u kinds, %zu held: %u at the end",
          n, kinds, limit, n_rest);
    CHECK((t.sorter != NULL) == (limit && limit < n), "%u, %zu held: a file", n, limit);
    CHECK(t.held.size <= (size_t)1 << TWICE_HELD_BITS, "%zu slots", t.held.size);
    twice_clear(&t);
    CHECK(t.limit == limit && twice_add(&t, hash_of(1), 0, &first) == 1, "another beginning");
    twice_clear(&t);
    free(thing);
    free(last);
    free(before);
}

static void test_twice(void)
{
    struct twice t = {.limit = 2, .dir = "/nowhere/at/all"};
    uint32_t first, second, k = 0;
    CHECK(twice_rest(&t, &first, &second) == 0, "nothing at all");
    while (k < 3000000 && twice_add(&t, hash_of(k), k, &first) == 1)
        k++;
    CHECK(k > 1000 && k < 3000000 && errno == ENOENT, "no folder: %u, %s", k, strerror(errno));
    twice_clear(&t);
    t.limit = 2;
    bool good = twice_add(&t, 7, 1, &first) == 1 && twice_add(&t, 8, 2, &first) == 1 &&
                twice_add(&t, 7, 3, &first) == 0 && first == 1;
    CHECK(good && !t.sorter, "as many as are held");
    CHECK(twice_add(&t, 9, 4, &first) == 1 && t.sorter, "one more");
    twice_clear(&t);
    test_things(10, 4, 0);
    test_things(1000, 1001, 1000);
    test_things(10, 4, 1);
    test_things(1000, 300, 10);
    test_things(1000, 1001, 10);
    test_things(300000, 20000, 1000);  /* in memory, but for what is held */
    test_things(1500000, 700000, 900); /* several runs in the file */
    test_things(1200000, 1200001, 5000);
    test_things(2 * TWICE_HELD + 1000, 2 * TWICE_HELD - 1000, TWICE_HELD);
}

/* ---- streams of tasks ---- */

/* A stream, a letter a task and a frame: grids, or joined results of one program. Of grids an upper
 * case letter goes on in the next frame. */
static struct bytes stream_of(const char *letters, bool results)
{
    static const char *const ids[] = {"p"}, *const sources[] = {"s"};
    static const uint32_t zero;
    static const uint8_t outcome[1], cells[1];
    static const struct stream_pair pair = {{1, 1, cells}, {1, 1, cells}, true};
    const struct stream_programs table = {0, 1, ids, 1, sources, &zero, NULL, &zero, 0, NULL};
    const struct stream_head head = {.content = results ? STREAM_RESULTS : STREAM_GRIDS,
                                     .joined = results};
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    int bad = stream_write_head(w, &head) | (results ? stream_write_programs(w, &table) : 0);
    for (const char *p = letters; *p; p++) {
        char key[] = {'s', '/', (char)(*p | 0x20), 0};
        bool more = *p<'a', goes_on = p> letters && p[-1] < 'a';
        struct stream_result_item result = {.outcome = outcome, .index = goes_on};
        struct stream_entry e = {key, 1, 0, 0, 0, 1, NULL, NULL, 1, &result};
        struct stream_item item = {0, STREAM_DEMO, goes_on, pair};
        struct stream_task task = {
            key, goes_on + 1, (struct stream_pair[]){pair, pair}, more || goes_on ? 2 : 1, 0, more,
            0};
        struct stream_grids grids = {1, 1, &task, &item};
        bad |= results ? stream_write_entry(w, 0, &e) | stream_flush(w)
                       : stream_write_grids(w, &grids);
    }
    bad |= stream_write_end(w, 0);
    CHECK(!bad, "%s is written", letters);
    stream_writer_close(w);
    fclose(file);
    return b;
}

/* Index of the first letter that stands before already, not counting the one right before: -1. */
static int first_again(const char *letters, int *before)
{
    for (int k = 1; letters[k]; k++)
        for (int i = 0; i < k - 1; i++)
            if (letters[i] == letters[k] && letters[k - 1] != letters[k]) {
                *before = i;
                while (letters[*before + 1] == letters[k])
                    ++*before;
                return k;
            }
    return -1;
}

/* ---- batt-check ---- */

/* Looks at all frames; something is lost behind the first `lost` of them. The first status that is
 * not good. */
static int check_all(struct check *c, struct bytes b, int lost)
{
    int fd = fd_of(b.data, b.size), kind, status = CHECK_GOOD;
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    for (int n = 0; !status && (kind = stream_next(reader, &f)) != STREAM_EOF; n++) {
        if (n == lost)
            check_lost(c);
        status = kind < 0 ? kind : check_frame(c, reader, kind, &f);
    }
    stream_reader_close(reader);
    close(fd);
    return status;
}

/* `bad`: the letter that breaks the rule, -1: none does. What is found must not depend on how many
 * tasks are held. */
static void test_check(const char *letters, bool results, int bad, int lost)
{
    struct bytes b = stream_of(letters, results);
    uint64_t frame = (uint64_t)bad + 1 + results;
    for (size_t limit = 0; limit < 6; limit++) {
        struct check c = {.tasks.limit = limit};
        int status = check_all(&c, b, lost);
        CHECK(status == (bad < 0 ? CHECK_GOOD : CHECK_BAD), "%s, %zu held: %d, %s", letters, limit,
              status, c.reason);
        CHECK(bad < 0 || c.seq == frame, "%s, %zu held: frame %u: %s", letters, limit,
              (unsigned)c.seq, c.reason);
        check_free(&c);
    }
    free(b.data);
}

static void test_checks(void)
{
    char letters[13] = "";
    int before;
    test_check("Aabcdefga", false, 8, -1); /* what goes on is there once */
    test_check("AabCcdEefg", false, -1, -1);
    test_check("abcab", false, 3, 5);  /* lost behind it, */
    test_check("abcab", false, -1, 4); /* before it */
    test_check("aabbbcca", true, 7, -1);
    for (int n = 0; n < 200; n++) {
        for (int k = 0; k < 12; k++)
            letters[k] = (char)('a' + draw(26));
        test_check(letters, true, first_again(letters, &before), -1);
        for (int k = 1; k < 12; k++) /* for a task of grids once is once */
            if (letters[k] == letters[k - 1])
                letters[k] = (char)('a' + (letters[k] - 'a' + 1) % 26);
        bool next = false;
        for (int k = 1; k < 12; k++)
            next |= letters[k] == letters[k - 1];
        if (!next)
            test_check(letters, false, first_again(letters, &before), -1);
    }
}

static void test_check_says(void)
{
    struct bytes b = stream_of("abcda", false);
    struct check c = {.tasks.limit = 2};
    CHECK(check_all(&c, b, -1) == CHECK_BAD &&
              strcmp(c.reason, "a task of it stands twice, also in frame 1") == 0,
          "%s", c.reason);
    check_free(&c);
    free(b.data);
    b = stream_of("abcda", true);
    c = (struct check){.tasks.limit = 2};
    const char *want = "joined, but other results of a task of it stand in frame 2";
    CHECK(check_all(&c, b, -1) == CHECK_BAD && strcmp(c.reason, want) == 0, "%s", c.reason);
    check_free(&c);
    free(b.data);
}

/* A temporary file that cannot be is told as such. */
static void test_check_no_folder(void)
{
    enum { TASKS = 1000, FRAMES = 2000 };
    static char keys[TASKS][16];
    static struct stream_task tasks[TASKS];
    struct check c = {.tasks = {.dir = "/nowhere/at/all", .limit = 5000}};
    struct stream_frame f = {.grids = {TASKS, 0, tasks, NULL}};
    int status = CHECK_GOOD;
    for (uint32_t n = 0; n < FRAMES && !status; n++) {
        for (uint32_t k = 0; k < TASKS; k++) {
            snprintf(keys[k], sizeof keys[k], "%u/%u", (unsigned)n, (unsigned)k);
            tasks[k].key = keys[k];
        }
        f.seq = n + 1;
        status = check_frame(&c, NULL, STREAM_GRIDS_FRAME, &f);
    }
    CHECK(status == CHECK_TEMPORARY && errno == ENOENT, "%d: %s", status, strerror(errno));
    check_free(&c);
}

/* ---- batt-score ---- */

static int count_task(void *context, const struct score_task *t)
{
    *(int *)context += t->key[0] == 's';
    return 0;
}

static void test_score(const char *letters)
{
    int before = 0, bad = first_again(letters, &before), kind;
    struct bytes b = stream_of(letters, true);
    for (size_t limit = 0; limit < 6; limit++) {
        int fd = fd_of(b.data, b.size), status = 0, n = 0;
        struct score *s = score_open(SCORE_BY_MATCH, false, false, count_task, &n);
        struct stream_reader *reader = stream_reader_open(fd);
        struct stream_frame f;
        s->keys.limit = limit;
        while (!status && (kind = stream_next(reader, &f)) != STREAM_EOF)
            status = kind < 0 ? kind : score_take(s, reader, kind, &f);
        bool at_once = status == SCORE_TWICE;
        if (!status)
            status = score_end(s);
        const struct score_twice *twice = score_twice(s);
        CHECK(status == (bad < 0 ? 0 : SCORE_TWICE), "%s, %zu held: %d", letters, limit, status);
        CHECK(bad < 0 || at_once == (twice->key != NULL), "%s, %zu held: its name", letters, limit);
        /* Numbers of tasks are places of letters here, for no two stand together. */
        CHECK(bad < 0 || (at_once && limit) ||
                  (twice->before == (uint32_t)before + 1 && twice->again == (uint32_t)bad + 1),
              "%s, %zu held: %u, %u", letters, limit, twice->before, twice->again);
        CHECK(bad < 0 || letters[twice->before - 1] == letters[twice->again - 1],
              "%s, %zu held: %u, %u", letters, limit, twice->before, twice->again);
        stream_reader_close(reader);
        score_close(s);
        close(fd);
    }
    free(b.data);
}

static void test_submission(void)
{
    static const char *const keys[] = {"x/a", "x/b", "y/b", "x/c", "y/a"};
    struct submission s;
    uint32_t first = 0, second = 0;
    FILE *nowhere = fopen("/dev/null", "we");
    submission_begin(&s, nowhere);
    s.ids.limit = 2;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const struct score_task t = {.key = keys[k]};
        CHECK(submission_task(&s, &t) == (k == 2 ? SUBMISSION_TWICE : SUBMISSION_OK), "%s",
              keys[k]);
    }
    CHECK(submission_twice(&s, &first, &second) == SUBMISSION_TWICE && first == 1 && second == 4,
          "%u, %u", first, second);
    submission_end(&s);
    fclose(nowhere);
}

/* ---- batt-pack ---- */

static struct stream_writer *open_writer(void *context)
{
    return context;
}

static int close_nothing(void *context)
{
    return context == NULL;
}

static struct bytes packed(struct bytes b, size_t most)
{
    struct bytes to = {0};
    FILE *file = open_memstream(&to.data, &to.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    const struct pack_options options = {.n_bytes = STREAM_CUT_BYTES, .tool = "test"};
    const struct pack_sink sink = {open_writer, close_nothing, w};
    struct pack *p = pack_open(&options, &sink);
    int fd = fd_of(b.data, b.size), kind, status = 0;
    struct stream_reader *reader = stream_reader_open(fd);
    struct stream_frame f;
    p->most_tasks = most;
    while (!status && (kind = stream_next(reader, &f)) != STREAM_EOF)
        status = kind < 0 ? kind : pack_take(p, reader, kind, &f, 0);
    status = status ? status : pack_finish(p, 0);
    CHECK(!status, "packed: %d", status);
    pack_close(p);
    stream_reader_close(reader);
    stream_writer_close(w);
    close(fd);
    fclose(file);
    return to;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)); at++)
        n++;
    return n;
}

/* Segments of so many tasks, each whole, and what they hold as it was. */
static void test_pack(const char *letters, size_t most, int segments)
{
    struct bytes b = stream_of(letters, true), to = packed(b, most);
    struct transcript before = transcript_of(b.data, b.size), t = transcript_of(to.data, to.size);
    struct check c = {0};
    CHECK(!t.n_troubles && check_all(&c, to, -1) == CHECK_GOOD, "%s: %s%s", letters, t.reason,
          c.reason);
    CHECK(count(t.text.data, "\"head\"") == segments, "%s by %zu: %d segments", letters, most,
          count(t.text.data, "\"head\""));
    CHECK(count(t.text.data, "\"result\"") == count(before.text.data, "\"result\""), "%s", letters);
    check_free(&c);
    free(before.text.data);
    free(t.text.data);
    free(to.data);
    free(b.data);
}

int main(void)
{
    test_twice();
    test_checks();
    test_check_says();
    test_check_no_folder();
    test_score("abcdefgh");
    test_score("abcdefgb");
    test_score("abcabcde");
    test_score("abcdefdefgha");
    test_submission();
    test_pack("abcdefgh", PACK_TASKS, 1);
    test_pack("abcdefgh", 3, 3);
    test_pack("aabbbbcddddefgh", 4, 2);
    test_pack("abcabdefgh", 4, 3);
    test_pack("a", 1, 1);
    return report();
}
