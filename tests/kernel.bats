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
CODE=1100000    # bytes; sm_100 has most

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

@test "kernel: all lanes are there where they meet" {
    flock "$ROOT/config.mk" make -s -C "$ROOT" CUDA=1 build/cuda/kernel.ptx
    run -0 "$ROOT/tests/meetings.py" "$ROOT/build/cuda/kernel.ptx"
    assert_output --regexp '^[0-9]{3} functions, [0-9]{3} meetings, [0-9]+ branches by lane, 0 breaches$'
    refute_output --partial ' 0 branches'
}

@test "kernel: meetings.py finds lanes that are not there, and accuses no others" {
    cat > small.cu << 'END'
__device__ __noinline__ unsigned meets(unsigned x) { return __shfl_xor_sync(~0u, x, 1); }
__device__ __noinline__ int alone(int x) { for (int k = 0; k < x; k++) x ^= x * k; return x; }
#define KERNEL(name) extern "C" __global__ void name(unsigned *p)
#define LANE (threadIdx.x & 31)
KERNEL(good) {
    unsigned x = p[LANE];
    for (unsigned k = LANE; k < p[40]; k += 32) p[k] = alone(k);
    __syncwarp();
    if (__any_sync(~0u, x == 3)) p[LANE] = meets(x);
    for (int s = 16; s; s >>= 1) x += __shfl_xor_sync(~0u, x, s);
    if (x > 5) p[LANE] = meets(LANE);
    if (threadIdx.x / 32 == 1) __syncwarp();
    if (__shfl_sync(~0u, LANE, 0)) __syncwarp();
}
KERNEL(branch) { if (LANE < p[0]) { p[LANE] = 1; __syncwarp(); p[LANE + 1] = 2; } }
KERNEL(called) { if (p[LANE] == 2) p[LANE] = meets(LANE); }
KERNEL(loop) { for (unsigned k = LANE; k < 99; k += 32) p[k] = __ballot_sync(~0u, p[k]); }
KERNEL(early) { if (p[LANE]) return; p[LANE] = __ballot_sync(~0u, p[LANE + 32]); }
KERNEL(mask) { p[LANE] = __shfl_sync(0xffff, LANE, 3); }
END
    nvcc -arch=compute_75 -ptx -o small.ptx small.cu
    "$ROOT/tests/meetings.py" small.ptx > found && fail "nothing is wrong: $(cat found)"
    for name in branch called loop early mask; do
        saw "^$name: " < found
    done
    run ! saw '^good: \|^_Z' < found
}
