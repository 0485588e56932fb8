#!/bin/sh
# What has to be seen on a machine with a GPU: gpu-check.sh [GRIDS...] (streams of batt-collect)
#
# Needs the tools of bin/ alone (BATT_BIN names another folder), and takes what else is there:
# compute-sanitizer; bin-check/ (make check=1 all), whose kernel traps where lanes are not in step;
# bin-threads/ (make threads=1 all), where a thread does a run in place of a warp, to compare with;
# ../shared/vectors.  To a machine where nothing can be built carry what `make gpu-bins` makes:
# bin-dist/, bin-threads-dist/, bin-check-dist/; they are taken where the others are not.  CHECKS
# names the parts to run, if not all: samples cases candidates faults grids bench sanitizers.
#
# Results are compared, byte by byte, with those of the CPU; as the CPU does what a device that broke
# left undone, each device must have done something, and not have broken.  Times are of whole runs,
# start included.  Ends with "N passed, N failed"; gpu-check.txt in the current folder grows with the
# checks: a table for tests/bench/.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
# folder KIND: the tools of that kind, nothing if there are none.
folder() {
    for f in "$root/bin$1" "$root/bin$1-dist"; do
        if [ -x "$f/batt-gpu" ]; then
            echo "$f"
            return
        fi
    done
}

bin=${BATT_BIN:-$(folder '')}
threads=$(folder -threads)
check=$(folder -check)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM # so that it goes then too, and with it what `endless` reads
report=$PWD/gpu-check.txt
passed=0 failed=0

say() {
    printf '%s\n' "$*" | tee -a "$report"
}

# wants PART: is it to be run?
wants() {
    case " ${CHECKS:-samples cases candidates faults grids bench sanitizers} " in
    *" $1 "*) ;;
    *) return 1 ;;
    esac
}

# verdict NAME STATUS: counts a check.
verdict() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        say "FAILED: $1"
    fi
}

# seconds: since the epoch.
seconds() {
    date +%s.%N
}

# since BEGIN: seconds that went by.
since() {
    seconds | awk -v begin="$1" '{printf "%.3f", $1 - begin}'
}

# on_device NAME BIN OPTIONS...: a run with devices, to $work/gpu; messages to $work/log.
on_device() {
    what=$1 tool=$2/batt-gpu begin=$(seconds)
    shift 2
    "$tool" --require-gpu --stats=brief "$@" -o "$work/gpu" 2> "$work/log"
    verdict "$what: runs" $?
    took=$(since "$begin")
    runs=$(sed -n 's/^{"tasks".*"devices":\[{[^]]*"runs":\([0-9]*\).*/\1/p' "$work/log")
    say "$what: $took s, ${runs:-0} runs done there"
    [ "${runs:-0}" -gt 0 ]
    verdict "$what: the device did something" $?
    reason=$(sed -n 's/^{"tasks".*"broken":[1-9][0-9]*,"reason":"\([^"]*\)".*/\1/p' "$work/log")
    [ -z "$reason" ]
    verdict "$what: the device held: $reason" $?
}

# alike NAME: did the last device write what the CPU wrote?
alike() {
    cmp -s "$work/cpu" "$work/gpu"
    verdict "$1: the same bytes" $?
}

# compare NAME GRIDS OPTIONS...: devices against the CPU.
compare() {
    name=$1 grids=$2 begin=$(seconds)
    shift 2
    "$bin/batt-gpu" -q --gpus 0 "$@" -o "$work/cpu" "$grids"
    verdict "$name, CPU" $?
    say "$name, CPU: $(since "$begin") s"
    for devices in 0 0,0,0,0; do
        on_device "$name, devices $devices" "$bin" -q --devices $devices "$@" "$grids"
        alike "$name, devices $devices"
    done
    [ -n "$threads" ] || return 0
    on_device "$name, a thread per run" "$threads" -q --devices 0 "$@" "$grids"
    alike "$name, a thread per run"
}

# calls: those that the CPU and the devices made, by the last --stats in $work/log.
calls() {
    sed -n 's/.*"broken":[0-9]*,"calls":\([0-9]*\).*/\1/p
        s/.*"cpu":{[^{}]*"calls":\([0-9]*\).*/\1/p' "$work/log" | awk '{n += $1} END {print n + 0}'
}

# counted NAME GRIDS OPTIONS...: with --stats, the calls and what it costs to count them.
counted() {
    name=$1 grids=$2
    shift 2
    "$bin/batt-gpu" -q --gpus 0 --stats "$@" -o "$work/cpu" "$grids" 2> "$work/log"
    verdict "$name, calls, CPU" $?
    want=$(calls)
    for stats in --stats=brief --stats; do
        begin=$(seconds)
        "$bin/batt-gpu" -q --devices 0 --require-gpu $stats "$@" -o "$work/gpu" "$grids" \
            2> "$work/log"
        verdict "$name, $stats" $?
        say "$name, $stats: $(since "$begin") s"
        alike "$name, $stats"
    done
    say "$name: $(calls) calls, on the CPU $want"
    [ "$want" -gt 0 ] && [ "$(calls)" -eq "$want" ]
    verdict "$name: the same calls" $?
}

# lines: of a --profile table on standard input: program, line, calls and units.
lines() {
    awk '$5 ~ /^[0-9]+:$/ {print program, $5, $3, $4} $7 != "" && $5 !~ /:$/ {program = $7}'
}

# profiled NAME GRIDS OPTIONS...: with --profile, lines that CPU and device both name, and what the
# heaviest are.
profiled() {
    name=$1 grids=$2
    shift 2
    "$bin/batt-gpu" -q --gpus 0 --profile=1000 "$@" -o "$work/cpu" "$grids" 2> "$work/log"
    verdict "$name, --profile, CPU" $?
    lines < "$work/log" > "$work/lines"
    begin=$(seconds)
    "$bin/batt-gpu" -q --devices 0 --require-gpu --profile=1000 "$@" -o "$work/gpu" "$grids" \
        2> "$work/log"
    verdict "$name, --profile" $?
    say "$name, --profile: $(since "$begin") s"
    alike "$name, --profile"
    lines < "$work/log" >> "$work/lines"
    head -n 20 "$work/log" | tee -a "$report"
    both=$(awk '{key = $1 " " $2; took = $3 " " $4
        if (key in seen) {n++; bad += seen[key] != took}
        seen[key] = took} END {print n + 0, bad + 0}' "$work/lines")
    say "$name: lines that both name, and that differ: $both"
    [ "${both% *}" -gt 0 ] && [ "${both#* }" -eq 0 ]
    verdict "$name: the same lines" $?
}

# verify NAME GRIDS OPTIONS...: every run on CPU and device; lanes in step?
verify() {
    name=$1 grids=$2
    shift 2
    on_device "$name, --verify" "$bin" --devices 0 --verify "$@" "$grids"
    sed -n 's/^batt-gpu: //p' "$work/log" | tail -n 20 | tee -a "$report"
    [ -n "$check" ] || return 0
    on_device "$name, --verify, in step" "$check" --devices 0 --verify "$@" "$grids"
}

# same NAME OPTIONS...: the samples with these options, against the CPU's $work/want.
same() {
    name=$1
    shift
    "$bin/batt-gpu" -q -k all -p "$root/pipelines/samples/solvers.py" "$@" -o "$work/gpu" \
        "$work/samples" 2> "$work/log"
    verdict "$name: runs" $?
    cmp -s "$work/want" "$work/gpu"
    verdict "$name: the same bytes" $?
}

# What goes wrong with a device that is there: no memory, hidden, shared, left behind by a killed
# process.
faults() {
    "$bin/batt-gpu" -q --gpus 0 -k all -p "$root/pipelines/samples/solvers.py" -o "$work/want" \
        "$work/samples"
    verdict "faults, CPU" $?
    same "hardly any memory" --devices 0 --gpu-mem 1
    same "a device that is not there" --devices 0,999
    "$bin/batt-gpu" --devices 0,999 -p "$root/pipelines/samples/solvers.py" -o "$work/gpu" \
        "$work/samples" 2> "$work/log"
    grep -q '1 of 2 GPUs' "$work/log"
    verdict "a device that is not there: said" $?
    CUDA_VISIBLE_DEVICES='' same "hidden devices" --gpus 1
    CUDA_VISIBLE_DEVICES='' "$bin/batt-gpu" -q --require-gpu -p "$root/pipelines/samples/solvers.py" \
        -o "$work/gpu" "$work/samples" 2> "$work/log"
    [ $? -eq 3 ]
    verdict "hidden devices, --require-gpu: status 3" $?
    endless
    others=
    for k in 1 2; do
        "$bin/batt-gpu" -q --devices 0 -k all -p "$work/candidates.jsonl" -o "$work/other$k" \
            "$work/samples" &
        others="$others $!"
    done
    same "beside other processes" --devices 0
    kill -9 "$endless"
    wait "$endless" 2> /dev/null
    [ $? -eq 137 ]
    verdict "one of them is killed at work" $?
    for k in $others; do
        wait "$k"
        verdict "the other processes: run" $?
    done
    cmp -s "$work/other1" "$work/other2"
    verdict "the other processes: the same bytes" $?
    same "after one of them was killed" --devices 0 --require-gpu
}

# endless: begins, in the background, a process $endless that is never through with its work: its
# programs come again and again.  Returns when it has written results of some.
endless() {
    sed 's/"id": "[^"]*", //' "$work/candidates.jsonl" > "$work/nameless" # an id may come once
    while cat "$work/nameless" 2> /dev/null; do :; done |
        "$bin/batt-gpu" -q --devices 0 --require-gpu -k bits --block 4096 -p - "$work/samples" \
            > "$work/endless" &
    endless=$!
    while kill -0 "$endless" 2> /dev/null && [ "$(wc -c < "$work/endless")" -lt 100000 ]; do
        sleep 0.1
    done
}

# sanitized TOOL OPTIONS...: samples under compute-sanitizer, all on the device and on the CPU.
sanitized() {
    what="compute-sanitizer $1"
    compute-sanitizer --tool "$@" "$bin/batt-gpu" -q --devices 0 --require-gpu --verify -k all \
        -p "$root/pipelines/samples/solvers.py" -o "$work/gpu" "$work/few" > "$work/log" 2>&1
    verdict "$what" $?
    grep -q 'SUMMARY:' "$work/log"
    verdict "$what: comes to its end" $?
    say "$what: $(grep 'SUMMARY:' "$work/log" || tail -n 1 "$work/log")"
}

# raced: the same under racecheck, for races in shared memory, where each warp has a machine of its
# own that all its lanes write alike: these it reports too (cuda/kernel.cu), and at which severity is
# not promised.  So what it finds is told and not judged; between two warps there should be none.
raced() {
    sanitized racecheck
    sed -n 's/^=* *\(.*Race reported\)/\1/p' "$work/log" | sort | uniq -c | sort -rn |
        head -n 20 | tee -a "$report"
}

: > "$report"
say "$(date -u '+%Y-%m-%d %H:%M') $("$bin/batt-gpu" -V) $(git -C "$root" describe --always --dirty 2> /dev/null)"
"$bin/batt-gpu" --list-devices > "$work/devices"
tee -a "$report" < "$work/devices"
if [ ! -s "$work/devices" ]; then
    say "0 passed, 1 failed"
    exit 1
fi
"$bin/batt-collect" -q -o "$work/samples" "$root/pipelines/samples"
"$bin/batt-collect" -q -o "$work/few" "$root"/pipelines/samples/c*.json
if wants samples; then
    for keep in bits passing match all; do
        compare "samples, keep $keep" "$work/samples" -k $keep -p "$root/pipelines/samples/solvers.py"
    done
    compare "samples, gate 1" "$work/samples" --gate 1 -p "$root/pipelines/samples/solvers.py"
    counted "samples" "$work/samples" -k all -p "$root/pipelines/samples/solvers.py"
    profiled "samples" "$work/samples" -k all -p "$root/pipelines/samples/solvers.py"
fi
# All that judges the engine, and candidates of a search: 100,000 (program, grid) and more.
if wants cases; then
    vectors=
    [ ! -d "$root/../shared/vectors" ] || vectors=$root/../shared/vectors
    python3 "$root/tests/pipeline/judged.py" "$work/judged" "$root"/tests/cases/*.case \
        ${vectors:+"$vectors"/*.jsonl} > "$work/log"
    verdict "cases and vectors as a job: $(cat "$work/log")" $?
    "$bin/batt-collect" -q -o "$work/judged.grids" "$work/judged/tasks"
    verify "cases and vectors" "$work/judged.grids" -k all -p "$work/judged/programs.jsonl"
    compare "cases and vectors" "$work/judged.grids" -k all -p "$work/judged/programs.jsonl"
fi
if wants candidates || wants faults || wants bench; then
    python3 "$root/tests/pipeline/candidates.py" --count 30000 \
        "$root/pipelines/samples/solvers.py" > "$work/candidates.jsonl"
    verdict "candidates" $?
fi
if wants candidates; then
    verify "30,000 candidates" "$work/samples" -k all -p "$work/candidates.jsonl"
    compare "30,000 candidates" "$work/samples" -k all -p "$work/candidates.jsonl"
    counted "30,000 candidates" "$work/samples" -k all -p "$work/candidates.jsonl"
fi
if wants faults; then
    faults
fi
for grids; do
    wants grids || break
    verify "solvers on $grids" "$grids" -f 1000000 -p "$root/dsl/solvers"
    compare "solvers on $grids" "$grids" -k all -f 1000000 -p "$root/dsl/solvers"
    compare "solvers on $grids, gate 1" "$grids" -k bits --gate 1 -f 1000000 -p "$root/dsl/solvers"
done
for tools in "$bin" ${threads:+"$threads"}; do
    wants bench || break
    say "by size of the job, $(basename "$tools")"
    python3 "$root/tests/gpu-bench.py" "$tools" "$work/samples" "$work/candidates.jsonl" \
        > "$work/log" 2>&1
    verdict "benchmark" $?
    tee -a "$report" < "$work/log"
done
if ! wants sanitizers; then
    :
elif command -v compute-sanitizer > /dev/null; then
    sanitized memcheck --error-exitcode 9
    sanitized synccheck --error-exitcode 9
    raced
else
    say "no compute-sanitizer on the PATH: left out"
fi
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
