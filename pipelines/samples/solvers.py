# A program for each sample task, in arc-dsl.  Two are wrong on purpose, so that a score table has
# something to show: solve_keepmany and solve_cropbiggest.


def solve_mirrorright(I):
    x1 = vmirror(I)
    O = hconcat(I, x1)
    return O


def solve_fourturns(I):
    x1 = rot90(I)
    x2 = rot180(I)
    x3 = rot270(I)
    x4 = hconcat(I, x1)
    x5 = hconcat(x3, x2)
    O = vconcat(x4, x5)
    return O


def solve_portraitflip(I):
    x1 = portrait(I)
    x2 = branch(x1, hmirror, vmirror)
    O = x2(I)
    return O


def solve_tilemiddle(I):
    x1 = hmirror(I)
    x2 = hconcat(I, x1)
    O = hconcat(x2, I)
    return O


def solve_zoomcolors(I):
    x1 = numcolors(I)
    O = upscale(I, x1)
    return O


def solve_shrink(I):
    x1 = objects(I, T, F, F)
    x2 = valmin(x1, width)
    O = downscale(I, x2)
    return O


def solve_peel(I):
    x1 = power(trim, TWO)
    O = x1(I)
    return O


def solve_onetile(I):
    x1 = asobject(I)
    x2 = vperiod(x1)
    x3 = hperiod(x1)
    x4 = astuple(x2, x3)
    O = crop(I, ORIGIN, x4)
    return O


def solve_maincolor(I):
    x1 = mostcolor(I)
    x2 = shape(I)
    O = canvas(x1, x2)
    return O


def solve_gravity(I):
    x1 = rot90(I)
    x2 = matcher(identity, ZERO)
    x3 = rbind(order, x2)
    x4 = apply(x3, x1)
    O = rot270(x4)
    return O


def solve_sortrows(I):
    x1 = rbind(sfilter, positive)
    x2 = compose(size, x1)
    O = order(I, x2)
    return O


def solve_removelines(I):
    O = compress(I)
    return O


def solve_mirrorpatch(I):
    x1 = vmirror(I)
    x2 = ofcolor(I, ZERO)
    x3 = toobject(x2, x1)
    O = paint(I, x3)
    return O


def solve_bothhalves(I):
    x1 = lefthalf(I)
    x2 = righthalf(I)
    x3 = ofcolor(x1, ONE)
    x4 = ofcolor(x2, TWO)
    x5 = intersection(x3, x4)
    x6 = shape(x1)
    x7 = canvas(ZERO, x6)
    O = fill(x7, THREE, x5)
    return O


def solve_onehalf(I):
    x1 = tophalf(I)
    x2 = bottomhalf(I)
    x3 = ofcolor(x1, SEVEN)
    x4 = ofcolor(x2, EIGHT)
    x5 = difference(x3, x4)
    x6 = difference(x4, x3)
    x7 = combine(x5, x6)
    x8 = shape(x1)
    x9 = canvas(ZERO, x8)
    O = fill(x9, SIX, x7)
    return O


def solve_largestred(I):
    x1 = objects(I, T, F, T)
    x2 = argmax(x1, size)
    x3 = recolor(TWO, x2)
    O = paint(I, x3)
    return O


def solve_countobjects(I):
    x1 = objects(I, T, F, T)
    x2 = size(x1)
    x3 = leastcolor(I)
    x4 = astuple(x2, x2)
    O = canvas(x3, x4)
    return O


def solve_oddshape(I):
    x1 = objects(I, T, T, T)
    x2 = totuple(x1)
    x3 = compose(normalize, toindices)
    x4 = apply(x3, x2)
    x5 = leastcommon(x4)
    x6 = matcher(x3, x5)
    x7 = extract(x1, x6)
    O = subgrid(x7, I)
    return O


def solve_denoise(I):
    x1 = objects(I, T, F, T)
    x2 = sizefilter(x1, ONE)
    x3 = merge(x2)
    O = cover(I, x3)
    return O


def solve_evenodd(I):
    x1 = objects(I, T, F, T)
    x2 = compose(even, size)
    x3 = mfilter(x1, x2)
    x4 = replace(I, FIVE, EIGHT)
    O = fill(x4, THREE, x3)
    return O


def solve_nearest(I):
    x1 = objects(I, T, F, T)
    x2 = colorfilter(x1, ONE)
    x3 = ofcolor(I, TWO)
    x4 = lbind(manhattan, x3)
    x5 = argmin(x2, x4)
    O = fill(I, THREE, x5)
    return O


def solve_colorrank(I):
    x1 = fgpartition(I)
    x2 = compose(invert, size)
    x3 = order(x1, x2)
    x4 = rbind(repeat, THREE)
    x5 = compose(x4, color)
    O = apply(x5, x3)
    return O


def solve_pushtowall(I):
    x1 = fgpartition(I)
    x2 = ofcolor(I, EIGHT)
    x3 = matcher(color, EIGHT)
    x4 = compose(flip, x3)
    x5 = extract(x1, x4)
    x6 = gravitate(x5, x2)
    O = move(I, x5, x6)
    return O


def solve_frameshape(I):
    x1 = fgpartition(I)
    x2 = colorfilter(x1, FIVE)
    x3 = first(x2)
    x4 = other(x1, x3)
    x5 = ulcorner(x3)
    x6 = increment(x5)
    x7 = normalize(x4)
    x8 = shift(x7, x6)
    O = paint(I, x8)
    return O


# Wrong on purpose: counts cells, not objects.  All demonstrations allow that, the test does not.
def solve_keepmany(I):
    x1 = objects(I, T, F, T)
    x2 = merge(x1)
    x3 = mostcolor(x2)
    x4 = colorfilter(x1, x3)
    x5 = merge(x4)
    x6 = shape(I)
    x7 = canvas(ZERO, x6)
    O = paint(x7, x5)
    return O


# Wrong on purpose: takes the block for a square; in one demonstration extract finds none.
def solve_cropbiggest(I):
    x1 = objects(I, F, F, T)
    x2 = extract(x1, square)
    O = subgrid(x2, I)
    return O


def solve_crosslines(I):
    x1 = ofcolor(I, TWO)
    x2 = mapply(vfrontier, x1)
    x3 = fill(I, TWO, x2)
    x4 = ofcolor(I, THREE)
    x5 = mapply(hfrontier, x4)
    O = fill(x3, THREE, x5)
    return O


def solve_connectpairs(I):
    x1 = fgpartition(I)
    x2 = compose(first, toindices)
    x3 = compose(last, toindices)
    x4 = fork(connect, x2, x3)
    x5 = fork(recolor, color, x4)
    x6 = mapply(x5, x1)
    O = paint(I, x6)
    return O


def solve_diagonals(I):
    x1 = ofcolor(I, TWO)
    x2 = ineighbors(ORIGIN)
    x3 = prapply(shoot, x1, x2)
    x4 = merge(x3)
    O = underfill(I, THREE, x4)
    return O


def solve_towards(I):
    x1 = ofcolor(I, TWO)
    x2 = ofcolor(I, ONE)
    x3 = position(x1, x2)
    x4 = first(x1)
    x5 = shoot(x4, x3)
    O = underfill(I, THREE, x5)
    return O


def solve_fillrooms(I):
    x1 = objects(I, T, F, F)
    x2 = colorfilter(x1, ZERO)
    x3 = rbind(bordering, I)
    x4 = compose(flip, x3)
    x5 = mfilter(x2, x4)
    O = fill(I, FOUR, x5)
    return O


def solve_outboxes(I):
    x1 = objects(I, T, T, T)
    x2 = mapply(outbox, x1)
    O = fill(I, THREE, x2)
    return O


def solve_innerring(I):
    x1 = objects(I, T, F, T)
    x2 = mapply(inbox, x1)
    O = fill(I, TWO, x2)
    return O


def solve_plusholes(I):
    x1 = dneighbors(UNITY)
    x2 = recolor(EIGHT, x1)
    x3 = occurrences(I, x2)
    x4 = apply(increment, x3)
    O = fill(I, TWO, x4)
    return O
