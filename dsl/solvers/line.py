# Lines: shoot, connect, frontiers, neighbours, gravity.


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


def solve_d13f3404(I):
    """Coloured cells shoot down the diagonal of a grid twice as large."""
    dots = merge(fgpartition(I))
    ray = fork(recolor, first, compose(rbind(shoot, UNITY), last))
    lines = mapply(ray, dots)
    blank = canvas(ZERO, double(shape(I)))
    O = paint(blank, lines)
    return O


def solve_dc433765(I):
    """The 3 takes one step towards the 4."""
    walker = ofcolor(I, THREE)
    goal = ofcolor(I, FOUR)
    step = position(walker, goal)
    O = move(I, recolor(THREE, walker), step)
    return O


def solve_1f876c06(I):
    """Join the two ends of each diagonal."""
    pairs = fgpartition(I)
    one_end = compose(first, toindices)
    other_end = compose(last, toindices)
    diagonal = fork(connect, one_end, other_end)
    colored = fork(recolor, color, diagonal)
    O = paint(I, mapply(colored, pairs))
    return O


def solve_97999447(I):
    """From each dot a line runs right, every second cell 5."""
    dots = merge(fgpartition(I))
    ray = fork(recolor, first, compose(rbind(shoot, RIGHT), last))
    drawn = paint(I, mapply(ray, dots))
    places = apply(last, dots)
    steps = interval(ONE, width(I), TWO)
    offsets = apply(tojvec, steps)
    fives = prapply(add, places, offsets)
    O = fill(drawn, FIVE, fives)
    return O


def solve_ba97ae07(I):
    """The line that ran underneath comes on top."""
    lines = fgpartition(I)
    gap = fork(recolor, color, delta)
    gaps = mapply(gap, lines)
    O = paint(I, gaps)
    return O


def solve_a48eeaf7(I):
    """Every 5 is pulled against the square."""
    block = ofcolor(I, TWO)
    ring = outbox(block)
    dots = apply(initset, ofcolor(I, FIVE))
    distance_from = lbind(lbind, manhattan)
    of_cell = rbind(compose, initset)
    nearest = lbind(argmin, ring)
    landing = chain(nearest, of_cell, distance_from)
    places = apply(landing, dots)
    cleared = replace(I, FIVE, ZERO)
    O = fill(cleared, FIVE, places)
    return O


def solve_d43fd935(I):
    """Dots facing the block shoot to it."""
    block = ofcolor(I, THREE)
    figures = objects(I, T, F, T)
    walls = colorfilter(figures, THREE)
    dots = difference(figures, walls)
    all_joins = lbind(prapply, connect)
    to_block = compose(rbind(all_joins, block), toindices)
    is_straight = fork(either, hline, vline)
    keep_straight = rbind(mfilter, is_straight)
    beam = compose(keep_straight, to_block)
    colored = fork(recolor, color, beam)
    O = underpaint(I, mapply(colored, dots))
    return O


def solve_40853293(I):
    """Join the two cells of each colour; upright lines lie on top."""
    pairs = fgpartition(I)
    bar = fork(recolor, color, backdrop)
    bars = apply(bar, pairs)
    level = mfilter(bars, hline)
    upright = mfilter(bars, vline)
    O = paint(paint(I, level), upright)
    return O


def solve_8403a5d5(I):
    """From the dot on, every second column is drawn; 5 joins them, top and bottom in turn."""
    ink = other(palette(I), ZERO)
    start = leftmost(ofcolor(I, ink))
    side = width(I)
    columns = interval(start, side, TWO)
    rows = interval(ZERO, side, ONE)
    stripes = product(rows, columns)
    drawn = fill(I, ink, stripes)
    tops = interval(increment(start), side, FOUR)
    bottoms = interval(add(start, THREE), side, FOUR)
    upper = apply(tojvec, tops)
    lower = apply(lbind(astuple, decrement(side)), bottoms)
    O = fill(drawn, FIVE, combine(upper, lower))
    return O


def solve_a2fd1cf0(I):
    """From the 2 along its row, then along the column of the 3."""
    two = first(ofcolor(I, TWO))
    three = first(ofcolor(I, THREE))
    bend = astuple(first(two), last(three))
    way = combine(connect(two, bend), connect(bend, three))
    O = underfill(I, EIGHT, way)
    return O


def solve_623ea044(I):
    """The dot shines along both diagonals."""
    ink = leastcolor(I)
    dot = first(ofcolor(I, ink))
    directions = ineighbors(ORIGIN)
    beams = mapply(lbind(shoot, dot), directions)
    O = fill(I, ink, beams)
    return O


def solve_05f2a901(I):
    """The 2-figure moves until it touches the 8-block."""
    figures = objects(I, T, T, T)
    walker = first(colorfilter(figures, TWO))
    block = first(colorfilter(figures, EIGHT))
    way = gravitate(walker, block)
    O = move(I, walker, way)
    return O


def solve_6cdd2623(I):
    """Keep only full lines between two border marks of the rarest colour."""
    ink = leastcolor(I)
    marks = ofcolor(I, ink)
    joins = prapply(connect, marks, marks)
    spans_width = matcher(width, width(I))
    spans_height = matcher(height, height(I))
    across = sfilter(joins, fork(both, hline, spans_width))
    down = sfilter(joins, fork(both, vline, spans_height))
    lines = merge(combine(across, down))
    O = fill(canvas(ZERO, shape(I)), ink, lines)
    return O


def solve_c1d99e64(I):
    """Empty rows and columns become 2."""
    lines = frontiers(I)
    O = fill(I, TWO, merge(lines))
    return O


def solve_05269061(I):
    """The stripes across the grid repeat every three columns."""
    dots = merge(fgpartition(I))
    rising = fork(recolor, first, compose(rbind(shoot, UP_RIGHT), last))
    falling = fork(recolor, first, compose(rbind(shoot, DOWN_LEFT), last))
    stripe_of = fork(combine, rising, falling)
    stripes = mapply(stripe_of, dots)
    steps = interval(-12, 13, THREE)
    offsets = apply(tojvec, steps)
    repeated = mapply(lbind(shift, stripes), offsets)
    O = paint(I, repeated)
    return O


def solve_928ad970(I):
    """Draw a frame in the object's colour just inside the four marks."""
    marks = ofcolor(I, FIVE)
    shades = remove(FIVE, remove(ZERO, palette(I)))
    ink = first(shades)
    frame = inbox(marks)
    O = fill(I, ink, frame)
    return O


def solve_22eb0ac0(I):
    """Rows whose two ends agree are filled."""
    flipped = vmirror(I)
    ends_agree = cellwise(I, flipped, ZERO)
    dots = merge(fgpartition(ends_agree))
    level = compose(hfrontier, last)
    full_row = fork(recolor, first, level)
    O = paint(I, mapply(full_row, dots))
    return O


def solve_99fa7670(I):
    """Each dot runs right to the border, then down to the next line."""
    dots = merge(fgpartition(I))
    from_top = order(dots, compose(first, last))
    ray = fork(recolor, first, compose(rbind(shoot, RIGHT), last))
    edge = decrement(width(I))
    row_of = compose(first, last)
    turn = compose(rbind(astuple, edge), row_of)
    fall = fork(recolor, first, compose(rbind(shoot, DOWN), turn))
    path = fork(combine, ray, fall)
    paths = merge(apply(path, from_top))
    O = paint(I, paths)
    return O


def solve_56dc2b01(I):
    """The object moves against the bar; a line of 8 marks its far side."""
    bar = ofcolor(I, TWO)
    figure = recolor(THREE, ofcolor(I, THREE))
    way = gravitate(figure, bar)
    moved = move(I, figure, way)
    back = invert(sign(way))
    depth = branch(vline(bar), width(figure), height(figure))
    offset = multiply(increment(depth), back)
    far_side = shift(bar, offset)
    O = fill(moved, EIGHT, far_side)
    return O


def solve_ef135b50(I):
    """Bridge the gaps between blocks in one row with 9."""
    blocks = ofcolor(I, TWO)
    free = ofcolor(I, ZERO)
    joins = prapply(connect, blocks, blocks)
    rows = mfilter(joins, hline)
    O = fill(I, NINE, intersection(rows, free))
    return O


def solve_ecdecbb3(I):
    """Dots shoot at the lines; each hit is ringed with 8."""
    dots = ofcolor(I, TWO)
    line_cells = ofcolor(I, EIGHT)
    joins = prapply(connect, dots, line_cells)
    beams = mfilter(joins, fork(either, hline, vline))
    hits = intersection(beams, line_cells)
    rings = mapply(neighbors, hits)
    shot = fill(I, TWO, beams)
    ringed = fill(shot, EIGHT, rings)
    O = fill(ringed, TWO, hits)
    return O


def solve_673ef223(I):
    """placeholder"""
    O = identity(I)
    return O


def solve_855e0971(I):
    """Each hole splits its stripe across."""
    figures = objects(I, T, F, F)
    holes = ofcolor(I, ZERO)
    stripes = difference(figures, colorfilter(figures, ZERO))
    flat = greater(size(apply(uppermost, stripes)), size(apply(leftmost, stripes)))
    across = branch(flat, vfrontier, hfrontier)
    holes_in = compose(lbind(intersection, holes), backdrop)
    cut_lines = chain(lbind(mapply, across), holes_in, identity)
    cuts = fork(intersection, cut_lines, backdrop)
    O = fill(I, ZERO, mapply(cuts, stripes))
    return O


def solve_90f3ed37(I):
    """placeholder"""
    O = identity(I)
    return O


def solve_1a07d186(I):
    """Dots of a line's colour are pulled to it, other dots vanish."""
    regions = objects(I, T, F, T)
    dots = sizefilter(regions, ONE)
    lines = difference(regions, dots)
    line_colors = apply(color, lines)
    has_line = compose(rbind(contained, line_colors), color)
    bound = sfilter(dots, has_line)
    line_by_color = compose(first, lbind(colorfilter, lines))
    own_line = compose(line_by_color, color)
    way = fork(gravitate, identity, own_line)
    landed = fork(shift, identity, way)
    cleared = cover(I, merge(dots))
    O = paint(cleared, mapply(landed, bound))
    return O


def solve_6455b5f5(I):
    """The largest free area becomes 1, the smallest become 8."""
    regions = objects(I, T, F, F)
    free = colorfilter(regions, ZERO)
    largest = argmax(free, size)
    least = valmin(free, size)
    smallest = merge(sizefilter(free, least))
    with_largest = fill(I, ONE, largest)
    O = fill(with_largest, EIGHT, smallest)
    return O


def solve_d687bc17(I):
    """Dots in a side's colour are pulled to that side, other dots vanish."""
    regions = objects(I, T, F, T)
    dots = sizefilter(regions, ONE)
    sides = difference(regions, dots)
    side_colors = apply(color, sides)
    has_side = compose(rbind(contained, side_colors), color)
    bound = sfilter(dots, has_side)
    side_by_color = compose(first, lbind(colorfilter, sides))
    own_side = compose(side_by_color, color)
    way = fork(gravitate, identity, own_side)
    landed = fork(shift, identity, way)
    cleared = cover(I, merge(dots))
    O = paint(cleared, mapply(landed, bound))
    return O


def solve_508bd3b6(I):
    """The 8-line runs on to the wall of 2 and is reflected."""
    tail = ofcolor(I, EIGHT)
    wall = ofcolor(I, TWO)
    cells = asindices(I)
    low = ulcorner(tail)
    falls = contained(low, tail)
    heading = branch(falls, UNITY, UP_RIGHT)
    start = branch(falls, low, llcorner(tail))
    first_beam = combine(shoot(start, heading), shoot(start, invert(heading)))
    upright = portrait(wall)
    turned = branch(upright, multiply(heading, astuple(ONE, NEG_ONE)), multiply(heading, astuple(NEG_ONE, ONE)))
    O = underfill(I, THREE, first_beam)
    return O


def solve_a64e4611(I):
    """placeholder"""
    O = identity(I)
    return O


def solve_5c2c9af4(I):
    """placeholder"""
    O = identity(I)
    return O
