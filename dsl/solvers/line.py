# Lines: shoot, connect, frontiers, neighbours, gravity.


def solve_05269061(I):
    """The stripes across the grid repeat every three columns."""
    parts = fgpartition(I)
    dots = merge(parts)
    shoot_up_right = rbind(shoot, UP_RIGHT)
    up_ray = compose(shoot_up_right, last)
    rising = fork(recolor, first, up_ray)
    shoot_down_left = rbind(shoot, DOWN_LEFT)
    down_ray = compose(shoot_down_left, last)
    falling = fork(recolor, first, down_ray)
    stripe_of = fork(combine, rising, falling)
    stripes = mapply(stripe_of, dots)
    steps = interval(-12, 13, THREE)
    offsets = apply(tojvec, steps)
    shift_stripes = lbind(shift, stripes)
    repeated = mapply(shift_stripes, offsets)
    O = paint(I, repeated)
    return O


def solve_05f2a901(I):
    """The 2-figure moves until it touches the 8-block."""
    figures = objects(I, T, T, T)
    objects_of_two = colorfilter(figures, TWO)
    walker = first(objects_of_two)
    objects_of_eight = colorfilter(figures, EIGHT)
    block = first(objects_of_eight)
    way = gravitate(walker, block)
    O = move(I, walker, way)
    return O


def solve_1a07d186(I):
    """Dots of a line's colour are pulled to it, other dots vanish."""
    regions = objects(I, T, F, T)
    dots = sizefilter(regions, ONE)
    lines = difference(regions, dots)
    line_colors = apply(color, lines)
    is_line_color = rbind(contained, line_colors)
    has_line = compose(is_line_color, color)
    bound = sfilter(dots, has_line)
    lines_of_color = lbind(colorfilter, lines)
    line_by_color = compose(first, lines_of_color)
    own_line = compose(line_by_color, color)
    way = fork(gravitate, identity, own_line)
    landed = fork(shift, identity, way)
    all_dots = merge(dots)
    cleared = cover(I, all_dots)
    arrivals = mapply(landed, bound)
    O = paint(cleared, arrivals)
    return O


def solve_1f876c06(I):
    """Join the two ends of each diagonal."""
    pairs = fgpartition(I)
    one_end = compose(first, toindices)
    other_end = compose(last, toindices)
    diagonal = fork(connect, one_end, other_end)
    colored = fork(recolor, color, diagonal)
    diagonals = mapply(colored, pairs)
    O = paint(I, diagonals)
    return O


def solve_2281f1f4(I):
    """2 where a marked row meets a marked column."""
    marks = ofcolor(I, FIVE)
    below_top = compose(positive, first)
    side_marks = sfilter(marks, below_top)
    rows = mapply(hfrontier, side_marks)
    at_top = matcher(first, ZERO)
    top_marks = sfilter(marks, at_top)
    columns = mapply(vfrontier, top_marks)
    meets = intersection(rows, columns)
    O = underfill(I, TWO, meets)
    return O


def solve_22eb0ac0(I):
    """Rows whose two ends agree are filled."""
    flipped = vmirror(I)
    ends_agree = cellwise(I, flipped, ZERO)
    end_parts = fgpartition(ends_agree)
    dots = merge(end_parts)
    level = compose(hfrontier, last)
    full_row = fork(recolor, first, level)
    full_rows = mapply(full_row, dots)
    O = paint(I, full_rows)
    return O


def solve_23581191(I):
    """Both dots draw full lines both ways; the lines cross at 2."""
    eights = ofcolor(I, EIGHT)
    eight = first(eights)
    sevens = ofcolor(I, SEVEN)
    seven = first(sevens)
    eight_row = hfrontier(eight)
    eight_column = vfrontier(eight)
    eight_lines = combine(eight_row, eight_column)
    seven_row = hfrontier(seven)
    seven_column = vfrontier(seven)
    seven_lines = combine(seven_row, seven_column)
    with_eight = fill(I, EIGHT, eight_lines)
    with_seven = fill(with_eight, SEVEN, seven_lines)
    crossings = intersection(eight_lines, seven_lines)
    O = fill(with_seven, TWO, crossings)
    return O


def solve_253bf280(I):
    """Join aligned 8s with 3."""
    eights = ofcolor(I, EIGHT)
    joins = prapply(connect, eights, eights)
    is_straight = fork(either, hline, vline)
    segments = mfilter(joins, is_straight)
    O = underfill(I, THREE, segments)
    return O


def solve_40853293(I):
    """Join the two cells of each colour; upright lines lie on top."""
    pairs = fgpartition(I)
    bar = fork(recolor, color, backdrop)
    bars = apply(bar, pairs)
    level = mfilter(bars, hline)
    upright = mfilter(bars, vline)
    with_level = paint(I, level)
    O = paint(with_level, upright)
    return O


def solve_508bd3b6(I):
    """The line of 8 runs on to the wall of 2 and is reflected."""
    tail = ofcolor(I, EIGHT)
    wall = ofcolor(I, TWO)
    corner = ulcorner(tail)
    falls = contained(corner, tail)
    heading = branch(falls, UNITY, UP_RIGHT)
    turned = branch(falls, UP_RIGHT, UNITY)
    start = first(tail)
    onward = shoot(start, heading)
    opposite_heading = invert(heading)
    backward = shoot(start, opposite_heading)
    both_ways = combine(onward, backward)
    all_cells = asindices(I)
    beam = intersection(both_ways, all_cells)
    touches_wall = rbind(adjacent, wall)
    at_wall = compose(touches_wall, initset)
    open_beam = difference(beam, wall)
    hit = extract(open_beam, at_wall)
    echo_one = shoot(hit, turned)
    opposite_turned = invert(turned)
    echo_other = shoot(hit, opposite_turned)
    echo = combine(echo_one, echo_other)
    whole_path = combine(beam, echo)
    O = underfill(I, THREE, whole_path)
    return O


def solve_56dc2b01(I):
    """The object moves against the bar; a line of 8 marks its far side."""
    bar = ofcolor(I, TWO)
    threes = ofcolor(I, THREE)
    figure = recolor(THREE, threes)
    way = gravitate(figure, bar)
    moved = move(I, figure, way)
    step = sign(way)
    back = invert(step)
    bar_upright = vline(bar)
    figure_width = width(figure)
    figure_height = height(figure)
    depth = branch(bar_upright, figure_width, figure_height)
    back_by_depth = multiply(depth, back)
    offset = crement(back_by_depth)
    far_side = shift(bar, offset)
    O = fill(moved, EIGHT, far_side)
    return O


def solve_623ea044(I):
    """The dot shines along both diagonals."""
    ink = leastcolor(I)
    ink_cells = ofcolor(I, ink)
    dot = first(ink_cells)
    directions = ineighbors(ORIGIN)
    shine = lbind(shoot, dot)
    beams = mapply(shine, directions)
    O = fill(I, ink, beams)
    return O


def solve_6455b5f5(I):
    """The largest free area becomes 1, the smallest become 8."""
    regions = objects(I, T, F, F)
    free = colorfilter(regions, ZERO)
    most = valmax(free, size)
    widest = sizefilter(free, most)
    largest = merge(widest)
    sizes = apply(size, free)
    least = minimum(sizes)
    narrowest = sizefilter(free, least)
    smallest = merge(narrowest)
    with_largest = fill(I, ONE, largest)
    O = fill(with_largest, EIGHT, smallest)
    return O


def solve_6cdd2623(I):
    """Keep only full lines between two border marks of the rarest colour."""
    ink = leastcolor(I)
    marks = ofcolor(I, ink)
    joins = prapply(connect, marks, marks)
    grid_width = width(I)
    spans_width = matcher(width, grid_width)
    grid_height = height(I)
    spans_height = matcher(height, grid_height)
    is_full_row = fork(both, hline, spans_width)
    across = sfilter(joins, is_full_row)
    is_full_column = fork(both, vline, spans_height)
    down = sfilter(joins, is_full_column)
    full_lines = combine(across, down)
    lines = merge(full_lines)
    dims = shape(I)
    blank = canvas(ZERO, dims)
    O = fill(blank, ink, lines)
    return O


def solve_8403a5d5(I):
    """Every second column from the dot on, joined by 5 top and bottom in turn."""
    colors = palette(I)
    ink = other(colors, ZERO)
    ink_cells = ofcolor(I, ink)
    start = rightmost(ink_cells)
    side = width(I)
    columns = interval(start, side, TWO)
    rows = interval(ZERO, side, ONE)
    stripes = product(rows, columns)
    drawn = fill(I, ink, stripes)
    first_gap = increment(start)
    tops = interval(first_gap, side, FOUR)
    second_gap = add(start, THREE)
    bottoms = interval(second_gap, side, FOUR)
    upper = apply(tojvec, tops)
    last_row = decrement(side)
    at_bottom = lbind(astuple, last_row)
    lower = apply(at_bottom, bottoms)
    joints = combine(upper, lower)
    O = fill(drawn, FIVE, joints)
    return O


def solve_855e0971(I):
    """Each hole splits its stripe across."""
    figures = objects(I, T, F, F)
    holes = ofcolor(I, ZERO)
    holes_only = colorfilter(figures, ZERO)
    stripes = difference(figures, holes_only)
    tops = apply(uppermost, stripes)
    top_count = size(tops)
    left_edges = apply(leftmost, stripes)
    left_count = size(left_edges)
    flat = greater(top_count, left_count)
    across = branch(flat, vfrontier, hfrontier)
    holes_among = lbind(intersection, holes)
    holes_in = compose(holes_among, backdrop)
    lines_through = lbind(mapply, across)
    cut_lines = chain(lines_through, holes_in, identity)
    cuts = fork(intersection, cut_lines, backdrop)
    all_cuts = mapply(cuts, stripes)
    O = fill(I, ZERO, all_cuts)
    return O


def solve_928ad970(I):
    """Draw a frame in the object's colour just inside the four marks."""
    marks = ofcolor(I, FIVE)
    colors = palette(I)
    inks = remove(ZERO, colors)
    shades = remove(FIVE, inks)
    ink = first(shades)
    frame = inbox(marks)
    O = fill(I, ink, frame)
    return O


def solve_97999447(I):
    """From each dot a line runs right, every second cell 5."""
    parts = fgpartition(I)
    dots = merge(parts)
    shoot_right = rbind(shoot, RIGHT)
    right_ray = compose(shoot_right, last)
    ray = fork(recolor, first, right_ray)
    rays = mapply(ray, dots)
    drawn = paint(I, rays)
    places = apply(last, dots)
    grid_width = width(I)
    steps = interval(ONE, grid_width, TWO)
    offsets = apply(tojvec, steps)
    fives = prapply(add, places, offsets)
    O = fill(drawn, FIVE, fives)
    return O


def solve_99fa7670(I):
    """Each dot runs right to the border, then down to the next line."""
    parts = fgpartition(I)
    dots = merge(parts)
    row_of = compose(first, last)
    from_top = order(dots, row_of)
    shoot_right = rbind(shoot, RIGHT)
    right_ray = compose(shoot_right, last)
    ray = fork(recolor, first, right_ray)
    grid_width = width(I)
    edge = decrement(grid_width)
    at_edge = rbind(astuple, edge)
    turn = compose(at_edge, row_of)
    shoot_down = rbind(shoot, DOWN)
    down_ray = compose(shoot_down, turn)
    fall = fork(recolor, first, down_ray)
    path = fork(combine, ray, fall)
    path_list = apply(path, from_top)
    paths = merge(path_list)
    O = paint(I, paths)
    return O


def solve_a2fd1cf0(I):
    """From the 2 along its row, then along the column of the 3."""
    twos = ofcolor(I, TWO)
    two = first(twos)
    threes = ofcolor(I, THREE)
    three = first(threes)
    two_row = first(two)
    three_column = last(three)
    bend = astuple(two_row, three_column)
    level_part = connect(two, bend)
    upright_part = connect(bend, three)
    way = combine(level_part, upright_part)
    O = underfill(I, EIGHT, way)
    return O


def solve_a48eeaf7(I):
    """Every 5 is pulled against the square."""
    block = ofcolor(I, TWO)
    ring = outbox(block)
    fives = ofcolor(I, FIVE)
    dots = apply(initset, fives)
    distance_from = lbind(lbind, manhattan)
    of_cell = rbind(compose, initset)
    nearest = lbind(argmin, ring)
    landing = chain(nearest, of_cell, distance_from)
    places = apply(landing, dots)
    cleared = replace(I, FIVE, ZERO)
    O = fill(cleared, FIVE, places)
    return O


def solve_a699fb00(I):
    """A gap between two 1s in a row becomes 2."""
    ones = ofcolor(I, ONE)
    moved_right = shift(ones, RIGHT)
    moved_left = shift(ones, LEFT)
    gaps = intersection(moved_right, moved_left)
    O = fill(I, TWO, gaps)
    return O


def solve_ba97ae07(I):
    """The line that ran underneath comes on top."""
    lines = fgpartition(I)
    gap = fork(recolor, color, delta)
    gaps = mapply(gap, lines)
    O = paint(I, gaps)
    return O


def solve_c1d99e64(I):
    """Empty rows and columns become 2."""
    lines = frontiers(I)
    all_lines = merge(lines)
    O = fill(I, TWO, all_lines)
    return O


def solve_d13f3404(I):
    """Coloured cells shoot down the diagonal of a grid twice as large."""
    parts = fgpartition(I)
    dots = merge(parts)
    shoot_down_right = rbind(shoot, UNITY)
    down_ray = compose(shoot_down_right, last)
    ray = fork(recolor, first, down_ray)
    lines = mapply(ray, dots)
    dims = shape(I)
    double_dims = double(dims)
    blank = canvas(ZERO, double_dims)
    O = paint(blank, lines)
    return O


def solve_d43fd935(I):
    """Dots facing the block shoot to it."""
    block = ofcolor(I, THREE)
    figures = objects(I, T, F, T)
    objects_of_three = colorfilter(figures, THREE)
    dots = difference(figures, objects_of_three)
    beside = rbind(hmatching, block)
    above_or_below = rbind(vmatching, block)
    is_facing = fork(either, beside, above_or_below)
    facing = sfilter(dots, is_facing)
    all_joins = lbind(prapply, connect)
    joins_to_block = rbind(all_joins, block)
    to_block = compose(joins_to_block, toindices)
    is_straight = fork(either, hline, vline)
    keep_straight = rbind(mfilter, is_straight)
    beam = compose(keep_straight, to_block)
    colored = fork(recolor, color, beam)
    beams = mapply(colored, facing)
    O = underpaint(I, beams)
    return O


def solve_d687bc17(I):
    """Dots in a side's colour are pulled to that side, other dots vanish."""
    regions = objects(I, T, F, T)
    dots = sizefilter(regions, ONE)
    sides = difference(regions, dots)
    side_colors = apply(color, sides)
    is_side_color = rbind(contained, side_colors)
    has_side = compose(is_side_color, color)
    bound = sfilter(dots, has_side)
    sides_of_color = lbind(colorfilter, sides)
    side_by_color = compose(first, sides_of_color)
    own_side = compose(side_by_color, color)
    way = fork(gravitate, identity, own_side)
    landed = fork(shift, identity, way)
    all_dots = merge(dots)
    cleared = cover(I, all_dots)
    arrivals = mapply(landed, bound)
    O = paint(cleared, arrivals)
    return O


def solve_dc433765(I):
    """The 3 takes one step towards the 4."""
    walker = ofcolor(I, THREE)
    goal = ofcolor(I, FOUR)
    step = position(walker, goal)
    walker_cells = recolor(THREE, walker)
    O = move(I, walker_cells, step)
    return O


def solve_ecdecbb3(I):
    """Dots shoot at the nearest lines; each hit is ringed with 8."""
    dots = ofcolor(I, TWO)
    line_cells = ofcolor(I, EIGHT)
    joins = prapply(connect, dots, line_cells)
    is_straight = fork(either, hline, vline)
    straight = sfilter(joins, is_straight)
    line_cells_in = lbind(intersection, line_cells)
    lines_met = compose(size, line_cells_in)
    is_nearest = matcher(lines_met, ONE)
    beams = mfilter(straight, is_nearest)
    hits = intersection(beams, line_cells)
    shot = fill(I, TWO, beams)
    rings = mapply(neighbors, hits)
    ringed = fill(shot, EIGHT, rings)
    O = fill(ringed, TWO, hits)
    return O


def solve_ef135b50(I):
    """Bridge the gaps between blocks in one row with 9, off the border."""
    blocks = ofcolor(I, TWO)
    joins = prapply(connect, blocks, blocks)
    level = mfilter(joins, hline)
    zeros = ofcolor(I, ZERO)
    free = intersection(level, zeros)
    all_cells = asindices(I)
    border = box(all_cells)
    bridges = difference(free, border)
    O = fill(I, NINE, bridges)
    return O
