#!/bin/sh
# Runs the shards of a spool with GNU parallel, on this machine or over ssh on several.
#
#     pipelines/parallel.sh DATA PROGRAMS SPOOL [OPTION OF PARALLEL...]
#     pipelines/parallel.sh ~/ARC/data c.jsonl spool --sshlogin 8/node1,8/node2
#
# input: DATA, PROGRAMS as for arc.mk, whose other variables are taken from the environment
# output: SPOOL/score.tsv; SPOOL/joblog, by which a run that was cut short goes on where it was
# cost: that of the shards, divided by the jobs at once; over ssh rsync carries a shard of tasks, one
#       of programs and back the result. No common file system is needed, but batt on each machine:
#       on its PATH, or where it is here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
[ $# -ge 3 ] || usage 2,5
data=$1 programs=$2 spool=$3
shift 3
arc() {
    make -s -f "$here/arc.mk" DATA="$data" PROGRAMS="$programs" SPOOL="$spool" "$@"
}

mkdir -p "$spool"
arc list > "$spool/jobs.$$.tmp"
mv "$spool/jobs.$$.tmp" "$spool/jobs"

# The log counts jobs by number: it holds as long as all inputs are the same.
{ cat "$spool/jobs" "$spool/options"
    find "$spool/tasks" "$spool/programs" -type f -print0 | sort -z | xargs -0 cat; } |
    sha1sum > "$spool/joblog.of.$$.tmp"
cmp -s "$spool/joblog.of.$$.tmp" "$spool/joblog.of" || rm -f "$spool/joblog"
mv "$spool/joblog.of.$$.tmp" "$spool/joblog.of"

# And a job is done only if its result is there, and whole.
if [ -s "$spool/joblog" ]; then
    (cd "$spool" && cut -d ' ' -f 3 jobs | xargs batt-check --broken 2> /dev/null) > "$spool/broken.$$.tmp" || true
    awk -v broken="$spool/broken.$$.tmp" -v jobs="$spool/jobs" '
        BEGIN { while ((getline line < broken) > 0) bad[line]
                while ((getline line < jobs) > 0) { split(line, f, " "); result[++n] = f[3] } }
        NR == 1 || !(result[$1] in bad)' "$spool/joblog" > "$spool/joblog.$$.tmp"
    rm "$spool/broken.$$.tmp"
    mv "$spool/joblog.$$.tmp" "$spool/joblog"
fi

# Another machine gets its files in a folder of its own, which goes with the job; only what stands
# behind /./ is their name there. On this machine (: among the hosts is it too) they are in the spool.
carry=
case " $* " in
*" --sshlogin"* | *" -S"* | *" --slf"*)
    carry="--transferfile $spool/./{1} --transferfile $spool/./{2} --return $spool/./{3} --cleanup --workdir ..."
    ;;
esac
there=$(cd "$spool" && pwd)
# A file that did not come across is no input with nothing in it.
# shellcheck disable=SC2086
parallel --colsep ' ' --joblog "$spool/joblog" --resume-failed --retries 3 $carry "$@" \
    "[ \"\${PARALLEL_SSHHOST:-:}\" != : ] || cd '$there' || exit 2; \
        [ -r {1} ] && [ -r {2} ] && mkdir -p results || exit 2; \
        PATH='$bin':\$PATH batt-gpu --resume ${GPU_OPTIONS:-} -j ${THREADS:-1} \
        -p {2} -o {3} {1} || [ \$? -eq 1 ]" < "$spool/jobs"
arc
