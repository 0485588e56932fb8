#!/usr/bin/env bats
# The kernel for every architecture: it compiles without warnings, and what it takes of a device
# stays within bounds.  No GPU is needed, only nvcc.  Other tests make kernels too: config.mk is
# the lock.
load helper

ROOT="$BATS_TEST_DIRNAME/.."
REGISTERS=64    # 32 warps a multiprocessor
STACK=2304      # bytes a thread
SHARED=2048     # bytes a block
THREAD_STACK=16384 # bytes, where a thread has a run of its own
CODE=1050000    # bytes

setup() {
    command -v nvcc > /dev/null || skip "no nvcc on the PATH"
}

# code_bytes CUBIN: size of its instructions.
code_bytes() {
    readelf -SW "$1" 2> /dev/null | awk '/PROGBITS/ && / \.text\.batt_kernel / {
        for (k = 1; k < NF; k++)
            if ($k == "PROGBITS")
                print $(k + 3)
    }'
}

# within LOG REGISTERS STACK SHARED: what ptxas says of a kernel is without warnings and within these.
within() {
    run ! grep -i warning "$1"
    local used registers stack shared
    used=$(grep -o 'Used [0-9]* registers.*' "$1")
    registers=$(echo "$used" | sed 's/Used \([0-9]*\) .*/\1/')
    stack=$(echo "$used" | sed 's/.* \([0-9]*\) bytes cumulative stack size.*/\1/')
    shared=$(echo "$used" | sed -n 's/.* \([0-9]*\) bytes smem.*/\1/p')
    echo "$1: $used"
    [ "$registers" -le "$2" ]
    [ "$stack" -le "$3" ]
    [ "${shared:-0}" -le "$4" ]
}

@test "kernel: compiles for every architecture, within its bounds" {
    flock "$ROOT/config.mk" make -s -C "$ROOT" CUDA=1 cuda-all
    for arch in $(sed -n 's/^CUDA_ALL = //p' "$ROOT/config.mk"); do
        log="$ROOT/build/cuda/kernel_$arch.log"
        code=$((0x$(code_bytes "${log%.log}.cubin")))
        echo "sm_$arch: $code bytes of code"
        within "$log" $REGISTERS $STACK $SHARED
        [ "$code" -gt 100000 ]
        [ "$code" -le $CODE ]
    done
}

@test "kernel: a thread per run, within bounds of its own" {
    make -s -C "$ROOT" CUDA=1 threads=1 build-threads/cuda/kernel_90.cubin
    within "$ROOT/build-threads/cuda/kernel_90.log" $REGISTERS $THREAD_STACK 0
}
