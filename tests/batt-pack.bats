#!/usr/bin/env bats
# batt-pack: other frames and other files, the same content.
load helper

FORGE="$BATS_TEST_DIRNAME/forge.py"

setup() {
    make_tasks data aaaaaaaa bbbbbbbb cccccccc dddddddd eeeeeeee
    # Sizes that go up and down.
    python3 - << 'END'
import json
for k, (name, side) in enumerate({"aaaaaaaa": 30, "bbbbbbbb": 3, "cccccccc": 14, "dddddddd": 3,
                                  "eeeeeeee": 30}.items()):
    grid = [[(i * j + k) % 10 for i in range(side)] for j in range(side)]
    pair = {"input": grid, "output": [[k]]}
    json.dump({"train": [pair, pair], "test": [pair] * (1 + k % 2)}, open(f"data/{name}.json", "w"))
END
    batt-collect --set s -o g.batt data
    for k in 1 2 3 4 5 6 7; do
        echo "{\"id\": \"p$k\", \"program\": \"def solve(I):\\n    O = upscale(I, $((k % 3 + 1)))\\n    return O\\n\"}"
    done > c.jsonl
    batt-gpu -k all --block 3 -p c.jsonl -o r.batt g.batt
}

# plain STREAM...: their lines, but for those of the end, which tell frames and digest.
plain() {
    for s; do shown "$s" | grep -v '^{"type":"end"'; done
}

# frames TYPE STREAM: number of frames of that type.
frames() {
    python3 "$FORGE" "import sys; print(sum(f['type'] == '$1' for f in frames), file=sys.stderr)" \
        < "$2" 2>&1 > /dev/null
}

@test "pack: content stays the same in any frames" {
    for s in g.batt r.batt; do
        plain $s > want
        for o in "" "-n 1" "-n 4" "-b 3K" "--per-task" "-l 19" "-j 2"; do
            # shellcheck disable=SC2086
            batt-pack $o -o x.batt $s
            batt-check x.batt
            plain x.batt > got
            # Cutting an entry interleaves its lines; a task that is cut stands in each part.
            cmp <(grep -v '"type":"task"' want | sort) <(grep -v '"type":"task"' got | sort)
        done
    done
}

@test "pack: items, bytes, one task per frame" {
    batt-pack -n 7 -o x.batt g.batt
    [ "$(frames grids x.batt)" -eq 3 ]
    batt-pack --per-task -o x.batt g.batt
    [ "$(frames grids x.batt)" -eq 5 ]
    batt-pack -n 100 -o y.batt x.batt
    [ "$(frames grids y.batt)" -eq 1 ]
    batt-pack -b 4K -o x.batt g.batt
    zstd -lv x.batt 2> /dev/null | saw 'Frames: [4-9]'
    batt-pack --per-task -o x.batt r.batt
    [ "$(frames results x.batt)" -eq 15 ]
    batt-pack -n 8 -o x.batt r.batt
    [ "$(frames results x.batt)" -eq 9 ]
}

@test "pack: a task larger than a frame is cut, and put together again" {
    batt-pack -b 1K -o x.batt g.batt
    batt-check x.batt
    shown x.batt | saw '"more":true'
    run -0 batt-pack --shard 1 -d shards x.batt
    [ "$(find shards -type f | wc -l)" -eq 5 ]
    batt-check shards/*
    shown shards/000000.batt | grep '"type":"item"' > got
    shown g.batt | grep '"type":"item","task":"s/aaaaaaaa"' | cmp - got
}

@test "pack --by-size: like sizes together, order restored" {
    batt-pack --by-size -o x.batt g.batt
    batt-check x.batt
    keys x.batt | paste -sd ' ' > got
    echo s/bbbbbbbb s/dddddddd s/cccccccc s/aaaaaaaa s/eeeeeeee | cmp - got
    batt-pack --restore -o y.batt x.batt
    batt-pack -o z.batt g.batt
    cmp y.batt z.batt
    # Twice is once; from shards, and with tasks that are cut.
    batt-pack --by-size x.batt | cmp - x.batt
    batt-pack --by-size --shard 2 -d shards g.batt
    batt-pack --restore shards | cmp - z.batt
    batt-pack -b 1K g.batt | batt-pack --by-size -b 2K | batt-pack --restore -b 1K > y.batt
    batt-pack -b 1K g.batt | cmp - y.batt
}

@test "pack --by-size: two streams keep apart" {
    batt-collect --set t -o h.batt data
    batt-pack --by-size g.batt h.batt | batt-pack --restore > x.batt
    batt-pack g.batt h.batt | cmp - x.batt
    [ "$(count head x.batt)" -eq 2 ]
    run -2 batt-pack --by-size -o y r.batt
    assert_output 'batt-pack: r.batt: holds results; only tasks can be put in another order'
    [ ! -e y ]
}

@test "pack --restore: what is not in such an order" {
    batt-pack --by-size g.batt > x.batt
    python3 "$FORGE" '
import copy
frames[1]["tasks"] = [copy.deepcopy(frames[1]["tasks"][0]) for k in range(40)]
for k, t in enumerate(frames[1]["tasks"]):
    t.update(key=f"s/{k}", place=40 - k, n_demo=0, n_test=0)
frames[1]["items"] = []; frames[-1].update(tasks=40, items=0)' < x.batt > y.batt
    batt-check y.batt
    run -3 batt-pack --restore -o z y.batt
    assert_output 'batt-pack: y.batt: its tasks are not in the order that --by-size makes'
}

@test "pack -d: every shard is whole, together they are the stream" {
    batt-pack -o whole.batt g.batt
    batt-pack --shard 2 -d shards g.batt
    find shards -type f | sort | paste -sd ' ' | cmp - <(echo shards/000000.batt shards/000001.batt shards/000002.batt)
    batt-check shards/*
    batt-pack shards | cmp - whole.batt
    batt-pack shards/* | cmp - whole.batt
    cat shards/* | batt-pack | cmp - whole.batt
    # -o with a folder is the same.
    batt-pack --shard 2 -o other/ g.batt
    diff -r shards other
    batt-pack --shard 2 -o other g.batt
    diff -r shards other
    batt-pack -d one g.batt
    find one -type f | wc -l | cmp - <(echo 1)
}

@test "pack -d: shards of results have the programs they need" {
    batt-split -o want.batt r.batt
    batt-pack -o whole.batt r.batt
    for n in 1 2 7 100; do
        rm -rf shards
        batt-pack --shard $n -d shards r.batt
        batt-check shards/*
        batt-pack shards > x.batt
        cmp x.batt whole.batt
        batt-split shards/* | cmp - want.batt
    done
    # The first shard alone can be used.
    batt-pack --shard 2 -d two r.batt
    [ "$(count result two/000000.batt)" -gt 0 ]
    batt-split two/000000.batt | batt-score > /dev/null
}

@test "pack -d: joined results of a task are not parted" {
    batt-split -o j.batt r.batt
    batt-pack --shard 1 -d shards j.batt
    [ "$(find shards -type f | wc -l)" -eq 5 ]
    batt-check shards/*
    for s in shards/*; do batt-score "$s" > /dev/null; done
    batt-pack -o x.batt j.batt
    batt-pack shards | cmp - x.batt
    # The same tasks again: another segment, in which they stand together as well.
    batt-pack -o y.batt j.batt j.batt
    batt-check y.batt
    [ "$(count head y.batt)" -eq 2 ]
}

@test "pack -d: what did not change is left alone, what is left over goes" {
    batt-pack --shard 1 -d shards g.batt
    touch -d 2001-01-01 shards/*
    task_json > data/cccccccc.json
    batt-collect --set s data | batt-pack --shard 1 -d shards
    find shards -newermt 2002-01-01 | grep batt | cmp - <(echo shards/000002.batt)
    echo keep > shards/notes.batt
    echo keep > shards/0000001.batt
    batt-collect --set s -t aaaaaaaa,bbbbbbbb data | batt-pack --shard 1 -d shards
    find shards -type f | sort | paste -sd ' ' |
        cmp - <(echo shards/000000.batt shards/0000001.batt shards/000001.batt shards/notes.batt)
}

@test "pack: streams with other heads stay segments of their own" {
    batt-collect --set t -o h.batt data
    batt-pack -o x.batt g.batt h.batt g.batt
    batt-check -v x.batt
    [ "$(count head x.batt)" -eq 3 ]
    plain g.batt h.batt g.batt > want
    plain x.batt | cmp - want
    batt-pack --shard 3 -d shards g.batt h.batt
    [ "$(find shards -type f | wc -l)" -eq 4 ]
    batt-check shards/*
    # An empty stream is one, alone or between others.
    batt-collect --set s -t nosuch data > empty.batt || true
    batt-check empty.batt
    run -1 batt-pack -o x.batt empty.batt
    cmp <(zstd -dc x.batt) <(zstd -dc empty.batt)
    # Also where nothing can be read: it says how many inputs were bad.
    mkdir none
    for input in missing.batt none; do
        for how in '' --by-size; do
            # shellcheck disable=SC2086 # no option is no word
            run -1 batt-pack $how -o x.batt $input
            batt-check x.batt
            assert_equal "$(shown x.batt | sed -n 's/.*"failed":\([0-9]*\).*/\1/p')" 1
        done
    done
    run -3 batt-pack -o x.batt < /dev/null
    batt-check x.batt
    run -3 batt-pack --strict -o strict.batt missing.batt
    [ ! -e strict.batt ]
    run -1 batt-pack -d nowhere missing.batt
    assert_equal "$(find nowhere -name '*.batt')" ""
    run -1 batt-pack --shard 3 -d nothing empty.batt
    batt-check nothing/000000.batt
}

@test "pack: the same table in many inputs is written once" {
    batt-gpu -k all --block 3 -p c.jsonl -o r1.batt <(batt-collect --set s -t aaaaaaaa data)
    batt-gpu -k all --block 3 -p c.jsonl -o r2.batt <(batt-collect --set s -t bbbbbbbb data)
    batt-pack -o x.batt r1.batt r2.batt
    batt-check x.batt
    [ "$(count head x.batt)" -eq 1 ] || skip "heads differ by their input"
    [ "$(frames programs x.batt)" -eq 3 ]
}

@test "pack -p: shards of programs, and back" {
    { cat c.jsonl; echo; echo '  {"program": "x"}'; printf '{"program": "last"}'; } > d.jsonl
    batt-pack -p d.jsonl --shard 4 -d p
    find p -type f | sort | paste -sd ' ' | cmp - <(echo p/000000.jsonl p/000001.jsonl p/000002.jsonl)
    wc -l < p/000002.jsonl | cmp - <(echo 1)
    { cat c.jsonl; echo '{"program": "x"}'; echo '{"program": "last"}'; } > want
    batt-pack -p p | cmp - want
    batt-pack -p - < d.jsonl | cmp - want
    batt-pack -p c.jsonl -p d.jsonl -o both
    cat c.jsonl want | cmp - both
    # One program changed: one shard changed.
    touch -d 2001-01-01 p/*
    sed 's/"p6"/"q6"/' d.jsonl | batt-pack -p - --shard 4 -d p
    find p -newermt 2002-01-01 -type f | cmp - <(echo p/000001.jsonl)
}

@test "pack: one who clears away what the dead left takes nothing from the living" {
    # clears.py FOLDER: removes files that nobody locks, as arc.mk does, without rest.
    cat > clears.py << 'END'
import fcntl, os, sys
while not os.path.exists("stop"):
    for name in os.listdir(sys.argv[1]):
        if not name.startswith("."):
            continue
        path = os.path.join(sys.argv[1], name)
        try:
            with open(path) as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(path)
        except (BlockingIOError, FileNotFoundError):
            pass
END
    mkdir p
    python3 clears.py p 3>&- &
    for k in 1 2 3 4; do
        for n in $(seq 400); do echo "{\"id\": \"$k.$n\"}"; done > d.jsonl
        batt-pack -p d.jsonl --shard 2 -d p || touch stop failed
    done
    touch stop
    wait
    [ ! -e failed ]
    cat p/*.jsonl | cmp - d.jsonl
}

@test "pack -p: lines that are no objects, files that are not there" {
    { echo '[1]'; cat c.jsonl; echo 'def solve(I):'; } > d.jsonl
    run --separate-stderr -1 batt-pack -p d.jsonl -p missing.jsonl
    printf '%s\n' "${lines[@]}" | cmp - c.jsonl
    assert_equal "${stderr_lines[0]}" 'batt-pack: d.jsonl:1: not a JSON object'
    assert_equal "${stderr_lines[1]}" 'batt-pack: d.jsonl:9: not a JSON object'
    assert_equal "${stderr_lines[2]}" 'batt-pack: missing.jsonl: No such file or directory'
    run -3 batt-pack --strict -p d.jsonl -o x
    [ ! -e x ]
    mkdir none
    run -1 batt-pack -p none -o x
    assert_output 'batt-pack: none: no *.jsonl file in this folder'
    run -2 batt-pack -p c.jsonl g.batt
    run -2 batt-pack -p c.jsonl -n 3
}

@test "pack: a truncated input gives what arrived whole, status 3; failures are counted" {
    head -c $(($(wc -c < r.batt) - 30)) r.batt > cut.batt
    run -3 batt-pack -o x.batt cut.batt missing.batt
    assert_line --partial 'cut.batt: '
    assert_line 'batt-pack: missing.batt: No such file or directory'
    batt-check x.batt
    shown x.batt | saw '"failed":2'
    plain r.batt > want
    plain x.batt | cmp - want
    run -3 batt-pack --strict -o y cut.batt
    [ ! -e y ]
    rm -rf shards
    run -3 batt-pack --shard 1 -d shards cut.batt
    batt-check shards/*
    run -1 batt-pack -o z x.batt
    # Frames without a head get one that says so.
    at=$(LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' r.batt | sed -n 2p | cut -d: -f1)
    { printf x; tail -c +$((at + 1)) r.batt; } > headless.batt
    run -3 batt-pack -o x.batt headless.batt
    batt-check -v x.batt 2>&1 | saw 'made by batt-pack .* head=lost'
    plain r.batt | tail -n +2 > want
    plain x.batt | tail -n +2 | cmp - want
}

@test "pack: full disk, folders that cannot be, usage, closed pipes" {
    run -3 batt-pack -o /dev/full g.batt
    assert_output 'batt-pack: /dev/full: No space left on device'
    run -3 batt-pack -d /proc/none g.batt
    assert_line --partial 'batt-pack: /proc/none: '
    run -3 batt-pack --by-size --tmpdir /nowhere -o x g.batt
    assert_output 'batt-pack: temporary file in /nowhere: No such file or directory'
    run -2 batt-pack -d x -o y g.batt
    run -2 batt-pack --shard 3 g.batt
    run -2 batt-pack -n 0 g.batt
    run -2 batt-pack -b 17M g.batt
    assert_line --partial '-b 17M'
    run -2 batt-pack -l 20 g.batt
    mkdir empty
    run -1 batt-pack -o x g.batt empty
    assert_output 'batt-pack: empty: no *.batt file in this folder'
    run -141 bash -c 'trap "" PIPE; for k in 1 2 3 4; do cat r.batt r.batt r.batt; done | batt-pack --per-task | true; exit ${PIPESTATUS[1]}'
}
