#!/usr/bin/env bats
# pipelines/arc.mk: only what changed runs again, and nothing that is killed or broken shows.
load helper

export PIPELINES="$BATS_TEST_DIRNAME/../pipelines"

setup() {
    mkdir data
    local n=0 t
    for t in countobjects mirrorright towards; do
        cp "$PIPELINES/samples/$t.json" data
    done
    # Three shards of tasks, four of programs.
    for n in $(seq 40); do
        echo "{\"id\": \"p$n\", \"program\": \"def solve(I):\\n    x1 = upscale(I, $((n % 7 + 1)))\\n    O = vmirror(x1)\\n    return O\\n\"}"
    done > c.jsonl
}

# arc [ARGUMENT...]: make with the pipeline on the spool s.
arc() {
    make --no-print-directory -f "$PIPELINES/arc.mk" DATA=data PROGRAMS=c.jsonl SPOOL=s \
        TASKS_PER_SHARD=1 PROGRAMS_PER_SHARD=10 SCORE_OPTIONS='-q -a' "$@"
}

# state: what came out, and that nothing else did.
state() {
    zstd -dc s/joined/*.batt | sha1sum
    sha1sum < s/score.tsv
    find s -type f -not -name '*.tsv' -not -name '*.list' -not -name options | sort
}

# ran COMMAND...: names of the results that a run of make would make, or made.
ran() {
    "$@" | sed -n 's|.*-o results/\([^ ]*\)\.batt .*|\1|p' | sort
}

@test "arc: everything once, then nothing" {
    ran arc -n > planned
    [ "$(wc -l < planned)" -eq 12 ]
    [ ! -e s/score.tsv ]
    ran arc -j 2 | cmp - planned
    batt-check s/results/*.batt s/tasks/*.batt s/joined/*.batt
    [ "$(cut -f 1 s/score.tsv | tail -n +2 | sort -u | wc -l)" -eq 3 ]
    run -0 arc
    assert_output --partial 'Nothing to be done'
    run -0 arc -n
    assert_output --partial 'Nothing to be done'
    run -0 arc verify
    # It is what one run gives, but for the names of shards.
    batt-collect data | batt-gpu -p c.jsonl | batt-split | batt-score -q -a > want
    cmp s/score.tsv want
    # Where the spool is makes no difference, to the byte.
    arc SPOOL="$PWD/there/t" > /dev/null
    for f in results/000001-000002.jsonl joined/000001; do cmp s/$f.batt there/t/$f.batt; done
}

@test "arc: one program changed, added, taken away: only its shards run" {
    arc > /dev/null
    sed -i 's/"p25"/"q25"/' c.jsonl
    ran arc -n > planned
    printf '00000%s-000002.jsonl\n' 0 1 2 | cmp - planned
    ran arc | cmp - planned
    sed 's/"p1"/"p41"/;q' c.jsonl >> c.jsonl
    ran arc > made
    printf '00000%s-000004.jsonl\n' 0 1 2 | cmp - made
    # Fewer again: what is left over is not joined.
    sed -i '$d' c.jsonl
    run -0 arc
    assert_line --partial 'rm -f'
    [ "$(find s/results -type f | wc -l)" -eq 12 ]
    run -0 arc
    assert_output --partial 'Nothing to be done'
}

@test "arc: one task changed, added" {
    arc > /dev/null
    cp data/towards.json data/mirrorright.json
    ran arc > made
    printf '000001-00000%s.jsonl\n' 0 1 2 3 | cmp - made
    cp data/towards.json data/zz.json
    ran arc > made
    printf '000003-00000%s.jsonl\n' 0 1 2 3 | cmp - made
}

@test "arc: Python files and folders of them are shards too" {
    mkdir progs
    printf 'def solve_a(I):\n    O = vmirror(I)\n    return O\n' > progs/a.py
    printf 'def solve_b(I):\n    O = hmirror(I)\n    return O\n' > progs/b.py
    cp c.jsonl progs/c.jsonl
    arc PROGRAMS=progs > /dev/null
    [ "$(find s/results -type f | wc -l)" -eq 18 ]
    cut -f 2 s/score.tsv | saw solve_b
    echo '# more' >> progs/b.py
    ran arc PROGRAMS=progs > made
    printf '00000%s-b.py\n' 0 1 2 | cmp - made
    run -0 arc PROGRAMS=progs/a.py
    [ "$(find s/results -type f | wc -l)" -eq 3 ]
    run -2 arc PROGRAMS=data/towards.json
    assert_output --partial 'neither *.jsonl nor *.py: data/towards.json'
}

@test "arc: other options, everything runs again; the same again, nothing" {
    arc > /dev/null
    ran arc GPU_OPTIONS='--gate 1' > made
    [ "$(wc -l < made)" -eq 12 ]
    run -0 arc GPU_OPTIONS='--gate 1'
    assert_output --partial 'Nothing to be done'
    # Where times say so but digests do not, it is kept.
    touch s/programs/*
    run -0 arc GPU_OPTIONS='--gate 1 -v'
    [ "$(grep -c 'made of the same; kept' <<< "$output")" -eq 12 ]
}

@test "arc: a result that goes away while make runs: nothing is joined or scored without it" {
    arc > /dev/null
    state > want
    local gone=s/results/000001-000002.jsonl.batt
    mv $gone away
    touch s/results/000001-*.batt
    # -o: make takes it for there, as it was when make looked.
    run -2 arc -o $gone
    assert_output --partial "batt-split: $gone: No such file or directory"
    cp away $gone
    state | diff want -
    mv s/joined/000001.batt joined
    touch s/joined/000000.batt
    run -2 arc -o s/joined/000001.batt s/score.tsv
    assert_output --partial 'batt-score: s/joined/000001.batt: No such file or directory'
    mv joined s/joined/000001.batt
    state | diff want -
    run -0 arc
    state | diff want -
}

@test "arc: a name that is wrong is told before anything is touched" {
    arc > /dev/null
    state > want
    # refused VARIABLE=VALUE REASON
    refused() {
        run -2 arc "$1"
        assert_output --partial "*** $2"
        state | diff want -
    }
    mkdir none 'some data'
    : > none.jsonl
    refused DATA=dta 'DATA: no such file or folder: dta'
    refused DATA='some data' 'DATA: no such file or folder: some'
    refused DATA= 'DATA: name the task files'
    refused PROGRAMS='c.jsonl d.jsonl' 'PROGRAMS: no such file or folder: d.jsonl'
    refused PROGRAMS= 'PROGRAMS: name the programs'
    refused SPOOL='s 2' 'SPOOL: not the name of one folder, without spaces: s 2'
    for c in "'" '"' ';' '&' ':' '%' '#' '\'; do
        refused SPOOL="s${c}2" "SPOOL: cannot have $c in a name: s${c}2"
        refused DATA="s${c}2" "DATA: cannot have $c in a name: s${c}2"
    done
    mkdir p q
    printf 'def solve_a(I):\n    O = vmirror(I)\n    return O\n' | tee p/a.py > q/a.py
    refused PROGRAMS='p q' 'PROGRAMS: two Python files of one name: p/a.py q/a.py'
    # Here shards are gone, what was made of them is not.
    stat -c '%i %n' s/results/* s/joined/* > made
    for wrong in DATA=none PROGRAMS=none PROGRAMS=none.jsonl; do
        run -2 arc $wrong
        assert_output --regexp "\\*\\*\\* ${wrong%=*}: no (tasks|programs) there: ${wrong#*=}"
    done
    run -0 arc GPU_OPTIONS=-v
    [ "$(grep -c 'made of the same; kept' <<< "$output")" -eq 12 ]
    stat -c '%i %n' s/results/* | cmp - <(grep results made)
    state | diff want -
    # Patterns are names.
    run -0 arc GPU_OPTIONS=-v DATA='data/*.json' PROGRAMS='[c].jsonl' -n
    assert_output --partial 'Nothing to be done'
}

@test "arc: only what is its own is cleared away" {
    arc > /dev/null
    state > want
    mkdir -p s/mine
    own="s/.notes.backup s/mine/.0.backup s/batt-spill-notes.txt s/x.tmp s/mine/job.tmp s/tasks/.a.backup s/.git.config"
    for f in $own; do touch -d 2001-01-01 "$f"; done
    touch -d 2001-01-01 s/results/.000000-000001.jsonl.batt.aB3xYz s/results/.000000-a.py.batt.lock \
        s/programs/a.py.77.tmp s/jobs.99.tmp s/.score.tsv.000000 s/tasks/.000000.batt.aB3xYz \
        s/batt-spill-aB3xYz
    exec 5> s/joined/.000001.batt.living
    flock 5
    arc > /dev/null
    # shellcheck disable=SC2086
    rm $own s/joined/.000001.batt.living
    exec 5>&-
    rmdir s/mine
    state | diff want -
}

@test "arc: bad inputs are named and do not end it; damage does" {
    echo '[1]' >> c.jsonl
    echo '{"program": 3}' >> c.jsonl
    echo '{"train": []}' > data/bad.json
    run -0 arc
    assert_output --partial 'c.jsonl:41: not a JSON object'
    assert_output --partial 'data/bad.json'
    [ -s s/score.tsv ]
    # A stream of grids as DATA; one that is cut.
    batt-collect data > t.batt || true
    run -0 arc DATA=t.batt SPOOL=s2
    cmp <(cut -f 1-8 s/score.tsv) <(cut -f 1-8 s2/score.tsv)
    head -c 500 t.batt > cut.batt
    run -2 arc DATA=cut.batt SPOOL=s3
    assert_output --partial 'a step failed with status 3'
    [ ! -e s3/score.tsv ]
}

@test "arc: shards deleted, cut, flipped, emptied: made again, the end is the same" {
    arc > /dev/null
    state > want
    for f in s/results/000001-000002.jsonl.batt s/joined/000001.batt s/tasks/000001.batt \
        s/programs/000001.jsonl s/score.tsv; do
        for how in rm cut flip empty; do
            case $how in
            rm) rm $f ;;
            cut) truncate -s $(($(stat -c %s $f) / 2)) $f ;;
            flip) printf '\x55' | dd of=$f bs=1 seek=$(($(stat -c %s $f) / 2)) conv=notrunc status=none ;;
            empty) : > $f ;;
            esac
            # The table is text: nothing tells a changed one, but that it can be made again.
            [ $f != s/score.tsv ] || rm -f $f
            arc > log 2>&1 || fail "$how $f: $(cat log)"
            state | diff want - || fail "$how $f"
        done
    done
}

@test "arc: two makes at once share the shards, none is made twice" {
    arc SPOOL=alone > /dev/null
    for k in 1 2 3; do
        arc -j 2 GPU_OPTIONS=-v > "log$k" 2>&1 &
    done
    wait
    for k in 1 2 3; do
        saw -v kept < "log$k" # whichever it was, it ended well:
        run ! grep -E 'Error|\*\*\*' "log$k"
    done
    # 36 times a recipe may have run; a shard was made once.
    made=$(cat log? | grep -c '^batt-gpu: [0-9]* ok')
    [ "$made" -eq 12 ] || fail "$made shards made: $(cat log?)"
    batt-check s/results/*.batt s/joined/*.batt
    cut -f 1-8 s/score.tsv > got
    cut -f 1-8 alone/score.tsv | cmp - got
    run find s -name '.*'
    assert_output ""
}

# started: starts make in a process group of its own, whose number is $group.
started() {
    setsid env --default-signal=INT,TERM make -j 2 -f "$PIPELINES/arc.mk" DATA=data \
        PROGRAMS=c.jsonl SPOOL=s TASKS_PER_SHARD=1 PROGRAMS_PER_SHARD=10 SCORE_OPTIONS='-q -a' > log 2>&1 &
    group=$!
}

# ended: waits until all of the group has ended. That it was killed is no news.
ended() {
    {
        wait $group || true
        while pgrep -g $group > /dev/null; do sleep 0.01; done
    } 2> /dev/null
}

# soon N: sleeps for some of N milliseconds.
soon() {
    sleep "0.$(printf '%03d' $((RANDOM % $1)))"
}

@test "arc: SIGINT and SIGTERM leave nothing half" {
    arc > /dev/null
    state > want
    RANDOM=1
    for signal in INT TERM INT TERM INT TERM; do
        rm -rf s
        started
        soon 400
        kill -$signal -- -$group 2> /dev/null || true
        ended
        # What is there under its name is whole, and there is nothing else.
        run find s -name '.*'
        assert_output ""
        find s -name '*.batt' > whole
        xargs -r batt-check < whole
    done
    arc > /dev/null
    state | diff want -
}

@test "arc: kill -9 at random moments, 200 times; the end is the same" {
    arc > /dev/null
    state > want
    RANDOM=${SEED:-7}
    for n in $(seq 200); do
        # Something to do, so that there is something to kill.
        mapfile -t files < <(find s/results s/joined s/tasks s/programs -type f -name '[0-9]*')
        rm -f "${files[RANDOM % (${#files[@]} + 1)]}" "${files[RANDOM % (${#files[@]} + 1)]}"
        started
        soon 250
        if [ $((n % 2)) -eq 0 ]; then
            kill -9 -- -$group 2> /dev/null || true
        else
            # One process of it: a tool, a shell, make itself.
            mapfile -t ids < <(pgrep -g $group)
            [ ${#ids[@]} -eq 0 ] || kill -9 "${ids[RANDOM % ${#ids[@]}]}" 2> /dev/null || true
        fi
        ended
    done
    arc > log 2>&1 || fail "$(cat log)"
    state | diff want -
}

# within SIZE COMMAND: runs COMMAND in a namespace of its own with a folder `small` of that size.
within() {
    mkdir -p small
    unshare -rm true 2> /dev/null || skip "no user namespaces here"
    unshare -rm bash -o pipefail -c "mount -t tmpfs -o size=$1 none small || exit 77; $2"
}

@test "arc: disk full, then not" {
    within 100k true || skip "no tmpfs in a namespace here"
    export PIPELINES
    python3 -c "
for n in range(400):
    print('{\"id\": \"p%d\", \"program\": \"def solve(I):\\\\n    O = upscale(I, %d)\\\\n    return O\\\\n\"}' % (n, n % 9 + 1))" > c.jsonl
    run within 100k '
        arc() { make -f "$PIPELINES/arc.mk" DATA=data PROGRAMS=c.jsonl SPOOL=small/s TASKS_PER_SHARD=1 \
            PROGRAMS_PER_SHARD=40 GPU_OPTIONS="-k all" "$@"; }
        arc; echo "status $?"
        find small/s -name "*.batt" | xargs -r batt-check --broken 2> /dev/null
        find small/s -name ".*"
        echo checked
        mount -o remount,size=40m none small
        arc SCORE_OPTIONS=-q > /dev/null && batt-check small/s/*/*.batt && echo well'
    assert_line --partial 'No space left on device'
    assert_line 'status 2'
    assert_equal "$(sed -n '/^status 2/,$p' <<< "$output" | paste -sd ' ')" "status 2 checked well"
}

@test "arc: a read-only folder is named" {
    within 100k true || skip "no tmpfs in a namespace here"
    run within 1m 'make -f "$PIPELINES/arc.mk" DATA=data PROGRAMS=c.jsonl SPOOL=small/s > /dev/null || exit
        rm small/s/joined/*.batt; mount -o remount,ro none small
        make -f "$PIPELINES/arc.mk" DATA=data PROGRAMS=c.jsonl SPOOL=small/s 2>&1; echo "status $?"'
    assert_line --partial 'Read-only file system'
    assert_line 'status 2'
}
