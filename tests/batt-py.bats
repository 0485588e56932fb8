#!/usr/bin/env bats
# pipelines/batt.py: programs in, results out, as batt-gpu has them.
load helper

export PYTHONPATH="$BATS_TEST_DIRNAME/../pipelines" PYTHONDONTWRITEBYTECODE=1

setup() {
    make_tasks data aaaaaaaa bbbbbbbb
    echo '{"train": [{"input": [[1, 2]], "output": [[2, 1]]}, {"input": [[3, 4]], "output": [[4, 3]]}],
        "test": [{"input": [[5, 6]], "output": [[6, 5]]}, {"input": [[7, 8]], "output": [[0, 0]]}]}' > data/mirror.json
    batt-collect --set s -o tasks.batt data
}

# python CODE: runs it behind what every test needs.
python() {
    { cat << 'END'
import itertools, json, os, signal, subprocess
from batt import Batt, BattError
def program(name, *more):
    return f"def solve(I):\n    O = {name}(I)\n    return O\n"
def lines(results):
    for r in results:
        print(r.passed, r.error)
END
        cat; } > script.py
    python3 script.py
}

@test "batt.py: passed, tests, errors, in the order given" {
    python > out << 'END'
with Batt("tasks.batt") as b:
    lines(b.run([program("hmirror"), program("vmirror"), "def solve(I:\n", program("first")]))
    r = b.test(program("vmirror"))
    print(r.tests)
    print([(x["part"], x["index"], x["outcome"], x["equal"]) for x in r.runs["s/mirror"]])
    print(b.test({"program": program("vmirror"), "task": "aaaaaaaa", "id": "mine"}).runs.keys())
END
    cat > want << 'END'
[] None
['s/mirror'] None
[] line 2: ',' or ')' is missing
[] None
{'s/mirror': [[[6, 5]], [[8, 7]]]}
[('demo', 0, 'ok', True), ('demo', 1, 'ok', True), ('test', 0, 'ok', True), ('test', 1, 'ok', False)]
dict_keys(['s/aaaaaaaa'])
END
    diff out want
}

@test "batt.py: batches of any size give the same, and options reach batt-gpu" {
    python << 'END'
programs = [program(n) for n in "vmirror hmirror identity dmirror rot90 vmirror".split()] * 7
seen = []
for batch in 1, 5, 42, 1024:
    with Batt(["tasks.batt"], "-j", 1, gate=0, keep="all") as b:
        seen.append([(r.program, r.passed, r.runs)
                     for r in b.run(programs, batch=batch, all_runs=True)])
        assert [r.passed for r in b.run(programs, batch=batch)] == [s[1] for s in seen[0]]
assert all(s == seen[0] for s in seen) and len(seen[0]) == 42
assert all(len(s[2]) == 3 for s in seen[0])
assert all(r["outcome"] != "skipped" for s in seen[0] for t in s[2].values() for r in t)
with Batt("tasks.batt", "--fuel", 1) as b:
    twice = "def solve(I):\n    x1 = vmirror(I)\n    O = vmirror(x1)\n    return O\n"
    assert b.test(twice).runs["s/mirror"][0]["outcome"] == "fuel"
END
}

@test "batt.py: what it picks is what batt-gpu wrote, however it comes" {
    echo '{"train": [{"input": [[1, 1]], "output": [[1, 1]]}, {"input": [[1, 2]], "output": [[2, 1]]}],
        "test": [{"input": [[5, 6]], "output": [[5, 6]]}, {"input": [[3]]}]}' > data/half.json
    echo '{"train": [{"input": [[1, 1]], "output": [[1, 1]]}],
        "test": [{"input": [[5, 6]], "output": [[5, 6]]}]}' > data/equal.json
    batt-collect --set 's"t' -o tasks.batt data
    python << 'END'
import batt
names = "identity hmirror vmirror dmirror rot90 rot180 first trim height".split()
programs = [program(n) for n in names] + ["def solve(I:\n"] + [program("vmirror")]
named = [{"program": p, "task": t} for p in programs for t in ("half", "mirror", 's"t/equal')]
everything = [x for xs in zip(programs * 3, named) for x in xs]
MEMBERS = "part index outcome equal error line output".split()
def direct(gate, keep):
    """The same from the tools alone: by number of a program its runs by task."""
    with open("c.jsonl", "w") as f:
        for n, p in enumerate(everything):
            print(json.dumps({**(p if isinstance(p, dict) else {"program": p}), "id": str(n)}), file=f)
    made = subprocess.run(f"batt-gpu -q --gate {gate} -k {keep} -p c.jsonl tasks.batt | batt-show",
                          shell=True, stdout=subprocess.PIPE, check=True).stdout
    runs = [{} for _ in everything]
    for r in map(json.loads, made.splitlines()):
        if r["type"] == "result":
            runs[int(r["program"])].setdefault(r["task"], []).append(
                {m: r[m] for m in MEMBERS if m in r})
    return runs
def passes(runs):
    return [t for t, rs in runs.items() if all(r["equal"] for r in rs if r["part"] == "demo")]
for gate, keep, chunk in (1, "passing", 1 << 20), (0, "all", 100), (1, "match", 1), (2, "bits", 4096):
    want, batt.CHUNK = direct(gate, keep), chunk
    with Batt("tasks.batt", gate=gate, keep=keep) as b:
        for size in 7, 1024:
            for r, w, p in zip(b.run(everything, batch=size, all_runs=True), want, everything):
                assert (r.program, r.passed, r.runs) == (p, passes(w), w), (p, r, w)
            for r, w, p in zip(b.run(everything, batch=size), want, everything):
                if not isinstance(p, dict):
                    w = {t: w[t] for t in passes(w)}
                assert (r.program, r.passed, r.runs) == (p, passes(w), w), (p, r, w)
        for w, p in zip(want, everything):
            r = b.test(p)
            assert (r.passed, r.runs) == (passes(w), w), (p, r, w)
assert sum(len(passes(w)) for w in want) > 20
END
}

@test "batt.py: programs that name no task take no memory for what they fail" {
    # 1024 programs on 300 tasks of 3 items: 140 MB of lines.
    local id
    for id in {100..399}; do task_json "[[$((id % 7 + 1))]]" > "data/aaaaa$id.json"; done
    batt-collect -o tasks.batt data
    python << 'END'
import batt, resource
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
with Batt("tasks.batt") as b:
    b.test(program("vmirror"))
    before = peak()
    results = list(b.run(program("rot90") for _ in range(1024)))
    assert len(results) == 1024 and not any(r.passed or r.runs for r in results)
    assert peak() < before + 50, (before, peak())
    # All runs of all programs take smaller batches.
    n = sum(len(r.runs) for r in b.run((program("rot90") for _ in range(500)), all_runs=True))
    assert n == 500 * 303, n
END
}

@test "batt.py: with batch=1 a result comes before the next program is taken" {
    python << 'END'
def endless():
    for n in itertools.count():
        taken.append(n)
        yield program("vmirror")
taken = []
with Batt("tasks.batt") as b:
    for n, r in enumerate(b.run(endless(), batch=1)):
        assert taken == list(range(n + 1)) and r.passed == ["s/mirror"]
        if n == 20:
            break
    assert b.test(program("hmirror")).passed == []
END
}

@test "batt.py: more programs than pipes hold, and a new stream from time to time" {
    python << 'END'
import batt
batt.RESTART = 3000
with Batt("tasks.batt", keep="all", gate=0) as b:
    n = sum(len(r.passed) for r in b.run((program("vmirror") for _ in range(10000)), batch=2500))
assert n == 10000, n
END
}

@test "batt.py: what is no program at all is told so, and not sent" {
    python 2> err > out << 'END'
with Batt("tasks.batt") as b:
    lines(b.run([program("vmirror"), None, "\ud800", {"task": "mirror"}, "", {"program": b""},
                 {"program": program("vmirror"), "task": ["mirror"]},
                 {"program": program("vmirror"), "task": True},
                 {"program": program("vmirror"), "task": None, "other": {1, 2}}]))
    lines(b.run([None]))
END
    cat > want << 'END'
['s/mirror'] None
[] no program: neither a text nor a dict whose "program" is one
[] no program: not Unicode: surrogates not allowed
[] no program: neither a text nor a dict whose "program" is one
[] line 1: no function
[] no program: neither a text nor a dict whose "program" is one
[] task ['mirror'] is neither a text nor an integer
[] task True is neither a text nor an integer
['s/mirror'] None
[] no program: neither a text nor a dict whose "program" is one
END
    diff out want
    run ! saw stdin: < err
}

@test "batt.py: a task that is not there, or an id that several have, is an error" {
    batt-collect -q --set t -o more.batt data
    mkdir numbers
    task_json > numbers/17.json
    task_json > numbers/mirror.json
    batt-collect -q --set 17 -o numbers.batt numbers
    python > out 2> err << 'END'
def on(task, **more):
    return {"program": program("vmirror"), "task": task, **more}
with Batt(["tasks.batt", "more.batt", "numbers.batt"]) as b:
    lines(b.run([on(t) for t in ("s/mirror", "mirror", "nope", "bbbbbbbb", 18, 17, "17/17", "17", "")]))
    r = b.test(on("nope"))
    print(r.passed, r.runs, r.tests, r.error)
    print(list(b.test(on(17)).runs), list(b.test(on("t/mirror")).runs))
END
    cat > want << 'END'
['s/mirror'] None
[] several tasks have the id 'mirror': s/mirror, t/mirror, 17/mirror
[] no task 'nope'
[] several tasks have the id 'bbbbbbbb': s/bbbbbbbb, t/bbbbbbbb
[] no task 18
[] None
[] None
[] None
[] no task ''
[] {} {} no task 'nope'
['17/17'] ['t/mirror']
END
    diff out want
    run ! saw 'name a task' < err
}

@test "batt.py: what batt-gpu does not take has an error too" {
    python > out 2> err << 'END'
with Batt("tasks.batt") as b:
    b._why_not = lambda program: None  # send everything
    lines(b.run([program("vmirror"), None, program("hmirror")]))
    lines(b.run([None, program("vmirror"), {"program": program("vmirror"), "task": "nope"}]))
END
    cat > want << 'END'
['s/mirror'] None
[] not taken by batt-gpu, which has said why
[] None
[] not taken by batt-gpu, which has said why
['s/mirror'] None
[] batt-gpu found no task for it
END
    diff out want
    [ "$(grep -c '^batt-gpu: stdin:' err)" -eq 2 ]
}

@test "batt.py: why there are no tasks" {
    : > empty
    echo text > text
    batt-gpu -q -o results.batt tasks.batt
    batt-collect -q -o none.batt empty 2> /dev/null || true
    head -c 200 tasks.batt > cut.batt
    python > out << 'END'
def why(*args, **more):
    try:
        Batt(*args, **more)
    except BattError as e:
        print(e)
for t in "missing.batt", "data", "empty", "text", "results.batt", "cut.batt", "none.batt", []:
    why(t)
why(["tasks.batt", "missing.batt"])
why("tasks.batt", "--fuel", "much")
END
    sed -i 's/at byte [0-9]*/at byte N/' out
    cat > want << 'END'
missing.batt: No such file or directory
data: a folder; batt-collect makes a stream of it
batt-gpu: empty: empty input, not even a head
batt-gpu: text: not a stream
batt-gpu: results.batt: holds results, not grids
batt-gpu: cut.batt: at byte N: truncated inside a frame
no tasks
no tasks
missing.batt: No such file or directory
batt-gpu: -f much: not a number
batt-gpu: try batt-gpu -h
END
    diff out want
}

@test "batt.py: nothing but Python's standard library" {
    # -S and -I: no packages that are installed, none of the user's.
    run -0 python3 -S -I -c "
import sys
sys.path.insert(0, '$PYTHONPATH')
import batt
with batt.Batt('tasks.batt') as b:
    print(b.test('def solve(I):\n    O = vmirror(I)\n    return O\n').passed)"
    assert_output "['s/mirror']"
}

@test "batt.py: a tool that dies, no tools, closing twice" {
    python 2> err << 'END'
with Batt("tasks.batt") as b:
    b.test(program("vmirror"))
    b._gpu.kill()
    try:
        b.test(program("vmirror"))
        raise SystemExit("no error")
    except BattError:
        pass
b.close()
try:
    b.test(program("vmirror"))
    raise SystemExit("no error")
except BattError:
    pass
try:
    Batt("tasks.batt", bin="/nowhere")
    raise SystemExit("no error")
except FileNotFoundError:
    pass
END
}

@test "batt.py as a command" {
    { echo '{"id": "x", "program": "def solve(I):\n    O = vmirror(I)\n    return O\n"}'
        echo
        echo '{"id": "y", "program": "def solve(I):\n    O = hmirror(I)\n    return O\n"}'; } > c.jsonl
    run -0 python3 "$PYTHONPATH/batt.py" tasks.batt < c.jsonl
    assert_output '{"id": "x", "passed": ["s/mirror"]}'
    run -2 python3 "$PYTHONPATH/batt.py"
    assert_output --partial usage
}

@test "batt.py as a command: who reads has enough, and nothing is said" {
    local n
    for n in {1..5000}; do
        echo '{"id": '$n', "program": "def solve(I):\n    O = vmirror(I)\n    return O\n"}'
    done > c.jsonl
    run --separate-stderr bash -c 'python3 "$PYTHONPATH/batt.py" tasks.batt < c.jsonl | head -n 3; echo "${PIPESTATUS[0]}"'
    assert_equal "$stderr" ""
    assert_output '{"id": 1, "passed": ["s/mirror"]}
{"id": 2, "passed": ["s/mirror"]}
{"id": 3, "passed": ["s/mirror"]}
141'
}

@test "batt.py as a command: lines that cannot be run are named, the others run" {
    { echo '{"id": "x", "program": "def solve(I):\n    O = vmirror(I)\n    return O\n"}'
        echo
        echo '{"id": "y", "program": "def'
        echo '"text"'
        printf '{"id": "\377"}\n'
        echo '{"id": "z", "task": "nope", "program": "def solve(I):\n    O = vmirror(I)\n    return O\n"}'
        echo '{"id": "n"}'
        echo '{"id": "w", "program": "def solve(I:"}'
        echo '{"program": "def solve(I):\n    O = vmirror(I)\n    return O\n"}'; } > c.jsonl
    run --separate-stderr -1 python3 "$PYTHONPATH/batt.py" tasks.batt < c.jsonl
    assert_output '{"id": "x", "passed": ["s/mirror"]}
{"id": null, "passed": ["s/mirror"]}'
    grep '^batt.py' <<< "$stderr" > said
    cat > want << 'END'
batt.py: stdin:3: no JSON: Unterminated string starting at column 24
batt.py: stdin:4: no JSON object
batt.py: stdin:5: no JSON: 'utf-8
batt.py: stdin:6: no task 'nope'
batt.py: stdin:7: no program: neither a text nor a dict whose "program" is one
END
    sed -i "s/'utf-8.*/'utf-8/" said
    diff said want
}

@test "batt.py as a command: no tasks, no tools" {
    run -3 python3 "$PYTHONPATH/batt.py" missing.batt < /dev/null
    assert_output 'batt.py: missing.batt: No such file or directory'
    local python
    python=$(python3 -c 'import sys; print(sys.executable)')
    run -3 env PATH=/nowhere "$python" "$PYTHONPATH/batt.py" tasks.batt < /dev/null
    assert_output 'batt.py: batt-gpu: No such file or directory'
}
