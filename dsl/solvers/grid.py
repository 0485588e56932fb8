# Whole-grid transformations: mirrors, concatenation, scaling, cropping,
# halves, cellwise combination, tiling.


def solve_007bbfb7(I):
    """The grid as a stencil of copies of itself."""
    big = upscale(I, THREE)
    row = hconcat(I, I)
    rows = hconcat(row, I)
    pair_of_rows = vconcat(rows, rows)
    tiled = vconcat(pair_of_rows, rows)
    O = cellwise(big, tiled, ZERO)
    return O


def solve_0520fde7(I):
    """Cells set on both sides of the bar become 2."""
    left = lefthalf(I)
    right = righthalf(I)
    common = cellwise(left, right, ZERO)
    O = replace(common, ONE, TWO)
    return O


def solve_0b148d64(I):
    """Cut out the quarter whose colour occurs in no other."""
    ink = leastcolor(I)
    quarter = ofcolor(I, ink)
    O = subgrid(quarter, I)
    return O


def solve_10fcaaa3(I):
    """Tile twice each way, 8 on the free diagonal neighbours of the dots."""
    row = hconcat(I, I)
    tiled = vconcat(row, row)
    cells = asindices(tiled)
    background = ofcolor(tiled, ZERO)
    dots = difference(cells, background)
    around = mapply(ineighbors, dots)
    O = underfill(tiled, EIGHT, around)
    return O


def solve_1190e5a7(I):
    """Count the rooms between the lines; one cell for each."""
    background = mostcolor(I)
    regions = objects(I, T, F, F)
    rooms = colorfilter(regions, background)
    tops = apply(uppermost, rooms)
    rows = size(tops)
    left_edges = apply(leftmost, rooms)
    columns = size(left_edges)
    room_dims = astuple(rows, columns)
    O = canvas(background, room_dims)
    return O


def solve_1cf80156(I):
    """Cut out the only object."""
    figures = objects(I, T, T, T)
    only_figure = extract(figures, size)
    O = subgrid(only_figure, I)
    return O


def solve_1e0a9b12(I):
    """Every column falls to the bottom, keeping its order."""
    columns = rot270(I)
    is_ground = matcher(identity, ZERO)
    is_taken = compose(flip, is_ground)
    sink = rbind(order, is_taken)
    settled = apply(sink, columns)
    O = rot90(settled)
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


def solve_239be575(I):
    """8 when the two squares of 2 are linked, else 0."""
    chains = objects(I, F, T, T)
    count_twos = rbind(colorcount, TWO)
    has_square = compose(positive, count_twos)
    bearing = sfilter(chains, has_square)
    chain_count = size(bearing)
    linked = equality(chain_count, ONE)
    answer = branch(linked, EIGHT, ZERO)
    O = canvas(answer, UNITY)
    return O


def solve_27a28665(I):
    """Name the pattern of the three by three grid by a number."""
    colors = palette(I)
    ink = other(colors, ZERO)
    mask = ofcolor(I, ink)
    arms = dneighbors(UNITY)
    cross = insert(UNITY, arms)
    tips = ineighbors(UNITY)
    checks = insert(UNITY, tips)
    is_cross = equality(mask, cross)
    is_checks = equality(mask, checks)
    middle_taken = contained(UNITY, mask)
    otherwise = branch(middle_taken, THREE, ONE)
    by_checks = branch(is_checks, TWO, otherwise)
    answer = branch(is_cross, SIX, by_checks)
    O = canvas(answer, UNITY)
    return O


def solve_28bf18c6(I):
    """Cut out the shape and show it twice."""
    shapes = objects(I, T, T, T)
    only_shape = first(shapes)
    window = subgrid(only_shape, I)
    O = hconcat(window, window)
    return O


def solve_3428a4f5(I):
    """Exclusive or of the halves: 3 where exactly one is set."""
    cutters = astuple(tophalf, bottomhalf)
    halves = rapply(cutters, I)
    above = first(halves)
    below = last(halves)
    agree = cellwise(above, below, THREE)
    O = replace(agree, TWO, ZERO)
    return O


def solve_3f7978a0(I):
    """Cut out what the two bars of 5 span, one row more above and below."""
    bars = ofcolor(I, FIVE)
    higher = shift(bars, UP)
    lower = shift(bars, DOWN)
    span = combine(higher, lower)
    O = subgrid(span, I)
    return O


def solve_445eab21(I):
    """The colour of the largest frame, two by two."""
    frames = objects(I, T, T, T)
    largest = argmax(frames, size)
    ink = color(largest)
    O = canvas(ink, TWO_BY_TWO)
    return O


def solve_44f52bb0(I):
    """1 when the grid equals its mirror image, else 7."""
    image = vmirror(I)
    symmetric = equality(I, image)
    answer = branch(symmetric, ONE, SEVEN)
    O = canvas(answer, UNITY)
    return O


def solve_48d8fb45(I):
    """Cut out the object that the 5 stands on."""
    figures = objects(I, T, T, T)
    marker = ofcolor(I, FIVE)
    carries = rbind(adjacent, marker)
    carrier = extract(figures, carries)
    O = subgrid(carrier, I)
    return O


def solve_4be741c5(I):
    """The colours of the wavy stripes, in order."""
    top_row = first(I)
    across = dedupe(top_row)
    transposed = dmirror(I)
    first_column = first(transposed)
    down = dedupe(first_column)
    stripe_count = size(across)
    is_stack = equality(stripe_count, ONE)
    row = repeat(across, ONE)
    lying_stack = repeat(down, ONE)
    column = dmirror(lying_stack)
    O = branch(is_stack, column, row)
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


def solve_54d9e175(I):
    """Each room takes the colour of its mark plus 5."""
    figures = fgpartition(I)
    walls = colorfilter(figures, FIVE)
    mark_parts = difference(figures, walls)
    marks = merge(mark_parts)
    add_five = lbind(add, FIVE)
    shade = compose(add_five, first)
    room_around = fork(insert, identity, neighbors)
    room = compose(room_around, last)
    colored_room = fork(recolor, shade, room)
    rooms = mapply(colored_room, marks)
    O = paint(I, rooms)
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


def solve_68b16354(I):
    """Upside down."""
    O = hmirror(I)
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
    dims = shape(I)
    blank = canvas(ZERO, dims)
    O = fill(blank, FIVE, chosen)
    return O


def solve_74dd1130(I):
    """Transpose."""
    O = dmirror(I)
    return O


def solve_77fdfe62(I):
    """The inner pattern, each quarter in the colour of its corner."""
    grid_height = height(I)
    edge = astuple(grid_height, ONE)
    west = crop(I, ORIGIN, edge)
    mirrored_grid = vmirror(I)
    east = crop(mirrored_grid, ORIGIN, edge)
    sides = hconcat(west, east)
    top_pair = first(sides)
    bottom_pair = last(sides)
    key = astuple(top_pair, bottom_pair)
    trimmed = trim(I)
    inside = trim(trimmed)
    inside_width = width(inside)
    factor = halve(inside_width)
    quarters = upscale(key, factor)
    blank_cells = ofcolor(inside, ZERO)
    O = fill(quarters, ZERO, blank_cells)
    return O


def solve_780d0b14(I):
    """One cell for each textured area, in its colour."""
    figures = objects(I, T, T, T)
    above_two = rbind(greater, TWO)
    is_large = compose(above_two, size)
    large = sfilter(figures, is_large)
    square_of = fork(recolor, color, backdrop)
    dims = shape(I)
    blank = canvas(ZERO, dims)
    squares = mapply(square_of, large)
    filled = paint(blank, squares)
    solid = compress(filled)
    rows = dedupe(solid)
    columns = dmirror(rows)
    kept_columns = dedupe(columns)
    O = dmirror(kept_columns)
    return O


def solve_7b7f7511(I):
    """Keep the first of two equal halves along the longer side."""
    tall = portrait(I)
    upper = tophalf(I)
    left = lefthalf(I)
    O = branch(tall, upper, left)
    return O


def solve_7c008303(I):
    """Colour each quarter of the 3-pattern by the key."""
    threes = ofcolor(I, THREE)
    figures = fgpartition(I)
    pattern = colorfilter(figures, THREE)
    cross = colorfilter(figures, EIGHT)
    others = difference(figures, pattern)
    key_parts = difference(others, cross)
    all_key_parts = merge(key_parts)
    key = subgrid(all_key_parts, I)
    quarters = upscale(key, THREE)
    places = normalize(threes)
    inked = toobject(places, quarters)
    key_dims = shape(quarters)
    blank = canvas(ZERO, key_dims)
    O = paint(blank, inked)
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
    """Beside the panel: its quarter turn clockwise, its half turn."""
    panel = crop(I, ORIGIN, THREE_BY_THREE)
    turned = rot90(panel)
    turned_twice = rot180(panel)
    bar_dims = astuple(THREE, ONE)
    bar = canvas(FIVE, bar_dims)
    one_panel = hconcat(panel, bar)
    first_two = hconcat(one_panel, turned)
    two_panels = hconcat(first_two, bar)
    O = hconcat(two_panels, turned_twice)
    return O


def solve_8efcae92(I):
    """Cut out the block with most cells of 2."""
    regions = objects(I, T, F, F)
    blocks = colorfilter(regions, ONE)
    cut_out = rbind(subgrid, I)
    count_twos = rbind(colorcount, TWO)
    twos_inside = compose(count_twos, cut_out)
    winner = argmax(blocks, twos_inside)
    O = subgrid(winner, I)
    return O


def solve_90c28cc7(I):
    """One cell for each block of the patchwork."""
    parts = fgpartition(I)
    patchwork = merge(parts)
    window = subgrid(patchwork, I)
    rows = dedupe(window)
    columns = dmirror(rows)
    kept_columns = dedupe(columns)
    O = dmirror(kept_columns)
    return O


def solve_9172f3a0(I):
    """Three times wider, then three times taller."""
    wide = hupscale(I, THREE)
    O = vupscale(wide, THREE)
    return O


def solve_94f9d214(I):
    """Mark with 2 the cells empty in both halves."""
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


def solve_9dfd6313(I):
    """Reflect in the main diagonal, which is marked with 5."""
    reflected = dmirror(I)
    O = identity(reflected)
    return O


def solve_9f236235(I):
    """One cell for each room, in its colour, mirrored."""
    rooms_only = compress(I)
    grid_width = width(I)
    room_cells = width(rooms_only)
    wall_lines = subtract(grid_width, room_cells)
    rooms = increment(wall_lines)
    factor = divide(room_cells, rooms)
    small = downscale(rooms_only, factor)
    O = vmirror(small)
    return O


def solve_a3325580(I):
    """The colours of the largest objects from left to right, repeated down."""
    figures = objects(I, T, F, T)
    sizes = apply(size, figures)
    top_size = maximum(sizes)
    largest = sizefilter(figures, top_size)
    from_left = order(largest, leftmost)
    row = apply(color, from_left)
    O = repeat(row, top_size)
    return O


def solve_a416b8f3(I):
    """The grid beside itself."""
    O = hconcat(I, I)
    return O


def solve_a740d043(I):
    """Cut out the figure, background 1 becomes 0."""
    figure = objects(I, False, True, True)
    patch = merge(figure)
    window = subgrid(patch, I)
    O = replace(window, ONE, ZERO)
    return O


def solve_ac0a08a4(I):
    """Enlarge by the number of coloured cells."""
    parts = fgpartition(I)
    dots = merge(parts)
    factor = size(dots)
    O = upscale(I, factor)
    return O


def solve_ae4f1146(I):
    """Cut out the object with most cells of 1."""
    blocks = objects(I, F, F, T)
    count_ones = rbind(colorcount, ONE)
    winner = argmax(blocks, count_ones)
    O = subgrid(winner, I)
    return O


def solve_b91ae062(I):
    """Enlarge by the number of colours, background not counted."""
    colors = palette(I)
    shades = remove(ZERO, colors)
    factor = size(shades)
    O = upscale(I, factor)
    return O


def solve_b94a9452(I):
    """Cut out the square and exchange its two colours."""
    parts = fgpartition(I)
    figure = merge(parts)
    window = subgrid(figure, I)
    frame_color = mostcolor(window)
    inner_color = leastcolor(window)
    O = switch(window, frame_color, inner_color)
    return O


def solve_b9b7f026(I):
    """The colour of the only object that is no full rectangle."""
    figures = objects(I, T, F, T)
    gaps = compose(size, delta)
    hollow = argmax(figures, gaps)
    ink = color(hollow)
    O = canvas(ink, UNITY)
    return O


def solve_bc1d5164(I):
    """Lay the four three by three corners on each other."""
    colors = palette(I)
    ink = other(colors, ZERO)
    nw = crop(I, ORIGIN, THREE_BY_THREE)
    mirrored_grid = vmirror(I)
    ne = crop(mirrored_grid, ORIGIN, THREE_BY_THREE)
    flipped_grid = hmirror(I)
    sw = crop(flipped_grid, ORIGIN, THREE_BY_THREE)
    turned_grid = rot180(I)
    se = crop(turned_grid, ORIGIN, THREE_BY_THREE)
    ne_upright = vmirror(ne)
    from_ne = ofcolor(ne_upright, ink)
    sw_upright = hmirror(sw)
    from_sw = ofcolor(sw_upright, ink)
    se_upright = rot180(se)
    from_se = ofcolor(se_upright, ink)
    side_marks = combine(from_ne, from_sw)
    marks = combine(side_marks, from_se)
    O = fill(nw, ink, marks)
    return O


def solve_be94b721(I):
    """Cut out the largest object."""
    shapes = objects(I, T, F, T)
    largest = argmax(shapes, size)
    O = subgrid(largest, I)
    return O


def solve_c3f564a4(I):
    """Rebuild the wallpaper, counting right and down, from one whole row."""
    broad = width(I)
    has_hole = lbind(contained, ZERO)
    is_whole = compose(flip, has_hole)
    whole_row = extract(I, is_whole)
    row_grid = repeat(whole_row, ONE)
    row_cells = asobject(row_grid)
    period = hperiod(row_cells)
    tile_end = increment(period)
    tile = interval(ONE, tile_end, ONE)
    as_row = rbind(repeat, ONE)
    tiles = repeat(tile, broad)
    long_row = merge(tiles)
    tape = apply(as_row, long_row)
    cut_tape = lbind(crop, tape)
    window_dims = astuple(broad, ONE)
    window = rbind(cut_tape, window_dims)
    row_at = chain(first, dmirror, window)
    grid_height = height(I)
    row_numbers = interval(ZERO, grid_height, ONE)
    starts = apply(toivec, row_numbers)
    O = apply(row_at, starts)
    return O


def solve_c444b776(I):
    """Bars of 4 divide the grid; the filled room is copied into the others."""
    lines = frontiers(I)
    bars = colorfilter(lines, FOUR)
    upright_bars = sfilter(bars, vline)
    upright = size(upright_bars)
    level_bars = sfilter(bars, hline)
    level = size(level_bars)
    grid_height = height(I)
    tall = increment(grid_height)
    grid_width = width(I)
    broad = increment(grid_width)
    room_rows = increment(level)
    row_step = divide(tall, room_rows)
    room_columns = increment(upright)
    column_step = divide(broad, room_columns)
    tall_back = invert(tall)
    row_steps = interval(tall_back, tall, row_step)
    broad_back = invert(broad)
    column_steps = interval(broad_back, broad, column_step)
    offsets = product(row_steps, column_steps)
    figures = fgpartition(I)
    objects_of_four = colorfilter(figures, FOUR)
    content_parts = difference(figures, objects_of_four)
    content = merge(content_parts)
    copy_by = lbind(shift, content)
    copies = mapply(copy_by, offsets)
    O = paint(I, copies)
    return O


def solve_c59eb873(I):
    """Every cell becomes a two by two block."""
    O = upscale(I, TWO)
    return O


def solve_c8f0f002(I):
    """7 becomes 5."""
    O = replace(I, SEVEN, FIVE)
    return O


def solve_ce4f8723(I):
    """Cells empty in both halves stay empty, all others become 3."""
    above = tophalf(I)
    below = bottomhalf(I)
    below_ones = replace(below, TWO, ONE)
    agree = cellwise(above, below_ones, ONE)
    O = replace(agree, ONE, THREE)
    return O


def solve_d10ecb37(I):
    """Upper left two by two cells."""
    O = crop(I, ORIGIN, TWO_BY_TWO)
    return O


def solve_d511f180(I):
    """Colours 5 and 8 change places."""
    O = switch(I, FIVE, EIGHT)
    return O


def solve_dae9d2b5(I):
    """Overlay the left and right halves, in 6."""
    left = lefthalf(I)
    right = righthalf(I)
    patch = ofcolor(right, THREE)
    overlay = fill(left, FOUR, patch)
    O = replace(overlay, FOUR, SIX)
    return O


def solve_e26a3af2(I):
    """Clean the stripes: each takes its most common colour."""
    row_colors = apply(mostcommon, I)
    transposed = dmirror(I)
    column_colors = apply(mostcommon, transposed)
    row_color_kinds = dedupe(row_colors)
    row_kinds = size(row_color_kinds)
    column_color_kinds = dedupe(column_colors)
    column_kinds = size(column_color_kinds)
    upright = greater(column_kinds, row_kinds)
    grid_height = height(I)
    columns = repeat(column_colors, grid_height)
    grid_width = width(I)
    row_stack = repeat(row_colors, grid_width)
    rows = dmirror(row_stack)
    O = branch(upright, columns, rows)
    return O


def solve_e3497940(I):
    """Fold the right half, mirrored, over the left."""
    left = lefthalf(I)
    right = righthalf(I)
    folded = vmirror(right)
    cells = asobject(folded)
    O = underpaint(left, cells)
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


def solve_ed36ccf7(I):
    """Quarter turn against the clock."""
    O = rot270(I)
    return O


def solve_f25fbde4(I):
    """Cut out the figure at double size."""
    figure = ofcolor(I, FOUR)
    window = subgrid(figure, I)
    O = upscale(window, TWO)
    return O


def solve_f25ffba3(I):
    """The upper half mirrors the lower."""
    lower = bottomhalf(I)
    upper = hmirror(lower)
    O = vconcat(upper, lower)
    return O


def solve_f76d97a5(I):
    """5 gives way to the other colour, whose own cells are cleared."""
    colors = palette(I)
    ink = other(colors, FIVE)
    exchanged = switch(I, FIVE, ink)
    O = replace(exchanged, FIVE, ZERO)
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


def solve_feca6190(I):
    """Coloured cells become rising diagonals; the side grows by 5 with each."""
    parts = fgpartition(I)
    dots = merge(parts)
    dot_count = size(dots)
    side = multiply(dot_count, FIVE)
    square_dims = astuple(side, side)
    blank = canvas(ZERO, square_dims)
    last_row = decrement(side)
    bottom = toivec(last_row)
    lowered = shift(dots, bottom)
    rising = rbind(shoot, UP_RIGHT)
    ray = compose(rising, last)
    diagonal = fork(recolor, first, ray)
    diagonals = mapply(diagonal, lowered)
    O = paint(blank, diagonals)
    return O


def solve_ff805c23(I):
    """What the mask of 1 hides, read from a mirror image free of the mask."""
    mask = ofcolor(I, ONE)
    flipped_grid = hmirror(I)
    from_below = subgrid(mask, flipped_grid)
    mirrored_grid = vmirror(I)
    from_side = subgrid(mask, mirrored_grid)
    colors_below = palette(from_below)
    masked_too = contained(ONE, colors_below)
    O = branch(masked_too, from_side, from_below)
    return O
