# Programs that search and compute with functions: rays, periods, relations, repeated patterns.


def solve_137eaa0f(I):
    """Lay all pieces over each other, their grey cells in the middle of a 3x3 square."""
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
    on_wall_row = lbind(astuple, wall_row)
    foot = compose(on_wall_row, last)
    to_wall = fork(connect, identity, foot)
    red_lines = mapply(to_wall, red)
    beyond = rbind(subtract, wall_row)
    signed_distance = compose(beyond, first)
    away = chain(toivec, sign, signed_distance)
    from_wall = fork(shoot, identity, away)
    blue_lines = mapply(from_wall, blue)
    with_red = underfill(I, TWO, red_lines)
    O = fill(with_red, ONE, blue_lines)
    return O


def solve_d90796e8(I):
    """Where green touches red, green becomes light blue and red disappears."""
    cells = objects(I, T, F, T)
    green = colorfilter(cells, THREE)
    red = colorfilter(cells, TWO)
    all_green = merge(green)
    all_red = merge(red)
    touches_red = rbind(adjacent, all_red)
    touches_green = rbind(adjacent, all_green)
    meeting = mfilter(green, touches_red)
    spent = mfilter(red, touches_green)
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
    heads = combine(heads_right, heads_left)
    pole_column = last(head)
    from_pole = rbind(subtract, pole_column)
    even_distance = chain(even, from_pole, last)
    even_heads = sfilter(heads, even_distance)
    striped = mapply(vfrontier, even_heads)
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
    in_thirds = rbind(contained, thirds)
    is_third = compose(in_thirds, first)
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
    places_right = shoot(spot, ZERO_BY_TWO)
    places_left = shoot(spot, two_left)
    places = combine(places_right, places_left)
    spot_column = last(spot)
    from_spot = rbind(subtract, spot_column)
    off_step = compose(from_spot, last)
    even_distance = compose(even, off_step)
    on_step = sfilter(places, even_distance)
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
    in_middle = rbind(astuple, middle)
    middle_of_row = compose(in_middle, uppermost)
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
    upright = astuple(UP, DOWN)
    level = astuple(LEFT, RIGHT)
    headings = combine(upright, level)
    mover_to = lbind(rbind, shift)
    movers = apply(mover_to, headings)
    sides = rapply(movers, blue)
    upright_inks = astuple(TWO, EIGHT)
    level_inks = astuple(SEVEN, SIX)
    inks = combine(upright_inks, level_inks)
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
    on_line = rbind(contained, lines)
    marked = sfilter(grey, on_line)
    O = fill(I, THREE, marked)
    return O


def solve_caa06a1f(I):
    """Continue the pattern over the spoilt border and move it one column left."""
    dims = shape(I)
    corner = decrement(dims)
    spoilt = index(I, corner)
    is_spoilt = matcher(first, spoilt)
    whole = asobject(I)
    is_clean = compose(flip, is_spoilt)
    pattern = sfilter(whole, is_clean)
    across = hperiod(pattern)
    down = vperiod(pattern)
    h = height(I)
    w = width(I)
    right_limit = double(w)
    down_steps = interval(ZERO, h, down)
    right_steps = interval(ZERO, right_limit, across)
    offsets = product(down_steps, right_steps)
    pattern_at = lbind(shift, pattern)
    one_left = rbind(add, LEFT)
    place = compose(pattern_at, one_left)
    tiles = mapply(place, offsets)
    O = paint(I, tiles)
    return O


def solve_c8cbb738(I):
    """Lay the patterns of all colours over each other with a common middle."""
    patterns = fgpartition(I)
    h = valmax(patterns, height)
    w = valmax(patterns, width)
    dims = astuple(h, w)
    room_left = lbind(subtract, dims)
    spare = compose(room_left, shape)
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
    two_across = hconcat(pattern, pattern)
    band = hconcat(pattern, two_across)
    two_down = vconcat(band, band)
    tiled = vconcat(band, two_down)
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
    tile_at = lbind(shift, tile)
    thrice = lbind(multiply, THREE)
    place = compose(tile_at, thrice)
    copies = mapply(place, red)
    board_dims = multiply(THREE_BY_THREE, THREE)
    board = canvas(ZERO, board_dims)
    O = paint(board, copies)
    return O


def solve_d9fac9be(I):
    """Give the colour of the only cell whose eight neighbours share one other colour."""
    core = trim(I)
    inner = asindices(core)
    places = shift(inner, UNITY)
    cells_at = rbind(toobject, I)
    ring_of = compose(cells_at, neighbors)
    is_one = matcher(identity, ONE)
    single = chain(is_one, numcolors, ring_of)
    inked = chain(positive, color, ring_of)
    ringed = fork(both, single, inked)
    middle = extract(places, ringed)
    ink = index(I, middle)
    O = canvas(ink, UNITY)
    return O


def solve_dbc1a6ce(I):
    """Join blue cells that share a row or a column with light blue lines."""
    blue = ofcolor(I, ONE)
    segments = prapply(connect, blue, blue)
    straight = fork(either, hline, vline)
    lines = mfilter(segments, straight)
    O = underfill(I, EIGHT, lines)
    return O


def solve_ded97339(I):
    """Join light blue cells that share a row or a column."""
    cells = ofcolor(I, EIGHT)
    segments = prapply(connect, cells, cells)
    level = mfilter(segments, hline)
    upright = mfilter(segments, vline)
    lines = combine(level, upright)
    O = fill(I, EIGHT, lines)
    return O


def solve_d89b689b(I):
    """Four cells move into the nearest places of the light blue square."""
    shapes = objects(I, T, F, T)
    square_cells = ofcolor(I, EIGHT)
    is_cell = matcher(size, ONE)
    cells = sfilter(shapes, is_cell)
    of_single_place = rbind(compose, initset)
    measure_from = lbind(lbind, manhattan)
    distance_from = compose(of_single_place, measure_from)
    closest_place = lbind(argmin, square_cells)
    nearest = chain(initset, closest_place, distance_from)
    arrive = fork(recolor, color, nearest)
    arrived = mapply(arrive, cells)
    cell_places = merge(cells)
    emptied = cover(I, cell_places)
    O = paint(emptied, arrived)
    return O


def solve_ae3edfdc(I):
    """In its row or column the red cell pulls green cells, the blue cell orange ones."""
    cells = objects(I, T, F, T)
    green = colorfilter(cells, THREE)
    orange = colorfilter(cells, SEVEN)
    reds = colorfilter(cells, TWO)
    red = first(reds)
    blues = colorfilter(cells, ONE)
    blue = first(blues)
    in_red_row = rbind(hmatching, red)
    in_red_column = rbind(vmatching, red)
    with_red = fork(either, in_red_row, in_red_column)
    in_blue_row = rbind(hmatching, blue)
    in_blue_column = rbind(vmatching, blue)
    with_blue = fork(either, in_blue_row, in_blue_column)
    way_to_red = rbind(gravitate, red)
    to_red = fork(shift, identity, way_to_red)
    way_to_blue = rbind(gravitate, blue)
    to_blue = fork(shift, identity, way_to_blue)
    free_green = sfilter(green, with_red)
    pulled_green = mapply(to_red, free_green)
    free_orange = sfilter(orange, with_blue)
    pulled_orange = mapply(to_blue, free_orange)
    green_places = merge(green)
    without_green = cover(I, green_places)
    orange_places = merge(orange)
    bare = cover(without_green, orange_places)
    green_placed = paint(bare, pulled_green)
    O = paint(green_placed, pulled_orange)
    return O


def solve_a5313dff(I):
    """Fill with blue every black field that does not reach the border."""
    fields = objects(I, T, F, F)
    black = colorfilter(fields, ZERO)
    open_field = rbind(bordering, I)
    closed = compose(flip, open_field)
    enclosed = mfilter(black, closed)
    O = fill(I, ONE, enclosed)
    return O


def solve_00d62c1b(I):
    """Fill with yellow every black field that the green line encloses."""
    fields = objects(I, T, F, F)
    black = colorfilter(fields, ZERO)
    reaches_border = rbind(bordering, I)
    open_fields = sfilter(black, reaches_border)
    enclosed = difference(black, open_fields)
    enclosed_places = merge(enclosed)
    O = fill(I, FOUR, enclosed_places)
    return O


def solve_2204b7a8(I):
    """Green cells take the colour of the nearer of two walls."""
    green = ofcolor(I, THREE)
    parts = partition(I)
    black = initset(ZERO)
    other_inks = insert(THREE, black)
    is_no_wall_ink = rbind(contained, other_inks)
    is_no_wall = compose(is_no_wall_ink, color)
    is_wall = compose(flip, is_no_wall)
    walls = sfilter(parts, is_wall)
    of_places = rbind(compose, toindices)
    measure_from = lbind(lbind, manhattan)
    distances = chain(of_places, measure_from, initset)
    closest_wall = lbind(argmin, walls)
    nearest = compose(closest_wall, distances)
    ink_of = compose(color, nearest)
    dye = fork(recolor, ink_of, initset)
    dyed = mapply(dye, green)
    O = paint(I, dyed)
    return O


def solve_7f4411dc(I):
    """Remove the lone cells; only what belongs to a 2x2 square stays."""
    all_inks = palette(I)
    ink = other(all_inks, ZERO)
    small_square = canvas(ink, TWO_BY_TWO)
    stamp = asobject(small_square)
    places = occurrences(I, stamp)
    stamp_at = lbind(shift, stamp)
    kept = mapply(stamp_at, places)
    dims = shape(I)
    blank = canvas(ZERO, dims)
    O = paint(blank, kept)
    return O


def solve_913fb3ed(I):
    """Each cell gets a ring in the colour that belongs to its own."""
    red = ofcolor(I, TWO)
    red_ring = mapply(neighbors, red)
    azure = ofcolor(I, EIGHT)
    azure_ring = mapply(neighbors, azure)
    green = ofcolor(I, THREE)
    pink = mapply(neighbors, green)
    with_pink = underfill(I, SIX, pink)
    with_blue = underfill(with_pink, ONE, red_ring)
    O = underfill(with_blue, FOUR, azure_ring)
    return O


def solve_a68b268e(I):
    """Lay four quarters over each other: orange on top, then yellow, light blue and pink."""
    upper = tophalf(I)
    lower = bottomhalf(I)
    upper_left = lefthalf(upper)
    orange = ofcolor(upper_left, SEVEN)
    upper_right = righthalf(upper)
    yellow = ofcolor(upper_right, FOUR)
    lower_left = lefthalf(lower)
    azure = ofcolor(lower_left, EIGHT)
    ground = righthalf(lower)
    with_azure = fill(ground, EIGHT, azure)
    with_yellow = fill(with_azure, FOUR, yellow)
    O = fill(with_yellow, SEVEN, orange)
    return O


def solve_3bd67248(I):
    """From the lower left corner draw a red diagonal and a yellow floor."""
    everywhere = asindices(I)
    foot = llcorner(everywhere)
    diagonal_start = add(foot, UP_RIGHT)
    rising = shoot(diagonal_start, UP_RIGHT)
    floor_start = add(foot, RIGHT)
    floor_line = shoot(floor_start, RIGHT)
    with_red = fill(I, TWO, rising)
    O = fill(with_red, FOUR, floor_line)
    return O
