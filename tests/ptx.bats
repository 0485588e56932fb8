#!/usr/bin/env bats
# What nvcc makes of the kernel, run on the CPU (tests/ptx) in place of its sources: the same bytes.
# tests/run.sh has devices.bats run on it too.  No GPU is needed, only nvcc.
load helper

ROOT="$BATS_TEST_DIRNAME/.."
SAMPLES="$ROOT/pipelines/samples"

setup() {
    command -v nvcc > /dev/null || skip "no nvcc on the PATH"
    export BATT_CUDA_DRIVER="$ROOT/build/tests/libcuda_ptx.so"
    [ -e "$BATT_CUDA_DRIVER" ] || skip "what runs PTX is not built (make test-bins)"
    batt-collect -q -o grids "$SAMPLES"
}

# made KIND FILE: the kernel of that kind ("" or threads=1) as PTX; $SIMCUDA_PTX names it.
made() {
    flock "$ROOT/config.mk" make -s -C "$ROOT" CUDA=1 $1 "$2"
    export SIMCUDA_PTX="$ROOT/$2"
}

# judged: all cases and vectors on CPU and device; says how many runs were compared.
judged() {
    local vectors=
    [ ! -d "$ROOT/../shared/vectors" ] || vectors="$ROOT/../shared/vectors"
    python3 "$ROOT/tests/pipeline/judged.py" all "$ROOT"/tests/cases/*.case ${vectors:+"$vectors"/*.jsonl}
    batt-collect -q -o all.grids all/tasks
    run -0 batt-gpu --devices 0 --require-gpu --verify -j 1 -k all -p all/programs.jsonl \
        -o got all.grids
    assert_line --regexp '^batt-gpu: [0-9]{4,} runs compared, 0 differ$'
    refute_output --partial 'ptx:'
}

@test "ptx: all cases and vectors, of what sm_90 is made of" {
    made "" build/cuda/kernel_90.ptx
    judged
}

@test "ptx: all cases and vectors, of what a driver compiles" {
    made "" build/cuda/kernel.ptx
    judged
}

@test "ptx: a thread per run: the samples" {
    made threads=1 build-threads/cuda/kernel_90.ptx
    batt-gpu -q --gpus 0 -k all -p "$SAMPLES/solvers.py" -o want grids
    batt-gpu -q --devices 0 --require-gpu -j 1 -k all -p "$SAMPLES/solvers.py" -o got grids
    cmp want got
}

@test "ptx: what it cost is told" {
    made "" build/cuda/kernel_90.ptx
    SIMPTX_STATS=2 batt-gpu -q --devices 0 --require-gpu -j 1 -p "$SAMPLES/solvers.py" -o got \
        grids 2> told
    jq -s -e '(map(select(.ptx == "all"))[0].instructions > 1000000) and
        (map(select(.ptx != "all").instructions) | add) ==
        map(select(.ptx == "all"))[0].instructions' told
}

@test "ptx: a kernel that is not there, or not known, is an error of the device" {
    printf '.version 9.0\n.target sm_90\nsin\n' > bad.ptx
    for SIMCUDA_PTX in nowhere.ptx bad.ptx; do
        export SIMCUDA_PTX
        run -3 batt-gpu --require-gpu --devices 0 -p "$SAMPLES/solvers.py" -o got grids
        assert_output --partial 'device 0: loading the kernel'
    done
    assert_output --partial 'bad.ptx: line 3: not known: sin'
}

@test "ptx: --verify finds a kernel that computes something else, and says what" {
    made "" build/cuda/kernel_90.ptx
    awk '/\.func.*op_incrementEP2vm/ {inside = 1}
        inside && sub(/\[param3\+8\], 1;/, "[param3+8], 2;") {n++}
        /^}/ {inside = 0}
        {print}
        END {exit n != 1}' "$SIMCUDA_PTX" > wrong.ptx
    for n in $(seq 50); do
        printf 'def p%d(I):\n    x1 = height(I)\n    O = increment(x1)\n    return O\n\n' "$n"
        printf 'def q%d(I):\n    O = height(I)\n    return O\n\n' "$n"
    done > programs.py
    SIMCUDA_PTX=$PWD/wrong.ptx run -1 batt-gpu --devices 0 --require-gpu --verify -j 1 -k all \
        -p programs.py -o got grids
    assert_line --regexp '^batt-gpu: p1: [^ ]*/bothhalves demo 1: CPU: other, fuel 4, not equal, digest [0-9a-f]{16}, 4; device: other, fuel 4, not equal, digest [0-9a-f]{16}, 5$'
    assert_line --regexp '^batt-gpu: 14400 runs compared, 7200 differ$'
    refute_output --partial 'batt-gpu: q'
    # The CPU's results are written all the same; without values both ways are told by digest.
    batt-gpu -q --gpus 0 -k all -p programs.py -o want grids
    cmp want got
    SIMCUDA_PTX=$PWD/wrong.ptx run -1 batt-gpu --devices 0 --require-gpu --verify -j 1 -k bits \
        -p programs.py -o got grids
    assert_line --regexp '^batt-gpu: p1: .* demo 1: CPU: .*, 4; device: .*digest [0-9a-f]{16}$'
}
