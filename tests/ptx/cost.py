#!/usr/bin/env python3
"""
What runs cost on a warp, by what nvcc made of the kernel: for each job instructions, slots (what
hardware makes of them, by reckoning) and 32-byte sectors of memory, all per run, and the functions
that take most.

    cost.py [-n FUNCTIONS] DRIVER PTX GRIDS PROGRAMS [GRIDS PROGRAMS ...]

DRIVER is libcuda_ptx.so, PTX the kernel; batt-gpu is taken from the PATH.
"""
import argparse
import json
import os
import re
import subprocess
import sys


def cost(driver, ptx, grids, programs):
    """Of all and of each function: a dict as ptx_tell gives it; and the number of runs."""
    env = dict(os.environ, BATT_CUDA_DRIVER=driver, SIMCUDA_PTX=ptx, SIMWARP_STATS="1",
               SIMPTX_STATS="2")
    told = subprocess.run(["batt-gpu", "-q", "--devices", "0", "--require-gpu", "-j", "1", "-k",
                           "bits", "-p", programs, "-o", os.devnull, grids],
                          env=env, stderr=subprocess.PIPE, text=True, check=True).stderr
    rows = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    runs = int(re.search(r"(\d+) runs done", told)[1])
    return {row["ptx"]: row for row in rows}, runs


def plain(name):
    """A function's name without what C++ adds to it."""
    m = re.match(r"_ZN\d+_INTERNAL_\w{8}_\d+_\w+_cu_\w{8}(\d+)(\w+)", name)
    return m[2][:int(m[1])] if m else name


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("-n", type=int, default=5)
    parser.add_argument("driver")
    parser.add_argument("ptx")
    parser.add_argument("jobs", nargs="+")
    args = parser.parse_args()
    if len(args.jobs) % 2:
        sys.exit("cost.py: grids without programs")
    print(f"{'job':24} {'runs':>7} {'instructions':>12} {'slots':>7} {'sectors':>8} {'local':>7}")
    for grids, programs in zip(args.jobs[::2], args.jobs[1::2]):
        rows, runs = cost(args.driver, args.ptx, grids, programs)
        total = rows.pop("all")
        name = f"{os.path.basename(programs)} on {os.path.basename(grids)}"
        print(f"{name:24} {runs:7} {total['instructions'] / runs:12.0f} {total['slots'] / runs:7.0f} "
              f"{total['sectors'] / runs:8.0f} {total['local sectors'] / runs:7.0f}")
        for row in sorted(rows.values(), key=lambda row: -row["slots"])[:args.n]:
            print(f"    {plain(row['ptx']):28} {row['slots'] / total['slots']:6.1%}")


main()
