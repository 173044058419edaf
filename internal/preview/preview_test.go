package preview

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTouched(t *testing.T) {
	before := map[string]string{"a.html": "1", "b.html": "1", "gone.html": "1", "x.json": "1", "gone.json": "1"}
	after := map[string]string{"a.html": "1", "b.html": "2", "new.html": "1", "x.json": "2", "new.json": "1"}
	want := "[{b.html changed } {gone.html removed } {new.html new }]"
	if got := fmt.Sprint(Touched(before, after)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := Touched(nil, after); len(got) != 3 || got[0].What != New {
		t.Error(got)
	}
}

const page = `<!doctype html><html><head><title>X · Acme</title><link rel="canonical" href="/docs/x/"><link rel="stylesheet" href="/assets/callboard.1.css">
<script src="/assets/app.js"></script><meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head>
<body data-base="/"><svg><use href="/assets/icons.1.svg#ok"/></svg><svg><use href="/assets/icons.1.svg#none"/></svg>
<form action="/search/"><input></form><button data-js>x</button><noscript>n</noscript>%s</body></html>`

func portal() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"assets/callboard.1.css": file("p{}"), "assets/app.js": file("x"), "assets/font.woff2": file("f"),
		"assets/icons.1.svg":    file(`<svg xmlns="http://www.w3.org/2000/svg"><symbol id="ok" viewBox="0 0 1 1"><path d="M0 0"/></symbol></svg>`),
		"docs/x/index.html":     file(""),
		"docs/x/two/index.html": file(fmt.Sprintf(page, "two")),
		"docs/x/pic.png":        file("png"), "docs/x/a b.pdf": file("pdf"), "other/index.html": file("o"), "secret.txt": file("s"),
	}
}

// shown is the page that a body makes in a preview, and the directory.
func shown(t *testing.T, body, portalURL string) (string, string) {
	t.Helper()
	from := portal()
	from["docs/x/index.html"] = &fstest.MapFile{Data: []byte(fmt.Sprintf(page, body))}
	dir := t.TempDir()
	out, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	pages, err := Write(t.Context(), Options{From: from, Out: out, Title: "Acme", Portal: portalURL, Change: "<b>changed</b>",
		Pages: []Page{{Path: "docs/x/index.html", What: Changed}, {Path: "docs/x/two/index.html", What: New}, {Path: "docs/x/old/index.html", What: Removed}}, Elsewhere: []Page{{Path: "other/index.html", What: Changed}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) != 3 || pages[0].Title != "X" || pages[2].Title != "" {
		t.Errorf("%+v", pages)
	}
	b, err := os.ReadFile(filepath.Join(dir, "docs", "x", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b), dir
}

func TestLinks(t *testing.T) {
	for in, want := range map[string]string{
		`<a href="/docs/x/two/">p</a>`:             `<a href="../../docs/x/two/index.html">p</a>`,
		`<a href="/docs/x/two/#a b">p</a>`:         `<a href="../../docs/x/two/index.html#a%20b">p</a>`,
		`<a href="two/">p</a>`:                     `<a href="../../docs/x/two/index.html">p</a>`,
		`<a href="#here">p</a>`:                    `<a href="#here">p</a>`,
		`<a href="/other/?q=1#z">p</a>`:            `<a href="https://p.example/b/other/?q=1#z">p</a>`,
		`<a href="/docs/x/old/">p</a>`:             `<a href="https://p.example/b/docs/x/old/">p</a>`,
		`<a href="https://else.example/">p</a>`:    `<a href="https://else.example/">p</a>`,
		`<a href="//else.example/x">p</a>`:         `<a href="//else.example/x">p</a>`,
		`<a href="mailto:a@b.example">p</a>`:       `<a href="mailto:a@b.example">p</a>`,
		`<a href="../../../../etc/passwd">p</a>`:   `<a>p</a>`,
		`<img src="pic.png" srcset="x 2x"/>`:       `<img src="../../docs/x/pic.png"/>`,
		`<a href="/docs/x/a%20b.pdf">p</a>`:        `<a href="../../docs/x/a%20b.pdf">p</a>`,
		`<p title="&quot;&lt;script&gt;">&lt;</p>`: `<p title="&#34;&lt;script&gt;">&lt;</p>`,
	} {
		got, dir := shown(t, in, "https://p.example/b/")
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s:\n%s", in, want, got)
		}
		if strings.Contains(in, "pdf") != exists(dir, "docs/x/a b.pdf") || strings.Contains(in, "png") != exists(dir, "docs/x/pic.png") {
			t.Errorf("%s: not the files that the page needs", in)
		}
	}
	if got, _ := shown(t, `<a href="/other/">p</a>`, ""); !strings.Contains(got, "<a>p</a>") || !strings.Contains(got, "are left out") {
		t.Errorf("a link to a portal that is not known: %s", got)
	}
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	return err == nil
}

func TestWithoutScripts(t *testing.T) {
	got, dir := shown(t, `<iframe src="/x"></iframe><object data="/x"></object>`, "https://p.example/")
	for _, no := range []string{"<script", "<form", "data-js", "<noscript", "canonical", "<iframe", "<object"} {
		if strings.Contains(got, no) {
			t.Errorf("the page has %s", no)
		}
	}
	for _, want := range []string{`href="../../assets/callboard.1.css"`, "Content-Security-Policy", `<use href="#preview-icon-ok">`, `<symbol id="preview-icon-ok" viewBox="0 0 1 1">`, `<a href="../../index.html">Preview</a>`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s:\n%s", want, got)
		}
	}
	if exists(dir, "assets/app.js") || exists(dir, "secret.txt") || exists(dir, "other/index.html") || !exists(dir, "assets/font.woff2") {
		t.Error("not the files that pages need")
	}
}

func TestIndex(t *testing.T) {
	_, dir := shown(t, "", "https://p.example/")
	b, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="docs/x/index.html">X</a>`, "removed · docs/x/old", `<a href="https://p.example/other/">other</a>`, "&lt;b&gt;changed&lt;/b&gt;", "<title>Preview · Acme</title>"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the index lacks %s:\n%s", want, b)
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "preview.json"))
	var l list
	if err != nil || json.Unmarshal(raw, &l) != nil || len(l.Pages) != 3 || len(l.Elsewhere) != 1 {
		t.Errorf("%s %v", raw, err)
	}
}

func TestAgain(t *testing.T) {
	_, dir := shown(t, "", "")
	if err := os.WriteFile(filepath.Join(dir, "left"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	o := Options{From: portal(), Out: out}
	if _, err := Write(t.Context(), o); err != nil || exists(dir, "left") || exists(dir, "docs") || !exists(dir, "index.html") {
		t.Error("an earlier preview is not cleared away", err)
	}
	if err := os.Remove(filepath.Join(dir, "preview.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), o); err == nil || !exists(dir, "index.html") {
		t.Error("a directory that is no preview was cleared", err)
	}
}

// FuzzTarget looks whether an address can be made that leads out of the preview or
// into something that a browser carries out.
func FuzzTarget(f *testing.F) {
	for _, s := range []string{"/docs/x/", "../..", "%2e%2e/%2e%2e/x", "//x", "/a?b#c", "a:b", "./javascript:x"} {
		f.Add(s)
	}
	from := portal()
	f.Fuzz(func(t *testing.T, val string) {
		dir := t.TempDir()
		out, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		w := &writer{o: Options{From: from, Out: out, Portal: "https://p.example/"}, shown: map[string]bool{"docs/x/index.html": true}, copied: map[string]bool{}}
		l := &linker{w: w, page: "docs/x/index.html"}
		to, err := l.target(val)
		if err != nil {
			t.Fatalf("%q: %v", val, err)
		}
		if to != val && to != "" && !strings.HasPrefix(to, "../../") && !strings.HasPrefix(to, "https://p.example/") {
			t.Errorf("%q leads to %q", val, to)
		}
		if rest, ok := strings.CutPrefix(to, "../../"); ok && to != val && !fs.ValidPath(strings.SplitN(rest, "#", 2)[0]) {
			t.Errorf("%q leads to %q", val, to)
		}
	})
}
