#!/bin/sh
# Measures batt on this machine, checks the results, says where the time goes.
#
#     pipelines/bench.sh [SHARED] > tests/bench/cpu-$(date +%F).txt
#
# input: bin/, build/tests/vectors; SHARED (default ../shared), a folder with data/arc1, data/arc2
#        and vectors/closures.jsonl; without it the samples are measured, which says less
# output: tables of medians, with machine, date and commit
# cost: 8 minutes; RUNS=1 (default 5) five. NOTE=text goes into the head,
#       CANDIDATES=N (default 100000) is how many are made,
#       STREAM_GB=N (default 1) the gigabytes of the long streams: the disk needs a quarter of them
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/bin:$PATH
exec python3 pipelines/bench.py "${1:-../shared}" "${RUNS:-5}" "${NOTE:-}"
