#!/bin/sh
# The main job on the sample tasks and programs that come with batt.
# input: pipelines/samples/   output: a score table   cost: a second
set -eu
cd "$(dirname "$0")/.."
for bin in "$PWD/bin" "$PWD/../../bin"; do # of the tree, or where this is installed
    [ ! -x "$bin/batt-gpu" ] || PATH=$bin:$PATH
done
echo '$ batt-collect pipelines/samples | batt-gpu -p pipelines/samples/solvers.py --pair=name | batt-split | batt-score --table'
batt-collect pipelines/samples | batt-gpu -p pipelines/samples/solvers.py --pair=name |
    batt-split | batt-score --table
