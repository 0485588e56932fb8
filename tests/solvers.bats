#!/usr/bin/env bats
# The solver library: every program solves its task completely, and the library is spread.
load helper

LIBRARY="$BATS_TEST_DIRNAME/../dsl/solvers"

@test "solvers: sixty and more, each name once" {
    cat "$LIBRARY"/*.py | sed -n 's/^def \(solve_[0-9a-f]*\)(I):$/\1/p' | sort > names
    [ "$(wc -l < names)" -ge 60 ]
    [ -z "$(uniq -d names)" ]
}

@test "solvers: all but a few of the primitives are used" {
    sed -n 's/^OP(\([a-z0-9]*\),.*/\1/p' "$BATS_TEST_DIRNAME/../dsl/ops.def" | sort > primitives
    [ "$(wc -l < primitives)" -eq 160 ]
    cat "$LIBRARY"/*.py | grep -oE '\b[a-z_0-9]+\b' | sort -u > words
    [ "$(comm -12 primitives words | wc -l)" -ge 155 ]
}

@test "solvers: each solves its task completely" {
    need_shared
    batt-collect "$SHARED/data/arc1/training" | batt-gpu -p "$LIBRARY" --pair=name |
        batt-split | batt-score -a > rows 2> totals
    awk -F '\t' 'NR > 1 && ($3 != $4 || $5 != $6)' rows > failing
    [ ! -s failing ] || { cat failing; false; }
    n=$(cat "$LIBRARY"/*.py | grep -c '^def ')
    [ "$(($(wc -l < rows) - 1))" -eq "$n" ]
    saw "demo_solved $n, oracle $n, pass@1 $n" < totals
}

@test "solvers: the default of batt-gpu, and BATT_SOLVERS" {
    need_shared
    batt-collect "$SHARED/data/arc1/training/007bbfb7.json" > t.batt
    mkdir mine
    printf 'def solve_x(I):\n    O = identity(I)\n    return O\n' > mine/x.py
    BATT_SOLVERS=$PWD/mine batt-gpu t.batt | batt-split | batt-show > shown
    saw '"program":"solve_x"' < shown
    [ "$(grep -c '"type":"program"' shown)" -eq 1 ]
}
