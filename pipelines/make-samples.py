#!/usr/bin/env python3
"""make-samples.py DIR: writes batt's own sample tasks, DIR/ID.json, in ARC's format.

input: samplerules.py, a rule a task   output: a file a task   cost: a second
A task's seed is its id, so the files are the same every time.
"""
import json
import os
import random
import sys

sys.dont_write_bytecode = True  # no __pycache__ in the tree
from samplerules import TASKS, Retry  # noqa: E402


def make(name):
    rule, demos, tests, numbered = TASKS[name]
    r = random.Random(name)
    pairs = []
    while len(pairs) < demos + tests:
        try:
            grid, output = rule(r, len(pairs)) if numbered else rule(r)
        except Retry:
            continue
        pair = {"input": grid, "output": output}
        if grid != output and pair not in pairs:
            pairs.append(pair)
    return {"train": pairs[:demos], "test": pairs[demos:]}


def text(made):
    """JSON, a grid a line."""
    def grid(name, rows):
        return f'"{name}":' + json.dumps(rows, separators=(",", ":"))

    def part(name):
        pairs = ("{" + grid("input", p["input"]) + ",\n" + grid("output", p["output"]) + "}"
                 for p in made[name])
        return f'"{name}":[\n' + ",\n".join(pairs) + "]"

    return "{" + part("train") + ",\n" + part("test") + "}\n"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make-samples.py DIR")
    os.makedirs(sys.argv[1], exist_ok=True)
    for name in TASKS:
        with open(os.path.join(sys.argv[1], name + ".json"), "w", encoding="ascii") as file:
            file.write(text(make(name)))


if __name__ == "__main__":
    main()
