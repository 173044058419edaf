package jinja

import (
	"encoding/json"
	"slices"
	"strings"
)

var jsonEscapes = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`)

// toJSON writes JSON that can stand in HTML, with sorted keys.
func toJSON(r *run, b *bound) any {
	r.measure(b.of, 0)
	w := &jsonWriter{r: r, by: ""}
	if b.has(0) && b.args[0] != nil {
		n := b.int(r, 0, 0)
		if n < 0 || n > 40 {
			r.fail("the width of a level is not between 0 and 40")
		}
		w.by, w.lines = strings.Repeat(" ", n), true
	}
	w.value(b.of, 0)
	return safe(r.string(jsonEscapes.Replace(w.b.String())))
}

type jsonWriter struct {
	r     *run
	b     strings.Builder
	by    string
	lines bool
}

func (w *jsonWriter) value(v any, depth int) {
	if depth > maxRepr {
		w.r.fail("the value is too deep")
	}
	switch v := v.(type) {
	case nil:
		w.b.WriteString("null")
	case bool:
		w.b.WriteString(map[bool]string{true: "true", false: "false"}[v])
	case int64, float64:
		w.b.WriteString(text(v))
	case string:
		w.text(v)
	case safe:
		w.text(string(v))
	case *List:
		w.group("[]", len(v.Items), depth, func(i int) { w.value(v.Items[i], depth+1) })
	case *Dict:
		keys := slices.SortedFunc(slices.Values(v.keys), compareText)
		w.group("{}", len(keys), depth, func(i int) {
			w.text(text(keys[i]))
			w.b.WriteString(": ")
			w.value(v.values[keys[i]], depth+1)
		})
	default:
		w.r.fail("%s is nothing that JSON knows", w.r.name(v))
	}
}

// text writes a string as Python's json does: in ASCII.
func (w *jsonWriter) text(s string) {
	raw, _ := json.Marshal(s) // a string is always marshalled
	for _, c := range strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(raw)) {
		w.ascii(c)
	}
}

func (w *jsonWriter) ascii(c rune) {
	const hex = "0123456789abcdef"
	unit := func(u rune) {
		w.b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			w.b.WriteByte(hex[u>>shift&15])
		}
	}
	switch {
	case c < 0x80:
		w.b.WriteRune(c)
	case c < 0x10000:
		unit(c)
	default:
		c -= 0x10000
		unit(0xd800 + c>>10)
		unit(0xdc00 + c&0x3ff)
	}
}

func (w *jsonWriter) group(brackets string, n, depth int, item func(i int)) {
	w.b.WriteByte(brackets[0])
	for i := range n {
		if i > 0 && w.lines {
			w.b.WriteByte(',')
		} else if i > 0 {
			w.b.WriteString(", ")
		}
		w.line(depth + 1)
		item(i)
	}
	if n > 0 {
		w.line(depth)
	}
	w.b.WriteByte(brackets[1])
}

func (w *jsonWriter) line(depth int) {
	if w.lines {
		w.r.made(depth * len(w.by))
		w.b.WriteString("\n" + strings.Repeat(w.by, depth))
	}
}
