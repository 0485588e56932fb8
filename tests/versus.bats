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
    assert_regex "$output" 'mismatch: mine_aaaaaaaa .*/aaaaaaaa demo 0: batt has \[\[3, 4\], \[1, 2\]\]'
    assert_regex "$output" '1 mismatches, 0 runs too slow for Python$'
}

@test "versus: errors must be errors on both sides" {
    printf 'def mine_aaaaaaaa(I):\n    x1 = first(I)\n    x2 = first(x1)\n    O = first(x2)\n    return O\n' > mine.py
    versus clone data mine.py
    assert_equal "$status" 0
    assert_regex "$output" '0 mismatches'
}

@test "versus: a run too slow for Python is counted and left out" {
    sed -i 's/return grid\[::-1\]/\n    while True: pass/' clone/dsl.py
    printf 'def mine_aaaaaaaa(I):\n    O = hmirror(I)\n    return O\n' > mine.py
    LIMIT=0.05 versus clone data mine.py
    assert_equal "$status" 0
    assert_regex "$output" '0 mismatches, 3 runs too slow for Python$'
}

@test "versus: wrong usage and missing folders" {
    versus clone
    assert_equal "$status" 2
    assert_regex "$stderr" 'versus.sh ARC_DSL DATA'
    versus nope data
    assert [ "$status" -ne 0 ]
    assert [ -n "$stderr" ]
}
