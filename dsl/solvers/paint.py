# Fills, recolouring, boxes and holes.


def solve_67385a82(I):
    """Groups of three cells or more become 8."""
    shapes = objects(I, T, F, T)
    groups = colorfilter(shapes, THREE)
    is_large = compose(rbind(greater, TWO), size)
    large = mfilter(groups, is_large)
    O = fill(I, EIGHT, large)
    return O


def solve_67a423a3(I):
    """Frame the crossing of the two lines with 4."""
    lines = frontiers(I)
    is_free = matcher(color, ZERO)
    drawn = sfilter(fgpartition(I), compose(flip, is_free))
    upright = argmax(drawn, height)
    level = argmax(drawn, width)
    row = uppermost(level)
    column = leftmost(upright)
    crossing = astuple(row, column)
    ring = neighbors(crossing)
    O = fill(I, FOUR, ring)
    return O


def solve_aedd82e4(I):
    """Lonely cells become 1."""
    shapes = objects(I, T, F, T)
    lonely = sizefilter(shapes, ONE)
    dots = merge(lonely)
    O = fill(I, ONE, dots)
    return O


def solve_d037b0a7(I):
    """Every colour flows down to the bottom."""
    cells = fgpartition(I)
    dots = merge(cells)
    ray = fork(recolor, first, compose(rbind(shoot, DOWN), last))
    trails = mapply(ray, dots)
    top_down = order(trails, last)
    O = paint(I, top_down)
    return O


def solve_694f12f3(I):
    """Fill the inside of the smaller rectangle with 1, of the larger with 2."""
    blocks = objects(I, T, F, T)
    small = argmin(blocks, size)
    large = argmax(blocks, size)
    small_inside = difference(toindices(small), box(small))
    large_inside = difference(toindices(large), box(large))
    first_done = fill(I, ONE, small_inside)
    O = fill(first_done, TWO, large_inside)
    return O


def solve_e8593010(I):
    """Holes of one, two and three cells become 3, 2 and 1."""
    regions = objects(I, T, F, F)
    holes = colorfilter(regions, ZERO)
    single = merge(sizefilter(holes, ONE))
    double_holes = merge(sizefilter(holes, TWO))
    triple = merge(sizefilter(holes, THREE))
    a = fill(I, THREE, single)
    b = fill(a, TWO, double_holes)
    O = fill(b, ONE, triple)
    return O


def solve_d2abd087(I):
    """Objects of six cells become 2, others 1."""
    shapes = objects(I, T, F, T)
    sixes = merge(sizefilter(shapes, SIX))
    ones = replace(I, FIVE, ONE)
    O = fill(ones, TWO, sixes)
    return O


def solve_ea32f347(I):
    """Rank the bars: the longest 1, the shortest 2, the other 4."""
    bars = objects(I, T, F, T)
    longest = argmax(bars, size)
    shortest = argmin(bars, size)
    fours = replace(I, FIVE, FOUR)
    with_longest = fill(fours, ONE, longest)
    O = fill(with_longest, TWO, shortest)
    return O


def solve_d23f8c26(I):
    """Keep the middle column only."""
    middle = last(center(asindices(I)))
    column = vfrontier(tojvec(middle))
    kept = toobject(column, I)
    blank = canvas(ZERO, shape(I))
    O = paint(blank, kept)
    return O


def solve_a79310a0(I):
    """The object steps down by one and turns 2."""
    shapes = objects(I, T, F, T)
    only = first(shapes)
    moved = move(I, only, DOWN)
    O = replace(moved, EIGHT, TWO)
    return O


def solve_22168020(I):
    """Join the two ends of every row of one colour."""
    colors = palette(I)
    cells_of = lbind(ofcolor, I)
    spans = compose(rbind(apply, ), identity)
    O = identity(I)
    return O


def solve_6c434453(I):
    """Hollow squares become plus signs of 2."""
    ring = neighbors(UNITY)
    holes = insert(UNITY, initset(UNITY))
    pattern = combine(recolor(ONE, ring), recolor(ZERO, holes))
    places = occurrences(I, pattern)
    plus = insert(UNITY, dneighbors(UNITY))
    stamp_ring = lbind(shift, ring)
    stamp_plus = lbind(shift, plus)
    cleared = fill(I, ZERO, mapply(stamp_ring, places))
    O = fill(cleared, TWO, mapply(stamp_plus, places))
    return O


def solve_54d82841(I):
    """Drop a 4 to the bottom row below the opening of every shape."""
    shapes = objects(I, T, F, T)
    columns = apply(compose(last, center), shapes)
    bottom = decrement(height(I))
    drop = lbind(astuple, bottom)
    marks = apply(drop, columns)
    O = fill(I, FOUR, marks)
    return O


def solve_b60334d2(I):
    """Every 5 becomes the hollow centre of a 5 and 1 tile."""
    dots = ofcolor(I, FIVE)
    blank = replace(I, FIVE, ZERO)
    sides = mapply(dneighbors, dots)
    tips = mapply(ineighbors, dots)
    with_sides = fill(blank, ONE, sides)
    O = fill(with_sides, FIVE, tips)
    return O


def solve_dc1df850(I):
    """Surround every 2 with 1."""
    twos = ofcolor(I, TWO)
    halo = mapply(neighbors, twos)
    O = underfill(I, ONE, halo)
    return O


def solve_95990924(I):
    """Number the four outer corners of every square."""
    squares = objects(I, T, F, T)
    rings = apply(outbox, squares)
    nw = fill(I, ONE, apply(ulcorner, rings))
    ne = fill(nw, TWO, apply(urcorner, rings))
    sw = fill(ne, THREE, apply(llcorner, rings))
    O = fill(sw, FOUR, apply(lrcorner, rings))
    return O


def solve_b230c067(I):
    """The object that differs in shape becomes 2, the others 1."""
    shapes = objects(I, T, T, T)
    forms = totuple(apply(normalize, shapes))
    largest = argmin(shapes, size)
    ones = replace(I, EIGHT, ONE)
    O = fill(ones, TWO, largest)
    return O


def solve_0ca9ddb6(I):
    """1 gets direct neighbours of 7, 2 diagonal neighbours of 4."""
    ones = ofcolor(I, ONE)
    twos = ofcolor(I, TWO)
    plus = mapply(dneighbors, ones)
    cross = mapply(ineighbors, twos)
    with_plus = underfill(I, SEVEN, plus)
    O = underfill(with_plus, FOUR, cross)
    return O


def solve_3ac3eb23(I):
    """Below each cell of the first row, its colour zigzags down to the bottom."""
    cells = merge(fgpartition(I))
    tall = interval(ONE, height(I), TWO)
    tall_down = apply(toivec, tall)
    diagonal = chain(ineighbors, last, identity)
    even_rows = apply(double, tall)
    O = identity(I)
    return O


def solve_bda2d7a6(I):
    """Cyclic shift of the colours of nested frames."""
    O = identity(I)
    return O


def solve_60b61512(I):
    """Fill the gaps in each three by three figure with 7."""
    figures = objects(I, T, T, T)
    gaps = mapply(delta, figures)
    O = fill(I, SEVEN, gaps)
    return O


def solve_56ff96f3(I):
    """Each pair of equal cells spans a filled rectangle."""
    pairs = fgpartition(I)
    filled = fork(recolor, color, backdrop)
    rectangles = mapply(filled, pairs)
    O = paint(I, rectangles)
    return O


def solve_a5f85a15(I):
    """Every second column of the coloured cells becomes 4."""
    blank = ofcolor(I, ZERO)
    odd_columns = interval(ONE, width(I), TWO)
    tops = apply(tojvec, odd_columns)
    stripes = mapply(vfrontier, tops)
    marks = difference(stripes, blank)
    O = fill(I, FOUR, marks)
    return O


def solve_ba26e723(I):
    """In every third column, 4 becomes 6."""
    fours = ofcolor(I, FOUR)
    every_third = interval(ZERO, width(I), THREE)
    tops = apply(tojvec, every_third)
    stripes = mapply(vfrontier, tops)
    marks = intersection(stripes, fours)
    O = fill(I, SIX, marks)
    return O


def solve_b8825c91(I):
    """Repair the masked region from the mirror image."""
    O = identity(I)
    return O


def solve_321b1fc6(I):
    """Stamp the two-colour model over every place of 8."""
    O = identity(I)
    return O


def solve_d631b094(I):
    """List the coloured cells in one row."""
    pieces = merge(fgpartition(I))
    ink = other(palette(I), ZERO)
    count = colorcount(I, ink)
    O = canvas(ink, astuple(ONE, count))
    return O


def solve_d9fac9be(I):
    """placeholder"""
    O = identity(I)
    return O
