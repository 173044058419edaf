package yamldoc

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"callboard/internal/lazyregexp"
)

// surrogates are escapes as JSON writes characters beyond the first 65,536: a
// pair of surrogates, or half of one. A backslash that is itself escaped is
// matched first, so that it is passed over.
var surrogates = lazyregexp.New(`\\\\|(\\u[dD][89abAB][0-9a-fA-F]{2})?(\\u[dD][c-fC-F][0-9a-fA-F]{2})?`)

// pairSurrogates writes pairs of surrogates as YAML does, and halves as
// U+FFFD. npm's yaml reads them, since JavaScript's strings are made of them;
// yaml.v3 does not, which is when this is called.
func pairSurrogates(text []byte) []byte {
	return surrogates.Get().ReplaceAllFunc(text, func(m []byte) []byte {
		switch {
		case len(m) == 0 || bytes.Equal(m, []byte(`\\`)):
			return m
		case len(m) == len(`\ud83d\ude00`):
			if r := utf16.DecodeRune(unit(m[2:6]), unit(m[8:12])); r != utf8.RuneError {
				return fmt.Appendf(nil, `\U%08X`, r)
			}
		}
		return []byte(`\ufffd`)
	})
}

func unit(hex []byte) rune {
	n, err := strconv.ParseUint(string(hex), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
