#!/bin/sh
# Python arc-dsl against batt: the same programs on the same grids in one go.
#
#     pipelines/versus.sh ARC_DSL DATA [PROGRAMS]
#
# input: ARC_DSL, a clone of arc-dsl (dsl.py, constants.py, solvers.py); DATA, a folder of tasks;
#        PROGRAMS, a Python file of functions named solve_<task> (default: ARC_DSL/solvers.py)
# output: a line per program (runs, microseconds per run of both, ratio), every mismatch, totals
# cost: what Python takes (solvers on their own tasks: about 15 s), batt well under a second
#
# Each program runs on the task whose id its name ends in.  Python is timed around the call alone;
# batt around the run alone, one thread, and once more end to end.  A program that takes Python
# longer than LIMIT seconds on a grid (default 10) is stopped there and left out of the ratios.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
[ $# -ge 2 ] || usage 4,5
arc_dsl=$1 data=$2 programs=${3:-$1/solvers.py}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
batt-collect -q "$data" >"$work/tasks.batt"
begin=$(date +%s%N)
batt-gpu -q -j 1 --pair=name -p "$programs" "$work/tasks.batt" >"$work/end.batt" || [ $? -eq 1 ]
end=$(date +%s%N)
batt-gpu -q -j 1 --pair=name --keep=all --times -p "$programs" "$work/tasks.batt" \
    >"$work/results.batt" 2>"$work/times" || [ $? -eq 1 ]
batt-show --json "$work/results.batt" >"$work/results.jsonl"
batt-show --json "$work/tasks.batt" >"$work/tasks.jsonl"
python3 "$here/versus.py" "$arc_dsl" "$programs" "$work" $(((end - begin) / 1000)) "${LIMIT:-10}"
