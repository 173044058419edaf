package sanitize

import (
	"strings"
	"testing"
)

func TestStyle(t *testing.T) {
	const head, tail = "@layer custom{.s{contain:paint}", "}\n"
	for _, c := range []struct{ name, in, want string }{
		{"a rule is scoped", "h1 { color: red; }", ".s h1{color:red}"},
		{"every selector of a list", "h1, .a > b:not(.c, .d) { color: red }", ".s h1,.s .a > b:not(.c, .d){color:red}"},
		{"the page is the scope", ":root { --x: 1px } .md-typeset h2 { margin: 0 } body { color: #111 }", ".s{--x:1px}.s h2{margin:0}.s{color:#111}"},
		{"comments", "/* h1 {} */ h1 /* x */ { /* y */ color: red /* z */ }", ".s h1{color:red}"},
		{"media", "@media (max-width: 40em) { h1 { color: red } }", "@media (max-width: 40em){.s h1{color:red}}"},
		{"important", "h1 { color: red !important }", ".s h1{color:red}"},
		{"a dark scheme", `[data-md-color-scheme="slate"] h1 { color: red }`, ":root[data-theme=dark] .s h1{color:red}@media (prefers-color-scheme:dark){:root:not([data-theme=light]) .s h1{color:red}}"},
		{"a brace in a string", `h1::before { content: "} a{b:c" }`, ""},
		{"relative is no way out", "h1 { position: relative; top: 1px }", ".s h1{position:relative;top:1px}"},
		{"fixed is", "h1 { position: fixed; color: red }", ".s h1{color:red}"},
		{"nested rules", "h1 { color: red; & b { color: blue } ; margin: 0 }", ".s h1{color:red;margin:0}"},
	} {
		want := ""
		if c.want != "" {
			want = head + c.want + tail
		}
		if got := Style(c.in, ".s"); got != want {
			t.Errorf("%s: %q gives %q, want %q", c.name, c.in, got, want)
		}
	}
}

// TestStyleRefuses: what loads, leaves or breaks out is left out.
func TestStyleRefuses(t *testing.T) {
	for _, in := range []string{
		"@import 'https://evil.example/x.css';", "@import url(x.css);", "@font-face { src: url(x) }", "@keyframes x { from { color: red } }",
		"h1 { background: url(https://evil.example) }", "h1 { background: u\\72l(x) }", "h1 { background: URL (x) }", "h1 { background: image-set('x' 1x) }",
		"h1 { behavior: x }", "h1 { width: expression(alert(1)) }", "> .bar { color: red }", "~ footer { color: red }", ":host { color: red }",
		"a\\} .bar { color: red }", "</style><script> { color: red }", "h1 { color: red", "h1 { color: (red }", "h1[a=\"x { color: red }",
		"h1 { z-index: 99 }", "h1 { contain: none }", "@media x{y} { }", "@supports (a:\\62) { h1 { color: red } }", "h1:is( { color: red }",
	} {
		got := Style(in, ".s")
		if in == "h1 { color: red" { // the end of the file closes what is open
			continue
		}
		if got != "" {
			t.Errorf("%q gives %q", in, got)
		}
	}
}

func FuzzStyle(f *testing.F) {
	for _, in := range []string{"h1{color:red}", "@media (x){a{b:c}}", "a{b:\"c", "/*", "a\\", "[data-md-color-scheme=slate]{x:y}", "a{b{c:d}e:f}"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Style(in, ".s")
		if strings.Count(out, "{") != strings.Count(out, "}") && !strings.ContainsAny(out, `"'`) {
			t.Errorf("%q gives braces that do not close: %q", in, out)
		}
		low := strings.ToLower(out)
		for _, word := range []string{"url(", "@import", "expression(", "</", "\\"} {
			if strings.Contains(low, word) {
				t.Errorf("%q gives %q", in, out)
			}
		}
	})
}
