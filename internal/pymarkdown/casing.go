package pymarkdown

import (
	"strings"
	"unicode"
)

// Title is Python's str.title: each run of letters begins with a capital and
// goes on in small ones.
func Title(s string) string {
	inside := false
	return strings.Map(func(r rune) rune {
		was := inside
		inside = unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
		if was {
			return unicode.ToLower(r)
		}
		return unicode.ToTitle(r)
	}, s)
}

// Capitalize is Python's str.capitalize: a capital and then small letters.
func Capitalize(s string) string {
	first := true
	return strings.Map(func(r rune) rune {
		if first {
			first = false
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}
