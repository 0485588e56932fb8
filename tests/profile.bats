#!/usr/bin/env bats
# Where the time of a run goes: batt-gpu --stats, --profile and --times.  Times differ from run to
# run; calls and units do not, whatever counts them.
load helper

SAMPLES="$BATS_TEST_DIRNAME/../pipelines/samples"

# Three grids: 6 cells, 2 and 2.
setup() {
    mkdir -p data/one
    echo '{"train": [{"input": [[1, 2, 0], [0, 3, 4]], "output": [[1]]},
                     {"input": [[5, 5]], "output": [[6]]}],
           "test": [{"input": [[7, 8]]}]}' > data/one/aa.json
    batt-collect -o tasks data
}

# record ID LINE...: the same as a JSON line.
record() {
    local id=$1
    shift
    jq -cn --arg id "$id" --arg program "$(program solve "$@")" '{id: $id, program: $program}'
}

# A mean program: a loop in lanes, one turn by turn, one of all pairs at once, one that is never
# done, calls that are compiled away, functions in data.
mixed() {
    program mixed 'x1 = dmirror(I)' 'x2 = compose(hmirror, x1)' 'x3 = asindices(I)' \
        'x4 = compose(double, first)' 'x5 = apply(x4, x3)' 'x6 = prapply(connect, x3, x3)' \
        'x7 = apply(compose(size, initset), x3)' 'x8 = (double, halve)' 'x9 = rapply(x8, 3)' \
        'x10 = power(hmirror, 3)' 'x11 = x10(I)' 'x12 = order(x3, last)' 'O = identity(x1)'
    program fails 'x1 = hmirror(I)' 'x2 = apply(rbind(divide, 0), asindices(x1))' 'O = x1'
    program costs 'x1 = asindices(I)' 'x2 = product(x1, x1)' 'x3 = interval(0, 400, 1)' \
        'x4 = prapply(add, x3, x3)' 'x5 = prapply(connect, x1, x1)' 'O = size(x4)'
}

@test "stats: one JSON object: what was run, how it ended, how long it took" {
    program turn 'O = dmirror(I)' > p.py
    program first_of_1 'O = first(1)' >> p.py
    printf 'def bad(I):\n    return (\n' >> p.py
    run --separate-stderr -0 batt-gpu -q --gpus 0 -j 1 --stats -p p.py -o out tasks
    assert_equal "${#stderr_lines[@]}" 1
    jq -e '.tasks == 1 and .items == 3 and .programs == 3 and .runs == 6 and .devices == [] and
        .outcomes == {ok: 3, other: 0, error: 3, fuel: 0, limit: 0, syntax: 3, skipped: 0} and
        .cpu.threads == 1 and .cpu.runs == 6 and .cpu.us > 0 and .cpu.units == 6 and
        .seconds > .startup_seconds and .startup_seconds > 0 and .seconds * 1e6 > .cpu.us and
        (.runs_per_second * (.seconds - .startup_seconds) - 6 | fabs) < 0.001 and
        has("heaviest") == false' <<< "$stderr"
}

@test "stats: calls, units and time by primitive" {
    mixed > p.py
    batt-gpu -q --gpus 0 --stats -p p.py -o out tasks 2> stats
    cat stats
    # By hand: 10 cells in 3 grids, 36 + 4 + 4 pairs of them; what programs share counts once
    # (asindices(I), all pairs connected, hmirror(I), with which the power begins).
    jq -e 'def calls(f): .primitives | map(select(.name == f)) | .[0].calls;
        calls("dmirror") == 3 and calls("asindices") == 6 and calls("connect") == 44 and
        calls("size") == 10 + 3 and calls("halve") == 3 and calls("double") == 10 + 3 and
        calls("order") == 3 and calls("apply") == 9 and calls("add") == 3 * 160000 and
        calls("hmirror") == 9 and calls("last") == 10 and calls("divide") == 3' stats
    jq -e '.primitives | map(.share) == (map(.share) | sort | reverse)' stats
    jq -e '(.primitives + [.others[]]) as $all | ($all | map(.share) | add - 1 | fabs) < 1e-6 and
        (($all | map(.us) | add) / .cpu.us - 1 | fabs) < 1e-6 and
        ($all | map(.calls) | add) == .cpu.calls and
        ($all | map(.units) | add) == .cpu.units' stats
}

# counts: of a --stats object, calls and units by name.
counts() {
    jq -S '[(.primitives | map({(.name): [.calls, .units]})[]),
        (.others | map_values([.calls, .units]))] | add' "$1"
}

@test "stats: the same counts in every engine, on any number of threads, as without --stats" {
    batt-collect -q -o samples "$SAMPLES"
    mixed > p.py
    local all=(-q --gpus 0 -p "$SAMPLES/solvers.py" -p p.py samples)
    for fuel in 4000000 900; do
        batt-gpu --fuel $fuel --stats -j 1 "${all[@]}" > with 2> stats
        counts stats > want
        batt-gpu --fuel $fuel "${all[@]}" | cmp - with
        for engine in ref v2 v3 v4; do
            export BATT_ENGINE=$engine
            batt-gpu --fuel $fuel --times "${all[@]}" > without 2> told || {
                saw 'no such engine' < told
                continue
            }
            cmp with without
            batt-gpu --fuel $fuel --stats -j 3 "${all[@]}" > again 2> stats
            cmp with again
            counts stats | cmp - want
            # The engines that count calls by themselves.
            [ "$engine" != ref ] && [ "$engine" != v2 ] ||
                [ "$(jq -s 'map(.calls) | add' told)" -eq "$(jq .cpu.calls stats)" ]
            [ "$(jq -s 'map(.units) | add' told)" -eq "$(jq .cpu.units stats)" ]
        done
        unset BATT_ENGINE
    done
}

@test "stats: a line that programs share counts once, where it ran; the same program too" {
    for n in 1 2 3; do
        record "p$n" 'x1 = vmirror(I)' 'x2 = objects(x1, T, F, T)' "O = astuple($n, x2)"
    done > c.jsonl
    record again 'x1 = vmirror(I)' 'x2 = objects(x1, T, F, T)' 'O = astuple(3, x2)' >> c.jsonl
    batt-gpu -q --gpus 0 --stats -p c.jsonl -o out tasks 2> stats
    jq -e '.runs == 9 and .outcomes.other == 12 and .others.shared.calls == 2 * 2 * 3 and
        (.primitives | map({(.name): .calls}) | add) == {vmirror: 3, objects: 3, astuple: 9}' stats
}

@test "stats: with --profile the heaviest programs are in the object, with their lines" {
    record light 'O = hmirror(I)' > c.jsonl
    record 'he"avy' 'x1 = interval(0, 900, 1)' 'x2 = combine(x1, x1)' \
        'x3 = prapply(multiply, x1, x1)' '' 'O = hmirror(I)' >> c.jsonl
    batt-gpu -q --gpus 0 --stats --profile -p c.jsonl -o out tasks 2> stats
    [ "$(wc -l < stats)" -eq 1 ]
    jq -e '.heaviest | map(.program) == ["he\"avy", "light"] and map(.source) == ["c.jsonl", "c.jsonl"]
        and map(.line) == [2, 1] and (map(.share) | add - 1 | fabs) < 1e-6' stats
    jq -e '.heaviest[0] | .runs == 3 and .lines[0].line == 4 and .lines[0].calls == 3 * 810001 and
        .lines[0].text == "x3 = prapply(multiply, x1, x1)" and .lines[0].share > 0.3 and
        .share >= (.lines | map(.share) | add) and .tail.runs == 3' stats
}

@test "profile: a table of the heaviest programs and their lines" {
    program light 'O = hmirror(I)' > p.py
    program heavy 'x1 = interval(0, 900, 1)' "x2 = prapply(multiply, x1, x1)  # $(printf '\a')" \
        'O = hmirror(I)' >> p.py
    printf 'def bad(I):\n    return (\n' >> p.py
    batt-gpu -q --gpus 0 --profile -p p.py -o out tasks 2> told
    cat told
    assert_regex "$(sed -n 1p told)" \
        '^the 2 heaviest of 3 programs, which took [0-9.]+ s for 6 runs$'
    assert_regex "$(sed -n 3p told)" '^ *[0-9.]+% +[0-9.]+ +3 +[0-9.]+ +[0-9]+ +[0-9]+  heavy \(p.py:5\)$'
    saw -E '^ *[0-9.]+% +[0-9.]+ +2430003 +[0-9]+    7: x2 = prapply\(multiply, x1, x1\)  # \?$' < told
    saw -E ' 3 +[0-9.]+ +3 +3  light \(p.py:1\)$' < told
    run ! saw bad < told
}

@test "profile: as many programs as asked for, those of earlier blocks too" {
    record heavy 'x1 = interval(0, 900, 1)' 'x2 = prapply(multiply, x1, x1)' 'O = hmirror(I)' > c.jsonl
    for n in $(seq 40); do
        record "p$n" "O = canvas($n, UNITY)"
    done >> c.jsonl
    record last 'x1 = interval(0, 500, 1)' 'x2 = prapply(multiply, x1, x1)' 'O = hmirror(I)' >> c.jsonl
    for n in 1 2 7 100; do
        batt-gpu -q --gpus 0 --block 10 --profile=$n -p c.jsonl -o out tasks 2> told
        cat told
        [ "$(grep -c '(c.jsonl:' told)" -eq $((n < 42 ? n : 42)) ]
        assert_regex "$(sed -n 3p told)" ' heavy \(c.jsonl:1\)$'
    done
    assert_regex "$(sed -n '/(c.jsonl:/p' told | sed -n 2p)" ' last \(c.jsonl:42\)$'
    for n in 0 -1 x 1001 ''; do
        run --separate-stderr -2 batt-gpu "--profile=$n" -p c.jsonl tasks
        assert_regex "${stderr_lines[0]}" "^batt-gpu: --profile $n: "
    done
}

@test "times: a JSON line for each program" {
    program solve_aa 'O = dmirror(I)' > p.py
    run --separate-stderr -0 batt-gpu --gpus 0 --times -p p.py -o out tasks
    assert_equal "${#stderr_lines[@]}" 1
    assert_regex "$stderr" '^\{"program":"solve_aa","runs":3,"us":[0-9.]+,"units":3(,"calls":3)?\}$'
    record 'a"b\c' 'O = dmirror(I)' > c.jsonl
    run --separate-stderr -0 batt-gpu --times -p c.jsonl -o out tasks
    echo "$stderr" | jq -e '.program == "a\"b\\c"'
}

@test "times: the tail apart" {
    program good 'O = dmirror(I)' > p.py
    program big 'x1 = canvas(1, astuple(1000, 1000))' 'O = hmirror(x1)' >> p.py
    batt-gpu --times -p p.py -o out tasks 2> err
    jq -es 'length == 2 and all(if .program == "big" then .tail.runs == 3 and
        .tail.units == .units else .tail == null end)' err
}

@test "times: nothing is said of a block that could not be written, nor at the end of such a run" {
    record first 'O = dmirror(I)' > c.jsonl
    echo >> c.jsonl
    for n in $(seq 500); do
        record "$(sha256sum <<< "$n")" 'O = I'
    done >> c.jsonl
    run --separate-stderr -3 bash -c 'trap "" XFSZ; ulimit -f 4
        batt-gpu --times --stats --profile -p c.jsonl -o out tasks'
    assert_equal "${#stderr_lines[@]}" 2
    saw '^{"program":"first","runs":3,' <<< "${stderr_lines[0]}"
    assert_equal "${stderr_lines[1]}" 'batt-gpu: out: File too large'
}

@test "stats, profile, times: where they cannot be written the status says so" {
    program solve_aa 'O = dmirror(I)' > p.py
    batt-gpu -q -p p.py -o want tasks
    for option in --stats --stats=brief --profile --times; do
        rm -f out
        run -3 bash -c "batt-gpu -q $option -p p.py -o out tasks 2> /dev/full"
        cmp want out
    done
    run -0 bash -c 'batt-gpu -q -p p.py -o out tasks 2> /dev/full'
}

@test "stats: a misuse is told before anything is read" {
    run --separate-stderr -2 batt-gpu --stats=x nothing
    assert_equal "$stderr" $'batt-gpu: --stats x: not brief\nbatt-gpu: try batt-gpu -h'
}

@test "stats: of a result that --resume keeps" {
    program solve_aa 'O = dmirror(I)' > p.py
    batt-gpu -q --resume -p p.py -o out tasks
    batt-gpu -q --resume --stats --profile -p p.py -o out tasks 2> stats
    jq -e '.tasks == 1 and .runs == 0 and .runs_per_second == 0 and .heaviest == [] and
        .seconds == .startup_seconds and .cpu.threads == 0' stats
}
