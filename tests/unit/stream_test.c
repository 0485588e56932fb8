/*
 * stream_test.c: the stream there and back, and what is made of broken ones: cut at every byte, cut
 * and followed by a whole one, every byte flipped, frames lost, doubled or made up.
 */
#include "../../lib/digest.h"
#include "../../lib/frame.h"
#include "../../lib/value_pack.h"
#include "stream_help.h"

#include <stdint.h>

static const uint8_t cells[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1};
static const struct stream_pair pairs[] = {
    {{2, 3, cells}, {3, 2, cells + 1}, true},
    {{1, 1, cells + 9}, {4, 3, cells}, true},
    {{3, 4, cells}, {1, 2, cells + 3}, true},
    {{2, 2, cells + 2}, {0, 0, NULL}, false},
};
static const struct stream_task tasks[] = {
    {"set/a", 2, pairs, 2, 2, false, 0},
    {"set/b", 1, pairs + 1, 1, 0, false, 0},
};
static const struct stream_item items[] = {
    {0, STREAM_DEMO, 0, pairs[0]}, {0, STREAM_DEMO, 1, pairs[1]}, {0, STREAM_TEST, 0, pairs[2]},
    {0, STREAM_TEST, 1, pairs[3]}, {1, STREAM_DEMO, 0, pairs[1]},
};
static const struct stream_option options[] = {{"part", "all"}, {"demos", "3"}};
static const struct stream_step steps[] = {{"batt-collect", "1.0", 2, options},
                                           {"other \"tool\"", "", 0, NULL}};
static const char *const sets[] = {"set", "s\xc3\xa4t"};

static struct bytes grids_stream(void)
{
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    const struct stream_head head = {
        .content = STREAM_GRIDS, .n_sets = 2, .sets = sets, .n_steps = 2, .steps = steps};
    const struct stream_grids first = {1, 4, tasks, items};
    struct stream_item other = items[4];
    other.task = 0;
    const struct stream_grids second = {1, 1, tasks + 1, &other}, both = {2, 5, tasks, items};
    CHECK(stream_write_grids(w, &first) == STREAM_MISUSE, "grids before the head");
    CHECK(stream_write_head(w, &head) == STREAM_WRITTEN, "head");
    CHECK(stream_write_head(w, &head) == STREAM_MISUSE, "two heads");
    CHECK(stream_write_grids(w, &first) == STREAM_WRITTEN, "grids");
    CHECK(stream_write_grids(w, &second) == STREAM_WRITTEN, "grids");
    CHECK(stream_write_grids(w, &both) == STREAM_WRITTEN, "grids");
    CHECK(stream_write_end(w, 3) == STREAM_WRITTEN, "end");
    stream_writer_close(w);
    fclose(file);
    return b;
}

static const char *const ids[] = {"solve_a", "solve_b", "tab\there", "broken"};
static const char *const sources[] = {"one.py", "two.py"};
static const uint32_t source[] = {0, 0, 1, 1}, lines[] = {3, 4, 0, 0};
static const uint64_t digests[] = {1, 2, UINT64_MAX, 4};
static const struct stream_program_error errors[] = {{3, 2, "unexpected \"x\""}};
static const char *const names[] = {"TypeError", "IndexError"};

static void pack_outputs(struct value_pack pack[2])
{
    value_pack_grid(&pack[0], 2, 2, cells);
    value_pack_tuple(&pack[1], 2);
    value_pack_int(&pack[1], -5);
    value_pack_set(&pack[1], 1);
    value_pack_none(&pack[1]);
}

static void write_entries(struct stream_writer *w)
{
    struct value_pack pack[2] = {{0}, {0}};
    pack_outputs(pack);
    const struct stream_bytes outputs[] = {{pack[0].data, pack[0].size},
                                           {pack[1].data, pack[1].size}};
    static const uint8_t outcome[] = {STREAM_OK, STREAM_OTHER, STREAM_ERROR, STREAM_SYNTAX};
    static const uint8_t equal[] = {1}, error[] = {0, 0, 2, 0};
    static const uint32_t line[] = {0, 0, 7, 2}, output[] = {1, 2, 0, 0}, some[] = {1, 3};
    static const uint64_t fuel[] = {10, 20, 30, 0};
    const struct stream_result_item whole[] = {
        {STREAM_DEMO, 0, true, outcome, equal, line, error, fuel, 2, outputs, output},
        {STREAM_TEST, 1, false, outcome, NULL, NULL, NULL, NULL, 0, NULL, NULL}};
    struct stream_entry e = {"set/a", 1, 1, 0, 0, 4, NULL, digests, 2, whole};
    CHECK(stream_write_entry(w, 0, &e) == STREAM_WRITTEN, "entry");
    e = (struct stream_entry){"set/b", 1, 0, 0, 0, 2, some, NULL, 1, whole + 1};
    CHECK(stream_write_entry(w, 0, &e) == STREAM_WRITTEN, "entry");
    e.n = 0;
    CHECK(stream_write_entry(w, 0, &e) == STREAM_WRITTEN, "an entry of nothing");
    CHECK(stream_flush(w) == STREAM_WRITTEN, "flush");
    e.n = 4, e.programs = NULL;
    CHECK(stream_write_entry(w, 0, &e) == STREAM_WRITTEN, "entry");
    static const uint8_t wrong[] = {0, 7, 0, 0};
    struct stream_result_item bad = {.outcome = wrong};
    e.items = &bad;
    CHECK(stream_write_entry(w, 0, &e) == STREAM_MISUSE, "unknown outcome");
    value_pack_free(&pack[0]);
    value_pack_free(&pack[1]);
}

static struct bytes results_stream(void)
{
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    const struct stream_head head = {.content = STREAM_RESULTS, .joined = true};
    const struct stream_programs table = {0, 4, ids, 2, sources, source, digests, lines, 1, errors};
    CHECK(stream_write_head(w, &head) == STREAM_WRITTEN, "head");
    CHECK(stream_error_names(w, 2, names) == STREAM_WRITTEN, "names");
    CHECK(stream_write_programs(w, &table) == STREAM_WRITTEN, "programs");
    write_entries(w);
    CHECK(stream_write_end(w, 0) == STREAM_WRITTEN, "end");
    stream_writer_close(w);
    fclose(file);
    return b;
}

static const char grids_expected[] =
    "{\"type\":\"head\",\"version\":1,\"semantics\":1,\"content\":\"grids\",\"joined\":false,"
    "\"sets\":[\"set\",\"s\xc3\xa4t\"],\"provenance\":[{\"tool\":\"batt-collect\",\"version\":"
    "\"1.0\",\"options\":{\"part\":\"all\",\"demos\":\"3\"}},{\"tool\":\"other \\\"tool\\\"\","
    "\"version\":\"\",\"options\":{}}]}\n"
    "{\"type\":\"task\",\"task\":\"set/a\",\"demos\":2,\"demo_items\":2,\"test_items\":2}\n"
    "{\"type\":\"item\",\"task\":\"set/a\",\"part\":\"demo\",\"index\":0,\"input\":[[0,1,2],[3,4,"
    "5]],\"output\":[[1,2],[3,4],[5,6]]}\n";

static const char results_expected[] =
    "{\"type\":\"result\",\"task\":\"set/a\",\"part\":\"demo\",\"index\":0,\"program\":\"solve_b\","
    "\"source\":\"one.py\",\"outcome\":\"other\",\"fuel\":20,\"equal\":false,"
    "\"sig\":\"0000000000000002\",\"output\":[-5,{\"set\":[null]}]}\n"
    "{\"type\":\"result\",\"task\":\"set/a\",\"part\":\"demo\",\"index\":0,"
    "\"program\":\"tab\\u0009here\",\"source\":\"two.py\",\"outcome\":\"error\","
    "\"error\":\"IndexError\",\"line\":7,\"fuel\":30,\"equal\":false,"
    "\"sig\":\"ffffffffffffffff\"}\n";

static void test_round_trip(struct bytes grids, struct bytes results)
{
    struct transcript t = transcript_of(grids.data, grids.size);
    CHECK(t.n_troubles == 0 && t.n_frames == 5, "%s", t.reason);
    CHECK(strncmp(t.text.data, grids_expected, strlen(grids_expected)) == 0, "%s", t.text.data);
    CHECK(strstr(t.text.data, "\"tasks\":4,\"items\":10") != NULL, "%s", t.text.data);
    CHECK(strstr(t.text.data, "\"failed\":3") != NULL, "%s", t.text.data);
    free(t.text.data);
    t = transcript_of(results.data, results.size);
    CHECK(t.n_troubles == 0 && t.n_frames == 5, "%s", t.reason);
    CHECK(strstr(t.text.data, results_expected) != NULL, "%s", t.text.data);
    CHECK(strstr(t.text.data, "\"programs\":4,\"results\":14") != NULL, "%s", t.text.data);
    CHECK(strstr(t.text.data,
                 "\"program\":\"broken\",\"source\":\"two.py\",\"block\":0,\"index\":3,"
                 "\"lines\":0,\"digest\":\"0000000000000004\",\"line\":2,"
                 "\"error\":\"unexpected \\\"x\\\"\"") != NULL,
          "%s", t.text.data);
    free(t.text.data);
}

static void test_truncation(struct bytes whole)
{
    struct transcript all = transcript_of(whole.data, whole.size);
    char *two = malloc(2 * whole.size);
    for (size_t n = 0; n < whole.size; n++) {
        struct transcript t = transcript_of(whole.data, n);
        CHECK(t.n_troubles == 1, "cut at %zu: told %d times, %s", n, t.n_troubles, t.reason);
        CHECK(t.first == (n ? STREAM_TRUNCATED : STREAM_EMPTY), "cut at %zu: %s", n, t.reason);
        CHECK(memcmp(t.text.data, all.text.data, t.text.size) == 0, "cut at %zu", n);
        free(t.text.data);
        memcpy(two, whole.data, n);
        memcpy(two + n, whole.data, whole.size);
        t = transcript_of(two, n + whole.size);
        CHECK(t.n_troubles == (n != 0), "cut at %zu, then whole: told %d times", n, t.n_troubles);
        CHECK(t.text.size >= all.text.size && memcmp(t.text.data + t.text.size - all.text.size,
                                                     all.text.data, all.text.size) == 0,
              "cut at %zu, then whole", n);
        free(t.text.data);
    }
    memcpy(two, whole.data, whole.size);
    memcpy(two + whole.size, whole.data, whole.size);
    struct transcript t = transcript_of(two, 2 * whole.size);
    CHECK(t.n_troubles == 0 && t.n_frames == 2 * all.n_frames, "two whole ones: %s", t.reason);
    free(t.text.data);
    free(all.text.data);
    free(two);
}

/* Every line of part is a line of whole. */
static bool is_part(const char *part, const char *whole)
{
    while (*part) {
        size_t n = strcspn(part, "\n") + 1;
        const char *hit = whole;
        while (hit && strncmp(hit, part, n) != 0)
            hit = strchr(hit, '\n') ? strchr(hit, '\n') + 1 : NULL;
        if (!hit)
            return false;
        part += n;
    }
    return true;
}

static void test_flips(struct bytes whole)
{
    struct transcript all = transcript_of(whole.data, whole.size);
    int silent = 0;
    for (size_t at = 0; at < whole.size; at++)
        for (int bit = 0; bit < 8; bit++) {
            whole.data[at] = (char)(whole.data[at] ^ 1 << bit);
            struct transcript t = transcript_of(whole.data, whole.size);
            if (t.n_troubles == 0) {
                silent++;
                CHECK(strcmp(t.text.data, all.text.data) == 0, "flip at %zu bit %d unseen", at,
                      bit);
            } else {
                CHECK(t.n_troubles <= 2, "flip at %zu told %d times", at, t.n_troubles);
                CHECK(strstr(t.text.data, "null,\"block\"") || is_part(t.text.data, all.text.data),
                      "flip at %zu bit %d: %s", at, bit, t.text.data);
            }
            free(t.text.data);
            whole.data[at] = (char)(whole.data[at] ^ 1 << bit);
        }
    CHECK(silent < 64, "%d flips without effect", silent);
    free(all.text.data);
}

/* Offsets of the frames of a stream, the end included. Returns their number. */
static int frames_of(struct bytes b, size_t offsets[16])
{
    int fd = fd_of(b.data, b.size), n = 0;
    struct frame_reader *r = frame_reader_open(fd);
    const uint8_t *data;
    size_t size;
    while (frame_next(r, &data, &size) == FRAME_OK)
        offsets[n++] = (size_t)frame_offset(r);
    offsets[n] = b.size;
    frame_reader_close(r);
    close(fd);
    return n;
}

static void test_lost_frames(struct bytes b)
{
    size_t at[17];
    int n = frames_of(b, at);
    char *part = malloc(2 * b.size);
    CHECK(n == 5, "%d frames", n);
    for (int i = 0; i < n; i++) {
        memcpy(part, b.data, at[i]);
        memcpy(part + at[i], b.data + at[i + 1], b.size - at[i + 1]);
        struct transcript t = transcript_of(part, b.size - (at[i + 1] - at[i]));
        int first = i == 0 ? STREAM_FOREIGN : i == n - 1 ? STREAM_TRUNCATED : STREAM_DAMAGED;
        CHECK(t.n_troubles == 1 && t.first == first, "frame %d lost: %s", i, t.reason);
        CHECK(t.n_frames == (i ? n - 1 : 0), "frame %d lost: %d frames", i, t.n_frames);
        free(t.text.data);
        memcpy(part, b.data, at[i + 1]);
        memcpy(part + at[i + 1], b.data + at[i], b.size - at[i]);
        t = transcript_of(part, b.size + (at[i + 1] - at[i]));
        CHECK(t.n_troubles >= 1, "frame %d doubled", i);
        free(t.text.data);
    }
    free(part);
}

/* A stream of one made-up frame after the first k frames of b. */
static struct transcript made_up(struct bytes b, int k, const void *data, size_t size)
{
    size_t at[17];
    frames_of(b, at);
    const uint8_t *frame;
    struct frame_compressor *c = frame_compressor_open(1, 0);
    size_t n = frame_compress(c, data, size, &frame);
    char *all = malloc(at[k] + n);
    memcpy(all, b.data, at[k]);
    memcpy(all + at[k], frame, n);
    struct transcript t = transcript_of(all, at[k] + n);
    free(all);
    frame_compressor_close(c);
    free(t.text.data);
    t.text.data = NULL;
    return t;
}

static void test_made_up(struct bytes grids, struct bytes results)
{
    static const char other[] = "\x83\xa4type\xa4what\xa3seq\x01\xa3new\xcc\xff";
    static const char huge[] = "\x83\xa4type\xa5grids\xa3seq\x01\xa5tasks\xdd\x0f\xff\xff\xff";
    static const char deep[] = "\x83\xa4type\xa5grids\xa3seq\x01\xa5tasks\x91\x91\x91\x91\x91\x90";
    static const char future[] = "\x84\xa4type\xa4head\xa3seq\x00\xa7version\x02\xa7"
                                 "content\xa5grids";
    static const char plus[] = "\x85\xa4type\xa5grids\xa3seq\x01\xa3new\x81\x01\x92\xc0\xc2\xa5"
                               "tasks\x90\xa5items\x90";
    static const char behind[] = "\x85\xa4type\xa5grids\xa3seq\x01\xa5items\x91\x95\x00\x01\x00\x93"
                                 "\x01\x01\xc4\x01\x05\xc0\xa5tasks\x91\x81\xa3key\xa1"
                                 "a\xa3new\x81\x01\x92\xc0\xc2";
    static const char colour[] = "\x84\xa4type\xa5grids\xa3seq\x01\xa5tasks\x91\x81\xa3key\xa1"
                                 "a\xa5items\x91\x95\x00\x01\x00\x93\x01\x01\xc4\x01\x0a\xc0";
    struct transcript t = made_up(grids, 1, other, sizeof other - 1);
    CHECK(t.n_frames == 2 && t.first == STREAM_TRUNCATED, "unknown type: %s", t.reason);
    t = made_up(grids, 1, huge, sizeof huge - 1);
    CHECK(t.n_frames == 1 && t.first == STREAM_DAMAGED, "268 million tasks: %s", t.reason);
    t = made_up(grids, 1, deep, sizeof deep - 1);
    CHECK(t.n_frames == 1 && t.first == STREAM_DAMAGED, "nesting: %s", t.reason);
    t = made_up(grids, 1, plus, sizeof plus - 1);
    CHECK(t.n_frames == 2 && t.first == STREAM_TRUNCATED, "unknown key: %s", t.reason);
    t = made_up(grids, 1, behind, sizeof behind - 1);
    CHECK(t.n_frames == 2 && t.first == STREAM_TRUNCATED, "items first, more behind: %s", t.reason);
    t = made_up(grids, 1, colour, sizeof colour - 1);
    CHECK(t.first == STREAM_DAMAGED && strstr(t.reason, "colour"), "colour 10: %s", t.reason);
    t = made_up(results, 1, plus, sizeof plus - 1);
    CHECK(t.first == STREAM_DAMAGED, "grids among results: %s", t.reason);
    t = made_up(grids, 0, future, sizeof future - 1);
    CHECK(t.n_frames == 0 && t.first == STREAM_VERSION, "version 2: %s", t.reason);
    t = made_up(grids, 5, future, sizeof future - 1);
    CHECK(t.n_frames == 5 && t.first == STREAM_VERSION, "version 2: %s", t.reason);
    t = made_up(grids, 0, "x", 1);
    CHECK(t.first == STREAM_FOREIGN, "zstd of something: %s", t.reason);
    t = made_up(grids, 1, "x", 1);
    CHECK(t.first == STREAM_DAMAGED, "no map: %s", t.reason);
    t = transcript_of("{\"train\": []}", 13);
    CHECK(t.first == STREAM_FOREIGN && strcmp(t.reason, "not a stream") == 0, "%s", t.reason);
    free(t.text.data);
}

static void test_digest(void)
{
    /* The values that xxhsum -H1 prints. */
    static const struct {
        const char *text;
        uint64_t digest;
    } known[] = {{"", 0xef46db3751d8e999u},
                 {"a", 0xd24ec4f1a98c6e5bu},
                 {"abc", 0x44bc2cf5ad770999u},
                 {"Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1u}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        CHECK(digest_of(known[i].text, strlen(known[i].text)) == known[i].digest, "%s",
              known[i].text);
    char text[200];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7);
    for (size_t cut = 0; cut <= sizeof text; cut++) {
        struct digest d;
        digest_start(&d);
        digest_feed(&d, text, cut / 2);
        digest_feed(&d, text + cut / 2, cut - cut / 2);
        digest_feed(&d, text + cut, sizeof text - cut);
        CHECK(digest_value(&d) == digest_of(text, sizeof text), "cut at %zu", cut);
    }
}

int main(void)
{
    struct bytes grids = grids_stream(), results = results_stream();
    test_digest();
    test_round_trip(grids, results);
    test_truncation(grids);
    test_truncation(results);
    test_flips(grids);
    test_flips(results);
    test_lost_frames(grids);
    test_lost_frames(results);
    test_made_up(grids, results);
    free(grids.data);
    free(results.data);
    return report();
}
