package pymarkdown_test

import (
	"strings"
	"testing"

	"callboard/internal/pymarkdown"
)

// FuzzConvert looks for pages that make the parser fail, or write much more than
// they were given: a sign may become a quote, an item, a mail address in
// references.
func FuzzConvert(f *testing.F) {
	for _, seed := range []string{
		"# a\n\n> - b\n>     1. c\n\n        d\n\n[e]: f 'g'\n",
		"*a **b* c** ___d__e_ `f` \\* [g](h \"i\") ![j][e] <k@l> <m> &n;",
		"<div>\n<p>a\n\n</div>b\n\n<!-- c --> <?d?> <![CDATA[e]]>",
		"\\\x9e",
		"\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 \x0242\x03",
	} {
		f.Add(seed)
	}
	d, _ := pymarkdown.New(nil, 0, nil)
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 1<<12 {
			return
		}
		out := d.Convert(page, pymarkdown.Env{})
		if len(out) > 60*len(page)+60 {
			t.Errorf("%d bytes of %d", len(out), len(page))
		}
		if strings.Contains(out, "klzzwxh:") && !strings.Contains(page, "klzzwxh") {
			t.Error("a placeholder is left")
		}
	})
}

// TestLongTexts converts texts that are long enough for patterns to see only a
// part at a time; all of what is in them must be found.
func TestLongTexts(t *testing.T) {
	d, _ := pymarkdown.New(nil, 0, nil)
	for text, sign := range map[string]string{
		"*a* ":            "<em>a</em>",
		"**a** _b_ ":      "<strong>a</strong> <em>b</em>",
		"[a](b) ":         `<a href="b">a</a>`,
		"`a` \\* ":        "<code>a</code> *",
		"<i>é</i> &amp; ": "<i>é</i> &amp;",
		"<http://a.b/é> ": `<a href="http://a.b/é">http://a.b/é</a>`,
		"![a][r] x ":      `<img alt="a" src="x" /> x`,
	} {
		const n = 5_000
		out := d.Convert(strings.Repeat(text, n)+"\n\n[r]: x\n", pymarkdown.Env{})
		if got := strings.Count(out, sign); got != n {
			t.Errorf("%q: found %d of %d", text, got, n)
		}
	}
}

// TestLongBlocks converts blocks of thousands of lines that are each read alone.
func TestLongBlocks(t *testing.T) {
	d, _ := pymarkdown.New(nil, 0, nil)
	for text, sign := range map[string]string{
		"# a\n":           "<h1>",
		"[r]: x\n":        "",
		"    a\n\n":       "a\n",
		"- a\n":           "<li>",
		"***\n":           "<hr",
		"> a\n\n":         "<p>",
		"[r]: x 'y'\na\n": "",
	} {
		const n = 4_000
		out := d.Convert(strings.Repeat(text, n), pymarkdown.Env{})
		if got := strings.Count(out, sign); sign != "" && got != n {
			t.Errorf("%q: found %d of %d", text, got, n)
		}
	}
}
