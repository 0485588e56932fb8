#!/usr/bin/env bats
# The stream as the tools see it: broken ones are reported, what is whole in them is used. Every cut
# and every flip is tried by tests/unit/stream_test.c; here are the messages and statuses.
load helper

setup() {
    make_tasks s/one a b c
    batt-collect -n 3 -o good s
    size=$(stat -c %s good)
}

@test "frames are zstd with content checksums, and cat of streams is a stream" {
    zstd -dc good > /dev/null
    zstd -lv good | saw 'Check: XXH64'
    assert_equal "$(cat good good good | batt-show | wc -l)" "$((3 * $(shown good | wc -l)))"
}

@test "truncated: reported, status 3, whole frames are shown" {
    head -c $((size - 1)) good > cut
    run --separate-stderr -3 batt-show cut
    assert_regex "$stderr" '^batt-show: cut: at byte [0-9]+: truncated inside a frame$'
    assert_equal "${#lines[@]}" 13
    head -c 1 good > cut
    run --separate-stderr -3 batt-show cut
    assert_output ""
}

@test "cut between frames: no end" {
    for n in $(seq 1 $((size - 1))); do
        head -c "$n" good | zstd -t 2> /dev/null || continue
        run --separate-stderr -3 batt-show <(head -c "$n" good)
        assert_regex "$stderr" ': truncated: no end frame after [1-4] frames$'
    done
}

@test "truncated and then a whole one: reported, all of the whole one is shown" {
    for n in 1 10 100 $((size / 2)) $((size - 1)); do
        { head -c "$n" good; cat good; } > both
        run --separate-stderr -3 batt-show both
        assert_equal "${#stderr_lines[@]}" 1
        assert_regex "$stderr" "^batt-show: both: at byte [0-9]+: truncated inside a frame; another stream begins at byte $n\$"
        assert_equal "$(printf '%s\n' "${lines[@]}" | tail -n 14)" "$(shown good)"
    done
    # Between two frames.
    n=$(LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' good | sed -n 3p | cut -d: -f1)
    { head -c "$n" good; cat good; } > both
    run --separate-stderr -3 batt-show both
    assert_equal "$stderr" "batt-show: both: at byte $n: truncated: another stream begins here"
    # A frame that is damaged is not the end of its stream, if that is there; nor if another is not.
    cp good bad
    printf '\x55' | dd of=bad bs=1 seek=$((n / 2 + 40)) conv=notrunc status=none
    cat bad good > both
    run --separate-stderr -3 batt-show both
    assert_equal "${#stderr_lines[@]}" 1
    refute_regex "$stderr" truncated
}

@test "a flipped byte" {
    cp good bad
    printf '\x55' | dd of=bad bs=1 seek=$((size / 2)) conv=notrunc status=none
    run --separate-stderr -3 batt-show bad
    assert_regex "$stderr" '^batt-show: bad: at byte [0-9]+: '
    assert [ "${#lines[@]}" -lt 14 ]
}

@test "not a stream, and zstd of something else" {
    run --separate-stderr -3 batt-show <(echo '{"train": []}')
    assert_regex "$stderr" ': not a stream$'
    run --separate-stderr -3 batt-show <(echo hello | zstd)
    assert_regex "$stderr" ': not a stream$'
}

@test "empty standard input" {
    run --separate-stderr -3 batt-show < /dev/null
    assert_equal "$stderr" "batt-show: standard input: empty input, not even a head"
}

@test "closed standard input, and a folder" {
    run --separate-stderr -3 bash -c 'batt-show <&-'
    assert_equal "$stderr" "batt-show: standard input: Bad file descriptor"
    run --separate-stderr -3 batt-show .
    assert_equal "$stderr" "batt-show: .: Is a directory"
}
