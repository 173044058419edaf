package jinja

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// spec is how one value is written: the part of a format between % or : and the
// letter that says what it is.
type spec struct {
	left, zero, plus, blank, alt, comma, center bool
	fill                                        rune
	width, precision                            int // precision is -1 if not given
	verb                                        byte
}

const maxWidth = 10_000 // of a value that is written by a format

// printf is Python's % between a text and a value, a tuple or a dict of values.
func (r *run) printf(format string, v any) string {
	args := []any{v}
	if l, ok := v.(*List); ok && l.Tuple {
		args = l.Items
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			break
		}
		b.WriteString(format[:i])
		format = r.directive(&b, format[i+1:], &args)
	}
	b.WriteString(format)
	if _, isDict := v.(*Dict); !isDict && len(args) > 0 {
		r.fail("not all values have a place in the format")
	}
	return r.string(b.String())
}

// directive writes what stands behind a %, and returns what follows it.
func (r *run) directive(b *strings.Builder, rest string, args *[]any) string {
	if strings.HasPrefix(rest, "%") {
		b.WriteByte('%')
		return rest[1:]
	}
	name, named := "", false
	if strings.HasPrefix(rest, "(") {
		name, rest, named = strings.Cut(rest[1:], ")")
	}
	s := spec{fill: ' ', precision: -1}
	for ; rest != "" && strings.IndexByte("-0+ #", rest[0]) >= 0; rest = rest[1:] {
		s.left, s.zero = s.left || rest[0] == '-', s.zero || rest[0] == '0'
		s.plus, s.blank, s.alt = s.plus || rest[0] == '+', s.blank || rest[0] == ' ', s.alt || rest[0] == '#'
	}
	s.width, rest = r.size(rest)
	if strings.HasPrefix(rest, ".") {
		s.precision, rest = r.size(rest[1:])
	}
	if rest == "" {
		r.fail("the format is not complete")
	}
	s.verb = rest[0]
	var v any
	switch {
	case len(*args) == 0:
		r.fail("the format has more places than there are values")
	case named:
		v = r.item((*args)[0], name)
	default:
		v, *args = (*args)[0], (*args)[1:]
	}
	r.made(s.width + max(s.precision, 0))
	b.WriteString(r.formatted(s, v))
	return rest[1:]
}

func (r *run) size(s string) (n int, rest string) {
	for s != "" && s[0] >= '0' && s[0] <= '9' {
		if n = n*10 + int(s[0]-'0'); n > maxWidth {
			r.fail("a width of more than %d", maxWidth)
		}
		s = s[1:]
	}
	return n, s
}

// formatted writes a value by its spec.
func (r *run) formatted(s spec, v any) string {
	out := ""
	switch s.verb {
	case 's', 'r', 'a':
		out = r.text(v)
		if s.verb != 's' {
			out = r.repr(v)
		}
		if s.precision >= 0 {
			out = string([]rune(out)[:min(s.precision, runeLen(out))])
		}
		s.zero = false
	case 'c':
		out = r.text(v)
		if n, ok := v.(int64); ok {
			out = string(rune(n))
		}
	default:
		out = r.digits(s, v)
	}
	return s.pad(out)
}

// digits writes a number.
func (r *run) digits(s spec, v any) string {
	i, f, isInt, ok := number(v)
	if !ok {
		r.fail("%%%c is for numbers, not for %s", s.verb, r.name(v))
	}
	out := ""
	switch s.verb {
	case 'd', 'i', 'u':
		if !isInt {
			i = int64(math.Max(math.Min(f, math.MaxInt64), math.MinInt64))
		}
		out = strconv.FormatInt(i, 10)
	case 'x', 'X', 'o', 'b':
		out = s.base(i)
	case 'f', 'F', 'e', 'E', 'g', 'G', '%':
		out = s.float(f)
	default:
		r.fail("the format knows no %q", string(s.verb))
	}
	if s.comma {
		out = grouped(out)
	}
	if s.plus && !strings.HasPrefix(out, "-") {
		out = "+" + out
	} else if s.blank && !strings.HasPrefix(out, "-") {
		out = " " + out
	}
	return out
}

func (s spec) base(i int64) string {
	out := strconv.FormatInt(i, map[byte]int{'x': 16, 'X': 16, 'o': 8, 'b': 2}[s.verb])
	if s.alt {
		out = "0" + string(s.verb|0x20) + out
	}
	if s.verb == 'X' {
		out = strings.ToUpper(out)
	}
	return out
}

func (s spec) float(f float64) string {
	p := s.precision
	if p < 0 {
		p = 6
	}
	switch s.verb {
	case '%':
		return strconv.FormatFloat(f*100, 'f', p, 64) + "%"
	case 'g', 'G':
		return fmt.Sprintf("%.*"+string(s.verb), max(p, 1), f)
	}
	return strconv.FormatFloat(f, s.verb, p, 64)
}

// grouped puts commas between thousands.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + frac
	}
	return sign + whole
}

func (s spec) pad(out string) string {
	n := s.width - runeLen(out)
	switch {
	case n <= 0:
		return out
	case s.left:
		return out + strings.Repeat(string(s.fill), n)
	case s.center:
		return strings.Repeat(string(s.fill), n/2) + out + strings.Repeat(string(s.fill), n-n/2)
	case s.zero:
		at := 0
		if out != "" && (out[0] == '-' || out[0] == '+') {
			at = 1
		}
		return out[:at] + strings.Repeat("0", n) + out[at:]
	}
	return strings.Repeat(string(s.fill), n) + out
}
