package markdown_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
	"callboard/internal/sanitize"
	"callboard/internal/timetest"
	"callboard/internal/urlpath"
)

func render(t testing.TB, src string) *markdown.Doc {
	t.Helper()
	return markdown.New(highlight.New()).Render([]byte(src), markdown.Options{})
}

// body is the HTML with addresses put in as they were written.
func body(d *markdown.Doc) string {
	return strings.TrimSpace(d.Resolve(func(_ int, l markdown.Link) string { return l.Dest }).String())
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"heading ids", "# A\n\n## B c\n\n## B c\n", "<h1 id=\"a\">A</h1>\n<h2 id=\"b-c\">B c<a class=\"anchor\" href=\"#b-c\" aria-label=\"Link to B c\">#</a></h2>\n<h2 id=\"b-c_1\">B c<a class=\"anchor\" href=\"#b-c_1\" aria-label=\"Link to B c\">#</a></h2>"},
		{"links", "[a](b.md \"t\") <https://x.example> https://y.example ![i](p.png)\n", `<p><a href="b.md" title="t">a</a> <a href="https://x.example">https://x.example</a> <a href="https://y.example">https://y.example</a> <img src="p.png" alt="i" loading="lazy" decoding="async"></p>`},
		{"remote image", "![i](https://x.example/p.png)", `<p><a class="remote-image" href="https://x.example/p.png">Image: i</a></p>`},
		{"unsafe link", "[a](javascript:alert(1)) [b](data:text/html,x)", `<p>a b</p>`},
		{"table", "| a | b |\n|---|--:|\n| 1 | 2 |\n", "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr></thead>\n<tbody><tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody></table></div>"},
		{"fence", "```go title=\"m.go\" hl_lines=\"1\" linenums=\"5\"\nvar x\n```\n", "<figure class=\"code\" data-lang=\"go\"><figcaption>m.go</figcaption><pre tabindex=\"0\"><code><span class=\"ln hl\" data-line=\"5\"><span class=\"kw\">var</span> x</span>\n</code></pre></figure>"},
		{"fence without language", "```\n<b>\n```", "<figure class=\"code\"><pre tabindex=\"0\"><code>&lt;b&gt;\n</code></pre></figure>"},
		{"mermaid", "```mermaid\na-->b\n```", "<figure class=\"mermaid\"><figcaption>Mermaid diagram (source)</figcaption><pre tabindex=\"0\">a--&gt;b\n</pre></figure>"},
		{"alert", "> [!CAUTION]\n> text", "<div class=\"note note-danger\"><b class=\"note-title\">Caution</b>\n<p>text</p>\n</div>"},
		{"tasks", "- [x] a\n- [ ] b", "<ul class=\"tasks\"><li><span class=\"task done\" role=\"img\" aria-label=\"Done\">☑</span> a</li>\n<li><span class=\"task\" role=\"img\" aria-label=\"To do\">☐</span> b</li>\n</ul>"},
		{"definitions", "Term\n:   text\n", "<dl><dt>Term</dt>\n<dd>text</dd>\n</dl>"},
		{"footnote", "a[^1]\n\n[^1]: b", "<p>a<sup id=\"fnref:1\"><a class=\"footnote-ref\" href=\"#fn:1\" aria-label=\"Footnote 1\">1</a></sup></p>\n<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n<li id=\"fn:1\"><p>b <a class=\"footnote-backref\" href=\"#fnref:1\" aria-label=\"Back to the text\">↩</a></p>\n</li>\n</ol></section>"},
		{"raw html", "<details><summary>s</summary>\n\n**b** <script>alert(1)</script>\n\n<a href=\"javascript:x\" onclick=y>l</a> <img src=x.png onerror=z>\n\n</details>", "<details><summary>s</summary>\n<p><strong>b</strong> </p>\n<p><a>l</a> <img src=\"x.png\" alt=\"\" loading=\"lazy\" decoding=\"async\"></p>\n</details>"},
		{"emoji", ":rocket: :+1: 10:30:00 :nosuch: `:rocket:`", "<p>🚀 👍 10:30:00 :nosuch: <code>:rocket:</code></p>"},
		{"bare addresses", "See https://a.example/b_(c)?d=e, (http://f.example). www.g.example, h@i.example; xhttp://j file.go http:// @k", "<p>See <a href=\"https://a.example/b_(c)?d=e\">https://a.example/b_(c)?d=e</a>, (<a href=\"http://f.example\">http://f.example</a>). <a href=\"http://www.g.example\">www.g.example</a>, <a href=\"mailto:h@i.example\">h@i.example</a>; xhttp://j file.go http:// @k</p>"},
		{"address in a link", "[https://a.example](b)", "<p><a href=\"b\">https://a.example</a></p>"},
		{"pipe in code in a cell", "| a |\n|---|\n| `b\\|c` |", "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th scope=\"col\">a</th></tr></thead>\n<tbody><tr><td><code>b|c</code></td></tr>\n</tbody></table></div>"},
		{"image in itself", "![a](data:image/png;base64,iVBORw==) ![b](data:image/svg+xml;base64,iVBO)", "<p><img src=\"data:image/png;base64,iVBORw==\" alt=\"a\" loading=\"lazy\" decoding=\"async\"> b</p>"},
		{"badge", "[![b](https://x.example/b.svg)](https://y.example)", "<p><a href=\"https://y.example\">b</a></p>"},
		{"raw remote image", "<img src=\"https://x.example/b.svg\" alt=b>", "<a class=\"remote-image\" href=\"https://x.example/b.svg\">Image: b</a>"},
		{"crlf", "a\r\nb\r\n\r\n```\r\nc\r\n```\r\n", "<p>a\nb</p>\n<figure class=\"code\"><pre tabindex=\"0\"><code>c\n</code></pre></figure>"},
		{"not utf-8", "a\xffb", "<p>a\ufffdb</p>"},
		{"fence in braces", "``` { .yaml .x title=\"t\" }\na: 1\n```", "<figure class=\"code\" data-lang=\"yaml\"><figcaption>t</figcaption><pre tabindex=\"0\"><code><span class=\"kw\">a</span>: <span class=\"nu\">1</span>\n</code></pre></figure>"},
		{"escapes", "\\*a\\* &lt; & <b", "<p>*a* &lt; &amp; &lt;b</p>"},
		{"nul", "a\x000\x00b [x](y)", "<p>a\ufffd0\ufffdb <a href=\"y\">x</a></p>"},
	} {
		if got := body(render(t, c.in)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestWhatIsKnownOfAPage(t *testing.T) {
	d := render(t, "---\ntitle: Meta\ntags: [a]\n---\n# Head *er*\n\nintro [l](x.md)\n\n## Part\n\ntext `code`\n\n```go\nfunc x()\n```\n")
	if d.Title != "Head er" || d.Meta["title"] != "Meta" {
		t.Errorf("title %q, meta %v", d.Title, d.Meta)
	}
	if len(d.Headings) != 2 || d.Headings[1] != (markdown.Heading{Level: 2, ID: "part", Text: "Part"}) {
		t.Errorf("headings %v", d.Headings)
	}
	if len(d.Links) != 1 || d.Links[0] != (markdown.Link{Dest: "x.md", Line: 7, Col: 7}) {
		t.Errorf("links %+v", d.Links)
	}
	if len(d.Sections) != 2 || d.Sections[0].Text != "intro l" || d.Sections[1].Text != "text code func x()" {
		t.Errorf("sections %+v", d.Sections)
	}
}

func TestGitHubProfile(t *testing.T) {
	r := markdown.New(highlight.New())
	for in, want := range map[string]string{
		"~a~ ~~b~~ x^2^ ==c==":       "<p><del>a</del> <del>b</del> x^2^ ==c==</p>",
		"!!! note\n    a":            "<p>!!! note\na</p>",
		"[a](b){.c}":                 "<p><a href=\"b\">a</a>{.c}</p>",
		"[TOC]":                      "<p>[TOC]</p>",
		"<b>x</b><script>y</script>": "<p><b>x</b></p>",
	} {
		if got := body(r.Render([]byte(in), markdown.Options{})); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	d := r.Render([]byte("a <b>x</b>\n\n<div>y</div>\n"), markdown.Options{NoRawHTML: true})
	if got := body(d); got != "<p>a x</p>" {
		t.Errorf("without raw HTML: %s", got)
	}
}

func TestHeadingIDs(t *testing.T) {
	for in, want := range map[string]string{
		"# Ünï cödé (x) & y":                     "uni-code-x-y",
		"# a\n# a\n# a_1\n# a_1\n# A":            "a a_1 a_2 a_3 a_4",
		"# 日本語\n# 中文":                            "_1 _2",
		"# - x -\n# (b) c":                       "-x- b-c",
		"# CB main":                              "_cb-main",
		"# `code` *em* [l](x) &amp; \\* ![i](j)": "code-em-l-i",
	} {
		d := render(t, in)
		var ids []string
		for _, h := range d.Headings {
			ids = append(ids, h.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	plain, _ := markdown.NewDialect([]pymarkdown.Extension{{Name: "toc"}}, 0)
	for _, c := range []struct{ in, title, body, codes string }{
		{"\ufeff---\ntitle: T\n---\nx", "T", "<p>x</p>", ""},
		{"---\n- a\n---\n\n# H", "", "<hr />\n<h2 id=\"-a\">- a</h2>\n<h1 id=\"h\">H</h1>", ""}, // no mapping: it stays, as in MkDocs
		{"Title: Of the page\nauthors: A\n    B\nauthors: C\n\n# H", "H", "<h1 id=\"h\">H</h1>", ""},
		{"---\nx", "", "<hr />\n<p>x</p>", ""},
		{"---\r\ntitle: T\r\n...\r\n# H", "H", "<h1 id=\"h\">H</h1>", ""},
	} {
		d := markdown.New(highlight.New()).Render([]byte(c.in), markdown.Options{Dialect: plain})
		if d.Title != c.title || body(d) != c.body || codes(d) != c.codes {
			t.Errorf("%q: title %q, codes %q, body %s", c.in, d.Title, codes(d), body(d))
		}
	}
}

func TestPlacesOfLinks(t *testing.T) {
	d := render(t, "é [a](1) [b](2)\n![c](3) <https://x.example>\n\n> - [d](4)\n\n<a href=\"5\">e</a>\n<img src='6'>\n\n[f][r]\n\n[r]: 7\n")
	want := "1@1:3 2@1:10 3@2:1 https://x.example@2:9 4@4:5 7@9:1 5@6:10 6@7:11"
	var got []string
	for _, l := range d.Links {
		got = append(got, fmt.Sprintf("%s@%d:%d", l.Dest, l.Line, l.Col))
	}
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestSections(t *testing.T) {
	d := render(t, "intro &amp; \\* ~~m~~\n\n# A\n\n| b | c |\n|---|---|\n| d | `e` |\n\n> [!NOTE]\n> g\n\n## H\n\n```go title=\"i.go\"\nj\n```\n\n<div>k <b>l</b></div>\n\n![m](n.png) :tada:\n\n[^1]: o\n")
	var got []string
	for _, s := range d.Sections {
		got = append(got, fmt.Sprintf("%s|%s|%s", s.ID, s.Title, s.Text))
	}
	want := []string{"||intro & * m", "a|A|b c d e Note g", "h|H|i.go j k l m 🎉"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	long := render(t, "# a\n\n"+strings.Repeat("word ", 40_000))
	if n := len(long.Sections[0].Text); n == 0 || n > 64<<10 {
		t.Errorf("a section has %d bytes", n)
	}
}

// TestManyAtOnce renders one page in several goroutines: buffers are shared.
func TestManyAtOnce(t *testing.T) {
	r := markdown.New(highlight.New())
	src := []byte("# a\n\n[b](c) ==d==\n\n```yaml\ne: f\n```\n\n<i>g</i>\n")
	want := body(r.Render(src, markdown.Options{}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if got := body(r.Render(src, markdown.Options{})); got != want {
					t.Errorf("got %s", got)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestSlots(t *testing.T) {
	d := render(t, "[a](1) <a href=\"2\">b</a> ![c](3)")
	var dests []string
	got := d.Resolve(func(n int, l markdown.Link) string {
		dests = append(dests, fmt.Sprint(n, l.Dest, l.Image))
		return "/x?a=1&b=\"2\""
	}).String()
	if strings.Contains(got, "\x00") || strings.Count(got, `"/x?a=1&amp;b=&#34;2&#34;"`) != 3 {
		t.Error(got)
	}
	if len(d.Links) != 3 {
		t.Error(dests)
	}
}

func TestSafeAgainstHostilePages(t *testing.T) {
	for _, src := range []string{
		"<svg onload=alert(1)>", "<img src=x onerror=alert(1)>", "[x](vbscript:y)", "![x](javascript:y)", "<javascript:alert(1)>", "[a]: javascript:x\n\n[a]",
		"# x {: onclick=alert(1) style=x }", "```js\" onload=\"x\n```", "!!! note\" \"<script>\n    x", "=== \"<script>\"\n\n    x", "<style>*{}</style>", "<form action=x><button>", "[x](\\\\evil.example)",
		"<a href=\"java\nscript:x\">y</a>", "<a href=\"&#106;avascript:x\">y</a>", "<base href=//evil>", "<meta http-equiv=refresh content=0>",
	} {
		got := strings.ToLower(body(render(t, src)))
		for _, bad := range []string{"<script", "<svg", " onerror", " onload", " onclick", "javascript:", "vbscript:", "<style", " style=", "<form", "<base", "<meta"} {
			if strings.Contains(strings.ReplaceAll(got, "&lt;", ""), bad) && strings.Contains(got, "<"+strings.TrimPrefix(bad, "<")) || strings.Contains(got, `href="`+bad) || strings.Contains(got, bad+`="`) {
				t.Errorf("%q became %s", src, got)
			}
		}
	}
}

// same are forms of one thing.
var same = strings.NewReplacer(" open>", ` open="">`, "&#39;", "'")

func FuzzRender(f *testing.F) {
	for _, s := range []string{"# a\n[b](c){.d}", "!!! x\n    y", "=== \"a\"\n    b", "> [!NOTE]\n> x", "---\na: b\n---\n", "|a|\n|-|\n", "[^1]\n\n[^1]: x", "<div>\n*a*\n</div>", "a\n: b", "```{ .x }\n", "<a href='\x000\x00'>"} {
		f.Add(s)
	}
	r := markdown.New(highlight.New())
	f.Fuzz(func(t *testing.T, src string) {
		timetest.Fuzz.Within(t, len(src), func() {
			d := r.Render([]byte(src), markdown.Options{})
			out := d.Resolve(func(_ int, l markdown.Link) string {
				if href, ok := urlpath.SafeLink(l.Dest); ok {
					return href
				}
				return "/x"
			}).String()
			if strings.Contains(out, "\x00") {
				t.Fatalf("%q leaves a slot: %q", src, out)
			}
			for _, x := range d.Diagnostics {
				if x.Code == markdown.CodeFailed {
					t.Fatalf("%q makes the parser fail", src)
				}
			}
			// The sanitiser must find nothing to take away or to mend.
			pass := sanitize.Policy{Address: func(_, _, v string) (string, bool) { return v, true }}
			if again := sanitize.Clean(out, pass).String(); same.Replace(again) != same.Replace(out) {
				t.Fatalf("%q became\n%q, cleaned\n%q", src, out, again)
			}
			seen := map[string]bool{}
			for _, h := range d.Headings {
				if seen[h.ID] && !strings.Contains(src, "{") {
					t.Fatalf("%q has the id %q twice", src, h.ID)
				}
				seen[h.ID] = true
			}
		})
	})
}

func BenchmarkRender(b *testing.B) {
	src := []byte(strings.Repeat("## Heading\n\nSome text with a [link](page.md), `code` and *emphasis* that goes on for a while.\n\n- one\n- two\n\n```yaml\na: 1\nb: [x, y]\n```\n\n", 20))
	r := markdown.New(highlight.New())
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		r.Render(src, markdown.Options{})
	}
}
