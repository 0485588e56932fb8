#!/bin/sh
# What the tree must look like.  Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 2
passed=0 failed=0

check() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s:\n%s\n' "$1" "$2"
    fi
}

check "man pages" "$(for f in man/*.[157]; do mandoc -Tlint -Wstyle "$f"; done 2>&1 | grep -vE 'referenced manual not found|outdated mandoc.db')"
check "headers that do not stand alone in C++" "$(
    for h in dsl/[a-z]*.h; do
        echo "#include \"$h\"" | g++ -std=c++17 -fsyntax-only -w -DROWS_DIALECT=1 -I. -x c++ - 2>&1 | head -n 3
    done)"
check "functions of lib and dsl that print or exit" "$(
    grep -nE '\b(printf|perror|exit|abort)\(' dsl/*.[ch] lib/*.c | grep -vE 'snprintf|util\.c|options\.c|fprintf\(file' | head)"
check "primitives without a case" "$(
    for p in $(sed -n 's/^OP(\([a-z0-9_]*\),.*/\1/p' dsl/ops.def); do
        grep -qwE "$p" tests/cases/*.case || echo "$p"
    done)"
check "primitives without an entry in batt-dsl(7)" "$(
    for p in $(sed -n 's/^OP(\([a-z0-9_]*\),.*/\1/p' dsl/ops.def); do
        grep -qw "$p" man/batt-dsl.7 || echo "$p"
    done)"
check "bats files without the first line of the others" "$(
    for f in tests/*.bats; do
        [ "$(head -n 1 "$f")" = '#!/usr/bin/env bats' ] || echo "$f"
    done)"
if command -v shellcheck > /dev/null; then
    check "shell scripts" "$(shellcheck -x -P SCRIPTDIR -S warning pipelines/*.sh tests/*.sh \
        tests/pipeline/*.sh .ci/run 2>&1)"
else
    echo "lint: shellcheck is not there, left out"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
