package config

import (
	"fmt"
	"strings"

	"callboard/internal/spelling"
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
		if d := spelling.Distance(compared(got), compared(w), least); d <= least && (best == "" || d < least) {
			best, least = w, d
		}
	}
	return best
}

// maxCompared is how many bytes of a word are compared; keys are short.
const maxCompared = 40

func compared(word string) string {
	word = strings.ToLower(word)
	return word[:min(len(word), maxCompared)]
}
