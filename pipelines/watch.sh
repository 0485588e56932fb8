#!/bin/sh
# Follows a folder where other programs drop files of programs, and puts results into another.
#
#     pipelines/watch.sh TASKS.batt IN OUT [OPTION OF BATT-GPU...]
#
# input: IN/NAME.jsonl and IN/NAME.py, to be renamed into IN when they are whole (names that begin
#        with a dot are not looked at)
# output: OUT/NAME.jsonl.batt, renamed in when whole; made again when its input is newer
# cost: reading the tasks for each file; between files a look at the folder every POLL seconds (1)
#
# Any number of these may follow one folder, on one machine or several: each result is made once.
# ONCE=1: what is there, then end.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
[ $# -ge 3 ] || usage 2,4
tasks=$1 in=$2 out=$3
shift 3
[ -r "$tasks" ] || {
    echo "watch.sh: $tasks: cannot be read" >&2
    exit 2
}
mkdir -p "$in" "$out"
# is_newer A B: also where there is no B yet.
is_newer() {
    [ ! -e "$2" ] || [ -n "$(find "$1" -newer "$2")" ]
}

status=0
while :; do
    news=
    for file in "$in"/*.jsonl "$in"/*.py; do
        result=$out/${file##*/}.batt failed=$out/.${file##*/}.failed
        { [ -f "$file" ] && is_newer "$file" "$result" && is_newer "$file" "$failed"; } || continue
        news=1
        if batt-gpu -q --resume "$@" -p "$file" -o "$result" "$tasks" || [ $? -eq 1 ]; then
            rm -f "$failed"
        else
            # It has said why, and is tried again when the file changes.
            touch "$failed"
            status=3
        fi
    done
    [ -z "${ONCE:-}" ] || exit $status
    [ -n "$news" ] || sleep "${POLL:-1}"
done
