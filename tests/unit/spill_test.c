/*
 * spill_test.c: what batt-split puts aside and takes back: columns narrowed and widened, entries
 * as records, tables through the temporary file; and entries whose keys stand in other orders
 * than writers'.
 */
#include "../../lib/frame.h"
#include "../../lib/hashes.h"
#include "../../lib/narrow.h"
#include "../../lib/spill.h"
#include "../../lib/value_pack.h"
#include "stream_help.h"

#include <errno.h>
#include <unistd.h>

static uint64_t draw(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 17;
}

/* ---- columns ---- */

/* n numbers of `wide` bytes, the largest of `bits` bits. */
static void test_column(size_t n, unsigned wide, unsigned bits, size_t shift)
{
    static uint8_t column[3000], small[3000], back[3000];
    uint8_t *at = column + shift;
    unsigned want = bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;
    for (size_t k = 0; k < n; k++) {
        uint64_t x =
            k == n / 2 ? (uint64_t)1 << (bits - 1) : draw() & (((uint64_t)1 << (bits - 1)) - 1);
        memcpy(at + k * wide, &x, wide);
    }
    unsigned width = narrow_width(at, n, wide);
    CHECK(width == (n ? want : 1), "%zu numbers of %u bits in %u bytes: %u", n, bits, wide, width);
    narrow_copy(small + shift, width, at, wide, n);
    memset(back, 0xee, sizeof back);
    narrow_copy(back + shift, wide, small + shift, width, n);
    CHECK(memcmp(back + shift, at, n * wide) == 0, "%zu numbers of %u bits", n, bits);
    CHECK(back[shift + n * wide] == 0xee, "%zu numbers of %u bits: behind them", n, bits);
}

static void test_columns(void)
{
    for (size_t n = 0; n < 200; n += n < 70 ? 1 : 13)
        for (unsigned bits = 1; bits <= 64; bits += bits % 8 ? 7 : 1)
            for (unsigned wide = 4; wide <= 8; wide += 4)
                if (bits <= 8 * wide)
                    test_column(n, wide, bits, n % 3);
}

static void test_hashes(void)
{
    struct hashes set = {0};
    for (uint64_t k = 0; k < 5000; k++)
        CHECK(hashes_add(&set, k * 0x9e3779b97f4a7c15u) == 1, "new");
    for (uint64_t k = 0; k < 5000; k++)
        CHECK(hashes_add(&set, k * 0x9e3779b97f4a7c15u) == 0, "there");
    CHECK(set.n == 5000 && 4 * set.n <= 3 * set.size, "%zu of %zu", set.n, set.size);
    hashes_free(&set);
}

/* ---- entries ---- */

enum { MOST = 40000, ITEMS = 3, OUTPUTS = 20 };

static struct {
    uint8_t outcome[MOST], equal[MOST / 8 + 1], error[MOST];
    uint32_t programs[MOST], line[MOST], output[MOST];
    uint64_t sig[MOST], fuel[MOST];
    struct stream_bytes outputs[OUTPUTS];
    struct stream_result_item items[ITEMS];
} made;

static const char bytes[] = "some bytes that are taken for values";

/* An entry of n programs, some columns left out. */
static struct stream_entry make_entry(uint32_t n)
{
    unsigned lines = 1 + (unsigned)(draw() % 31);
    for (uint32_t k = 0; k < n; k++) {
        made.outcome[k] = (uint8_t)(draw() % STREAM_N_OUTCOMES);
        made.error[k] = (uint8_t)(draw() % 3);
        made.programs[k] = 2 * k;
        made.line[k] = (uint32_t)(draw() >> lines);
        made.output[k] = (uint32_t)(draw() % (OUTPUTS + 1));
        made.sig[k] = draw();
        made.fuel[k] = draw() >> lines;
    }
    for (uint32_t k = 0; k < OUTPUTS; k++)
        made.outputs[k] = (struct stream_bytes){(const uint8_t *)bytes + (draw() & 7), draw() % 20};
    for (uint32_t k = 0; k < ITEMS; k++) {
        bool line = draw() & 1, fuel = draw() & 1, outputs = draw() & 1;
        made.items[k] = (struct stream_result_item){k == 2 ? STREAM_TEST : STREAM_DEMO,
                                                    k,
                                                    k & 1,
                                                    made.outcome,
                                                    draw() & 1 ? made.equal : NULL,
                                                    line ? made.line : NULL,
                                                    draw() & 1 ? made.error : NULL,
                                                    fuel ? made.fuel : NULL,
                                                    outputs ? OUTPUTS : 0,
                                                    outputs ? made.outputs : NULL,
                                                    outputs ? made.output : NULL};
    }
    return (struct stream_entry){"set/a",
                                 2,
                                 1,
                                 1,
                                 0,
                                 n,
                                 draw() & 1 ? made.programs : NULL,
                                 draw() & 1 ? made.sig : NULL,
                                 ITEMS,
                                 made.items};
}

static bool same(const void *a, const void *b, size_t n)
{
    return (a != NULL) == (b != NULL) && (!a || memcmp(a, b, n) == 0);
}

static bool same_item(const struct stream_result_item *a, const struct stream_result_item *b,
                      size_t n)
{
    bool good = a->part == b->part && a->index == b->index && a->known == b->known &&
                same(a->outcome, b->outcome, n) && same(a->equal, b->equal, (n + 7) / 8) &&
                same(a->line, b->line, 4 * n) && same(a->error, b->error, n) &&
                same(a->fuel, b->fuel, 8 * n) && same(a->output, b->output, 4 * n) &&
                a->n_outputs == b->n_outputs;
    for (uint32_t k = 0; good && k < a->n_outputs; k++)
        good = a->outputs[k].size == b->outputs[k].size &&
               memcmp(a->outputs[k].data, b->outputs[k].data, a->outputs[k].size) == 0;
    return good;
}

static bool same_entry(const struct stream_entry *a, const struct stream_entry *b)
{
    bool good = strcmp(a->task, b->task) == 0 && a->n_demo == b->n_demo && a->n_test == b->n_test &&
                a->n_known == b->n_known && a->first == b->first && a->n == b->n &&
                same(a->programs, b->programs, 4 * (size_t)a->n) &&
                same(a->sig, b->sig, 8 * (size_t)a->n) && a->n_items == b->n_items;
    for (uint32_t k = 0; good && k < a->n_items; k++)
        good = same_item(&a->items[k], &b->items[k], a->n);
    return good;
}

/* Each entry, and the first of all again. `pack`: compressed where it is worth it. */
static void test_entries(bool pack)
{
    struct record record = {0};
    struct record_reading reading = {0}, other = {0};
    struct record_stored stored, first = {0};
    struct stream_entry back, again;
    uint8_t *kept = NULL;
    uint32_t n_packed = 0;
    for (uint32_t k = 0; k < 60; k++) {
        uint32_t n = k % 5 == 4 ? MOST : (uint32_t)(draw() % 700);
        struct stream_entry e = make_entry(n);
        CHECK(record_entry(&record, &e) == 0, "%s", strerror(errno));
        stored = (struct record_stored){record.data, record.n, record.n};
        if (pack)
            stored.n = record_pack(&record, &stored.data);
        n_packed += stored.n < stored.size;
        if (k == 0) {
            kept = malloc(stored.n);
            first = stored;
            first.data = memcpy(kept, stored.data, stored.n);
        }
        CHECK(record_read_entry(&other, first, &again) == 0, "%s", strerror(errno));
        CHECK(record_read_entry(&reading, stored, &back) == 0, "%s", strerror(errno));
        CHECK(same_entry(&e, &back), "entry %u of %u programs", k, n);
        CHECK(strcmp(again.task, "set/a") == 0, "the first again");
    }
    CHECK(pack ? n_packed > 50 : !n_packed, "%u of 60 compressed", n_packed);
    record_reading_free(&reading);
    record_reading_free(&other);
    record_free(&record);
    free(kept);
}

/* A compressed record whose bytes are others by now is not taken for what was stored. */
static void test_rotten(void)
{
    struct record record = {0};
    struct record_reading reading = {0};
    struct stream_entry e = make_entry(1000), back;
    const uint8_t *stored;
    CHECK(record_entry(&record, &e) == 0, "%s", strerror(errno));
    size_t n = record_pack(&record, &stored);
    CHECK(n < record.n, "compressed");
    uint8_t *rotten = malloc(n);
    memcpy(rotten, stored, n);
    rotten[n / 2] ^= 1;
    struct record_stored bad = {rotten, n, record.n};
    CHECK(record_read_entry(&reading, bad, &back) == -1 && errno == EIO, "rotten");
    free(rotten);
    record_reading_free(&reading);
    record_free(&record);
}

/* Tables in any order, plain and compressed. */
static void test_tables(uint64_t plain)
{
    struct spill spill = {0};
    struct spill_reading reading = {0};
    struct spill_place places[20];
    struct stream_programs back;
    char ids[100][32];
    const char *names[100];
    const uint32_t zeros[100] = {0};
    CHECK(spill_open(&spill, NULL) == 0, "%s", strerror(errno));
    spill.plain = plain;
    for (uint32_t k = 0; k < 20; k++) {
        for (uint32_t i = 0; i < 100; i++) {
            snprintf(ids[i], sizeof ids[i], "%u of %u", (unsigned)i, (unsigned)k);
            names[i] = ids[i];
        }
        const struct stream_programs table = {
            k, 5 * k, names, 1, names, zeros, NULL, zeros, 0, NULL};
        CHECK(spill_programs(&spill, &table, &places[k]) == 0, "%s", strerror(errno));
    }
    CHECK((places[1].stored < places[1].size) == 0, "small ones are not compressed");
    CHECK((places[19].stored < places[19].size) == (plain < spill.size), "compressed or not");
    for (uint32_t k = 20; k-- > 0;) {
        CHECK(spill_read_programs(&spill, &reading, places[k], &back) == 0, "%s", strerror(errno));
        CHECK(back.n == 5 * k, "table %u: %u programs", k, (unsigned)back.n);
        for (uint32_t i = 0; i < back.n; i++) {
            snprintf(ids[0], sizeof ids[0], "%u of %u", (unsigned)i, (unsigned)k);
            CHECK(strcmp(back.ids[i], ids[0]) == 0, "table %u: %s", k, back.ids[i]);
        }
    }
    CHECK(ftruncate(spill.fd, (off_t)places[19].at) == 0, "%s", strerror(errno));
    CHECK(spill_read_programs(&spill, &reading, places[19], &back) == -1 && errno == EIO, "cut");
    spill_reading_free(&reading);
    spill_close(&spill);
}

static void test_no_folder(void)
{
    struct spill spill = {0};
    CHECK(spill_open(&spill, "/nowhere/at/all") == -1 && errno == ENOENT, "%s", strerror(errno));
    spill_close(&spill);
}

/* ---- entries in a stream ---- */

/* What reading a frame gives: the entry's parts in this order, behind a head and a table. */
static struct transcript read_parts(const char *const *parts, const size_t *sizes, int n_parts)
{
    static const char *const ids[] = {"a", "b", "c"}, *const sources[] = {"s"};
    static const uint32_t zeros[3];
    const struct stream_programs table = {0, 3, ids, 1, sources, zeros, NULL, zeros, 0, NULL};
    const struct stream_head head = {.content = STREAM_RESULTS};
    struct bytes b = {0};
    struct value_pack f = {0};
    const uint8_t *frame;
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    struct frame_compressor *c = frame_compressor_open(1, 0);
    CHECK(!stream_write_head(w, &head) && !stream_write_programs(w, &table), "head and table");
    static const char before[] = "\x85\xa4type\xa7results\xa3seq\x02\xa5"
                                 "block\x00\xa6"
                                 "errors\x90\xa7"
                                 "entries\x91";
    value_pack_raw(&f, before, sizeof before - 1);
    value_pack_map(&f, (size_t)n_parts + 1);
    value_pack_raw(&f, "\xa4task\xa1t", 7);
    for (int k = 0; k < n_parts; k++)
        value_pack_raw(&f, parts[k], sizes[k]);
    size_t n = frame_compress(c, f.data, f.size, &frame);
    fwrite(frame, 1, n, file);
    fclose(file);
    struct transcript t = transcript_of(b.data, b.size);
    stream_writer_close(w);
    frame_compressor_close(c);
    value_pack_free(&f);
    free(b.data);
    return t;
}

static void test_orders(void)
{
    static const char count[] = "\xa1n\x03", more[] = "\xa1n\x7f";
    static const char items[] =
        "\xa5items\x91\x85\xa4part\x00\xa7outputs\x91\x05\xa6output\xc4\x0c"
        "\x01\0\0\0\0\0\0\0\0\0\0\0\xa7outcome\xc4\x03\x01\x02\x02\xa5index\x00";
    static const char twice[] = "\xa5items\x90";
#define PART(text) text, sizeof text - 1
    const struct {
        const char *a;
        size_t na;
        const char *b;
        size_t nb;
        const char *c;
        size_t nc;
        int results; /* -1: damaged */
    } cases[] = {
        {PART(count), PART(items), NULL, 0, 3},     {PART(items), PART(count), NULL, 0, 3},
        {PART(items), PART(more), NULL, 0, -1},     {PART(count), PART(items), PART(more), -1},
        {PART(count), PART(items), PART(count), 3}, {PART(count), PART(items), PART(twice), 0},
        {PART(items), PART(count), PART(twice), 0}, {PART(count), PART(count), NULL, 0, -1},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *parts[] = {cases[k].a, cases[k].b, cases[k].c};
        const size_t sizes[] = {cases[k].na, cases[k].nb, cases[k].nc};
        struct transcript t = read_parts(parts, sizes, cases[k].c ? 3 : 2);
        int results = 0;
        for (const char *at = t.text.data; (at = strstr(at, "\"result\"")); at++)
            results++;
        bool damaged = t.first == STREAM_DAMAGED; /* else only the end is missing */
        CHECK(damaged == (cases[k].results < 0), "case %zu: %s", k, t.reason);
        CHECK(damaged || results == cases[k].results, "case %zu: %d results", k, results);
        free(t.text.data);
    }
}

/* Names of exceptions that take more room than a frame's beginning has. */
static void test_names(void)
{
    static char text[255][64];
    const char *names[255];
    static const char *const ids[] = {"a"}, *const sources[] = {"s"};
    static const uint32_t zero;
    static const uint8_t outcome[] = {STREAM_ERROR}, error[] = {255};
    const struct stream_programs table = {0, 1, ids, 1, sources, &zero, NULL, &zero, 0, NULL};
    const struct stream_head head = {.content = STREAM_RESULTS};
    const struct stream_result_item item = {.known = true, .outcome = outcome, .error = error};
    const struct stream_entry e = {"t", 1, 0, 0, 0, 1, NULL, NULL, 1, &item};
    struct bytes b = {0};
    FILE *file = open_memstream(&b.data, &b.size);
    struct stream_writer *w = stream_writer_open(file, 1, 0);
    for (int k = 0; k < 255; k++) {
        snprintf(text[k], sizeof text[k], "AnExceptionOfAVeryLongNameThatNobodyUses%d", k);
        names[k] = text[k];
    }
    CHECK(!stream_write_head(w, &head) && !stream_error_names(w, 255, names) &&
              !stream_write_programs(w, &table) && !stream_write_entry(w, 0, &e) &&
              !stream_write_end(w, 0),
          "written");
    stream_writer_close(w);
    fclose(file);
    struct transcript t = transcript_of(b.data, b.size);
    CHECK(!t.n_troubles && strstr(t.text.data, "Uses254\""), "%s", t.reason);
    free(t.text.data);
    free(b.data);
}

int main(void)
{
    test_columns();
    test_hashes();
    test_entries(false);
    test_entries(true);
    test_tables(0);
    test_tables(SPILL_PLAIN_BYTES);
    test_rotten();
    test_no_folder();
    test_orders();
    test_names();
    return report();
}
