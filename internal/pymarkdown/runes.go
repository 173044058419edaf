package pymarkdown

import (
	"unicode"
	"unicode/utf8"
)

// IsWord tells whether Python's \w matches r.
func IsWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || isAlnum(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// IsBlank tells whether Python's \s matches r.
func IsBlank(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || r >= '\t' && r <= '\r' || r >= 0x1c && r <= 0x1f
	}
	return unicode.IsSpace(r)
}

// RuneBefore is the character that ends at byte p of s. ok is false at the
// beginning.
func RuneBefore(s string, p int) (r rune, ok bool) {
	if p <= 0 {
		return 0, false
	}
	if c := s[p-1]; c < utf8.RuneSelf {
		return rune(c), true
	}
	r, _ = utf8.DecodeLastRuneInString(s[:p])
	return r, true
}

// RuneAt is the character that begins at byte p of s. ok is false at the end.
func RuneAt(s string, p int) (r rune, ok bool) {
	if p >= len(s) {
		return 0, false
	}
	if c := s[p]; c < utf8.RuneSelf {
		return rune(c), true
	}
	r, _ = utf8.DecodeRuneInString(s[p:])
	return r, true
}

// WordBefore tells whether a word character ends at byte p of s.
func WordBefore(s string, p int) bool {
	r, ok := RuneBefore(s, p)
	return ok && IsWord(r)
}

// WordAt tells whether a word character begins at byte p of s.
func WordAt(s string, p int) bool {
	r, ok := RuneAt(s, p)
	return ok && IsWord(r)
}

// BlankBefore tells whether white space ends at byte p of s.
func BlankBefore(s string, p int) bool {
	r, ok := RuneBefore(s, p)
	return ok && IsBlank(r)
}

// BlankAt tells whether white space begins at byte p of s.
func BlankAt(s string, p int) bool {
	r, ok := RuneAt(s, p)
	return ok && IsBlank(r)
}
