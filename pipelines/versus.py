"""The Python half of versus.sh: runs arc-dsl, compares values, prints ratios."""
import json
import math
import re
import signal
import sys
import time


class Late(Exception):
    pass


def late(*_):
    raise Late


def fail(text):
    print(f"versus.sh: {text}", file=sys.stderr)
    sys.exit(3)


def reason(e):
    """An exception in a line."""
    if isinstance(e, SyntaxError):
        return f"line {e.lineno}: {e.msg}"
    return f"{type(e).__name__}: {e}"


def load(arc_dsl, programs):
    """All functions of a programs file, with arc-dsl's names around them."""
    sys.path.insert(0, arc_dsl)
    names = {}
    for module in "dsl", "constants":
        try:
            exec(f"from {module} import *", names)
        except Exception as e:
            fail(f"{arc_dsl}/{module}.py: {reason(e)}")
    try:
        text = open(programs, encoding="utf-8").read()
        exec(compile(re.sub(r"(?m)^from .*import.*$", "", text), programs, "exec"), names)
    except Exception as e:
        fail(f"{programs}: {reason(e)}")
    return {n: f for n, f in names.items() if callable(f)}


def items_of(path):
    """Grids by (task, part, index)."""
    items = {}
    for line in open(path, encoding="utf-8"):
        j = json.loads(line)
        if j["type"] == "item":
            items[j["task"], j["part"], j["index"]] = tuple(tuple(r) for r in j["input"])
    return items


def plain(value):
    """A value of Python as batt-show prints it; sets as sorted texts, for order is batt's own."""
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    if isinstance(value, frozenset):
        return {"set": sorted(json.dumps(plain(v), default=repr) for v in value)}
    if callable(value):
        return {"function": True}
    return value


def shown(value):
    if isinstance(value, list):
        return [shown(v) for v in value]
    if isinstance(value, dict) and "set" in value:
        return {"set": sorted(json.dumps(shown(v)) for v in value["set"])}
    return value


def run_python(function, grid, limit):
    """(outcome, value, microseconds) of one call."""
    signal.setitimer(signal.ITIMER_REAL, limit)
    begin = time.perf_counter()
    try:
        value = function(grid)
        outcome = "value"
    except Late:
        return "late", None, 0
    except Exception as e:
        value, outcome = type(e).__name__, "error"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return outcome, value, (time.perf_counter() - begin) * 1e6


def equal(result, outcome, value):
    """Do batt and Python agree?"""
    if outcome == "error":
        return result["outcome"] in ("error", "limit")
    return result["outcome"] in ("ok", "other") and shown(result.get("output")) == plain(value)


def python_has(outcome, value):
    return value if outcome == "error" else json.dumps(plain(value), default=repr)[:120]


def batt_has(result, errors):
    if result["outcome"] in ("ok", "other"):
        return json.dumps(result.get("output"))[:120]
    if result["outcome"] == "syntax":
        return f"syntax ({errors.get(result['program'])})"
    return result.get("error", result["outcome"])


def main():
    arc_dsl, programs, work, end_us, limit = sys.argv[1:]
    signal.signal(signal.SIGALRM, late)
    functions = load(arc_dsl, programs)
    items = items_of(work + "/tasks.jsonl")
    native = {}
    for line in open(work + "/times", encoding="utf-8"):
        if line.startswith("{"):
            j = json.loads(line)
            native[j["program"]] = j
    python, errors, late_runs, runs, mismatches = {}, {}, 0, 0, []
    for line in open(work + "/results.jsonl", encoding="utf-8"):
        r = json.loads(line)
        if r["type"] == "program" and "error" in r:
            errors[r["program"]] = f"line {r['line']}: {r['error']}"
        if r["type"] != "result" or r["program"] not in functions:
            continue
        outcome, value, us = run_python(functions[r["program"]],
                                        items[r["task"], r["part"], r["index"]], float(limit))
        if outcome == "late":
            late_runs += 1
            native.pop(r["program"], None)
            continue
        runs += 1
        python[r["program"]] = python.get(r["program"], 0) + us
        if not equal(r, outcome, value):
            mismatches.append(f"{r['program']} {r['task']} {r['part']} {r['index']}: "
                              f"Python has {python_has(outcome, value)}, "
                              f"batt has {batt_has(r, errors)}")
    report(python, native, mismatches, late_runs, runs, float(end_us))


def report(python, native, mismatches, late_runs, runs, end_us):
    ratios = []
    print(f"{'program':24} {'runs':>5} {'python us':>12} {'batt us':>10} {'ratio':>8}")
    for name in sorted(python):
        n = native.get(name)
        if not n or not n["runs"]:
            continue
        ratios.append((python[name], n["us"]))
        print(f"{name:24} {n['runs']:5} {python[name] / n['runs']:12.1f} "
              f"{n['us'] / n['runs']:10.2f} {python[name] / n['us']:8.0f}")
    for mismatch in mismatches:
        print(f"mismatch: {mismatch}")
    if ratios:
        p, b = sum(r[0] for r in ratios), sum(r[1] for r in ratios)
        mean = math.exp(sum(math.log(x / y) for x, y in ratios) / len(ratios))
        print(f"{runs} runs of {len(ratios)} programs: Python {p / 1e6:.2f} s, batt {b / 1e6:.4f} s: "
              f"{p / b:.0f} times in total, {mean:.0f} in the geometric mean; "
              f"batt end to end {end_us / 1e6:.3f} s: {p / end_us:.0f} times")
    print(f"{len(mismatches)} mismatches, {late_runs} runs too slow for Python")
    if not runs:
        fail("nothing was compared: " + (
            "every run was too slow for Python" if late_runs else
            "no program's name ends in _ and the id of just one task, as solve_007bbfb7"))
    sys.exit(1 if mismatches else 0)


main()
