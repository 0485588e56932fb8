#!/usr/bin/env bats
# What `make install` and `make dist` make runs by itself, wherever it is put.
load helper

ROOT="$BATS_TEST_DIRNAME/.."

# demo PREFIX: what its demo prints, from an environment with nothing in it.
demo() {
    env -i PATH=/usr/bin:/bin sh "$1/share/batt/pipelines/demo.sh" 2>&1
}

# has_all PREFIX: tools, pages, library, scripts.
has_all() {
    for f in "$ROOT"/cmd/*.c; do
        [ -x "$1/bin/$(basename "$f" .c)" ]
    done
    for f in "$ROOT"/man/*.[157]; do
        cmp "$f" "$1/share/man/man${f##*.}/$(basename "$f")"
    done
    diff -r "$ROOT/dsl/solvers" "$1/share/batt/solvers"
    diff -r "$ROOT/pipelines/samples" "$1/share/batt/pipelines/samples"
    [ -x "$1/share/batt/pipelines/versus.sh" ]
    for f in versus.py arc.mk batt.py common.sh; do
        cmp "$ROOT/pipelines/$f" "$1/share/batt/pipelines/$f"
    done
    [ ! -e "$1/share/batt/pipelines/deps.sh" ]
}

@test "install: into DESTDIR, where the demo runs; moved, it still does" {
    make -s -C "$ROOT" install DESTDIR="$PWD/stage" PREFIX=/opt/batt
    has_all stage/opt/batt
    assert_equal "$(ls stage stage/opt | paste -sd ' ')" "stage: opt  stage/opt: batt"
    demo stage/opt/batt > installed
    saw -E 'mirrorright .*solve_mirrorright' < installed
    mv stage/opt/batt elsewhere
    demo elsewhere > moved
    cmp installed moved
    # Without -p: the library that was moved with the tools, from any folder, by a link too.
    ln -s "$PWD/elsewhere/bin/batt-gpu" link
    elsewhere/bin/batt-collect -q -o tasks elsewhere/share/batt/pipelines/samples
    (cd / && env -i "$OLDPWD/link" "$OLDPWD/tasks" -o "$OLDPWD/out")
    assert_equal "$(count program out)" "$(cat "$ROOT"/dsl/solvers/*.py | grep -c '^def ')"
}

@test "install: arc.mk and the scripts find the tools that were installed with them" {
    make -s -C "$ROOT" install DESTDIR="$PWD/stage" PREFIX=/opt/batt
    there="$PWD/stage/opt/batt/share/batt/pipelines"
    mkdir in
    cp "$there/samples/solvers.py" in/some.py
    alone() { env -i PATH=/usr/bin:/bin "$@"; }
    alone make -s -f "$there/arc.mk" DATA="$there/samples" PROGRAMS=in/some.py SPOOL=spool
    assert_equal "$(head -n 1 spool/score.tsv | cut -f 1)" task
    alone ONCE=1 sh "$there/watch.sh" spool/tasks/000000.batt in out
    stage/opt/batt/bin/batt-check out/some.py.batt
}

@test "install: the demo of the tree is the same" {
    make -s -C "$ROOT" install DESTDIR="$PWD/stage" PREFIX=/usr
    demo stage/usr > installed
    env -i PATH=/usr/bin:/bin sh "$ROOT/pipelines/demo.sh" > tree 2>&1
    cmp tree installed
}

# make_dist: make dist, once for this file, to $DIST.
make_dist() {
    for package in libmsgpack-dev libzstd-dev libjansson-dev; do
        [ -f "/usr/share/doc/$package/copyright" ] ||
            skip "make dist packs the licences of Debian's packages"
    done
    DIST="$BATS_FILE_TMPDIR/dist"
    [ -d "$DIST" ] || flock "$ROOT/config.mk" make -s -C "$ROOT" dist DIST="$DIST"
}

# Kernels are made by other tests as well: config.mk is the lock.
@test "dist: with the GPU's kernel, runs with a driver and without" {
    command -v nvcc > /dev/null || skip "no nvcc on the PATH"
    make_dist
    tar -xzf "$DIST"/batt-*-cuda.tar.gz
    mv batt-* batt
    has_all batt
    demo batt > demo
    saw -E 'mirrorright .*solve_mirrorright' < demo
    # All architectures in it, and no symbol of a glibc newer than the manual says.
    [ "$(wc -c < batt/bin/batt-gpu)" -gt 8000000 ]
    [ "$(wc -c < batt/bin/batt-split)" -lt 2000000 ]
    newest=$(objdump -T batt/bin/* | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1)
    assert_equal "$(printf '%s\n2.34\n' "$newest" | sort -V | tail -n 1)" 2.34
    run -0 ldd batt/bin/batt-gpu
    refute_output --regexp 'zstd|msgpack|jansson|stdc|gcc'
    BATT_CUDA_DRIVER=/nowhere run --separate-stderr -0 batt/bin/batt-gpu --list-devices
    assert_equal "$stderr" "batt-gpu: no GPU: no CUDA driver on this machine"
    local sim="$ROOT/build/tests/libcuda_sim.so"
    [ -e "$sim" ] || skip "the simulated device is not built (make test-bins)"
    BATT_CUDA_DRIVER="$sim" run -0 batt/bin/batt-gpu --list-devices
    assert_output --partial "simulated device 0"
}

@test "dist: runs where there is nothing but what it holds" {
    make_dist
    mkdir -p root/tmp # which batt-split needs
    tar -C root -xzf "$DIST/batt-$(sed -n 's/^VERSION = //p' "$ROOT/config.mk")-$(uname -m).tar.gz"
    mv root/batt-* root/batt
    has_all root/batt
    for f in README.md LICENSE THIRD-PARTY licences/LGPL-2.1 licences/libc6-dev \
        licences/libmsgpack-dev licences/libzstd-dev licences/libjansson-dev; do
        [ -s "root/batt/$f" ]
    done
    demo root/batt > demo
    saw -E 'mirrorright .*solve_mirrorright' < demo
    alone="env -i /usr/sbin/chroot root"
    [ "$(id -u)" -eq 0 ] || alone="env -i unshare -r /usr/sbin/chroot root"
    $alone /batt/bin/batt-gpu -V || skip "no right to chroot"
    in=/batt/share/batt/pipelines/samples
    $alone /batt/bin/batt-collect $in |
        $alone /batt/bin/batt-gpu -p $in/solvers.py --pair=name |
        $alone /batt/bin/batt-split |
        $alone /batt/bin/batt-score -a > rows
    assert_equal "$(grep -c 'solve_' rows)" "$(grep -c '^def ' "$ROOT/pipelines/samples/solvers.py")"
    # The solver library beside the tools, found without /proc.
    $alone /batt/bin/batt-collect $in/mirrorright.json > one
    $alone /batt/bin/batt-gpu < one > out
    assert_equal "$(count program out)" "$(cat "$ROOT"/dsl/solvers/*.py | grep -c '^def ')"
}
