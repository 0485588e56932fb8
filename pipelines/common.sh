# common.sh: read in by the scripts beside it, which set here, their folder.
# shellcheck shell=sh disable=SC2154

# The tools: of the tree, or where this is installed; else those on the PATH.
bin=$here/../bin
[ -x "$bin/batt-gpu" ] || bin=$here/../../../bin
PATH=$bin:$PATH

# usage LINE or FROM,TO: shows those lines of the script's head, for a call that cannot be.
usage() {
    sed -n "$1s/^# *//p" "$0" >&2
    exit 2
}
