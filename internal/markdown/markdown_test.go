package markdown_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"callboard/internal/highlight"
	"callboard/internal/markdown"
	"callboard/internal/sanitize"
	"callboard/internal/urlpath"
)

func render(t testing.TB, src string) *markdown.Doc {
	t.Helper()
	return markdown.New(highlight.New()).Render([]byte(src), markdown.Options{Profile: "techdocs"})
}

// body is the HTML with addresses put in as they were written.
func body(d *markdown.Doc) string {
	return strings.TrimSpace(d.Resolve(func(_ int, l markdown.Link) string { return l.Dest }).String())
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"heading ids", "# A\n\n## B c\n\n## B c\n", "<h1 id=\"a\">A</h1>\n<h2 id=\"b-c\">B c<a class=\"anchor\" href=\"#b-c\" aria-label=\"Link to B c\">#</a></h2>\n<h2 id=\"b-c_1\">B c<a class=\"anchor\" href=\"#b-c_1\" aria-label=\"Link to B c\">#</a></h2>"},
		{"heading attributes", "# A {#x .y}\n", `<h1 id="x" class="y">A</h1>`},
		{"links", "[a](b.md \"t\") <https://x.example> https://y.example ![i](p.png)\n", `<p><a href="b.md" title="t">a</a> <a href="https://x.example">https://x.example</a> <a href="https://y.example">https://y.example</a> <img src="p.png" alt="i" loading="lazy" decoding="async"></p>`},
		{"remote image", "![i](https://x.example/p.png)", `<p><a class="remote-image" href="https://x.example/p.png">Image: i</a></p>`},
		{"unsafe link", "[a](javascript:alert(1)) [b](data:text/html,x)", `<p>a b</p>`},
		{"attributes", "[a](b){ .md-button #z onclick=x } `c`{.d}\n\nlast {: .lead }\n\n{{ not }} {x}", "<p><a href=\"b\" id=\"z\" class=\"md-button\">a</a> <code class=\"d\">c</code></p>\n<p class=\"lead\">last</p>\n<p>{{ not }} {x}</p>"},
		{"table", "| a | b |\n|---|--:|\n| 1 | 2 |\n", "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr></thead>\n<tbody><tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody></table></div>"},
		{"fence", "```go title=\"m.go\" hl_lines=\"1\" linenums=\"5\"\nvar x\n```\n", "<figure class=\"code\" data-lang=\"go\"><figcaption>m.go</figcaption><pre tabindex=\"0\"><code><span class=\"ln hl\" data-line=\"5\"><span class=\"kw\">var</span> x</span>\n</code></pre></figure>"},
		{"fence without language", "```\n<b>\n```", "<figure class=\"code\"><pre tabindex=\"0\"><code>&lt;b&gt;\n</code></pre></figure>"},
		{"mermaid", "```mermaid\na-->b\n```", "<figure class=\"mermaid\"><figcaption>Mermaid diagram (source)</figcaption><pre tabindex=\"0\">a--&gt;b\n</pre></figure>"},
		{"admonition", "!!! warning \"Mind <b>\"\n    text\n\n    - a\n\nafter", "<div class=\"note note-warning\"><b class=\"note-title\">Mind &lt;b&gt;</b>\n<p>text</p>\n<ul><li>a</li>\n</ul>\n</div>\n<p>after</p>"},
		{"admonition without title", "!!! note \"\"\n    x", "<div class=\"note note-note\">\n<p>x</p>\n</div>"},
		{"details", "???+ tip\n    x", "<details class=\"note note-tip\" open><summary>Tip</summary>\n<p>x</p>\n</details>"},
		{"alert", "> [!CAUTION]\n> text", "<div class=\"note note-danger\"><b class=\"note-title\">Caution</b>\n<p>text</p>\n</div>"},
		{"tabs", "=== \"A\"\n\n    a\n\n=== \"B\"\n\n    b\n", "<div class=\"tabset\"><section class=\"tab\"><p class=\"tab-title\">A</p>\n<p>a</p>\n</section>\n<section class=\"tab\"><p class=\"tab-title\">B</p>\n<p>b</p>\n</section>\n</div>"},
		{"tasks", "- [x] a\n- [ ] b", "<ul class=\"tasks\"><li><span class=\"task done\" role=\"img\" aria-label=\"Done\">☑</span> a</li>\n<li><span class=\"task\" role=\"img\" aria-label=\"To do\">☐</span> b</li>\n</ul>"},
		{"definitions", "Term\n:   text\n", "<dl><dt>Term</dt>\n<dd>text</dd>\n</dl>"},
		{"footnote", "a[^1]\n\n[^1]: b", "<p>a<sup id=\"fnref:1\"><a class=\"footnote-ref\" href=\"#fn:1\" aria-label=\"Footnote 1\">1</a></sup></p>\n<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n<li id=\"fn:1\"><p>b <a class=\"footnote-backref\" href=\"#fnref:1\" aria-label=\"Back to the text\">↩</a></p>\n</li>\n</ol></section>"},
		{"raw html", "<details><summary>s</summary>\n\n**b** <script>alert(1)</script>\n\n<a href=\"javascript:x\" onclick=y>l</a> <img src=x.png onerror=z>\n\n</details>", "<details><summary>s</summary>\n<p><strong>b</strong> </p>\n<p><a>l</a> <img src=\"x.png\" alt=\"\" loading=\"lazy\" decoding=\"async\"></p>\n</details>"},
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

func TestCorpusSites(t *testing.T) {
	dir := os.Getenv("CALLBOARD_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	files, _ := filepath.Glob(filepath.Join(dir, "corpus/sites/*/source/docs/*.md"))
	if len(files) == 0 {
		t.Skip("the corpus is not here; set CALLBOARD_SHARED to run this test")
	}
	r := markdown.New(highlight.New())
	plain := 0
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d := r.Render(src, markdown.Options{Profile: "techdocs"})
		if strings.HasPrefix(d.Body, "<pre>") {
			plain++
			t.Log(f, d.Diagnostics)
		}
	}
	t.Logf("%d pages, %d shown as plain text", len(files), plain)
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"# a\n[b](c){.d}", "!!! x\n    y", "=== \"a\"\n    b", "> [!NOTE]\n> x", "---\na: b\n---\n", "|a|\n|-|\n", "[^1]\n\n[^1]: x", "<div>\n*a*\n</div>", "a\n: b", "```{ .x }\n", "<a href='\x000\x00'>"} {
		f.Add(s)
	}
	r := markdown.New(highlight.New())
	f.Fuzz(func(t *testing.T, src string) {
		d := r.Render([]byte(src), markdown.Options{Profile: "techdocs"})
		out := d.Resolve(func(_ int, l markdown.Link) string {
			if href, ok := urlpath.SafeLink(l.Dest); ok {
				return href
			}
			return "/x"
		}).String()
		if strings.Contains(out, "\x00") {
			t.Fatalf("%q leaves a slot: %q", src, out)
		}
		// What the sanitiser would take away from our own output must not be there.
		pass := sanitize.Policy{Address: func(_, _, v string) (string, bool) { return v, true }}
		once := sanitize.Clean(out, pass).String()
		for _, bad := range []string{"<script", "<style", "<iframe", "<form", "<svg"} {
			if strings.Contains(strings.ToLower(out), bad) {
				t.Fatalf("%q became %q (cleaned: %q)", src, out, once)
			}
		}
		seen := map[string]bool{}
		for _, h := range d.Headings {
			if seen[h.ID] && !strings.Contains(src, "{") {
				t.Fatalf("%q has the id %q twice", src, h.ID)
			}
			seen[h.ID] = true
		}
	})
}

func BenchmarkRender(b *testing.B) {
	src := []byte(strings.Repeat("## Heading\n\nSome text with a [link](page.md), `code` and *emphasis* that goes on for a while.\n\n- one\n- two\n\n```yaml\na: 1\nb: [x, y]\n```\n\n", 20))
	r := markdown.New(highlight.New())
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		r.Render(src, markdown.Options{Profile: "techdocs"})
	}
}
