package pymdownx

import (
	"strconv"
	"strings"

	"callboard/internal/lazyregexp"
)

// fancyMarker is the marker of an item and what follows it.
type fancyMarker struct {
	value string // "" for an item of an unordered list
	sign  byte
	text  string
}

// item reads a marker behind at least least and at most most spaces.
func (s *fancyStyles) item(line string, least, most int) (m fancyMarker, ok bool) {
	at := len(line) - len(strings.TrimLeft(line, " "))
	if at < least || at > most || at == len(line) {
		return m, false
	}
	line = line[at:]
	n := 0
	if strings.IndexByte("-+*", line[0]) < 0 {
		if n = strings.IndexAny(line, ".)"); n <= 0 {
			return m, false
		}
	}
	m = fancyMarker{line[:n], line[n], strings.TrimLeft(line[n+1:], " ")}
	if !strings.HasPrefix(line[n+1:], " ") || n > 0 && !s.isValue(m.value, m.sign == ')' || strings.HasPrefix(line[n+1:], "  ")) {
		return m, false
	}
	return m, true
}

// isValue tells whether an item may be counted so. One capital letter with a
// full stop needs two spaces behind it (wide), since it may be an initial.
func (s *fancyStyles) isValue(v string, wide bool) bool {
	if strings.Trim(v, "0123456789") == "" {
		return true
	}
	one, lower := len(v) == 1, v[0] >= 'a' && v[0] <= 'z'
	switch {
	case v == "#":
		return s.generic
	case one && s.alpha && (lower || v[0] >= 'A' && v[0] <= 'Z'):
		return lower || wide
	case !s.roman || len(v) > maxRoman:
		return false
	case one:
		return strings.Contains("ivxlcdm", v) || !s.alpha && strings.Contains("IVXLCDM", v) && wide
	case lower:
		return romanNumber.MatchString(strings.ToUpper(v)) && v == strings.ToLower(v)
	}
	return romanNumber.MatchString(v)
}

// maxRoman bounds Roman numbers, whose thousands may repeat without end.
const maxRoman = 1000

// romanNumber is more lenient than the Romans, as the original is: signs of one
// and ten may be repeated ten times if they are the last.
var romanNumber = lazyregexp.New(`^M*(?:C[MD]|D(?:C{0,4}|C{5}\b)|C{0,9}|C{10}\b)(?:X[CL]|L(?:X{0,4}|X{5}\b)|X{0,9}|X{10}\b)(?:I[XV]|V(?:I{0,4}|I{5}\b)|I{0,9}|I{10}\b)$`)

// convention is how an item is counted, and how the list that it may belong to
// is: fancy, or nothing if it was forced and cannot be.
func (s *fancyStyles) convention(m fancyMarker, first bool, fancy string) (own, of string) {
	if m.value == "" {
		return "", fancy
	}
	sign := "dot-"
	if m.sign == ')' {
		sign = "paren-"
	}
	if forced, ok := strings.CutPrefix(fancy, fancyForced); ok {
		if s.canBe(m.value, forced) {
			return sign + forced, sign + forced
		}
		fancy = ""
	}
	_, counting, _ := strings.Cut(fancy, "-")
	switch {
	case m.value == "#" && fancy == "":
		counting = "decimal"
	case m.value == "#":
	case m.value[0] >= '0' && m.value[0] <= '9':
		counting = "decimal"
	default:
		counting = s.letters(m.value, sign, first, fancy)
	}
	return sign + counting, fancy
}

// letters tells Roman numbers from letters. What can be both continues what it
// stands in; as a first item it is a letter unless it is a one.
func (s *fancyStyles) letters(v, sign string, first bool, fancy string) string {
	alpha, roman, one, all := "alpha", "roman", "i", "ivxlcdm"
	if v[0] >= 'A' && v[0] <= 'Z' {
		alpha, roman, one, all = "ALPHA", "ROMAN", "I", "IVXLCDM"
	}
	if len(v) > 1 || !s.alpha {
		return roman
	}
	isRoman := strings.Contains(all, v)
	switch {
	case !s.roman,
		first && (!isRoman || sign+roman != fancy && v != one),
		!first && (sign+alpha == fancy || !isRoman):
		return alpha
	}
	return roman
}

// canBe tells whether an item can be counted in a way.
func (s *fancyStyles) canBe(v, counting string) bool {
	if v == "#" {
		return true
	}
	letter := strings.Trim(v, "0123456789") != ""
	switch strings.ToLower(counting) {
	case "decimal":
		return !letter
	case "roman":
		return s.roman && letter && (len(v) > 2 || strings.Contains("ivxlcdm", strings.ToLower(v)))
	}
	return s.alpha && letter && len(v) == 1
}

// start is the number of an item in a convention.
func (m fancyMarker) start(fancy string) string {
	_, counting, _ := strings.Cut(strings.ToLower(fancy), "-")
	switch {
	case m.value == "#":
		return "1"
	case counting == "roman":
		return strconv.Itoa(romanValue(m.value))
	case counting == "alpha":
		return strconv.Itoa(int(m.value[0]&^0x20) - 'A' + 1)
	}
	return m.value
}

// romanValue is the number that Roman numerals stand for.
func romanValue(s string) int {
	digits := map[byte]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}
	total := 0
	for i := 0; i < len(s); i++ {
		n := digits[s[i]&^0x20]
		if i+1 < len(s) && n < digits[s[i+1]&^0x20] {
			n = digits[s[i+1]&^0x20] - n
			i++
		}
		total += n
	}
	return total
}
