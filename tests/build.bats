#!/usr/bin/env bats
# The Makefile: what was made with other flags, for other architectures or of other parts is made
# anew, and nothing else.
load helper

ROOT="$BATS_TEST_DIRNAME/.."

# build VARIABLE... TARGET: TARGET, in a build folder of the test's own.
build() {
    make -s -C "$ROOT" "B=$PWD/build" "${@:1:$#-1}" "$PWD/build/${!#}"
}

# is_made VARIABLE... TARGET: would `build` do nothing?
is_made() {
    build -q "$@"
}

# fake_nvcc: nvcc and fatbinary that write what they are asked for.
fake_nvcc() {
    mkdir toolkit
    cat > toolkit/nvcc << 'END'
#!/bin/sh
while [ "$1" != -o ]; do asked="${asked-} $1"; shift; done
echo "$asked" > "$2"
END
    cat > toolkit/fatbinary << 'END'
#!/bin/sh
for a; do case $a in --create=*) echo "$@" > "${a#--create=}" ;; esac; done
END
    chmod +x toolkit/*
}

@test "build: other flags or another compiler make objects anew" {
    build lib/utf8.o
    is_made lib/utf8.o
    for other in CFLAGS=-O0 CC=cc VERSION=7 WARN= asan=1; do
        run ! is_made $other lib/utf8.o
    done
    build CFLAGS=-O0 lib/utf8.o
    is_made CFLAGS=-O0 lib/utf8.o
    run ! is_made lib/utf8.o
}

@test "build: other architectures make the kernel of the tools anew" {
    fake_nvcc
    local own="NVCC=$PWD/toolkit/nvcc"
    build "$own" 'CUDA_ARCHS=80 90' cuda/kernel_own.fatbin
    saw 'sm=80,.*sm=90,' < build/cuda/kernel_own.fatbin
    is_made "$own" 'CUDA_ARCHS=80 90' cuda/kernel_own.fatbin
    build "$own" CUDA_ARCHS=90 cuda/kernel_own.fatbin
    run ! saw 'sm=80,' < build/cuda/kernel_own.fatbin
    saw 'sm=90,' < build/cuda/kernel_own.fatbin
    is_made "$own" CUDA_ARCHS=90 cuda/kernel_own.fatbin
    run ! is_made "$own" CUDA_ARCHS=90 NVCCFLAGS=-O1 cuda/kernel_own.fatbin
    run ! is_made "$own" CUDA_ARCHS=90 check=1 cuda/kernel_own.fatbin
}

@test "build: linked otherwise, tools are linked anew; make -n tells" {
    tool() { make -C "$ROOT" "BIN=$PWD/bin" CUDA=0 "$@" "$PWD/bin/batt-show"; }
    tool -s
    [ -x bin/batt-show ]
    tool -q
    run ! tool -q 'LDLIBS=-lmsgpackc -lzstd -ljansson -lpthread -lm -ldl'
    run ! tool -q static=1
    tool -s static=1
    tool -s
    run -0 tool -n static=1
    assert_output --regexp '-static +-o [^ ]*/bin/batt-show'
    refute_output --partial ' -c '
}

@test "build: a static batt-gpu links without warnings, has no GPU support and says so" {
    make -s -C "$ROOT" "BIN=$PWD/bin" CUDA=0 static=1 "$PWD/bin/batt-gpu" 2>&1 | tee said
    [ ! -s said ]
    export BATT_CUDA_DRIVER="$ROOT/build/tests/libcuda_sim.so"
    run --separate-stderr -0 bin/batt-gpu --list-devices
    assert_output ""
    assert_equal "$stderr" "batt-gpu: no GPU: this build has no GPU support"
    make_tasks in aa
    batt-collect -q -o tasks in
    program solve_aa 'O = dmirror(I)' > p.py
    batt-gpu -q --gpus 0 -p p.py -o want tasks
    run --separate-stderr -0 bin/batt-gpu --gpus 1 -p p.py -o got tasks
    assert_equal "$stderr" \
        "batt-gpu: 0 of 1 GPUs (this build has no GPU support); running on the CPU"
    cmp want got
    run --separate-stderr -3 bin/batt-gpu --require-gpu -p p.py -o none tasks
    assert_equal "$stderr" "batt-gpu: --require-gpu: this build has no GPU support"
}
