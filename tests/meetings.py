#!/usr/bin/env python3
"""
Are all lanes there where they meet?  Reads a kernel's PTX and looks at every branch whose condition
depends on the number of the lane.

    meetings.py KERNEL.ptx

No meeting (shfl, vote, redux, bar, match), nor a call of a function that has one, may stand between
such a branch and the place where its two ways join again: cuda/warp.h's rule.  Every meeting must be
of all 32 lanes.  A breach is told by function and branch; the status is then 1.

What depends on the lane is followed through registers and loads from addresses that do, not through
memory or calls: that misses some branches, and accuses none that is uniform.  What a meeting gives
to all lanes (votes, sums, the word of one lane) does not depend on the lane.
"""
import re
import sys

MEETING = re.compile(r"(shfl|vote|redux|match|bar|barrier)\.")
REGISTER = re.compile(r"%[a-z]+\d*(?:\.x)?")


class Function:
    """Statements in blocks, which end in branches; succ: of each block, those that may follow."""

    def __init__(self, name, lines):
        self.name = name
        self.statements, labels, starts = [], {}, {0}
        for s in join(lines):
            if s.endswith(":"):
                labels[s[:-1]] = len(self.statements)
                starts.add(len(self.statements))
            else:
                self.statements.append(s)
                if re.match(r"(@\S+ )?(bra|ret|exit|trap)\b", s):
                    starts.add(len(self.statements))
        cuts = sorted(starts | {len(self.statements)})
        number = {cut: k for k, cut in enumerate(cuts)}
        self.blocks = [self.statements[a:b] for a, b in zip(cuts, cuts[1:])]
        self.succ = [self.after(b[-1], k, labels, number) for k, b in enumerate(self.blocks)]

    def after(self, last, k, labels, number):
        guard, op = re.match(r"(@\S+ )?(\S+)", last).groups()
        if op.startswith("brx"):
            raise ValueError(f"{self.name}: {last}: not known here")
        if not op.startswith(("bra", "ret", "exit", "trap")):
            return [k + 1]
        to = [number[labels[last.split()[-1]]]] if op.startswith("bra") else [len(self.blocks)]
        return to + [k + 1] if guard else to


def join(lines):
    """Labels and whole statements without declarations, the white space in them single blanks."""
    text = ""
    for line in lines:
        line = re.sub(r"//.*", "", line).strip()
        if re.fullmatch(r"\$\w+:", line):
            yield line
            continue
        line = re.sub(r";\s*\}$", ";", re.sub(r"^\{\s*\.reg[^;]*;", "", line))
        if line in ("{", "}"):
            continue
        text = f"{text} {line}".strip()
        if text.endswith(";"):
            if not text.startswith("."):
                yield re.sub(r"\s+", " ", text[:-1])
            text = ""


def functions(path):
    name, lines = None, None
    for line in open(path):
        m = re.match(r"(?:\.visible |\.weak )*\.(?:func|entry)\s*(?:\(.*?\))?\s*([\w$]+)", line)
        if lines is None and m:
            name = m[1]
        if line.startswith("{"):
            lines = []
        elif line.startswith("}"):
            yield Function(name, lines)
            lines = None
        elif lines is not None:
            lines.append(line)


def operands(s):
    """Registers that a statement sets, and those that it reads."""
    op, _, rest = re.sub(r"^@\S+ ", "", s).partition(" ")
    sets = re.match(r"\{[^}]*\}|[^,]*", rest)[0]
    if op.startswith(("st.", "bra", "ret", "call", "bar.")):
        return op, [], REGISTER.findall(rest)
    return op, REGISTER.findall(sets), REGISTER.findall(rest[len(sets):])


def spread(f, known):
    """These registers and all that depend on them."""
    known, size = set(known), 0
    exchanged = {}  # by the word that came: the one that went
    while size != len(known):
        size = len(known)
        for s in f.statements:
            op, sets, reads = operands(s)
            if op.startswith("shfl.sync.bfly"):
                exchanged[sets[0]] = reads[0]
            if op.startswith("shfl.sync.idx"):
                reads = reads[1:2]  # all have the word of one lane if they ask for the same
            elif op.startswith(("vote", "redux", "ld.param")):
                continue
            elif len(reads) == 2 and any(exchanged.get(a) == b for a, b in (reads, reads[::-1])):
                continue  # a step of a sum of all lanes
            if known.intersection(reads):
                known.update(sets)
    return known


def by_lane(f):
    """The registers that depend on the lane, which is a thread's number and 31; what else comes of a
    thread's number may be the warp's."""
    threads, lanes = spread(f, {"%tid.x"}), {"%laneid"}
    for s in f.statements:
        op, sets, reads = operands(s)
        bits = re.search(r", (\d+)$", s)
        if op.startswith("and") and threads.intersection(reads) and bits and int(bits[1]) % 32:
            lanes.update(sets)
    return spread(f, lanes)


def joins(f):
    """Of each block: all that every way from it to the end goes through, itself too."""
    end = len(f.blocks)
    all_of = [set(range(end + 1)) for _ in f.blocks] + [{end}]
    changed = True
    while changed:
        changed = False
        for k in reversed(range(end)):
            new = set.intersection(*(all_of[to] for to in f.succ[k])) | {k}
            changed |= new != all_of[k]
            all_of[k] = new
    return all_of


def apart(f, all_of, k):
    """Statements after block k before its ways join."""
    rest = all_of[k] - {k}
    seen, todo = set(), list(f.succ[k])
    while todo:
        b = todo.pop()
        if b not in seen and b not in rest:
            seen.add(b)
            todo += f.succ[b]
    return [s for b in sorted(seen) for s in f.blocks[b]]


def callee(s):
    """The function that a statement calls, None if it calls none, "" if that is not known."""
    if not re.match(r"(@\S+ )?call\b", s):
        return None
    m = re.match(r"(?:@\S+ )?call\S* (?:\([^)]*\), )?([\w$]+)", s)
    return m[1] if m else ""


def those_that_meet(all_functions):
    """Names of the functions that meet, and of those that call one that does."""
    calls = {f.name: {callee(s) for s in f.statements} - {None} for f in all_functions}
    meet = {f.name for f in all_functions if any(map(MEETING.match, f.statements))} | {""}
    size = 0
    while size != len(meet):
        size = len(meet)
        meet |= {name for name, called in calls.items() if called & meet}
    return meet


def is_of_all(f, s):
    """Is the meeting's mask, its last operand, all ones?"""
    mask = s.split()[-1]
    sets = [t.split()[-1] for t in f.statements if re.match(rf"mov\.\w+ {mask},", t)]
    return mask == "-1" or (sets and set(sets) == {"-1"})


def breaches(f, meet):
    known, all_of = by_lane(f), joins(f)
    n_branches, found = 0, []
    for k, block in enumerate(f.blocks):
        for s in block:
            guard = re.match(r"@!?(%p\d+) (.*)", s)
            if MEETING.match(s) and not is_of_all(f, s):
                found.append(f"{s}: not of all lanes")
            if guard and guard[1] in known and MEETING.match(guard[2]):
                found.append(f"{s}: by lane")
        branch = re.match(r"@!?(%p\d+) bra", block[-1])
        if branch and branch[1] in known:
            n_branches += 1
            found += [f"{block[-1]}: {s}" for s in apart(f, all_of, k)
                      if MEETING.match(s) or callee(s) in meet]
    return n_branches, found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    all_functions = list(functions(sys.argv[1]))
    meet = those_that_meet(all_functions)
    n_meetings = sum(bool(MEETING.match(s)) for f in all_functions for s in f.statements)
    n_branches, n_found = 0, 0
    for f in all_functions:
        n, found = breaches(f, meet)
        n_branches += n
        n_found += len(found)
        for text in found:
            print(f"{f.name}: {text}")
    print(f"{len(all_functions)} functions, {n_meetings} meetings, {n_branches} branches by lane, "
          f"{n_found} breaches")
    sys.exit(n_found > 0)


main()
