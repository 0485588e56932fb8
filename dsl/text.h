/* Canonical text of values (batt-dsl(7), "Text of values").  For the host. */
#ifndef DSL_TEXT_H
#define DSL_TEXT_H

#include <stdio.h>

#include "container.h"

struct text_out {
    char *buf;
    size_t n, cap;
};

DSL_FN void text_put(struct text_out *t, const char *s)
{
    for (; *s; s++, t->n++)
        if (t->n + 1 < t->cap)
            t->buf[t->n] = *s;
}

DSL_FN void text_int(struct text_out *t, int64_t i)
{
    char s[24];
    snprintf(s, sizeof s, "%lld", (long long)i);
    text_put(t, s);
}

/* Writes what has no elements; 1 if the value was such. */
DSL_FN int text_leaf(struct text_out *t, struct val v)
{
    switch (v.tag) {
    case VAL_NONE:
        text_put(t, "None");
        return 1;
    case VAL_INT:
        text_int(t, v.u.i);
        return 1;
    case VAL_BOOL:
        text_put(t, v.u.i ? "True" : "False");
        return 1;
    case VAL_FUNC:
        text_put(t, "<function>");
        return 1;
    default:
        return 0;
    }
}

DSL_FN void text_close(struct text_out *t, const struct seq *s)
{
    if (val_is_set(s->v))
        text_put(t, "}");
    else
        text_put(t, s->n == 1 ? ",)" : ")");
}

/*
 * Writes the text of v to buf, at most cap bytes with the NUL (cap may be 0); returns the length it
 * has in full.  Takes arena space while it runs.
 */
DSL_FN size_t text_value(struct vm *vm, struct val v, char *buf, size_t cap)
{
    struct text_out t = {buf, 0, cap};
    struct seq open[LIMIT_DEPTH + 4];
    uint64_t mark = vm->top;
    uint32_t depth = 0;
    struct val e = v;
    if (!text_leaf(&t, v)) {
        text_put(&t, val_is_set(v) ? "{" : "(");
        open[0] = seq_begin(vm, v);
        for (;;) {
            struct seq *s = &open[depth];
            if (!seq_next(vm, s, &e)) {
                text_close(&t, s);
                if (depth-- == 0)
                    break;
                continue;
            }
            if (s->k > 1)
                text_put(&t, ", ");
            if (text_leaf(&t, e))
                continue;
            text_put(&t, val_is_set(e) ? "{" : "(");
            open[++depth] = seq_begin(vm, e);
        }
    }
    vm->top = mark;
    if (cap)
        buf[t.n < cap ? t.n : cap - 1] = 0;
    return t.n;
}

#endif
