package docs

import (
	"cmp"
	"strings"
	"unicode"
)

// compareNatural compares texts with the numbers in them by their value, so that
// "2-b" comes before "10-a" (natsort's default: numbers without a sign).
func compareNatural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		xn, yn := digits(x), digits(y)
		if xn > 0 && yn > 0 {
			if c := compareNumbers(x[:xn], y[:yn]); c != 0 {
				return c
			}
			x, y = x[xn:], y[yn:]
			continue
		}
		if xn > 0 || yn > 0 {
			return cmp.Compare(btoi(xn == 0), btoi(yn == 0)) // a number before a word
		}
		xw, yw := words(x), words(y)
		if c := strings.Compare(x[:xw], y[:yw]); c != 0 {
			return c
		}
		x, y = x[xw:], y[yw:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// digits is the length of the number that a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// words is the length of what comes before the next number.
func words(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return r <= unicode.MaxASCII && unicode.IsDigit(r) }); i >= 0 {
		return i
	}
	return len(s)
}

func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
