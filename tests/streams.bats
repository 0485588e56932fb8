#!/usr/bin/env bats
# Streams longer than the memory that a tool may have, through every tool.
load helper
PIPELINE="$BATS_TEST_DIRNAME/pipeline"
FLOOD="$BATS_TEST_DIRNAME/../build/tests/flood"

@test "streams: 400 MB through every tool, none takes 256 MB" {
    python3 "$PIPELINE/streams.py" . 0.4 > told
    for tool in check pack split score show; do
        saw -E "^  batt-$tool +0\.[34][0-9] GB .* [0-9]+ MB$" < told
    done
    for tool in check 'pack --by-size' show trace; do
        saw -E "^  batt-$tool, grids +0\.[348][0-9] GB .* [0-9]+ MB$" < told
    done
    # What batt-split puts aside, more than its memory holds, comes back as it was.
    "$FLOOD" results 8 | batt-split | batt-check -v - 2>&1 | grep -o 'digest .*' > got
    "$FLOOD" joined 8 | batt-check -v - 2>&1 | grep -o 'digest .*' | cmp - got
    # So it does when all of it comes twice, and earlier entries must be read again.
    "$FLOOD" results 8 > long
    batt-split long long | batt-check -v - 2>&1 | grep -o 'digest .*' | cmp - got
}

@test "streams: a tool that keeps what it reads is found out" {
    mkdir bin
    printf '#!/bin/sh\nexec python3 -c "import sys; all = sys.stdin.buffer.read(); keep = all * 60"\n' > bin/batt-check
    chmod +x bin/batt-check
    run -1 --separate-stderr env STREAMS_PATH="$PWD/bin" python3 "$PIPELINE/streams.py" . 0.05
    [[ "$stderr" == "streams: batt-check: "*" MB of memory for 0."*" GB" ]]
}

@test "streams: a source that is none is refused" {
    run -3 --separate-stderr "$FLOOD" nowhere 2
    assert_equal "$stderr" "flood: nowhere: cannot be read"
    run -2 --separate-stderr "$FLOOD" nowhere
    run -2 --separate-stderr "$FLOOD" nowhere 0
}

@test "streams: tasks that come twice, 3.2 million apart" {
    python3 -c '
import json
task = {"train": [{"input": [[0]], "output": [[0]]}], "test": [{"input": [[0]]}]}
json.dump({f"{k:08x}": task for k in range(2000)}, open("tiny_challenges.json", "w"))'
    printf 'def p(I):\n    O = vmirror(I)\n    return O\n' > p.py
    batt-collect -o g.batt tiny_challenges.json
    batt-gpu -k bits --pair=cross -p p.py g.batt | batt-split -o j.batt
    "$FLOOD" g.batt 1600 > grids
    "$PIPELINE/peak.py" kb batt-check grids
    [ "$(cat kb)" -lt 100000 ]
    TMPDIR=/nowhere run -3 batt-check grids
    assert_output 'batt-check: temporary file in /nowhere: No such file or directory'
    batt-pack -o twice grids grids
    run -3 "$PIPELINE/peak.py" kb batt-check twice
    assert_line --regexp '^batt-check: twice: frame [0-9]+: a task of it stands twice, also in frame 1$'
    [ "$(cat kb)" -lt 100000 ]
    "$FLOOD" j.batt 1600 > joined
    run -2 "$PIPELINE/peak.py" kb batt-score -q --passed -o none joined joined
    assert_output 'batt-score: task 3200001: came before, as task 1; join all results by one batt-split'
    [ ! -e none ]
    [ "$(cat kb)" -lt 100000 ]
    # batt-pack must know at once: it begins another segment.
    "$PIPELINE/peak.py" kb batt-pack joined > packed
    run -0 batt-check -v packed
    assert_line --partial ': 3145728 entries,'
    assert_line --partial ': 54272 entries,'
    [ "$(cat kb)" -lt 100000 ]
}
