#!/usr/bin/env bats
# The benchmark runs, on the samples so that it is quick, and tells what it must.
load helper

BENCH="$BATS_TEST_DIRNAME/../pipelines/bench.sh"

@test "bench: on the samples, when the public tasks are not there" {
    RUNS=1 CANDIDATES=1000 STREAM_GB=0.05 NOTE='a test of its own' sh "$BENCH" "$PWD/nowhere" > told
    saw 'a test of its own' < told
    saw 'the samples instead of the public tasks' < told
    saw -E '^  bulk: runs of up to 20,000 units +33,[0-9]{3} +[0-9.]+ s +[0-9,]+ +[0-9.]+ M +[0-9.]+ M$' < told
    assert_equal "$(grep -cE '^  solve_[0-9a-z]+ +144 ' told)" 10
    saw -E '^1,000 candidates .* 1?[0-9]\.[0-9] lines each, one task each, --gate 1' < told
    saw -E '^  batt-collect, 34 files +[0-9.]+ s +[0-9.]+ s$' < told
    saw -E '^  batt-score, [0-9,]+ rows +[0-9.]+ s +[0-9.]+ s$' < told
    saw -E '^  batt-split +0\.0[4-6] GB .* GB/s +[0-9]+ MB$' < told
    ! command -v nvcc > /dev/null || saw -E '^solvers.py on of-batt +4896 +[0-9]{5} ' < told
    run ! saw -F "$PWD" < told
}

@test "bench: a wrong result stops it" {
    mkdir bin
    printf '#!/bin/sh\nexit 0\n' > bin/batt-score
    printf '#!/bin/sh\nexit 1\n' > bin/batt-split
    for f in batt-collect batt-gpu batt-show; do
        ln -s "$(command -v $f)" bin/$f
    done
    chmod +x bin/*
    # bench.sh puts the tree's tools first, so the broken ones go in by its Python half.
    cd "$BATS_TEST_DIRNAME/.."
    run --separate-stderr -1 env PATH="$BATS_TEST_TMPDIR/bin:$PATH" CANDIDATES=10 \
        python3 pipelines/bench.py "$BATS_TEST_TMPDIR/nowhere" 1 ''
    assert_equal "$stderr" "bench: batt-split results -o joined: failed"
}
