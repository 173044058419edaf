package config

import (
	"fmt"
	"strings"
)

// suggest is "did you mean …?" with the nearest of the words that may stand
// there, or "" when none is near.
func suggest(got string, words []string) string {
	if best := Nearest(got, words); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return ""
}

// Nearest is the word that got most likely means, or "" when none is near.
func Nearest(got string, words []string) string {
	best, least := "", 1+len(got)/3
	for _, w := range words {
		if d := distance(strings.ToLower(got), strings.ToLower(w)); d <= least && (best == "" || d < least) {
			best, least = w, d
		}
	}
	return best
}

// maxCompared is how many bytes of a word are compared; keys are short.
const maxCompared = 40

// distance is the number of letters to change, add, remove or swap with the
// next one to make b of a.
func distance(a, b string) int {
	a, b = a[:min(len(a), maxCompared)], b[:min(len(b), maxCompared)]
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j-1]+cost, row[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
