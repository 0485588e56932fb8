#!/usr/bin/env python3
"""batt.py: programs from Python into a running batt-gpu, and back what passed.

    from batt import Batt
    with Batt("tasks.batt") as batt:
        for result in batt.run(candidates()):
            if result.passed:
                print(result.program, result.passed)

input: texts of programs   output: a Result for each   The standard library is all it needs, and the
tools batt-gpu and batt-show on the PATH (or in the folder bin). See batt-py(7).
cost: with its run some 25 microseconds a program that names its task, as programs should: one that
names none runs on every task, 3 microseconds each. Start-up reads the tasks twice.
"""
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading

__all__ = ["Batt", "Result", "BattError"]

# batt-show keeps the names of programs as long as a stream lasts: begin another from time to time.
RESTART = 1 << 19
# Pairs of a program and a task in a batch of which every run is kept: some 50 MB of text.
KEPT_PAIRS = 1 << 16
# Runs behind every batch: when its table comes, all of the batch has come.
LAST = "def solve(I):\n    O = identity(I)\n    return O\n"
CHUNK = 1 << 20

# How batt-show begins a line.  An id is the number of its program, behind a d if every run of it is
# kept; so a text without such an id and without an output that is right need not be cut into lines.
RESULT = re.compile(rb'\{"type":"result","task":("(?:[^"\\]|\\.)*"),"part":"(demo|test)",'
                    rb'"index":\d+,"program":"(\w+)"')
PROGRAM = re.compile(rb'\{"type":"program","program":"(\w+)"')
RIGHT, KEPT = b'"equal":true', b'"program":"d'


class BattError(Exception):
    """A tool could not do its work or ended before its time."""


class Result:
    """What became of one program.

    program: what was given to run. error: why it is no program or could not run, or None. passed:
    keys of the tasks whose demonstrations it all matched, in order. tests: by key of such a task
    its test outputs in order, each a list of rows, or None where a run gave no value. runs: by key
    of a task a list of dicts part, index, outcome, equal, and if there are any error, line, output;
    of the task that the program names, else of those that it passed, or of all that it ran on if
    run was told to keep them.
    """
    __slots__ = ("program", "error", "passed", "_lines", "_runs")

    def __init__(self, program):
        self.program, self.error, self.passed = program, None, []
        self._lines, self._runs = {}, None  # by task the lines of batt-show, read when asked for

    @property
    def runs(self):
        if self._runs is None:
            self._runs = {task: [_run_of(line) for line in lines]
                          for task, lines in self._lines.items()}
            self._lines = None
        return self._runs

    @property
    def tests(self):
        return {task: [r.get("output") for r in self.runs[task] if r["part"] == "test"]
                for task in self.passed}

    def __repr__(self):
        return f"Result(passed={self.passed!r}, error={self.error!r})"


def _run_of(line):
    return {k: v for k, v in json.loads(line).items()
            if k in ("part", "index", "outcome", "equal", "error", "line", "output")}


def _error_of(line):
    if b'"error":' not in line:
        return None
    line = json.loads(line)
    return f"line {line.get('line', 0)}: {line['error']}"


class _Batch:
    """Picks from the lines of batt-show what the results of a batch need.

    items: by task, in JSON as it comes, its key and how many demonstrations and tests it has.
    kept: by id whether every run is kept. last: id of the program behind the batch.
    """

    def __init__(self, results, items, kept, last):
        self._results, self._items, self._kept = results, items, kept
        self._last, self._last_quoted = last.encode(), b'"%s"' % last.encode()
        self._any_kept = any(kept.values())
        self._tables = len(kept)      # lines of programs that are to come
        self._met_last = False
        self._awaited = 0             # test runs of what has passed
        self._right = {}              # by id and task: demonstrations that were right

    def feed(self, text):
        """Takes whole lines; true when all of the batch has come."""
        if not (self._awaited or RIGHT in text or self._last_quoted in text or
                self._any_kept and KEPT in text or self._tables and b'"block":' in text):
            return False
        return any(self._line(line) for line in text.split(b"\n"))

    def _line(self, line):
        if found := RESULT.match(line):
            task, part, name = found.groups()
            if name in self._kept:
                self._result(line, name, task, part)
            return name == self._last and self._met_last
        if found := PROGRAM.match(line):
            if found[1] in self._kept:
                self._tables -= 1
                self._results[found[1]].error = _error_of(line)
            self._met_last |= found[1] == self._last
        return False

    def _result(self, line, name, task, part):
        result = self._results[name]
        key, n_demo, n_test = self._items[task]
        right = part == b"demo" and RIGHT in line
        if right or self._kept[name] or self._awaited and key in result.passed:
            result._lines.setdefault(key, []).append(line)
        if right:
            n = self._right[name, task] = self._right.get((name, task), 0) + 1
            if n == n_demo:
                result.passed.append(key)
                self._awaited += n_test
        elif part == b"test" and key in result.passed:
            self._awaited -= 1

    def finish(self):
        """Lets go of tasks that were right in part only."""
        for name, result in self._results.items():
            if self._kept[name] and not (result._lines or result.error):
                result.error = "batt-gpu found no task for it"
            if not self._kept[name] and len(result._lines) > len(result.passed):
                result._lines = {task: result._lines[task] for task in result.passed}


class Batt:
    """A running batt-gpu. tasks: a stream of grids, or several; options: more of batt-gpu's, as
    "--fuel", "100000"; gate and keep as there; bin: the folder of the tools, else the PATH."""

    def __init__(self, tasks, *options, gate=1, keep="passing", bin=None):
        tasks = [tasks] if isinstance(tasks, (str, os.PathLike)) else list(tasks)
        tasks = [os.fspath(t) for t in tasks]
        _check_files(tasks)
        gpu, show = (os.path.join(bin or "", name) for name in ("batt-gpu", "batt-show"))
        self._gpu_command = [gpu, "--gate", str(gate), "--keep", keep,
                             *map(str, options), "-p", "-", "--", *tasks]
        self._show_command = [show, "--json"]
        self._gpu = self._show = None
        self._learn_tasks()
        self._start()

    def _learn_tasks(self):
        """What batt-gpu makes of the tasks: it runs a program on all of them."""
        made = subprocess.run(self._gpu_command, input=json.dumps({"program": LAST}).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = subprocess.run(self._show_command, input=made.stdout, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL).stdout.split(b"\n")
        counts = {}
        for found in filter(None, map(RESULT.match, lines)):
            count = counts.setdefault(found[1], [0, 0])
            count[found[2] == b"test"] += 1
        if not counts:
            raise BattError(made.stderr.decode(errors="replace").strip() or "no tasks")
        self._items = {task: (json.loads(task), *n) for task, n in counts.items()}
        self._keys = [key for key, *_ in self._items.values()]
        self._named = {}  # by a name of theirs keys of tasks; a whole key comes first, as there
        for key in self._keys:
            self._named.setdefault(key.rpartition("/")[2], []).append(key)
        self._named.update((key, [key]) for key in self._keys)

    def _start(self):
        self._sent, self._rest = 0, b""
        self._gpu = subprocess.Popen(self._gpu_command, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE)
        self._show = subprocess.Popen(self._show_command, stdin=self._gpu.stdout,
                                      stdout=subprocess.PIPE)
        self._gpu.stdout.close()

    def close(self):
        """Ends the tools. Does nothing the second time."""
        if not self._gpu:
            return
        try:
            self._gpu.stdin.close()
        except BrokenPipeError:
            pass
        # What still comes is read, so that nobody waits for room in a pipe.
        while self._show.stdout.read1(CHUNK):
            pass
        self._show.stdout.close()
        self._show.wait()
        self._gpu.wait()
        self._gpu = self._show = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, programs, batch=1024, all_runs=False):
        """Yields a Result for each program, in order.

        A program is its text, or a dict with "program" and, to run it on one task only, "task".
        They are taken and run in batches: 1024 for speed, 1 to see a result before the next program
        is taken. all_runs: keep the runs of programs that name no task on every task, which takes
        five times as long, in smaller batches; to look at them all, fifteen times.
        """
        most = KEPT_PAIRS if all_runs else sys.maxsize
        some, pairs = [], 0
        for program in programs:
            some.append(program)
            pairs += 1 if _task_of(program) is not None else len(self._items)
            if len(some) >= batch or pairs >= most:
                yield from self._run_batch(some, all_runs)
                some, pairs = [], 0
        if some:
            yield from self._run_batch(some, all_runs)

    def test(self, program):
        """The Result of one program, with all its runs."""
        return self._run_batch([program], True)[0]

    def _why_not(self, program):
        """Why this cannot be run, or None; whether it is the text of a program shows later."""
        text = program.get("program") if isinstance(program, dict) else program
        task = _task_of(program)
        if not isinstance(text, str):
            return "no program: neither a text nor a dict whose \"program\" is one"
        try:
            text.encode()
        except UnicodeEncodeError as e:
            return f"no program: not Unicode: {e.reason}"
        if task is None:
            return None
        if isinstance(task, bool) or not isinstance(task, (str, int)):
            return f"task {task!r} is neither a text nor an integer"
        keys = self._named.get(str(task), ())
        if len(keys) > 1:
            return f"several tasks have the id {task!r}: {', '.join(keys)}"
        return None if keys else f"no task {task!r}"

    def _run_batch(self, programs, all_runs):
        if not self._gpu:
            raise BattError("closed")
        if self._sent + len(programs) > RESTART and self._sent:
            self.close()
            self._start()
        results = [Result(program) for program in programs]
        sent, kept, lines, last = {}, {}, [], f"last{self._sent}"  # an id is used once
        for n, result in enumerate(results, self._sent):
            result.error = self._why_not(result.program)
            if result.error:
                continue
            result.error = "not taken by batt-gpu, which has said why"  # until it is met
            task = _task_of(result.program)
            name = f"d{n}" if all_runs or task is not None else str(n)
            sent[name.encode()], kept[name.encode()] = result, name[0] == "d"
            lines.append(_record(name, task, result.program))
        self._sent += len(programs)
        # An empty line ends a block: its results come at once.
        lines += ["", _record(last, self._keys[0], LAST), "", ""]
        self._exchange("\n".join(lines).encode(), _Batch(sent, self._items, kept, last))
        return results

    def _exchange(self, text, batch):
        writer = threading.Thread(target=self._write, args=(text,))
        writer.start()
        try:
            self._read(batch)
        finally:
            writer.join()
        batch.finish()

    def _write(self, text):
        try:
            self._gpu.stdin.write(text)
            self._gpu.stdin.flush()
        except BrokenPipeError:
            pass  # reading meets the end, and says so

    def _read(self, batch):
        while chunk := self._show.stdout.read1(CHUNK):
            lines, newline, rest = chunk.rpartition(b"\n")
            if not newline:
                self._rest += rest
                continue
            lines, self._rest = self._rest + lines, rest
            if batch.feed(lines):
                return  # the last program's other results are passed over next time
        raise BattError("batt-gpu ended; it has said why on standard error")


def _task_of(program):
    return program.get("task") if isinstance(program, dict) else None


def _record(name, task, program):
    """The line for batt-gpu."""
    text = program["program"] if isinstance(program, dict) else program
    record = {"id": name, "program": text}
    if task is not None:
        record["task"] = str(task)
    return json.dumps(record)


def _check_files(paths):
    """Of several batt-gpu would leave out one that is not there."""
    for path in paths:
        try:
            if stat.S_ISDIR(os.stat(path).st_mode):
                raise BattError(f"{path}: a folder; batt-collect makes a stream of it")
        except OSError as e:
            raise BattError(f"{path}: {e.strerror}") from None
    if not paths:
        raise BattError("no tasks")


def _say(text):
    print(f"batt.py: {text}", file=sys.stderr, flush=True)


def _records(batt, refused):
    """The lines of standard input that can be run; of the others, whose numbers go to refused, it
    says why not."""
    for n, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.rstrip())
            why = batt._why_not(record) if isinstance(record, dict) else "no JSON object"
        except json.JSONDecodeError as e:
            at = e.msg[:-3] if e.msg.endswith(" at") else e.msg
            why = f"no JSON: {at} at column {e.colno}"
        except (ValueError, RecursionError) as e:
            why = f"no JSON: {e}"
        if not why:
            yield record
            continue
        _say(f"stdin:{n}: {why}")
        refused.append(n)


def _print_passing(tasks):
    """A JSON line for each program that passes a task. Returns the exit status."""
    refused = []
    with Batt(tasks) as batt:
        for result in batt.run(_records(batt, refused)):
            if result.passed:
                print(json.dumps({"id": result.program.get("id"), "passed": result.passed}),
                      flush=True)
    return 1 if refused else 0


def main():
    """batt.py TASKS < CANDIDATES.jsonl; the exit status is as of the tools."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(f"usage: {sys.argv[0]} TASKS.batt... < CANDIDATES.jsonl", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(_print_passing(sys.argv[1:]))
    except BrokenPipeError:  # who reads has enough: die of it without a word, as the tools do
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)
    except OSError as e:
        _say(f"{e.filename}: {e.strerror}" if e.filename else e.strerror)
    except BattError as e:
        _say(e)
    sys.exit(3)


if __name__ == "__main__":
    main()
