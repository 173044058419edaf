package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordRune tells whether r belongs to words: letters, decimal digits, marks.
func wordRune(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Nd, unicode.M)
}

func caseOf(r rune) kind {
	switch {
	case unicode.Is(unicode.Lu, r):
		return upperCase
	case unicode.Is(unicode.Ll, r):
		return lowerCase
	}
	return caseless
}

// paired tells whether r is of a script that is indexed by pairs of characters:
// Han, Hiragana, Katakana and Hangul. The ranges are written out because the
// browser's tables may be of another version of Unicode.
func paired(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x11ff, // Hangul Jamo
		r >= 0x2e80 && r <= 0x2fdf, // radicals
		r >= 0x3005 && r <= 0x3007,
		r >= 0x3041 && r <= 0x3096,
		r >= 0x309d && r <= 0x309f,
		r >= 0x30a1 && r <= 0x30ff && r != 0x30fb,
		r >= 0x31f0 && r <= 0x31ff,
		r >= 0x3400 && r <= 0x4dbf,
		r >= 0x4e00 && r <= 0x9fff,
		r >= 0xac00 && r <= 0xd7a3, // Hangul syllables
		r >= 0xf900 && r <= 0xfaff,
		r >= 0xff66 && r <= 0xff9d,
		r >= 0x20000 && r <= 0x3fffd:
		return true
	}
	return false
}

// appendFolded appends r without case and without diacritics. Compatibility
// forms (full width, ligatures) become the plain ones.
func appendFolded(b []byte, r rune) []byte {
	r = unicode.ToLower(r)
	if plain := plainLetters(r); plain != "" {
		return append(b, plain...)
	}
	if r >= 0x300 && r <= 0x36f {
		return b
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	d := norm.NFKD.Properties(buf[:n]).Decomposition()
	if d == nil {
		return append(b, buf[:n]...)
	}
	for len(d) > 0 {
		r, size := utf8.DecodeRune(d)
		d = d[size:]
		if r < 0x300 || r > 0x36f {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
	}
	return b
}

// plainLetters are the letters that Unicode does not decompose but people type
// without, or a form that depends on the place in the word.
func plainLetters(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ħ':
		return "h"
	case 'ł':
		return "l"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	}
	return ""
}

// fold is s without case and diacritics, for the values of filters.
func fold(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if paired(r) {
			b = utf8.AppendRune(b, r)
			continue
		}
		b = appendFolded(b, r)
	}
	return string(b)
}
