#!/usr/bin/env python3
"""
Long streams through every tool by a pipe: how fast, in how much memory.

    streams.py FOLDER GIGABYTES

FOLDER is for its files; GIGABYTES are those of uncompressed results and grids. Prints a line a
tool; stops with status 1 when one fails or its memory passes 256 MB. The rate is in uncompressed
bytes by the processor's time, that in zstd taken out. Tools in STREAMS_PATH go before ours.
"""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = f"{ROOT}/pipelines/samples"
PROGRAMS = 8000
MOST_MB = 256

# name, input, command; what comes out is thrown away
STAGES = [
    ("batt-check", "results", ["batt-check", "-q", "-"]),
    ("batt-pack", "results", ["batt-pack", "-q"]),
    ("batt-split", "results", ["batt-split", "-q"]),
    ("batt-score", "joined", ["batt-score", "-q"]),
    ("batt-score -a", "joined", ["batt-score", "-q", "-a"]),
    ("batt-show", "results", ["batt-show", "-q"]),
    ("batt-check, grids", "grids", ["batt-check", "-q", "-"]),
    ("batt-pack, grids", "grids", ["batt-pack", "-q"]),
    ("batt-pack --by-size, grids", "grids", ["batt-pack", "-q", "--by-size"]),
    ("batt-show, grids", "grids", ["batt-show", "-q"]),
    ("batt-trace, grids", "grids", ["batt-trace", "-q", "-p", f"{SAMPLES}/solvers.py", "-N",
                                    "solve_mirrorright", "-t", "0/pipelines/samples/mirrorright"]),
]


def stop(why):
    sys.exit(f"streams: {why}")


def sources():
    """A short stream of each kind: the programs on the samples, all outputs kept."""
    with open("candidates.jsonl", "w") as f:
        subprocess.run([sys.executable, f"{ROOT}/tests/pipeline/candidates.py", "--count",
                        str(PROGRAMS), f"{SAMPLES}/solvers.py"], stdout=f, check=True)
    for command in (["batt-collect", "-q", "-o", "grids", SAMPLES],
                    ["batt-gpu", "-q", "-k", "all", "--pair=cross", "--fuel", "2000", "--block",
                     "2000", "-p", "candidates.jsonl", "-o", "results", "grids"],
                    ["batt-split", "-q", "-o", "joined", "results"]):
        subprocess.run(command, check=True)


def size(path):
    unpacked = subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE)
    return int(subprocess.check_output(["wc", "-c"], stdin=unpacked.stdout))


def through(name, source, command):
    """A line of the table: the tool, the source on its standard input."""
    told = os.path.abspath("zstd")
    env = {**os.environ, "LD_PRELOAD": f"{ROOT}/build/tests/zstd_time.so", "ZSTD_TIME": told}
    if os.path.exists(told):
        os.unlink(told)
    with open(source, "rb") as f:
        tool = subprocess.Popen(command, stdin=f, stdout=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(tool.pid, 0)
    tool.returncode = status
    if status:
        stop(f"{name}: failed")
    zstd, n = open(told).read().split()
    cpu = usage.ru_utime + usage.ru_stime
    rate = int(n) / max(cpu - float(zstd), 1e-3) / 1e9
    megabytes = usage.ru_maxrss / 1024
    print(f"  {name:<28}{int(n) / 1e9:>7.2f} GB{usage.ru_utime:>9.2f} s{usage.ru_stime:>8.2f} s"
          f"{float(zstd):>9.2f} s{rate:>8.2f} GB/s{megabytes:>7.0f} MB", flush=True)
    if megabytes > MOST_MB:
        stop(f"{name}: {megabytes:.0f} MB of memory for {int(n) / 1e9:.2f} GB")


def flood(source, gigabytes):
    """Makes the source so long."""
    passes = max(1, round(gigabytes * 1e9 / size(source)))
    with open("long", "wb") as f:
        subprocess.run([f"{ROOT}/build/tests/flood", source, str(passes)], stdout=f, check=True)


def main():
    folder, gigabytes = sys.argv[1], float(sys.argv[2])
    os.chdir(folder)
    first = os.environ.get("STREAMS_PATH", f"{ROOT}/bin")
    os.environ["PATH"] = f"{first}:{ROOT}/bin:{os.environ['PATH']}"
    sources()
    print(f"  {'':<28}{'bytes':>10}{'user':>11}{'system':>10}{'zstd':>11}{'the rest':>13}"
          f"{'memory':>10}")
    for source in "results", "joined", "grids":
        flood(source, gigabytes)
        for name, of, command in STAGES:
            if of == source:
                through(name, "long", command)


if __name__ == "__main__":
    main()
