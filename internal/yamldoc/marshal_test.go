package yamldoc

import (
	"reflect"
	"testing"

	"callboard/internal/diag"
)

func TestMarshal(t *testing.T) {
	docs, _ := parse(`{spec: {z: 1, a: [x, {k: v}]}, metadata: {annotations: {b/c: "true"}, name: n, description: "two\nlines\n"}, kind: Component, apiVersion: v}`)
	want := `apiVersion: v
kind: Component
metadata:
  name: n
  description: |
    two
    lines
  annotations:
    b/c: "true"
spec:
  a:
    - x
    - k: v
  z: 1
`
	if got := string(Marshal(docs[0].Value)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

var awkward = []any{
	"", " ", "a ", " a", "\n", "a\n", "a\n\n", "\na", " a\nb", "a \nb", "a\tb", "\ta\nb", "a\r\nb", "~", "null", "yes", "on", "1", "1e3", "0x1", "0o7", ".5", ".inf",
	"2024-01-01", "<<", "=", "- a", "a: b", "#a", "a #b", "&a", "*a", "!a", "%a", "@a", "`a", "{a", "[a", "'", "\"", "\\", "---", "...", "--- a\nb", "a\n---\nb", "a\n...\nb",
	"\u0085", "\u2028x\ny", "\ufeffa", "\x07", "\x00", "\U0001f600\n\U0001f600", "é\nü", "?", "? a", ":", "a:", ",", "|", ">", "|\n", "1:30", "0b1", "1_0", "NaN", "#\n#",
	nil, true, false, int64(0), int64(-5), int64(1) << 62, 1.5, -0.25, 1e21, 1e-7, 1e300,
	[]any{}, map[string]any{}, []any{[]any{[]any{nil}}}, map[string]any{"": "", "null": nil, "1": "x", "<<": "y", "a: b": "#", "a\nb": "c\nd\n", "yes": "no"},
}

func TestMarshalIsReadBack(t *testing.T) {
	for _, v := range append(awkward, map[string]any{"list": awkward}, awkward) {
		readBack(t, v)
	}
}

func readBack(t *testing.T, v any) {
	t.Helper()
	text := Marshal(v)
	var sink diag.List
	docs := Parse(text, diag.Pos{}, &sink)
	if len(docs) != 1 || docs[0].Invalid || !reflect.DeepEqual(oneNumber(docs[0].Value), oneNumber(v)) {
		var got any
		if len(docs) > 0 {
			got = docs[0].Value
		}
		t.Errorf("%#v\nwritten as %q\nread as %#v\n%v", v, text, got, sink.All())
	}
}

// oneNumber gives numbers one type, as JavaScript has one.
func oneNumber(v any) any {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v + 0 // no negative zero
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = oneNumber(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = oneNumber(v[k])
		}
		return out
	}
	return v
}
