#!/usr/bin/env bats
# The pages against the tools: options, pages that are named, and every example run.
load helper

MAN="$BATS_TEST_DIRNAME/../man"
export BATT_SOLVERS="${BATT_SOLVERS:-$BATS_TEST_DIRNAME/../dsl/solvers}"

# tools: those that can be run and have a page.
tools() {
    local page tool
    for page in "$MAN"/batt-*.1; do
        tool=$(basename "$page" .1)
        command -v "$tool" > /dev/null && echo "$tool"
    done
}

# section PAGE NAME: the source of a section.
section() {
    awk -v name="$2" '/^\.Sh / { on = substr($0, 5) == name } on' "$1"
}

# options_told TOOL: its options as -h has them, -x or --xxx, one a line.
options_told() {
    "$1" -h | grep -oE '^ +(-[A-Za-z], )?--[a-z-]+' | grep -oE -- '--?[A-Za-z][a-z-]*' | sort
}

# options_listed PAGE: options that head an entry of its list: "Fl p , -programs Ar file", "Fl q , v".
options_listed() {
    awk '/^\.It Fl / {
        arg = 0
        for (i = 3; i <= NF; i++) {
            if ($i == "Ar" || $i == "Cm" || $i == "Ns" || $i == "Op")
                arg = 1
            else if ($i == "," || $i == "Fl")
                arg = 0
            else if (!arg)
                print "-" $i
        }
    }' "$1" | sort
}

# lines_of A B: lines of file A that are not in file B.
lines_of() {
    comm -23 "$1" "$2"
}

@test "man: every option of -h is in the page, and no other" {
    # batt(7) says once for all tools what these do; a page lists them where there is more to say.
    printf '%s\n' --help --quiet --verbose --version -V -h -q -v | sort > common
    [ -n "$(tools)" ]
    for tool in $(tools); do
        options_told "$tool" > told
        options_listed "$MAN/$tool.1" > listed
        lines_of common told > lost
        lines_of told listed | lines_of - common > missing
        lines_of listed told > unknown
        sort "$MAN/$tool.1" | uniq -d | grep '^\.It Fl ' > twice || true
        for bad in lost missing unknown twice; do
            [ ! -s $bad ] || fail "$tool: $bad: $(paste -sd ' ' $bad)"
        done
    done
}

@test "man: the letters that batt(7) lists are those that tools take" {
    for tool in $(tools); do
        options_told "$tool"
    done | grep -xE -- '-[A-Za-z]' | sort -u > taken
    options_listed "$MAN/batt.7" | grep -xE -- '-[A-Za-z]' > listed
    [ -s taken ]
    diff taken listed
}

@test "man: every option of the family's table is some tool's" {
    for tool in $(tools); do
        options_told "$tool"
    done | grep -E -- '^--' | sort -u > taken
    sed -n 's/^OPTION([A-Z_]*, [^,]*, "\([a-z-]*\)".*/--\1/p' "$BATS_TEST_DIRNAME/../lib/options.def" |
        sort > table
    [ -s table ]
    diff taken table
}

@test "man: the SYNOPSIS has every option of the list" {
    for page in "$MAN"/batt-*.1; do
        section "$page" SYNOPSIS | tr -s ' |' '\n' | awk 'fl { print; fl = 0 } $0 == "Fl" { fl = 1 }
            /^-/' | awk '/^-/ { print "-" $0; next } { n = split($0, c, "")
            for (i = 1; i <= n; i++) print "-" c[i] }' | sort -u > synopsis
        # An entry is there if one of its names is.
        awk '/^\.It Fl /' "$page" | while read -r entry; do
            echo "$entry" > entry
            options_listed entry > names
            comm -12 names synopsis | saw . || echo "$entry"
        done > missing
        [ ! -s missing ] || fail "$(basename "$page"): $(cat missing)"
    done
}

@test "man: the pages that pages name are there" {
    grep -hoE 'Xr batt(-[a-z]+)? [0-9]' "$MAN"/*.[0-9] | sort -u > named
    [ -s named ]
    while read -r _ name number; do
        [ -f "$MAN/$name.$number" ] || fail "no man/$name.$number"
    done < named
}

# put_files: what examples name: a folder of tasks with programs for them, and other forms of both.
put_files() {
    mkdir -p data re_arc/tasks
    local task='{"train": [{"input": [[1, 2], [3, 4]], "output": [[2, 1], [4, 3]]},
        {"input": [[5, 0, 5]], "output": [[5, 0, 5]]}],
        "test": [{"input": [[6, 7]], "output": [[7, 6]]}]}'
    echo "$task" > data/007bbfb7.json
    echo "${task//\[7, 6\]/[6, 7, 6, 7]}" > data/00d62c1b.json
    printf '# two tasks\n007bbfb7\n\n00d62c1b\n' > ids.txt
    echo "{\"007bbfb7\": ${task//, \"output\": [[7, 6]]/}}" > arc_challenges.json
    echo '{"007bbfb7": [[[7, 6]]]}' > arc_solutions.json
    python3 -c 'import json
json.dump([{"input": [[k, 0]], "output": [[0, k]]} for k in range(1, 9)],
          open("re_arc/tasks/007bbfb7.json", "w"))'
    cat > solvers.py << 'END'
def solve_007bbfb7(I):
    x1 = vmirror(I)
    O = identity(x1)
    return O


def solve_00d62c1b(I):
    x1 = first(I)
    O = first(x1)
    return O


def solve_none(I):
    x1 = initset(1)
    x2 = other(x1, 1)
    return x2
END
    sed -n 1,4p solvers.py > program.py
    python3 -c 'import json
for task in "007bbfb7", "00d62c1b":
    print(json.dumps({"task": task, "id": "try-" + task[-1], "program": open("program.py").read()}))
' > candidates.jsonl
}

# examples PAGE: the commands of its EXAMPLES, "$ command" within a literal block, one a line.
examples() {
    section "$1" EXAMPLES | awk '/^\.Bd -literal/ { on = 1 } /^\.Ed/ { on = 0 }
        on && sub(/^\$ /, "")' | sed 's/\\e/\\/g'
}

# run_examples PAGE: runs them in a folder of their own. Once a tool is missing the page is left:
# what follows may need its files.
run_examples() {
    local page=$1 name command tool
    name=$(basename "$page")
    mkdir "of-$name"
    cd "of-$name" || return
    put_files
    examples "$page" > commands
    [ -s commands ] || fail "$name: no examples"
    while read -r command <&3; do
        for tool in $(grep -oE '\b(batt-[a-z]+|jq|zstd|python3)\b' <<< "$command"); do
            if ! command -v "$tool" > /dev/null; then
                echo "# $name: no $tool, left out: $command" >> ../left
                cd ..
                return
            fi
        done
        status=0
        bash -o pipefail -c "$command" > out 2> err < /dev/null || status=$?
        [ $status -eq 0 ] || fail "$name: $command: status $status: $(cat err)"
    done 3< commands
    cd ..
}

@test "man: the examples of the tools run" {
    for page in "$MAN"/batt-*.1; do
        run_examples "$page"
    done
    [ ! -f left ] || cat left >&3
}

# put_scripts PAGE: a literal block that begins with "# NAME.py:" is that file.
put_scripts() {
    section "$1" EXAMPLES | awk '/^\.Bd -literal/ { fresh = 1; next } /^\.Ed/ { file = "" }
        fresh && /^# [a-z]+\.py:/ { file = substr($2, 1, length($2) - 1) }
        { fresh = 0 } file { gsub(/\\e/, "\\"); print > file }'
}

@test "man: the Python of batt-stream(5) reads and writes streams" {
    put_files
    put_scripts "$MAN/batt-stream.5"
    python3 -m py_compile read.py write.py
    if ! python3 -c 'import msgpack, xxhash' 2> /dev/null; then
        # The packages are for the system's Python, which need not be the first.
        mkdir system
        ln -s /usr/bin/python3 system/python3
        PATH="$PWD/system:$PATH"
    fi
    python3 -c 'import msgpack, xxhash' 2> /dev/null || skip "no msgpack or xxhash for Python"
    while read -r command; do
        bash -o pipefail -c "$command" > out 2>&1 || fail "$command: $(cat out)"
    done < <(examples "$MAN/batt-stream.5")
    # What the reader says is what batt-show says.
    zstd -dc results.batt | python3 read.py | cut -d '|' -f 1-6 > got
    batt-show results.batt | jq -r 'select(.type == "result") | [.task, .part, .index, .program,
        .outcome, if .equal then 1 else 0 end] | join("|")' > want
    cmp want got
    zstd -dc tasks.batt | python3 read.py | tr -d ' ' > got
    batt-show tasks.batt | jq -r 'select(.type == "item") |
        [.task, .part, .index, (.input | tojson), (.output | tojson)] | join("|")' > want
    cmp want got
    # And what the writer writes is a stream.
    python3 write.py > own.batt
    run --separate-stderr -0 batt-show own.batt
    assert_equal "$stderr" ""
    head -c -60 own.batt > cut.batt
    run -1 bash -c 'zstd -dc cut.batt 2> /dev/null | python3 read.py'
    assert_line --partial truncated
}

@test "man: the search of batt-py(7) finds what solves the tasks" {
    put_files
    put_scripts "$MAN/batt-py.7"
    export PYTHONPATH="$BATS_TEST_DIRNAME/../pipelines" PYTHONDONTWRITEBYTECODE=1
    while read -r command; do
        bash -o pipefail -c "$command" > out || fail "$command: $(cat out)"
    done < <(examples "$MAN/batt-py.7")
    saw "007bbfb7 .*'vmirror(I)', 'identity(x1)'" < out
    [ "$(wc -l < out)" -ge 4 ]
}

@test "pages: no macro is left in the text" {
    local page
    for page in "$MAN"/*.[157]; do
        mandoc -Tascii "$page" | sed 's/.\x08//g' > text
        run ! saw -E '(^|[^[:alnum:]])\.(Ar|Cm|Fl|Li|Nm|No|Ns|Pa|Sx|Va|Xr)([^[:alnum:]]|$)' text
    done
}
