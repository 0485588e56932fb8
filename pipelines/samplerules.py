"""The rules of the sample tasks, one function each; its name is the task's id.

It draws one pair: input, output. The output is made in plain Python, so that the samples judge
batt. An id has no _, for a program's task is what follows the last _ of its name.
"""
from sampledraw import (Board, Retry, blank, blob, colors, columns, corner, crop, extent, fill,
                        noise, rectangle, ring, shift, sides, turn, where)

TASKS = {}


def task(demos=3, tests=1, numbered=False):
    """Enters a rule. A numbered one is told which pair it draws; the tests come last."""
    def enter(rule):
        TASKS[rule.__name__] = (rule, demos, tests, numbered)
        return rule
    return enter


# ---- whole grids ----

@task()
def mirrorright(r):
    """The mirror image is put to the right."""
    grid = noise(r, *sides(r, 3, 7), [0] + colors(r, 2))
    return grid, [row + row[::-1] for row in grid]


@task()
def fourturns(r):
    """Four copies, each turned once more than the one before, clockwise around the middle."""
    n = r.randint(3, 5)
    grid = noise(r, n, n, [0, 0] + colors(r, 2))
    a, b, c, d = (turn(grid, k) for k in range(4))
    return grid, [p + q for p, q in zip(a, b)] + [p + q for p, q in zip(d, c)]


@task(demos=4, tests=2)
def portraitflip(r):
    """Grids higher than wide are turned upside down, the others left to right."""
    h, w = r.sample(range(3, 10), 2)
    grid = noise(r, h, w, [0] + colors(r, 3))
    return grid, grid[::-1] if h > w else [row[::-1] for row in grid]


@task()
def tilemiddle(r):
    """Three copies side by side, the middle one upside down."""
    grid = noise(r, *sides(r, 3, 6), [0] + colors(r, 2))
    return grid, [a + b + a for a, b in zip(grid, grid[::-1])]


@task(tests=2)
def zoomcolors(r):
    """Enlarged by the number of colours."""
    values = colors(r, r.randint(2, 4))
    grid = noise(r, *sides(r, 3, 5), values)
    if {v for row in grid for v in row} != set(values):
        raise Retry
    k = len(values)
    return grid, [[v for v in row for _ in range(k)] for row in grid for _ in range(k)]


@task()
def shrink(r):
    """Every block of equal size becomes one cell."""
    k, small = r.randint(2, 4), noise(r, *sides(r, 3, 5), colors(r, 3))
    return [[v for v in row for _ in range(k)] for row in small for _ in range(k)], small


@task()
def peel(r):
    """The two outer rings are taken off."""
    grid = noise(r, *sides(r, 7, 12), [0, 0] + colors(r, 2))
    return grid, [row[2:-2] for row in grid[2:-2]]


@task()
def onetile(r):
    """The one tile that the grid repeats."""
    h, w = r.choice((3, 5)), r.choice((3, 5))
    tile = noise(r, h, w, colors(r, 3))
    if len({str(row) for row in tile}) == 1 or len({str(c) for c in columns(tile)}) == 1:
        raise Retry  # sides are prime: only a tile of equal rows or columns has a smaller one
    high, wide = sides(r, 10, 16)
    return [[tile[i % h][j % w] for j in range(wide)] for i in range(high)], tile


@task(demos=4)
def maincolor(r):
    """All becomes the most common colour."""
    grid = noise(r, *sides(r, 3, 8), colors(r, 4))
    counts = sorted((sum(row.count(c) for row in grid), c) for c in range(10))
    if counts[-1][0] == counts[-2][0]:
        raise Retry
    return grid, blank(len(grid), len(grid[0]), counts[-1][1])


@task()
def gravity(r):
    """Cells fall down."""
    grid = noise(r, *sides(r, 5, 9), [0] * 6 + colors(r, 4))
    sunk = [[v for v in c if v == 0] + [v for v in c if v] for c in columns(grid)]
    return grid, columns(sunk)


@task()
def sortrows(r):
    """Rows in order of their number of coloured cells."""
    w = r.randint(5, 9)
    grid = []
    for n in r.sample(range(1, w + 1), r.randint(4, w)):
        at, c = r.sample(range(w), n), colors(r, 1)[0]
        grid.append([c if j in at else 0 for j in range(w)])
    return grid, sorted(grid, key=lambda row: -row.count(0))


@task()
def removelines(r):
    """Lines right through the grid are removed."""
    *values, line = colors(r, 4)
    core = noise(r, *sides(r, 4, 8), values)
    if any(len(set(x)) == 1 for x in core + columns(core)):
        raise Retry
    grid = core
    for _ in range(2):  # once for lines across, once for lines down
        for at in r.sample(range(1, len(grid)), r.randint(1, 2)):
            grid = grid[:at] + [[line] * len(grid[0])] + grid[at:]
        grid = columns(grid)
    return grid, core


@task()
def mirrorpatch(r):
    """A black patch hides part of a grid that is the same left and right; it comes back."""
    half = noise(r, r.randint(7, 12), r.randint(4, 6), colors(r, 4))
    grid = [row + row[::-1] for row in half]
    h, w = sides(r, 2, 3)
    i, j = r.randint(0, len(half) - h), r.randint(0, len(half[0]) - w) + r.choice((0, len(half[0])))
    return fill(grid, 0, shift(rectangle(h, w), i, j)), grid


# ---- two halves ----

@task(tests=2)
def bothhalves(r):
    """Left and right of a grey bar: green where both are coloured."""
    h, w = sides(r, 3, 6)
    a, b = noise(r, h, w, [0, 1]), noise(r, h, w, [0, 2])
    grid = [p + [5] + q for p, q in zip(a, b)]
    return grid, fill(blank(h, w), 3, where(a, 1) & where(b, 2))


@task()
def onehalf(r):
    """Above and below a yellow bar: pink where just one is coloured."""
    h, w = sides(r, 3, 6)
    a, b = noise(r, h, w, [0, 7]), noise(r, h, w, [0, 8])
    return a + [[4] * w] + b, fill(blank(h, w), 6, where(a, 7) ^ where(b, 8))


# ---- objects ----

@task()
def largestred(r):
    """The largest object becomes red."""
    board = Board(r, 10, 14)
    shapes = [board.put(blob(r, n), 5) for n in r.sample(range(2, 10), 4)]
    return board.grid, fill(board.grid, 2, max(shapes, key=len))


@task(tests=2)
def countobjects(r):
    """A square as wide as there are objects, in their colour."""
    board, n, color = Board(r), r.randint(3, 8), colors(r, 1)[0]
    for _ in range(n):
        board.put(blob(r, r.randint(1, 4)), color)
    return board.grid, blank(n, n, color)


@task()
def oddshape(r):
    """The one shape unlike the others is cut out."""
    board, n = Board(r, 12, 16), r.randint(5, 7)
    usual, odd = blob(r, n), blob(r, n)
    if usual == odd or min(extent(odd)) < 3:
        raise Retry
    for _ in range(r.randint(3, 5)):
        board.put(usual, colors(r, 1)[0])
    there = board.put(odd, colors(r, 1)[0])
    return board.grid, crop(board.grid, there)


@task()
def denoise(r):
    """Single cells are wiped off."""
    board = Board(r)
    for color in colors(r, 3):
        board.put(blob(r, r.randint(4, 8)), color)
    clean = board.grid
    for _ in range(r.randint(4, 7)):
        board.put({(0, 0)}, colors(r, 1)[0])
    return board.grid, clean


@task()
def evenodd(r):
    """Objects of an even number of cells become green, the others light blue."""
    board, made = Board(r), []
    for n in r.sample(range(1, 9), 5):
        made.append(board.put(blob(r, n), 5))
    output = board.grid
    for cells in made:
        output = fill(output, 8 if len(cells) % 2 else 3, cells)
    return board.grid, output


@task()
def nearest(r):
    """The blue object nearest to the red cell becomes green."""
    board = Board(r)
    (pi, pj), = board.put({(0, 0)}, 2)
    shapes = [board.put(blob(r, r.randint(2, 5)), 1) for _ in range(4)]
    far = [min(abs(i - pi) + abs(j - pj) for i, j in cells) for cells in shapes]
    if far.count(min(far)) > 1:
        raise Retry
    return board.grid, fill(board.grid, 3, shapes[far.index(min(far))])


@task()
def colorrank(r):
    """The objects' colours, a row each, the largest object first."""
    board = Board(r)
    sizes = sorted(r.sample(range(1, 10), r.randint(3, 5)), reverse=True)
    rank = colors(r, len(sizes))
    for n, color in zip(sizes, rank):
        board.put(blob(r, n), color)
    return board.grid, [[color] * 3 for color in rank]


@task()
def pushtowall(r):
    """The object moves until it touches the wall."""
    h, w = sides(r, 8, 13)
    there = shift(blob(r, r.randint(4, 7)), r.randint(1, 3), r.randint(1, w - 5))
    drop = h - 2 - max(i for i, _ in there)
    if drop < 1 or max(j for _, j in there) >= w:
        raise Retry
    wall, color, k = blank(h - 1, w) + [[8] * w], colors(r, 1, but=[8])[0], r.randrange(4)
    return turn(fill(wall, color, there), k), turn(fill(wall, color, shift(there, drop, 0)), k)


@task()
def frameshape(r):
    """The shape is copied into the grey frame."""
    board, shape, color = Board(r, 12, 15), blob(r, r.randint(4, 7)), colors(r, 1, but=[5])[0]
    h, w = extent(shape)
    board.put(shape, color)
    top, left = corner(board.put(ring(h + 2, w + 2), 5))
    return board.grid, fill(board.grid, color, shift(shape, top + 1, left + 1))


@task(demos=4, numbered=True)
def keepmany(r, n):
    """Only the colour of most objects stays; but in the test another one has more cells."""
    board = Board(r, 14, 17)
    many, few, one = colors(r, 3)
    own, foreign = ((1, 2), (6, 8)) if n == 4 else ((3, 4), (2, 4))
    for _ in range(4):
        board.put(blob(r, r.randint(*own)), many)
    keep = board.grid
    for color in (few, few, one):
        board.put(blob(r, r.randint(*foreign)), color)
    return board.grid, keep


@task(numbered=True)
def cropbiggest(r, n):
    """The biggest speckled block is cut out; in one demonstration it is not a square."""
    board, (a, b) = Board(r, 12, 15), colors(r, 2)
    k = r.randint(4, 6)
    big = board.put(rectangle(k, k - (n == 1)), a)
    for h, w in ((2, 4), (4, 2), (2, 3)):
        board.put(rectangle(h, w), a)
    dots = {cell for cell in sorted(where(board.grid, a)) if r.random() < 0.2}
    grid = fill(board.grid, b, dots)
    return grid, crop(grid, big)


# ---- lines, boxes, areas ----

@task()
def crosslines(r):
    """Red cells draw lines down, green ones lines across and over them."""
    board = Board(r, 8, 13)
    reds = [board.put({(0, 0)}, 2) for _ in range(r.randint(1, 2))]
    greens = [board.put({(0, 0)}, 3) for _ in range(r.randint(1, 2))]
    down, across = {j for (_, j), in reds}, {i for (i, _), in greens}
    h, w = len(board.grid), len(board.grid[0])
    output = fill(board.grid, 2, {(i, j) for i in range(h) for j in down})
    return board.grid, fill(output, 3, {(i, j) for i in across for j in range(w)})


@task()
def connectpairs(r):
    """Two cells of one colour are joined by a line."""
    board = Board(r, 9, 13)
    grid = board.grid
    for color in colors(r, r.randint(2, 4)):
        line = board.put(r.choice((rectangle(1, n := r.randint(4, 8)), rectangle(n, 1))), color)
        grid = fill(grid, color, {min(line), max(line)})
    return grid, board.grid


@task()
def diagonals(r):
    """Red cells send green rays out of all four corners."""
    board = Board(r, 10, 15)
    points = [board.put({(0, 0)}, 2) for _ in range(r.randint(1, 2))]
    rays = {(i + k * di, j + k * dj) for (i, j), in points for k in range(1, 15)
            for di in (-1, 1) for dj in (-1, 1)}
    return board.grid, fill(board.grid, 3, rays - set().union(*points))


@task(demos=4)
def towards(r):
    """From the red cell a green line runs past the blue one to the edge."""
    h, w = sides(r, 9, 13)
    i, j, k = r.randint(2, h - 3), r.randint(2, w - 3), r.randint(2, 4)
    di, dj = r.choice([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b])
    blue = i + k * di, j + k * dj
    if not (0 <= blue[0] < h and 0 <= blue[1] < w):
        raise Retry
    grid = fill(fill(blank(h, w), 2, {(i, j)}), 1, {blue})
    ray = {(i + n * di, j + n * dj) for n in range(1, 15)} - {blue}
    return grid, fill(grid, 3, ray)


@task()
def fillrooms(r):
    """Closed rooms are filled with yellow; the one with a door is not."""
    board, color, inside = Board(r, 13, 17), colors(r, 1, but=[4])[0], set()
    for _ in range(r.randint(2, 3)):
        h, w = sides(r, 3, 6)
        top, left = corner(board.put(ring(h, w), color))
        inside |= shift(rectangle(h - 2, w - 2), top + 1, left + 1)
    h, w = sides(r, 4, 6)
    board.put(ring(h, w) - {r.choice(((0, 1), (h - 1, 1), (1, 0), (1, w - 1)))}, color)
    return board.grid, fill(board.grid, 4, inside)


@task()
def outboxes(r):
    """A green box around every object."""
    board, boxes = Board(r, 12, 16), set()
    for color in colors(r, 3, but=[3]):
        cells = board.put(blob(r, r.randint(1, 5)), color, gap=2)
        (top, left), (h, w) = corner(cells), extent(cells)
        boxes |= shift(ring(h + 2, w + 2), top - 1, left - 1)
    return board.grid, fill(board.grid, 3, boxes)


@task()
def innerring(r):
    """In every block a red ring, one cell in from its edge."""
    board, rings = Board(r, 13, 18), set()
    for color in colors(r, 3, but=[2]):
        h, w = sides(r, 3, 6)
        top, left = corner(board.put(rectangle(h, w), color))
        rings |= shift(ring(h - 2, w - 2), top + 1, left + 1)
    return board.grid, fill(board.grid, 2, rings)


@task()
def plusholes(r):
    """Red into the middle of every four cells that stand like a plus; three are not enough."""
    board, middles = Board(r, 12, 16), set()
    arms = [(0, 1), (1, 0), (1, 2), (2, 1)]
    for _ in range(r.randint(2, 3)):
        top, left = corner(board.put(set(arms), 8))
        middles.add((top + 1, left + 1))
    for _ in range(3):
        board.put(set(r.sample(arms, 3)), 8)
    return board.grid, fill(board.grid, 2, middles)
