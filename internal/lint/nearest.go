package lint

import "callboard/internal/spelling"

// nearest is the one of the words that is nearest to a word and not further
// than limit, or "" if there is none or two are as near.
func nearest(word string, words []string, limit int) string {
	best, found := "", limit+1
	for _, w := range words {
		switch d := spelling.Distance(word, w, limit); {
		case d < found:
			best, found = w, d
		case d == found:
			best = ""
		}
	}
	return best
}
