#!/bin/sh
# The main job with the tools of the sanitizer build: the solver library over every tenth public
# task (where ../shared is not there: the samples), then mutants with errors of all kinds.
# input: bin-asan/   output: "N passed, N failed"   cost: 20 seconds
#
# A report of a sanitizer, a leak too, ends a tool with a status that is neither 0 nor 1.
set -u
cd "$(dirname "$0")/../.." || exit 2
tests=$PWD/tests/pipeline
PATH=$PWD/bin-asan:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# step NAME COMMAND...: one test, passed if the command ends with status 0.
step() {
    name=$1
    shift
    if "$@" 2>"$work/err"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: status $?"
        head -n 60 "$work/err"
    fi
}

tenth() {
    mkdir -p "$work/data"
    for folder in ../shared/data/arc?/*/; do
        to=$work/data/$(echo "$folder" | sed 's|.*data/||')
        mkdir -p "$to"
        find "$folder" -name '*.json' | sort | awk 'NR % 10 == 0' | xargs cp -t "$to"
    done
}

mutants() {
    "$tests/mutate.py" --seed 7 --count 2000 --broken cropbiggest pipelines/samples \
        "$work/mutants.jsonl" "$work/must_pass" pipelines/samples/solvers.py
}

data=pipelines/samples
[ ! -d ../shared/data/arc1 ] || { tenth && data=$work/data; }
step collect batt-collect -o "$work/tasks" "$data"
step gpu batt-gpu -j 2 -k all --fuel 10000 -o "$work/results" -p dsl/solvers "$work/tasks"
step split batt-split -o "$work/joined" "$work/results"
step score batt-score -a -o "$work/rows" "$work/joined"
step show batt-show -o "$work/shown" "$work/joined"
step mutants mutants
step 'collect samples' batt-collect -o "$work/samples" pipelines/samples
step 'gpu mutants' batt-gpu -j 2 --gate 1 -p "$work/mutants.jsonl" -o "$work/results" \
    "$work/samples"
step 'profile of mutants' batt-gpu -j 2 --stats --profile --times --block 100 -o "$work/again" \
    -p "$work/mutants.jsonl" "$work/samples"
step 'split mutants' batt-split -o "$work/joined" "$work/results"
step 'score mutants' batt-score --passed -o "$work/passed" "$work/joined"
sort "$work/passed" >"$work/sorted"
step 'mutants that pass' cmp "$work/must_pass" "$work/sorted"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
