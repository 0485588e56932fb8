"""Solver libraries as Python sees them: functions of flat lines, `name = call(...)`, return O."""
import ast
import glob
import json
import os


def files_of(paths):
    """Files, and the .py files of folders, sorted."""
    for path in paths:
        yield from sorted(glob.glob(os.path.join(path, "*.py"))) if os.path.isdir(path) else [path]


def solvers(paths):
    """{task: lines}: the assignments of each function solve_<task>, as syntax trees."""
    found = {}
    for path in files_of(paths):
        with open(path, encoding="utf-8") as f:
            tree = ast.parse(f.read())
        for function in tree.body:
            lines = [s for s in function.body if isinstance(s, ast.Assign)]
            assert lines[-1].targets[0].id == "O", function.name
            found[function.name.split("_")[-1]] = lines
    return found


def tasks(folder):
    """{id: task} of a folder of ARC JSON files."""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path, encoding="utf-8") as f:
            found[os.path.basename(path)[:-len(".json")]] = json.load(f)
    return found


def record(task, name, text):
    """A line of a file of candidates."""
    return json.dumps({"task": task, "id": name, "program": text})
