def paint(obj):
    y = recolor(3, obj)
    return y


def solve_a(I):
    """A closure, a helper, a tuple, a keyword."""
    x1 = objects(I, T, F, T)
    x2 = compose(size, toindices)
    x3 = order(x1, x2)  # smallest first
    x4 = lbind(shift, first(x3))
    x5 = mapply(fork(combine, paint, identity), x3)
    x6 = (1, (ORIGIN, -2), {3})
    O = paint(grid=I, patch=x5)
    return O


def differ(S, I, C):
    x1 = first(S); x2 = last(x1)
    return equality(x2, C)
