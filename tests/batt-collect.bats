#!/usr/bin/env bats
# batt-collect: all forms of task files in, every kind of bad input named, skipped and counted.
load helper

# Expects exit 1, one good task beside the bad one, and these words in the message.
bad_task() {
    mkdir -p x/y
    task_json > x/y/good.json
    cat > x/y/bad.json
    run --separate-stderr -1 batt-collect -o out x
    assert_equal "$stderr" "batt-collect: x/y/bad.json$1"
    assert_equal "$(keys out)" x/y/good
    shown out | saw '"failed":1,'
}

@test "a folder of tasks, recursively, sorted" {
    make_tasks data/arc1/training b a
    make_tasks data/arc1/evaluation c
    batt-collect -o out data
    assert_equal "$(keys out)" $'arc1/evaluation/c\narc1/training/a\narc1/training/b'
    assert_equal "$(count item out)" 9
    shown out | sed -n 1p | saw '"sets":\["arc1/evaluation","arc1/training"\]'
}

@test "the key does not depend on how the file was addressed" {
    make_tasks data/arc1/training a
    for path in data data/arc1 data/arc1/ data/arc1/training data/arc1/training/a.json \
        "$PWD/data/arc1" data/../data/arc1; do
        batt-collect -o out "$path"
        assert_equal "$(keys out)" arc1/training/a
    done
    cd data/arc1/training
    batt-collect -o out .
    assert_equal "$(keys out)" arc1/training/a
    batt-collect -o out a.json
    assert_equal "$(keys out)" arc1/training/a
}

@test "folders named data are left out of the set, --set names another" {
    make_tasks ARC/data/training a
    batt-collect -o out ARC
    assert_equal "$(keys out)" ARC/training/a
    batt-collect --set mine -o out ARC
    assert_equal "$(keys out)" mine/a
}

@test "standard input, with and without -" {
    task_json | batt-collect > out
    assert_equal "$(keys out)" stdin/task
    task_json | batt-collect - > out
    assert_equal "$(keys out)" stdin/task
}

@test "grids and parts as they stand in the file" {
    task_json | batt-collect > out
    shown out | saw -F '"part":"demo","index":0,"input":[[1,2],[3,4]],"output":[[1]]}'
    shown out | saw -F '"part":"test","index":0,"input":[[7]],"output":[[8]]}'
    task_json | batt-collect -P demo > out
    assert_equal "$(count item out)" 2
    shown out | saw -F '"demos":2,"demo_items":2,"test_items":0'
    task_json | batt-collect --part=test > out
    assert_equal "$(count item out)" 1
    shown out | saw -F '"demos":2,"demo_items":0,"test_items":1'
}

@test "a test whose output is not known" {
    echo '{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3]]}]}' | batt-collect > out
    shown out | saw -F '"input":[[3]],"output":null}'
}

@test "Kaggle's combined files, with and without solutions" {
    echo '{"b":{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3]]},{"input":[[4]]}]},
           "a":{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[5]]}]}}' \
        > arc-agi_test_challenges.json
    echo '{"a":[[[6]]],"b":[[[7]],[[8]]]}' > arc-agi_test_solutions.json
    batt-collect -o out .
    assert_equal "$(keys out)" $'arc-agi_test/a\narc-agi_test/b'
    assert_equal "$(shown out | grep -c '"output":null')" 3
    batt-collect -s arc-agi_test_solutions.json -o out arc-agi_test_challenges.json
    shown out | saw -F '"index":1,"input":[[4]],"output":[[8]]}'
    shown out | saw -F '"input":[[5]],"output":[[6]]}'
    run ! grep '"output":null' <(shown out)
}

@test "solutions beside their challenges that are not asked for are told" {
    mkdir k
    echo '{"a":{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3]]}]}}' > k/x_challenges.json
    run --separate-stderr -0 batt-collect -o out k
    assert_equal "$stderr" ''
    echo '{"a":[[[6]]]}' > k/x_solutions.json
    run --separate-stderr -0 batt-collect -o out k
    assert_equal "$stderr" \
        "batt-collect: k/x_challenges.json: no outputs of tests; -s k/x_solutions.json has them"
    run --separate-stderr -0 batt-collect -q -o out k
    assert_equal "$stderr" ''
    run --separate-stderr -0 batt-collect -s k/x_solutions.json -o out k
    assert_equal "$stderr" ''
}

@test "solutions that do not fit" {
    echo '{"a":{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[5]]}]}}' > c.json
    echo '{"a":[[[6]],[[7]]]}' > s.json
    run --separate-stderr -1 batt-collect -s s.json -o out c.json
    assert_equal "$stderr" "batt-collect: c.json: a: 1 tests, but 2 solutions"
    echo '{"a":[[[16]]]}' > s.json
    run --separate-stderr -1 batt-collect -s s.json -o out c.json
    assert_equal "$stderr" \
        "batt-collect: c.json: a: test[0].solution row 1 column 1: cell 16 is outside 0..9"
    echo '[1]' > s.json
    run --separate-stderr -2 batt-collect -s s.json -o out c.json
    assert_equal "$stderr" "batt-collect: s.json: not solutions: {id: [grid, ...], ...}"
}

@test "re-arc's lists of pairs" {
    mkdir -p re/tasks
    echo '[{"input":[[1]],"output":[[2]]},{"input":[[3]],"output":[[4]]},
           {"input":[[5]],"output":[[6]]},{"input":[[7]],"output":[[8]]}]' > re/tasks/a.json
    batt-collect -o out re
    shown out | saw -F '"demos":3,"demo_items":3,"test_items":1'
    batt-collect --demos 1 -o out re
    shown out | saw -F '"demos":1,"demo_items":1,"test_items":3'
    run --separate-stderr -1 batt-collect --demos 4 -o out re
    assert_equal "$stderr" \
        "batt-collect: re/tasks/a.json: task without test: 4 pairs, 4 of them demonstrations"
}

@test "wanted tasks by id and by set/id, from options and files" {
    make_tasks s/one a b c
    make_tasks s/two d
    batt-collect -t a,s/one/c -t d -o out s
    assert_equal "$(keys out)" $'s/one/a\ns/one/c\ns/two/d'
    printf '# wanted\nb\n\n  s/two/d  \n' > list
    batt-collect -T list -o out s
    assert_equal "$(keys out)" $'s/one/b\ns/two/d'
    run --separate-stderr -1 batt-collect -t a,nope -o out s
    assert_equal "$stderr" "batt-collect: nope: no such task"
    assert_equal "$(keys out)" s/one/a
    run --separate-stderr -2 batt-collect -T missing -o out s
    assert_equal "${stderr_lines[0]}" "batt-collect: -T missing: No such file or directory"
}

@test "a bare id that is not unique" {
    make_tasks s/one a
    task_json '[[9, 9]]' > s/b.json
    mkdir s/two
    task_json '[[9, 9]]' > s/two/a.json
    run --separate-stderr -1 batt-collect -t a -o out s
    assert_equal "$stderr" \
        "batt-collect: s/two/a: id is not unique, s/one/a was taken; give set/id"
    assert_equal "$(keys out)" s/one/a
}

@test "the same file twice is taken once, another of the same key is an error" {
    make_tasks s/one a
    make_tasks t/s/one b a
    batt-collect -o out s s/one/a.json
    assert_equal "$(keys out)" s/one/a
    run --separate-stderr -1 batt-collect -o out s t
    assert_equal "$stderr" \
        "batt-collect: s/one/a: another task of the same set and id came before; use --set"
    assert_equal "$(keys out)" $'s/one/a\ns/one/b'
}

@test "items per frame" {
    make_tasks s/one a b c d e f
    batt-collect -o out s
    shown out | saw '"frames":2,'
    batt-collect -n 6 -o out s
    shown out | saw '"frames":4,'
    batt-collect -n 1 -o out s
    shown out | saw '"frames":7,'
}

@test "broken JSON: file, line and column" {
    printf '{"train": [\n  {"input": [[1, 2],,]}\n]}' | bad_task ":2:21: unexpected token near ','"
}

@test "a key twice" {
    echo '{"train": [], "train": []}' | bad_task ":1:21: duplicate object key near '\"train\"'"
}

@test "an empty file" {
    : | bad_task ": empty file"
}

@test "a ragged grid" {
    task_json '[[1, 2], [3]]' |
        bad_task ": train[0].input row 2 has 1 cells, row 1 has 2: ragged grid"
}

@test "a cell outside 0..9" {
    task_json '[[1], [10]]' |
        bad_task ": train[0].input row 2 column 1: cell 10 is outside 0..9"
}

@test "a negative cell" {
    task_json '[[1, -1]]' |
        bad_task ": train[0].input row 1 column 2: cell -1 is outside 0..9"
}

@test "a cell that is no integer" {
    task_json '[[1, 2.0]]' | bad_task ": train[0].input row 1 column 2 is not an integer"
}

@test "a cell that is a word" {
    task_json '[["1"]]' | bad_task ": train[0].input row 1 column 1 is not an integer"
}

@test "an empty grid" {
    task_json '[]' | bad_task ": train[0].input: empty grid"
}

@test "an empty row" {
    task_json '[[]]' | bad_task ": train[0].input: empty grid"
}

@test "a grid that is none" {
    task_json '5' | bad_task ": train[0].input: not a list of rows"
}

@test "a row that is none" {
    task_json '[5]' | bad_task ": train[0].input row 1 is not a list"
}

@test "grids above 30 x 30 are good up to 64 x 64" {
    wide() { python3 -c "print([[1] * $1 for _ in range($2)])"; }
    task_json "$(wide 64 64)" | batt-collect > out
    assert_equal "$(count item out)" 3
    task_json "$(wide 31 65)" |
        bad_task ": train[0].input: 65 rows of 31 cells: larger than 64 x 64"
}

@test "a task without test" {
    echo '{"train":[{"input":[[1]],"output":[[2]]}],"test":[]}' |
        bad_task ": task without test: \"test\" is missing, empty or not a list"
}

@test "a task without demonstrations" {
    echo '{"test":[{"input":[[1]]}]}' |
        bad_task ": no demonstrations: \"train\" is missing, empty or not a list"
}

@test "a demonstration without output" {
    echo '{"train":[{"input":[[1]]}],"test":[{"input":[[1]]}]}' |
        bad_task ": train[0]: no \"output\""
}

@test "JSON that is no task" {
    echo '[1, 2]' | bad_task ": not a task and not a list of pairs"
}

@test "a missing path and a folder without tasks" {
    make_tasks s/one a
    mkdir empty
    run --separate-stderr -1 batt-collect -o out nope s empty
    assert_equal "${stderr_lines[0]}" "batt-collect: nope: No such file or directory"
    assert_equal "${stderr_lines[1]}" "batt-collect: empty: no task files (*.json) in this folder"
    assert_equal "$(keys out)" s/one/a
    shown out | saw '"failed":2,'
}

@test "--strict stops at the first bad input and leaves no output" {
    make_tasks s/one a
    echo '{' > s/one/b.json
    run --separate-stderr -3 batt-collect --strict -o out s
    assert_equal "${#stderr_lines[@]}" 1
    assert [ ! -e out ]
    run -3 batt-collect --strict -o out nope
    assert [ -z "$(find . -name '.out*')" ]
}

@test "usage: help to stdout, misuse to stderr with status 2" {
    run --separate-stderr -0 batt-collect -h
    assert_output --partial "usage: batt-collect [OPTION...] [PATH...]"
    assert_equal "$stderr" ""
    run -0 batt-collect -V
    assert_output --regexp '^batt-collect [0-9.]+$'
    run --separate-stderr -2 batt-collect --nope
    assert_output ""
    assert_equal "${stderr_lines[0]}" "batt-collect: --nope: unknown or ambiguous option"
    run --separate-stderr -2 batt-collect -Q
    assert_equal "${stderr_lines[0]}" "batt-collect: -Q: unknown or ambiguous option"
    run --separate-stderr -2 batt-collect -n
    assert_equal "${stderr_lines[0]}" "batt-collect: -n: needs an argument"
    run --separate-stderr -2 batt-collect --strict=yes
    assert_equal "${stderr_lines[0]}" "batt-collect: --strict: takes no argument"
    for n in 0 -1 x 1x '' 99999999999999999999; do
        run --separate-stderr -2 batt-collect -n "$n"
        assert_regex "${stderr_lines[0]}" "^batt-collect: -n $n: (too small|too large|not a number)$"
    done
    run --separate-stderr -2 batt-collect -P some
    assert_equal "${stderr_lines[0]}" "batt-collect: -P some: not one of demo, test, all"
}

@test "full disk, closed stdout, a folder that is not there" {
    task_json > a.json
    run --separate-stderr -3 bash -c 'batt-collect a.json > /dev/full'
    assert_equal "$stderr" "batt-collect: standard output: No space left on device"
    run --separate-stderr -3 batt-collect -o /dev/full a.json
    assert_equal "$stderr" "batt-collect: /dev/full: No space left on device"
    run --separate-stderr -3 bash -c 'batt-collect a.json >&-'
    assert_equal "$stderr" "batt-collect: standard output: Bad file descriptor"
    run --separate-stderr -3 batt-collect -o nope/out a.json
    assert_equal "$stderr" "batt-collect: nope/out: No such file or directory"
}

@test "dies quietly when the reader goes away" {
    make_tasks s/one a
    run --separate-stderr bash -c 'set +o pipefail
        (batt-collect s; echo $? > status) | true
        batt-collect -n 1 s > >(:); wait; cat status'
    assert_equal "$stderr" ""
    run --separate-stderr bash -c 'trap "" PIPE; (sleep 0.1; batt-collect s) | true; exit ${PIPESTATUS[0]}'
    assert_equal "$stderr" ""
    assert_equal "$status" 141
}

@test "links back to a folder above are named, all the rest is read" {
    make_tasks s/one a b
    make_tasks s/two c
    ln -s . s/loop
    ln -s .. s/one/0up
    ln -s ../one s/two/other
    run --separate-stderr -1 batt-collect -o out s
    assert_equal "$(keys out | sort)" "$(printf 's/one/a\ns/one/b\ns/two/c')"
    assert_equal "$(sort <<< "$stderr")" "$(printf 'batt-collect: s/%s: leads back to a folder above it\n' \
        loop one/0up two/other/0up)"
    run --separate-stderr -3 batt-collect --strict s
    assert_equal "${#stderr_lines[@]}" 1
}

@test "a folder that cannot be read is named, all the rest is read" {
    make_tasks s/one a b
    make_tasks s/two/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30/31/32/33/34 c
    run --separate-stderr -1 batt-collect -o out s
    assert_equal "$(keys out)" "$(printf 's/one/a\ns/one/b')"
    assert_regex "$stderr" '^batt-collect: s/two/3/.*/34: too many folders within folders$'
    make_tasks t/one a
    mkdir t/closed
    chmod 0 t/closed
    if [ "$(id -u)" -ne 0 ]; then # root reads every folder
        run --separate-stderr -1 batt-collect -o out t
        assert_equal "$stderr" "batt-collect: t/closed: Permission denied"
        assert_equal "$(keys out)" "$(printf 't/one/a')"
    fi
}

@test "refuses a terminal" {
    command -v script > /dev/null || skip "no script(1)"
    task_json > a.json
    run -2 script -qec 'batt-collect a.json' /dev/null
    assert_output --partial "binary output to a terminal refused"
}

@test "-o appears when whole and keeps what was there else" {
    task_json > a.json
    echo before > out
    chmod 640 out
    run -3 batt-collect --strict -o out nope
    assert_equal "$(cat out)" before
    batt-collect -o out a.json
    assert_equal "$(stat -c %a out)" 640
    assert_equal "$(keys out | wc -l)" 1
    ln -s out link
    batt-collect -P demo -o link a.json
    assert [ -L link ]
    assert_equal "$(count item out)" 2
}

@test "file names cannot send control characters to the terminal" {
    echo '{' > $'a\e[31m.json'
    run --separate-stderr -1 batt-collect -o out $'a\e[31m.json'
    assert_regex "$stderr" '^batt-collect: a\?\[31m.json:'
}

@test "ids cannot break tables" {
    printf '{"a\\tb":{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[5]]}]}}' > c.json
    run --separate-stderr -1 batt-collect -o out c.json
    assert_equal "$stderr" "batt-collect: c.json: a?b: a control character in the task's id"
}

@test "all public tasks" {
    need_shared
    batt-collect -o out "$SHARED/data"
    assert_equal "$(count task out)" 1920
    assert_equal "$(keys out | sort -u | wc -l)" 1920
    shown out | tail -n 1 | saw '"tasks":1920,"items":8334,.*"failed":0'
    keys out | saw -x arc1/training/007bbfb7
    (cd "$SHARED/data/arc1/training" && batt-collect -t 007bbfb7 .) > one
    assert_equal "$(keys one)" arc1/training/007bbfb7
}

@test "output is the same bytes every time, and zstd reads it" {
    make_tasks s/one a b c
    batt-collect s > one
    batt-collect -l 19 s > two
    assert_equal "$(zstd -dc < one | sha256sum)" "$(zstd -dc < two | sha256sum)"
}

@test "a byte order mark before a task, solutions and combined files" {
    make_tasks data a
    batt-collect --set s -o want data
    sed -i '1s/^/\xef\xbb\xbf/' data/a.json
    batt-collect --set s -o got data
    cmp want got
    batt-collect --set s -o got - < data/a.json 2> err || true
    assert_equal "$(cat err)" ""
    printf '\xef\xbb\xbf{"a": {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]]}]}}' > all.json
    printf '\xef\xbb\xbf{"a": [[[4]]]}' > solutions.json
    batt-collect --set s -s solutions.json -o out all.json
    shown out | saw '"output":\[\[4\]\]'
}

@test "a byte order mark before a list of tasks, in a file and on standard input" {
    make_tasks s a b c
    printf 'b\nc\n' > list
    batt-collect -T list -o want s
    printf '\xef\xbb\xbf' | cat - list > marked
    batt-collect -T marked -o got s
    cmp want got
    batt-collect -T - -o got s < marked
    cmp want got
    # What only begins like a mark is part of the name.
    printf '\xef\xbc\xa9\n' > odd
    run --separate-stderr -1 batt-collect -T odd -o out s
    assert_equal "${stderr_lines[0]}" "batt-collect: $(cat odd): no such task"
}
