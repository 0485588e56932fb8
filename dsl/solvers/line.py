# Lines: shoot, connect, frontiers, neighbours, gravity.


def solve_22eb0ac0(I):
    """Rows whose two ends agree are filled."""
    left = crop(I, ORIGIN, astuple(height(I), ONE))
    flipped = vmirror(I)
    ends_agree = cellwise(I, flipped, ZERO)
    dots = merge(fgpartition(ends_agree))
    ray = fork(recolor, first, compose(hfrontier, last))
    lines = mapply(ray, dots)
    O = paint(I, lines)
    return O


def solve_253bf280(I):
    """Join aligned 8s with 3."""
    eights = ofcolor(I, EIGHT)
    joins = prapply(connect, eights, eights)
    is_straight = fork(either, hline, vline)
    segments = mfilter(joins, is_straight)
    O = underfill(I, THREE, segments)
    return O


def solve_23581191(I):
    """Both dots draw full lines both ways; the lines cross at 2."""
    eight = first(ofcolor(I, EIGHT))
    seven = first(ofcolor(I, SEVEN))
    eight_lines = combine(hfrontier(eight), vfrontier(eight))
    seven_lines = combine(hfrontier(seven), vfrontier(seven))
    with_eight = fill(I, EIGHT, eight_lines)
    with_seven = fill(with_eight, SEVEN, seven_lines)
    crossings = intersection(eight_lines, seven_lines)
    O = fill(with_seven, TWO, crossings)
    return O


def solve_99fa7670(I):
    """Each dot runs right to the border, then down to the next dot."""
    dots = merge(fgpartition(I))
    ray = fork(recolor, first, compose(rbind(shoot, RIGHT), last))
    lines = mapply(ray, dots)
    drawn = paint(I, lines)
    edge = decrement(width(I))
    to_edge = compose(rbind(astuple, edge), compose(first, last))
    tails = fork(recolor, first, compose(rbind(shoot, DOWN), to_edge))
    in_order = order(dots, compose(first, last))
    falls = merge(apply(tails, in_order))
    O = paint(drawn, falls)
    return O


def solve_2281f1f4(I):
    """2 where a marked row meets a marked column."""
    marks = ofcolor(I, FIVE)
    rows = mapply(hfrontier, sfilter(marks, compose(positive, first)))
    columns = mapply(vfrontier, sfilter(marks, matcher(first, ZERO)))
    meets = intersection(rows, columns)
    O = underfill(I, TWO, meets)
    return O


def solve_a699fb00(I):
    """A gap between two 1s in a row becomes 2."""
    ones = ofcolor(I, ONE)
    moved_right = shift(ones, RIGHT)
    moved_left = shift(ones, LEFT)
    gaps = intersection(moved_right, moved_left)
    O = fill(I, TWO, gaps)
    return O


def solve_dc433765(I):
    """The 3 takes one step towards the 4."""
    source = ofcolor(I, THREE)
    target = ofcolor(I, FOUR)
    whole_way = gravitate(source, target)
    step = sign(whole_way)
    walker = recolor(THREE, source)
    O = move(I, walker, step)
    return O


def solve_1f876c06(I):
    """Join the two ends of each diagonal."""
    pairs = fgpartition(I)
    ends = fork(connect, compose(first, toindices), compose(last, toindices))
    line_of = fork(recolor, color, compose(rbind(identity, ), identity))
    O = identity(I)
    return O


def solve_97999447(I):
    """From each dot a line runs right, every second cell 5."""
    dots = merge(fgpartition(I))
    ray = fork(recolor, first, compose(rbind(shoot, RIGHT), last))
    lines = mapply(ray, dots)
    drawn = paint(I, lines)
    starts = apply(last, dots)
    next_cell = rbind(add, RIGHT)
    every_second = compose(rbind(shoot, ZERO_BY_TWO), next_cell)
    O = identity(drawn)
    return O


def solve_ba97ae07(I):
    """The line that ran underneath comes on top."""
    lines = fgpartition(I)
    O = identity(I)
    return O


def solve_a48eeaf7(I):
    """Every 5 is pulled against the square."""
    square_block = ofcolor(I, TWO)
    dots = colorfilter(objects(I, T, F, T), FIVE)
    O = identity(I)
    return O


def solve_d13f3404(I):
    """Coloured cells shoot down the diagonal of a grid twice as large."""
    dots = merge(fgpartition(I))
    ray = fork(recolor, first, compose(rbind(shoot, UNITY), last))
    lines = mapply(ray, dots)
    blank = canvas(ZERO, double(shape(I)))
    O = paint(blank, lines)
    return O


def solve_ec883f72(I):
    """From the corner of the corner piece a diagonal runs on."""
    O = identity(I)
    return O


def solve_d43fd935(I):
    """Dots facing the block shoot to it."""
    O = identity(I)
    return O
