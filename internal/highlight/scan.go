package highlight

import "strings"

// What bytes are, for scanning. Bytes of characters beyond ASCII are letters.
const (
	letter = 1 << iota
	digit
	blank // space, tab, carriage return
	dash  // the other characters of names in markup and styles
	path  // the other characters of words in a shell
)

var kinds = kindTable()

func kindTable() (t [256]uint8) {
	for c := range t {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80 {
			t[c] |= letter
		}
		if c >= '0' && c <= '9' {
			t[c] |= digit
		}
	}
	for _, c := range []byte(" \t\r") {
		t[c] |= blank
	}
	for _, c := range []byte("-:.") {
		t[c] |= dash
	}
	for _, c := range []byte("-:./@%+,~") {
		t[c] |= path
	}
	return t
}

func is(c byte, kind uint8) bool { return kinds[c]&kind != 0 }

// run is how many bytes from i on are of one of the kinds.
func run(s string, i int, kind uint8) int {
	j := i
	for j < len(s) && kinds[s[j]]&kind != 0 {
		j++
	}
	return j - i
}

// number is the length of a number: digits with what may stand among them,
// including an exponent's sign and a unit.
func number(s string, i int) int {
	j := i
	for j < len(s) && (kinds[s[j]]&(letter|digit) != 0 || s[j] == '.' && j+1 < len(s) && is(s[j+1], digit)) {
		j++
	}
	return j - i
}

// word is the length of a name: a letter, then letters and digits.
func word(s string, i int) int { return run(s, i, letter|digit) }

// restOfLine is the number of bytes to the end of the line, without it.
func restOfLine(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return n
	}
	return len(s) - i
}

// through is the number of bytes from i through the next occurrence of end
// after the first skip bytes, or to the end of the code.
func through(s string, i, skip int, end string) int {
	if skip = min(skip, len(s)-i); skip < 0 {
		return 0
	}
	if n := strings.Index(s[i+skip:], end); n >= 0 {
		return skip + n + len(end)
	}
	return len(s) - i
}

// quoted is the length of a string from its quote to the same one, with
// backslashes before what is not meant. One that may not have lines ends with
// its line even if nobody closed it.
func quoted(s string, i int, lines bool) int {
	q := s[i]
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case q:
			return j - i + 1
		case '\\':
			if j+1 < len(s) && (lines || s[j+1] != '\n') {
				j++
			}
		case '\n':
			if !lines {
				return j - i
			}
		}
	}
	return len(s) - i
}

// tripled is the length of a string that three quotes begin and end.
func tripled(s string, i int) int {
	end := s[i : i+3]
	for j := i + 3; j < len(s); j++ {
		switch {
		case s[j] == '\\':
			j++
		case s[j] == end[0] && strings.HasPrefix(s[j:], end):
			return j - i + 3
		}
	}
	return len(s) - i
}

// maxBraced bounds how far the end of ${…} is looked for. Without a bound, a
// line of nothing but "${" takes quadratic time.
const maxBraced = 200

// variable is the length of $name, ${…} on one line, $(name) or $ and one sign.
func variable(s string, i int) int {
	if i+1 >= len(s) {
		return 1
	}
	switch c := s[i+1]; {
	case c == '{':
		if n := strings.IndexAny(s[i:min(len(s), i+maxBraced)], "}\n"); n > 0 && s[i+n] == '}' {
			return n + 1
		}
	case is(c, letter):
		return 1 + word(s, i+1)
	case is(c, digit), strings.IndexByte("@*#?!$", c) >= 0:
		return 2
	}
	return 1
}
