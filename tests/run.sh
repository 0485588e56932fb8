#!/bin/sh
# All tests.  Ends with "N passed, N failed"; non-zero status when one failed.
#
# FAST=1 leaves out the sanitizer pass; FUZZ=60s fuzzes each target for a minute (default 5s).
# What needs ../shared (the vectors and the ARC tasks) says so and is left out where that folder is
# not there.
set -u
cd "$(dirname "$0")/.." || exit 2
root=$PWD
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
passed=0 failed=0 skipped=0
jobs=
command -v parallel >/dev/null && jobs="--jobs $(nproc) --no-parallelize-within-files"

# Runs one test program: its last line that says "N passed, N failed" counts.
count() {
    name=$1
    shift
    "$@" >"$log/out" 2>&1
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log/out" | tail -n 1)
    p=${line%% *}
    f=$(printf '%s' "$line" | sed -n 's/.*, \([0-9]*\) failed/\1/p')
    if [ -z "$line" ] || { [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; }; then
        p=${p:-0} f=$((${f:-0} + 1))
        echo "$name: ended with status $status"
    fi
    [ "$f" -eq 0 ] || head -c 20000 "$log/out"
    passed=$((passed + p)) failed=$((failed + f))
    echo "$name: $p passed, $f failed"
}

# Runs bats files, two at a time where bats can (it needs GNU parallel); each test counts.
count_bats() {
    # shellcheck disable=SC2086
    bats --tap $jobs "$@" >"$log/tap" 2>&1
    status=$?
    p=$(grep -c '^ok ' "$log/tap")
    f=$(grep -c '^not ok ' "$log/tap")
    s=$(grep -c '^ok .* # skip' "$log/tap")
    [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
    [ "$f" -eq 0 ] || grep -A 30 '^not ok ' "$log/tap" | head -n 400
    grep '# skip' "$log/tap"
    passed=$((passed + p - s)) failed=$((failed + f)) skipped=$((skipped + s))
    echo "bats: $((p - s)) passed, $f failed, $s skipped"
}

unit_tests() {
    for t in "$1"/tests/*_test; do
        [ -x "$t" ] && count "$1: ${t##*/}" "$t"
    done
    count "$1: picture_test, simulated warps" "$1/tests/picture_lanes" "$1/tests/picture_lane.so"
    count "$1: cases on every engine" "$1/tests/cases" tests/cases/*.case
    if [ -d ../shared/vectors ]; then
        for v in dev closures; do
            count "$1: vectors $v" "$1/tests/vectors" ../shared/vectors/$v.jsonl
            count "$1: vectors $v, simulated warps" env BATT_ENGINE=sim "$1/tests/vectors" \
                ../shared/vectors/$v.jsonl
        done
    else
        echo "vectors: ../shared is not there, left out"
    fi
}

# A fuzz target over its corpus, for FUZZ inputs or seconds ("60s"), in the background.
fuzz() {
    target=$1
    shift
    { "build-asan/tests/$target" "${FUZZ:-5s}" "$@" >"$log/$target" 2>&1 || echo "status $?" >>"$log/$target"; } &
}

# What a fuzz target said; counts as one test.
fuzzed() {
    for target; do
        count "build-asan: $target, $(grep inputs "$log/$target")" \
            sh -c "cat '$log/$target'; ! grep -q '^status' '$log/$target'"
    done
}

fuzz_all() {
    corpus=tests/fuzz/corpus
    bin/batt-collect -q -o "$log/grids.batt" pipelines/samples
    bin/batt-gpu -q -k all -p pipelines/samples/solvers.py -o "$log/results.batt" --pair=name \
        "$log/grids.batt"
    streams="$corpus/*.batt $corpus/*.maps $log/grids.batt $log/results.batt"
    # shellcheck disable=SC2086 # $streams is several words
    {
        fuzz fuzz_stream $streams
        fuzz fuzz_check $streams
        wait
        fuzz fuzz_pack $streams
        fuzz fuzz_split $streams
        wait
        fuzz fuzz_state $streams $corpus/*.list
    }
    fuzz fuzz_taskfile $corpus/*.json pipelines/samples/*.json
    wait
    fuzz fuzz_programs $corpus/*.py $corpus/*.jsonl
    fuzz fuzz_parse $corpus/*.py
    wait
    fuzz fuzz_engine
    wait
    fuzzed fuzz_stream fuzz_check fuzz_pack fuzz_split fuzz_state fuzz_taskfile fuzz_programs \
        fuzz_parse fuzz_engine
}

echo "building"
make -s -j"$(nproc)" test-bins || exit 1
unit_tests build
if [ -z "${FAST:-}" ]; then
    echo "building with sanitizers"
    make -s -j"$(nproc)" asan=1 CUDA=0 test-bins || exit 1
    ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 unit_tests build-asan
    fuzz_all
    count "build-asan: the main job" sh tests/pipeline/sanitized.sh
fi
count lint sh tests/lint.sh
BATT_ROOT=$root count_bats tests/*.bats
if command -v nvcc >/dev/null && [ -e build/cuda/kernel.ptx ]; then
    echo "devices that run what nvcc made of the kernel"
    BATT_ROOT=$root BATT_SIM=$root/build/tests/libcuda_ptx.so SIMCUDA_PTX=$root/build/cuda/kernel.ptx \
        count_bats tests/devices.bats
fi

[ "$skipped" -eq 0 ] && tail= || tail=", $skipped skipped"
echo "$passed passed, $failed failed$tail"
[ "$failed" -eq 0 ]
