# Programs that search and compute with functions: rays, periods, relations, repeated patterns.


def solve_137eaa0f(I):
    """Lay all pieces over each other so that their grey cells meet in the middle of a 3x3 square."""
    pieces = objects(I, F, T, T)
    is_grey = matcher(first, FIVE)
    keep_grey = rbind(sfilter, is_grey)
    grey_place = compose(ulcorner, keep_grey)
    from_middle = lbind(subtract, UNITY)
    offset = compose(from_middle, grey_place)
    center_piece = fork(shift, identity, offset)
    laid = mapply(center_piece, pieces)
    board = canvas(ZERO, THREE_BY_THREE)
    O = paint(board, laid)
    return O


def solve_8d510a79(I):
    """Red cells draw a line to the grey wall, blue cells a line away from it."""
    wall = ofcolor(I, FIVE)
    wall_row = uppermost(wall)
    red = ofcolor(I, TWO)
    blue = ofcolor(I, ONE)
    foot = chain(lbind(astuple, wall_row), last, identity)
    to_wall = fork(connect, identity, foot)
    red_lines = mapply(to_wall, red)
    beyond = rbind(subtract, wall_row)
    away = chain(toivec, sign, compose(beyond, first))
    from_wall = fork(shoot, identity, away)
    blue_lines = mapply(from_wall, blue)
    with_red = underfill(I, TWO, red_lines)
    O = fill(with_red, ONE, blue_lines)
    return O


def solve_d90796e8(I):
    """Where green touches red, green becomes light blue and red disappears."""
    green = ofcolor(I, THREE)
    red = ofcolor(I, TWO)
    shared_red = rbind(intersection, red)
    touched = chain(size, shared_red, dneighbors)
    meeting = sfilter(green, touched)
    around = mapply(dneighbors, meeting)
    spent = intersection(around, red)
    joined = fill(I, EIGHT, meeting)
    O = fill(joined, ZERO, spent)
    return O


def solve_db3e9e38(I):
    """Hang a triangle under the orange pole, its columns orange and light blue in turn."""
    pole = ofcolor(I, SEVEN)
    rising_right = rbind(shoot, UP_RIGHT)
    rising_left = rbind(shoot, NEG_UNITY)
    right_part = mapply(rising_right, pole)
    left_part = mapply(rising_left, pole)
    triangle = combine(right_part, left_part)
    head = ulcorner(pole)
    two_left = invert(ZERO_BY_TWO)
    heads_right = shoot(head, ZERO_BY_TWO)
    heads_left = shoot(head, two_left)
    even_heads = mapply(vfrontier, sfilter(heads_right, chain(even, rbind(subtract, rightmost(pole)), last)))
    even_heads_left = mapply(vfrontier, sfilter(heads_left, chain(even, rbind(subtract, rightmost(pole)), last)))
    striped = combine(even_heads, even_heads_left)
    orange = intersection(triangle, striped)
    azure = fill(I, EIGHT, triangle)
    O = fill(azure, SEVEN, orange)
    return O


def solve_6e19193c(I):
    """Each bent triple sends a diagonal ray out of its open corner."""
    triples = objects(I, T, F, T)
    ink = leastcolor(I)
    notch = compose(first, delta)
    diagonal_of_notch = compose(ineighbors, notch)
    heel = fork(intersection, toindices, diagonal_of_notch)
    heading = fork(position, heel, delta)
    whole_ray = fork(shoot, notch, heading)
    ray = fork(difference, whole_ray, delta)
    rays = mapply(ray, triples)
    O = fill(I, ink, rays)
    return O


def solve_a65b410d(I):
    """Above the red bar rows grow in green, below it they shrink in blue."""
    bar = ofcolor(I, TWO)
    tip = urcorner(bar)
    leftwards = rbind(shoot, LEFT)
    rising = shoot(tip, UP_RIGHT)
    falling = shoot(tip, DOWN_LEFT)
    upper = mapply(leftwards, rising)
    lower = mapply(leftwards, falling)
    green = underfill(I, THREE, upper)
    both_parts = fill(green, ONE, lower)
    O = fill(both_parts, TWO, bar)
    return O


def solve_963e52fc(I):
    """Continue the band over twice the width with its own period."""
    bands = fgpartition(I)
    band = merge(bands)
    period = hperiod(band)
    h = height(I)
    w = width(I)
    double_width = double(w)
    starts = interval(ZERO, double_width, period)
    offsets = apply(tojvec, starts)
    copy_at = lbind(shift, band)
    copies = mapply(copy_at, offsets)
    dims = astuple(h, double_width)
    blank = canvas(ZERO, dims)
    O = paint(blank, copies)
    return O


def solve_d8c310e9(I):
    """Continue the skyline to the right border with its own period."""
    parts = fgpartition(I)
    skyline = merge(parts)
    period = hperiod(skyline)
    w = width(I)
    starts = interval(ZERO, w, period)
    offsets = apply(tojvec, starts)
    copy_at = lbind(shift, skyline)
    copies = mapply(copy_at, offsets)
    O = paint(I, copies)
    return O


def solve_7447852a(I):
    """Of the black fields cut off by the zigzag fill every third with yellow, from the left."""
    fields = objects(I, T, F, F)
    black = colorfilter(fields, ZERO)
    sorted_fields = order(black, leftmost)
    count = size(sorted_fields)
    numbers = interval(ZERO, count, ONE)
    thirds = interval(ZERO, count, THREE)
    numbered = pair(numbers, sorted_fields)
    is_third = compose(rbind(contained, thirds), first)
    chosen = sfilter(numbered, is_third)
    chosen_fields = mapply(last, chosen)
    O = fill(I, FOUR, chosen_fields)
    return O


def solve_834ec97d(I):
    """The cell falls one row; yellow columns rise from every second place of its old row."""
    old_place = leastcolor(I)
    cell = ofcolor(I, old_place)
    spot = first(cell)
    two_left = invert(ZERO_BY_TWO)
    places = combine(shoot(spot, ZERO_BY_TWO), shoot(spot, two_left))
    off_step = compose(rbind(subtract, last(spot)), last)
    on_step = sfilter(places, compose(even, off_step))
    upwards = rbind(shoot, UP)
    columns = mapply(upwards, on_step)
    striped = fill(I, FOUR, columns)
    fallen = shift(cell, DOWN)
    O = fill(striped, old_place, fallen)
    return O


def solve_29c11459(I):
    """Colours at both ends of a row meet at a grey cell in the middle."""
    ends = objects(I, T, F, T)
    w = width(I)
    middle = halve(w)
    middle_of_row = compose(rbind(astuple, middle), uppermost)
    to_middle = fork(connect, center, middle_of_row)
    stripe = fork(recolor, color, to_middle)
    stripes = mapply(stripe, ends)
    meetings = apply(middle_of_row, ends)
    striped = paint(I, stripes)
    O = fill(striped, FIVE, meetings)
    return O


def solve_4258a5f9(I):
    """Draw a blue ring around each grey cell."""
    grey = ofcolor(I, FIVE)
    rings = mapply(neighbors, grey)
    O = fill(I, ONE, rings)
    return O


def solve_ce22a75a(I):
    """Each grey cell grows into a blue 3x3 square."""
    grey = ofcolor(I, FIVE)
    grown = chain(backdrop, outbox, initset)
    squares = mapply(grown, grey)
    O = fill(I, ONE, squares)
    return O


def solve_d364b489(I):
    """Each blue cell gets a differently coloured neighbour on its four sides."""
    blue = ofcolor(I, ONE)
    headings = astuple(UP, DOWN)
    sideways = astuple(LEFT, RIGHT)
    all_headings = combine(headings, sideways)
    inks = combine(astuple(TWO, EIGHT), astuple(SEVEN, SIX))
    sides = apply(lbind(shift, blue), all_headings)
    dyed = mpapply(recolor, inks, sides)
    O = underpaint(I, dyed)
    return O


def solve_1b2d62fb(I):
    """Light blue where both halves beside the blue bar are black."""
    left = lefthalf(I)
    right = righthalf(I)
    black_left = ofcolor(left, ZERO)
    black_right = ofcolor(right, ZERO)
    common = intersection(black_left, black_right)
    dims = shape(left)
    blank = canvas(ZERO, dims)
    O = fill(blank, EIGHT, common)
    return O


def solve_d406998b(I):
    """Grey cells in the last column and every second one before it become green."""
    w = width(I)
    last_column = decrement(w)
    columns = interval(last_column, NEG_ONE, NEG_TWO)
    line_of = compose(vfrontier, tojvec)
    lines = mapply(line_of, columns)
    grey = ofcolor(I, FIVE)
    marked = intersection(grey, lines)
    O = fill(I, THREE, marked)
    return O


def solve_caa06a1f(I):
    """Continue the pattern over the spoilt border and move it one column left."""
    corner = decrement(shape(I))
    spoilt = index(I, corner)
    is_spoilt = matcher(first, spoilt)
    whole = asobject(I)
    pattern = sfilter(whole, compose(flip, is_spoilt))
    across = hperiod(pattern)
    down = vperiod(pattern)
    h = height(I)
    w = width(I)
    right_limit = double(w)
    down_steps = interval(ZERO, h, down)
    right_steps = interval(ZERO, right_limit, across)
    offsets = product(down_steps, right_steps)
    place = compose(lbind(shift, pattern), rbind(add, LEFT))
    tiles = mapply(place, offsets)
    O = paint(I, tiles)
    return O


def solve_c8cbb738(I):
    """Lay the patterns of all colours over each other with a common middle."""
    patterns = fgpartition(I)
    h = valmax(patterns, height)
    w = valmax(patterns, width)
    dims = astuple(h, w)
    spare = compose(lbind(subtract, dims), shape)
    inset = compose(halve, spare)
    seat = fork(shift, normalize, inset)
    laid = mapply(seat, patterns)
    ground = mostcolor(I)
    board = canvas(ground, dims)
    O = paint(board, laid)
    return O


def solve_5614dbcf(I):
    """Shrink each 3x3 block to its prevailing colour."""
    bands = vsplit(I, THREE)
    cut = rbind(hsplit, THREE)
    blocks = apply(cut, bands)
    summarize = lbind(apply, mostcolor)
    O = apply(summarize, blocks)
    return O


def solve_8f2ea7aa(I):
    """Repeat the small pattern in the way its own cells are arranged."""
    ink = leastcolor(I)
    cells = ofcolor(I, ink)
    pattern = subgrid(cells, I)
    plan = upscale(pattern, THREE)
    band = hconcat(pattern, hconcat(pattern, pattern))
    tiled = vconcat(band, vconcat(band, band))
    O = cellwise(plan, tiled, ZERO)
    return O


def solve_f5b8619d(I):
    """Columns with a coloured cell turn light blue, then the grid is laid four times."""
    ink = leastcolor(I)
    cells = ofcolor(I, ink)
    columns = mapply(vfrontier, cells)
    marked = underfill(I, EIGHT, columns)
    band = hconcat(marked, marked)
    O = vconcat(band, band)
    return O


def solve_cce03e0d(I):
    """Copy the 3x3 grid into the places of a 9x9 grid that its red cells name."""
    red = ofcolor(I, TWO)
    tile = asobject(I)
    place = compose(lbind(shift, tile), lbind(multiply, THREE))
    copies = mapply(place, red)
    board = canvas(ZERO, multiply(THREE_BY_THREE, THREE))
    O = paint(board, copies)
    return O
