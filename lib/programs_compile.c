/* Compiling a part of a block: JSON records, choice of function, verification, digests. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../dsl/verify.h"
#include "programs.h"

/* XXH-like quality is not needed: equal digests are compared in full (programs_same). */
static uint64_t hash_bytes(uint64_t h, const void *data, size_t n)
{
    const uint8_t *p = data;
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t x;
        memcpy(&x, p, 8);
        h = (h ^ x) * 0x9fb21c651e98df25u;
        h ^= h >> 32;
    }
    for (; n; n--, p++)
        h = (h ^ *p) * 0x100000001b3u;
    return h ^ h >> 29;
}

/* What a record may say beside its program, and what is wrong with what it says instead. */
struct record_key {
    const char *name, *other_kind, *has_nul;
};
static const struct record_key task_key = {"task", "task is neither a string nor an integer",
                                           "task has a NUL character"};
static const struct record_key id_key = {"id", "id is neither a string nor an integer",
                                         "id has a NUL character"};

/* A string or an integer as *text, NULL where it is absent or null; what is neither, or no name,
 * makes the entry bad.  0, or -1: memory. */
static int record_text(struct program_part *part, struct program_entry *e, const json_t *o,
                       const struct record_key *key, const char **text)
{
    const json_t *v = json_object_get(o, key->name);
    char number[32];
    const char *s = json_string_value(v);
    size_t len = json_string_length(v);
    *text = NULL;
    if (!v || json_is_null(v))
        return 0;
    if (json_is_integer(v)) {
        len = (size_t)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
        s = number;
    }
    if (!s || memchr(s, 0, len))
        e->bad = s ? key->has_nul : key->other_kind;
    else
        *text = pool_copy(&part->pool, s, len);
    return e->bad || *text ? 0 : -1;
}

/* The program of a JSON text: the last `solve...`, else the last function. */
static uint32_t main_function(const struct parse *p)
{
    for (uint32_t k = p->n_functions; k-- > 0;)
        if (p->functions[k].name_len >= 5 &&
            memcmp(p->text + p->functions[k].name, "solve", 5) == 0)
            return k;
    return p->n_functions - 1;
}

static void set_error(struct program_entry *e, const char *why, uint32_t line)
{
    e->error = why;
    e->error_line = line;
}

/* The reason, in memory that stays: the text of a JSON line does not. */
static int compile_error(struct program_part *part, struct program_entry *e, const struct parse *p,
                         uint32_t f)
{
    char text[PARSE_REASON];
    const char *why = parse_reason(p, f, text);
    if (why == text)
        why = pool_copy(&part->pool, text, strlen(text));
    else if (!why)
        why = e->code.error;
    set_error(e, why, e->code.error_line);
    e->construct = p->functions[f].construct;
    return why ? 0 : -1;
}

/* Of all that runs: the program's body and, before it, those of its helpers. */
static uint64_t digest_code(const struct card *card, const struct program *code)
{
    uint64_t digest = code->n_params;
    for (uint32_t k = code->helper; k <= code->body; k++) {
        const struct body *b = &card->bodies[k];
        digest = hash_bytes(digest, card->code + b->code, b->n_code * sizeof *card->code);
        digest = hash_bytes(digest, card->consts + b->consts, b->n_consts * sizeof *card->consts);
    }
    return digest;
}

static int compile_entry(struct program_part *part, struct program_entry *e, const struct parse *p,
                         uint32_t f)
{
    switch (compile_function(&part->card, p, f, &e->code)) {
    case COMPILE_NO_MEMORY:
        return -1;
    case COMPILE_BAD:
        return compile_error(part, e, p, f);
    default:
        break;
    }
    for (uint32_t k = e->code.helper; k <= e->code.body && !e->error; k++)
        if (part->card.bodies[k].n_code)
            e->error = verify_body(&part->card, k, part->scratch);
    e->digest = digest_code(&part->card, &e->code);
    return 0;
}

/* Text outside any function is an error of the whole record. */
static const struct function *stray_text(const struct parse *p)
{
    for (uint32_t k = 0; k < p->n_functions; k++)
        if (p->functions[k].name_len == 0)
            return &p->functions[k];
    return NULL;
}

static int compile_text(struct program_part *part, struct program_entry *e, const char *text,
                        size_t len)
{
    if (parse_text(&part->parse, text, len))
        return -1;
    const struct parse *p = &part->parse;
    const struct function *stray = stray_text(p);
    e->digest = hash_bytes(0, text, len);
    if (p->n_functions == 0) {
        set_error(e, "no function", 1);
    } else if (stray) {
        set_error(e, stray->error, (uint32_t)stray->error_line);
        e->construct = stray->construct;
    } else {
        return compile_entry(part, e, p, main_function(p));
    }
    return 0;
}

/* The id of a record, its line number where it has none, and its task.  0, or -1: memory. */
static int name_record(struct program_part *part, struct program_entry *e, const json_t *o)
{
    char number[32];
    if (record_text(part, e, o, &task_key, &e->task) || record_text(part, e, o, &id_key, &e->id))
        return -1;
    if (e->id)
        return 0;
    snprintf(number, sizeof number, "%u", (unsigned)e->line);
    e->id = pool_copy(&part->pool, number, strlen(number));
    return e->id ? 0 : -1;
}

static int compile_record(struct program_part *part, struct program_entry *e)
{
    json_error_t why;
    int status = 0;
    json_t *o = json_loadb(e->raw, e->raw_len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
    const json_t *text = json_object_get(o, "program");
    if (!o) {
        e->bad = pool_copy(&part->pool, why.text, strlen(why.text));
    } else if (!json_is_object(o)) {
        e->bad = "not a JSON object";
    } else if (!json_is_string(text)) {
        e->bad = "no \"program\" string";
    } else {
        status = name_record(part, e, o);
        if (!status && !e->bad)
            status = compile_text(part, e, json_string_value(text), json_string_length(text));
    }
    json_decref(o);
    return status;
}

int programs_compile(struct program_block *b, uint32_t k)
{
    struct program_part *part = &b->parts[k];
    uint32_t end = (k + 1) * PROGRAMS_PART < b->n ? (k + 1) * PROGRAMS_PART : b->n;
    if (!part->scratch && !(part->scratch = malloc(2 * BODY_MAX_REGS)))
        return -1;
    for (uint32_t i = k * PROGRAMS_PART; i < end; i++) {
        struct program_entry *e = &b->entries[i];
        e->part = k;
        if (e->bad)
            continue;
        int status = e->from_json ? compile_record(part, e)
                                  : compile_entry(part, e, programs_parse(e->file), e->function);
        if (status)
            return -1;
    }
    return 0;
}

int programs_syntax(struct program_block *b, uint32_t k, struct parse *p, uint32_t *function)
{
    const struct program_entry *e = &b->entries[k];
    if (!e->from_json) {
        const struct parse *of_file = programs_parse(e->file);
        *function = e->function;
        return parse_text(p, of_file->text, of_file->text_len);
    }
    json_t *o = json_loadb(e->raw, e->raw_len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    const json_t *program = json_object_get(o, "program");
    size_t len = json_string_length(program);
    const char *text =
        json_is_string(program) ? pool_copy(&b->pool, json_string_value(program), len) : NULL;
    json_decref(o);
    if (!text || parse_text(p, text, len) || p->n_functions == 0)
        return -1;
    *function = main_function(p);
    return 0;
}

/* ---- comparing ---- */

/* Memory that may be NULL where n is 0. */
static int same_bytes(const void *a, const void *b, size_t n)
{
    return n == 0 || memcmp(a, b, n) == 0;
}

int programs_same(const struct program_block *b, uint32_t x, uint32_t y)
{
    const struct program_entry *p = &b->entries[x], *q = &b->entries[y];
    if (p->error || q->error || p->digest != q->digest || p->code.n_params != q->code.n_params ||
        p->code.helper != p->code.body || q->code.helper != q->code.body)
        return 0;
    const struct card *c = &b->parts[p->part].card, *d = &b->parts[q->part].card;
    const struct body *m = &c->bodies[p->code.body], *n = &d->bodies[q->code.body];
    return m->n_code == n->n_code && m->n_consts == n->n_consts &&
           same_bytes(c->code + m->code, d->code + n->code, m->n_code * sizeof *c->code) &&
           same_bytes(c->consts + m->consts, d->consts + n->consts,
                      m->n_consts * sizeof *c->consts);
}
