#!/usr/bin/env bats
# pipelines/versus.sh: Python's arc-dsl against batt.  A clone of arc-dsl is the user's own; here a
# few functions of the same names stand in for it.
load helper

setup() {
    mkdir clone data
    cat > clone/dsl.py << 'END'
def dmirror(grid):
    return tuple(zip(*grid))
def hmirror(grid):
    return grid[::-1]
def first(container):
    return next(iter(container))
def asindices(grid):
    return frozenset((i, j) for i in range(len(grid)) for j in range(len(grid[0])))
def rbind(function, fixed):
    return lambda n: function(n, fixed)
def subtract(a, b):
    return a - b
def apply(function, container):
    return type(container)(function(e) for e in container)
END
    printf 'ZERO = 0\nONE = 1\n' > clone/constants.py
    cat > clone/solvers.py << 'END'
from dsl import *
from constants import *


def solve_aaaaaaaa(I):
    O = dmirror(I)
    return O


def solve_bbbbbbbb(I):
    x1 = asindices(I)
    return x1


def other_bbbbbbbb(I):
    x1 = first(I)
    x2 = rbind(subtract, ONE)
    O = apply(x2, x1)
    return O
END
    for id in aaaaaaaa bbbbbbbb; do
        echo '{"train":[{"input":[[1,2],[3,4]],"output":[[1,3],[2,4]]},{"input":[[5]],"output":[[5]]}],
               "test":[{"input":[[7,8]],"output":[[7],[8]]}]}' > data/$id.json
    done
}

versus() {
    run --separate-stderr "$BATS_TEST_DIRNAME/../pipelines/versus.sh" "$@"
}

@test "versus: every program has its line, the totals stand at the end" {
    versus clone data
    assert_equal "$status" 0
    assert_equal "$stderr" ""
    assert_equal "$(printf '%s\n' "${lines[@]}" | awk '/^(solve|other)_/ { print $1, $2 }')" \
        $'other_bbbbbbbb 3\nsolve_aaaaaaaa 3\nsolve_bbbbbbbb 3'
    assert_regex "$output" '9 runs of 3 programs: Python .* s, batt .* s: [0-9]+ times in total'
    assert_regex "$output" '0 mismatches, 0 runs too slow for Python$'
}

@test "versus: programs of one's own" {
    printf 'def mine_aaaaaaaa(I):\n    O = hmirror(I)\n    return O\n' > mine.py
    versus clone data mine.py
    assert_equal "$status" 0
    assert_regex "$output" 'mine_aaaaaaaa +3 '
    assert_regex "$output" '3 runs of 1 programs'
}

@test "versus: what Python and batt disagree on is named" {
    sed -i 's/return grid\[::-1\]/return grid/' clone/dsl.py
    printf 'def mine_aaaaaaaa(I):\n    O = hmirror(I)\n    return O\n' > mine.py
    versus clone data mine.py
    assert_equal "$status" 1
    assert_regex "$output" 'mismatch: mine_aaaaaaaa .*/aaaaaaaa demo 0: Python has \[\[1, 2\], \[3, 4\]\], batt has \[\[3, 4\], \[1, 2\]\]'
    assert_regex "$output" '1 mismatches, 0 runs too slow for Python$'
}

@test "versus: errors must be errors on both sides" {
    printf 'def mine_aaaaaaaa(I):\n    x1 = first(I)\n    x2 = first(x1)\n    O = first(x2)\n    return O\n' > mine.py
    versus clone data mine.py
    assert_equal "$status" 0
    assert_regex "$output" '0 mismatches'
}

@test "versus: an error on one side alone shows what both have" {
    printf 'def mine_aaaaaaaa(I):\n    O = hmirror(I)\n    return O\n' > mine.py
    sed -i 's/return grid\[::-1\]/return grid[99]/' clone/dsl.py
    versus clone data mine.py
    assert_equal "$status" 1
    assert_regex "$output" 'aaaaaaaa demo 1: Python has IndexError, batt has \[\[5\]\]'
    printf 'def mine_aaaaaaaa(I):\n    return [x for x in I]\n' > mine.py
    versus clone data mine.py
    assert_equal "$status" 1
    assert_regex "$output" 'aaaaaaaa demo 1: Python has \[\[5\]\], batt has syntax \(line 2: .+\)'
    printf 'def mine_aaaaaaaa(I):\n    x1 = first(I)\n    x2 = first(x1)\n    O = first(x2)\n    return O\n' > mine.py
    sed -i 's/return next(iter(container))/return 1j/' clone/dsl.py
    versus clone data mine.py
    assert_equal "$status" 1
    assert_regex "$output" 'aaaaaaaa demo 1: Python has "1j", batt has TypeError'
}

@test "versus: where nothing was compared it fails, and says why" {
    printf 'def mine_cccccccc(I):\n    O = hmirror(I)\n    return O\n' > mine.py
    versus clone data mine.py
    assert_equal "$status" 3
    assert_equal "$stderr" "versus.sh: nothing was compared: no program's name ends in _ and the id of just one task, as solve_007bbfb7"
    sed -i 's/return grid\[::-1\]/\n    while True: pass/' clone/dsl.py
    sed -i s/cccccccc/aaaaaaaa/ mine.py
    LIMIT=0.05 versus clone data mine.py
    assert_equal "$status" 3
    assert_equal "$stderr" "versus.sh: nothing was compared: every run was too slow for Python"
}

@test "versus: a run too slow for Python is counted and left out" {
    sed -i 's/return grid\[::-1\]/\n    while True: pass/' clone/dsl.py
    printf 'def mine_aaaaaaaa(I):\n    O = hmirror(I)\n    return O\n' > mine.py
    sed -n '/^def other/,$p' clone/solvers.py >> mine.py
    LIMIT=0.05 versus clone data mine.py
    assert_equal "$status" 0
    assert_regex "$output" '3 runs of 1 programs'
    assert_regex "$output" '0 mismatches, 3 runs too slow for Python$'
}

# fails MESSAGE ARGUMENT...: status 3, and that message alone.
fails() {
    local message=$1
    shift
    versus "$@"
    assert_equal "$status" 3
    assert_equal "$stderr" "$message"
    assert_equal "$output" ""
}

@test "versus: wrong usage, what is missing, what Python cannot read" {
    versus clone
    assert_equal "$status" 2
    assert_regex "$stderr" 'versus.sh ARC_DSL DATA'
    fails 'versus.sh: nope/dsl.py: no such file' nope data
    fails 'versus.sh: nope: no such folder' clone nope
    fails 'versus.sh: nope.py: no such file' clone data nope.py
    printf 'def f_aaaaaaaa(I:\n    return O\n' > bad.py
    fails "versus.sh: bad.py: line 1: $(python3 -c 'compile(open("bad.py").read(), "", "exec")' 2>&1 |
        sed -n 's/^SyntaxError: //p')" clone data bad.py
    printf 'x = 1 / 0\ndef f_aaaaaaaa(I):\n    return I\n' > bad.py
    fails 'versus.sh: bad.py: ZeroDivisionError: division by zero' clone data bad.py
    echo 'x = y' >> clone/constants.py
    fails "versus.sh: clone/constants.py: NameError: name 'y' is not defined" clone data
    rm clone/constants.py
    fails 'versus.sh: clone/constants.py: no such file' clone data
    rm clone/solvers.py
    echo > clone/constants.py
    fails 'versus.sh: clone/solvers.py: no such file' clone data
}

@test "versus: tasks that cannot be read are left out, the others compared" {
    echo '{' > data/cccccccc.json
    versus clone data
    assert_equal "$status" 0
    assert_regex "$output" '9 runs of 3 programs'
    assert_regex "$stderr" 'cccccccc.json'
}
