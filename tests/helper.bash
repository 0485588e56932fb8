# helper.bash: what every bats file loads: assertions, the tools first on PATH, a few functions.
bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
set -o pipefail

# BATT_BIN names another folder of tools, as that of a sanitizer build.
PATH="${BATT_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
SHARED="$BATS_TEST_DIRNAME/../../shared"
cd "$BATS_TEST_TMPDIR" || exit 1

# need_shared: skips the test where the folder of public tasks is not there.
need_shared() {
    [ -d "$SHARED/data/arc1" ] || skip "../shared/data is not there"
}

# task_json [TRAIN_INPUT]: a small good task, its first input replaced.
task_json() {
    echo "{\"train\": [{\"input\": ${1:-[[1, 2], [3, 4]]}, \"output\": [[1]]}," \
        "{\"input\": [[5]], \"output\": [[6]]}]," \
        "\"test\": [{\"input\": [[7]], \"output\": [[8]]}]}"
}

# make_tasks DIR ID...: a folder of good tasks that differ.
make_tasks() {
    local dir=$1 n=0 id
    shift
    mkdir -p "$dir"
    for id; do
        n=$((n % 9 + 1))
        task_json "[[$n]]" > "$dir/$id.json"
    done
}

# program NAME LINE...: a Python function that returns O.
program() {
    printf 'def %s(I):\n' "$1"
    shift
    printf '    %s\n' "$@" 'return O'
    echo
}

# shown STREAM: the stream as JSON lines.
shown() {
    batt-show --json "$1"
}

# keys STREAM: keys of its tasks, one a line.
keys() {
    shown "$1" | sed -n 's/^{"type":"task","task":"\([^"]*\)".*/\1/p'
}

# count TYPE STREAM: number of its lines of that type.
count() {
    shown "$2" | grep -c "^{\"type\":\"$1\"" || true
}

# saw [OPTION] PATTERN: reads all of stdin; was there such a line? (grep -q would leave early, and
# the writer die of SIGPIPE.)
saw() {
    grep "$@" > /dev/null
}

# limited MEBIBYTES COMMAND...: runs it with so much address space; where it was built with sanitizers,
# whose shadow of all memory takes terabytes of it, with so much memory that it touches.
limited() {
    local mebibytes=$1
    shift
    if grep -q __asan_init "$(command -v "$1")"; then
        ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}hard_rss_limit_mb=$mebibytes" "$@"
    else
        (ulimit -v $((mebibytes * 1024)) && exec "$@")
    fi
}
