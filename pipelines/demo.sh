#!/bin/sh
# The main job on the sample tasks and programs that come with batt.
# input: pipelines/samples/   output: a score table   cost: a second
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
cd "$here/.."
echo '$ batt-collect pipelines/samples | batt-gpu -p pipelines/samples/solvers.py --pair=name | batt-split | batt-score --table'
batt-collect pipelines/samples | batt-gpu -p pipelines/samples/solvers.py --pair=name |
    batt-split | batt-score --table
