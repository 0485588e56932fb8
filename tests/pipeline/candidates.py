#!/usr/bin/env python3
"""
Candidates as a search makes them, for measuring: JSON lines programs of about 10 lines, one task
each.

    candidates.py [--seed N] [--count N] [--task ID] SOLVERS...

A candidate is a solver of the libraries SOLVERS, most often of its own task, else of another,
brought to 8 to 12 lines by lines in front that turn, mirror or recolour the grid that it goes on
with, and with some of its constants exchanged.  A longer solver stays as long as it is.  No line
in front enlarges the grid: a few programs on huge grids would be most of what is measured.
"""
import argparse
import ast
import random
import re
import sys

import library

COLORS = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]
FRONT = ["vmirror({g})", "hmirror({g})", "rot180({g})", "dmirror({g})", "rot90({g})", "trim({g})",
         "replace({g}, {a}, {b})", "switch({g}, {a}, {b})", "tophalf({g})", "identity({g})",
         "compress({g})", "cover({g}, I)", "rot270({g})", "lefthalf({g})"]


def text_of_solver(lines):
    """Its lines as a format string: {g} for the input, {c} for each constant colour."""
    text = "".join(f"    {ast.unparse(s)}\n" for s in lines)
    text = re.sub(r"\bI\b", "{g}", text)
    return re.split(r"\b(%s)\b" % "|".join(COLORS), text)


def candidate(solver, n_lines, r):
    """Its function: n_lines of the solver, more in front, constants changed with some luck."""
    grid, out = "I", ["def solve(I):\n"]
    for k in range(max(0, r.randint(8, 12) - n_lines)):
        call = r.choice(FRONT).format(g=grid, a=r.choice(COLORS), b=r.choice(COLORS))
        grid = f"g{k}"
        out.append(f"    {grid} = {call}\n")
    for part in solver:
        change = part in COLORS and r.random() < 0.3
        out.append(r.choice(COLORS) if change else part.replace("{g}", grid))
    out.append("    return O\n")
    return "".join(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--task", help="all for this one")
    parser.add_argument("solvers", nargs="+")
    args = parser.parse_args()
    r = random.Random(args.seed)
    solvers = {t: (text_of_solver(s), len(s)) for t, s in library.solvers(args.solvers).items()}
    names = sorted(solvers)
    for k in range(args.count):
        task = r.choice(names)
        solver = solvers[task if r.random() < 0.7 else r.choice(names)]
        sys.stdout.write(library.record(args.task or task, f"c{k:06}", candidate(*solver, r)) + "\n")


main()
