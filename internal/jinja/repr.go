package jinja

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// text writes a value as Python's str does. What is not there is nothing; see
// run.shown for what becomes of it in the output.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case safe:
		return string(v)
	case *undefined:
		return ""
	}
	var b strings.Builder
	repr(&b, v, 0)
	return b.String()
}

// repr writes a value as Python's repr does.
func repr(b *strings.Builder, v any, depth int) {
	switch v := v.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		b.WriteString(map[bool]string{true: "True", false: "False"}[v])
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case float64:
		b.WriteString(float(v))
	case string:
		quote(b, v)
	case safe:
		b.WriteString("Markup(")
		quote(b, string(v))
		b.WriteString(")")
	case *List:
		reprList(b, v, depth)
	case *Dict:
		reprDict(b, v, depth)
	case *undefined:
		b.WriteString("Undefined")
	default:
		b.WriteString("<function>")
	}
}

const maxRepr = 100 // levels; a list may hold itself

func reprList(b *strings.Builder, l *List, depth int) {
	if depth > maxRepr {
		b.WriteString("[...]")
		return
	}
	brackets := "[]"
	if l.Tuple {
		brackets = "()"
	}
	b.WriteByte(brackets[0])
	for i, x := range l.Items {
		if i > 0 {
			b.WriteString(", ")
		}
		repr(b, x, depth+1)
	}
	if l.Tuple && len(l.Items) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(brackets[1])
}

func reprDict(b *strings.Builder, d *Dict, depth int) {
	if depth > maxRepr {
		b.WriteString("{...}")
		return
	}
	b.WriteByte('{')
	for i, k := range d.keys {
		if i > 0 {
			b.WriteString(", ")
		}
		repr(b, k, depth+1)
		b.WriteString(": ")
		repr(b, d.values[k], depth+1)
	}
	b.WriteByte('}')
}

// quote writes a text between quotes: single ones, unless there are single ones
// and no double ones in it.
func quote(b *strings.Builder, s string) {
	q := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = '"'
	}
	b.WriteByte(q)
	for _, r := range s {
		switch {
		case r == rune(q) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(b, `\x%02x`, r)
		case r > 0x7f && !unicode.IsPrint(r) && r <= 0xff:
			fmt.Fprintf(b, `\x%02x`, r)
		case r > 0x7f && !unicode.IsPrint(r) && r <= 0xffff:
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(q)
}

// float writes a number as Python does: the shortest digits that give it again,
// with an exponent below 1e-4 and from 1e16.
func float(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	case f != 0 && (math.Abs(f) < 1e-4 || math.Abs(f) >= 1e16):
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
