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


def solve_ed36ccf7(I):
    """Quarter turn against the clock."""
    O = rot270(I)
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


def solve_ac0a08a4(I):
    """Enlarge by the number of coloured cells."""
    area = asindices(I)
    empty_cells = colorcount(I, ZERO)
    factor = subtract(NINE, empty_cells)
    wide = hupscale(I, factor)
    O = vupscale(wide, factor)
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


def solve_746b3537(I):
    """Repeated rows and columns are shown once."""
    rows = dedupe(I)
    columns = dmirror(rows)
    single = dedupe(columns)
    O = dmirror(single)
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


def solve_8e5a5113(I):
    """Fill the second panel with the mirrored first, the third with its half turn."""
    panel = crop(I, ORIGIN, THREE_BY_THREE)
    mirrored = vmirror(panel)
    turned = rot180(panel)
    dims = astuple(THREE, ONE)
    bar = canvas(FIVE, dims)
    one_bar = hconcat(panel, bar)
    two = hconcat(one_bar, mirrored)
    two_bars = hconcat(two, bar)
    O = hconcat(two_bars, turned)
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


def solve_feca6190(I):
    """Each coloured cell of the row becomes a diagonal of a grid five times as wide per cell."""
    shades = numcolors(I)
    free = colorcount(I, ZERO)
    taken = subtract(FIVE, free)
    side = multiply(taken, FIVE)
    dims = astuple(side, side)
    blank = canvas(ZERO, dims)
    background = ofcolor(I, ZERO)
    cells = asobject(I)
    is_background = matcher(first, ZERO)
    is_ink = compose(flip, is_background)
    inks = sfilter(cells, is_ink)
    last_row = decrement(side)
    down = toivec(last_row)
    lowered = shift(inks, down)
    ray = compose(rbind(shoot, UP_RIGHT), last)
    painted_ray = fork(recolor, first, ray)
    diagonals = mapply(painted_ray, lowered)
    O = paint(blank, diagonals)
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


def solve_27a28665(I):
    """Name the pattern of the three by three grid by a number."""
    ink = other(palette(I), ZERO)
    mask = ofcolor(I, ink)
    cross = combine(dneighbors(UNITY), initset(UNITY))
    checks = combine(ineighbors(UNITY), initset(UNITY))
    is_cross = equality(mask, cross)
    is_checks = equality(mask, checks)
    middle_free = flip(contained(UNITY, mask))
    otherwise = branch(middle_free, THREE, ONE)
    by_checks = branch(is_checks, TWO, otherwise)
    answer = branch(is_cross, SIX, by_checks)
    O = canvas(answer, UNITY)
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
