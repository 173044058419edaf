package search

import "strings"

// english is a light stem of a word of at least four letters: it takes off
// plurals, -ed, -ing, a final e, and y where others have ies.
func english(w string) string {
	switch {
	case len(w) > 5 && (strings.HasSuffix(w, "ies") || strings.HasSuffix(w, "ied")):
		return w[:len(w)-3]
	case strings.HasSuffix(w, "ing") && hasVowel(w[:len(w)-3]):
		return trimE(undouble(w[:len(w)-3]))
	case strings.HasSuffix(w, "ed") && hasVowel(w[:len(w)-2]):
		return trimE(undouble(w[:len(w)-2]))
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "s"):
		return trimE(w[:len(w)-1])
	}
	return trimE(w)
}

// trimE takes off what other forms of the word lack: a final e, or the y that
// becomes ies. What is left has at least three letters.
func trimE(w string) string {
	n := len(w)
	if n > 3 && (w[n-1] == 'e' || w[n-1] == 'y' && !isVowel(w[n-2])) {
		return w[:n-1]
	}
	return w
}

// undouble makes running run; ll, ss and zz belong to the word.
func undouble(w string) string {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && strings.IndexByte("bdgmnprt", w[n-1]) >= 0 {
		return w[:n-1]
	}
	return w
}

func isLowerASCII(w string) bool {
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

func hasVowel(w string) bool {
	return len(w) >= 3 && strings.ContainsAny(w, "aeiouy")
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }
