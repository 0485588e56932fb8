#!/bin/sh
# Runs the shards of a spool as a Slurm job array, and joins and scores in a job that waits for it.
#
#     pipelines/slurm.sh DATA PROGRAMS SPOOL [OPTION OF SBATCH...]
#     GPU=1 pipelines/slurm.sh ~/ARC/data c.jsonl spool --partition long
#
# input: DATA, PROGRAMS as for arc.mk, whose other variables are taken from the environment; GPU=1
#        asks for one GPU a task; TASKS_AT_ONCE limits the array; SPOOL on a file system that all
#        nodes see
# output: numbers of the two jobs; later SPOOL/score.tsv and SPOOL/log/
# cost: that of the shards
#
# A task whose node dies is queued again, keeps the results that are whole, and makes the others.
# Run again after a failure: what is done is kept.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
[ $# -ge 3 ] || usage 2,5
data=$1 programs=$2 spool=$3
shift 3
mkdir -p "$spool/log"
make -s -f "$here/arc.mk" DATA="$data" PROGRAMS="$programs" SPOOL="$spool" list > "$spool/jobs.$$.tmp"
mv "$spool/jobs.$$.tmp" "$spool/jobs"

# A task of the array takes every n-th result: arrays are limited, to 1000 by default.
n=$(wc -l < "$spool/jobs")
[ "$n" -le 1000 ] || n=1000

cat > "$spool/task.sh" << END
#!/bin/sh
PATH='$bin':\$PATH
cd "$spool" || exit 1
# Leaves the loop with the first shard that could not be made.
awk -v n=$n -v i="\$SLURM_ARRAY_TASK_ID" 'NR % n == i' jobs | while read -r tasks programs result; do
    batt-gpu --resume ${GPU_OPTIONS:-} ${GPU:+--gpus 1} -j "\${SLURM_CPUS_PER_TASK:-1}" \\
        -p "\$programs" -o "\$result" "\$tasks" || [ \$? -eq 1 ] || exit 1
done
END
cat > "$spool/score.sh" << END
#!/bin/sh
exec make -f "$here/arc.mk" DATA="$data" PROGRAMS="$programs" SPOOL="$spool"
END
array=$(sbatch --parsable --requeue --job-name=batt --array="0-$((n - 1))${TASKS_AT_ONCE:+%$TASKS_AT_ONCE}" \
    --output="$spool/log/%A_%a.log" --open-mode=append ${GPU:+--gres=gpu:1} "$@" "$spool/task.sh")
score=$(sbatch --parsable --requeue --job-name=batt-score --dependency="afterok:$array" \
    --kill-on-invalid-dep=yes --output="$spool/log/score.log" "$@" "$spool/score.sh")
echo "$array" "$score"
