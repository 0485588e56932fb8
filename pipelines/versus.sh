#!/bin/sh
# Python arc-dsl against batt: the same programs on the same grids in one go.
#
#     pipelines/versus.sh ARC_DSL DATA [PROGRAMS]
#
# input: ARC_DSL, a clone of arc-dsl (dsl.py, constants.py, solvers.py); DATA, a folder of tasks;
#        PROGRAMS, a Python file of functions named solve_<task> (default: ARC_DSL/solvers.py)
# output: a line per program (runs, microseconds per run of both, ratio), every mismatch, totals
# cost: what Python takes (solvers on their own tasks: about 15 s), batt well under a second
# status: 0 all that was compared is equal; 1 mismatches; 2 wrong usage; 3 nothing could be compared
#
# Each program runs on the task whose id its name ends in.  Python is timed around the call alone;
# batt around the run alone, one thread, and once more end to end.  A program that takes Python
# longer than LIMIT seconds on a grid (default 10) is stopped there and left out of the ratios.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
[ $# -ge 2 ] || usage 4,5
arc_dsl=$1 data=$2 programs=${3:-$1/solvers.py}

fail() {
    echo "versus.sh: $*" >&2
    exit 3
}

# whole COMMAND...: what it writes is whole, even where some input was bad and left out (status 1).
whole() {
    "$@" || [ $? -eq 1 ] || exit 3
}

for f in "$arc_dsl/dsl.py" "$arc_dsl/constants.py" "$programs"; do
    [ -f "$f" ] || fail "$f: no such file"
done
[ -e "$data" ] || fail "$data: no such folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
whole batt-collect -q "$data" >"$work/tasks.batt"
begin=$(date +%s%N)
whole batt-gpu -q -j 1 --pair=name -p "$programs" "$work/tasks.batt" >"$work/end.batt"
end=$(date +%s%N)
whole batt-gpu -q -j 1 --pair=name --keep=all --times -p "$programs" "$work/tasks.batt" \
    >"$work/results.batt" 2>"$work/times"
whole batt-show --json "$work/results.batt" >"$work/results.jsonl"
whole batt-show --json "$work/tasks.batt" >"$work/tasks.jsonl"
python3 "$here/versus.py" "$arc_dsl" "$programs" "$work" $(((end - begin) / 1000)) "${LIMIT:-10}"
