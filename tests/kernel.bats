#!/usr/bin/env bats
# The kernel for every architecture: it compiles without warnings, and what it takes of a device
# stays within bounds.  No GPU is needed, only nvcc.
load helper

ROOT="$BATS_TEST_DIRNAME/.."
REGISTERS=64    # 32 warps a multiprocessor
STACK=3072      # bytes a thread
SHARED=2048     # bytes a block
CODE=1300000    # bytes

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

@test "kernel: compiles for every architecture, within its bounds" {
    make -s -C "$ROOT" CUDA=1 cuda-all
    for arch in $(sed -n 's/^CUDA_ALL = //p' "$ROOT/config.mk"); do
        log="$ROOT/build/cuda/kernel_$arch.log"
        run ! grep -i warning "$log"
        used=$(grep -o 'Used [0-9]* registers.*' "$log")
        code=$((0x$(code_bytes "${log%.log}.cubin")))
        echo "sm_$arch: $used, $code bytes of code"
        registers=$(echo "$used" | sed 's/Used \([0-9]*\) .*/\1/')
        stack=$(echo "$used" | sed 's/.* \([0-9]*\) bytes cumulative stack size.*/\1/')
        shared=$(echo "$used" | sed 's/.* \([0-9]*\) bytes smem.*/\1/')
        [ "$registers" -le $REGISTERS ]
        [ "$stack" -le $STACK ]
        [ "$shared" -le $SHARED ]
        [ "$code" -gt 100000 ]
        [ "$code" -le $CODE ]
    done
}
