package markdown_test

import (
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

// dialect makes a dialect of extensions by name.
func dialect(t testing.TB, names ...string) *markdown.Dialect {
	t.Helper()
	var exts []pymarkdown.Extension
	for _, n := range names {
		exts = append(exts, pymarkdown.Extension{Name: n})
	}
	d, problems := markdown.NewDialect(exts, 0)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d
}

// TestPythonIsMadeSafe holds that no way in which Python-Markdown lets HTML
// through leads past the sanitiser.
func TestPythonIsMadeSafe(t *testing.T) {
	r := markdown.New(highlight.New())
	d := dialect(t, "md_in_html", "pymdownx.emoji")
	for in, want := range map[string]string{
		"a <b onclick=x>b</b> c":                                      "<p>a <b>b</b> c</p>",
		"<script>x</script>\n\n<div onclick=y>z</div>":                "<div>z</div>",
		"<div markdown onclick=x style=y class='a bar'>\n# T\n</div>": "<div class=\"a\">\n<h1>T</h1>\n</div>",
		"<form markdown>\n*x*\n</form>":                               "<p><em>x</em></p>",
		"<iframe markdown src=x>\n*x*\n</iframe>":                     `<a class="remote-frame" href="x">Frame: x</a>`,
		":smile: x":                                "<p>\U0001F604 x</p>",
		"&lt;b&gt; &copy;":                         "<p>&lt;b&gt; &copy;</p>",
		"<!-- a -->":                               "",
		"a<!-- <b> -->b":                           "<p>ab</p>",
		"<cb-slot n=0> <cb-slot n=7>":              "<p> </p>",
		"<img src=x.png onerror=y>":                `<p><img src="x.png" alt="" loading="lazy" decoding="async"></p>`,
		"![](javascript:x) ![a](data:text/html,b)": "<p> a</p>",
		"<a href=javascript:x>y</a>":               "<p><a>y</a></p>",
	} {
		doc := r.Render([]byte(in), markdown.Options{Dialect: d})
		got := strings.TrimSpace(doc.Resolve(func(_ int, l markdown.Link) string { return l.Dest }).String())
		if got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

// TestLinesKeepTheTabKeyFree holds that nobody has to go through the numbers of all
// lines of code by the keyboard, and that links without text are none to those who
// listen.
func TestLinesKeepTheTabKeyFree(t *testing.T) {
	r := markdown.New(highlight.New())
	for _, style := range []string{"table", "inline"} {
		d, _ := markdown.NewDialect([]pymarkdown.Extension{{Name: "pymdownx.superfences"}, {Name: "pymdownx.highlight", Options: map[string]any{"anchor_linenums": true, "linenums_style": style}}}, 0)
		doc := r.Render([]byte("``` { .py linenums=1 }\na = \"\\\"></a>\"\n```\n\n``` { .py #x linenums=1 }\na\n```\n"), markdown.Options{Dialect: d})
		all, quiet := strings.Count(doc.Body, "<a "), strings.Count(doc.Body, `tabindex="-1"`)
		if all != 4 || quiet != all || strings.Count(doc.Body, "&gt;&lt;/a&gt;") != 1 {
			t.Errorf("%s: %d of %d links: %s", style, quiet, all, doc.Body)
		}
	}
}
