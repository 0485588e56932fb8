/* Reads a module: global variables, functions with their parameters. */
#include <ctype.h>
#include <string.h>

#include "ptx_read.h"

/* ---- variables ---- */

/* ".align 8 .b8 name[n]" without what follows: the bytes of an element and how many there are. */
static void read_variable(struct reader *r, char name[MAX_NAME], size_t *align, size_t *bytes,
                          size_t *n)
{
    *align = *n = 1;
    if (read_takes(r, ".align"))
        *align = (size_t)read_number(r);
    *bytes = (size_t)read_type(r);
    *align = *align < *bytes ? *bytes : *align;
    snprintf(name, MAX_NAME, "%s", r->token);
    read_next(r);
    if (read_takes(r, "[")) {
        *n = (size_t)read_number(r);
        read_expect(r, "]");
    }
    if (*n > 1 << 20 || *align > 256)
        read_refuse(r, "too large");
}

int read_param(struct reader *r, char name[MAX_NAME])
{
    size_t align, bytes, n;
    read_variable(r, name, &align, &bytes, &n);
    return (int)((bytes * n + 7) / 8);
}

static void add_symbol(struct reader *r, const char *name, uint64_t value)
{
    struct ptx_module *m = r->module;
    if (!read_room(r, &m->symbols, &m->cap_symbols, m->n_symbols + 1, sizeof *m->symbols))
        return;
    snprintf(m->symbols[m->n_symbols].name, MAX_NAME, "%s", name);
    m->symbols[m->n_symbols++].value = value;
}

const struct symbol *read_symbol(const struct ptx_module *m, const char *name)
{
    for (size_t k = 0; k < m->n_symbols; k++)
        if (strcmp(m->symbols[k].name, name) == 0)
            return &m->symbols[k];
    return NULL;
}

void read_shared(struct reader *r)
{
    char name[MAX_NAME];
    size_t align, bytes, n;
    read_variable(r, name, &align, &bytes, &n);
    read_expect(r, ";");
    r->module->n_shared = (r->module->n_shared + align - 1) / align * align;
    add_symbol(r, name, r->module->n_shared);
    r->module->n_shared += bytes * n;
    if (r->module->n_shared > PTX_SHARED_BYTES)
        read_refuse(r, "too much shared memory");
}

/* A global variable; its place does not move, so there is room for all from the beginning. */
static void read_global(struct reader *r)
{
    struct ptx_module *m = r->module;
    char name[MAX_NAME];
    size_t align, bytes, n;
    read_variable(r, name, &align, &bytes, &n);
    m->n_data = (m->n_data + align - 1) / align * align;
    if (r->failed || m->n_data + bytes * n > PTX_DATA_BYTES) {
        read_refuse(r, "too many variables");
        return;
    }
    uint8_t *at = m->data + m->n_data, *end = at + bytes * n;
    m->n_data += bytes * n;
    add_symbol(r, name, (uint64_t)(uintptr_t)at);
    if (read_takes(r, "=")) {
        int many = read_takes(r, "{");
        do {
            int64_t x = read_number(r);
            if (r->failed || at == end)
                break;
            memcpy(at, &x, bytes);
            at += bytes;
        } while (many && read_takes(r, ","));
        if (many)
            read_expect(r, "}");
    }
    read_expect(r, ";");
}

int read_constant(struct reader *r, uint64_t value)
{
    struct ptx_module *m = r->module;
    size_t k = 0;
    while (k < m->n_constants && m->constants[k].v[0] != value)
        k++;
    if (k == m->n_constants) {
        if (!read_room(r, &m->constants, &m->cap_constants, k + 1, sizeof *m->constants))
            return 0;
        m->constants[m->n_constants++].v[0] = value;
    }
    return ~(int)k;
}

/* ---- functions ---- */

static struct ptx_function *function_of(struct reader *r, const char *name)
{
    struct ptx_module *m = r->module;
    for (size_t k = 0; k < m->n_functions; k++)
        if (strcmp(m->functions[k]->name, name) == 0)
            return m->functions[k];
    struct ptx_function *f = calloc(1, sizeof *f);
    if (!f ||
        !read_room(r, &m->functions, &m->cap_functions, m->n_functions + 1, sizeof *m->functions)) {
        free(f);
        read_refuse(r, "out of memory");
        return NULL;
    }
    m->functions[m->n_functions++] = f;
    snprintf(f->name, sizeof f->name, "%s", name);
    f->module = m;
    return f;
}

/* A parameter of the function, or its result, which gets words of its frame. */
static struct range own_param(struct reader *r)
{
    struct range range = {r->next_word, 0};
    read_expect(r, ".param");
    if (!read_room(r, &r->names, &r->cap_names, r->n_names + 1, sizeof *r->names))
        return range;
    struct name *name = &r->names[r->n_names++];
    range.n = read_param(r, name->text);
    name->kind = NAME_OWN_PARAM;
    name->word = range.word;
    name->n = range.n;
    r->next_word += range.n;
    return range;
}

static void read_params(struct reader *r, struct ptx_function *f)
{
    f->n_params = 0;
    if (!read_takes(r, "("))
        return;
    while (!r->failed && !read_is(r, ")")) {
        if (f->n_params == MAX_PARAMS) {
            read_refuse(r, "too many parameters");
            return;
        }
        f->params[f->n_params++] = own_param(r);
        read_takes(r, ",");
    }
    read_expect(r, ")");
}

/* .func and .entry: a declaration, or a function with its body. */
static void read_function(struct reader *r)
{
    struct range result = {-1, 0};
    r->n_names = r->n_labels = r->n_branches = 0;
    r->next_word = 0;
    r->depot[0] = 0;
    if (read_takes(r, "(")) {
        result = own_param(r);
        read_expect(r, ")");
    }
    struct ptx_function *f = r->failed ? NULL : function_of(r, r->token);
    if (!f)
        return;
    read_next(r);
    f->result = result;
    read_params(r, f);
    while (r->token[0] == '.') { /* .maxntid 128, 1, 1 and the like */
        read_next(r);
        while (isdigit((unsigned char)r->token[0]) || read_is(r, ","))
            read_next(r);
    }
    if (read_takes(r, ";"))
        return;
    r->function = f;
    f->n_words = f->n_own = r->next_word;
    read_expect(r, "{");
    read_body(r);
}

/* ---- with -lineinfo ---- */

void read_place(struct reader *r)
{
    r->file = (int)read_number(r);
    r->source = (int)read_number(r);
    read_number(r);
    while (read_takes(r, ",")) { /* where it was inlined, as whose */
        int n = read_takes(r, "inlined_at") ? 3 : 0;
        if (!n) {
            read_expect(r, "function_name");
            read_next(r);
            n = read_takes(r, "+");
        }
        while (n--)
            read_number(r);
    }
}

/* .file 1 "name" */
static void read_file(struct reader *r)
{
    int64_t number = read_number(r);
    size_t n = strcspn(r->at, "\"\n");
    if (!read_is(r, "\"") || r->at[n] != '"' || number < 0 || number >= MAX_FILES ||
        n >= MAX_NAME) {
        read_refuse(r, "not a file");
        return;
    }
    memcpy(r->module->files[number], r->at, n);
    r->at += n + 1;
    read_next(r);
}

/* ---- the module ---- */

static void read_directive(struct reader *r)
{
    if (read_takes(r, ".version") || read_takes(r, ".target") || read_takes(r, ".address_size"))
        read_next(r);
    else if (read_takes(r, ".func") || read_takes(r, ".entry"))
        read_function(r);
    else if (read_takes(r, ".file"))
        read_file(r);
    else if (read_takes(r, ".section"))
        while (!r->failed && !read_takes(r, "}"))
            read_next(r);
    else if (read_takes(r, ".global"))
        read_global(r);
    else if (read_takes(r, ".shared"))
        read_shared(r);
    else if (!read_takes(r, ".visible") && !read_takes(r, ".weak"))
        read_refuse(r, "not known");
}

/* Calls find their functions, constants stand where they will stay. */
static void link_module(struct reader *r)
{
    struct ptx_module *m = r->module;
    for (size_t k = 0; k < m->n_functions && !r->failed; k++) {
        struct ptx_function *f = m->functions[k];
        f->first = m->n_insns;
        m->n_insns += f->n_insns;
        for (int n = 0; n < f->n_insns && !r->failed; n++) {
            struct call *call = f->insns[n].call;
            if (!call)
                continue;
            call->callee = function_of(r, call->name);
            r->line = f->insns[n].line;
            if (!call->callee || !call->callee->insns || call->callee->n_params != call->n)
                read_refuse(r, "no such function");
        }
    }
    m->counts = calloc((size_t)m->n_insns + 1, sizeof *m->counts);
    if (!m->counts)
        read_refuse(r, "out of memory");
}

struct ptx_module *ptx_read(const char *text, char why[256])
{
    struct reader r = {.at = text, .line = 1, .why = why, .module = calloc(1, sizeof *r.module)};
    why[0] = 0;
    if (!r.module || !(r.module->data = calloc(1, PTX_DATA_BYTES))) {
        snprintf(why, 256, "out of memory");
        free(r.module);
        return NULL;
    }
    read_constant(&r, 0);
    read_next(&r);
    while (r.token[0])
        read_directive(&r);
    if (!r.failed)
        link_module(&r);
    free(r.names);
    free(r.labels);
    free(r.branches);
    if (!r.failed)
        return r.module;
    ptx_free(r.module);
    return NULL;
}

void ptx_free(struct ptx_module *m)
{
    if (!m)
        return;
    for (size_t k = 0; k < m->n_functions; k++) {
        for (int n = 0; n < m->functions[k]->n_insns; n++)
            free(m->functions[k]->insns[n].call);
        free(m->functions[k]->insns);
        free(m->functions[k]->join);
        free(m->functions[k]);
    }
    free(m->functions);
    free(m->symbols);
    free(m->data);
    free(m->constants);
    free(m->counts);
    free(m);
}

struct ptx_function *ptx_kernel(struct ptx_module *m, const char *name)
{
    for (size_t k = 0; k < m->n_functions; k++)
        if (strcmp(m->functions[k]->name, name) == 0 && m->functions[k]->insns)
            return m->functions[k];
    return NULL;
}
