package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// number reads a number: decimal, with 0x, 0o or 0b, or with a fraction or an
// exponent; digits may be parted by underscores. Behind a point it is a place
// in a list, as in a.0.1.
func (l *lexer) number() {
	from := l.pos
	if l.src[from] == '0' && from+1 < len(l.src) {
		if base := map[byte]int{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}[l.src[from+1]]; base != 0 {
			end := digits(l.src, from+2, base)
			l.whole(from, end, l.src[from+2:end], base)
			return
		}
	}
	end := digits(l.src, from, 10)
	place := len(l.out) > 0 && l.out[len(l.out)-1].kind == tOp && l.out[len(l.out)-1].text == "."
	if frac := fraction(l.src, end); frac > end && !place {
		l.add(tFloat, strings.ReplaceAll(l.src[from:frac], "_", ""), from, frac)
		l.pos = frac
		return
	}
	if l.src[from] == '0' {
		for end = from + 1; end < len(l.src) && l.src[end] == '0'; end++ {
		}
	}
	l.whole(from, end, l.src[from:end], 10)
}

func (l *lexer) whole(from, end int, text string, base int) {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), base, 64)
	if err != nil {
		l.u.fail(from, "%q is no number that can be worked with", l.src[from:end])
	}
	l.add(tInt, strconv.FormatInt(n, 10), from, end)
	l.pos = end
}

func digits(s string, at, base int) int {
	for at < len(s) && (digit(s[at], base) || s[at] == '_' && at+1 < len(s) && digit(s[at+1], base)) {
		at++
	}
	return at
}

func digit(c byte, base int) bool {
	n, err := strconv.ParseUint(string(rune(c)), base, 8)
	return err == nil && n < uint64(base)
}

// fraction is where the fraction and exponent behind a number end.
func fraction(s string, at int) int {
	end := at
	if end+1 < len(s) && s[end] == '.' && digit(s[end+1], 10) {
		end = digits(s, end+1, 10)
	}
	if exp := end; exp < len(s) && (s[exp] == 'e' || s[exp] == 'E') {
		exp++
		if exp < len(s) && (s[exp] == '+' || s[exp] == '-') {
			exp++
		}
		if exp < len(s) && digit(s[exp], 10) {
			return digits(s, exp, 10)
		}
	}
	return end
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', '\\': '\\', '\'': '\'', '"': '"', 'a': 7, 'b': 8, 'f': 12, 'v': 11}

// Unescape reads the escapes of a Python string. What is none stays as it is.
func Unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		i += escape(&b, s[i:])
	}
	return b.String()
}

// escape writes what the escape at the beginning of s stands for, and tells how
// long it is.
func escape(b *strings.Builder, s string) int {
	c := s[1]
	if e, ok := escapes[c]; ok {
		b.WriteByte(e)
		return 2
	}
	if c == '\n' {
		return 2
	}
	if n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; n > 0 && len(s) >= 2+n {
		if r, err := strconv.ParseUint(s[2:2+n], 16, 32); err == nil && utf8.ValidRune(rune(r)) {
			b.WriteRune(rune(r))
			return 2 + n
		}
	}
	if n := octal(s[1:]); n > 0 {
		r, _ := strconv.ParseUint(s[1:1+n], 8, 16)
		b.WriteRune(rune(r))
		return 1 + n
	}
	b.WriteByte('\\')
	return 1
}

// octal counts the digits of an octal escape.
func octal(s string) (n int) {
	for n < min(3, len(s)) && s[n] >= '0' && s[n] <= '7' {
		n++
	}
	return n
}
