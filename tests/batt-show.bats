#!/usr/bin/env bats
# batt-show: any stream as JSON lines, and what it says of broken ones.
load helper

setup() {
    task_json > a.json
    batt-collect -o good a.json
}

@test "a line for each head, task, item and end, each of them JSON" {
    shown good > lines
    assert_equal "$(wc -l < lines)" 6
    python3 -c 'import json, sys
for line in open("lines"): json.loads(line)'
    assert_equal "$(count head good)" 1
    assert_equal "$(count task good)" 1
    assert_equal "$(count item good)" 3
    assert_equal "$(count end good)" 1
}

@test "standard input, -, several files" {
    assert_equal "$(batt-show < good | md5sum)" "$(shown good | md5sum)"
    assert_equal "$(batt-show - < good | md5sum)" "$(shown good | md5sum)"
    assert_equal "$(batt-show good good | wc -l)" 12
    assert_equal "$(cat good good | batt-show | wc -l)" 12
}

@test "a missing file is named, the rest is shown" {
    run --separate-stderr -1 batt-show nope good
    assert_equal "$stderr" "batt-show: nope: No such file or directory"
    assert_equal "${#lines[@]}" 6
}

@test "-o FILE, full disk, closed stdout" {
    batt-show -o lines good
    cmp lines <(shown good)
    run --separate-stderr -3 bash -c 'batt-show good > /dev/full'
    assert_equal "$stderr" "batt-show: standard output: No space left on device"
    run --separate-stderr -3 bash -c 'batt-show good >&-'
    assert_equal "$stderr" "batt-show: standard output: Bad file descriptor"
}

@test "names that are odd come out as JSON" {
    mkdir $'d"\\\xff'
    task_json > $'d"\\\xff/\xc3\xa4.json'
    batt-collect . 2> /dev/null | batt-show > lines
    python3 -c 'import json
for line in open("lines", encoding="utf-8"): json.loads(line)'
    saw 'd\\"\\\\' lines
}
