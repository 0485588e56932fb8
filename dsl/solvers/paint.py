# Fills, recolouring, boxes and holes.


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


def solve_d037b0a7(I):
    """Every colour flows down to the bottom."""
    cells = fgpartition(I)
    dots = merge(cells)
    ray = fork(recolor, first, compose(rbind(shoot, DOWN), last))
    trails = mapply(ray, dots)
    top_down = order(trails, last)
    O = paint(I, top_down)
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


def solve_0ca9ddb6(I):
    """1 gets direct neighbours of 7, 2 diagonal neighbours of 4."""
    ones = ofcolor(I, ONE)
    twos = ofcolor(I, TWO)
    plus = mapply(dneighbors, ones)
    cross = mapply(ineighbors, twos)
    with_plus = underfill(I, SEVEN, plus)
    O = underfill(with_plus, FOUR, cross)
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


def solve_d631b094(I):
    """List the coloured cells in one row."""
    pieces = merge(fgpartition(I))
    ink = other(palette(I), ZERO)
    count = colorcount(I, ink)
    O = canvas(ink, astuple(ONE, count))
    return O


def solve_67385a82(I):
    """Groups of three cells or more become 8."""
    regions = objects(I, T, F, F)
    groups = colorfilter(regions, THREE)
    is_large = compose(rbind(greater, TWO), size)
    large = mfilter(groups, is_large)
    O = fill(I, EIGHT, large)
    return O


def solve_aedd82e4(I):
    """Lonely cells of 2 become 1."""
    regions = objects(I, T, F, F)
    twos = colorfilter(regions, TWO)
    lonely = merge(sizefilter(twos, ONE))
    O = fill(I, ONE, lonely)
    return O


def solve_694f12f3(I):
    """Fill the inside of the smaller rectangle with 1, of the larger with 2."""
    regions = objects(I, T, F, F)
    blocks = colorfilter(regions, FOUR)
    small = argmin(blocks, size)
    large = argmax(blocks, size)
    with_small = fill(I, ONE, backdrop(inbox(small)))
    O = fill(with_small, TWO, backdrop(inbox(large)))
    return O


def solve_22168020(I):
    """Join cells of one colour along the rows."""
    shades = remove(ZERO, palette(I))
    cells_of = lbind(ofcolor, I)
    connect_all = lbind(prapply, connect)
    joins = fork(connect_all, cells_of, cells_of)
    keep_level = rbind(mfilter, hline)
    level_joins = compose(keep_level, joins)
    bars_of = fork(recolor, identity, level_joins)
    bars = mapply(bars_of, shades)
    O = paint(I, bars)
    return O


def solve_3ac3eb23(I):
    """Below each cell of the first row its colour zigzags to the bottom."""
    dots = merge(fgpartition(I))
    beside = fork(recolor, first, compose(ineighbors, last))
    wings = mapply(beside, dots)
    drawn = paint(I, wings)
    pattern = crop(drawn, ORIGIN, astuple(TWO, width(I)))
    twice = vconcat(pattern, pattern)
    O = vconcat(twice, pattern)
    return O


def solve_ba26e723(I):
    """In every third column, 4 becomes 6."""
    rows = interval(ZERO, height(I), ONE)
    every_third = interval(ZERO, width(I), THREE)
    stripes = product(rows, every_third)
    fours = ofcolor(I, FOUR)
    marks = intersection(stripes, fours)
    O = fill(I, SIX, marks)
    return O


def solve_b8825c91(I):
    """Repair the masked areas from the mirror images."""
    masked = ofcolor(I, FOUR)
    from_side = toobject(masked, vmirror(I))
    half_done = paint(I, from_side)
    still_masked = ofcolor(half_done, FOUR)
    from_below = toobject(still_masked, hmirror(half_done))
    O = paint(half_done, from_below)
    return O


def solve_321b1fc6(I):
    """Stamp the model over every place of 8 and remove the model."""
    figures = objects(I, F, F, T)
    places = colorfilter(figures, EIGHT)
    model = extract(figures, compose(flip, matcher(color, EIGHT)))
    cleared = cover(I, model)
    stamp = lbind(shift, normalize(model))
    stamps = mapply(compose(stamp, ulcorner), places)
    erased = cover(cleared, merge(places))
    O = paint(erased, stamps)
    return O


def solve_50cb2852(I):
    """The inside of every rectangle becomes 8."""
    blocks = objects(I, T, F, T)
    inside = compose(backdrop, inbox)
    cores = mapply(inside, blocks)
    O = fill(I, EIGHT, cores)
    return O


def solve_c0f76784(I):
    """Fill square holes: side one with 6, two with 7, three with 8."""
    frames = objects(I, T, F, T)
    holes = apply(delta, frames)
    shade = compose(lbind(add, FIVE), width)
    filled = fork(recolor, shade, identity)
    painted = mapply(filled, holes)
    O = paint(I, painted)
    return O


def solve_44d8ac46(I):
    """Square holes of the frames become 2."""
    frames = objects(I, T, F, T)
    holes = apply(delta, frames)
    square_holes = mfilter(holes, square)
    O = fill(I, TWO, square_holes)
    return O


def solve_b2862040(I):
    """Objects of 1 that close off an area become 8."""
    regions = objects(I, T, F, F)
    ground = colorfilter(regions, NINE)
    touches_edge = rbind(bordering, I)
    enclosed = mfilter(ground, compose(flip, touches_edge))
    figures = colorfilter(regions, ONE)
    encloses = rbind(adjacent, enclosed)
    rings = mfilter(figures, encloses)
    O = fill(I, EIGHT, rings)
    return O


def solve_08ed6ac7(I):
    """Number the bars by length, the longest first."""
    bars = objects(I, T, F, T)
    ascending = order(bars, size)
    ranks = interval(FOUR, ZERO, NEG_ONE)
    numbered = mpapply(recolor, ranks, ascending)
    O = paint(I, numbered)
    return O


def solve_a61f2674(I):
    """Keep the longest bar as 1 and the shortest as 2."""
    bars = objects(I, T, F, T)
    longest = argmax(bars, height)
    shortest = argmin(bars, height)
    cleared = cover(I, merge(bars))
    with_longest = paint(cleared, recolor(ONE, longest))
    O = paint(with_longest, recolor(TWO, shortest))
    return O


def solve_e76a88a6(I):
    """Copy the model over every block of 5."""
    figures = objects(I, F, F, T)
    blocks = colorfilter(figures, FIVE)
    model = first(difference(figures, blocks))
    copy_to = compose(lbind(shift, normalize(model)), ulcorner)
    copies = mapply(copy_to, blocks)
    O = paint(I, copies)
    return O


def solve_88a10436(I):
    """Copy the object so that its centre lies on the 5."""
    figures = objects(I, F, T, T)
    marker = ofcolor(I, FIVE)
    count_fives = rbind(colorcount, FIVE)
    model = argmin(figures, count_fives)
    offset = subtract(first(marker), center(model))
    copied = shift(model, offset)
    unmarked = cover(I, marker)
    O = paint(unmarked, copied)
    return O


def solve_a1570a43(I):
    """Move the object into the frame given by its four corners."""
    posts = ofcolor(I, THREE)
    figure = recolor(TWO, ofcolor(I, TWO))
    target = increment(ulcorner(posts))
    offset = subtract(target, ulcorner(figure))
    moved = move(I, figure, offset)
    O = fill(moved, THREE, posts)
    return O
def solve_bda2d7a6(I):
    """Each frame takes the colour of the frame around it, the outermost that of the core."""
    layers = partition(I)
    outward = order(layers, height)
    core = first(outward)
    rest = remove(core, outward)
    turned = combine(rest, repeat(core, ONE))
    shades = apply(color, turned)
    repainted = mpapply(recolor, shades, outward)
    O = paint(I, repainted)
    return O


def solve_9edfc990(I):
    """Empty regions of three cells or more become 1."""
    regions = objects(I, T, F, F)
    empty_regions = colorfilter(regions, ZERO)
    is_wide = compose(rbind(greater, TWO), size)
    wide = mfilter(empty_regions, is_wide)
    O = fill(I, ONE, wide)
    return O


def solve_22233c11(I):
    """Two blocks on a diagonal get blocks of 8 outside the other diagonal."""
    pairs = objects(I, T, T, T)
    half = compose(halve, width)
    falls = fork(contained, ulcorner, toindices)
    pick = rbind(rbind(branch, UNITY), UP_RIGHT)
    offset = fork(multiply, compose(pick, falls), half)
    opposite = compose(invert, offset)
    one_side = fork(shift, vmirror, offset)
    other_side = fork(shift, vmirror, opposite)
    both_sides = fork(combine, one_side, other_side)
    outside = fork(difference, compose(toindices, both_sides), toindices)
    beyond = fork(difference, outside, compose(toindices, vmirror))
    O = fill(I, EIGHT, mapply(beyond, pairs))
    return O


def solve_b230c067(I):
    """The object whose shape differs becomes 2, the others 1."""
    figures = totuple(objects(I, T, T, T))
    forms = apply(compose(toindices, normalize), figures)
    odd_form = leastcommon(forms)
    form_of = compose(toindices, normalize)
    odd_one = extract(figures, matcher(form_of, odd_form))
    ones = replace(I, EIGHT, ONE)
    O = fill(ones, TWO, odd_one)
    return O


def solve_810b9b61(I):
    """Closed frames become 3."""
    regions = objects(I, T, F, F)
    ground = colorfilter(regions, ZERO)
    touches_edge = rbind(bordering, I)
    enclosed = mfilter(ground, compose(flip, touches_edge))
    figures = colorfilter(regions, ONE)
    frames = mfilter(figures, rbind(adjacent, enclosed))
    O = fill(I, THREE, frames)
    return O


def solve_32597951(I):
    """Under the box of the 8s, 1 becomes 3."""
    area = backdrop(ofcolor(I, EIGHT))
    inside = intersection(area, ofcolor(I, ONE))
    O = fill(I, THREE, inside)
    return O


def solve_6cf79266(I):
    """Empty three by three squares become 1."""
    blank = canvas(ZERO, THREE_BY_THREE)
    places = occurrences(I, asobject(blank))
    block = asindices(blank)
    squares = mapply(lbind(shift, block), places)
    O = fill(I, ONE, squares)
    return O


def solve_c3f564a4(I):
    """Complete the wallpaper of rising diagonals."""
    known = merge(remove(first(partition(I)), partition(I)))
    rising = fork(recolor, first, compose(rbind(shoot, UP_RIGHT), last))
    falling = fork(recolor, first, compose(rbind(shoot, DOWN_LEFT), last))
    both_ways = fork(combine, rising, falling)
    O = paint(I, mapply(both_ways, known))
    return O


def solve_73251a56(I):
    """Complete the wallpaper, which equals its own transpose."""
    holes = ofcolor(I, ZERO)
    patched = paint(I, toobject(holes, dmirror(I)))
    still_open = ofcolor(patched, ZERO)
    inward = shift(asobject(patched), UNITY)
    O = paint(patched, sfilter(inward, compose(rbind(contained, still_open), last)))
    return O


def solve_776ffc46(I):
    """Objects of 1 shaped like the framed one take its colour."""
    figures = objects(I, T, F, T)
    shades = difference(palette(I), insert(FIVE, insert(ONE, initset(ZERO))))
    ink = first(shades)
    model = extract(figures, matcher(color, ink))
    form_of = compose(toindices, normalize)
    same_form = matcher(form_of, form_of(model))
    alike = mfilter(figures, same_form)
    O = fill(I, ink, alike)
    return O


def solve_72322fa7(I):
    """placeholder"""
    O = identity(I)
    return O


def solve_0dfd9992(I):
    """Complete the wallpaper from its own translations."""
    holes = ofcolor(I, ZERO)
    O = identity(I)
    return O
