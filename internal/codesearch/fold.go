package codesearch

import (
	"unicode"
	"unicode/utf8"
)

// fold is the rune that stands in the index for all that differ from it in case
// only: the small letter of ASCII, or else the least of them. By it one index
// answers queries that heed case and those that do not.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	least := r
	for x := unicode.SimpleFold(r); x != r; x = unicode.SimpleFold(x) {
		if x < utf8.RuneSelf {
			return fold(x) // ſ and the Kelvin sign
		}
		least = min(least, x)
	}
	return least
}

// appendFolded adds the folded form of s to b.
func appendFolded(b, s []byte) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b = append(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, s[i])
		} else {
			b = utf8.AppendRune(b, fold(r))
		}
		i += n
	}
	return b
}

func foldString(s string) string { return string(appendFolded(nil, []byte(s))) }
