def solve(I):
	O = hmirror (
		I)
	return(O)
