"""What bench.sh measures; run it by that."""
import collections
import datetime
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SHARED, RUNS, NOTE = sys.argv[1], int(sys.argv[2]), sys.argv[3]
ARC, VECTORS = f"{SHARED}/data", f"{SHARED}/vectors/closures.jsonl"
LIBRARY, SAMPLES = "dsl/solvers", "pipelines/samples"
N_CANDIDATES = int(os.environ.get("CANDIDATES", "100000"))

Took = collections.namedtuple("Took", "wall cpu kilobytes")


def run(command, **kept):
    """Runs it, which must end with status 0; what it took."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, **kept)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    if status:
        sys.exit(f"bench: {' '.join(command)}: failed")
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def medians(took):
    return Took(*(statistics.median(column) for column in zip(*took)))


def digest(path):
    """Of what is in a stream, whatever the compression."""
    unpacked = subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE)
    return subprocess.check_output(["sha256sum"], stdin=unpacked.stdout)


def measured(command, out, runs=RUNS):
    """Medians of a command that writes the stream `out`, the same one each time."""
    took = [run(command + ["-o", out])]
    first = digest(out)
    for _ in range(runs - 1):
        took.append(run(command + ["-o", out]))
        check(digest(out) == first, f"{out} differs from run to run")
    return medians(took)


def check(good, what):
    if not good:
        sys.exit(f"bench: wrong result: {what}")


def line(what, *cells):
    print(f"{what:<52}" + "".join(f"{c:>12}" for c in cells), flush=True)


def times(took):
    return tuple(f"{t:.3f} s" if t < 0.1 else f"{t:.2f} s" for t in (took.wall, took.cpu))


def thousands(x):
    return f"{x:,.0f}"


# ---- the machine ----

def head():
    model = next((s.split(":")[1].strip() for s in open("/proc/cpuinfo")
                  if s.startswith("model name")), "unknown processor")
    commit = "unknown"
    if shutil.which("git") and os.path.exists(".git"):
        commit = subprocess.check_output(["git", "describe", "--always", "--dirty"], text=True)
    version = subprocess.check_output(["batt-gpu", "-V"], text=True).split()[1]
    print(f"batt {version}, commit {commit.strip()}, {datetime.date.today()}")
    print(f"{model}, {os.cpu_count()} cores")
    print(f"medians of {RUNS} runs; load {os.getloadavg()[0]:.1f} at the start")
    if NOTE:
        print(NOTE)
    print()


# ---- closures ----

def closures():
    """Against Python, whose microseconds stand in the vectors."""
    if not os.path.exists(VECTORS):
        print("closures: ../shared/vectors is not there, left out\n")
        return
    seen = []
    for _ in range(RUNS):
        text = subprocess.check_output(["build/tests/vectors", "--time", VECTORS], text=True)
        n, wrong = re.search(r"^(\d+) passed, (\d+) failed$", text, re.M).groups()
        check(wrong == "0", "closures.jsonl")
        seen.append(re.search(r"^(\w+): (\d+) programs, ([\d.]+) times Python in the geometric "
                              r"mean, ([\d.]+) in total \(([\d.]+) us", text, re.M).groups())
    engine, n = seen[0][:2]
    mean, total, us = (statistics.median(float(s[k]) for s in seen) for k in (2, 3, 4))
    print(f"closure-heavy programs ({n} of closures.jsonl, engine {engine}, engine time alone)")
    line("  times Python, geometric mean per program", f"{mean:.0f}")
    line("  times Python, in total", f"{total:.0f}")
    line("  a run, mean", f"{us:.2f} us")
    print(flush=True)


# ---- the solver library ----

def add(sums, part, sign=1):
    for key, value in part.items():
        if key in ("runs", "us", "units", "calls"):
            sums[key] += sign * value


def times_of(command, env=None):
    """Bulk, tail and the programs, as --times tells, in processor time: where a machine is shared
    the clock goes on while others run."""
    with open("times", "w") as f:
        took = run(command + ["-q", "-j", "1", "--times", "-o", "/dev/null"], stderr=f, env=env)
    programs = [json.loads(s) for s in open("times")]
    bulk, tail = collections.Counter(), collections.Counter()
    for p in programs:
        for part in p, p.get("tail", {}):
            part["us"] = part.get("us", 0) * min(1, took.cpu / took.wall)
        add(bulk, p)
        add(bulk, p.get("tail", {}), -1)
        add(tail, p.get("tail", {}))
    return bulk, tail, programs


def rates(name, sums, counted):
    s = sums["us"] / 1e6 or 1e-9
    line(f"  {name}", thousands(sums["runs"]), f"{s:.2f} s", thousands(sums["runs"] / s),
         f"{sums['units'] / s / 1e6:.1f} M", f"{counted['calls'] / s / 1e6:.1f} M")


def heaviest(programs):
    """programs: by run, lists in the same order."""
    us = {p[0]["program"]: statistics.median(q["us"] for q in p) for p in zip(*programs)}
    one = {p["program"]: p for p in programs[0]}
    total = sum(us.values())
    print("\nthe ten heaviest programs")
    line("  program", "runs", "of time", "us a run", "units a run", "in the tail")
    for name in sorted(us, key=us.get, reverse=True)[:10]:
        p = one[name]
        line(f"  {name}", thousands(p["runs"]), f"{us[name] / total:.1%}",
             f"{us[name] / p['runs']:.1f}", thousands(p["units"] / p["runs"]),
             thousands(p.get("tail", {}).get("runs", 0)))


def matrix(tasks, what):
    """All solvers on all grids: the rates of the engine, and the whole command."""
    command = ["batt-gpu", "-q", "-j", "1", "--fuel", "1000000", "--keep", "bits", "-p", LIBRARY]
    runs = [times_of(command + [tasks]) for _ in range(RUNS)]
    # Only the engines ref and v2 count calls; the same calls whatever the engine.
    engine = "v2" if os.uname().machine == "x86_64" else "ref"
    counted = times_of(command + [tasks], {**os.environ, "BATT_ENGINE": engine})
    print(f"{len(runs[0][2])} solvers on all grids of {what}, --fuel 1000000, one thread")
    line("  engine alone", "runs", "processor", "runs/s", "units/s", "calls/s")
    for k, name in enumerate(["bulk: runs of up to 20,000 units", "tail: runs above"]):
        middle = sorted((r[k] for r in runs), key=lambda s: s["us"])[len(runs) // 2]
        check(all(r[k]["units"] == counted[k]["units"] for r in runs), "units differ")
        rates(name, middle, counted[k])
    took = measured(command + [tasks], "one", max(1, RUNS // 2))
    line("  end to end: wall, processor time", *times(took))
    n = os.cpu_count()
    many = measured(command + ["-j", str(n), tasks], "many", max(1, RUNS // 2))
    check(digest("one") == digest("many"), "threads change the output")
    line(f"  end to end with {n} threads", *times(many))
    heaviest([r[2] for r in runs])
    print(flush=True)


def own_tasks(tasks, solvers):
    """Each solver on its own task, as a user types it: from a stream to a stream."""
    often = 10 * RUNS  # it takes hundredths of a second
    took = measured(["batt-gpu", "-q", "-j", "1", "--pair=name", "-p", solvers, tasks], "own", often)
    runs = [times_of(["batt-gpu", "--pair=name", "-p", solvers, tasks]) for _ in range(often)]
    n = runs[0][0]["runs"] + runs[0][1]["runs"]
    engine = statistics.median(bulk["us"] + tail["us"] for bulk, tail, _ in runs) / 1e6
    print(f"{len(runs[0][2])} solvers on their own tasks, {n} runs, one thread")
    line("  end to end: wall, processor time, runs/s", *times(took), thousands(n / took.cpu))
    line("  engine alone: processor time, runs/s", "", f"{engine:.3f} s", thousands(n / engine))
    print(flush=True)


# ---- candidates, collect, split, score ----

def candidates(tasks, solvers):
    with open("candidates.jsonl", "w") as f:
        run([sys.executable, ROOT + "/tests/pipeline/candidates.py", "--count", str(N_CANDIDATES),
             solvers], stdout=f)
    n_lines = sum(s.count("\\n    ") - 1 for s in open("candidates.jsonl"))
    command = ["batt-gpu", "-q", "-j", "1", "--gate", "1", "-p", "candidates.jsonl", tasks]
    took = measured(command, "found")
    short = measured(command + ["--fuel", "20000"], "found")
    print(f"{N_CANDIDATES:,} candidates as JSON lines, {n_lines / N_CANDIDATES:.1f} lines each, one "
          "task each, --gate 1, one thread")
    line("  wall, processor time, programs/s", *times(took), thousands(N_CANDIDATES / took.cpu))
    line("  the same with --fuel 20000", *times(short), thousands(N_CANDIDATES / short.cpu))
    line("  memory at most", f"{took.kilobytes / 1024:.0f} MB")
    print(flush=True)


def stages(folder):
    """The other tools, on what batt-gpu made of every program and task."""
    collect = measured(["batt-collect", "-q", folder], "all")
    run(["batt-gpu", "-q", "--fuel", "1000", "-p", LIBRARY, "-o", "results", "all"])
    split = measured(["batt-split", "results"], "joined")
    score = medians([run(["batt-score", "-q", "-a", "-o", "rows", "joined"]) for _ in range(RUNS)])
    rows = sum(1 for _ in open("rows")) - 1
    shown = subprocess.check_output(["batt-show", "--json", "all"], text=True)
    n = shown.count('{"type":"task"')
    n_programs = sum(s.startswith("def ") for f in sorted(os.listdir(LIBRARY))
                     for s in open(f"{LIBRARY}/{f}"))
    check(rows == n * n_programs, f"{rows} rows")
    print("the other tools: wall, processor time")
    line(f"  batt-collect, {n:,} files", *times(collect))
    line(f"  batt-split, {rows:,} (program, task)", *times(split))
    line(f"  batt-score, {rows:,} rows", *times(score))
    print(flush=True)


# ---- long streams ----

def streams():
    gigabytes = os.environ.get("STREAM_GB", "1")
    print(f"{gigabytes} GB of uncompressed results and grids through each tool: processor time, and "
          "the rate without zstd's part")
    os.mkdir("streams")
    text = subprocess.check_output([sys.executable, ROOT + "/tests/pipeline/streams.py", "streams",
                                    gigabytes], text=True)
    print(text, flush=True)


# ---- the GPU's kernel, without a GPU ----

def kernel(tasks, solvers):
    """What runs cost on a warp, by what nvcc made of the kernel."""
    driver, ptx = ROOT + "/build/tests/libcuda_ptx.so", "build/cuda/kernel_90.ptx"
    if not shutil.which("nvcc") or not os.path.exists(driver):
        print("what runs cost on a warp: no nvcc\n")
        return
    run(["flock", ROOT + "/config.mk", "make", "-s", "-C", ROOT, "CUDA=1", ptx])
    run(["batt-collect", "-q", "-o", "of-batt", SAMPLES])
    with open("candidates.jsonl") as all_of, open("some.jsonl", "w") as some:
        some.writelines(list(all_of)[:3000])
    print("what a run costs on a warp of sm_90, counted on the CPU (tests/ptx)")
    jobs = ["of-batt", SAMPLES + "/solvers.py", tasks, "some.jsonl"]
    if solvers == LIBRARY:
        files = sorted(os.listdir(ARC + "/arc1/training"))[::8]
        run(["batt-collect", "-q", "-o", "every-eighth"] +
            [f"{ARC}/arc1/training/{name}" for name in files])
        jobs += ["every-eighth", LIBRARY]
    print(subprocess.check_output([sys.executable, ROOT + "/tests/ptx/cost.py", driver,
                                   f"{ROOT}/{ptx}"] + jobs, text=True), flush=True)


# ---- where the time goes ----

def profile(what, command):
    recorded = subprocess.run(["perf", "record", "-q", "-e", "cpu-clock:u", "-o", "perf.data", "--",
                               *command, "-o", "/dev/null"], stderr=subprocess.DEVNULL)
    if recorded.returncode:
        print("where the time goes: perf cannot record here")
        return
    print(f"where the time goes, by perf: {what}")
    for key, least in ("dso", 1), ("symbol", 2):
        text = subprocess.run(["perf", "report", "-i", "perf.data", "--stdio", "--no-children",
                               "-F", f"overhead,{key}", "--percent-limit", str(least)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        parts = re.findall(r"^ +([\d.]+%) +(?:\[\.\] )?([\w.-]+) *$", text, re.M)
        print("  " + ", ".join(f"{name} {share}" for share, name in parts
                               if not name.startswith("0x")))
    print(flush=True)


def main():
    global ARC, VECTORS, LIBRARY, SAMPLES
    ARC, VECTORS, LIBRARY, SAMPLES = map(os.path.abspath, (ARC, VECTORS, LIBRARY, SAMPLES))
    head()
    closures()
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        if os.path.isdir(ARC + "/arc1"):
            run(["batt-collect", "-q", "-o", "arc1", ARC + "/arc1"])
            run(["batt-collect", "-q", "-o", "training", ARC + "/arc1/training"])
            solvers, arc, own, folder = LIBRARY, "arc1", "training", ARC
            what = "ARC-AGI-1"
        else:
            print("../shared/data is not there: the samples instead of the public tasks\n")
            run(["batt-collect", "-q", "-o", "samples", SAMPLES])
            solvers, arc, own, folder = SAMPLES + "/solvers.py", "samples", "samples", SAMPLES
            what = "the samples"
        own_tasks(own, solvers)
        matrix(arc, what)
        candidates(own, solvers)
        stages(folder)
        streams()
        kernel(own, solvers)
        if shutil.which("perf"):
            profile("solvers on all grids", ["batt-gpu", "-q", "-j", "1", "--fuel", "20000", "-p",
                                             LIBRARY, arc])
            profile("candidates", ["batt-gpu", "-q", "-j", "1", "--gate", "1", "-p",
                                   "candidates.jsonl", own])
        else:
            print("where the time goes: perf is not there; batt-gpu --profile tells programs and lines")
        os.chdir(ROOT)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


ROOT = os.getcwd()
main()
