#!/usr/bin/env python3
"""
Cases and vectors as a job of the tools: what the engine is judged by, on whatever batt-gpu uses.

    judged.py DIR FILE...    (tests/cases/*.case, vectors/*.jsonl)

Writes tasks of one grid each to DIR/tasks and a program for each judgement, the same one once, to
DIR/programs.jsonl.  Which results are right `cases` and `vectors` know; here it matters that all
machines come to the same.
"""
import json
import os
import sys


def cases(path):
    """(grid, program) of a file of cases; tests/cases.c says what they look like."""
    for block in open(path).read().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        text = lines[0].removeprefix("grid ").strip()
        grid = json.loads(text) if text.startswith("[") else [
            [int(c) for c in row if c.isdigit()] for row in text.split("/")]
        body = [line for line in lines[1:] if line[0] not in "=!"]
        yield grid, "def solve(I):\n" + "".join(f"    {line}\n" for line in body) + "    return O\n"


def vectors(path):
    for line in open(path):
        v = json.loads(line)
        yield v["I"], v["program"]


def is_task_grid(grid):
    """Grids that a task file may hold."""
    return (0 < len(grid) <= 30 and 0 < len(grid[0]) <= 30 and len({len(r) for r in grid}) == 1
            and all(0 <= c <= 9 for r in grid for c in r))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    folder, names, seen = sys.argv[1], {}, set()
    os.makedirs(folder + "/tasks", exist_ok=True)
    n = left = 0
    with open(folder + "/programs.jsonl", "w") as out:
        for path in sys.argv[2:]:
            for grid, program in (cases if path.endswith(".case") else vectors)(path):
                if not is_task_grid(grid):
                    left += 1
                    continue
                text = json.dumps(grid)
                if (text, program) in seen:
                    continue
                seen.add((text, program))
                if text not in names:
                    names[text] = f"g{len(names):05}"
                    pair = {"input": grid, "output": grid}
                    with open(f"{folder}/tasks/{names[text]}.json", "w") as task:
                        json.dump({"train": [pair], "test": [pair]}, task)
                n += 1
                print(json.dumps({"id": f"{os.path.basename(path)}:{n}", "task": names[text],
                                  "program": program}), file=out)
    print(f"{n} programs on {len(names)} grids; {left} on grids that no task may have: left out")


main()
