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
    grey = ofcolor(I, FIVE)
    spots = order(grey, first)
    columns = apply(last, spots)
    w = width(I)
    full_row = rbind(repeat, w)
    places = apply(full_row, columns)
    yellow = replace(places, ONE, FOUR)
    green = replace(yellow, TWO, THREE)
    O = replace(green, ZERO, TWO)
    return O


def solve_25d8a9c8(I):
    """Rows of one colour become grey, all others black."""
    kinds = compose(size, dedupe)
    plain = matcher(kinds, ONE)
    rows = apply(plain, I)
    grey = rbind(multiply, FIVE)
    w = width(I)
    stretch = rbind(repeat, w)
    row_of = compose(stretch, grey)
    O = apply(row_of, rows)
    return O


def solve_b8cdaf2b(I):
    """The colour in the middle of the floor rises in two diagonals from the block above it."""
    w = width(I)
    middle = halve(w)
    h = height(I)
    last_line = decrement(h)
    floor_middle = astuple(last_line, middle)
    ink = index(I, floor_middle)
    floor_cells = ofcolor(I, ink)
    block = shift(floor_cells, UP)
    left_end = ulcorner(block)
    left_ray = shoot(left_end, NEG_UNITY)
    right_end = urcorner(block)
    right_ray = shoot(right_end, UP_RIGHT)
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
    top_path = totuple(top)
    middle_path = order(middle, from_right)
    forth = combine(top_path, middle_path)
    bottom_path = totuple(bottom)
    path = combine(forth, bottom_path)
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
    all_inks = palette(I)
    inks = remove(ZERO, all_inks)
    ink = first(inks)
    is_red = equality(ink, TWO)
    is_blue = equality(ink, ONE)
    blue_or_green = branch(is_blue, UNITY, TWO_BY_TWO)
    crossing = branch(is_red, RIGHT, blue_or_green)
    grey_row = hfrontier(crossing)
    grey_column = vfrontier(crossing)
    lines = combine(grey_row, grey_column)
    blank = canvas(ZERO, THREE_BY_THREE)
    O = fill(blank, FIVE, lines)
    return O


def solve_9af7a82c(I):
    """One column for each colour, as high as its count, the most common first."""
    inks = palette(I)
    count_of = lbind(colorcount, I)
    falling = compose(invert, count_of)
    sorted_inks = order(inks, falling)
    counts = apply(count_of, inks)
    tallest = maximum(counts)
    missing_from = lbind(subtract, tallest)
    black_count = compose(missing_from, count_of)
    full = fork(repeat, identity, count_of)
    blacks = lbind(repeat, ZERO)
    empty = compose(blacks, black_count)
    column = fork(combine, full, empty)
    columns = apply(column, sorted_inks)
    O = dmirror(columns)
    return O


def solve_794b24be(I):
    """Write the number of blue cells as red cells: three in the top row, then the middle."""
    count = colorcount(I, ONE)
    top_row = connect(ORIGIN, ZERO_BY_TWO)
    top = totuple(top_row)
    middle_place = repeat(UNITY, ONE)
    places = combine(top, middle_place)
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
    first_places = combine(start, middle)
    places = combine(first_places, end)
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
    tip_column = decrement(count)
    tip = tojvec(tip_column)
    slope = shoot(tip, UNITY)
    leftwards = rbind(shoot, LEFT)
    steps = mapply(leftwards, slope)
    O = fill(blank, ink, steps)
    return O


def solve_496994bd(I):
    """Reflect the top rows at the bottom."""
    upside_down = hmirror(I)
    parts = fgpartition(upside_down)
    reflection = merge(parts)
    O = underpaint(I, reflection)
    return O


def solve_bd4472b8(I):
    """Under the grey line stripes repeat the colours of the first row."""
    inks = first(I)
    w = size(inks)
    stripe = rbind(repeat, w)
    stripes = apply(stripe, inks)
    twice = fork(combine, identity, identity)
    eightfold = power(twice, THREE)
    many = eightfold(stripes)
    head_dims = astuple(TWO, w)
    head = crop(I, ORIGIN, head_dims)
    whole = combine(head, many)
    dims = shape(I)
    O = crop(whole, ORIGIN, dims)
    return O


def solve_cf98881b(I):
    """Lay three panels over each other, the left one on top."""
    panels = hsplit(I, THREE)
    left = first(panels)
    right = last(panels)
    without_left = remove(left, panels)
    between = remove(right, without_left)
    middle = first(between)
    is_ink = compose(positive, first)
    keep_ink = rbind(sfilter, is_ink)
    inked = compose(keep_ink, asobject)
    middle_ink = inked(middle)
    with_middle = paint(right, middle_ink)
    left_ink = inked(left)
    O = paint(with_middle, left_ink)
    return O


def solve_0d3d703e(I):
    """Exchange each colour for its fixed partner."""
    first_swap = switch(I, THREE, FOUR)
    second_swap = switch(first_swap, ONE, FIVE)
    third_swap = switch(second_swap, TWO, SIX)
    O = switch(third_swap, EIGHT, NINE)
    return O


def solve_c3e719e8(I):
    """Copy the grid into those places of a 9x9 grid where its most common colour stands."""
    values = merge(I)
    common = mostcommon(values)
    plan = upscale(I, THREE)
    stack = repeat(I, THREE)
    band = merge(stack)
    turned = dmirror(band)
    turned_stack = repeat(turned, THREE)
    columns = merge(turned_stack)
    tiled = dmirror(columns)
    kept = ofcolor(plan, common)
    everywhere = asindices(plan)
    rest = difference(everywhere, kept)
    O = fill(tiled, ZERO, rest)
    return O


def solve_39a8645d(I):
    """Give the shape that occurs most often."""
    shapes = objects(I, T, T, T)
    listed = totuple(shapes)
    forms = apply(normalize, listed)
    usual = mostcommon(forms)
    dims = shape(usual)
    board = canvas(ZERO, dims)
    O = paint(board, usual)
    return O


def solve_85c4e7cd(I):
    """Nested rings: exchange the outermost colour for the innermost, and so on."""
    rings = partition(I)
    outer_first = order(rings, ulcorner)
    from_right = compose(invert, leftmost)
    inner_first = order(rings, from_right)
    inks = apply(color, inner_first)
    dyed = mpapply(recolor, inks, outer_first)
    O = paint(I, dyed)
    return O


def solve_272f95fa(I):
    """Colour the side fields and the middle field of the nine by their place."""
    parts = objects(I, T, F, F)
    fields = colorfilter(parts, ZERO)
    sorted_fields = order(fields, ulcorner)
    black = initset(ZERO)
    upper = insert(TWO, black)
    black_red = totuple(upper)
    one_black = repeat(ZERO, ONE)
    top_inks = combine(black_red, one_black)
    yellow_pink = astuple(FOUR, SIX)
    one_green = repeat(THREE, ONE)
    middle_inks = combine(yellow_pink, one_green)
    black_blue = astuple(ZERO, ONE)
    low_inks = combine(black_blue, one_black)
    upper_inks = combine(top_inks, middle_inks)
    inks = combine(upper_inks, low_inks)
    dyed = mpapply(recolor, inks, sorted_fields)
    O = paint(I, dyed)
    return O


def solve_f8b3ba0a(I):
    """List the colours of the odd blocks, the more frequent first."""
    all_inks = palette(I)
    inks = remove(ZERO, all_inks)
    count_of = lbind(colorcount, I)
    usual = argmax(inks, count_of)
    odd = remove(usual, inks)
    falling = compose(invert, count_of)
    listed = order(odd, falling)
    one_cell_row = rbind(repeat, ONE)
    O = apply(one_cell_row, listed)
    return O


def solve_de1cd16c(I):
    """Give the colour of the field with most specks."""
    speck = leastcolor(I)
    parts = partition(I)
    speck_parts = colorfilter(parts, speck)
    fields = difference(parts, speck_parts)
    cut = rbind(subgrid, I)
    count_specks = rbind(colorcount, speck)
    specks = compose(count_specks, cut)
    speckled = argmax(fields, specks)
    ink = color(speckled)
    O = canvas(ink, UNITY)
    return O


def solve_e98196ab(I):
    """Lay the part under the grey line over the part above it."""
    upper = tophalf(I)
    lower = bottomhalf(I)
    cells = asobject(lower)
    is_ink = compose(positive, first)
    inked = sfilter(cells, is_ink)
    O = paint(upper, inked)
    return O
