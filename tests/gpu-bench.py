#!/usr/bin/env python3
"""
How fast a GPU is beside the CPU, by the size of the job.

    gpu-bench.py BIN GRIDS PROGRAMS.jsonl [SIZES]     (SIZES: programs a job, as 1,10,100)

Jobs are the first so many programs, all on the task that they name.  For each size: the runs (a
program on an item), and the milliseconds that batt-gpu takes from when everything is read and open,
on one thread of the CPU, on all, and on all with the GPU, where it also says how many of the runs
the GPU did: batches too small to be worth the way stay on the CPU.  Medians of five; what is
written must be the same bytes.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

REPEATS = 5
WAYS = [("1 thread", ["--gpus", "0", "-j", "1"]), ("threads", ["--gpus", "0"]),
        ("GPU", ["--devices", "0", "--require-gpu"])]


def run(tool, grids, programs, options, out):
    """The --stats of one run."""
    done = subprocess.run([tool, "-q", "--stats=brief", "-k", "passing", *options, "-p", programs, "-o",
                           out, grids], stderr=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stderr.strip().splitlines()[-1])


def measure(tool, grids, programs, folder):
    """Runs, then (milliseconds, runs of the GPU) for each way."""
    runs, row, outs = 0, [], set()
    for name, options in WAYS:
        out, took, far = folder + "/out", [], 0
        for _ in range(REPEATS):
            s = run(tool, grids, programs, options, out)
            took.append(1000 * (s["seconds"] - s["startup_seconds"]))
            runs, far = sum(s["outcomes"].values()), sum(d["runs"] for d in s["devices"])
        outs.add(open(out, "rb").read())
        row.append((statistics.median(took), far))
    if len(outs) != 1:
        sys.exit("gpu-bench.py: outputs differ")
    return runs, row


def main():
    if not 4 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    tool, grids, programs = sys.argv[1] + "/batt-gpu", sys.argv[2], sys.argv[3]
    lines = open(programs).read().splitlines(keepends=True)
    sizes = [int(n) for n in (sys.argv[4] if len(sys.argv) > 4 else
                              "1,3,10,30,100,300,1000,3000,10000,30000,100000").split(",")]
    print(f"{'programs':>9} {'runs':>9} {'1 thread':>10} {'threads':>10} {'with GPU':>10}  ms"
          f" {'by GPU':>9} {'x threads':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            if n > len(lines):
                break
            few = folder + "/few.jsonl"
            with open(few, "w") as f:
                f.writelines(lines[:n])
            runs, ((one, _), (many, _), (far, by)) = measure(tool, grids, few, folder)
            print(f"{n:>9} {runs:>9} {one:>10.2f} {many:>10.2f} {far:>10.2f}     {by:>9}"
                  f" {many / far:>9.1f}x", flush=True)


main()
