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

@test "resume: programs that change while another has the lock are those that the head tells" {
    exec 5> .r.batt.lock
    flock 5
    batt-gpu --resume -v -p c.jsonl -o r.batt g.batt 2> log 5>&- 3>&- &
    while ! saw waiting < log; do sleep 0.01; done
    cp c.jsonl before
    sed 's/upscale(I, [0-9])/hmirror(I)/' before > c.jsonl
    exec 5>&-
    wait
    mv before c.jsonl
    makes
}

# changed_after SCRIPT [OPTION...]: batt-gpu on long.jsonl and c.jsonl into x.batt; once the head has
# come, and more than a pipe holds has not, so that c.jsonl is not at hand yet, SCRIPT is run.
changed_after() {
    local script=$1 gpu
    shift
    mkfifo out
    for n in $(seq 500); do
        echo "{\"id\": \"$n\", \"program\": \"def solve(I):\\n    O = upscale(I, $((n % 9 + 1)))\\n    return O\\n\"}"
    done > long.jsonl
    batt-gpu --block 1 "$@" -p long.jsonl -p c.jsonl -o out g.batt 2> log &
    gpu=$!
    exec 6< out
    head -c 100 <&6 > x.batt
    eval "$script"
    cat <&6 >> x.batt
    exec 6<&-
    status=0
    wait $gpu || status=$?
    [ "$(stat -c %s x.batt)" -gt 200000 ]
}

@test "gpu: programs that change before they are read are told, and the results are whole" {
    changed_after "sed -i s/upscale/downscale/ c.jsonl"
    assert_equal $status 1
    assert_equal "$(cat log)" 'batt-gpu: out: programs changed while they were read'
    batt-check x.batt
}

@test "gpu: programs that change while they are read are told" {
    changed_after "echo >> long.jsonl"
    assert_equal $status 1
    assert_equal "$(cat log)" 'batt-gpu: out: programs changed while they were read'
}

@test "gpu: a file of programs that goes before it is read is told once more" {
    changed_after "rm c.jsonl"
    assert_equal $status 1
    assert_equal "$(cat log)" "batt-gpu: c.jsonl: No such file or directory
batt-gpu: out: programs changed while they were read"
}

@test "gpu: programs may change when they have been read" {
    echo 'def solve(I): return I' > short.py
    changed_after "echo >> short.py" -p short.py
    assert_equal $status 0
    assert_equal "$(cat log)" ''
}

@test "resume: programs that change while they are read are an error, for the result would be kept" {
    for n in $(seq 20); do sed "s/\"p/\"$n.p/" c.jsonl; done > some.jsonl
    for n in $(seq 500); do sed "s/\"id\": \"/&$n./" some.jsonl; done > long.jsonl
    batt-gpu --resume --block 1 -p long.jsonl -p c.jsonl -o new.batt g.batt 2> log &
    gpu=$!
    # Read a second time, for its head is made before its output is begun.
    while ! compgen -G '.new.batt.??????' > /dev/null; do sleep 0.01; done
    while ! readlink /proc/$gpu/fd/* | saw '/long.jsonl$'; do sleep 0.01; done
    kill -STOP $gpu
    sed -i s/upscale/downscale/ c.jsonl
    kill -CONT $gpu
    status=0
    wait $gpu || status=$?
    assert_equal $status 3
    assert_equal "$(cat log)" 'batt-gpu: new.batt: programs changed while they were read'
    [ ! -e new.batt ]
}

@test "resume: an input that changes while the output is made is newer than it" {
    mkfifo programs
    batt-gpu --resume -p programs -o new.batt g.batt &
    while [ ! -e .new.batt.lock ]; do sleep 0.01; done
    sleep 0.01 # files have the time of the last tick
    touch c.jsonl
    sleep 0.01
    cat c.jsonl > programs
    wait
    batt-check new.batt
    [ c.jsonl -nt new.batt ]
    [ new.batt -nt data/aaaaaaaa.json ]
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
