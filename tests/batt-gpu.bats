#!/usr/bin/env bats
# batt-gpu as its users meet it: options, programs from everywhere, bad programs that harm nobody
# else, programs that want the whole machine, broken grids and broken output.
load helper

# Task aa is solved by dmirror; of bb it matches the first demonstration and the test only.
setup() {
    mkdir -p data/one
    echo '{"train":[{"input":[[1,2],[3,4]],"output":[[1,3],[2,4]]},{"input":[[5]],"output":[[5]]}],
           "test":[{"input":[[7,8]],"output":[[7],[8]]}]}' > data/one/aa.json
    echo '{"train":[{"input":[[1,2]],"output":[[1],[2]]},{"input":[[5]],"output":[[6]]}],
           "test":[{"input":[[7]],"output":[[7]]}]}' > data/one/bb.json
    batt-collect --set one -o tasks data
    batt-collect --set one -t aa -P demo -o demos data
    program solve_aa 'O = dmirror(I)' > good.py
}

# record FIELDS LINE...: the same as a JSON line; FIELDS as in '"id": "x",' or none.
record() {
    local fields=$1 text
    shift
    text=$(program solve "$@" | sed 's/$/\\n/' | tr -d '\n')
    echo "{$fields \"program\": \"$text\"}"
}

# brief STREAM: a line for each result: program, item, outcome, was the output right?
brief() {
    shown "$1" | sed -n 's|^{"type":"result","task":"one/\([^"]*\)","part":"\([^"]*\)","index":\([0-9]*\),"program":"\([^"]*\)".*"outcome":"\([a-z]*\)".*"equal":\([a-z]*\).*|\4 \1 \2\3 \5 \6|p'
}

# of PROGRAM STREAM: its brief results without its name.
of() {
    brief "$2" | sed -n "s/^$1 //p"
}

# outcomes PROGRAM STREAM: the outcomes it had, each once.
outcomes() {
    brief "$2" | sed -n "s/^$1 [^ ]* [^ ]* \([a-z]*\) .*/\1/p" | sort -u
}

# why PROGRAM STREAM: line and reason of a program that could not be parsed.
why() {
    shown "$2" | sed -n "s/^{\"type\":\"program\",\"program\":\"$1\".*\"line\":\([0-9]*\),\"error\":\"\(.*\)\"}/\1: \2/p"
}

# outputs STREAM: how many results carry an output.
outputs() {
    shown "$1" | grep -c '"type":"result".*"output":' || true
}

# sum STREAM: digest of what is in it, whatever the compression.
sum() {
    zstd -dc < "$1" | sha256sum
}

# wait_for FILE PATTERN: until the unfinished stream shows such a line; 10 seconds at most.
wait_for() {
    local n
    for n in $(seq 100); do
        { batt-show "$1" 2> err || true; } | saw "$2" && return 0
        sleep 0.1
    done
    batt-show "$1"
    return 1
}

# many N: N different programs as JSON lines, some of which fail.
many() {
    seq "$1" | awk '{
        printf "{\"id\": \"p%d\", \"program\": \"def solve(I):\\n    x1 = upscale(I, %d)\\n", $1, $1 % 4
        printf "    x2 = replace(x1, 1, %d)\\n    x3 = last(x2)\\n", $1
        printf "    O = repeat(x3, %d)\\n    return O\\n\"}\n", $1 % 7 }'
}

good_results='aa demo0 ok true
aa demo1 ok true
aa test0 ok true'

# ---- options ----

@test "gpu: help to stdout, misuse to stderr with status 2" {
    run --separate-stderr -0 batt-gpu -h
    assert_output --partial "usage: batt-gpu [OPTION...] [GRIDS...]"
    assert_equal "$stderr" ""
    run -0 batt-gpu -V
    assert_output --regexp '^batt-gpu [0-9.]+$'
    for option in --nope -Q; do
        run --separate-stderr -2 batt-gpu "$option" tasks
        assert_output ""
        assert_regex "${stderr_lines[0]}" "^batt-gpu: $option: unknown or ambiguous option$"
    done
    for option in -p --programs --pair -k --keep --gate -f --fuel -j -g --block -l -o; do
        run --separate-stderr -2 batt-gpu -p good.py tasks "$option"
        assert_output ""
        assert_equal "${stderr_lines[0]}" "batt-gpu: $option: needs an argument"
    done
    for option in --give-c --strict --times; do
        run --separate-stderr -2 batt-gpu "$option=yes" -p good.py tasks
        assert_equal "${stderr_lines[0]}" "batt-gpu: $option: takes no argument"
    done
    run --separate-stderr -2 batt-gpu --stats=yes -p good.py tasks
    assert_equal "${stderr_lines[0]}" "batt-gpu: --stats yes: not brief"
}

@test "gpu: numbers that are none or out of range" {
    for n in -1 x 1x '' 1.5 99999999999999999999; do
        for option in --gate -f -j -g --block -l; do
            run --separate-stderr -2 batt-gpu "$option" "$n" -p good.py tasks
            assert_output ""
            assert_regex "${stderr_lines[0]}" \
                "^batt-gpu: $option $n: (too small|too large|not a number)$"
        done
    done
    for option in -f -j --block -l; do
        run --separate-stderr -2 batt-gpu "$option" 0 -p good.py tasks
        assert_equal "${stderr_lines[0]}" "batt-gpu: $option 0: too small"
    done
    run --separate-stderr -2 batt-gpu -l 20 -p good.py tasks
    assert_equal "${stderr_lines[0]}" "batt-gpu: -l 20: too large"
}

@test "gpu: words that are not on the list" {
    for word in '' some passin passing,all; do
        run --separate-stderr -2 batt-gpu --keep "$word" -p good.py tasks
        assert_equal "${stderr_lines[0]}" \
            "batt-gpu: -k $word: not one of bits, passing, match, all"
        run --separate-stderr -2 batt-gpu --pair "$word" -p good.py tasks
        assert_equal "${stderr_lines[0]}" "batt-gpu: --pair $word: not one of cross, name, record"
    done
}

@test "gpu: devices that are no numbers" {
    for list in x '' 0,x 0,,1 -1; do
        run --separate-stderr -2 batt-gpu --devices "$list" -p good.py tasks
        assert_output ""
        assert_regex "${stderr_lines[0]}" "^batt-gpu: --devices $list: "
    done
}

@test "gpu: wrong usage leaves no output, whatever stood before it" {
    echo before > out
    run -2 batt-gpu -p good.py -o out tasks --nope
    assert_equal "$(cat out)" before
}

@test "gpu: --keep" {
    for keep in bits:0 passing:3 match:5 all:6; do
        batt-gpu --keep "${keep%:*}" -p good.py -o out tasks
        assert_equal "$keep $(outputs out)" "$keep ${keep#*:}"
        assert_equal "$(count result out)" 6
        shown out | saw "\"keep\":\"${keep%:*}\""
    done
    batt-gpu -p good.py -o out tasks
    assert_equal "$(outputs out)" 3
    shown out | saw -F '"part":"test","index":0,"program":"solve_aa","source":"good.py","outcome":"ok","equal":true'
}

@test "gpu: --keep match: outputs that match and the tests', not the others" {
    batt-gpu -k match -p good.py -o out tasks
    shown out | saw '"one/bb","part":"demo","index":0,.*"output":\[\[1\],\[2\]\]}'
    shown out | saw '"one/bb","part":"test","index":0,.*"output":\[\[7\]\]}'
    run ! saw '"one/bb","part":"demo","index":1,.*"output":' < <(shown out)
    program none 'O = canvas(9, THREE_BY_THREE)' > none.py
    batt-gpu -k match -p none.py -o out tasks
    assert_equal "$(outputs out)" 0
}

@test "gpu: --keep all: a value too large for the stream is left out, the rest is whole" {
    program huge 'a = canvas(1000000007, (1000, 1000))' 'O = repeat(a, 16)' > p.py
    program wide 'O = canvas(7, (1000, 1000))' >> p.py
    cat good.py >> p.py
    batt-gpu -k all -p p.py -o out tasks
    assert_equal "$(outcomes huge out)" other
    assert_equal "$(outputs out)" 12
    run ! saw '"program":"huge".*"output":' < <(shown out)
    batt-gpu -p p.py tasks | batt-split | batt-score -a -q > passing
    batt-split out | batt-score -a -q | cmp - passing
}

@test "gpu: fuel is told with --keep all only" {
    batt-gpu -k all -p good.py -o out tasks
    assert_equal "$(shown out | grep -c '"fuel":1,')" 6
    batt-gpu -k match -p good.py -o out tasks
    run ! saw '"type":"result".*"fuel":' < <(shown out)
}

@test "gpu: what is kept does not change outcomes and signatures" {
    many 20 > c.jsonl
    for keep in bits passing match all; do
        batt-gpu -k $keep -p c.jsonl -o out tasks
        shown out | grep '"type":"result"' | sed 's/"fuel":[0-9]*,//; s/,"output":.*/}/' > $keep
    done
    cmp bits passing
    cmp bits match
    cmp bits all
}

@test "gpu: the signature tells a run without a value from one that gave None" {
    { program none 'O = branch(F, I, None)'
      program limit 'x = multiply(1000000000, 1000000000)' 'O = multiply(x, x)'
      program error 'O = first(ONE)'; } > none.py
    batt-gpu -k all -p none.py -o out demos
    assert_equal "$(outcomes none out) $(outcomes limit out) $(outcomes error out)" 'other limit error'
    assert_equal "$(shown out | grep -o '"sig":"[0-9a-f]*"' | sort -u | wc -l)" 3
}

@test "gpu: --pair=cross, name and record" {
    { cat good.py; program solve_bb 'O = hmirror(I)'; program other 'O = vmirror(I)'; } > three.py
    batt-gpu -p three.py -o out tasks
    assert_equal "$(count result out)" 18
    run --separate-stderr -1 batt-gpu --pair=name -p three.py -o out tasks
    assert_equal "$stderr" \
        "batt-gpu: 1 programs name a task that is not there, the first 'other'"
    assert_equal "$(brief out | cut -d ' ' -f 1,2 | sort -u)" $'solve_aa aa\nsolve_bb bb'
    { record '"id": "x", "task": "aa",' 'O = dmirror(I)'
      record '"id": "y", "task": "one/bb",' 'O = dmirror(I)'
      record '"id": "z",' 'O = dmirror(I)'; } > c.jsonl
    batt-gpu -p c.jsonl -o out tasks
    assert_equal "$(brief out | cut -d ' ' -f 1,2 | sort -u)" $'x aa\ny bb\nz aa\nz bb'
    batt-gpu --pair=record -p c.jsonl -o same tasks
    assert_equal "$(brief same)" "$(brief out)"
    batt-gpu --pair=cross -p c.jsonl -o out tasks
    assert_equal "$(count result out)" 18
}

@test "gpu: --pair=name: ids with a _ in them, the longest end that is a task" {
    mkdir under
    for id in b a_b; do
        echo '{"train":[{"input":[[1]],"output":[[1]]}],"test":[{"input":[[3]],"output":[[3]]}]}' \
            > under/$id.json
    done
    batt-collect --set under -o under.batt under
    for name in solve_a_b solve_b a_b solve_x_b; do
        printf 'def %s(I):\n    O = identity(I)\n    return O\n' "$name"
    done > under.py
    run --separate-stderr -0 batt-gpu --pair=name -p under.py -o out under.batt
    assert_equal "$(shown out | grep '"part":"demo"' |
        sed 's/.*"task":"\([^"]*\)".*"program":"\([^"]*\)".*/\2 \1/' | sort)" \
        "$(printf '%s\n' 'a_b under/a_b' 'solve_a_b under/a_b' 'solve_b under/b' 'solve_x_b under/b')"
}

@test "gpu: tasks that programs name but that are not there" {
    { record '"id": "x", "task": "zz",' 'O = dmirror(I)'
      record '"id": "y", "task": "aa",' 'O = dmirror(I)'; } > c.jsonl
    run --separate-stderr -1 batt-gpu -p c.jsonl -o out tasks
    assert_equal "$stderr" \
        "batt-gpu: 1 programs name a task that is not there, the first 'zz'"
    assert_equal "$(of y out)" "$good_results"
    assert_equal "$(of x out)" ""
    make_tasks more/two aa
    batt-collect --set two -o two more
    sed -n 2p c.jsonl > y.jsonl
    run --separate-stderr -1 batt-gpu -p y.jsonl -o out tasks two
    assert_equal "${#stderr_lines[@]}" 1
    assert_equal "$stderr" "batt-gpu: 1 programs name a task by an id that several tasks have, \
the first 'aa'; name set/id"
    assert_equal "$(count result out)" 0
}

@test "gpu: --gate skips the rest of a task once so many demonstrations failed" {
    echo '{"train":[{"input":[[1]],"output":[[1]]},{"input":[[2]],"output":[[0]]},
           {"input":[[3]],"output":[[0]]},{"input":[[4]],"output":[[4]]}],
           "test":[{"input":[[5]],"output":[[5]]}]}' > data/one/cc.json
    batt-collect --set one -t cc -o cc data
    batt-gpu --gate 1 -p good.py -o out cc
    assert_equal "$(of solve_aa out | cut -d ' ' -f 2,3)" \
        $'demo0 ok\ndemo1 ok\ndemo2 skipped\ndemo3 skipped\ntest0 skipped'
    batt-gpu --gate 2 -p good.py -o out cc
    assert_equal "$(of solve_aa out | cut -d ' ' -f 2,3)" \
        $'demo0 ok\ndemo1 ok\ndemo2 ok\ndemo3 skipped\ntest0 skipped'
    for gate in 0 3; do
        batt-gpu --gate $gate -p good.py -o out cc
        assert_equal "$(outcomes solve_aa out)" ok
    done
    batt-gpu --gate 1 -p good.py -o out tasks
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    assert_equal "$(of solve_aa out | tail -n 1)" 'bb test0 skipped false'
    shown out | sed -n 1p | saw '"gate":"1"'
}

@test "gpu: --gate is for each program by itself" {
    { program x 'O = hmirror(I)'; cat good.py; program y 'O = first(5)'; } > three.py
    batt-gpu --gate 1 -p three.py -o out demos
    assert_equal "$(brief out)" 'x aa demo0 ok false
solve_aa aa demo0 ok true
y aa demo0 error false
x aa demo1 skipped false
solve_aa aa demo1 ok true
y aa demo1 skipped false'
}

@test "gpu: --fuel, exactly" {
    program two 'x1 = hmirror(I)' 'O = vmirror(x1)' > two.py
    batt-gpu --fuel 2 -p two.py -o out demos
    assert_equal "$(outcomes two out)" ok
    batt-gpu --fuel 1 -k all -p two.py -o out demos
    assert_equal "$(outcomes two out)" fuel
    shown out | saw '"outcome":"fuel","line":3,"fuel":1,'
}

@test "gpu: the same output for any number of threads, blocks and any level" {
    many 600 > c.jsonl
    batt-gpu -k all -j 1 -p c.jsonl -o one tasks
    for options in '-j 2' '-j 7' '-j 1' '-j 2 -l 19'; do
        # shellcheck disable=SC2086 # options are several words
        batt-gpu -k all $options -p c.jsonl -o two tasks
        assert_equal "$(sum two)" "$(sum one)"
    done
    for block in 1 7 599 600 601; do
        batt-gpu -k all --block $block -p c.jsonl -o two tasks
        assert_equal "$(brief two | sort)" "$(brief one | sort)"
    done
    batt-gpu -j 1 -p c.jsonl -p good.py tasks > one
    batt-gpu -j 2 -p c.jsonl -p good.py < tasks > two
    cmp one two
}

@test "gpu: blocks of --block programs" {
    many 5 > c.jsonl
    batt-gpu --block 2 -p c.jsonl -o out tasks
    assert_equal "$(shown out | sed -n 's/.*"program":"\(p[0-9]\)".*"block":\([0-9]*\).*/\1 \2/p')" \
        $'p1 0\np2 0\np3 1\np4 1\np5 2'
}

@test "gpu: --gpus says once that it runs on the CPU" {
    export BATT_CUDA_DRIVER=/nowhere
    batt-gpu -p good.py -o one tasks
    for options in '--gpus 4' '-g 1' '--devices 0,1'; do
        # shellcheck disable=SC2086 # options are several words
        run --separate-stderr -0 batt-gpu $options -p good.py -o two tasks
        assert_regex "$stderr" '^batt-gpu: 0 of [124] GPUs \(no CUDA driver on this machine\); running on the CPU$'
        cmp one two
    done
    run --separate-stderr -0 batt-gpu --gpus 0 -p good.py -o two tasks
    assert_equal "$stderr" ""
    run --separate-stderr -0 batt-gpu -q --gpus 4 -p good.py -o two tasks
    assert_equal "$stderr" ""
}

@test "gpu: how many GPUs or which, not both" {
    for options in '--gpus 0 --devices 0' '--devices 0,1 -g 2'; do
        # shellcheck disable=SC2086 # options are several words
        run --separate-stderr -2 batt-gpu $options -p good.py -o out tasks
        assert_equal "${stderr_lines[0]}" 'batt-gpu: --devices: not together with -g'
        [ ! -e out ]
    done
}

@test "gpu: --give-c: without it C is None" {
    printf 'def cheat(S, I, C):\n    O = identity(C)\n    return O\n' > c.py
    batt-gpu -k all -p c.py -o out tasks
    assert_equal "$(brief out | cut -d ' ' -f 4,5 | sort -u)" 'other false'
    shown out | saw '"output":null'
    shown out | sed -n 1p | saw '"give-c":"no"'
    batt-gpu --give-c -p c.py -o out tasks
    assert_equal "$(brief out | cut -d ' ' -f 4,5 | sort -u)" 'ok true'
    shown out | sed -n 1p | saw '"give-c":"yes"'
}

@test "gpu: --give-c where the expected output is not known" {
    echo '{"train":[{"input":[[1]],"output":[[2]]}],"test":[{"input":[[3]]}]}' > unknown.json
    batt-collect -o unknown unknown.json
    printf 'def cheat(S, I, C):\n    O = identity(C)\n    return O\n' > c.py
    batt-gpu --give-c -k all -p c.py -o out unknown
    shown out | saw '"part":"demo".*"outcome":"ok".*"equal":true'
    shown out | saw '"part":"test".*"outcome":"other".*"output":null'
    run ! saw '"part":"test".*"equal":true' < <(shown out)
}

@test "gpu: S is the demonstrations, not the tests" {
    printf 'def look(S, I, C):\n    x1 = last(S)\n    O = last(x1)\n    return O\n' > s.py
    printf 'def size_of_s(S, I, C):\n    O = size(S)\n    return O\n' >> s.py
    batt-gpu -k all -p s.py -o out tasks
    assert_equal "$(of look out)" 'aa demo0 ok false
aa demo1 ok true
aa test0 ok false
bb demo0 ok false
bb demo1 ok true
bb test0 ok false'
    assert_equal "$(shown out | grep -c '"size_of_s".*"outcome":"other".*"output":2}')" 6
}

@test "gpu: -v tells how many runs ended how" {
    program bad 'O = first(1)' >> good.py
    run --separate-stderr -0 batt-gpu -v -p good.py -o out tasks
    assert_regex "$stderr" '6 ok, 6 error'
}

@test "gpu: refuses a terminal" {
    command -v script > /dev/null || skip "no script(1)"
    run -2 script -qec 'batt-gpu -p good.py tasks' /dev/null
    assert_output --partial "binary output to a terminal refused"
}

# ---- where programs come from ----

@test "gpu: a Python file, a helper is no program" {
    printf 'from dsl import *\n\ndef help(x):\n    y = dmirror(x)\n    return y\n' > two.py
    printf '\ndef solve_aa(I):\n    O = help(I)\n    return O\n' >> two.py
    batt-gpu -p two.py -o out tasks
    assert_equal "$(count program out)" 1
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
}

@test "gpu: a folder: *.py and *.jsonl in order of their names, nothing else" {
    mkdir progs progs/deeper
    program b1 'O = hmirror(I)' > progs/b.py
    record '"id": "a1",' 'O = dmirror(I)' > progs/a.jsonl
    program c1 'O = vmirror(I)' > progs/c.py
    program no 'O = rot90(I)' > progs/d.txt
    cp progs/d.txt progs/.hidden.py
    cp progs/d.txt progs/deeper/e.py
    for path in progs progs/ ./progs; do
        batt-gpu -p $path -o out tasks
        assert_equal "$(shown out | sed -n 's/^{"type":"program","program":"\([^"]*\)".*/\1/p')" \
            $'a1\nb1\nc1'
    done
    batt-gpu -p good.py -p progs -o out tasks
    assert_equal "$(brief out | head -n 4 | cut -d ' ' -f 1 | tr '\n' ' ')" 'solve_aa a1 b1 c1 '
}

@test "gpu: JSON lines: ids, line numbers for those without, numbers as ids" {
    { record '"id": "x",' 'O = dmirror(I)'; echo; record '' 'O = dmirror(I)'
      record '"id": 17,' 'O = dmirror(I)'; } > c.jsonl
    batt-gpu -p c.jsonl -o out demos
    assert_equal "$(shown out | sed -n 's/^{"type":"program","program":"\([^"]*\)".*/\1/p')" \
        $'x\n3\n17'
}

@test "gpu: of a JSON line the last solve, else the last function" {
    { echo '{"id": "a", "program": "def solve(I):\n    return ONE\ndef solve2(I):\n    return TWO\ndef x(I):\n    return I\n"}'
      echo '{"id": "b", "program": "def x(I):\n    return ONE\ndef y(I):\n    return THREE\n"}'; } > c.jsonl
    batt-gpu -k all -p c.jsonl -o out demos
    shown out | saw '"program":"a".*"output":2}'
    shown out | saw '"program":"b".*"output":3}'
}

@test "gpu: -p -: Python" {
    batt-gpu -p good.py -o want tasks
    batt-gpu -p - -o out tasks < good.py
    assert_equal "$(brief out)" "$(brief want)"
    { printf '\n\n# a comment\n'; cat good.py; } | batt-gpu -p - -o out tasks
    assert_equal "$(brief out)" "$(brief want)"
}

@test "gpu: -p -: JSON lines, the first of them maybe after blank ones" {
    many 9 > c.jsonl
    batt-gpu -p c.jsonl -o want tasks
    batt-gpu -p - -o out tasks < c.jsonl
    assert_equal "$(brief out)" "$(brief want)"
    { printf '\n \n'; cat c.jsonl; } | batt-gpu -p - -o out tasks
    assert_equal "$(brief out)" "$(brief want)"
}

@test "gpu: programs from a pipe and from a file of any name: JSON lines or Python by what they hold" {
    many 9 > c.jsonl
    batt-gpu -p c.jsonl -o want tasks
    cp c.jsonl candidates.txt
    batt-gpu -p candidates.txt -o out tasks
    assert_equal "$(brief out)" "$(brief want)"
    batt-gpu -p <(cat c.jsonl) -o out tasks
    assert_equal "$(brief out)" "$(brief want)"
    batt-gpu -p good.py -o want tasks
    cp good.py good
    batt-gpu -p good -o out tasks
    assert_equal "$(brief out)" "$(brief want)"
    batt-gpu -p <(cat good.py) -o out tasks
    assert_equal "$(brief out)" "$(brief want)"
    # The ending of a name stands above what it holds.
    cp c.jsonl c.py
    batt-gpu -q -p c.py -o out tasks
    assert_equal "$(why line1 out)" '1: text outside a function'
    cp good.py good.jsonl
    run -1 batt-gpu -p good.jsonl -o out tasks
    assert_line --index 0 --partial 'batt-gpu: good.jsonl:1: '
}

@test "gpu: what is no text is named and not taken for programs" {
    many 9 > c.jsonl
    zstd -q c.jsonl
    gzip -k c.jsonl
    for f in c.jsonl.zst tasks; do
        run --separate-stderr -1 batt-gpu -p $f -o out tasks
        assert_equal "$stderr" "batt-gpu: $f: compressed by zstd, as streams of grids and results \
are; not programs"
        assert_equal "$(count program out)" 0
    done
    run --separate-stderr -1 batt-gpu -p c.jsonl.gz -p good.py -o out tasks
    assert_equal "$stderr" "batt-gpu: c.jsonl.gz: compressed by gzip; not programs"
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    run --separate-stderr -1 batt-gpu -p - -o out tasks < c.jsonl.zst
    assert_regex "$stderr" '^batt-gpu: -: compressed by zstd'
}

@test "gpu: programs without -p are a misuse, and the solver library does not run" {
    many 9 > c.jsonl
    for f in c.jsonl good.py; do
        run --separate-stderr -2 batt-gpu -o none $f tasks
        assert_equal "$stderr" "batt-gpu: $f: programs are named with -p"
    done
    [ ! -e none ]
}

@test "gpu: blank lines before JSON lines on standard input count as lines" {
    { printf '\n\n'; record '' 'O = dmirror(I)'; echo '{"id": 1'; } > c.jsonl
    run --separate-stderr -1 batt-gpu -p - -o out demos < c.jsonl
    assert_regex "$stderr" '^batt-gpu: stdin:4: '
    assert_equal "$(of 3 out)" $'aa demo0 ok true\naa demo1 ok true'
}

@test "gpu: no end of line at the end" {
    printf 'def solve_aa(I):\n    return dmirror(I)' > end.py
    batt-gpu -p end.py -o out tasks
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    record '"id": "x",' 'O = dmirror(I)' | tr -d '\n' > c.jsonl
    batt-gpu -p c.jsonl -o out tasks
    assert_equal "$(of x out | head -n 3)" "$good_results"
}

@test "gpu: line ends of other systems" {
    sed 's/$/\r/' good.py > dos.py
    batt-gpu -p dos.py -o out tasks
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    record '"id": "x",' 'O = dmirror(I)' | sed 's/$/\r/' > c.jsonl
    batt-gpu -p c.jsonl -o out tasks
    assert_equal "$(of x out | head -n 3)" "$good_results"
}

@test "gpu: an empty line flushes a block: results before the input ends" {
    mkfifo lines
    batt-gpu -p - tasks < lines > out 3>&- &
    pid=$!
    exec 4> lines
    record '"id": "x",' 'O = dmirror(I)' >&4
    echo >&4
    wait_for out '"one/bb","part":"test".*"program":"x"'
    run ! saw '"type":"end"' < <(batt-show out 2> err)
    record '"id": "y",' 'O = hmirror(I)' >&4
    record '"id": "z",' 'O = vmirror(I)' >&4
    echo >&4
    echo >&4
    wait_for out '"one/bb","part":"test".*"program":"z"'
    exec 4>&-
    wait $pid
    assert_equal "$(count result out)" 18
    shown out | tail -n 1 | saw '"type":"end"'
}

@test "gpu: two programs talk to it through pipes" {
    mkfifo lines back
    batt-gpu -p - tasks < lines > back 3>&- &
    pid=$!
    exec 4> lines 5< back
    for n in 1 2 3; do
        record "\"id\": \"p$n\"," "O = upscale(I, $n)" >&4
        echo >&4
        # A frame arrives within 10 seconds.
        IFS= read -r -t 10 -N 1 -u 5 _ || [ $? -le 128 ]
    done
    exec 4>&-
    cat <&5 > /dev/null
    wait $pid
}

@test "gpu: equal names in two files" {
    mkdir x y
    cp good.py x/p.py
    program solve_aa 'O = hmirror(I)' > y/p.py
    batt-gpu -p x/p.py -p y/p.py -o out demos
    assert_equal "$(count program out)" 2
    shown out | saw '"program":"solve_aa","source":"x/p.py","outcome":"ok","equal":true'
    shown out | saw '"index":0,"program":"solve_aa","source":"y/p.py","outcome":"ok","equal":false'
}

@test "gpu: a source that is named twice is read once, the second is named" {
    mkdir dir
    cp good.py dir/a.py
    echo '{"id": "p1", "program": "def solve(I):\n    return hmirror(I)\n"}' > dir/c.jsonl
    cp dir/c.jsonl c.jsonl
    # names | options | what is said
    while IFS='|' read -r once options said; do
        for block in 1 16384; do
            # shellcheck disable=SC2086 # options are several words
            batt-gpu -q --block $block $once -o want tasks < good.py
            # shellcheck disable=SC2086
            run --separate-stderr -1 batt-gpu -q --block $block $options -o out tasks < good.py
            assert_equal "$stderr" "batt-gpu: $said: named twice; the first is kept"
            assert_equal "$(shown out | grep -v '"type":"end"')" \
                "$(shown want | grep -v '"type":"end"')"
            shown out | tail -n 1 | saw '"failed":1[,}]'
        done
    done <<'END'
-p good.py|-p good.py -p good.py|good.py
-p c.jsonl|-p c.jsonl -p c.jsonl|c.jsonl
-p good.py -p c.jsonl|-p good.py -p c.jsonl -p good.py|good.py
-p -|-p - -p -|-
-p dir|-p dir -p dir|dir
-p dir|-p dir -p dir/a.py|dir/a.py
-p dir -p good.py|-p dir -p dir -p good.py|dir
END
    # A folder whose file came before: the others of it are read.
    run --separate-stderr -1 batt-gpu -p dir/a.py -p dir -o out tasks
    assert_equal "$stderr" "batt-gpu: dir/a.py: named twice; the first is kept"
    assert_equal "$(count program out)" 2
    # Results of it are kept, and the input stays bad.
    run --separate-stderr -1 batt-gpu -v --resume -p dir/a.py -p dir -o out tasks
    echo "$stderr" | saw 'out: whole and made of the same; kept'
    run --separate-stderr -3 batt-gpu --strict -p good.py -p good.py -o none tasks
    [ ! -e none ]
    # By another name it is another source.
    run --separate-stderr -0 batt-gpu -p good.py -p ./good.py -o out tasks
    assert_equal "$(count program out)" 2
}

@test "gpu: programs with the same code are reported under every id" {
    { program a 'x1 = hmirror(I)' 'O = vmirror(x1)'; program b 'y = hmirror(I)' 'O = vmirror(y)'
      program c '# other text' 'z = hmirror( I )' 'O = vmirror(z)'; } > same.py
    batt-gpu -k all -p same.py -o out tasks
    assert_equal "$(of a out)" "$(of b out)"
    assert_equal "$(of a out)" "$(of c out)"
    assert_equal "$(of a out | wc -l)" 6
}

# runs_of OPTION...: how many runs were done, by --stats.
runs_of() {
    batt-gpu -q -g 0 --stats -o out "$@" 2>&1 | sed -n 's/.*"runs":\([0-9]*\),"seconds.*/\1/p'
}

# digests STREAM: of its programs, one a line.
digests() {
    python3 "$BATS_TEST_DIRNAME/forge.py" 'for f in frames:
    d = f["digest"] if f["type"] == "programs" else b""
    for k in range(0, len(d), 8):
        print(d[k:k + 8].hex(), file=open("digests", "a"))' < "$1" > /dev/null
    cat digests
    rm digests
}

@test "gpu: programs with the same code on the same lines run once, all others for themselves" {
    line() { # line ID TEXT: a JSON line, \\n for an end of line
        printf '{"id": "%s", "program": "%s"}\n' "$1" "$2"
    }
    line a 'def solve(I):\n    return vmirror(I)\n' > c.jsonl
    n=$(runs_of -p c.jsonl tasks)
    [ "$n" -gt 0 ]
    line b 'def solve(X):\n    return vmirror( X )  # the same\n' >> c.jsonl
    assert_equal "$(runs_of -p c.jsonl tasks)" "$n"
    assert_equal "$(digests out | uniq -c | wc -l)" 1
    line c '\ndef solve(I):\n    return vmirror(I)\n' >> c.jsonl
    assert_equal "$(runs_of -p c.jsonl tasks)" $((2 * n))
    assert_equal "$(digests out | uniq -c | sed 's/^ *\([0-9]*\) .*/\1/' | paste -sd ' ')" "2 1"
    # In a Python file all stand on lines of their own, but so they do in its copy.
    { program a 'O = vmirror(I)'; program b 'O = vmirror(I)'; } > p.py
    assert_equal "$(runs_of -p p.py tasks)" $((2 * n))
    cp p.py q.py
    assert_equal "$(runs_of -p p.py -p q.py tasks)" $((2 * n))
}

@test "gpu: the digest of a program is of its helpers, too" {
    for of in vmirror vmirror hmirror; do
        k=$((k + 1))
        printf '{"id": "%s", "program": "%s"}\n' $k \
            "def h(x):\\n    return $of(x)\\n\\ndef solve(I):\\n    O = apply(h, (I, I))\\n    return first(O)\\n"
    done > c.jsonl
    batt-gpu -p c.jsonl -o out tasks
    digests out > got
    assert_equal "$(wc -l < got)" 3
    assert_equal "$(sed -n 1p got)" "$(sed -n 2p got)"
    assert_not_equal "$(sed -n 1p got)" "$(sed -n 3p got)"
}

@test "gpu: programs that fail alike on lines of their own" {
    { program a 'x1 = first(1)' 'O = x1'; program b 'x1 = first(1)' 'O = x1'; } > same.py
    batt-gpu -k all -p same.py -o out demos
    shown out | saw '"program":"a".*"error":"TypeError","line":2,'
    shown out | saw '"program":"b".*"error":"TypeError","line":7,'
}

@test "gpu: missing programs, a folder without any" {
    run --separate-stderr -1 batt-gpu -p nope.py -p good.py -o out tasks
    assert_equal "$stderr" "batt-gpu: nope.py: No such file or directory"
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    shown out | tail -n 1 | saw '"failed":1'
    mkdir empty
    run --separate-stderr -1 batt-gpu -p empty -p good.py -o out tasks
    assert_equal "$stderr" "batt-gpu: empty: no *.py or *.jsonl file in this folder"
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
}

@test "gpu: no program at all is a good, empty result" {
    : > none.py
    : > none.jsonl
    printf '# nothing\n\n' > comment.py
    for path in none.py none.jsonl comment.py; do
        run --separate-stderr -0 batt-gpu -p $path -o out tasks
        assert_equal "$stderr" ""
        assert_equal "$(count program out)" 0
        shown out | tail -n 1 | saw '"results":0,"failed":0'
    done
    batt-gpu -p - -o out tasks < /dev/null
    assert_equal "$(count result out)" 0
}

@test "gpu: a program file that cannot be read" {
    [ "$(id -u)" -ne 0 ] || skip "root reads everything"
    cp good.py secret.py
    chmod 0 secret.py
    run --separate-stderr -1 batt-gpu -p secret.py -o out tasks
    assert_equal "$stderr" "batt-gpu: secret.py: Permission denied"
}

# ---- programs that are wrong: results of these programs, and of no other ----

# wrong REASON LINE...: as one of three programs; its line and reason (a pattern), and that the others
# do not suffer.
wrong() {
    local reason=$1
    shift
    { cat good.py; printf '%s\n' "$@" ''; program after 'O = dmirror(I)'; } > three.py
    run --separate-stderr -0 batt-gpu -p three.py -o out tasks
    assert_regex "$stderr" '^batt-gpu: 1 programs could not be parsed \(outcome syntax\)(: 1 [a-z ]+)?$'
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    assert_equal "$(of after out | head -n 3)" "$good_results"
    assert_equal "$(outcomes bad out)" syntax
    assert_equal "$(of bad out | wc -l)" 6
    assert_regex "$(why bad out)" "^$reason$"
}

@test "gpu: bad program: unknown name" {
    wrong "6: unknown name 'nope'" \
        'def bad(I):' '    O = nope(I)' '    return O'
    wrong "6: unknown name 'J'" \
        'def bad(I):' '    O = dmirror(J)' '    return O'
}

@test "gpu: bad program: used before it is assigned" {
    wrong "6: 'x1' is used before it is assigned" \
        'def bad(I):' '    O = dmirror(x1)' '    x1 = I' '    return O'
    wrong "7: unknown name 'P'" \
        'def bad(I):' '    O = dmirror(I)' '    return P'
}

@test "gpu: bad program: a variable of another function" {
    wrong "9: unknown name 'x9'" \
        'def bad0(I):' '    x9 = I' '    return x9' 'def bad(I):' '    O = x9' '    return O'
}

@test "gpu: bad program: no return" {
    wrong '[56]: no return' 'def bad(I):' '    O = dmirror(I)'
}

@test "gpu: bad program: no lines" {
    { cat good.py; printf 'def bad(I):\n\n'; program after 'O = dmirror(I)'; } > three.py
    batt-gpu -q -p three.py -o out tasks
    assert_equal "$(outcomes bad out)" syntax
    assert_equal "$(of after out | head -n 3)" "$good_results"
}

@test "gpu: bad programs: what the language has not" {
    local n=0
    while IFS= read -r line; do
        n=$((n + 1))
        program "bad$n" "$line"
    done > bad.py <<'END'
O = lambda x: x
O = [x for x in I]
O = I + I
O = I[0]
O = I.x
O = dmirror(I
O = dmirror I)
O = dmirror(I,, I)
O == I
if I: O = I
for x in I: O = x
O = 'text'
O = 1.5
O = {1, 2}
O, P = I
O = dmirror(**I)
import os
O = not I
O = dmirror(grid=I, 3)
O = 
= I
5 = I
END
    cat good.py >> bad.py
    run --separate-stderr -0 batt-gpu -p bad.py -o out tasks
    for ((n = 1; n <= 22; n++)); do
        assert_equal "bad$n $(outcomes "bad$n" out)" "bad$n syntax"
        assert_regex "$(why "bad$n" out)" '^[0-9]+: .'
    done
    assert_equal "$stderr" "batt-gpu: 22 programs could not be parsed (outcome syntax):\
 2 operator, 1 attribute, 1 comprehension, 1 conditional, 1 float, 1 for, 15 other"
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
}

@test "gpu: wrong number of arguments fails the run, at its line" {
    { cat good.py; program few 'O = dmirror()'; program much 'x1 = identity(I)' 'O = dmirror(x1, I)'
      program word 'O = dmirror(nope=I)'; program twice 'O = dmirror(I, piece=I)'
      program helper 'O = first(I)' | sed 's/first(I)/first(I, I)/'; } > bad.py
    run --separate-stderr -0 batt-gpu -k all -p bad.py -o out tasks
    for name in few:6 much:11 word:15 twice:19; do
        assert_equal "$(outcomes "${name%:*}" out)" error
        assert_equal "$(shown out | grep -c "\"program\":\"${name%:*}\",.*\"outcome\":\"error\",\"error\":\"TypeError\",\"line\":${name#*:},")" 6
    done
    assert_equal "$stderr" ""
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
}

@test "gpu: a failing line fails the program even if its result is not used" {
    program bad 'x1 = first(ONE)' 'O = dmirror(I)' > bad.py
    batt-gpu -p bad.py -o out tasks
    assert_equal "$(outcomes bad out)" error
}

@test "gpu: parameters: none, two, four" {
    printf 'def none():\n    return ONE\ndef two(S, I):\n    return I\n' > p.py
    printf 'def four(S, I, C, D):\n    return I\n\n' >> p.py
    cat good.py >> p.py
    run --separate-stderr -0 batt-gpu -p p.py -o out tasks
    for name in none two four; do
        assert_regex "$(outcomes $name out)" '^(syntax|error)$'
    done
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
}

@test "gpu: helpers that call each other end" {
    printf 'def a(x):\n    return b(x)\ndef b(x):\n    return a(x)\ndef solve(I):\n    return a(I)\n' > p.py
    printf 'def own(I):\n    return own(I)\n' >> p.py
    cat good.py >> p.py
    run --separate-stderr -0 batt-gpu -p p.py -o out tasks
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    run ! saw ' ok ' < <(of solve out)
}

@test "gpu: garbage instead of a program" {
    head -c 100000 /dev/urandom > noise.py
    head -c 100000 /dev/zero > zero.py
    printf 'def a(I):\n    O = dmirror(I\0)\n    return O\n' > nul.py
    printf 'def b(I):\n    O = dmirror(\xff\xfe)\n    return O\n' > bytes.py
    run -0 batt-gpu -p noise.py -p zero.py -p nul.py -p bytes.py -p good.py -o out tasks
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    assert_equal "$(outcomes a out)" syntax
    assert_equal "$(outcomes b out)" syntax
}

@test "gpu: text of programs cut at every byte" {
    { record '"id": "x",' 'O = dmirror(I)'; } > c.jsonl
    text=$(program solve 'x1 = rbind(equality, ONE)' 'O = apply( x1, first( I)) # end')
    python3 - "$text" >> c.jsonl <<'END'
import json, sys
for n in range(len(sys.argv[1]) + 1):
    print(json.dumps({"id": f"c{n}", "program": sys.argv[1][:n]}))
END
    batt-gpu -q -p c.jsonl -o out demos
    assert_equal "$(of x out)" $'aa demo0 ok true\naa demo1 ok true'
    assert_equal "$(count program out)" "$((${#text} + 2))"
}

@test "gpu: bad JSON lines: named with their line, the others run" {
    { record '"id": "x",' 'O = dmirror(I)'; echo '{"id": "y", "program": '; echo; echo '[1]'
      echo '{"id": "z"}'; echo '{"program": 5}'; echo nonsense; printf '{"program": "a\0b"}\n'
      record '"id": "w", "id": "v",' 'O = I'; record '"id": "u",' 'O = dmirror(I)'; } > c.jsonl
    run --separate-stderr -1 batt-gpu -p c.jsonl -o out tasks
    assert_equal "$(printf '%s\n' "${stderr_lines[@]}" | cut -d : -f 1-3)" \
        "$(for n in 2 4 5 6 7 8 9; do echo "batt-gpu: c.jsonl:$n"; done)"
    assert_equal "$(of x out | head -n 3)" "$good_results"
    assert_equal "$(of u out)" "$(of x out)"
    assert_equal "$(count program out)" 2
    shown out | tail -n 1 | saw '"failed":7'
}

@test "gpu: JSON lines: id and task are strings or integers, null is none, all else is a bad line" {
    local n=0 value
    { for value in '["aa"]' '{}' true false 1.5 '"aa\u0000"' '"aa\u0000zzz"' '"\u0000"'; do
        record "\"id\": \"t\", \"task\": $value," 'O = dmirror(I)'
        record "\"task\": \"aa\", \"id\": $value," 'O = dmirror(I)'
      done
      record '"id": null, "task": "aa",' 'O = dmirror(I)'
      record '"id": "x", "task": null,' 'O = dmirror(I)'; } > c.jsonl
    run --separate-stderr -1 batt-gpu -p c.jsonl -o out tasks
    for value in {1..5}\ 'is neither a string nor an integer' {6..8}\ 'has a NUL character'; do
        for key in task id; do
            assert_equal "${stderr_lines[n]}" "batt-gpu: c.jsonl:$((n + 1)): $key ${value#* }"
            n=$((n + 1))
        done
    done
    assert_equal "${#stderr_lines[@]}" 16
    assert_equal "$(of 17 out)" "$good_results"
    assert_equal "$(of x out | wc -l)" 6
    assert_equal "$(count program out)" 2
    shown out | tail -n 1 | saw '"failed":16'
}

@test "gpu: --strict stops at the first bad line and leaves no output" {
    { record '"id": "x",' 'O = dmirror(I)'; echo '{'; echo '{'; } > c.jsonl
    run --separate-stderr -3 batt-gpu --strict -p c.jsonl -o out tasks
    assert_equal "${#stderr_lines[@]}" 1
    assert_regex "$stderr" '^batt-gpu: c.jsonl:2: '
    assert [ ! -e out ]
    run --separate-stderr -3 batt-gpu --strict -p nope.py -o out tasks
    run --separate-stderr -3 batt-gpu --strict -p good.py -o out nope tasks
    assert_equal "$stderr" "batt-gpu: nope: No such file or directory"
    assert [ ! -e out ]
    assert [ -z "$(find . -name '.out*')" ]
}

@test "gpu: programs that cannot be parsed are counted once for all" {
    { program a 'O = ('; program b 'O = nope(I)'; program c 'O = 5 +'; cat good.py; } > bad.py
    cp bad.py worse.py
    run --separate-stderr -0 batt-gpu --block 1 -p bad.py -p worse.py -o out tasks
    assert_equal "$stderr" \
        "batt-gpu: 6 programs could not be parsed (outcome syntax): 2 operator,\
 2 return inside an expression, 2 unknown name"
}

@test "gpu: programs that cannot be parsed are counted by construct, each once" {
    local n k values=('lambda x: x + x' '5 + 5' "'a'" 1.5 '[1]' '{1}')
    { for n in 0 1 2 3 4 5; do
        for ((k = n; k < 6; k++)); do
            program "p$n$k" "O = ${values[n]}" # 6 - n times the same
        done
      done
      program w 'while I:'; program good 'O = dmirror(I)'; program unknown 'O = nope(I)'; } > p.py
    batt-gpu -p p.py --stats=brief -o out demos 2> told
    assert_equal "$(head -n 1 told)" "batt-gpu: 23 programs could not be parsed (outcome syntax):\
 6 lambda, 5 operator, 4 string, 3 float, 2 list, 1 set or dictionary, 2 other"
    assert_equal "$(tail -n 1 told | jq -c .constructs)" \
        '{"lambda":6,"operator":5,"string":4,"float":3,"list":2,"set or dictionary":1,"unknown name":1,"while":1}'
    # Of JSON lines the program's: its own, a helper's that it uses, one outside; not another's.
    { echo '{"program": "def a(I):\n    return lambda: I\ndef solve(I):\n    return a(I)\n"}'
      echo '{"program": "@cache\ndef solve(I):\n    return I\n"}'
      echo '{"program": "def a(I):\n    return lambda: I\ndef solve(I):\n    return nope\n"}'
      echo '{"program": "def a(I):\n    return lambda: I\ndef solve(I):\n    return I\n"}'
      echo '{"program": ""}'; } > c.jsonl
    batt-gpu --block 2 -p c.jsonl --stats -o out demos 2> told
    assert_equal "$(head -n 1 told)" \
        "batt-gpu: 4 programs could not be parsed (outcome syntax): 1 decorator, 1 lambda, 1 unknown name, 1 other"
    assert_equal "$(tail -n 1 told | jq -c .constructs)" '{"decorator":1,"lambda":1,"unknown name":1,"other":1}'
    # What a language model writes around its function.
    { echo '{"program": "```python\ndef solve(I):\n    return I\n```\n"}'
      echo '{"program": "def solve(I):\n    return I\nprint(solve(I))\n"}'; } > llm.jsonl
    batt-gpu -p llm.jsonl -o out demos 2> told
    assert_equal "$(cat told)" "batt-gpu: 2 programs could not be parsed (outcome syntax):\
 1 Markdown fence, 1 text outside a function"
    batt-gpu -p good.py --stats -o out demos 2> told
    assert_equal "$(jq -c .constructs told)" '{}'
}

@test "gpu: names cannot send control characters to the terminal" {
    { record '"id": "x", "task": "a\u001b[31m",' 'O = I'; } > c.jsonl
    run --separate-stderr -1 batt-gpu -p c.jsonl -o out tasks
    assert_regex "$stderr" "the first 'a\?\[31m'$"
    printf '{' > $'a\e[31m.jsonl'
    run --separate-stderr -1 batt-gpu -p $'a\e[31m.jsonl' -o out tasks
    assert_regex "$stderr" '^batt-gpu: a\?\[31m.jsonl:1: '
}

# ---- programs that want too much ----

# hungry OUTCOMES LINE...: ends so, with 3 GB of address space, most of it never touched; the program
# after it runs.
hungry() {
    local outcomes=$1
    shift
    { program bad "$@"; cat good.py; } > hungry.py
    run --separate-stderr -0 limited 2930 batt-gpu -j 1 -p hungry.py -o out demos
    assert_regex "$(outcomes bad out)" "^($outcomes)$"
    assert_equal "$(of solve_aa out)" $'aa demo0 ok true\naa demo1 ok true'
}

# grow LINE: 60 lines x1 ... x60, @ the one before, and the last as O.
grow() {
    local n
    for ((n = 1; n <= 60; n++)); do
        echo "x$n = ${1//@/x$((n - 1))}"
    done
    echo 'O = x60'
}

# growing OUTCOMES START LINE: the same.
growing() {
    local lines
    mapfile -t lines < <(echo "x0 = $2"; grow "$3")
    hungry "$1" "${lines[@]}"
}

@test "gpu: hungry: power of power of power" {
    hungry 'fuel|limit' 'x1 = power(dmirror, 100)' 'x2 = power(x1, 100)' 'x3 = power(x2, 100)' \
        'x4 = power(x3, 100)' 'O = x4(I)'
    growing 'fuel|limit' dmirror 'power(@, 100)'
    hungry 'fuel|limit|error' 'x1 = power(dmirror, 10000)' 'O = x1(I)'
    hungry 'fuel|limit|error' 'x1 = power(dmirror, 9223372036854775807)' 'O = x1(I)'
}

@test "gpu: hungry: power nested 10,000 deep in the text" {
    hungry 'syntax|limit|error' \
        "O = $(printf 'power(%.0s' {1..10000})dmirror$(printf ', 2)%.0s' {1..10000})"
    local lines
    mapfile -t lines < <(seq 10000 | sed 's/.*/x = power(x, 2)/')
    hungry 'fuel|limit|syntax' 'x = dmirror' "${lines[@]}" 'O = x(I)'
}

@test "gpu: hungry: composed and bound to each other" {
    growing 'fuel|limit' dmirror 'compose(@, @)'
    local lines
    mapfile -t lines < <(echo 'x0 = dmirror'; grow 'compose(@, @)')
    hungry 'fuel|limit' "${lines[@]/#O = x60/O = x60(I)}"
    mapfile -t lines < <(echo 'x0 = dmirror'; grow 'fork(astuple, @, @)')
    hungry 'fuel|limit' "${lines[@]/#O = x60/O = x60(I)}"
    mapfile -t lines < <(echo 'x0 = identity'; grow 'lbind(apply, @)')
    hungry 'fuel|limit|error' "${lines[@]/#O = x60/O = x60(I)}"
}

@test "gpu: hungry: product of large sets" {
    hungry 'fuel|limit' 'x1 = interval(0, 5000, 1)' 'O = product(x1, x1)'
    hungry 'fuel|limit' 'x1 = canvas(0, (1000, 1000))' 'x2 = asindices(x1)' 'O = product(x2, x2)'
    hungry 'fuel|limit' 'x1 = canvas(0, (1000, 1000))' 'x2 = asindices(x1)' \
        'O = prapply(astuple, x2, x2)'
    growing 'fuel|limit' 'asindices(I)' 'product(@, @)'
}

@test "gpu: hungry: canvases" {
    hungry limit 'O = canvas(0, (100000, 100000))'
    hungry limit 'O = canvas(0, (1000000000000, 1000000000000))'
    hungry limit 'O = canvas(0, (9223372036854775807, 2))'
    hungry 'limit|other' 'O = canvas(0, (9223372036854775807, 0))'
    hungry limit 'x1 = canvas(0, (100000, 100000))' 'O = objects(x1, T, F, F)'
}

@test "gpu: hungry: a tuple that holds itself twice, 60 times" {
    growing 'fuel|limit' I 'astuple(@, @)'
    growing 'fuel|limit' I 'combine(@, @)'
    growing 'fuel|limit' I 'repeat(@, 2)'
    growing 'fuel|limit' 'initset(I)' 'initset(astuple(@, @))'
    growing 'fuel|limit' 'astuple(I, I)' 'apply(rbind(astuple, @), @)'
}

@test "gpu: hungry: endless growth of grids and objects" {
    growing 'fuel|limit' I 'hconcat(@, @)'
    growing 'fuel|limit' I 'vconcat(@, @)'
    growing 'fuel|limit' I 'upscale(@, 2)'
    growing 'fuel|limit' 'asobject(I)' 'upscale(@, 3)'
    growing 'fuel|limit' I 'hupscale(@, 10)'
    growing 'fuel|limit' 'asindices(I)' 'outbox(backdrop(@))' ||
        growing 'ok|other|fuel|limit' 'asindices(I)' 'outbox(backdrop(@))'
    hungry 'fuel|limit' 'O = upscale(I, 9223372036854775807)'
}

@test "gpu: hungry: intervals, repeats, numbers" {
    hungry 'fuel|limit' 'O = interval(0, 9223372036854775807, 1)'
    hungry 'fuel|limit' 'O = interval(-9223372036854775807, 9223372036854775807, 9)'
    hungry 'fuel|limit' 'O = repeat(I, 9223372036854775807)'
    growing limit 9 'multiply(@, @)'
    hungry 'limit|syntax' 'O = 99999999999999999999'
}

@test "gpu: hungry: places far apart" {
    for line in 'backdrop(x1)' 'box(x1)' 'delta(x1)' 'hmirror(x1)' 'recolor(3, x1)'; do
        hungry 'fuel|limit|other' 'x1 = insert((-2000000000, 2000000000), asindices(I))' "O = $line"
    done
    hungry 'fuel|limit' 'O = connect((-2000000000, 0), (2000000000, 0))'
    hungry 'fuel|limit|other' 'O = shoot((0, 0), (100000000, 100000000))'
}

@test "gpu: hungry: long text, many lines, long names" {
    local lines
    mapfile -t lines < <(seq 20000 | sed 's/.*/O = hmirror(I)/')
    hungry 'ok|syntax' "${lines[@]}"
    mapfile -t lines < <(seq 20000 | sed 's/.*/x& = hmirror(I)/')
    hungry 'ok|syntax' "${lines[@]}" 'O = dmirror(I)'
    hungry 'syntax' "O = $(printf 'hmirror(%.0s' {1..10000})I$(printf ')%.0s' {1..10000})"
    hungry 'syntax' "O = $(printf 'hmirror(%.0s' {1..100000})"
    hungry 'syntax' "O = $(printf '(%.0s' {1..100000})"
    hungry 'ok|syntax' "$(printf 'x%.0s' {1..100000}) = I" 'O = dmirror(I)'
    hungry 'other|ok|syntax' "O = astuple$(printf '%100000s')(I, I)"
}

@test "gpu: hungry: manhattan between patches far apart" {
    hungry 'other|fuel|limit' 's = asindices(canvas(0, (1, 100)))' \
        'O = manhattan(s, shift(s, (3, 2000000000)))'
    hungry 'other|fuel|limit' 's = asindices(canvas(0, (1, 100000)))' \
        'O = manhattan(s, shift(s, (3, 1000000)))'
}

@test "gpu: hungry: sets of functions" {
    hungry 'other|fuel|limit' 's = product(interval(0, 300, 1), interval(0, 300, 1))' \
        'O = apply(lbind(lbind, add), s)'
    hungry 'other|fuel|limit' 'n = interval(0, 500000, 1)' 'O = prapply(lbind, initset(add), n)'
}

@test "gpu: hungry: tuples compared with each other" {
    hungry 'other|fuel|limit' 'n = interval(0, 1000000, 1)' 'm = apply(invert, n)' \
        'O = difference(n, m)'
}

@test "gpu: hungry: tuples compared with each other, in many calls" {
    hungry 'other|fuel|limit' 'n = interval(0, 3000, 1)' \
        'O = apply(rbind(difference, n), repeat(n, 1000))'
}

@test "gpu: hungry: periods of wide objects" {
    for p in hperiod:hconcat:1,500000 vperiod:vconcat:500000,1; do
        IFS=: read -r period concat shape <<< "$p"
        hungry 'other|fuel|limit' "a = canvas(0, ($shape))" "b = canvas(1, ($shape))" \
            "O = $period(asobject($concat(a, b)))"
    done
}

@test "gpu: hungry: occurrences of large objects" {
    hungry 'other|fuel|limit' 'g = canvas(0, (1, 1000000))' 'o = asobject(canvas(0, (1, 400000)))' \
        'O = occurrences(g, o)'
    hungry 'other|fuel|limit' 'g = canvas(0, (1000, 1000))' 'o = asobject(canvas(0, (400, 400)))' \
        'O = occurrences(g, o)'
}

@test "gpu: hungry: helpers that double" {
    {
        printf 'def h0(x):\n    return astuple(x, x)\n'
        for ((n = 1; n <= 40; n++)); do
            printf 'def h%d(x):\n    y = h%d(x)\n    return h%d(y)\n' $n $((n - 1)) $((n - 1))
        done
        program bad 'O = h40(I)'
        cat good.py
    } > hungry.py
    run -0 limited 2930 batt-gpu -j 1 -p hungry.py -o out demos
    assert_regex "$(outcomes bad out)" '^(syntax|fuel|limit)$'
    assert_equal "$(of solve_aa out)" $'aa demo0 ok true\naa demo1 ok true'
}

@test "gpu: hungry programs keep little memory" {
    {
        program a 'x1 = canvas(0, (1000, 1000))' 'x2 = asindices(x1)' 'O = totuple(x2)'
        program b 'x1 = interval(0, 1000, 1)' 'O = prapply(astuple, x1, x1)'
        program c 'x1 = interval(0, 1000000, 1)' 'x2 = order(x1, invert)' 'O = combine(x2, x1)'
        cat good.py
    } > big.py
    python3 - <<'END'
import resource, subprocess
subprocess.run("batt-gpu -j 1 -p big.py -o out tasks".split(), check=True)
kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert kilobytes < 1 << 20, kilobytes
END
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
}

# ---- broken grids ----

@test "gpu: grids truncated at many bytes: said once, whole frames are used, status 3" {
    size=$(stat -c %s tasks)
    for n in 1 2 3 4 10 50 100 $((size / 2)) $((size * 3 / 4)) $((size - 2)) $((size - 1)); do
        head -c "$n" tasks > cut
        run --separate-stderr -3 batt-gpu -p good.py -o out cut
        assert_equal "${#stderr_lines[@]}" 1
        assert_regex "$stderr" '^batt-gpu: cut: .*truncated'
        shown out | tail -n 1 | saw '"type":"end".*"failed":1'
        run --separate-stderr -3 bash -c 'batt-gpu -p good.py -o out < cut'
        assert_regex "$stderr" '^batt-gpu: standard input: .*truncated'
    done
    head -c $((size - 1)) tasks > cut
    run -3 batt-gpu -p good.py -o out cut
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
}

@test "gpu: cut between frames: no end" {
    size=$(stat -c %s tasks)
    for n in $(seq 1 $((size - 1))); do
        head -c "$n" tasks > cut
        zstd -t cut 2> /dev/null || continue
        run --separate-stderr -3 batt-gpu -p good.py -o out cut
        assert_regex "$stderr" '^batt-gpu: cut: truncated: no end frame after [12] frames?$'
    done
}

@test "gpu: truncated and then a whole one: all of the whole one runs, status 3" {
    batt-collect --set one -t bb -o other data
    size=$(stat -c %s other)
    for n in 1 5 100 $((size / 2)) $((size - 1)); do
        head -c "$n" other > cut
        cat cut tasks > both
        for grids in both "cut tasks"; do
            # shellcheck disable=SC2086 # one or two files
            run --separate-stderr -3 batt-gpu -p good.py -o out $grids
            assert_equal "${#stderr_lines[@]}" 1
            assert_equal "$(of solve_aa out | grep aa)" "$good_results"
            shown out | tail -n 1 | saw '"failed":1'
        done
    done
}

@test "gpu: a flipped byte anywhere is never good" {
    size=$(stat -c %s tasks)
    for n in $(seq 0 29 $((size - 1))); do
        python3 -c "
b = bytearray(open('tasks', 'rb').read())
b[$n] ^= 0x55
open('bad', 'wb').write(b)"
        run --separate-stderr -3 batt-gpu -p good.py -o out bad
        assert_regex "$stderr" '^batt-gpu: bad: '
        run --separate-stderr -3 batt-gpu -p good.py -o out bad demos
        of solve_aa out | saw -x 'aa demo0 ok true'
    done
}

@test "gpu: what is no stream" {
    for input in '{"train": []}' 'hello' ''; do
        printf '%s' "$input" > no
        run --separate-stderr -3 batt-gpu -p good.py -o out no
        assert_equal "${#stderr_lines[@]}" 1
        assert_regex "$stderr" '^batt-gpu: no: '
        run --separate-stderr -3 batt-gpu -p good.py -o out no tasks
        assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    done
    cp good.py good
    run --separate-stderr -3 batt-gpu -p good.py -o out good
    assert_equal "$stderr" "batt-gpu: good: not a stream"
    run --separate-stderr -3 batt-gpu -p good.py -o out <(echo hello | zstd)
    assert_regex "$stderr" ': not a stream$'
}

@test "gpu: empty, closed and missing input" {
    run --separate-stderr -3 batt-gpu -p good.py -o out < /dev/null
    assert_equal "$stderr" "batt-gpu: standard input: empty input, not even a head"
    run --separate-stderr -3 bash -c 'batt-gpu -p good.py -o out <&-'
    assert_equal "$stderr" "batt-gpu: standard input: Bad file descriptor"
    run --separate-stderr -1 batt-gpu -p good.py -o out nope tasks
    assert_equal "$stderr" "batt-gpu: nope: No such file or directory"
    assert_equal "$(of solve_aa out | head -n 3)" "$good_results"
    run --separate-stderr batt-gpu -p good.py -o out . tasks
    assert [ "$status" -ne 0 ]
    assert_equal "$stderr" "batt-gpu: .: Is a directory"
}

@test "gpu: grids and programs cannot both be standard input" {
    run --separate-stderr -2 batt-gpu -p - < tasks
    assert_output ""
    assert_equal "${#stderr_lines[@]}" 1
    run --separate-stderr -2 batt-gpu -p - - < tasks
    assert_output ""
}

@test "gpu: results instead of grids" {
    batt-gpu -p good.py -o results tasks
    echo before > out
    run --separate-stderr batt-gpu -p good.py -o out results
    assert_equal "$status $stderr" "2 batt-gpu: results: holds results, not grids"
    assert_equal "$(cat out)" before
    run --separate-stderr -2 batt-gpu -p good.py -o out tasks results
    assert_equal "$(cat out)" before
}

@test "gpu: a task without its test, and its tests alone" {
    batt-gpu -p good.py -o out demos
    assert_equal "$(of solve_aa out)" $'aa demo0 ok true\naa demo1 ok true'
    assert_equal "$(outputs out)" 2
    batt-collect --set one -P test -o tests data
    run --separate-stderr -0 batt-gpu -p good.py -o out tests
    assert_equal "$(of solve_aa out)" $'aa test0 ok true\nbb test0 ok true'
}

@test "gpu: a test whose output is not known is not equal" {
    echo '{"train":[{"input":[[1]],"output":[[1]]}],"test":[{"input":[[3]]}]}' > unknown.json
    batt-collect -o unknown unknown.json
    batt-gpu -p good.py -o out unknown
    shown out | saw '"part":"test".*"outcome":"ok".*"output":\[\[3\]\]}'
    run ! saw '"part":"test".*"equal":true' < <(shown out)
}

@test "gpu: no tasks at all" {
    # Status 1: batt-collect has named a bad input, and the stream remembers.
    mkdir nothing
    batt-collect -o none nothing 2> /dev/null || true
    run --separate-stderr -1 batt-gpu -p good.py -o out none
    assert_equal "$stderr" ""
    assert_equal "$(count result out)" 0
    assert_equal "$(count program out)" 1
}

@test "gpu: a task that comes twice runs once" {
    batt-gpu -p good.py -o want tasks
    batt-gpu -p good.py -o out tasks tasks
    assert_equal "$(brief out)" "$(brief want)"
    cat tasks tasks > twice
    batt-gpu --pair=name -p good.py -o out twice
    assert_equal "$(of solve_aa out)" "$good_results"
}

@test "gpu: demonstrations and tests of a task from two streams" {
    batt-gpu -p good.py -o want tasks
    batt-collect --set one -P test -o tests data
    batt-collect --set one -P demo -o all_demos data
    for order in 'all_demos tests' 'tests all_demos' 'all_demos tasks'; do
        # shellcheck disable=SC2086 # several streams
        batt-gpu -p good.py -o out $order
        assert_equal "$(brief out)" "$(brief want)"
        assert_equal "$(batt-split out | batt-score -a)" "$(batt-split want | batt-score -a)"
    done
}

@test "gpu: a task that comes twice with different content" {
    mkdir other
    sed 's/7,8/7,6/' data/one/aa.json > other/aa.json
    cp data/one/bb.json other
    batt-collect --set one -o other.batt other
    batt-gpu -p good.py -o want tasks
    run --separate-stderr -1 batt-gpu -p good.py -o out tasks other.batt
    assert_equal "$stderr" \
        "batt-gpu: other.batt: task one/aa: comes twice with different content; the first is kept"
    assert_equal "$(brief out)" "$(brief want)"
    run --separate-stderr -3 batt-gpu --strict -p good.py -o no tasks other.batt
    assert [ ! -e no ]
}

@test "gpu: grids of the limit, 64 x 64" {
    python3 -c "
import json
g = [[(i * j) % 10 for i in range(64)] for j in range(64)]
print(json.dumps({'train': [{'input': g, 'output': g}], 'test': [{'input': g, 'output': g}]}))
" > big.json
    batt-collect -o big big.json
    batt-gpu -p good.py -o out big
    assert_equal "$(shown out | grep -c '"outcome":"ok","equal":true')" 2
}

# ---- broken output ----

@test "gpu: full disk, closed stdout, a folder that is not there" {
    run --separate-stderr -3 bash -c 'batt-gpu -p good.py tasks > /dev/full'
    assert_equal "$stderr" "batt-gpu: standard output: No space left on device"
    run --separate-stderr -3 batt-gpu -p good.py -o /dev/full tasks
    assert_equal "$stderr" "batt-gpu: /dev/full: No space left on device"
    run --separate-stderr -3 bash -c 'batt-gpu -p good.py tasks >&-'
    assert_equal "$stderr" "batt-gpu: standard output: Bad file descriptor"
    run --separate-stderr -3 batt-gpu -p good.py -o nope/out tasks
    assert_equal "$stderr" "batt-gpu: nope/out: No such file or directory"
}

@test "gpu: full disk in the middle of many blocks: stops, one line" {
    many 200 > c.jsonl
    run --separate-stderr -3 bash -c 'batt-gpu -k all --block 1 -p c.jsonl tasks > /dev/full'
    assert_equal "$stderr" "batt-gpu: standard output: No space left on device"
}

@test "gpu: dies quietly when the reader goes away" {
    many 500 > c.jsonl
    run --separate-stderr bash -c 'set +o pipefail
        batt-gpu -k all --block 1 -p c.jsonl tasks | head -c 1 | wc -c; echo "${PIPESTATUS[0]}"'
    assert_equal "$stderr" ""
    assert_equal "$output" $'1\n141'
    run --separate-stderr bash -c \
        'trap "" PIPE; (sleep 0.1; batt-gpu -p good.py tasks) | true; exit ${PIPESTATUS[0]}'
    assert_equal "$stderr" ""
    assert_equal "$status" 141
}

@test "gpu: -o appears when whole and keeps what was there else" {
    echo before > out
    chmod 640 out
    for options in '--strict -p nope.py' '-k nothing -p good.py' '--strict -p good.py nope'; do
        # shellcheck disable=SC2086 # options are several words
        run batt-gpu $options -o out tasks
        assert [ "$status" -ge 2 ]
        assert_equal "$(cat out)" before
        assert [ -z "$(find . -name '.out*')" ]
    done
    batt-gpu -p good.py -o out tasks
    assert_equal "$(stat -c %a out)" 640
    assert_equal "$(count result out)" 6
}

@test "gpu: -o is not there before all blocks are" {
    mkfifo lines
    batt-gpu -p - -o out tasks < lines 3>&- &
    pid=$!
    exec 4> lines
    record '"id": "x",' 'O = dmirror(I)' >&4
    echo >&4
    sleep 0.5
    assert [ ! -e out ]
    exec 4>&-
    wait $pid
    assert_equal "$(of x out | head -n 3)" "$good_results"
}

@test "gpu: killed, -o is what it was" {
    echo before > out
    mkfifo lines
    batt-gpu -p - -o out tasks < lines 3>&- &
    pid=$!
    exec 4> lines
    record '"id": "x",' 'O = dmirror(I)' >&4
    echo >&4
    sleep 0.3
    kill $pid
    run wait $pid
    exec 4>&-
    assert_equal "$(cat out)" before
}

# ---- the whole set ----

@test "gpu: the solver library on public tasks" {
    need_shared
    batt-collect -o arc "$SHARED/data/arc1/training"
    batt-gpu -j 2 --pair=name -o out arc
    assert [ "$(shown out | grep -c '"outcome":"ok","equal":true')" -gt 1000 ]
}

@test "gpu: a task on which no program ran has an entry, once, whatever -j and --block" {
    { record '"id": "x", "task": "aa",' 'O = dmirror(I)'; record '"id": "y", "task": "aa",' 'O = I'; } > c.jsonl
    batt-gpu -j 1 -p c.jsonl -o out tasks
    assert_equal "$(shown out | tail -n 2 | head -n 1)" \
        '{"type":"entry","task":"one/bb","programs":0,"demo_n":2,"test_n":1,"known":1}'
    assert_equal "$(count entry out)" 1
    batt-check out
    batt-gpu -j 2 -p c.jsonl -o two tasks
    assert_equal "$(zstd -dc < two | sha256sum)" "$(zstd -dc < out | sha256sum)"
    batt-gpu --block 1 -p c.jsonl -o out tasks
    assert_equal "$(count entry out)" 1
    batt-gpu --resume -v -p c.jsonl -o out tasks 2> err
    batt-gpu --resume -v -p c.jsonl -o out tasks 2>> err
    saw 'out: whole and made of the same; kept' < err
    batt-gpu -p good.py -o out tasks
    assert_equal "$(count entry out)" 0
    : > none.jsonl
    batt-gpu -p none.jsonl -o out tasks
    batt-check out
    assert_equal "$(count entry out)" 2
    batt-pack --per-task out | batt-pack -d shards --shard 1
    batt-check shards/*.batt
    assert_equal "$(batt-show --json shards/*.batt | grep -c '"type":"entry"')" 2
}

@test "gpu: a byte order mark before JSON lines and Python, from files and standard input" {
    record '"id": "x",' 'O = dmirror(I)' > c.jsonl
    batt-gpu -p c.jsonl -o out tasks
    brief out > want
    printf '\xef\xbb\xbf' | cat - c.jsonl > m.jsonl
    batt-gpu -p m.jsonl -o out tasks
    brief out | cmp want -
    batt-gpu -p - -o out tasks < m.jsonl
    brief out | cmp want -
    batt-pack -p m.jsonl -d shards
    batt-gpu -p shards -o out tasks
    brief out | cmp want -
    printf '\xef\xbb\xbf' | cat - good.py | batt-gpu -p - -o out tasks
    assert_equal "$(of solve_aa out | head -n 1)" 'aa demo0 ok true'
    printf '\xef\xbc\xa9\n' | cat - good.py > odd.py
    batt-gpu -q -p - -o out tasks < odd.py
    assert_equal "$(why line1 out)" '1: text outside a function'
}

@test "gpu: an id used twice in a source is named, whatever --block, and the first kept" {
    { record '"id": "x",' 'O = dmirror(I)'; record '"id": "y",' 'O = I'; record '"id": "3",' 'O = I'
      record '"id": "x",' 'O = hmirror(I)'; echo; record '"id": "a\u001bb",' 'O = I'; record '' 'O = I'
      record '"id": "a\u001bb",' 'O = I'; record '"id": 3,' 'O = I'; } > c.jsonl
    for block in 1 2 3 100; do
        run --separate-stderr -1 batt-gpu --block $block -p c.jsonl -o out tasks
        assert_equal "$stderr" "batt-gpu: c.jsonl:4: id 'x' was used before (line 1)
batt-gpu: c.jsonl:8: id 'a?b' was used before (line 6)
batt-gpu: c.jsonl:9: id '3' was used before (line 3)"
        shown out | saw '"failed":3,'
        assert_equal "$(of x out | head -n 3)" $'aa demo0 ok true\naa demo1 ok true\naa test0 ok true'
        brief out > got
        [ "$block" -eq 1 ] && sort got > want
        sort got | cmp want -
    done
    run --separate-stderr -3 batt-gpu --strict -p c.jsonl -o strict tasks
    [ ! -e strict ]
    cp c.jsonl d.jsonl
    sed -i 4q c.jsonl
    run --separate-stderr -1 batt-gpu -p d.jsonl -p c.jsonl -o out tasks
    assert_equal "$(grep -c 'used before' <<< "$stderr")" 4
}

@test "gpu: of two functions of one name in a Python file the last counts, and the other is named" {
    { program solve_aa 'O = I'; program f 'O = hmirror(I)'; program two 'O = f(I)'
      program solve_aa 'O = dmirror(I)'; program f 'O = vmirror(I)'; } > p.py
    run --separate-stderr -1 batt-gpu -p p.py -o out tasks
    assert_equal "$stderr" "batt-gpu: p.py:1: defined again in line 13, which counts
batt-gpu: p.py:5: defined again in line 17, which counts"
    assert_equal "$(shown out | sed -n 's/^{"type":"program","program":"\([^"]*\)".*/\1/p')" $'two\nsolve_aa'
    assert_equal "$(of solve_aa out | head -n 1)" 'aa demo0 ok true'
    echo '[[1, 2], [3, 4]]' > grid
    batt-trace -p p.py -N solve_aa --grid grid | saw '((1, 3), (2, 4))'
}

@test "gpu: progress on a terminal, taken away at the end; not with -q, not elsewhere" {
    command -v script || skip "script is not there"
    record '"id": "x",' 'O = dmirror(I)' > c.jsonl
    record '"id": "y",' 'O = I' > d.jsonl
    cat > run.sh << 'S'
{ cat c.jsonl; echo; sleep 1; cat d.jsonl; } | batt-gpu "$@" -p - -o out tasks
S
    script -qec 'sh run.sh' /dev/null > seen < /dev/null
    saw $'^\r\e\\[Kbatt-gpu: 1 programs done, 1 on 1 of 2 tasks; [0-9]* runs, [0-9]* a second\r\e\\[K$' < seen
    script -qec 'sh run.sh -q' /dev/null > seen < /dev/null
    [ ! -s seen ]
    sh run.sh 2> seen
    [ ! -s seen ]
    batt-check out
}

@test "gpu: a block with too many pairs says what to do, and nothing has run" {
    seq 16400 | sed 's/.*/"t&": {"train": [{"input": [[&]], "output": [[1]]}], "test": [{"input": [[1]]}]}/' |
        sed 's/\[\[[0-9]*\([0-9]\)\]\]/[[\1]]/' | paste -sd , | sed 's/.*/{&}/' > all.json
    batt-collect --set s -o many all.json
    seq 16384 | sed 's/.*/{"id":"x&","program":"def f(I):\\n    return I"}/' > c.jsonl
    run --separate-stderr -3 batt-gpu -p c.jsonl -o out many
    assert_equal "$stderr_lines" "batt-gpu: 16384 programs on 16400 tasks are 268697600 pairs, more than the 268435456 that a block may have: use a smaller --block, or files of fewer programs"
    [ ! -e out ]
    head -n 3 c.jsonl > d.jsonl
    batt-gpu --block 1048576 -k bits -p d.jsonl -o out many
    batt-check out
}

@test "gpu: ids of a source without end do not fill the memory, one of the last million is remembered" {
    endless() {
        awk 'BEGIN { for (k = 0; k < 2300000; k++) {
            id = k == 1000000 || k == 2200000 ? 0 : k
            printf "{\"id\":\"%d\",\"program\":\"def f(I):\\n return I\"}\n", id } }'
    }
    run --separate-stderr -1 "$BATS_TEST_DIRNAME/pipeline/peak.py" kb \
        batt-gpu -j 1 -k bits -p - -o out tasks < <(endless)
    assert_equal "$stderr" "batt-gpu: stdin:1000001: id '0' was used before (line 1)"
    [ "$(cat kb)" -lt 120000 ] || { cat kb; false; }
}
