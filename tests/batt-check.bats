#!/usr/bin/env bats
# batt-check: whole streams pass, everything else is named; what is whole is saved.
load helper

FORGE="$BATS_TEST_DIRNAME/forge.py"

setup() {
    make_tasks data aaaaaaaa bbbbbbbb cccccccc
    batt-collect --set s -n 3 -o g.batt data
    for k in 1 2 3 4 5; do
        echo "{\"id\": \"p$k\", \"program\": \"def solve(I):\\n    O = upscale(I, $((k % 3 + 1)))\\n    return O\\n\"}"
    done > c.jsonl
    echo '{"id": "bad", "program": "def solve(I):\n    O = first(1, I)\n    return O\n"}' >> c.jsonl
    batt-gpu -k all --block 3 -p c.jsonl -o r.batt g.batt
}

# places FILE: byte offsets at which its frames begin, and its size.
places() {
    LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' "$1" | cut -d: -f1
    stat -c %s "$1"
}

# forged CODE STREAM: what batt-check says of the changed stream.
forged() {
    python3 "$FORGE" "$1" < "$2" > forged.batt
    run -3 batt-check forged.batt
}

# g.batt, its first task cut into two frames.
task_in_two() {
    python3 "$FORGE" '
t = frames[1]; import copy
u = copy.deepcopy(t)
t["tasks"][0]["more"] = True
t["items"], u["items"] = t["items"][:2], t["items"][2:]
frames.insert(2, u)' < g.batt
}

@test "check: whole streams pass without a word" {
    batt-split -o j.batt r.batt
    run -0 batt-check g.batt r.batt j.batt
    assert_output ""
    cat g.batt r.batt | batt-check
    python3 "$FORGE" pass < r.batt | batt-check -
}

@test "check: what every tool writes for the samples passes" {
    batt-collect "$BATS_TEST_DIRNAME/../pipelines/samples" > samples.batt
    for keep in bits passing match all; do
        batt-gpu -k $keep -p "$BATS_TEST_DIRNAME/../pipelines/samples/solvers.py" samples.batt > x.batt
        batt-split x.batt > y.batt
        run -0 batt-check samples.batt x.batt y.batt
        assert_output ""
    done
}

@test "check -v: provenance, counts, digest" {
    run -0 batt-check -v r.batt
    assert_line 'batt-check: r.batt: results, format 1, semantics 1'
    assert_line 'batt-check: r.batt: set s'
    assert_line --regexp '^batt-check: r.batt: made by batt-gpu [0-9.]+ .*keep=all gate=0 fuel=4000000'
    assert_line --regexp '^batt-check: r.batt: 6 entries, 6 programs, 54 results, 0 failed inputs, digest [0-9a-f]{16}$'
    assert_line --regexp '^batt-check: r.batt: whole, [0-9]+ frames$'
}

@test "check: cut anywhere, status 3 and the number of whole frames" {
    n=0
    places r.batt | tail -n +2 | sed '$d' > at
    while read -r from; do
        n=$((n + 1))
        for size in "$from" $((from + 5)); do
            head -c "$size" r.batt > cut.batt
            run -3 batt-check cut.batt
            assert_line --regexp '^batt-check: cut.batt: .*truncated'
            assert_line "batt-check: cut.batt: $n whole frames"
        done
    done < at
    [ $n -ge 4 ]
}

@test "check: a flipped byte, anywhere" {
    harmless=0
    size=$(stat -c %s r.batt)
    for at in $(seq 0 7 $((size - 1))); do
        cp r.batt bad.batt
        byte=$(od -An -tu1 -j "$at" -N 1 r.batt)
        printf "\\x$(printf %x $((byte ^ 0x10)))" | dd of=bad.batt bs=1 seek="$at" conv=notrunc status=none
        run batt-check bad.batt
        # A few bits of zstd's frame header say nothing: what they hold is whole all the same.
        if [ "$status" -eq 0 ]; then
            cmp <(zstd -dc bad.batt) <(zstd -dc r.batt)
            harmless=$((harmless + 1))
        else
            assert_equal "$status" 3
            assert_line --regexp '^batt-check: bad.batt: '
        fi
    done
    [ $((20 * harmless)) -lt "$size" ]
}

@test "check: a missing file, no stream, an empty one" {
    run -1 batt-check missing.batt r.batt
    assert_output 'batt-check: missing.batt: No such file or directory'
    run -3 batt-check c.jsonl
    assert_line 'batt-check: c.jsonl: not a stream'
    run -3 batt-check /dev/null
    assert_line 'batt-check: /dev/null: empty input, not even a head'
}

@test "check --broken: the names of those that are not whole" {
    head -c 100 r.batt > cut.batt
    run -3 --separate-stderr batt-check --broken g.batt cut.batt r.batt missing.batt
    assert_output $'cut.batt\nmissing.batt'
    run -3 batt-check --broken cut.batt > /dev/full
}

@test "check: rules of grids" {
    forged 'frames[1]["tasks"][0]["n_test"] = 2' g.batt
    assert_line 'batt-check: forged.batt: frame 1: s/aaaaaaaa has other items than it promises'
    forged 'frames[2]["tasks"][0]["key"] = "s/aaaaaaaa"' g.batt
    assert_line 'batt-check: forged.batt: frame 2: s/aaaaaaaa stands twice'
    forged 'i = frames[1]["items"]; i[0], i[1] = i[1], i[0]' g.batt
    assert_line 'batt-check: forged.batt: frame 1: the items of s/aaaaaaaa are out of order'
    forged 'frames[1]["tasks"][0]["more"] = True; frames[-1]["tasks"] = 2' g.batt
    assert_line 'batt-check: forged.batt: frame 2: s/aaaaaaaa was to go on here'
    forged 'frames[3]["tasks"][0]["more"] = True; frames[-1]["tasks"] = 2' g.batt
    assert_line 'batt-check: forged.batt: frame 4: s/cccccccc was to go on, but the stream ends'
}

@test "check: a task that goes on in the next frame is whole" {
    task_in_two | batt-check
}

@test "check: rules of results" {
    forged 'del frames[1]; frames[-1]["programs"] = 3' r.batt
    assert_line 'batt-check: forged.batt: frame 1: results for block 0, whose programs did not come'
    forged '[f for f in frames if f["type"] == "programs"][1]["block"] = 0' r.batt
    assert_line --regexp 'block 0 stands twice'
    forged 'frames[2]["entries"][0]["first"] = 1' r.batt
    assert_line 'batt-check: forged.batt: frame 2: results of s/aaaaaaaa for more programs than their block has'
    forged 'frames[2]["entries"][0]["n_test"] = 0; frames[2]["entries"][0]["known"] = 0' r.batt
    assert_line --partial 'results of s/aaaaaaaa for more items than it has'
    forged 'frames[2]["entries"][0]["items"][0]["error"] = b"\1\0\0"' r.batt
    assert_line --partial 'an exception without an error'
    forged 'frames[2]["entries"][0]["items"][0]["equal"] = b"\x08"' r.batt
    assert_line --partial 'bits behind the last program'
    forged 'frames[2]["entries"][0]["items"][0]["known"] = False; frames[2]["entries"][0]["items"][0]["equal"] = b"\1"' r.batt
    assert_line --partial 'equality with an output that is not known'
    forged 'i = frames[2]["entries"][0]["items"][0]; i["outcome"] = b"\2\2\2"; i["equal"] = b"\1"' r.batt
    assert_line --partial 'equality without an output'
    forged 'i = frames[2]["entries"][0]["items"][0]; i["output"] = struct.pack("<3I", 1, 1, 1)' r.batt
    assert_line --partial 'an output that nobody has'
    forged 'i = frames[2]["entries"][0]["items"][0]; i["outcome"] = b"\0\0\2"; i["output"] = struct.pack("<3I", 1, 1, 1); i["outputs"] = i["outputs"][:1]; i["equal"] = b"\0"' r.batt
    assert_line --partial 'an output of a run that has none'
    for value in '["x"]' '[2, 2, b"123"]' '["g", 1, 2, 10]' '["f", 1]' '["t", {}]' '"text"' '[1, 1, b"\x0a"]'; do
        forged "frames[2]['entries'][0]['items'][0]['outputs'][0] = $value" r.batt
        assert_line --partial 'an output that is no value'
    done
    forged 'frames[0]["joined"] = True' r.batt
    assert_line --partial 'joined, but the results of s/aaaaaaaa do not stand together'
}

@test "check: counts of the end" {
    forged 'frames[-1]["results"] += 1' r.batt
    assert_line --partial 'counts or digest of the end frame do not match'
}

@test "salvage: a whole stream is copied, digest and all" {
    batt-check --salvage -l 9 -o copy.batt r.batt
    cmp <(zstd -dc copy.batt) <(zstd -dc r.batt)
    cat g.batt r.batt | batt-check --salvage | cmp <(zstd -dc) <(cat g.batt r.batt | zstd -dc)
}

@test "salvage: keys and frames of later versions stay" {
    python3 "$FORGE" 'frames[1]["colour"] = "red"; frames.insert(2, {"type": "novel", "seq": 0, "x": [1, 2]})' < r.batt > new.batt
    batt-check --salvage -o copy.batt new.batt
    cmp <(python3 "$FORGE" pass < copy.batt) new.batt
}

@test "salvage: cut anywhere gives a whole stream that says what is missing" {
    size=$(stat -c %s r.batt)
    places r.batt | tail -n +2 | sed '$d' > at
    for cut in $(cat at) $((size - 1)) $((size / 2)); do
        head -c "$cut" r.batt > cut.batt
        run -3 batt-check --salvage -o saved.batt cut.batt
        run -1 batt-check saved.batt
        assert_output --regexp 'saved.batt: was saved from a broken stream: .*truncated'
        shown saved.batt | saw '"failed":1,.*"missing":\[".*truncated.*"\]}$'
        # What is there is the beginning of what was there.
        shown saved.batt | sed '$d' > got
        shown r.batt > all
        head -n "$(wc -l < got)" all | cmp - got
    done
    head -c 3 r.batt > cut.batt
    run -3 batt-check --salvage -o none.batt cut.batt
    assert_line 'batt-check: none.batt: nothing whole to write'
    [ ! -e none.batt ]
}

@test "salvage: a lost head, a lost table, a bad frame in the middle" {
    at=$(places r.batt | sed -n 2p)
    tail -c +$((at + 1)) r.batt > headless.batt
    { printf x; cat headless.batt; } > cut.batt
    run -3 batt-check --salvage -o saved.batt cut.batt
    run -1 batt-check -v saved.batt
    assert_line --regexp 'made by batt-check [0-9.]+ head=lost'
    [ "$(count result saved.batt)" -eq 54 ]
    # The table of the first block: its results go with it, the second block stays.
    python3 "$FORGE" 'del frames[1]["ids"]' < r.batt > bad.batt
    run -3 batt-check --salvage -o saved.batt bad.batt
    assert_line --partial 'block 0, whose programs did not come'
    run -1 batt-check saved.batt
    [ "$(count result saved.batt)" -eq 27 ]
    python3 "$FORGE" 'frames[2]["entries"][0]["first"] = 1' < r.batt > bad.batt
    run -3 batt-check --salvage -o saved.batt bad.batt
    run -1 batt-check saved.batt
    [ "$(count result saved.batt)" -eq 27 ]
}

@test "salvage: a truncated stream before a whole one, and a second salvage" {
    { head -c $(($(stat -c %s r.batt) - 40)) r.batt; cat g.batt; } > both.batt
    run -3 batt-check --salvage -o saved.batt both.batt
    run -1 batt-check saved.batt
    [ "$(count end saved.batt)" -eq 2 ]
    [ "$(keys saved.batt | wc -l)" -eq 3 ]
    run -1 batt-check --salvage -o again.batt saved.batt
    cmp <(zstd -dc again.batt) <(zstd -dc saved.batt)
}

# lose FROM TO FILE: its bytes FROM..TO-1 become zeros.
lose() {
    dd if=/dev/zero of="$3" bs=1 seek="$1" count=$(($2 - $1)) conv=notrunc status=none
}

@test "salvage: two streams of which the seam is lost stay two, each whole" {
    for stream in g r; do
        cat $stream.batt $stream.batt > both.batt
        mapfile -t at < <(places both.batt)
        n=$(((${#at[@]} - 1) / 2))
        lose "${at[n - 1]}" "${at[n + 1]}" both.batt
        run -3 batt-check --salvage -o saved.batt both.batt
        run -1 batt-check saved.batt
        assert_output --partial 'was saved from a broken stream'
        [ "$(count end saved.batt)" -eq 2 ]
        for what in item result; do
            assert_equal "$(count $what saved.batt)" $((2 * $(count $what $stream.batt)))
        done
    done
}

@test "salvage: what is lost of a task that goes on" {
    task_in_two > cut.batt
    mapfile -t at < <(places cut.batt)
    for k in 1 2; do
        cp cut.batt bad.batt
        lose "${at[k]}" "${at[k + 1]}" bad.batt
        run -3 batt-check --salvage -o saved.batt bad.batt
        run -1 batt-check saved.batt
        refute_output --regexp 'goes? on|promises'
    done
}

@test "salvage: usage, full disk, terminal" {
    run -2 batt-check -o x r.batt
    assert_line 'batt-check: -o x: only with --salvage'
    run -2 batt-check --salvage --broken r.batt
    run -3 batt-check --salvage -o /dev/full r.batt
    assert_line 'batt-check: /dev/full: No space left on device'
    command -v script > /dev/null || skip "no script(1)"
    run -2 script -qec "batt-check --salvage r.batt" /dev/null
    assert_output --partial 'binary output to a terminal refused'
}

@test "check: an entry of no programs is whole, one with items is not" {
    : > none.jsonl
    batt-gpu -p none.jsonl -o idle.batt g.batt
    batt-check idle.batt
    forged 'frames[2]["entries"][0]["items"] = [{"part": 0, "index": 0, "known": True, "outcome": b""}]' idle.batt
    assert_output --partial 'an entry of no programs has items'
}
