#!/usr/bin/env bats
# The main job, whole: all tasks and the solver library, thousands of programs of which it is known
# who passes, and memory while programs stream.
load helper

ROOT="$BATS_TEST_DIRNAME/.."
LIBRARY="$ROOT/dsl/solvers"
SAMPLES="$ROOT/pipelines/samples"
PIPELINE="$BATS_TEST_DIRNAME/pipeline"

# sum STREAM: digest of what is in it, whatever the compression.
sum() {
    zstd -dc < "$1" | sha256sum
}

# job TASKS N NAME [OPTION...]: the whole job with N threads; NAME.results, .joined, .rows, .totals.
job() {
    local tasks=$1 n=$2 name=$3
    shift 3
    batt-gpu -j "$n" "$@" -o "$name.results" "$tasks"
    batt-split -o "$name.joined" "$name.results"
    batt-score -a "$name.joined" > "$name.rows" 2> "$name.totals"
}

# same A B: did both jobs give the same bytes?
same() {
    assert_equal "$(sum "$2.results")" "$(sum "$1.results")"
    assert_equal "$(sum "$2.joined")" "$(sum "$1.joined")"
    cmp "$1.rows" "$2.rows"
    cmp "$1.totals" "$2.totals"
}

# n_programs FILE...: functions of Python files.
n_programs() {
    cat "$@" | grep -c '^def '
}

@test "pipeline: all public tasks and the solver library, the same for one thread and two" {
    need_shared
    batt-collect -o tasks "$SHARED/data"
    job tasks 1 one --fuel 500
    job tasks 2 two --fuel 500
    same one two
    saw '^batt-score: 1920 tasks: demo_solved [1-9]' < one.totals
    assert_equal "$(($(wc -l < one.rows) - 1))" $((1920 * $(n_programs "$LIBRARY"/*.py)))
}

@test "pipeline: the samples and the solver library, the same for one thread and two" {
    batt-collect -o tasks "$SAMPLES"
    job tasks 1 one -k all -p "$LIBRARY" -p "$SAMPLES/solvers.py"
    job tasks 2 two -k all -p "$LIBRARY" -p "$SAMPLES/solvers.py"
    same one two
    n=$(n_programs "$LIBRARY"/*.py "$SAMPLES/solvers.py")
    assert_equal "$(($(wc -l < one.rows) - 1))" $(($(count task tasks) * n))
}

# knows N FOLDER SOLVERS [--broken TASK]: N mutants for the tasks: do those pass that must?
knows() {
    local n=$1 folder=$2 solvers=$3
    shift 3
    "$PIPELINE/mutate.py" --count "$n" "$@" "$folder" mutants.jsonl must_pass "$solvers"
    assert_equal "$(wc -l < mutants.jsonl)" "$n"
    [ "$(wc -l < must_pass)" -gt $((n / 4)) ]
    batt-collect -q -o tasks "$folder"
    for options in '--gate 1' '--gate 1 -j 2 --block 700' '--gate 0 -k bits'; do
        # shellcheck disable=SC2086 # options are several words
        batt-gpu -q $options -p mutants.jsonl tasks | batt-split | batt-score -q --passed |
            sort > passed
        diff must_pass passed
    done
}

@test "pipeline: of the mutants for the samples exactly those pass that must" {
    n=10000
    [ ! -d "$SHARED/data/arc1" ] || n=3000
    knows $n "$SAMPLES" "$SAMPLES/solvers.py" --broken cropbiggest
}

@test "pipeline: of 10,000 mutants for public tasks exactly those pass that must" {
    need_shared
    knows 10000 "$SHARED/data/arc1/training" "$LIBRARY"
}

# peaks N: kilobytes that gpu, split and score held at most while N candidates streamed through.
peaks() {
    "$PIPELINE/candidates.py" --count "$1" --task mirrorright "$SAMPLES/solvers.py" |
        "$PIPELINE/peak.py" gpu.kb batt-gpu -j 1 --gate 1 -p - tasks |
        "$PIPELINE/peak.py" split.kb batt-split |
        "$PIPELINE/peak.py" score.kb batt-score -q -a -o rows
    assert_equal "$(($(wc -l < rows) - 1))" "$1"
    cat gpu.kb split.kb score.kb
}

@test "pipeline: memory does not grow with the programs that stream, but for their ids" {
    batt-collect -o tasks "$SAMPLES"
    # 50,000 fill three blocks: from there on the tools hold what they read ahead, and an arena has
    # met the hungriest programs, so that what grows is what is kept of each program.
    mapfile -t few < <(peaks 50000)
    mapfile -t many < <(peaks 200000)
    echo "50,000 programs: ${few[*]} kB; 200,000: ${many[*]} kB"
    # All for one task, the worst case: score holds a task, so what it keeps of a program must be
    # small. 150,000 programs more: 15 MB are 100 bytes each, 75 MB 500.
    assert_equal ${#many[@]} 3
    [ "${many[0]}" -lt $((${few[0]} + 15000)) ]
    [ "${many[1]}" -lt $((${few[1]} + 15000)) ]
    [ "${many[2]}" -lt $((${few[2]} + 75000)) ]
    for k in 0 1 2; do
        [ "${many[k]}" -lt 100000 ]
    done
}

@test "pipeline: 50,000 programs for all tasks of the samples in less than 256 MB each" {
    batt-collect -o tasks "$SAMPLES"
    "$PIPELINE/candidates.py" --count 50000 "$SAMPLES/solvers.py" |
        "$PIPELINE/peak.py" gpu.kb batt-gpu -q -j 2 --gate 1 -p - tasks |
        "$PIPELINE/peak.py" split.kb batt-split |
        "$PIPELINE/peak.py" score.kb batt-score -q --passed -o passed
    echo "gpu, split, score: $(cat gpu.kb split.kb score.kb | paste -sd ' ') kB"
    [ -s passed ]
    for tool in gpu split score; do
        [ "$(cat $tool.kb)" -lt 262144 ]
    done
}
