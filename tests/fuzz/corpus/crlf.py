def solve(I):
    O = identity(C)
    return O