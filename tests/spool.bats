#!/usr/bin/env bats
# pipelines/parallel.sh, slurm.sh, watch.sh: the same spool on other machines.
load helper

export PIPELINES="$BATS_TEST_DIRNAME/../pipelines"
export TASKS_PER_SHARD=1 PROGRAMS_PER_SHARD=10 SCORE_OPTIONS='-q -a'

setup() {
    mkdir data
    for t in countobjects mirrorright towards; do
        cp "$PIPELINES/samples/$t.json" data
    done
    for n in $(seq 40); do
        echo "{\"id\": \"p$n\", \"program\": \"def solve(I):\\n    x1 = upscale(I, $((n % 7 + 1)))\\n    O = vmirror(x1)\\n    return O\\n\"}"
    done > c.jsonl
    batt-collect data | batt-gpu -p c.jsonl | batt-split | batt-score -q -a > want
    daemons=()
}

teardown() {
    for id in "${daemons[@]}"; do kill "$id" 2> /dev/null || true; done
    for id in "${daemons[@]}"; do wait "$id" 2> /dev/null || true; done
}

# need TOOL...: skips where one is not there.
need() {
    for tool; do
        command -v "$tool" > /dev/null || [ -x "/usr/sbin/$tool" ] || skip "no $tool here"
    done
}

# logged: jobs that the log knows as done.
logged() {
    awk 'NR > 1 && $7 == 0 && $8 == 0' s/joblog | wc -l
}

@test "parallel: the score is that of one run; what is done is not done again" {
    need parallel
    "$PIPELINES/parallel.sh" data c.jsonl s
    cmp s/score.tsv want
    [ "$(logged)" -eq 12 ]
    make -s -f "$PIPELINES/arc.mk" DATA=data PROGRAMS=c.jsonl SPOOL=alone
    cat alone/joined/*.batt | cmp - <(cat s/joined/*.batt)
    touch -d 2001-01-01 s/results/*
    "$PIPELINES/parallel.sh" data c.jsonl s --jobs 2
    # Times went back: make wanted them again, --resume kept them.
    cmp s/score.tsv want
    # One is lost, one is broken: those two jobs run.
    rm s/results/000001-000002.jsonl.batt
    truncate -s 100 s/results/000002-000000.jsonl.batt
    cp s/joblog before
    "$PIPELINES/parallel.sh" data c.jsonl s --jobs 1
    cmp s/score.tsv want
    [ "$(grep -vxFf before s/joblog | wc -l)" -eq 2 ]
    # Other programs: the old log says nothing of them.
    sed -i 's/"p25"/"q25"/' c.jsonl
    "$PIPELINES/parallel.sh" data c.jsonl s
    [ "$(logged)" -eq 12 ]
    cut -f 2 s/score.tsv | saw q25
}

@test "parallel: killed at random moments, it goes on where it was" {
    need parallel
    RANDOM=3
    for k in 1 2 3 4 5 6; do
        setsid "$PIPELINES/parallel.sh" data c.jsonl s --jobs 2 > log 2>&1 &
        group=$!
        sleep "0.$(printf '%03d' $((300 + RANDOM % 600)))"
        kill -9 -- -$group 2> /dev/null || true
        wait $group 2> /dev/null || true
    done
    "$PIPELINES/parallel.sh" data c.jsonl s --jobs 2
    cmp s/score.tsv want
    batt-check s/results/*.batt
}

# start_sshd: a daemon of our own on the loopback; $ssh is how to get there.
start_sshd() {
    need parallel sshd ssh rsync ssh-keygen
    mkdir -m 700 ssh
    ssh-keygen -q -t ed25519 -N '' -f ssh/host
    ssh-keygen -q -t ed25519 -N '' -f ssh/key
    cp ssh/key.pub ssh/authorized
    chmod 600 ssh/*
    port=$((10000 + $$ % 10000))
    cat > ssh/config << END
Port $port
ListenAddress 127.0.0.1
HostKey $PWD/ssh/host
AuthorizedKeysFile $PWD/ssh/authorized
PidFile $PWD/ssh/pid
StrictModes no
UsePAM no
MaxStartups 100
END
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    /usr/sbin/sshd -f "$PWD/ssh/config" -D -e > ssh/log 2>&1 &
    daemons+=($!)
    ssh="ssh -p $port -i $PWD/ssh/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    for _ in $(seq 100); do
        $ssh 127.0.0.1 true 2> ssh/err && return
        kill -0 "${daemons[0]}" || break
        sleep 0.05
    done
    skip "no sshd of our own here: $(tail -n 1 ssh/log ssh/err)"
}

@test "parallel: over ssh, files carried there and back" {
    export PROGRAMS_PER_SHARD=20
    start_sshd
    "$PIPELINES/parallel.sh" data c.jsonl s --ssh "$ssh" --sshlogin 2/127.0.0.1
    cmp s/score.tsv want
    [ "$(logged)" -eq 6 ]
    awk 'NR > 1 && $2 != "127.0.0.1"' s/joblog > elsewhere
    [ ! -s elsewhere ]
    batt-check s/results/*.batt
    # One lost: it alone is fetched again.
    rm s/results/000001-000001.jsonl.batt
    cp s/joblog before
    "$PIPELINES/parallel.sh" data c.jsonl s --ssh "$ssh" --sshlogin 1/127.0.0.1
    [ "$(grep -vxFf before s/joblog | wc -l)" -eq 1 ]
    cmp s/score.tsv want
}

@test "parallel: over ssh, wherever the spool is; this machine as one of several" {
    export PROGRAMS_PER_SHARD=40
    start_sshd
    mkdir here
    for spool in "$PWD/absolute" ../up ./below/it; do
        (cd here && "$PIPELINES/parallel.sh" ../data ../c.jsonl "$spool" --ssh "$ssh" --sshlogin 2/127.0.0.1)
        (cd here && cmp "$spool/score.tsv" ../want)
        (cd here && batt-check "$spool"/tasks/*.batt "$spool"/results/*.batt)
    done
    "$PIPELINES/parallel.sh" data c.jsonl mixed --ssh "$ssh" --sshlogin 1/127.0.0.1,1/: --retries 1
    cmp mixed/score.tsv want
    [ "$(tail -n +2 mixed/joblog | cut -f 2 | sort -u | paste -sd ' ')" = '127.0.0.1 :' ] ||
        [ "$(tail -n +2 mixed/joblog | cut -f 2 | sort -u | paste -sd ' ')" = ': 127.0.0.1' ]
}

@test "parallel: connections cut while it works" {
    export PROGRAMS_PER_SHARD=20
    start_sshd
    "$PIPELINES/parallel.sh" data c.jsonl s --ssh "$ssh" --sshlogin 2/127.0.0.1 > log 2>&1 &
    job=$!
    for _ in 1 2 3; do
        sleep 0.4
        # Children of our daemon: the connections.
        pgrep -P "${daemons[0]}" | xargs -r kill 2> /dev/null || true
    done
    wait $job || "$PIPELINES/parallel.sh" data c.jsonl s --ssh "$ssh" --sshlogin 2/127.0.0.1
    cmp s/score.tsv want
}

@test "watch: files that are dropped are run, and no half one is seen" {
    batt-collect -o tasks.batt data
    mkdir in
    POLL=0.05 "$PIPELINES/watch.sh" tasks.batt in out --gate 1 3>&- &
    daemons+=($!)
    POLL=0.05 "$PIPELINES/watch.sh" tasks.batt in out --gate 1 3>&- &
    daemons+=($!)
    head -n 20 c.jsonl > in/.a && mv in/.a in/a.jsonl
    printf 'def solve(I):\n    O = vmirror(I)\n    return O\n' > in/.b && mv in/.b in/b.py
    while [ ! -e out/a.jsonl.batt ] || [ ! -e out/b.py.batt ]; do sleep 0.02; done
    batt-check out/a.jsonl.batt out/b.py.batt
    [ "$(count program out/a.jsonl.batt)" -eq 20 ]
    # A newer one.
    tail -n 10 c.jsonl > in/.a && mv in/.a in/a.jsonl
    while [ "$(count program out/a.jsonl.batt)" -ne 10 ]; do sleep 0.02; done
}

# watch [OPTION...]: once through in and out, tells what it does.
watch() {
    ONCE=1 "$PIPELINES/watch.sh" tasks.batt in out -v -v "$@"
}

@test "watch: once, failures" {
    batt-collect -o tasks.batt data
    mkdir in
    cp c.jsonl in/c.jsonl
    echo '[1]' > in/d.jsonl
    ONCE=1 run -0 "$PIPELINES/watch.sh" tasks.batt in out
    assert_output 'batt-gpu: in/d.jsonl:1: not a JSON object'
    batt-split out/c.jsonl.batt | batt-score -q -a | wc -l | cmp - <(wc -l < want)
    ONCE=1 run -0 "$PIPELINES/watch.sh" tasks.batt in out
    assert_output ""
    ONCE=1 run -2 "$PIPELINES/watch.sh" nosuch.batt in other
    assert_output 'watch.sh: nosuch.batt: cannot be read'
    head -c 300 tasks.batt > cut.batt
    ONCE=1 run -3 "$PIPELINES/watch.sh" cut.batt in other
    assert_line --partial 'batt-check: cut.batt: '
    [ ! -e other ]
    ONCE=1 run -2 "$PIPELINES/watch.sh" tasks.batt in
    assert_output --partial 'pipelines/watch.sh TASKS.batt IN OUT'
}

@test "watch: whatever changed is made again, and nothing else" {
    batt-collect -o tasks.batt data
    mkdir in
    head -n 20 c.jsonl > in/a.jsonl
    cp c.jsonl 'in/b $c "d".jsonl'
    watch
    run -0 watch
    assert_output ""
    # One moved in that is older than what it takes the place of, and than its result.
    head -n 10 c.jsonl > old
    touch -d 2001-01-01 old
    mv old in/a.jsonl
    run -0 watch
    [ "$(count program out/a.jsonl.batt)" -eq 10 ]
    # One moved in while its predecessor is at work, written before that began.
    head -n 5 c.jsonl > before
    exec 5> out/.a.jsonl.batt.lock
    flock 5
    touch in/a.jsonl
    watch 2> log 3>&- 5>&- &
    while ! saw waiting < log; do sleep 0.01; done
    mv before in/a.jsonl
    exec 5>&-
    wait
    run -0 watch
    [ "$(count program out/a.jsonl.batt)" -eq 5 ]
    # Other options; other tasks.
    run -0 watch --gate 1
    batt-check -v out/*.batt 2>&1 | grep -c gate=1 | cmp - <(echo 2)
    run -0 watch --gate 1
    assert_output ""
    batt-collect -t towards -o tasks.batt data
    sleep 0.02 # what is made within the same tick of the clock counts as made before
    run -0 watch --gate 1
    [ "$(shown out/a.jsonl.batt | grep -c '"task":"[^"]*/mirrorright"')" -eq 0 ]
    # What was touched is looked at, and kept.
    touch tasks.batt
    sleep 0.02
    run -0 watch --gate 1
    assert_equal "$(grep -c 'made of the same; kept' <<< "$output")" 2
    run -0 watch --gate 1
    assert_output ""
    # What a killed one left goes.
    touch out/.a.jsonl.batt.aB3xYz out/.b.py.batt.lock
    watch --gate 1
    run find out -name '.*' -not -name .options
    assert_output ""
}

@test "watch: what cannot be made is tried again" {
    unshare -rm true 2> /dev/null || skip "no user namespaces here"
    batt-collect -o tasks.batt data
    mkdir in small
    cp c.jsonl in/c.jsonl
    # Room for a page: that of the options.
    run unshare -rm bash -c '
        mount -t tmpfs -o size=4k none small || exit 77
        ln -s small out
        for k in 1 2; do ONCE=1 "$PIPELINES/watch.sh" tasks.batt in out -k all; echo "status $?"; done
        POLL=0.05 timeout 2 "$PIPELINES/watch.sh" tasks.batt in out -k all; echo "status $?"
        mount -o remount,size=1m none small
        ONCE=1 "$PIPELINES/watch.sh" tasks.batt in out -k all && batt-check out/c.jsonl.batt; echo "status $?"
        find small -name ".c*"'
    [ "$status" -ne 77 ] || skip "no tmpfs in a namespace here"
    full='batt-gpu: out/c.jsonl.batt: No space left on device'
    # The one that goes on follows the second so soon that it does not try: a minute has not gone by.
    assert_output "$(printf '%s\n' "$full" 'status 3' "$full" 'status 3' 'status 124' 'status 0')"
}

# start_slurm N: a controller and N nodes n1 ... of our own, as one host without systemd allows.
start_slurm() {
    need slurmctld slurmd sbatch squeue scontrol
    PATH=$PATH:/usr/sbin
    export SLURM_CONF="$PWD/slurm/slurm.conf"
    local port=$((20000 + $$ % 10000)) k user
    user=$(id -un)
    mkdir -p slurm/run slurm/log slurm/state
    cat > "$SLURM_CONF" << END
ClusterName=t
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/none
CredType=cred/none
SlurmctldPort=$port
SlurmctldPidFile=$PWD/slurm/run/slurmctld.pid
SlurmctldLogFile=$PWD/slurm/log/slurmctld.log
StateSaveLocation=$PWD/slurm/state
SlurmdPidFile=$PWD/slurm/run/slurmd.%n.pid
SlurmdLogFile=$PWD/slurm/log/slurmd.%n.log
SlurmdSpoolDir=$PWD/slurm/spool.%n
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
ReturnToService=2
SlurmdTimeout=10
KillWait=2
GresTypes=gpu
END
    for k in $(seq "$1"); do
        echo "NodeName=n$k NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + k)) CPUs=1 Gres=gpu:1"
    done >> "$SLURM_CONF"
    echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP" >> "$SLURM_CONF"
    echo "Name=gpu File=/dev/null" > slurm/gres.conf
    slurmctld -D > slurm/log/ctld.out 2>&1 &
    daemons+=($!)
    for k in $(seq "$1"); do
        slurmd -D -N "n$k" > "slurm/log/n$k.out" 2>&1 &
        daemons+=($!)
    done
    for _ in $(seq 200); do
        [ "$(sinfo -h -t idle -o %D 2> /dev/null)" = "$1" ] && return
        sleep 0.1
    done
    skip "no Slurm of our own here: $(tail -n 2 slurm/log/*.out | paste -sd ' ')"
}

# done_with JOB: waits until Slurm has nothing more of it.
done_with() {
    while [ -n "$(squeue -h -j "$1" 2> /dev/null)" ]; do sleep 0.2; done
}

@test "slurm: an array, and the score behind it" {
    start_slurm 2
    read -r array score < <(GPU=1 "$PIPELINES/slurm.sh" data c.jsonl s)
    [ -n "$array" ]
    done_with "$score"
    cmp s/score.tsv want || fail "$(tail -n 5 s/log/* slurm/log/*)"
    saw -e '--gpus 1' < s/task.sh
    # Again: nothing to make, the same end.
    rm s/score.tsv s/results/000001-000001.jsonl.batt
    read -r _ score < <("$PIPELINES/slurm.sh" data c.jsonl s)
    done_with "$score"
    cmp s/score.tsv want
}

@test "slurm: a node dies in the middle, its task is queued again" {
    start_slurm 3
    # Work that lasts: a lock held here keeps the shard of the first task from being made.
    mkdir -p s/results
    exec 5> s/results/.000000-000000.jsonl.batt.lock
    flock 5
    read -r array score < <("$PIPELINES/slurm.sh" data c.jsonl s)
    while :; do
        node=$(squeue -h -t R -j "${array}_1" -o %N 2> /dev/null || true)
        task=1
        # Whichever task waits for the lock is the one to lose its node.
        for k in $(seq 0 11); do
            n=$(squeue -h -t R -j "${array}_$k" -o %N 2> /dev/null || true)
            [ -z "$n" ] || { node=$n task=$k; }
        done
        left=$(squeue -h -r -t PD,R -j "$array" 2> /dev/null | wc -l)
        [ "$left" -eq 1 ] && [ -n "$node" ] && break
        sleep 0.1
    done
    k=${node#n}
    kill -9 "${daemons[k]}"
    scontrol update NodeName="$node" State=DOWN Reason=test
    while [ "$(squeue -h -r -j "${array}_$task" -o %T)" = RUNNING ]; do sleep 0.1; done
    exec 5>&-
    scontrol update JobId="${array}_$task" StartTime=now || true
    done_with "$score"
    cmp s/score.tsv want || fail "$(tail -n 5 s/log/* slurm/log/*)"
    batt-check s/results/*.batt
}
