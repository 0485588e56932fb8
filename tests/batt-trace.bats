#!/usr/bin/env bats
# batt-trace: every line with its value and cost, and every way to name a program and a grid.
load helper

setup() {
    mkdir -p data/one
    echo '{"train":[{"input":[[1,2],[3,4]],"output":[[9,8]]},{"input":[[5]],"output":[[6]]}],
           "test":[{"input":[[7,8]],"output":[[7]]}]}' > data/one/aa.json
    make_tasks data/one bb
    batt-collect --set one -o tasks data
    echo '[[1, 2], [3, 4]]' > grid.json
    cat > p.py <<'END'
from dsl import *

def solve_aa(I):
    x1 = hmirror(I)  # a comment
    x2 = asindices(x1)

    x3 = size(x2)
    O = canvas(x3, (1, 2))
    return O
END
    cat > two.py <<'END'
def one(I):
    return ONE
def two(I):
    O = add(TWO, 0)
    return O
END
}

# values: of stdin, a trace, the values alone.
values() {
    sed -n 's/^                //p'
}

@test "trace: help to stdout, misuse to stderr with status 2" {
    run --separate-stderr -0 batt-trace -h
    assert_output --partial "usage: batt-trace [OPTION...] [GRIDS...]"
    assert_equal "$stderr" ""
    run -0 batt-trace -V
    assert_output --regexp '^batt-trace [0-9.]+$'
    for option in --nope -Q; do
        run --separate-stderr -2 batt-trace "$option" -p p.py --grid grid.json
        assert_output ""
        assert_equal "${stderr_lines[0]}" "batt-trace: $option: unknown or ambiguous option"
    done
    for option in -p -N -f -o --grid -t -P -i; do
        run --separate-stderr -2 batt-trace -p p.py "$option"
        assert_output ""
        assert_equal "${stderr_lines[0]}" "batt-trace: $option: needs an argument"
    done
    run --separate-stderr -2 batt-trace --give-c=yes -p p.py --grid grid.json
    assert_equal "${stderr_lines[0]}" "batt-trace: --give-c: takes no argument"
}

@test "trace: at the end whether the value is the expected output" {
    run -0 batt-trace -p p.py -t aa tasks
    assert_line --index -1 'wrong, expected: ((9, 8),)'
    printf 'def a(I):\n    return astuple(ONE, I)\n' > pair.py
    run -0 batt-trace -p pair.py -t aa -i 1 tasks
    assert_line --index -1 'wrong, expected: ((6,),)'
    printf 'def a(I):\n    x = hmirror(I)\n    return replace(I, FIVE, SIX)\n' > right.py
    run -0 batt-trace -p right.py -t aa -i 1 tasks
    assert_line --index -1 'right'
    # Nothing where no output is known, or the run ended before it had a value.
    run -0 batt-trace -p right.py --grid grid.json
    refute_line --regexp '^(right|wrong)'
    printf 'def a(I):\n    return first(difference(asindices(I), asindices(I)))\n' > fails.py
    run -0 batt-trace -p fails.py -t aa tasks
    refute_line --regexp '^(right|wrong)'
    batt-collect --demos 1 -P test -o tests data
    batt-trace -p right.py -t aa -P test tests > known
    saw '^wrong, expected: ((7,),)$' < known
}

@test "trace: a program that batt-gpu takes for no program is not run here" {
    { echo '{"id": "a", "program": "```python\ndef solve(I):\n    return I\n```"}'
      echo '{"id": "b", "program": "def solve(I):\n    return I\nsolve(I)\n"}'; } > llm.jsonl
    run --separate-stderr -1 batt-trace -p llm.jsonl -N a --grid grid.json
    assert_output ''
    assert_equal "$stderr" 'batt-trace: llm.jsonl:1: line 1: Markdown fence outside a function'
    run --separate-stderr -1 batt-trace -p llm.jsonl -N b --grid grid.json
    assert_equal "$stderr" 'batt-trace: llm.jsonl:2: line 3: text outside a function'
}

@test "trace: numbers and words that are none" {
    for n in -1 x 1x '' 1.5 99999999999999999999; do
        for option in -f -i; do
            run --separate-stderr -2 batt-trace "$option" "$n" -p p.py -t aa tasks
            assert_output ""
            assert_regex "${stderr_lines[0]}" \
                "^batt-trace: $option $n: (too small|too large|not a number)$"
        done
    done
    run --separate-stderr -2 batt-trace -f 0 -p p.py -t aa tasks
    assert_equal "${stderr_lines[0]}" "batt-trace: -f 0: too small"
    for part in '' all demos; do
        run --separate-stderr -2 batt-trace -P "$part" -p p.py -t aa tasks
        assert_equal "${stderr_lines[0]}" "batt-trace: -P $part: not one of demo, test"
    done
}

@test "trace: a grid or a task, one of them" {
    for options in '' '--grid grid.json -t aa'; do
        # shellcheck disable=SC2086 # options are several words
        run --separate-stderr -2 batt-trace -p p.py $options tasks
        assert_output ""
        assert_equal "$stderr" \
            "batt-trace: name a grid with --grid FILE, or a task of a stream with -t ID"
    done
}

@test "trace: number, cost, text and value of every line" {
    run --separate-stderr -0 batt-trace -p p.py --grid grid.json
    assert_equal "$stderr" ""
    assert_output 'line      cost  text, value
   4         1  x1 = hmirror(I)  # a comment
                ((3, 4), (1, 2))
   5         1  x2 = asindices(x1)
                {(0, 0), (0, 1), (1, 0), (1, 1)}
   7         1  x3 = size(x2)
                4
   8         1  O = canvas(x3, (1, 2))
                ((4, 4),)
   9         0  return O
                ((4, 4),)'
}

@test "trace: costs add up to the fuel batt-gpu tells" {
    cat > cost.py <<'END'
def solve(I):
    x1 = canvas(1, (20, 20))
    x2 = asobject(x1)
    x3 = compose(size, identity)
    x4 = order(x2, first)
    x5 = product(x2, x4)
    return x3(x5)
END
    batt-gpu -k all -p cost.py -o out tasks
    fuel=$(shown out | sed -n 's/.*"outcome":"other","fuel":\([0-9]*\),.*/\1/p' | sort -u)
    sum=$(batt-trace -p cost.py -t aa tasks |
        awk '/^ *[0-9]+ +[0-9]+  / { sum += $2 } END { print sum }')
    assert_equal "$sum" "$fuel"
}

@test "trace: values in canonical text" {
    cat > v.py <<'END'
def solve(I):
    a = identity(True)
    b = identity(-5)
    c = identity(None)
    d = repeat(ONE, 1)
    e = repeat(ONE, 0)
    f = initset(d)
    g = difference(f, f)
    h = compose(size, first)
    i = astuple(f, a)
    j = combine(initset(THREE), insert(I, initset(None)))
    return j
END
    batt-trace -p v.py --grid grid.json | values > got
    cat > want <<'END'
True
-5
None
(1,)
()
{(1,)}
{}
<function>
({(1,)}, True)
{None, 3, ((1, 2), (3, 4))}
{None, 3, ((1, 2), (3, 4))}
END
    diff want got
}

@test "trace: every value printed is the one batt-gpu gives" {
    batt-gpu -k all -p p.py -o out tasks
    shown out | saw '"aa","part":"demo","index":0,.*"output":\[\[4,4\]\]}' ||
        shown out | saw '"one/aa","part":"demo","index":0,.*"output":\[\[4,4\]\]}'
    assert_equal "$(batt-trace -p p.py -t aa tasks | values | tail -n 1)" '((4, 4),)'
}

@test "trace: a line that fails is the last, status 0" {
    cat > bad.py <<'END'
def solve(I):
    x1 = hmirror(I)
    x2 = first(ONE)
    O = vmirror(x2)
    return O
END
    run --separate-stderr -0 batt-trace -p bad.py --grid grid.json
    assert_equal "${#lines[@]}" 5
    assert_equal "${lines[3]}" '   3         1  x2 = first(ONE)'
    assert_equal "${lines[4]}" '                ! TypeError, line 3'
    assert_equal "$stderr" ""
}

@test "trace: the names of exceptions" {
    while read -r name call; do
        printf 'def solve(I):\n    O = %s\n    return O\n' "$call" > e.py
        run -0 batt-trace -p e.py --grid grid.json
        assert_equal "$call ${lines[2]}" "$call                 ! $name, line 2"
    done <<'END'
ZeroDivisionError divide(1, 0)
TypeError hmirror(1)
TypeError hmirror(I, I)
ValueError interval(0, 1, 0)
IndexError subgrid(difference(asindices(I), asindices(I)), I)
AttributeError dedupe(asindices(I))
StopIteration first(())
RecursionError power(identity, 0)
END
}

@test "trace: fuel and limit" {
    run -0 batt-trace -f 2 -p p.py --grid grid.json
    assert_equal "${#lines[@]}" 7
    assert_regex "${lines[6]}" '^ {16}! .*[Ff]uel.*, line 7$'
    printf 'def solve(I):\n    O = canvas(0, (100000, 100000))\n    return O\n' > e.py
    run -0 batt-trace -p e.py --grid grid.json
    assert_equal "${#lines[@]}" 3
    assert_regex "${lines[2]}" '^ {16}! .*[Ll]imit.*, line 2$'
}

@test "trace: an error within a helper is told at the line that called, as by batt-gpu" {
    cat > h.py <<'END'
def help(x):
    y = hmirror(x)
    return first(y)
def solve(I):
    x1 = help(I)
    O = help(5)
    return O
END
    run -0 batt-trace -p h.py --grid grid.json
    assert_line --regexp '^   5 +[0-9]+  x1 = help\(I\)$'
    assert_line '                (3, 4)'
    assert_equal "$(tail -n 1 <<< "$output")" '                ! TypeError, line 6'
    batt-gpu -p h.py -o out tasks
    shown out | saw '"error":"TypeError","line":6,'
}

@test "trace: statements over several lines, nested calls, a returned call" {
    cat > m.py <<'END'
def solve(I):
    x1 = astuple(
        hmirror(I),
        ONE)
    return first(
        x1)
END
    run -0 batt-trace -p m.py --grid grid.json
    assert_line --regexp '^   2 +2  x1 = astuple\('
    assert_equal "$(values <<< "$output")" '(((3, 4), (1, 2)), 1)
((3, 4), (1, 2))'
}

@test "trace: a variable assigned again, a line without use" {
    cat > r.py <<'END'
def solve(I):
    x = hmirror(I)
    unused = size(I)
    x = vmirror(x)
    x = x
    return x
END
    assert_equal "$(batt-trace -p r.py --grid grid.json | values)" '((3, 4), (1, 2))
2
((4, 3), (2, 1))
((4, 3), (2, 1))
((4, 3), (2, 1))'
}

@test "trace: a grid from a file and from standard input" {
    batt-trace -p p.py --grid grid.json > want
    batt-trace -p p.py --grid - < grid.json > got
    cmp want got
    batt-trace -p p.py --grid=<(echo '[[1,2],[3,4]]') > got
    cmp want got
}

@test "trace: what is no grid" {
    while IFS= read -r json; do
        echo "$json" > bad.json
        run --separate-stderr -1 batt-trace -p p.py --grid bad.json
        assert_output ""
        assert_equal "${#stderr_lines[@]}" 1
        assert_regex "$stderr" '^batt-trace: bad.json:'
    done <<'END'
[]
[[]]
5
{}
"x"
[[1, 2], [3]]
[[1], 2]
[1, 2]
[[10]]
[[-1]]
[[1.0]]
[["1"]]
[[1, 2]
[[1]] [[2]]
END
    : > bad.json
    run --separate-stderr -1 batt-trace -p p.py --grid bad.json
    assert_regex "$stderr" '^batt-trace: bad.json:'
    run --separate-stderr -1 batt-trace -p p.py --grid nope.json
    assert_equal "$stderr" "batt-trace: nope.json: No such file or directory"
}

@test "trace: a byte order mark before a grid, in a file and on standard input" {
    batt-trace -p p.py --grid grid.json > want
    printf '\xef\xbb\xbf' | cat - grid.json > marked.json
    batt-trace -p p.py --grid marked.json | cmp - want
    batt-trace -p p.py --grid - < marked.json | cmp - want
    printf '\xef\xbb' | cat - grid.json > half.json
    run --separate-stderr -1 batt-trace -p p.py --grid half.json
    assert_regex "$stderr" '^batt-trace: half.json:1:'
}

@test "trace: grids as large as batt-collect takes" {
    python3 -c 'print([[1] * 64] * 64)' > big.json
    batt-trace -p p.py --grid big.json | saw -x '                4096'
    python3 -c 'print([[1] * 300] * 2)' > big.json
    run --separate-stderr -1 batt-trace -p p.py --grid big.json
    assert_equal "${#stderr_lines[@]}" 1
}

@test "trace: items of a task" {
    printf 'def solve(I):\n    O = identity(I)\n    return O\n' > i.py
    value() { batt-trace -p i.py "$@" | values | tail -n 1; }
    assert_equal "$(value -t aa tasks)" '((1, 2), (3, 4))'
    assert_equal "$(value -t aa -i 1 tasks)" '((5,),)'
    assert_equal "$(value -t one/aa -P demo -i 1 tasks)" '((5,),)'
    assert_equal "$(value -t aa -P test tasks)" '((7, 8),)'
    assert_equal "$(value -t aa --part=test < tasks)" '((7, 8),)'
    assert_equal "$(value -t aa -P test - < tasks)" '((7, 8),)'
}

@test "trace: items and tasks that are not there" {
    run --separate-stderr -1 batt-trace -p p.py -t nope tasks
    assert_output ""
    assert_equal "$stderr" "batt-trace: nope: no such task"
    run --separate-stderr -1 batt-trace -p p.py -t aa -i 2 tasks
    assert_equal "$stderr" "batt-trace: one/aa: no demonstration 2"
    run --separate-stderr -1 batt-trace -p p.py -t aa -P test -i 1 tasks
    assert_equal "$stderr" "batt-trace: one/aa: no test 1"
    batt-collect --set one -P demo -o demos data
    run --separate-stderr -1 batt-trace -p p.py -t aa -P test demos
    assert_equal "$stderr" "batt-trace: one/aa: no test 0"
}

@test "trace: an id that several tasks have" {
    batt-collect --set two -o two data/one/bb.json data/one/aa.json
    run --separate-stderr -1 batt-trace -p p.py -t aa tasks two
    assert_output ""
    assert_equal "$stderr" "batt-trace: aa: several tasks have this id; name set/id"
    run -0 batt-trace -p p.py -t two/aa tasks two
}

@test "trace: the same task in two streams is one" {
    run -0 batt-trace -p p.py -t aa tasks tasks
    run -0 batt-trace -p p.py -t one/aa tasks tasks
}

@test "trace: one of several programs, by its name" {
    run --separate-stderr -2 batt-trace -p two.py --grid grid.json
    assert_output ""
    assert_equal "$stderr" "batt-trace: two.py: 2 programs; choose one with -N"
    assert_equal "$(batt-trace -p two.py -N two --grid grid.json | values | tail -n 1)" 2
    assert_equal "$(batt-trace -p two.py --name=one --grid grid.json | values | tail -n 1)" 1
    for name in three on One; do
        run --separate-stderr -1 batt-trace -p two.py -N "$name" --grid grid.json
        assert_output ""
        assert_regex "$stderr" "^batt-trace: two.py: no program named $name$"
    done
}

@test "trace: a name that several programs have" {
    for value in ONE TWO; do
        echo "{\"id\": \"same\", \"program\": \"def f(I):\\n    return $value\"}"
    done > same.jsonl
    run --separate-stderr batt-trace -p same.jsonl -N same --grid grid.json
    assert [ "$status" -ne 0 ]
    assert_output ""
    assert_equal "${#stderr_lines[@]}" 1
    printf 'def same(I):\n    return ONE\ndef same(I):\n    return TWO\n' > same.py
    assert_equal "$(batt-trace -p same.py -N same --grid grid.json | values | tail -n 1)" 2
}

@test "trace: a name that programs of several blocks have" {
    line() { echo "{\"id\": \"$1\", \"program\": \"def f(I):\\n    return $2\"}"; }
    # An empty line ends a block.
    { line one ONE; line same TWO; echo; line same THREE; line two TWO; echo; line same ZERO; } > far.jsonl
    run --separate-stderr -1 batt-trace -p far.jsonl -N same --grid grid.json
    assert_output ""
    assert_equal "$stderr" "batt-trace: far.jsonl: 3 programs are named same"
    assert_equal "$(batt-trace -p far.jsonl -N one --grid grid.json | values | tail -n 1)" 1
    assert_equal "$(batt-trace -p far.jsonl -N two --grid grid.json | values | tail -n 1)" 2
    { line one ONE; echo; line two TWO; } > two.jsonl
    run --separate-stderr -2 batt-trace -p two.jsonl --grid grid.json
    assert_equal "$stderr" "batt-trace: two.jsonl: 2 programs; choose one with -N"
}

@test "trace: one program in each of two files is more than one" {
    mkdir progs
    cp p.py progs/a.py
    printf 'def other(I):\n    return ONE\n' > progs/b.py
    run --separate-stderr -2 batt-trace -p progs --grid grid.json
    assert_equal "$stderr" "batt-trace: progs: 2 programs; choose one with -N"
    assert_equal "$(batt-trace -p progs -N other --grid grid.json | values)" 1
}

@test "trace: a folder and JSON lines, by id and line number" {
    mkdir progs
    cp two.py progs/b.py
    cat > progs/a.jsonl <<'END'
{"id": "x", "program": "def solve(I):\n    O = hmirror(I)\n    return O\n"}
{"program": "def a(I):\n    return ONE\ndef solve(I):\n    O = vmirror(I)\n    return O\n"}
{"id": 17, "program": "def solve(I):\n    O = size(I)\n    return O\n"}
END
    for path in progs progs/a.jsonl; do
        run -0 batt-trace -p $path -N x --grid grid.json
        assert_line '   2         1  O = hmirror(I)'
        assert_equal "$(batt-trace -p $path -N 2 --grid grid.json | values | tail -n 1)" \
            '((2, 1), (4, 3))'
        assert_equal "$(batt-trace -p $path -N 17 --grid grid.json | values | tail -n 1)" 2
    done
    assert_equal "$(batt-trace -p progs -N two --grid grid.json | values | tail -n 1)" 2
    run --separate-stderr -1 batt-trace -p progs -N nope --grid grid.json
    assert_equal "$stderr" "batt-trace: progs: no program named nope"
}

@test "trace: a program far behind in JSON lines" {
    seq 5000 | sed 's/.*/{"id": "p&", "program": "def solve(I):\\n    O = add(&, 0)\\n    return O\\n"}/' > c.jsonl
    assert_equal "$(batt-trace -p c.jsonl -N p4999 --grid grid.json | values | tail -n 1)" 4999
    run --separate-stderr -2 batt-trace -p c.jsonl --grid grid.json
}

@test "trace: programs from standard input" {
    batt-trace -p p.py --grid grid.json > want
    batt-trace -p - --grid grid.json < p.py > got
    cmp want got
}

@test "trace: standard input is read once, a stream beside --grid is refused" {
    for grids in "-t aa" "-t aa -" "--grid -"; do
        run --separate-stderr -2 batt-trace -p - $grids < p.py
        assert_equal "$stderr" "batt-trace: grids and programs cannot both come from standard input"
    done
    run --separate-stderr -2 batt-trace -p p.py --grid grid.json tasks
    assert_equal "$stderr" "batt-trace: tasks: a stream of grids goes with -t, not with --grid"
    run --separate-stderr -1 batt-trace -p p.py --grid - <<< '[[1, 2'
    assert_equal "$stderr" "batt-trace: standard input:2:0: ']' expected near end of file"
}

@test "trace: programs that cannot be parsed" {
    for body in 'O = nope(I)' 'O = (' 'O = lambda x: x' 'O = I + I' 'O = x1(I)'; do
        printf 'def solve(I):\n    %s\n    return O\n' "$body" > bad.py
        run --separate-stderr -1 batt-trace -p bad.py --grid grid.json
        assert_equal "${#stderr_lines[@]}" 1
        assert_regex "$stderr" '^batt-trace: bad.py:[23]: .'
        assert_output ""
    done
    mkdir folder
    mv bad.py folder
    run --separate-stderr -1 batt-trace -p folder --grid grid.json
    assert_regex "$stderr" '^batt-trace: folder/bad.py:[23]: .'
    echo '{"id": "x", "program": "def solve(I):\n    O = nope(I)\n    return O\n"}' > bad.jsonl
    run --separate-stderr -1 batt-trace -p bad.jsonl --grid grid.json
    assert_regex "$stderr" '^batt-trace: bad.jsonl:1: line 2: unknown name'
    echo '{"id": "x", "program": ""}' > bad.jsonl
    run --separate-stderr -1 batt-trace -p bad.jsonl --grid grid.json
    assert_equal "${#stderr_lines[@]}" 1
    assert_regex "$stderr" '^batt-trace: bad.jsonl:1: line 1: no function$'
}

@test "trace: a bad line beside the program that is wanted" {
    { echo '{"id": '; echo '{"id": "x", "program": "def solve(I):\n    return ONE\n"}'; } > c.jsonl
    assert_equal "$(batt-trace -p c.jsonl -N x --grid grid.json | values)" 1
}

@test "trace: no programs" {
    : > none.py
    run --separate-stderr -1 batt-trace -p none.py --grid grid.json
    assert_equal "$stderr" "batt-trace: none.py: no program"
    run --separate-stderr -1 batt-trace -p nope.py --grid grid.json
    assert_equal "$stderr" "batt-trace: nope.py: No such file or directory"
    mkdir empty
    run --separate-stderr -1 batt-trace -p empty --grid grid.json
    assert_equal "$stderr" "batt-trace: empty: no *.py or *.jsonl file in this folder"
}

@test "trace: --give-c: C is the expected output, else None" {
    printf 'def cheat(S, I, C):\n    O = identity(C)\n    return O\n' > c.py
    assert_equal "$(batt-trace -p c.py -t aa tasks | values)" $'None\nNone'
    assert_equal "$(batt-trace --give-c -p c.py -t aa tasks | values | tail -n 1)" '((9, 8),)'
    assert_equal "$(batt-trace --give-c -p c.py -P test -t aa tasks | values | tail -n 1)" '((7,),)'
    assert_equal "$(batt-trace --give-c -p c.py --grid grid.json | values | tail -n 1)" None
}

@test "trace: S is the demonstrations" {
    printf 'def look(S, I, C):\n    O = identity(S)\n    return O\n' > s.py
    assert_equal "$(batt-trace -p s.py -P test -t aa tasks | values | tail -n 1)" \
        '((((1, 2), (3, 4)), ((9, 8),)), (((5,),), ((6,),)))'
}

@test "trace: a trace of a value that grows ends" {
    {
        printf 'def solve(I):\n    x0 = I\n'
        for ((n = 1; n <= 60; n++)); do
            echo "    x$n = astuple(x$((n - 1)), x$((n - 1)))"
        done
        printf '    return x60\n'
    } > twice.py
    limited 3418 batt-trace -p twice.py --grid grid.json | tail -n 1 | cut -c 1-200 > last
    saw -E '^ {16}! .*[Ll]imit' < last
}

@test "trace: broken grids" {
    size=$(stat -c %s tasks)
    head -c $((size - 1)) tasks > cut
    run --separate-stderr -3 batt-trace -p p.py -t aa cut
    assert_output ""
    assert_regex "$stderr" '^batt-trace: cut: .*truncated'
    run --separate-stderr -3 batt-trace -p p.py -t aa < /dev/null
    assert_equal "$stderr" "batt-trace: standard input: empty input, not even a head"
    run --separate-stderr -3 batt-trace -p p.py -t aa p.py
    assert_equal "$stderr" "batt-trace: p.py: not a stream"
    run --separate-stderr batt-trace -p p.py -t aa nope
    assert [ "$status" -ne 0 ]
    assert_equal "$stderr" "batt-trace: nope: No such file or directory"
    batt-gpu -p p.py -o results tasks
    run --separate-stderr -2 batt-trace -p p.py -t aa results
    assert_equal "$stderr" "batt-trace: results: holds results, not grids"
}

@test "trace: a missing file of grids has status 1" {
    run --separate-stderr -1 batt-trace -p p.py -t aa nope
}

@test "trace: full disk, closed stdout, a reader that goes away" {
    run --separate-stderr -3 bash -c 'batt-trace -p p.py --grid grid.json > /dev/full'
    assert_equal "$stderr" "batt-trace: standard output: No space left on device"
    run --separate-stderr -3 bash -c 'batt-trace -p p.py --grid grid.json >&-'
    assert_equal "$stderr" "batt-trace: standard output: Bad file descriptor"
    run --separate-stderr -3 batt-trace -o nope/out -p p.py --grid grid.json
    assert_equal "$stderr" "batt-trace: nope/out: No such file or directory"
    run --separate-stderr bash -c 'set +o pipefail
        (sleep 0.1; batt-trace -p p.py --grid grid.json) | true; exit ${PIPESTATUS[0]}'
    assert_equal "$status $stderr" "141 "
}

@test "trace: -o appears when whole and keeps what was there else" {
    echo before > out
    printf 'def solve(I):\n    O = nope(I)\n    return O\n' > bad.py
    for options in '-p bad.py --grid grid.json' '-p p.py --grid nope' '-p p.py -t nope tasks'; do
        # shellcheck disable=SC2086 # options are several words
        run batt-trace $options -o out
        assert [ "$status" -ne 0 ]
        assert_equal "$(cat out)" before
        assert [ -z "$(find . -name '.out*')" ]
    done
    batt-trace -p p.py --grid grid.json > want
    run --separate-stderr -0 batt-trace -p p.py --grid grid.json -o out
    assert_output ""
    cmp want out
}
