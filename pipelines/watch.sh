#!/bin/sh
# Follows a folder where other programs drop files of programs, and puts results into another.
#
#     pipelines/watch.sh TASKS.batt IN OUT [OPTION OF BATT-GPU...]
#
# input: IN/NAME.jsonl and IN/NAME.py, to be renamed into IN when they are whole (names that begin
#        with a dot are not looked at)
# output: OUT/NAME.jsonl.batt, renamed in when whole; made again when its input, TASKS.batt or the
#         options have changed
# cost: reading the tasks for each file; between files a look at the folder every POLL seconds (1)
#
# Any number of these may follow one folder, on one machine or several: each result is made once.
# What could not be made, as on a full disk, is named, and tried again when it changes or after a
# minute. ONCE=1: what is there, then end.
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
batt-check -q "$tasks" || exit 3
mkdir -p "$in" "$out"

# What decides results besides the programs.
options=$out/.options
now=$(batt-gpu -V && printf '%s\n' "$tasks" "$@")
if [ "$now" != "$(cat "$options" 2> /dev/null)" ]; then
    echo "$now" > "$options.$$"
    mv "$options.$$" "$options"
    sleep 0.02 # files have the time of the last tick, and results are to be newer
fi

# What a killed process left: its lock is gone with it, a living one's is not.
find "$out" -maxdepth 1 -type f \( -name '.*.batt.??????' -o -name '.*.batt.lock' \) \
    -exec flock -n {} rm -f {} \;

# made: was the result begun after its inputs came to be as they are? batt-gpu gives it the time at
# which it began to read. Theirs is that of the last change, of the name too: what is moved in keeps
# the time at which it was written. At the same moment: no.
made() {
    [ -n "$(find "$result" -newermc "$file" -newermc "$tasks" -newermc "$options" 2> /dev/null)" ]
}

# tried: did it fail within the last minute, with the file as it is?
tried() {
    [ -z "${ONCE:-}" ] && [ -n "$(find "$failed" -newermc "$file" -mmin -1 2> /dev/null)" ]
}

status=0
while :; do
    news=
    for file in "$in"/*.jsonl "$in"/*.py; do
        result=$out/${file##*/}.batt failed=$out/.${file##*/}.failed
        if [ ! -f "$file" ] || made || tried; then continue; fi
        touch "$failed.$$" || true
        if batt-gpu -q --resume "$@" -p "$file" -o "$result" "$tasks" || [ $? -eq 1 ]; then
            rm -f "$failed" "$failed.$$"
            news=1
        else
            mv "$failed.$$" "$failed" || true
            status=3
        fi
    done
    [ -z "${ONCE:-}" ] || exit $status
    [ -n "$news" ] || sleep "${POLL:-1}"
done
