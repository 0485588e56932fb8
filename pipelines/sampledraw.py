"""What the rules of the sample tasks draw with. Grids: lists of rows; cells: sets of (i, j)."""


class Retry(Exception):
    """The drawing is of no use; draw again."""


def blank(h, w, value=0):
    return [[value] * w for _ in range(h)]


def sides(r, low, high):
    return r.randint(low, high), r.randint(low, high)


def colors(r, n, but=()):
    return r.sample([c for c in range(1, 10) if c not in but], n)


def noise(r, h, w, values):
    return [[r.choice(values) for _ in range(w)] for _ in range(h)]


def columns(grid):
    return [list(c) for c in zip(*grid)]


def turn(grid, times=1):
    """Clockwise."""
    for _ in range(times % 4):
        grid = columns(grid[::-1])
    return grid


def fill(grid, value, cells):
    """A copy with the cells set; those off the grid do not count."""
    h, w = len(grid), len(grid[0])
    return [[value if (i, j) in cells else grid[i][j] for j in range(w)] for i in range(h)]


def where(grid, value):
    return {(i, j) for i, row in enumerate(grid) for j, v in enumerate(row) if v == value}


def shift(cells, di, dj):
    return {(i + di, j + dj) for i, j in cells}


def corner(cells):
    return min(i for i, _ in cells), min(j for _, j in cells)


def extent(cells):
    top, left = corner(cells)
    return max(i for i, _ in cells) - top + 1, max(j for _, j in cells) - left + 1


def rectangle(h, w):
    return {(i, j) for i in range(h) for j in range(w)}


def ring(h, w):
    return {(i, j) for i, j in rectangle(h, w) if i in (0, h - 1) or j in (0, w - 1)}


def crop(grid, cells):
    (top, left), (h, w) = corner(cells), extent(cells)
    return [row[left:left + w] for row in grid[top:top + h]]


def blob(r, n):
    """A connected shape of n cells, its corner at (0, 0)."""
    cells = {(0, 0)}
    while len(cells) < n:
        i, j = r.choice(sorted(cells))
        cells.add(r.choice([(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]))
    top, left = corner(cells)
    return shift(cells, -top, -left)


class Board:
    """A grid that fills with shapes whose bounding boxes stay a gap apart."""

    def __init__(self, r, low=11, high=15):
        self.r = r
        self.grid = blank(*sides(r, low, high))
        self.taken = set()

    def place(self, cells, gap=1):
        """Finds room for a shape and returns its cells there; draws nothing."""
        h, w = extent(cells)
        for _ in range(60):
            i = self.r.randint(0, max(0, len(self.grid) - h))
            j = self.r.randint(0, max(0, len(self.grid[0]) - w))
            wide = shift(rectangle(h + 2 * gap, w + 2 * gap), i - gap, j - gap)
            if not wide & self.taken:
                self.taken |= shift(rectangle(h, w), i, j)
                return shift(cells, i, j)
        raise Retry

    def put(self, cells, value, gap=1):
        there = self.place(cells, gap)
        self.grid = fill(self.grid, value, there)
        return there
