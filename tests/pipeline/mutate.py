#!/usr/bin/env python3
"""
Programs for given tasks of which it is known who passes, without asking batt.

    mutate.py [--seed N] [--count N] [--broken TASK]... TASKS PROGRAMS PASSING SOLVERS...

Reads the folder TASKS and the libraries SOLVERS; writes the candidates to PROGRAMS as JSON lines
and the ids of those that match every demonstration to PASSING. What is known of a program:

- A solver that solves its task still does when its variables are renamed, lines that cannot fail
  are added, independent lines swapped, constants written as literals, calls nested (--broken
  names the tasks whose solver does not).
- A solver fails when its right output is then made unequal for sure (twice as wide, a cell of
  colour 10, a number, larger than any grid of ARC), when a line that raises or is no arc-dsl is
  added, when it lacks a line.
- A program that turns or mirrors its input, or has its output written down, passes if the task's
  demonstrations say so.
"""
import argparse
import ast
import random

import library

LITERALS = {
    "F": "False", "T": "True", "ZERO": "0", "ONE": "1", "TWO": "2", "THREE": "3", "FOUR": "4",
    "FIVE": "5", "SIX": "6", "SEVEN": "7", "EIGHT": "8", "NINE": "9", "TEN": "10",
    "NEG_ONE": "-1", "NEG_TWO": "-2", "DOWN": "(1, 0)", "RIGHT": "(0, 1)", "UP": "(-1, 0)",
    "LEFT": "(0, -1)", "ORIGIN": "(0, 0)", "UNITY": "(1, 1)", "TWO_BY_TWO": "(2, 2)",
}
HARMLESS = ["vmirror({g})", "rot90({g})", "height({g})", "palette({g})", "asindices({g})",
            "add(THREE, 4)", "astuple(ONE, {g})", "initset(UNITY)", "identity({g})",
            "compose(first, last)", "canvas(ZERO, UNITY)", "divide(SEVEN, TWO)", "{g}"]
RAISING = ["divide(ONE, ZERO)", "first(ZERO)", "{g}(ONE)", "hmirror({g}, {g})", "crement(None)",
           "canvas(ONE, TWO)", "first(())", "nosuchname({g})", "hmirror(unknown)"]
NO_SYNTAX = ["hmirror({g}", "[{g}]", "lambda x: x", "{g} if T else {g}", "1 + 1", "vmirror{g})",
             "'text", "{g}[0]", "vmirror({g},,)", "5x"]
INEQUAL = ["hconcat({o}, {o})", "vconcat({o}, {o})", "fill({o}, TEN, CORNER)", "height({o})",
           "canvas(ZERO, HUGE)", "palette({o})", "astuple({o}, {o})", "trim"]
TURNS = {
    "I": lambda g: g,
    "vmirror(I)": lambda g: [row[::-1] for row in g],
    "hmirror(I)": lambda g: g[::-1],
    "dmirror(I)": lambda g: [list(row) for row in zip(*g)],
    "rot90(I)": lambda g: [list(row) for row in zip(*g[::-1])],
    "rot180(I)": lambda g: [row[::-1] for row in g[::-1]],
    "rot270(I)": lambda g: [list(row) for row in zip(*g)][::-1],
    "vconcat(I, I)": lambda g: g + g,
    "hconcat(I, I)": lambda g: [row + row for row in g],
}


def line(target, text):
    return ast.parse(f"{target} = {text}").body[0]


def target(stmt):
    return stmt.targets[0].id


def names(stmt):
    """Names a line reads."""
    return [n.id for n in ast.walk(stmt.value) if isinstance(n, ast.Name)]


def fresh(lines, r):
    taken = {target(s) for s in lines}.union(*(names(s) for s in lines))
    while (name := f"{r.choice('abxy')}{r.randrange(1000)}") in taken:
        pass
    return name


class Replace(ast.NodeTransformer):
    """Puts other expressions for names that are read."""

    def __init__(self, texts):
        self.texts = texts

    def visit_Name(self, node):
        text = self.texts.get(node.id)
        return ast.parse(text, mode="eval").body if text else node


def replaced(stmt, texts):
    copy = ast.parse(ast.unparse(stmt)).body[0]
    copy.value = Replace(texts).visit(copy.value)
    return copy


# ---- rewrites that keep the meaning: lines and a random source to lines ----

def rename(lines, r):
    new, out = {}, []
    for k, s in enumerate(lines):
        s = replaced(s, new)
        if k < len(lines) - 1:
            new[target(s)] = s.targets[0].id = f"{r.choice('abxy')}{r.randrange(1000, 9999)}_{k}"
        out.append(s)
    return out


def add_dead(lines, r):
    k = r.randrange(len(lines))
    return lines[:k] + [line(fresh(lines, r), r.choice(HARMLESS).format(g="I"))] + lines[k:]


def swap(lines, r):
    free = [k for k in range(len(lines) - 2) if target(lines[k]) not in names(lines[k + 1])
            and target(lines[k]) != target(lines[k + 1])
            and target(lines[k + 1]) not in names(lines[k])]
    if not free:
        return lines
    k = r.choice(free)
    return lines[:k] + [lines[k + 1], lines[k]] + lines[k + 2:]


def literals(lines, r):
    taken = {target(s) for s in lines}
    chosen = {n: t for n, t in LITERALS.items() if n not in taken and r.random() < 0.5}
    return [replaced(s, chosen) for s in lines]


def twice(lines, r):
    """The input turned over and back before all else."""
    a, b = fresh(lines, r), fresh(lines, r) + "_"
    turn = r.choice(["vmirror", "hmirror", "rot180", "dmirror", "cmirror"])
    return [line(a, f"{turn}(I)"), line(b, f"{turn}({a})")] + [replaced(s, {"I": b}) for s in lines]


def nest(lines, r):
    """A line that is read once, by the next, is written into that."""
    free = [k for k in range(len(lines) - 1)
            if sum(names(s).count(target(lines[k])) for s in lines[k + 1:]) == 1
            and names(lines[k + 1]).count(target(lines[k])) == 1]
    if not free:
        return lines
    k = r.choice(free)
    text = {target(lines[k]): ast.unparse(lines[k].value)}
    return lines[:k] + [replaced(lines[k + 1], text)] + lines[k + 2:]


def last_again(lines, r):
    name = fresh(lines, r)
    return lines[:-1] + [line(name, ast.unparse(lines[-1].value)), line("O", f"identity({name})")]


KEEPING = [rename, add_dead, swap, literals, twice, nest, last_again]


# ---- programs as text ----

def text_of(lines, r, result="O"):
    """A function of these lines, which are trees or texts, in one of several styles."""
    indent = " " * r.choice([4, 4, 4, 8])
    out = [f"def {r.choice(['solve', 'f', 'solve_it'])}(I):"]
    if r.random() < 0.2:
        out.append(indent + '"""What it does."""')
    for s in lines:
        if r.random() < 0.05:
            out.append(r.choice(["", indent + "# a remark"]))
        out.append(indent + (s if isinstance(s, str) else ast.unparse(s)))
    if result:
        out.append(f"{indent}return {result}")
    return "\n".join(out) + "\n"


def kept(lines, r):
    for _ in range(r.randint(1, 5)):
        lines = r.choice(KEEPING)(lines, r)
    return lines


def insert(lines, text, r):
    k = r.randrange(len(lines) + 1)
    return lines[:k] + [f"{fresh(lines, r)} = {text.format(g='I')}"] + lines[k:]


def passing(lines, r):
    return text_of(kept(lines, r), r, r.choice(["O", "O", "identity(O)"]))


def wrong_output(lines, r):
    lines = last_again(kept(lines, r), r)
    right = lines[-1].value.args[0].id
    return text_of(lines[:-1] + [line("CORNER", "initset(ORIGIN)"), line("HUGE", "(31, 31)"),
                                 line("O", r.choice(INEQUAL).format(o=right))], r)


def raising(lines, r):
    return text_of(insert(kept(lines, r), r.choice(RAISING), r), r)


def no_syntax(lines, r):
    return text_of(insert(kept(lines, r), r.choice(NO_SYNTAX), r), r)


def incomplete(lines, r):
    """Without a line that another needs, or without its return."""
    lines = rename(lines, r)
    if len(lines) == 1 or r.random() < 0.3:
        return text_of(lines, r, None)
    needed = {n for s in lines for n in names(s)}
    k = r.choice([k for k, s in enumerate(lines) if target(s) in needed or target(s) == "O"])
    return text_of(lines[:k] + lines[k + 1:], r)


FAILING = [wrong_output, raising, no_syntax, incomplete]


def of_solver(known, r):
    """(task, text, whether it passes) of a solver's mutant."""
    task = r.choice(known.names)
    if r.random() < 0.45:
        return task, passing(known.solvers[task], r), task not in known.broken
    return task, r.choice(FAILING)(known.solvers[task], r), False


def of_foreign(known, r):
    """Another task's solver; its output, if any, is larger than any of ARC."""
    lines = kept(known.solvers[r.choice(known.names)], r)
    big = lines[:-1] + [line("HUGE", "astuple(31, 31)"), line("O", "canvas(ZERO, HUGE)")]
    return r.choice(known.names), text_of(big, r), False


def of_turn(known, r):
    task = r.choice(known.names)
    text, turn = r.choice(list(TURNS.items()))
    right = all(turn(p["input"]) == p["output"] for p in known.tasks[task]["train"])
    return task, text_of([f"O = {text}"], r), right


def of_constant(known, r):
    """The output of one demonstration written down."""
    task = r.choice(known.names)
    outputs = [p["output"] for p in known.tasks[task]["train"]]
    one = r.choice(outputs)
    literal = repr(tuple(tuple(row) for row in one))
    return task, text_of([f"O = {literal}"], r), all(o == one for o in outputs)


class Known:
    def __init__(self, args):
        self.tasks = library.tasks(args.tasks)
        self.solvers = {t: s for t, s in library.solvers(args.solvers).items() if t in self.tasks}
        self.broken = args.broken
        self.names = sorted(self.solvers)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--broken", action="append", default=[])
    for name in "tasks", "programs", "passing":
        parser.add_argument(name)
    parser.add_argument("solvers", nargs="+")
    args = parser.parse_args()
    r = random.Random(args.seed)
    known = Known(args)
    made = []
    with open(args.programs, "w") as programs, open(args.passing, "w") as passing_ids:
        for k in range(args.count):
            if made and r.random() < 0.05:  # the same once more, under a name of its own
                task, text, passes = r.choice(made)
            else:
                make = r.choices([of_solver, of_foreign, of_turn, of_constant], [80, 8, 7, 5])[0]
                task, text, passes = make(known, r)
            made.append((task, text, passes))
            print(library.record(task, f"m{k:05}", text), file=programs)
            if passes:
                print(f"m{k:05}", file=passing_ids)


main()
