#!/usr/bin/env bats
# batt-gpu --resume: what is whole and made of the same is kept, everything else made again.
load helper

setup() {
    make_tasks data aaaaaaaa bbbbbbbb cccccccc
    batt-collect --set s -o g.batt data
    for k in 1 2 3 4 5; do
        echo "{\"id\": \"p$k\", \"program\": \"def solve(I):\\n    O = upscale(I, $((k % 3 + 1)))\\n    return O\\n\"}"
    done > c.jsonl
    batt-gpu -p c.jsonl -o want.batt g.batt
    cp want.batt r.batt
}

# makes [OPTION...]: r.batt must be made again, and come out as it should.
makes() {
    touch -d 2001-01-01 r.batt
    local before
    before=$(stat -c %i r.batt 2> /dev/null || true)
    run -0 batt-gpu --resume -v -p c.jsonl -o r.batt "$@" g.batt
    refute_output --partial kept
    [ "$(stat -c %i r.batt)" != "$before" ]
    batt-check r.batt
    run -0 batt-gpu --resume -v -p c.jsonl -o r.batt "$@" g.batt
    assert_output --partial 'batt-gpu: r.batt: whole and made of the same; kept'
}

@test "resume: a whole one is kept, with a new time" {
    touch -d 2001-01-01 r.batt
    inode=$(stat -c %i r.batt)
    run -0 batt-gpu --resume -v -p c.jsonl -o r.batt g.batt
    assert_line 'batt-gpu: r.batt: whole and made of the same; kept'
    [ "$(stat -c %i r.batt)" = "$inode" ]
    find r.batt -newermt 2002-01-01 | saw r.batt
    # How frames were cut does not matter, nor where the tasks come from.
    batt-pack --per-task g.batt | batt-gpu --resume -v -p c.jsonl -o r.batt 2>&1 | saw kept
    batt-pack -l 19 r.batt -o other && mv other r.batt
    batt-gpu --resume -v -p c.jsonl -o r.batt g.batt 2>&1 | saw kept
    run find . -name '.r.batt*'
    assert_output ""
}

@test "resume: missing, cut, flipped, empty, saved, of several segments" {
    rm r.batt
    makes
    for size in 0 1 20 $(($(stat -c %s want.batt) - 1)); do
        head -c "$size" want.batt > r.batt
        makes
        cmp r.batt want.batt
    done
    cp want.batt r.batt
    printf '\x55' | dd of=r.batt bs=1 seek=$(($(stat -c %s r.batt) / 2)) conv=notrunc status=none
    makes
    head -c $(($(stat -c %s want.batt) - 20)) want.batt > cut.batt
    batt-check --salvage -o r.batt cut.batt || true
    makes
    cat want.batt want.batt > r.batt
    makes
    cp g.batt r.batt
    makes
    cmp r.batt want.batt
}

@test "resume: other programs, tasks, options" {
    sed -i 's/"p3"/"q3"/' c.jsonl
    makes
    mv c.jsonl d.jsonl
    run -0 batt-gpu --resume -v -p d.jsonl -o r.batt g.batt
    refute_output --partial kept
    mv d.jsonl c.jsonl
    makes
    makes --gate 1
    makes -k all
    makes --fuel 1000
    makes --pair cross
    makes --give-c
    task_json "[[9]]" > data/bbbbbbbb.json
    batt-collect --set s -o g.batt data
    makes
    batt-collect --set s -P test -o g.batt data
    makes
    batt-collect --set t -o g.batt data
    makes
}

@test "resume: a folder of programs, and what was bad stays known" {
    mkdir p
    cp c.jsonl p/1.jsonl
    echo 'not json' > p/2.jsonl
    run -1 batt-gpu --resume -p p -o r.batt g.batt
    run -1 batt-gpu --resume -v -p p -o r.batt g.batt
    assert_line 'batt-gpu: r.batt: whole and made of the same; kept'
    cp c.jsonl p/3.jsonl
    run -1 batt-gpu --resume -v -p p -o r.batt g.batt
    refute_output --partial kept
}

@test "resume: usage" {
    run -2 batt-gpu --resume -p c.jsonl g.batt
    assert_line 'batt-gpu: --resume: only with -o FILE'
    run -2 batt-gpu --resume -p - -o r.batt g.batt < c.jsonl
    assert_line 'batt-gpu: --resume: not with programs from standard input'
    run -3 batt-gpu --resume -p c.jsonl -o nowhere/r.batt g.batt
    assert_line 'batt-gpu: nowhere/r.batt: No such file or directory'
}

@test "resume: while one process works the others wait, and then keep" {
    rm r.batt
    exec 5> .r.batt.lock
    flock 5
    for k in 1 2 3; do
        batt-gpu --resume -v -p c.jsonl -o r.batt g.batt 2> "log$k" 5>&- &
    done
    while [ "$(cat log? | grep -c waiting)" -lt 3 ]; do sleep 0.01; done
    [ ! -e r.batt ]
    exec 5>&-
    wait
    [ "$(cat log? | grep -c kept)" -eq 2 ]
    cmp r.batt want.batt
    run find . -name '.r.batt*'
    assert_output ""
}

@test "resume: a killed process leaves no lock, and what it leaves is not in the way" {
    rm r.batt
    mkfifo programs
    batt-gpu --resume -p programs -o r.batt g.batt & # waits for the fifo, locked or about to be
    victim=$!
    while [ ! -e .r.batt.lock ] && kill -0 $victim; do sleep 0.01; done
    kill -9 $victim
    wait $victim || true
    makes
    rm -f .r.batt.??????
    # Programs from a pipe cannot be told from others.
    for k in 1 2; do
        run -0 batt-gpu --resume -v -p <(cat c.jsonl) -o r.batt g.batt
        refute_output --partial kept
    done
    # SIGTERM leaves nothing at all.
    rm r.batt
    batt-gpu --resume -p programs -o r.batt g.batt &
    victim=$!
    while [ ! -e .r.batt.lock ]; do sleep 0.01; done
    kill -TERM $victim
    wait $victim || true
    [ ! -e r.batt ]
    run find . -name '.r.batt*'
    assert_output ""
}

@test "split: what shards say otherwise is told as several" {
    batt-gpu -p c.jsonl -o a.batt <(batt-collect --set s -t aaaaaaaa data)
    batt-gpu -p c.jsonl -o b.batt <(batt-collect --set s -t bbbbbbbb data)
    batt-split -o j.batt a.batt b.batt
    batt-check -v j.batt 2>&1 | saw -E 'keep=passing .* grids=several programs=[0-9a-f]{16}$'
}
