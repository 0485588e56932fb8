#!/usr/bin/env bats
# batt-gpu with devices, simulated ones: tests/simwarp's driver runs the kernel's own sources on
# simulated warps.  Whatever the devices do, the same bytes are written.
load helper

SIM="${BATT_SIM:-$BATS_TEST_DIRNAME/../build/tests/libcuda_sim.so}"
SAMPLES="$BATS_TEST_DIRNAME/../pipelines/samples"

setup() {
    [ -e "$SIM" ] || skip "the simulated device is not built (make test-bins)"
    export BATT_CUDA_DRIVER="$SIM" SIMWARP_STATS=1
    batt-collect -q -o all "$SAMPLES"
    batt-collect -q -o grids "$SAMPLES"/c*.json "$SAMPLES"/p*.json
}

# run_gpu OPTIONS...: results to `got`, messages to `told`.
run_gpu() {
    batt-gpu "$@" -j 1 -p "$SAMPLES/solvers.py" -o got grids 2> told
}

# expect OPTIONS...: the same on the CPU alone, to compare with.
expect() {
    batt-gpu --gpus 0 "$@" -q -p "$SAMPLES/solvers.py" -o want grids
}

# run_busy OPTIONS...: the same until the devices did some of it: the CPU's threads may be faster.
run_busy() {
    local _
    for _ in $(seq 20); do
        run_gpu "$@"
        [ "$(runs_done)" -eq 0 ] || return 0
    done
    fail "the devices did nothing: $(cat told)"
}

# runs_done: how many runs the devices did.
runs_done() {
    sed -n 's/^simwarp: .* \([0-9]*\) runs done,.*/\1/p' told
}

# counted WHAT: runs of that fate on the devices: left, full, grown.
counted() {
    case $1 in
    left) sed -n 's/^simwarp: .* \([0-9]*\) left,.*/\1/p' told ;;
    full) sed -n 's/^simwarp: .* \([0-9]*\) full,.*/\1/p' told ;;
    grown) sed -n 's/^simwarp: .* \([0-9]*\) of them done in larger arenas$/\1/p' told ;;
    esac
}

# stats FILTER: is it true of what --stats told?
stats() {
    sed -n '/^{"tasks"/p' told > stats
    jq -e "$1" stats || fail "$1: $(jq -c 'del(.primitives)' stats)"
}

# messages: what batt-gpu said.
messages() {
    grep '^batt-gpu:' told || true
}

@test "devices: --list-devices" {
    SIMCUDA_DEVICES=2 run --separate-stderr -0 batt-gpu --list-devices
    assert_equal "$output" $'0\tsimulated device 0\tsm_90\t2 multiprocessors\t1024 MiB
1\tsimulated device 1\tsm_90\t2 multiprocessors\t1024 MiB'
    BATT_CUDA_DRIVER=/nowhere run --separate-stderr -0 batt-gpu --list-devices
    assert_output ""
    assert_equal "$stderr" "batt-gpu: no GPU: no CUDA driver on this machine"
    run --separate-stderr -3 bash -c 'batt-gpu --list-devices > /dev/full'
    assert_equal "${stderr_lines[0]}" "batt-gpu: standard output: No space left on device"
}

@test "devices: one, several, one several times: the same bytes as the CPU's" {
    export SIMCUDA_DEVICES=3
    mv all grids
    expect -k all
    for options in '--gpus 1' '--gpus 3' '--devices 2,0' '--devices 0,0,0,0'; do
        # shellcheck disable=SC2086 # options are several words
        run_busy $options -k all
        [ -z "$(messages)" ]
        cmp want got
    done
}

@test "devices: unless they are asked for they are opened when there is enough to do" {
    for n in $(seq 900); do
        echo "{\"program\": \"def solve(I):\\n    x = add($n, 1)\\n    return x\\n\"}"
    done > many.jsonl
    batt-gpu --gpus 0 -q --gate 1 -k bits -p many.jsonl -o want all
    batt-gpu -j 1 --gate 1 -k bits --stats -p many.jsonl -o got all 2> told
    cmp want got
    stats '(.devices | length) == 1 and .runs < .items * .programs'
    head -n 100 many.jsonl > few.jsonl
    batt-gpu -j 1 --gate 1 -k bits --stats=brief -p few.jsonl -o got all 2> told
    stats '(.devices | length) == 0 and (keys | contains(["cpu"]) | not) and .outcomes.other > 0'
    batt-gpu -j 1 --gate 1 -k bits --stats -p few.jsonl -o got all 2> told
    stats '(.devices | length) == 0'
}

@test "devices: every --keep, gates, C given, little fuel" {
    for options in '-k bits' '-k passing' '-k match' '-k all --gate 1' '-k passing --gate 2' \
        '-k match --give-c' '-k all --fuel 300'; do
        # shellcheck disable=SC2086
        expect $options
        # shellcheck disable=SC2086
        run_busy --gpus 1 $options
        cmp want got
    done
}

@test "devices: a thread per run in place of a warp: the same bytes" {
    export BATT_CUDA_DRIVER="${SIM%/*}/libcuda_threads.so"
    for options in '-k all' '-k passing --gate 1' '-k match --yield 200'; do
        # shellcheck disable=SC2086
        expect $options
        # shellcheck disable=SC2086
        run_busy --gpus 1 $options
        cmp want got
    done
}

@test "devices: all cases and vectors, on CPU and device" {
    local vectors=
    [ ! -d "$BATS_TEST_DIRNAME/../../shared/vectors" ] ||
        vectors="$BATS_TEST_DIRNAME/../../shared/vectors"
    "$BATS_TEST_DIRNAME/pipeline/judged.py" judged "$BATS_TEST_DIRNAME"/cases/*.case \
        ${vectors:+"$vectors"/*.jsonl} > told
    local n
    n=$(sed -n 's/ programs on .*//p' told)
    [ "$n" -gt 2000 ]
    batt-collect -q -o grids judged/tasks
    batt-gpu --devices 0,0 -j 2 --verify -p judged/programs.jsonl -o got grids 2> told
    run ! grep -v '^simwarp: \|runs compared, 0 differ$' told
    local compared
    compared=$(sed -n 's/^batt-gpu: \([0-9]*\) runs compared.*/\1/p' told)
    # Each on a demonstration and a test; a few are the same but for their text, and run once.
    [ $((compared + $(counted left))) -le $((2 * n)) ]
    [ $((compared + $(counted left))) -ge $((2 * n - 2 * n / 100)) ]
}

@test "devices: --verify without a device says so" {
    expect
    BATT_CUDA_DRIVER=/nowhere run_gpu --verify
    assert_equal "$(messages)" "batt-gpu: --verify: nothing to compare with: no CUDA driver on this \
machine
batt-gpu: 0 runs compared, 0 differ"
    cmp want got
    run_gpu --verify --gpus 0
    assert_equal "$(messages | head -n 1)" \
        "batt-gpu: --verify: nothing to compare with: no GPU is asked for"
    BATT_CUDA_DRIVER=/nowhere run_gpu --verify --gpus 1 # told by another message
    assert_equal "$(messages | head -n 1)" \
        "batt-gpu: 0 of 1 GPUs (no CUDA driver on this machine); running on the CPU"
}

@test "devices: programs as JSON lines in small blocks, with S and helpers" {
    cat > lines << 'EOF'
{"id": "a", "program": "def solve(S, I, C):\n    x = first(S)\n    O = last(x)\n    return O"}
{"id": "b", "program": "def h(g):\n    return hmirror(g)\ndef solve(I):\n    x = compose(h, vmirror)\n    O = x(I)\n    return O"}
{"id": "c", "program": "def solve(I):\n    x = objects(I, T, T, T)\n    O = apply(color, x)\n    return O"}
{"id": "d", "program": "def solve(I):\n    x = asindices(I)\n    O = sfilter(x, chain(even, first, toivec))\n    return O"}
EOF
    for n in $(seq 40); do sed "s/\"id\": \"/&$n/; s/O = /y$n = add(1, $n)\\\\n    O = /" lines; done > many.jsonl
    batt-gpu --gpus 0 -q -k all --block 50 -p many.jsonl -o want all
    for _ in $(seq 20); do
        batt-gpu --gpus 1 -j 1 -k all --block 50 -p many.jsonl -o got all 2> told
        cmp want got
        [ "$(runs_done)" -eq 0 ] || return 0
    done
    fail "the devices did nothing"
}

@test "devices: runs that are too long for a warp go to the CPU" {
    cat > long.py << 'EOF'
def solve_long(I):
    a = asindices(I)
    b = product(a, a)
    c = product(b, b)
    O = size(c)
    return O
def solve_lines(I):
    a = asindices(I)
    b = prapply(connect, a, a)
    O = size(b)
    return O
EOF
    batt-gpu --gpus 0 -q -k all -p long.py -p "$SAMPLES/solvers.py" -o want grids
    for _ in $(seq 20); do
        run_gpu --gpus 1 -k all -p long.py
        cmp want got
        [ "$(sed -n 's/.* \([0-9]*\) left, .*/\1/p' told)" -eq 0 ] || return 0
    done
    fail "nothing was handed on"
}

@test "devices: runs that outgrow their arena are done in a larger one, or on the CPU" {
    cat > large.py << 'EOF'
def solve_large(I):
    a = astuple(200, 200)
    b = canvas(ZERO, a)
    c = asindices(b)
    d = totuple(c)
    e = first(d)
    O = paint(I, toobject(initset(e), I))
    return O
EOF
    for options in '-k all' '-k passing --gate 1' '-k match'; do
        # shellcheck disable=SC2086
        batt-gpu --gpus 0 -q $options -p large.py -p "$SAMPLES/solvers.py" -o want all
        for bytes in 4294967296 1073741824; do
            for _ in $(seq 20); do
                # shellcheck disable=SC2086
                SIMCUDA_BYTES=$bytes batt-gpu --gpus 1 -j 1 $options -p large.py \
                    -p "$SAMPLES/solvers.py" -o got all 2> told
                cmp want got
                [ "$(counted full)" -eq 0 ] || break
            done
            [ "$(counted full)" -gt 0 ]
            if [ "$bytes" -eq 1073741824 ]; then # no room for a large arena
                [ "$(counted grown)" -eq 0 ]
            elif [ "$options" = "-k all" ]; then
                [ "$(counted grown)" -eq "$(counted full)" ]
            else # behind a gate that they close themselves they are left
                [ "$(counted grown)" -gt 0 ]
            fi
        done
    done
}

@test "devices: a value that several programs come to comes down once" {
    for n in $(seq 60); do
        echo "{\"program\": \"def solve(I):\\n    x = add($n, 1)\\n    O = hconcat(I, I)\\n    return O\\n\"}"
        echo "{\"program\": \"def solve(I):\\n    x = add($n, 1)\\n    O = repeat($((n % 3)), 9)\\n    return O\\n\"}"
    done > alike.jsonl
    batt-gpu --gpus 0 -q -k all -p alike.jsonl -o want grids
    for _ in $(seq 20); do
        batt-gpu --gpus 1 -j 1 -k all --stats -p alike.jsonl -o got grids 2> told
        cmp want got
        [ "$(runs_done)" -eq 0 ] || break
    done
    stats '.devices[0] | .shared > 0 and .shared > .runs / 2'
}

@test "devices: --yield: how long a run may be on a GPU" {
    expect -k all
    run_busy --gpus 1 -k all --yield 100
    cmp want got
    [ "$(counted left)" -gt 0 ]
    run_busy --gpus 1 -k all --yield 4000000
    cmp want got
    assert_equal "$(counted left)" 0
}

@test "devices: little memory, and next to none" {
    expect -k all
    for bytes in 400000000 100000000; do
        SIMCUDA_BYTES=$bytes run_busy --gpus 1 -k all
        [ -z "$(messages)" ]
        cmp want got
    done
    SIMCUDA_BYTES=1000000 run_gpu --gpus 1 -k all
    assert_equal "$(messages)" \
        "batt-gpu: 0 of 1 GPUs (device 0: too little memory); running on the CPU"
    cmp want got
}

@test "devices: no more memory than --gpu-mem allows, whatever programs and runs take" {
    export BATT_CUDA_DRIVER="${SIM%/*}/libcuda_threads.so" SIMCUDA_BYTES=200000000
    local text
    text=$(for n in $(seq 150); do printf '    x%d = astuple(N, %d)\\n' "$n" "$n"; done)
    seq 7000 | text="$text" awk '{
        lines = ENVIRON["text"]
        gsub(/N/, $1, lines)
        printf "{\"program\": \"def solve(I):\\n%s    O = hmirror(I)\\n    return O\\n\"}\n", lines
    }' > many.jsonl
    batt-gpu --gpus 0 -q -k bits -p many.jsonl -o want grids
    for percent in 80 70; do
        batt-gpu --gpus 1 -j 1 -k bits --gpu-mem $percent --stats=brief -p many.jsonl -o got grids \
            2> told
        cmp want got
        [ -z "$(messages)" ]
        # The programs do not fit at once, but they do in turns.
        stats '.devices[0] | .runs > 50000 and .halved > 0 and .left == 0'
        local most
        most=$(sed -n 's/^simwarp: device 0: \([0-9]*\) bytes at once$/\1/p' told)
        [ "$most" -gt 0 ]
        [ "$most" -le $((SIMCUDA_BYTES / 100 * percent)) ]
    done
}

@test "devices: fewer than asked for: said, and on; with --require-gpu an error" {
    expect -k passing
    run_gpu --gpus 4
    assert_equal "$(messages)" "batt-gpu: 1 of 4 GPUs (1 here)"
    cmp want got
    run_gpu --devices 0,7
    assert_equal "$(messages)" "batt-gpu: 1 of 2 GPUs (1 here)"
    cmp want got
    run_gpu --gpus 1 --require-gpu
    [ -z "$(messages)" ]
    cmp want got
    rm got
    run run_gpu --gpus 2 --require-gpu
    assert_equal "$status" 3
    assert_equal "$(messages)" "batt-gpu: --require-gpu: 1 here"
    BATT_CUDA_DRIVER=/nowhere run run_gpu --require-gpu
    assert_equal "$status" 3
    assert_equal "$(messages)" "batt-gpu: --require-gpu: no CUDA driver on this machine"
    [ ! -e got ]
}

@test "devices: a driver that does not start, or is no driver" {
    expect -k all
    SIMCUDA_FAIL=init:1 run_gpu --gpus 1 -k all
    assert_equal "$(messages)" "batt-gpu: 0 of 1 GPUs (the CUDA driver does not start: \
no CUDA-capable device is detected); running on the CPU"
    cmp want got
    BATT_CUDA_DRIVER=libm.so.6 run_gpu --gpus 1 -k all
    assert_equal "$(messages)" \
        "batt-gpu: 0 of 1 GPUs (the CUDA driver is too old: it has no cuInit); running on the CPU"
    cmp want got
    # The kernel may be loaded no sooner than it is looked for.
    SIMCUDA_FAIL=function:1 run_gpu --devices 0 -k all
    assert_equal "$(messages)" "batt-gpu: 0 of 1 GPUs (device 0: loading the kernel: no kernel \
image is available for execution on the device); running on the CPU"
    cmp want got
}

@test "devices: a device that is lost at any step: said once, nothing lost" {
    expect -k all
    for fault in retain:1 load:1 load:2 up:1 up:2 zero:1 launch:1 down:1 down:2 wait:1 wait:2; do
        for _ in $(seq 20); do # until the devices have come so far
            SIMCUDA_FAIL=$fault run_gpu --gpus 1 -k all
            cmp want got || fail "$fault"
            [ -z "$(messages)" ] || break
        done
        [ -n "$(messages)" ] || fail "$fault: nothing said"
        [ "$(messages | wc -l)" -eq 1 ] || fail "$fault: said more than once"
    done
}

@test "devices: lost on the way with --require-gpu: all results, and status 1" {
    expect -k all
    for fault in up:1 launch:1 down:1 wait:1; do
        for _ in $(seq 20); do # until the devices have come so far
            SIMCUDA_FAIL=$fault run run_gpu -q --gpus 1 --require-gpu -k all
            cmp want got || fail "$fault"
            [ -z "$(messages)" ] || break
            assert_equal "$status" 0
        done
        assert_equal "$status" 1
        assert_regex "$(messages)" \
            '^batt-gpu: --require-gpu: GPU 0: [^:]*: [^:]*; its work was done elsewhere$'
    done
    # Another one is there, but all of them were required.
    for _ in $(seq 20); do
        SIMCUDA_DEVICES=2 SIMCUDA_FAIL=launch:1 run run_gpu --gpus 2 --require-gpu -k all
        cmp want got
        [ "$status" -eq 0 ] || break
    done
    assert_equal "$status" 1
}

@test "devices: memory that runs out later halves the batch" {
    expect -k all
    for n in 3 4 5 6 7; do
        SIMCUDA_FAIL=alloc:$n run_gpu --gpus 1 -k all
        cmp want got || fail "alloc:$n"
        [ -z "$(messages)" ] || fail "alloc:$n: $(messages)"
    done
}

# numbered N LINE...: N programs of these lines, NUMBER in them being the program's.
numbered() {
    local n=$1 text
    shift
    text=$(program solve "$@" | jq -Rsc '{program: .}')
    for n in $(seq "$n"); do
        echo "${text//NUMBER/$n}"
    done
}

# many_items M N: grids of a task with M items, for one batch, and N programs p.jsonl: 1001 and 200
# are more than a device of 30000000 bytes can do at once.
many_items() {
    jq -n --argjson n "$1" '[range($n)] | map([[. % 10, (. / 10 | floor) % 10], [(. / 100 | floor) % 10, 1]] |
        {input: ., output: .}) | {train: .[1:], test: .[:1]}' > many.json
    batt-collect -q -o grids many.json
    numbered "$2" 'x1 = add(NUMBER, 1)' 'O = repeat(x1, 2)' > p.jsonl
}

@test "devices: memory is out for a task with all its programs: they are cut, and done there" {
    many_items 1001 200
    batt-gpu --gpus 0 -q -k all -p p.jsonl -o want grids
    SIMCUDA_BYTES=30000000 batt-gpu --gpus 1 -j 1 -k all --stats=brief -p p.jsonl -o got grids 2> told
    cmp want got
    [ -z "$(messages)" ]
    stats '.devices[0] | .halved > 1 and .no_room == 0 and .batches == 1 and .left == .crowded and
        .runs + .crowded == 200200 and .runs > 0'
}

@test "devices: memory is out when the kernel is to start: the batch is cut" {
    many_items 40 128
    batt-gpu --gpus 0 -q -k all -p p.jsonl -o want grids
    for fault in room:1 room:1-3 alloc:6-8 host:1-4; do
        SIMCUDA_FAIL=$fault batt-gpu --gpus 1 -j 1 -k all --stats=brief -p p.jsonl -o got grids 2> told
        cmp want got || fail "$fault"
        [ -z "$(messages)" ] || fail "$fault: $(messages)"
        stats '.devices[0] | .halved > 0 and .no_room == 0 and .left == 0 and .runs > 0'
    done
    # Never any: the CPU does it, and each block is tried again.
    batt-gpu --gpus 0 -q -k all --block 64 -p p.jsonl -o want grids
    SIMCUDA_FAIL=room:1-99999 batt-gpu --gpus 1 -j 1 -k all --block 64 --stats -p p.jsonl -o got \
        grids 2> told
    cmp want got
    [ -z "$(messages)" ]
    stats '.devices[0] | .runs == 0 and .halved > 0 and .no_room == .left and .left > 0 and
        .batches > 0'
    stats '.runs == .cpu.runs and .cpu.runs == (.outcomes | add)'
}

@test "devices: what comes down takes a little of the memory that devices reach, and does without" {
    numbered 64 'x1 = add(NUMBER, 1)' 'O = repeat(x1, 800)' > p.jsonl
    batt-gpu --gpus 0 -q -k all -p p.jsonl -o want grids
    for way in '' 'host:4-99999'; do
        SIMCUDA_FAIL=$way batt-gpu --devices 0 -j 1 -k all --stats -p p.jsonl -o got grids 2> told
        cmp want got
        [ -z "$(messages)" ]
        stats '.devices[0] | .runs > 500 and .left == 0 and .bytes_down > 12800 * .runs'
        local host elsewhere
        host=$(sed -n 's/^simwarp: host: \([0-9]*\) bytes at once; .*/\1/p' told)
        elsewhere=$(sed -n 's/^simwarp: host: .* up, \([0-9]*\) down$/\1/p' told)
        [ "$host" -lt 10000000 ]
        if [ -z "$way" ]; then
            assert_equal "$elsewhere" 0
        else
            [ "$elsewhere" -gt 10000 ]
        fi
    done
}

@test "devices: lost when parts of a batch are done: these stay, the CPU does the others" {
    many_items 1001 200
    batt-gpu --gpus 0 -q -k all --stats -p p.jsonl -o want grids 2> told
    local total
    total=$(grep '^{' told | jq -c '[.cpu.calls, .cpu.units]')
    for options in '--stats' '--stats --profile=40'; do
        # shellcheck disable=SC2086 # options are several words
        SIMCUDA_BYTES=30000000 SIMCUDA_FAIL=down:9 batt-gpu --gpus 1 -j 1 -k all $options \
            -p p.jsonl -o got grids 2> told
        cmp want got
        [ "$(messages | wc -l)" -eq 1 ]
        stats '.runs == (.outcomes | add) and .runs == .cpu.runs + .devices[0].runs'
        stats '.devices[0] | .broken == 1 and .fallbacks == 1 and .runs > 0 and
            .left > .crowded + .no_room and .runs + .left == 200200'
        stats "[.cpu.calls + .devices[0].calls, .cpu.units + .devices[0].units] == $total"
    done
}

@test "devices: --stats: what each did, all its parts together, and what the CPU did" {
    export SIMCUDA_DEVICES=3
    mv all grids
    expect -k all
    batt-gpu --gpus 0 -q -k all -p "$SAMPLES/solvers.py" --stats -o want grids 2> told
    local total
    total=$(grep '^{' told | jq -c '[.cpu.calls, .cpu.units]')
    for names in '0' '2,0' '0,0,0,0'; do
        run_busy --devices $names -k all --stats
        cmp want got
        stats ".devices | map({name, parts}) == ([$names] | group_by(.) |
            map({name: \"GPU \\(.[0])\", parts: (2 * length)}) |
            if \"$names\" == \"2,0\" then reverse else . end)"
        stats ".devices | (map(.runs) | add) == $(runs_done) and all(.broken == 0 and
            .fallbacks == 0 and has(\"reason\") == false and .left == .yields + .crowded and
            if .batches > 0 then .bytes_up > 0 and .bytes_down > 0 and .seconds > 0 and
            (.runs / .seconds / .runs_per_second - 1 | fabs) < 1e-6 and .halved == 0
            else .runs == 0 and .bytes_up == 0 end)"
        stats '.runs == .cpu.runs + (.devices | map(.runs) | add) and
            .runs >= (.outcomes | add) and (.outcomes | add) == 34 * .items'
        stats '(.primitives + [.others[]] | map(.calls) | add) == (.cpu.calls // 0)'
        stats '.devices | all((.primitives + [.others[]]) as $all | (.calls > 0) == (.runs > 0) and
            ($all | map(.calls) | add) == .calls and ($all | map(.units) | add) == .units and
            (.runs == 0 or ($all | map(.share) | add - 1 | fabs) < 1e-6) and
            .primitives == (.primitives | sort_by(-.share)) and .others.in_vain.calls == 0)'
        stats "[(.cpu.calls // 0) + (.devices | map(.calls) | add),
            .cpu.units + (.devices | map(.units) | add)] == $total"
    done
}

# counts: of a --stats object, calls and units by name, on CPU and devices together.
counts() {
    grep '^{' "$1" | jq -S '[., .devices[]] | map((.primitives[] | {name, calls, units}),
        (.others | del(.moving, .in_vain) | to_entries[] | {name: .key} + .value)) |
        group_by(.name) | map({name: .[0].name, calls: (map(.calls) | add),
            units: (map(.units) | add)}) | map(select(.calls + .units > 0))'
}

@test "devices: --stats: calls and units by primitive are those of a run on the CPU" {
    for n in $(seq 20); do # no line is another program's, which the CPU would run once
        program solve "x1 = repeat(I, $n)" 'x2 = first(x1)' 'x3 = asindices(x2)' \
            'x4 = apply(compose(double, first), x3)' 'x5 = prapply(connect, x3, x3)' \
            'x6 = rapply((double, halve), size(x3))' 'x7 = power(hmirror, 3)' 'x8 = x7(x2)' \
            'x9 = order(x3, last)' 'x10 = apply(compose(size, initset), x3)' \
            "x11 = branch(equality(size(x1), $((n % 7))), divide, add)" "x12 = x11($n, $((n % 2)))" \
            'O = fill(x8, x12, x3)' | jq -Rsc "{id: \"$n\", program: .}"
    done > p.jsonl
    for n in $(seq 60); do
        program solve "x1 = repeat(I, $((100 + n)))" 'O = last(x1)' |
            jq -Rsc "{id: \"light $n\", program: .}"
    done >> p.jsonl
    for n in $(seq 10); do # that outgrow their arena
        program solve "x1 = repeat(I, $((200 + n)))" "x2 = canvas(size(x1), astuple(150, $((150 + n))))" \
            'x3 = totuple(asindices(x2))' 'O = paint(I, toobject(initset(first(x3)), I))' |
            jq -Rsc "{id: \"large $n\", program: .}"
    done > large.jsonl
    for options in '-p p.jsonl' '-p p.jsonl --yield 300' '-p p.jsonl --fuel 90' \
        '-p large.jsonl -p p.jsonl --yield 100000'; do
        # shellcheck disable=SC2086 # options are several words
        batt-gpu --gpus 0 -q --stats $options -o want grids 2> told
        counts told > want.counts
        for sim in sim threads; do
            for _ in $(seq 20); do
                # shellcheck disable=SC2086
                SIMCUDA_BYTES=4294967296 BATT_CUDA_DRIVER="${SIM%/*}/libcuda_$sim.so" \
                    batt-gpu --gpus 1 -j 1 --stats $options -o got grids 2> told
                cmp want got
                counts told | diff want.counts -
                [ "$(runs_done)" -eq 0 ] || break
            done
            [ "$(runs_done)" -gt 0 ]
            stats '.devices[0] | (.left + .overflows > 0) == (.others.in_vain.units > 0)'
            [[ $options != *yield* ]] || stats '.devices[0].others.in_vain | .calls > 0 and .share > 0'
        done
    done
    for _ in $(seq 20); do
        batt-gpu --gpus 1 -j 1 --stats=brief -p p.jsonl -o got grids 2> told
        [ "$(runs_done)" -eq 0 ] || break
    done
    stats '.devices[0] | .runs > 0 and has("primitives") == false and has("calls") == false'
}

@test "devices: --stats: yields, larger arenas" {
    run_busy --gpus 1 -k all --yield 100 --stats
    stats ".devices[0] | .yields + .crowded == $(counted left) and .yields > 0"
    stats '.cpu.runs >= .devices[0].left'
    printf 'def large(I):\n    a = totuple(asindices(canvas(ZERO, astuple(200, 200))))\n' > large.py
    printf '    O = canvas(first(last(a)), UNITY)\n    return O\n' >> large.py
    run_busy --gpus 1 -k all --stats -p large.py
    stats ".devices[0] | .overflows == $(counted full) and .grown == $(counted grown)"
    # What outgrows its arena and is then too long is left once.
    printf 'def long(I):\n    a = totuple(asindices(canvas(ZERO, astuple(200, 200))))\n' > long.py
    printf '    O = order(apply(first, a), invert)\n    return O\n' >> long.py
    SIMCUDA_BYTES=4294967296 run_busy --gpus 1 -k all --stats --yield 12000 -p long.py
    stats '.devices[0] | .overflows > 0 and .grown == 0 and .yields == .overflows and .left == .yields'
}

@test "devices: --stats: a device that breaks" {
    expect -k all
    for _ in $(seq 20); do # until a device has come so far
        SIMCUDA_FAIL=launch:1 run_gpu --gpus 1 -k all --stats
        cmp want got
        [ -z "$(messages)" ] || break
    done
    stats '.cpu.runs == (.outcomes | add) and (.devices | length) == 1'
    stats '.devices[0] | .runs == 0 and .broken > 0 and .fallbacks == .broken'
    assert_equal "$(messages)" \
        "batt-gpu: GPU 0: $(jq -r '.devices[0].reason' stats); its work is done elsewhere"
}

@test "devices: --stats: memory of the host that devices reach runs out" {
    batt-collect -q -o grids "$SAMPLES"/c*.json
    for n in $(seq 600); do # what their lines took is more than what they came to
        echo "{\"program\": \"def solve(I):\\n$(printf '    x%d = hmirror(I)\\n' $(seq 12))    O = repeat($n, 2)\\n    return O\\n\"}"
    done | jq -c --arg task "$(keys grids | head -n 1)" '. + {task: $task}' > p.jsonl
    batt-gpu --gpus 0 -q -k bits -p p.jsonl -o want grids
    for n in $(seq 12); do
        SIMCUDA_FAIL=host:$n batt-gpu --gpus 1 -j 1 -k bits --stats --profile -p p.jsonl -o got \
            grids 2> told
        cmp want got || fail "host:$n"
        [ -z "$(messages)" ] || fail "host:$n: $(messages)"
        stats '.runs == (.outcomes | add) and .runs == .cpu.runs + .devices[0].runs and
            .cpu.runs >= .devices[0].left'
    done
}

@test "devices: --times and --profile tell runs that devices did" {
    expect -k all
    run_busy --gpus 1 -k all --times
    cmp want got
    local n
    n=$(grep '^{' told | jq -s 'map(.by_devices // 0) | add')
    [ "$n" -gt 0 ]
    [ "$n" -le "$(runs_done)" ]
    grep '^{' told | jq -es 'all(if .by_devices then .by_devices <= .runs and .us_of_devices <= .us
        else .us_of_devices == null end) and (map(.us_of_devices // 0) | add) > 0'
    run_busy --gpus 1 -k all --profile=3
    cmp want got
    saw -E '^the 3 heaviest of 34 programs, .*; devices did [0-9]+ of them in [0-9.]+ s$' < told
    assert_equal "$(grep -c '/samples/solvers.py:' told)" 3
}

# lines: of a --stats object, the heaviest programs' lines with their calls and units.
lines() {
    jq -c '.heaviest[] | .program as $program | .lines[] | {$program, line, text, calls, units}' "$1"
}

@test "devices: --profile: lines of runs that devices did, as the CPU counts them" {
    mv all grids
    for options in '-k all' '-k match --gate 1 --yield 150'; do
        # shellcheck disable=SC2086 # options are several words
        expect $options --stats --profile=40 2> cpu
        lines cpu > lines.cpu
        for sim in sim threads; do
            # shellcheck disable=SC2086
            BATT_CUDA_DRIVER="${SIM%/*}/libcuda_$sim.so" run_busy --gpus 1 $options --stats --profile=40
            cmp want got
            stats '(.heaviest | map(.by_devices // 0) | add) == (.devices | map(.runs) | add)'
            # A thread that is put aside while it runs may leave a program without heavy lines.
            stats '.heaviest | (map(select(.lines | length > 0)) | length > 25) and all(.share >=
                0.99999999 * (.lines | map(.share) | add)) and (map(.share) | add - 1 | fabs) < 1e-6'
            stats '.heaviest | all(.lines | map(.us) == (map(.us) | sort | reverse))'
            # Which lines are the heaviest may differ; those that both name took the same.
            lines stats > lines.device
            jq -es 'group_by([.program, .line]) | map(select(length == 2)) |
                length > 40 and all(.[0] == .[1])' lines.cpu lines.device
        done
    done
}

@test "devices: --profile: what is verified counts as the CPU did it" {
    run_busy --gpus 1 -k all --verify --stats --profile=40
    stats '.heaviest | length == 34 and all(.by_devices == null) and (map(.lines[]) | length > 40) and
        all(.calls >= (.lines | map(.calls) | add) and .units >= (.lines | map(.units) | add))'
}

@test "devices: gpu-check.sh runs the sanitizers: racecheck is told, the others are judged" {
    mkdir tools
    cat > tools/compute-sanitizer << 'EOF'
#!/bin/sh
tool=$2 status=0
shift 2
if [ "$1" = --error-exitcode ]; then
    status=$2
    shift 2
fi
"$@" || exit
[ "$tool" = "$STOPS" ] && exit
if [ "$tool" = racecheck ]; then
    echo '========= Error: Race reported between Write access at vm_run+0x140 in kernel.cu'
    echo '=========     and Read access at vm_run+0xe0 in kernel.cu [4 hazards]'
    echo '========= RACECHECK SUMMARY: 1 hazard displayed (1 error, 0 warnings)'
    exit 0
fi
echo "========= ERROR SUMMARY: ${FINDS:-0} errors"
[ -z "${FINDS:-}" ] || exit "$status"
EOF
    chmod +x tools/compute-sanitizer
    export PATH="$PWD/tools:$PATH" CHECKS=sanitizers STOPS='' FINDS=''
    local check="$BATS_TEST_DIRNAME/gpu-check.sh"
    run -0 sh "$check"
    assert_line 'compute-sanitizer racecheck: ========= RACECHECK SUMMARY: 1 hazard displayed (1 error, 0 warnings)'
    assert_line --regexp '^ *1 Error: Race reported between Write access at vm_run'
    assert_line '6 passed, 0 failed'
    STOPS=racecheck run -1 sh "$check"
    assert_line 'FAILED: compute-sanitizer racecheck: comes to its end'
    assert_line '5 passed, 1 failed'
    FINDS=3 run -1 sh "$check"
    assert_line 'FAILED: compute-sanitizer memcheck'
    assert_line 'FAILED: compute-sanitizer synccheck'
    assert_line '4 passed, 2 failed'
}
