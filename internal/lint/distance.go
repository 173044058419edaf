package lint

// maxCompared is how many bytes of a word are compared with another.
const maxCompared = 64

// distance is the number of letters to change, add, remove or swap with the
// next one to make b of a (optimal string alignment), or more than limit if it
// is more.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit || len(a) > maxCompared || len(b) > maxCompared {
		return limit + 1
	}
	var rows [3][maxCompared + 1]int
	before, row, next := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j-1]+cost, row[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least > limit {
			return limit + 1
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

// nearest is the one of the words that is nearest to a word and not further
// than limit, or "" if there is none or two are as near.
func nearest(word string, words []string, limit int) string {
	best, found := "", limit+1
	for _, w := range words {
		switch d := distance(word, w, limit); {
		case d < found:
			best, found = w, d
		case d == found:
			best = ""
		}
	}
	return best
}
