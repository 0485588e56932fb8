# Programs about objects: find them, choose by size or form, move, recolour, cut out.


def solve_1caeab9d(I):
    """Slide every shape up or down until its lower edge is level with the blue one's."""
    shapes = objects(I, T, T, T)
    blue = ofcolor(I, ONE)
    level = lowermost(blue)
    gap_to_level = lbind(subtract, level)
    drop = chain(toivec, gap_to_level, lowermost)
    settle = fork(shift, identity, drop)
    settled = mapply(settle, shapes)
    dims = shape(I)
    blank = canvas(ZERO, dims)
    O = paint(blank, settled)
    return O


def solve_025d127b(I):
    """Lean each outline to the right: all cells move but those on its bottom row and right edge."""
    outlines = objects(I, T, T, T)
    edge_lines = fork(combine, hfrontier, vfrontier)
    anchored = compose(edge_lines, lrcorner)
    free_cells = fork(difference, toindices, anchored)
    free = mapply(free_cells, outlines)
    movers = toobject(free, I)
    O = move(I, movers, RIGHT)
    return O


def solve_3618c87e(I):
    """Each blue cell falls two rows, through its pillar into the floor."""
    blue = ofcolor(I, ONE)
    drops = toobject(blue, I)
    O = move(I, drops, TWO_BY_ZERO)
    return O


def solve_25ff71a9(I):
    """The only shape moves one row down."""
    shapes = objects(I, T, T, T)
    only = first(shapes)
    O = move(I, only, DOWN)
    return O


def solve_72ca375d(I):
    """Cut out the shape that is its own left-right mirror image."""
    shapes = objects(I, T, T, T)
    mirrored_alike = fork(equality, identity, vmirror)
    balanced = extract(shapes, mirrored_alike)
    O = subgrid(balanced, I)
    return O


def solve_a61ba2ce(I):
    """Put four corner pieces together as a frame, each missing cell towards the middle."""
    pieces = objects(I, T, F, T)
    hole = compose(first, delta)
    hole_inside = fork(subtract, hole, ulcorner)
    from_unity = lbind(subtract, UNITY)
    place = chain(double, from_unity, hole_inside)
    seat = fork(shift, normalize, place)
    frame = mapply(seat, pieces)
    side = double(TWO_BY_TWO)
    table = canvas(ZERO, side)
    O = paint(table, frame)
    return O


def solve_beb8660c(I):
    """Stack the bars at the bottom right, shortest on top."""
    bars = objects(I, T, F, T)
    sorted_bars = order(bars, size)
    count = size(bars)
    h = height(I)
    w = width(I)
    top = subtract(h, count)
    rows = interval(top, h, ONE)
    last_column = decrement(w)
    with_column = rbind(astuple, last_column)
    seats = apply(with_column, rows)
    ends = apply(lrcorner, sorted_bars)
    offsets = papply(subtract, seats, ends)
    stacked = mpapply(shift, sorted_bars, offsets)
    dims = astuple(h, w)
    blank = canvas(ZERO, dims)
    O = paint(blank, stacked)
    return O


def solve_e50d258f(I):
    """Of several patterned rectangles cut out the one with most red."""
    # A black margin makes sure that black is the most common colour.
    dims = shape(I)
    margin = canvas(ZERO, dims)
    wide = hconcat(I, margin)
    panels = objects(wide, F, F, T)
    redness = rbind(colorcount, TWO)
    reddest = argmax(panels, redness)
    O = subgrid(reddest, I)
    return O


def solve_aabf363d(I):
    """Paint the large shape with the colour of the corner cell, which disappears."""
    shapes = objects(I, T, F, T)
    large = argmax(shapes, size)
    cell = argmin(shapes, size)
    ink = color(cell)
    dyed = recolor(ink, large)
    without_cell = cover(I, cell)
    O = paint(without_cell, dyed)
    return O


def solve_bb43febb(I):
    """Fill the inside of each grey rectangle with red."""
    fields = objects(I, T, F, F)
    rectangles = colorfilter(fields, FIVE)
    interior = compose(backdrop, inbox)
    insides = mapply(interior, rectangles)
    O = fill(I, TWO, insides)
    return O


def solve_b6afb2da(I):
    """Rectangles get blue corners, yellow sides and a red inside."""
    fields = objects(I, T, F, F)
    rectangles = colorfilter(fields, FIVE)
    sides = mapply(box, rectangles)
    tips = mapply(corners, rectangles)
    red = replace(I, FIVE, TWO)
    sided = fill(red, FOUR, sides)
    O = fill(sided, ONE, tips)
    return O


def solve_681b3aeb(I):
    """Join two pieces into a full 3x3 square; the larger with an upper left cell goes there."""
    pieces = objects(I, T, F, T)
    starts_at_corner = fork(contained, ulcorner, toindices)
    candidates = sfilter(pieces, starts_at_corner)
    upper = argmax(candidates, size)
    lower = other(pieces, upper)
    ink = color(lower)
    square_of_lower = canvas(ink, THREE_BY_THREE)
    placed = normalize(upper)
    O = paint(square_of_lower, placed)
    return O


def solve_d4f3cd78(I):
    """Fill the grey box with light blue, which pours out through the gap to the border."""
    walls = ofcolor(I, FIVE)
    inside = delta(walls)
    outline = box(walls)
    gap = difference(outline, walls)
    heading = position(inside, gap)
    gap_cell = first(gap)
    stream = shoot(gap_cell, heading)
    wet = combine(inside, stream)
    O = fill(I, EIGHT, wet)
    return O


def solve_e9614598(I):
    """Draw a green plus half-way between the two blue cells."""
    ends = ofcolor(I, ONE)
    middle = center(ends)
    arms = dneighbors(middle)
    plus = insert(middle, arms)
    O = fill(I, THREE, plus)
    return O


def solve_3aa6fb7a(I):
    """Each bent triple gets a blue cell in the missing corner of its box."""
    triples = objects(I, T, F, T)
    notches = mapply(delta, triples)
    O = fill(I, ONE, notches)
    return O


def solve_a9f96cdd(I):
    """The red cell is replaced by four colours on its diagonals."""
    red = ofcolor(I, TWO)
    blank = replace(I, TWO, ZERO)
    upper_left = shift(red, NEG_UNITY)
    upper_right = shift(red, UP_RIGHT)
    lower_left = shift(red, DOWN_LEFT)
    lower_right = shift(red, UNITY)
    with_green = fill(blank, THREE, upper_left)
    with_pink = fill(with_green, SIX, upper_right)
    with_azure = fill(with_pink, EIGHT, lower_left)
    O = fill(with_azure, SEVEN, lower_right)
    return O


def solve_93b581b8(I):
    """Off each corner of the 2x2 block a square shows the colour diagonally opposite."""
    panes = fgpartition(I)
    block = merge(panes)
    flipped = hmirror(block)
    turned = vmirror(flipped)
    large = upscale(turned, THREE)
    back_two = double(NEG_UNITY)
    spread = shift(large, back_two)
    painted = paint(I, spread)
    places = toindices(block)
    rows = mapply(hfrontier, places)
    columns = mapply(vfrontier, places)
    cross = combine(rows, columns)
    cleared = fill(painted, ZERO, cross)
    O = paint(cleared, block)
    return O


def solve_bdad9b1f(I):
    """Extend the red and the light blue bar across the grid; they cross in yellow."""
    red = ofcolor(I, TWO)
    azure = ofcolor(I, EIGHT)
    red_end = ulcorner(red)
    azure_end = ulcorner(azure)
    row = hfrontier(red_end)
    column = vfrontier(azure_end)
    crossing = intersection(row, column)
    with_row = fill(I, TWO, row)
    with_column = fill(with_row, EIGHT, column)
    O = fill(with_column, FOUR, crossing)
    return O


def solve_5168d44c(I):
    """The red ring moves one step along the dotted line."""
    dots = ofcolor(I, THREE)
    ring_cells = ofcolor(I, TWO)
    ring = toobject(ring_cells, I)
    upright = portrait(dots)
    step = branch(upright, TWO_BY_ZERO, ZERO_BY_TWO)
    O = move(I, ring, step)
    return O


def solve_760b3cac(I):
    """Mirror the light blue shape to the side on which the yellow shape has its tip."""
    yellow = ofcolor(I, FOUR)
    azure = ofcolor(I, EIGHT)
    tip = ulcorner(yellow)
    points_left = contained(tip, yellow)
    w = width(yellow)
    to_right = tojvec(w)
    to_left = invert(to_right)
    side = branch(points_left, to_left, to_right)
    reflected = vmirror(azure)
    copy = shift(reflected, side)
    O = fill(I, EIGHT, copy)
    return O


def solve_23b5c85d(I):
    """Cut out the smallest rectangle."""
    rectangles = objects(I, T, F, T)
    least = valmin(rectangles, size)
    smallest = sizefilter(rectangles, least)
    cells = merge(smallest)
    O = subgrid(cells, I)
    return O


def solve_31aa019c(I):
    """Keep only the cell of the colour that occurs once, in a red ring."""
    rare = leastcolor(I)
    cell = ofcolor(I, rare)
    ring = outbox(cell)
    dims = shape(I)
    blank = canvas(ZERO, dims)
    with_ring = fill(blank, TWO, ring)
    O = fill(with_ring, rare, cell)
    return O


def solve_4347f46a(I):
    """Hollow out each rectangle, leaving its outline."""
    rectangles = objects(I, T, F, T)
    outline = mapply(box, rectangles)
    whole = mapply(toindices, rectangles)
    core = difference(whole, outline)
    O = cover(I, core)
    return O


def solve_178fcbfb(I):
    """Red cells become columns, green and blue ones rows on top of them."""
    cells = fgpartition(I)
    red = ofcolor(I, TWO)
    columns = mapply(vfrontier, red)
    striped = fill(I, TWO, columns)
    all_cells = merge(cells)
    uprights = toobject(red, I)
    across = difference(all_cells, uprights)
    row_of = compose(hfrontier, last)
    dyed_row = fork(recolor, first, row_of)
    rows = mapply(dyed_row, across)
    O = paint(striped, rows)
    return O


def solve_41e4d17e(I):
    """Pink lines cross the grid through the middle of each blue box."""
    boxes = objects(I, T, F, T)
    column_through = compose(vfrontier, centerofmass)
    row_through = compose(hfrontier, center)
    both_lines = fork(combine, column_through, row_through)
    lines = mapply(both_lines, boxes)
    O = underfill(I, SIX, lines)
    return O


def solve_3de23699(I):
    """Cut out what four corner cells enclose and give it their colour."""
    colours = fgpartition(I)
    corner_sets = sizefilter(colours, FOUR)
    marks = first(corner_sets)
    ink = color(marks)
    framed = subgrid(marks, I)
    inside = trim(framed)
    inks = palette(inside)
    own = other(inks, ZERO)
    O = replace(inside, own, ink)
    return O


def solve_7468f01a(I):
    """Cut out the rectangle and mirror it left to right."""
    rectangles = objects(I, F, F, T)
    largest = argmax(rectangles, size)
    panel = subgrid(largest, I)
    O = vmirror(panel)
    return O


def solve_6e82a1ae(I):
    """Colour the grey shapes by size: four cells blue, three red, two green."""
    shapes = objects(I, T, F, T)
    fours = sizefilter(shapes, FOUR)
    threes = sizefilter(shapes, THREE)
    twos = sizefilter(shapes, TWO)
    blue = merge(fours)
    red = merge(threes)
    green = merge(twos)
    with_blue = fill(I, ONE, blue)
    with_red = fill(with_blue, TWO, red)
    O = fill(with_red, THREE, green)
    return O


def solve_6d75e8bb(I):
    """Fill up the bounding box of the shape with red."""
    shapes = objects(I, T, F, T)
    shape_cells = merge(shapes)
    missing = delta(shape_cells)
    O = fill(I, TWO, missing)
    return O


def solve_9ecd008a(I):
    """Give what the black square hides, read from the mirrored grid."""
    hidden = ofcolor(I, ZERO)
    mirrored = vmirror(I)
    O = subgrid(hidden, mirrored)
    return O


def solve_5c0a986e(I):
    """The blue square leaves a trail to the upper left, the red one to the lower right."""
    blue = ofcolor(I, ONE)
    red = ofcolor(I, TWO)
    blue_tip = ulcorner(blue)
    red_tip = lrcorner(red)
    blue_trail = shoot(blue_tip, NEG_UNITY)
    red_trail = shoot(red_tip, UNITY)
    with_blue = fill(I, ONE, blue_trail)
    O = fill(with_blue, TWO, red_trail)
    return O


def solve_1f642eb9(I):
    """Each lone cell marks the nearest edge cell of the light blue block."""
    shapes = objects(I, T, F, T)
    blocks = colorfilter(shapes, EIGHT)
    block = first(blocks)
    cells = remove(block, shapes)
    to_side = rbind(gravitate, block)
    onto_block = compose(crement, to_side)
    mark = fork(shift, identity, onto_block)
    marks = mapply(mark, cells)
    O = paint(I, marks)
    return O


def solve_63613498(I):
    """In the upper left corner stands a key; the other shape of its form turns grey."""
    key_grid = crop(I, ORIGIN, THREE_BY_THREE)
    key_cells = asobject(key_grid)
    is_inked = compose(positive, first)
    key = sfilter(key_cells, is_inked)
    key_at_origin = normalize(key)
    key_form = toindices(key_at_origin)
    shapes = objects(I, T, F, T)
    form = compose(toindices, normalize)
    same_form = matcher(form, key_form)
    alike = sfilter(shapes, same_form)
    grey = merge(alike)
    dyed = fill(I, FIVE, grey)
    O = paint(dyed, key)
    return O


def solve_25d487eb(I):
    """A beam in the colour of the odd cell leaves the triangle at its tip."""
    ink = leastcolor(I)
    odd = ofcolor(I, ink)
    parts = fgpartition(I)
    triangle = merge(parts)
    inked_places = toindices(triangle)
    body = difference(inked_places, odd)
    heading = position(odd, body)
    start = first(odd)
    beam = shoot(start, heading)
    O = underfill(I, ink, beam)
    return O


def solve_c909285e(I):
    """Cut out the square whose frame has the rarest colour."""
    rare = leastcolor(I)
    frame = ofcolor(I, rare)
    O = subgrid(frame, I)
    return O
