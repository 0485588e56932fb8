/* Reads the statements of a function. */
#include <ctype.h>
#include <string.h>

#include "ptx_read.h"

/* ---- names ---- */

static struct name *new_name(struct reader *r, enum name_kind kind, int n)
{
    if (r->failed || !read_room(r, &r->names, &r->cap_names, r->n_names + 1, sizeof *r->names))
        return NULL;
    struct name *name = &r->names[r->n_names++];
    name->kind = kind;
    name->word = r->next_word;
    name->n = n;
    r->next_word += n;
    if (r->function->n_words < r->next_word)
        r->function->n_words = r->next_word;
    return name;
}

/* ".reg .b64 %rd<83>;" or ".reg .b64 %tmp;" after its first word */
static void read_registers(struct reader *r)
{
    char text[MAX_NAME];
    int bytes = read_type(r), n = 1, many = 0;
    uint64_t width = bytes == 0 ? 1 : bytes == 8 ? ~(uint64_t)0 : ((uint64_t)1 << 8 * bytes) - 1;
    snprintf(text, sizeof text, "%s", r->token);
    read_next(r);
    if (read_takes(r, "<")) {
        n = (int)read_number(r);
        many = 1;
        read_expect(r, ">");
    }
    read_expect(r, ";");
    if (n < 1 || n > 1 << 14) {
        read_refuse(r, "too many registers");
        return;
    }
    struct name *name = new_name(r, many ? NAME_REGISTERS : NAME_REGISTER, n);
    if (name) {
        snprintf(name->text, sizeof name->text, "%s", text);
        name->width = width;
    }
}

static void read_call_param(struct reader *r)
{
    char text[MAX_NAME];
    struct name *name = new_name(r, NAME_PARAM, read_param(r, text));
    read_expect(r, ";");
    if (name)
        snprintf(name->text, sizeof name->text, "%s", text);
}

/* The name that a word means, the last one that is so called; its number in *k. */
static const struct name *find_name(const struct reader *r, const char *word, int *k)
{
    for (size_t n = r->n_names; n--;) {
        const struct name *name = &r->names[n];
        size_t prefix = strlen(name->text);
        *k = 0;
        if (name->kind != NAME_REGISTERS) {
            if (strcmp(name->text, word) == 0)
                return name;
            continue;
        }
        if (strncmp(name->text, word, prefix) || !isdigit((unsigned char)word[prefix]))
            continue;
        *k = atoi(word + prefix);
        if (*k < name->n)
            return name;
    }
    return NULL;
}

/* ---- operands ---- */

/* A register; its width. */
static int read_register(struct reader *r, uint64_t *width)
{
    int k = 0;
    const struct name *name = find_name(r, r->token, &k);
    if (!name || name->kind == NAME_PARAM || name->kind == NAME_OWN_PARAM) {
        read_refuse(r, "not a register");
        return 0;
    }
    read_next(r);
    *width = name->width;
    return name->word + k;
}

/* A register, a number or a variable. */
static int read_source(struct reader *r)
{
    int k = 0;
    uint64_t width;
    const struct symbol *symbol;
    const struct name *name = find_name(r, r->token, &k);
    if (name && name->kind == NAME_OWN_PARAM && name->word == r->function->params[0].word) {
        read_next(r);
        return read_constant(r, 0); /* the first byte of the kernel's own */
    }
    if (name)
        return read_register(r, &width);
    if ((symbol = read_symbol(r->module, r->token))) {
        read_next(r);
        return read_constant(r, symbol->value);
    }
    return read_constant(r, (uint64_t)read_number(r));
}

/* "[%rd1+8]" or "[param0+0]" */
static void read_address(struct reader *r, struct insn *i)
{
    int k = 0;
    read_expect(r, "[");
    const struct name *name = find_name(r, r->token, &k);
    i->target = -1;
    if (name && (name->kind == NAME_PARAM || name->kind == NAME_OWN_PARAM)) {
        i->target = name->word;
        i->of[0] = read_constant(r, 0);
        read_next(r);
    } else {
        i->of[0] = read_source(r);
    }
    i->offset = read_takes(r, "+") ? read_number(r) : 0;
    if (i->target >= 0 && (i->offset < 0 || i->offset >= 8 * name->n))
        read_refuse(r, "past the end of the parameter");
    read_expect(r, "]");
}

/* "%r1", "%r1|%p2" of a shuffle, or "{%r1, %r2}"; how many, without the predicate. */
static int read_destinations(struct reader *r, struct insn *i, const char *name)
{
    int n = 0, many = read_takes(r, "{");
    uint64_t bit;
    do {
        if (n == 4) {
            read_refuse(r, "too many elements");
            return 0;
        }
        i->to[n++] = read_register(r, &i->width);
    } while (many && read_takes(r, ","));
    if (many)
        read_expect(r, "}");
    if (strncmp(name, "shfl.", 5) == 0 && read_takes(r, "|")) /* else refused as it stands there */
        i->to[1] = read_register(r, &bit);
    return n;
}

/* Sources up to the end, those in braces like others; how many. */
static int read_sources(struct reader *r, struct insn *i, int n)
{
    do {
        read_takes(r, "{");
        if (n == MAX_OPERANDS) {
            read_refuse(r, "too many operands");
            return 0;
        }
        if (read_takes(r, "!"))
            i->not_of |= 1 << n;
        i->of[n++] = read_source(r);
        read_takes(r, "}");
    } while (read_takes(r, ","));
    return n;
}

/* ---- statements ---- */

static struct insn *new_insn(struct reader *r)
{
    struct ptx_function *f = r->function;
    if (r->failed ||
        !read_room(r, &f->insns, &f->cap_insns, (size_t)f->n_insns + 1, sizeof *f->insns))
        return NULL;
    struct insn *i = &f->insns[f->n_insns++];
    i->guard = i->target = i->to[1] = -1;
    i->line = r->line;
    i->file = r->file;
    i->source = r->source;
    i->slots = 1;
    for (int k = 0; k < MAX_OPERANDS; k++)
        i->of[k] = read_constant(r, 0);
    return i;
}

/* A label that is here, or the one that a branch goes to. */
static void note_label(struct reader *r, struct label **labels, size_t *n, size_t *cap, int insn)
{
    if (!read_room(r, labels, cap, *n + 1, sizeof **labels))
        return;
    snprintf((*labels)[*n].text, MAX_NAME, "%s", r->token);
    (*labels)[(*n)++].insn = insn;
    read_next(r);
}

/* The word of a call's parameter. */
static int call_word(struct reader *r)
{
    int k = 0;
    const struct name *name = find_name(r, r->token, &k);
    if (!name || name->kind != NAME_PARAM) {
        read_refuse(r, "not a parameter");
        return 0;
    }
    read_next(r);
    return name->word;
}

/* "(retval0), name, (param0, param1);" */
static void read_call(struct reader *r, struct insn *i)
{
    struct call *call = i->call = calloc(1, sizeof *call);
    i->flow = FLOW_CALL;
    if (!call) {
        read_refuse(r, "out of memory");
        return;
    }
    call->result = -1;
    if (read_takes(r, "(")) {
        call->result = call_word(r);
        read_expect(r, ")");
        read_expect(r, ",");
    }
    snprintf(call->name, sizeof call->name, "%s", r->token);
    read_next(r);
    if (read_takes(r, ",")) {
        read_expect(r, "(");
        while (!r->failed && !read_is(r, ")")) {
            if (call->n == MAX_PARAMS) {
                read_refuse(r, "too many parameters");
                return;
            }
            call->words[call->n++] = call_word(r);
            read_takes(r, ",");
        }
        read_expect(r, ")");
    }
}

/* mov by what is moved: halves, the function's local memory, the machine's own registers. */
static int is_special_move(struct reader *r, struct insn *i)
{
    static const char *const words[][2] = {
        {"%tid.x", "mov_tid"},   {"%ctaid.x", "mov_ctaid"}, {"%nctaid.x", "mov_nctaid"},
        {"%ntid.x", "mov_ntid"}, {"%clock64", "mov_clock"},
    };
    const char *run = NULL;
    if (r->depot[0] && read_is(r, r->depot))
        run = "mov_local";
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (read_is(r, words[k][0]))
            run = words[k][1];
    if (!run)
        return 0;
    read_next(r);
    return ptx_operation(run, i);
}

/* The operands of everything but flow. */
static void read_operands(struct reader *r, struct insn *i, const char *name)
{
    int stores = strncmp(name, "st.", 3) == 0, n_to = 0;
    if (strncmp(name, "membar", 6) == 0)
        return;
    if (stores) {
        read_address(r, i);
        read_expect(r, ",");
        read_sources(r, i, 1);
        return;
    }
    if (strncmp(name, "bar.", 4)) {
        n_to = read_destinations(r, i, name);
        read_expect(r, ",");
    }
    if (read_is(r, "[")) {
        read_address(r, i);
        if (read_takes(r, ","))
            read_sources(r, i, 1);
    } else if (strncmp(name, "mov.", 4) || !is_special_move(r, i)) {
        int halves = read_is(r, "{"), n = read_sources(r, i, 0);
        if (n_to == 2 || halves)
            ptx_operation(n_to == 2 ? "mov_unpack" : "mov_pack", i);
        if ((n_to == 2 && n != 1) || (halves && n != 2) || n_to > 2 ||
            ((n_to == 2 || halves) && strcmp(name, "mov.b64")) ||
            (i->not_of && strncmp(name, "vote.", 5)))
            read_refuse(r, "not known");
    }
}

static void read_statement(struct reader *r)
{
    struct insn *i = new_insn(r);
    char name[MAX_NAME];
    uint64_t width;
    if (!i)
        return;
    if (read_takes(r, "@")) {
        i->guard_not = read_takes(r, "!");
        i->guard = read_register(r, &width);
    }
    snprintf(name, sizeof name, "%s", r->token);
    if (!strcmp(name, "bra") || !strcmp(name, "bra.uni")) {
        read_next(r);
        i->flow = FLOW_BRANCH;
        note_label(r, &r->branches, &r->n_branches, &r->cap_branches, r->function->n_insns - 1);
    } else if (!strcmp(name, "ret")) {
        read_next(r);
        i->flow = FLOW_RETURN;
    } else if (!strcmp(name, "trap")) {
        read_next(r);
        i->flow = FLOW_TRAP;
    } else if (!strcmp(name, "call.uni") || !strcmp(name, "call")) {
        read_next(r);
        read_call(r, i);
    } else if (ptx_operation(name, i)) {
        read_next(r);
        read_operands(r, i, name);
    } else {
        read_refuse(r, "not known");
    }
    if (i->flow != FLOW_ON)
        i->kind = KIND_FLOW;
    read_expect(r, ";");
}

/* Declarations and statements in braces: what is declared there is forgotten behind them. */
static void read_scope(struct reader *r)
{
    size_t n_names = r->n_names;
    int next_word = r->next_word;
    while (!r->failed && !read_is(r, "}")) {
        if (read_takes(r, "{"))
            read_scope(r);
        else if (read_takes(r, ".reg"))
            read_registers(r);
        else if (read_takes(r, ".param"))
            read_call_param(r);
        else if (read_takes(r, ".shared"))
            read_shared(r);
        else if (read_takes(r, ".loc"))
            read_place(r);
        else if (read_takes(r, ".pragma")) { /* for the optimiser */
            while (!r->failed && !read_takes(r, ";"))
                read_next(r);
        } else if (read_takes(r, ".local")) {
            r->function->local_bytes = 8 * read_param(r, r->depot);
            read_expect(r, ";");
        } else if (r->token[0] == '$') {
            note_label(r, &r->labels, &r->n_labels, &r->cap_labels, r->function->n_insns);
            read_expect(r, ":");
        } else
            read_statement(r);
    }
    read_expect(r, "}");
    r->n_names = n_names;
    r->next_word = next_word;
}

void read_body(struct reader *r)
{
    struct ptx_function *f = r->function;
    read_scope(r);
    for (size_t b = 0; b < r->n_branches && !r->failed; b++) {
        size_t k = 0;
        while (k < r->n_labels && strcmp(r->labels[k].text, r->branches[b].text))
            k++;
        if (k == r->n_labels)
            read_refuse(r, "a branch to nowhere");
        else
            f->insns[r->branches[b].insn].target = r->labels[k].insn;
    }
    f->join = malloc(((size_t)f->n_insns + 1) * sizeof *f->join);
    if (!f->join)
        read_refuse(r, "out of memory");
    for (int k = 0; f->join && k < f->n_insns; k++)
        f->join[k] = -1;
    /* Running off the end would be running on into another function. */
    if (!r->failed && (f->n_insns == 0 || f->insns[f->n_insns - 1].guard >= 0))
        read_refuse(r, "a function without an end");
}
