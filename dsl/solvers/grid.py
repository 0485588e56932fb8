# Whole-grid transformations: mirrors, concatenation, scaling, cropping,
# halves, cellwise combination, tiling.


def solve_0520fde7(I):
    """Cells set on both sides of the bar become 2."""
    left = lefthalf(I)
    right = righthalf(I)
    common = cellwise(left, right, ZERO)
    O = replace(common, ONE, TWO)
    return O


def solve_6430c8c4(I):
    """Mark with 3 the cells empty above and below the bar."""
    above = tophalf(I)
    below = bottomhalf(I)
    free_above = ofcolor(above, ZERO)
    free_below = ofcolor(below, ZERO)
    free = intersection(free_above, free_below)
    dims = shape(above)
    blank = canvas(ZERO, dims)
    O = fill(blank, THREE, free)
    return O


def solve_94f9d214(I):
    """Mark with 2 the cells empty in both halves: what underpainting leaves."""
    above = tophalf(I)
    below = bottomhalf(I)
    threes = ofcolor(above, THREE)
    merged = fill(below, ONE, threes)
    flags = replace(merged, ZERO, TWO)
    O = replace(flags, ONE, ZERO)
    return O


def solve_99b1bc43(I):
    """Exclusive or of the two halves, in 3."""
    above = tophalf(I)
    below = bottomhalf(I)
    ones = ofcolor(above, ONE)
    twos = ofcolor(below, TWO)
    either_one = combine(ones, twos)
    both_of_them = intersection(ones, twos)
    odd_ones = difference(either_one, both_of_them)
    dims = shape(above)
    blank = canvas(ZERO, dims)
    O = fill(blank, THREE, odd_ones)
    return O


def solve_ce4f8723(I):
    """Cells empty in both halves stay empty, all others become 3."""
    above = tophalf(I)
    below = bottomhalf(I)
    below_ones = replace(below, TWO, ONE)
    agree = cellwise(above, below_ones, ONE)
    O = replace(agree, ONE, THREE)
    return O


def solve_dae9d2b5(I):
    """Overlay the left and right halves, in 6."""
    left = lefthalf(I)
    right = righthalf(I)
    patch = ofcolor(right, THREE)
    overlay = fill(left, FOUR, patch)
    O = replace(overlay, FOUR, SIX)
    return O


def solve_74dd1130(I):
    """Transpose."""
    O = dmirror(I)
    return O


def solve_68b16354(I):
    """Upside down."""
    O = hmirror(I)
    return O


def solve_c59eb873(I):
    """Every cell becomes a two by two block."""
    O = upscale(I, TWO)
    return O


def solve_a416b8f3(I):
    """The grid beside itself."""
    O = hconcat(I, I)
    return O


def solve_d511f180(I):
    """Colours 5 and 8 change places."""
    O = switch(I, FIVE, EIGHT)
    return O


def solve_c8f0f002(I):
    """7 becomes 5."""
    O = replace(I, SEVEN, FIVE)
    return O


def solve_b91ae062(I):
    """Enlarge by the number of colours, background not counted."""
    colors = palette(I)
    shades = remove(ZERO, colors)
    factor = size(shades)
    O = upscale(I, factor)
    return O


def solve_7b7f7511(I):
    """Keep the first of two equal halves along the longer side."""
    tall = portrait(I)
    upper = tophalf(I)
    left = lefthalf(I)
    O = branch(tall, upper, left)
    return O


def solve_a740d043(I):
    """Cut out the figure, background 1 becomes 0."""
    figure = objects(I, False, True, True)
    patch = merge(figure)
    window = subgrid(patch, I)
    O = replace(window, ONE, ZERO)
    return O


def solve_28bf18c6(I):
    """Cut out the shape and show it twice."""
    shapes = objects(I, T, T, T)
    shape_only = first(shapes)
    window = subgrid(shape_only, I)
    O = hconcat(window, window)
    return O


def solve_be94b721(I):
    """Cut out the largest object."""
    shapes = objects(I, T, F, T)
    largest = argmax(shapes, size)
    O = subgrid(largest, I)
    return O


def solve_2013d3e2(I):
    """Upper left quarter of the symmetric figure."""
    cells = asindices(I)
    background = ofcolor(I, ZERO)
    figure = difference(cells, background)
    window = subgrid(figure, I)
    upper = tophalf(window)
    O = lefthalf(upper)
    return O


def solve_d10ecb37(I):
    """Upper left two by two cells."""
    O = crop(I, ORIGIN, TWO_BY_TWO)
    return O


def solve_88a62173(I):
    """Of four tiles, the one that differs."""
    upper = tophalf(I)
    lower = bottomhalf(I)
    nw = lefthalf(upper)
    ne = righthalf(upper)
    sw = lefthalf(lower)
    se = righthalf(lower)
    west = astuple(nw, sw)
    east = astuple(ne, se)
    tiles = combine(west, east)
    O = leastcommon(tiles)
    return O


def solve_007bbfb7(I):
    """The grid as a stencil of copies of itself."""
    big = upscale(I, THREE)
    row = hconcat(I, I)
    rows = hconcat(row, I)
    pair_of_rows = vconcat(rows, rows)
    tiled = vconcat(pair_of_rows, rows)
    O = cellwise(big, tiled, ZERO)
    return O


def solve_1e0a9b12(I):
    """Every column falls to the bottom, keeping its order."""
    columns = rot270(I)
    is_free = matcher(identity, ZERO)
    is_taken = compose(flip, is_free)
    order_of_cell = rbind(order, is_taken)
    settled = apply(order_of_cell, columns)
    O = rot90(settled)
    return O


def solve_44f52bb0(I):
    """1 when the grid equals its mirror image, else 7."""
    image = vmirror(I)
    symmetric = equality(I, image)
    answer = branch(symmetric, ONE, SEVEN)
    O = canvas(answer, UNITY)
    return O


def solve_f76d97a5(I):
    """5 gives way to the other colour, whose own cells are cleared."""
    colors = palette(I)
    ink = other(colors, FIVE)
    exchanged = switch(I, FIVE, ink)
    O = replace(exchanged, FIVE, ZERO)
    return O


def solve_f25fbde4(I):
    """Cut out the figure at double size."""
    figure = ofcolor(I, FOUR)
    window = subgrid(figure, I)
    O = upscale(window, TWO)
    return O


def solve_10fcaaa3(I):
    """Tile twice each way, 8 on the free diagonal neighbours of every coloured cell."""
    row = hconcat(I, I)
    tiled = vconcat(row, row)
    cells = asindices(tiled)
    background = ofcolor(tiled, ZERO)
    dots = difference(cells, background)
    around = mapply(ineighbors, dots)
    O = underfill(tiled, EIGHT, around)
    return O


def solve_e3497940(I):
    """Fold the right half, mirrored, over the left."""
    left = lefthalf(I)
    right = righthalf(I)
    folded = vmirror(right)
    cells = asobject(folded)
    O = underpaint(left, cells)
    return O


def solve_445eab21(I):
    """The colour of the largest frame, two by two."""
    frames = objects(I, T, T, T)
    largest = argmax(frames, size)
    ink = color(largest)
    O = canvas(ink, TWO_BY_TWO)
    return O
def solve_ed36ccf7(I):
    """Quarter turn against the clock."""
    O = rot270(I)
    return O


def solve_27a28665(I):
    """Name the pattern of the three by three grid by a number."""
    mask = ofcolor(I, other(palette(I), ZERO))
    cross = insert(UNITY, dneighbors(UNITY))
    checks = insert(UNITY, ineighbors(UNITY))
    is_cross = equality(mask, cross)
    is_checks = equality(mask, checks)
    middle_taken = contained(UNITY, mask)
    otherwise = branch(middle_taken, THREE, ONE)
    by_checks = branch(is_checks, TWO, otherwise)
    answer = branch(is_cross, SIX, by_checks)
    O = canvas(answer, UNITY)
    return O


def solve_9dfd6313(I):
    """Reflect in the main diagonal, which is marked with 5."""
    reflected = dmirror(I)
    O = identity(reflected)
    return O


def solve_3428a4f5(I):
    """Exclusive or of the halves: where they disagree after matching colours."""
    above = tophalf(I)
    below = bottomhalf(I)
    agree = cellwise(above, below, THREE)
    O = replace(agree, TWO, ZERO)
    return O


def solve_b94a9452(I):
    """Cut out the square and exchange its two colours."""
    figure = merge(fgpartition(I))
    window = subgrid(figure, I)
    frame_color = mostcolor(window)
    inner_color = leastcolor(window)
    O = switch(window, frame_color, inner_color)
    return O


def solve_1190e5a7(I):
    """Count the rooms between the lines; one cell for each."""
    background = mostcolor(I)
    regions = objects(I, T, F, F)
    rooms = colorfilter(regions, background)
    rows = size(apply(uppermost, rooms))
    columns = size(apply(leftmost, rooms))
    O = canvas(background, astuple(rows, columns))
    return O


def solve_5117e062(I):
    """Cut out the object marked with 8; the mark takes the object's colour."""
    figures = objects(I, F, T, T)
    count_eights = rbind(colorcount, EIGHT)
    marked = argmax(figures, count_eights)
    window = subgrid(marked, I)
    ink = mostcolor(marked)
    O = replace(window, EIGHT, ink)
    return O


def solve_f8ff0b80(I):
    """The colours of the objects in a column, largest first."""
    figures = objects(I, T, T, T)
    ascending = order(figures, size)
    shades = apply(color, ascending)
    one_each = rbind(repeat, ONE)
    column = apply(one_each, shades)
    O = hmirror(column)
    return O


def solve_1cf80156(I):
    """Cut out the only object."""
    figures = objects(I, T, T, T)
    O = subgrid(extract(figures, size), I)
    return O


def solve_6773b310(I):
    """Rooms with two marks or more become 1, others 0."""
    split_rows = vsplit(I, THREE)
    split_columns = rbind(hsplit, THREE)
    rooms = apply(split_columns, split_rows)
    marks = rbind(colorcount, SIX)
    verdict = compose(halve, marks)
    judge_row = lbind(apply, verdict)
    O = apply(judge_row, rooms)
    return O


def solve_9172f3a0(I):
    """Three times wider, then three times taller."""
    wide = hupscale(I, THREE)
    O = vupscale(wide, THREE)
    return O


def solve_ae4f1146(I):
    """Cut out the object with most cells of 1."""
    blocks = objects(I, F, F, T)
    count_ones = rbind(colorcount, ONE)
    winner = argmax(blocks, count_ones)
    O = subgrid(winner, I)
    return O


def solve_3f7978a0(I):
    """Cut out what the two bars of 5 span, one row more above and below."""
    bars = ofcolor(I, FIVE)
    higher = shift(bars, UP)
    lower = shift(bars, DOWN)
    span = combine(higher, lower)
    O = subgrid(span, I)
    return O


def solve_48d8fb45(I):
    """Cut out the object that the 5 stands on."""
    figures = objects(I, T, T, T)
    marker = ofcolor(I, FIVE)
    carries = rbind(adjacent, marker)
    carrier = extract(figures, carries)
    O = subgrid(carrier, I)
    return O


def solve_7c008303(I):
    """Colour each quarter of the 3-pattern by the key."""
    threes = ofcolor(I, THREE)
    figures = fgpartition(I)
    pattern = colorfilter(figures, THREE)
    cross = colorfilter(figures, EIGHT)
    key_parts = difference(difference(figures, pattern), cross)
    key = subgrid(merge(key_parts), I)
    quarters = upscale(key, THREE)
    inked = toobject(normalize(threes), quarters)
    blank = canvas(ZERO, shape(quarters))
    O = paint(blank, inked)
    return O


def solve_6e02f1e3(I):
    """The number of colours decides which line of 5 is drawn."""
    count = numcolors(I)
    top_row = connect(ORIGIN, ZERO_BY_TWO)
    falling = connect(ORIGIN, TWO_BY_TWO)
    rising = connect(TWO_BY_ZERO, ZERO_BY_TWO)
    is_two = equality(count, TWO)
    several = branch(is_two, falling, rising)
    is_one = equality(count, ONE)
    chosen = branch(is_one, top_row, several)
    blank = canvas(ZERO, shape(I))
    O = fill(blank, FIVE, chosen)
    return O


def solve_bc1d5164(I):
    """Lay the four three by three corners on each other."""
    ink = other(palette(I), ZERO)
    nw = crop(I, ORIGIN, THREE_BY_THREE)
    ne = crop(vmirror(I), ORIGIN, THREE_BY_THREE)
    sw = crop(hmirror(I), ORIGIN, THREE_BY_THREE)
    se = crop(rot180(I), ORIGIN, THREE_BY_THREE)
    from_ne = ofcolor(vmirror(ne), ink)
    from_sw = ofcolor(hmirror(sw), ink)
    from_se = ofcolor(rot180(se), ink)
    marks = combine(combine(from_ne, from_sw), from_se)
    O = fill(nw, ink, marks)
    return O


def solve_239be575(I):
    """8 when the two squares of 2 are linked, else 0."""
    chains = objects(I, F, T, T)
    has_square = compose(positive, rbind(colorcount, TWO))
    bearing = sfilter(chains, has_square)
    linked = equality(size(bearing), ONE)
    answer = branch(linked, EIGHT, ZERO)
    O = canvas(answer, UNITY)
    return O


def solve_77fdfe62(I):
    """The pattern inside the frame, each quarter in the colour of its corner."""
    edge = astuple(height(I), ONE)
    west = crop(I, ORIGIN, edge)
    east = crop(vmirror(I), ORIGIN, edge)
    sides = hconcat(west, east)
    key = astuple(first(sides), last(sides))
    inside = trim(trim(I))
    factor = halve(width(inside))
    quarters = upscale(key, factor)
    blank_cells = ofcolor(inside, ZERO)
    O = fill(quarters, ZERO, blank_cells)
    return O


def solve_eb281b96(I):
    """Fold the strip down, up and down again, sharing the edge rows."""
    dims = shape(I)
    flipped = hmirror(I)
    down_fold = crop(flipped, DOWN, dims)
    up_fold = crop(I, DOWN, dims)
    wave = vconcat(I, down_fold)
    next_wave = vconcat(up_fold, down_fold)
    O = vconcat(wave, next_wave)
    return O


def solve_a3325580(I):
    """The colours of the largest objects from left to right, repeated down."""
    figures = objects(I, T, F, T)
    top_size = valmax(figures, size)
    largest = sizefilter(figures, top_size)
    from_left = order(largest, leftmost)
    row = apply(color, from_left)
    O = repeat(row, top_size)
    return O


def solve_f25ffba3(I):
    """The upper half mirrors the lower."""
    lower = bottomhalf(I)
    upper = hmirror(lower)
    O = vconcat(upper, lower)
    return O


def solve_54d9e175(I):
    """Each room takes the colour of its mark plus 5."""
    figures = fgpartition(I)
    walls = colorfilter(figures, FIVE)
    marks = merge(difference(figures, walls))
    shade = compose(lbind(add, FIVE), first)
    room = compose(fork(insert, identity, neighbors), last)
    colored_room = fork(recolor, shade, room)
    rooms = mapply(colored_room, marks)
    O = paint(I, rooms)
    return O
def solve_ac0a08a4(I):
    """Enlarge by the number of coloured cells."""
    dots = merge(fgpartition(I))
    factor = size(dots)
    O = upscale(I, factor)
    return O


def solve_8e5a5113(I):
    """The second panel is the first turned clockwise, the third its half turn."""
    panel = crop(I, ORIGIN, THREE_BY_THREE)
    turned = rot90(panel)
    turned_twice = rot180(panel)
    bar = canvas(FIVE, astuple(THREE, ONE))
    first_two = hconcat(hconcat(panel, bar), turned)
    O = hconcat(hconcat(first_two, bar), turned_twice)
    return O


def solve_feca6190(I):
    """Every coloured cell becomes a rising diagonal; the side grows by 5 with each cell."""
    dots = merge(fgpartition(I))
    side = multiply(size(dots), FIVE)
    blank = canvas(ZERO, astuple(side, side))
    bottom = toivec(decrement(side))
    lowered = shift(dots, bottom)
    rising = rbind(shoot, UP_RIGHT)
    diagonal = fork(recolor, first, compose(rising, last))
    O = paint(blank, mapply(diagonal, lowered))
    return O


def solve_90c28cc7(I):
    """One cell for each block of the patchwork."""
    patchwork = merge(fgpartition(I))
    window = subgrid(patchwork, I)
    rows = dedupe(window)
    columns = dmirror(rows)
    O = dmirror(dedupe(columns))
    return O


def solve_ff805c23(I):
    """What the mask of 1 hides, read from the mirror image."""
    mask = ofcolor(I, ONE)
    image = hmirror(I)
    O = subgrid(mask, image)
    return O


def solve_780d0b14(I):
    """One cell for each textured area, in its colour."""
    figures = objects(I, T, T, T)
    large = sfilter(figures, compose(rbind(greater, TWO), size))
    row_of = compose(first, center)
    column_of = compose(last, center)
    square_of = fork(recolor, color, backdrop)
    filled = paint(canvas(ZERO, shape(I)), mapply(square_of, large))
    solid = compress(filled)
    rows = dedupe(solid)
    columns = dmirror(rows)
    O = dmirror(dedupe(columns))
    return O


def solve_0b148d64(I):
    """Cut out the quarter whose colour occurs in no other."""
    ink = leastcolor(I)
    quarter = ofcolor(I, ink)
    O = subgrid(quarter, I)
    return O


def solve_b9b7f026(I):
    """The colour of the only object that is no full rectangle."""
    figures = objects(I, T, F, T)
    gaps = compose(size, delta)
    hollow = argmax(figures, gaps)
    O = canvas(color(hollow), UNITY)
    return O


def solve_c444b776(I):
    """The bars divide the grid; the filled room is copied to the empty ones."""
    bars = frontiers(I)
    bar_cells = merge(bars)
    figures = fgpartition(I)
    yellow = ofcolor(I, FOUR)
    bare = fill(I, ZERO, bar_cells)
    content = merge(fgpartition(bare))
    row_step = increment(halve(height(I)))
    column_step = increment(halve(width(I)))
    level = extract(bars, hline)
    down = toivec(increment(uppermost(level)))
    upright = argmax(bars, height)
    has_upright = vline(upright)
    right_step = increment(leftmost(upright))
    right = branch(has_upright, tojvec(right_step), ORIGIN)
    lowered = combine(content, shift(content, down))
    O = paint(I, combine(lowered, shift(lowered, right)))
    return O


def solve_8efcae92(I):
    """Cut out the block with most cells of 2."""
    blocks = objects(I, F, F, T)
    count_twos = rbind(colorcount, TWO)
    winner = argmax(blocks, count_twos)
    O = subgrid(winner, I)
    return O


def solve_9f236235(I):
    """One cell for each room, in its colour, mirrored."""
    lines = frontiers(I)
    cells = asindices(I)
    wall = color(first(lines))
    no_walls = compress(I)
    gap = subtract(width(I), width(no_walls))
    rooms = increment(gap)
    factor = divide(width(no_walls), rooms)
    small = downscale(no_walls, factor)
    O = vmirror(small)
    return O


def solve_7837ac64(I):
    """placeholder"""
    O = cmirror(I)
    return O
