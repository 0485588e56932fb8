#!/usr/bin/env python3
"""batt.py: programs from Python into a running batt-gpu, and back what passed.

    from batt import Batt
    with Batt("tasks.batt") as batt:
        for result in batt.run(candidates()):
            if result.passed:
                print(result.program, result.passed)

input: texts of programs   output: a Result for each   cost: some 50 microseconds a program here,
besides its run; start-up is the reading of the tasks. The standard library is all it needs, and
the tools batt-gpu and batt-show on the PATH (or in the folder bin). See batt-py(7).
"""
import itertools
import json
import os
import subprocess
import sys
import threading

__all__ = ["Batt", "Result", "BattError"]

# batt-show keeps the names of programs as long as a stream lasts: begin another from time to time.
RESTART = 1 << 19
# Runs behind every batch: when its table comes, all of the batch has come.
LAST = "def solve(I):\n    O = identity(I)\n    return O\n"


class BattError(Exception):
    """A tool ended before its time; it has said why on standard error."""


class Result:
    """What became of one program.

    program: what was given to run. error: why it is no program, or None. passed: keys of the tasks
    whose demonstrations it all matched, in order. tests: by key of such a task its test outputs in
    order, each a list of rows, or None where a run gave no value. runs: by key of every task that
    it ran on a list of dicts part, index, outcome, equal, and if there are any error, line, output.
    """
    __slots__ = ("program", "error", "runs")

    def __init__(self, program):
        self.program, self.error, self.runs = program, None, {}

    @property
    def passed(self):
        return [task for task, runs in self.runs.items()
                if any(r["part"] == "demo" for r in runs)
                and all(r["equal"] for r in runs if r["part"] == "demo")]

    @property
    def tests(self):
        return {task: [r.get("output") for r in self.runs[task] if r["part"] == "test"]
                for task in self.passed}

    def __repr__(self):
        return f"Result(passed={self.passed!r}, error={self.error!r})"


class Batt:
    """A running batt-gpu. tasks: a stream of grids, or several; options: more of batt-gpu's, as
    "--fuel", "100000"; gate and keep as there; bin: the folder of the tools, else the PATH."""

    def __init__(self, tasks, *options, gate=1, keep="passing", bin=None):
        tasks = [tasks] if isinstance(tasks, (str, os.PathLike)) else list(tasks)
        self._tasks = [os.fspath(t) for t in tasks]
        self._tool = lambda name: os.path.join(bin, name) if bin else name
        self._gpu_command = [self._tool("batt-gpu"), "--gate", str(gate), "--keep", keep,
                             *map(str, options), "-p", "-", "--", *self._tasks]
        self._gpu = self._show = None
        self._first = self._first_task()
        self._start()

    def _first_task(self):
        """Key of a task, for the program behind every batch."""
        with subprocess.Popen([self._tool("batt-show"), "--json", "--", *self._tasks],
                              stdout=subprocess.PIPE) as show:
            lines = (json.loads(line) for line in show.stdout)
            key = next((line["task"] for line in lines if line["type"] == "task"), None)
            show.stdout.close()
        if key is None:
            raise BattError("no tasks")
        return key

    def _start(self):
        self._sent = 0
        self._gpu = subprocess.Popen(self._gpu_command, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE)
        self._show = subprocess.Popen([self._tool("batt-show"), "--json"], stdin=self._gpu.stdout,
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
        for _ in self._show.stdout:
            pass
        self._show.stdout.close()
        self._show.wait()
        self._gpu.wait()
        self._gpu = self._show = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, programs, batch=1024):
        """Yields a Result for each program, in order.

        A program is its text, or a dict with "program" and, to run it on one task only, "task".
        They are taken and run in batches: 1024 for speed, 1 to see a result before the next program
        is taken.
        """
        programs = iter(programs)
        while some := list(itertools.islice(programs, batch)):
            yield from self._run_batch(some)

    def test(self, program):
        """The Result of one program."""
        return self._run_batch([program])[0]

    def _run_batch(self, programs):
        if not self._gpu:
            raise BattError("closed")
        if self._sent + len(programs) > RESTART and self._sent:
            self.close()
            self._start()
        first, self._sent = self._sent, self._sent + len(programs)
        lines, last = [], f"last{first}"  # an id is used once
        for n, program in enumerate(programs):
            record = dict(program) if isinstance(program, dict) else {"program": program}
            record["id"] = str(first + n)
            lines.append(json.dumps(record))
        # An empty line ends a block: its results come at once.
        lines += ["", json.dumps({"id": last, "task": self._first, "program": LAST}), "", ""]
        writer = threading.Thread(target=self._write, args=("\n".join(lines).encode(),))
        writer.start()
        try:
            return self._read_batch([Result(program) for program in programs], first, last)
        finally:
            writer.join()

    def _write(self, text):
        try:
            self._gpu.stdin.write(text)
            self._gpu.stdin.flush()
        except BrokenPipeError:
            pass  # reading meets the end, and says so

    def _read_batch(self, results, first, last):
        met = False
        for result in results:
            result.error = "not taken by batt-gpu, which has said why"  # until it is met
        for line in self._show.stdout:
            line = json.loads(line)
            kind, name = line["type"], line.get("program")
            if kind == "program" and name == last:
                met = True
            elif kind == "program" and not name.startswith("last"):
                results[int(name) - first].error = \
                    f"line {line.get('line', 0)}: {line['error']}" if "error" in line else None
            elif kind == "result" and not name.startswith("last"):
                runs = results[int(name) - first].runs.setdefault(line["task"], [])
                runs.append({k: v for k, v in line.items()
                             if k in ("part", "index", "outcome", "equal", "error", "line",
                                      "output")})
            elif kind == "result" and met and name == last:
                return results  # the last program's other results are passed over next time
        raise BattError("batt-gpu ended")


def main():
    """batt.py TASKS < CANDIDATES.jsonl: a JSON line for each program that passes a task."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(f"usage: {sys.argv[0]} TASKS.batt... < CANDIDATES.jsonl")
    with Batt(sys.argv[1:]) as batt:
        for result in batt.run(json.loads(line) for line in sys.stdin if line.strip()):
            if result.passed:
                print(json.dumps({"id": result.program.get("id"), "passed": result.passed}),
                      flush=True)


if __name__ == "__main__":
    main()
