# Programs that count, sort and compare: tuples, sets, palettes, grids built from counts.


def solve_1fad071e(I):
    """Show as many blue cells in a row as there are blue 2x2 squares."""
    shapes = objects(I, T, F, T)
    blue = colorfilter(shapes, ONE)
    squares = sizefilter(blue, FOUR)
    count = size(squares)
    marks = repeat(ONE, count)
    gap = subtract(FIVE, count)
    rest = repeat(ZERO, gap)
    row = combine(marks, rest)
    O = repeat(row, ONE)
    return O


def solve_d0f5fe59(I):
    """Draw a diagonal with as many cells as there are shapes."""
    shapes = objects(I, T, F, T)
    count = size(shapes)
    dims = astuple(count, count)
    end = decrement(dims)
    diagonal = connect(ORIGIN, end)
    blank = canvas(ZERO, dims)
    O = fill(blank, EIGHT, diagonal)
    return O


def solve_6f8cd79b(I):
    """Draw a light blue frame along the border."""
    everywhere = asindices(I)
    border = box(everywhere)
    O = fill(I, EIGHT, border)
    return O


def solve_9565186b(I):
    """Keep the most common colour, all else becomes grey."""
    common = mostcolor(I)
    kept = ofcolor(I, common)
    everywhere = asindices(I)
    rest = difference(everywhere, kept)
    O = fill(I, FIVE, rest)
    return O


def solve_5582e5ca(I):
    """Fill the whole grid with its most common colour."""
    cells = merge(I)
    common = mostcommon(cells)
    dims = shape(I)
    O = canvas(common, dims)
    return O


def solve_a85d4709(I):
    """The column of each row's grey cell decides the colour of the row."""
    inks = astuple(TWO, FOUR)
    all_inks = combine(inks, repeat(THREE, ONE))
    spots = order(ofcolor(I, FIVE), first)
    lines = apply(hfrontier, spots)
    columns = apply(last, spots)
    is_left = matcher(last, ZERO)
    is_middle = matcher(last, ONE)
    grey = ofcolor(I, FIVE)
    left_rows = mapply(hfrontier, sfilter(grey, is_left))
    middle_rows = mapply(hfrontier, sfilter(grey, is_middle))
    right_rows = difference(asindices(I), combine(left_rows, middle_rows))
    red = fill(I, first(all_inks), left_rows)
    yellow = fill(red, other(inks, TWO), middle_rows)
    O = fill(yellow, last(all_inks), right_rows)
    return O


def solve_25d8a9c8(I):
    """Rows of one colour become grey, all others black."""
    is_even_row = compose(size, dedupe)
    plain = matcher(is_even_row, ONE)
    rows = apply(plain, I)
    grey = rbind(multiply, FIVE)
    w = width(I)
    stretch = rbind(repeat, w)
    O = apply(compose(stretch, grey), rows)
    return O


def solve_b8cdaf2b(I):
    """The colour in the middle of the floor rises in two diagonals from the block above it."""
    last_row = last(I)
    middle = halve(width(I))
    last_line = decrement(height(I))
    ink = index(I, astuple(last_line, middle))
    floor_cells = ofcolor(I, ink)
    block = shift(floor_cells, UP)
    left_ray = shoot(ulcorner(block), NEG_UNITY)
    right_ray = shoot(urcorner(block), UP_RIGHT)
    rays = combine(left_ray, right_ray)
    O = underfill(I, ink, rays)
    return O


def solve_cdecee7f(I):
    """Read the coloured cells by columns and write them in a 3x3 square, to and fro."""
    cells = objects(I, T, F, T)
    by_column = order(cells, leftmost)
    inks = apply(color, by_column)
    top = connect(ORIGIN, ZERO_BY_TWO)
    middle = shift(top, DOWN)
    bottom = shift(middle, DOWN)
    from_right = compose(invert, last)
    forth = combine(totuple(top), order(middle, from_right))
    path = combine(forth, totuple(bottom))
    written = pair(inks, path)
    blank = canvas(ZERO, THREE_BY_THREE)
    O = paint(blank, written)
    return O


def solve_662c240a(I):
    """Of the three squares give the one that is not its own mirror image over the diagonal."""
    squares = vsplit(I, THREE)
    mirrored_alike = fork(equality, identity, dmirror)
    differs = compose(flip, mirrored_alike)
    O = extract(squares, differs)
    return O


def solve_d4469b4b(I):
    """The colour decides where a grey row and a grey column cross."""
    inks = remove(ZERO, palette(I))
    ink = first(inks)
    is_red = equality(ink, TWO)
    is_blue = equality(ink, ONE)
    blue_or_green = branch(is_blue, UNITY, TWO_BY_TWO)
    crossing = branch(is_red, RIGHT, blue_or_green)
    lines = combine(hfrontier(crossing), vfrontier(crossing))
    blank = canvas(ZERO, THREE_BY_THREE)
    O = fill(blank, FIVE, lines)
    return O


def solve_9af7a82c(I):
    """One column for each colour, as high as its count, the most common first."""
    inks = palette(I)
    count_of = lbind(colorcount, I)
    falling = compose(invert, count_of)
    sorted_inks = order(inks, falling)
    tallest = valmax(inks, count_of)
    black_count = compose(lbind(subtract, tallest), count_of)
    full = fork(repeat, identity, count_of)
    empty = compose(lbind(repeat, ZERO), black_count)
    column = fork(combine, full, empty)
    columns = apply(column, sorted_inks)
    O = dmirror(columns)
    return O


def solve_794b24be(I):
    """Write the number of blue cells as red cells: three in the top row, then the middle."""
    count = colorcount(I, ONE)
    top = totuple(connect(ORIGIN, ZERO_BY_TWO))
    places = combine(top, repeat(UNITY, ONE))
    red = repeat(TWO, count)
    written = pair(red, places)
    blank = canvas(ZERO, THREE_BY_THREE)
    O = paint(blank, written)
    return O


def solve_ff28f65a(I):
    """Write the number of red squares as blue cells in a fixed order of places."""
    squares = objects(I, T, F, T)
    count = size(squares)
    blue = repeat(ONE, count)
    start = astuple(ORIGIN, ZERO_BY_TWO)
    middle = repeat(UNITY, ONE)
    end = astuple(TWO_BY_ZERO, TWO_BY_TWO)
    places = combine(combine(start, middle), end)
    written = pair(blue, places)
    blank = canvas(ZERO, THREE_BY_THREE)
    O = paint(blank, written)
    return O


def solve_b1948b0a(I):
    """Exchange pink for red."""
    O = replace(I, SIX, TWO)
    return O


def solve_bbc9ae5d(I):
    """Repeat the row below itself, each time with one coloured cell more."""
    row = first(I)
    ink = first(row)
    w = size(row)
    h = halve(w)
    count = colorcount(I, ink)
    dims = astuple(h, w)
    blank = canvas(ZERO, dims)
    tip = tojvec(decrement(count))
    slope = shoot(tip, UNITY)
    leftwards = rbind(shoot, LEFT)
    steps = mapply(leftwards, slope)
    O = fill(blank, ink, steps)
    return O


def solve_496994bd(I):
    """Reflect the top rows at the bottom."""
    upside_down = hmirror(I)
    reflection = merge(fgpartition(upside_down))
    O = underpaint(I, reflection)
    return O


def solve_bd4472b8(I):
    """Under the grey line stripes repeat the colours of the first row."""
    inks = first(I)
    w = size(inks)
    stripes = apply(rbind(repeat, w), inks)
    h = height(I)
    many = merge(repeat(stripes, h))
    head = crop(I, ORIGIN, astuple(TWO, w))
    whole = combine(head, many)
    O = crop(whole, ORIGIN, shape(I))
    return O


def solve_cf98881b(I):
    """Lay three panels over each other, the left one on top."""
    panels = hsplit(I, THREE)
    left = first(panels)
    right = last(panels)
    middle = first(remove(right, remove(left, panels)))
    is_ink = compose(positive, first)
    inked = compose(rbind(sfilter, is_ink), asobject)
    with_middle = paint(right, inked(middle))
    O = paint(with_middle, inked(left))
    return O


def solve_0d3d703e(I):
    """Exchange each colour for its fixed partner."""
    pairs_low = switch(I, THREE, FOUR)
    pairs_one = switch(pairs_low, ONE, FIVE)
    pairs_two = switch(pairs_one, TWO, SIX)
    O = switch(pairs_two, EIGHT, NINE)
    return O


def solve_c3e719e8(I):
    """Copy the grid into those places of a 9x9 grid where its most common colour stands."""
    common = mostcommon(merge(I))
    plan = upscale(I, THREE)
    band = merge(repeat(I, THREE))
    columns = merge(repeat(dmirror(band), THREE))
    tiled = dmirror(columns)
    kept = ofcolor(plan, common)
    rest = difference(asindices(plan), kept)
    O = fill(tiled, ZERO, rest)
    return O
