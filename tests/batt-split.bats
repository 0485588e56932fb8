#!/usr/bin/env bats
# batt-split: blocks and shards in, whole tasks out.
load helper

setup() {
    make_tasks data aaaaaaaa bbbbbbbb cccccccc
    batt-collect --set s -o tasks.batt data
    for k in 1 2 3 4 5 6 7; do
        echo "{\"id\": \"p$k\", \"program\": \"def solve(I):\\n    O = upscale(I, $((k % 3 + 1)))\\n    return O\\n\"}"
    done > c.jsonl
    batt-gpu -k all --block 2 -p c.jsonl -o r.batt tasks.batt
}

# results STREAM: result lines in an order of their own, without places in blocks.
results() {
    shown "$1" | grep '"type":"result"' | sed 's/"block":[0-9]*,"index":[0-9]*,//' | sort
}

@test "split: a task's results stand together, nothing lost or changed" {
    batt-split -o j.batt r.batt
    shown j.batt | saw '"joined":true'
    results r.batt > want
    results j.batt > got
    cmp want got
    [ "$(wc -l < got)" -eq 63 ]
    shown j.batt | sed -n 's/^{"type":"result","task":"\([^"]*\)".*/\1/p' | uniq > order
    printf 's/aaaaaaaa\ns/bbbbbbbb\ns/cccccccc\n' | cmp - order
}

@test "split: shards of tasks and of programs, in any order" {
    batt-split -o j.batt r.batt
    head -n 4 c.jsonl > c1.jsonl
    tail -n 3 c.jsonl > c2.jsonl
    for t in aaaaaaaa bbbbbbbb cccccccc; do
        batt-collect --set s -t $t -o t.batt data
        for c in c1 c2; do
            cp $c.jsonl same.jsonl
            batt-gpu -k all -p same.jsonl -o r-$t-$c.batt t.batt
        done
    done
    batt-split -o k.batt r-cccccccc-c2.batt r-aaaaaaaa-c1.batt r-bbbbbbbb-c2.batt \
        r-bbbbbbbb-c1.batt r-aaaaaaaa-c2.batt r-cccccccc-c1.batt
    results j.batt | sed 's/"source":"[^"]*"//' > want
    results k.batt | sed 's/"source":"[^"]*"//' > got
    cmp want got
}

@test "split: tasks come in order of their names, the same bytes whichever came first" {
    for t in aaaaaaaa bbbbbbbb cccccccc; do
        batt-collect --set s -t $t -o t.batt data
        batt-gpu -k all --block 2 -p c.jsonl -o r-$t.batt t.batt
    done
    batt-split r-aaaaaaaa.batt r-bbbbbbbb.batt r-cccccccc.batt | zstd -dc > forth
    batt-split r-cccccccc.batt r-aaaaaaaa.batt r-bbbbbbbb.batt | zstd -dc > back
    cmp forth back
    # A name longer than what is sorted by, and one that differs from it behind that.
    mkdir -p "long/$(printf '%0200d' 1)/$(printf '%0200d' 2)/$(printf '%0200d' 3)/$(printf '%0200d' 4)"
    cp -r data "long/$(printf '%0200d' 1)/$(printf '%0200d' 2)/$(printf '%0200d' 3)/$(printf '%0200d' 4)/d"
    batt-collect --set "$(printf '%0200d' 5)" -o t.batt long
    batt-gpu -k all --block 2 -p c.jsonl -o r.batt t.batt
    batt-split -o j.batt r.batt
    batt-check j.batt
    results r.batt > want
    results j.batt | cmp - want
    [ "$(wc -l < want)" -eq 63 ]
}

@test "split: equal duplicates become one" {
    batt-split -o once.batt r.batt
    batt-split -o twice.batt r.batt r.batt
    batt-show once.batt | grep -v '"type":"end"' > want
    batt-show twice.batt | grep -v '"type":"end"' > got
    cmp want got
}

@test "split: duplicates that differ are an error, the first is kept" {
    batt-gpu -k all --gate 1 --block 2 -p c.jsonl -o low.batt tasks.batt
    run batt-split -o both.batt r.batt low.batt
    assert_failure 1
    assert_output --regexp '^batt-split: 40 results came twice and differ; the first is kept.  The first such: s/aaaaaaaa demonstration 1, program p1$'
    results r.batt > want
    results both.batt > got
    cmp want got
    shown both.batt | saw '"failed":40'
}

@test "split: demonstrations and tests run apart come together" {
    batt-collect --set s -P demo -o d.batt data
    batt-collect --set s -P test -o t.batt data
    batt-gpu -k all -p c.jsonl -o rd.batt d.batt
    batt-gpu -k all -p c.jsonl -o rt.batt t.batt
    batt-split -o j.batt rd.batt rt.batt
    [ "$(count result j.batt)" -eq 63 ]
}

@test "split -d: a whole stream per task" {
    batt-split -d out r.batt
    (cd out && find . -type f | sort) > names
    printf './s/aaaaaaaa.batt\n./s/bbbbbbbb.batt\n./s/cccccccc.batt\n' | cmp - names
    cat out/s/*.batt > all.batt
    batt-split -o j.batt all.batt
    results r.batt > want
    results j.batt > got
    cmp want got
}

@test "split -d and -o do not go together; unknown options are named" {
    run batt-split -d out -o x r.batt
    assert_failure 2
    assert_output --partial 'not together with -d'
    run batt-split --nonsense
    assert_failure 2
}

@test "split: a key that climbs out of the folder is refused" {
    batt-collect --set .. -o evil.batt data
    batt-gpu -k all -p c.jsonl -o evil-r.batt evil.batt
    run batt-split -d out evil-r.batt
    assert_failure 3
    assert_output --partial 'not a name for a file'
    [ ! -e aaaaaaaa.batt ]
}

@test "split: grids instead of results, an empty input, a missing file" {
    run batt-split -o x tasks.batt
    assert_failure 2
    assert_output 'batt-split: tasks.batt: holds grids, not results: batt-gpu makes results'
    run batt-split -o x /dev/null
    assert_failure 3
    assert_output --partial '/dev/null: '
    run batt-split -o x missing.batt r.batt
    assert_failure 1
    assert_output 'batt-split: missing.batt: No such file or directory'
    [ "$(count result x)" -eq 63 ]
}

@test "split: a truncated stream gives what arrived whole, exit 3" {
    head -c $(($(wc -c < r.batt) - 30)) r.batt > cut.batt
    run batt-split -o x cut.batt
    assert_failure 3
    assert_output --partial 'cut.batt: '
    [ "$(count result x)" -eq 63 ]
    run batt-split --strict -o y cut.batt
    assert_failure 3
    [ ! -e y ]
}

@test "split, score, show, pack: results whose head and table are lost are nobody else's" {
    sed 's/"p/"q/' c.jsonl > d.jsonl
    batt-gpu -k all --block 7 -p d.jsonl -o other.batt tasks.batt
    # Its head and its only table.
    to=$(LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' other.batt | cut -d: -f1 | sed -n 3p)
    { cat r.batt; head -c "$to" /dev/zero; tail -c +$((to + 1)) other.batt; } > both.batt
    run -3 batt-split -o x both.batt
    assert_line 'batt-split: both.batt: results for block 0, whose programs did not come'
    results r.batt | sed 's/"sig".*//' > want
    results x | sed 's/"sig".*//' | cmp want -
    batt-show both.batt 2> /dev/null > shown || [ $? -eq 3 ]
    [ "$(grep '"type":"result"' shown | grep -c '"program":null')" -eq 63 ]
    run -3 batt-pack -o y both.batt
    results y | sed 's/"sig".*//' | cmp want -
    batt-split -q -o j.batt r.batt
    batt-split -q -o k.batt other.batt
    to=$(LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' k.batt | cut -d: -f1 | sed -n 3p)
    { cat j.batt; head -c "$to" /dev/zero; tail -c +$((to + 1)) k.batt; } > both.batt
    run -3 batt-score -q -a both.batt
    assert_output --partial 'results for a block whose programs did not come'
}

@test "split: full disk, unwritable temporary folder" {
    run batt-split -o /dev/full r.batt
    assert_failure 3
    assert_output --partial '/dev/full: No space left on device'
    run batt-split --tmpdir /nowhere -o x r.batt
    assert_failure 3
    assert_output --partial 'temporary file in /nowhere: No such file or directory'
}

@test "split: a task on which no program ran, alone and beside results of it" {
    for k in a b c; do
        printf 'def solve_%s(I):\n    return I\n' $k$k$k$k$k$k$k$k > $k.py
        batt-gpu -k all --pair=name -p $k.py -o $k.batt tasks.batt
    done
    batt-split -o j.batt a.batt c.batt
    batt-check j.batt
    assert_equal "$(shown j.batt | grep '"type":"entry"')" \
        '{"type":"entry","task":"s/bbbbbbbb","programs":0,"demo_n":2,"test_n":1,"known":1}'
    assert_equal "$(count result j.batt)" 6
    batt-split -o again.batt j.batt c.batt a.batt
    assert_equal "$(shown again.batt | grep -c '"type":"entry"')" 1
    batt-split -o all.batt j.batt b.batt
    batt-check all.batt
    assert_equal "$(count entry all.batt)" 0
    assert_equal "$(count result all.batt)" 9
    batt-split -d by-task a.batt
    batt-check by-task/s/*.batt
    assert_equal "$(count entry by-task/s/cccccccc.batt) $(count result by-task/s/aaaaaaaa.batt)" '1 3'
}

@test "split: items that only an entry of no programs tells of are told" {
    batt-collect --set s -P demo -o demo.batt data
    batt-collect --set s -P test -o test.batt data
    printf 'def solve_aaaaaaaa(I):\n    return I\n' > a.py
    printf 'def solve_bbbbbbbb(I):\n    return I\n' > b.py
    batt-gpu -k all --pair=name -p a.py -o 1.batt demo.batt
    batt-gpu -k all --pair=name -p b.py -o 2.batt test.batt
    batt-split -o j.batt 1.batt 2.batt
    batt-check j.batt
    batt-score --json j.batt | grep '"type":"task"' | cut -d , -f 2-6 > got
    for k in a b c; do
        echo "\"task\":\"s/$k$k$k$k$k$k$k$k\",\"demo_n\":2,\"test_n\":1,\"known\":1,\"programs\":$([ $k = c ] && echo 0 || echo 1)"
    done | cmp - got
    batt-split j.batt > again.batt
    zstd -dcq again.batt > x
    zstd -dcq j.batt | cmp x -
}

@test "split: no memory to sort in is told as such" {
    grep -q __asan_init "$(command -v batt-split)" && skip 'address space is not limited for a sanitizer'
    run -3 limited 40 batt-split -o x r.batt
    assert_output 'batt-split: out of memory'
    [ ! -e x ]
}
