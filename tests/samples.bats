#!/usr/bin/env bats
# The sample tasks that come with batt, and the programs for them.
load helper

PIPELINES="$BATS_TEST_DIRNAME/../pipelines"
SAMPLES="$PIPELINES/samples"

# rows: a line for each result: task, part, outcome, equal.
rows() {
    batt-collect "$SAMPLES" | batt-gpu -p "$SAMPLES/solvers.py" --pair=name | batt-show --json |
        python3 -c 'import json, sys
for line in sys.stdin:
    j = json.loads(line)
    if j["type"] == "result":
        print(j["task"].split("/")[-1], j["part"], j["outcome"], j["equal"])'
}

@test "make-samples.py makes the tasks of the tree" {
    "$PIPELINES/make-samples.py" again
    diff -r -x solvers.py "$SAMPLES" again
    [ "$(ls again | wc -l)" -ge 24 ]
}

@test "make-samples.py: a folder is wanted" {
    run --separate-stderr -1 "$PIPELINES/make-samples.py"
    assert_equal "$stderr" "usage: make-samples.py DIR"
}

@test "tasks are sound: names, sides, three or four demonstrations, one or two tests" {
    python3 - "$SAMPLES"/*.json << 'END'
import json, re, sys
for path in sys.argv[1:]:
    assert re.search(r"/[a-z]+\.json$", path), path
    task = json.load(open(path))
    assert 3 <= len(task["train"]) <= 4 and 1 <= len(task["test"]) <= 2, path
    for pair in task["train"] + task["test"]:
        for grid in pair.values():
            assert 3 <= len(grid) <= 20 and 3 <= len(grid[0]) <= 20, path
            assert all(len(row) == len(grid[0]) for row in grid), path
            assert all(0 <= value <= 9 for row in grid for value in row), path
END
}

@test "a program for each task" {
    rows | cut -d ' ' -f 1 | sort -u > paired
    for f in "$SAMPLES"/*.json; do basename "$f" .json; done | LC_ALL=C sort | diff - paired
}

@test "programs give the outputs, but for the two that are wrong on purpose" {
    rows > got
    grep 'False$' got > wrong
    printf '%s\n' 'cropbiggest demo error False' 'keepmany test ok False' | diff - wrong
}

@test "the two that are wrong on purpose are right elsewhere" {
    rows > got
    assert_equal "$(grep -c '^cropbiggest .* ok True$' got)" 3
    assert_equal "$(grep -c '^keepmany demo ok True$' got)" 4
}
