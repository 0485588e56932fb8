# Fills, recolouring, boxes and holes.


def solve_08ed6ac7(I):
    """Number the bars by length, the longest first."""
    bars = objects(I, T, F, T)
    ascending = order(bars, size)
    ranks = interval(FOUR, ZERO, NEG_ONE)
    ranked = pair(ranks, ascending)
    dye = fork(recolor, first, last)
    numbered = mapply(dye, ranked)
    O = paint(I, numbered)
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


def solve_22168020(I):
    """Join cells of one colour along the rows."""
    colors = palette(I)
    shades = remove(ZERO, colors)
    cells_of = lbind(ofcolor, I)
    connect_all = lbind(prapply, connect)
    joins = fork(connect_all, cells_of, cells_of)
    keep_level = rbind(mfilter, hline)
    level_joins = compose(keep_level, joins)
    bars_of = fork(recolor, identity, level_joins)
    bars = mapply(bars_of, shades)
    O = paint(I, bars)
    return O


def solve_22233c11(I):
    """Two blocks on a diagonal get blocks of 8 outside the other diagonal."""
    pairs = objects(I, T, T, T)
    half = compose(halve, width)
    falls = fork(contained, ulcorner, toindices)
    or_down_right = rbind(branch, UNITY)
    pick = rbind(or_down_right, UP_RIGHT)
    direction = compose(pick, falls)
    offset = fork(multiply, direction, half)
    opposite = compose(invert, offset)
    one_side = fork(shift, vmirror, offset)
    other_side = fork(shift, vmirror, opposite)
    both_sides = fork(combine, one_side, other_side)
    all_places = compose(toindices, both_sides)
    outside = fork(difference, all_places, toindices)
    mirror_places = compose(toindices, vmirror)
    beyond = fork(difference, outside, mirror_places)
    marks = mapply(beyond, pairs)
    O = fill(I, EIGHT, marks)
    return O


def solve_321b1fc6(I):
    """Stamp the model over every place of 8 and remove the model."""
    figures = objects(I, F, F, T)
    places = colorfilter(figures, EIGHT)
    is_eight = matcher(color, EIGHT)
    is_not_eight = compose(flip, is_eight)
    model = extract(figures, is_not_eight)
    cleared = cover(I, model)
    model_at_origin = normalize(model)
    stamp = lbind(shift, model_at_origin)
    stamp_at = compose(stamp, ulcorner)
    stamps = mapply(stamp_at, places)
    all_places = merge(places)
    erased = cover(cleared, all_places)
    O = paint(erased, stamps)
    return O


def solve_32597951(I):
    """Under the box of the 8s, 1 becomes 3."""
    eights = ofcolor(I, EIGHT)
    area = backdrop(eights)
    ones = ofcolor(I, ONE)
    inside = intersection(area, ones)
    O = fill(I, THREE, inside)
    return O


def solve_3ac3eb23(I):
    """Below each cell of the first row its colour zigzags to the bottom."""
    parts = fgpartition(I)
    dots = merge(parts)
    diagonal_places = compose(ineighbors, last)
    beside = fork(recolor, first, diagonal_places)
    wings = mapply(beside, dots)
    drawn = paint(I, wings)
    grid_width = width(I)
    two_rows = astuple(TWO, grid_width)
    pattern = crop(drawn, ORIGIN, two_rows)
    twice = vconcat(pattern, pattern)
    O = vconcat(twice, pattern)
    return O


def solve_44d8ac46(I):
    """Square holes of the frames become 2."""
    frames = objects(I, T, F, T)
    holes = apply(delta, frames)
    square_holes = mfilter(holes, square)
    O = fill(I, TWO, square_holes)
    return O


def solve_50cb2852(I):
    """The inside of every rectangle becomes 8."""
    blocks = objects(I, T, F, T)
    inside = compose(backdrop, inbox)
    cores = mapply(inside, blocks)
    O = fill(I, EIGHT, cores)
    return O


def solve_54d82841(I):
    """Drop a 4 to the bottom row below the opening of every shape."""
    figures = objects(I, T, F, T)
    column_of = compose(last, centerofmass)
    columns = apply(column_of, figures)
    all_cells = asindices(I)
    bottom = lowermost(all_cells)
    drop = lbind(astuple, bottom)
    marks = apply(drop, columns)
    O = fill(I, FOUR, marks)
    return O


def solve_56ff96f3(I):
    """Each pair of equal cells spans a filled rectangle."""
    pairs = fgpartition(I)
    filled = fork(recolor, color, backdrop)
    rectangles = mapply(filled, pairs)
    O = paint(I, rectangles)
    return O


def solve_60b61512(I):
    """Fill the gaps in each three by three figure with 7."""
    figures = objects(I, T, T, T)
    gaps = mapply(delta, figures)
    O = fill(I, SEVEN, gaps)
    return O


def solve_67385a82(I):
    """Groups of three cells or more become 8."""
    regions = objects(I, T, F, F)
    groups = colorfilter(regions, THREE)
    above_two = rbind(greater, TWO)
    is_large = compose(above_two, size)
    large = mfilter(groups, is_large)
    O = fill(I, EIGHT, large)
    return O


def solve_67a423a3(I):
    """Frame the crossing of the two lines with 4."""
    is_ground = matcher(color, ZERO)
    parts = fgpartition(I)
    is_drawn = compose(flip, is_ground)
    drawn = sfilter(parts, is_drawn)
    upright = argmax(drawn, height)
    level = argmax(drawn, width)
    row = uppermost(level)
    column = leftmost(upright)
    crossing = astuple(row, column)
    ring = neighbors(crossing)
    O = fill(I, FOUR, ring)
    return O


def solve_694f12f3(I):
    """Fill the inside of the smaller rectangle with 1, of the larger with 2."""
    regions = objects(I, T, F, F)
    blocks = colorfilter(regions, FOUR)
    small = argmin(blocks, size)
    large = argmax(blocks, size)
    small_ring = inbox(small)
    small_core = backdrop(small_ring)
    with_small = fill(I, ONE, small_core)
    large_ring = inbox(large)
    large_core = backdrop(large_ring)
    O = fill(with_small, TWO, large_core)
    return O


def solve_6c434453(I):
    """Hollow squares become plus signs of 2."""
    ring = neighbors(UNITY)
    middle = initset(UNITY)
    holes = insert(UNITY, middle)
    ring_cells = recolor(ONE, ring)
    hole_cells = recolor(ZERO, holes)
    pattern = combine(ring_cells, hole_cells)
    places = occurrences(I, pattern)
    arms = dneighbors(UNITY)
    plus = insert(UNITY, arms)
    stamp_ring = lbind(shift, ring)
    stamp_plus = lbind(shift, plus)
    rings = mapply(stamp_ring, places)
    cleared = fill(I, ZERO, rings)
    pluses = mapply(stamp_plus, places)
    O = fill(cleared, TWO, pluses)
    return O


def solve_73251a56(I):
    """Complete the wallpaper by its transpose and along the diagonal."""
    holes = ofcolor(I, ZERO)
    transposed = dmirror(I)
    from_transpose = toobject(holes, transposed)
    patched = paint(I, from_transpose)
    open_cells = rbind(ofcolor, ZERO)
    step_back = rbind(shift, NEG_UNITY)
    sources = compose(step_back, open_cells)
    source_cells = fork(toobject, sources, identity)
    step_on = rbind(shift, UNITY)
    moved_in = compose(step_on, source_cells)
    step = fork(paint, identity, moved_in)
    grow = power(step, FIVE)
    O = grow(patched)
    return O


def solve_776ffc46(I):
    """Objects of 1 shaped like the framed one take its colour."""
    figures = objects(I, T, F, T)
    fives = colorfilter(figures, FIVE)
    frame = argmax(fives, size)
    frame_center = center(frame)
    in_middle = matcher(center, frame_center)
    candidates = difference(figures, fives)
    model = extract(candidates, in_middle)
    form_of = compose(toindices, normalize)
    model_form = form_of(model)
    same_form = matcher(form_of, model_form)
    alike = mfilter(figures, same_form)
    ink = color(model)
    O = fill(I, ink, alike)
    return O


def solve_810b9b61(I):
    """Closed frames become 3."""
    regions = objects(I, T, F, F)
    ground = colorfilter(regions, ZERO)
    touches_edge = rbind(bordering, I)
    is_inside = compose(flip, touches_edge)
    enclosed = mfilter(ground, is_inside)
    figures = colorfilter(regions, ONE)
    encloses = rbind(adjacent, enclosed)
    frames = mfilter(figures, encloses)
    O = fill(I, THREE, frames)
    return O


def solve_88a10436(I):
    """Copy the object so that its centre lies on the 5."""
    figures = objects(I, F, T, T)
    marker = ofcolor(I, FIVE)
    count_fives = rbind(colorcount, FIVE)
    model = argmin(figures, count_fives)
    marker_place = first(marker)
    model_center = center(model)
    offset = subtract(marker_place, model_center)
    copied = shift(model, offset)
    unmarked = cover(I, marker)
    O = paint(unmarked, copied)
    return O


def solve_95990924(I):
    """Number the four outer corners of every square."""
    squares = objects(I, T, F, T)
    rings = apply(outbox, squares)
    nw_corners = apply(ulcorner, rings)
    nw = fill(I, ONE, nw_corners)
    ne_corners = apply(urcorner, rings)
    ne = fill(nw, TWO, ne_corners)
    sw_corners = apply(llcorner, rings)
    sw = fill(ne, THREE, sw_corners)
    se_corners = apply(lrcorner, rings)
    O = fill(sw, FOUR, se_corners)
    return O


def solve_9edfc990(I):
    """1 floods the empty cells it can reach."""
    ones = ofcolor(I, ONE)
    joined = replace(I, ONE, ZERO)
    regions = objects(joined, T, F, F)
    holes_only = colorfilter(regions, ZERO)
    pools = apply(toindices, holes_only)
    ones_in = lbind(intersection, ones)
    wet = compose(size, ones_in)
    flooded = mfilter(pools, wet)
    O = fill(I, ONE, flooded)
    return O


def solve_a1570a43(I):
    """Move the object into the frame given by its four corners."""
    posts = ofcolor(I, THREE)
    twos = ofcolor(I, TWO)
    figure = recolor(TWO, twos)
    frame_start = ulcorner(posts)
    target = increment(frame_start)
    figure_start = ulcorner(figure)
    offset = subtract(target, figure_start)
    moved = move(I, figure, offset)
    frame_corners = corners(posts)
    O = fill(moved, THREE, frame_corners)
    return O


def solve_a5f85a15(I):
    """Coloured cells in every second column become 4."""
    parts = fgpartition(I)
    all_parts = merge(parts)
    dots = toindices(all_parts)
    in_even_column = compose(even, last)
    in_odd_column = compose(flip, in_even_column)
    marks = sfilter(dots, in_odd_column)
    O = fill(I, FOUR, marks)
    return O


def solve_a61f2674(I):
    """Keep the longest bar as 1 and the shortest as 2."""
    bars = objects(I, T, F, T)
    longest = argmax(bars, height)
    least = valmin(bars, height)
    is_shortest = matcher(height, least)
    shortest = extract(bars, is_shortest)
    all_bars = merge(bars)
    cleared = cover(I, all_bars)
    blue_bar = recolor(ONE, longest)
    with_longest = paint(cleared, blue_bar)
    red_bar = recolor(TWO, shortest)
    O = paint(with_longest, red_bar)
    return O


def solve_a79310a0(I):
    """The object steps down by one and turns 2."""
    shapes = objects(I, T, F, T)
    only = first(shapes)
    moved = move(I, only, DOWN)
    O = replace(moved, EIGHT, TWO)
    return O


def solve_aedd82e4(I):
    """Lonely cells of 2 become 1."""
    regions = objects(I, T, F, F)
    twos = colorfilter(regions, TWO)
    of_size_one = sizefilter(twos, ONE)
    lonely = merge(of_size_one)
    O = fill(I, ONE, lonely)
    return O


def solve_b230c067(I):
    """The object whose shape differs becomes 2, the others 1."""
    shape_set = objects(I, T, T, T)
    figures = totuple(shape_set)
    form_of = compose(toindices, normalize)
    forms = apply(form_of, figures)
    odd_form = leastcommon(forms)
    has_odd_form = matcher(form_of, odd_form)
    odd_one = extract(figures, has_odd_form)
    ones = replace(I, EIGHT, ONE)
    O = fill(ones, TWO, odd_one)
    return O


def solve_b2862040(I):
    """Objects of 1 that close off an area become 8."""
    regions = objects(I, T, F, F)
    ground = colorfilter(regions, NINE)
    touches_edge = rbind(bordering, I)
    is_inside = compose(flip, touches_edge)
    enclosed = mfilter(ground, is_inside)
    figures = colorfilter(regions, ONE)
    encloses = rbind(adjacent, enclosed)
    rings = mfilter(figures, encloses)
    O = fill(I, EIGHT, rings)
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


def solve_b8825c91(I):
    """Repair the masked areas from the mirror images."""
    masked = ofcolor(I, FOUR)
    mirrored_grid = vmirror(I)
    from_side = toobject(masked, mirrored_grid)
    half_done = paint(I, from_side)
    still_masked = ofcolor(half_done, FOUR)
    turned_over = cmirror(half_done)
    from_corner = toobject(still_masked, turned_over)
    O = paint(half_done, from_corner)
    return O


def solve_ba26e723(I):
    """In every third column, 4 becomes 6."""
    grid_height = height(I)
    rows = interval(ZERO, grid_height, ONE)
    grid_width = width(I)
    every_third = interval(ZERO, grid_width, THREE)
    stripes = product(rows, every_third)
    fours = ofcolor(I, FOUR)
    marks = intersection(stripes, fours)
    O = fill(I, SIX, marks)
    return O


def solve_bda2d7a6(I):
    """Each frame takes the colour around it, the outermost that of the core."""
    layers = partition(I)
    outward = order(layers, height)
    core = first(outward)
    rest = remove(core, outward)
    core_last = repeat(core, ONE)
    turned = combine(rest, core_last)
    shades = apply(color, turned)
    repainted = papply(recolor, shades, outward)
    all_repainted = merge(repainted)
    O = paint(I, all_repainted)
    return O


def solve_c0f76784(I):
    """Fill square holes: side one with 6, two with 7, three with 8."""
    frames = objects(I, T, F, T)
    holes = apply(delta, frames)
    add_five = lbind(add, FIVE)
    shade = compose(add_five, width)
    filled = fork(recolor, shade, identity)
    painted = mapply(filled, holes)
    O = paint(I, painted)
    return O


def solve_c9f8e694(I):
    """Every 5 takes the colour at the left end of its row."""
    fives = ofcolor(I, FIVE)
    color_at = lbind(index, I)
    left_end = chain(toivec, first, identity)
    shade = compose(color_at, left_end)
    dyed = fork(astuple, shade, identity)
    dyed_cells = apply(dyed, fives)
    O = paint(I, dyed_cells)
    return O


def solve_d037b0a7(I):
    """Every colour flows down to the bottom."""
    cells = fgpartition(I)
    dots = merge(cells)
    shoot_down = rbind(shoot, DOWN)
    fall = compose(shoot_down, last)
    ray = fork(recolor, first, fall)
    trails = mapply(ray, dots)
    top_down = order(trails, last)
    O = paint(I, top_down)
    return O


def solve_d23f8c26(I):
    """Keep the middle column only."""
    all_cells = asindices(I)
    grid_center = center(all_cells)
    middle = last(grid_center)
    middle_top = tojvec(middle)
    column = vfrontier(middle_top)
    kept = toobject(column, I)
    dims = shape(I)
    blank = canvas(ZERO, dims)
    O = paint(blank, kept)
    return O


def solve_d2abd087(I):
    """Objects of six cells become 2, others 1."""
    shapes = objects(I, T, F, T)
    of_size_six = sizefilter(shapes, SIX)
    sixes = merge(of_size_six)
    ones = replace(I, FIVE, ONE)
    O = fill(ones, TWO, sixes)
    return O


def solve_d631b094(I):
    """List the coloured cells in one row."""
    colors = palette(I)
    ink = other(colors, ZERO)
    count = colorcount(I, ink)
    row_dims = astuple(ONE, count)
    O = canvas(ink, row_dims)
    return O


def solve_dc1df850(I):
    """Surround every 2 with 1."""
    twos = ofcolor(I, TWO)
    halo = mapply(neighbors, twos)
    O = underfill(I, ONE, halo)
    return O


def solve_e76a88a6(I):
    """Copy the model over every block of 5."""
    figures = objects(I, F, F, T)
    blocks = colorfilter(figures, FIVE)
    models = difference(figures, blocks)
    model = first(models)
    model_at_origin = normalize(model)
    place_model = lbind(shift, model_at_origin)
    copy_to = compose(place_model, ulcorner)
    copies = mapply(copy_to, blocks)
    O = paint(I, copies)
    return O


def solve_e8593010(I):
    """Holes of one, two and three cells become 3, 2 and 1."""
    regions = objects(I, T, F, F)
    holes = colorfilter(regions, ZERO)
    of_size_one = sizefilter(holes, ONE)
    single = merge(of_size_one)
    of_size_two = sizefilter(holes, TWO)
    double_holes = merge(of_size_two)
    of_size_three = sizefilter(holes, THREE)
    triple = merge(of_size_three)
    a = fill(I, THREE, single)
    b = fill(a, TWO, double_holes)
    O = fill(b, ONE, triple)
    return O


def solve_ea32f347(I):
    """Rank the bars: the shortest 2, the next 4, the longest 1."""
    bars = objects(I, T, F, T)
    ascending = order(bars, size)
    short_ranks = astuple(TWO, FOUR)
    long_rank = repeat(ONE, ONE)
    ranks = combine(short_ranks, long_rank)
    ranked = mpapply(recolor, ranks, ascending)
    O = paint(I, ranked)
    return O
