#!/usr/bin/env bats
# batt-score: what programs matched, which outputs are the guesses, in every form.
load helper

# Tasks: mirrored and doubled each have a rule; hard has a test that differs from its demonstrations.
setup() {
    mkdir data
    cat > data/mirrored.json << 'J'
{"train": [{"input": [[1, 2]], "output": [[2, 1]]}, {"input": [[3, 4], [5, 6]], "output": [[4, 3], [6, 5]]}],
 "test": [{"input": [[7, 8, 9]], "output": [[9, 8, 7]]}]}
J
    cat > data/doubled.json << 'J'
{"train": [{"input": [[1]], "output": [[1, 1], [1, 1]]}, {"input": [[2]], "output": [[2, 2], [2, 2]]}],
 "test": [{"input": [[3]], "output": [[3, 3], [3, 3]]}, {"input": [[4, 5]], "output": [[4, 4, 5, 5], [4, 4, 5, 5]]}]}
J
    cat > data/hard.json << 'J'
{"train": [{"input": [[1, 1]], "output": [[1, 1]]}, {"input": [[2], [2]], "output": [[2], [2]]}],
 "test": [{"input": [[3, 4]], "output": [[4, 3]]}]}
J
    cat > programs.py << 'P'
def solve_flip(I):
    O = vmirror(I)
    return O


def solve_same(I):
    x1 = identity(I)
    O = identity(x1)
    return O


def solve_double(I):
    O = upscale(I, TWO)
    return O


def solve_other(I):
    O = size(I)
    return O


def solve_broken(I):
    x1 = width(I)
    O = divide(I, x1)
    return O
P
    batt-collect --set s -o tasks.batt data
    batt-gpu -k all -p programs.py tasks.batt | batt-split -o j.batt
}

@test "score: TSV rows, best first, and totals on stderr" {
    batt-score j.batt 2> err | cut -f 1-8 > got
    cat > want << 'T'
task	id	demo_ok	demo_n	test_ok	test_n	outcome	line
s/doubled	solve_double	2	2	2	2	ok	0
s/hard	solve_flip	2	2	1	1	ok	0
s/hard	solve_same	2	2	0	1	ok	0
s/mirrored	solve_flip	2	2	1	1	ok	0
T
    cmp want got
    echo 'batt-score: 3 tasks: demo_solved 3, oracle 3, pass@1 3, pass@2 3 of 3; 4 test outputs: oracle 4, pass@1 4, pass@2 4' |
        cmp - err
    [ "$(batt-score -q j.batt 2>&1 | wc -l)" -eq 5 ]
}

@test "score: the signature is the same for equal demonstration outputs" {
    batt-score -a -q j.batt | awk -F '\t' '$1 == "s/hard" && $3 == 2 {print $9}' | sort -u > sigs
    [ "$(wc -l < sigs)" -eq 1 ]
    saw -E '^[0-9a-f]{16}$' < sigs
}

@test "score -a: all rows, with outcome and line" {
    batt-score -a -q j.batt | cut -f 1-8 > got
    [ "$(wc -l < got)" -eq 16 ]
    saw -x 's/doubled	solve_other	0	2	0	2	other	0' < got
    saw -x 's/doubled	solve_broken	0	2	0	2	error	24' < got || { cat got; false; }
}

@test "score: the same bytes whatever the order of shards, in every form" {
    head -n 10 programs.py > first.py
    tail -n +11 programs.py > last.py
    printf 'def solve_also(I):\n    O = canvas(THREE, (1, 1))\n    return O\n' >> last.py
    batt-gpu -k all -p first.py -o b1 tasks.batt
    batt-gpu -k all -p last.py -o b2 tasks.batt
    batt-split -o one b1 b2
    batt-split -o other b2 b1
    for form in '' --json --passed --table; do
        for rank in match vote; do
            # shellcheck disable=SC2086 # no form is no word
            batt-score -q -a -r $rank $form one > got.one
            # shellcheck disable=SC2086
            batt-score -q -a -r $rank $form other > got.other
            [ -s got.one ]
            cmp got.one got.other
        done
    done
}

@test "score -a: programs that match nothing stand by lines, then name, behind the others" {
    program solve_b 'O = canvas(ONE, (4, 4))' > p.py
    program solve_d 'x1 = vmirror(I)' 'O = canvas(ONE, (4, 4))' >> p.py
    program solve_c 'O = canvas(TWO, (4, 4))' >> p.py
    program solve_z 'x1 = vmirror(I)' 'x2 = vmirror(x1)' 'O = identity(x2)' >> p.py
    program solve_a 'O = canvas(THREE, (4, 4))' >> p.py
    batt-gpu -k all -p p.py tasks.batt | batt-split | batt-score -q -a > got
    awk -F '\t' '$1 == "s/hard" {print $2}' got | paste -sd ' ' > order
    echo solve_z solve_a solve_b solve_c solve_d | cmp - order
}

@test "score --passed: ids of programs that match every demonstration" {
    batt-score --passed -q j.batt > got
    printf 'solve_double\nsolve_flip\nsolve_same\nsolve_flip\n' | cmp - got
}

@test "score --json: rows, tasks with guesses, totals" {
    batt-score --json j.batt > got.jsonl
    python3 - << 'P'
import json
rows = [json.loads(line) for line in open("got.jsonl")]
task = {r["task"]: r for r in rows if r["type"] == "task"}
assert task["s/hard"]["guesses"] == [["solve_flip", "solve_same"]], task["s/hard"]
assert task["s/hard"]["passed"] == 2 and task["s/hard"]["pass@1"] and task["s/hard"]["oracle"]
assert len([r for r in rows if r["type"] == "row"]) == 4
totals = rows[-1]
assert totals["type"] == "totals" and totals["tasks"] == 3 and totals["rows"] == 15, totals
assert totals["tests"] == 4 and totals["test_pass@2"] == 4 and totals["passed"] == 4, totals
P
}

@test "score: fewer lines, then name, decide between equals" {
    printf 'def solve_b(I):\n    O = identity(I)\n    return O\n\ndef solve_a(I):\n    x1 = vmirror(I)\n    O = vmirror(x1)\n    return O\n' > p.py
    printf '\n\ndef solve_c(I):\n    O = hmirror(I)\n    return O\n' >> p.py
    batt-gpu -k all -p p.py tasks.batt | batt-split | batt-score -q > got
    awk -F '\t' '$1 == "s/hard" {print $2}' got > order
    printf 'solve_b\nsolve_c\nsolve_a\n' | cmp - order
}

@test "score --rank=vote: the output that more programs gave comes first" {
    cat > p.py << 'P'
def solve_a(I):
    O = identity(I)
    return O


def solve_b(I):
    x1 = identity(I)
    x2 = vmirror(x1)
    O = identity(x2)
    return O


def solve_c(I):
    x1 = vmirror(I)
    O = identity(x1)
    return O
P
    batt-gpu -k all -p p.py -o v.batt tasks.batt
    batt-split -o vj.batt v.batt
    batt-score --json vj.batt | saw '"task":"s/hard".*"pass@1":false,"pass@2":true,"guesses":\[\["solve_a","solve_c"\]\]'
    batt-score --json --rank=vote vj.batt | saw '"task":"s/hard".*"pass@1":true,"pass@2":true,"guesses":\[\["solve_c","solve_a"\]\]'
}

@test "score --rank=vote: most votes, then rank, whatever came in between" {
    for n in 1 2 2 2 3 3 4 4; do
        printf 'def solve_%s(I):\n    x1 = replace(I, THREE, %s)\n    O = replace(x1, FOUR, %s)\n    return O\n\n\n' \
            $((++k)) "$n" "$n"
    done > p.py
    batt-gpu -k all -p p.py tasks.batt | batt-split -o vj.batt
    batt-score --json vj.batt | saw '"task":"s/hard".*"guesses":\[\["solve_1","solve_2"\]\]'
    batt-score --json --rank=vote vj.batt | saw '"task":"s/hard".*"guesses":\[\["solve_2","solve_5"\]\]'
    batt-gpu -k bits -p p.py tasks.batt | batt-split -o vj.batt
    batt-score --json --rank=vote vj.batt | saw '"task":"s/hard".*"guesses":\[\["solve_1","solve_2"\]\]'
}

@test "score --rank=vote: also among programs that match no demonstration" {
    for n in 1 2 2 5 5 5; do
        printf 'def solve_%s(I):\n    O = canvas(%s, (3, 3))\n    return O\n\n\n' $((++k)) "$n"
    done > p.py
    batt-gpu -k all -p p.py tasks.batt | batt-split -o vj.batt
    batt-score --json vj.batt | saw '"task":"s/hard".*"passed":0.*"guesses":\[\["solve_1","solve_2"\]\]'
    batt-score --json --rank=vote vj.batt | saw '"task":"s/hard".*"guesses":\[\["solve_4","solve_2"\]\]'
}

@test "score: a program is guessed once, also where its output is not carried" {
    cat > p.py << 'P'
def solve_a(I):
    O = dmirror(I)
    return O


def solve_b(I):
    x1 = vmirror(I)
    O = upscale(x1, TWO)
    return O


def solve_c(I):
    x1 = upscale(I, TWO)
    x2 = identity(x1)
    O = downscale(x2, TWO)
    return O
P
    sed 's/"output": \[\[1, 1\]\]/"output": [[0]]/; s/"output": \[\[2\], \[2\]\]/"output": [[0]]/' \
        data/hard.json > h.json
    batt-collect --set s h.json | batt-gpu -k bits -p p.py | batt-split -o h.batt
    for rank in match vote; do
        batt-score --json --rank $rank h.batt | saw '"guesses":\[\["solve_a","solve_b"\]\]'
    done
}

@test "score: a task on which no program ran may be the first" {
    batt-gpu -k all --gate 1 --block 1 -p programs.py tasks.batt | batt-split -d by-task
    batt-collect --set a -o none.batt data
    printf 'def solve_nobody(I):\n    return I\n' > nobody.py
    run -1 batt-gpu -k all --pair=name -p nobody.py -o idle.batt none.batt
    batt-split -o j.batt idle.batt by-task/s/mirrored.batt
    run -0 batt-score -q j.batt
    assert_output --partial $'s/mirrored\tsolve_flip\t2\t2\t1\t1\tok'
}

@test "score --submission: two distinct outputs per test input" {
    batt-score -q --submission sub.json -o /dev/null j.batt
    python3 - << 'P'
import json
s = json.load(open("sub.json"))
assert sorted(s) == ["doubled", "hard", "mirrored"], s
assert s["hard"] == [{"attempt_1": [[4, 3]], "attempt_2": [[3, 4]]}], s["hard"]
assert len(s["doubled"]) == 2
assert s["doubled"][1]["attempt_1"] == [[4, 4, 5, 5], [4, 4, 5, 5]]
assert all(a["attempt_1"] != a["attempt_2"] for t in s.values() for a in t)
P
}

@test "score --submission: two tasks of one id are named, the first is kept" {
    batt-collect --set other -t hard -o more.batt data
    batt-gpu -k all -p programs.py tasks.batt more.batt | batt-split -o both.batt
    run batt-score -q --submission sub.json -o /dev/null both.batt
    assert_failure 1
    assert_output 'batt-score: sub.json: s/hard: another task has this id; the first is kept'
}

@test "score: tests without solutions count as not known" {
    sed -i 's/, "output": \[\[9, 8, 7\]\]//' data/mirrored.json
    batt-collect --set s data | batt-gpu -p programs.py | batt-split | batt-score > got 2> err
    saw -x 's/mirrored	solve_flip	2	2	0	0	ok	0	.*' < got
    saw 'pass@2 2 of 2; 3 test outputs' < err
}

@test "score: equal names of two files name their source" {
    mkdir a b
    printf 'def solve_x(I):\n    O = identity(I)\n    return O\n' | tee a/p.py > b/p.py
    batt-gpu -p a -p b tasks.batt | batt-split | batt-score -q > got
    saw -x 's/hard	a/p.py:solve_x	2.*' < got
    saw -x 's/hard	b/p.py:solve_x	2.*' < got
}

@test "score: an aligned, coloured table with the totals last" {
    batt-score --table --color=always j.batt > got
    [ "$(tail -n 1 got | cut -c 1-12)" = "$(printf '\033[1mpass@2  ')" ] || { cat -v got; false; }
    sed 's/\x1b\[[0-9;]*m//g' got > plain
    batt-score --table j.batt | cmp - plain
    saw -x 'task        program        demos    tests   lines  outcome' < plain || { cat plain; false; }
    saw -x 's/doubled   solve_double    2/2      2/2        1  ok' < plain || { cat plain; false; }
    saw -E '^oracle +3 / 3 +100\.0% +4 / 4 +100\.0%$' < plain
}

@test "score: no control characters reach the terminal" {
    printf '{"id": "a\\tb\\u001b[31m", "program": "def f(I):\\n    O = identity(I)\\n    return O\\n"}\n' > c.jsonl
    batt-gpu -p c.jsonl tasks.batt | batt-split | batt-score -q > got
    saw -F 's/hard	a\tb\x1b[31m	2' < got
}

@test "score: names that are no UTF-8 are JSON all the same" {
    mkdir "$(printf 'b\377d')"
    cp programs.py "$(printf 'b\377d/p.py')"
    cp data/hard.json "$(printf 'x\300y.json')"
    batt-collect --set "$(printf 's\355\240\200')" "$(printf 'x\300y.json')" > odd.batt
    batt-gpu -k all -p "$(printf 'b\377d')" odd.batt | batt-split -o o.batt
    batt-score --json --submission sub.json o.batt > got.jsonl
    python3 - << 'P'
import json
rows = [json.loads(line) for line in open("got.jsonl", encoding="utf-8")]
assert rows[0]["task"] == "s\ufffd\ufffd\ufffd/x\ufffdy" and rows[0]["source"] == "b\ufffdd/p.py", rows[0]
assert rows[-1]["tasks"] == 1, rows[-1]
assert list(json.load(open("sub.json", encoding="utf-8"))) == ["x\ufffdy"]
P
    printf 'def f\377(I):\n    return I\n' > f.py
    batt-gpu --times -p f.py -o /dev/null odd.batt 2> err
    [ "$(python3 -c 'import json; print(json.load(open("err", encoding="utf-8"))["runs"])')" -eq 3 ]
}

@test "score: results not joined, grids, empty input, wrong options" {
    batt-gpu -p programs.py -o r.batt tasks.batt
    run batt-score r.batt
    assert_failure 2
    assert_output 'batt-score: r.batt: not joined by task: use batt-split before'
    run batt-score tasks.batt
    assert_failure 2
    assert_output 'batt-score: tasks.batt: holds grids, not results'
    run batt-score -q /dev/null
    assert_failure 3
    run batt-score --rank=luck j.batt
    assert_failure 2
    run batt-score --color=blue j.batt
    assert_failure 2
}

@test "score: a task that two joined streams have is refused, other tasks are not" {
    cat j.batt j.batt > jj.batt
    run batt-score -o out.tsv jj.batt
    assert_failure 2
    [ ! -e out.tsv ]
    assert_output 'batt-score: jj.batt: s/doubled: came before; join all results by one batt-split'
    batt-split -d by-task <(batt-gpu -k all -p programs.py tasks.batt)
    batt-score by-task/s/*.batt > got
    batt-score j.batt | cmp - got
}

@test "score: demonstrations and tests run apart and joined, in any order" {
    for part in demo test; do
        batt-collect --set s -P $part data | batt-gpu -k all -p programs.py -o $part.batt
    done
    batt-score -a j.batt > want 2>&1
    batt-split demo.batt test.batt | batt-score -a 2>&1 | cmp want -
    batt-split test.batt demo.batt | batt-score -a 2>&1 | cmp want -
}

@test "score: a truncated stream is scored as far as it goes, exit 3" {
    head -c $(($(wc -c < j.batt) - 30)) j.batt > cut.batt
    run --separate-stderr batt-score cut.batt
    assert_failure 3
    assert_output --partial 's/mirrored'
}

@test "score: bad inputs before are told, with the status 1 that they cause" {
    echo '{' > data/bad.json
    run batt-collect --set s -o some data
    assert_failure 1
    run batt-gpu -q -p programs.py -o results some
    assert_failure 1
    run batt-split -o joined results
    assert_failure 1
    run --separate-stderr batt-score joined
    assert_failure 1
    assert_equal "${stderr_lines[1]}" "batt-score: the results tell of 1 bad inputs on their way: \
tasks, programs or runs may be missing"
    run --separate-stderr batt-score -q joined
    assert_failure 1
    assert_equal "$stderr" ""
    run --separate-stderr batt-score j.batt
    assert_success
    assert_equal "${#stderr_lines[@]}" 1
}

@test "score --submission: not into the file of the table" {
    for path in - sub.json; do
        run batt-score -q --submission "$path" -o "$path" j.batt
        assert_failure 2
        assert_line --index 0 "batt-score: --submission $path: the table goes there too; send it elsewhere with -o FILE"
    done
    run batt-score --submission - j.batt
    assert_failure 2
    [ ! -e sub.json ]
    batt-score -q --submission - -o table j.batt > sub.json
    python3 -c 'import json; assert len(json.load(open("sub.json"))) == 3'
    [ "$(wc -l < table)" -eq 5 ]
}

@test "score: a signal removes both files that are not whole" {
    mkfifo pipe
    batt-score -o table --submission sub.json pipe 3>&- &
    local pid=$! n=0
    exec 9> pipe
    until [ "$(ls -A | grep -c '^\.\(table\|sub.json\)\.')" -eq 2 ]; do
        n=$((n + 1))
        [ $n -lt 600 ]
        sleep 0.1
    done
    kill -TERM $pid
    wait $pid || n=$?
    exec 9>&-
    [ "$n" -eq 143 ]
    run ls -A
    refute_output --partial .table.
    refute_output --partial .sub.json.
}

@test "score: full disk, while rows are written" {
    seq 2000 | sed 's/.*/{"id":"x&","program":"def f(I):\\n    return I"}/' > many.jsonl
    batt-gpu -k bits -p many.jsonl tasks.batt | batt-split -o m.batt
    run batt-score -q -o /dev/full m.batt
    assert_failure 3
    assert_output 'batt-score: /dev/full: No space left on device'
    run batt-score -q --json -o /dev/full m.batt
    assert_failure 3
    assert_output 'batt-score: /dev/full: No space left on device'
    run bash -c 'batt-score -q m.batt >&-'
    assert_failure 3
    assert_output 'batt-score: standard output: Bad file descriptor'
    run batt-score -q --submission /dev/full -o /dev/null m.batt
    assert_failure 3
    assert_output 'batt-score: /dev/full: No space left on device'
}

@test "score: full disk" {
    run batt-score -q -o /dev/full j.batt
    assert_failure 3
    assert_output 'batt-score: /dev/full: No space left on device'
    batt-score -a j.batt 2> /dev/null | head -n 1 > /dev/null
}

@test "score: tasks on which no program ran count, in every form" {
    sed 's/solve_flip/solve_mirrored/; s/solve_double/solve_doubled/' programs.py > named.py
    batt-gpu -q -k all --pair=name -p named.py tasks.batt > r.batt || [ $? -eq 1 ]
    batt-split -o k.batt r.batt
    run --separate-stderr -0 batt-score k.batt
    assert_equal "$(cut -f 1,2 <<< "$output")" $'task\tid\ns/doubled\tsolve_doubled\ns/mirrored\tsolve_mirrored'
    assert_equal "$stderr" 'batt-score: 3 tasks: demo_solved 2, oracle 2, pass@1 2, pass@2 2 of 3; 4 test outputs: oracle 3, pass@1 3, pass@2 3'
    batt-score --table k.batt > table
    saw '^demo_solved  *2 / 3  *66.7%' < table
    saw '^pass@2  *2 / 3  *66.7%  *3 / 4  *75.0%' < table
    run ! saw 's/hard' < table
    batt-score --json k.batt > got
    saw '^{"type":"task","task":"s/hard","demo_n":2,"test_n":1,"known":1,"programs":0,"passed":0,"demo_solved":false,"oracle":false,"pass@1":false,"pass@2":false,"guesses":\[\[\]\]}$' < got
    saw '^{"type":"totals","tasks":3,"rated":3,' < got
    batt-score -q -o /dev/null --submission sub.json k.batt
    saw '^"hard":\[{"attempt_1":\[\[0,0\],\[0,0\]\],"attempt_2":\[\[0\]\]}\]' < sub.json
    saw '^"doubled":\[{"attempt_1":\[\[3,3\],\[3,3\]\],' < sub.json
}
