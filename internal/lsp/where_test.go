package lsp

import (
	"slices"
	"strings"
	"testing"
)

func TestWhere(t *testing.T) {
	for _, c := range []struct{ text, part, path, word string }{
		{"kind: Com|p", "value", "kind", "Comp"},
		{"ki|nd: x", "key", "", "kind"},
		{"metadata:\n  |", "either", "metadata", ""},
		{"metadata:\n  name: x\n    |", "either", "metadata", ""},
		{"metadata:\n  name: x\n|", "either", "", ""},
		{"metadata:\n  tags:\n  - a\n  - |", "either", "metadata tags -", ""},
		{"metadata:\n  tags:\n    - a|b", "either", "metadata tags -", "ab"},
		{"metadata:\n  tags: [a, b|c]", "value", "metadata tags -", "bc"},
		{"metadata:\n  tags: [a, |", "value", "metadata tags -", ""},
		{"metadata: {name: x, tit|le", "key", "metadata", "title"},
		{"metadata: {name: x|y, title: z}", "value", "metadata name", "xy"},
		{"metadata:\n  links:\n    - url: x\n      ti|t", "either", "metadata links -", "tit"},
		{"metadata:\n  links:\n  - url: x\n    title: a|b", "value", "metadata links - title", "ab"},
		{"- - x: |", "value", "- - x", ""},
		{"spec:\n  definition: |\n    openapi: 3|\n", "nothing", "", ""},
		{"a: # com|ment", "nothing", "", ""},
		{"a: 'b # c|d'", "value", "a", "b # cd"},
		{"a: \"x|y\" # z", "value", "a", "xy"},
		{"\"a b\": x|", "value", "a b", "x"},
		{"a: x # y|", "nothing", "", ""},
		{"---|", "nothing", "", ""},
		{"b: 1\n---\na: x|", "value", "a", "x"},
		{"a:\n  b:\n# c\n\n    d: |", "value", "a b d", ""},
		{"a: &x\n  b: |", "value", "a b", ""},
		{"a: *b|", "nothing", "", ""},
		{"a: http://x|", "value", "a", "http://x"},
	} {
		// The first bar of a text with a block scalar is its own.
		at := strings.LastIndex(c.text, "|")
		x := newText(c.text[:at] + c.text[at+1:])
		line := strings.Count(c.text[:at], "\n")
		w := x.find(line, at-strings.LastIndex(c.text[:at], "\n")-1)
		part := [...]string{"nothing", "key", "value", "either"}[w.part]
		word := ""
		if w.part != nothing {
			word = x.line(line)[w.from:w.to]
		}
		if part != c.part || w.part != nothing && (strings.Join(w.path, " ") != c.path || word != c.word) {
			t.Errorf("%q: %s at %q of %q; want %s at %q of %q", c.text, part, w.path, word, c.part, c.path, c.word)
		}
	}
}

func TestHeads(t *testing.T) {
	x := newText("# first\napiVersion: v1\nkind: 'API' # one\nmetadata:\n    namespace: n\n    name: \"a\"\n    links:\n      - name: no\nspec: {type: no}\n---\n---\nkind: System\n")
	hs := x.heads()
	if len(hs) != 2 || hs[0].kind != "API" || hs[0].name != "a" || hs[0].namespace != "n" || hs[0].apiVersion != "v1" || hs[0].nameLine != 5 || hs[1].kind != "System" || hs[1].first != 11 {
		t.Errorf("%+v", hs)
	}
	flow := newText("kind: System\nmetadata: { title: 'a, {b', links: [{name: no}], name: \"shop\" , namespace: n}\nspec: {type: it's}\n").heads()
	if h := flow[0]; h.name != "shop" || h.namespace != "n" || h.nameLine != 1 || h.nameFrom != 55 || h.nameTo != 61 || h.typ != "it's" {
		t.Errorf("in braces: %+v", h)
	}
	w := x.find(5, 4)
	if want := []string{"namespace", "links"}; !slices.Equal(w.siblings, want) {
		t.Errorf("beside the name are %v, want %v", w.siblings, want)
	}
}

// FuzzWhere: every place of every text is found, within its line.
func FuzzWhere(f *testing.F) {
	for _, s := range []string{
		"metadata:\n  links:\n    - url: x\n      title: [a, {b: c}]\n", "a: {b: [c, \"d", "- - - - x:\n", "? x\n: y\n", "'a'': b'", "\"\\", "a:\n - b:\n   - c:\n  d: |\n   e\n",
		"--- x\n...\n", "[[[[[[{{{{", "a: }}]]\n", ": :\n", "-\n-\n -\n", "#\n\t#", "a: \"", "a:'b",
	} {
		f.Add(s, 0, 3)
	}
	f.Fuzz(func(t *testing.T, s string, line, at int) {
		x := newText(s)
		line = max(0, line%len(x.lines))
		w := x.find(line, at)
		l := x.line(line)
		if w.part != nothing && (w.from < 0 || w.to < w.from || w.to > len(l) || w.at < w.from || w.at > w.to) {
			t.Fatalf("%q:%d:%d: %+v of %q", s, line, at, w, l)
		}
		if len(w.path) > maxDepth+2 {
			t.Fatalf("the path has %d parts", len(w.path))
		}
		x.heads()
		x.ignoreLine(line)
	})
}

// TestDeep: what is deep or long takes its time once and not its square.
func TestDeep(t *testing.T) {
	var deep strings.Builder
	for i := range 2_000 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for _, s := range []string{deep.String(), strings.Repeat("- ", 1<<20), strings.Repeat("[", 1<<20), "a: " + strings.Repeat("{a: ", 1<<18), strings.Repeat("a: b\n", 1<<18)} {
		x := newText(s)
		last := len(x.lines) - 1
		if w := x.find(max(last-1, 0), 1<<30); len(w.path) > maxDepth+2 {
			t.Errorf("the path has %d parts", len(w.path))
		}
	}
}
